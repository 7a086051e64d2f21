"""Weighted least squares in an orthonormal basis: the fit, its Gram matrix, and how far it can be trusted.

The fit is computed from a QR decomposition of the weighted design matrix, at cost n m^2. The normal equations
would square its condition number.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_doubles, check_memory
from mathlib.dpp.bases.basis import Basis
from mathlib.dpp.bases.tensor import TensorBasis
from mathlib.dpp.checks import blocks, check_enough
from mathlib.dpp.errors import DegenerateGramError
from mathlib.dpp.fits.sobol import NOISE, SobolIndices, indices_beyond_noise
from mathlib.dpp.samplers.design import SMALLEST_EIGENVALUE, Design, weighted_rows

__all__ = ["Fit", "gram_eigenvalues", "weighted_least_squares"]


@dataclass(frozen=True, repr=False, eq=False)
class Fit:
    """A weighted least-squares fit u^ = sum_k coef_k phi_k.

    Attributes
    ----------
    basis : TensorBasis or DiscreteBasis
    coef : ndarray, shape (m,) or (m, q)
        With a batch of R designs in front: (R, m) or (R, m, q).
    gram_eigenvalues : ndarray, shape (m,) or (R, m)
        Eigenvalues of G = (1/n) sum_i w_i phi(x_i) phi(x_i)^T, smallest first.
    mean_weight : float or ndarray, shape (R,)
        The mean of the w_i.
    n : int
        Number of evaluations.
    scheme : str
        How the points were drawn.
    """

    basis: Basis
    coef: np.ndarray
    gram_eigenvalues: np.ndarray
    mean_weight: float | np.ndarray
    n: int
    scheme: str

    @property
    def condition(self) -> np.ndarray:
        """The largest eigenvalue of G over the smallest: float, or ndarray of shape (R,)."""
        return self.gram_eigenvalues[..., -1] / self.gram_eigenvalues[..., 0]

    @property
    def quasi_optimality(self) -> np.ndarray:
        """A constant C with |u - u^| <= C min over v in V of sup |u - v|: float, or ndarray of shape (R,).

            C = sqrt(mass of mu) + sqrt(mean of the w_i / lambda_min(G)),

        where |.| is the norm of L^2(mu) and sup is over its support and the points; the mass is 1 for every
        `TensorBasis`. Proof: with |.|_n the weighted norm on the points, u^ - v is the |.|_n-projection of u
        - v onto V, so |u^ - v| <= lambda_min^{-1/2} |u^ - v|_n <= lambda_min^{-1/2} |u - v|_n.
        """
        return np.sqrt(self.basis.mass) + np.sqrt(self.mean_weight / self.gram_eigenvalues[..., 0])

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return u^ at the points X.

        Parameters
        ----------
        X : array_like, shape (..., d)
            Points where the measure of the basis lives.

        Returns
        -------
        ndarray, shape (...) or (..., q)
            With R in front for a batch.

        Raises
        ------
        ValueError
            If a point lies elsewhere: a polynomial of high degree says nothing of u there. If the values
            overflow, or would fill the memory.

        Examples
        --------
        >>> from mathlib.dpp import Design, Legendre, TensorBasis, weighted_least_squares
        >>> design = Design([[-1.0], [1.0]], [1.0, 1.0], "given")
        >>> fit = weighted_least_squares(TensorBasis(Legendre(), [[0], [1]]), design, [1, 3])
        >>> fit.predict([[0.5]]).round(9)
        array([2.5])
        """
        X = self.basis.inside(X)
        batch = self.gram_eigenvalues.shape[:-1]  # () or (R,)
        outputs = self.coef.shape[len(batch) + 1 :]  # () or (q,)
        columns = self.coef if outputs else self.coef[..., None]
        rows = X.reshape(-1, X.shape[-1])
        numbers = math.prod(batch) * len(rows) * math.prod(outputs)
        check_memory(numbers, "the array of values", "pass X in parts")
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [self.basis(rows[part]) @ columns for part in blocks(len(rows), self.basis.m)]
        values = np.concatenate(parts, axis=-2).reshape(*batch, *X.shape[:-1], *outputs)[()]
        if not np.isfinite(values).all():
            raise ValueError(f"values overflow: coef reaches {np.abs(self.coef).max():.3g}. Rescale y.")
        return values

    def sobol_indices(self) -> SobolIndices:
        """Return the Sobol' indices of u^ (not of a batch), for a tensor basis.

        See `mathlib.dpp.sobol_from_coefficients`. They are those of the fit: how close they are to the ones
        of u depends on |u - u^|. The shares of an output that is constant up to rounding are NaN.

        Returns
        -------
        SobolIndices

        Raises
        ------
        ValueError
            If the basis has no multi-indices, or this is a batch of fits, or u^ is a single function and
            constant up to rounding: its standard deviation is below 2e-14 sqrt(mean of the w_i /
            lambda_min(G)) times its norm. (By the root the fit may magnify rounding errors of the values.)
        """
        if not isinstance(self.basis, TensorBasis):
            raise ValueError("Sobol' indices need a TensorBasis: its multi-indices say who acts with whom.")
        if self.gram_eigenvalues.ndim > 1:
            raise ValueError("this is a batch of fits; fit one design to read its Sobol' indices.")
        magnified = np.sqrt(self.mean_weight / self.gram_eigenvalues[0])
        return indices_beyond_noise(self.basis.indices, self.coef, NOISE * max(1.0, magnified))

    def __repr__(self) -> str:
        batch = f"{len(self.coef)} fits, " if self.gram_eigenvalues.ndim > 1 else ""
        low, high = self.gram_eigenvalues[..., 0].min(), self.gram_eigenvalues[..., -1].max()
        m = self.gram_eigenvalues.shape[-1]
        return f"Fit({batch}m={m}, n={self.n}, {self.scheme}: eigenvalues of G in [{low:.3g}, {high:.3g}])"


