"""Genz's six families of functions on [-1, 1]^d, with their exact means."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf, gammaln

from mathlib.annotations import RNG
from mathlib.checks import check_choice, check_count, check_finite, check_memory, check_number, check_rng
from mathlib.dpp.checks import check_cube

__all__ = ["GenzFunction", "genz"]


@dataclass(frozen=True, repr=False, eq=False)
class GenzFunction:
    """A member of one of Genz's families, with its exact mean; `genz` draws one.

    Attributes
    ----------
    kind : str
        One of `GenzFunction.kinds`, each a family with one difficulty.
    a : ndarray, shape (d,)
        At least 1e-300: how fast the function varies along each coordinate.
    u : ndarray, shape (d,)
        Where its peak or kink lies in [0, 1]^d.

    Raises
    ------
    ValueError
        If the kind is unknown, a shape does not fit or a number is out of its range.

    Examples
    --------
    >>> GenzFunction("continuous", [1.0, 1.0], [0.5, 0.5])([[0.0, 0.0]])  # its peak
    array([1.])
    """

    kinds: ClassVar = (
        "oscillatory", "product_peak", "corner_peak", "gaussian", "continuous", "discontinuous",
    )  # fmt: skip

    kind: str
    a: np.ndarray
    u: np.ndarray

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, self.kinds)
        a, u = check_finite("a", self.a), check_finite("u", self.u)
        if a.ndim != 1 or a.size < 1 or u.shape != a.shape:
            raise ValueError(f"a and u must be d numbers each; got shapes {a.shape} and {u.shape}.")
        if not ((a >= 1e-300).all() and (u >= 0).all() and (u <= 1).all()):
            raise ValueError(f"a must be at least 1e-300, and u within [0, 1]; got a = {a} and u = {u}.")
        object.__setattr__(self, "a", a)
        object.__setattr__(self, "u", u)

    @property
    def d(self) -> int:
        """The number of variables."""
        return len(self.a)

    def __repr__(self) -> str:
        return f"GenzFunction({self.kind}, d={self.d}, sum of a = {self.a.sum():.4g})"

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Values at points X of shape (..., d) in [-1, 1]^d."""
        X = check_cube(X, self.d, f"this {self.kind} function")
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return self._finite(self._values((X + 1) / 2))

    def _finite(self, values):
        if not np.isfinite(values).all():
            raise ValueError(f"{self} overflows: lower its difficulty, the sum of a.")
        return values

    def _values(self, t):
        away = t - self.u
        match self.kind:
            case "oscillatory":
                return np.cos(2 * np.pi * self.u[0] + t @ self.a)
            case "product_peak":
                return np.prod(1 / (self.a**-2 + away**2), axis=-1)
            case "corner_peak":
                return (1 + t @ self.a) ** -(self.d + 1.0)
            case "gaussian":
                return np.exp(-(away**2) @ self.a**2)
            case "continuous":
                return np.exp(-np.abs(away) @ self.a)
        return np.where((away[..., :2] > 0).any(axis=-1), 0.0, np.exp(t @ self.a))

    def mean(self) -> float:
        """Return the exact mean over the cube under the uniform law: the integral over [0, 1]^d.

        All are closed formulas but the one of the corner peak, a single integral with a positive integrand
        (its closed formula is an alternating sum over the 2^d corners).

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If it overflows.

        Examples
        --------
        >>> round(GenzFunction("corner_peak", [1.0], [0.5]).mean(), 9)  # the integral of (1 + t)^-2
        0.5
        """
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return self._finite(self._mean())

    def _mean(self):
        a, u = self.a, self.u
        match self.kind:
            case "oscillatory":
                return float(np.cos(2 * np.pi * u[0] + a.sum() / 2) * np.prod(2 * np.sin(a / 2) / a))
            case "product_peak":
                return float(np.prod(a * (np.arctan(a * (1 - u)) + np.arctan(a * u))))
            case "corner_peak":
                return self._corner_mean()
            case "gaussian":
                return float(np.prod(np.sqrt(np.pi) / (2 * a) * (erf(a * (1 - u)) + erf(a * u))))
            case "continuous":
                return float(np.prod((-np.expm1(-a * u) - np.expm1(-a * (1 - u))) / a))
        ends = np.where(np.arange(self.d) < 2, u, 1.0)
        return float(np.prod(np.expm1(a * ends) / a))

    def _corner_mean(self):
        # 1 / (1 + z)^{d+1} is the integral of s^d e^{-s(1+z)} / d!, in which the coordinates separate. In v =
        # log s the integrand is analytic and falls at least like e^v to the left and e^{-s} to the right, so
        # the trapezium rule is exact but for rounding; near its top it may be as narrow as (d + 1)^{-1/2}.
        step = min(0.2, 0.7 / np.sqrt(self.d + 1))
        v = np.arange(-42.0, np.log(self.d + 50 + 10 * np.sqrt(self.d)), step)
        logarithms = (self.d + 1) * v - np.exp(v) - gammaln(self.d + 1)
        for a in self.a:
            z = a * np.exp(v)
            logarithms += np.log(-np.expm1(-z) / z)
        return float(step * np.exp(logarithms).sum())


def genz(kind: str, d: int, *, rng: RNG, difficulty: float = 3.0) -> GenzFunction:
    """Draw a function of one of Genz's families on [-1, 1]^d.

    With t = (x + 1) / 2 in [0, 1]^d the families are

        oscillatory      cos(2 pi u_1 + a.t)
        product_peak     product of 1 / (a_i^{-2} + (t_i - u_i)^2)
        corner_peak      (1 + a.t)^{-(d+1)}
        gaussian         exp(-sum a_i^2 (t_i - u_i)^2)
        continuous       exp(-sum a_i |t_i - u_i|)
        discontinuous    exp(a.t) where t_1 <= u_1 and t_2 <= u_2, else 0

    The first four are analytic, "continuous" has a kink, "discontinuous" jumps.

    Parameters
    ----------
    kind : str
        One of the six names.
    d : int
        Number of variables.
    rng : anything that `numpy.random.default_rng` takes
        Draws a and u: uniform, then a is scaled to sum up to `difficulty`.
    difficulty : float
        Sum of the a_i.

    Returns
    -------
    GenzFunction
        Callable on points of shape (..., d); `.mean()` is its exact mean under the uniform law.

    Raises
    ------
    ValueError
        If the kind is unknown, d < 1 or difficulty <= 0.

    References
    ----------
    A. Genz (1984), Testing multidimensional integration routines.

    Examples
    --------
    >>> f = genz("gaussian", 2, rng=0)
    >>> f
    GenzFunction(gaussian, d=2, sum of a = 3)
    >>> nodes, weights = np.polynomial.legendre.leggauss(20)
    >>> grid = np.stack(np.meshgrid(nodes, nodes), axis=-1)
    >>> bool(abs(weights @ f(grid) @ weights / 4 - f.mean()) < 1e-12)
    True
    """
    d = check_count("d", d, 1, "the number of variables")
    difficulty = check_number("difficulty", difficulty, 0, np.inf, "the sum of the a_i")
    check_memory(d, "the parameters", "take fewer variables")
    rng = check_rng(rng)
    a = 1 - rng.random(d)  # in (0, 1]: a coordinate that plays no part would divide by zero
    return GenzFunction(kind, a * (difficulty / a.sum()), rng.random(d))
