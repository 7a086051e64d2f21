"""Homomorphism counts: elimination against traces, walks, chromatic polynomials and the definition."""

import itertools
import re
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.graphs import (
    Graph,
    HomomorphismEmbedding,
    complete,
    cycle,
    disjoint_union,
    eliminate,
    enumerate_graphs,
    hom_count,
    hom_matrix,
    lovasz_matrix,
    path,
    petersen,
    tree_decomposition,
)
from mathlib.graphs.counting.homomorphisms import counts_of


def by_definition(F, G):
    A = G.adjacency
    return sum(all(A[f[i], f[j]] for i, j in F.edges) for f in itertools.product(range(G.n), repeat=F.n))


def graphs(most=6):
    def build(n):
        pairs = [(i, j) for j in range(n) for i in range(j)]
        return st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([])

    return st.integers(1, most).flatmap(lambda n: build(n).map(lambda edges: Graph(n, edges)))


@settings(max_examples=60, deadline=None)
@given(graphs(5), graphs(4))
def test_elimination_counts_what_the_definition_counts(F, G):
    assert hom_count(F, G) == by_definition(F, G)


@settings(max_examples=30, deadline=None)
@given(graphs(), graphs(), graphs())
def test_components_multiply_and_disjoint_targets_add(F, G, H):
    assert hom_count(disjoint_union(F, G), H) == hom_count(F, H) * hom_count(G, H)
    if len(F.components) == 1:
        assert hom_count(F, disjoint_union(G, H)) == hom_count(F, G) + hom_count(F, H)


def test_cycles_are_traces_and_paths_are_walks():
    A = petersen().adjacency.astype(object)
    power = np.eye(10, dtype=object)
    for k in range(1, 41):  # 10^41 does not fit into int64
        assert hom_count(path(k), petersen()) == power.sum()
        power = power.dot(A)
        if k >= 3:
            assert hom_count(cycle(k), petersen()) == np.trace(power)


@pytest.mark.parametrize(("k", "q"), [(5, 3), (11, 60), (13, 60), (20, 7)])
def test_colourings_of_cycles(k, q):
    """The chromatic polynomial; hom(C11, K60) exceeds int64."""
    assert hom_count(cycle(k), complete(q)) == (q - 1) ** k + (-1) ** k * (q - 1)


def test_all_routes_of_arithmetic_agree(monkeypatch):
    """int64 for few graphs, for a stack, residues, and Python integers."""
    from mathlib.graphs.counting import homomorphisms

    targets = enumerate_graphs(5)
    for F in (cycle(4), complete(4), petersen(), disjoint_union(cycle(5), path(3))):
        stacked = counts_of(F, targets.adjacency)
        assert [hom_count(F, G) for G in targets] == stacked.tolist()
        if F.n < 6:
            monkeypatch.setattr(homomorphisms, "_component", lambda pattern, vertices: pattern)
            order, sizes = list(range(F.n)), dict.fromkeys(range(F.n), 5) | {-1: len(targets)}
            tables = [((-1, i, j), targets.adjacency) for i, j in F.edges]
            found = homomorphisms._by_residues(tables, sizes, order, (-1,), 5**40)
            assert found.tolist() == stacked.tolist()
            monkeypatch.undo()


def test_three_colourings_of_grids():
    """A third of the proper 3-colourings of the 4 x 4 grid: 2604, A068253 of the OEIS."""
    grid = Graph(16, [(4 * i + j, 4 * i + j + 1) for i in range(4) for j in range(3)]
                 + [(4 * i + j, 4 * i + j + 4) for i in range(3) for j in range(4)])  # fmt: skip
    assert hom_count(grid, complete(3)) == 3 * 2604
    assert tree_decomposition(grid).width >= 4


@settings(max_examples=60, deadline=None)
@given(graphs(8))
def test_tree_decompositions_are_ones(F):
    found = tree_decomposition(F)
    tree = Graph(len(found.bags), found.edges)
    assert len(tree.components) == 1
    assert len(tree.edges) == tree.n - 1
    assert set().union(*found.bags) == set(range(F.n))
    assert all(any({i, j} <= bag for bag in found.bags) for i, j in F.edges)
    for v in range(F.n):
        holds = {k for k, bag in enumerate(found.bags) if v in bag}
        assert len({(i, j) for i, j in tree.edges if {i, j} <= holds}) == len(holds) - 1
    assert max(map(len, found.bags)) - 1 == found.width
    assert found.optimal


@settings(max_examples=20, deadline=None)
@given(graphs(6))
def test_treewidth_is_the_least_over_all_orders(F):
    widths = []
    for order in itertools.permutations(range(F.n)):
        around = {v: set(F.neighbours[v]) for v in range(F.n)}
        width = 0
        for v in order:
            near = around.pop(v)
            width = max(width, len(near))
            for w in near:
                around[w] = (around[w] | near) - {v, w}
        widths.append(width)
    assert tree_decomposition(F).width == min(widths)


