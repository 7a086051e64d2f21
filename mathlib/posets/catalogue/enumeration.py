"""All posets of a size up to isomorphism, one of each kind.

A poset on n elements arises from one on n-1 by adding a maximal element above a down-set. It is enough to add
an element whose longest chain down is a longest chain of the result, since every poset has such an element.
Isomorphic results are recognised by a canonical form: the least key, a 64-bit integer (see `PosetList`), over
all listings that a search reaches.
"""

from math import inf

import numpy as np

from mathlib.checks import check_integer
from mathlib.compiled import njit
from mathlib.posets.catalogue.poset_list import PosetList
from mathlib.posets.clock import check_time

__all__ = ["enumerate_posets"]

#: Each element more has over 20 times as many posets.
_LARGEST = 10
#: For functions that only compiled ones call: compiling is over sooner without the ways in from outside.
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def enumerate_posets(n: int) -> PosetList:
    """All posets on n elements up to isomorphism, each once.

    Their numbers from n = 0: 1, 1, 2, 5, 16, 63, 318, 2045, 16999, 183231, 2567284 (OEIS A000112).

    Parameters
    ----------
    n : int
        From 0 to 10. Once compiled, n = 9 takes half a second, n = 10 ten seconds and 200 MB.

    Returns
    -------
    PosetList
        A sequence of posets on 0, ..., n-1 in which every element is numbered after all that are below it.

    Raises
    ------
    ValueError
        If n is negative or above 10.

    Examples
    --------
    >>> [poset.covers for poset in enumerate_posets(3)]
    [(), ((0, 1), (0, 2)), ((1, 2),), ((0, 2), (1, 2)), ((0, 1), (1, 2))]
    >>> len(enumerate_posets(6))
    318
    """
    n = check_size(n)
    return PosetList(n, keys_of_size(n, inf))


def check_size(n) -> int:
    """Return n as an int, if there is a list of the posets on n elements; else raise a ValueError."""
    return check_integer("n", n, 0, _LARGEST, "since 11 elements have 46749427 posets")


def keys_of_size(n: int, deadline: float) -> np.ndarray:
    """The keys of all posets on n elements.

    Raises
    ------
    OutOfTime
        If the deadline passes; the sizes that are done are kept.
    """
    if n not in _KNOWN:
        smaller = keys_of_size(n - 1, deadline)
        found = []
        for start in range(0, len(smaller), _CHUNK):
            check_time(deadline)
            some = smaller[start : start + _CHUNK]
            found.append(np.unique(_canonical_keys(n, *_extensions(n - 1, some))))
        _KNOWN[n] = _read_only(np.unique(np.concatenate(found)))
    return _KNOWN[n]


def _read_only(keys: np.ndarray) -> np.ndarray:
    keys.flags.writeable = False
    return keys


#: The keys of all sizes that were asked for.
_KNOWN = {0: _read_only(np.zeros(1, np.uint64)), 1: _read_only(np.zeros(1, np.uint64))}
#: So many posets are extended between two looks at the clock; Ctrl-C has to wait for as many.
_CHUNK = 5000


