"""Test functions on the cube [-1, 1]^d: Runge, Ishigami, borehole, and the six families of Genz.

All take points of shape (..., d) and give an array of shape (...). They live on [-1, 1]^d, where the
Legendre basis is orthonormal for the uniform law; functions that the literature states in other units are
rescaled here.
"""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.special import erf, gammaln

from mathlib.dpp.sobol import SobolIndices

__all__ = ["GENZ_KINDS", "GenzFunction", "borehole", "genz", "ishigami", "ishigami_sobol_indices", "runge"]

#: Rounding may carry a point of a quadrature rule this far outside of the cube.
_EDGE = 1e-9


def runge(X):
    """Runge's function 1 / (1 + 25 x^2) on [-1, 1]: analytic, with poles at +-i/5 close to the interval.

    Parameters
    ----------
    X : array_like, shape (..., 1) or (n,)
        Points of dimension 1; an array of one axis is taken as n numbers.

    Returns
    -------
    ndarray, shape (...) or (n,)

    Raises
    ------
    ValueError
        If a point lies outside of [-1, 1] or the last axis is not 1.

    Notes
    -----
    C. Runge (1901): interpolation at equidistant points diverges for it. The best approximation by
    polynomials of degree p in L^2 converges like (5 / (1 + sqrt(26)))^p, up to a constant.

    Examples
    --------
    >>> runge([[0.0], [0.2], [1.0]]).round(6).tolist()
    [1.0, 0.5, 0.038462]
    """
    X = np.asarray(X, dtype=float)
    x = _points(X if X.ndim > 1 else X[..., None], 1, "runge")[..., 0]
    return 1 / (1 + 25 * x**2)


def ishigami(X, *, a=7.0, b=0.1):
    """Ishigami's function sin t_1 + a sin(t_2)^2 + b t_3^4 sin t_1 with t = pi X.

    The third variable acts only through its interaction with the first, so its first-order Sobol' index is
    zero and its total index is not: see `ishigami_sobol_indices`.

    Parameters
    ----------
    X : array_like, shape (..., 3)
        Points of [-1, 1]^3.
    a, b : float

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a point lies outside of [-1, 1]^3 or the last axis is not 3.

    Notes ----- T. Ishigami, T. Homma, *An importance quantification technique in uncertainty analysis for
    computer models* (1990), with the constants of Marrel et al. (2009).

    Examples
    --------
    >>> ishigami([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]).tolist()
    [8.0, 0.0]
    """
    first, second, third = np.pi * np.moveaxis(_points(X, 3, "ishigami"), -1, 0)
    return np.sin(first) + a * np.sin(second) ** 2 + b * third**4 * np.sin(first)


def ishigami_sobol_indices(*, a=7.0, b=0.1) -> SobolIndices:
    """The exact mean, variance and Sobol' indices of `ishigami` under the uniform law.

    With V_1 = (1 + b pi^4 / 5)^2 / 2, V_2 = a^2 / 8 and V_13 = 8 b^2 pi^8 / 225 the variance is
    V_1 + V_2 + V_13, and no other interaction exists (Ishigami and Homma, 1990).

    >>> ishigami_sobol_indices()
    SobolIndices(d=3: first order sums to 0.756 of the variance 13.84)
    """
    alone, second, joint = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 8 * b**2 * np.pi**8 / 225
    variance = alone + second + joint
    return SobolIndices(
        mean=np.float64(a / 2),
        variance=np.float64(variance),
        first=np.array([alone, second, 0]) / variance,
        total=np.array([alone + joint, second, joint]) / variance,
    )


#: Name, unit, smallest and largest value of the inputs of the borehole model.
_BOREHOLE = (
    ("radius of the borehole", "m", 0.05, 0.15),
    ("radius of influence", "m", 100.0, 50000.0),
    ("transmissivity of the upper aquifer", "m^2/yr", 63070.0, 115600.0),
    ("potentiometric head of the upper aquifer", "m", 990.0, 1110.0),
    ("transmissivity of the lower aquifer", "m^2/yr", 63.1, 116.0),
    ("potentiometric head of the lower aquifer", "m", 700.0, 820.0),
    ("length of the borehole", "m", 1120.0, 1680.0),
    ("hydraulic conductivity of the borehole", "m/yr", 9855.0, 12045.0),
)


