"""Certificates of Delsarte's bounds: what they prove, in one line; verify, save, load.

The checking itself is in check.py, which needs none of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, Any, ClassVar, Self

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

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

__all__ = ["BinaryCodeCertificate", "KissingCertificate"]


@dataclass(frozen=True)
class _DelsarteCertificate(Certificate):
    """The coefficients f_0 > 0, f_1, ... >= 0 of a function that proves a bound."""

    n: int
    coefficients: tuple[Fraction, ...]

    _conditions: ClassVar[Mapping[str, str]]

    def __post_init__(self):
        settle(
            self,
            **{name: check_integer(name, value, 1, LARGEST_LENGTH) for name, value in self._place().items()},
            coefficients=rationals("coefficients", self.coefficients, 1, LARGEST_LENGTH, most_digits=1000),
        )

    @property
    def value(self) -> Fraction:
        """The bound before it is rounded down."""
        raise NotImplementedError

    @staticmethod
    def _check(data: dict) -> str:
        """The theorem that the content of a file proves."""
        raise NotImplementedError

    def _place(self) -> dict[str, int]:
        """The numbers that the bound is for, by name."""
        raise NotImplementedError

    @property
    def bound(self) -> int:
        """The bound: the largest integer that is not above `value`."""
        return int(self.value)

    def verify(self) -> Verified:
        """Prove the bound in exact arithmetic; CertificateError if it fails."""
        return replace(self)._verified(self._check, self._conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values: what `save` writes and the checker reads."""
        return {"kind": self.kind, **self._place(), "coefficients": [str(f) for f in self.coefficients]}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f'field kind: expected "{cls.kind}".')
        names = [name for name in ("n", "d") if name in cls.__dataclass_fields__]
        place: dict[str, Any] = {name: data.get(name) for name in names}
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

    Attributes
    ----------
    n : int
        The dimension.
    coefficients : tuple of Fraction
        f_0, f_1, ...

    Examples
    --------
    >>> certificate = KissingCertificate(2, (3, 6, 5, 3, 1))
    >>> certificate.bound, certificate.value
    (6, Fraction(6, 1))
    >>> print(certificate.verify())
    At most 6 balls touch one ball of the same size in R^2 (Delsarte bound 6).
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
        return sum(self.coefficients, Fraction(0)) / self._first()

    def f(self, t: ArrayLike) -> np.ndarray:
        """Return f in doubles, to draw it.

        Parameters
        ----------
        t : array_like
            Inner products: numbers in [-1, 1], of any shape.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        from mathlib.packing.delsarte.relaxation import gegenbauer_sum

        return gegenbauer_sum(self.n, [float(c) for c in self.coefficients], t)

    def _place(self) -> dict[str, int]:
        return {"n": self.n}

    def __repr__(self) -> str:
        return f"kissing number of R^{self.n} <= {whole_text(self.bound)} {self._shown('f(1)/f_0')}"


@dataclass(frozen=True, repr=False)
class BinaryCodeCertificate(_DelsarteCertificate):
    """A bound on A(n, d): f(i) = sum f_k K_k(i) <= 0 at the allowed distances, value f(0)/f_0.

    Attributes
    ----------
    n : int
        The length of the words.
    coefficients : tuple of Fraction
        f_0, f_1, ...
    d : int
        The minimum distance.

    Examples
    --------
    >>> print(BinaryCodeCertificate(3, (1, 1), 2).verify())
    A binary code of length 3 and minimum distance 2 has at most 4 words (Delsarte bound 4).
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

    def _place(self) -> dict[str, int]:
        return {"n": self.n, "d": self.d}

    def __repr__(self) -> str:
        return f"A({self.n}, {self.d}) <= {whole_text(self.bound)} {self._shown('f(0)/f_0')}"
