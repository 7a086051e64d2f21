"""The checks of arguments that the modules of this topic share: each returns the plain value or raises."""

from numbers import Integral, Real

import numpy as np

from mathlib.checks import check_count

__all__ = [
    "SLACK",
    "blocks",
    "check_basis",
    "check_cube",
    "check_enough",
    "check_memory",
    "check_points",
    "check_real",
    "check_size",
    "check_unmasked",
]

#: The largest array that is made without asking: 2 GiB of doubles.
_MOST_NUMBERS = 2**28
#: Numbers of an array that is not needed as a whole, and so is made in parts.
_BLOCK = 2**22
#: Nodes of quadrature rules are rounded, and may lie this far outside.
SLACK = 1e-9


def check_real(name, values) -> np.ndarray:
    """Return values, numbers of any real type, as an array of the nearest doubles; else raise a ValueError.

    Complex numbers would lose their imaginary part, integers above 2^53 their last digits, masked entries
    their mask; booleans and texts are no numbers.

    >>> check_real("y", [1, 2.5])
    array([1. , 2.5])
    """
    if hasattr(values, "toarray"):
        raise ValueError(f"{name} is sparse: pass an array, {name}.toarray().")
    check_unmasked(name, values)
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array of real numbers: its rows differ in length.") from None
    kind = array.dtype.kind
    if kind == "c":
        raise ValueError(f"Complex data not supported: {name} must be an array of real numbers.")
    # In a list NumPy makes floats of the integers and the booleans that stand among floats.
    given = np.array(values, dtype=object) if isinstance(values, list | tuple) else array
    types = set(map(type, given.flat)) if given.dtype == object else set()
    mixed = kind == "O" and all(issubclass(one, Real) for one in types)
    if (kind not in "iuf" and not mixed) or types & {bool, np.bool_}:
        got = "a boolean" if types & {bool, np.bool_} else f"the type {array.dtype}"
        raise ValueError(f"{name} must be an array of real numbers; got {got}.")
    try:
        with np.errstate(over="ignore"):
            floats = array.astype(float, copy=False)
    except (OverflowError, TypeError):
        raise ValueError(f"{name} holds a number that no double can hold.") from None
    if given.dtype.kind != "f" and (np.abs(floats) >= 2**53).any():
        for one, rounded in zip(given.flat, floats.flat, strict=True):
            if isinstance(one, Integral) and int(rounded) != int(one):
                raise ValueError(
                    f"{name} holds the integer {one}, which is no double: {rounded:.0f} is near."
                )
    return floats


def check_unmasked(name, values):
    """Raise a ValueError if an entry of a masked array is masked: conversions would uncover it."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries, which are no numbers: leave them out.")


def check_enough(n, m) -> int:
    """Return the number n of points as an int if n >= m, the dimension; else raise a ValueError."""
    n = check_count("n", n, 1, "the number of points")
    if n > 2**53:
        raise ValueError(f"n = {n} points are more than can be counted in doubles: at most 2^53.")
    if n < m:
        raise ValueError(
            f"n = {n} is less than m = {m}: n points cannot determine m coefficients. Take more points, or a "
            "smaller space."
        )
    return n


def check_size(size):
    """Return `size`, the number of draws, as an int, or None for one draw without the leading axis."""
    return None if size is None else check_count("size", size, 1, "the number of draws, or None for one")


def check_memory(*shape, what, advice):
    """Raise a ValueError if an array of this shape would fill the memory.

    >>> check_memory(10**6, 10**6, what="the grid", advice="Take fewer nodes.")
    Traceback (most recent call last):
        ...
    ValueError: the grid would hold 1e+12 numbers, 7.5e+03 GiB (at most 2 GiB). Take fewer nodes.
    """
    count = 1.0
    for side in shape:
        count *= min(side, 10**18)  # larger integers need not be floats
    if count > _MOST_NUMBERS:
        size = f"{count:.2g} numbers, {count / 2**27:.2g} GiB (at most 2 GiB)"
        raise ValueError(f"{what} would hold {size}. {advice}")


def blocks(rows, columns):
    """Yield slices that part an array of this shape into pieces of some 30 MB.

    >>> list(blocks(5, 2**21))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    step = max(1, _BLOCK // max(1, columns))
    for start in range(0, max(rows, 1), step):
        yield slice(start, start + step)


def check_points(X, d) -> np.ndarray:
    """Return X as an array of finite floats whose last axis has length d; else raise a ValueError."""
    X = check_real("the array of points", X)
    if X.ndim < 1 or X.shape[-1] != d:
        hint = " Write X[:, None] for points on a line." if d == 1 and X.ndim == 1 else ""
        raise ValueError(f"points must have shape (..., {d}), one coordinate each; got {X.shape}.{hint}")
    if not np.isfinite(X).all():
        raise ValueError("points must be finite; got NaN or infinity.")
    return X


def check_basis(basis):
    """Return `basis` if it is one; else raise a ValueError."""
    names = ("m", "d", "christoffel", "draw_cost")
    if isinstance(basis, type) or not all(hasattr(basis, name) for name in names):
        raise ValueError(f"basis must be a TensorBasis or a DiscreteBasis; got {basis!r}.")
    return basis


def check_cube(X, d, name) -> np.ndarray:
    """Return X as an array of points of [-1, 1]^d, where `name` is defined; else raise a ValueError."""
    X = check_real("the array of points", X)
    if X.ndim == 0 or X.shape[-1] != d:
        raise ValueError(f"{name} takes points of shape (..., {d}); got shape {X.shape}.")
    inside = np.abs(X) <= 1 + SLACK
    if not inside.all():
        raise ValueError(f"{name} lives on [-1, 1]^{d}; got the coordinate {X[~inside][0]}. Rescale it.")
    return X
