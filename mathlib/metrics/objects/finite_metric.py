"""Finite metric spaces with exact distances, and the metrics of well-known graphs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from numbers import Integral
from typing import Any

import numpy as np

from mathlib.checks import check_integer, shown

__all__ = [
    "FiniteMetric", "check_metric", "complete_bipartite", "complete_tree", "cycle", "graph_metric",
    "hypercube", "petersen",
]  # fmt: skip

#: Points of a metric; checking the triangles takes n^3 steps.
MOST_POINTS = 256


@dataclass(frozen=True, repr=False)
class FiniteMetric:
    """A metric on the points 0, ..., n - 1, with integers or fractions as distances.

    Parameters
    ----------
    D : array_like, shape (n, n), of int or Fraction
        Symmetric, 0 on the diagonal and positive elsewhere, with D[i][j] <= D[i][k] + D[k][j]; n up to 256.

    Raises
    ------
    ValueError
        Naming the pair or the triple where it is no metric. Floats are refused, since what follows is proved:
        `Fraction(x)` or `Fraction(x).limit_denominator(1000)` makes fractions of them.

    Examples
    --------
    >>> FiniteMetric([[0, 1, 2], [1, 0, 1], [2, 1, 0]])
    FiniteMetric(3 points, distances from 1 to 2)
    """

    D: Sequence[Sequence[Any]]

    def __post_init__(self):
        object.__setattr__(self, "D", _checked(self.D))

    def __len__(self) -> int:
        return len(self.D)

    def __repr__(self) -> str:
        distances = [self.D[i][j] for i, j in self.pairs]
        spread = f", distances from {min(distances)} to {max(distances)}" if distances else ""
        return f"FiniteMetric({len(self)} point{'s' * (len(self) != 1)}{spread})"

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """All i < j in lexicographic order."""
        return list(combinations(range(len(self)), 2))

    @property
    def squares(self) -> list[Any]:
        """The squared distances of `pairs`."""
        return [self.D[i][j] ** 2 for i, j in self.pairs]

    def array(self) -> np.ndarray:
        """The distances in doubles, shape (n, n)."""
        return np.array([[float(x) for x in row] for row in self.D]).reshape(len(self), len(self))


def _checked(given) -> tuple[tuple[Any, ...], ...]:
    rows = given.tolist() if isinstance(given, np.ndarray) else given
    if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= MOST_POINTS:
        raise ValueError(f"D must be a square matrix with 1 to {MOST_POINTS} rows; got {shown(given)}.")
    n = len(rows)
    D = []
    for i, row in enumerate(rows):
        row = row.tolist() if isinstance(row, np.ndarray) else row
        if not isinstance(row, list | tuple) or len(row) != n:
            raise ValueError(f"D must be a square matrix of {n} rows; got {shown(row)} as row {i}.")
        D.append(tuple(_exact(x, i, j) for j, x in enumerate(row)))
    for i, j in combinations(range(n), 2):
        if D[i][j] != D[j][i]:
            raise ValueError(f"D must be symmetric; got D[{i}][{j}] = {D[i][j]} and D[{j}][{i}] = {D[j][i]}.")
        if D[i][j] <= 0:
            raise ValueError(f"distances of different points must be positive; got D[{i}][{j}] = {D[i][j]}.")
    for i in range(n):
        if D[i][i] != 0:
            raise ValueError(f"D must be 0 on the diagonal; got D[{i}][{i}] = {D[i][i]}.")
    _check_triangles(D)
    return tuple(D)


def _exact(value, i: int, j: int):
    if isinstance(value, Integral) and not isinstance(value, bool | np.bool_):
        return int(value)
    if isinstance(value, Fraction):
        return value if value.denominator > 1 else value.numerator
    raise ValueError(
        f"distances must be int or Fraction, for what follows is proved; got D[{i}][{j}] = {shown(value)}. "
        "Fraction(x).limit_denominator(1000) makes a fraction of a float."
    )


def _check_triangles(D) -> None:
    """Doubles find where a triangle can be broken; fractions decide."""
    float_D = np.array([[float(x) for x in row] for row in D])
    for k in range(len(D)):
        through = float_D[:, k, None] + float_D[k]
        for i, j in np.argwhere(float_D > through * (1 - 1e-12)).tolist():
            if D[i][j] > D[i][k] + D[k][j]:
                raise ValueError(
                    f"D must satisfy the triangle inequality; got D[{i}][{j}] = {D[i][j]} > "
                    f"D[{i}][{k}] + D[{k}][{j}] = {D[i][k] + D[k][j]}."
                )


def check_metric(name: str, value) -> FiniteMetric:
    """The value itself, if it is a FiniteMetric."""
    if not isinstance(value, FiniteMetric):
        raise ValueError(f"{name} must be a FiniteMetric; got {shown(value)}. FiniteMetric(D) makes one.")
    return value


def graph_metric(n: int, edges: Iterable[tuple[int, int]]) -> FiniteMetric:
    """The number of edges on a shortest path between vertices of a connected graph.

    Parameters
    ----------
    n : int
        The number of vertices, at most 256.
    edges : iterable of pairs of int
        Vertices from 0 to n - 1.

    Returns
    -------
    FiniteMetric

    Raises
    ------
    ValueError
        If the graph is not connected, naming two vertices, or an edge is none.

    Examples
    --------
    >>> graph_metric(3, [(0, 1), (1, 2)])
    FiniteMetric(3 points, distances from 1 to 2)
    """
    n = check_integer("n", n, 1, MOST_POINTS, "the number of vertices")
    if not isinstance(edges, Iterable):
        raise TypeError(f"edges must be pairs of vertices; got {shown(edges)}.")
    D = np.where(np.eye(n, dtype=bool), 0, n)
    for edge in edges:
        ends = tuple(edge) if isinstance(edge, Iterable) else ()
        if len(ends) != 2:
            raise ValueError(f"edges must be pairs of vertices; got {shown(edge)}.")
        i, j = (check_integer("edges", v, 0, n - 1, "a vertex") for v in ends)
        if i == j:
            raise ValueError(f"edges must join different vertices; got ({i}, {j}).")
        D[i, j] = D[j, i] = 1
    for k in range(n):
        D = np.minimum(D, D[:, k, None] + D[k])
    if (n <= D).any() and n > 1:
        i, j = np.argwhere(n <= D)[0].tolist()
        raise ValueError(f"edges must connect the graph; got none of a path from {i} to {j}.")
    return FiniteMetric(D.tolist())


def cycle(n: int) -> FiniteMetric:
    """The metric of a cycle of n >= 3 vertices.

    Parameters
    ----------
    n : int
        From 3 to 256.

    Returns
    -------
    FiniteMetric

    Examples
    --------
    >>> cycle(5)
    FiniteMetric(5 points, distances from 1 to 2)
    """
    n = check_integer("n", n, 3, MOST_POINTS, "the vertices of a cycle")
    return graph_metric(n, [(i, (i + 1) % n) for i in range(n)])


def complete_bipartite(m: int, n: int) -> FiniteMetric:
    """The metric of K_{m,n}: 1 between the sides 0..m-1 and m..m+n-1, 2 inside them.

    Parameters
    ----------
    m, n : int
        At least 1, together at most 256.

    Returns
    -------
    FiniteMetric

    Examples
    --------
    >>> complete_bipartite(2, 3)
    FiniteMetric(5 points, distances from 1 to 2)
    """
    m = check_integer("m", m, 1, MOST_POINTS - 1, "the vertices of a side")
    n = check_integer("n", n, 1, MOST_POINTS - m, "the vertices of the other side")
    return graph_metric(m + n, [(i, m + j) for i in range(m) for j in range(n)])


def hypercube(k: int) -> FiniteMetric:
    """The Hamming distances of the 2^k words of k bits.

    Parameters
    ----------
    k : int
        From 0 to 8.

    Returns
    -------
    FiniteMetric

    Examples
    --------
    >>> hypercube(3)
    FiniteMetric(8 points, distances from 1 to 3)
    """
    words = range(1 << check_integer("k", k, 0, 8, "the number of bits"))
    return FiniteMetric([[(i ^ j).bit_count() for j in words] for i in words])


def complete_tree(b: int, h: int) -> FiniteMetric:
    """The metric of the tree of height h in which each inner vertex has b children; the root is 0.

    Parameters
    ----------
    b : int
        At least 1.
    h : int
        At least 0; there are at most 256 vertices.

    Returns
    -------
    FiniteMetric

    Examples
    --------
    >>> complete_tree(2, 3)
    FiniteMetric(15 points, distances from 1 to 6)
    """
    b = check_integer("b", b, 1, MOST_POINTS - 1, "the number of children")
    h = check_integer("h", h, 0, MOST_POINTS - 1, "the height")
    edges, level, n = [], [0], 1
    for _ in range(h):
        parents, level = level, list(range(n, n + b * len(level)))
        n += len(level)
        if n > MOST_POINTS:
            raise ValueError(f"a tree must have at most {MOST_POINTS} vertices; b = {b}, h = {h} has more.")
        edges += [(parents[k // b], v) for k, v in enumerate(level)]
    return graph_metric(n, edges)


def petersen() -> FiniteMetric:
    """The metric of Petersen's graph: pairs of five things, joined if they are disjoint.

    Returns
    -------
    FiniteMetric

    Examples
    --------
    >>> petersen()
    FiniteMetric(10 points, distances from 1 to 2)
    """
    pairs = list(combinations(range(5), 2))
    joined = [(i, j) for i, j in permutations(range(10), 2) if i < j and not set(pairs[i]) & set(pairs[j])]
    return graph_metric(10, joined)
