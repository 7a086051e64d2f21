r"""The Cohn-Elkies bound as a semidefinite programme, in doubles: the route to learn it by.

With t = 2 pi |x|^2 a function f(x) = p(t) e^{-t/2} has the Fourier transform q(t) e^{-t/2}, where p = sum c_k
L_k, q = sum (-1)^k c_k L_k, and L_k are the Laguerre polynomials of n/2 - 1. For a fixed T = 2 pi r^2:

    minimise    p(0)
    subject to  q(0) = 1,
                q(t) >= 0 for t >= 0:        q(s)      =  v(s)^T X_0 v(s) + s v(s)^T X_1 v(s),
                p(t) <= 0 for t >= T:       -p(T + s)  =  v(s)^T Y_0 v(s) + s v(s)^T Y_1 v(s),
                X_0, X_1, Y_0, Y_1 positive semidefinite,  v = (1, s, ..., s^m),  degree 2m + 1.

A polynomial is nonnegative on a half-line exactly if it can be written in this way (Polya, Szego), so
nothing is lost. The value is (T/8)^{n/2} / Gamma(n/2 + 1) p(0); an outer search finds the best T.

What comes out is a number, not a bound: the equations hold only up to the solver's tolerance, and the value
is usually a little *below* the optimum. mathlib.packing.two_point_bound proves its numbers.
"""

import math
import warnings
from dataclasses import dataclass

import cvxpy as cp
import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import eval_genlaguerre, gammaln, roots_genlaguerre

from mathlib.checks import check_choice, check_finite, check_integer

__all__ = ["SDPResult", "cohn_elkies_sdp"]

_LARGEST_DEGREE = 31
_LARGEST_DIMENSION = 48
_PRECISION_OF_T = 1e-4


@dataclass(frozen=True, repr=False)
class SDPResult:
    """What the solver returned. It proves nothing; `violation` says how far f is from being admissible.

    Attributes
    ----------
    n, degree : int
    radius_squared_times_2pi : float
        T = 2 pi r^2, from the outer search.
    value : float
        The number that would bound the density if f were admissible.
    coefficients : ndarray of shape (degree + 1,)
        c_k in f(x) = sum c_k L_k(2 pi |x|^2) e^{-pi |x|^2}, scaled to f^(0) = 1.
    """

    n: int
    degree: int
    radius_squared_times_2pi: float
    value: float
    coefficients: np.ndarray

    def f(self, x: ArrayLike) -> np.ndarray:
        """Return f at some distances from the origin.

        Parameters
        ----------
        x : array_like

        Returns
        -------
        ndarray
            Of the same shape.
        """
        return self._sum(x, self.coefficients)

    def f_hat(self, x: ArrayLike) -> np.ndarray:
        """Return the Fourier transform of f at some distances from the origin.

        Parameters
        ----------
        x : array_like

        Returns
        -------
        ndarray
            Of the same shape.
        """
        return self._sum(x, self.coefficients * (-1.0) ** np.arange(self.degree + 1))

    def _sum(self, x, coefficients):
        t = 2 * np.pi * check_finite("x", x) ** 2
        terms = (c * eval_genlaguerre(k, self.n / 2 - 1, t) for k, c in enumerate(coefficients))
        return sum(terms) * np.exp(-t / 2)

    @property
    def violation(self) -> float:
        """The largest value of f beyond r, or of -f^ anywhere, for f^(0) = 1.

        Local maxima on a grid are refined twice, because f and f^ cross zero in dips that fit between the
        points of any simple grid. It is still a measurement, no proof.
        """
        far = 8 * self.degree + 4 * self.n
        beyond = _largest(self.f, np.linspace(self.radius_squared_times_2pi, far, 2000))
        return max(0.0, beyond, _largest(lambda x: -self.f_hat(x), np.linspace(0, far, 2000)))

    def __repr__(self) -> str:
        return (
            f"value {self.value:.9f} for n = {self.n}, degree {self.degree} (doubles: a number, not a bound)"
        )


