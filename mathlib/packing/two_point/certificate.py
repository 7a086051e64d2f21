"""Certificates of two-point bounds: the function behind a bound, to evaluate, verify, save and load."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_finite, check_integer
from mathlib.errors import CertificateError
from mathlib.fields import about, numbers, rational, rationals, rounded_up, settle
from mathlib.packing.two_point import check, check_in_balls
from mathlib.packing.two_point.dimension_one import TriangleCertificate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

__all__ = ["TwoPointCertificate"]


@dataclass(frozen=True, repr=False)
class TwoPointCertificate(Certificate):
    r"""A radial function that bounds the density of sphere packings in R^n.

    With alpha = n/2 - 1 and t = 2 pi |x|^2,

        f(x) = sum_k c_k L_k^alpha(t) e^{-t/2},      f^(x) = sum_k (-1)^k c_k L_k^alpha(t) e^{-t/2},

    where f(x) < 0 for |x| >= r, f^ > 0, and 2 pi r^2 = T. Then the density of every packing of equal balls is
    at most vol(B_n) (r/2)^n f(0) / f^(0) (Cohn and Elkies 2003, Theorem 3.2).

    Attributes
    ----------
    n : int
        The dimension, at least 2.
    degree : int
        The degree K of the polynomial factor.
    radius_squared_times_2pi : Fraction
        T.
    coefficients : tuple of K + 1 Fraction
        c_0, ..., c_K; their denominators are powers of two.
    nodes : tuple of float
        The values of t where f and f^ nearly touch zero. Only a hint for checkers, not part of the proof.
    digits : int
        The significant digits of `bound`.

    Examples
    --------
    >>> from mathlib.packing import two_point_bound
    >>> certificate = two_point_bound(8, digits=6)
    >>> certificate
    TwoPointCertificate(density in R^8 <= 0.253670, degree 91)
    >>> print(certificate.verify())
    No packing of equal balls in R^8 has density above 0.253670.
    >>> TwoPointCertificate.shipped(24).bound
    Decimal('0.00192957430940393')
    """

    n: int
    degree: int
    radius_squared_times_2pi: Fraction
    coefficients: tuple[Fraction, ...]
    nodes: tuple[float, ...]
    digits: int = 15

    kind: ClassVar[str] = "two-point"
    folder: ClassVar[Path] = Path(__file__).parents[1] / "certificates" / "two_point"

    def __post_init__(self):
        coefficients = rationals("coefficients", self.coefficients, 1, 512)
        top = len(coefficients) - 1
        settle(
            self,
            n=check_integer("n", self.n, 2, 1000),
            degree=check_integer("degree", self.degree, top, top, "one less than there are coefficients"),
            radius_squared_times_2pi=rational(
                "radius_squared_times_2pi", self.radius_squared_times_2pi, most_digits=150
            ),
            coefficients=coefficients,
            nodes=numbers("nodes", self.nodes, 200),
            digits=check_integer("digits", self.digits, 1, 100),
        )

    def __repr__(self):
        return f"TwoPointCertificate(density in R^{self.n} <= {self.bound}, degree {self.degree})"

    @cached_property
    def bound(self) -> Decimal:
        """vol(B_n) (r/2)^n f(0)/f^(0), rounded up to `digits` significant digits."""
        p, q = self.polynomials
        if q[0] <= 0:
            raise CertificateError(f"q(0) > 0 does not hold: q(0) = {about(_fraction(q[0]))}")
        for bits in (64 + 8 * self.digits, 256 + 16 * self.digits):
            low, high = (rounded_up(end, self.digits) for end in self._enclosure(p(0) / q(0), bits))
            if low == high:
                break
        return high

    def _enclosure(self, ratio, bits):
        """The ends of a ball around the exact bound, as fractions."""
        with ctx.workprec(bits):
            T = fmpq(self.radius_squared_times_2pi.numerator, self.radius_squared_times_2pi.denominator)
            half = arb(self.n) / 2
            value = (arb(T) / 8) ** half / (half + 1).gamma() * arb(ratio)
            return [_fraction(end.fmpq()) for end in (value.lower(), value.upper())]

    @cached_property
    def polynomials(self) -> tuple[fmpq_poly, fmpq_poly]:
        """p and q with f = p(t) e^{-t/2} and f^ = q(t) e^{-t/2}, as exact flint.fmpq_poly in t."""
        return check_in_balls.expand(self.n, self.coefficients)

    def f(self, x: ArrayLike) -> np.ndarray | float:
        """Return f at some distances from the origin, correct to double precision.

        Parameters
        ----------
        x : array_like
            A number or an array of numbers.

        Returns
        -------
        ndarray or float
            Of the same shape.
        """
        return self._values(self.polynomials[0], x)

    def f_hat(self, x: ArrayLike) -> np.ndarray | float:
        """Return the Fourier transform of f at some distances from the origin.

        Parameters
        ----------
        x : array_like
            A number or an array of numbers.

        Returns
        -------
        ndarray or float
            Of the same shape.
        """
        return self._values(self.polynomials[1], x)

    def _values(self, poly, x):
        """poly(t) e^{-t/2} at t = 2 pi x^2, with as many bits as it takes: the terms cancel heavily."""
        import numpy as np

        radii = check_finite("x", x)
        values = _accurate_values(poly, radii.ravel().tolist())
        return np.array(values).reshape(radii.shape) if radii.ndim else values[0]

    def verify(self) -> Verified:
        """Prove the bound anew from the coefficients, in ball arithmetic.

        Raises
        ------
        CertificateError
            If an inequality does not hold, or not clearly enough; the text names it.

        Notes
        -----
        Cost: about as much as finding the certificate. `python -m mathlib.verify` checks a saved file by
        another method, in integers, without any library.
        """
        started, certificate = time.perf_counter(), replace(self)  # without a bound that was kept from before
        checks = check_in_balls.check_in_balls(certificate)
        theorem = f"No packing of equal balls in R^{self.n} has density above {certificate.bound}."
        seconds = time.perf_counter() - started
        return Verified(theorem, certificate.bound, checks, "ball arithmetic", seconds)

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values: what `save` writes and the checkers read."""
        bits = max(c.denominator for c in self.coefficients).bit_length() - 1
        if any(2**bits % c.denominator for c in self.coefficients):
            raise ValueError("coefficients: fractions with powers of two as denominators are expected")
        return {
            "kind": self.kind,
            "n": self.n,
            "bound": str(self.bound),
            "digits": self.digits,
            "degree": self.degree,
            "radius_squared_times_2pi": str(self.radius_squared_times_2pi),
            "bits": bits,
            "coefficients": [str(int(c * 2**bits)) for c in self.coefficients],
            "nodes": list(self.nodes),
        }

    @classmethod
    def from_dict(cls, data: Any) -> TwoPointCertificate | TriangleCertificate:  # type: ignore[override]
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged.

        What is of the kind of dimension 1 becomes a TriangleCertificate.
        """
        if isinstance(data, dict) and data.get("kind") == TriangleCertificate.kind:
            return TriangleCertificate.from_dict(data)
        n, radius_squared, numerators, stated, nodes = check.read(data)
        coefficients = tuple(Fraction(c, 2 ** data["bits"]) for c in numerators)
        loaded = cls(n, data["degree"], radius_squared, coefficients, nodes, data["digits"])
        if loaded.bound != stated:
            raise CertificateError(f"field 'bound': {loaded.bound} follows from the rest, not {stated}")
        return loaded


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _accurate_values(poly, radii):
    bits = 128 + 8 * poly.degree()
    while True:
        with ctx.workprec(bits):
            balls = arb_poly(poly)
            squares = [2 * arb.pi() * arb(radius) ** 2 for radius in radii]
            values = [balls(t) * (-t / 2).exp() for t in squares]
            if all(v.rel_accuracy_bits() >= 60 or abs(v) < arb(2) ** -1080 for v in values):
                return [float(v.mid()) for v in values]
        bits *= 2
