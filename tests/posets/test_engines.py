"""h*, w*, dim2 and the order dimension: engines that share no code agree, and certificates hold."""

import json
import re
import time
from dataclasses import replace
from itertools import permutations
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib import posets
from mathlib.errors import CertificateError
from mathlib.posets import (
    DimensionWitness,
    Embedding,
    LowerWitness,
    Poset,
    Realizer,
    Refutation,
    antichain,
    boolean_lattice,
    chain,
    complete_bipartite,
    crown,
    enumerate_posets,
    fence,
    find_embedding,
    grid,
    hypercube_height,
    hypercube_width,
    order_dimension,
    random_poset,
    standard_example,
    two_dimension,
)
from mathlib.posets.catalogue.branch_and_bound import solve_many
from mathlib.posets.certificates.witness import sperner_number
from mathlib.posets.order.relations import bits
from mathlib.posets.parameters.conflicts import ConflictGraph, large_clique
from mathlib.posets.parameters.linear_orders import find_orders
from mathlib.posets.parameters.sat import find_upsets
from tests.posets.by_definition import parameters, representable, verified
from tests.posets.by_search import solve_small

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "posets.json").read_text())


@st.composite
def random_posets(draw, least=0, most=9):
    n = draw(st.integers(least, most))
    rng = draw(st.integers(0, 10**6))
    if draw(st.booleans()):
        return random_poset(n, dim=draw(st.integers(1, 4)), rng=rng)
    return random_poset(n, p=draw(st.sampled_from([0.1, 0.2, 0.35])), rng=rng)


def all_three(poset) -> tuple:
    width = verified(hypercube_width(poset))
    assert verified(hypercube_height(poset)).value == width.height.value
    return width.height.value, width.value, verified(two_dimension(poset)).value


# The oracle


@pytest.mark.parametrize("n", range(5))
def test_search_agrees_with_the_definition(n):
    for poset in enumerate_posets(n):
        solution = solve_small(poset)
        assert (solution.height, solution.width, solution.two_dimension) == parameters(poset)


@pytest.mark.slow
def test_search_agrees_with_the_definition_on_five_elements():
    for poset in enumerate_posets(5):
        solution = solve_small(poset)
        assert (solution.height, solution.width, solution.two_dimension) == parameters(poset)


def test_public_functions_agree_with_the_definition_up_to_four_elements():
    for n in range(5):
        for poset in enumerate_posets(n):
            assert all_three(poset) == parameters(poset)


# Engines against each other


@pytest.mark.parametrize("n", range(7))
def test_bounds_decomposition_and_search_agree_on_all_small_posets(n):
    listed = enumerate_posets(n)
    for poset, row in zip(listed, solve_many(listed.below()), strict=True):
        assert all_three(poset) == tuple(row[:3])


@settings(max_examples=60, deadline=None)
@given(random_posets(least=2))
def test_sat_finds_what_the_search_finds_and_no_more(poset):
    solution = solve_small(poset)
    n, h, w, d = len(poset), solution.height, solution.width, solution.two_dimension
    assert isinstance(find_upsets(poset, n * n, h), tuple)
    assert isinstance(find_upsets(poset, n * n, h - 1), Refutation)
    assert isinstance(find_upsets(poset, w, h), tuple)
    assert isinstance(find_upsets(poset, w - 1, h), Refutation)
    assert isinstance(find_upsets(poset, d), tuple)
    assert isinstance(find_upsets(poset, d - 1), Refutation)


