r"""The linear system of the interior point method in double-double arithmetic, some 32 digits.

Near the end of the method the Schur complement

    S = rows^T diag(x/z) rows + the blocks X sym-kron Z^-1

is ill-conditioned: 1e15 for n = 14 and 1e17 for n = 16 when the gap is 1e-5, 1e17 and 1e20 when it is 1e-7,
scaled to unit diagonal. What doubles lose in its sum and in its factor, refinement does not give back. So
both are in double-double arithmetic, and so is the inverse of Z. The smallest gaps that were reached with
some 4000 to 5000 fixed rows of three-point bounds with 21 blocks of 4 to 8:

    n                doubles    sum alone    sum and factor    as here
    13               2e-7       9e-7         2e-8              5e-9
    14               1e-7       2e-6         2e-8              2e-8
    16, R = 1.5      1e-5       2e-5         7e-8              9e-9
    16, R = 1.35     1e-7       2e-6         2e-7              5e-8

These figures jump by a factor of ten when anything changes; more digits in the right-hand side or in the
blocks, or a refinement, made no difference beyond that.

Without blocks another limit comes first. In the rows that are tight nearly everything cancels in the product
rows w, and in the equations of the dual nearly everything in rows^T x. With w and x in doubles the method
ends where the rounding of w exceeds the slacks of tight rows, at a gap that hangs on the last bits of each
sum: between 2e-9 and 1e-7 for the best polynomial of degree 12 in the tests. So w and x have a low part, and
the products with them are formed without loss. Then that gap is below 1e-11.

The sum takes N v^2/2 steps for N rows and v variables. Another way is to cut the rows into slices of 20 bits,
whose products BLAS forms without rounding (Ozaki and others 2012): with 4 slices that took 1.7 times as long
and gave fewer digits. No result depends on the number of threads.

References
----------
K. Ozaki, T. Ogita, S. Oishi, S. M. Rump, Error-free transformations of matrix multiplication by using fast
routines of matrix multiplication and its applications, Numerical Algorithms 59 (2012).
"""

import numpy as np
from scipy.linalg import LinAlgError

from mathlib.packing.semidefinite.double_double import (
    add_block,
    added,
    cholesky,
    combination,
    gram,
    substitute,
)

__all__ = ["ExtendedSystem"]

_SHIFTS = range(-30, -3)  # exponents of ten


class ExtendedSystem:
    """The Schur complement of an iterate and its factor, in double-double arithmetic.

    Parameters
    ----------
    rows : array of shape (N, v)

    Notes
    -----
    An iteration of the interior point method takes five times as long with it as in doubles, 0.13 s instead
    of 0.028 s for N = 5000, v = 380. The factor takes 5 % of that.
    """

    def __init__(self, rows):
        self.rows = np.ascontiguousarray(rows, dtype=float)
        self.columns = np.ascontiguousarray(self.rows.T)

    def factorise(self, ratio, blocks):
        """Form S from ratio = x/z and the blocks, pairs of a start and a symmetric matrix; factorise it."""
        high, low = gram(self.rows, ratio)
        for start, block in blocks:
            add_block(block, start, high, low)
        if not np.isfinite(high).all():
            raise LinAlgError("the Schur complement overflows")
        exponents = np.frexp(np.sqrt(np.maximum(np.diag(high), 1e-300)))[1]
        self.scale = np.ldexp(1.0, -exponents)  # powers of two: scaling is exact
        high, low = (part * self.scale[:, None] * self.scale for part in (high, low))
        for exponent in _SHIFTS:
            self.factor = high.copy(), low.copy()
            if cholesky(*self.factor, 10.0**exponent):
                return
        raise LinAlgError("the Schur complement is not positive definite")

    def slacks(self, limits, w, low):
        """Return limits - rows (w + low), rounded in the end: those of tight rows keep their digits."""
        return combination(self.columns, -w, -low, limits)

    def combined(self, vector, x, low):
        """Return vector + rows^T (x + low), rounded in the end."""
        return combination(self.rows, x, low, vector)

    def added(self, w, low, step):
        """Return w + low + step as two parts."""
        return added(w, low, step)

    def inverse(self, Z):
        """Return Z^-1 for each Z of a stack, rounded to doubles.

        With a condition number of 10^10, `inv` would have six digits.
        """
        return np.array([_inverse(matrix) for matrix in Z])

    def solve(self, right):
        """Return S^-1 right and rows S^-1 right, rounded to doubles in the end."""
        high, low = self.scale * right, np.zeros(len(right))
        substitute(*self.factor, high, low)
        high, low = self.scale * high, self.scale * low
        return high, combination(self.columns, high, low, np.zeros(len(self.rows)))


def _inverse(Z):
    U = Z.copy(), np.zeros(Z.shape)
    if not cholesky(*U, 0.0):
        raise LinAlgError("Z is not positive definite")
    columns = np.eye(len(Z))
    for column in columns:
        substitute(*U, column, np.zeros(len(Z)))
    return (columns + columns.T) / 2
