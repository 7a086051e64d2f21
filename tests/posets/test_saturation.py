"""Saturated families: a direct search for copies, published numbers, and every step of the bound."""

from itertools import combinations, permutations

import pytest

from mathlib.posets import (
    Poset,
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

V = Poset(3, covers=[(0, 1), (0, 2)])


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
        assert [saturation_number(poset, n) for n in (2, 3, 4)] == [3, 4, 5]
    assert [saturation_number(chain(2), n) for n in (1, 2, 3)] == [1, 1, 1]


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
        assert n > 3 or saturation_number(poset, n) <= len(family)


def test_limits_are_named():
    with pytest.raises(ValueError, match="n must be an integer from 0 to 4"):
        saturation_number(V, 5)
    with pytest.raises(ValueError, match="n must be an integer from 0 to 10"):
        saturated_family(V, 11, height=1)
    with pytest.raises(ValueError, match="got 2, which is more"):
        saturated_family(V, 3, height=2)
