"""Delsarte's linear programming bounds, with certificates in fractions.

Kissing numbers: how many balls can touch one ball of the same size in R^n? Binary codes: how many words of n
bits can differ pairwise in d places? In both cases a function f = sum f_k Z_k with f_k >= 0, f_0 > 0 proves
the bound f(diagonal)/f_0 when f <= 0 wherever two different points may stand to each other (the proof is in
check.py). The best f solves a linear programme.

A solver of linear programmes works in doubles and, for kissing numbers, on a grid: what it returns violates
f <= 0 a little, and its value lies *below* the truth. Two ways lead back to a theorem:

* lower f by its largest violation, which costs next to nothing, and round the coefficients to fractions;
* where the dual solution stands on recognisably simple fractions (-1/2, 1/4, ...), take the polynomial with
  double roots exactly there. This gives 240 for n = 8 and 196560 for n = 24 with nothing lost.

For codes the programme is finite and small: it is solved in fractions from the start.
"""

from fractions import Fraction
from math import comb

from mathlib.checks import check_integer
from mathlib.errors import CertificateError
from mathlib.exact.rational_simplex import solve_exactly
from mathlib.packing.delsarte.certificates import BinaryCodeCertificate, KissingCertificate
from mathlib.packing.delsarte.relaxation import critical_points, gegenbauer_sum, kissing_lp_everywhere

__all__ = ["binary_code_bound", "kissing_bound"]

_TOUCH = Fraction(1, 2)  # the inner product of the centres of two balls that touch each other and the middle
#: Coefficients are rounded to multiples of this.
_GRAIN = Fraction(1, 2**40)
#: Double roots are looked for among fractions with at most this denominator.
_LARGEST_DENOMINATOR = 12
_LARGEST_LENGTH = 64


def kissing_bound(n: int, *, degree: int = 24) -> KissingCertificate:
    r"""Bound the kissing number of R^n from above, with a certificate.

    minimise    f(1) / f_0
    subject to  f(t) = sum_{k <= degree} f_k P_k(t),  f_k >= 0,  f_0 > 0,
                f(t) <= 0 for -1 <= t <= 1/2,

    with P_k the Gegenbauer polynomial of R^n, P_k(1) = 1.

    Parameters
    ----------
    n : int
        The dimension, from 2 to 100.
    degree : int
        The largest degree of f, from 3 to 60. Beyond 20 little is gained for n <= 24.

    Returns
    -------
    KissingCertificate
        `.value` is f(1)/f_0 as a Fraction, `.bound` the largest integer not above it: no more balls than
        this can touch one. `.verify()` proves it in exact arithmetic.

    Raises
    ------
    ValueError
        If an argument is out of range, or the solver of linear programmes fails.

    Notes
    -----
    The value exceeds the optimum of this degree by about 1e-8 f(1)/f_0, and by nothing for n = 2, 8, 24.
    Costs a few dozen linear programmes with some hundred rows: 0.2 s.

    References
    ----------
    P. Delsarte, J. Goethals, J. Seidel (1977); A. Odlyzko, N. Sloane (1979) and V. Levenshtein (1979) for
    n = 8 and 24.

    Examples
    --------
    >>> kissing_bound(8)
    kissing number of R^8 <= 240 (certificate of degree 6, f(1)/f_0 = 240)
    >>> kissing_bound(3).bound
    13
    """
    found = kissing_lp_everywhere(n, degree)
    n = found.n
    lowered = _lowered(n, found.coefficients)
    exact = _with_exact_roots(n, found.points[found.duals > 1e-6 * found.duals.max()])
    return exact if exact is not None and exact.value <= lowered.value else lowered


def _lowered(n, coefficients):
    """Round the coefficients and lower f by its largest violation; the exact check says whether by enough."""
    at = critical_points(n, coefficients)
    violation = max(0.0, gegenbauer_sum(n, coefficients, at).max())
    rounded = [max(Fraction(0), round(Fraction(c) / _GRAIN) * _GRAIN) for c in coefficients.tolist()]
    while rounded[-1] == 0:
        rounded.pop()
    shift = round(Fraction(violation) / _GRAIN) * _GRAIN + 2**10 * _GRAIN
    while shift < 1:
        try:
            certificate = KissingCertificate(n, (1 - shift, *rounded[1:]))
            certificate.verify()
            return certificate
        except CertificateError:
            shift *= 2
    raise ValueError(
        f"degree must be smaller for n = {n}, where doubles are too inaccurate; got {len(coefficients) - 1}."
    )


