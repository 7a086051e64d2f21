"""Fields of certificates that are nested tuples of integers."""

from mathlib.checks import check_integer
from mathlib.fields import entries

__all__ = ["integer_tuples", "lists", "texts"]

_MOST = 10**6


def integer_tuples(name, value, depth, least=0) -> tuple:
    """Tuples of tuples, so many deep, of integers >= least."""
    if depth == 0:
        return check_integer(name, value, least, 2**62)  # type: ignore[return-value]  # the innermost level
    parts = enumerate(entries(name, value, 0, _MOST))
    return tuple(integer_tuples(f"{name}[{k}]", x, depth - 1, least) for k, x in parts)


def texts(value) -> list | str:
    """Nested tuples of fractions or long integers as JSON values."""
    return [texts(x) for x in value] if isinstance(value, tuple) else str(value)


def lists(value):
    """Nested tuples of integers as JSON values."""
    return [lists(x) for x in value] if isinstance(value, tuple) else value
