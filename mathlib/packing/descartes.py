"""The sign of a polynomial on an interval, decided exactly by Descartes' rule of signs and bisection.

A polynomial with v changes of sign in its coefficients has v positive roots or fewer by an even number
(Descartes, 1637). Moved to (0, 1) and then to (0, oo) by x -> 1/(1 + x), it counts the roots in (0, 1); where
the count is neither 0 nor 1, halve the interval (Vincent 1836; Collins and Akritas 1976). For a polynomial
without multiple roots this ends.

A polynomial is a list of integers or fractions, constant term first. Everything is done in integers, so
there is no rounding; only the standard library is used, because the checkers of certificates stand on it.
"""

from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from mathlib.errors import CertificateError

__all__ = ["is_nonnegative"]

_PRIME = 2**61 - 1
#: So that no file can ask for endless work: the bits that are added up, with 1000 more for each addition. A
#: certificate that a solver of this package makes takes at most 1e11 of them, about five seconds.
_MOST_WORK = 4 * 10**11


def is_nonnegative(polynomial, start, end=None) -> bool:
    """Whether p(x) >= 0 for all x in [start, end]; `end=None` stands for infinity.

    Roots are allowed, also at the ends, as long as p does not change its sign inside. The zero polynomial
    is nonnegative. The cost is d^2 additions for each of the intervals, some dozens around each point where
    p nearly touches 0: 0.3 s for degree 46 with twelve such points. Raises CertificateError, undecided, where
    the coefficients are so long, or the roots so close, that this would take minutes.

    >>> is_nonnegative([1, -2, 1], 0, 3)  # (x - 1)^2
    True
    >>> is_nonnegative([-1, 1], 0, 3)  # x - 1
    False
    >>> is_nonnegative([-1, 1], 1)
    True
    """
    p = _on_unit_interval(_integers(polynomial), Fraction(start), None if end is None else Fraction(end))
    if not p:
        return True
    if _has_root_inside(_odd_part(p)):
        return False
    # No sign change inside, so one inner point that is not a root decides; at most deg p points are roots.
    for j in range(1, len(p) + 1):
        if value := _value(p, Fraction(j, len(p) + 1)):
            return value > 0
    raise AssertionError("a polynomial has no more roots than its degree")


def _on_unit_interval(p, start, end):
    """Integer coefficients in y on (0, 1): x = start + (end - start) y, or x = start + y / (1 - y)."""
    scale = Fraction(1) if end is None else end - start
    # Substitute x = start + scale y: stretch so that the shift is by 1, shift, stretch back.
    if start:
        p = _shifted(_integers([c * start**k for k, c in enumerate(p)]), 1)
        scale /= start
    p = _integers([c * scale**k for k, c in enumerate(p)])
    if end is None and p:
        # (1 - y)^d p(y / (1 - y)): reversed coefficients, shifted by -1, and reversed again.
        p = _integers(_shifted(p[::-1], -1)[::-1])
    return p


def _has_root_inside(p):
    """Whether p, without multiple roots, has a root in the open interval (0, 1)."""
    while p and p[0] == 0:
        p = p[1:]
    intervals, work = [p], 0
    while intervals:
        q = intervals.pop()
        work += _work(q)
        _insist_on_less(work)
        changes = _sign_changes(_shifted(q[::-1], 1))
        if changes == 1:
            return True
        if changes > 1:
            degree = len(q) - 1
            left = [c << (degree - k) for k, c in enumerate(q)]  # 2^d q(y / 2)
            right = _shifted(left, 1)
            if right[0] == 0:
                return True  # a root at the middle
            intervals += [_primitive(left), _primitive(right)]
    return False


def _work(p):
    """The bits of d^2 additions of coefficients, each with 1000 bits more."""
    return len(p) ** 2 * (max(map(abs, p)).bit_length() + 1000)


def _insist_on_less(work):
    if work > _MOST_WORK:
        raise CertificateError(
            "the sign of a polynomial is not decided: its coefficients are too long, or its roots too close"
        )


def _sign_changes(p):
    signs = [c > 0 for c in p if c]
    return sum(a != b for a, b in pairwise(signs))


def _shifted(p, by):
    """The coefficients of p(x + by), for by = 1 or -1, by Horner's scheme: additions only."""
    p = list(p)
    for i in range(len(p) - 1):
        for k in range(len(p) - 2, i - 1, -1):
            p[k] += by * p[k + 1]
    return p


def _odd_part(p):
    """The product of the distinct irreducible factors of odd multiplicity (Musser's algorithm)."""
    if _is_squarefree_modulo_a_prime(p):
        return p
    # Euclid's algorithm: d steps with numbers that grow to d times as many bits, whose divisors are sought.
    _insist_on_less(_work(p) ** 2 // 256)
    rest = _gcd(p, _derivative(p))
    distinct = _quotient(p, rest)  # each factor of p once
    odd, multiplicity = [1], 1
    while len(distinct) > 1:
        higher = _gcd(distinct, rest)  # the factors of a multiplicity above this one
        if multiplicity % 2:
            odd = _product(odd, _quotient(distinct, higher))
        distinct, rest = higher, _quotient(rest, higher)
        multiplicity += 1
    return odd


def _is_squarefree_modulo_a_prime(p):
    """If this holds, p has no multiple root: gcd(p, p') = 1 modulo a prime that keeps the degree."""
    if p[-1] % _PRIME == 0:
        return False
    a, b = ([c % _PRIME for c in q] for q in (p, _derivative(p)))
    while b:
        inverse = pow(b[-1], -1, _PRIME)
        while len(a) >= len(b):
            factor, shift = a[-1] * inverse % _PRIME, len(a) - len(b)
            for k, c in enumerate(b):
                a[shift + k] = (a[shift + k] - factor * c) % _PRIME
            while a and a[-1] == 0:
                a.pop()
        a, b = b, a
    return len(a) <= 1


def _integers(polynomial):
    """A positive multiple with coprime integer coefficients; [] for zero."""
    fractions = [Fraction(c) for c in polynomial]
    scale = lcm(*(c.denominator for c in fractions))
    return _primitive([int(c * scale) for c in fractions])


def _primitive(p):
    p = list(p)
    while p and p[-1] == 0:
        p.pop()
    content = gcd(*p)
    return [c // content for c in p]


def _gcd(p, q):
    while q:
        p, q = q, _primitive(_remainder(p, q))
    return p


def _remainder(p, q):
    """A multiple of the remainder of p by q."""
    p = list(p)
    while len(p) >= len(q):
        factor, shift = p[-1], len(p) - len(q)
        p = [q[-1] * c for c in p]
        for k, c in enumerate(q):
            p[shift + k] -= factor * c
        while p and p[-1] == 0:
            p.pop()
    return p


def _quotient(p, q):
    """p / q up to a factor, for q that divides p."""
    remainder, quotient = [Fraction(c) for c in p], []
    for shift in range(len(p) - len(q), -1, -1):
        factor = remainder[shift + len(q) - 1] / q[-1]
        quotient.append(factor)
        for k, c in enumerate(q):
            remainder[shift + k] -= factor * c
    return _integers(quotient[::-1])


def _product(p, q):
    result = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return result


def _derivative(p):
    return [k * c for k, c in enumerate(p)][1:]


def _value(p, x):
    value = Fraction(0)
    for coefficient in reversed(p):
        value = value * x + coefficient
    return value
