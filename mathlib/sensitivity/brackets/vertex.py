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
_AT_ONCE = 2**18  # numbers in an array of residuals
_ACCURATE = 20  # pivots after which an inverse is computed anew


def optimal_vertices(
    T: np.ndarray, ell: np.ndarray, C: np.ndarray, X: np.ndarray, most_pivots: int, deadline: float = np.inf
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Vertices and duals for each c, from the points X; T = L^T (r x n), ell: largest entries of the rows.

    Returns X, Y, the r - 1 rows of each basis, and whether one was found: without it, or after the deadline
    (of `time.monotonic`), the rest is of no meaning.
    """
    count, (r, n) = len(C), T.shape
    points, duals, bases = np.zeros((count, r)), np.zeros((count, n)), np.zeros((count, r - 1), np.int64)
    found, tiny, every = np.zeros(count, dtype=bool), ell < _TINY, np.arange(n)
    inverse_ell = np.where(tiny, np.inf, 1 / np.where(tiny, 1.0, ell))
    shifts = _SHIFT * ell * (0.5 + every * 0.6180339887498949 % 1.0)
    most = min(_ACCURATE, max(8, OPERATIONS // (4 * n * r)))
    scratch = np.empty((3, n)), np.empty(n, np.int64)
    few, step = min(n, 4 * r), max(1, _AT_ONCE // n)
    for start in range(0, count, step):
        if time.monotonic() > deadline:
            break
        part = slice(start, min(start + step, count))
        c, basis, y = C[part], bases[part], duals[part]
        with np.errstate(invalid="ignore"):  # 0 times infinity is NaN, which is sorted behind infinity
            sizes = np.abs(X[part] @ T) * inverse_ell
        near = np.argpartition(sizes, few - 1, axis=1)[:, :few]
        near = np.take_along_axis(near, np.argsort(np.take_along_axis(sizes, near, axis=1), axis=1), axis=1)
        for b in range(len(c)):
            found[start + b] = any(_independent(T, ell, c[b], some, basis[b]) for some in (near[b], every))
        inverse = _inverses(T, c, basis)
        scale = np.abs(inverse[:, :, 0]).max(axis=1)[:, None]
        # The vertices of these bases, their residuals after the shift, and the signs of these.
        x = inverse[:, :, 0] + np.einsum("bjs,bs->bj", inverse[:, :, 1:], scale * shifts[basis])
        residual = x @ T - scale * shifts
        y[...] = np.where(residual >= 0, 1.0, -1.0)
        np.put_along_axis(y, basis, 0.0, axis=1)
        pull = y @ T.T
        for b in np.flatnonzero(found[part]).tolist():
            left = most_pivots
            while left > 0 and time.monotonic() <= deadline:
                asked = min(most, left)
                pivots = _descend(T, basis[b], inverse[b], residual[b], y[b], pull[b], *scratch, asked)
                left = left - pivots if pivots == asked else 0
                if left > 0:
                    inverse[b], pull[b] = _inverses(T, c[b : b + 1], basis[b : b + 1])[0], T @ y[b]
            found[start + b] = time.monotonic() <= deadline
        # Computed anew, without the shift and the roundings of the updates: x, and u = -M^-T L^T y.
        inverse = _inverses(T, c, basis)
        points[part] = inverse[:, :, 0]
        np.put_along_axis(y, basis, -np.einsum("bjs,bj->bs", inverse[:, :, 1:], y @ T.T), axis=1)
    return points, duals, bases, found


def _inverses(T, C, bases):
    """The inverse of the matrix with the rows c, l_k for k in the basis, for each c."""
    M = np.concatenate([C[:, None], T.T[bases]], axis=1)
    try:
        return np.linalg.inv(M)
    except np.linalg.LinAlgError:  # without a basis, or with one that is singular to the last bit
        return np.linalg.pinv(M)


@njit(error_model="numpy")
def _descend(T, basis, inverse, residual, y, pull, scratch, order, most_pivots):
    """The simplex method from a basis, in place; pull = L^T y, and y vanishes on the basis.

    Return the number of pivots.
    """
    r, n = T.shape
    u, across = np.empty(r), np.empty(r)
    change, times, weights = scratch[0], scratch[1], scratch[2]
    for pivots in range(most_pivots):
        for s in range(r):
            u[s] = 0.0
        for j in range(r):
            for s in range(r):
                u[s] -= inverse[j, s] * pull[j]
        leaving, excess = -1, 1.0 + _SLACK
        for s in range(r - 1):
            if abs(u[s + 1]) > excess:
                leaving, excess = s, abs(u[s + 1])
        if leaving < 0:
            return pivots
        sign = 1.0 if u[leaving + 1] > 0.0 else -1.0
        for j in range(r):
            across[j] = sign * inverse[j, leaving + 1]
        _product(T, across, change)
        found = np.int64(0)  # for a literal 0 `_crossing` would be compiled once more
        for k in range(n):
            if y[k] * change[k] < 0.0:
                times[found] = max(0.0, y[k] * residual[k]) / abs(change[k])
                weights[found], order[found] = 2.0 * abs(change[k]), k
                found += 1
        last = _crossing(times, weights, order, found, excess - 1.0)
        if last < 0:
            return pivots
        # Entries before `last` are crossed: their signs turn.
        time, entering = times[last], order[last]
        for k in range(n):
            residual[k] += time * change[k]
        old = basis[leaving]
        for j in range(r):
            part = sign * T[j, old] - y[entering] * T[j, entering]
            for k in range(last):
                part -= 2.0 * y[order[k]] * T[j, order[k]]
            pull[j] += part
        for k in range(last):
            y[order[k]] = -y[order[k]]
        y[old], residual[old] = sign, sign * time
        y[entering], residual[entering] = 0.0, 0.0
        basis[leaving] = entering
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
    return most_pivots


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
def _independent(T, ell, c, candidates, basis):
    """Write the first r - 1 candidates independent of c and each other; say if there are so many."""
    r = len(T)
    pivots, row, echelon = np.empty(r, np.int64), np.empty(r), np.empty((r, r))
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


@njit(fastmath=_SUMS, error_model="numpy")
def _product(T, x, out):
    """out = L x."""
    for k in range(T.shape[1]):
        out[k] = 0.0
    for j in range(len(T)):
        factor = x[j]
        for k in range(T.shape[1]):
            out[k] += factor * T[j, k]
