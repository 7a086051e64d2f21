r"""Sums, products and factors of matrices in double-double arithmetic, some 32 digits.

A number is the unevaluated sum high + low of two doubles, |low| <= ulp(high)/2. Everything comes from two
transformations without error (Knuth; Dekker 1971):

    a + b = s + e    with s = fl(a + b), t = fl(s - a), e = fl((a - (s - t)) + (b - t)),
    a b   = p + e    with p = fl(a b), e = fl(a b - p) by a fused multiply-add.

The file is one compilation unit: numba's cache notices changes in a function's own file only. Names that end
in _h and _l are the two parts of a number.

References
----------
T. J. Dekker, A floating-point technique for extending the available precision, Numerische Mathematik 18
(1971); D. E. Knuth, The Art of Computer Programming 2, section 4.2.2; T. Ogita, S. M. Rump, S. Oishi,
Accurate sum and dot product, SIAM Journal on Scientific Computing 26 (2005).
"""

import math

import numpy as np
from numba import types
from numba.extending import intrinsic

from mathlib.compiled import njit

__all__ = ["add_block", "added", "cholesky", "combination", "gram", "substitute"]

_ROWS_AT_ONCE = 128  # of 400 entries: they stay in the second-level cache
_WORK_AT_ONCE = 200_000_000  # products in one call: a quarter of a second


