"""Bounds of h*, w* and dim2 that cost next to nothing, so that no bracket is trivial however large the poset.

From below: a chain, the number of elements, a large antichain. From above: the up-sets of single elements,
the complements of down-sets, and up-sets that separate greedily.
"""

import random
from collections import Counter
from itertools import pairwise
from math import inf

from mathlib.posets.certificates.witness import LowerWitness, distinct_number, sperner_number
from mathlib.posets.clock import is_over
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits, levels, lowest, transpose

__all__ = ["free_lower", "free_lower_height", "representation"]

#: With all the time and so few rows, a colouring of their conflict graph will do better than `_greedy`.
_FEW_ROWS = 1000


def _longest_chain(poset: Poset, level: list[int]) -> list[int]:
    """The positions of a longest chain, from bottom to top."""
    chain = [level.index(max(level))]
    for i in sorted(range(len(level)), key=level.__getitem__, reverse=True):
        if level[i] == level[chain[-1]] - 1 and poset.below[chain[-1]] >> i & 1:
            chain.append(i)
    return chain[::-1]


def _chain_rows(poset: Poset, chain: list[int]) -> tuple:
    """Rows that conflict pairwise: (upper, lower) for neighbours in a chain, and one from its bottom element.

    The latter if that is not the least element of the poset.
    """
    labels, bottom = poset.labels, chain[0]
    rows = tuple((labels[high], labels[low]) for low, high in pairwise(chain))
    not_above = ~(poset.above[bottom] | 1 << bottom) & (1 << len(poset)) - 1
    return ((labels[bottom], labels[lowest(not_above)]), *rows) if not_above else rows


def _row_to_top(poset: Poset, chain: list[int]) -> tuple:
    """A row that conflicts with those of a chain: to its top element, if that is not the greatest."""
    top = chain[-1]
    not_below = ~(poset.below[top] | 1 << top) & (1 << len(poset)) - 1
    return ((poset.labels[lowest(not_below)], poset.labels[top]),) if not_below else ()


def free_lower(block: Poset, height: int | None) -> LowerWitness:
    """The best lower bound of dim2, or of w* if the height is given."""
    level = levels(block.below, block.cover_masks)
    chain = _longest_chain(block, level)
    rows = _chain_rows(block, chain) + _row_to_top(block, chain)
    fullest = Counter(level).most_common(1)[0][0]
    antichain = tuple(x for x, k in zip(block.labels, level, strict=True) if k == fullest)
    distinct = distinct_number(len(block), len(block.minimal_elements) == 1, len(block.maximal_elements) == 1)
    across = sperner_number(len(antichain), height)
    options = [
        LowerWitness(len(rows), rows),
        LowerWitness(distinct, distinct=(block.labels,)),
        LowerWitness(across, antichains=(antichain,), height=height),
    ]
    return max(options, key=lambda option: option.strength)


def free_lower_height(block: Poset) -> LowerWitness:
    """The best lower bound of h*, from what lies below one maximal element."""
    chain = _longest_chain(block, levels(block.below, block.cover_masks))
    rows = _chain_rows(block, chain)
    m = max(range(len(block)), key=lambda m: block.below[m].bit_count())
    members = tuple(block.labels[i] for i in [*bits(block.below[m]), m])
    below = block.subposet(members)
    distinct = distinct_number(len(below), len(below.minimal_elements) == 1, True)
    if distinct > len(rows):
        return LowerWitness(distinct, distinct=(members,), element=block.labels[m])
    return LowerWitness(len(rows), rows, element=block.labels[chain[-1]])


def representation(poset: Poset, deadline: float, at: list[int] | None = None) -> tuple:
    """The best of a few representations, as up-sets: frozensets of labels.

    That is the one with fewest up-sets, or if positions `at` are given, with fewest that contain one of them.
    """
    rows = poset.critical_masks
    ends = 0
    for mask in rows:
        ends |= mask
    everything = (1 << len(poset)) - 1
    # up(x) separates all rows from x; what is not below y separates all rows to y.
    found = [
        [poset.above[x] | 1 << x for x, mask in enumerate(rows) if mask],
        [everything & ~(poset.below[y] | 1 << y) for y in bits(ends)],
    ]
    if deadline < inf or sum(mask.bit_count() for mask in rows) > _FEW_ROWS:
        greedy = _greedy(poset, min(map(len, found)), deadline)
        found += [] if greedy is None else [greedy]
    best = min(found, key=len)
    if at is not None:
        best = min(found, key=lambda upsets: max(sum(mask >> m & 1 for mask in upsets) for m in at))
    return tuple(frozenset(poset.labels[i] for i in bits(mask)) for mask in best)


def _greedy(poset: Poset, limit: int, deadline: float) -> list[int] | None:
    """Up-sets that each separate many rows not yet separated; None if `limit` of them are not enough.

    When the time is up, one for each element from which rows are left completes them.

    Element by element joins the up-set or stays outside, whichever separates more rows from or to elements
    whose place is known; if that is equal, so that both sides grow equally.
    """
    n = len(poset)
    shuffled = list(range(n))
    shuffle = random.Random(0).shuffle
    up = [mask | 1 << i for i, mask in enumerate(poset.above)]
    down = [mask | 1 << i for i, mask in enumerate(poset.below)]
    starting = list(poset.critical_masks)  # for each x the y of the rows (x, y) that are left
    ending = list(transpose(starting))
    upsets = []
    while any(starting):
        if is_over(deadline):
            upsets += [up[x] for x in range(n) if starting[x]]
            break
        if len(upsets) >= limit:
            return None
        x = max(range(n), key=lambda i: starting[i].bit_count())
        inside, outside = up[x], down[max(bits(starting[x]), key=lambda y: ending[y].bit_count())]
        shuffle(shuffled)
        for e in shuffled:
            if not (inside | outside) >> e & 1:
                gain = (starting[e] & outside).bit_count() - (ending[e] & inside).bit_count()
                if gain > 0 or (gain == 0 and inside.bit_count() <= outside.bit_count()):
                    inside |= up[e]
                else:
                    outside |= down[e]
        for i in range(n):
            if inside >> i & 1:
                starting[i] &= inside
            else:
                ending[i] &= ~inside
        upsets.append(inside)
    return upsets if len(upsets) < limit else None
