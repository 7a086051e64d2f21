"""Maps of the unit square with given areas, of convex polygons that are not thin."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from flint import fmpq

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_integer, shown
from mathlib.errors import CertificateError
from mathlib.fields import entries, rational, settle
from mathlib.metrics.checker.reading import field, fraction, items
from mathlib.metrics.checker.treemap import aspect, check_treemap
from mathlib.metrics.partitions.cuts import cut_in_two

__all__ = ["Corners", "Treemap", "Weights", "checked_weights", "fat_treemap"]

#: Positive numbers, and groups of such.
Weights: TypeAlias = Sequence[Any]
Corners: TypeAlias = tuple[tuple[Fraction, Fraction], ...]

_MOST_LEAVES = 20_000
_DEEPEST = 50
_LEAST_BITS = 60


@dataclass(frozen=True, repr=False)
class Treemap(Certificate):
    """A partition of the unit square into convex polygons of given areas.

    Attributes
    ----------
    weights : nested tuples of Fraction
    polygons : tuple
        For each weight, in the order of reading, the corners as pairs of Fractions, counterclockwise.
    groups : tuple
        For each group, in the order of its opening bracket, without the outermost, likewise.

    Examples
    --------
    >>> from mathlib.metrics import fat_treemap
    >>> fat_treemap([1, [1, 1], 2])
    treemap of 4 weights in 1 group, diam^2 / area at most 2...
    """

    weights: Weights
    polygons: tuple[Corners, ...]
    groups: tuple[Corners, ...]

    kind: ClassVar[str] = "treemap"

    def __post_init__(self):
        weights = checked_weights(self.weights)
        shapes = {
            name: tuple(_corners(name, P) for P in entries(name, getattr(self, name), 0, 2 * _MOST_LEAVES))
            for name in ("polygons", "groups")
        }
        settle(self, weights=weights, **shapes)

    @cached_property
    def aspects(self) -> tuple[Fraction, ...]:
        """The squared diameter over the area of each polygon."""
        return tuple(map(aspect, self.polygons))

    @property
    def bound(self) -> Fraction:
        """The largest aspect."""
        return max(self.aspects)

    def verify(self) -> Verified:
        """Prove that it is a partition with these areas; CertificateError names what does not hold."""
        conditions = {
            "polygons": "strictly convex, counterclockwise",
            "partition": "the boundaries add up to that of the square",
            "groups": "the boundaries of their members add up to theirs",
            "areas": "within 1e-12, in fractions",
        }
        return self._verified(check_treemap, conditions, "exact")

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values."""
        shapes = {
            name: [[[str(x), str(y)] for x, y in P] for P in getattr(self, name)]
            for name in ("polygons", "groups")
        }
        return {"kind": self.kind, "weights": _texts(self.weights)} | shapes

    @classmethod
    def from_dict(cls, data: Any) -> "Treemap":
        """The certificate that `to_dict` has written; CertificateError says what is damaged."""
        read = {name: field(data, cls.kind, name) for name in ("weights", "polygons", "groups")}
        try:
            shapes: dict[str, Any] = {
                name: [
                    [(fraction(name, x), fraction(name, y)) for x, y in items(name, P, 3, 10_000)]
                    for P in items(name, read[name], 0, 2 * _MOST_LEAVES)
                ]
                for name in ("polygons", "groups")
            }
            return cls(_numbers(read["weights"]), **shapes)
        except CertificateError:
            raise
        except (ValueError, TypeError, RecursionError) as error:
            raise CertificateError(f"no treemap: {error}") from None

    def __repr__(self) -> str:
        groups = f" in {len(self.groups)} group{'s' * (len(self.groups) > 1)}" if self.groups else ""
        count = len(self.polygons)
        what = f"treemap of {count} weight{'s' * (count > 1)}{groups}"
        return f"{what}, diam^2 / area at most {float(self.bound):.6g}"


