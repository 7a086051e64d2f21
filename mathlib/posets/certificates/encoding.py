"""Clauses that have a model iff a poset has a representation, or a realizer, of some size.

A proof that they have none is part of the certificate, so these clauses are rebuilt from the poset alone, in
one order and with numbers of variables of their own.

*Representations.* One variable for each element x and ground element i says that i is in S_x. The clauses:
S_x is a subset of S_y if y covers x; each critical row (x, y) has a ground element in S_x but not in S_y; at
most `height` ground elements are in S_m, for maximal m (sequential counters, Sinz, 2005). Given rows that
conflict pairwise have the first ground elements, one each; the other columns, the up-sets {x: i in S_x}, are
in descending lexicographic order. Any representation can be brought into this form by renaming its ground
elements; and it is what makes refutations fast.

*Realizers.* For each order t and two elements i < j a variable says that i is below j in it.
"""

from collections.abc import Iterator
from itertools import chain, count

from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits

__all__ = [
    "MOST_CLAUSES", "at_most", "incomparable_critical_pairs", "order_clauses", "order_size", "order_variable",
    "representation_clauses", "representation_size",
]  # fmt: skip

#: An encoding that needs more clauses is not written: they would fill the memory.
MOST_CLAUSES = 10_000_000


def representation_size(poset: Poset, ground: int, height: int | None) -> int:
    """About how many clauses `representation_clauses` gives."""
    n, rows = len(poset), sum(mask.bit_count() for mask in poset.critical_masks)
    tops = sum(not above for above in poset.above)
    limit = ground if height is None else min(height, ground)
    size = ground * (sum(mask.bit_count() for mask in poset.cover_masks) + 2 * rows + 2 * n)
    return size + 2 * (limit < ground) * tops * ground * limit


def representation_clauses(
    poset: Poset, ground: int, height: int | None, first: list[tuple[int, int]]
) -> Iterator[list[int]]:
    """The clauses for a ground set of given size and, if that is given, sets of at most `height` elements.

    `first` are positions of pairwise conflicting rows, at most `ground` of them; `ground` and `height` are at
    least 1. The variable of element x and ground element i is 1 + x * ground + i.

    >>> from mathlib.posets import antichain
    >>> list(representation_clauses(antichain(2), 1, None, []))[:3]
    [[-3, 1], [-3, -2], [3]]
    """
    n = len(poset)
    member = [[1 + x * ground + i for i in range(ground)] for x in range(n)]
    fresh = count(1 + n * ground)
    clauses = [_inclusions(poset, member), _separations(poset, member, first, fresh)]
    if height is not None and height < ground:
        tops = [m for m, above in enumerate(poset.above) if not above]
        clauses += [at_most(height, member[m], fresh) for m in tops]
    clauses.append(_ordered_columns(poset, [row[len(first) :] for row in member], fresh))
    return chain(*clauses)


def _inclusions(poset: Poset, member: list) -> Iterator[list[int]]:
    for x, covering in enumerate(poset.cover_masks):
        for y in bits(covering):
            for inside_x, inside_y in zip(member[x], member[y], strict=True):
                yield [-inside_x, inside_y]


def _separations(poset: Poset, member: list, first: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    up = [above | 1 << x for x, above in enumerate(poset.above)]
    for i, (x, y) in enumerate(first):
        yield [member[x][i]]
        yield [-member[y][i]]
    known = set(first)
    for x, y in poset.critical_positions:
        if (x, y) in known:
            continue
        witnesses = []
        for i, (inside_x, inside_y) in enumerate(zip(member[x], member[y], strict=True)):
            if i < len(first) and (up[x] >> first[i][1] & 1 or up[first[i][0]] >> y & 1):
                continue  # the row conflicts with the one that this up-set separates
            witness = next(fresh)
            yield [-witness, inside_x]
            yield [-witness, -inside_y]
            witnesses.append(witness)
        yield witnesses


def at_most(limit: int, literals: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    """At most `limit` >= 1 of the literals are true: counted[j] says that more than j so far are."""
    before: list[int] = []
    for literal in literals:
        counted = [next(fresh) for _ in range(min(limit, len(before) + 1))]
        yield [-literal, counted[0]]
        for j, known in enumerate(before):
            yield [-known, counted[j]]
            yield [-literal, -known, counted[j + 1]] if j + 1 < limit else [-literal, -known]
        before = counted


def _ordered_columns(poset: Poset, member: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    """Each column is at least the next, read from the maximal elements down."""
    listed = sorted(range(len(poset)), key=lambda x: (poset.above[x] != 0, -poset.below[x].bit_count()))
    for i in range(len(member[0]) - 1):
        equal = None  # true as long as the two columns agree
        for x in listed:
            left, right = member[x][i], member[x][i + 1]
            so_far: list[int] = [] if equal is None else [-equal]
            yield [*so_far, left, -right]
            equal = next(fresh)
            yield [*so_far, left, right, equal]
            yield [*so_far, -left, -right, equal]


def incomparable_critical_pairs(poset: Poset) -> list[tuple[int, int]]:
    """The positions of the incomparable pairs (x, y) such that z < x implies z < y, and z > y implies z > x.

    A set of linear extensions is a realizer iff each of these pairs is reversed in one: y stands below x.
    """
    return [(x, y) for x, y in poset.critical_positions if not poset.below[x] >> y & 1]


def order_size(poset: Poset, size: int) -> int:
    """About how many clauses `order_clauses` gives."""
    return size * len(poset) ** 3 // 3


def order_clauses(poset: Poset, size: int) -> Iterator[list[int]]:
    """The clauses for a realizer of `size` orders: linear extensions that reverse each critical pair.

    >>> from mathlib.posets import antichain
    >>> list(order_clauses(antichain(2), 1))
    [[-2], [2]]
    """
    n = len(poset)
    for t in range(size):
        for i in range(n):
            for j in bits(poset.above[i]):
                yield [order_variable(n, t, i, j)]
            for j in range(n):
                for k in range(max(i, j) + 1, n):
                    if i != j:  # no cycle i < j < k < i; each cyclic order of three elements once
                        yield [-order_variable(n, t, *pair) for pair in ((i, j), (j, k), (k, i))]
    for x, y in incomparable_critical_pairs(poset):
        yield [order_variable(n, t, y, x) for t in range(size)]


def order_variable(n: int, t: int, i: int, j: int) -> int:
    """The literal that says that i is below j in order t; only those with i < j are numbers of variables.

    The numbers leave gaps, which does no harm.
    """
    return 1 + (t * n + i) * n + j if i < j else -(1 + (t * n + j) * n + i)
