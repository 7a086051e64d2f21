"""Matrices of balls of FLINT, each of which holds an exact number, handled so that Ctrl-C is heard soon.

Python is interrupted only between two calls of FLINT, so no call is given more than some 10^5 products.
"""

from collections.abc import Iterable

from flint import arb, arb_mat

__all__ = ["ball_matrix", "inverse", "power", "product"]

_BLOCK = 24  # sides of matrices that FLINT inverts in one call
_PRODUCTS = 2**16  # of balls in one call


def ball_matrix(rows: Iterable) -> arb_mat:
    """The matrix with these rows, each of floats or of balls."""
    return arb_mat([[arb(x) for x in row] for row in rows])


def inverse(M: arb_mat) -> arb_mat:
    """The inverse, by blocks, of a matrix whose rows and columns stand in the order of pivots.

    ZeroDivisionError says that the matrix, or one of its leading blocks, may be singular.

    Examples
    --------
    >>> inverse(ball_matrix([[2.0, 0.0], [1.0, 1.0]]))
    [ 0.500000000000000,                0]
    [-0.500000000000000, 1.00000000000000]
    """
    size, half = M.nrows(), M.nrows() // 2
    if size <= _BLOCK:
        return M.inv()
    rows = M.tolist()
    P, Q, R, S = (
        arb_mat([row[across] for row in rows[down]])
        for down in (slice(half), slice(half, size))
        for across in (slice(half), slice(half, size))
    )
    first = inverse(P)
    left = product(R, first)
    last = inverse(S - product(left, Q))  # of the Schur complement
    right = product(first, Q)
    corner = product(last, left)
    above = zip((first + product(right, corner)).tolist(), product(right, last).tolist(), strict=True)
    below = zip(corner.tolist(), last.tolist(), strict=True)
    return arb_mat([a + [-x for x in b] for a, b in above] + [[-x for x in a] + b for a, b in below])


def product(A: arb_mat, B: arb_mat) -> arb_mat:
    """A B, some rows of A at a time."""
    rows, step = A.tolist(), max(1, _PRODUCTS // (B.nrows() * B.ncols()))
    parts = (arb_mat(rows[start : start + step]) * B for start in range(0, len(rows), step))
    return arb_mat([row for part in parts for row in part.tolist()])


def power(base: arb, exponent: arb) -> arb:
    """base^exponent for base >= 0 and exponent > 0, also where base is exactly zero."""
    return arb(0) if base == 0 else base**exponent
