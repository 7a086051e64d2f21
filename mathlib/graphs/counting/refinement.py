"""Colour refinement of vertices and of pairs, and decks: what small patterns can see of a graph."""

from collections.abc import Sequence

import numpy as np

from mathlib.checks import check_integer
from mathlib.graphs.counting.enumeration import deck_labels, row_labels
from mathlib.graphs.objects.graph import Graph, check_graphs, stacks

__all__ = ["deck_classes", "pair_colours", "vertex_colours", "weisfeiler_leman"]


def weisfeiler_leman(graphs: Sequence[Graph], k: int) -> np.ndarray:
    """Number the classes of graphs that the Weisfeiler-Leman algorithm cannot tell apart.

    For k = 1 the colour of a vertex is refined by the multiset of its neighbours' colours; for k = 2
    (folklore) that of a pair (u, v) by the multiset over w of the colours of (u, w) and (w, v).

    Parameters
    ----------
    graphs : list of Graph, or what `enumerate_graphs` returns
    k : int
        1 or 2.

    Returns
    -------
    ndarray of shape (len(graphs),)
        Equal integers if and only if the stable colours of two graphs agree: if and only if they have as
        many homomorphisms from each graph of treewidth at most k.

    Notes
    -----
    A round costs a sort of N n^2 (k = 1) or N n^3 (k = 2) numbers; for k = 2 only graphs that k = 1 leaves
    together are refined.

    References
    ----------
    Z. Dvorak, On recognizing graphs by numbers of homomorphisms (2010); H. Dell, M. Grohe, G. Rattan,
    Lovasz meets Weisfeiler and Leman (2018).

    Examples
    --------
    >>> from mathlib.graphs import cycle, disjoint_union
    >>> pair = [cycle(6), disjoint_union(cycle(3), cycle(3))]
    >>> weisfeiler_leman(pair, 1), weisfeiler_leman(pair, 2)
    (array([0, 0]), array([0, 1]))
    """
    graphs = check_graphs("graphs", graphs)
    k = check_integer("k", k, 1, 2, "the dimension of the refinement")
    out, used = np.empty(len(graphs), dtype=np.int64), 0
    for at, adjacency in stacks(graphs):
        labels = row_labels(np.sort(vertex_colours(adjacency), axis=1))
        if k == 2:
            labels = _split_by_pairs(labels, adjacency)
        out[at] = used + labels
        used += int(labels.max()) + 1
    return out


def _split_by_pairs(labels, adjacency):
    """Refine classes by the colours of pairs; alone in its class a graph is told apart already."""
    together = np.flatnonzero(np.bincount(labels)[labels] > 1)
    second = np.zeros(len(labels), dtype=np.int64)
    if len(together):
        colours = pair_colours(adjacency[together])
        second[together] = row_labels(np.sort(colours.reshape(len(together), -1), axis=1))
    return row_labels(np.stack([labels, second], axis=1))


def vertex_colours(adjacency: np.ndarray) -> np.ndarray:
    """The stable colours of the vertices of all graphs of a stack, shared by the graphs: shape (k, n)."""
    count, n = adjacency.shape[:2]
    colours, known = np.zeros((count, n), dtype=np.int64), 1
    while True:
        around = np.sort(np.where(adjacency > 0, colours[:, None, :], -1), axis=2)
        rows = np.concatenate([colours[..., None], around], axis=2)
        colours = row_labels(rows.reshape(count * n, n + 1)).reshape(count, n)
        if colours.max() + 1 == known:
            return colours
        known = int(colours.max()) + 1


def pair_colours(adjacency: np.ndarray) -> np.ndarray:
    """The stable colours of the pairs of vertices of all graphs of a stack: shape (k, n, n)."""
    count, n = adjacency.shape[:2]
    colours, known = adjacency + 2 * np.eye(n, dtype=np.int64), 0
    while True:
        base = colours.max() + 1
        over = colours[:, :, None, :] * base + colours.transpose(0, 2, 1)[:, None, :, :]
        rows = np.concatenate([colours[..., None], np.sort(over, axis=3)], axis=3)
        colours = row_labels(rows.reshape(count * n * n, n + 1)).reshape(count, n, n)
        if colours.max() + 1 == known:
            return colours
        known = int(colours.max()) + 1


def deck_classes(graphs: Sequence[Graph], m: int) -> np.ndarray:
    """Number the classes of graphs with the same multiset of induced subgraphs on m vertices.

    Parameters
    ----------
    graphs : list of Graph, or what `enumerate_graphs` returns
        All with the same number n of vertices.
    m : int
        From 1 to n, at most 7.

    Returns
    -------
    ndarray of shape (len(graphs),)
        Equal integers if and only if the decks are equal: if and only if the graphs have as many
        homomorphisms from each graph with at most m vertices.

    Notes
    -----
    Each of the C(n, m) subgraphs costs a look at a table of 2^(m(m-1)/2) integers, which takes 0.3 s to
    build for m = 7.

    References
    ----------
    P. Kelly (1957); L. Lovasz (1967).

    Examples
    --------
    >>> from mathlib.graphs import enumerate_graphs
    >>> [int(deck_classes(enumerate_graphs(6), m).max()) + 1 for m in (2, 3, 4)]
    [16, 112, 156]
    """
    graphs = check_graphs("graphs", graphs)
    groups = stacks(graphs)
    if len(groups) > 1:
        sizes = sorted({adjacency.shape[1] for _, adjacency in groups})
        raise ValueError(f"graphs must all have the same number of vertices; got {sizes}.")
    m = check_integer("m", m, 1, min(7, groups[0][1].shape[1]), "the size of the subgraphs")
    return row_labels(deck_labels(groups[0][1], m))
