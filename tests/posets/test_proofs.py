"""Lower bounds that a SAT solver found: their proofs, and a checker that believes nothing else."""

import contextlib
import random
from dataclasses import replace
from itertools import product

import pytest
from pysat.solvers import Glucose4

from mathlib.errors import CertificateError
from mathlib.posets import (
    DimensionWitness,
    LowerWitness,
    Refutation,
    antichain,
    chain,
    enumerate_posets,
    find_embedding,
    hypercube_height,
    hypercube_width,
    order_dimension,
    random_poset,
    standard_example,
    two_dimension,
)
from mathlib.posets.certificates.encoding import order_clauses, representation_clauses
from mathlib.posets.parameters import sat
from tests.posets.by_definition import representable
from tests.posets.propagation import refutes, refutes_plainly

TWELVE = two_dimension(random_poset(12, dim=3, rng=7))
PART = TWELVE.lower_witness.refuted[0]


def clauses_of(part, poset):
    induced = poset.subposet(part.members)
    rows = [(induced.index(x), induced.index(y)) for x, y in part.rows]
    return list(representation_clauses(induced, part.width, part.height, rows))


def changed(proof, rng):
    """A proof with a line dropped, doubled or moved, or with a literal dropped, added or turned around."""
    lines = [line.split()[:-1] for line in proof]
    i = rng.randrange(len(lines))
    how = rng.randrange(6)
    if how == 0:
        del lines[i]
    elif how == 1:
        lines.insert(rng.randrange(len(lines)), lines[i])
    elif how == 2:
        lines.insert(rng.randrange(len(lines)), lines.pop(i))
    elif lines[i]:
        k = rng.randrange(len(lines[i]))
        if how == 3:
            lines[i] = lines[i][:k] + lines[i][k + 1 :]
        elif how == 4:
            lines[i] = lines[i] + [rng.choice(rng.choice(lines) or lines[i])]
        else:
            lines[i] = [str(-int(x)) if j == k else x for j, x in enumerate(lines[i])]
    return [" ".join([*line, "0"]) for line in lines]


@pytest.mark.parametrize("seed", range(2))
def test_a_changed_proof_passes_iff_each_line_still_follows(seed):
    rng, verdicts = random.Random(seed), []
    poset = random_poset(8, dim=3, rng=seed)
    for width, height in ((3, None), (4, 2)):
        found = find_embedding(poset, height, width)
        if found.exists:
            continue
        clauses = clauses_of(found.refutation, poset)
        for _ in range(25):
            proof = changed(found.refutation.proof, rng)
            verdicts.append(refutes(clauses, proof))
            assert verdicts[-1] == refutes_plainly(clauses, proof)
    assert len(set(verdicts)) == 2


# What is refuted


@pytest.mark.parametrize("n", range(2, 5))
def test_the_clauses_have_a_model_iff_there_is_a_representation(n):
    for poset in enumerate_posets(n):
        for ground, height in product(range(1, 4), (None, 1, 2)):
            with Glucose4(bootstrap_with=representation_clauses(poset, ground, height, [])) as solver:
                assert solver.solve() == representable(poset, ground if height is None else height, ground)


@pytest.mark.parametrize("k", [3, 4])
def test_the_clauses_of_orders(k):
    for size in (k - 1, k):
        with Glucose4(bootstrap_with=order_clauses(standard_example(k), size)) as solver:
            assert solver.solve() == (size == k)


def test_each_kind_of_bound_has_its_proof(monkeypatch):
    """Verification asks no solver, and each proof is needed."""
    width = hypercube_width(random_poset(20, dim=3, rng=0))
    assert width.lower_witness.kind == width.height.lower_witness.kind == "refutation"
    stacked = two_dimension(TWELVE.poset.ordinal_sum(TWELVE.poset))
    assert (stacked.value, len(stacked.lower_witness.refuted)) == (14, 2)
    monkeypatch.setattr(sat, "Cadical195", None)
    for result in (TWELVE, width, width.height, stacked):
        assert result.verify().bound == (result.value, result.value)
        assert result.lower_witness.proof
    for result in (TWELVE, stacked):  # the others follow by propagation alone
        parts = result.lower_witness.refuted
        for i, part in enumerate(parts):
            lost = (*parts[:i], replace(part, proof=()), *parts[i + 1 :])
            with pytest.raises(CertificateError):
                replace(result, lower_witness=replace(result.lower_witness, refuted=lost)).verify()


