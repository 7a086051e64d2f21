"""Whether a symmetric matrix is positive semidefinite, decided exactly by elimination in integers.

Elimination writes A = L D L^T with a unit triangular L. A is positive semidefinite if and only if it meets no
negative pivot (entry of the diagonal D), and nothing but zeros is left once the largest pivot is zero. It is
done as Bareiss (1968) does: the rest of A after each step, times the pivots before, consists of minors of A,
so that all divisions are exact and no greatest common divisor is sought.
"""

from fractions import Fraction
from math import gcd, lcm

__all__ = ["elimination_work", "failing_pivot"]


def failing_pivot(matrix) -> Fraction | None:
    """Return None if a symmetric matrix is positive semidefinite, else a pivot d <= 0 that shows it is not.

    The next pivot is always the largest entry left on the diagonal. A negative d is the value x^T A x of some
    vector x; d = 0 means that the rest has no positive entry on its diagonal and is not zero.

    Parameters
    ----------
    matrix : list of rows of int or Fraction, m x m
        Symmetric: only the lower half is read. For m = 0 there is nothing to fail.

    Notes
    -----
    m^3/3 products of integers of at most m b bits, if the entries are b bits times one unit: 10 ms for m =
    20 and b = 60.

    Examples
    --------
    >>> failing_pivot([[2, 1], [1, Fraction(1, 2)]])
    >>> failing_pivot([[2, 1], [1, Fraction(1, 3)]])
    Fraction(-1, 6)
    >>> failing_pivot([[0, 1], [1, 0]])
    Fraction(0, 1)
    """
    rows, unit = _integers(matrix)
    kept, divisor = list(range(len(rows))), 1  # the rest of the matrix is rows / divisor, in these units
    while kept:
        p = max(kept, key=lambda i: rows[i][i])
        pivot = rows[p][p]
        kept.remove(p)
        if pivot < 0 or (pivot == 0 and any(_entry(rows, i, j) for i in (*kept, p) for j in (*kept, p))):
            return Fraction(pivot, divisor) * unit
        if pivot == 0:
            return None  # nothing is left
        column = {i: _entry(rows, i, p) for i in kept}
        for i in kept:
            for j in kept:
                if j <= i:
                    rows[i][j] = (rows[i][j] * pivot - column[i] * column[j]) // divisor
        divisor = pivot
    return None


def elimination_work(matrix) -> int:
    """m^5 b^2 for m rows of b bits: what `failing_pivot` costs at most, to be compared with a limit.

    A matrix of which nothing is known may have entries so long that deciding takes hours.

    >>> elimination_work([[3, 0], [0, 1]]), elimination_work([[Fraction(1, 2**9), 0], [0, 1]])
    (128, 3200)
    """
    rows, _ = _integers(matrix)
    bits = max((abs(entry) for row in rows for entry in row), default=0).bit_length()
    return len(rows) ** 5 * bits**2


def _entry(rows, i, j):
    return rows[max(i, j)][min(i, j)]


def _integers(matrix):
    """The lower half in coprime integers, and the positive number that they are multiples of."""
    half = [row[: i + 1] for i, row in enumerate(matrix)]
    common = lcm(*(entry.denominator for row in half for entry in row))
    whole = [[entry.numerator * (common // entry.denominator) for entry in row] for row in half]
    divisor = gcd(*(entry for row in whole for entry in row)) or 1
    return [[entry // divisor for entry in row] for row in whole], Fraction(divisor, common)
