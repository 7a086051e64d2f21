"""Saturated families: a direct search for copies, published numbers, and every step of the bound."""

import math
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.posets import (
    Poset,
    SaturationNumber,
    SaturationWitness,
    antichain,
    boolean_lattice,
    chain,
    complete_bipartite,
    contains_copy,
    enumerate_posets,
    fence,
    hypercube_width,
    saturated_family,
    saturation_number,
    sauer_shelah_bound,
    shatters,
)
from mathlib.posets.saturation import check_saturation
from mathlib.posets.saturation.check_saturation import copies
from mathlib.verify import verify_file

V = Poset(3, covers=[(0, 1), (0, 2)])
FOUR = {
    "antichain": antichain(4),
    "claw": Poset(4, covers=[(0, 1), (0, 2), (0, 3)]),
    "Y": Poset(4, covers=[(0, 1), (1, 2), (1, 3)]),
    "N": fence(4),
    "1 + V": antichain(1).disjoint_union(V),
}


def copy_by_definition(poset, family):
    return any(
        all((a & b == a) == poset.less_equal(x, y) for x, a in enumerate(sets) for y, b in enumerate(sets))
        for sets in permutations(family, len(poset))
    )


@pytest.mark.parametrize("n", [2, 3, 4])
def test_copies_against_the_definition(n):
    families = [family for size in (n, n + 1) for family in combinations(range(8), size)]
    for poset in enumerate_posets(n):
        for family in families:
            found = copy_by_definition(poset, family)
            assert contains_copy(poset, family) == found
            through = any(
                copy_by_definition(poset, sets) for sets in combinations(family, n) if family[0] in sets
            )
            assert contains_copy(poset, family[1:], using=family[0]) == through


def test_published_saturation_numbers():
    # Ferrara et al. (2017): n + 1 for V, for its dual and for the antichain of two sets.
    for poset in (V, V.dual(), antichain(2)):
        assert [saturation_number(poset, n).value for n in (2, 3, 4, 5)] == [3, 4, 5, 6]
    assert [saturation_number(chain(2), n).value for n in (1, 2, 3)] == [1, 1, 1]


def least_by_looking_at_all(poset, n):
    """sat*(n, P) from all 2^(2^n) families."""
    families = np.arange(1 << (1 << n), dtype=np.int64)
    has_copy = np.zeros(len(families), dtype=bool)
    for places in combinations(range(1 << n), len(poset)):
        if contains_copy(poset, places):
            mask = sum(1 << s for s in places)
            has_copy |= families & mask == mask
    saturated = ~has_copy
    for s in range(1 << n):
        larger = families | 1 << s
        saturated &= (larger == families) | has_copy[larger]
    return int(np.bitwise_count(families[saturated]).min())


@pytest.mark.parametrize("k", [2, 3, 4])
def test_every_small_poset_against_all_families(k):
    for poset in enumerate_posets(k):
        for n in range(4):
            result = saturation_number(poset, n)
            assert result.value == least_by_looking_at_all(poset, n)
            assert result.verify().bound == (result.value, result.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUR)
def test_four_points_against_all_families(name):
    assert saturation_number(FOUR[name], 4).value == least_by_looking_at_all(FOUR[name], 4)


@pytest.mark.parametrize("name", FOUR)
def test_duals_have_the_same_number(name):
    """Complements exchange inclusions; the searches have nothing else in common."""
    for n in (3, 4):
        assert saturation_number(FOUR[name], n).value == saturation_number(FOUR[name].dual(), n).value


@pytest.mark.parametrize("k", [2, 3])
def test_copies_are_those_of_the_definition(k):
    for poset in enumerate_posets(k):
        for n in range(4):
            listed = [
                list(sets) for sets in combinations(range(1 << n), k) if copy_by_definition(poset, sets)
            ]
            assert copies(poset, n).tolist() == listed


def test_too_many_copies_are_refused(monkeypatch):
    monkeypatch.setattr(check_saturation, "MOST_COPIES", 10)
    with pytest.raises(ValueError, match="must have at most"):
        saturation_number(V, 4)
    with pytest.raises(CertificateError, match="more than 10 copies"):
        TRUE.verify()


@pytest.mark.parametrize("name", FOUR)
def test_families_are_saturated_by_the_definition(name):
    """The checker looks at the list of copies, `contains_copy` at the family."""
    for n in (3, 4, 5):
        family = saturation_number(FOUR[name], n).family
        assert not contains_copy(FOUR[name], family)
        assert all(contains_copy(FOUR[name], family, using=s) for s in range(1 << n) if s not in family)


