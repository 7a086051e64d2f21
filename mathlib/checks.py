"""The checks of arguments, with one grammar of messages: each returns the plain value or raises."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from math import inf
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "check_choice", "check_count", "check_doubles", "check_finite", "check_flag", "check_integer",
    "check_memory", "check_number", "check_probability", "check_rng", "deadline_after", "is_number", "shown",
]  # fmt: skip

_EXACT = 2**53  # integers up to here are doubles


def check_count(name, value, smallest, meaning) -> int:
    """Return value as an int if it is an integer of at least `smallest`; else raise a ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < smallest:
        raise ValueError(f"{name} must be an integer >= {smallest}, {meaning}; got {shown(value)}.")
    return int(value)


def check_probability(name, value, meaning) -> float:
    """Return value as a float if it lies strictly between 0 and 1; else raise a ValueError."""
    # A fraction may lie between 0 and 1 without there being a double that does.
    if not is_number(value) or not 0 < value < 1 or float(value) in (0, 1):
        raise ValueError(f"{name} must be a number strictly between 0 and 1, {meaning}; got {shown(value)}.")
    return float(value)


def check_choice(name, value, allowed):
    """Return value if it is one of the allowed; else raise a ValueError that lists them."""
    if not isinstance(value, str) or value not in allowed:
        choices = " or ".join(map(repr, allowed))
        raise ValueError(f"{name} must be {choices}; got {shown(value)}.")
    return value