def borehole(X):
    """Flow of water through a borehole that joins two aquifers, in m^3 per year, as a function of 8 inputs.

    With the radii r_w and r, the transmissivities T_u and T_l, the heads H_u and H_l, the length L and the
    conductivity K_w of the borehole, and ln = log(r / r_w),

        2 pi T_u (H_u - H_l) / (ln (1 + 2 L T_u / (ln r_w^2 K_w) + T_u / T_l)).

    Parameters
    ----------
    X : array_like, shape (..., 8)
        Points of [-1, 1]^8. Coordinate j moves input j (in the order r_w, r, T_u, H_u, T_l, H_l, L, K_w) from
        its smallest to its largest value, so uniform points mean independent uniform inputs.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a point lies outside of [-1, 1]^8 or the last axis is not 8.

    Notes
    -----
    W. Harper, S. Gupta, *Sensitivity/uncertainty analysis of a borehole scenario comparing Latin hypercube
    sampling and deterministic sensitivity approaches* (1983), in the ranges of Morris, Mitchell and Ylvisaker
    (1993). (The original draws r_w from a normal and r from a lognormal law; here all inputs are uniform.)

    Examples
    --------
    >>> round(float(borehole(np.zeros(8))), 3)
    70.873
    """
    low, high = np.array([row[2:] for row in _BOREHOLE]).T
    inputs = low + (high - low) * (_points(X, 8, "borehole") + 1) / 2
    r_w, r, t_u, h_u, t_l, h_l, length, k_w = np.moveaxis(inputs, -1, 0)
    ln = np.log(r / r_w)
    return 2 * np.pi * t_u * (h_u - h_l) / (ln * (1 + t_u / t_l) + 2 * length * t_u / (r_w**2 * k_w))


#: Genz's families of integrands, each with one difficulty.
GENZ_KINDS = ("oscillatory", "product_peak", "corner_peak", "gaussian", "continuous", "discontinuous")


@dataclass(frozen=True, repr=False, eq=False)
class GenzFunction:
    """A member of one of Genz's families, with its exact mean; `genz` draws one.

    Attributes
    ----------
    kind : str
    a : ndarray, shape (d,)
        Positive: how fast the function varies along each coordinate.
    u : ndarray, shape (d,)
        Where its peak or kink lies in [0, 1]^d.
    """

    kind: str
    a: np.ndarray
    u: np.ndarray

    @property
    def d(self) -> int:
        """The number of variables."""
        return len(self.a)

    def __repr__(self):
        return f"GenzFunction({self.kind}, d={self.d}, sum of a = {self.a.sum():.4g})"

    def __call__(self, X):
        """Values at points X of shape (..., d) in [-1, 1]^d."""
        t = (_points(X, self.d, f"this {self.kind} function") + 1) / 2
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
        """The exact mean over the cube under the uniform law: the integral over [0, 1]^d.

        All are closed formulas but the one of the corner peak, a single integral with a positive integrand
        (its closed formula is an alternating sum over the 2^d corners).
        """
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
        # 1 / (1 + z)^{d+1} is the integral of s^d e^{-s(1+z)} / d!, in which the coordinates separate.
        def integrand(s):
            means = -np.expm1(-self.a * s) / (self.a * s)
            return np.exp(self.d * np.log(s) - s - gammaln(self.d + 1) + np.log(means).sum())

        return quad(integrand, 0, np.inf, epsabs=0, epsrel=1e-11, limit=200)[0]


def genz(kind, d, *, rng, difficulty=3.0) -> GenzFunction:
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
    rng : anything numpy.random.default_rng takes
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

    Notes
    -----
    A. Genz, *Testing multidimensional integration routines* (1984).

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
    if kind not in GENZ_KINDS:
        raise ValueError(f"kind must be one of {', '.join(GENZ_KINDS)}; got {kind!r}.")
    if isinstance(d, bool) or not isinstance(d, int | np.integer) or d < 1:
        raise ValueError(f"d must be an integer >= 1, the number of variables; got {d!r}.")
    if not (np.isreal(difficulty) and 0 < difficulty < np.inf):
        raise ValueError(f"difficulty must be a positive number, the sum of the a_i; got {difficulty!r}.")
    rng = np.random.default_rng(rng)
    a = 1 - rng.random(d)  # in (0, 1]: a coordinate that plays no part would divide by zero
    return GenzFunction(kind, a * (difficulty / a.sum()), rng.random(d))


def _points(X, d, name):
    X = np.asarray(X, dtype=float)
    if X.ndim == 0 or X.shape[-1] != d:
        raise ValueError(f"{name} takes points of shape (..., {d}); got shape {X.shape}.")
    if not (np.abs(X) <= 1 + _EDGE).all():
        outside = X[~(np.abs(X) <= 1 + _EDGE)][0]
        raise ValueError(f"{name} lives on [-1, 1]^{d}; got the coordinate {outside}. Rescale the points.")
    return X
