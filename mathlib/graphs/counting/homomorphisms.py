"""Exact numbers of homomorphisms between graphs."""

from collections.abc import Sequence
from math import prod

import numpy as np

from mathlib.graphs.counting.decomposition import elimination_order
from mathlib.graphs.counting.elimination import SEMIRINGS, contract, modular
from mathlib.graphs.objects.graph import Graph, check_graph, check_graphs, stacks

__all__ = ["counts_of", "hom_count", "hom_matrix"]

#: Residues are taken modulo primes below this, so that products of matrices of them are exact in doubles.
_LARGEST_PRIME = 2**20


def hom_count(F: Graph, G: Graph) -> int:
    r"""Count the homomorphisms from F to G, the maps that send every edge to an edge.

    hom(F, G) = sum over all maps f of prod_{uv in E(F)} A_G[f(u), f(v)]

    Parameters
    ----------
    F : Graph
        The pattern.
    G : Graph
        The graph that is mapped into.

    Returns
    -------
    int
        Exact, of any size.

    Notes
    -----
    By variable elimination, |F| n^(w + 1) steps for a tree decomposition of width w (the least to 9
    vertices), in int64 where n^|F| fits, else in Python integers (forests) or modulo enough primes.

    References
    ----------
    J. Diaz, M. Serna, D. Thilikos, Counting H-colorings of partial k-trees (2002).

    Examples
    --------
    >>> from mathlib.graphs import complete, cycle
    >>> hom_count(cycle(5), complete(3)), hom_count(cycle(13), complete(60)) == 59**13 - 59
    (30, True)
    """
    F, G = check_graph("F", F), check_graph("G", G)
    return int(counts_of(F, G.adjacency[None])[0])


def hom_matrix(patterns: Sequence[Graph], graphs: Sequence[Graph]) -> np.ndarray:
    """Count the homomorphisms from each of several patterns to each of several graphs.

    Parameters
    ----------
    patterns : list of Graph
    graphs : list of Graph, or what `enumerate_graphs` returns

    Returns
    -------
    ndarray of shape (len(patterns), len(graphs))
        int64, or Python integers where int64 could not hold a count.

    Notes
    -----
    Graphs of one size are counted together: about 4 us for each graph of 8 vertices and the pattern C7.

    Examples
    --------
    >>> from mathlib.graphs import complete, cycle, path
    >>> hom_matrix([path(2), cycle(3)], [path(3), complete(3)])
    array([[4, 6],
           [0, 6]])
    """
    patterns, graphs = check_graphs("patterns", patterns), check_graphs("graphs", graphs)
    groups = stacks(graphs)
    rows = []
    for pattern in patterns:
        row: list = [None] * len(groups)
        for k, (_, adjacency) in enumerate(groups):
            row[k] = counts_of(pattern, adjacency)
        rows.append(row)
    wide = any(part.dtype == object for row in rows for part in row)
    out = np.empty((len(patterns), len(graphs)), dtype=object if wide else np.int64)
    for k, row in enumerate(rows):
        for (at, _), part in zip(groups, row, strict=True):
            out[k, at] = part
    return out


def counts_of(pattern: Graph, adjacency: np.ndarray) -> np.ndarray:
    """hom(pattern, G) for all G of a stack of adjacency matrices of one size, shape (k, n, n)."""
    n, parts = adjacency.shape[1], [_component(pattern, c) for c in pattern.components]
    fits = n**pattern.n < 2**63
    found = [_connected(part, adjacency) for part in parts]
    if fits:
        return prod(found[1:], start=found[0])
    return prod((part.astype(object) for part in found[1:]), start=found[0].astype(object))


def _component(pattern, vertices):
    place = {v: k for k, v in enumerate(vertices)}
    return Graph(len(vertices), [(place[i], place[j]) for i, j in pattern.edges if i in place])


def _connected(pattern, adjacency):
    """Counts of a connected pattern; the graphs are values of the variable -1, kept to the end."""
    n, single = adjacency.shape[1], len(adjacency) == 1
    order, width, _ = elimination_order(pattern)
    sizes = dict.fromkeys(range(pattern.n), n) | {-1: len(adjacency)}
    batch = () if single else (-1,)
    table = adjacency[0] if single else adjacency
    tables = [((*batch, i, j), table) for i, j in pattern.edges]
    if n**pattern.n < 2**63 or width == 1:
        if n**pattern.n >= 2**63:
            tables = [(variables, array.astype(object)) for variables, array in tables]
        return np.atleast_1d(contract(tables, sizes, order, batch, SEMIRINGS["sum_product"], batch))
    return _by_residues(tables, sizes, order, batch, n**pattern.n)


def _by_residues(tables, sizes, order, batch, bound):
    """Counts up to a bound by the Chinese remainder theorem."""
    total, modulus, p = None, 1, _LARGEST_PRIME
    while modulus <= bound:
        p = next(q for q in range(p - 1, 1, -1) if all(q % d for d in range(2, int(q**0.5) + 1)))
        residues = np.atleast_1d(contract(tables, sizes, order, batch, modular(p), batch)).astype(object)
        if total is None:
            total = residues
        else:
            total = total + modulus * ((residues - total) * pow(modulus, -1, p) % p)
        modulus *= p
    return total
