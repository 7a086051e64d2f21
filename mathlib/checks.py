"""The checks of arguments that several topics share: each returns the plain value or raises."""

from numbers import Integral, Real

__all__ = ["check_choice", "check_count", "check_probability"]


def check_count(name, value, smallest, meaning) -> int:
    """Return value as an int if it is an integer of at least `smallest`; else raise a ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < smallest:
        raise ValueError(f"{name} must be an integer >= {smallest}, {meaning}; got {value!r}.")
    return int(value)


def check_probability(name, value, meaning) -> float:
    """Return value as a float if it lies strictly between 0 and 1; else raise a ValueError."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < value < 1:
        raise ValueError(f"{name} must be a number strictly between 0 and 1, {meaning}; got {value!r}.")
    return float(value)


def check_choice(name, value, allowed):
    """Return value if it is one of the allowed; else raise a ValueError that lists them."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be {' or '.join(repr(choice) for choice in allowed)}; got {value!r}.")
    return value
