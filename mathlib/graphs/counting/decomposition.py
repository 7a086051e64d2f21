"""Orders in which the vertices of a graph are eliminated, and the tree decompositions they stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mathlib.graphs.objects.graph import Graph, check_graph

__all__ = ["TreeDecomposition", "elimination_order", "greedy_order", "tree_decomposition"]

_LARGEST_EXACT = 9


@dataclass(frozen=True, repr=False)
class TreeDecomposition:
    """Bags of vertices on a tree: each edge lies in a bag, and the bags with a given vertex are connected.

    Attributes
    ----------
    bags : tuple of frozenset of int
    edges : tuple of pairs of int
        The edges of the tree, pairs of places in `bags`.
    width : int
        The size of the largest bag, minus one.
    optimal : bool
        Whether no decomposition has a smaller width; proved, never guessed.
    """

    bags: tuple[frozenset[int], ...]
    edges: tuple[tuple[int, int], ...]
    width: int
    optimal: bool

    def __repr__(self) -> str:
        relation = "=" if self.optimal else "<="
        return f"treewidth {relation} {self.width} ({len(self.bags)} bags)"


def tree_decomposition(F: Graph) -> TreeDecomposition:
    """Find a tree decomposition of a graph of small width.

    Parameters
    ----------
    F : Graph

    Returns
    -------
    TreeDecomposition
        Of least width if F has at most 9 vertices, or if the width meets the lower bound of the largest
        minimum degree that remains when vertices of smallest degree are removed.

    Notes
    -----
    To 9 vertices by dynamic programming over sets of eliminated vertices, 2^n n steps; else by eliminating a
    vertex of smallest degree next.

    References
    ----------
    H. Bodlaender, A. Koster, Treewidth computations I and II (2010, 2011).

    Examples
    --------
    >>> from mathlib.graphs import complete, cycle
    >>> tree_decomposition(cycle(6)), tree_decomposition(complete(4)).width
    (treewidth = 2 (6 bags), 3)
    """
    F = check_graph("F", F)
    order, width, optimal = elimination_order(F)
    neighbours = {v: set(F.neighbours[v]) for v in range(F.n)}
    place, bags, edges, roots = {v: k for k, v in enumerate(order)}, [], [], []
    for k, v in enumerate(order):
        later = neighbours.pop(v)
        bags.append(frozenset({v, *later}))
        for w in later:
            neighbours[w] |= later - {w}
            neighbours[w].discard(v)
        if later:
            edges.append((k, min(place[w] for w in later)))
        else:
            roots.append(k)
    edges += pairwise(roots)
    return TreeDecomposition(tuple(bags), tuple(edges), width, optimal)


def elimination_order(F: Graph) -> tuple[list[int], int, bool]:
    """An order of the vertices, its width, and whether that is the treewidth."""
    neighbours = {v: F.neighbours[v] for v in range(F.n)}
    order, width = greedy_order(neighbours, dict.fromkeys(neighbours, 1.0))
    if width <= _degeneracy(neighbours):
        return order, width, True
    if F.n > _LARGEST_EXACT:
        return order, width, False
    return *_best_order(F.neighbours), True


def greedy_order(neighbours: Mapping, weights: Mapping) -> tuple[list, int]:
    """Eliminate next the vertex whose neighbours have the least weight in total; return the width too."""
    graph = {v: set(around) for v, around in neighbours.items()}
    total = {v: sum(weights[w] for w in around) for v, around in graph.items()}
    order, width = [], 0
    while graph:
        v = min(graph, key=total.__getitem__)
        around = graph.pop(v)
        width = max(width, len(around))
        for w in around:
            graph[w] |= around - {w}
            graph[w].discard(v)
            total[w] = sum(weights[x] for x in graph[w])
        order.append(v)
    return order, width


def _degeneracy(neighbours):
    """The largest minimum degree of a subgraph: no tree decomposition has a smaller width."""
    graph, most = {v: set(around) for v, around in neighbours.items()}, 0
    while graph:
        v = min(graph, key=lambda v: len(graph[v]))
        most = max(most, len(graph[v]))
        for w in graph.pop(v):
            graph[w].discard(v)
    return most


def _best_order(neighbours: Sequence) -> tuple[list[int], int]:
    """The order of least width: for each set of vertices, the best order in which it can go first."""
    n = len(neighbours)
    masks = [sum(1 << w for w in around) for around in neighbours]
    width, last = [-1] + [n] * ((1 << n) - 1), [0] * (1 << n)
    for gone in range(1, 1 << n):
        for v in range(n):
            if gone >> v & 1:
                before = gone & ~(1 << v)
                cost = max(width[before], _later_neighbours(masks, before, v).bit_count())
                if cost < width[gone]:
                    width[gone], last[gone] = cost, v
    order, gone = [], (1 << n) - 1
    while gone:
        order.append(last[gone])
        gone &= ~(1 << last[gone])
    return order[::-1], width[-1]


def _later_neighbours(masks, gone, v):
    """The neighbours of v once the vertices of a set are eliminated: those it reaches through the set."""
    seen, boundary, found = 1 << v, [v], 0
    while boundary:
        new = masks[boundary.pop()] & ~seen
        seen |= new
        found |= new & ~gone
        boundary += [w for w in range(len(masks)) if (new & gone) >> w & 1]
    return found
