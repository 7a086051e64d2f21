"""Check a saturation number: a family by the definition, and that no smaller one exists by a refutation.

The clauses are rebuilt from the poset. Let f_S say that S is in the family. For each induced copy of the
poset not all of its sets are in the family. For each S, f_S or, for some copy with S in it, all other sets of
the copy are in the family; a further variable stands for each such set of others, and implies that they are.
At most `size` of the f_S are true (sequential counters, Sinz, 2005). And f is lexicographically at least f
with i and i + 1 exchanged, for each i, where sets are read by size and then as integers. The largest, in this
sense, of all families that differ by a permutation of the points is such a family: one of them is left.
"""

from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np

from mathlib.errors import CertificateError
from mathlib.posets.certificates.check_proof import check_proof
from mathlib.posets.certificates.encoding import at_most
from mathlib.posets.order.poset import Poset

__all__ = ["MOST_COPIES", "check_family", "check_size", "copies", "family_clauses", "list_copies"]

#: More copies of a poset than these are not listed: each is a clause, and each of its sets in others.
MOST_COPIES = 1_000_000
#: While copies are put together, so many pieces at most are looked at in one go.
_PIECES = 100_000


def copies(poset: Poset, n: int) -> np.ndarray | None:
    """All induced copies of a poset in the subsets of {0, ..., n - 1}, or None if there are too many.

    Returns
    -------
    array (number of copies, len(poset))
        Bit masks, ascending in each row; rows in lexicographic order.

    Notes
    -----
    Copies grow by one element at a time, many at once. Elements with the same elements above and below can be
    exchanged, so that they take ascending sets.

    >>> from mathlib.posets import antichain
    >>> copies(antichain(2), 2).tolist()
    [[1, 2]]
    """
    every = np.arange(1 << n)
    inside = (every[:, None] & every) == every[:, None]  # inside[s, t]: s is a subset of t
    below = inside & ~inside.T
    relations = {0: ~(inside | inside.T), 1: below, -1: below.T}
    found = np.zeros((1, 0), np.int16)
    for y in range(len(poset)):
        grown = []
        size = 0
        for piece in np.array_split(found, len(found) // _PIECES + 1):
            free = np.ones((len(piece), 1 << n), bool)
            for x in range(y):
                free &= relations[(poset.above[x] >> y & 1) - (poset.below[x] >> y & 1)][piece[:, x]]
                if (poset.above[x], poset.below[x]) == (poset.above[y], poset.below[y]):
                    free &= every > piece[:, x, None]
            row, added = np.nonzero(free)
            grown.append(np.column_stack([piece[row], added.astype(np.int16)]))
            size += len(row)
            if size > 3 * MOST_COPIES:
                return None
        found = np.vstack(grown)
    found = np.unique(np.sort(found, axis=1), axis=0)
    return found if len(found) <= MOST_COPIES else None


def family_clauses(poset: Poset, n: int, size: int, listed: np.ndarray) -> Iterator[list[int]]:
    """The clauses for a saturated family of at most `size` >= 1 sets; f_S has the number 1 + S.

    `listed` are the copies of the poset, which has at least two elements.
    """
    points = 1 << n
    fresh = count(1 + points)
    names: dict[tuple, int] = {}
    completed: list[list[int]] = [[] for _ in range(points)]
    for row in listed.tolist():
        yield [-1 - s for s in row]
        for i, s in enumerate(row):
            others = (*row[:i], *row[i + 1 :])
            name = names.get(others, 1 + others[0] if len(others) == 1 else 0)
            if not name:
                name = names[others] = next(fresh)
                for t in others:
                    yield [-name, 1 + t]
            completed[s].append(name)
    for s in range(points):
        yield [1 + s, *completed[s]]
    by_size = sorted(range(points), key=lambda s: (s.bit_count(), s))
    for i in range(n - 1):
        equal = None  # true as long as the family and the exchanged one agree
        for s in by_size:
            if s >> i & 3 == 1:
                left, right = 1 + s, 1 + (s ^ 3 << i)
                so_far: list[int] = [] if equal is None else [-equal]
                yield [*so_far, left, -right]
                equal = next(fresh)
                yield [*so_far, left, right, equal]
                yield [*so_far, -left, -right, equal]
    yield from at_most(size, [1 + s for s in range(points)], fresh)


def list_copies(poset: Poset, n: int) -> np.ndarray:
    """`copies`, or CertificateError if they are too many to be checked."""
    listed = copies(poset, n)
    if listed is None:
        raise CertificateError(f"more than {MOST_COPIES} copies of the poset are not checked")
    return listed


def check_family(n: int, family: Sequence[int], listed: np.ndarray) -> None:
    """Raise CertificateError unless a family contains no copy, and each other set completes one."""
    member = np.zeros(1 << n, bool)
    member[list(family)] = True
    missing = (~member[listed]).sum(axis=1)
    if (missing == 0).any():
        raise CertificateError("the family contains a copy of the poset")
    nearly = listed[missing == 1]
    completed = np.zeros(1 << n, bool)
    completed[nearly[~member[nearly]]] = True
    for s in np.flatnonzero(~member & ~completed):
        raise CertificateError(f"the family is not saturated: {s:0{n}b} completes no copy")


def check_size(poset: Poset, n: int, lower: int, proof: Sequence[str], listed: np.ndarray) -> None:
    """Raise CertificateError unless every saturated family has at least `lower` sets.

    A set completes a copy with |P| - 1 others, so that a family has as many, or is all of the cube; without
    any copy in the cube it is all of the cube.
    """
    if lower <= min(max(len(poset) - 1, 0), 1 << n):
        return
    if len(listed) and len(poset) > 1:
        check_proof(family_clauses(poset, n, lower - 1, listed), proof)
    elif lower > (len(poset) != 1) << n:
        raise CertificateError(f"there are no {lower} sets")
