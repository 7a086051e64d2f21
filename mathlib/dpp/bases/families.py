"""Orthonormal polynomials of one variable, with what the samplers need to know about them.

A family is a probability measure mu on the line and its orthonormal polynomials phi_0 = 1, phi_1, ... with
positive leading coefficients. They obey

    x phi_k = off_{k+1} phi_{k+1} + diag_k phi_k + off_k phi_{k-1},

so the numbers diag and off, the *Jacobi matrix*, say all. Evaluating degrees 0 to p at n points costs p n.

A random symmetric tridiagonal matrix, close to the Jacobi matrix, has as eigenvalues the m points of the
projection process with the kernel sum_{k<m} phi_k(x) phi_k(y): I. Dumitriu and A. Edelman (2002) for the
normal and the gamma law, R. Killip and I. Nenciu (2004) for the beta law, all with beta = 2.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.linalg import eigh_tridiagonal

from mathlib.checks import is_number, shown
from mathlib.dpp.bases.family import Family

__all__ = ["Chebyshev", "Hermite", "Jacobi", "Laguerre", "Legendre"]

#: How the compiled sampler draws from phi_k^2 mu: see `mathlib.dpp.samplers.kernel`.
BY_REJECTION, NORMAL, EXPONENTIAL = 0.0, 1.0, 2.0


@dataclass(frozen=True)
class Jacobi(Family):
    """The beta law on [-1, 1], with density proportional to (1 - x)^alpha (1 + x)^beta.

    Parameters
    ----------
    alpha, beta : float
        From -1/2, for which the sampler has a proved bound, to 1000: a draw takes some 2 e (2 + sqrt(alpha^2
        + beta^2)) proposals. The degrees end where squares of the polynomials overflow, for alpha = beta =
        1000 at about 200.

    References
    ----------
    T. Erdelyi, A. P. Magnus, P. Nevai (1994), Theorem 1: with the density w of mu, pi sqrt(1 - x^2) w(x)
    phi_k(x)^2 <= 2 e (2 + sqrt(alpha^2 + beta^2)), whatever k is.

    Examples
    --------
    >>> round(float(Jacobi(1, 1)(1.0, 3)[1] ** 2), 12)  # the variance of this law is 1/5
    5.0
    """

    alpha: float
    beta: float

    support = (-1.0, 1.0)

    def __post_init__(self):
        for name in ("alpha", "beta"):
            value = getattr(self, name)
            if not is_number(value) or not -0.5 <= value <= 1000:
                raise ValueError(
                    f"{name} must be a number of at least -1/2 and at most 1000; got {shown(value)}. For "
                    "large ones the law is nearly normal: shift and scale the variable and take Hermite()."
                )
            object.__setattr__(self, name, float(value))

    def _jacobi_matrix(self, n):
        a, b = self.alpha, self.beta
        k = np.arange(1.0, n)
        s = 2 * k + a + b
        diag = np.append((b - a) / (a + b + 2), (b * b - a * a) / (s * (s + 2)))[:n]
        squares = np.append(4 * (a + 1) * (b + 1) / ((a + b + 2) ** 2 * (a + b + 3)), np.zeros(max(0, n - 2)))
        k, s = k[1:], s[1:]
        squares[1:] = 4 * k * (k + a) * (k + b) * (k + a + b) / (s * s * (s + 1) * (s - 1))
        return diag, np.sqrt(squares[: n - 1])

    def _gauss(self, n):
        # SciPy's rule divides by zero near alpha + beta = -1, and has a hundred times the rounding errors.
        nodes = eigh_tridiagonal(*self._jacobi_matrix(n), eigvals_only=True)
        return nodes, 1 / np.sum(self(nodes, n - 1) ** 2, axis=1)

    def _sample_measure(self, n, rng):
        return 2 * rng.beta(self.beta + 1, self.alpha + 1, n) - 1

    def _random_matrix(self, m, rng):
        left = np.arange(m, 0.0, -1)
        odd = rng.beta(left + self.beta, left + self.alpha)
        even = rng.beta(left[1:], left[1:] + self.alpha + self.beta + 1)
        canonical = np.zeros(2 * m)
        canonical[1::2], canonical[2::2] = odd, even
        steps = canonical[1:] * (1 - canonical[:-1])
        diag = steps[0::2] + np.append(0, steps[1::2])
        return 2 * diag - 1, 2 * np.sqrt(steps[0:-1:2] * steps[1::2])

    def _sampling_code(self, degree):
        # In logarithms: for large parameters the factors of the density overflow or vanish.
        a, b = self.alpha, self.beta
        density = -(a + b + 1) * math.log(2) - special.betaln(a + 1, b + 1)
        return BY_REJECTION, a + 0.5, b + 0.5, density + math.log(math.pi / self._bound())

    def _draw_cost(self, degree):
        return self._bound() * (6 * degree + 100)

    def _bound(self):
        """An upper bound of pi sqrt(1 - x^2) w(x) phi_k(x)^2, over x and k."""
        return 2 * math.e * (2 + math.hypot(self.alpha, self.beta))


class Legendre(Jacobi):
    """The uniform law on [-1, 1].

    References
    ----------
    S. Bernstein (1931): (k + 1/2) P_k(x)^2 sqrt(1 - x^2) < 2/pi. So two proposals from the arcsine law are
    enough on average to draw from phi_k^2 mu, whatever k is.

    Examples
    --------
    >>> Legendre()(1.0, 2) ** 2
    array([1., 3., 5.])
    """

    def __init__(self):
        super().__init__(0.0, 0.0)

    def __repr__(self):
        return "Legendre()"

    def _gauss(self, n):
        return special.roots_legendre(n)

    def _bound(self):
        return 2.0


class Chebyshev(Jacobi):
    """The arcsine law on [-1, 1], with density 1 / (pi sqrt(1 - x^2)); phi_k = sqrt(2) T_k.

    Examples
    --------
    >>> Chebyshev()(0.5, 3) / 2**0.5  # T_k(cos t) = cos(k t), for t = 60 degrees
    array([ 0.70710678,  0.5       , -0.5       , -1.        ])
    """

    def __init__(self):
        super().__init__(-0.5, -0.5)

    def __repr__(self):
        return "Chebyshev()"

    def _gauss(self, n):
        return -np.cos(np.pi * (np.arange(n) + 0.5) / n), np.full(n, 1 / n)

    def _bound(self):
        return 2.0


@dataclass(frozen=True)
class Hermite(Family):
    """The standard normal law.

    Examples
    --------
    >>> nodes, weights = Hermite().gauss(3)
    >>> round(float(weights @ nodes**4), 12)  # the fourth moment
    3.0
    """

    def _jacobi_matrix(self, n):
        return np.zeros(n), np.sqrt(np.arange(1.0, n))

    def _gauss(self, n):
        return special.roots_hermitenorm(n)

    def _reach(self, degree):
        high = 2 * math.sqrt(degree + 0.5) + 9 * (degree + 1) ** (-1 / 6)
        return -high, high

    def _fine_rule(self, n, degree):
        nodes, weights = special.roots_legendre(n)
        reach = self._reach(degree)[1]
        nodes = reach * nodes
        return nodes, reach * weights * np.exp(-(nodes**2) / 2) / math.sqrt(2 * math.pi)

    def _sample_measure(self, n, rng):
        return rng.standard_normal(n)

    def _random_matrix(self, m, rng):
        return rng.standard_normal(m), np.sqrt(rng.standard_gamma(np.arange(m - 1, 0.0, -1)))

    def _sampling_code(self, degree):
        return NORMAL, *self._reach(degree), 0.0


@dataclass(frozen=True)
class Laguerre(Family):
    """The exponential law of mean 1, on [0, infinity); phi_k = (-1)^k L_k.

    Examples
    --------
    >>> Laguerre()(2.0, 2)  # 1, x - 1, (x^2 - 4 x + 2) / 2
    array([ 1.,  1., -1.])
    """

    support = (0.0, math.inf)

    def _jacobi_matrix(self, n):
        return 2 * np.arange(n) + 1.0, np.arange(1.0, n)

    def _gauss(self, n):
        return special.roots_laguerre(n)

    def _reach(self, degree):
        return 0.0, 4 * degree + 42 + 24 * degree ** (1 / 3)

    def _fine_rule(self, n, degree):
        # In the variable sqrt(x) the zeros of phi_k are evenly spaced.
        nodes, weights = special.roots_legendre(n)
        reach = math.sqrt(self._reach(degree)[1])
        roots = reach * (nodes + 1) / 2
        return roots**2, reach * weights * roots * np.exp(-(roots**2))

    def _sample_measure(self, n, rng):
        return rng.standard_exponential(n)

    def _random_matrix(self, m, rng):
        left = np.arange(m, 0.0, -1)
        own, shared = rng.standard_gamma(left), rng.standard_gamma(left[1:])
        return own + np.append(0, shared), np.sqrt(own[:-1] * shared)

    def _sampling_code(self, degree):
        return EXPONENTIAL, *self._reach(degree), 0.0