@settings(max_examples=60, deadline=None)
@given(random_posets(least=2, most=4), st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_sat_agrees_where_there_are_many_twins(poset, sizes):
    """Every element is replaced by an antichain, which puts the symmetry of the search to the test."""
    copies = [x for x, size in zip(poset, sizes, strict=False) for _ in range(size)][:9]
    twins = Poset(
        len(copies),
        leq=lambda i, j: i == j or (copies[i] != copies[j] and poset.less_equal(copies[i], copies[j])),
    )
    solution = solve_small(twins)
    assert isinstance(find_upsets(twins, len(twins), solution.height), tuple)
    assert isinstance(find_upsets(twins, solution.width - 1, solution.height), Refutation)
    assert isinstance(find_upsets(twins, len(twins), solution.height - 1), Refutation)
    assert isinstance(find_upsets(twins, solution.two_dimension - 1), Refutation)


@settings(max_examples=60, deadline=None)
@given(random_posets(most=10))
def test_the_public_functions_agree_with_the_plain_search(poset):
    solution = solve_small(poset)
    assert all_three(poset) == (solution.height, solution.width, solution.two_dimension)


@settings(max_examples=40, deadline=None)
@given(random_posets(most=10))
def test_representations_of_the_search_attain_its_values(poset):
    solution = solve_small(poset)
    shallow = verified(Embedding.from_upsets(poset, solution.shallow))
    narrow = verified(Embedding.from_upsets(poset, solution.narrow))
    assert (shallow.height, shallow.width, narrow.width) == (
        solution.height,
        solution.width,
        solution.two_dimension,
    )
    assert (
        solution.height_bound
        <= solution.height
        <= solution.two_dimension
        <= solution.width
        <= max(len(poset), 1)
    )


@settings(max_examples=30, deadline=None)
@given(random_posets(least=12, most=18))
def test_larger_posets_have_certificates_on_both_sides(poset):
    height, width, two_dim = all_three(poset)
    assert height <= two_dim <= width <= len(poset)


# Decomposition


@settings(max_examples=60, deadline=None)
@given(random_posets(least=1, most=5), random_posets(least=1, most=5))
def test_ordinal_sums(low, high):
    """The rules of the sums, by plain search on the whole: the module brackets states and uses them."""
    whole, lower, upper = solve_small(low.ordinal_sum(high)), solve_small(low), solve_small(high)
    joint = lower.two_dimension + (len(low.maximal_elements) == len(high.minimal_elements) == 1)
    assert whole.two_dimension == joint + upper.two_dimension
    assert whole.height == joint + upper.height
    assert whole.width == joint + upper.width


@settings(max_examples=60, deadline=None)
@given(random_posets(least=1, most=5), random_posets(least=1, most=5))
def test_height_of_disjoint_unions(one, other):
    parts = [solve_small(part).height + (len(part.minimal_elements) == 1) for part in (one, other)]
    assert solve_small(one.disjoint_union(other)).height == max(parts)


@settings(max_examples=60, deadline=None)
@given(random_posets(least=1))
def test_height_is_two_dimension_iff_there_is_a_greatest_element(poset):
    solution = solve_small(poset)
    assert (solution.height == solution.two_dimension) == (len(poset.maximal_elements) == 1)


@settings(max_examples=30, deadline=None)
@given(random_posets())
def test_two_dimension_of_the_dual(poset):
    """Complements of the sets represent the dual."""
    assert two_dimension(poset).value == two_dimension(poset.dual()).value


# Reference values


@pytest.mark.parametrize(
    "row", REFERENCE["named"]["values"], ids=lambda row: f"{row[0]}{tuple(row[1])}".replace(" ", "")
)
def test_named_posets(row):
    family, arguments, *expected = row
    assert all_three(getattr(posets, family)(*arguments)) == tuple(expected)


def test_the_poset_whose_height_exceeds_the_chromatic_bound():
    reference = REFERENCE["bound_exception"]
    poset = Poset(7, covers=[tuple(pair) for pair in reference["covers"]])
    solution = solve_small(poset)
    assert solution.height_bound == 3
    assert all_three(poset) == tuple(reference[name] for name in ("h*", "w*", "dim2"))


@pytest.mark.parametrize(
    ("poset", "expected"),
    [
        (chain(70), (69, 69, 69)),
        (boolean_lattice(7), (7, 7, 7)),
        (grid(6, 6, 3), (12, 12, 12)),
        (standard_example(30), (29, 30, 30)),
        (antichain(100), (1, 100, 9)),
        (complete_bipartite(20, 30), (7, 36, 13)),
        (antichain(4).ordinal_sum(chain(3)), (6, 6, 6)),
    ],
    ids=lambda value: str(len(value)),
)
def test_closed_forms_reach_beyond_one_machine_word(poset, expected):
    """K_{20,30}: dim2(A_20) = 6 as C(6,3) = 20, w*(A_30) = 30, dim2(A_30) = 7 as C(7,3) = 35."""
    assert all_three(poset) == expected


@pytest.mark.parametrize("poset", [Poset(0), Poset(1)], ids=["empty", "single"])
def test_the_smallest_posets(poset):
    assert all_three(poset) == (0, 0, 0)
    assert verified(order_dimension(poset)).value == len(poset)
    assert verified(find_embedding(poset, height=0, ground=0).embedding).width == 0


# Certificates


def test_a_lower_witness_is_checked_row_by_row():
    square = complete_bipartite(2, 2)
    LowerWitness(4, rows=((0, 1), (1, 0), (2, 3), (3, 2))).check(square, "dim2")
    for witness, message in [
        (LowerWitness(5, rows=((0, 1), (1, 0), (2, 3), (3, 2))), "prove only 4 >= 5"),
        (LowerWitness(1, rows=((0, 2),)), "is no row"),
        (LowerWitness(2, rows=((0, 1), (0, 1))), "one up-set separates both"),
        (LowerWitness(1, rows=((3, 2),), element=2), "does not begin below 2"),
        (LowerWitness(4, antichains=((0, 1), (0, 1))), "one up-set separates both"),
        (LowerWitness(1, refuted=("a guess",)), "must be a tuple of Refutations"),
    ]:
        with pytest.raises(CertificateError, match=message):
            witness.check(square, "dim2" if witness.element is None else "h*")


def test_an_antichain_witness_with_a_height_needs_all_other_sets_below_it():
    poset = complete_bipartite(2, 1).disjoint_union(chain(1))
    LowerWitness(3, rows=((3, 2),), antichains=((0, 1),)).check(poset, "w*")
    with pytest.raises(CertificateError, match="contains 3 need not contain 0"):
        LowerWitness(3, rows=((3, 2),), antichains=((0, 1),), height=2).check(poset, "w*")


@pytest.mark.parametrize("height", [None, 1, 2, 3])
def test_sperner_numbers_by_listing_antichains(height):
    """The largest antichain of sets of limited size, as a largest clique of incomparable sets."""
    for width in range(1, 5):
        sets = [s for s in range(1 << width) if height is None or s.bit_count() <= height]
        apart = [sum(1 << j for j, t in enumerate(sets) if s & t not in (s, t)) for s in sets]
        largest = len(large_clique(apart, (1 << len(sets)) - 1))
        assert sperner_number(largest, height) <= width < sperner_number(largest + 1, height)


@settings(max_examples=40, deadline=None)
@given(random_posets(most=8))
def test_rows_conflict_iff_no_upset_separates_both(poset):
    graph = ConflictGraph(poset)
    masks = [
        mask
        for mask in range(1 << len(poset))
        if not any(mask >> i & 1 and above & ~mask for i, above in enumerate(poset.above))
    ]
    upsets = [set(bits(mask)) for mask in masks]
    for r, (x, y) in enumerate(graph.rows):
        for s, (u, v) in enumerate(graph.rows):
            together = any({x, u} <= upset and not {y, v} & upset for upset in upsets)
            assert bool(graph.conflicts[r] >> s & 1) == (not together)


@settings(max_examples=40, deadline=None)
@given(random_posets(most=8))
def test_greedy_colourings_are_proper(poset):
    graph = ConflictGraph(poset)
    classes = graph.colouring()
    assert sum(classes) == graph.everything
    for rows in classes:
        assert len(graph.clique(rows)) == 1
    Embedding.from_upsets(poset, [graph.upset(rows) for rows in classes]).verify()


def test_results_say_what_they_rest_on():
    result = hypercube_width(fence(4))
    assert result.lower_witness.kind == "witness"
    assert repr(result) == "w* = 3, proven (lower bound: a witness that can be checked)"
    proved = two_dimension(fence(9))
    assert proved.lower_witness.kind == "refutation"
    lines = len(proved.lower_witness.proof)
    assert repr(proved) == f"dim2 = 5, proven (lower bound: a proof of {lines} lines)"
    both = hypercube_width(random_poset(20, dim=3, rng=0))
    assert re.search(r"\(lower bound: a proof of \d+ lines; h\*: a proof of \d+ lines\)$", repr(both))


def test_a_result_with_a_wrong_number_does_not_verify():
    result = two_dimension(fence(5))
    with pytest.raises(CertificateError, match="does not attain dim2 = 5"):
        replace(result, upper=5).verify()
    with pytest.raises(CertificateError, match="the witness is for 3, not for 4"):
        replace(result, lower=4).verify()
    width = hypercube_width(antichain(5))
    with pytest.raises(CertificateError, match="has not the height 1"):
        replace(
            width,
            embedding=find_embedding(antichain(5), 2, 5).embedding,
            upper=find_embedding(antichain(5), 2, 5).embedding.width,
        ).verify()


# Time limits


def test_a_time_out_leaves_a_bracket():
    poset = random_poset(45, p=0.04, rng=1)
    started = time.monotonic()
    result = verified(two_dimension(poset, time_limit=0.5))
    assert time.monotonic() - started < 10
    assert result.value is None
    assert not result.proven
    assert result.lower < result.upper == result.embedding.width
    assert "not proven" in repr(result)


def test_a_time_out_of_the_height_leaves_the_width_to_the_theorem():
    poset = random_poset(60, dim=2, rng=0)
    result = verified(hypercube_width(poset, time_limit=0.3))
    assert not result.height.proven
    assert result.value is None
    assert result.embedding is None
    assert result.upper <= 60


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="positive number of seconds"):
        two_dimension(fence(3), time_limit=0)


