"""Fields of certificates that are nested tuples of integers or fractions."""

from mathlib.checks import check_integer
from mathlib.fields import entries, rational

__all__ = ["integer_tuples", "lists", "rational_tuples", "texts"]

_MOST = 10**6


def integer_tuples(name, value, depth, least=0) -> tuple:
    """Tuples of tuples, so many deep, of integers >= least."""
    if depth == 0:
        return check_integer(name, value, least, 2**62)  # type: ignore[return-value]  # the innermost level
    parts = enumerate(entries(name, value, 0, _MOST))
    return tuple(integer_tuples(f"{name}[{k}]", x, depth - 1, least) for k, x in parts)


def rational_tuples(name, value, shape) -> tuple:
    """Tuples of tuples of fractions of that shape."""
    if not shape:
        return rational(name, value)  # type: ignore[return-value]  # the innermost level
    parts = enumerate(entries(name, value, shape[0], shape[0]))
    return tuple(rational_tuples(f"{name}[{k}]", x, shape[1:]) for k, x in parts)


def texts(value) -> list | str:
    """Nested tuples of fractions or long integers as JSON values."""
    return [texts(x) for x in value] if isinstance(value, tuple) else str(value)


def lists(value):
    """Nested tuples of integers as JSON values."""
    return [lists(x) for x in value] if isinstance(value, tuple) else value
