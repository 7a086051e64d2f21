"""Posets of dimension at most 2, by a transitive orientation of the incomparability graph.

Two linear orders that realize a poset exist iff the edges of that graph G can be oriented transitively
(Dushnik and Miller, 1941): one order puts each arc upwards, the other downwards.

If x -> y and x is apart from z, but y is not, then x -> z is forced; for z -> y would force z -> x. So x
points to all or none of the elements of a connected part of the comparability graph among those apart from x.
Take these pairs (x, part) as the vertices of a new graph in which (x, part of y) and (y, part of x) are
joined: one of them points out, the other in. G has a transitive orientation iff this graph is bipartite; it
is one to make, in each connected part, the first pair of the least x point out (Gallai, 1967).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mathlib.posets.clock import check_time
from mathlib.posets.poset import Poset
from mathlib.posets.relations import bits

__all__ = ["two_orders"]


#: A poset that falls into parts, which fall into parts, is taken apart so many times.
_DEEPEST = 50


def two_orders(poset: Poset, deadline: float | None, depth: int = 0) -> tuple | None:
    """A realizer of two orders, as tuples of labels, or None if there is none.

    Raises
    ------
    OutOfTime
        If the deadline, a value of time.monotonic(), has passed.

    Cost: O(n^2) steps for n elements that are connected in both graphs; others are taken apart first.

    >>> from mathlib.posets import antichain
    >>> two_orders(antichain(3), None)
    ((0, 1, 2), (2, 1, 0))
    """
    if len(poset) <= 1:
        return poset.labels, poset.labels
    for parts, reverse in ((poset.blocks(), False), (poset.components(), True)):
        if len(parts) > 1 and depth < _DEEPEST:
            orders = [two_orders(part, deadline, depth + 1) for part in parts]
            if None in orders:
                return None
            first = [x for order in orders for x in order[0]]
            second = [x for order in (orders[::-1] if reverse else orders) for x in order[1]]
            return tuple(first), tuple(second)
    arcs = _orientation(poset, deadline)
    if arcs is None:
        return None
    return tuple(
        tuple(poset.labels[i] for i in np.argsort(-(poset.leq | way).sum(axis=1), kind="stable"))
        for way in (arcs, arcs.T)
    )


def _orientation(poset: Poset, deadline: float | None) -> np.ndarray | None:
    """A matrix that is true at (x, y) iff x -> y, or None."""
    part, count = _parts(poset, deadline)
    x, y = np.nonzero(part >= 0)
    one, other = part[x, y], part[y, x]
    # Each vertex twice, pointing out (v) and in (count + v): what one choice for a vertex means for others.
    choices = coo_array((np.ones(len(x), bool), (one, count + other)), shape=(2 * count, 2 * count))
    _, label = connected_components(choices, directed=False)
    if (label[:count] == label[count:]).any():
        return None
    _, least = np.unique(label, return_index=True)
    out = least[label[:count]] < least[label[count:]]
    arcs = np.zeros_like(part, bool)
    arcs[x, y] = out[one]
    return arcs


def _parts(poset: Poset, deadline: float | None) -> tuple[np.ndarray, int]:
    """The numbers of the pairs (x, part of y), -1 where x and y are comparable; and how many there are."""
    n = len(poset)
    numbers, count = np.full((n, n), -1, np.int32), 0
    comparable = [above | below for above, below in zip(poset.above, poset.below, strict=True)]
    for x in range(n):
        check_time(deadline)
        left = (1 << n) - 1 & ~(comparable[x] | 1 << x)
        while left:
            part = frontier = left & -left
            while frontier:
                reached = 0
                for i in bits(frontier):
                    reached |= comparable[i]
                    if not left & ~(reached | part):
                        break
                frontier = reached & left & ~part
                part |= frontier
            numbers[x, bits(part)] = count
            count += 1
            left &= ~part
    return numbers, count
