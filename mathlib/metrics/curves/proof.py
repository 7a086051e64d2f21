"""The proof of a locality constant, as an object with its file."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_choice, check_integer
from mathlib.errors import CertificateError
from mathlib.fields import entries, rational, settle
from mathlib.metrics.checker.locality import check_locality
from mathlib.metrics.checker.reading import field, fraction, items
from mathlib.metrics.curves.curve import SYMMETRIES, SpaceFillingCurve, check_curve

__all__ = ["NORMS", "LocalityProof", "Tail"]

NORMS = ("l1", "l2", "linf")
_FIELDS = ("base", "pieces", "norm", "value", "lower", "upper", "states", "tails", "tight")


class Tail(NamedTuple):
    """Infinitely many pairs of cells, which repeat on a larger and larger scale z >= 1.

    Parameters
    ----------
    alpha : tuple of Fraction
        Columns and rows from the first cell to the second, for each unit of z.
    gamma : Fraction
        The time from the first cell to the second, for each unit of z^2.
    families : tuple
        (x, y, t, way, way): what is added to alpha z and gamma z^2, and how the curve lies in both cells.

    Examples
    --------
    >>> from mathlib.metrics import hilbert, locality_constant
    >>> locality_constant(hilbert, "linf").tails[0].alpha
    (Fraction(8, 1), Fraction(0, 1))
    """

    alpha: tuple[Fraction, Fraction]
    gamma: Fraction
    families: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, repr=False)
class LocalityProof(Certificate):
    """Bounds for sup |c(s) - c(t)|^2 / |s - t| of a curve, with their proof.

    Attributes
    ----------
    curve : SpaceFillingCurve
    norm : {"l1", "l2", "linf"}
    value : Fraction or None
        The constant; None if only lower < upper is proved.
    lower, upper : Fraction
    states : tuple
        Pairs of cells (dx, dy, t, way, way) that may hold a larger ratio for all one sees.
    tails : tuple of Tail
    tight : tuple of Fraction
        Two times whose ratio is `lower`.

    Examples
    --------
    >>> from mathlib.metrics import locality_constant, peano
    >>> locality_constant(peano, "linf")
    sup |c(s) - c(t)|^2 / |s - t| = 8 in the linf norm
    """

    curve: SpaceFillingCurve
    norm: str
    value: Fraction | None
    lower: Fraction
    upper: Fraction
    states: tuple[tuple[int, ...], ...]
    tails: tuple[Tail, ...]
    tight: tuple[Fraction, Fraction]

    kind: ClassVar[str] = "locality"

    def __post_init__(self):
        check_curve(self.curve)
        check_choice("norm", self.norm, NORMS)
        lower, upper = rational("lower", self.lower), rational("upper", self.upper)
        value = None if self.value is None else rational("value", self.value)
        states = tuple(_row("states", s) for s in entries("states", self.states, 0, 10**6))
        tails = tuple(map(_tail, entries("tails", self.tails, 0, 10**6)))
        s, t = (rational("tight", x) for x in entries("tight", self.tight, 2, 2))
        settle(self, lower=lower, upper=upper, value=value, states=states, tails=tails, tight=(s, t))

    @property
    def bound(self) -> tuple[Fraction, Fraction]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def verify(self) -> Verified:
        """Prove the bounds from the definition of the curve; CertificateError names what does not hold."""
        conditions = {
            "states and tails": "every pair of pieces is settled or listed",
            "tight times": "the points, and their ratio, in fractions",
        }
        return self._verified(check_locality, conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values."""
        tails = [
            {"alpha": _texts(a), "gamma": str(g), "families": [[*_texts(f[:3]), *f[3:]] for f in families]}
            for a, g, families in self.tails
        ]
        return {
            "kind": self.kind,
            "base": self.curve.base,
            "pieces": [[x, y, list(M), int(r)] for x, y, M, r in self.curve.pieces],
            "norm": self.norm,
            "value": None if self.value is None else str(self.value),
            "lower": str(self.lower),
            "upper": str(self.upper),
            "states": [list(s) for s in self.states],
            "tails": tails,
            "tight": _texts(self.tight),
        }

    @classmethod
    def from_dict(cls, data: Any) -> "LocalityProof":
        """The certificate that `to_dict` has written; CertificateError says what is damaged."""
        read = {name: field(data, cls.kind, name) for name in _FIELDS}
        try:
            pieces = [(x, y, tuple(M), bool(r)) for x, y, M, r in read["pieces"]]
            tails = [
                Tail(
                    _fractions(t["alpha"]), fraction("gamma", t["gamma"]), tuple(map(_family, t["families"]))
                )
                for t in read["tails"]
            ]
            lower, upper = (fraction(name, read[name]) for name in ("lower", "upper"))
            value = None if read["value"] is None else fraction("value", read["value"])
            curve, tight = SpaceFillingCurve(read["base"], pieces), _fractions(read["tight"])
            return cls(curve, read["norm"], value, lower, upper, read["states"], tuple(tails), tight)
        except CertificateError:
            raise
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise CertificateError(f"no locality proof: {error}") from None

    def __repr__(self) -> str:
        says = f"= {self.value}" if self.value is not None else f"in [{self.lower}, {self.upper}]"
        return f"sup |c(s) - c(t)|^2 / |s - t| {says} in the {self.norm} norm"


def _row(name, row):
    return tuple(check_integer(name, z, -(10**40), 10**40) for z in entries(name, row, 5, 5))


def _tail(tail):
    alpha, gamma, families = entries("tails", tail, 3, 3)
    ax, ay = (rational("tails", z) for z in entries("tails", alpha, 2, 2))
    read = []
    for family in entries("tails", families, 1, 10**6):
        x, y, t, one, two = entries("tails", family, 5, 5)
        ways = (check_integer("tails", way, 0, 2 * len(SYMMETRIES) - 1) for way in (one, two))
        read.append((*(rational("tails", z) for z in (x, y, t)), *ways))
    return Tail((ax, ay), rational("tails", gamma), tuple(read))


def _texts(numbers):
    return [str(z) for z in numbers]


def _fractions(texts) -> Any:
    return tuple(fraction("tails", text) for text in items("tails", texts, 2, 3))


def _family(row):
    return (*_fractions(row[:3]), *row[3:])
