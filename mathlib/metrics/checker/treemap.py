"""Check that polygons are a partition of the unit square, in the areas of given weights.

**Theorem.** Let simple counterclockwise polygons have boundaries that add up, as directed line segments, to
the boundary of the unit square: pieces of segments that run in opposite directions cancel, and what is left
is that boundary, once. Then the polygons cover the square and their interiors are disjoint. For the number
of polygons that contain a point is the sum of their winding numbers about it, the winding number of the sum
of the boundaries.
"""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from typing import Any

from mathlib.errors import CertificateError
from mathlib.metrics.checker.reading import field, fraction, items

__all__ = ["aspect", "check_treemap"]

_KIND = "treemap"
_MOST = 20_000
_MOST_CORNERS = 10**6
_DEEPEST = 60
_TOLERANCE = Fraction(1, 10**12)
_SQUARE = [(Fraction(x), Fraction(y)) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]


def check_treemap(data: Any) -> str:
    """Return the theorem that the content of a file proves, or raise CertificateError."""
    leaves: list[Fraction] = []
    spans: list[tuple[int, int]] = []
    if not isinstance(field(data, _KIND, "weights"), list):
        raise CertificateError("field weights: a list expected.")
    _read_weights(data["weights"], leaves, spans, 0)
    polygons = _read_polygons("polygons", data, len(leaves))
    groups = _read_polygons("groups", data, len(spans) - 1)
    total = sum(leaves)
    for P, w in zip(polygons, leaves, strict=True):
        if abs(_doubled(P) / 2 - w / total) > _TOLERANCE * w / total:
            raise CertificateError("field polygons: an area is not that of its weight, to 1e-12.")
    for outer, (first, last) in zip([_SQUARE, *groups], spans, strict=True):
        if _sum_of_boundaries([*polygons[first:last], outer[::-1]]):
            raise CertificateError(
                "field polygons: the members of a group, or of the square, do not fill it."
            )
    worst = max(map(aspect, polygons))
    count = f"{len(leaves)} convex polygon{'s' * (len(leaves) > 1)}"
    if len(groups):
        count += f" in {len(groups)} convex group{'s' * (len(groups) > 1)}"
    return (
        f"The unit square is cut into {count} with areas as the weights, "
        f"diam^2 / area at most {_rounded_up(worst)}."
    )


def aspect(P) -> Fraction:
    """The squared diameter of a polygon over its area."""
    longest = max((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for a, b in combinations(P, 2))
    area = _doubled(P)
    if area <= 0:
        raise CertificateError("field polygons: a polygon without area, or clockwise.")
    return 2 * longest / area


def _rounded_up(number) -> str:
    whole, digits = divmod(-(-number * 10**6 // 1), 10**6)
    return f"{whole}.{digits:06d}".rstrip("0").rstrip(".")


def _read_weights(value, leaves, spans, depth):
    """Append the weights, and for each group, the outermost first, which weights are in it."""
    if isinstance(value, list):
        place, first = len(spans), len(leaves)
        spans.append((first, first))
        if depth > _DEEPEST or not value or len(spans) > _MOST:
            raise CertificateError(
                "field weights: groups that are not empty, nested at most 50 deep, expected."
            )
        for part in value:
            _read_weights(part, leaves, spans, depth + 1)
        spans[place] = first, len(leaves)
        return
    weight = fraction("weights", value)
    if weight <= 0 or len(leaves) >= _MOST:
        raise CertificateError(f"field weights: at most {_MOST} positive numbers expected.")
    leaves.append(weight)


def _read_polygons(name, data, count):
    found = []
    corners = 0
    for P in items(name, field(data, _KIND, name), count, count):
        points = [tuple(fraction(name, z) for z in items(name, p, 2, 2)) for p in items(name, P, 3, _MOST)]
        corners += len(points)
        if corners > _MOST_CORNERS:
            raise CertificateError(f"field {name}: at most {_MOST_CORNERS} corners expected.")
        if not _convex(points):
            raise CertificateError(f"field {name}: a strictly convex counterclockwise polygon expected.")
        found.append(points)
    return found


def _convex(P) -> bool:
    """All turns are to the left by less than half a turn, and together make one turn."""
    ways = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(P, P[1:] + P[:1], strict=True)]
    turns = 0
    for (a, b), (c, d) in zip(ways, ways[1:] + ways[:1], strict=True):
        if a * d - b * c <= 0:
            return False
        turns += (b < 0 or (b == 0 and a < 0)) and not (d < 0 or (d == 0 and c < 0))
    return turns == 1


def _doubled(P):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(P, P[1:] + P[:1], strict=True))


def _sum_of_boundaries(polygons) -> bool:
    """Whether anything is left when opposite segments cancel."""
    lines: Any = defaultdict(lambda: defaultdict(int))
    for P in polygons:
        for (a, b), (c, d) in zip(P, P[1:] + P[:1], strict=True):
            if a == c:
                line, start, end = (None, a), b, d
            else:
                slope = (d - b) / (c - a)
                line, start, end = (slope, b - slope * a), a, c
            # A segment is a step up where it starts and a step down where it ends.
            lines[line][start] += 1
            lines[line][end] -= 1
    return any(change for line in lines.values() for change in line.values())
