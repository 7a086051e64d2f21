"""Check certificates of Delsarte's linear programming bounds, in fractions, with the standard library alone.

A certificate is a finite list of coefficients f_0, f_1, ... that are not negative, f_0 > 0:

kissing      f(t) = sum f_k P_k(t) <= 0 for -1 <= t <= 1/2, P_k the Gegenbauer polynomial of R^n with
             P_k(1) = 1. Then at most f(1)/f_0 balls touch one ball of the same size in R^n: for unit vectors
             x of which no two have an inner product above 1/2,
             f_0 N^2 <= sum over all pairs of f(<x, y>) <= N f(1), since each P_k is positive definite.
binary-code  f(i) = sum f_k K_k(i) <= 0 for even i from D to N, K_k the Krawtchouk polynomial of length N,
             where N = n and D = d for even d, N = n + 1 and D = d + 1 for odd d (a parity bit makes all
             distances even; for even d, take away a bit first). Then a binary code of length n and minimum
             distance d has at most f(0)/f_0 words, by the same double count over pairs of words.

The sign on an interval is decided by Descartes' rule of signs and bisection. Nothing here is shared with the
solver.
Sources: Delsarte (1973); Delsarte, Goethals, Seidel (1977); Kabatiansky, Levenshtein (1978).
"""

import re
from fractions import Fraction
from math import comb

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.exact.descartes import is_nonnegative
from mathlib.fields import about, integers, rounded_up

__all__ = ["check_binary_code", "check_kissing"]

#: Larger certificates would keep the checker busy for long; nothing that the solver makes comes near.
LARGEST_LENGTH = 200
_FRACTION = re.compile(r"-?[0-9]{1,1000}(/[1-9][0-9]{0,999})?").fullmatch


def check_kissing(data: dict) -> str:
    """Verify a certificate of kind "kissing" and return the theorem that it proves.

    Raises CertificateError, naming the field or the violated inequality, if it proves nothing.

    >>> check_kissing({"kind": "kissing", "n": 2, "coefficients": ["3", "6", "5", "3", "1"]})
    'At most 6 balls touch one ball of the same size in R^2 (Delsarte bound 6).'
    """
    n = _whole(data, "n", least=2)
    coefficients = read_coefficients(data)
    polynomial = _gegenbauer_sum(n, integers(coefficients)[0])
    if not is_nonnegative([-c for c in polynomial], Fraction(-1), Fraction(1, 2)):
        raise CertificateError("f(t) <= 0 does not hold on all of [-1, 1/2].")
    value = sum(coefficients) / coefficients[0]
    balls = f"At most {whole_text(int(value))} balls touch one ball of the same size in R^{n}"
    return f"{balls} (Delsarte bound {_text(value)})."


def check_binary_code(data: dict) -> str:
    """Verify a certificate of kind "binary-code" and return the theorem that it proves.

    Raises CertificateError, naming the field or the violated inequality, if it proves nothing.

    >>> check_binary_code({"kind": "binary-code", "n": 3, "d": 2, "coefficients": ["1", "1"]})
    'A binary code of length 3 and minimum distance 2 has at most 4 words (Delsarte bound 4).'
    """
    n, d = _whole(data, "n", least=1), _whole(data, "d", least=1)
    if d > n:
        raise CertificateError(f"field d: the distance {d} exceeds the length {n}.")
    coefficients = read_coefficients(data)
    length, distance = n + d % 2, d + d % 2
    if len(coefficients) > length + 1:
        raise CertificateError(f"field coefficients: {len(coefficients)} of them, more than {length} + 1.")
    numerators, common = integers(coefficients)
    for i in range(distance, length + 1, 2):
        row = krawtchouk_row(length, i)
        value = sum(f * row[k] for k, f in enumerate(numerators))
        if value > 0:
            raise CertificateError(f"f({i}) <= 0 does not hold: f({i}) = {about(Fraction(value, common))}.")
    value = sum(f * comb(length, k) for k, f in enumerate(coefficients)) / coefficients[0]
    words = f"has at most {whole_text(int(value))} words (Delsarte bound {_text(value)})."
    return f"A binary code of length {n} and minimum distance {d} {words}"


def krawtchouk_row(length, i):
    """K_0(i), ..., K_length(i), from (k + 1) K_{k+1} = (length - 2i) K_k - (length - k + 1) K_{k-1}.

    K_k(i) is the sum over j of (-1)^j C(i, j) C(length - i, k - j).
    """
    row = [0, 1]
    for k in range(length):
        row.append(((length - 2 * i) * row[-1] - (length - k + 1) * row[-2]) // (k + 1))
    return row[1:]


def _gegenbauer_sum(n, coefficients):
    """Powers of t in sum f_k P_k, from (k + n - 2) P_{k+1} = (2k + n - 2) t P_k - k P_{k-1}."""
    total = [Fraction(0)] * len(coefficients)
    before, now = [], [Fraction(1)]
    for k, f in enumerate(coefficients):
        for j, c in enumerate(now):
            total[j] += f * c
        if k == 0:
            before, now = now, [Fraction(0), Fraction(1)]
            continue
        following = [Fraction(0), *(Fraction(2 * k + n - 2, k + n - 2) * c for c in now)]
        for j, c in enumerate(before):
            following[j] -= Fraction(k, k + n - 2) * c
        before, now = now, following
    return total


def _whole(data, field, *, least):
    value = data.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_LENGTH:
        raise CertificateError(
            f"field {field}: a whole number from {least} to {LARGEST_LENGTH}, got {shown(value)}."
        )
    return value


def read_coefficients(data):
    """Return the coefficients as fractions, f_0 positive and none negative; name a damaged one."""
    texts = data.get("coefficients")
    if not isinstance(texts, list) or not 1 <= len(texts) <= LARGEST_LENGTH:
        raise CertificateError(f"field coefficients: a list of 1 to {LARGEST_LENGTH} fractions.")
    for k, text in enumerate(texts):
        if not (isinstance(text, str) and _FRACTION(text)):
            raise CertificateError(f'field coefficients: entry {k} is not a fraction like "16/7".')
    coefficients = [Fraction(text) for text in texts]
    if coefficients[0] <= 0:
        raise CertificateError(f"f_0 > 0 does not hold: f_0 = {about(coefficients[0])}.")
    for k, f in enumerate(coefficients):
        if f < 0:
            raise CertificateError(f"f_{k} >= 0 does not hold: f_{k} = {about(f)}.")
    return coefficients


def whole_text(value):
    """A positive integer, or a number above it of ten digits if it has more than 40."""
    return str(value) if value < 10**40 else f"{rounded_up(value, 10):e}"


def _text(value):
    """A positive number as a short decimal, rounded up, or the integer itself."""
    if value.denominator == 1 or value >= 10**40:
        return whole_text(value)
    millionths = -((-value * 10**6) // 1)
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"
