"""Check how far a curve goes in a short time, from the definition of the curve alone.

A state is a pair of cells of one size, the second dx columns, dy rows and t > 0 cells of time after the
first, with the ways in which the copies of the curve lie in them. It is settled if C (t - 1) is at least
the square of the largest distance between the cells, for then F = C |s - t| - |c(s) - c(t)|^2 >= 0 in it.

**Theorem.** Let each pair of pieces of the curve be settled or a state of a finite list, and let the same be
true of all pairs of pieces of each state of the list. Then F >= 0 everywhere. For F has a lower bound on the
list, F < 0 in a state would grow by the factor base^2 when cells are cut, and settled states have none.
That the curve is continuous follows: where it jumps, no finite list would do.

A tail is an infinite set of states: dx = ax z + bx, dy = ay z + by, t = gamma z^2 + delta for all z >= 1,
with a finite list of families (bx, by, delta, ways). To cut the cells takes z to base * z, bx to base * bx
+ x, and delta to base^2 * delta + j - i. If |a|^2 <= C gamma, then F is at least a constant times -z in the
tail, while F < 0 would grow like z^2. So a tail proves itself if all pairs of pieces of its families are
settled for all z >= 1 or belong to its families; and a state is proved that belongs to a tail at z = 1.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Any

from mathlib.errors import CertificateError
from mathlib.metrics.checker.reading import down, field, fraction, items, up, whole

__all__ = ["check_locality"]

_KIND = "locality"
_MOST_STATES = 20_000
_MOST_WORK = 3 * 10**6
_LARGEST = 10**40
_MOST_LEVELS = 1000
_SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
_SYMMETRIES = [[a, 0, 0, d] for a, d in _SIGNS] + [[0, b, c, 0] for b, c in _SIGNS]


def check_locality(data: Any) -> str:
    """Return the theorem that the content of a file proves, or raise CertificateError."""
    norm = field(data, _KIND, "norm")
    if norm not in ("l1", "l2", "linf"):
        raise CertificateError('field norm: "l1", "l2" or "linf" expected.')
    base = whole("base", field(data, _KIND, "base"), 2, 8)
    parts = _all_parts(base, field(data, _KIND, "pieces"))
    lower, upper = (fraction(name, field(data, _KIND, name)) for name in ("lower", "upper"))
    value = field(data, _KIND, "value")
    if value != (str(lower) if lower == upper else None):
        raise CertificateError("field value: the common value of lower and upper expected, or null.")
    tails = items("tails", field(data, _KIND, "tails"), 0, 1000)
    states = items("states", field(data, _KIND, "states"), 0, _MOST_STATES)
    known = {_state("states", s, whole_numbers=True) for s in states}
    read = [_read_tail(tail) for tail in tails]
    if (len(known) + sum(len(families) for *_, families in read)) * base**4 > _MOST_WORK:
        raise CertificateError("field states: too many for a base so large.")
    for ax, ay, gamma, families in read:
        _check_tail(base, parts, norm, upper, (ax, ay, gamma), families)
        known |= {(ax + bx, ay + by, gamma + t, one, two) for bx, by, t, one, two in families}
    _check_states(base, parts, norm, upper, {_state("states", s, whole_numbers=True) for s in states}, known)
    s, t = (fraction("tight", x) for x in items("tight", field(data, _KIND, "tight"), 2, 2))
    if not 0 <= s < t <= 1:
        raise CertificateError("field tight: two times, the earlier first, from 0 to 1, expected.")
    p, q = _point(base, parts, s), _point(base, parts, t)
    ratio = _norm_squared(norm, q[0] - p[0], q[1] - p[1]) / (t - s)
    if ratio != lower or lower > upper:
        raise CertificateError(f"field lower: the ratio of the tight times is {_short(ratio)}.")
    name = f"Of this curve of {base**2} pieces sup |c(s) - c(t)|^2 / |s - t|"
    says = f"is {lower}" if lower == upper else f"lies from {down(lower)} to {up(upper)}"
    return f"{name} {says} in the {norm} norm."


def _short(number):
    text = str(number)
    return text if len(text) < 40 else f"{float(number):.12g}"


# The curve


def _all_parts(base, pieces):
    """For each of 16 ways the pieces (x, y, way) of a copy of the curve, in order of time."""
    read = []
    for piece in items("pieces", pieces, base**2, base**2):
        x, y, M, back = items("pieces", piece, 4, 4)
        x, y = whole("pieces", x, 0, base - 1), whole("pieces", y, 0, base - 1)
        if not isinstance(M, list) or M not in _SYMMETRIES or any(type(z) is not int for z in M):
            raise CertificateError("field pieces: one of the eight symmetries of the square expected.")
        read.append((x, y, M, whole("pieces", back, 0, 1)))
    if len({(x, y) for x, y, _, _ in read}) < base**2:
        raise CertificateError("field pieces: each cell once expected.")
    return [_turned(base, read, M, back) for M in _SYMMETRIES for back in (0, 1)]


def _turned(base, pieces, M, back):
    a, b, c, d = M
    found = []
    for x, y, (e, f, g, h), r in reversed(pieces) if back else pieces:
        # The centre of the cell, from the centre of the square, in halves of a cell.
        u, v = 2 * x + 1 - base, 2 * y + 1 - base
        x, y = (a * u + b * v + base - 1) // 2, (c * u + d * v + base - 1) // 2
        N = [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
        found.append((x, y, 2 * _SYMMETRIES.index(N) + (back ^ r)))
    return found


def _point(base, parts, time):
    """c(time): cells shrink towards it until the rest of the time and the way come back."""
    way, left, x, y, size, seen = 0, time, Fraction(0), Fraction(0), Fraction(1), {}
    for _ in range(_MOST_LEVELS):
        if (left, way) in seen:
            # The map from the earlier cell to this one scales by size / before and fixes the point.
            u, v, before = seen[left, way]
            shrink = size / before
            return (x - shrink * u) / (1 - shrink), (y - shrink * v) / (1 - shrink)
        seen[left, way] = x, y, size
        digit = min(int(left * base**2), base**2 - 1)
        left = left * base**2 - digit
        column, row, way = parts[way][digit]
        size /= base
        x, y = x + column * size, y + row * size
    raise CertificateError(
        f"field tight: digits in base {base**2} that repeat after {_MOST_LEVELS} expected."
    )


# States and tails


def _state(name, value, *, whole_numbers=False):
    """(dx, dy, t, way, way) or, for a family, (bx, by, delta, way, way)."""
    *numbers, one, two = items(name, value, 5, 5)
    ways = whole(name, one, 0, 15), whole(name, two, 0, 15)
    if whole_numbers:
        return (*(whole(name, z, -_LARGEST, _LARGEST) for z in numbers), *ways)
    return (*(_bounded(name, z) for z in numbers), *ways)


def _bounded(name, value):
    number = fraction(name, value)
    if max(abs(number.numerator), number.denominator) > _LARGEST:
        raise CertificateError(f"field {name}: at most 40 digits expected.")
    return number


def _read_tail(tail):
    if not isinstance(tail, dict) or not {"alpha", "gamma", "families"} <= tail.keys():
        raise CertificateError("field tails: alpha, gamma and families expected.")
    ax, ay = (_bounded("alpha", z) for z in items("alpha", tail["alpha"], 2, 2))
    families = {_state("families", s) for s in items("families", tail["families"], 1, 1000)}
    return ax, ay, _bounded("gamma", tail["gamma"]), families


def _below(base, parts, state, unit=1) -> Iterator[tuple]:
    """All pairs of pieces of two cells, with sides of `unit` and times of its square."""
    x, y, t, one, two = state
    x, y, t = base * x, base * y, base**2 * t
    for i, (a, b, way) in enumerate(parts[one]):
        for j, (e, f, other) in enumerate(parts[two]):
            yield x + (e - a) * unit, y + (f - b) * unit, t + (j - i) * unit**2, way, other


def _check_states(base, parts, norm, C, states, known):
    root = parts[0]
    pairs = [
        (B[0] - A[0], B[1] - A[1], j - i, A[2], B[2])
        for j, B in enumerate(root)
        for i, A in enumerate(root[:j])
    ]
    for below in (pairs, *(_below(base, parts, s) for s in states)):
        for part in below:
            if part not in known:
                x, y, t = part[:3]
                if _norm_squared(norm, abs(x) + 1, abs(y) + 1) * C.denominator > C.numerator * (t - 1):
                    raise CertificateError(f"field states: {part} is neither settled nor in the list.")


def _check_tail(base, parts, norm, C, direction, families):
    ax, ay, gamma = direction
    if gamma <= 0 or _norm_squared(norm, ax, ay) > C * gamma:
        raise CertificateError("field tails: |alpha|^2 <= upper * gamma with gamma > 0 expected.")
    unit = lcm(*(z.denominator for row in (direction, *(f[:3] for f in families)) for z in row))
    if unit > _LARGEST:
        raise CertificateError("field tails: a common denominator of at most 40 digits expected.")
    direction, *inner = (
        (int(x * unit), int(y * unit), int(t * unit**2), *ways) for x, y, t, *ways in (direction, *families)
    )
    known = set(inner)
    for family in inner:
        for part in _below(base, parts, family, unit):
            if part not in known and not _settled_for_all(norm, C, direction, part, unit):
                raise CertificateError("field tails: a part is neither settled nor in the list.")


def _settled_for_all(norm, C, direction, part, unit) -> bool:
    """Whether C (t - 1) is at least the largest distance squared for all z >= 1.

    (|X| + 1)^2 is the larger of (X + 1)^2 and (1 - X)^2, so that one quadratic for each choice of signs does.
    """
    ax, ay, gamma = direction
    bx, by, delta = part[:3]
    over, under = C.numerator, C.denominator
    for u, v in _SIGNS:
        X, Y = (u * ax, u * bx + unit), (v * ay, v * by + unit)
        sums = [[(X[0] + Y[0], X[1] + Y[1])]] if norm == "l1" else [[X, Y]] if norm == "l2" else [[X], [Y]]
        for squares in sums:
            p = over * gamma - under * sum(k * k for k, _ in squares)
            q = -2 * under * sum(k * m for k, m in squares)
            r = over * (delta - unit**2) - under * sum(m * m for _, m in squares)
            if not _nonnegative(p, q, r):
                return False
    return True


def _nonnegative(p, q, r) -> bool:
    """Whether p z^2 + q z + r >= 0 for all z >= 1: at 1, and the vertex is before 1 or not below 0."""
    return p >= 0 and p + q + r >= 0 and (2 * p + q >= 0 or q * q <= 4 * p * r)


def _norm_squared(norm, x, y):
    x, y = abs(x), abs(y)
    return x * x + y * y if norm == "l2" else (x + y) ** 2 if norm == "l1" else max(x, y) ** 2