def fat_treemap(weights: Weights, *, rounding: int | None = 64) -> Treemap:
    r"""Cut the unit square into convex polygons whose areas are as the weights.

    Parameters
    ----------
    weights : list
        Positive integers and Fractions, and groups: lists of such; a group gets a convex polygon, too.
    rounding : int or None
        Significant bits of the end of a cut along its edge, at least 60. None does not round: areas are
        exact, and the fractions get twice as long with each level of cuts.

    Returns
    -------
    Treemap

    Raises
    ------
    ValueError
        If a weight is a float, zero or negative, or a group is empty.

    Notes
    -----
    Sorted weights are split after the shortest prefix of at least a third, and the polygon by the straight
    cut with these areas whose worse part is fattest, of those that begin at a list of points of its
    boundary. The area cut off grows linearly along an edge, so that a rational cut has exactly the given
    area. A cut takes about a millisecond.

    References
    ----------
    M. de Berg, B. Speckmann, V. van der Weele, "Treemaps with bounded aspect ratio", Computational Geometry
    47 (2014): depth + O(1) is possible with convex polygons, and is optimal. The greedy choice of cuts is
    ours and comes without such a bound.

    Examples
    --------
    >>> treemap = fat_treemap([3, 1])
    >>> len(treemap.polygons), treemap.polygons[0][0]
    (2, (Fraction(...), Fraction(...)))
    >>> print(treemap.verify())
    The unit square is cut into 2 convex polygons with areas as the weights, diam^2 / area at most 4...
    """
    read = checked_weights(weights)
    if rounding is not None:
        rounding = check_integer("rounding", rounding, _LEAST_BITS, 4096, "bits, or None")
    polygons: list[Any] = []
    groups: list[Any] = []
    _fill([(fmpq(0), fmpq(0)), (fmpq(1), fmpq(0)), (fmpq(1), fmpq(1)), (fmpq(0), fmpq(1))],
          read, rounding, polygons, groups)  # fmt: skip
    return Treemap(read, tuple(map(_fractions, polygons)), tuple(map(_fractions, groups)))


def _fill(P, weights, bits, polygons, groups):
    """Divide a polygon among the members of a group, and theirs among their own."""
    sizes = [_total(w) for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-sizes[i], i))
    found: dict[int, Any] = {}
    stack = [(P, order)]
    while stack:
        Q, members = stack.pop()
        if len(members) == 1:
            found[members[0]] = Q
            continue
        whole, part, k = sum(sizes[i] for i in members), sizes[members[0]], 1
        while 3 * part < whole and k < len(members) - 1:
            part += sizes[members[k]]
            k += 1
        share = part / whole
        first, second = cut_in_two(Q, fmpq(share.numerator, share.denominator), bits)
        stack += [(first, members[:k]), (second, members[k:])]
    for i, w in enumerate(weights):
        if isinstance(w, tuple):
            groups.append(found[i])
            _fill(found[i], w, bits, polygons, groups)
        else:
            polygons.append(found[i])


def _total(w) -> Fraction:
    return sum(map(_total, w), Fraction(0)) if isinstance(w, tuple) else w


def checked_weights(weights):
    """Nested tuples of positive Fractions."""
    count = [0]

    def read(name, w, depth):
        if isinstance(w, list | tuple):
            if depth > _DEEPEST:
                raise ValueError(f"weights must be nested at most {_DEEPEST} deep; got {name}.")
            return tuple(
                read(f"{name}[{i}]", x, depth + 1) for i, x in enumerate(entries(name, w, 1, _MOST_LEAVES))
            )
        if isinstance(w, float):
            raise ValueError(f"{name} must be an integer or a Fraction; got {shown(w)}. Use Fraction(...).")
        value = rational(name, w, most_digits=300)
        if value <= 0:
            raise ValueError(f"{name} must be positive; got {shown(w)}. Leave it out.")
        count[0] += 1
        return value

    if hasattr(weights, "tolist"):
        weights = weights.tolist()
    if not isinstance(weights, list | tuple):
        raise ValueError(f"weights must be a list; got {shown(weights)}.")
    found = read("weights", weights, 0)
    if count[0] > _MOST_LEAVES:
        raise ValueError(f"weights must be at most {_MOST_LEAVES}; got {count[0]}.")
    return found


def _corners(name, P) -> Corners:
    found = []
    for corner in entries(name, P, 3, 10_000):
        x, y = entries(name, corner, 2, 2)
        found.append((rational(name, x), rational(name, y)))
    return tuple(found)


def _fractions(P) -> Corners:
    return tuple((Fraction(int(x.p), int(x.q)), Fraction(int(y.p), int(y.q))) for x, y in P)


def _texts(w):
    return [_texts(x) for x in w] if isinstance(w, tuple) else str(w)


def _numbers(w):
    return [_numbers(x) for x in w] if isinstance(w, list) else fraction("weights", w)