def gram_eigenvalues(basis: Basis, design: Design) -> np.ndarray:
    """Return the eigenvalues of G = (1/n) sum_i w_i phi(x_i) phi(x_i)^T, smallest first.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    design : Design
        One, or a batch of R.

    Returns
    -------
    ndarray, shape (m,) or (R, m)
        Squares of singular values, so small ones are accurate; zeros are filled in if n < m.

    Raises
    ------
    ValueError
        If a point lies where the measure of the basis does not live, or an eigenvalue overflows.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_dpp
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 2))
    >>> eigenvalues = gram_eigenvalues(basis, sample_dpp(basis, rng=0))
    >>> round(float(eigenvalues.sum()), 12)  # the trace of G is m
    3.0
    """
    rows = weighted_rows(basis, design)
    with np.errstate(over="ignore"):
        squares = np.linalg.svd(rows, compute_uv=False)[..., ::-1] ** 2 / design.n
    if not np.isfinite(squares).all():
        raise ValueError(f"eigenvalues overflow: weights reach {design.weights.max():.3g}. Rescale them.")
    missing = np.zeros((*squares.shape[:-1], basis.m - squares.shape[-1]))
    return np.concatenate([missing, squares], axis=-1)


def weighted_least_squares(basis: Basis, design: Design, y: ArrayLike) -> Fit:
    """Fit u^ in the span of the basis to values y_i = u(x_i): minimise sum_i w_i (y_i - u^(x_i))^2.

    If g = u - Pu is the error of the best approximation in L^2(mu), the error of the fit is exactly
    |u - u^|^2 = |g|^2 + |G^{-1} e|^2 with G = (1/n) sum w phi phi^T and e = (1/n) sum w phi g.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
        Orthonormal, m functions.
    design : Design
        n >= m points with their weights w(x_i), or a batch of R designs.
    y : array_like, shape (n,) or (n, q)
        Values of one or of q functions at the points; (R, n) or (R, n, q) for a batch.

    Returns
    -------
    Fit
        Coefficients of shape (m,) or (m, q) and the eigenvalues of G.

    Raises
    ------
    ValueError
        If n < m, a shape does not fit, a value is not finite, or a point lies where the measure of the basis
        does not live.
    DegenerateGramError
        If an eigenvalue of G is below 1e-12 times the largest, or times the mean weight over the mass of mu.

    Notes
    -----
    Cost n m^2 by Householder QR of the matrix with rows sqrt(w_i) phi(x_i). If the basis has the constant
    function, the first value is subtracted from all and added again at the end. So a fit of 1e12 + u is as
    good as the doubles 1e12 + u(x_i) are, and a fit of a constant is that constant.

    References
    ----------
    A. Cohen, G. Migliorati (2017), Optimal weighted least-squares methods. A. Nouy, B. Michel (2023),
    arXiv:2312.14057.

    Examples
    --------
    >>> import numpy as np
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_volume_rescaled
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 2))
    >>> design = sample_volume_rescaled(basis, 6, rng=0)
    >>> fit = weighted_least_squares(basis, design, design.points[:, 0] ** 2)
    >>> fit.coef.round(6).tolist() == [round(1 / 3, 6), 0, round(2 / 45**0.5, 6)]
    True
    """
    rows = weighted_rows(basis, design)
    weights, n = design.weights, design.n
    check_enough(n, basis.m)
    given = _values(y, weights.shape)
    single = given.ndim == weights.ndim
    values = given[..., None] if single else given
    q_factor, r_factor = np.linalg.qr(rows)
    with np.errstate(over="ignore", invalid="ignore"):
        eigenvalues = np.linalg.svd(r_factor, compute_uv=False)[..., ::-1] ** 2 / n
        mean_weight = weights.mean(axis=-1)
        _refuse_degenerate(eigenvalues, mean_weight / basis.mass, n, design.scheme)
        place = _place_of_one(basis)
        shift = np.zeros_like(values[..., :1, :]) if place is None else values[..., :1, :]
        # Partial pivoting leaves a triangular matrix as it is, so this is back substitution.
        right = np.swapaxes(q_factor, -1, -2) @ ((values - shift) * np.sqrt(weights)[..., None])
        coef = np.linalg.solve(r_factor, right)
        if place is not None:
            coef[..., place, :] += shift[..., 0, :]
    if not (np.isfinite(coef).all() and np.isfinite(eigenvalues).all()):
        raise ValueError(
            f"the fit overflows: |y| reaches {np.abs(values).max():.3g}, and the weights "
            f"{weights.max():.3g}. Rescale them."
        )
    return Fit(
        basis=basis,
        coef=coef[..., 0] if single else coef,
        gram_eigenvalues=eigenvalues,
        mean_weight=mean_weight if weights.ndim == 2 else float(mean_weight),
        n=n,
        scheme=design.scheme,
    )


