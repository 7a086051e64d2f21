r"""Prove the conditions (D1) and (D2) of a three-point certificate by branch and bound.

A box of triples is proved, or a triple with the wrong sign is found in it, or it is cut in two. The compiled
modules `three_point_boxes_fast` (doubles with error bounds known beforehand) and `three_point_boxes_outward`
(intervals, each operation rounded outwards) examine the boxes; this one only cuts them.

Coordinates. With m = (R + r)/2 and h = (R - r)/2 a length is m + h x with -1 <= x <= 1.

* (D1): the cube of the three sides; as it is symmetric, the part a <= b <= c. Because R < 2r every point of
  the cube is a triangle, none of them degenerate.
* (D2): a, b and t = (1 + x)/2 with u = -1 + t ((a + b)^2 - R^2)/(2ab), so that t = 0 are the degenerate
  triangles c = a + b, and t = 1 those with c = R; the part a <= b. Where the optimum touches zero it does so
  on such faces, and here they are faces of the box.

Both conditions are homogeneous in the matrices A_k, which are therefore scaled first.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_poly

from mathlib.checks import check_integer
from mathlib.errors import CertificateError
from mathlib.fields import about
from mathlib.packing.three_point.checker import boxes_fast as three_point_boxes_fast

__all__ = ["BadPoints", "bad_points", "prove_triples"]

NAMES = {
    1: "(D1) F(a,b;c) + F(a,c;b) + F(b,c;a) <= 0 for a, b, c in [r, R]",
    2: "(D2) F(a,b;c) <= 0 for a, b in [r, R], R <= c <= a + b",
}
# In steps of a few nanoseconds. The certificates that ship take up to 7e9 steps for one condition.
_MOST_BOXES, _MOST_STEPS = 20_000_000, 3e10
_STEPS_AT_ONCE = {False: 2e8, True: 2e7}  # half a second: Ctrl-C is heard in between
_NARROWEST = 2.0**-32
_THINNEST = 2.0**-16  # of the widest side of a box: a side is at least 2^-48 then, which doubles can halve
_BATCH = 4096  # few, so that a box that resists is soon narrow
_THINNEST_RING = 2**30
_SMALLEST = Fraction(1, 2**900)  # a double below that, or a product with it, might be rounded to zero


@dataclass(frozen=True, repr=False)
class BadPoints:
    """Where a condition is violated or could not be proved, for a solver to learn from.

    Attributes
    ----------
    triangles : array (N, 3)
        The sides a, b, c in units of r, of (D2) with c opposite to the angle between a and b.
    values : array (N,)
        The left side of the condition there, worst first.
    boxes : int
        How many boxes were examined.
    """

    triangles: np.ndarray
    values: np.ndarray
    boxes: int

    def __repr__(self):
        worst = f", the worst with {self.values[0]:.3g}" if len(self.values) else ""
        return f"BadPoints({len(self.values)} triangles{worst}, {self.boxes} boxes)"


def prove_triples(certificate, condition, *, outward=False) -> int:
    """Prove (D1) or (D2), `condition` = 1 or 2, and return the number of boxes that this took.

    Raises CertificateError with the triangle where the condition fails or cannot be decided.
    """
    search = _Search(certificate, condition, outward)
    while search.boxes_left():
        violated, narrow = search.step()
        for points, verb in ((violated, "does not hold"), (narrow, "cannot be proved")):
            if len(points):
                worst = int(np.argmax(points[:, 3]))
                a, b, c = search.sides(points[worst : worst + 1])[0] * float(certificate.r)
                value = about(Fraction(points[worst, 3].item()) * Fraction(2) ** search.exponent)
                place = f"at a = {a:.9g}, b = {b:.9g}, c = {c:.9g}: value {value}"
                raise CertificateError(f"{NAMES[search.condition]} {verb} {place}")
    return search.examined


def bad_points(certificate, condition, *, most=300, distance=0.06) -> BadPoints:
    """Return triangles where (D1) or (D2) is violated or cannot be proved, at least `distance` apart.

    Around a violated triple the boxes are cut until they are narrower than `distance` (in units of
    (R - r)/2), so that separate maxima all appear. An empty result means that the condition is proved.
    """
    most = check_integer("most", most, 1, 10**6, "so many triangles")
    search, found = _Search(certificate, condition, False, coarse=distance), [np.zeros((0, 4))]
    while search.boxes_left():
        found += search.step()
    points = np.concatenate(found)
    kept = []
    for point in points[np.argsort(-points[:, 3])]:
        if len(kept) < most and all(np.abs(point[:3] - other[:3]).max() > distance for other in kept):
            kept.append(point)
    kept = np.array(kept).reshape(-1, 4)
    with np.errstate(over="ignore"):  # a certificate may be scaled beyond the range of doubles
        values = np.ldexp(kept[:, 3], search.exponent)
    return BadPoints(search.sides(kept), values, search.examined)


class _Search:
    """The boxes that are still to be examined; each step takes the last batch of them."""

    def __init__(self, certificate, condition, outward, coarse=np.inf):
        condition = check_integer("condition", condition, 1, 2, "for (D1) or (D2)")
        self.condition, self.coarse, self.examined = condition, coarse, 0
        self.R = float(certificate.R / certificate.r)
        self.exponent, arguments = _arguments(certificate, outward)
        if outward:
            from mathlib.packing.three_point.checker import boxes_outward as kernel
        else:
            kernel = three_point_boxes_fast
        steps = 2000 + sum(len(block) ** 2 * (len(block) + k) for k, block in enumerate(certificate.blocks))
        self._most = min(_MOST_BOXES, _MOST_STEPS / steps)
        self._at_once = max(1, int(_STEPS_AT_ONCE[bool(outward)] / steps))
        self._examine = lambda boxes, *results: kernel.examine(condition, boxes, *arguments, *results)
        self._waiting = [np.array([[[-1.0] * 3, [1.0] * 3]])]

    def boxes_left(self) -> bool:
        return bool(self._waiting)

    def step(self):
        """Examine a batch; return (x, y, z, value) of violated points and of boxes too narrow to cut."""
        boxes = self._waiting.pop()
        boxes, later = boxes[:_BATCH], boxes[_BATCH:]
        if len(later):
            self._waiting.append(later)
        verdict, axis = np.zeros((2, len(boxes)), dtype=np.int64)
        points, values = np.zeros((len(boxes), 3)), np.zeros(len(boxes))
        for start in range(0, len(boxes), self._at_once):
            part = slice(start, start + self._at_once)
            self._examine(boxes[part], verdict[part], axis[part], points[part], values[part])
        self.examined += len(boxes)
        if self.examined > self._most:
            raise CertificateError(f"{NAMES[self.condition]} is not proved after {self.examined} boxes")
        rows, widths = np.column_stack([points, values]), boxes[:, 1] - boxes[:, 0]
        width = widths.max(axis=1)
        violated = verdict == three_point_boxes_fast.VIOLATED
        narrow = (verdict == three_point_boxes_fast.OPEN) & (width < 2 * _NARROWEST)
        cut = (verdict == three_point_boxes_fast.OPEN) & ~narrow | violated & (width > self.coarse)
        self._cut(boxes[cut], _axis_to_cut(axis[cut], widths[cut]))
        return rows[violated], rows[narrow]

    def _cut(self, boxes, axis):
        lower, upper, each = boxes.copy(), boxes.copy(), np.arange(len(boxes))
        lower[each, 1, axis] = upper[each, 0, axis] = boxes.mean(axis=1)[each, axis]
        halves = np.concatenate([lower, upper])
        needed = halves[:, 0, 0] < halves[:, 1, 1]  # not all of a > b
        if self.condition == 1:
            needed &= halves[:, 0, 1] < halves[:, 1, 2]
        if needed.any():
            self._waiting.append(halves[needed])

    def sides(self, points):
        """The sides in units of r."""
        lengths = ((1 + self.R) + (self.R - 1) * points[:, :3]) / 2
        if self.condition == 2:
            a, b, t = lengths[:, 0], lengths[:, 1], (1 + points[:, 2]) / 2
            lengths[:, 2] = np.sqrt((a + b) ** 2 * (1 - t) + self.R**2 * t)
        return lengths


def _axis_to_cut(wanted, widths):
    """The wanted axis of each box, but never one so thin that halves of halves of it would have no width.

    Where the function is zero up to rounding errors, these may ask for the same axis again and again.
    """
    thin = widths[np.arange(len(wanted)), wanted] < widths.max(axis=1) * _THINNEST
    return np.where(thin, widths.argmax(axis=1), wanted)


def _arguments(certificate, outward):
    """The exponent of the power of two that divides the matrices, and what the compiled functions need."""
    n, r, R = certificate.n, certificate.r, certificate.R
    if R / r >= 2:
        raise CertificateError(f"R < 2 r does not hold: r = {float(r)!r}, R = {float(R)!r}")
    if (R - r) * _THINNEST_RING < r:
        raise CertificateError(f"R/r - 1 = {about(R / r - 1)}: doubles carry no further than 2^-30")
    first, *others = certificate.blocks
    blocks = [[row[1:] for row in first[1:]], *others]  # the indicator of the origin does not matter here
    blocks += [[]] * (3 - len(blocks))
    sizes = np.array([len(block) for block in blocks])
    largest = max((abs(x) for block in blocks for row in block for x in row), default=Fraction(0))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    unit = Fraction(2) ** exponent
    m = max(3, *sizes)
    A = np.zeros((len(blocks), m, m))
    for k, block in enumerate(blocks):
        for i, row in enumerate(block):
            A[k, i, : len(row)] = [float(x / unit) for x in row]
            if any(0 < abs(x / unit) < _SMALLEST for x in row):
                raise CertificateError(
                    f"A_{k} has an entry of less than 2^-900 times the largest one: set it to 0"
                )
    tables = [
        taylor_table(chebyshev(m), three_point_boxes_fast.X_NODES),
        taylor_table(gegenbauer(n, len(blocks)), three_point_boxes_fast.U_NODES),
    ]
    mu = (R + r) / (R - r)
    middle = float(mu)
    if outward:
        A, *tables, ends = map(_neighbours, (A, *tables, np.array(middle)))
        return exponent, (A, sizes, *tables, tuple(ends.tolist()))
    radius = float(abs(Fraction(middle) - mu)) * (1 + 2.0**-50)
    # The longest chain of operations: three local expansions (4 for each degree: the shift, and the powers of
    # the width), two sums over a row, one over the blocks, the rounded tables and matrices; some to spare.
    chain = 2 * 4 * m + 4 * len(blocks) + 2 * (m + 1) + (len(blocks) + 1) + 4 + 40
    e = three_point_boxes_fast.EPS
    return exponent, (A, sizes, *tables, (middle, radius), chain * e / (1 - chain * e) * (1 + 2.0**-50))


def _neighbours(rounded):
    """Intervals around the exact numbers behind correctly rounded ones; 0 is always exact here."""
    ends = np.stack([np.nextafter(rounded, -np.inf), np.nextafter(rounded, np.inf)], axis=-1)
    ends[rounded == 0] = 0
    return ends


def taylor_table(polynomials, per_unit):
    """table[g, k, s]: the coefficient of (x - x_g)^s in the k-th polynomial, x_g = g / per_unit - 1."""
    count = len(polynomials)
    table = np.zeros((2 * per_unit + 1, count, count))
    for g in range(2 * per_unit + 1):
        x = fmpq_poly([fmpq(g, per_unit) - 1, 1])
        for k, polynomial in enumerate(polynomials):
            for s, c in enumerate(polynomial(x).coeffs()):
                table[g, k, s] = int(c.p) / int(c.q)  # of integers: correctly rounded
    return table


def chebyshev(count):
    """T_0, T_1, ..., exactly."""
    x = fmpq_poly([0, 1])
    found = [fmpq_poly([1]), x]
    while len(found) < count:
        found.append(2 * x * found[-1] - found[-2])
    return found[:count]


def gegenbauer(n, count):
    """P_0, P_1, ... of R^n with P_k(1) = 1, exactly."""
    x = fmpq_poly([0, 1])
    found = [fmpq_poly([1]), x]
    for k in range(1, count - 1):
        found.append(((2 * k + n - 2) * x * found[-1] - k * found[-2]) / (k + n - 2))
    return found[:count]