def test_only_posets_are_accepted():
    with pytest.raises(TypeError, match="poset must be a Poset; got 3"):
        two_dimension(3)
    with pytest.raises(ValueError, match="at most 11"):
        solve_many(np.zeros((1, 12), int))


# find_embedding


@pytest.mark.parametrize("n", range(5))
def test_find_embedding_decides_both_limits(n):
    for poset in enumerate_posets(n):
        for height in range(4):
            for ground in range(5):
                found = find_embedding(poset, height, ground)
                assert bool(found) == found.exists == representable(poset, height, ground)
                if found:
                    assert verified(found.embedding).height <= height
                    assert found.embedding.width <= ground
                else:
                    assert found.embedding is None


def test_find_embedding_without_limits_and_with_bad_ones():
    for poset in (crown(4), Poset(0), chain(1), antichain(2), random_poset(90, dim=2, rng=0)):
        n = len(poset)
        for limits in ({}, {"height": n}, {"ground": n + 1}, {"height": n, "ground": n}):
            assert verified(find_embedding(poset, **limits, time_limit=1e-6).embedding).width <= n
    assert not find_embedding(crown(4), height=1)
    with pytest.raises(ValueError, match=r"height must be an integer >= 0, .*; got -1"):
        find_embedding(crown(4), height=-1)


