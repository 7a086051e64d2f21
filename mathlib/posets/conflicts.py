"""The conflict graph of a poset's critical rows: cliques bound the parameters below, colourings above.

Two rows (x, y) and (u, v) conflict iff x <= v or u <= y: then no up-set contains x and u but neither y nor v.
A set of rows without conflict is separated by one up-set, the one that their first elements generate. So the
classes of a proper colouring give the ground elements of a representation.
"""

import time
from functools import cached_property

from mathlib.posets.poset import Poset
from mathlib.posets.relations import bits

__all__ = ["ConflictGraph", "large_clique"]

#: A longer search for a clique costs more than what it saves the exact engines.
_CLIQUE_NODES = 20_000


class ConflictGraph:
    """Rows of a poset by position, and a mask of the conflicting rows for each."""

    def __init__(self, poset: Poset):
        self.poset = poset
        self.rows = poset.critical_positions
        starting, ending = [0] * len(poset), [0] * len(poset)  # masks of rows, by first and by second element
        for r, (x, y) in enumerate(self.rows):
            starting[x] |= 1 << r
            ending[y] |= 1 << r
        upwards = [_union(ending, poset.above[x] | 1 << x) for x in range(len(poset))]
        downwards = [_union(starting, poset.below[y] | 1 << y) for y in range(len(poset))]
        self.conflicts = [(upwards[x] | downwards[y]) & ~(1 << r) for r, (x, y) in enumerate(self.rows)]
        self.starting = starting

    @cached_property
    def everything(self) -> int:
        return (1 << len(self.rows)) - 1

    def among(self, m: int) -> int:
        """The rows (x, y) with x <= m: every up-set that separates one of them contains m."""
        return _union(self.starting, self.poset.below[m] | 1 << m)

    def clique(self, rows: int, deadline: float | None = None) -> list[int]:
        """Pairwise conflicting rows among those of a mask: a largest set, or the best of a short search."""
        return large_clique(self.conflicts, rows, deadline)

    def colouring(self) -> list[int]:
        """A proper colouring as masks of rows, one for each colour: DSATUR (Brélaz, 1979)."""
        classes: list[int] = []
        blocked: list[int] = []  # rows in conflict with some row of the class
        left = self.everything
        while left:
            r = max(bits(left), key=lambda r: (sum(mask >> r & 1 for mask in blocked), self._degree(r, left)))
            colour = next((c for c, mask in enumerate(blocked) if not mask >> r & 1), len(classes))
            if colour == len(classes):
                classes.append(0)
                blocked.append(0)
            classes[colour] |= 1 << r
            blocked[colour] |= self.conflicts[r]
            left &= ~(1 << r)
        return classes

    def _degree(self, r: int, rows: int) -> int:
        return (self.conflicts[r] & rows).bit_count()

    def upset(self, rows: int) -> frozenset:
        """The labels of the up-set that the first elements of the rows of a mask generate."""
        mask = 0
        for r in bits(rows):
            x = self.rows[r][0]
            mask |= self.poset.above[x] | 1 << x
        return frozenset(self.poset.labels[i] for i in bits(mask))

    def labels(self, rows: list[int]) -> list[tuple]:
        """Rows as pairs of labels."""
        return [tuple(self.poset.labels[i] for i in self.rows[r]) for r in rows]


def large_clique(neighbours: list[int], vertices: int, deadline: float | None = None) -> list[int]:
    """A clique among the vertices of a mask: a largest one, or the best that 20000 nodes of a search find.

    Branch and bound with greedy colourings as bounds (Tomita and Seki, 2003). The search also ends at
    `deadline`, a value of time.monotonic().

    >>> large_clique([0b110, 0b101, 0b1011, 0b100], 0b1111)
    [2, 1, 0]
    """
    best: list[int] = []
    nodes = 0

    def extend(chosen: list[int], candidates: int) -> None:
        nonlocal best, nodes
        nodes += 1
        if len(chosen) > len(best):
            best = chosen
        for v, colours in reversed(_colour_bounds(neighbours, candidates)):
            if nodes > _CLIQUE_NODES or len(chosen) + colours <= len(best):
                return
            if deadline is not None and time.monotonic() > deadline:
                return
            extend([*chosen, v], candidates & neighbours[v])
            candidates &= ~(1 << v)

    extend([], vertices)
    return best


def _colour_bounds(neighbours: list[int], vertices: int) -> list[tuple[int, int]]:
    """The vertices, each with the number of colours that a greedy colouring uses up to it."""
    bounds = []
    colours = 0
    while vertices:
        colours += 1
        free = vertices
        while free:
            lowest = free & -free
            v = lowest.bit_length() - 1
            bounds.append((v, colours))
            vertices ^= lowest
            free &= ~(lowest | neighbours[v])
    return bounds


def _union(masks: list[int], chosen: int) -> int:
    union = 0
    for i in bits(chosen):
        union |= masks[i]
    return union
