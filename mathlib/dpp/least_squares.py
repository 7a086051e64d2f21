"""Weighted least squares in an orthonormal basis: the fit, its Gram matrix, and how far it can be trusted.

The fit is computed from a QR decomposition of the weighted design matrix, at cost n m^2. The normal equations
would square its condition number.
"""

from dataclasses import dataclass

import numpy as np

from mathlib.dpp.checks import check_enough
from mathlib.dpp.errors import SMALLEST_EIGENVALUE, DegenerateGramError
from mathlib.dpp.sobol import SobolIndices, sobol_from_coefficients

__all__ = ["Fit", "Projection", "gram_eigenvalues", "l2_projection", "weighted_least_squares"]


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

    basis: object
    coef: np.ndarray
    gram_eigenvalues: np.ndarray
    mean_weight: np.ndarray
    n: int
    scheme: str

    @property
    def condition(self):
        """The largest eigenvalue of G over the smallest: float, or ndarray of shape (R,)."""
        return self.gram_eigenvalues[..., -1] / self.gram_eigenvalues[..., 0]

    @property
    def quasi_optimality(self):
        """A constant C with |u - u^| <= C min over v in V of sup |u - v|: float, or ndarray of shape (R,).

            C = sqrt(mass of mu) + sqrt(mean of the w_i / lambda_min(G)),

        where |.| is the norm of L^2(mu) and sup is over its support and the points; the mass is 1 for every
        `TensorBasis`. Proof: with |.|_n the weighted norm on the points, u^ - v is the |.|_n-projection of u
        - v onto V, so |u^ - v| <= lambda_min^{-1/2} |u^ - v|_n <= lambda_min^{-1/2} |u - v|_n.
        """
        masses = getattr(self.basis, "weights", None)
        mass = 1.0 if masses is None else masses.sum()
        return np.sqrt(mass) + np.sqrt(self.mean_weight / self.gram_eigenvalues[..., 0])

    def predict(self, X):
        """Return u^ at the points X.

        Parameters
        ----------
        X : array_like, shape (..., d)
            Points, as the basis takes them.

        Returns
        -------
        ndarray, shape (...) or (..., q)
            With R in front for a batch.
        """
        values = self.basis(X)
        if self.gram_eigenvalues.ndim == 1:
            return values @ self.coef
        columns = self.coef if self.coef.ndim == 3 else self.coef[..., None]
        flat = values.reshape(-1, values.shape[-1]) @ columns
        return flat.reshape(len(self.coef), *values.shape[:-1], *self.coef.shape[2:])

    def sobol_indices(self) -> SobolIndices:
        """Return the Sobol' indices of u^ (not of a batch), for a tensor basis.

        See `mathlib.dpp.sobol_from_coefficients`. They are those of the fit: how close they are to the ones
        of u depends on |u - u^|.

        Raises
        ------
        ValueError
            If the basis has no multi-indices, or this is a batch of fits, or u^ is constant.
        """
        indices = getattr(self.basis, "indices", None)
        if indices is None:
            raise ValueError("Sobol' indices need a TensorBasis: its multi-indices say who acts with whom.")
        if self.gram_eigenvalues.ndim > 1:
            raise ValueError("this is a batch of fits; fit one design to read its Sobol' indices.")
        return sobol_from_coefficients(indices, self.coef)

    def __repr__(self):
        batch = f"{len(self.coef)} fits, " if self.gram_eigenvalues.ndim > 1 else ""
        low, high = self.gram_eigenvalues[..., 0].min(), self.gram_eigenvalues[..., -1].max()
        m = self.gram_eigenvalues.shape[-1]
        return f"Fit({batch}m={m}, n={self.n}, {self.scheme}: eigenvalues of G in [{low:.3g}, {high:.3g}])"


