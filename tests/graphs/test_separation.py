"""The list of small graphs, the classes that patterns leave, and the certificates of both answers."""

from fractions import Fraction
from functools import cache
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.graphs import (
    Graph,
    complete,
    cycle,
    deck_classes,
    disjoint_union,
    distinguish,
    enumerate_graphs,
    hom_count,
    hom_matrix,
    path,
    separation_probability,
    separation_table,
    tree_decomposition,
    weisfeiler_leman,
)
from mathlib.graphs.checker.graph_list import check_graph_list
from mathlib.graphs.counting import witnesses
from mathlib.graphs.counting.trees import rooted_trees, tree_from_children

# A000088, and sums of |Aut| over the graphs on n vertices.
GRAPHS = {1: 1, 2: 2, 3: 4, 4: 11, 5: 34, 6: 156, 7: 1044, 8: 12346}
AUTOMORPHISMS = {5: 460, 6: 3064, 7: 20448, 8: 170510}
DECKS = {
    5: (1, 11, 32, 34),
    6: (1, 16, 112, 156, 156),
    7: (1, 22, 390, 1034, 1044, 1044),
    8: (1, 29, 1274, 11297, 12342, 12346, 12346),
}
TABLE = {  # degrees, paths, cycles, both, trees, treewidth2
    5: (31, 34, 33, 34, 34, 34),
    6: (102, 152, 151, 156, 152, 156),
    7: (342, 1002, 988, 1024, 1022, 1044),
    8: (1213, 11499, 11453, 11750, 12095, 12346),
}
TREE_SIZES = {3: 2, 4: 4, 5: 4, 6: 5, 7: 9, 8: 11}


