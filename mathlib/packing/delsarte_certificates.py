"""Certificates of Delsarte's bounds: what they prove, in one line; verify, save, load.

The checking itself is in check_delsarte.py, which needs none of this.
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import ClassVar

from mathlib.errors import CertificateError
from mathlib.packing.check_delsarte import check_binary_code, check_kissing

__all__ = ["BinaryCodeCertificate", "KissingCertificate"]


@dataclass(frozen=True)
class _DelsarteCertificate:
    """The coefficients f_0 > 0, f_1, ... >= 0 of a function that proves a bound."""

    n: int
    coefficients: tuple[Fraction, ...]

    kind: ClassVar[str]

    @property
    def bound(self) -> int:
        """The bound: the largest integer that is not above `value`."""
        return int(self.value)

    def verify(self) -> str:
        """Prove the bound in exact arithmetic and return the theorem; CertificateError if it fails."""
        return self._check(self.to_dict())

    def to_dict(self) -> dict:
        """The certificate as JSON values: what `save` writes and the checker reads."""
        return {"kind": self.kind, **self._place(), "coefficients": [str(f) for f in self.coefficients]}

    def save(self, path) -> None:
        """Write the certificate to a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path):
        """Read a certificate and verify it; CertificateError names the damaged field."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:
            raise CertificateError(f"{path}: not a JSON file ({error}).") from None
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f'{path}: field kind: expected "{cls.kind}".')
        cls._check(data)
        place = {name: data[name] for name in ("n", "d") if name in data}
        return cls(coefficients=tuple(Fraction(f) for f in data["coefficients"]), **place)

    def _shown(self, ratio: str) -> str:
        value = str(self.value) if self.value.denominator == 1 else f"{float(self.value):.10g}"
        return f"(certificate of degree {len(self.coefficients) - 1}, {ratio} = {value})"


@dataclass(frozen=True, repr=False)
class KissingCertificate(_DelsarteCertificate):
    """A bound on the kissing number of R^n: f(t) = sum f_k P_k(t) <= 0 on [-1, 1/2], value f(1)/f_0.

    Fields: n; coefficients, the fractions f_0, f_1, ...; `.value` as a Fraction, `.bound` as an integer.
    """

    kind: ClassVar[str] = "kissing"
    _check = staticmethod(check_kissing)

    @property
    def value(self) -> Fraction:
        """f(1)/f_0."""
        return sum(self.coefficients) / self.coefficients[0]

    def _place(self) -> dict:
        return {"n": self.n}

    def __repr__(self) -> str:
        return f"kissing number of R^{self.n} <= {self.bound} {self._shown('f(1)/f_0')}"


@dataclass(frozen=True, repr=False)
class BinaryCodeCertificate(_DelsarteCertificate):
    """A bound on A(n, d): f(i) = sum f_k K_k(i) <= 0 at the allowed distances, value f(0)/f_0.

    Fields: n, d; coefficients, the fractions f_0, f_1, ...; `.value` as a Fraction, `.bound` as an integer.
    """

    d: int

    kind: ClassVar[str] = "binary-code"
    _check = staticmethod(check_binary_code)

    @property
    def value(self) -> Fraction:
        """f(0)/f_0."""
        length = self.n + self.d % 2
        at_zero = sum(f * comb(length, k) for k, f in enumerate(self.coefficients))
        return at_zero / self.coefficients[0]

    def _place(self) -> dict:
        return {"n": self.n, "d": self.d}

    def __repr__(self) -> str:
        return f"A({self.n}, {self.d}) <= {self.bound} {self._shown('f(0)/f_0')}"
