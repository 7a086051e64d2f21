"""A bracket of the least Euclidean distortion, as a certificate."""

import time
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter, sqrt
from typing import Any, ClassVar, Self

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_number, shown
from mathlib.errors import CertificateError
from mathlib.metrics.checker.distortion import check_bounds, check_distortion, theorem
from mathlib.metrics.objects.finite_metric import FiniteMetric, check_metric

__all__ = ["DistortionBracket"]


@dataclass(frozen=True, repr=False)
class DistortionBracket(Certificate):
    """Bounds of the least distortion c_2 of a metric in Euclidean space, with their proof.

    The distortion of an embedding f is the largest of |f(i) - f(j)| / d(i, j), divided by the smallest.

    Attributes
    ----------
    metric : FiniteMetric
    lower_squared, upper_squared : Fraction
        Bounds of c_2^2.
    lam, mu : tuple of int
        Weights of the pairs i < j, in lexicographic order, that prove the lower bound; all 0 if it is 1.
    points : tuple of tuples of int
        An embedding that has the upper bound as its distortion.
    tol : float
        The bracket counts as closed if upper_squared <= (1 + tol) lower_squared.

    Examples
    --------
    >>> from mathlib.metrics import cycle, least_euclidean_distortion
    >>> bracket = least_euclidean_distortion(cycle(4))
    >>> bracket, bracket.proven
    (1.4142... <= c_2 <= 1.4142..., True)
    >>> print(bracket.verify())
    The least Euclidean distortion of a metric on 4 points has a square from ... to ....
    """

    metric: FiniteMetric
    lower_squared: Fraction
    upper_squared: Fraction
    lam: tuple[int, ...]
    mu: tuple[int, ...]
    points: tuple[tuple[int, ...], ...]
    tol: float = 1e-6

    kind: ClassVar[str] = "distortion"

    def __post_init__(self):
        check_metric("metric", self.metric)
        check_number("tol", self.tol, 0, 1, "how far apart the squares may be")

    @property
    def lower(self) -> float:
        """The lower bound of c_2, rounded down."""
        return _below(self.lower_squared)

    @property
    def upper(self) -> float:
        """The upper bound of c_2, rounded up."""
        return _above(self.upper_squared)

    @property
    def bound(self) -> tuple[Fraction, Fraction]:
        """The bounds of c_2^2."""
        return self.lower_squared, self.upper_squared

    @property
    def proven(self) -> bool:
        """Whether the bracket is closed, up to `tol`."""
        return self.upper_squared <= (1 + Fraction(self.tol)) * self.lower_squared

    def verify(self) -> Verified:
        """Prove both bounds anew, in integers.

        Returns
        -------
        Verified

        Raises
        ------
        CertificateError
            If a field is not what it should be, or the weights and points prove other bounds.
        """
        started = time.perf_counter()
        for name in ("lam", "mu", "points"):
            if type(value := getattr(self, name)) is not tuple:
                raise CertificateError(f"{name} must be a tuple, not {shown(value)}")
        if type(self.metric) is not FiniteMetric or not all(type(p) is tuple for p in self.points):
            raise CertificateError("a metric and tuples of points are expected")
        proved = check_bounds(self.metric.D, self.lam, self.mu, self.points)
        for name, value in zip(("lower_squared", "upper_squared"), proved, strict=True):
            given = getattr(self, name)
            if type(given) not in (int, Fraction) or given != value:
                raise CertificateError(f"{name} must be {float(value)!r}, as the other fields prove")
        checks = {"lower_squared": "an exact elimination", "upper_squared": "all pairs of points"}
        text = theorem(len(self.metric), *proved)
        return Verified(text, self.bound, checks, "exact", time.perf_counter() - started)

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values: numbers are texts."""
        return {
            "kind": self.kind,
            "distances": [[str(x) for x in row] for row in self.metric.D],
            "lower_squared": str(self.lower_squared),
            "upper_squared": str(self.upper_squared),
            "lam": [str(x) for x in self.lam],
            "mu": [str(x) for x in self.mu],
            "points": [[str(x) for x in point] for point in self.points],
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Make a certificate of what `to_dict` has written; CertificateError names a damaged field."""
        try:
            metric = FiniteMetric([[Fraction(x) for x in row] for row in data["distances"]])
            lam, mu = (tuple(map(int, data[name])) for name in ("lam", "mu"))
            points = tuple(tuple(map(int, row)) for row in data["points"])
            bounds = Fraction(data["lower_squared"]), Fraction(data["upper_squared"])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            check_distortion(data)  # names the field
            raise CertificateError("no certificate of distortion") from None
        if data.get("kind") != cls.kind:
            raise CertificateError(f'field kind: expected "{cls.kind}".')
        return cls(metric, *bounds, lam, mu, points)

    def __repr__(self) -> str:
        return f"{self.lower!r} <= c_2 <= {self.upper!r}"


def _below(square: Fraction) -> float:
    """A double at most the square root, and near it."""
    root = sqrt(square)
    while Fraction(root) ** 2 > square:
        root = nextafter(root, 0)
    return root


def _above(square: Fraction) -> float:
    """A double at least the square root, and near it."""
    root = sqrt(square)
    while Fraction(root) ** 2 < square:
        root = nextafter(root, inf)
    return root
