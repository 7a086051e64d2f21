"""A bracket of the least Euclidean distortion, as a certificate."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter, sqrt
from numbers import Integral
from typing import Any, ClassVar, Self

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_number, shown
from mathlib.fields import entries, rational, settle
from mathlib.metrics.checker.distortion import check_distortion, read_distortion
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
        lower, upper = (rational(name, getattr(self, name)) for name in ("lower_squared", "upper_squared"))
        n, count = len(self.metric), len(self.metric.pairs)
        lam, mu = (_whole(name, getattr(self, name), count) for name in ("lam", "mu"))
        points = tuple(_whole("points", p, None) for p in entries("points", self.points, n, n))
        settle(self, lower_squared=lower, upper_squared=upper, lam=lam, mu=mu, points=points)

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
        conditions = {"lower_squared": "an exact elimination", "upper_squared": "all pairs of points"}
        return self._verified(check_distortion, conditions, "exact")

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
        D, lam, mu, points, *bounds = read_distortion(data)
        return cls(FiniteMetric(D), bounds[0], bounds[1], lam, mu, points)

    def __repr__(self) -> str:
        return f"{self.lower!r} <= c_2 <= {self.upper!r}"


def _whole(name: str, value, count: int | None) -> tuple[int, ...]:
    """Integers of any length, of Python or NumPy."""
    found = entries(name, value, 0 if count is None else count, 10**6 if count is None else count)
    if not all(isinstance(x, Integral) and not isinstance(x, bool) for x in found):
        raise ValueError(f"{name} must hold integers; got {shown(value)}.")
    return tuple(map(int, found))


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