def test_long_proofs_are_trimmed(monkeypatch):
    monkeypatch.setattr(sat, "_LONG", 0)
    trimmed = two_dimension(TWELVE.poset)
    assert 0 < len(trimmed.lower_witness.proof) < len(TWELVE.lower_witness.proof)
    assert trimmed.verify() == TWELVE.verify()


def test_one_refutation_does_not_count_twice():
    witness = LowerWitness(14, refuted=(PART, PART))
    with pytest.raises(CertificateError, match="one up-set separates both"):
        witness.check(TWELVE.poset, "dim2")


def test_only_the_last_refutation_limits_the_height():
    limited = find_embedding(antichain(5), height=1, ground=4).refutation
    plain = replace(limited, members=(5, 6, 7, 8, 9))
    poset = antichain(5).ordinal_sum(antichain(5))
    poset = poset.relabel(range(10))
    with pytest.raises(CertificateError, match="only the last"):
        LowerWitness(10, height=5, refuted=(limited, plain)).check(poset, "w*")


def test_a_limit_of_the_height_binds_only_what_has_this_height():
    """Five incomparable sets with one element each need five ground elements, but with two only four."""
    limited = find_embedding(antichain(5), height=1, ground=4).refutation
    LowerWitness(5, height=1, refuted=(limited,)).check(antichain(5), "w*")
    for height, parameter in ((2, "w*"), (None, "w*"), (None, "dim2"), (None, "h*")):
        with pytest.raises(CertificateError):
            LowerWitness(5, height=height, refuted=(limited,)).check(antichain(5), parameter)


def test_a_refuted_height_needs_enough_ground_elements_and_all_others_below_it():
    poset = random_poset(20, dim=3, rng=0)
    height = hypercube_height(poset)
    part = height.lower_witness.refuted[0]
    for forged in (replace(part, width=part.width - 1), replace(part, height=part.height + 1)):
        with pytest.raises(CertificateError):
            replace(height, lower_witness=replace(height.lower_witness, refuted=(forged,))).verify()
    three = antichain(3).ordinal_sum(chain(1)).disjoint_union(chain(1)).relabel(range(5))
    part = Refutation((0, 1, 2), 3, height=0)
    LowerWitness(1, refuted=(part,)).check(three, "h*")
    with pytest.raises(CertificateError, match="contains 4 need not contain 0"):
        LowerWitness(2, rows=((4, 3),), refuted=(part,)).check(three, "h*")


