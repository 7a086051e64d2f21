"""Check a certificate of the sign uncertainty principle, in fractions, with the standard library alone.

The certificate holds a dimension n, a rational T > 0 and coefficients c_0, c_2, c_4, ... With alpha = n/2 - 1
and Laguerre polynomials L_k of that alpha let p(t) = sum c_k L_k(t) and f(x) = p(2 pi |x|^2) e^{-pi |x|^2}.
Only even k occur, so f is its own Fourier transform. If p(0) <= 0 and p(t) >= 0 for all t >= T, then f is
admitted in the uncertainty principle of sign +1 and A_+(n) <= sqrt(T / 2 pi).

Source: Bourgain, Clozel, Kahane (2010); Cohn, Goncalves (2019).
"""

import re
from fractions import Fraction
from math import isqrt

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.exact.descartes import is_nonnegative
from mathlib.fields import about, integers

__all__ = ["check_uncertainty"]

LARGEST_DIMENSION, MOST_COEFFICIENTS, MOST_DIGITS_OF_T = 1000, 100, 100
_FRACTION = re.compile(r"-?[0-9]{1,2000}(/[1-9][0-9]{0,1999})?").fullmatch
#: pi, rounded down.
_PI = Fraction(31415926535897932384626433832795, 10**31)


def check_uncertainty(data: dict) -> str:
    """Verify a certificate of kind "uncertainty" and return the theorem that it proves.

    Raises CertificateError, naming the field or the violated inequality, if it proves nothing.

    >>> check_uncertainty({"kind": "uncertainty", "n": 12, "radius_squared_times_2pi": "14",
    ...                    "coefficients": ["-21", "1"]})
    'A_+(12) <= 1.49270533036047: the sign uncertainty principle in R^12.'
    """
    n, start, coefficients = read(data)
    numerators, common = integers(coefficients)
    polynomial = laguerre_sum(n, numerators)
    if not any(polynomial):
        raise CertificateError("p is not zero: does not hold, all coefficients are 0.")
    if polynomial[0] > 0:
        raise CertificateError(f"p(0) <= 0 does not hold: p(0) = {about(polynomial[0] / common, 6)}.")
    if not is_nonnegative(polynomial, start):
        raise CertificateError(f"p(t) >= 0 does not hold for all t >= T = {float(start):.15g}.")
    return f"A_+({n}) <= {radius(start)}: the sign uncertainty principle in R^{n}."


def read(data):
    """Return n, T and the coefficients; name a damaged field."""
    n = data.get("n")
    if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= LARGEST_DIMENSION:
        raise CertificateError(f"field n: a whole number from 1 to {LARGEST_DIMENSION}, got {shown(n)}.")
    start = _fraction("radius_squared_times_2pi", data.get("radius_squared_times_2pi"))
    if not 0 < start < 10**6:
        raise CertificateError(f"T > 0 and T < 10^6 does not hold: T = {about(start, 6)}.")
    if max(start.numerator, start.denominator) >= 10**MOST_DIGITS_OF_T:
        raise CertificateError(f"field radius_squared_times_2pi: more than {MOST_DIGITS_OF_T} digits.")
    texts = data.get("coefficients")
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_COEFFICIENTS:
        raise CertificateError(f"field coefficients: a list of 1 to {MOST_COEFFICIENTS} fractions.")
    return n, start, [_fraction("coefficients", text) for text in texts]


def radius(start: Fraction, digits: int = 15) -> str:
    """sqrt(T / 2 pi), rounded up to `digits` significant digits, as text.

    >>> radius(Fraction(4) * Fraction(355, 113))  # 355/113 is a little more than pi
    '1.41421362241614'
    """
    square = start / (2 * _PI)  # rounded up, as pi was rounded down
    places = digits - 1
    while square * 100 ** (places + 1) < 100**digits:
        places += 1
    while square * 100**places >= 100**digits and places > 0:
        places -= 1
    scaled = square * 100**places
    root = isqrt(int(scaled))
    root += root * root < scaled
    whole, part = divmod(root, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)


def laguerre_sum(n, coefficients):
    """Powers of t in the sum of c_k L_k(t) over even k, L_k of alpha = n/2 - 1."""
    alpha = Fraction(n, 2) - 1
    total = [Fraction(0)] * (2 * len(coefficients) - 1)
    before, now = [], [Fraction(1)]
    for k in range(len(total)):
        if k % 2 == 0:
            for j, c in enumerate(now):
                total[j] += coefficients[k // 2] * c
        # (k + 1) L_{k+1} = (2k + 1 + alpha - t) L_k - (k + alpha) L_{k-1}
        following = [(2 * k + 1 + alpha) * c for c in now] + [Fraction(0)]
        for j, c in enumerate(now):
            following[j + 1] -= c
        for j, c in enumerate(before):
            following[j] -= (k + alpha) * c
        before, now = now, [c / (k + 1) for c in following]
    return total


def _fraction(field, text):
    if not (isinstance(text, str) and _FRACTION(text)):
        raise CertificateError(f'field {field}: not a fraction like "-27/10": {shown(text)}.')
    return Fraction(text)
