"""Check the file of a three-point certificate from beginning to end, by the methods of this folder."""

import re
from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from flint import fmpq

from mathlib.errors import CertificateError
from mathlib.packing.three_point.second_checker.allowances import numbers_for
from mathlib.packing.three_point.second_checker.one_variable import (
    BELOW_PI,
    density,
    is_negative_between,
    is_positive_from,
    is_semidefinite,
    laguerre_sum,
)
from mathlib.packing.three_point.second_checker.triples import prove_triples

__all__ = ["prove"]

# A file must not be able to ask for endless work; the certificates that ship stay far below these limits.
_MOST_WORK, _MOST_SIGN_WORK = 2 * 10**10, 3 * 10**8
_DYADIC = re.compile(r"-?[0-9]{1,300}p-?[0-9]{1,4}").fullmatch
_FRACTION = re.compile(r"[0-9]{1,300}(/[1-9][0-9]{0,299})?").fullmatch
_DECIMAL = re.compile(r"[0-9]{1,100}(\.[0-9]{1,100})?(E[+-]?[0-9]{1,3})?").fullmatch


def prove(data) -> Iterator[tuple[str, str]]:
    """Prove every condition of the theorem for the content of a file; yield each, once proved, and how.

    Parameters
    ----------
    data : dict
        What `json` reads from the file.

    Raises
    ------
    CertificateError
        If a field is damaged (named), or a condition does not hold or cannot be proved (named).

    Notes
    -----
    Cost: about 4 s for n = 3, once the functions are compiled, half a second for n = 8.
    """
    n, r, R, scale, f2, blocks = _read(data)
    work = sum(len(block) ** 4 * _bits(c for row in block for c in row) for block in blocks)
    _ask(work < _MOST_WORK, "A_k positive semidefinite", "is not decided: their entries are too long")
    for k, block in enumerate(blocks):
        _ask(is_semidefinite(block), f"A_{k} positive semidefinite")
    yield "A_k positive semidefinite", f"{len(blocks)} matrices, signs of the characteristic polynomials"
    _ask(len(f2) ** 3 * _bits(f2) < _MOST_SIGN_WORK, "f2", "is not decided: its coefficients are too long")
    p, q = (laguerre_sum(n, [c * sign**j for j, c in enumerate(f2)]) for sign in (1, -1))
    _ask(is_positive_from(q, 0), "f2^(t) > 0 for all t")
    beyond = 2 * BELOW_PI * scale * R**2
    _ask(is_positive_from(-p, _fmpq(beyond)), "f2(x) < 0 for |x| >= R")
    yield "f2^ > 0, and f2 < 0 beyond R", f"polynomials of degree {len(f2) - 1}, Sturm's theorem"
    stated, value = Fraction(data["bound"]), density(n, r, scale, f2, blocks[0][0][0])[1]
    _ask(value <= stated, f"the bound vol(B_n) (r/2)^n (f2(0) + f3(0,0)) / f2^(0) <= {data['bound']}")
    pieces = is_negative_between(n, r, R, scale, f2, blocks)
    _ask(pieces, "(M) f2(x) + 2 f3(0,x) + f3(x,x) < 0 for r <= |x| <= R", "does not hold, or not clearly")
    yield "(M)", f"{pieces} pieces, power series, Bernstein coefficients"
    numbers = numbers_for(n, r, R, blocks)
    for condition in (1, 2):
        count, cells = prove_triples(condition, numbers, r, R)
        yield f"(D{condition})", f"{count} boxes in {cells} cells, Taylor's formula of order 2"


def _read(data):
    """n, r, R, scale, the coefficients of f2 and the matrices, checked one by one."""
    if not isinstance(data, dict) or data.get("kind") != "three-point":
        raise CertificateError("field 'kind': 'three-point' expected")
    n = data.get("n")
    if type(n) is not int or not 2 <= n <= 48:
        raise CertificateError("field 'n': an integer from 2 to 48 expected")
    for name, pattern in (("r", _FRACTION), ("R", _FRACTION), ("scale", _FRACTION), ("bound", _DECIMAL)):
        if not (isinstance(data.get(name), str) and pattern(data[name])):
            raise CertificateError(f"field '{name}': a positive number as a string expected")
    r, R, scale = (Fraction(data[name]) for name in ("r", "R", "scale"))
    if not (0 < r < R < 2 * r and scale > 0):
        raise CertificateError("0 < r < R < 2 r, scale > 0 does not hold")
    f2, halves = data.get("f2"), data.get("blocks")
    if not (isinstance(f2, list) and 2 <= len(f2) <= 100):
        raise CertificateError("field 'f2': a list of 2 to 100 numbers expected")
    if not (isinstance(halves, list) and 1 <= len(halves) <= 64):
        raise CertificateError("field 'blocks': a list of 1 to 64 matrices expected")
    blocks = [_matrix(half, f"blocks[{k}]") for k, half in enumerate(halves)]
    return n, r, R, scale, [_number(text, "f2") for text in f2], blocks


def _matrix(half, name):
    if not (isinstance(half, list) and 1 <= len(half) <= 64 and all(isinstance(row, str) for row in half)):
        raise CertificateError(f"field '{name}': a list of 1 to 64 rows expected")
    rows = [[_number(text, name) for text in row.split()] for row in half]
    if any(len(row) != i + 1 for i, row in enumerate(rows)):
        raise CertificateError(f"field '{name}': the lower half of a symmetric matrix expected")
    return [[rows[max(i, j)][min(i, j)] for j in range(len(rows))] for i in range(len(rows))]


def _number(text, name):
    if not (isinstance(text, str) and _DYADIC(text)):
        raise CertificateError(f"field '{name}': numbers 'mpe' for m 2^e expected")
    m, e = map(int, text.split("p"))
    return Fraction(m) * Fraction(2) ** e


def _fmpq(value):
    return fmpq(value.numerator, value.denominator)


def _bits(numbers):
    """The bits of the longest of some dyadic numbers, in units of what they are all multiples of."""
    numbers = list(numbers)
    finest = max(c.denominator for c in numbers)
    whole = [c.numerator * (finest // c.denominator) for c in numbers]
    return max(map(abs, whole)).bit_length() - max((gcd(*whole) & -gcd(*whole)).bit_length() - 1, 0)


def _ask(holds, condition, verb="does not hold"):
    if not holds:
        raise CertificateError(f"{condition} {verb}")
