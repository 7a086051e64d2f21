"""Order dimension (Dushnik and Miller, 1941): realizers, and why fewer linear orders are not enough.

A linear extension reverses an incomparable pair (x, y) if it puts y below x. Linear extensions realize a
poset iff they reverse every critical pair: x and y incomparable, z < x implies z < y, z > y implies z > x.
"""

from dataclasses import dataclass

import numpy as np

from mathlib.errors import CertificateError
from mathlib.posets.conflicts import large_clique
from mathlib.posets.poset import Poset
from mathlib.posets.relations import bits
from mathlib.posets.sat import SOLVER, OutOfTime, solve

__all__ = ["Realizer", "StandardExample", "find_orders", "find_realizer", "incomparable_critical_pairs"]


@dataclass(frozen=True)
class Realizer:
    """Linear orders, as tuples of labels from bottom to top, whose intersection is the poset."""

    poset: Poset
    orders: tuple[tuple, ...]

    @property
    def size(self) -> int:
        return len(self.orders)

    def verify(self) -> "Realizer":
        """Check x <= y iff x stands no later than y in every order; returns the realizer itself.

        Raises
        ------
        CertificateError
            Naming two elements that violate this, or an order that does not list every element once.
        """
        for order in self.orders:
            if len(order) != len(self.poset) or set(order) != set(self.poset):
                raise CertificateError(f"the order {order!r} does not list every element once")
        places = [{x: i for i, x in enumerate(order)} for order in self.orders]
        for x in self.poset:
            for y in self.poset:
                if self.poset.less_equal(x, y) != all(place[x] <= place[y] for place in places):
                    raise CertificateError(f"the orders and the poset disagree on {x!r} <= {y!r}")
        return self


@dataclass(frozen=True)
class StandardExample:
    """Why the order dimension is at least `bound`.

    `pairs` (x, y) are incomparable with x_r < y_s for r != s. No linear extension reverses two of them, since
    x_r < y_s < x_s < y_r would be a cycle; so their number is a lower bound, and bounds 1 and 2 need a single
    element and a single incomparable pair. `solver` names the solver where the pairs prove less than `bound`.
    """

    bound: int
    pairs: tuple
    solver: str | None = None

    def verify(self, poset: Poset) -> None:
        """Check the pairs; raises CertificateError if they do not prove `bound`, or if only a solver did."""
        if self.solver:
            raise CertificateError(
                f"{self.bound} is solver-proved ({self.solver}): rerun a solver to check it"
            )
        for r, (x, y) in enumerate(self.pairs):
            if poset.less_equal(x, y) or poset.less_equal(y, x):
                raise CertificateError(f"{x!r} and {y!r} are comparable")
            for s, (_, v) in enumerate(self.pairs):
                if r != s and not poset.less_equal(x, v):
                    raise CertificateError(f"{x!r} <= {v!r} does not hold")
        if max(len(self.pairs), len(poset) > 0, 2 * (len(self.pairs) > 0)) < self.bound:
            raise CertificateError(f"{len(self.pairs)} pairs do not prove dim >= {self.bound}")


def find_realizer(poset: Poset, deadline: float | None) -> tuple[int, int, Realizer, StandardExample]:
    """lower <= dim <= upper, a realizer of size upper and a reason for lower."""
    pairs = incomparable_critical_pairs(poset)
    if not pairs:
        order = tuple(sorted(poset, key=lambda x: poset.below[poset.index(x)].bit_count()))
        size = min(1, len(poset))
        return size, size, Realizer(poset, (order,) * size), StandardExample(size, ())
    two = _two_orders(poset)
    if two is not None:
        return 2, 2, Realizer(poset, two), StandardExample(2, _labels(poset, pairs[:1]))
    clique = _labels(
        poset, [pairs[r] for r in large_clique(_mutual(poset, pairs), (1 << len(pairs)) - 1, deadline)]
    )
    orders = _greedy_orders(poset, pairs)
    size = max(3, len(clique))
    try:
        while size < len(orders):
            found = find_orders(poset, pairs, size, deadline)
            if found is not None:
                orders = found
            else:
                size += 1
    except OutOfTime:
        pass
    # Without a standard example, a failed transitive orientation proves 3, a solver all that is above.
    solver = None if size == len(clique) else "transitive orientation" if size == 3 else SOLVER
    return size, len(orders), Realizer(poset, tuple(orders)), StandardExample(size, clique, solver)


def _labels(poset: Poset, pairs: list) -> tuple:
    return tuple((poset.labels[x], poset.labels[y]) for x, y in pairs)


def incomparable_critical_pairs(poset: Poset) -> list[tuple[int, int]]:
    """The critical pairs as the module defines them, by position."""
    above, below = poset.above, poset.below
    return [
        (x, y)
        for x in range(len(poset))
        for y in range(len(poset))
        if x != y
        and not (above[x] | below[x]) >> y & 1
        and not below[x] & ~below[y]
        and not above[y] & ~above[x]
    ]


