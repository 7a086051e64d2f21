"""Dimension one: the triangle function, whose bound is exactly 1."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from mathlib.checks import check_integer
from mathlib.packing.certificate_fields import naming, read_json, settle
from mathlib.packing.check_triangle import check_triangle

__all__ = ["TriangleCertificate"]


@dataclass(frozen=True, repr=False)
class TriangleCertificate:
    """The certificate that no packing of equal intervals in R^1 has density above 1.

    f(x) = max(0, 1 - |x|) vanishes for |x| >= r = 1. Its Fourier transform (sin(pi y) / (pi y))^2 is nowhere
    negative, and f^(0) = 1. So the density is at most vol(B_1) (r/2) f(0)/f^(0) = 2 * (1/2) * 1 = 1.

    >>> certificate = TriangleCertificate()
    >>> certificate
    TriangleCertificate(density in R^1 <= 1)
    >>> certificate.verify()
    'No packing of equal balls in R^1 has density above 1.'
    """

    n: int = 1

    def __post_init__(self):
        settle(self, n=check_integer("n", self.n, 1, 1, "the dimension of the triangle function"))

    @property
    def bound(self) -> Decimal:
        """The bound, exactly 1."""
        return Decimal(1)

    def __repr__(self):
        return f"TriangleCertificate(density in R^1 <= {self.bound})"

    def f(self, x):
        """Return f at x, a number or an array of numbers."""
        import numpy as np

        return np.maximum(0.0, 1 - np.abs(x))[()]

    def f_hat(self, x):
        """Return the Fourier transform of f at x, a number or an array of numbers."""
        import numpy as np

        return np.sinc(x) ** 2

    def verify(self) -> str:
        """Return the theorem; the proof is the three lines above, the check that they are meant."""
        return check_triangle(replace(self).to_dict())

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        return {"kind": "two-point-triangle", "n": self.n, "radius": "1", "bound": str(self.bound)}

    def save(self, path) -> None:
        """Write the certificate to a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=0) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path) -> "TriangleCertificate":
        """Read a certificate; CertificateError names the field that is damaged."""
        with naming(path):
            check_triangle(read_json(path))
        return cls()
