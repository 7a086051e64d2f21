"""Sobol' indices: which share of the variance each input explains, read off an orthonormal expansion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_finite
from mathlib.dpp.bases.index_sets import check_indices

__all__ = ["SobolIndices", "indices_beyond_noise", "sobol_from_coefficients"]

#: Coefficients carry errors of some ten roundings, relative to the largest one; this is a hundred.
NOISE = 2e-14


@dataclass(frozen=True, repr=False, eq=False)
class SobolIndices:
    """Mean, variance, and the shares of the variance that each of d independent inputs explains.

    Attributes
    ----------
    mean, variance : ndarray, shape (...)
    first : ndarray, shape (d, ...)
        First order: Var E[u | x_j] / Var u, what x_j explains alone.
    total : ndarray, shape (d, ...)
        1 - Var E[u | all but x_j] / Var u, what x_j explains alone and together with others.

    Both are NaN for an output that is constant up to rounding, among several; its variance is then 0.
    """

    mean: float | np.ndarray
    variance: float | np.ndarray
    first: np.ndarray
    total: np.ndarray

    def __repr__(self) -> str:
        if np.ndim(self.variance):
            return f"SobolIndices(d={len(self.first)}, {np.size(self.variance)} outputs)"
        return (
            f"SobolIndices(d={len(self.first)}: first order sums to {self.first.sum():.3f} of the "
            f"variance {self.variance:.4g})"
        )


def sobol_from_coefficients(indices: ArrayLike, coef: ArrayLike) -> SobolIndices:
    """Return the Sobol' indices of the function sum_k coef_k phi_k on a tensor basis.

    If phi_k is the product of the univariate orthonormal polynomials phi_{k_j}(x_j) and phi_0 = 1, then the
    functions phi_k with support {j : k_j > 0} = S span the part of the variance that belongs to S:

        Var u = sum over k != 0 of coef_k^2,    first_j = share with S = {j},    total_j = share with j in S.

    Parameters
    ----------
    indices : array_like of int, shape (m, d)
    coef : array_like, shape (m, ...)
        Finite. Further axes are further functions.

    Returns
    -------
    SobolIndices

    Raises
    ------
    ValueError
        If a single function is constant up to rounding, that is if its standard deviation is below 2e-14
        times its norm: the shares of no variance are undefined. (Of several functions, the constant ones get
        the shares NaN, and the others are not disturbed.) If an index is negative or repeated, a coefficient
        is not finite, or a shape does not fit.

    Notes
    -----
    The cost is m d.

    References
    ----------
    B. Sudret (2008), Global sensitivity analysis using polynomial chaos expansions.

    Examples
    --------
    >>> sobol = sobol_from_coefficients([[0, 0], [1, 0], [1, 2]], [5.0, 2.0, 1.0])
    >>> sobol.first.tolist(), sobol.total.tolist()
    ([0.8, 0.0], [1.0, 0.2])
    """
    return indices_beyond_noise(indices, coef, NOISE)


def indices_beyond_noise(indices, coef, noise) -> SobolIndices:
    """The same, for coefficients with errors of `noise` times their norm."""
    indices, coef = check_indices(indices), check_finite("coef", coef)
    if coef.ndim < 1 or len(indices) != len(coef):
        raise ValueError(
            "indices must have shape (m, d) and coef (m, ...), with the same m; got shapes "
            f"{indices.shape} and {coef.shape}."
        )
    active = indices > 0
    order = active.sum(axis=1)
    scale = np.abs(coef).max(axis=0)
    scale = np.where(scale > 0, scale, 1.0)  # squares of the coefficients themselves might overflow
    squares = (coef / scale) ** 2
    variance = squares[order > 0].sum(axis=0)
    constant = variance <= noise**2 * squares.sum(axis=0)
    if coef.ndim == 1 and constant:
        raise ValueError(
            "the function is constant up to rounding, so no input explains its variance: there are no "
            "indices."
        )
    shares = squares / np.where(constant, np.nan, variance)
    alone = active & (order == 1)[:, None]
    with np.errstate(over="ignore"):
        spread = np.where(constant, 0.0, variance * scale * scale)
    if not np.isfinite(spread).all():
        raise ValueError(
            f"the variance overflows: coefficients reach {scale.max():.3g}. Rescale the function."
        )
    return SobolIndices(
        mean=coef[order == 0].sum(axis=0),
        variance=spread[()],
        first=np.tensordot(alone.T.astype(float), shares, 1),
        total=np.tensordot(active.T.astype(float), shares, 1),
    )
