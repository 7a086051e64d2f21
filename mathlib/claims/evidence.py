"""Claims that rest on certificates, errors, random experiments and clocks."""

from collections.abc import Callable
from math import inf
from typing import Any

from mathlib.certificates import Verified
from mathlib.checks import check_probability, shown
from mathlib.claims.record import Claim, state
from mathlib.claims.values import number
from mathlib.errors import CertificateError
from mathlib.outputs import json_value

__all__ = ["certified", "refused", "statistical", "timing"]


def certified(statement: str, *certificates: Any, source: str | None = None) -> Claim:
    """State what certificates prove; each of them is verified here and now.

    The row shows the theorems, with what they assume, so that it says no more than was proved.

    Parameters
    ----------
    statement : str
        One sentence, which must follow from the theorems.
    *certificates : Certificate
        At least one object whose `verify()` returns a `Verified` or raises CertificateError.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim
        It holds if every certificate proves its theorem, and otherwise names the first that does not.

    Raises
    ------
    TypeError
        If there is no certificate, or one has no `verify`.

    Examples
    --------
    >>> from mathlib import claim
    >>> from mathlib.packing import binary_code_bound
    >>> result = claim.certified("none is larger than Hamming's", binary_code_bound(7, 3))
    ... # doctest: +ELLIPSIS
    [held, certified] none is larger than Hamming's: A binary code of length 7 and minimum distance 3 has...
    """
    if not certificates or not all(callable(getattr(c, "verify", None)) for c in certificates):
        raise TypeError(
            f"certificates must be one or more objects with a method verify(); got {shown(certificates)}."
        )
    theorems = []
    for position, certificate in enumerate(certificates, 1):
        which = "the certificate" if len(certificates) == 1 else f"certificate {position}"
        try:
            verified = certificate.verify()
        except CertificateError as error:
            return state(statement, False, "certified", f"{which} proves nothing: {error}", source=source)
        if not isinstance(verified, Verified):
            found = f"{which} gave no Verified but {shown(verified)}"
            return state(statement, False, "certified", found, source=source)
        assumed = f" (assuming {' and '.join(verified.assumes)})" if verified.assumes else ""
        theorems.append(f"{verified.theorem}{assumed}")
    return state(statement, True, "certified", "; ".join(theorems), source=source)


def refused(
    statement: str, call: Callable[[], Any], error: type[Exception], *, source: str | None = None
) -> Claim:
    """State that a call ends with an error of a class.

    Parameters
    ----------
    statement : str
        One sentence.
    call : callable
        Called without arguments. What is no Exception, a KeyboardInterrupt say, is not caught.
    error : class
        The class of the error, or one that it inherits from.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim
        It fails if the call returns, or raises an error of another class.

    Raises
    ------
    TypeError
        If `call` cannot be called, or `error` is not a class of exceptions.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.refused("there is no 1 / 0", lambda: 1 / 0, ZeroDivisionError)
    [held, exact] there is no 1 / 0: measured ZeroDivisionError: division by zero, expected ZeroDivisionError
    """
    if not callable(call):
        raise TypeError(f"call must be callable without arguments; got {shown(call)}.")
    if not isinstance(error, type) or not issubclass(error, Exception):
        raise TypeError(f"error must be a class of exceptions; got {shown(error)}.")
    try:
        found, holds = f"no error but {shown(call())}", False
    except Exception as raised:
        found, holds = f"{type(raised).__name__}: {raised}", isinstance(raised, error)
    return state(statement, holds, "exact", found, error.__name__, source=source)


def statistical(
    statement: str,
    measured: float,
    interval: tuple[float, float],
    *,
    false_alarm: float,
    source: str | None = None,
) -> Claim:
    """State that the outcome of a random experiment lies in an interval.

    Parameters
    ----------
    statement : str
        One sentence.
    measured : float, int or Fraction
        NaN lies in no interval.
    interval : pair of numbers
        The lower and the upper end, which belong to it; one of them may be infinite.
    false_alarm : float
        The probability, strictly between 0 and 1, that a true claim fails.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError, ValueError
        If a value is no number, the interval none, or `false_alarm` no probability.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.statistical("a fair coin", 503, (342, 658), false_alarm=2e-23, source="Hoeffding")
    [held, statistical] a fair coin: measured 503, expected from 342 to 658, false-alarm 2e-23 (Hoeffding)
    """
    low, high = _interval(interval)
    holds = number("interval", low) <= number("measured", measured) <= number("interval", high)
    rate = check_probability("false_alarm", false_alarm, "how often a true claim fails")
    expected = f"from {json_value(low)} to {json_value(high)}"
    return state(statement, holds, "statistical", measured, expected, None, rate, source)


def timing(statement: str, measured: float, *, source: str | None = None) -> Claim:
    """Report a duration, or a ratio of durations; it never fails.

    Parameters
    ----------
    statement : str
        One sentence that names the unit.
    measured : float, int or Fraction
        At least 0 and finite.
    source : str, optional
        Author, year, theorem.

    Returns
    -------
    Claim

    Raises
    ------
    TypeError, ValueError
        If `measured` is no duration.

    Examples
    --------
    >>> from mathlib import claim
    >>> result = claim.timing("seconds for a million points", 0.52)
    [reported, timing] seconds for a million points: measured 0.52
    """
    if not 0 <= number("measured", measured) < inf:
        raise ValueError(f"measured must be at least 0 and finite; got {shown(measured)}.")
    return state(statement, True, "timing", measured, source=source)


def _interval(interval) -> tuple[Any, Any]:
    """The two ends of an interval."""
    try:
        low, high = interval
        fits = number("interval", low) <= number("interval", high) and not low == -inf == -high
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(
            "interval must be a pair of numbers low <= high, of which one may be infinite; "
            f"got {shown(interval)}."
        )
    return low, high
