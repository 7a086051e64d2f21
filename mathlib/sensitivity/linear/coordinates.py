"""From values on the pivot rows of a basis back to coefficients of the columns of A."""

import numpy as np

__all__ = ["coefficients"]


def coefficients(basis, values, *, any_scale=False) -> np.ndarray:
    """Return x with <a_i, x> = values_i on the pivot rows i, and 0 for columns that are no pivot columns.

    Since A[:, J] = L A[B, J], every vector of the range of A is given by its values on the pivot rows B. Rows
    and columns may differ in scale by any factor: powers of two are divided out, and multiplied in at the
    end. Entries of x outside the range of doubles come out as infinite, or as 0.

    Parameters
    ----------
    basis : Basis
        `row_basis(A)`.
    values : ndarray, shape (r,) or (r, k)
    any_scale : bool
        Return positive multiples of x, the largest entry of each in [1/2, 1): these are never infinite.

    Returns
    -------
    ndarray, shape (d,) or (d, k)

    Examples
    --------
    >>> from mathlib.sensitivity.linear.basis import row_basis
    >>> A = np.array([[1e12, 0], [0, 1e-12], [1.0, 1.0]])
    >>> basis = row_basis(A)
    >>> coefficients(basis, A[basis.pivot_rows] @ [2.0, 3.0])
    array([2., 3.])
    """
    # A[B, J] = 2^exponents square 2^columns.
    right, sizes = _divided(*np.frexp(values.T), -basis.exponents)
    x, sizes = _divided(*np.frexp(np.linalg.solve(basis.square, right.T).T), sizes - _columns(basis))
    with np.errstate(over="ignore"):
        x = x if any_scale else np.ldexp(x, sizes)
    out = np.zeros((len(basis.scaling.columns), *values.shape[1:]))
    out[basis.columns] = x.T
    return out


def _columns(basis):
    return basis.scaling.columns[basis.columns]


def _divided(mantissas, exponents, more):
    """Vectors mantissa 2^(exponent + more), divided by powers of two, one for each, and these exponents."""
    exponents = exponents + more
    top = np.where(mantissas == 0, np.iinfo(np.int32).min, exponents).max(axis=-1, keepdims=True)
    top = np.where(mantissas.any(axis=-1, keepdims=True), top, 0)
    return np.ldexp(mantissas, exponents - top), top