def cohn_elkies_sdp(n: int, degree: int, *, solver: str = "CLARABEL") -> SDPResult:
    """Solve the Cohn-Elkies programme with cvxpy, in double precision.

    Parameters
    ----------
    n : int
        The dimension, from 2 to 48.
    degree : int
        The degree of p in t: odd, from 3 to 31. For an even degree the leading coefficients of p and q have
        one sign, and cannot be right both.
    solver : str
        A solver of semidefinite programmes that cvxpy knows: "CLARABEL" or "SCS" (less accurate).

    Returns
    -------
    SDPResult
        `.value` is a number, not a bound; `.violation` measures why.

    Raises
    ------
    ValueError
        If an argument is out of range, or the solver gave up at every T.

    Notes
    -----
    About twenty programmes with four blocks of size (degree + 1)/2: 0.2 s for degree 11, 4 s for 31. For
    n <= 8 the value agrees with the optimum to seven digits up to degree 27. In high dimensions p and q
    range over too many powers of ten for doubles: n = 24 is off by percents from degree 19 on.

    References
    ----------
    H. Cohn, N. Elkies (2003), Theorem 3.2. J. Lofberg, P. Parrilo (2004): equations at sample points.

    Examples
    --------
    >>> result = cohn_elkies_sdp(8, 7)
    >>> round(result.value, 5)
    0.26932
    """
    n = check_integer("n", n, 2, _LARGEST_DIMENSION, "the dimension")
    degree = check_integer("degree", degree, 3, _LARGEST_DEGREE, "and odd")
    if degree % 2 == 0:
        raise ValueError(f"degree must be odd; got {degree}.")
    check_choice("solver", solver, cp.installed_solvers())
    best = (math.inf, None, None)

    def log_value(T):
        nonlocal best
        found = _solve(n, degree, T, solver)
        if found is None:
            return 99.0  # the search goes elsewhere
        value = n / 2 * math.log(T / 8) - gammaln(n / 2 + 1) + math.log(found[0])
        best = min(best, (value, T, found[1]), key=lambda entry: entry[0])
        return value

    # For degree 3 the best T is known; that of any degree lies between 0.75 and 1 times it.
    at_most = (3 * (n / 2 + 2) + math.sqrt((n / 2 + 2) * (n / 2 + 10))) / 2
    interval = (0.75 * at_most, 1.02 * at_most)
    minimize_scalar(log_value, bounds=interval, method="bounded", options={"xatol": _PRECISION_OF_T})
    if best[1] is None:
        raise ValueError(
            f"degree must be lower: {solver} solved none of the programmes for n = {n}; got {degree}."
        )
    return SDPResult(n, degree, float(best[1]), math.exp(best[0]), best[2])


def _solve(n, degree, T, solver):
    """(p(0), coefficients) for one T, or None where the solver gives up.

    Two polynomials of this degree are equal if they agree at degree + 1 points. Each equation is divided by
    the size of the L_k at its point, and v is orthonormal over the points: without this, doubles end sooner.
    """
    order = n / 2 - 1
    points = roots_genlaguerre(degree + 1, order)[0]
    at_q, at_p = _laguerre(n, degree, points), _laguerre(n, degree, T + points)
    scale_q, scale_p = 1 / np.linalg.norm(at_q, axis=0), 1 / np.linalg.norm(at_p, axis=0)
    signs = (-1.0) ** np.arange(degree + 1)

    def squares(matrix, weights):
        v, _ = np.linalg.qr((at_q[: (degree + 1) // 2] * np.sqrt(weights)).T)
        return np.einsum("ij,ik->ijk", v, v).reshape(degree + 1, -1) @ cp.vec(matrix, order="C")

    # minimise p(0)  subject to  q(0) = 1,  q = X_0 + s X_1,  -p(T + s) = Y_0 + s Y_1,  all four >= 0
    c = cp.Variable(degree + 1)  # in units of 1 / L_k(0), so that p(0) is the sum of them
    size = (degree + 1) // 2
    x0, x1, y0, y1 = (cp.Variable((size, size), PSD=True) for _ in range(4))
    q = (at_q * signs[:, None] * scale_q).T @ c
    p = (at_p * scale_p).T @ c
    constraints = [
        signs @ c == 1,
        q == squares(x0, scale_q) + squares(x1, scale_q * points),
        -p == squares(y0, scale_p) + squares(y1, scale_p * points),
    ]
    problem = cp.Problem(cp.Minimize(cp.sum(c)), constraints)
    try:
        with warnings.catch_warnings():  # "may be inaccurate": true of every result, and said in its name
            warnings.simplefilter("ignore", UserWarning)
            problem.solve(solver=solver)
    except cp.SolverError:
        return None
    if c.value is None or problem.value <= 0:
        return None
    at_zero = eval_genlaguerre(np.arange(degree + 1), order, 0.0)
    return problem.value, c.value / at_zero


def _largest(function, t):
    """The largest value at t = 2 pi x^2, with a finer grid around each local maximum, and again."""
    for _ in range(3):
        values = function(np.sqrt(t / (2 * np.pi)))
        padded = np.r_[-np.inf, values, -np.inf]
        peaks = np.flatnonzero((values >= padded[:-2]) & (values >= padded[2:]))
        left, right = t[np.maximum(peaks - 1, 0)], t[np.minimum(peaks + 1, t.size - 1)]
        t = np.unique(np.linspace(left, right, 41))
    return float(values.max())


def _laguerre(n, degree, t):
    """L_k(t) / L_k(0), shape (degree + 1, len(t))."""
    k = np.arange(degree + 1)[:, None]
    return eval_genlaguerre(k, n / 2 - 1, t) / eval_genlaguerre(k, n / 2 - 1, 0.0)
