"""The checks of arguments that the modules of this topic share: each returns the plain value or raises."""

import numpy as np

from mathlib.checks import check_count

__all__ = [
    "check_basis",
    "check_cube",
    "check_enough",
    "check_points",
    "check_size",
]


def check_enough(n, m) -> int:
    """Return the number n of points as an int if n >= m, the dimension; else raise a ValueError."""
    n = check_count("n", n, 1, "the number of points")
    if n < m:
        raise ValueError(
            f"n = {n} is less than m = {m}: n points cannot determine m coefficients. Take more points, or a "
            "smaller space."
        )
    return n


def check_size(size):
    """Return `size`, the number of draws, as an int, or None for one draw without the leading axis."""
    return None if size is None else check_count("size", size, 1, "the number of draws, or None for one")


def check_points(X, d) -> np.ndarray:
    """Return X as an array of finite floats whose last axis has length d; else raise a ValueError."""
    X = np.asarray(X, dtype=float)
    if X.ndim < 1 or X.shape[-1] != d:
        hint = " Write X[:, None] for points on a line." if d == 1 and X.ndim == 1 else ""
        raise ValueError(f"points must have shape (..., {d}), one coordinate each; got {X.shape}.{hint}")
    if not np.isfinite(X).all():
        raise ValueError("points must be finite; got NaN or infinity.")
    return X


def check_basis(basis):
    """Return `basis` if it is one; else raise a ValueError."""
    if not all(hasattr(basis, name) for name in ("m", "d", "christoffel", "sampling_tables")):
        raise ValueError(f"basis must be a TensorBasis or a DiscreteBasis; got {basis!r}.")
    return basis


def check_cube(X, d, name) -> np.ndarray:
    """Return X as an array of points of [-1, 1]^d, where `name` is defined; else raise a ValueError."""
    X = np.asarray(X, dtype=float)
    if X.ndim == 0 or X.shape[-1] != d:
        raise ValueError(f"{name} takes points of shape (..., {d}); got shape {X.shape}.")
    inside = np.abs(X) <= 1 + 1e-9  # the nodes of a quadrature rule are rounded
    if not inside.all():
        raise ValueError(f"{name} lives on [-1, 1]^{d}; got the coordinate {X[~inside][0]}. Rescale it.")
    return X
