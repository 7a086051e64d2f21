"""Finite simple graphs on the vertices 0, ..., n-1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mathlib.checks import check_count, shown

__all__ = [
    "Graph", "check_graph", "check_graphs", "complete", "cycle", "disjoint_union", "path", "petersen",
    "stacks",
]  # fmt: skip


@dataclass(frozen=True, repr=False)
class Graph:
    """A finite simple graph: undirected, without loops.

    Parameters
    ----------
    n : int
        The number of vertices, at least 1; they are 0, ..., n-1.
    edges : iterable of pairs of int
        Each edge once, in either direction.

    Attributes
    ----------
    n : int
    edges : tuple of pairs of int
        Sorted, the smaller vertex first.
    adjacency : ndarray of shape (n, n)
        Integers 0 and 1, read-only.

    Raises
    ------
    ValueError
        If an edge is a loop, stands twice, or leaves the vertices.

    Examples
    --------
    >>> Graph(3, [(0, 1), (2, 1)])
    Graph(3, [(0, 1), (1, 2)])
    """

    n: int
    edges: Sequence[tuple[int, int]]

    def __post_init__(self):
        n = check_count("n", self.n, 1, "the number of vertices")
        object.__setattr__(self, "n", n)
        object.__setattr__(self, "edges", _checked_edges(n, self.edges))

    @cached_property
    def adjacency(self) -> np.ndarray:
        """The matrix with entry 1 for each pair of adjacent vertices, else 0; read-only."""
        matrix = np.zeros((self.n, self.n), dtype=np.int64)
        for i, j in self.edges:
            matrix[i, j] = matrix[j, i] = 1
        matrix.setflags(write=False)
        return matrix

    @cached_property
    def neighbours(self) -> tuple[frozenset[int], ...]:
        """For each vertex the set of those that are adjacent to it."""
        found: list[set[int]] = [set() for _ in range(self.n)]
        for i, j in self.edges:
            found[i].add(j)
            found[j].add(i)
        return tuple(map(frozenset, found))

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """The vertex sets of the connected components, by smallest vertex."""
        left, found = set(range(self.n)), []
        while left:
            reached, boundary = set(), {min(left)}
            while boundary:
                reached |= boundary
                boundary = {w for v in boundary for w in self.neighbours[v]} - reached
            left -= reached
            found.append(tuple(sorted(reached)))
        return tuple(found)

    def __repr__(self) -> str:
        if len(self.edges) <= 16:
            return f"Graph({self.n}, {list(self.edges)})"
        return f"Graph({self.n}, {list(self.edges[:3])}...) with {len(self.edges)} edges"


def _checked_edges(n, edges):
    try:
        pairs = [tuple(edge) for edge in edges]
    except TypeError:
        raise ValueError(f"edges must be pairs of vertices; got {shown(edges)}.") from None
    found = set()
    for pair in pairs:
        whole = all(isinstance(v, int | np.integer) and not isinstance(v, bool) for v in pair)
        if len(pair) != 2 or not whole or not all(0 <= v < n for v in pair):
            raise ValueError(f"edges must be pairs of vertices from 0 to {n - 1}; got {shown(pair)}.")
        i, j = sorted(map(int, pair))
        if i == j:
            raise ValueError(f"edges must not be loops; got {shown(pair)}.")
        if (i, j) in found:
            raise ValueError(f"edges must be given once each; got {shown(pair)} again.")
        found.add((i, j))
    return tuple(sorted(found))


def check_graph(name: str, value) -> Graph:
    """Return a Graph; refuse everything else."""
    if not isinstance(value, Graph):
        raise ValueError(f"{name} must be a Graph; got {shown(value)}. Build it with Graph(n, edges).")
    return value


def check_graphs(name: str, values: Iterable[Graph]) -> Sequence[Graph]:
    """Return a sequence of Graphs that is not empty; one that knows its adjacency stays as it is."""
    if hasattr(values, "adjacency") and not isinstance(values, Graph):
        return values  # type: ignore[return-value]  # a GraphList
    if isinstance(values, Graph | str | bytes) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must be a list of Graphs; got {shown(values)}.")
    found = [check_graph(f"{name}[{k}]", graph) for k, graph in enumerate(values)]
    if not found:
        raise ValueError(f"{name} must be a list of one or more Graphs; got {shown(values)}.")
    return found


def stacks(graphs) -> list[tuple[np.ndarray, np.ndarray]]:
    """The places of the graphs of each size, with their adjacency matrices in one array."""
    if hasattr(graphs, "adjacency"):
        return [(np.arange(len(graphs)), graphs.adjacency)]
    sizes: dict[int, list[int]] = {}
    for k, graph in enumerate(graphs):
        sizes.setdefault(graph.n, []).append(k)
    return [(np.array(at), np.stack([graphs[k].adjacency for k in at])) for _, at in sorted(sizes.items())]


def path(n: int) -> Graph:
    """Return the path with n vertices, in order.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    Graph

    Examples
    --------
    >>> path(3)
    Graph(3, [(0, 1), (1, 2)])
    """
    n = check_count("n", n, 1, "the number of vertices")
    return Graph(n, [(i, i + 1) for i in range(n - 1)])


def cycle(n: int) -> Graph:
    """Return the cycle with n vertices, in order.

    Parameters
    ----------
    n : int
        At least 3.

    Returns
    -------
    Graph

    Examples
    --------
    >>> cycle(3)
    Graph(3, [(0, 1), (0, 2), (1, 2)])
    """
    n = check_count("n", n, 3, "the length of the cycle")
    return Graph(n, [(i, (i + 1) % n) for i in range(n)])


def complete(n: int) -> Graph:
    """Return the complete graph with n vertices.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    Graph

    Examples
    --------
    >>> len(complete(5).edges)
    10
    """
    n = check_count("n", n, 1, "the number of vertices")
    return Graph(n, [(i, j) for j in range(n) for i in range(j)])


def petersen() -> Graph:
    """Return the Petersen graph: a 5-cycle, a 5-star polygon 5, ..., 9, and the edges i, i + 5.

    Returns
    -------
    Graph

    Examples
    --------
    >>> petersen().n, len(petersen().edges)
    (10, 15)
    """
    around = [(i, (i + 1) % 5) for i in range(5)]
    return Graph(10, around + [(i, i + 5) for i in range(5)] + [(5 + i, 5 + (i + 2) % 5) for i in range(5)])


def disjoint_union(G: Graph, H: Graph) -> Graph:
    """Return the graph whose components are those of G and those of H.

    Parameters
    ----------
    G, H : Graph
        The vertices of G keep their numbers, those of H follow.

    Returns
    -------
    Graph

    Examples
    --------
    >>> disjoint_union(path(2), path(2))
    Graph(4, [(0, 1), (2, 3)])
    """
    G, H = check_graph("G", G), check_graph("H", H)
    return Graph(G.n + H.n, [*G.edges, *((i + G.n, j + G.n) for i, j in H.edges)])
