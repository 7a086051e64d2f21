"""Graphs whose l_p sensitivities are known.

The rows are the edges: e_u - e_v, without the column of the vertex 0 (grounding it loses nothing, because the
columns add up to zero). For an edge uv

    1 / sigma = C(u, v) = min { sum over edges st of |x_s - x_t|^p : x_u - x_v = 1 },

the p-conductance between its ends. Conductances in parallel add up; in series C^(-1/(p-1)) does, and for
p = 1 the least one counts. C is the minimum cut at p = 1, one over the effective resistance at p = 2.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, maximum_flow

from mathlib.checks import check_count, shown
from mathlib.sensitivity.checks import check_p
from mathlib.sensitivity.closed_forms.form import ClosedForm, check_size

__all__ = ["complete_bipartite", "complete_graph", "cycle", "graph"]


def cycle(n: int, p: float) -> ClosedForm:
    """Return the cycle with n edges: sigma = 1 / (1 + (n-1)^(1-p)), an edge beside a path of n - 1.

    Parameters
    ----------
    n : int
        The number of vertices, at least 3.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> cycle(4, 2)
    ClosedForm(cycle, 4 x 3: S = 3 at p = 2)
    """
    n, p = check_count("n", n, 3, "the number of vertices"), check_p(p)
    check_size(n, n - 1)
    edges = [(i, (i + 1) % n) for i in range(n)]
    return ClosedForm("cycle", _incidence(edges, n), p, np.full(n, 1 / (1 + _series([1] * (n - 1), p))))


def complete_graph(n: int, p: float) -> ClosedForm:
    """Return the complete graph on n vertices: sigma = 1 / (1 + (n-2) 2^(1-p)).

    By symmetry all other vertices have the value 1/2: n - 2 paths of two edges lie beside the edge.

    Parameters
    ----------
    n : int
        The number of vertices, at least 2.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> complete_graph(5, 1)
    ClosedForm(complete graph, 10 x 4: S = 2.5 at p = 1)
    """
    n, p = check_count("n", n, 2, "the number of vertices"), check_p(p)
    check_size(n * (n - 1) // 2, n - 1)
    edges = [(i, j) for i in range(n) for j in range(i + 1, n)]
    one = 1 / (1 + (n - 2) * _series([1, 1], p))
    return ClosedForm("complete graph", _incidence(edges, n), p, np.full(len(edges), one))


def complete_bipartite(a: int, b: int, p: float) -> ClosedForm:
    """Return the complete bipartite graph with sides of a and b vertices.

    Beside an edge uv lies a series of three bundles: u to the other b - 1 vertices of v's side, from these
    to the other a - 1 vertices of u's side, from these to v. By symmetry and convexity each bundle may be
    taken as one edge of that many conductances.

    Parameters
    ----------
    a, b : int
        The vertices of the two sides.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> complete_bipartite(3, 3, 2)
    ClosedForm(complete bipartite graph, 9 x 5: S = 5 at p = 2)
    """
    a, b = (check_count(name, k, 1, "the vertices of one side") for name, k in (("a", a), ("b", b)))
    p = check_p(p)
    check_size(a * b, a + b - 1)
    edges = [(i, a + j) for i in range(a) for j in range(b)]
    detour = _series([b - 1, (a - 1) * (b - 1), a - 1], p)
    name = "complete bipartite graph"
    return ClosedForm(name, _incidence(edges, a + b), p, np.full(a * b, 1 / (1 + detour)))


def graph(edges: Sequence[tuple[int, int]] | np.ndarray, p: float) -> ClosedForm:
    """Return a connected graph: 1 / minimum cut for p = 1, effective resistances for p = 2.

    Parameters
    ----------
    edges : sequence of pairs of int
        Vertices are 0, 1, ..., parallel edges are allowed, loops are not.
    p : {1, 2}
        Between them no formula is known for every graph.

    Returns
    -------
    ClosedForm

    Raises
    ------
    ValueError
        If the graph is not connected, has a loop, or p is another number.

    Notes
    -----
    p = 1 costs one maximum flow for each pair of neighbours, p = 2 one pseudo-inverse.

    Examples
    --------
    >>> graph([(0, 1), (1, 2), (2, 0), (2, 3)], 1).sensitivities
    array([0.5, 0.5, 0.5, 1. ])
    """
    given, edges = edges, np.asarray(edges)
    if edges.ndim != 2 or edges.shape[1] != 2 or not len(edges) or edges.dtype.kind not in "iu":
        raise ValueError(f"edges must be pairs of integers, at least one; got {shown(given)}.")
    if edges.min() < 0 or (edges[:, 0] == edges[:, 1]).any():
        raise ValueError("edges must join two vertices of 0, 1, ...; got a loop or a negative number.")
    p, n = check_p(p), int(edges.max()) + 1
    if p not in (1, 2):
        raise ValueError(f"p must be 1 or 2 for a general graph; got {p:g}.")
    if n > len(edges) + 1:
        raise ValueError(
            f"the graph must be connected; {len(edges)} edges cannot join the vertices 0 to {n - 1}."
        )
    check_size(max(n, len(edges)), n)
    both = np.concatenate([edges, edges[:, ::-1]])
    adjacency = sparse.csr_array((np.ones(len(both), dtype=np.int32), both.T), shape=(n, n))
    adjacency.sum_duplicates()
    if connected_components(adjacency)[0] > 1:
        raise ValueError("the graph must be connected; give each component by itself.")
    known = 1 / _cuts(adjacency, edges) if p == 1 else _resistances(adjacency, edges)
    return ClosedForm("graph", _incidence(edges, n), p, known)


def _series(conductances, p):
    """The p-conductance of edges one after another."""
    if p == 1:
        return min(conductances)
    if min(conductances) == 0:
        return 0.0
    # Divided by the least one, because C^(-1/(p-1)) overflows when p is close to 1.
    least = min(conductances)
    return least * sum((c / least) ** (-1 / (p - 1)) for c in conductances) ** (1 - p)


def _incidence(edges, n):
    """One row e_u - e_v for each edge, without the column of the vertex 0."""
    edges, rows = np.asarray(edges), np.arange(len(edges))
    matrix = np.zeros((len(edges), n))
    matrix[rows, edges[:, 0]] = 1
    matrix[rows, edges[:, 1]] = -1
    return matrix[:, 1:]


def _cuts(adjacency, edges):
    pairs = {(min(u, v), max(u, v)) for u, v in edges.tolist()}
    cut = {pair: maximum_flow(adjacency, *pair).flow_value for pair in pairs}
    return np.array([float(cut[min(u, v), max(u, v)]) for u, v in edges.tolist()])


def _resistances(adjacency, edges):
    dense = adjacency.toarray().astype(float)
    inverse = np.linalg.pinv(np.diag(dense.sum(axis=1)) - dense, hermitian=True)
    u, v = edges.T
    return inverse[u, u] + inverse[v, v] - 2 * inverse[u, v]
