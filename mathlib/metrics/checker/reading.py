"""Reading the fields of files: each function returns a checked value or names the field that is damaged."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

from mathlib.checks import shown
from mathlib.errors import CertificateError

__all__ = ["down", "field", "fraction", "items", "up", "whole"]

_DIGITS = 4000
_FRACTION = re.compile(rf"-?[0-9]{{1,{_DIGITS}}}(/[1-9][0-9]{{0,{_DIGITS - 1}}})?").fullmatch


def field(data: Any, kind: str, name: str) -> Any:
    """A field of a file of that kind."""
    if not isinstance(data, dict) or data.get("kind") != kind:
        raise CertificateError(f'field kind: expected "{kind}".')
    if name not in data:
        raise CertificateError(f"field {name} is missing.")
    return data[name]


def whole(name: str, value: Any, least: int, most: int) -> int:
    """An integer in a range."""
    if type(value) is not int or not least <= value <= most:
        raise CertificateError(
            f"field {name}: an integer from {least} to {most} expected; got {shown(value)}."
        )
    return value


def fraction(name: str, value: Any) -> Fraction:
    """A rational number, written as a text like "-2/3"."""
    if not isinstance(value, str) or not _FRACTION(value):
        raise CertificateError(f'field {name}: a text like "-2/3" expected; got {shown(value)}.')
    return Fraction(value)


def items(name: str, value: Any, least: int, most: int) -> list:
    """A list with a number of entries in a range."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise CertificateError(
            f"field {name}: a list of {least} to {most} entries expected; got {shown(value)}."
        )
    return value


def down(number: Fraction, digits: int = 9) -> str:
    """A number rounded down, for a theorem.

    >>> down(Fraction(2, 3), 4), up(Fraction(2, 3), 4), down(Fraction(-1, 2))
    ('0.6666', '0.6667', '-0.5')
    """
    return _rounded(number, digits, ROUND_FLOOR)


def up(number: Fraction, digits: int = 9) -> str:
    """A number rounded up, for a theorem."""
    return _rounded(number, digits, ROUND_CEILING)


def _rounded(number: Fraction, digits: int, how: str) -> str:
    numerator, denominator = Decimal(number.numerator), Decimal(number.denominator)
    return str(Context(prec=digits, rounding=how).divide(numerator, denominator))
