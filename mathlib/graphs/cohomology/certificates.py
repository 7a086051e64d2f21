"""What is proved of a sheaf: its cohomology over the integers, and a harmonic extension."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_integer, shown
from mathlib.fields import entries, rational, settle
from mathlib.graphs.checker.cohomology import check_extension, check_sheaf, read_extension, read_sheaf
from mathlib.graphs.cohomology.maps import checked_maps, maps_dict
from mathlib.graphs.cohomology.smith import SmithForm, form_from_dict, group_text
from mathlib.graphs.nested import integer_tuples, texts

__all__ = ["HarmonicExtension", "SheafCohomology"]


@dataclass(frozen=True, repr=False)
class SheafCohomology(Certificate):
    """H^0 and H^1 of a sheaf over the integers, with their proof.

    Attributes
    ----------
    stalks, edges : tuple
        Those of the sheaf.
    h0, h1 : int
        The ranks.
    torsion : tuple of int
        The invariant factors of H^1 above 1, ascending.
    smith : SmithForm
        Pivots and transforms of delta.

    Examples
    --------
    >>> from mathlib.graphs import Sheaf
    >>> Sheaf([1, 1], [(0, 1, [[1]], [[3]])]).cohomology().verify().bound
    (1, 0)
    """

    stalks: Sequence[int]
    edges: Sequence[Any]
    h0: int
    h1: int
    torsion: tuple[int, ...]
    smith: SmithForm

    kind: ClassVar[str] = "sheaf-cohomology"

    def __post_init__(self):
        _settle_maps(self)
        if not isinstance(self.smith, SmithForm):
            raise ValueError(f"smith must be a Smith form; got {shown(self.smith)}.")
        for name, depth in (("h0", 0), ("h1", 0), ("torsion", 1)):
            settle(self, **{name: integer_tuples(name, getattr(self, name), depth)})

    @property
    def bound(self) -> tuple[int, int]:
        """The ranks of H^0 and H^1."""
        return self.h0, self.h1

    def verify(self) -> Verified:
        """Replay the elimination of delta; CertificateError names what does not hold."""
        conditions = {
            "pivots": "1 or -1 when they are used",
            "left S right = D": "in integers, with inverses",
        }
        return self._verified(check_sheaf, conditions, "exact")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        ranks = {"h0": self.h0, "h1": self.h1, "torsion": list(self.torsion)}
        return (
            {"kind": self.kind} | maps_dict(self.stalks, self.edges) | {"smith": self.smith.to_dict()} | ranks
        )

    @classmethod
    def from_dict(cls, data: Any) -> "SheafCohomology":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_sheaf(data)
        maps = found["stalks"], found["edges"]
        return cls(*maps, found["h0"], found["h1"], tuple(found["torsion"]), form_from_dict(found["smith"]))

    def __repr__(self) -> str:
        return f"H^0 = {group_text(self.h0)}; H^1 = {group_text(self.h1, self.torsion)}"


@dataclass(frozen=True, repr=False)
class HarmonicExtension(Certificate):
    """The extension of least energy of values at some vertices, and the proof that it is the only one.

    Attributes
    ----------
    stalks, edges : tuple
        Those of the sheaf.
    boundary : tuple of int
        The vertices with given values.
    values : tuple of tuples of Fraction
        A vector for each vertex.
    energy : Fraction
        |delta x|^2.

    Examples
    --------
    >>> from mathlib.graphs import Sheaf
    >>> edge = Sheaf([1, 1], [(0, 1, [[2]], [[1]])])
    >>> edge.harmonic_extension({0: [3]}).verify().bound
    Fraction(0, 1)
    """

    stalks: Sequence[int]
    edges: Sequence[Any]
    boundary: tuple[int, ...]
    values: tuple[tuple[Fraction, ...], ...]
    energy: Fraction

    kind: ClassVar[str] = "harmonic-extension"

    def __post_init__(self):
        _settle_maps(self)
        vectors = entries("values", self.values, len(self.stalks), len(self.stalks))
        values = [
            tuple(rational(f"values[{v}]", x) for x in entries(f"values[{v}]", vector, d, d))
            for v, (vector, d) in enumerate(zip(vectors, self.stalks, strict=True))
        ]
        boundary = entries("boundary", self.boundary, 0, len(values))
        boundary = tuple(check_integer("boundary", v, 0, len(values) - 1) for v in boundary)
        settle(self, boundary=boundary, values=tuple(values), energy=rational("energy", self.energy))

    @property
    def bound(self) -> Fraction:
        """The least energy."""
        return self.energy

    def verify(self) -> Verified:
        """Check (L x)_v = 0 and uniqueness; CertificateError names what does not hold."""
        conditions = {"(L x)_v = 0": "in fractions", "unique": "delta has full rank there modulo 2^61 - 1"}
        return self._verified(check_extension, conditions, "exact")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        found = {"boundary": list(self.boundary), "values": texts(self.values), "energy": str(self.energy)}
        return {"kind": self.kind} | maps_dict(self.stalks, self.edges) | found

    @classmethod
    def from_dict(cls, data: Any) -> "HarmonicExtension":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_extension(data)
        values = tuple(map(tuple, found["values"]))
        maps = found["stalks"], found["edges"]
        return cls(*maps, tuple(sorted(found["boundary"])), values, found["energy"])

    def __repr__(self) -> str:
        return f"harmonic extension from {len(self.boundary)} vertices, energy {float(self.energy):.6g}"


def _settle_maps(certificate):
    stalks, edges = checked_maps(certificate.stalks, certificate.edges)
    settle(certificate, stalks=stalks, edges=edges)
