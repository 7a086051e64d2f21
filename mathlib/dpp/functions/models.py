"""Test functions on the cube [-1, 1]^d: Runge, Ishigami and borehole.

All take points of shape (..., d) and give an array of shape (...). They live on [-1, 1]^d, where the
Legendre basis is orthonormal for the uniform law; functions that the literature states in other units are
rescaled here.
"""

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, check_number
from mathlib.dpp.checks import check_cube
from mathlib.dpp.fits.sobol import SobolIndices

__all__ = ["borehole", "ishigami", "ishigami_sobol_indices", "runge"]


def runge(X: ArrayLike) -> np.ndarray:
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
    Interpolation at equidistant points diverges for it. The best approximation by polynomials of degree p in
    L^2 converges like (5 / (1 + sqrt(26)))^p, up to a constant.

    References
    ----------
    C. Runge (1901).

    Examples
    --------
    >>> runge([[0.0], [0.2], [1.0]]).round(6).tolist()
    [1.0, 0.5, 0.038462]
    """
    X = check_finite("X", X)
    x = check_cube(X if X.ndim > 1 else X[..., None], 1, "runge")[..., 0]
    return 1 / (1 + 25 * x**2)


def ishigami(X: ArrayLike, *, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    """Ishigami's function sin t_1 + a sin(t_2)^2 + b t_3^4 sin t_1 with t = pi X.

    The third variable acts only through its interaction with the first, so its first-order Sobol' index is
    zero and its total index is not: see `ishigami_sobol_indices`.

    Parameters
    ----------
    X : array_like, shape (..., 3)
        Points of [-1, 1]^3.
    a, b : float
        Of size below 1e100.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a point lies outside of [-1, 1]^3, the last axis is not 3, or a constant is no such number.

    References
    ----------
    T. Ishigami, T. Homma (1990), An importance quantification technique in uncertainty analysis for computer
    models; the constants are those of Marrel et al. (2009).

    Examples
    --------
    >>> ishigami([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]).tolist()
    [8.0, 0.0]
    """
    a, b = _constants(a, b)
    first, second, third = np.pi * np.moveaxis(check_cube(X, 3, "ishigami"), -1, 0)
    return np.sin(first) + a * np.sin(second) ** 2 + b * third**4 * np.sin(first)


def ishigami_sobol_indices(*, a: float = 7.0, b: float = 0.1) -> SobolIndices:
    """Return the exact mean, variance and Sobol' indices of `ishigami` under the uniform law.

    With V_1 = (1 + b pi^4 / 5)^2 / 2, V_2 = a^2 / 8 and V_13 = 8 b^2 pi^8 / 225 the variance is
    V_1 + V_2 + V_13, and no other interaction exists (Ishigami and Homma, 1990).

    Parameters
    ----------
    a, b : float
        Of size below 1e100.

    Returns
    -------
    SobolIndices

    Raises
    ------
    ValueError
        If a constant is no such number.

    Examples
    --------
    >>> ishigami_sobol_indices()
    SobolIndices(d=3: first order sums to 0.756 of the variance 13.84)
    """
    a, b = _constants(a, b)
    alone, second, joint = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 8 * b**2 * np.pi**8 / 225
    variance = alone + second + joint
    return SobolIndices(
        mean=np.float64(a / 2),
        variance=np.float64(variance),
        first=np.array([alone, second, 0]) / variance,
        total=np.array([alone + joint, second, joint]) / variance,
    )


def _constants(a, b):
    """The constants as floats: with larger ones the variance would overflow."""
    return check_number("a", a, -1e100, 1e100), check_number("b", b, -1e100, 1e100)


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


def borehole(X: ArrayLike) -> np.ndarray:
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
    The original draws r_w from a normal and r from a lognormal law; here all inputs are uniform.

    References
    ----------
    W. Harper, S. Gupta (1983), Sensitivity/uncertainty analysis of a borehole scenario comparing Latin
    hypercube sampling and deterministic sensitivity approaches. M. Morris, T. Mitchell, D. Ylvisaker (1993)
    for the ranges.

    Examples
    --------
    >>> round(float(borehole(np.zeros(8))), 3)
    70.873
    """
    low, high = np.array([row[2:] for row in _BOREHOLE]).T
    inputs = low + (high - low) * (check_cube(X, 8, "borehole") + 1) / 2
    r_w, r, t_u, h_u, t_l, h_l, length, k_w = np.moveaxis(inputs, -1, 0)
    ln = np.log(r / r_w)
    return 2 * np.pi * t_u * (h_u - h_l) / (ln * (1 + t_u / t_l) + 2 * length * t_u / (r_w**2 * k_w))
