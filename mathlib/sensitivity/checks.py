"""The checks of arguments that the modules of this topic share: each returns the plain value or raises."""

import math
from numbers import Real

import numpy as np
import scipy.sparse

__all__ = [
    "LARGEST_P",
    "check_matrix",
    "check_p",
    "check_rows",
    "check_tolerance",
    "check_vector",
]

#: Beyond this p, |x|^p of entries that are not near the largest one is lost in rounding.
LARGEST_P = 16


def check_matrix(A, name="A"):
    """Return A as a C-ordered float64 array (A itself, if it is one); else raise a ValueError.

    Sparse matrices become dense: every method of this topic needs n x r numbers anyway.
    """
    if scipy.sparse.issparse(A):
        A = A.toarray()
    try:
        A = np.asarray(A)
        if np.iscomplexobj(A):
            raise TypeError("complex entries")
        A = np.ascontiguousarray(A, dtype=np.float64) if A.ndim else A
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold real numbers, one row a data point; got {error}.") from error
    if A.ndim != 2:
        raise ValueError(
            f"{name} must be a matrix, an array with two axes; got shape {A.shape}. "
            "For a single column use x.reshape(-1, 1)."
        )
    if not A.size:
        raise ValueError(f"{name} is empty, shape {A.shape}; at least one row and one column is needed.")
    with np.errstate(over="ignore", invalid="ignore"):
        total = A.sum()  # needs no copy, unlike isfinite; a finite matrix may only make it overflow
    if not np.isfinite(total) and not np.isfinite(A).all():
        bad = np.argwhere(~np.isfinite(A))[0]
        raise ValueError(
            f"{name} must be finite; the entry in row {bad[0]}, column {bad[1]} is {A[tuple(bad)]}. "
            "Drop or fill such rows first."
        )
    if not A.any():
        raise ValueError(f"{name} is zero in every entry: no row has a share of a norm that is always zero.")
    return A


def check_vector(c, length, name):
    """Return c as a float64 vector of that length; else raise a ValueError."""
    c = np.asarray(c.toarray().ravel() if scipy.sparse.issparse(c) else c)
    if c.shape != (length,) or c.dtype.kind not in "biuf" or not np.isfinite(c).all():
        raise ValueError(
            f"{name} must be a vector of {length} finite numbers; got shape {c.shape}, dtype {c.dtype}."
        )
    return c.astype(np.float64)


def check_p(p) -> float:
    """Return p as a float if 1 <= p <= 16; else raise a ValueError."""
    if isinstance(p, bool) or not isinstance(p, Real) or not 1 <= p <= LARGEST_P:
        why = ""
        if isinstance(p, Real) and not isinstance(p, bool):
            if p < 1:
                why = " Below 1, ||.||_p is no norm."
            elif p == math.inf:
                why = " For p = infinity there is no sum over the rows; take a large finite p."
            elif p > LARGEST_P:
                why = " Double precision loses |x|^p for larger p."
        raise ValueError(f"p must be a number from 1 to {LARGEST_P}; got {p!r}.{why}")
    return float(p)


def check_rows(rows, n):
    """Return rows as an array of indices from 0 to n - 1 (all of them for None); else raise a ValueError.

    Negative indices count from the end and a mask of n truth values picks, as in NumPy.
    """
    if rows is None:
        return np.arange(n)
    given = np.atleast_1d(np.asarray(rows))
    if given.dtype == bool and given.shape == (n,):
        return np.flatnonzero(given)
    if given.size == 0:
        given = given.astype(np.intp)
    if given.ndim != 1 or given.dtype.kind not in "iu" or np.any((given < -n) | (given >= n)):
        raise ValueError(
            f"rows must be integers from {-n} to {n - 1}, or a mask of {n} truth values; got {rows!r}."
        )
    return np.where(given < 0, given + n, given).astype(np.intp)


def check_tolerance(tol, name="tol", largest=1.0) -> float:
    """Return tol as a float if 0 < tol < largest; else raise a ValueError."""
    if isinstance(tol, bool) or not isinstance(tol, Real) or not 0 < tol < largest:
        raise ValueError(f"{name} must be a number strictly between 0 and {largest:g}; got {tol!r}.")
    return float(tol)