def gram(rows, weights):
    """Return the upper triangle of rows^T diag(weights) rows as two arrays, high and low.

    Parameters
    ----------
    rows : C-contiguous array of shape (N, v)
    weights : array of shape (N,)

    Notes
    -----
    The error of entry (i, j) is below N^2 2^-104 times the sum of |weight row_i row_j|.

    Examples
    --------
    >>> high, low = gram(np.array([[2.0**40, 1.0], [1.0, 0.0]]), np.array([1.0, 2.0**-20]))
    >>> bool(high[0, 0] == 2.0**80 and low[0, 0] == 2.0**-20)
    True
    """
    N, v = rows.shape
    high, low = np.zeros((2, v, v))
    count = _ROWS_AT_ONCE * max(1, _WORK_AT_ONCE // (_ROWS_AT_ONCE * v * v))
    for start in range(0, N, count):  # Ctrl-C waits for compiled code to return
        part = slice(start, start + count)
        _gram(rows[part], weights[part], high, low)
    return high, low


def combination(vectors, high, low, start):
    """Return start + vectors^T (high + low), rounded to doubles in the end.

    Parameters
    ----------
    vectors : C-contiguous array of shape (N, v)
    high, low : arrays of shape (N,)
    start : array of shape (v,)

    Examples
    --------
    >>> combination(np.array([[1.0], [-1.0]]), np.ones(2), np.array([2.0**-80, 0]), np.zeros(1)) == 2.0**-80
    array([ True])
    """
    sum_h, sum_l = start.copy(), np.zeros(len(start))
    _add_combination(vectors, high, low, sum_h, sum_l)
    return sum_h + sum_l


def added(high, low, step):
    """Return high + low + step as two parts.

    >>> added(1.0, 2.0**-70, 2.0**-60)
    (1.0, 8.682...e-19)
    """
    total = high + step
    part = total - high
    return total, low + ((high - (total - part)) + (step - part))


@intrinsic
def _fma(context, a, b, c):
    """a b + c, rounded once; an instruction of all processors that matter for speed."""
    signature = types.float64(types.float64, types.float64, types.float64)
    return signature, lambda context, builder, signature, arguments: builder.fma(*arguments)


@njit
def _two_sum(a, b):
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@njit
def _two_product(a, b):
    p = a * b
    return p, _fma(a, b, -p)


@njit
def _normalised(a, b):
    """_two_sum for |a| >= |b|."""
    s = a + b
    return s, b - (s - a)


@njit
def _product(a_h, a_l, b_h, b_l):
    p, e = _two_product(a_h, b_h)
    return _normalised(p, e + (a_h * b_l + a_l * b_h))


@njit
def _difference(a_h, a_l, b_h, b_l):
    s, e = _two_sum(a_h, -b_h)
    return _normalised(s, e + (a_l - b_l))


@njit
def _inverse_root(a_h, a_l):
    """a^-1/2: one step q + q (1 - a q^2)/2 of Newton's method from q in doubles, which squares the error."""
    q = 1 / math.sqrt(a_h)
    s_h, s_l = _two_product(q, q)
    s_h, s_l = _product(s_h, s_l, a_h, a_l)
    return _normalised(q, 0.5 * q * ((1 - s_h) - s_l))


@njit
def _add_multiple(f_h, f_l, row, y_h, y_l):
    """y += f row. That each array is contiguous lets the loop run on whole vectors: 4 times as fast."""
    for i in range(len(row)):
        p, e = _two_product(f_h, row[i])
        s, d = _two_sum(y_h[i], p)
        y_h[i] = s  # y_l stays unnormalised while the sum goes on: a third less to do
        y_l[i] += d + (e + f_l * row[i])


@njit
def _subtract_multiple(f_h, f_l, x_h, x_l, y_h, y_l):
    """y -= f x."""
    for i in range(len(x_h)):
        p, e = _two_product(f_h, x_h[i])
        e += f_h * x_l[i] + f_l * x_h[i]
        s, d = _two_sum(y_h[i], -p)
        y_h[i], y_l[i] = _normalised(s, d + (y_l[i] - e))


@njit
def _gram(rows, weights, high, low):
    N, v = rows.shape
    for start in range(0, N, _ROWS_AT_ONCE):
        for i in range(v):
            for r in range(start, min(start + _ROWS_AT_ONCE, N)):
                f_h, f_l = _two_product(weights[r], rows[r, i])
                _add_multiple(f_h, f_l, rows[r, i:], high[i, i:], low[i, i:])
    for i in range(v):
        for j in range(i, v):
            high[i, j], low[i, j] = _two_sum(high[i, j], low[i, j])


@njit
def _add_combination(rows, x_h, x_l, high, low):
    for r in range(len(rows)):
        _add_multiple(x_h[r], x_l[r], rows[r], high, low)


@njit
def add_block(block, start, high, low):
    """Add a symmetric matrix of doubles to the upper triangle, from the given row and column on."""
    for i in range(len(block)):
        for j in range(i, len(block)):
            at = start + i, start + j
            s, e = _two_sum(high[at], block[i, j])
            high[at], low[at] = _normalised(s, e + low[at])


@njit
def cholesky(high, low, shift):
    """Turn the upper triangle of S into that of U, where U^T U = S + shift 1; False if that fails.

    On the diagonal 1/u_ii is left instead of u_ii. v^3/6 steps.
    """
    v = len(high)
    for j in range(v):
        s, e = _two_sum(high[j, j], shift)
        high[j, j], low[j, j] = _normalised(s, e + low[j, j])
        for k in range(j):
            _subtract_multiple(high[k, j], low[k, j], high[k, j:], low[k, j:], high[j, j:], low[j, j:])
        if not high[j, j] > 0:
            return False
        f_h, f_l = _inverse_root(high[j, j], low[j, j])
        high[j, j], low[j, j] = f_h, f_l
        for i in range(j + 1, v):
            high[j, i], low[j, i] = _product(high[j, i], low[j, i], f_h, f_l)
    return True


@njit
def substitute(high, low, b_h, b_l):
    """Turn b into the solution of U^T U x = b, for the U of `cholesky`."""
    v = len(high)
    for k in range(v):
        b_h[k], b_l[k] = _product(b_h[k], b_l[k], high[k, k], low[k, k])
        _subtract_multiple(b_h[k], b_l[k], high[k, k + 1 :], low[k, k + 1 :], b_h[k + 1 :], b_l[k + 1 :])
    for k in range(v - 1, -1, -1):
        for i in range(k + 1, v):
            p_h, p_l = _product(high[k, i], low[k, i], b_h[i], b_l[i])
            b_h[k], b_l[k] = _difference(b_h[k], b_l[k], p_h, p_l)
        b_h[k], b_l[k] = _product(b_h[k], b_l[k], high[k, k], low[k, k])
