"""The best approximation of a function in L^2(mu), by quadrature: what fits are compared with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_count, check_finite
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.bases.tensor import TensorBasis
from mathlib.dpp.checks import blocks, evaluate

__all__ = ["Projection", "l2_projection"]


@dataclass(frozen=True, repr=False, eq=False)
class Projection:
    """The best approximation Pu = sum_k coef_k phi_k of u in L^2(mu), and its error |u - Pu|.

    Attributes
    ----------
    coef : ndarray, shape (m,) or (m, q)
    error : float or ndarray, shape (q,)
    """

    coef: np.ndarray
    error: float | np.ndarray

    def __repr__(self) -> str:
        return f"Projection(m={len(self.coef)}, error {np.array2string(np.asarray(self.error), precision=6)})"

    def squared_error(self, coef: ArrayLike) -> np.ndarray:
        """Return |u - v|^2 = |u - Pu|^2 + |c - coef|^2 for v = sum_k c_k phi_k, and a single function u.

        Parameters
        ----------
        coef : array_like, shape (..., m)
            The coefficients c of v.

        Returns
        -------
        ndarray, shape (...)

        Raises
        ------
        ValueError
            If a shape does not fit, a coefficient is not finite, or the sum overflows.

        Examples
        --------
        >>> Projection(np.array([1.0, 2.0]), 0.5).squared_error([[1, 2], [1, 3]])
        array([0.25, 1.25])
        """
        coef = check_finite("coef", coef)
        if self.coef.ndim != 1 or coef.ndim < 1 or coef.shape[-1] != len(self.coef):
            raise ValueError(
                f"coef must have shape (..., {len(self.coef)}), and u be one function; got shape "
                f"{coef.shape}, and coefficients of shape {self.coef.shape} of Pu."
            )
        with np.errstate(over="ignore"):
            squares = self.error**2 + ((coef - self.coef) ** 2).sum(axis=-1)
        if not np.isfinite(squares).all():
            raise ValueError(
                f"the squared error overflows: coef reaches {np.abs(coef).max():.3g}. Rescale u and coef."
            )
        return squares


def l2_projection(
    basis: Basis, f: Callable[[np.ndarray], np.ndarray], nodes: int
) -> Projection:
    """Return the best approximation of f in L^2(mu), by Gauss quadrature.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    f : callable
        Takes points of shape (N, d), returns (N,) or (N, q).
    nodes : int
        Nodes per coordinate, more than the largest degree: the rule is exact if f is a polynomial of degree
        at most 2 nodes - 1 - (the degree of the basis) in each coordinate. N = nodes^d.

    Returns
    -------
    Projection
        `.coef` and `.error`. Compare with twice the nodes to see how much is error of the quadrature.

    Raises
    ------
    ValueError
        If there are too few nodes for the basis, or so many that the grid would fill the memory; if f gives
        values of another shape, or not finite.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, runge
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 10))
    >>> l2_projection(basis, runge, 200)
    Projection(m=11, error 0.039473)
    """
    check_basis(basis)
    if isinstance(basis, TensorBasis):
        check_count("nodes", nodes, max(basis.degrees) + 1, "more than the largest degree of the basis")
    points, weights = basis.gauss(nodes)
    values = evaluate(f, points, columns=True)
    scale = np.abs(values).max(axis=0)
    scale = np.where(scale > 0, scale, 1.0)  # squares of the values themselves might overflow, or vanish
    values = values / scale
    coef, square = np.zeros(()), np.zeros(())
    parts = list(blocks(len(points), basis.m))  # phi at all the nodes might fill the memory
    with np.errstate(over="ignore", invalid="ignore"):
        for part in parts:
            coef = coef + (basis(points[part]) * weights[part, None]).T @ values[part]
        for part in parts:
            square = square + weights[part] @ (values[part] - basis(points[part]) @ coef) ** 2
        coef, error = coef * scale, np.sqrt(square) * scale
    if not (np.isfinite(coef).all() and np.isfinite(error).all()):
        raise ValueError(f"the projection overflows: |f| reaches {scale.max():.3g}. Rescale f.")
    return Projection(coef, error)
