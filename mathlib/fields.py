"""The fields of certificates as exact numbers, and exact numbers in texts: what all kinds share.

Only the standard library is used, because the checkers stand on it.
"""

from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from math import isfinite, lcm, log2
from numbers import Rational

from mathlib.checks import is_number, shown
from mathlib.errors import CertificateError

__all__ = ["about", "entries", "integers", "numbers", "rational", "rationals", "rounded_up", "settle"]

#: Decimal digits of a numerator or a denominator; Python turns no more than 4300 into text.
_MOST_DIGITS = 4000
_EXACT = Context(prec=30, Emin=-(10**9), Emax=10**9)


def settle(certificate, **fields) -> None:
    """Set checked values on a frozen dataclass; what is for its `__post_init__` only."""
    for name, value in fields.items():
        object.__setattr__(certificate, name, value)


def entries(name, value, least, most) -> tuple:
    """Return a list, tuple or array as a tuple if it has from `least` to `most` entries."""
    try:
        count = -1 if isinstance(value, str | bytes | dict | set) else len(value)
    except TypeError:
        count = -1
    if count < 0:
        raise ValueError(f"{name} must be a tuple or a list; got {shown(value)}.")
    if not least <= count <= most:
        raise ValueError(f"{name} must have from {least} to {most} entries; got {count}.")
    return tuple(value)


def rational(name, value, *, most_digits=_MOST_DIGITS) -> Fraction:
    """Return an integer, a fraction or a finite float, of Python or NumPy, as the Fraction that it is."""
    number = None
    if isinstance(value, Rational) and not isinstance(value, bool):
        number = Fraction(int(value.numerator), int(value.denominator))
    elif is_number(value) and isfinite(value):
        number = Fraction(float(value))
    if number is None:
        raise ValueError(f"{name} must be a Fraction, an integer or a finite float; got {shown(value)}.")
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > most_digits * log2(10):
        raise ValueError(f"{name} must have at most {most_digits} digits above and below the fraction bar.")
    return number


def rationals(name, value, least, most, *, most_digits=_MOST_DIGITS) -> tuple[Fraction, ...]:
    """Return from `least` to `most` numbers as Fractions."""
    found = entries(name, value, least, most)
    return tuple(rational(f"{name}[{i}]", x, most_digits=most_digits) for i, x in enumerate(found))


def numbers(name, value, most) -> tuple[float, ...]:
    """Return at most so many finite numbers as floats."""
    found = []
    for i, x in enumerate(entries(name, value, 0, most)):
        if not is_number(x) or not -1e300 < x < 1e300:
            raise ValueError(f"{name}[{i}] must be a finite number; got {shown(x)}.")
        found.append(float(x))
    return tuple(found)


def integers(coefficients) -> tuple[list[int], int]:
    """Return integers and a positive d with coefficients = integers / d, unless d is very long.

    >>> integers([Fraction(1, 2), Fraction(-1, 3)])
    ([3, -2], 6)
    """
    common = 1
    for c in coefficients:
        common = lcm(common, c.denominator)
        if common.bit_length() > _MOST_DIGITS * log2(10):
            raise CertificateError(
                f"field coefficients: a common denominator of at most {_MOST_DIGITS} digits is expected"
            )
    return [c.numerator * (common // c.denominator) for c in coefficients], common


# Numbers in texts


def rounded_up(value, digits) -> Decimal:
    """The decimal of so many significant digits that is next above an integer or fraction.

    >>> rounded_up(Fraction(2, 3), 5)
    Decimal('0.66667')
    """
    rounding = Context(prec=digits, rounding=ROUND_CEILING, Emin=-(10**6), Emax=10**6)
    return rounding.divide(Decimal(value.numerator), Decimal(value.denominator))


def about(value, digits=3) -> str:
    """An integer or fraction to so many digits, for a message; unlike float, of any size.

    >>> about(Fraction(1, 3)), about(-(10**400) // 3), about(Fraction(1, 10**400))
    ('0.333', '-3.33e+399', '1.00e-400')
    """
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    if abs(exponent) < 1000:
        return f"{float(value):.{digits}g}"
    mantissa = Fraction(value) / Fraction(2) ** exponent
    return f"{_EXACT.multiply(Decimal(float(mantissa)), _EXACT.power(2, exponent)):.{digits - 1}e}"
