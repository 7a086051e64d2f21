"""Checks of what only this topic knows: points and how many, a function of points."""

from collections.abc import Iterator

import numpy as np

from mathlib.checks import check_count, check_finite, shown

__all__ = [
    "SLACK", "blocks", "check_cube", "check_enough", "check_points", "check_size", "evaluate",
]  # fmt: skip

#: Numbers of an array that is not needed as a whole, and so is made in parts.
_BLOCK = 2**22
#: Nodes of quadrature rules are rounded, and may lie this far outside.
SLACK = 1e-9


def check_enough(n, m) -> int:
    """Return the number n of points as an int if they can determine m coefficients."""
    n = check_count("n", n, m, "the dimension m of the space, for fewer points determine no fit")
    if n > 2**53:
        raise ValueError(f"n must be at most 2^53, for points are counted in doubles; got {shown(n)}.")
    return n


def check_size(size) -> int | None:
    """Return the number of draws as an int, or None for one draw without the leading axis."""
    return None if size is None else check_count("size", size, 1, "the number of draws, or None for one")


def blocks(rows, columns) -> Iterator[slice]:
    """Yield slices of some millions of numbers that cover an array of this shape; one if it is empty."""
    step = max(1, _BLOCK // columns)
    yield from (slice(start, start + step) for start in range(0, max(1, rows), step))


def check_points(X, d) -> np.ndarray:
    """Return points of d finite coordinates as an array of shape (..., d)."""
    X = check_finite("X", X)
    if X.ndim == 0 or X.shape[-1] != d:
        hint = " Write X[:, None] for an array of numbers." if d == 1 else ""
        raise ValueError(f"X must have shape (..., {d}), a row for each point; got shape {X.shape}.{hint}")
    return X


def check_cube(X, d, name) -> np.ndarray:
    """Return points of [-1, 1]^d, where the function `name` is defined, as an array of shape (..., d)."""
    X = check_points(X, d)
    outside = np.abs(X) > 1 + SLACK
    if outside.any():
        raise ValueError(f"X is out of range: {name} lives on [-1, 1]^{d}; got {X[outside][0]}. Rescale it.")
    return X


def evaluate(f, X, *, columns=False) -> np.ndarray:
    """Return the finite values of a function at points X (N, d), which it may write into.

    They have shape (N,), or also (N, q) if `columns` are allowed.
    """
    if not callable(f):
        raise TypeError(f"f must be a function of points; got {shown(f)}.")
    values = check_finite("f(X)", f(X.copy()))
    if values.size == 0 or values.shape[:1] != X.shape[:1] or values.ndim > 1 + columns:
        wanted = f"({len(X)},) or ({len(X)}, q)" if columns else f"({len(X)},)"
        raise ValueError(f"f(X) must have shape {wanted} for {len(X)} points; got shape {values.shape}.")
    return values
