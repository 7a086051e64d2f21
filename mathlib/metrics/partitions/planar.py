"""A drawing of an ultrametric in the plane, with a bracket for the least distortion."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any, ClassVar

import numpy as np

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_finite, check_number
from mathlib.errors import CertificateError
from mathlib.fields import settle
from mathlib.metrics.checker.reading import field, fraction
from mathlib.metrics.checker.ultrametric import check_embedding, read_tree
from mathlib.metrics.partitions.ultrametric import Ultrametric, as_ultrametric

__all__ = ["UltrametricEmbedding"]


@dataclass(frozen=True, repr=False, eq=False)
class UltrametricEmbedding(Certificate):
    """Points in the plane for an ultrametric, and bounds for the least distortion there.

    Attributes
    ----------
    tree : Ultrametric
    points : ndarray of shape (n, 2)
        Leaves depth-first.
    lower, upper : float
        The least distortion of maps to the plane lies between; that of the points is at most `upper`.

    Examples
    --------
    >>> from mathlib.metrics import embed_ultrametric
    >>> print(embed_ultrametric((1, [(0, [])] * 4)).verify())
    The least distortion of an ultrametric of 4 points in the plane lies from 1 to 1.41421357.
    """

    tree: Ultrametric
    points: Any
    lower: float
    upper: float

    kind: ClassVar[str] = "ultrametric-embedding"

    def __post_init__(self):
        tree = as_ultrametric(self.tree)
        points = check_finite("points", self.points, (tree.size, 2)).copy()
        points.setflags(write=False)
        lower, upper = (check_number(name, getattr(self, name), 0, inf) for name in ("lower", "upper"))
        settle(self, tree=tree, points=points, lower=lower, upper=upper)

    @property
    def bound(self) -> tuple[float, float]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def verify(self) -> Verified:
        """Prove both bounds; CertificateError names what does not hold."""
        conditions = {
            "lower": "volumes, roots rounded down",
            "upper": "all distances of the points, in integers",
        }
        return self._verified(check_embedding, conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values."""
        return {
            "kind": self.kind,
            "tree": _nested(self.tree),
            "points": [[str(Fraction(z)) for z in p] for p in self.points.tolist()],
            "lower": str(Fraction(self.lower)),
            "upper": str(Fraction(self.upper)),
        }

    @classmethod
    def from_dict(cls, data: Any) -> "UltrametricEmbedding":
        """The certificate that `to_dict` has written; CertificateError says what is damaged."""
        tree = read_tree(field(data, cls.kind, "tree"))
        try:
            points = [[float(fraction("points", z)) for z in p] for p in field(data, cls.kind, "points")]
            bounds = [float(fraction(name, field(data, cls.kind, name))) for name in ("lower", "upper")]
            return cls(as_ultrametric(tree), np.array(points), *bounds)
        except CertificateError:
            raise
        except (ValueError, TypeError, OverflowError) as error:
            raise CertificateError(f"no embedding: {error}") from None

    def __eq__(self, other) -> bool:
        return type(other) is type(self) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.kind, self.lower, self.upper))

    def __repr__(self) -> str:
        n = self.tree.size
        bounds = f"from {self.lower:.8g} to {self.upper:.8g}"
        return f"distortion of an ultrametric of {n} points in the plane {bounds}"


def _nested(tree):
    return [str(tree.label), [_nested(c) for c in tree.children]]
