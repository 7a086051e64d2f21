"""Poset: three ways to give one, what it derives, and what it refuses."""

import copy
import pickle
import sys
from itertools import permutations
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib.posets import (
    Poset,
    antichain,
    boolean_lattice,
    chain,
    crown,
    enumerate_posets,
    fence,
    random_poset,
)


@st.composite
def posets(draw, most=7):
    """Random posets whose labels are in no particular order."""
    n = draw(st.integers(0, most))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    poset = Poset(n, relations=draw(st.lists(st.sampled_from(pairs), max_size=10)) if pairs else [])
    return poset.subposet(draw(st.permutations(range(n))))


@given(posets())
def test_covers_relations_and_matrix_give_the_same_poset(poset):
    strict = [(x, y) for x in poset for y in poset if x != y and poset.less_equal(x, y)]
    assert Poset(poset.labels, covers=poset.covers) == poset
    assert Poset(poset.labels, relations=strict) == poset
    assert Poset(poset.labels, leq=poset.leq) == poset
    assert Poset(poset.labels, leq=poset.less_equal) == poset


@given(posets())
def test_the_order_is_the_reachability_along_covers(poset):
    reached = np.eye(len(poset), dtype=bool)
    for x, y in poset.covers:
        reached[poset.index(x), poset.index(y)] = True
    reached = np.linalg.matrix_power(reached.astype(int), len(poset)) > 0
    assert (reached == poset.leq).all()


@given(posets())
def test_no_cover_has_an_element_between(poset):
    for x, y in poset.covers:
        assert [
            z for z in poset if z not in (x, y) and poset.less_equal(x, z) and poset.less_equal(z, y)
        ] == []


@given(posets())
def test_dual_swaps_all_pairs(poset):
    assert (poset.dual().leq == poset.leq.T).all()
    assert poset.dual().dual() == poset
    assert poset.dual().minimal_elements == poset.maximal_elements


@given(posets(4), posets(4))
def test_sums_compare_as_defined(low, high):
    together = low.disjoint_union(high)
    stacked = low.ordinal_sum(high)
    n = len(low)
    for poset, across in [(together, False), (stacked, True)]:
        assert (poset.leq[:n, :n] == low.leq).all()
        assert (poset.leq[n:, n:] == high.leq).all()
        assert (poset.leq[:n, n:] == across).all()
        assert not poset.leq[n:, :n].any()


def test_labels_stay_when_they_differ():
    assert Poset("ab").ordinal_sum(Poset("cd")).labels == ("a", "b", "c", "d")
    assert Poset("ab").disjoint_union(Poset("bc")).labels == (0, 1, 2, 3)


@given(posets())
def test_blocks_and_components_put_the_poset_together_again(poset):
    for parts, join in [(poset.blocks(), Poset.ordinal_sum), (poset.components(), Poset.disjoint_union)]:
        whole = Poset(0)
        for part in parts:
            whole = join(whole, part)
        assert whole == poset
    for block in poset.blocks():
        assert len(block.blocks()) == 1
    for component in poset.components():
        assert len(component.components()) == 1


def test_blocks_of_a_stack_come_from_bottom_to_top():
    stack = chain(1).ordinal_sum(antichain(2)).ordinal_sum(fence(4)).ordinal_sum(chain(2))
    assert [len(block) for block in stack.blocks()] == [1, 2, 4, 1, 1]


@given(posets())
def test_critical_rows_are_those_of_the_definition(poset):
    below = {y: {x for x in poset if x != y and poset.less_equal(x, y)} for y in poset}
    above = {y: {x for x in poset if x != y and poset.less_equal(y, x)} for y in poset}
    expected = {
        (x, y)
        for x in poset
        for y in poset
        if not poset.less_equal(x, y) and below[x] <= below[y] | {y} and above[y] <= above[x] | {x}
    }
    assert set(poset.critical_rows()) == expected