def _mutual(poset: Poset, pairs: list) -> list[int]:
    """Masks of the pairs that no linear extension reverses together with a pair."""
    masks = []
    for x, y in pairs:
        mask = 0
        for s, (u, v) in enumerate(pairs):
            if poset.above[x] >> v & 1 and poset.above[u] >> y & 1:
                mask |= 1 << s
        masks.append(mask)
    return masks


def _two_orders(poset: Poset) -> tuple | None:
    """A realizer of two orders, or None if there is none.

    Two orders exist iff the incomparability graph can be oriented transitively (Dushnik and Miller, 1941). An
    orientation of one edge forces others: x -> y forces x -> z if x is apart from z but y is not, and so on.
    Orienting all that one edge forces, then an edge that is left, never goes wrong (Golumbic, 1977).
    """
    n = len(poset)
    comparable = [poset.above[i] | poset.below[i] | 1 << i for i in range(n)]
    everything = (1 << n) - 1
    left = [everything & ~mask for mask in comparable]  # edges of the incomparability graph not yet oriented
    arcs = [0] * n
    for start in range(n):
        while left[start]:
            forced = _forced_arcs(left, start, (left[start] & -left[start]).bit_length() - 1)
            if forced is None:
                return None
            for x, mask in enumerate(forced):
                arcs[x] |= mask
                left[x] &= ~mask
                for y in bits(mask):
                    left[y] &= ~(1 << x)
    backwards = Poset(n, leq=_with_arcs(poset, arcs, forwards=False))
    forwards = Poset(n, leq=_with_arcs(poset, arcs, forwards=True))
    return tuple(
        tuple(poset.labels[i] for i in sorted(range(n), key=lambda i: order.below[i].bit_count()))
        for order in (forwards, backwards)
    )


def _forced_arcs(edges: list[int], x: int, y: int) -> list[int] | None:
    """All arcs that x -> y forces in a graph, as masks, or None if an arc and its reverse are among them."""
    arcs = [0] * len(edges)
    arcs[x] = 1 << y
    waiting = [(x, y)]
    while waiting:
        u, v = waiting.pop()
        if arcs[v] >> u & 1:
            return None
        for w in bits(edges[u] & ~edges[v] & ~(1 << v) & ~arcs[u]):
            arcs[u] |= 1 << w
            waiting.append((u, w))
        for w in bits(edges[v] & ~edges[u] & ~(1 << u)):
            if not arcs[w] >> v & 1:
                arcs[w] |= 1 << v
                waiting.append((w, v))
    return arcs


def _with_arcs(poset: Poset, arcs: list[int], *, forwards: bool) -> np.ndarray:
    """The order of the poset together with the arcs, or with their reverses: a linear order."""
    matrix = poset.leq.copy()
    for x, mask in enumerate(arcs):
        for y in bits(mask):
            matrix[(x, y) if forwards else (y, x)] = True
    return matrix


def _greedy_orders(poset: Poset, pairs: list) -> list[tuple]:
    """A realizer whose linear extensions, one after the other, reverse all further pairs that they can."""
    orders = []
    left = list(pairs)
    while left:
        above = list(poset.above)
        for x, y in left:
            if not above[x] >> y & 1:  # y below x makes no cycle
                upper = above[x] | 1 << x
                for z in range(len(above)):
                    if z == y or above[z] >> y & 1:
                        above[z] |= upper
        left = [(x, y) for x, y in left if not above[y] >> x & 1]
        orders.append(_linear_extension(poset.labels, above))
    return orders


def _linear_extension(labels: tuple, above: list[int]) -> tuple:
    """A linear extension of a strict order: an element has more above it than any element above it has."""
    return tuple(labels[i] for i in sorted(range(len(above)), key=lambda i: -above[i].bit_count()))


def find_orders(poset: Poset, pairs: list, size: int, deadline: float | None) -> list[tuple] | None:
    """A realizer of `size` orders by SAT: for each order t and i < j a variable says that i is below j."""
    n = len(poset)

    def variable(t: int, i: int, j: int) -> int:
        return 1 + (t * n + i) * n + j if i < j else -(1 + (t * n + j) * n + i)

    clauses = []
    for t in range(size):
        for i in range(n):
            clauses += [[variable(t, i, j)] for j in bits(poset.above[i])]
            for j in range(n):
                for k in range(max(i, j) + 1, n):
                    if i != j:  # no cycle i < j < k < i; each cyclic order of three elements once
                        clauses.append([-variable(t, i, j), -variable(t, j, k), -variable(t, k, i)])
    clauses += [[variable(t, y, x) for t in range(size)] for x, y in pairs]
    model = solve(clauses, deadline)
    if model is None:
        return None
    orders = []
    for t in range(size):
        above = [0] * n
        for i in range(n):
            for j in range(i + 1, n):
                low, high = (i, j) if variable(t, i, j) in model else (j, i)
                above[low] |= 1 << high
        orders.append(_linear_extension(poset.labels, above))
    return orders
