"""What all certificates share: reading their files, and checking what stands in their fields.

A file may come from anybody and a certificate may have been put together by hand. Here everything that is no
certificate ends as an error that names what is wrong in one short line, after little work. Only the standard
library is used, because the checkers stand on it.
"""

import json
import os
import stat
from contextlib import contextmanager
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from math import isfinite, lcm, log2
from numbers import Rational, Real
from pathlib import Path

from mathlib.checks import shown
from mathlib.errors import CertificateError

__all__ = [
    "about", "entries", "integers", "naming", "numbers", "printable", "rational", "rationals", "read_json",
    "rounded_up", "settle",
]  # fmt: skip

#: In bytes. The largest file that ships has 61 kB.
_LARGEST_FILE = 2**23
#: Decimal digits of a numerator or a denominator; Python turns no more than 4300 into text.
_MOST_DIGITS = 4000
_EXACT = Context(prec=30, Emin=-(10**9), Emax=10**9)


# Files


def read_json(path):
    """Return the content of a JSON file; raise CertificateError for anything else, without waiting for it.

    Pipes and devices are refused before they are opened, because reading them may never end.
    """
    path = Path(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise CertificateError("cannot be read: not a regular file")
        with open(path, "rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}") from None
    except CertificateError:
        raise
    except ValueError:
        raise CertificateError("cannot be read: no file can have this name") from None
    if len(content) > _LARGEST_FILE:
        raise CertificateError(f"longer than {_LARGEST_FILE} bytes, and no certificate is that long")
    try:
        return json.loads(content.decode("utf-8"))
    except ValueError as error:
        raise CertificateError(f"not a JSON file: {error}") from None
    except RecursionError:
        raise CertificateError("not a JSON file: nested too deeply") from None


@contextmanager
def naming(path):
    """Put the name of the file in front of the text of a CertificateError."""
    try:
        yield
    except CertificateError as error:
        raise CertificateError(f"{printable(path)}: {error}") from None


def printable(path) -> str:
    r"""The name of a file in one line of text, without characters that would steer a terminal.

    >>> printable("two\nlines.json")
    'two\\nlines.json'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


# Fields


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
    if isinstance(value, bool):
        pass
    elif isinstance(value, Rational):
        number = Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, Real) and isfinite(value):
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
        if isinstance(x, bool) or not isinstance(x, Real) or not -1e300 < x < 1e300:
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
