"""All graphs with up to 8 vertices, and the classes of their induced subgraphs.

Graphs on n <= 7 labelled vertices are integers, one bit a pair of vertices; the orbits of these integers
under permutations are the graphs up to isomorphism. A graph on 8 vertices is one on 7 with a vertex more, and
is told from others by its deck, the multiset of its subgraphs on 7 vertices: that different graphs have
different decks there is not assumed, but follows from the count of all labelled graphs (`GraphList.verify`).
"""

from collections.abc import Sequence
from functools import cache
from typing import overload

import numpy as np

from mathlib.certificates import Verified
from mathlib.checks import check_integer, shown
from mathlib.compiled import njit
from mathlib.graphs.checker.graph_list import check_graph_list
from mathlib.graphs.objects.graph import Graph

__all__ = ["GraphList", "adjacency_of", "deck_labels", "enumerate_graphs", "orbits", "row_labels"]

LARGEST = 8
_LARGEST_ORBITS = 7


class GraphList(Sequence):
    """All graphs on n vertices up to isomorphism: a sequence of Graph.

    Parameters
    ----------
    n : int
    codes : ndarray of shape (N,)
        For each graph an integer: bit j(j-1)/2 + i is the pair i < j.

    Attributes
    ----------
    n : int
    adjacency : ndarray of shape (N, n, n)
        Integers 0 and 1, read-only.
    automorphisms : ndarray of shape (N,)
        The number of automorphisms of each graph.

    Examples
    --------
    >>> enumerate_graphs(3)[1]
    Graph(3, [(0, 1)])
    """

    def __init__(self, n: int, codes: np.ndarray):
        n = self.n = check_integer("n", n, 1, LARGEST, "the number of vertices")
        given = np.asarray(codes)
        if given.ndim != 1 or not len(given) or given.dtype.kind not in "iu":
            raise ValueError(f"codes must be one or more integers; got {shown(codes)}.")
        codes = self.codes = given.astype(np.int64)
        self.adjacency = adjacency_of(codes, n)
        self.automorphisms = _automorphisms(self.adjacency)
        for array in (self.codes, self.adjacency, self.automorphisms):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> Graph: ...
    @overload
    def __getitem__(self, index: slice) -> list[Graph]: ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        pairs = np.argwhere(np.triu(self.adjacency[index]))
        return Graph(self.n, [(int(i), int(j)) for i, j in pairs])

    def __repr__(self) -> str:
        return f"the {len(self)} graphs on {self.n} vertices"

    def verify(self) -> Verified:
        """Prove that these are all graphs on n vertices, each once.

        Returns
        -------
        Verified
            By a count of the automorphisms through all permutations, by sum n!/|Aut| = 2^(n(n-1)/2), the
            number of labelled graphs, and by isomorphism invariants that differ.

        Raises
        ------
        CertificateError
            If they are not.
        """
        return check_graph_list(self.n, self.adjacency)


def enumerate_graphs(n: int) -> GraphList:
    """List all graphs on n vertices up to isomorphism.

    Parameters
    ----------
    n : int
        From 1 to 8.

    Returns
    -------
    GraphList
        A sequence of Graph with `.adjacency`, `.automorphisms` and `.verify()`.

    Notes
    -----
    0.6 s for the 12346 graphs on 8 vertices; kept for the next call.

    References
    ----------
    The numbers are A000088 of the OEIS. Decks: P. Kelly (1957).

    Examples
    --------
    >>> enumerate_graphs(4), enumerate_graphs(5).automorphisms.sum().item()
    (the 11 graphs on 4 vertices, 460)
    """
    return _listed(check_integer("n", n, 1, LARGEST, "the number of vertices"))


@cache
def _listed(n):
    if n <= _LARGEST_ORBITS:
        return GraphList(n, orbits(n)[1])
    shift = (n - 1) * (n - 2) // 2  # the pairs with the last vertex have the highest bits
    codes = (_listed(n - 1).codes[:, None] | np.arange(1 << (n - 1)) << shift).ravel()
    decks = deck_labels(adjacency_of(codes, n), n - 1)
    first = np.unique(row_labels(decks), return_index=True)[1]
    return GraphList(n, codes[np.sort(first)])


