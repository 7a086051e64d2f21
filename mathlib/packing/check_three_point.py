"""Check a three-point certificate: every condition of the theorem, from the coefficients alone."""

from fractions import Fraction

from flint import arb, ctx, fmpq

__all__ = ["density"]


def density(certificate, bits) -> tuple[Fraction, Fraction]:
    """The ends of a ball around vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) / f2^(0)."""
    n, alpha = certificate.n, Fraction(certificate.n, 2) - 1
    at_zero, values = Fraction(1), [Fraction(0), Fraction(0)]
    for j, c in enumerate(certificate.f2):
        values[0] += c * at_zero
        values[1] += (-1) ** j * c * at_zero
        at_zero *= (j + 1 + alpha) / (j + 1)
    ratio = (values[0] + certificate.blocks[0][0][0]) / values[1]
    with ctx.workprec(bits):
        half = arb(n) / 2
        square = arb(_fmpq(certificate.scale * (certificate.r / 2) ** 2)) * arb.pi()
        ball = square**half / (half + 1).gamma() * arb(_fmpq(ratio))
        return tuple(Fraction(int(x.p), int(x.q)) for x in (ball.lower().fmpq(), ball.upper().fmpq()))


def _fmpq(value):
    return fmpq(value.numerator, value.denominator)