def test_a_time_out_leaves_a_bracket():
    result = saturation_number(complete_bipartite(2, 2), 6, time_limit=1e-6)
    assert result.lower == 3 < result.upper <= 30
    assert repr(result) == f"3 <= sat*(6, P) <= {result.upper}, not proven"
    result.verify()


TRUE = saturation_number(fence(4), 4)
FORGED = {
    "lower": [TRUE.lower - 1, TRUE.lower + 1, None, "8", True, 8.0],
    "upper": [TRUE.upper - 1, TRUE.upper + 1, None, math.nan],
    "n": [3, 5, -1, 8, None, True, 4.0],
    "poset": [antichain(4), fence(5), Poset(0), None, chain(4)],
    "family": [
        TRUE.family[:-1],
        (*TRUE.family[:-1], 16),
        TRUE.family[::-1],
        TRUE.family[:1] * 8,
        (*range(7), -1),
        tuple(range(8)),
        list(TRUE.family),
        (),
        None,
    ],
    "lower_witness": [
        SaturationWitness(8),
        SaturationWitness(8, ("0",)),
        SaturationWitness(8, TRUE.lower_witness.proof[:5]),
        SaturationWitness(8, list(TRUE.lower_witness.proof)),
        SaturationWitness(7, TRUE.lower_witness.proof),
        SaturationWitness(8, saturation_number(boolean_lattice(2), 4).lower_witness.proof),
        None,
        8,
    ],
}


@pytest.mark.parametrize(("field", "lie"), [(field, lie) for field, lies in FORGED.items() for lie in lies])
def test_a_forged_saturation_number_is_refused(field, lie):
    assert TRUE.verify().bound == (8, 8)
    with pytest.raises(CertificateError):
        replace(TRUE, **{field: lie}).verify()


def test_one_set_fewer_is_refused_even_with_its_own_witness():
    """Each bound below is proved by its own proof, and no more than that."""
    better = replace(TRUE, lower=9, lower_witness=SaturationWitness(9, TRUE.lower_witness.proof))
    with pytest.raises(CertificateError):
        better.verify()
    larger = tuple(max((saturated_family(fence(4), 4, height=0, rng=seed) for seed in range(9)), key=len))
    assert len(larger) > 8
    replace(TRUE, upper=len(larger), family=larger).verify()
    with pytest.raises(CertificateError, match=r"does not follow|do not end"):
        replace(
            TRUE, upper=len(larger), family=larger, lower=9,
            lower_witness=SaturationWitness(9, TRUE.lower_witness.proof),
        ).verify()  # fmt: skip


def test_a_file_brings_the_number_back(tmp_path):
    TRUE.save(tmp_path / "number.json")
    assert SaturationNumber.load(tmp_path / "number.json") == TRUE
    assert verify_file(tmp_path / "number.json") == str(TRUE.verify())
    record = TRUE.to_dict()
    for name in record:
        for lie in (None, "x", -1, 10**30, [], [None], {}, [[0, 0]], ["1 0"]):
            if lie == record[name]:
                continue
            with pytest.raises(CertificateError):
                SaturationNumber.from_dict({**record, name: lie}).verify()


@pytest.mark.parametrize(
    "poset", [V, antichain(3), boolean_lattice(2), fence(4), complete_bipartite(2, 2), chain(3)], ids=repr
)
@pytest.mark.parametrize("rng", [None, 0, 1])
def test_every_step_of_the_bound(poset, rng):
    width = hypercube_width(poset)
    for n in range(1, 6):
        family = saturated_family(poset, n, height=width.height.value, rng=rng)
        assert not contains_copy(poset, family)
        assert all(contains_copy(poset, [*family, s]) for s in range(1 << n) if s not in family)
        assert not any(shatters(family, t) for t in range(1 << n) if t.bit_count() == width.value)
        assert len(family) <= sauer_shelah_bound(n, width.value)
        assert n > 3 or saturation_number(poset, n).value <= len(family)


def test_limits_are_named():
    with pytest.raises(ValueError, match="n must be an integer from 0 to 7"):
        saturation_number(V, 8)
    with pytest.raises(ValueError, match="n must be an integer from 0 to 10"):
        saturated_family(V, 11, height=1)
    with pytest.raises(ValueError, match="got 2, which is more"):
        saturated_family(V, 3, height=2)
