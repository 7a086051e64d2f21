r"""The three-point bound as a linear programme over semidefinite matrices: its variables and its rows.

The minimum distance is 1 here and f2^(0) = 1. With w = 2 pi scale |x|^2 and the Laguerre polynomials l_j of
n/2 - 1, divided by their norm,

    f2(x) = sum_j c_j l_j(w) e^{-w/2},     f2^(t) = scale^{-n/2} sum_j (-1)^j c_j l_j(v) e^{-v/2},
                                                                                   v = 2 pi |t|^2 / scale,
    f3(x, y) = sum_k psi_k(|x|)^T A_k psi_k(|y|) P_k(cos of the angle).

The functions psi_k are polynomials orthonormal on [1, R], times a number sigma of the size that the kernel
will have; for k = 0 the indicator of the origin stands before them. So all entries of the solution are of
order one, which is what lets doubles carry to dimension 16 at least. The equation f2^(0) = 1 is
eliminated: c = c* + scale^{n/4} N y with N an orthonormal basis of its null space; without the factor the
entries of y would be some 2000 for n = 16 and 40,000 for n = 20. The vector of variables is y, then the svec
of A_0, ..., A_K.

A row is a linear functional of the variables plus a constant; the methods return (matrix, constants).
"""

import math
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.polynomial import chebyshev, legendre
from scipy.special import gammaln

from mathlib.packing.semidefinite.interior_point import svec_matrix
from mathlib.packing.three_point.certificate import ThreePointCertificate

__all__ = ["Program", "cosine", "natural_scale", "symmetric_products", "typical_density"]

_BITS = 110  # of the entries of a certificate, counted from the largest of a matrix
_KERNEL_SCALE = 5.0  # the solution's matrices are of order one for such a factor, within some ten times


def typical_density(n):
    """The two-point bound on the density in R^n within a factor of 1.6, n = 3..36; only to choose scales."""
    return min(1.0, 2.0 ** (1.3 - 0.45 * n))


def natural_scale(n):
    """r^2 for balls that fill `typical_density` when their centres have density one; r = 1 for `scale`.

    With this scale the exponents of f2 and of its transform are equally spread over their rows.
    """
    return round(4 * math.exp((math.log(typical_density(n)) - log_ball(n)) * 2 / n), 3)


def log_ball(n):
    """The logarithm of the volume of the unit ball of R^n."""
    return n / 2 * math.log(math.pi) - math.lgamma(n / 2 + 1)


