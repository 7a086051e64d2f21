"""The certificate of the sign uncertainty principle: a function as exact numbers, to verify, save and load.

The checking itself is in check.py, which needs none of this.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import eval_genlaguerre

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_finite, check_integer, shown
from mathlib.errors import CertificateError
from mathlib.fields import numbers, rational, rationals, settle
from mathlib.packing.uncertainty.check import (
    LARGEST_DIMENSION,
    MOST_COEFFICIENTS,
    MOST_DIGITS_OF_T,
    check_uncertainty,
    radius,
    read,
)

__all__ = ["UncertaintyCertificate"]


@dataclass(frozen=True, repr=False)
class UncertaintyCertificate(Certificate):
    """An explicit f that proves A_+(n) <= sqrt(T / 2 pi), T = radius_squared_times_2pi.

    Attributes
    ----------
    n : int
    radius_squared_times_2pi : Fraction
        T: p(t) >= 0 for t >= T.
    coefficients : tuple of Fraction
        c_0, c_2, c_4, ... in p = sum c_k L_k, L_k the Laguerre polynomials of n/2 - 1.
    nodes, weights : tuples of float
        t_i and a_i of the summation formula from which f was found. The proof does not use them.

    Examples
    --------
    >>> certificate = UncertaintyCertificate(12, 14, (-21, 1), (), ())
    >>> certificate
    A_+(12) <= 1.49270533036047 (certificate of degree 2)
    >>> print(certificate.verify())
    A_+(12) <= 1.49270533036047: the sign uncertainty principle in R^12.
    """

    n: int
    radius_squared_times_2pi: Fraction
    coefficients: tuple[Fraction, ...]
    nodes: tuple[float, ...]
    weights: tuple[float, ...]

    kind: ClassVar[str] = "uncertainty"

    def __post_init__(self):
        start = rational(
            "radius_squared_times_2pi", self.radius_squared_times_2pi, most_digits=MOST_DIGITS_OF_T
        )
        if not 0 < start < 10**6:
            raise ValueError(
                f"radius_squared_times_2pi must be above 0 and below 10^6; got {shown(float(start))}."
            )
        settle(
            self,
            n=check_integer("n", self.n, 1, LARGEST_DIMENSION),
            radius_squared_times_2pi=start,
            coefficients=rationals(
                "coefficients", self.coefficients, 1, MOST_COEFFICIENTS, most_digits=2000
            ),
            nodes=numbers("nodes", self.nodes, MOST_COEFFICIENTS),
            weights=numbers("weights", self.weights, MOST_COEFFICIENTS),
        )

    @property
    def degree(self) -> int:
        """The degree of p."""
        return 2 * len(self.coefficients) - 2

    @property
    def bound(self) -> Decimal:
        """The upper bound on A_+(n), rounded up to 15 significant digits."""
        return Decimal(radius(self.radius_squared_times_2pi))

    def f(self, x: ArrayLike) -> np.ndarray:
        """Return f at some distances from the origin, in doubles.

        Parameters
        ----------
        x : array_like
            A number or an array of numbers.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        t = 2 * np.pi * check_finite("x", x) ** 2
        terms = (
            float(c) * eval_genlaguerre(2 * j, self.n / 2 - 1, t) for j, c in enumerate(self.coefficients)
        )
        return sum(terms) * np.exp(-t / 2)

    def verify(self) -> Verified:
        """Prove the bound in exact arithmetic; CertificateError if it fails."""
        conditions = {
            "f is not 0, f(0) <= 0": "fractions",
            "p(t) >= 0 for t >= T": "Descartes' rule of signs, in integers",
        }
        return replace(self)._verified(check_uncertainty, conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values: what `save` writes and the checker reads."""
        return {
            "kind": self.kind,
            "n": self.n,
            "radius_squared_times_2pi": str(self.radius_squared_times_2pi),
            "coefficients": [str(c) for c in self.coefficients],
            "nodes": list(self.nodes),
            "weights": list(self.weights),
        }

    @classmethod
    def from_dict(cls, data: Any) -> "UncertaintyCertificate":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f'field kind: expected "{cls.kind}".')
        n, start, coefficients = read(data)
        try:
            return cls(n, start, coefficients, data.get("nodes", ()), data.get("weights", ()))
        except ValueError as error:
            raise CertificateError(f"field {error}") from None

    def __repr__(self) -> str:
        return f"A_+({self.n}) <= {self.bound} (certificate of degree {self.degree})"
