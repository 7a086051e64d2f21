"""The checks of arguments that the modules of this topic share: each returns the plain value or raises."""

import math
import os
import time
from numbers import Real

import numpy as np
import scipy.sparse

from mathlib.checks import shown

__all__ = [
    "LARGEST_P",
    "check_doubles",
    "check_matrix",
    "check_memory",
    "check_number",
    "check_p",
    "check_positive",
    "check_rows",
    "check_tolerance",
    "check_vector",
    "deadline_after",
]

#: Beyond this p, |x|^p of entries that are not near the largest one is lost in rounding.
LARGEST_P = 16

_EXACT = 2**53  # integers up to here are doubles


def check_doubles(values, name):
    """Return real numbers as a C-ordered float64 array (values itself, if it is one); refuse to round any.

    Sparse matrices become dense: every method of this topic needs n x r numbers anyway.
    """
    if scipy.sparse.issparse(values):
        check_memory(math.prod(values.shape), f"{name} as a dense array", "take fewer rows or columns")
        values = values.toarray()
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; drop or fill them first.")
    try:
        given = np.asarray(values)
    except (TypeError, ValueError) as error:
        text = f"{name} must hold real numbers, in rows of equal length; NumPy says: {error}"
        raise ValueError(text) from error
    if given.dtype.kind not in "biufO":
        raise ValueError(f"{name} must hold real numbers; got entries of type {given.dtype}.")
    if given.dtype == np.float64 and not hasattr(values, "dtype") and np.any(np.abs(given) >= _EXACT):
        given = np.asarray(values, dtype=object)  # a list, whose integers NumPy may have rounded
    doubles = _each(given, name) if given.dtype.kind == "O" else _converted(given)
    bad = np.argwhere(_rounded(given, doubles)) if given.dtype != np.float64 else ()
    if len(bad):
        entry = given[tuple(bad[0])]
        raise ValueError(
            f"{name} must hold numbers that are exact in double precision: {entry!s} is not. Rescale it, or "
            "round it yourself, with np.asarray(..., dtype=float)."
        )
    return np.ascontiguousarray(doubles) if doubles.ndim else doubles


def _converted(given):
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(given, dtype=np.float64)


def _each(given, name):
    """Floats of Python objects: integers of any size, fractions, decimals."""
    doubles = np.empty(given.shape)
    for place, entry in np.ndenumerate(given):
        try:
            if isinstance(entry, str | bytes | complex | np.complexfloating):  # NumPy would cut these down
                raise TypeError
            doubles[place] = float(entry)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must hold real numbers; got {shown(entry)}.") from None
        except OverflowError:
            raise ValueError(f"{name} must hold numbers below 1.8e308 in absolute value.") from None
    return doubles


def _rounded(given, doubles):
    """Where a conversion has changed a number."""
    if given.dtype.kind == "O":
        # NumPy's integers would be rounded by the comparison, unlike Python's.
        exact = (int(entry) if isinstance(entry, np.integer) else entry for entry in given.flat)
        pairs = zip(exact, doubles.ravel().tolist(), strict=True)
        return np.array([a != b and b == b for a, b in pairs], dtype=bool).reshape(given.shape)
    if given.dtype.kind == "f":
        return (doubles.astype(given.dtype) != given) & ~np.isnan(given)
    changed = np.zeros(given.shape, dtype=bool)
    if given.dtype.itemsize == 8:
        large = (given > _EXACT) | (given < -_EXACT)
        changed[large] = [int(a) != int(b) for a, b in zip(given[large], doubles[large], strict=True)]
    return changed


def check_memory(numbers, what, instead):
    """Raise a ValueError before an array of so many doubles is asked for that memory cannot hold."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not known on this system
        return
    if 8 * numbers > memory:
        raise ValueError(
            f"{what} would take {8 * numbers / 2**30:.3g} GiB, more than the {memory / 2**30:.3g} GiB of "
            f"this machine; {instead}."
        )


def check_matrix(A, name="A"):
    """Return A as a C-ordered float64 array (A itself, if it is one); else raise a ValueError."""
    A = check_doubles(A, name)
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
    """Return c as a float64 vector of that length (of any, for None); else raise a ValueError."""
    c = check_doubles(c.toarray().ravel() if scipy.sparse.issparse(c) else c, name)
    bad = np.flatnonzero(~np.isfinite(c))
    if c.ndim != 1 or (length is not None and len(c) != length) or len(bad):
        size = "" if length is None else f"{length} "
        where = f", whose entry {bad[0]} is {c.flat[bad[0]]}" if len(bad) else ""
        raise ValueError(f"{name} must be a vector of {size}finite numbers; got shape {c.shape}{where}.")
    return c


def check_positive(values, length, name):
    """Return factors of rows as a float64 vector of that length, all positive; else raise a ValueError."""
    values = check_vector(values, length, name)
    if len(bad := np.flatnonzero(values <= 0)):
        raise ValueError(
            f"{name} must be positive; entry {bad[0]} is {values[bad[0]]}. Leave out the rows that do not "
            "count."
        )
    return values


def check_number(name, value, meaning) -> float:
    """Return a real number as a float; else raise a ValueError. Truth values are no numbers."""
    if isinstance(value, bool) or not isinstance(value, Real) or value != value:
        raise ValueError(f"{name} must be a number, {meaning}; got {shown(value)}.")
    return _double(value)


def _double(value):
    """A real number as a float: infinite if it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def check_p(p) -> float:
    """Return p as a float if 1 <= p <= 16; else raise a ValueError."""
    if isinstance(p, bool) or not isinstance(p, Real) or not 1 <= p <= LARGEST_P or float(p) != p:
        why = ""
        if isinstance(p, Real) and not isinstance(p, bool):
            if p < 1:
                why = " Below 1, ||.||_p is no norm."
            elif p == math.inf:
                why = " For p = infinity there is no sum over the rows; take a large finite p."
            elif p > LARGEST_P:
                why = " Double precision loses |x|^p for larger p."
            elif p == p:
                why = " It must be exact in double precision: round it yourself, with float(p)."
        raise ValueError(f"p must be a number from 1 to {LARGEST_P}; got {shown(p)}.{why}")
    return float(p)


def check_rows(rows, n):
    """Return rows as an array of indices from 0 to n - 1 (all of them for None); else raise a ValueError.

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


def check_tolerance(tol, name="tol", largest=1.0) -> float:
    """Return tol as a float if 0 < tol < largest; else raise a ValueError."""
    if isinstance(tol, bool) or not isinstance(tol, Real) or not 0 < _double(tol) < largest:
        raise ValueError(f"{name} must be a number strictly between 0 and {largest:g}; got {shown(tol)}.")
    return float(tol)


def deadline_after(time_limit) -> float:
    """Return the time, of `time.monotonic`, at which a number of seconds is over; infinity for None."""
    if time_limit is None:
        return math.inf
    if isinstance(time_limit, bool) or not isinstance(time_limit, Real) or not time_limit > 0:
        raise ValueError(
            f"time_limit must be a positive number of seconds, or None; got {shown(time_limit)}."
        )
    return time.monotonic() + _double(time_limit)