class Program:
    """Variables and rows for a ThreePointSpec.

    Parameters
    ----------
    spec : ThreePointSpec

    Attributes
    ----------
    size : int
        The number of variables.
    places : list of (start, m)
        Where the svec of each matrix stands.
    factor : float
        vol(B_n) (1/2)^n: the bound is this times f2(0) + f3(0, 0).
    """

    def __init__(self, spec):
        self.spec, self.n, self.R = spec, spec.n, spec.R
        self.size = spec.degree2
        self.places = []
        for m in spec.blocks:
            self.places.append((self.size, m))
            self.size += m * (m + 1) // 2
        self.factor = math.exp(log_ball(self.n) - self.n * math.log(2))
        j = np.arange(spec.degree2 + 1)
        alpha = self.n / 2 - 1
        #: l_j = L_j / norms_j; l_0 = 1.
        self.norms = np.exp((gammaln(j + alpha + 1) - gammaln(j + 1) - gammaln(alpha + 1)) / 2)
        at_zero = (-1.0) ** j * self.norms * spec.scale ** (-self.n / 2)  # L_j(0) = norms_j^2
        self.particular = at_zero / (at_zero @ at_zero)
        self.null_space = np.linalg.svd(at_zero[None])[2][1:].T * spec.scale ** (self.n / 4)
        expected = typical_density(self.n)
        at_origin = expected / self.factor
        self.sigma = _KERNEL_SCALE * math.sqrt(at_origin) / max(1.0, expected * (2 * self.R) ** self.n)
        #: Of the indicator of the origin.
        self.sigma_origin = math.sqrt(at_origin)

    # functions

    def laguerre(self, w, unit=1.0):
        """l_j(w) / unit^j, shape (degree2 + 1, len(w))."""
        alpha, values = self.n / 2 - 1, [np.ones_like(w), (self.n / 2 - w) / unit]
        for j in range(1, self.spec.degree2):
            one, two = (2 * j + 1 + alpha - w) / unit, (j + alpha) / unit**2
            values.append((one * values[j] - two * values[j - 1]) / (j + 1))
        return np.array(values) / self.norms[:, None]

    def laguerre_directions(self, w):
        """The vectors of all l_j(w) divided by their norms; far out, l_j itself would overflow."""
        unit = np.maximum(1.0, w)
        values = self.laguerre(w, unit) * unit ** np.arange(-self.spec.degree2, 1.0)[:, None]
        return values / np.linalg.norm(values, axis=0)

    def angular(self, u):
        """P_k(u) for k = 0..K, with P_k(1) = 1; a list of arrays of the shape of u."""
        values = [np.ones_like(u), u]
        for k in range(1, len(self.places) - 1):
            values.append(((2 * k + self.n - 2) * u * values[k] - k * values[k - 1]) / (k + self.n - 2))
        return values[: len(self.places)]

    @cached_property
    def basis(self):
        """For each k the matrix C with psi_k = C^T (indicator, T_0, T_1, ...), triangular."""
        nodes, weights = legendre.leggauss(64)
        lengths = (1 + self.R) / 2 + (self.R - 1) / 2 * nodes
        weights = weights * (lengths / self.R) ** (self.n - 1)
        largest = max(self.spec.blocks)
        chebyshev_values = chebyshev.chebvander(nodes, largest) * np.sqrt(weights / weights.sum())[:, None]
        triangle = np.linalg.qr(chebyshev_values)[1]
        inverse = np.linalg.inv(triangle) * np.sign(np.diag(triangle)) * self.sigma
        matrices = []
        for k, (_, m) in enumerate(self.places):
            C = inverse[:m, :m].copy()
            if k == 0:
                C = np.zeros((m, m))
                C[0, 0] = self.sigma_origin
                C[1:, 1:] = inverse[: m - 1, : m - 1]
            matrices.append(C)
        return matrices

    def radial(self, lengths):
        """psi_k at lengths in [1, R]: for each k an array of shape (m_k, len(lengths))."""
        t = (2 * lengths - 1 - self.R) / (self.R - 1)
        values = chebyshev.chebvander(t, max(self.spec.blocks)).T
        rows = []
        for k, ((_, m), C) in enumerate(zip(self.places, self.basis, strict=True)):
            phi = values[:m] if k else np.vstack([np.zeros_like(t)[None], values[: m - 1]])
            rows.append(C.T @ phi)
        return rows

    # rows

    def transform_rows(self, root):
        """-f2^ at v = root^2 without the exponential, divided by the norm of all l_j(v)."""
        signs = (-1.0) ** np.arange(self.spec.degree2 + 1)
        return self._of_f2(-self.laguerre_directions(root**2).T * signs)

    def outside_rows(self, root):
        """f2 at w = root^2 without the exponential, divided by the norm of all l_j(w)."""
        return self._of_f2(self.laguerre_directions(root**2).T)

    def leading_rows(self):
        """The leading coefficients of -f2^ and f2, up to positive factors: both are to be negative."""
        top = np.zeros((1, self.spec.degree2 + 1))
        top[0, -1] = (-1.0) ** self.spec.degree2
        return self._of_f2(top)

    def radial_rows(self, a):
        """f2(x) for |x| = a."""
        w = 2 * np.pi * self.spec.scale * a**2
        return self._of_f2((self.laguerre(w) * np.exp(-w / 2)).T)

    def mixed_rows(self, a):
        """f2(x) + 2 f3(0, x) + f3(x, x) for |x| = a."""
        matrix, constants = self.radial_rows(a)
        matrix += self.kernel_rows(a, a, np.ones_like(a))
        start, m = self.places[0]
        indicator = np.zeros((m, len(a)))
        indicator[0] = self.sigma_origin
        matrix[:, start : start + m * (m + 1) // 2] += 2 * symmetric_products(indicator, self.radial(a)[0])
        return matrix, constants

    def triangle_rows(self, a, b, c):
        """F(a, b; c) + F(a, c; b) + F(b, c; a)."""
        matrix = self.kernel_rows(a, b, cosine(a, b, c))
        matrix += self.kernel_rows(a, c, cosine(a, c, b))
        matrix += self.kernel_rows(b, c, cosine(b, c, a))
        return matrix, np.zeros(len(a))

    def far_rows(self, a, b, u):
        """F(a, b) at the cosine u."""
        return self.kernel_rows(a, b, u), np.zeros(len(a))

    def objective(self):
        """f2(0) + f3(0, 0): (vector, constant)."""
        matrix, constants = self._of_f2(self.norms[None])
        matrix[0, self.places[0][0]] = self.sigma_origin**2
        return matrix[0], constants[0]

    def kernel_rows(self, a, b, u):
        """The matrix of F(a, b; u): lengths in [1, R], shape (N, size)."""
        matrix = np.zeros((len(a), self.size))
        left, right = self.radial(a), self.radial(b)
        angular = self.angular(u)
        for k, (start, m) in enumerate(self.places):
            columns = symmetric_products(left[k], right[k])
            matrix[:, start : start + m * (m + 1) // 2] = columns * angular[k][:, None]
        return matrix

    def _of_f2(self, values):
        """A row for c, turned into one for y and a constant."""
        matrix = np.zeros((len(values), self.size))
        matrix[:, : self.spec.degree2] = values @ self.null_space
        return matrix, values @ self.particular

    # solutions

    def matrices(self, solution):
        """A_0, ..., A_K in the basis psi."""
        return [
            (svec_matrix(m) @ solution[start : start + m * (m + 1) // 2]).reshape(m, m)
            for start, m in self.places
        ]

    def value(self, solution):
        """The bound that a solution would give, in doubles."""
        vector, constant = self.objective()
        return float(self.factor * (vector @ solution + constant))

    def certificate(self, solution) -> ThreePointCertificate:
        """The solution as exact dyadic numbers in the basis of certificates.

        The change of the basis is done exactly, so that positive definite matrices stay so.
        """
        c = self.particular + self.null_space @ solution[: self.spec.degree2]
        blocks = []
        for A, C in zip(self.matrices(solution), self.basis, strict=True):
            least, largest = np.linalg.eigvalsh(A)[[0, -1]]
            if least < 1e-16 * largest:
                raise ArithmeticError(f"a matrix of the kernel has the eigenvalues {least} and {largest}")
            blocks.append(_congruence(C, A))
        return ThreePointCertificate(
            n=self.n,
            r=Fraction(1),
            R=Fraction(self.R),
            scale=Fraction(self.spec.scale),
            f2=tuple(Fraction(x) for x in (c / self.norms).tolist()),
            blocks=tuple(blocks),
        )


def cosine(a, b, c):
    """The cosine of the angle between sides a and b of a triangle whose third side is c."""
    return np.clip((a * a + b * b - c * c) / (2 * a * b), -1.0, 1.0)


def symmetric_products(left, right):
    """svec of the symmetrised left right^T, one row a column: shapes (m, N) to (N, m(m+1)/2)."""
    m = len(left)
    i, j = np.array([(i, j) for j in range(m) for i in range(j + 1)]).T
    weights = np.where(i == j, 0.5, math.sqrt(0.5))[:, None]
    return (weights * (left[i] * right[j] + left[j] * right[i])).T


def _congruence(C, A):
    """C A C^T in exact arithmetic, then rounded to _BITS bits below its largest entry."""
    m = len(A)
    C, A = ([[Fraction(x) for x in row] for row in M.tolist()] for M in (C, A))
    half = [[sum(C[i][k] * A[k][j] for k in range(m)) for j in range(m)] for i in range(m)]
    exact = [[sum(half[i][k] * C[j][k] for k in range(m)) for j in range(m)] for i in range(m)]
    exponent = _BITS - math.frexp(max(abs(float(x)) for row in exact for x in row))[1]
    unit = Fraction(2) ** exponent
    return tuple(tuple(round(x * unit) / unit for x in row) for row in exact)
