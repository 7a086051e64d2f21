"""Lovasz's matrix of homomorphism counts, and how often one random pattern tells two graphs apart."""

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import flint
import numpy as np

from mathlib.checks import check_flag, check_integer
from mathlib.graphs.counting.enumeration import enumerate_graphs
from mathlib.graphs.counting.homomorphisms import hom_matrix
from mathlib.graphs.objects.graph import Graph, check_graph

__all__ = ["LovaszMatrix", "lovasz_matrix", "separation_probability"]

_LARGEST = 6


@dataclass(frozen=True, repr=False, eq=False)
class LovaszMatrix:
    """The numbers of homomorphisms between all graphs to a size.

    Attributes
    ----------
    patterns : tuple of Graph
        By vertices, then by edges.
    entries : ndarray of shape (N, N)
        hom(patterns[i], patterns[j]).
    determinant : int
        Not zero: no two of the graphs have the same row.
    """

    patterns: tuple[Graph, ...]
    entries: np.ndarray
    determinant: int

    def __repr__(self) -> str:
        digits = len(str(abs(self.determinant)))
        return f"hom between {len(self.patterns)} graphs: the determinant has {digits} digits and is not 0"


def lovasz_matrix(m: int, connected: bool = False) -> LovaszMatrix:
    r"""Count the homomorphisms between all graphs with at most m vertices.

    Hom = Sur diag(1/|Aut|) Inj, with the maps onto all vertices and edges, and the injective ones. By
    vertices, then edges, Sur is lower and Inj upper triangular, both with |Aut| on the diagonal, so that
    det Hom = prod |Aut| is not 0: the numbers of homomorphisms determine the graph.

    Parameters
    ----------
    m : int
        From 1 to 6.
    connected : bool
        Whether to leave out graphs that are not connected.

    Returns
    -------
    LovaszMatrix
        The determinant is computed from the entries, without the formula.

    Notes
    -----
    0.5 s for m = 6, 208 graphs.

    References
    ----------
    L. Lovasz, Operations with structures (1967).

    Examples
    --------
    >>> lovasz_matrix(3).determinant, lovasz_matrix(3, connected=True).determinant
    (576, 24)
    """
    m = check_integer("m", m, 1, _LARGEST, "the number of vertices")
    connected = check_flag("connected", connected)
    patterns = [graph for n in range(1, m + 1) for graph in enumerate_graphs(n)]
    patterns = [graph for graph in patterns if not connected or len(graph.components) == 1]
    patterns.sort(key=lambda graph: (graph.n, len(graph.edges)))
    entries = hom_matrix(patterns, patterns)
    determinant = int(flint.fmpz_mat(entries.tolist()).det())
    entries.setflags(write=False)
    return LovaszMatrix(tuple(patterns), entries, determinant)


def separation_probability(G: Graph, H: Graph, m: int) -> Fraction:
    """Compute the probability that a uniformly random labelled graph F on m vertices tells G and H apart.

    P[hom(F, G) != hom(F, H)] = sum of m!/(|Aut F| 2^(m(m-1)/2)) over the graphs F with different counts.

    Parameters
    ----------
    G, H : Graph
    m : int
        From 1 to 6.

    Returns
    -------
    Fraction

    References
    ----------
    P. Welke, M. Thiessen, F. Jogl, T. Gaertner, Expectation-Complete Graph Representations with
    Homomorphisms, arXiv 2306.05838.

    Examples
    --------
    >>> from mathlib.graphs import cycle, disjoint_union
    >>> separation_probability(cycle(6), disjoint_union(cycle(3), cycle(3)), 3)
    Fraction(1, 8)
    """
    G, H = check_graph("G", G), check_graph("H", H)
    m = check_integer("m", m, 1, _LARGEST, "the number of vertices of the pattern")
    patterns = enumerate_graphs(m)
    counts = hom_matrix(patterns, [G, H])
    labelled = [factorial(m) // int(order) for order in patterns.automorphisms]
    differ = sum(size for size, row in zip(labelled, counts, strict=True) if row[0] != row[1])
    return Fraction(differ, 2 ** (m * (m - 1) // 2))
