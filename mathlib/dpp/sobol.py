"""Sobol' indices: which share of the variance each input explains, read off an orthonormal expansion."""

from dataclasses import dataclass

import numpy as np

__all__ = ["SobolIndices", "sobol_from_coefficients"]


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
    """

    mean: np.ndarray
    variance: np.ndarray
    first: np.ndarray
    total: np.ndarray

    def __repr__(self):
        if np.ndim(self.variance):
            return f"SobolIndices(d={len(self.first)}, {np.size(self.variance)} outputs)"
        return (
            f"SobolIndices(d={len(self.first)}: first order sums to {self.first.sum():.3f} of the "
            f"variance {self.variance:.4g})"
        )


def sobol_from_coefficients(indices, coef) -> SobolIndices:
    """Return the Sobol' indices of the function sum_k coef_k phi_k on a tensor basis.

    If phi_k is the product of the univariate orthonormal polynomials phi_{k_j}(x_j) and phi_0 = 1, then the
    functions phi_k with support {j : k_j > 0} = S span the part of the variance that belongs to S:

        Var u = sum over k != 0 of coef_k^2,    first_j = share with S = {j},    total_j = share with j in S.

    Parameters
    ----------
    indices : array_like of int, shape (m, d)
    coef : array_like, shape (m, ...)
        Further axes are further functions.

    Returns
    -------
    SobolIndices

    Raises
    ------
    ValueError
        If a function is constant: the shares of no variance are undefined.

    Notes
    -----
    B. Sudret, *Global sensitivity analysis using polynomial chaos expansions* (2008). Cost m d.

    Examples
    --------
    >>> sobol = sobol_from_coefficients([[0, 0], [1, 0], [1, 2]], [5.0, 2.0, 1.0])
    >>> sobol.first.tolist(), sobol.total.tolist()
    ([0.8, 0.0], [1.0, 0.2])
    """
    indices, coef = np.asarray(indices), np.asarray(coef, dtype=float)
    if indices.ndim != 2 or coef.ndim < 1 or len(indices) != len(coef):
        raise ValueError(
            f"need indices of shape (m, d) and coef of shape (m, ...); got {indices.shape} and {coef.shape}."
        )
    active = indices > 0
    order = active.sum(axis=1)
    squares = coef**2
    variance = squares[order > 0].sum(axis=0)
    if not (variance > 0).all():
        raise ValueError("the function is constant, so no input explains its variance: there are no indices.")
    alone = active & (order == 1)[:, None]
    return SobolIndices(
        mean=coef[order == 0].sum(axis=0),
        variance=variance,
        first=np.tensordot(alone.T.astype(float), squares, 1) / variance,
        total=np.tensordot(active.T.astype(float), squares, 1) / variance,
    )
