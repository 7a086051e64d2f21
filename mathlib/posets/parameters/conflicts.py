"""The conflict graph of a poset's critical rows: cliques bound the parameters below, colourings above.

Two rows (x, y) and (u, v) conflict iff x <= v or u <= y: then no up-set contains x and u but neither y nor v.
A set of rows without conflict is separated by one up-set, the one that their first elements generate. So the
classes of a proper colouring give the ground elements of a representation.
"""

from collections.abc import Sequence
from math import inf

import numpy as np

from mathlib.posets.clock import OutOfTime, check_time, is_over
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits, masks_from_matrix

__all__ = ["ConflictGraph", "large_clique"]

#: A longer search for a clique costs more than what it saves the exact engines.
_CLIQUE_NODES = 20_000
#: The graph is held as a matrix: of 25 million entries at most.
_MOST_ROWS = 5000


class ConflictGraph:
    """Rows of a poset by position, and a mask of the conflicting rows for each.

    Raises
    ------
    OutOfTime
        If there are more than 5000 rows, or the deadline passes.
    """

    def __init__(self, poset: Poset, deadline: float = inf):
        if sum(mask.bit_count() for mask in poset.critical_masks) > _MOST_ROWS:
            raise OutOfTime
        check_time(deadline)
        self.poset = poset
        self.rows = poset.critical_positions
        x, y = np.array(self.rows, np.intp).reshape(-1, 2).T
        meets = poset.leq[np.ix_(x, y)]
        self.matrix = meets | meets.T
        np.fill_diagonal(self.matrix, False)
        self.conflicts = masks_from_matrix(self.matrix)
        check_time(deadline)

    @property
    def everything(self) -> int:
        return (1 << len(self.rows)) - 1

    def among(self, m: int) -> int:
        """The rows (x, y) with x <= m: every up-set that separates one of them contains m."""
        down = self.poset.below[m] | 1 << m
        return sum(1 << r for r, (x, _) in enumerate(self.rows) if down >> x & 1)

    def clique(self, rows: int, deadline: float = inf) -> list[int]:
        """Pairwise conflicting rows among those of a mask: a largest set, or the best of a short search."""
        return large_clique(self.conflicts, rows, deadline)

    def colouring(self, deadline: float = inf) -> list[int]:
        """A proper colouring as masks of rows, one for each colour: DSATUR (Brélaz, 1979).

        Raises
        ------
        OutOfTime
            If the deadline passes.
        """
        count = len(self.rows)
        classes: list[int] = []
        blocked: list[np.ndarray] = []  # rows in conflict with some row of the class
        # Next comes the row that most classes block, and among those the one with most conflicts left.
        urgency = self.matrix.sum(axis=1)
        for _ in range(count):
            check_time(deadline)
            r = int(urgency.argmax())
            colour = next((c for c, rows in enumerate(blocked) if not rows[r]), len(classes))
            if colour == len(classes):
                classes.append(0)
                blocked.append(np.zeros(count, bool))
            classes[colour] |= 1 << r
            urgency += (self.matrix[r] & ~blocked[colour]) * (count + 1)
            urgency -= self.matrix[r]
            urgency[r] = -count * (count + 1) ** 2  # never again
            blocked[colour] |= self.matrix[r]
        return classes

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


def large_clique(neighbours: Sequence[int], vertices: int, deadline: float = inf) -> list[int]:
    """A clique among the vertices of a mask: a largest one, or the best that 20000 nodes of a search find.

    Branch and bound with greedy colourings as bounds (Tomita and Seki, 2003). The search also ends at
    `deadline`, a value of time.monotonic().

    >>> large_clique([0b110, 0b101, 0b1011, 0b100], 0b1111)
    [2, 1, 0]
    """
    best: list[int] = []
    chosen: list[int] = []
    # One entry for each vertex chosen and one more: the candidates, and those not tried, with their bounds.
    stack = [(vertices, _colour_bounds(neighbours, vertices))]
    nodes = 1
    while stack:
        candidates, untried = stack.pop()
        del chosen[len(stack) :]
        if not untried or len(chosen) + untried[-1][1] <= len(best):
            continue
        if nodes > _CLIQUE_NODES or is_over(deadline):
            break
        v, _ = untried.pop()
        stack.append((candidates & ~(1 << v), untried))
        chosen.append(v)
        nodes += 1
        if len(chosen) > len(best):
            best = list(chosen)
        candidates &= neighbours[v]
        stack.append((candidates, _colour_bounds(neighbours, candidates)))
    return best


def _colour_bounds(neighbours: Sequence[int], vertices: int) -> list[tuple[int, int]]:
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
