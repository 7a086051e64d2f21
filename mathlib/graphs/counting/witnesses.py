"""Patterns with different numbers of homomorphisms to two graphs: trees, and graphs of treewidth 2.

Small ones are tried one by one. Larger ones come from the two graphs at hand: what the patterns of a class
count spans a space of vectors (trees with a root) or matrices (graphs of treewidth 2 with two ends) that is
closed under a few operations, so that finitely many patterns, as many as the dimension, decide for all.
Everything is done modulo a prime: a difference there is a difference.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

import numpy as np

from mathlib.graphs.counting.decomposition import elimination_order
from mathlib.graphs.counting.enumeration import enumerate_graphs
from mathlib.graphs.counting.homomorphisms import hom_matrix
from mathlib.graphs.counting.trees import rooted_trees, tree_from_children
from mathlib.graphs.objects.graph import Graph, path

__all__ = ["separating_graph", "separating_tree"]

_PRIME = 2**31 - 1
_LISTED_TREE = 11
_LISTED_GRAPH = 6
_LARGEST_PATTERN = 1000


def separating_tree(G: Graph, H: Graph) -> Graph:
    """A tree that G and H, which colour refinement tells apart, receive in different numbers.

    A smallest one if it has at most 11 vertices. Larger ones close the all-one vector of the disjoint union
    under its adjacency matrix (a new root below the old one) and under entrywise products (roots are glued):
    at most |G| + |H| vectors are independent, and one of them has different sums over G and H.
    """
    A = np.zeros((G.n + H.n, G.n + H.n), dtype=np.int64)
    A[: G.n, : G.n], A[G.n :, G.n :] = G.adjacency, H.adjacency
    trees, _ = rooted_trees(_LISTED_TREE)
    vectors: list[np.ndarray] = []
    for number, children in enumerate(trees):
        vector = np.ones(len(A), dtype=np.int64)
        for child in children:
            vector = vector * (A @ vectors[child] % _PRIME) % _PRIME
        vectors.append(vector)
        if _differs(vector, G.n):
            return tree_from_children(trees, number)

    def larger(new, vector, built):
        yield Graph(new.n + 1, [(0, 1), *((i + 1, j + 1) for i, j in new.edges)]), lambda: A @ vector % _PRIME
        for tree, other in built:
            joined = _glued(tree, new, {0: 0})
            yield joined, lambda other=other: other * vector % _PRIME

    return _closure([(path(1), np.ones(len(A), dtype=np.int64))], larger, lambda v: _differs(v, G.n))


def separating_graph(G: Graph, H: Graph, width: int) -> Graph | None:
    """A connected graph of at most this treewidth with different counts; None if up to 6 vertices none has.

    For width 2 larger ones follow, from series and parallel compositions of graphs with two ends.
    """
    for m in range(1, _LISTED_GRAPH + 1):
        patterns = [F for F in enumerate_graphs(m) if len(F.components) == 1]
        patterns = [F for F in patterns if width >= m or elimination_order(F)[1] <= width]
        counts = hom_matrix(patterns, [G, H])
        apart = np.flatnonzero(counts[:, 0] != counts[:, 1])
        if len(apart):
            return patterns[apart[0]]
    if width != 2:
        return None
    A = np.zeros((2, G.n, G.n), dtype=np.int64)
    A[0], A[1] = G.adjacency, H.adjacency

    def larger(new, matrix, built):
        for pattern, other in [*built, (new, matrix)]:
            for one, two, X, Y in ((pattern, new, other, matrix), (new, pattern, matrix, other)):
                yield _in_series(one, two), lambda X=X, Y=Y: _product(X, Y)
            yield _glued(pattern, new, {0: 0, 1: 1}), lambda other=other: other * matrix % _PRIME

    start = [(Graph(2, [(0, 1)]), A), (Graph(2, []), np.ones_like(A))]  # ends 0 and 1
    return _closure(start, larger, lambda X: bool((X[0].sum() - X[1].sum()) % _PRIME))


def _closure(
    start: list[tuple[Graph, np.ndarray]],
    larger: Callable[..., Iterable[tuple[Graph, Callable[[], np.ndarray]]]],
    differs: Callable[[np.ndarray], bool],
) -> Graph:
    """The first pattern that tells the graphs apart, smaller patterns first."""
    basis, count = _Basis(start[0][1].size), 0
    built: list[tuple[Graph, np.ndarray]] = []
    waiting: list = []
    for pattern, values in start:
        heappush(waiting, (pattern.n, count, pattern, lambda values=values: values))
        count += 1
    while waiting:
        _, _, pattern, compute = heappop(waiting)
        if pattern.n > _LARGEST_PATTERN:
            break
        values = compute()
        if differs(values):
            return pattern
        if basis.add(values.ravel()):
            for candidate, later in larger(pattern, values, built):
                heappush(waiting, (candidate.n, count, candidate, later))
                count += 1
            built.append((pattern, values))
    raise ValueError(f"G and H differ in patterns of more than {_LARGEST_PATTERN} vertices only.")


def _differs(vector, split):
    return bool((vector[:split].sum() - vector[split:].sum()) % _PRIME)


def _product(X, Y):
    """X Y modulo the prime, by halves of the bits, so that int64 holds all sums."""
    high, low = X >> 16, X & 0xFFFF
    return ((high @ Y % _PRIME << 16) + low @ Y) % _PRIME


def _glued(one, two, same):
    """The graph in which vertices of the second (keys) are those of the first (values)."""
    place, n = dict(same), one.n
    for v in range(two.n):
        if v not in place:
            place[v], n = n, n + 1
    edges = {*one.edges, *(tuple(sorted((place[i], place[j]))) for i, j in two.edges)}
    return Graph(n, sorted(edges))


def _in_series(one, two):
    """The end 1 of the first is the end 0 of the second; ends are 0 and 1 again."""
    joined = _glued(one, two, {0: 1})
    end = one.n  # the end 1 of the second
    swap = {1: end, end: 1}
    return Graph(joined.n, [(swap.get(i, i), swap.get(j, j)) for i, j in joined.edges])


class _Basis:
    """Independent vectors modulo a prime, in echelon form."""

    def __init__(self, length):
        self.rows = np.zeros((0, length), dtype=np.int64)
        self.pivots: list[int] = []

    def add(self, vector):
        """Whether the vector is independent of those before; it then belongs to them."""
        rest = vector % _PRIME
        for row, pivot in zip(self.rows, self.pivots, strict=True):
            if rest[pivot]:
                rest = (rest - rest[pivot] * row) % _PRIME
        at = np.flatnonzero(rest)
        if not len(at):
            return False
        self.rows = np.vstack([self.rows, rest * pow(int(rest[at[0]]), -1, _PRIME) % _PRIME])
        self.pivots.append(int(at[0]))
        return True