def check_integer(name, value, least, most, meaning="") -> int:
    """Return value as an int if it is an integer from `least` to `most`; else raise a ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= value <= most:
        allowed = f"an integer from {least} to {most}" if least < most else f"the integer {least}"
        raise ValueError(f"{name} must be {allowed}{meaning and ', ' + meaning}; got {shown(value)}.")
    return int(value)


def is_number(value) -> TypeGuard[float]:
    """Whether a value is a real number, of Python or of NumPy; truth values are none.

    >>> is_number(2), is_number(True), is_number(1j)
    (True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def shown(value, most=60) -> str:
    """Return the repr of a value for a message: in one line, and cut off where it is long.

    >>> shown(8.5), shown("x" * 100, most=12)
    ('8.5', "'xxxxxxxx...")
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # integers of more than 4300 digits have no repr, and lists nested deeply have none
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= most else text[: most - 3] + "..."


def check_number(name, value, above, below, meaning="") -> float:
    """Return value as a float if it is a number strictly between two limits; else raise a ValueError.

    `below` may be infinite: then every number above is allowed that a double can hold.
    """
    try:
        number = float(value) if is_number(value) else float("nan")
    except OverflowError:
        number = float("inf")
    if not above < number < below:
        limit = ", finite" if below == float("inf") else f" and below {below}"
        raise ValueError(
            f"{name} must be a number above {above}{limit}{meaning and ', ' + meaning}; got {shown(value)}."
        )
    return number


# Time


def deadline_after(time_limit) -> float:
    """Return the time, of `time.monotonic`, at which a number of seconds is over; infinity for None."""
    if time_limit is None:
        return inf
    if not is_number(time_limit) or not time_limit > 0:
        raise ValueError(
            f"time_limit must be a positive number of seconds, or None; got {shown(time_limit)}."
        )
    try:
        return time.monotonic() + float(time_limit)
    except OverflowError:
        return inf


# Arrays. NumPy is imported where it is used, for this file also serves checkers that do without it.


def check_doubles(name, values) -> np.ndarray:
    """Return real numbers as a float64 array (values itself, if it is one); refuse to round any.

    Booleans, texts, complex numbers, masked entries and sparse matrices are refused: a conversion would hide
    what they are. So is what no double holds, such as 2^53 + 1.

    >>> check_doubles("x", [1, 2.5])
    array([1. , 2.5])
    """
    import numpy as np

    if type(values) is np.ndarray and values.dtype == np.float64:
        return values  # the usual case, at once
    if hasattr(values, "toarray"):
        raise ValueError(f"{name} must be a dense array; got a sparse one. Pass {name}.toarray().")
    if np.ma.is_masked(values):
        raise ValueError(f"{name} must hold real numbers; got masked entries. Leave them out or fill them.")
    try:
        given = np.asarray(values)
    except (TypeError, ValueError) as error:
        text = f"{name} must hold real numbers, in rows of equal length; got {shown(values)}."
        raise ValueError(text) from error
    if given.dtype.kind in "iufb" and isinstance(values, list | tuple) and given.size:
        # In a list NumPy makes floats of the integers and the booleans that stand among floats.
        mixed = np.array(values, dtype=object)
        booleans = any(isinstance(entry, bool | np.bool_) for entry in mixed.flat)
        if booleans or (given.dtype.kind == "f" and (np.abs(given) >= _EXACT).any()):
            given = mixed
    if given.dtype.kind not in "iufO":
        raise ValueError(f"{name} must hold real numbers; got entries of type {given.dtype}.")
    doubles = _each_double(name, given) if given.dtype.kind == "O" else _as_doubles(given)
    if given.dtype != np.float64 and len(bad := np.argwhere(_rounded(given, doubles))):
        entry = given[tuple(bad[0])]
        raise ValueError(
            f"{name} must hold numbers that are exact in double precision; got {entry!s}. Rescale it, or "
            "round it yourself, with np.asarray(..., dtype=float)."
        )
    return doubles


def check_finite(name, values, shape=None) -> np.ndarray:
    """Return finite real numbers as a float64 array; -1 in `shape` is any length, None any shape at all."""
    import numpy as np

    doubles = check_doubles(name, values)
    fits = shape is None or (
        doubles.ndim == len(shape) and all(s in (-1, d) for s, d in zip(shape, doubles.shape, strict=True))
    )
    if not fits:
        wanted = ", ".join("any" if side == -1 else str(side) for side in shape)
        wanted += "," if len(shape) == 1 else ""
        raise ValueError(f"{name} must have shape ({wanted}); got shape {doubles.shape}.")
    if not np.isfinite(doubles).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(doubles))[0])
        where = f" in entry {bad[0] if len(bad) == 1 else bad}" if bad else ""
        raise ValueError(f"{name} must be finite; got {doubles[bad]}{where}. Drop or fill such entries.")
    return doubles


def check_memory(numbers, what, instead) -> None:
    """Raise a ValueError before an array of so many doubles is asked for that memory cannot hold."""
    memory = _memory()
    if 8 * numbers > memory:
        wanted = 8 * min(numbers, 2**1000) / 2**30  # larger integers are no floats
        raise ValueError(
            f"{what} would take {wanted:.3g} GiB, more than the {memory / 2**30:.3g} GiB of "
            f"this machine; {instead}."
        )


def _memory() -> float:
    """The bytes of memory of this machine, or of the container, if it has less; infinity if nobody knows."""
    found = inf
    with suppress(AttributeError, ValueError, OSError):
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(ValueError, OSError):  # no cgroup, or the word "max"
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return found


def _as_doubles(given):
    import numpy as np

    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(given, dtype=np.float64)


def _each_double(name, given):
    """Floats of Python objects: integers of any size, fractions, decimals."""
    import numpy as np

    doubles = np.empty(given.shape)
    for place, entry in np.ndenumerate(given):
        try:
            # float() takes texts, and NumPy cuts complex numbers down.
            if isinstance(entry, str | bytes | bool | np.bool_ | complex | np.complexfloating):
                raise TypeError
            doubles[place] = float(entry)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must hold real numbers; got {shown(entry)}.") from None
        except OverflowError:
            text = f"{name} must hold numbers below 1.8e308 in absolute value; got {shown(entry)}."
            raise ValueError(text) from None
    return doubles


def _rounded(given, doubles):
    """Where a conversion has changed a number."""
    import numpy as np

    if given.dtype.kind == "O":
        # NumPy's integers would be rounded by the comparison, unlike Python's.
        exact = (int(entry) if isinstance(entry, np.integer) else entry for entry in given.flat)
        pairs = zip(exact, doubles.ravel().tolist(), strict=True)
        return np.array([a != b and b == b for a, b in pairs], dtype=bool).reshape(given.shape)
    if given.dtype.kind == "f":
        return (doubles.astype(given.dtype) != given) & ~np.isnan(given)
    changed = np.zeros(given.shape, dtype=bool)
    if given.dtype.itemsize == 8 and (large := (given > _EXACT) | (given < -_EXACT)).any():
        changed[large] = [int(a) != int(b) for a, b in zip(given[large], doubles[large], strict=True)]
    return changed


# Randomness


def check_rng(rng, name="rng") -> np.random.Generator:
    """Return `numpy.random.default_rng(rng)`; what that refuses, and truth values, raise a ValueError."""
    import numpy as np

    try:
        if isinstance(rng, bool | np.bool_):
            raise TypeError
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must be None, a seed (an integer >= 0, or several), or a numpy.random.Generator; "
            f"got {shown(rng)}."
        ) from None


# Switches


def check_flag(name, value, meaning="") -> bool:
    """Return value as a bool if it is True or False, of Python or of NumPy; else raise a ValueError.

    >>> import numpy as np
    >>> check_flag("squared", np.True_)
    True
    """
    import numpy as np

    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False{meaning and ', ' + meaning}; got {shown(value)}.")
    return bool(value)
