"""Posets of dimension at most 2, by a transitive orientation of the incomparability graph.

Two linear orders that realize a poset exist iff the edges of that graph G can be oriented transitively
(Dushnik and Miller, 1941): one order puts each arc upwards, the other downwards.

If x -> y and x is apart from z, but y is not, then x -> z is forced; for z -> y would force z -> x. So x
points to all or none of the elements of a connected part of the comparability graph among those apart from x.
Take these pairs (x, part) as the vertices of a new graph in which (x, part of y) and (y, part of x) are
joined: one of them points out, the other in. G has a transitive orientation iff this graph is bipartite; it
is one to make, in each connected part, the first pair of the least x point out (Gallai, 1967).
"""

from collections import deque
from math import inf

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mathlib.posets.clock import check_time
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits, connected_parts

__all__ = ["two_orders"]

#: A poset that falls into parts, which fall into parts, is taken apart so many times.
_DEEPEST = 50


def two_orders(poset: Poset, deadline: float = inf, depth: int = 0) -> tuple[tuple | None, tuple]:
    """Two orders that realize the poset, as tuples of labels, or else why there are none: pairs of labels.

    Those are the `forcing` of a DimensionWitness; without orders the first of the two values is None, with
    orders the second is empty. OutOfTime is raised if the deadline has passed.

    The cost is O(n^2) steps for n elements that are connected in both graphs; others are taken apart first.

    >>> from mathlib.posets import antichain
    >>> two_orders(antichain(3))
    (((0, 1, 2), (2, 1, 0)), ())
    """
    if len(poset) <= 1:
        return (poset.labels, poset.labels), ()
    for parts, reverse in ((poset.blocks(), False), (poset.components(), True)):
        if len(parts) > 1 and depth < _DEEPEST:
            found = []
            for part in parts:
                orders, forcing = two_orders(part, deadline, depth + 1)
                if orders is None:
                    return None, forcing
                found.append(orders)
            first = [x for order in found for x in order[0]]
            second = [x for order in (found[::-1] if reverse else found) for x in order[1]]
            return (tuple(first), tuple(second)), ()
    arcs, start = _orientation(poset, deadline)
    if arcs is None:
        return None, _forcing(poset, start, deadline)
    return tuple(
        tuple(poset.labels[i] for i in np.argsort(-(poset.leq | way).sum(axis=1), kind="stable"))
        for way in (arcs, arcs.T)
    ), ()


def _orientation(poset: Poset, deadline: float) -> tuple[np.ndarray | None, tuple[int, int]]:
    """A matrix that is true at (x, y) iff x -> y; or None and positions such that x -> y implies y -> x."""
    part, count = _parts(poset, deadline)
    x, y = np.nonzero(part >= 0)
    one, other = part[x, y], part[y, x]
    # Each vertex twice, pointing out (v) and in (count + v): what one choice for a vertex means for others.
    choices = coo_array((np.ones(len(x), bool), (one, count + other)), shape=(2 * count, 2 * count))
    _, label = connected_components(choices, directed=False)
    torn = label[:count] == label[count:]
    if torn.any():
        r = int(torn[one].argmax())
        return None, (int(x[r]), int(y[r]))
    _, least = np.unique(label, return_index=True)
    out = least[label[:count]] < least[label[count:]]
    arcs = np.zeros_like(part, bool)
    arcs[x, y] = out[one]
    return arcs, (0, 0)


def _forcing(poset: Poset, start: tuple[int, int], deadline: float) -> tuple:
    """A shortest way from x -> y to y -> x by implications, as pairs of labels; there must be one."""
    comparable = [
        up | down | 1 << i for i, (up, down) in enumerate(zip(poset.above, poset.below, strict=True))
    ]
    # Not reached yet: bit z of onward[x] for the pair (x, z), bit z of inward[y] for the pair (z, y).
    onward = [(1 << len(poset)) - 1 & ~mask for mask in comparable]
    inward = list(onward)
    reached = {start: start}
    queue = deque(reached)
    while start[::-1] not in reached:
        check_time(deadline)
        x, y = pair = queue.popleft()
        following = [(x, z) for z in bits(onward[x] & comparable[y])]
        following += [(z, y) for z in bits(inward[y] & comparable[x])]
        for u, v in following:
            if onward[u] >> v & 1:
                onward[u] ^= 1 << v
                inward[v] ^= 1 << u
                reached[u, v] = pair
                queue.append((u, v))
    way = [start[::-1]]
    while way[-1] != start:
        way.append(reached[way[-1]])
    return tuple((poset.labels[i], poset.labels[j]) for i, j in reversed(way))


def _parts(poset: Poset, deadline: float) -> tuple[np.ndarray, int]:
    """The numbers of the pairs (x, part of y), -1 where x and y are comparable; and how many there are."""
    n = len(poset)
    numbers, count = np.full((n, n), -1, np.int32), 0
    comparable = [above | below for above, below in zip(poset.above, poset.below, strict=True)]
    for x in range(n):
        check_time(deadline)
        for part in connected_parts(comparable, (1 << n) - 1 & ~(comparable[x] | 1 << x)):
            numbers[x, bits(part)] = count
            count += 1
    return numbers, count
