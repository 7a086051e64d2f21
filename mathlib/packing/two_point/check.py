r"""Check a two-point certificate with integers only, with nothing but the standard library.

The certificate of a bound in R^n holds a rational T and rational c_0, ..., c_K. With alpha = n/2 - 1,
t = 2 pi |x|^2 and the Laguerre polynomials L_k of that alpha, they stand for the radial function

    f(x) = p(t) e^{-t/2},   p = sum_k c_k L_k,   whose Fourier transform is
    g(x) = q(t) e^{-t/2},   q = sum_k (-1)^k c_k L_k.

If p(t) <= 0 for t >= T, q(t) >= 0 for t >= 0 and q(0) > 0, then no packing of equal balls in R^n has density
above vol(B_n) (r/2)^n p(0)/q(0), where 2 pi r^2 = T (Cohn and Elkies 2003, Theorem 3.2). This file

1. expands p and q in powers of t, times K! 2^K and the common denominator of the c_k;
2. proves -p > 0 on [T, oo) and q > 0 on [0, oo): on an interval by bisection until all the Bernstein
   coefficients are positive, on the last ray by the signs of the coefficients of p(b + u) and q(b + u);
3. compares the bound with the decimal that the certificate states.

Bisection reaches the double roots of the optimal functions because the certified ones keep off zero there, by
about one unit of the last digit of the bound. Rounding is used in one place and always downwards: `_lower`.
The nodes of the certificate only say where to cut; any nodes would do.

It also runs alone, by its path: `python check.py FILE` prints one line, the theorem or what is wrong.
"""

import json
import re
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from math import factorial, prod
from pathlib import Path

try:
    from mathlib.errors import CertificateError
except ImportError:  # run by its path, where there may be no mathlib

    class CertificateError(ValueError):  # type: ignore[no-redef]
        """A certificate does not prove what it states."""


__all__ = ["check_two_point", "main", "read"]

#: pi, cut off after 60 decimals.
_BELOW_PI = Fraction("3.141592653589793238462643383279502884197169399375105820974944")
_KEPT_BITS = 512
_MOST_BISECTIONS = 100
# A file must not be able to ask for endless work. Those that ship take 3000 intervals, 120 digits.
_MOST_INTERVALS, _MOST_COEFFICIENTS, _MOST_NODES = 20_000, 512, 200
_LARGEST_FILE = 2**25
_INTEGER = re.compile(r"-?[0-9]{1,1000}").fullmatch
_FRACTION = re.compile(r"[0-9]{1,150}(/[1-9][0-9]{0,149})?").fullmatch
_DECIMAL = re.compile(r"[0-9]{1,20}([.][0-9]{1,110})?(E-[0-9]{1,3})?").fullmatch


def check_two_point(data) -> str:
    """Return the theorem that the content of a JSON file proves; raise CertificateError if it does not.

    Cost for the certificates that ship: 0.6 s for n = 8 (204 coefficients), 3 s for n = 36 (416).
    """
    n, squared_radius, numerators, stated, nodes = read(data)
    p, q = _expand(n, numerators)
    if q[0] <= 0:
        raise CertificateError(f"q(0) > 0 does not hold: q(0) is {'negative' if q[0] else 'zero'}")
    _check_bound(n, squared_radius, Fraction(p[0], q[0]), stated)
    _check_positive([-c for c in p], squared_radius, nodes, f"-p(t) > 0 for t >= T = {float(squared_radius)}")
    _check_positive(q, Fraction(0), nodes, "q(t) > 0 for t >= 0")
    return f"No packing of equal balls in R^{n} has density above {stated}."


def read(data):
    """Return n, T, the numerators of the c_k, the bound as stated and the nodes; name a damaged field."""
    if not isinstance(data, dict) or data.get("kind") != "two-point":
        raise CertificateError("field 'kind': 'two-point' expected")
    n = _integer(data, "n", 2, 1000)
    squared_radius = _field(data, "radius_squared_times_2pi", _FRACTION, Fraction, 'a fraction like "88/7"')
    _integer(data, "bits", 0, 10**4)
    _integer(data, "digits", 1, 100)
    numerators = _list(data, "coefficients", _MOST_COEFFICIENTS, _INTEGER, int, "integers as strings")
    stated = _field(data, "bound", _DECIMAL, Decimal, 'a decimal like "0.2537"')
    nodes = sorted(_list(data, "nodes", _MOST_NODES, lambda t: 0 < t < 10**6, float, "numbers up to 10^6"))
    if not 0 < squared_radius < 10**6 or stated <= 0:
        raise CertificateError("fields 'radius_squared_times_2pi' (below 10^6) and 'bound' must be positive")
    if type(data.get("degree")) is not int or data["degree"] != len(numerators) - 1 or not any(numerators):
        raise CertificateError(f"field 'degree': it does not fit {len(numerators)} coefficients, not all 0")
    return n, squared_radius, numerators, stated, nodes


def _field(data, name, allowed, convert, expected):
    value = data.get(name)
    try:
        if allowed(value):
            return convert(value)
    except (ArithmeticError, TypeError, ValueError):
        pass
    raise CertificateError(f"field '{name}': {expected} expected, not {repr(value)[:60]}")


def _integer(data, name, least, most):
    allowed = f"an integer from {least} to {most}"
    return _field(data, name, lambda v: type(v) is int and least <= v <= most, int, allowed)


def _list(data, name, most, good, convert, expected):
    def allowed(values):
        return type(values) is list and len(values) <= most and all(map(good, values))

    return _field(data, name, allowed, lambda v: [*map(convert, v)], f"a list of at most {most} {expected}")


