"""The loops of `basis`: Gaussian elimination of rows of any scale.

Rows come normalised: divided by powers of two so that the largest entry of each lies in [1/2, 1). Their
true scales enter only where pivots are compared, so that no product ever overflows, and every rounding error
stays small against its own row.

All that is compiled stands in this one file: numba's cache notices changes in a function's own file only.
"""

import numpy as np

from mathlib.compiled import njit
from mathlib.sensitivity.pieces import OPERATIONS, pieces

__all__ = ["choose_pivots", "interpolate"]


def choose_pivots(rows, exponents, tolerance):
    """Eliminate with complete pivoting; return the pivot rows and the pivot columns, in order.

    `rows` (m x d) is overwritten. The pivot is the largest 2^exponent_i |entry|. What is left of an entry is
    taken as zero below `tolerance`, the size of rounding errors.
    """
    pivot_rows, pivot_columns = np.empty((2, min(rows.shape)), np.int64)
    largest, rank, step = np.abs(rows).max(axis=1), 0, max(1, OPERATIONS // rows.size)
    while rank < len(pivot_rows) and largest.any():
        # Relative to the rows that are left. Where 2^exponent underflows, the row has to wait.
        weights = np.ldexp(1.0, np.minimum(exponents - exponents[largest > 0].max(), 0))
        part = slice(rank, rank + step)
        rank += _eliminate(rows, weights, tolerance, largest, pivot_rows[part], pivot_columns[part])
    return pivot_rows[:rank], pivot_columns[:rank]


@njit(error_model="numpy")
def _eliminate(rows, weights, tolerance, largest, pivot_rows, pivot_columns):
    """Find pivots until the places for them are full or no weight is left; return how many were found."""
    m, d = rows.shape
    for k in range(len(pivot_rows)):
        best, row = 0.0, -1
        for i in range(m):
            if weights[i] * largest[i] > best:
                best, row = weights[i] * largest[i], i
        if row < 0:
            return k
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
    return len(pivot_rows)


def interpolate(rows, upper, lower, tolerance):
    """Overwrite each row b by the x with x (lower upper) = b: triangular substitution, twice."""
    for part in pieces(len(rows), 2 * len(upper) ** 2):
        _interpolate(rows[part], upper, lower, tolerance)


@njit(error_model="numpy")
def _interpolate(rows, upper, lower, tolerance):
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