@given(posets())
def test_every_pair_to_be_separated_follows_from_a_critical_row(poset):
    """An up-set that separates a row (u, v) separates each (x, y) with u <= x and y <= v."""
    rows = poset.critical_rows()
    for x in poset:
        for y in poset:
            implied = any(poset.less_equal(u, x) and poset.less_equal(y, v) for u, v in rows)
            assert implied == (not poset.less_equal(x, y))


# Canonical keys


@given(posets(), st.randoms())
def test_keys_do_not_depend_on_labels(poset, random):
    labels = list(range(len(poset)))
    random.shuffle(labels)
    other = poset.relabel(labels)
    other = other.subposet(sorted(labels))
    assert other.canonical_key() == poset.canonical_key()


@pytest.mark.parametrize("n", range(7))
def test_keys_tell_all_unlabelled_posets_apart(n):
    listed = enumerate_posets(n)
    assert len({poset.canonical_key() for poset in listed}) == len(listed)


def test_keys_agree_with_isomorphism_by_trying_all_permutations():
    rng = np.random.default_rng(3)
    drawn = [random_poset(5, p=0.3, rng=rng) for _ in range(12)]
    for one in drawn:
        for other in drawn:
            isomorphic = any(
                (one.leq[np.ix_(p, p)] == other.leq).all() for p in map(list, permutations(range(5)))
            )
            assert isomorphic == (one.canonical_key() == other.canonical_key())


@pytest.mark.parametrize("poset", [boolean_lattice(4), crown(9), antichain(30), chain(30)], ids=len)
def test_symmetric_posets_have_keys_too(poset):
    mixed = poset.subposet(np.random.default_rng(0).permutation(len(poset)).tolist())
    assert mixed.canonical_key() == poset.canonical_key()
    assert poset.canonical_key() != poset.subposet(poset.labels[1:]).canonical_key()


def test_keys_where_colour_refinement_sees_no_difference():
    """Two graphs of degree 3, points below edges: all points look alike at first, but most differ.

    One more element lies above all points, so that the poset is connected and no ordinal sum.
    """
    rng = np.random.default_rng(8)
    keys = set()
    for _ in range(6):
        edges = regular_graph(8, rng) + [[8 + v for v in edge] for edge in regular_graph(8, rng)]
        pairs = [(v, 17 + e) for e, edge in enumerate(edges) for v in edge] + [(v, 16) for v in range(16)]
        poset = Poset(17 + len(edges), covers=pairs)
        for _ in range(4):
            mixed = poset.subposet(rng.permutation(len(poset)).tolist())
            assert mixed.canonical_key() == poset.canonical_key()
        keys.add(poset.canonical_key())
    assert len(keys) > 1


def regular_graph(n: int, rng) -> list:
    """The edges of a random graph in which every vertex has degree 3 (configuration model, by rejection)."""
    while True:
        ends = rng.permutation(np.repeat(np.arange(n), 3)).reshape(-1, 2).tolist()
        edges = {frozenset(edge) for edge in ends}
        if len(edges) == len(ends) and all(len(edge) == 2 for edge in edges):
            return sorted(map(sorted, edges))


# Text, equality, exchange


def test_repr_can_be_read_back():
    for poset in (Poset(0), fence(5), Poset("ab", covers=["ab"])):
        assert eval(repr(poset)) == poset
    assert repr(boolean_lattice(5)) == "<Poset on 32 elements with 80 covers>"


def test_equality_ignores_the_order_of_labels():
    assert Poset("ab", covers=["ab"]) == Poset("ba", covers=["ab"])
    assert hash(Poset("ab", covers=["ab"])) == hash(Poset("ba", covers=["ab"]))
    assert Poset("ab", covers=["ab"]) != Poset("ab", covers=["ba"])
    assert Poset(2) != 2


