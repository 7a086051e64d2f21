"""From values on the pivot rows of a basis back to coefficients of the columns of A."""

import numpy as np

__all__ = ["coefficients"]


def coefficients(A, basis, values) -> np.ndarray:
    """Return x with <a_i, x> = values_i on the pivot rows i, and 0 for columns that are no pivot columns.

    Since A[:, J] = L A[B, J], every vector of the range of A is given by its values on the pivot rows B.

    Parameters
    ----------
    A : ndarray, shape (n, d)
    basis : Basis
        `row_basis(A)`.
    values : ndarray, shape (r,) or (r, k)

    Returns
    -------
    ndarray, shape (d,) or (d, k)

    Examples
    --------
    >>> from mathlib.sensitivity.basis import row_basis
    >>> A = np.array([[1e12, 0], [0, 1e-12], [1.0, 1.0]])
    >>> basis = row_basis(A)
    >>> coefficients(A, basis, A[basis.pivot_rows] @ [2.0, 3.0])
    array([2., 3.])
    """
    square = A[np.ix_(basis.pivot_rows, basis.columns)]
    # Rows and columns may differ in scale by any factor.
    columns = np.abs(square).max(axis=0)
    rows = np.abs(square / columns).max(axis=1)
    solution = np.linalg.solve(square / columns / rows[:, None], (values.T / rows).T)
    out = np.zeros((A.shape[1], *values.shape[1:]))
    out[basis.columns] = (solution.T / columns).T
    return out
