"""Which numbers tell the graphs on n vertices apart: the classes that each family of patterns leaves."""

from dataclasses import dataclass, fields

import numpy as np

from mathlib.checks import check_integer
from mathlib.graphs.counting.enumeration import LARGEST, deck_labels, enumerate_graphs, row_labels
from mathlib.graphs.counting.refinement import weisfeiler_leman
from mathlib.graphs.counting.trees import classes_by_tree_size

__all__ = ["SeparationTable", "separation_table"]

_LARGEST_TREE = 11


@dataclass(frozen=True, repr=False)
class SeparationTable:
    """How many classes of graphs on n vertices are told apart by which numbers.

    Attributes
    ----------
    n, graphs : int
        The number of vertices, and of graphs up to isomorphism.
    degrees : int
        Classes by the sorted degrees: by the numbers of homomorphisms from stars.
    paths, cycles, both : int
        By those from paths (1' A^k 1 for k <= 2n), from cycles (tr A^k for k <= n), and from both.
    trees, treewidth2 : int
        By those from all trees, and from all graphs of treewidth at most 2.
    decks : tuple of int
        By those from all graphs with at most m vertices, m = 1, ..., n - 1.
    tree_sizes : tuple of int
        By those from the trees with at most s vertices, s = 1, 2, ..., up to the s that does as well as
        all trees.
    """

    n: int
    graphs: int
    degrees: int
    paths: int
    cycles: int
    both: int
    trees: int
    treewidth2: int
    decks: tuple[int, ...]
    tree_sizes: tuple[int, ...]

    def __repr__(self) -> str:
        shown = ", ".join(f"{f.name} {getattr(self, f.name)}" for f in fields(self)[2:8])
        return f"{self.graphs} graphs on {self.n} vertices; classes: {shown}"


def separation_table(n: int) -> SeparationTable:
    """Count the classes of graphs on n vertices that families of patterns tell apart.

    Parameters
    ----------
    n : int
        From 1 to 8.

    Returns
    -------
    SeparationTable

    Notes
    -----
    About 4 s for n = 8. The list of graphs can be proved complete: `enumerate_graphs(n).verify()`.

    References
    ----------
    Graphs with a mate of the same spectrum: A006608 of the OEIS.

    Examples
    --------
    >>> separation_table(5)
    34 graphs on 5 vertices; classes: degrees 31, paths 34, cycles 33, both 34, trees 34, treewidth2 34
    """
    graphs = enumerate_graphs(check_integer("n", n, 1, LARGEST, "the number of vertices"))
    A = graphs.adjacency
    n = A.shape[1]
    paths, cycles = _walks(A), _traces(A)
    trees = weisfeiler_leman(graphs, 1)
    return SeparationTable(
        n,
        len(graphs),
        _classes(np.sort(A.sum(axis=1), axis=1)),
        _classes(paths),
        _classes(cycles),
        _classes(np.concatenate([paths, cycles], axis=1)),
        int(trees.max()) + 1,
        int(weisfeiler_leman(graphs, 2).max()) + 1,
        tuple(_classes(deck_labels(A, m)) for m in range(1, n)),
        classes_by_tree_size(A, trees, _LARGEST_TREE),
    )


def _classes(table):
    return int(row_labels(table).max()) + 1


def _walks(A):
    """1' A^k 1 for k <= 2n: the numbers of homomorphisms from paths."""
    v, out = np.ones(A.shape[:2], dtype=np.int64), []
    for _ in range(2 * A.shape[1] + 1):
        out.append(v.sum(axis=1))
        v = np.einsum("gij,gj->gi", A, v)
    return np.stack(out, axis=1)


def _traces(A):
    """tr A^k for 1 <= k <= n: the numbers of homomorphisms from cycles, and the spectrum."""
    power, out = A, []
    for _ in range(A.shape[1]):
        out.append(np.trace(power, axis1=1, axis2=2))
        power = power @ A
    return np.stack(out, axis=1)