def _extensions(n: int, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies below each element, and its level, in the posets that arise by one more element.

    Arrays of masks and of lengths of longest chains, one row for each of these posets, with repetitions.
    """
    below = PosetList(n, keys).below()
    level = np.zeros_like(below)
    downs = np.arange(1 << n)
    allowed = np.ones((len(keys), len(downs)), bool)
    above = np.zeros((len(keys), len(downs)), np.int8)  # the level of the new element above each down-set
    for i in range(n):
        for j in range(i):
            level[:, i] = np.maximum(level[:, i], (below[:, i] >> j & 1) * (level[:, j] + 1))
        inside = downs >> i & 1
        allowed &= (below[:, i, None] & ~downs & -inside) == 0
        above = np.maximum(above, inside * (level[:, i, None] + 1), dtype=np.int8, casting="unsafe")
    chosen, down = np.nonzero(allowed & (above >= level.max(axis=1, keepdims=True)))
    return np.column_stack([below[chosen], down]), np.column_stack([level[chosen], above[chosen, down]])


@njit(**_INNER)
def _mixed(x):
    """A 64-bit hash (the finaliser of SplitMix64, Steele, Lea and Flood, 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(**_INNER)
def _refine(n, below, above, colour, count):
    """Refine colours until their number no longer grows; returns it.

    A colour is a hash of what is isomorphism-invariant about an element: its old colour and the colours below
    and above it. A collision of hashes only makes the search longer.
    """
    fresh = np.empty(n, np.uint64)
    hashed = np.empty(n, np.uint64)
    while count < n:
        for v in range(n):
            hashed[v] = _mixed(colour[v])
        for v in range(n):
            down = np.uint64(0)
            up = np.uint64(0)
            for u in range(n):
                if below[v] >> u & 1:
                    down += hashed[u]
                if above[v] >> u & 1:
                    up += hashed[u]
            fresh[v] = _mixed(
                colour[v] + _mixed(down + np.uint64(1)) + np.uint64(3) * _mixed(up + np.uint64(2))
            )
        distinct = 0
        for v in range(n):
            repeated = False
            for u in range(v):
                repeated |= fresh[u] == fresh[v]
            distinct += not repeated
        if distinct <= count:
            return count
        for v in range(n):
            colour[v] = fresh[v]
        count = distinct
    return count


@njit(**_INNER)
def _key_in_order(n, below, level, colour, order):
    """The key of the poset with its elements listed by level, then by colour (all colours differ)."""
    for i in range(n):
        v = i
        j = i
        while j > 0:
            u = order[j - 1]
            if level[u] < level[v] or (level[u] == level[v] and colour[u] < colour[v]):
                break
            order[j] = u
            j -= 1
        order[j] = v
    key = np.uint64(0)
    bit = np.uint64(0)
    for i in range(n):
        for j in range(i):
            key |= np.uint64(below[order[i]] >> order[j] & 1) << bit
            bit += np.uint64(1)
    return key


@njit(**_INNER)
def _choices(n, below, above, colour, chosen):
    """Write the elements of the smallest repeated colour, one of each set of twins; returns their number."""
    best_size = n + 1
    best = np.uint64(0)
    for v in range(n):
        size = 0
        for u in range(n):
            size += colour[u] == colour[v]
        if size > 1 and (size < best_size or (size == best_size and colour[v] < best)):
            best_size = size
            best = colour[v]
    count = 0
    for v in range(n):
        if colour[v] == best:
            twin = False
            for q in range(count):
                u = chosen[q]
                twin |= below[u] == below[v] and above[u] == above[v]
            if not twin:
                chosen[count] = v
                count += 1
    return count


@njit
def _canonical_keys(n, belows, levels):
    """For each poset the least key over all listings that a search over individualised elements reaches.

    One of two twins (elements with the same elements below and above) is as good as the other, hence
    `_choices` offers one. The depth-first search keeps one row of colours for each depth.
    """
    keys = np.empty(len(belows), np.uint64)
    above = np.empty(n, np.int64)
    colours = np.empty((n + 1, n), np.uint64)
    counts = np.empty(n + 1, np.int64)
    chosen = np.empty((n + 1, n), np.int64)
    number = np.empty(n + 1, np.int64)
    done = np.empty(n + 1, np.int64)
    order = np.empty(n, np.int64)
    for k in range(len(keys)):
        below, level = belows[k], levels[k]
        for i in range(n):
            colours[0, i] = np.uint64(level[i])
            above[i] = 0
            for j in range(i + 1, n):
                above[i] |= (below[j] >> i & 1) << j
        best = np.uint64(0xFFFFFFFFFFFFFFFF)
        counts[0] = 0
        counts[0] = _refine(n, below, above, colours[0], counts[0])
        depth = 0
        arriving = True
        while depth >= 0:
            if arriving:
                if counts[depth] == n:
                    best = min(best, _key_in_order(n, below, level, colours[depth], order))
                    depth -= 1
                    arriving = False
                    continue
                number[depth] = _choices(n, below, above, colours[depth], chosen[depth])
                done[depth] = 0
            arriving = done[depth] < number[depth]
            if arriving:
                v = chosen[depth, done[depth]]
                done[depth] += 1
                for u in range(n):
                    colours[depth + 1, u] = colours[depth, u]
                colours[depth + 1, v] = _mixed(colours[depth, v] + np.uint64(5))
                counts[depth + 1] = _refine(n, below, above, colours[depth + 1], counts[depth])
                depth += 1
            else:
                depth -= 1
        keys[k] = best
    return keys
