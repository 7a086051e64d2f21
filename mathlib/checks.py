"""The checks of arguments that several topics share: each returns the plain value or raises."""

from numbers import Integral, Real

__all__ = ["check_choice", "check_count", "check_integer", "check_number", "check_probability", "shown"]


def check_count(name, value, smallest, meaning) -> int:
    """Return value as an int if it is an integer of at least `smallest`; else raise a ValueError."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < smallest:
        raise ValueError(f"{name} must be an integer >= {smallest}, {meaning}; got {shown(value)}.")
    return int(value)


def check_probability(name, value, meaning) -> float:
    """Return value as a float if it lies strictly between 0 and 1; else raise a ValueError."""
    # A fraction may lie between 0 and 1 without there being a double that does.
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < value < 1 or float(value) in (0, 1):
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
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else float("nan")
    except OverflowError:
        number = float("inf")
    if not above < number < below:
        limit = ", finite" if below == float("inf") else f" and below {below}"
        raise ValueError(
            f"{name} must be a number above {above}{limit}{meaning and ', ' + meaning}; got {shown(value)}."
        )
    return number
