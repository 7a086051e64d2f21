"""Delsarte's programme for kissing numbers on a grid: numbers in doubles that lead to the certificates."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from mathlib.checks import check_finite, check_integer, shown

__all__ = [
    "KissingRelaxation", "critical_points", "gegenbauer", "gegenbauer_sum", "kissing_lp",
    "kissing_lp_everywhere",
]  # fmt: skip

_ROUNDS = 30
#: The exchange of grid points ends when f exceeds 0 nowhere by more than this, for f_0 = 1.
_VIOLATION = 1e-8
_LARGEST_DIMENSION = 100
_LARGEST_DEGREE = 60


@dataclass(frozen=True, repr=False, eq=False)
class KissingRelaxation:
    """The optimum of Delsarte's programme on a grid: a number that proves nothing.

    Attributes
    ----------
    n : int
    value : float
        f(1) for f_0 = 1, usually *below* the optimum of the whole programme.
    coefficients : ndarray of shape (degree + 1,)
        f_0 = 1, ..., f_degree.
    points : ndarray
        The grid.
    duals : ndarray
        The dual variable of each point, not negative: how many neighbours a ball has at this inner product,
        if a configuration attained the value.
    """

    n: int
    value: float
    coefficients: np.ndarray
    points: np.ndarray
    duals: np.ndarray

    def f(self, t: ArrayLike) -> np.ndarray:
        """Return sum f_k P_k(t).

        Parameters
        ----------
        t : array_like
            Numbers in [-1, 1], of any shape.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        return gegenbauer_sum(self.n, self.coefficients, t)

    def __repr__(self) -> str:
        return f"value {self.value:.9f} for n = {self.n} on {len(self.points)} points (a number, not a bound)"


def kissing_lp(n: int, degree: int, points: ArrayLike) -> KissingRelaxation:
    """Solve Delsarte's programme on a grid only: a number, usually *below* the truth, that proves nothing.

    Parameters
    ----------
    n : int
        The dimension, from 2 to 100.
    degree : int
        The largest degree of f, from 3 to 60.
    points : array_like of shape (N,)
        Where f(t) <= 0 is demanded, numbers in [-1, 1/2].

    Returns
    -------
    KissingRelaxation

    Raises
    ------
    ValueError
        If an argument is out of range, or the points are too few to keep the value finite.

    Examples
    --------
    >>> kissing_lp(8, 6, np.linspace(-1, 0.5, 30))
    value 238.5... for n = 8 on 30 points (a number, not a bound)
    """
    n, degree = _checked(n, degree)
    grid = check_finite("points", points, shape=(-1,))
    if not len(grid) or not ((grid >= -1) & (grid <= 0.5)).all():
        raise ValueError(f"points must be numbers from -1 to 1/2, one or more; got {shown(points)}.")
    rows = gegenbauer(n, degree, grid)[1:].T
    tolerances = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    result = linprog(np.ones(degree), rows, -np.ones(len(rows)), method="highs-ds", options=tolerances)
    if result.status != 0:
        raise ValueError(
            f"points must be enough for degree {degree}; got {len(grid)} of them, and no solution for "
            f"n = {n}: {result.message}"
        )
    found = np.r_[1, result.x], grid, -result.ineqlin.marginals
    return KissingRelaxation(n, 1 + result.fun, *found)


def gegenbauer(n, degree, t):
    """P_0(t), ..., P_degree(t) of R^n with P_k(1) = 1, in doubles: shape (degree + 1, len(t)).

    (k + n - 2) P_{k+1} = (2k + n - 2) t P_k - k P_{k-1}; Chebyshev polynomials for n = 2, Legendre for 3.

    >>> gegenbauer(3, 2, [0.0])[:, 0]
    array([ 1. ,  0. , -0.5])
    """
    t = np.asarray(t, dtype=float)
    values = [np.ones_like(t), t]
    for k in range(1, degree):
        values.append(((2 * k + n - 2) * t * values[k] - k * values[k - 1]) / (k + n - 2))
    return np.array(values[: degree + 1])


def gegenbauer_sum(n, coefficients, t):
    """sum f_k P_k(t) in doubles, of the shape of t."""
    t = check_finite("t", t)
    return (np.asarray(coefficients) @ gegenbauer(n, len(coefficients) - 1, t.ravel())).reshape(t.shape)


def kissing_lp_everywhere(n, degree) -> KissingRelaxation:
    """Solve on a coarse grid, add the points where f is positive, and repeat until there are none.

    >>> kissing_lp_everywhere(8, 6)
    value 239.99... for n = 8 on ... points (a number, not a bound)
    """
    n, degree = _checked(n, degree)
    points = -0.25 + 0.75 * np.cos(np.pi * np.arange(2 * degree + 1) / (2 * degree))
    for _ in range(_ROUNDS):
        found = kissing_lp(n, degree, points)
        at = critical_points(n, found.coefficients)
        values = found.coefficients @ gegenbauer(n, degree, at)
        if values.max() <= _VIOLATION:
            break
        points = np.r_[points, at[values > _VIOLATION / 10]]
    return found


def critical_points(n, coefficients):
    """The ends of [-1, 1/2] and the points between them where the derivative of f vanishes."""
    degree = len(coefficients) - 1
    interpolant = Chebyshev.interpolate(
        lambda t: coefficients @ gegenbauer(n, degree, t), degree, domain=[-1, 0.5]
    )
    roots = interpolant.deriv().roots()
    inner = roots[np.abs(roots.imag) < 1e-6].real
    return np.r_[-1, inner[(inner > -1) & (inner < 0.5)], 0.5]


def _checked(n, degree):
    return (
        check_integer("n", n, 2, _LARGEST_DIMENSION, "the dimension"),
        check_integer("degree", degree, 3, _LARGEST_DEGREE, "the largest of f"),
    )