def adjacency_of(codes: np.ndarray, n: int) -> np.ndarray:
    """Adjacency matrices of codes: bit j(j-1)/2 + i is the pair i < j."""
    out = np.zeros((len(codes), n, n), dtype=np.int64)
    for j in range(n):
        for i in range(j):
            out[:, i, j] = out[:, j, i] = codes >> (j * (j - 1) // 2 + i) & 1
    return out


@cache
def orbits(n: int) -> tuple[np.ndarray, np.ndarray]:
    """For n <= 7: the number of the isomorphism class of each code, and the least code of each class."""
    swap, turn = [1, 0, *range(2, n)], [*range(1, n), 0]
    generators = np.array([_on_pairs(g, n) for g in (swap, turn)] if n > 1 else [[]], dtype=np.int64)
    labels, least = _orbits(n * (n - 1) // 2, generators)
    labels.setflags(write=False)
    return labels, least


def _on_pairs(g, n):
    """Where a permutation of the vertices takes each pair."""
    images = [sorted((g[i], g[j])) for j in range(n) for i in range(j)]
    return [j * (j - 1) // 2 + i for i, j in images]


def deck_labels(adjacency: np.ndarray, m: int) -> np.ndarray:
    """The classes of all induced subgraphs on m vertices, sorted: one row a graph."""
    return _deck_labels(np.ascontiguousarray(adjacency), m, orbits(m)[0])


def row_labels(table: np.ndarray) -> np.ndarray:
    """A number for each row of integers, equal if and only if the rows are equal."""
    labels = np.zeros(len(table), dtype=np.int64)
    for column in table.reshape(len(table), -1).T:
        found = np.unique(column, return_inverse=True)[1].ravel()
        labels = np.unique(labels * (found.max() + 1) + found, return_inverse=True)[1].ravel()
    return labels


@njit
def _orbits(pairs, generators):
    total = 1 << pairs
    labels = np.full(total, -1, np.int32)
    stack = np.empty(total, np.int64)
    least = np.empty(1 << 15, np.int64)
    found = 0
    for code in range(total):
        if labels[code] >= 0:
            continue
        labels[code] = found
        least[found] = code
        stack[0] = code
        top = 1
        while top:
            top -= 1
            x = stack[top]
            for g in range(generators.shape[0]):
                y = 0
                for e in range(pairs):
                    y |= (x >> e & 1) << generators[g, e]
                if labels[y] < 0:
                    labels[y] = found
                    stack[top] = y
                    top += 1
        found += 1
    return labels, least[:found].copy()


@njit
def _deck_labels(adjacency, m, labels):
    count, n = adjacency.shape[0], adjacency.shape[1]
    subsets = 1
    for k in range(m):
        subsets = subsets * (n - k) // (k + 1)
    out = np.empty((count, subsets), np.int32)
    chosen = np.empty(m, np.int64)
    for g in range(count):
        for k in range(m):
            chosen[k] = k
        for s in range(subsets):
            code = 0
            for j in range(m):
                for i in range(j):
                    code |= adjacency[g, chosen[i], chosen[j]] << (j * (j - 1) // 2 + i)
            out[g, s] = labels[code]
            k = m - 1  # the next subset in lexicographic order
            while k >= 0 and chosen[k] == n - m + k:
                k -= 1
            if k >= 0:
                chosen[k] += 1
                for j in range(k + 1, m):
                    chosen[j] = chosen[j - 1] + 1
        out[g].sort()
    return out


@njit
def _automorphisms(adjacency):
    """By backtracking: images of 0, 1, ... in turn, as long as they preserve edges and non-edges."""
    count, n = adjacency.shape[0], adjacency.shape[1]
    out = np.zeros(count, np.int64)
    image = np.empty(n, np.int64)
    for g in range(count):
        A = adjacency[g]
        depth, used = 0, 0
        image[0] = -1
        while depth >= 0:
            if image[depth] >= 0:
                used &= ~(1 << image[depth])
            v = image[depth] + 1
            while v < n:
                fits = not used >> v & 1
                for i in range(depth):
                    fits = fits and A[depth, i] == A[v, image[i]]
                if fits:
                    break
                v += 1
            if v == n:
                depth -= 1
                continue
            image[depth] = v
            if depth == n - 1:
                out[g] += 1
                continue
            used |= 1 << v
            depth += 1
            image[depth] = -1
    return out
