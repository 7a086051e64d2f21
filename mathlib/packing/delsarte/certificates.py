"""Certificates of Delsarte's bounds: what they prove, in one line; verify, save, load.

The checking itself is in check.py, which needs none of this.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb
from typing import ClassVar

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_integer
from mathlib.errors import CertificateError
from mathlib.fields import about, rationals, settle
from mathlib.packing.delsarte.check import (
    LARGEST_LENGTH,
    check_binary_code,
    check_kissing,
    read_coefficients,
    whole_text,
)

__all__ = ["BinaryCodeCertificate", "KissingCertificate"]


@dataclass(frozen=True)
class _DelsarteCertificate(Certificate):
    """The coefficients f_0 > 0, f_1, ... >= 0 of a function that proves a bound."""

    n: int
    coefficients: tuple[Fraction, ...]

    def __post_init__(self):
        settle(
            self,
            **{name: check_integer(name, value, 1, LARGEST_LENGTH) for name, value in self._place().items()},
            coefficients=rationals("coefficients", self.coefficients, 1, LARGEST_LENGTH, most_digits=1000),
        )

    @property
    def bound(self) -> int:
        """The bound: the largest integer that is not above `value`."""
        return int(self.value)

    def verify(self) -> Verified:
        """Prove the bound in exact arithmetic; CertificateError if it fails."""
        return replace(self)._verified(self._check, self._conditions, "exact")

    def to_dict(self) -> dict:
        """The certificate as JSON values: what `save` writes and the checker reads."""
        return {"kind": self.kind, **self._place(), "coefficients": [str(f) for f in self.coefficients]}

    @classmethod
    def from_dict(cls, data):
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f'field kind: expected "{cls.kind}".')
        place = {name: data.get(name) for name in ("n", "d") if name in cls.__dataclass_fields__}
        try:
            return cls(coefficients=read_coefficients(data), **place)
        except CertificateError:
            raise
        except ValueError as error:
            raise CertificateError(f"field {error}") from None

    def _first(self) -> Fraction:
        if self.coefficients[0] <= 0:
            raise CertificateError(f"f_0 > 0 does not hold: f_0 = {about(self.coefficients[0])}.")
        return self.coefficients[0]

    def _shown(self, ratio: str) -> str:
        value = whole_text(self.value) if self.value.denominator == 1 else about(self.value, 10)
        return f"(certificate of degree {len(self.coefficients) - 1}, {ratio} = {value})"


@dataclass(frozen=True, repr=False)
class KissingCertificate(_DelsarteCertificate):
    """A bound on the kissing number of R^n: f(t) = sum f_k P_k(t) <= 0 on [-1, 1/2], value f(1)/f_0.

    Fields: n; coefficients, the fractions f_0, f_1, ...; `.value` as a Fraction, `.bound` as an integer.
    """

    kind: ClassVar[str] = "kissing"
    _check = staticmethod(check_kissing)
    _conditions: ClassVar[dict] = {
        "f_0 > 0, f_k >= 0": "fractions",
        "f(t) <= 0 on [-1, 1/2]": "Descartes' rule of signs, in integers",
    }

    @property
    def value(self) -> Fraction:
        """f(1)/f_0."""
        return sum(self.coefficients) / self._first()

    def _place(self) -> dict:
        return {"n": self.n}

    def __repr__(self) -> str:
        return f"kissing number of R^{self.n} <= {whole_text(self.bound)} {self._shown('f(1)/f_0')}"


@dataclass(frozen=True, repr=False)
class BinaryCodeCertificate(_DelsarteCertificate):
    """A bound on A(n, d): f(i) = sum f_k K_k(i) <= 0 at the allowed distances, value f(0)/f_0.

    Fields: n, d; coefficients, the fractions f_0, f_1, ...; `.value` as a Fraction, `.bound` as an integer.
    """

    d: int

    kind: ClassVar[str] = "binary-code"
    _check = staticmethod(check_binary_code)
    _conditions: ClassVar[dict] = {
        "f_0 > 0, f_k >= 0": "fractions",
        "f(i) <= 0 at the allowed distances": "integers",
    }

    @property
    def value(self) -> Fraction:
        """f(0)/f_0."""
        length = self.n + self.d % 2
        at_zero = sum(f * comb(length, k) for k, f in enumerate(self.coefficients))
        return at_zero / self._first()

    def _place(self) -> dict:
        return {"n": self.n, "d": self.d}

    def __repr__(self) -> str:
        return f"A({self.n}, {self.d}) <= {whole_text(self.bound)} {self._shown('f(0)/f_0')}"
