"""The contract of everything that can be verified, and what certificates of all kinds share.

A certificate holds what a proof needs. Its `verify()` proves the theorem anew from these fields alone and
returns a `Verified`, whose text is the theorem, or raises CertificateError; `save(path)` writes it to a file;
`load(path)` reads one and proves nothing; `shipped(n)` loads one that is part of this package.
`python -m mathlib.verify FILE ...` verifies files of every kind.

A file may come from anybody and a certificate may have been put together by hand. Here everything that is no
certificate ends as an error that names what is wrong in one short line, after little work. Only the standard
library is used, because the checkers stand on it.
"""

import json
import os
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from math import isfinite, lcm, log2
from numbers import Rational
from pathlib import Path
from typing import Any, ClassVar, Self, TypeAlias

from mathlib.checks import check_integer, is_number, shown
from mathlib.errors import CertificateError

__all__ = [
    "Certificate", "FileName", "Verified", "about", "entries", "integers", "naming", "numbers", "printable",
    "rational", "rationals", "read_json", "rounded_up", "settle",
]  # fmt: skip

#: The name of a file.
FileName: TypeAlias = str | os.PathLike[str]

#: In bytes. The largest file that ships has 61 kB; embeddings of large posets have some megabytes.
_LARGEST_FILE = 2**25
#: Decimal digits of a numerator or a denominator; Python turns no more than 4300 into text.
_MOST_DIGITS = 4000
_EXACT = Context(prec=30, Emin=-(10**9), Emax=10**9)


@dataclass(frozen=True, repr=False)
class Verified:
    """What a verification has proved, and how. Two are equal if their theorems are.

    Attributes
    ----------
    theorem : str
        In one sentence; also the text that `str` gives.
    bound : number or pair of numbers
        The number in the theorem, or the lower and the upper one.
    checks : mapping of str to str
        Each condition of the theorem that was checked, and how that went.
    by : str
        What kind of arithmetic decided: "exact", "ball arithmetic", "doubles with error bounds", ...
    seconds : float
        The time it took.
    assumes : tuple of str
        The theorems from the literature on which this one rests beyond its own proof; () where there is none.
    """

    theorem: str
    bound: Any
    checks: Mapping[str, str] = field(compare=False)
    by: str = field(compare=False)
    seconds: float = field(compare=False)
    assumes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.theorem

    def __repr__(self) -> str:
        count = len(self.checks)
        conditions = "1 condition" if count == 1 else f"{count} conditions"
        return f"Verified({self.theorem!r}, {conditions}, {self.by}, {self.seconds:.1f} s)"


class Certificate:
    """What every kind of certificate can do; `from_dict`, `to_dict` and `verify` are its own."""

    #: What the field "kind" of its files says.
    kind: ClassVar[str]
    #: Where files named nNN.json ship with the package, if they do.
    folder: ClassVar[Path | None] = None
    #: The number in the theorem.
    bound: Any

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values; docs/certificates.md describes them."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        raise NotImplementedError

    def verify(self) -> Verified:
        """Prove the theorem anew from the fields alone; CertificateError names what does not hold."""
        raise NotImplementedError

    def _verified(self, check: Callable[[dict], str], conditions: Mapping[str, str], by: str) -> Verified:
        """What a checker of files says of this certificate, which it sees as the content of one."""
        started = time.perf_counter()
        theorem = check(self.to_dict())
        return Verified(theorem, self.bound, conditions, by, time.perf_counter() - started)

    def save(self, path: FileName) -> None:
        """Write the certificate to a JSON file."""
        _file(path).write_text(json.dumps(self.to_dict(), indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: FileName) -> Self:
        """Read a certificate and verify nothing; CertificateError names the field that is damaged."""
        with naming(path):
            return cls.from_dict(read_json(path))

    @classmethod
    def shipped_path(cls, n: int) -> Path:
        """The file of the certificate that ships for n; ValueError says for which n there is one."""
        files = {int(path.stem[1:]): path for path in cls.folder.glob("n*.json")} if cls.folder else {}
        if not files:
            raise ValueError(f"no certificate of kind {cls.kind!r} ships with this package.")
        return files[check_integer("n", n, min(files), max(files), "for which certificates ship")]

    @classmethod
    def shipped(cls, n: int) -> Self:
        """Load the certificate that ships for n; ValueError says for which n there is one."""
        return cls.load(cls.shipped_path(n))


# Files


def read_json(path: FileName) -> Any:
    """Return the content of a JSON file; raise CertificateError for anything else, without waiting for it.

    Pipes and devices are refused before they are opened, because reading them may never end.
    """
    path = _file(path)
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
        return json.loads(content.decode("utf-8"), object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise CertificateError(f"not a JSON file: {error}") from None
    except RecursionError:
        raise CertificateError("not a JSON file: nested too deeply") from None


def _file(path: FileName) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be the name of a file; got {shown(path)}.")
    return Path(path)


def _without_repetition(pairs) -> dict:
    """A JSON object; one that gives a field twice would mean different things to different readers."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is given twice")
    return found


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
