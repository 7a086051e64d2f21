"""The compiled loops of `mathlib.sensitivity.basis`: Gaussian elimination of rows of any scale.

Rows come normalised: divided by powers of two so that the largest entry of each lies in [1/2, 1). Their
true scales enter only where pivots are compared, so that no product ever overflows, and every rounding error
stays small against its own row.

The file is one compilation unit: numba's cache notices changes in a function's own file only.
"""

import numpy as np

from mathlib.compiled import njit

__all__ = ["choose_pivots", "interpolate"]


@njit
def choose_pivots(rows, weights, tolerance):
    """Eliminate with complete pivoting; return the pivot rows and the pivot columns, in order.

    `rows` (m x d) is overwritten. The pivot is the largest weight_i |entry|. What is left of an entry is
    taken as zero below `tolerance`, the size of rounding errors.
    """
    m, d = rows.shape
    most = min(m, d)
    pivot_rows, pivot_columns = np.empty(most, np.int64), np.empty(most, np.int64)
    largest = np.zeros(m)
    for i in range(m):
        for j in range(d):
            largest[i] = max(largest[i], abs(rows[i, j]))
    for k in range(most):
        best, row = 0.0, -1
        for i in range(m):
            if weights[i] * largest[i] > best:
                best, row = weights[i] * largest[i], i
        if row < 0:
            return pivot_rows[:k].copy(), pivot_columns[:k].copy()
        column = 0
        for j in range(1, d):
            if abs(rows[row, j]) > abs(rows[row, column]):
                column = j
        pivot_rows[k], pivot_columns[k] = row, column
        largest[row] = 0.0
        for i in range(m):
            if largest[i] > 0.0:
                share = rows[i, column] / rows[row, column]
                left = 0.0
                if share != 0.0:
                    for j in range(d):
                        rows[i, j] -= share * rows[row, j]
                    rows[i, column] = 0.0
                    for j in range(d):
                        if abs(rows[i, j]) <= tolerance:
                            rows[i, j] = 0.0
                        left = max(left, abs(rows[i, j]))
                    largest[i] = left
    return pivot_rows, pivot_columns


@njit
def interpolate(rows, upper, lower, tolerance):
    """Overwrite each row b by the x with x (lower upper) = b: triangular substitution, twice."""
    r = len(upper)
    for i in range(len(rows)):
        for k in range(r):
            if abs(rows[i, k]) <= tolerance:
                rows[i, k] = 0.0
            elif upper[k, k] != 0.0:
                share = rows[i, k] / upper[k, k]
                for j in range(k + 1, r):
                    rows[i, j] -= share * upper[k, j]
                rows[i, k] = share
        for k in range(r - 1, 0, -1):
            share = rows[i, k]
            if share != 0.0:
                for j in range(k):
                    rows[i, j] -= share * lower[k, j]
