"""p = 1: from a nearby point to an optimal vertex of min ||L x||_1 subject to <c, x> = 1.

At a vertex r - 1 independent rows of L x vanish; they and c are the rows of an r x r matrix M. The dual has
the sign of (L x)_k where that is not zero, and u = -M^-T sum_k sign_k l_k on the others. If every |u_s| <= 1,
the vertex is optimal. Otherwise row s leaves along a column of M^-1, and the line search passes through all
the points where a residual changes its sign, until the norm begins to grow (Barrodale, Roberts 1973).

Zeros of the residuals are moved apart by about 1e-11, so that no vertex has more than r - 1 of them; the dual
solution is feasible without the shift too, and certificates are computed without it.

All that is compiled stands in this one file: numba's cache notices changes in a function's own file only.
"""

import time

import numpy as np

from mathlib.compiled import njit
from mathlib.sensitivity.pieces import OPERATIONS

__all__ = ["optimal_vertices"]

_SUMS = {"reassoc", "contract", "nsz"}
_SHIFT = 1e-11
_SLACK = 1e-10  # of |u| <= 1
_TINY = 1e-200  # rows with no larger entry are in no first basis: its inverse would overflow


def optimal_vertices(
    T: np.ndarray, ell: np.ndarray, C: np.ndarray, X: np.ndarray, most_pivots: int, deadline: float = np.inf
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Vertices and duals for each c, from the points X; T = L^T (r x n), ell: largest entries of the rows.

    Returns X, Y, the r - 1 rows of each basis, and whether one was found: without it, or after the deadline
    (of `time.monotonic`), the rest is of no meaning.
    """
    count, (r, n) = len(C), T.shape
    points, duals, bases = np.zeros((count, r)), np.zeros((count, n)), np.zeros((count, r - 1), np.int64)
    found = np.zeros(count, dtype=bool)
    at_once = max(8, OPERATIONS // (4 * n * r))
    tiny, every = ell < _TINY, np.arange(n)
    inverse_ell = 1 / np.where(tiny, 1.0, ell)
    shifts = _SHIFT * ell * (0.5 + every * 0.6180339887498949 % 1.0)
    echelon, inverse, M = np.empty((r, r)), np.empty((r, r)), np.empty((r, 2 * r))
    floats = [np.empty(n) for _ in range(4)]
    scratch = (inverse, *floats, np.empty(n, np.int64), np.empty(n, np.bool_), M)
    for b in range(count):
        if time.monotonic() > deadline:
            break
        smallest = np.empty(min(n, 4 * r), np.int64)
        sizes = np.abs(X[b] @ T) * inverse_ell
        sizes[tiny] = np.inf
        _smallest(sizes, smallest)
        found[b] = any(_independent(T, ell, C[b], some, bases[b], echelon) for some in (smallest, every))
        left = most_pivots if found[b] else 0
        while left > 0:
            most = min(at_once, left)
            pivots = _descend(T, shifts, C[b], bases[b], points[b], duals[b], *scratch, most)
            left = left - pivots if pivots == at_once and time.monotonic() <= deadline else 0
    return points, duals, bases, found


@njit(error_model="numpy")
def _descend(
    T, shifts, c, basis, x, y, inverse, residual, change, times, weights, order, inside, M, most_pivots
):
    """The simplex method from a basis, which is overwritten; return the number of pivots.

    Arguments from `inverse` to M are scratch. The inverse is computed anew after every 20 pivots, and at the
    end, when x and y leave out the shift.
    """
    r, n = T.shape
    u, across = np.empty(r), np.empty(r)
    pivots, ended = 0, False
    while True:
        if ended or pivots % 20 == 0:
            _invert(T, c, basis, M, inverse)
        if pivots == 0 and not ended:
            _start(T, shifts, basis, inverse, x, y, residual, inside)
        # u = -M^-T L^T y, where y vanishes on the basis.
        for s in range(r):
            u[s] = 0.0
        for j in range(r):
            part = _dot(T, j, y)
            for s in range(r):
                u[s] -= inverse[j, s] * part
        if ended:
            break
        leaving, excess = -1, 1.0 + _SLACK
        for s in range(r - 1):
            if abs(u[s + 1]) > excess:
                leaving, excess = s, abs(u[s + 1])
        if leaving < 0 or pivots == most_pivots:
            ended = True
            continue
        sign = 1.0 if u[leaving + 1] > 0.0 else -1.0
        for j in range(r):
            across[j] = sign * inverse[j, leaving + 1]
        _product(T, across, change)
        found = np.int64(0)  # for a literal 0 `_crossing` would be compiled once more
        for k in range(n):
            if not inside[k] and y[k] * change[k] < 0.0:
                times[found] = max(0.0, y[k] * residual[k]) / abs(change[k])
                weights[found], order[found] = 2.0 * abs(change[k]), k
                found += 1
        last = _crossing(times, weights, order, found, excess - 1.0)
        if last < 0:
            ended = True
            continue
        # Entries before `last` are crossed: their signs turn.
        time, entering = times[last], order[last]
        for k in range(n):
            residual[k] += time * change[k]
        for k in range(last):
            y[order[k]] = -y[order[k]]
        old = basis[leaving]
        inside[old], y[old], residual[old] = False, sign, sign * time
        inside[entering], y[entering], residual[entering] = True, 0.0, 0.0
        basis[leaving] = entering
        pivots += 1
        # The inverse after row `leaving` + 1 of the matrix has become row `entering` of L.
        for s in range(r):
            across[s] = 0.0
        for j in range(r):
            for s in range(r):
                across[s] += T[j, entering] * inverse[j, s]
        pivot = across[leaving + 1] if across[leaving + 1] != 0.0 else 1e-300
        for j in range(r):
            share = inverse[j, leaving + 1] / pivot
            for s in range(r):
                inverse[j, s] -= share * across[s]
            inverse[j, leaving + 1] = share
    for s in range(r - 1):
        y[basis[s]] = u[s + 1]
    for j in range(r):
        x[j] = inverse[j, 0]
    return pivots


@njit(error_model="numpy")
def _start(T, shifts, basis, inverse, x, y, residual, inside):
    """The vertex of a basis, with its residuals after the shift and their signs."""
    r, n = T.shape
    for k in range(n):
        inside[k] = False
    for s in range(r - 1):
        inside[basis[s]] = True
    scale = 0.0
    for j in range(r):
        scale = max(scale, abs(inverse[j, 0]))
    for j in range(r):
        x[j] = inverse[j, 0]
        for s in range(r - 1):
            x[j] += inverse[j, s + 1] * scale * shifts[basis[s]]
    _product(T, x, residual)
    for k in range(n):
        residual[k] -= scale * shifts[k]
        y[k] = 0.0 if inside[k] else (1.0 if residual[k] >= 0.0 else -1.0)


@njit(error_model="numpy")
def _crossing(times, weights, order, found, slope):
    """Partition by time so that the weights before the returned place are < slope, and with it >= slope."""
    low, high, before = 0, found, 0.0
    while low < high:
        middle = times[low + (high - low) // 2]
        left, i, right, part = low, low, high, 0.0
        while i < right:  # three ways: earlier than, at, later than `middle`
            if times[i] < middle:
                part += weights[i]
                times[i], times[left] = times[left], times[i]
                weights[i], weights[left] = weights[left], weights[i]
                order[i], order[left] = order[left], order[i]
                left += 1
                i += 1
            elif times[i] > middle:
                right -= 1
                times[i], times[right] = times[right], times[i]
                weights[i], weights[right] = weights[right], weights[i]
                order[i], order[right] = order[right], order[i]
            else:
                i += 1
        if before + part >= slope:
            high = left
            continue
        before += part
        for k in range(left, right):
            before += weights[k]
            if before >= slope:
                return k
        low = right
    return -1


@njit(error_model="numpy")
def _smallest(keys, places):
    """Write the places of the smallest keys, in increasing order."""
    last, found = len(places) - 1, np.int64(0)
    for k in range(len(keys)):
        if found > last and keys[k] >= keys[places[last]]:
            continue
        at = min(found, last)
        while at > 0 and keys[places[at - 1]] > keys[k]:
            places[at] = places[at - 1]
            at -= 1
        places[at] = k
        found = min(found + 1, last + 1)


@njit(error_model="numpy")
def _independent(T, ell, c, candidates, basis, echelon):
    """Write the first r - 1 candidates independent of c and each other; say if there are so many."""
    r = len(T)
    pivots, row = np.empty(r, np.int64), np.empty(r)
    size = 1e-300  # like the rows, c may be of any scale
    for j in range(r):
        size = max(size, abs(c[j]))
    level = 0  # rows in echelon form: c and those that are chosen
    for place in range(-1, len(candidates)):
        if level == r:
            break
        if place < 0:
            for j in range(r):
                row[j] = c[j] / size
        else:
            k = candidates[place]
            if ell[k] < _TINY:
                continue
            for j in range(r):
                row[j] = T[j, k] / ell[k]
        for i in range(level):
            share = row[pivots[i]]
            if share != 0.0:
                for j in range(r):
                    row[j] -= share * echelon[i, j]
        best = 0
        for j in range(1, r):
            if abs(row[j]) > abs(row[best]):
                best = j
        if abs(row[best]) < 1e-7:
            continue
        for j in range(r):
            echelon[level, j] = row[j] / row[best]
        pivots[level] = best
        if place >= 0:
            basis[level - 1] = candidates[place]
        level += 1
    return level == r


@njit(error_model="numpy")
def _invert(T, c, basis, M, inverse):
    """Invert the matrix with rows c, l_k for k in the basis: Gauss-Jordan with row pivoting."""
    r = len(T)
    for j in range(r):
        M[0, j] = c[j]
        for s in range(r - 1):
            M[s + 1, j] = T[j, basis[s]]
        for s in range(r):
            M[s, r + j] = 1.0 if s == j else 0.0
    for i in range(r):
        best = i
        for k in range(i + 1, r):
            if abs(M[k, i]) > abs(M[best, i]):
                best = k
        for j in range(2 * r):
            M[i, j], M[best, j] = M[best, j], M[i, j]
        pivot = M[i, i] if M[i, i] != 0.0 else 1e-300
        for j in range(2 * r):
            M[i, j] /= pivot
        for k in range(r):
            if k != i and M[k, i] != 0.0:
                share = M[k, i]
                for j in range(2 * r):
                    M[k, j] -= share * M[i, j]
    for i in range(r):
        for j in range(r):
            inverse[i, j] = M[i, r + j]


@njit(fastmath=_SUMS, error_model="numpy")
def _product(T, x, out):
    """out = L x."""
    for k in range(T.shape[1]):
        out[k] = 0.0
    for j in range(len(T)):
        factor = x[j]
        for k in range(T.shape[1]):
            out[k] += factor * T[j, k]


@njit(fastmath=_SUMS, error_model="numpy")
def _dot(T, j, y):
    """Row j of T times y."""
    total = 0.0
    for k in range(len(y)):
        total += T[j, k] * y[k]
    return total
