"""Check a bracket for the distortion of an ultrametric in the plane, in integers."""

from fractions import Fraction
from math import isqrt, lcm
from typing import Any

from mathlib.errors import CertificateError
from mathlib.metrics.checker.reading import down, field, fraction, items, up

__all__ = ["check_embedding", "read_tree"]

_KIND = "ultrametric-embedding"
_MOST = 2000
_DEEPEST = 200
_BITS = 128
_MOST_BITS = 2000


def check_embedding(data: Any) -> str:
    """Return the theorem that the content of a file proves, or raise CertificateError."""
    tree = read_tree(field(data, _KIND, "tree"))
    points = [
        tuple(_short("points", z) for z in items("points", p, 2, 2))
        for p in items("points", field(data, _KIND, "points"), 1, _MOST)
    ]
    lower, upper = (_short(name, field(data, _KIND, name)) for name in ("lower", "upper"))
    common = lcm(*(z.denominator for p in points for z in p))
    if common.bit_length() > _MOST_BITS or max(abs(z) for p in points for z in p) > 2**_MOST_BITS:
        raise CertificateError(f"field points: a common denominator of at most {_MOST_BITS} bits expected.")
    grid = [(int(x * common), int(y * common)) for x, y in points]
    if _leaves(tree) != len(grid):
        raise CertificateError("field points: one for each leaf expected.")
    smallest, largest = _stretches(tree, grid)
    if upper < 1 or (largest is not None and largest > upper * upper * smallest):
        raise CertificateError("field upper: the distortion of the points is larger.")
    if lower > 1 and _volume_bound(tree) < lower:
        raise CertificateError("field lower: the volumes prove less.")
    return (
        f"The least distortion of an ultrametric of {len(grid)} points in the plane lies "
        f"from {down(lower)} to {up(upper)}."
    )


def read_tree(value: Any):
    """(label, children), with the conditions of an ultrametric; at most so many nodes."""
    count = 0

    def read(value, most, depth):
        nonlocal count
        label, children = items("tree", value, 2, 2)
        label = _short("tree", label)
        count += 1
        if count > 2 * _MOST or depth > _DEEPEST or (most is not None and label > most):
            raise CertificateError("field tree: too large, or a label above that of the parent.")
        children = [read(c, label, depth + 1) for c in items("tree", children, 0, _MOST)]
        if len(children) == 1 or label < 0 or (label == 0) != (not children):
            raise CertificateError("field tree: leaves with label 0, and nodes with two children, expected.")
        return label, children

    return read(value, None, 0)


def _short(name, value):
    number = fraction(name, value)
    if max(abs(number.numerator), number.denominator).bit_length() > _MOST_BITS:
        raise CertificateError(f"field {name}: at most {_MOST_BITS} bits expected.")
    return number


def _leaves(tree) -> int:
    return sum(map(_leaves, tree[1])) or 1


def _stretches(tree, grid):
    """The least and the largest |x - y|^2 / d^2, None without pairs."""
    found: list = []

    def walk(node, first):
        label, children = node
        ranges = []
        for c in children:
            size = _leaves(c)
            ranges.append(range(first, first + size))
            walk(c, first)
            first += size
        squares = [
            (grid[i][0] - grid[j][0]) ** 2 + (grid[i][1] - grid[j][1]) ** 2
            for k, A in enumerate(ranges)
            for B in ranges[:k]
            for i in A
            for j in B
        ]
        if squares:
            found.extend((min(squares) / label**2, max(squares) / label**2))

    walk(tree, 0)
    if found and min(found) == 0:
        raise CertificateError("field points: different points expected.")
    return (min(found), max(found)) if found else (None, None)


def _volume_bound(tree) -> Fraction:
    """The largest (2 s - l) / l with s^2 = sum over children of (s_c + (l - l_c)/2)^2, roots rounded down."""
    best = Fraction(1)

    def s(node):
        nonlocal best
        label, children = node
        if not children:
            return Fraction(0)
        square = sum((s(c) + (label - c[0]) / 2) ** 2 for c in children)
        root = _root_below(square)
        best = max(best, 2 * root / label - 1)
        return root

    s(tree)
    return best


def _root_below(square) -> Fraction:
    """The square root, rounded down to about 128 bits: digits must not pile up in deep trees."""
    shift = _BITS - (square.numerator.bit_length() - square.denominator.bit_length()) // 2
    scaled = square * Fraction(4) ** shift
    return Fraction(isqrt(scaled.numerator // scaled.denominator)) / Fraction(2) ** shift