def test_known_treewidths():
    """Complete graphs n - 1, trees 1, cycles 2, Petersen 4, K33 3, the cube 3."""
    K33 = Graph(6, [(i, j) for i in range(3) for j in range(3, 6)])
    cube = Graph(8, [(i, i ^ 1 << k) for i in range(8) for k in range(3) if i < i ^ 1 << k])
    assert [tree_decomposition(F).width for F in (complete(7), path(9), cycle(8), K33, cube)] == [
        6,
        1,
        2,
        3,
        3,
    ]
    assert tree_decomposition(petersen()).width == 4
    assert tree_decomposition(path(40)).optimal


SEMIRINGS = {
    "sum_product": (sum, lambda a, b: a * b),
    "max_product": (max, lambda a, b: a * b),
    "or_and": (any, lambda a, b: a and b),
    "max_minimum": (max, min),
    "max_lukasiewicz": (max, lambda a, b: max(a + b - 1, 0)),
}


@pytest.mark.parametrize("semiring", SEMIRINGS)
@pytest.mark.parametrize("keep", [(), "a", "ca", "d"])
def test_elimination_is_the_sum_of_products(semiring, keep):
    add, multiply = SEMIRINGS[semiring]
    rng = np.random.default_rng(3)
    sizes = {"a": 2, "b": 3, "c": 2, "d": 4, "e": 2}
    scopes = ["ab", "bc", "ca", "cd", "e"]
    fractions = [
        np.array(
            [Fraction(int(x), 7) for x in rng.integers(0, 8, np.prod([sizes[v] for v in s]))], dtype=object
        )
        for s in scopes
    ]
    tables = [f.reshape([sizes[v] for v in s]) for f, s in zip(fractions, scopes, strict=True)]
    if semiring == "or_and":
        tables = [t > Fraction(3, 7) for t in tables]
    out = eliminate(list(zip(scopes, tables, strict=True)), sizes, keep, semiring)
    rest = [v for v in sizes if v not in keep]
    for kept in itertools.product(*(range(sizes[v]) for v in keep)):
        terms = []
        for others in itertools.product(*(range(sizes[v]) for v in rest)):
            at = dict(zip([*keep, *rest], [*kept, *others], strict=True))
            term = None
            for scope, table in zip(scopes, tables, strict=True):
                value = table[tuple(at[v] for v in scope)]
                term = value if term is None else multiply(term, value)
            terms.append(term)
        assert out[kept] == add(terms)


def test_integer_sums_never_wrap():
    big = np.full((3, 3), 2**40)
    out = eliminate([("xy", big), ("yz", big)], {"x": 3, "y": 3, "z": 3})
    assert out.item() == 27 * 2**80
    assert eliminate([("xy", big.astype(np.uint64))], {"x": 3, "y": 3, "w": 5}).item() == 45 * 2**40


def test_one_table_is_not_changed():
    table = np.ones((3, 3), dtype=np.int64)
    eliminate([("xy", table)], {"x": 3, "y": 3}, "x")
    assert (table == 1).all()


@pytest.mark.parametrize(
    ("m", "connected", "determinant"),
    [(3, False, 576), (3, True, 24), (4, False, 97844723712), (4, True, 442368)],
)
def test_lovasz_determinants(m, connected, determinant):
    assert lovasz_matrix(m, connected).determinant == determinant


def test_lovasz_determinant_is_the_product_of_the_automorphisms():
    product = prod(int(order) for n in range(1, 7) for order in enumerate_graphs(n).automorphisms)
    matrix = lovasz_matrix(6)
    assert matrix.entries.shape == (208, 208)
    assert matrix.determinant == product
    assert len(str(product)) == 154


def test_the_embedding_counts_what_it_says():
    targets = enumerate_graphs(5)
    features = HomomorphismEmbedding(6, 10, random_state=1).fit()
    assert (features.counts(targets) == hom_matrix(features.patterns_, targets).T).all()
    assert features.transform([petersen()]).dtype == np.float64
    again = HomomorphismEmbedding(6, 10, random_state=1).fit_transform([complete(3)])
    assert (again == features.transform([complete(3)])).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Graph(3, [(0, 0)]), "edges must not be loops; got (0, 0)."),
        (lambda: Graph(3, [(0, 1), (1, 0)]), "edges must be given once each; got (1, 0) again."),
        (lambda: Graph(3, [(0, 3)]), "edges must be pairs of vertices from 0 to 2; got (0, 3)."),
        (lambda: Graph(0, []), "n must be an integer >= 1"),
        (lambda: cycle(2), "n must be an integer >= 3"),
        (lambda: hom_count(path(2), "G"), "G must be a Graph; got 'G'."),
        (lambda: hom_matrix([], [path(2)]), "patterns must be a list of one or more Graphs; got []."),
        (lambda: enumerate_graphs(9), "n must be an integer from 1 to 8"),
        (lambda: eliminate([("xx", np.ones((2, 2)))], {"x": 2}), "must be different variables"),
        (lambda: eliminate([("x", np.ones(3))], {"x": 2}), "must have shape (2,)"),
        (lambda: eliminate([("x", [-1, 0])], {"x": 2}, (), "max_product"), "numbers >= 0"),
        (lambda: lovasz_matrix(7), "m must be an integer from 1 to 6"),
    ],
)
def test_bad_input_is_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()