@pytest.mark.parametrize("n", range(1, 8))
def test_the_list_is_all_graphs(n):
    graphs = enumerate_graphs(n)
    assert len(graphs) == GRAPHS[n]
    assert sum(factorial(n) // int(a) for a in graphs.automorphisms) == 2 ** (n * (n - 1) // 2)
    assert graphs.automorphisms.sum() == AUTOMORPHISMS.get(n, graphs.automorphisms.sum())
    assert graphs.verify().bound == GRAPHS[n]


def test_a_list_that_lacks_or_repeats_a_graph_is_refused():
    A = enumerate_graphs(5).adjacency
    turned = np.concatenate([A, A[7:8][:, [1, 0, 2, 3, 4]][:, :, [1, 0, 2, 3, 4]]])
    for wrong in (A[1:], turned, A[:, ::-1], A + np.eye(5, dtype=int), A * 2, A[:, :4, :4]):
        with pytest.raises(CertificateError):
            check_graph_list(5, wrong)


@pytest.mark.parametrize("n", range(3, 8))
def test_the_table(n):
    table = separation_table(n)
    found = table.degrees, table.paths, table.cycles, table.both, table.trees, table.treewidth2
    assert found == TABLE.get(n, (GRAPHS[n],) * 6)
    assert table.decks == DECKS.get(n, table.decks)
    assert len(table.tree_sizes) == TREE_SIZES[n]
    assert table.graphs == GRAPHS[n]


@pytest.mark.slow
def test_the_table_on_eight_vertices():
    graphs = enumerate_graphs(8)
    assert graphs.verify().bound == 12346
    assert graphs.automorphisms.sum() == AUTOMORPHISMS[8]
    table = separation_table(8)
    assert (table.degrees, table.paths, table.cycles, table.both, table.trees, table.treewidth2) == TABLE[8]
    assert table.decks == DECKS[8]
    assert table.tree_sizes == (1, 29, 296, 4232, 9206, 11452, 11913, 12055, 12087, 12093, 12095)


def test_few_trees_do_not_separate_seven_vertices():
    """Trees on up to 7 vertices are not enough (they would be, if trees no larger than the graphs were)."""
    assert separation_table(7).tree_sizes == (1, 22, 144, 712, 942, 1006, 1018, 1020, 1022)


def same_partition(one, two):
    return len(set(zip(one, two, strict=True))) == len(set(one)) == len(set(two))


@pytest.mark.parametrize("m", [2, 3, 4, 5])
def test_equal_decks_are_equal_counts(m):
    graphs = enumerate_graphs(6)
    patterns = [F for k in range(1, m + 1) for F in enumerate_graphs(k)]
    counts = hom_matrix(patterns, graphs).T
    assert same_partition(deck_classes(graphs, m).tolist(), list(map(tuple, counts.tolist())))


@pytest.mark.parametrize(("k", "n", "size"), [(1, 6, 6), (2, 6, 6)])
def test_refinement_is_counts_from_small_treewidth(k, n, size):
    graphs = enumerate_graphs(n)
    patterns = [
        F for m in range(1, size + 1) for F in enumerate_graphs(m) if tree_decomposition(F).width <= k
    ]
    counts = hom_matrix(patterns, graphs).T
    assert same_partition(weisfeiler_leman(graphs, k).tolist(), list(map(tuple, counts.tolist())))


def test_refinement_of_graphs_of_several_sizes():
    mixed = [path(3), cycle(6), path(3), disjoint_union(cycle(3), cycle(3)), complete(3)]
    first = weisfeiler_leman(mixed, 1)
    assert first[0] == first[2]
    assert first[1] == first[3]
    assert len(set(first.tolist())) == 3
    assert len(set(weisfeiler_leman(mixed, 2).tolist())) == 4


@pytest.mark.parametrize(
    ("n", "m", "worst"), [(6, 4, Fraction(3, 16)), (6, 5, Fraction(45, 256)), (6, 6, Fraction(2601, 32768))]
)
def test_the_worst_pair_for_random_patterns(n, m, worst):
    """Against the least over all pairs, from counts of all patterns."""
    graphs, patterns = enumerate_graphs(n), enumerate_graphs(m)
    counts = hom_matrix(patterns, graphs)
    weight = np.array([factorial(m) // int(a) for a in patterns.automorphisms])
    differ = np.array([weight @ (counts != counts[:, [g]]) for g in range(len(graphs))])
    differ[np.diag_indices(len(graphs))] = differ.max() + 1
    g, h = np.unravel_index(differ.argmin(), differ.shape)
    assert separation_probability(graphs[g], graphs[h], m) == worst


def test_separation_probability_by_all_labelled_graphs():
    G, H = cycle(6), disjoint_union(cycle(3), cycle(3))
    pairs = [(i, j) for j in range(4) for i in range(j)]
    differ = 0
    for code in range(64):
        F = Graph(4, [p for k, p in enumerate(pairs) if code >> k & 1])
        differ += hom_count(F, G) != hom_count(F, H)
    assert separation_probability(G, H, 4) == separation_probability(H, G, 4) == Fraction(differ, 64)


@cache
def mates():
    """Pairs on 7 vertices that trees do not tell apart, or that need a tree with 9 vertices."""
    graphs = enumerate_graphs(7)
    classes = weisfeiler_leman(graphs, 1)
    again = np.flatnonzero(np.bincount(classes) > 1)
    equal = [np.flatnonzero(classes == c)[:2] for c in again]
    return [(graphs[int(g)], graphs[int(h)]) for g, h in equal]


@pytest.mark.parametrize("patterns", ["trees", "treewidth2", "all"])
def test_both_answers_are_proved(patterns):
    for G, H in mates()[:6]:
        found = distinguish(G, H, patterns)
        assert found.equivalent == (patterns == "trees")
        found.verify()
        same = distinguish(G, turned(G), patterns)
        assert same.equivalent
        same.verify()


def turned(G):
    image = np.random.default_rng(5).permutation(G.n).tolist()
    return Graph(G.n, [(image[i], image[j]) for i, j in G.edges])


def test_the_fractional_isomorphism_is_one():
    G, H = mates()[0]
    X = np.array(distinguish(G, H).fractional)
    assert (X.sum(axis=0) == 1).all()
    assert (X.sum(axis=1) == 1).all()
    assert (G.adjacency @ X == X @ H.adjacency).all()
    assert (X >= 0).all()


def test_the_tree_with_nine_vertices_is_found():
    """No tree with at most 8 vertices tells these apart, and the certificate's has 9."""
    graphs = enumerate_graphs(7)
    trees = [F for m in range(1, 8) for F in enumerate_graphs(m) if len(F.edges) == m - 1]
    trees = [F for F in trees if len(F.components) == 1]
    trees += [tree_from_children(rooted_trees(8)[0], k) for k in range(len(rooted_trees(8)[0]))]
    counts = hom_matrix(trees, graphs).T
    rows, classes = {}, weisfeiler_leman(graphs, 1)
    for g, row in enumerate(map(tuple, counts.tolist())):
        rows.setdefault((row), {})[classes[g]] = g
    pairs = [list(found.values()) for found in rows.values() if len(found) > 1]
    assert pairs
    for g, h in pairs:
        found = distinguish(graphs[g], graphs[h])
        assert found.pattern.n == 9
        found.verify()


def test_the_tree_with_eleven_vertices_is_found():
    G = Graph(8, [(0, 2), (0, 5), (0, 6), (1, 5), (1, 6), (1, 7), (2, 3), (2, 4), (3, 4), (3, 7), (4, 7),
                  (5, 7), (6, 7)])  # fmt: skip
    H = Graph(8, [(0, 5), (0, 6), (0, 7), (1, 2), (1, 4), (1, 6), (2, 3), (2, 5), (3, 4), (3, 7), (4, 7),
                  (5, 7), (6, 7)])  # fmt: skip
    found = distinguish(G, H)
    assert (found.pattern.n, found.counts) == (11, (1435976, 1435968))
    found.verify()


def test_patterns_are_built_where_small_ones_do_not_do(monkeypatch):
    monkeypatch.setattr(witnesses, "_LISTED_TREE", 1)
    monkeypatch.setattr(witnesses, "_LISTED_GRAPH", 2)
    found = distinguish(path(30), disjoint_union(path(10), cycle(20)))
    assert found.pattern.n == 12
    found.verify()
    found = distinguish(cycle(16), disjoint_union(cycle(8), cycle(8)), "treewidth2")
    assert not found.equivalent
    found.verify()


def test_strongly_regular_graphs_need_treewidth_three():
    """The Shrikhande graph and the 4 x 4 rook's graph: equal for treewidth 2, other numbers of K4."""
    rook = Graph(16, [(a, b) for b in range(16) for a in range(b) if (a // 4 == b // 4) != (a % 4 == b % 4)])
    steps = ((0, 1), (1, 0), (1, 1))
    around = [
        (4 * x + y, 4 * ((x + a) % 4) + (y + b) % 4) for x in range(4) for y in range(4) for a, b in steps
    ]
    shrikhande = Graph(16, around)
    found = distinguish(rook, shrikhande, "treewidth2")
    assert found.equivalent
    found.verify()
    assert (hom_count(complete(4), rook), hom_count(complete(4), shrikhande)) == (192, 0)


def test_six_vertices_by_all_permutations():
    """distinguish(..., "all") against isomorphism by trying all permutations."""
    graphs = enumerate_graphs(4)
    for G in graphs:
        for H in graphs:
            same = any((G.adjacency[np.ix_(p, p)] == H.adjacency).all() for p in permutations(range(4)))
            assert distinguish(G, turned(H), "all").equivalent == same


def test_sizes_differ_and_limits():
    found = distinguish(path(3), path(4), "all")
    assert (found.pattern, found.counts) == (Graph(1, []), (3, 4))
    found.verify()
    with pytest.raises(ValueError, match=r"at most 16 vertices for patterns='treewidth2'; got 17 and 17"):
        distinguish(path(17), path(17), "treewidth2")
    with pytest.raises(ValueError, match="at most 8 vertices"):
        distinguish(path(9), path(9), "all")
    with pytest.raises(ValueError, match="graphs must all have the same number of vertices"):
        deck_classes([path(3), path(4)], 2)
