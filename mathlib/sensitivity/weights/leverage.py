"""Leverage scores: the sensitivities of p = 2.

tau_i = max over x of <a_i, x>^2 / ||A x||_2^2 = a_i^T (A^T A)^+ a_i,    sum of tau_i = rank(A).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from mathlib.sensitivity.checks import check_matrix
from mathlib.sensitivity.linear.basis import row_basis

__all__ = ["leverage_scores", "orthonormal_basis"]

_BLOCK_NUMBERS = 2**20  # numbers in a block of rows that is transformed at once


def leverage_scores(A: ArrayLike) -> np.ndarray:
    """Leverage scores tau_i = a_i^T (A^T A)^+ a_i of the rows of A.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; of any rank r, any shape, any scale of its rows.

    Returns
    -------
    ndarray, shape (n,)
        tau_i in [0, 1], with sum r; 0 exactly for a zero row. Each is accurate relative to its own size, up
        to the condition of A with rows and columns scaled: also those of rows that are 10^12 times smaller
        than others.

    Raises
    ------
    ValueError
        If A is not a matrix of finite real numbers, or is zero.

    Notes
    -----
    O(n d r) operations; n r numbers beside A. The rank is that of A up to rounding errors relative to the
    rows, 2.2e-14 for up to 100 rows and growing with max(n, d) beyond.

    References
    ----------
    D. Hoaglin, R. Welsch (1978), The Hat Matrix in Regression and ANOVA.

    Examples
    --------
    The incidence matrix of a triangle: each edge has effective resistance 2/3.

    >>> leverage_scores([[1, -1, 0], [0, 1, -1], [-1, 0, 1]]).round(12)
    array([0.66666667, 0.66666667, 0.66666667])
    """
    U = orthonormal_basis(row_basis(check_matrix(A)).L)
    return np.minimum(np.einsum("ij,ij->i", U, U), 1.0)


def orthonormal_basis(L: np.ndarray) -> np.ndarray:
    """Overwrite L, well conditioned, by L T with orthonormal columns: Cholesky of the Gram matrix, twice.

    Once leaves an error of cond(L)^2 roundings, which the second time, where the condition is 1, removes
    (Yamamoto, Nakatsukasa, Yanagisawa, Fukaya 2015).
    """
    for _ in range(2):
        whiten(L, L.T @ L)
    return L


def whiten(U: np.ndarray, M: np.ndarray) -> None:
    """Overwrite U by U T, where T^T M T = I; U in blocks of rows."""
    T = solve_triangular(np.linalg.cholesky(M), np.eye(len(M)), lower=True).T
    step = max(1, _BLOCK_NUMBERS // len(M))
    for start in range(0, len(U), step):
        U[start : start + step] = U[start : start + step] @ T
