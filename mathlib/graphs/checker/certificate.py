"""Certificates whose files hold the fields of a dataclass: one form for reading, writing and proving."""

import re
import time
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np

from mathlib.certificates import Certificate, Verified
from mathlib.errors import CertificateError

__all__ = ["FieldCertificate", "file_checker"]

_FRACTION = re.compile(r"-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?").fullmatch


class FieldCertificate(Certificate):
    """A frozen dataclass that checks its fields when it is made, and whose `_prove` proves its theorem.

    A file has the same fields: lists, integers, words, and fractions, which doubles are, too, as texts.
    """

    #: How fields of a file are read that are more than lists, numbers and words.
    _readers: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    def _prove(self) -> tuple[str, dict[str, str], str]:
        """The theorem, its conditions and how each was checked, and by what arithmetic."""
        raise NotImplementedError

    def verify(self) -> Verified:
        """Prove the theorem anew from the fields alone; CertificateError names what does not hold."""
        started = time.perf_counter()
        theorem, conditions, by = self._prove()
        return Verified(theorem, self.bound, conditions, by, time.perf_counter() - started)

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values; docs/certificates.md describes them."""
        return {"kind": self.kind} | {name: _written(getattr(self, name)) for name in self._names()}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Make a certificate of what `to_dict` has written; CertificateError names a damaged field."""
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f'field kind: expected "{cls.kind}".')
        missing = [name for name in cls._names() if name not in data]
        if missing:
            raise CertificateError(f"field {missing[0]} is missing.")
        try:
            return cls(**{name: cls._readers.get(name, _read)(data[name]) for name in cls._names()})
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise CertificateError(f"field {error}") from None

    @classmethod
    def _names(cls) -> list[str]:
        return [field.name for field in fields(cls) if field.init]  # type: ignore[arg-type]  # a dataclass

    def __eq__(self, other) -> bool:
        return type(other) is type(self) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.kind, self.bound))


def file_checker(kind: type[FieldCertificate]) -> Callable[[Any], str]:
    """The function that returns the theorem that the content of a file of this kind proves."""
    return lambda data: str(kind.from_dict(data).verify())


def _written(value):
    if isinstance(value, list | tuple | np.ndarray):
        return [_written(x) for x in (value.tolist() if isinstance(value, np.ndarray) else value)]
    if isinstance(value, dict):
        return {key: _written(x) for key, x in value.items()}
    return str(Fraction(value)) if isinstance(value, float | Fraction) else value


def _read(value):
    if isinstance(value, list):
        return tuple(map(_read, value))
    if isinstance(value, dict):
        return {key: _read(x) for key, x in value.items()}
    return Fraction(value) if isinstance(value, str) and _FRACTION(value) else value
