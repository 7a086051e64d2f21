"""Claims about numbers and other values that are compared."""

from fractions import Fraction
from math import inf
from typing import Any

from mathlib.checks import check_number, shown
from mathlib.claims.record import Claim, state
from mathlib.claims.values import exact_key, exact_number, number, written
from mathlib.outputs import json_value

__all__ = ["above", "below", "close", "exact"]


def exact(statement: str, measured: Any, expected: Any, *, source: str | None = None) -> Claim:
    """State that a value is the expected one, without any rounding.

    Parameters
    ----------
    statement : str
        One sentence.
    measured, expected : int, Fraction, bool, str, or lists, tuples, sets, dicts, arrays of them
        Lists, tuples and arrays with the same entries are the same; True and 1 are not.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError
        If one of the two holds a floating-point number, or anything else that may have been rounded.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.exact("a square of 3 x 3 has these sides", [3, 3], (3, 3))
    [held, exact] a square of 3 x 3 has these sides: measured [3, 3], expected [3, 3]
    """
    holds = exact_key("measured", measured) == exact_key("expected", expected)
    return state(statement, holds, "exact", written(measured), written(expected), source=source)


def close(
    statement: str, measured: float, expected: float, *, tolerance: float, source: str | None = None
) -> Claim:
    """State that a number agrees with the expected one: |measured - expected| <= tolerance.

    Parameters
    ----------
    statement : str
        One sentence.
    measured, expected : float, int or Fraction
        Their difference is computed without rounding; NaN agrees with nothing.
    tolerance : float
        Positive and finite.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError, ValueError
        If a value is no number, or the tolerance no positive one.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.close("the series has nearly its limit", 0.9999, 1, tolerance=1e-3)
    [held, numerical] the series has nearly its limit: measured 0.9999, expected 1, tolerance 0.001
    """
    check_number("tolerance", tolerance, 0, inf)
    most = number("tolerance", tolerance)
    holds = -most <= number("measured", measured) - number("expected", expected) <= most
    return state(statement, holds, "numerical", measured, expected, tolerance, source=source)


def below(statement: str, measured: float, limit: float, *, source: str | None = None) -> Claim:
    """State that a number is at most a limit.

    Parameters
    ----------
    statement : str
        One sentence.
    measured : float, int or Fraction
        NaN is not below anything.
    limit : float, int or Fraction
        Finite. The claim is exact if both numbers are integers or fractions, and numerical otherwise.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError, ValueError
        If a value is no number, or the limit not finite.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.below("the bound is met", 17, 20)
    [held, exact] the bound is met: measured 17, expected at most 20
    """
    holds = number("measured", measured) <= _limit(limit)
    return _compared(statement, holds, measured, "at most", limit, source)


def above(statement: str, measured: float, limit: float, *, source: str | None = None) -> Claim:
    """State that a number is at least a limit.

    Parameters
    ----------
    statement : str
        One sentence.
    measured : float, int or Fraction
        NaN is not above anything.
    limit : float, int or Fraction
        Finite. The claim is exact if both numbers are integers or fractions, and numerical otherwise.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError, ValueError
        If a value is no number, or the limit not finite.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.above("more than half is kept", 0.4, 0.5)
    [FAILED, numerical] more than half is kept: measured 0.4, expected at least 0.5
    """
    holds = number("measured", measured) >= _limit(limit)
    return _compared(statement, holds, measured, "at least", limit, source)


def _limit(limit) -> Fraction:
    value = number("limit", limit)
    if not isinstance(value, Fraction):
        raise ValueError(f"limit must be finite; got {shown(limit)}.")
    return value


def _compared(statement, holds, measured, relation, limit, source) -> Claim:
    kind = "exact" if exact_number(measured) and exact_number(limit) else "numerical"
    return state(statement, holds, kind, measured, f"{relation} {json_value(limit)}", source=source)
