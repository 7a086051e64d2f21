"""Dimension one: the triangle function, whose bound is exactly 1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_finite, check_integer
from mathlib.fields import settle
from mathlib.packing.two_point.check_dimension_one import check_triangle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

__all__ = ["TriangleCertificate"]


@dataclass(frozen=True, repr=False)
class TriangleCertificate(Certificate):
    """The certificate that no packing of equal intervals in R^1 has density above 1.

    f(x) = max(0, 1 - |x|) vanishes for |x| >= r = 1. Its Fourier transform (sin(pi y) / (pi y))^2 is nowhere
    negative, and f^(0) = 1. So the density is at most vol(B_1) (r/2) f(0)/f^(0) = 2 * (1/2) * 1 = 1.

    Attributes
    ----------
    n : int
        The dimension, 1.

    Examples
    --------
    >>> certificate = TriangleCertificate()
    >>> certificate
    TriangleCertificate(density in R^1 <= 1)
    >>> print(certificate.verify())
    No packing of equal balls in R^1 has density above 1.
    """

    n: int = 1

    kind: ClassVar[str] = "two-point-triangle"

    def __post_init__(self):
        settle(self, n=check_integer("n", self.n, 1, 1, "the dimension of the triangle function"))

    @property
    def bound(self) -> Decimal:
        """The bound, exactly 1."""
        return Decimal(1)

    def __repr__(self):
        return f"TriangleCertificate(density in R^1 <= {self.bound})"

    def f(self, x: ArrayLike) -> np.ndarray:
        """Return f at some distances from the origin.

        Parameters
        ----------
        x : array_like
            A number or an array of numbers.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        import numpy as np

        return np.maximum(0.0, 1 - np.abs(check_finite("x", x)))[()]

    def f_hat(self, x: ArrayLike) -> np.ndarray:
        """Return the Fourier transform of f at some distances from the origin.

        Parameters
        ----------
        x : array_like
            A number or an array of numbers.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        import numpy as np

        return np.sinc(check_finite("x", x)) ** 2

    def verify(self) -> Verified:
        """Return the theorem; the proof is the three lines above, the check that they are meant."""
        conditions = {"f(x) = 0 for |x| >= r, f^ >= 0": "by the formulas", "the bound": "fractions"}
        return replace(self)._verified(check_triangle, conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values."""
        return {"kind": self.kind, "n": self.n, "radius": "1", "bound": str(self.bound)}

    @classmethod
    def from_dict(cls, data: Any) -> TriangleCertificate:
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        check_triangle(data)  # there is nothing in it that could be read without being checked
        return cls()
