"""What the solvers share: the basis of a matrix with the error bounds of its rows, and fast Gram matrices.

For a vector c (a row of L, scaled by a power of two) the problem is a pair of convex programmes with the same
value, 1/p + 1/q = 1:

    max <c, x> / ||L x||_p    =    min ||y||_q  subject to  L^T y = c.

Any x gives a lower bound and any feasible y an upper one. This module turns approximate x and y into such
bounds and adds the largest possible effect of rounding, so that they hold for the exact matrix:

- numerator and denominator: every computed entry of L x is off by at most (f_k + gamma ell_k) ||x||_1, where
  f_k bounds the error of row k of L and ell_k is its largest entry;
- feasibility: y is repaired on the pivot rows, where L is the identity, which adds at most ||e||_q for the
  residual e = c - L^T y;
- sums of n terms, and powers: relative errors of 4 (n + 64) units of rounding, more for the last power.

Two things are taken for granted: pow and sqrt are right to 4 units in the last place, products of matrices
add up products of numbers, in any order. The checker trusts neither.
"""

import numpy as np

from mathlib.sensitivity.brackets.kernel import power_sums
from mathlib.sensitivity.linear.basis import EPS
from mathlib.sensitivity.linear.rounding import gamma

__all__ = ["Problem", "power_of_two"]

_KEPT_PRODUCTS = 2**24  # numbers: products of columns are kept if there are at most so many
_SUMMED = 2048  # rows whose products are summed at once: longer sums are sums of these


class Problem:
    """L x in the p-norm: L (n x r), f bounds the errors of its rows (n)."""

    def __init__(self, L, f, p, pivot_rows):
        self.L, self.f, self.p, self.pivot_rows = L, f, p, pivot_rows
        self.q = p / (p - 1) if p > 1 else np.inf
        self.n, self.r = L.shape
        self.margin = 1 + 4 * (self.n + 64) * EPS  # of a norm: more than all the roundings of its sum
        self.ell = ell = np.abs(L).max(axis=1)
        self.T = np.ascontiguousarray(L.T) if p == 1 else None
        self.ell_norm = self._norm(ell)
        self.f_norm = self._norm(f)
        self.error_norm = self._norm(f + gamma(self.r + 2) * ell)
        self.lower_pairs = np.tril_indices(self.r)
        few = self.n * len(self.lower_pairs[0]) <= _KEPT_PRODUCTS
        self._kept = self._products(slice(None)) if few else None

    def _norm(self, values):
        if not np.isfinite(values).all():
            return np.inf
        top, total = power_sums(values[None], self.p)
        return float(top[0] * total[0] ** (1 / self.p)) * self.margin

    def _products(self, part):
        i, j = self.lower_pairs
        return self.L[part][:, i] * self.L[part][:, j]

    def _parts(self, size):
        return [slice(start, start + size) for start in range(0, self.n, size)]

    def gram(self, W):
        """L^T diag(w) L for each row w of W, as packed lower triangles (batch x r(r+1)/2)."""
        if self._kept is not None:
            return W @ self._kept
        size = max(1, min(_SUMMED, _KEPT_PRODUCTS // len(self.lower_pairs[0])))
        return sum(W[:, part] @ self._products(part) for part in self._parts(size))

    def transposed(self, Y):
        """L^T y for each row y of Y, in sums of at most _SUMMED terms."""
        if self.n <= _SUMMED:
            return Y @ self.L
        return sum(Y[:, part] @ self.L[part] for part in self._parts(_SUMMED))

    def dual_norm(self, Y):
        """||y||_q for each row y of Y, up to the roundings that `margin` covers."""
        if self.p == 1:
            return np.abs(Y).max(axis=1)
        top, total = power_sums(Y, self.q)
        return top * total ** (1 / self.q)

    def bounds(self, C, c_errors, X, R, Y, y_norms):
        """Lower and upper bounds from points X, with R = X L^T, and duals Y, which are scaled; with both.

        `y_norms` are at least the norms of Y, up to the roundings that `margin` covers.
        """
        image = self.transposed(Y)
        scale = np.einsum("ij,ij->i", C, image) / np.einsum("ij,ij->i", C, C)
        with np.errstate(all="ignore"):
            upper = self.upper_bound(C, c_errors, y_norms / scale * self.margin, C - image / scale[:, None])
            upper = np.where(scale > 0, upper, np.inf)
            return self.lower_bound(C, c_errors, X, R), upper, X, Y / scale[:, None]

    def lower_bound(self, C, c_errors, X, R):
        """Lower bounds of max <c, x> / ||L x||_p from given x, with R = X L^T freshly computed."""
        size = np.abs(X).sum(axis=1)
        above = np.abs(np.einsum("ij,ij->i", C, X))
        above -= 1.01 * size * (c_errors + gamma(self.r + 2) * np.abs(C).max(axis=1))
        top, total = power_sums(R, self.p)
        below = top * total ** (1 / self.p) * self.margin + self.error_norm * size
        with np.errstate(invalid="ignore", divide="ignore"):
            bound = above / below * (1 - 16 * EPS)
        return np.where(bound > 0, bound, 0.0)  # also NaN

    def free_bounds(self, C, c_errors, keep_dual):
        """Bounds that cost next to nothing: x a unit vector, y on the pivot rows alone, where L is I.

        As `bounds` of the methods, returns lower bounds, upper bounds, the points and the duals.
        """
        top, total = power_sums(np.ascontiguousarray(self.L.T), self.p)
        best = np.argmax(np.abs(C) / (top * total ** (1 / self.p)), axis=1)
        points, lower = np.eye(self.r)[best], np.zeros(len(C))
        for j in np.unique(best):
            which = np.flatnonzero(best == j)
            image = self.L[None, :, j]
            lower[which] = self.lower_bound(C[which], c_errors[which], points[which], image)
        upper = self.upper_bound(C, c_errors, self.dual_norm(C) * self.margin, np.zeros_like(C))
        duals = None
        if keep_dual:
            duals = np.zeros((len(C), self.n))
            duals[:, self.pivot_rows] = C
        return lower, upper, points, duals

    def upper_bound(self, C, c_errors, y_norm, residual):
        """Upper bounds from ||y||_q (itself bounded from above) and the computed residuals c - L^T y."""
        terms = min(self.n, _SUMMED) + -(-self.n // _SUMMED) + 4
        slack = y_norm * (1.01 * gamma(terms) * self.ell_norm + self.f_norm)
        slack += c_errors + 4 * EPS * np.abs(C).max(axis=1)
        size = np.abs(residual).max(axis=1)
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = np.abs(residual) / np.where(size > 0, size, 1)[:, None]
            shape = 1.0 if self.p == 1 else (scaled**self.q).sum(axis=1) ** (1 / self.q)
            bound = y_norm + size * shape * 1.01 + self.r ** (1 / self.q) * 1.01 * slack
            bound *= 1 + 16 * EPS
        return np.where(np.isfinite(bound), bound, np.inf)


def power_of_two(C):
    """C (one vector a row) as D times 2^k with the largest entry of each row of D in [1/2, 1)."""
    exponents = np.frexp(np.abs(C).max(axis=1))[1]
    return np.ldexp(C, -exponents[:, None]), exponents
