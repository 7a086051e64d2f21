"""The conditions on matrices and on functions of one variable, by other methods than the first checker's."""

from fractions import Fraction
from itertools import pairwise
from math import comb

from flint import acb, arb, arb_series, ctx, fmpq, fmpq_poly, fmpz_mat

__all__ = ["density", "is_negative_between", "is_positive_from", "is_semidefinite", "laguerre_sum"]

#: Below pi = 3.14159265358979323846..., and only so used.
BELOW_PI = Fraction(314159265358979323846, 10**20)
_PIECES = 16  # of [r, R], for (M)
_TERMS = 72  # of a power series on a piece
_BITS = 320
_DEEPEST, _MOST_PIECES = 40, 500  # halvings of a piece, and pieces of one


def is_semidefinite(matrix) -> bool:
    """Whether a symmetric matrix of Fractions is positive semidefinite.

    The roots of det(x + A) are real, the negatives of the eigenvalues. None of them is positive if and only
    if no coefficient is negative, by Vieta's formulas and Descartes' rule.

    >>> is_semidefinite([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])
    True
    >>> is_semidefinite([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(1)]])
    False
    """
    scale = max(entry.denominator for row in matrix for entry in row)
    negative = fmpz_mat([[-int(entry * scale) for entry in row] for row in matrix])
    return all(c >= 0 for c in negative.charpoly().coeffs())


def laguerre_sum(n, coefficients) -> fmpq_poly:
    """sum_j c_j L_j of the parameter n/2 - 1, from the explicit sum over powers.

    L_j(w) = sum_i (-w)^i / i! binomial(j + n/2 - 1, j - i).
    """
    alpha, total = Fraction(n, 2) - 1, [Fraction(0)] * len(coefficients)
    for j, c in enumerate(coefficients):
        term = Fraction(1)
        for i in range(j):
            term *= (alpha + j - i) / (j - i)
        for i in range(j + 1):
            total[i] += c * term
            term *= -Fraction(j - i) / ((alpha + i + 1) * (i + 1))
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in total])


def is_positive_from(polynomial, start) -> bool:
    """Whether a polynomial is > 0 on [start, infinity), by Sturm's theorem.

    The sign changes of p, p', and the negative remainders after them, lost between start and infinity, count
    the real roots there.

    >>> is_positive_from(fmpq_poly([2, -2, 1]), fmpq(0)), is_positive_from(fmpq_poly([1, -2, 1]), fmpq(0))
    (True, False)
    """
    chain = [polynomial, polynomial.derivative()]
    while chain[-1].degree() > 0:
        rest = -(chain[-2] % chain[-1])
        if rest.degree() < 0:
            break  # the last one divides p, which has multiple roots: each still counts once
        chain.append(rest / abs(rest.coeffs()[-1]))
    at_start = [p(start) for p in chain]
    at_infinity = [p.coeffs()[-1] for p in chain]
    return at_start[0] > 0 and _changes(at_start) == _changes(at_infinity)


def _changes(values):
    signs = [value > 0 for value in values if value != 0]
    return sum(one != other for one, other in pairwise(signs))


def is_negative_between(n, r, R, scale, coefficients, blocks) -> int:
    """The pieces that it takes to prove f2(x) + 2 f3(0, x) + f3(x, x) < 0 for r <= |x| <= R; 0 if that fails.

    On each of 16 intervals the left side g, an entire function of the Chebyshev variable, is a power series
    up to M (h/rho)^N / (1 - h/rho), where M bounds |g| on a disc of radius rho (Cauchy). The polynomial is
    negative if its Bernstein coefficients are; else the interval is halved (de Casteljau).
    """
    p, kernel, pieces = laguerre_sum(n, coefficients), _kernel(blocks), 0
    with ctx.workprec(_BITS):
        middle, half = (_arb((R + r) / 2), _arb((R - r) / 2))
        speed = 2 * arb.pi() * _arb(scale)

        def left_side(x, exponential):
            length = middle + half * x
            w = speed * length * length
            return _horner(p, w) * exponential(w * _arb(Fraction(-1, 2))) + _horner(kernel, x)

        h, rho = Fraction(1, _PIECES), Fraction(1, 2)
        for piece in range(_PIECES):
            x = Fraction(2 * piece + 1, _PIECES) - 1
            old, ctx.cap = ctx.cap, _TERMS
            try:
                series = left_side(arb_series([_arb(x), _arb(h)]), lambda y: y.exp())
            finally:
                ctx.cap = old
            disc = acb(arb(float(x), float(rho)), arb(0, float(rho)))
            rest = abs(left_side(disc, lambda y: y.exp())) * _arb((h / rho) ** _TERMS / (1 - h / rho))
            found = _is_negative(_bernstein(series.coeffs()), arb(0, rest.abs_upper()))
            if not found:
                return 0
            pieces += found
    return pieces


