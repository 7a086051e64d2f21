"""Order dimension (Dushnik and Miller, 1941): the search for realizers, and why fewer orders are not enough.

A linear extension reverses an incomparable pair (x, y) if it puts y below x. Linear extensions realize a
poset iff they reverse every critical pair: x and y incomparable, z < x implies z < y, z > y implies z > x.
"""

from contextlib import suppress
from dataclasses import replace

from mathlib.posets.certificates.encoding import (
    incomparable_critical_pairs,
    order_clauses,
    order_size,
    order_variable,
)
from mathlib.posets.certificates.realizer import DimensionWitness, Realizer
from mathlib.posets.clock import OutOfTime, is_over
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits
from mathlib.posets.parameters.conflicts import large_clique
from mathlib.posets.parameters.orientation import two_orders
from mathlib.posets.parameters.sat import check_size, solve

__all__ = ["find_orders", "find_realizer"]

#: For more critical pairs no standard example is searched for: the masks would fill the memory.
_MOST_PAIRS = 20_000


def find_realizer(poset: Poset, deadline: float) -> tuple[Realizer, DimensionWitness]:
    """A realizer and a lower bound of its size, equal to it unless time or memory end before."""
    masks = [mask & ~below for mask, below in zip(poset.critical_masks, poset.below, strict=True)]
    first = next(((i, bits(mask)[0]) for i, mask in enumerate(masks) if mask), None)
    if first is None:
        order = tuple(sorted(poset, key=lambda x: poset.below[poset.index(x)].bit_count()))
        size = min(1, len(poset))
        return Realizer(poset, (order,) * size), DimensionWitness(size)
    witness = DimensionWitness(2, _labels(poset, [first]))
    try:
        two, forcing = two_orders(poset, deadline)
        if two is not None:
            return Realizer(poset, two), witness
        witness = replace(witness, bound=3, forcing=forcing)
    except OutOfTime:
        pass
    orders = _greedy_orders(poset, masks, deadline)
    if sum(mask.bit_count() for mask in masks) <= _MOST_PAIRS and not is_over(deadline):
        pairs = incomparable_critical_pairs(poset)
        clique = large_clique(_mutual(poset, pairs), (1 << len(pairs)) - 1, deadline)
        if len(clique) >= witness.bound:
            witness = DimensionWitness(len(clique), _labels(poset, [pairs[r] for r in clique]))
        with suppress(OutOfTime):
            while witness.bound < len(orders):
                found, proof = find_orders(poset, witness.bound, deadline)
                if found is not None:
                    orders = found
                else:
                    witness = replace(witness, bound=witness.bound + 1, proof=proof)
    return Realizer(poset, tuple(orders)), witness


def _labels(poset: Poset, pairs: list) -> tuple:
    return tuple((poset.labels[x], poset.labels[y]) for x, y in pairs)


def _mutual(poset: Poset, pairs: list) -> list[int]:
    """Masks of the pairs (u, v), x < v and u < y, that no linear extension reverses together with (x, y)."""
    starting, ending = [0] * len(poset), [0] * len(poset)
    for s, (u, v) in enumerate(pairs):
        starting[u] |= 1 << s
        ending[v] |= 1 << s
    over = [_union(ending, above) for above in poset.above]
    under = [_union(starting, below) for below in poset.below]
    return [over[x] & under[y] for x, y in pairs]


def _union(masks: list[int], chosen: int) -> int:
    union = 0
    for i in bits(chosen):
        union |= masks[i]
    return union


def _greedy_orders(poset: Poset, masks: list[int], deadline: float) -> list[tuple]:
    """A realizer: linear extensions, one after the other, that reverse many critical pairs not yet reversed.

    Each one puts all that is not above some x below x, which reverses all pairs (x, y) of this x. Each of
    these two parts is made from the bottom up: of the elements that may come next, one comes with few pairs
    left such that the other element is not yet placed. When the time is up, any order of the parts will do.
    """
    n = len(poset)
    listed = sorted(range(n), key=lambda z: poset.below[z].bit_count())
    up = [above | 1 << x for x, above in enumerate(poset.above)]
    left = list(masks)  # for each x the y of the pairs (x, y) that are left
    orders = []
    while any(left) and not is_over(deadline):
        x = max(range(n), key=lambda x: left[x].bit_count())
        order: list[int] = []
        _extend(poset, order, (1 << n) - 1 & ~up[x], left)
        _extend(poset, order, up[x], left)
        placed = 0
        for z in order:
            left[z] &= ~placed  # (z, y) is reversed if y stands below z
            placed |= 1 << z
        orders.append(order)
    for x in range(n):
        if left[x]:
            orders.append(sorted(listed, key=lambda z: up[x] >> z & 1))
    return [tuple(poset.labels[z] for z in order) for order in orders]


def _extend(poset: Poset, order: list[int], part: int, left: list[int]) -> None:
    """Append the elements of a mask to an order that holds all that is below them."""
    placed = sum(1 << z for z in order)
    ready = [z for z in bits(part) if not poset.below[z] & ~placed]
    while ready:
        z = min(ready, key=lambda z: (left[z] & ~placed).bit_count())
        ready.remove(z)
        order.append(z)
        placed |= 1 << z
        ready += [y for y in bits(poset.cover_masks[z] & part) if not poset.below[y] & ~placed]


def find_orders(poset: Poset, size: int, deadline: float) -> tuple[list[tuple] | None, tuple[str, ...]]:
    """A realizer of `size` orders by SAT, and (); or None and a proof that there is none.

    Raises
    ------
    OutOfTime
        If the deadline passes, or the encoding, of size n^3 / 3 clauses, is too large.
    """
    check_size(order_size(poset, size), deadline)
    model, proof = solve(lambda: order_clauses(poset, size), deadline)
    if model is None:
        return None, proof
    n, orders = len(poset), []
    for t in range(size):
        n_below = [
            sum(_is_true(order_variable(n, t, j, i), model) for j in range(n) if i != j) for i in range(n)
        ]
        orders.append(tuple(poset.labels[i] for i in sorted(range(n), key=n_below.__getitem__)))
    return orders, ()


def _is_true(literal: int, model: set) -> bool:
    return literal in model if literal > 0 else -literal not in model
