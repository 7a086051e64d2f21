"""What claims compare: exact values, and numbers."""

from collections.abc import Hashable
from fractions import Fraction
from math import isfinite
from numbers import Rational
from typing import Any

from mathlib.checks import is_number, shown
from mathlib.outputs import Plain, is_numpy_bool, json_value

__all__ = ["exact_key", "exact_number", "number", "written"]


def exact_key(name: str, value: Any) -> Hashable:
    """Something that equals what it is for another value if and only if the two are the same mathematically.

    Lists, tuples and arrays of the same entries are the same, True and 1 are not.
    """
    if _is_truth_value(value):
        return ("truth value", bool(value))
    if isinstance(value, str):
        return value
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, list | tuple):
        return ("list", tuple(exact_key(name, entry) for entry in value))
    if isinstance(value, set | frozenset):
        return ("set", frozenset(exact_key(name, entry) for entry in value))
    if isinstance(value, dict):
        pairs = ((exact_key(name, key), exact_key(name, entry)) for key, entry in value.items())
        return ("dict", frozenset(pairs))
    if _is_array(value):
        return exact_key(name, value.tolist())
    raise TypeError(
        f"{name} must be exact (integers, fractions, truth values, texts; lists, sets and dicts of them); "
        f"got {shown(value)}. Compare floating-point numbers with claim.close."
    )


def written(value: Any) -> Plain:
    """An exact value for the record: numbers, truth values and texts as they are, collections as text.

    >>> written({3, Fraction(1, 2)}), written([(1, True), "a"])
    ('{1/2, 3}', "[[1, True], 'a']")
    """
    if isinstance(value, list | tuple | set | frozenset | dict) or _is_array(value):
        return _entry(value)
    return json_value(value)


def _entry(value) -> str:
    if _is_array(value):
        return _entry(value.tolist())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_entry(key)}: {_entry(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, set | frozenset):  # in an order that is the same in each run
        return "{" + ", ".join(sorted(map(_entry, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_entry, value)) + "]"
    return repr(value) if isinstance(value, str) else str(json_value(value))


def _is_truth_value(value) -> bool:
    return isinstance(value, bool) or is_numpy_bool(value)


def _is_array(value) -> bool:
    """Whether a value is an array of NumPy, which is not imported for that."""
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"


def number(name: str, value: Any) -> Fraction | float:
    """A real number without rounding: a Fraction, or a float that is infinite or NaN."""
    if not is_number(value):
        raise TypeError(f"{name} must be a number; got {shown(value)}.")
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(*value.as_integer_ratio()) if isfinite(value) else float(value)


def exact_number(value: Any) -> bool:
    """Whether a number is an integer or a fraction."""
    return isinstance(value, Rational) and not isinstance(value, bool)
