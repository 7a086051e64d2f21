"""Check a two-point certificate by ball arithmetic: every near touch of zero is isolated.

The certificate claims p < 0 on [T, oo) and q > 0 on [0, oo), see `check_two_point`. An interval of the axis
is mapped to -1 <= v <= 1, where -p or q becomes F(v) = sum_j b_j v^j with balls for the b_j. Three tests:

* b_0 > sum_{j>0} |b_j|: F is positive on the interval;
* |b_1| > sum_{j>1} j |b_j|: F is monotone there, and positive if it is so at both ends;
* 2 b_2 > sum_{j>2} j (j-1) |b_j|: F is convex there, so it lies above each of its tangents; the tangent at a
  point close to the minimum is positive at both ends.

An interval that passes none is halved. On the ray [b, oo) beyond the last one, the coefficients of -p or q in
powers of t - b are positive.

This shares nothing but the theorem with the checker in integers, which looks at Bernstein coefficients and
never for a minimum. FLINT does the arithmetic: every ball provably contains the exact number.
"""

from itertools import pairwise

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly, fmpz_poly

from mathlib.errors import CertificateError
from mathlib.fields import about

__all__ = ["check_in_balls", "expand"]

#: Balls that describe one interval have so many bits.
_LOCAL_BITS = 400
_MOST_HALVINGS = 100
_MOST_PIECES = 1000  # of one interval; those of the certificates that ship need a few dozen
_NEWTON_STEPS = 12


def check_in_balls(certificate) -> dict[str, str]:
    """Return how each inequality was proved; raise CertificateError if one was not, naming it.

    Parameters
    ----------
    certificate : TwoPointCertificate
        Its nodes say where to cut the axis first; any others would do.

    Notes
    -----
    Cost: for each of some 2M intervals a shift of a polynomial of degree 4M - 1. About 0.7 s for M = 51
    (n = 8, 15 digits) and 3 s for M = 104 (n = 36).
    """
    radius_squared = certificate.radius_squared_times_2pi
    if certificate.n < 2 or not 0 < radius_squared < 10**6:
        raise CertificateError(
            f"n >= 2, 0 < T < 10^6 does not hold: n = {certificate.n}, T = {about(radius_squared)}"
        )
    T = fmpq(radius_squared.numerator, radius_squared.denominator)
    p, q = expand(certificate.n, certificate.coefficients)
    if not q[0] > 0:
        raise CertificateError(f"q(0) > 0 does not hold: q(0) is {'negative' if q[0] else 'zero'}")
    if certificate.degree != p.degree():
        raise CertificateError(f"degree {certificate.degree} = {p.degree()} does not hold")
    ends = _cuts(certificate.nodes)
    with ctx.workprec(_LOCAL_BITS):
        checks = {"q(0) > 0": "exact"}
        for name, poly, start in (
            (f"-p(t) > 0 for t >= T = {float(radius_squared)}", -p.numer(), T),
            ("q(t) > 0 for t >= 0", q.numer(), fmpq(0)),
        ):
            checks[name] = f"{_check_positive(poly, start, ends, name)} intervals, ball arithmetic"
    return checks


def expand(n, coefficients):
    """Return p = sum c_k L_k and q = sum (-1)^k c_k L_k, with L_k for alpha = n/2 - 1, as fmpq_poly."""
    t, alpha = fmpq_poly([0, 1]), fmpq(n, 2) - 1
    below, laguerre = fmpq_poly([0]), fmpq_poly([1])
    parts = [fmpq_poly([0]), fmpq_poly([0])]
    for k, c in enumerate(coefficients):
        parts[k % 2] += fmpq(c.numerator, c.denominator) * laguerre
        below, laguerre = laguerre, ((2 * k + 1 + alpha - t) * laguerre - (k + alpha) * below) / (k + 1)
    even, odd = parts
    return even + odd, even - odd


def _cuts(nodes):
    """Whole numbers between neighbouring nodes, in order."""
    return sorted({round((s + t) / 2) for s, t in pairwise(sorted(nodes))})


def _check_positive(poly, start, cuts, inequality) -> int:
    """Prove poly > 0 on [start, oo), one interval after the other; return their number."""
    cuts = [cut for cut in cuts if cut > start]
    here, count = start, 1
    while cuts or not _positive_on_ray(poly, here):
        there = cuts.pop(0) if cuts else (here + max(16, here / 8)).ceil()
        if there > 10**7 or not _positive_between(_on_unit_interval(poly, here, fmpq(there))):
            raise CertificateError(
                f"{inequality} does not hold, or not clearly, for some t between "
                f"{float(arb(here)):.6g} and {float(arb(there)):.6g}"
            )
        here, count = fmpq(there), count + 1
    return count


def _positive_on_ray(poly, here):
    """Whether all the coefficients of poly(here + u) are >= 0 and the first one > 0; exact."""
    if here.q != 1:
        return False
    shifted = poly(fmpz_poly([here.p, 1]))
    return shifted[0] > 0 and all(c >= 0 for c in shifted.coeffs())


def _on_unit_interval(poly, a, b):
    """A lower bound of poly((a + b)/2 + (b - a)/2 v) for |v| <= 1, as an arb_poly of lower degree."""
    with ctx.workprec(poly.height_bits() + 2 * _LOCAL_BITS):
        moved = arb_poly(poly)(arb_poly([arb((a + b) / 2), arb((b - a) / 2)]))
    return _shortened([+c for c in moved.coeffs()])


def _shortened(balls):
    """Drop the last coefficients, and what they can add up to from the constant term."""
    negligible = max(abs(c).abs_upper() for c in balls) * arb(2) ** (20 - _LOCAL_BITS)
    tail = arb(0)
    while len(balls) > 3 and tail + abs(balls[-1]) < negligible:
        tail += abs(balls.pop())
    return arb_poly([balls[0] - tail, *balls[1:]])


def _positive_between(poly):
    """Whether poly > 0 on [-1, 1] was proved."""
    waiting, pieces = [(poly, 0)], 0
    while waiting:
        poly, depth = waiting.pop()
        pieces += 1
        b = poly.coeffs() + [arb(0)] * 3
        sizes = [abs(c) for c in b]
        if b[0] > sum(sizes[1:]):
            continue
        if sizes[1] > sum(j * size for j, size in enumerate(sizes) if j > 1):
            if not (poly(arb(-1)) > 0 and poly(arb(1)) > 0):
                return False
        elif 2 * b[2] > sum(j * (j - 1) * size for j, size in enumerate(sizes) if j > 2):
            if not _some_tangent_is_positive(poly):
                return False
        elif depth == _MOST_HALVINGS or pieces >= _MOST_PIECES:
            return False
        else:
            half = arb(1) / 2
            waiting += [(_shortened(poly(arb_poly([s, half])).coeffs()), depth + 1) for s in (-half, half)]
    return True


def _some_tangent_is_positive(poly):
    """For a convex polynomial: a tangent near its minimum is positive at -1 and at 1."""
    slope, v = poly.derivative(), arb(0)
    bend = slope.derivative()
    for _ in range(_NEWTON_STEPS):
        v = max(arb(-1), min(arb(1), (v - slope(v) / bend(v)).mid()))
    value, rise = poly(v), slope(v)
    return value + rise * (-1 - v) > 0 and value + rise * (1 - v) > 0
