"""The conditions of a three-point certificate on one variable, exactly or in ball arithmetic.

With w = 2 pi lam |x|^2, the function f2 is p(w) e^{-w/2} and its transform is lam^{-n/2} q(2 pi |t|^2 / lam)
times a Gaussian, where p = sum c_j L_j and q = sum (-1)^j c_j L_j have exact coefficients.
"""

from fractions import Fraction
from math import floor

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

from mathlib.errors import CertificateError
from mathlib.exact.descartes import is_nonnegative
from mathlib.exact.ldl import elimination_work, failing_pivot
from mathlib.fields import about

__all__ = ["check_mixed", "check_semidefinite", "check_signs", "density"]

#: pi, cut off after 40 decimals.
_BELOW_PI = Fraction("3.1415926535897932384626433832795028841971")
_BITS = 256
_TERMS = 40  # of the series of exp
_NARROWEST = 2.0**-40
# A file must not be able to ask for endless work; the certificates that ship stay far below these limits.
_MOST_PIECES = 2000
_MOST_WORK = 3 * 10**13
_PLACES = 2**140  # R^2 lam is rounded down to so many parts of one, as pi is


def check_semidefinite(certificate) -> str:
    """Prove that every A_k is positive semidefinite, by exact elimination; return how."""
    if sum(map(elimination_work, certificate.blocks)) > _MOST_WORK:
        raise CertificateError("A_k positive semidefinite is not decided: their entries are too long")
    for k, block in enumerate(certificate.blocks):
        pivot = failing_pivot(block)
        if pivot is not None:
            found = f"elimination meets the pivot {about(pivot)}"
            raise CertificateError(f"A_{k} positive semidefinite does not hold: {found}")
    return f"{len(certificate.blocks)} matrices, exact elimination"


def check_signs(certificate) -> str:
    """Prove f2^(0) > 0, f2^ >= 0, and f2 <= 0 beyond R, by Descartes' rule of signs; return how."""
    p, q = polynomials(certificate)
    if q[0] <= 0:
        raise CertificateError(f"f2^(0) > 0 does not hold: it has the sign of {about(q[0])}")
    start = 2 * _BELOW_PI * Fraction(floor(certificate.scale * certificate.R**2 * _PLACES), _PLACES)
    for poly, begin, condition in (
        (q, 0, "f2^(t) >= 0 for all t"),
        ([-c for c in p], start, "f2(x) <= 0 for |x| >= R"),
    ):
        if not is_nonnegative(poly, begin):
            leading = next((c for c in reversed(poly) if c), 0)
            place = ", not even far out" if leading < 0 else ""
            raise CertificateError(f"{condition} does not hold{place}")
    return f"polynomials of degree {len(p) - 1}, Descartes' rule, exact"


def check_mixed(certificate) -> str:
    """Prove (M) f2(x) + 2 f3(0, x) + f3(x, x) < 0 for r <= |x| <= R in ball arithmetic; return how.

    The interval is cut until the constant term outweighs the others in powers of -1 <= v <= 1 on each piece.
    """
    with ctx.workprec(_BITS):
        p, mixed = fmpq_poly(list(map(_fmpq, polynomials(certificate)[0]))), _kernel(certificate)
        waiting, pieces = [(fmpq(-1), fmpq(1))], 0
        while waiting:
            low, high = waiting.pop()
            pieces += 1
            if pieces > _MOST_PIECES:
                raise CertificateError(f"(M) is not proved after {_MOST_PIECES} intervals")
            b = _on_piece(certificate, p, mixed, (low + high) / 2, (high - low) / 2).coeffs()
            if b[0] + sum((abs(c) for c in b[1:]), arb(0)) < 0:
                continue
            if b[0] > 0 or float(arb(high - low)) < _NARROWEST:
                r, R = float(certificate.r), float(certificate.R)
                length = (r + R) / 2 + (R - r) / 2 * float(arb((low + high) / 2))
                verb = "does not hold" if b[0] > 0 else "cannot be proved"
                raise CertificateError(
                    f"(M) f2(x) + 2 f3(0,x) + f3(x,x) <= 0 {verb} at |x| = {length:.9g}: "
                    f"value {about(_fraction(b[0].mid().fmpq()))}"
                )
            waiting += [(low, (low + high) / 2), ((low + high) / 2, high)]
    return f"{pieces} intervals, ball arithmetic"