def _kernel(blocks) -> fmpq_poly:
    """2 f3(0, x) + f3(x, x) as a polynomial of the Chebyshev variable."""
    x = fmpq_poly([0, 1])
    T = [fmpq_poly([1]), x]
    for _ in range(max(map(len, blocks))):
        T.append(2 * x * T[-1] - T[-2])
    total = fmpq_poly([0])
    for k, block in enumerate(blocks):
        for i, row in enumerate(block):
            for j, entry in enumerate(row):
                if k == 0 and 0 in (i, j):
                    total += _fmpq(entry) * T[i + j - 1] if i + j else 0
                else:
                    total += _fmpq(entry) * T[i - (k == 0)] * T[j - (k == 0)]
    return total


def _bernstein(coefficients):
    """The Bernstein coefficients on [-1, 1] of a polynomial in powers, as balls."""
    degree, at_zero = len(coefficients) - 1, [arb(0)] * len(coefficients)
    for k, c in enumerate(coefficients):  # v = 2 s - 1 in powers of s
        for i in range(k + 1):
            at_zero[i] += c * (comb(k, i) * 2**i * (-1) ** (k - i))
    return [
        sum((at_zero[k] * _arb(Fraction(comb(i, k), comb(degree, k))) for k in range(i + 1)), arb(0))
        for i in range(degree + 1)
    ]


def _is_negative(coefficients, rest) -> int:
    """The number of pieces on which all Bernstein coefficients plus the rest are < 0; 0 if that fails."""
    waiting, pieces = [(coefficients, 0)], 0
    while waiting:
        b, depth = waiting.pop()
        pieces += 1
        if all(c + rest < 0 for c in b):
            continue
        if depth == _DEEPEST or pieces > _MOST_PIECES or b[0] + rest > 0 or b[-1] + rest > 0:
            return 0
        left, right = [], []
        while b:
            left.append(b[0])
            right.append(b[-1])
            b = [(one + other) / 2 for one, other in pairwise(b)]
        waiting += [(left, depth + 1), (right[::-1], depth + 1)]
    return pieces


def density(n, r, scale, coefficients, corner) -> tuple[Fraction, Fraction]:
    """The ends of a ball around vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) / f2^(0)."""
    at_zero = laguerre_sum(n, coefficients)[0]
    transform = laguerre_sum(n, [c * (-1) ** j for j, c in enumerate(coefficients)])[0]
    with ctx.workprec(_BITS):
        volume = arb(2 if n % 2 else 1)  # of the ball of dimension n % 2
        for k in range(2 + n % 2, n + 1, 2):
            volume *= 2 * arb.pi() / k
        power = (_arb(scale) * _arb(r / 2) ** 2).sqrt() ** n
        value = volume * power * arb((at_zero + _fmpq(corner)) / transform)
        low, high = value.lower().fmpq(), value.upper().fmpq()
    return Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))


def _horner(polynomial, x):
    total = 0 * x
    for c in reversed(polynomial.coeffs()):
        total = total * x + arb(c)
    return total


def _fmpq(value):
    return fmpq(value.numerator, value.denominator)


def _arb(value):
    return arb(_fmpq(value))