def _expand(n, numerators):
    """The integer coefficients of p and q in powers of t, both times one positive number.

    The coefficient of t^i in L_k is (-1)^i binomial(k + alpha, k - i) / i!. Times K! 2^K it is an integer,
    called `term` here, and it follows from the one before by the factor (k + alpha) / (k - i).
    """
    degree = len(numerators) - 1
    p, q = [], []
    for i in range(degree + 1):
        term = factorial(degree) // factorial(i) << degree
        sums = [0, 0]
        for k in range(i, degree + 1):
            if k > i:
                term = term * (2 * k + n - 2) // (2 * (k - i))
            sums[k % 2] += numerators[k] * term
        sign = (-1) ** i
        p.append(sign * (sums[0] + sums[1]))
        q.append(sign * (sums[0] - sums[1]))
    return p, q


def _check_bound(n, squared_radius, ratio, stated):
    """vol(B_n) (r/2)^n p(0)/q(0) = (T/8)^{n/2} / Gamma(n/2 + 1) * ratio is at most the stated decimal."""
    bound = Fraction(stated)
    if n % 2 == 0:
        holds = (squared_radius / 8) ** (n // 2) / factorial(n // 2) * ratio <= bound
    else:  # Gamma(n/2 + 1)^2 = pi (1 * 3 * ... * n)^2 / 2^{n+1}
        square_times_pi = (squared_radius / 8) ** n * 2 ** (n + 1) / prod(range(1, n + 1, 2)) ** 2 * ratio**2
        holds = ratio <= 0 or square_times_pi <= _BELOW_PI * bound**2
    if not holds:
        raise CertificateError(f"vol(B_n) (r/2)^n p(0)/q(0) <= {stated}, as stated, does not hold")


def _check_positive(poly, start, nodes, inequality):
    """Prove poly > 0 on [start, oo), going to the right from integer to integer between the nodes."""
    here = int(start)
    poly = _move(poly, here) if here else poly
    stops = [stop for stop in sorted({round((s + t) / 2) for s, t in pairwise(nodes)}) if stop > here]
    left, intervals = start - here, iter(range(_MOST_INTERVALS))
    while stops or min(poly) < 0 or poly[0] == 0 or left:
        width = stops.pop(0) - here if stops else max(16, here // 8)
        local = [c * width**k for k, c in enumerate(poly)]
        failure = _may_be_negative(_from(_lower(local), left / width), intervals)
        if failure or here > 10**7:
            raise CertificateError(f"{inequality} does not hold, or not clearly, near t = {here + width / 2}")
        poly = [c // width**k for k, c in enumerate(_shift(local))]
        here, left = here + width, 0


def _move(poly, distance):
    """The coefficients of poly(distance + u)."""
    shifted = _shift([c * distance**k for k, c in enumerate(poly)])
    return [c // distance**k for k, c in enumerate(shifted)]


def _shift(poly):
    """The coefficients of poly(1 + u): repeated division by u - 1, each division a running sum."""
    high_to_low, shifted = poly[::-1], []
    while high_to_low:
        high_to_low = list(accumulate(high_to_low))
        shifted.append(high_to_low.pop())
    return shifted


def _lower(poly):
    """A shorter polynomial with smaller coefficients: a positive multiple of it is <= poly on [0, 1].

    All coefficients are rounded down; at the end, terms -u^k are replaced by -1 and terms 0 left out.
    """
    excess = max(0, max(map(abs, poly)).bit_length() - _KEPT_BITS)
    poly = [c >> excess for c in poly]
    while len(poly) > 1 and poly[-1] in (0, -1):
        poly[0] += poly.pop()
    return poly


def _from(poly, left):
    """A positive multiple of poly(left + (1 - left) v), for a fraction 0 <= left < 1."""
    if not left:
        return poly
    a, b, degree = left.numerator, left.denominator, len(poly) - 1
    shifted = _shift([c * a**k * b ** (degree - k) for k, c in enumerate(poly)])
    return _lower([c * (b - a) ** k * a ** (degree - k) for k, c in enumerate(shifted)])


def _may_be_negative(poly, intervals):
    """False if poly > 0 on [0, 1] was proved, by Bernstein coefficients or on both halves, for each of which
    one of `intervals` is used up.
    """
    waiting = [(poly, 0)]
    while waiting:
        poly, depth = waiting.pop()
        if next(intervals, None) is None:
            return True
        # The coefficients of (1 + u)^d poly(1 / (1 + u)), u >= 0, are the Bernstein ones times binomials.
        if all(c > 0 for c in _shift(poly[::-1])):
            continue
        if depth == _MOST_BISECTIONS or poly[0] <= 0 or sum(poly) <= 0:
            return True
        half = [c << (len(poly) - 1 - k) for k, c in enumerate(poly)]
        waiting += [(_lower(half), depth + 1), (_lower(_shift(half)), depth + 1)]
    return False


def main(arguments) -> int:
    """Check the file that the only argument names and print one line; return 0 if it proves its bound."""
    if len(arguments) != 1:
        print("usage: python check.py FILE, a two-point certificate", file=sys.stderr)
        return 2
    path, verdict = Path(arguments[0]), 1
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_FILE:  # a pipe may never end
            raise CertificateError(f"a file of at most {_LARGEST_FILE} bytes expected")
        text, verdict = check_two_point(json.loads(path.read_text(encoding="utf-8"))), 0
    except (OSError, RecursionError, ValueError) as error:
        text = f"NOT PROVED: {error}"
    print(ascii(f"{path}: {text}")[1:-1])
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