def test_any_graph_with_nodes_and_edges_will_do():
    graph = SimpleNamespace(nodes=["a", "b", "c"], edges=[("a", "b"), ("b", "c"), ("a", "c")])
    assert Poset.from_networkx(graph).covers == (("a", "b"), ("b", "c"))
    with pytest.raises(ValueError, match="graph must be directed"):
        Poset.from_networkx(SimpleNamespace(nodes=[], edges=[], is_directed=lambda: False))


def test_to_networkx_needs_networkx(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ImportError, match="networkx, which is not installed"):
        fence(3).to_networkx()


def test_to_networkx_hands_over_nodes_and_covers(monkeypatch):
    class DiGraph:
        def add_nodes_from(self, nodes):
            self.nodes = list(nodes)

        def add_edges_from(self, edges):
            self.edges = list(edges)

    stand_in = ModuleType("networkx")
    stand_in.DiGraph = DiGraph
    monkeypatch.setitem(sys.modules, "networkx", stand_in)
    assert Poset.from_networkx(fence(6).to_networkx()) == fence(6)


# Refusals


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_or_labels": 3, "covers": [(0, 1), (1, 2), (2, 0)]}, "cycle: 0 < 1 < 2 < 0"),
        ({"n_or_labels": 4, "relations": [(3, 0), (0, 1), (1, 2), (2, 1)]}, "cycle: 1 < 2 < 1"),
        ({"n_or_labels": 2, "relations": [(1, 1)]}, "cycle: 1 < 1"),
        (
            {"n_or_labels": "ab", "covers": [("a", "z")]},
            r"covers must hold .* known labels; got \('a', 'z'\): the labels are 'a', 'b'",
        ),
        ({"n_or_labels": 3, "covers": [(0, 1), (1, 2), (0, 2)]}, r"nothing between; got \(0, 2\): 0 < 1 < 2"),
        ({"n_or_labels": 3, "covers": [(0, 1, 2)]}, r"must hold pairs of labels .*; got \(0, 1, 2\)"),
        ({"n_or_labels": "aba"}, "distinct; got 'a' twice"),
        ({"n_or_labels": -1}, "an integer from 0 to .*; got -1"),
        ({"n_or_labels": True}, "an integer from 0 to .*; got True"),
        ({"n_or_labels": 2, "covers": [], "leq": np.eye(2)}, "only one of"),
        ({"n_or_labels": 2, "leq": np.eye(3)}, r"shape \(2, 2\) for 2 elements; got shape \(3, 3\)"),
        ({"n_or_labels": 2, "leq": [[1, 0], [0, 0]]}, "not reflexive: 1 <= 1"),
        ({"n_or_labels": 2, "leq": [[1, 1], [1, 1]]}, "not antisymmetric: 0 <= 1 and 1 <= 0"),
        (
            {"n_or_labels": 3, "leq": [[1, 1, 0], [0, 1, 1], [0, 0, 1]]},
            "not transitive: 0 <= 1 and 1 <= 2, but not 0 <= 2",
        ),
        ({"n_or_labels": 2, "leq": [[1, 2], [0, 1]]}, "only truth values"),
    ],
)
def test_what_is_no_poset_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Poset(**arguments)


def test_unknown_elements_are_named():
    with pytest.raises(ValueError, match="y must be an element of the poset; got 7"):
        chain(3).less_equal(0, 7)
    with pytest.raises(ValueError, match="labels must be distinct"):
        chain(3).subposet([1, 1])
    with pytest.raises(ValueError, match="labels must be distinct"):
        chain(3).relabel("aab")


def test_the_matrix_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        chain(2).leq[1, 0] = True


@pytest.mark.parametrize("name", ["above", "below", "labels", "covers", "leq", "new"])
def test_a_poset_cannot_be_changed(name):
    poset = antichain(3)
    before = hash(poset)
    with pytest.raises(AttributeError, match="make a new one"):
        setattr(poset, name, (0b110, 0, 0))
    assert hash(poset) == before
    assert copy.deepcopy(poset) == pickle.loads(pickle.dumps(poset)) == poset
