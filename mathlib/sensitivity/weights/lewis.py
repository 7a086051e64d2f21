"""l_p Lewis weights: the weights under which the l_p norm looks like an l_2 norm.

They are the one solution w of

    w_i = tau_i(W^(1/2 - 1/p) A),    which says    w_i = (a_i^T M^+ a_i)^(p/2),    M = sum w_i^(1 - 2/p) a_i
    a_i^T,

and they bound the sensitivities with constant 1: d^(p/2 - 1) w_i <= sigma_i <= w_i for p <= 2, and
w_i <= sigma_i <= d^(p/2 - 1) w_i for p >= 2, where d is the rank.

The fixed point is found by log w <- log w + theta log(l^(p/2) / w) with l_i = a_i^T M^+ a_i. In directions
that nearly reproduce, the error is multiplied by 1 - theta lambda with lambda between min(1, p/2) and max(1,
p/2); theta = 4/(p + 2) balances the two ends, and the error falls by |p - 2| / (p + 2) in each step. The step
theta = 1 of Cohen and Peng (2015) contracts by |1 - p/2|, so for p < 4 only.
"""

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_probability
from mathlib.sensitivity.checks import check_matrix, check_p
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.weights.leverage import orthonormal_basis

__all__ = ["lewis_iteration", "lewis_weights"]

_MOST_STEPS = 500
_BLOCK_NUMBERS = 2**20


def lewis_weights(A: ArrayLike, p: float, *, tol: float = 1e-12) -> np.ndarray:
    """l_p Lewis weights w_i = tau_i(W^(1/2 - 1/p) A) of the rows of A.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; of any rank r, any shape, any scale of its rows.
    p : float
        From 1 to 16. For p = 2 the weights are the leverage scores.
    tol : float
        Stop when every |log(tau_i(W^(1/2 - 1/p) A) / w_i)| is at most tol.

    Returns
    -------
    ndarray, shape (n,)
        w_i in [0, 1], with sum r; 0 exactly for a zero row.

    Raises
    ------
    ValueError
        If A is not a matrix of finite real numbers or is zero, or p or tol is out of range.
    ArithmeticError
        If rounding errors stop the iteration above tol (1e-12 is reached for all but ill-conditioned A).

    Notes
    -----
    Each step costs O(n r^2) operations. Steps to 1e-12: about 27 for p = 1, 19 for p = 3, 28 for p = 4, and a
    hundred for p = 16. Memory: n r numbers beside A, and a few vectors.

    References
    ----------
    D. Lewis (1978), Finite dimensional subspaces of L_p.
    M. Cohen, R. Peng (2015), l_p Row Sampling by Lewis Weights.

    Examples
    --------
    >>> lewis_weights([[1, 0], [0, 1], [1, 1]], 1).round(12)  # by symmetry
    array([0.66666667, 0.66666667, 0.66666667])
    >>> lewis_weights([[1], [1], [2]], 4).round(12)  # one column: the shares |a_i|^p / ||a||_p^p
    array([0.05555556, 0.05555556, 0.88888889])
    """
    p, tol = check_p(p), check_probability("tol", tol, "the largest |log| to stop at")
    U = orthonormal_basis(row_basis(check_matrix(A)).L)
    w, steps, change = lewis_iteration(U, p, tol)
    if change > tol:
        raise ArithmeticError(
            f"after {steps} steps the Lewis weights for p = {p:g} satisfy their equation up to a factor "
            f"exp({change:.1e}), not exp({tol:g}). Ask for a larger tol."
        )
    return w


def lewis_iteration(
    U: np.ndarray, p: float, tol: float, most_steps: int = _MOST_STEPS
) -> tuple[np.ndarray, int, float]:
    """Weights of the rows of a well-conditioned U, the number of steps, and the last residual of log w."""
    if p == 2:
        return np.minimum(np.einsum("ij,ij->i", U, U), 1.0), 0, 0.0
    # Rows divided by their largest entries: the squares of rows of any scale would underflow.
    size = np.abs(U).max(axis=1)
    alive = size > 0
    log_size = np.log(size[alive])
    U = U / np.where(alive, size, 1.0)[:, None]
    log_w = np.full(len(U), -np.inf)
    log_w[alive] = (p / 2) * np.log(np.einsum("ij,ij->i", U, U)[alive]) + p * log_size
    log_w[alive] += np.log(U.shape[1] / np.exp(log_w[alive]).sum())
    theta, best, patience = 4 / (p + 2), np.inf, 0
    for step in range(1, most_steps + 1):  # noqa: B007
        log_l = _log_quadratic_forms(U, (1 - 2 / p) * log_w[alive] + 2 * log_size, alive)
        residual = (p / 2) * log_l + p * log_size - log_w[alive]
        change = np.abs(residual).max()
        if change <= tol:
            break
        patience = 0 if change < 0.99 * best else patience + 1
        best = min(best, change)
        if patience >= 10:  # rounding errors, or a start too far away: smaller steps
            if change < 1e-8 or theta < 0.01:
                break
            theta, patience = theta / 2, 0
        log_w[alive] += theta * residual
    return np.exp(log_w), step, change


def _log_quadratic_forms(U, log_weights, alive):
    """log of u_i^T (sum_k weight_k u_k u_k^T)^(-1) u_i for the rows that are not zero."""
    weights = np.zeros(len(U))
    weights[alive] = np.exp(log_weights)
    n, r = U.shape
    step = max(1, _BLOCK_NUMBERS // r)
    blocks = [slice(start, start + step) for start in range(0, n, step)]
    M = sum(U[block].T @ (weights[block, None] * U[block]) for block in blocks)
    T = np.linalg.inv(np.linalg.cholesky(M)).T
    forms = np.empty(n)
    for block in blocks:
        G = U[block] @ T
        forms[block] = np.einsum("ij,ij->i", G, G)
    return np.log(forms[alive])