def gram_eigenvalues(basis, design) -> np.ndarray:
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

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_dpp
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 2))
    >>> eigenvalues = gram_eigenvalues(basis, sample_dpp(basis, rng=0))
    >>> round(float(eigenvalues.sum()), 12)  # the trace of G is m
    3.0
    """
    rows = basis(design.points) * np.sqrt(design.weights)[..., None]
    squares = np.linalg.svd(rows, compute_uv=False)[..., ::-1] ** 2 / design.n
    missing = np.zeros((*squares.shape[:-1], basis.m - squares.shape[-1]))
    return np.concatenate([missing, squares], axis=-1)


def weighted_least_squares(basis, design, y) -> Fit:
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
        If n < m, a shape does not fit, or a value is not finite.
    DegenerateGramError
        If an eigenvalue of G is below 1e-12 (times the largest, where that is above 1).

    Notes
    -----
    Cost n m^2 by Householder QR of the matrix with rows sqrt(w_i) phi(x_i). A. Cohen, G. Migliorati, *Optimal
    weighted least-squares methods* (2017); A. Nouy, B. Michel (2023, arXiv:2312.14057).

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
    points, weights = np.asarray(design.points), np.asarray(design.weights, dtype=float)
    batched = weights.ndim == 2
    n = weights.shape[-1]
    check_enough(n, basis.m)
    y = _values(y, weights.shape)
    roots = np.sqrt(weights)[..., None]
    values = y if y.ndim > weights.ndim else y[..., None]
    q_factor, r_factor = np.linalg.qr(basis(points) * roots)
    eigenvalues = np.linalg.svd(r_factor, compute_uv=False)[..., ::-1] ** 2 / n
    _refuse_degenerate(eigenvalues, n, design.scheme)
    # Partial pivoting leaves a triangular matrix as it is, so this is back substitution.
    coef = np.linalg.solve(r_factor, np.swapaxes(q_factor, -1, -2) @ (values * roots))
    return Fit(
        basis=basis,
        coef=coef if y.ndim > weights.ndim else coef[..., 0],
        gram_eigenvalues=eigenvalues,
        mean_weight=weights.mean(axis=-1) if batched else float(weights.mean()),
        n=n,
        scheme=design.scheme,
    )


def _values(y, shape):
    y = np.asarray(y, dtype=float)
    if y.shape[: len(shape)] != shape or y.ndim > len(shape) + 1 or 0 in y.shape:
        expected = ", ".join(map(str, shape))
        raise ValueError(f"y must have shape ({expected},) or ({expected}, q); got {y.shape}.")
    if not np.isfinite(y).all():
        raise ValueError(
            f"{np.count_nonzero(~np.isfinite(y))} of the values y are not finite. "
            "A fit would spread them over every coefficient; mend the function or leave its points out."
        )
    return y


def _refuse_degenerate(eigenvalues, n, scheme):
    smallest, largest = eigenvalues[..., 0], eigenvalues[..., -1]
    bad = ~(smallest >= SMALLEST_EIGENVALUE * np.maximum(largest, 1))
    if bad.any():
        which = f" ({np.count_nonzero(bad)} of {bad.size} designs)" if bad.ndim else ""
        raise DegenerateGramError(
            f"the Gram matrix of n = {n} points ({scheme}) has the eigenvalue {np.min(smallest):.2g}{which}: "
            "the points lie on a zero set of the space, up to rounding. Draw more points, use a conditioned "
            "or boosted design, or a smaller space."
        )


@dataclass(frozen=True, repr=False, eq=False)
class Projection:
    """The best approximation Pu = sum_k coef_k phi_k of u in L^2(mu), and its error |u - Pu|.

    Attributes
    ----------
    coef : ndarray, shape (m,) or (m, q)
    error : float or ndarray, shape (q,)
    """

    coef: np.ndarray
    error: np.ndarray

    def __repr__(self):
        return f"Projection(m={len(self.coef)}, error {np.array2string(np.asarray(self.error), precision=6)})"

    def squared_error(self, coef):
        """Return |u - v|^2 = |u - Pu|^2 + |c - coef|^2 for v = sum_k c_k phi_k.

        Parameters
        ----------
        coef : array_like, shape (..., m), for a single function u

        Returns
        -------
        ndarray, shape (...)
        """
        return self.error**2 + ((np.asarray(coef) - self.coef) ** 2).sum(axis=-1)


def l2_projection(basis, f, nodes) -> Projection:
    """Return the best approximation of f in L^2(mu), by Gauss quadrature.

    Parameters
    ----------
    basis : TensorBasis
    f : callable
        Takes points of shape (N, d), returns (N,) or (N, q).
    nodes : int
        Nodes per coordinate: the rule is exact if f is a polynomial of degree at most 2 nodes - 1 - (the
        degree of the basis) in each coordinate. N = nodes^d.

    Returns
    -------
    Projection
        `.coef` and `.error`. Compare with twice the nodes to see how much is error of the quadrature.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, runge
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 10))
    >>> l2_projection(basis, runge, 200)
    Projection(m=11, error 0.039473)
    """
    points, weights = basis.gauss(nodes)
    values = np.asarray(f(points), dtype=float)
    phi = basis(points)
    coef = (phi * weights[:, None]).T @ values
    return Projection(coef, np.sqrt(weights @ (values - phi @ coef) ** 2))