def _on_piece(certificate, p, mixed, middle, half):
    """The left side of (M) at x = middle + half v, in powers of v, as balls; |x| = m + h x."""
    x = fmpq_poly([middle, half])
    length = _fmpq((certificate.R + certificate.r) / 2) + _fmpq((certificate.R - certificate.r) / 2) * x
    w = arb_poly(length * length) * (2 * arb.pi() * arb(_fmpq(certificate.scale)))
    exponent = (w - w[0]) * (-arb(1) / 2)
    # exp(y) is its Taylor polynomial up to |y|^N/N! e^{|y|}.
    largest = sum((abs(c) for c in exponent.coeffs()), arb(0))
    rest = largest**_TERMS / arb(_TERMS).fac() * largest.exp()
    series = arb_poly([arb(0, 1) * rest + 1])
    power = arb_poly([1])
    for j in range(1, _TERMS):
        power = power * exponent * (arb(1) / j)
        series += power
    return arb_poly(p)(w) * series * (-w[0] / 2).exp() + arb_poly(mixed(x))


def _kernel(certificate):
    """2 f3(0, x) + f3(x, x) in powers of the Chebyshev variable."""
    x, T = fmpq_poly([0, 1]), [fmpq_poly([1]), fmpq_poly([0, 1])]
    while len(T) < max(map(len, certificate.blocks)):
        T.append(2 * x * T[-1] - T[-2])
    total = fmpq_poly([0])
    for k, block in enumerate(certificate.blocks):
        origin = 1 if k == 0 else 0
        for i, row in enumerate(block[origin:]):
            for j, c in enumerate(row[origin:]):
                total += _fmpq(c) * T[i] * T[j]
    for j, c in enumerate(certificate.blocks[0][0][1:]):
        total += 2 * _fmpq(c) * T[j]
    return total


def polynomials(certificate):
    """The coefficients of p and q in powers of w."""
    n = certificate.n
    w, below, laguerre = fmpq_poly([0, 1]), fmpq_poly([0]), fmpq_poly([1])
    p, q, alpha = fmpq_poly([0]), fmpq_poly([0]), fmpq(n, 2) - 1
    for j, c in enumerate(certificate.f2):
        p += _fmpq(c) * laguerre
        q += (-1) ** j * _fmpq(c) * laguerre
        below, laguerre = laguerre, ((2 * j + 1 + alpha - w) * laguerre - (j + alpha) * below) / (j + 1)
    degrees = range(len(certificate.f2))
    return tuple([_fraction(poly[i]) for i in degrees] for poly in (p, q))


def density(certificate, bits) -> tuple[Fraction, Fraction]:
    """The ends of a ball around vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) / f2^(0)."""
    p, q = polynomials(certificate)
    if q[0] <= 0:
        raise CertificateError(f"f2^(0) > 0 does not hold: it has the sign of {about(q[0])}")
    ratio = (p[0] + certificate.blocks[0][0][0]) / q[0]
    with ctx.workprec(bits):
        half = arb(certificate.n) / 2
        square = arb(_fmpq(certificate.scale * (certificate.r / 2) ** 2)) * arb.pi()
        ball = square**half / (half + 1).gamma() * arb(_fmpq(ratio))
        return tuple(_fraction(end.fmpq()) for end in (ball.lower(), ball.upper()))


def _fmpq(value):
    return fmpq(value.numerator, value.denominator)


def _fraction(value):
    return Fraction(int(value.p), int(value.q))