def _place_of_one(basis):
    """The place of the function 1 in a tensor basis; None if it is not there, or the basis is another one."""
    if not isinstance(basis, TensorBasis):
        return None
    places = np.flatnonzero(~basis.indices.any(axis=1))
    return places[0] if len(places) else None


def _values(y, shape):
    y = check_doubles("y", y)
    if y.shape[: len(shape)] != shape or y.ndim > len(shape) + 1 or 0 in y.shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"y must have shape ({wanted},) or ({wanted}, q); got shape {y.shape}.")
    if not np.isfinite(y).all():
        raise ValueError(
            f"y must be finite; got {np.count_nonzero(~np.isfinite(y))} values that are not. A fit would "
            "spread them over every coefficient; mend the function or leave its points out."
        )
    return y


def _refuse_degenerate(eigenvalues, usual, n, scheme):
    smallest, largest = eigenvalues[..., 0], eigenvalues[..., -1]
    # Points of mu, all with this mean weight, would have E G = usual I: the scale of weights and mu is free.
    bad = ~(smallest >= SMALLEST_EIGENVALUE * np.maximum(largest, usual))
    if bad.any():
        which = f" ({np.count_nonzero(bad)} of {bad.size} designs)" if bad.ndim else ""
        raise DegenerateGramError(
            f"the Gram matrix of n = {n} points ({scheme}) has the eigenvalue {np.min(smallest):.2g}{which}: "
            "the points lie on a zero set of the space, up to rounding. Draw more points, use a conditioned "
            "or boosted design, or a smaller space."
        )