FORGED = [
    {"members": (0, 1)},
    {"members": (0,), "width": 0},
    {"members": ()},
    {"members": (0, 0, 1)},
    {"members": (0, 1, 99)},
    {"members": ([0], 1)},
    {"members": [0, 1]},
    {"width": PART.width + 1},
    {"width": 10**9},
    {"width": -1},
    {"width": None},
    {"width": 4.0},
    {"width": True},
    {"height": -1},
    {"height": "2"},
    {"rows": ((0, 0),)},
    {"rows": PART.rows[:1] * 2},
    {"rows": ((0,),)},
    {"rows": None},
    {"rows": ((0, 77),)},
    {"proof": None},
    {"proof": list(PART.proof)},
    {"proof": ()},
    {"proof": ("0",)},
    {"proof": PART.proof[:1]},
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_refutation_is_refused(forged):
    witness = replace(TWELVE.lower_witness, refuted=(replace(PART, **forged),))
    with pytest.raises(CertificateError):
        replace(TWELVE, lower_witness=witness).verify()


@pytest.mark.parametrize("seed", range(4))
def test_what_passes_is_true(seed):
    """Refutations with random fields: one that passes says nothing that a search contradicts."""
    rng, passed = random.Random(seed), 0
    poset = random_poset(7, dim=3, rng=seed)
    known = [
        find_embedding(poset, h, g).refutation
        for g, h in product(range(1, 5), (None, 1, 2, 3))
        if not find_embedding(poset, h, g).exists
    ]
    for _ in range(300):
        part = rng.choice(known)
        for name in rng.sample(("members", "width", "height", "rows", "proof"), 2):
            members = list(part.members)
            if name == "members":
                part = replace(part, members=tuple(rng.sample(members, rng.randrange(1, len(members) + 1))))
            elif name == "width":
                part = replace(part, width=part.width + rng.choice((-1, 1)))
            elif name == "height":
                part = replace(part, height=rng.choice((None, 0, 1, 2, 3)))
            elif name == "rows":
                part = replace(part, rows=part.rows[1:] or rng.choice(known).rows)
            else:
                part = replace(part, proof=rng.choice(known).proof)
        try:
            part.check(poset)
        except CertificateError:
            continue
        passed += 1
        induced = poset.subposet(part.members)
        height = part.width if part.height is None else part.height
        assert not representable(induced, height, part.width)
    assert passed


def test_dimension_beyond_what_the_other_fields_prove():
    four, five = standard_example(4), standard_example(5)
    proof = sat.solve(lambda: order_clauses(four, 3))[1]
    DimensionWitness(4, proof=proof).check(four)
    for lines in ((), ("0",), proof[:1], PART.proof, list(proof), None):
        with pytest.raises(CertificateError):
            DimensionWitness(4, proof=lines).check(four)
    for bound, poset in ((5, four), (5, five), (4, chain(9)), (4, antichain(9))):
        with pytest.raises(CertificateError):
            DimensionWitness(bound, proof=proof).check(poset)
    assert order_dimension(four).lower_witness.kind == "witness"


def some_poset(rng):
    """A random poset, or one that falls into two."""
    first, second = (random_poset(rng.randrange(2, 5), p=0.4, rng=rng.randrange(10**6)) for _ in range(2))
    if rng.random() < 0.3:
        return random_poset(rng.randrange(4, 8), dim=rng.choice((2, 3)), rng=rng.randrange(10**6))
    joined = first.ordinal_sum(second) if rng.random() < 0.5 else first.disjoint_union(second)
    return joined.relabel(range(len(joined)))


def some_refutations(poset, rng):
    for _ in range(5):
        members = rng.sample(list(poset), rng.randrange(2, len(poset) + 1))
        ground, height = rng.randrange(1, 6), rng.choice((None, 1, 2, 3))
        if rng.random() < 0.4:
            ground = len(members)
        found = find_embedding(poset.subposet(members), height, ground).refutation
        if found is not None:
            yield found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_no_witness_that_is_put_together_proves_too_much(seed):
    """Rows, groups and refutations in any combination: what passes is at most the parameter."""
    rng, counted = random.Random(seed), 0
    for _ in range(120):
        poset = some_poset(rng)
        width = hypercube_width(poset)
        true = {"h*": width.height.value, "w*": width.value, "dim2": two_dimension(poset).value}
        rows = [(x, y) for x in poset for y in poset if not poset.less_equal(x, y)]
        refuted = list(some_refutations(poset, rng))
        for _ in range(40):
            parameter = rng.choice(list(true))
            witness = LowerWitness(
                0,
                rows=tuple(rng.sample(rows, min(len(rows), rng.randrange(3)))),
                refuted=tuple(rng.sample(refuted, min(len(refuted), rng.randrange(3)))),
                distinct=(tuple(rng.sample(list(poset), 2)),) * rng.choice((0, 0, 1)),
                element=rng.choice([None, *poset]) if parameter == "h*" else None,
                height=rng.choice((None, true["h*"])) if parameter == "w*" else None,
            )
            bound = 0
            with contextlib.suppress(CertificateError):
                while bound <= true[parameter]:
                    replace(witness, bound=bound).check(poset, parameter)
                    bound += 1
            assert bound <= true[parameter] + 1, (
                f"{witness} proves {parameter} > {true[parameter]} of {poset}"
            )
            with pytest.raises(CertificateError):
                replace(witness, bound=true[parameter] + 1).check(poset, parameter)
            counted += bool(witness.refuted) and bound > 1
    assert counted > 50