def _with_exact_roots(n, contacts):
    """The certificate whose f has double roots at simple fractions near `contacts`; None if there is none.

    Where the dual solution is positive, f of every optimal solution vanishes (complementary slackness):
    simply at the ends -1 and 1/2, doubly in between.
    """
    roots = {Fraction(c).limit_denominator(_LARGEST_DENOMINATOR) for c in contacts.tolist()}
    polynomial = [Fraction(1)]
    for root in sorted(roots):
        for _ in range(1 if root in (-1, _TOUCH) else 2):
            times_t, times_root = [Fraction(0), *polynomial], [*(root * c for c in polynomial), Fraction(0)]
            polynomial = [a - b for a, b in zip(times_t, times_root, strict=True)]
    try:
        certificate = KissingCertificate(n, _gegenbauer_coefficients(n, polynomial))
        certificate.verify()
        return certificate
    except CertificateError:
        return None


def _gegenbauer_coefficients(n, polynomial):
    """Rewrite powers of t in the P_k: t P_0 = P_1, (2k + n - 2) t P_k = (k + n - 2) P_{k+1} + k P_{k-1}."""
    result = [Fraction(0)]
    for c in reversed(polynomial):  # Horner's rule, with multiplication by t in the basis of the P_k
        shifted = [Fraction(0)] * (len(result) + 1)
        for k, value in enumerate(result):
            shifted[k + 1] += value if k == 0 else value * Fraction(k + n - 2, 2 * k + n - 2)
            if k > 0:
                shifted[k - 1] += value * Fraction(k, 2 * k + n - 2)
        shifted[0] += c
        result = shifted
    while len(result) > 1 and result[-1] == 0:
        result.pop()
    return tuple(result)


def binary_code_bound(n: int, d: int) -> BinaryCodeCertificate:
    r"""Bound A(n, d), the largest number of words of n bits that differ pairwise in at least d places.

    With N = n and D = d for even d, and N = n + 1, D = d + 1 for odd d (a parity bit makes all distances
    even and loses no word), and K_k the Krawtchouk polynomials of length N:

    minimise    f(0) / f_0
    subject to  f(i) = sum_{k <= N/2} f_k K_k(i),  f_k >= 0,  f_0 > 0,
                f(i) <= 0 for even i from D to N.

    Parameters
    ----------
    n : int
        The length of the words, from 1 to 64 (63 for odd d).
    d : int
        The minimum distance, from 1 to n.

    Returns
    -------
    BinaryCodeCertificate
        `.value` is the optimum as a Fraction, `.bound` the largest integer not above it, at least A(n, d).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The exact simplex method: 0.01 s for n = 24, 0.3 s for n = 64.

    References
    ----------
    P. Delsarte (1973); M. Best, A. Brouwer, F. MacWilliams, A. Odlyzko, N. Sloane (1978).

    Examples
    --------
    >>> binary_code_bound(24, 8)
    A(24, 8) <= 4096 (certificate of degree 6, f(0)/f_0 = 4096)
    >>> binary_code_bound(7, 3).bound  # the Hamming code has 16 words
    16
    """
    n = check_integer("n", n, 1, _LARGEST_LENGTH, "the length of the words")
    d = check_integer("d", d, 1, n, "the distance")
    length, distance = n + d % 2, d + d % 2
    if length > _LARGEST_LENGTH:
        raise ValueError(
            f"n must be at most {_LARGEST_LENGTH - 1} for odd d, which takes a parity bit; got {n}."
        )
    degrees, distances = range(1, length // 2 + 1), range(distance, length + 1, 2)
    # The programme above is the dual of this one, in the numbers of pairs at each distance: it starts at 0.
    columns = [_krawtchouk(length, i) for i in distances]
    matrix = [[-column[k] for column in columns] for k in degrees]
    _, coefficients = solve_exactly(matrix, [comb(length, k) for k in degrees], [1] * len(distances))
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    certificate = BinaryCodeCertificate(n, (Fraction(1), *coefficients), d)
    certificate.verify()
    return certificate


def _krawtchouk(length, i):
    """K_0(i), ..., K_length(i): the coefficients of (1 - z)^i (1 + z)^(length - i)."""
    values = [1]
    for sign in [-1] * i + [1] * (length - i):
        values = [a + sign * b for a, b in zip([*values, 0], [0, *values], strict=True)]
    return values
