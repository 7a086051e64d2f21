"""Saturated families of sets: what the bound w*(P) <= |P| is for.

A family F of subsets of {0, ..., n-1} is *induced P-saturated* if it contains no induced copy of the poset P,
but each further set would complete one. sat*(n, P) is the least size of such a family.

Theorem (after Bastide, Groenland, Ivan and Johnston, 2023). sat*(n, P) is at most the sum of C(n, i) over
0 <= i < w*(P), hence O(n^(w* - 1)), hence O(n^(|P| - 1)).

Proof. Let h = h*(P), w = w*(P). The sets with fewer than h elements contain no copy of P, by the definition
of h. Add sets as long as no copy arises: F is saturated. F shatters no w-set T, where to shatter T means that
every subset of T is the trace A & T of some A in F. For suppose it does. Take a representation S of height h
in T. If |S_x| < h, let A_x = S_x, which is in F; otherwise let A_x in F have the trace S_x. If |S_y| = h then
A_z <= A_y iff S_z <= S_y, for both say that the trace of A_z is in S_y, or else A_z and A_y have different
traces of the same size; and A_y <= A_z for no other z, since S_z has not more elements. So F contains a copy
of P, a contradiction. The lemma of Sauer (1972) and Shelah (1972) bounds a family that shatters no w-set by
the stated sum.                                                                                            QED

Sets are integers here: bit i of A is set iff i is in A.
"""

from collections.abc import Iterable
from math import comb

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_integer, check_rng
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import listed

__all__ = ["contains_copy", "saturated_family", "sauer_shelah_bound", "shatters"]

#: saturated_family looks at all 2^n sets, and for each at the copies that it would complete.
_LARGEST_GREEDY = 10


def contains_copy(poset: Poset, family: Iterable[int], *, using: int | None = None) -> bool:
    """Whether some sets of the family, ordered by inclusion, are an induced copy of the poset.

    Parameters
    ----------
    poset : Poset
        The poset P.
    family : iterable of int
        Sets as bit masks.
    using : int, optional
        Look only for copies that this set is a part of; it need not be in the family.

    Returns
    -------
    bool
        True if there is a copy.

    Notes
    -----
    The cost is up to |family|^|P|, in practice far less.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> contains_copy(antichain(2), [0b01, 0b10, 0b11]), contains_copy(antichain(3), [0b01, 0b10, 0b11])
    (True, False)
    """
    check_poset("poset", poset)
    sets = sorted(_masks("family", family) | (set() if using is None else {_mask("using", using)}))
    place = {member: i for i, member in enumerate(sets)}
    above = [sum(1 << j for j, b in enumerate(sets) if a & b == a and a != b) for a in sets]
    below = [sum(1 << j for j, b in enumerate(sets) if a & b == b and a != b) for a in sets]
    everything = (1 << len(sets)) - 1
    apart = [
        everything & ~(up | down | 1 << i) for i, (up, down) in enumerate(zip(above, below, strict=True))
    ]

    def extend(free: list[int], missing: list[int]) -> bool:
        """Whether the elements `missing` fit, element x into one of the places free[x]."""
        if not missing:
            return True
        x = min(missing, key=lambda y: free[y].bit_count())
        rest = [y for y in missing if y != x]
        candidates = free[x]
        while candidates:
            i = (candidates & -candidates).bit_length() - 1
            candidates &= candidates - 1
            tables = {
                y: above if poset.above[x] >> y & 1 else below if poset.below[x] >> y & 1 else apart
                for y in rest
            }
            narrowed = list(free)
            for y, table in tables.items():
                narrowed[y] &= table[i]
            if all(narrowed[y] for y in rest) and extend(narrowed, rest):
                return True
        return False

    everyone = list(range(len(poset)))
    if using is None:
        return extend([everything] * len(poset), everyone)
    starts = ([1 << place[using] if y == x else everything for y in everyone] for x in everyone)
    return any(extend(free, everyone) for free in starts)


def saturated_family(poset: Poset, n: int, *, height: int, rng: RNG = None) -> list[int]:
    """A saturated family that contains all sets with fewer than `height` elements, and then what fits.

    Parameters
    ----------
    poset : Poset
        The poset P.
    n : int
        Size of the ground set, at most 10.
    height : int
        h*(P), so that the small sets contain no copy of P.
    rng : seed or numpy.random.Generator, optional
        Draws the order in which the other sets are tried, anything `numpy.random.default_rng` takes. Without
        it they are tried by size.

    Returns
    -------
    list of int
        Sets as bit masks, sorted.

    Raises
    ------
    ValueError
        If n is out of range, or the small sets contain a copy of P: then `height` is larger than h*(P).

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> [f"{member:03b}" for member in saturated_family(antichain(2), 3, height=1)]
    ['000', '001', '011', '111']
    """
    check_poset("poset", poset)
    n = check_integer("n", n, 0, _LARGEST_GREEDY, "since all 2^n sets are tried")
    height = check_count("height", height, 0, "h*(P)")
    by_size = sorted(range(1 << n), key=lambda s: (s.bit_count(), s))
    family = [s for s in by_size if s.bit_count() < height]
    others = by_size[len(family) :]
    if rng is not None:
        others = check_rng(rng).permutation(others).tolist()
    if contains_copy(poset, family):
        raise ValueError(
            f"height must be h*(P), such that smaller sets contain no copy; got {height}, which is more."
        )
    for s in others:
        if not contains_copy(poset, family, using=s):
            family.append(s)
    return sorted(family)


def shatters(family: Iterable[int], members: int) -> bool:
    """Whether every subset of the set `members` is the intersection of `members` with a set of the family.

    Parameters
    ----------
    family : iterable of int
        Sets as bit masks.
    members : int
        A set as bit mask.

    Returns
    -------
    bool
        True if the family shatters the set.

    Examples
    --------
    >>> shatters([0b00, 0b01, 0b10, 0b11], 0b11), shatters([0b00, 0b01, 0b10], 0b11)
    (True, False)
    """
    members = _mask("members", members)
    return len({s & members for s in _masks("family", family)}) == 1 << members.bit_count()


def sauer_shelah_bound(n: int, w: int) -> int:
    """The most subsets of an n-set in a family that shatters no w-set: the sum of C(n, i) over i < w.

    Parameters
    ----------
    n, w : int
        Sizes of the ground set, and of the set that is not shattered.

    Returns
    -------
    int
        The bound of Sauer (1972) and Shelah (1972).

    Examples
    --------
    >>> sauer_shelah_bound(5, 2)
    6
    """
    n = check_count("n", n, 0, "the size of the ground set")
    w = check_count("w", w, 0, "the size of a set")
    return sum(comb(n, i) for i in range(min(w, n + 1)))


def _masks(name: str, family) -> set[int]:
    """The sets of a family as Python integers."""
    return {_mask(name, member) for member in listed(name, family, " of bit masks")}


def _mask(name: str, member) -> int:
    return check_count(name, member, 0, "a set as bit mask: bit i says whether i is a member")