def test_find_embedding_says_that_it_does_not_know():
    poset = random_poset(60, dim=2, rng=0)
    found = find_embedding(poset, height=27, time_limit=0.01)
    assert (found.exists, found.embedding, repr(found)) == (None, None, "not known")
    with pytest.raises(ValueError, match="neither true nor false"):
        bool(found)
    free = two_dimension(poset, time_limit=1e-6).embedding  # what is known without a search is an answer
    assert verified(find_embedding(poset, ground=free.width, time_limit=1e-6).embedding).width <= free.width


# Order dimension


def dimension_by_definition(poset) -> int:
    """The least number of linear extensions that together reverse all incomparable pairs."""
    leq = poset.leq
    n = len(poset)
    reversals = set()
    for order in permutations(range(n)):
        place = {x: i for i, x in enumerate(order)}
        if all(place[x] <= place[y] for x in range(n) for y in range(n) if leq[x, y]):
            reversals.add(frozenset((x, y) for x in range(n) for y in range(n) if place[y] < place[x]))
    wanted = {(x, y) for x in range(n) for y in range(n) if x != y and not leq[x, y]}
    reached, size = {frozenset()}, 0
    while wanted not in reached:
        reached = {one | (other & wanted) for one in reached for other in reversals}
        size += 1
    return size


@pytest.mark.parametrize("n", range(1, 6))
def test_order_dimension_agrees_with_the_definition(n):
    for poset in enumerate_posets(n):
        assert verified(order_dimension(poset)).value == max(1, dimension_by_definition(poset))


@pytest.mark.parametrize(
    ("poset", "dimension"),
    [
        (standard_example(3), 3),
        (standard_example(6), 6),
        (boolean_lattice(5), 5),
        (crown(3), 3),
        (crown(6), 3),
        (fence(12), 2),
        (grid(3, 3, 3), 3),
        (antichain(9), 2),
        (chain(9), 1),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, Poset) else str(value),
)
def test_known_order_dimensions(poset, dimension):
    """Dushnik and Miller (1941); Komm (1948) for Boolean lattices; Trotter (1974) for crowns."""
    assert verified(order_dimension(poset)).value == dimension


@settings(max_examples=40, deadline=None)
@given(random_posets(least=2))
def test_sat_finds_realizers_of_the_least_size_and_no_smaller(poset):
    """Most answers come from the orientation or from bounds that meet; SAT must agree with them."""
    dimension = order_dimension(poset).value
    Realizer(poset, tuple(find_orders(poset, dimension, inf)[0])).verify()
    assert dimension == 1 or find_orders(poset, dimension - 1, inf)[0] is None


def test_sat_knows_standard_examples():
    poset = standard_example(4)
    assert find_orders(poset, 3, inf)[0] is None


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 14), st.integers(1, 4), st.integers(0, 10**6))
def test_an_intersection_of_linear_orders_has_at_most_that_dimension(n, dim, seed):
    result = verified(order_dimension(random_poset(n, dim=dim, rng=seed)))
    assert result.value <= dim


def test_false_realizers_and_standard_examples_are_refused():
    with pytest.raises(CertificateError, match="disagree on 0 <= 1"):
        Realizer(antichain(2), ((0, 1), (0, 1))).verify()
    with pytest.raises(CertificateError, match="list every element once"):
        Realizer(antichain(2), ((0, 0),)).verify()
    with pytest.raises(CertificateError, match="0 <= 3 does not hold"):
        DimensionWitness(2, ((0, 2), (1, 3))).check(antichain(4))
    with pytest.raises(CertificateError, match="0 and 1 are comparable"):
        DimensionWitness(2, ((0, 1),)).check(chain(2))
    with pytest.raises(CertificateError, match="do not prove dim >= 3"):
        DimensionWitness(3, ((0, 1),)).check(antichain(2))
