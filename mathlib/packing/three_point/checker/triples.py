r"""Prove the conditions (D1) and (D2) of a three-point certificate by branch and bound.

A box of triples is proved, or a triple with the wrong sign is found in it, or it is cut in two. The compiled
module `boxes` examines the boxes; this one only cuts them.

Coordinates. With m = (R + r)/2 and h = (R - r)/2 a length is m + h x with -1 <= x <= 1.

* (D1): the cube of the three sides; as it is symmetric, the part a <= b <= c. Because R < 2r every point of
  the cube is a triangle, none of them degenerate.
* (D2): a, b and t = (1 + x)/2 with u = -1 + t ((a + b)^2 - R^2)/(2ab), so that t = 0 are the degenerate
  triangles c = a + b, and t = 1 those with c = R; the part a <= b. Where the optimum touches zero it does so
  on such faces, and here they are faces of the box.

Both conditions are homogeneous in the matrices A_k, which are therefore scaled first.
"""

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_poly

from mathlib.errors import CertificateError
from mathlib.fields import about
from mathlib.packing.three_point.checker import boxes

__all__ = ["prove_triples"]

NAMES = {
    1: "(D1) F(a,b;c) + F(a,c;b) + F(b,c;a) <= 0 for a, b, c in [r, R]",
    2: "(D2) F(a,b;c) <= 0 for a, b in [r, R], R <= c <= a + b",
}
# In steps of a few nanoseconds. The certificates that ship take up to 7e9 steps for one condition.
_MOST_BOXES, _MOST_STEPS = 20_000_000, 3e10
_STEPS_AT_ONCE = 2e7  # half a second: Ctrl-C is heard in between
_NARROWEST = 2.0**-32
_THINNEST = 2.0**-16  # of the widest side of a box: a side is at least 2^-48 then, which doubles can halve
_BATCH = 4096  # few, so that a box that resists is soon narrow
_THINNEST_RING = 2**30
_SMALLEST = Fraction(1, 2**900)  # a double below that, or a product with it, might be rounded to zero


def prove_triples(certificate, condition) -> int:
    """Prove (D1) or (D2), `condition` = 1 or 2, and return the number of boxes that this took.

    Raises CertificateError with the triangle where the condition fails or cannot be decided.
    """
    R = float(certificate.R / certificate.r)
    exponent, arguments = _arguments(certificate)
    steps = 2000 + sum(len(block) ** 2 * (len(block) + k) for k, block in enumerate(certificate.blocks))
    most, at_once = min(_MOST_BOXES, _MOST_STEPS / steps), max(1, int(_STEPS_AT_ONCE / steps))
    waiting, examined = [np.array([[[-1.0] * 3, [1.0] * 3]])], 0
    while waiting:
        batch = waiting.pop()
        batch, later = batch[:_BATCH], batch[_BATCH:]
        if len(later):
            waiting.append(later)
        verdict, axis = np.zeros((2, len(batch)), dtype=np.int64)
        points, values = np.zeros((len(batch), 3)), np.zeros(len(batch))
        for start in range(0, len(batch), at_once):
            part = slice(start, start + at_once)
            boxes.examine(
                condition, batch[part], *arguments, verdict[part], axis[part], points[part], values[part]
            )
        examined += len(batch)
        if examined > most:
            raise CertificateError(f"{NAMES[condition]} is not proved after {examined} boxes")
        widths, still_open = batch[:, 1] - batch[:, 0], verdict == boxes.OPEN
        narrow = still_open & (widths.max(axis=1) < 2 * _NARROWEST)
        for failed, verb in ((verdict == boxes.VIOLATED, "does not hold"), (narrow, "cannot be proved")):
            if failed.any():
                worst = np.flatnonzero(failed)[np.argmax(values[failed])]
                a, b, c = _sides(condition, R, points[worst]) * float(certificate.r)
                value = about(Fraction(values[worst].item()) * Fraction(2) ** exponent)
                place = f"at a = {a:.9g}, b = {b:.9g}, c = {c:.9g}: value {value}"
                raise CertificateError(f"{NAMES[condition]} {verb} {place}")
        cut = _cut(condition, batch[still_open], _axis_to_cut(axis[still_open], widths[still_open]))
        if len(cut):
            waiting.append(cut)
    return examined


def _cut(condition, batch, axis):
    """Both halves of each box, but for those where all of a > b or, in (D1), b > c."""
    lower, upper, each = batch.copy(), batch.copy(), np.arange(len(batch))
    lower[each, 1, axis] = upper[each, 0, axis] = batch.mean(axis=1)[each, axis]
    halves = np.concatenate([lower, upper])
    needed = halves[:, 0, 0] < halves[:, 1, 1]
    if condition == 1:
        needed &= halves[:, 0, 1] < halves[:, 1, 2]
    return halves[needed]


def _sides(condition, R, point):
    """The sides in units of r."""
    lengths = ((1 + R) + (R - 1) * point) / 2
    if condition == 2:
        a, b, t = lengths[0], lengths[1], (1 + point[2]) / 2
        lengths[2] = np.sqrt((a + b) ** 2 * (1 - t) + R**2 * t)
    return lengths


def _axis_to_cut(wanted, widths):
    """The wanted axis of each box, but never one so thin that halves of halves of it would have no width.

    Where the function is zero up to rounding errors, these may ask for the same axis again and again.
    """
    thin = widths[np.arange(len(wanted)), wanted] < widths.max(axis=1) * _THINNEST
    return np.where(thin, widths.argmax(axis=1), wanted)


def _arguments(certificate):
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
        taylor_table(chebyshev(m), boxes.X_NODES),
        taylor_table(gegenbauer(n, len(blocks)), boxes.U_NODES),
    ]
    mu = (R + r) / (R - r)
    middle = float(mu)
    A, *tables, ends = map(_neighbours, (A, *tables, np.array(middle)))
    return exponent, (A, sizes, *tables, tuple(ends.tolist()))


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
