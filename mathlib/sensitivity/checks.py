"""The checks of what only this topic knows: matrices, powers p, picked rows, factors of rows."""

import math

import numpy as np

from mathlib.checks import check_doubles, check_finite, check_memory, is_number, shown

__all__ = ["LARGEST_P", "check_matrix", "check_p", "check_positive", "check_rows", "check_vector"]

#: Beyond this p, |x|^p of entries that are not near the largest one is lost in rounding.
LARGEST_P = 16


def check_matrix(A) -> np.ndarray:
    """Return A, dense or sparse, as a C-ordered float64 array (A itself, if it is one)."""
    if hasattr(A, "toarray"):  # every method of this topic needs n x r numbers anyway
        check_memory(math.prod(A.shape), "A as a dense array", "take fewer rows or columns")
        A = A.toarray()
    A = check_doubles("A", A)
    if A.ndim != 2 or not A.size:
        raise ValueError(
            f"A must be a matrix with at least one row and one column; got shape {A.shape}. For a single "
            "column use x.reshape(-1, 1)."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        total = A.sum()  # needs no copy, unlike isfinite; a finite matrix may only make it overflow
    if not np.isfinite(total):
        check_finite("A", A)
    if not A.any():
        raise ValueError(
            "A must have an entry that is not zero; got only zeros. No row has a share of a norm that is "
            "always zero."
        )
    return np.ascontiguousarray(A)


def check_vector(name, values, length=-1) -> np.ndarray:
    """Return finite numbers as a vector of that length; of any, but not empty, by default."""
    values = check_finite(name, values, (length,))
    if length == -1 and not len(values):
        raise ValueError(f"{name} must have at least one entry; got none.")
    return values


def check_positive(name, values, length) -> np.ndarray:
    """Return positive factors of rows as a vector of that length."""
    values = check_vector(name, values, length)
    if len(bad := np.flatnonzero(values <= 0)):
        raise ValueError(
            f"{name} must be positive; got {values[bad[0]]} in entry {bad[0]}. Leave out the rows that do "
            "not count."
        )
    return values


def check_p(p) -> float:
    """Return p as a float if 1 <= p <= 16."""
    if is_number(p) and 1 <= p <= LARGEST_P and float(p) == p:
        return float(p)
    why = ""
    if is_number(p):
        if p < 1:
            why = " Below 1, ||.||_p is no norm."
        elif p == math.inf:
            why = " For p = infinity there is no sum over the rows; take a large finite p."
        elif p > LARGEST_P:
            why = " Double precision loses |x|^p for larger p."
        elif p == p:
            why = " It must be exact in double precision: round it yourself, with float(p)."
    raise ValueError(f"p must be a number from 1 to {LARGEST_P}; got {shown(p)}.{why}")


def check_rows(rows, n) -> np.ndarray:
    """Return rows as an array of indices from 0 to n - 1; all of them for None.

    Negative indices count from the end and a mask of n truth values picks, as in NumPy.
    """
    if rows is None:
        return np.arange(n)
    try:
        given = np.atleast_1d(np.asarray(rows))
    except (TypeError, ValueError):  # rows of different lengths
        given = np.empty(1, dtype=object)
    if given.dtype == bool and given.shape == (n,):
        return np.flatnonzero(given)
    if given.size == 0:
        given = given.astype(np.intp)
    if given.ndim != 1 or given.dtype.kind not in "iu" or np.any((given < -n) | (given >= n)):
        raise ValueError(
            f"rows must be integers from {-n} to {n - 1}, or a mask of {n} truth values; got {shown(rows)}."
        )
    given = given.astype(np.intp)  # n need not be a number of the type of the indices
    return np.where(given < 0, given + n, given)
