"""Check bounds of the least Euclidean distortion in integers.

**Theorem** (after Linial, London and Rabinovich, 1995). Let lam_ij, mu_ij >= 0 be weights of the pairs of
points such that sum (mu_ij - lam_ij) |x_i - x_j|^2 >= 0 for all vectors x_i. Then an embedding that stretches
distances by factors between s and c s has c^2 >= sum lam_ij d_ij^2 / sum mu_ij d_ij^2. For the sum of
lam_ij |x_i - x_j|^2 is at least s^2 sum lam_ij d_ij^2, and that of mu_ij |x_i - x_j|^2 at most c^2 s^2 times
sum mu_ij d_ij^2.

The form is nonnegative for vectors iff it is for numbers: iff a matrix with row sums 0 is positive
semidefinite, or the same without its last row and column.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from mathlib.errors import CertificateError
from mathlib.exact.ldl import elimination_work, failing_pivot
from mathlib.metrics.checker.reading import down, field, fraction, items, up

__all__ = ["check_bounds", "check_distortion", "read_distortion"]

_KIND = "distortion"
_MOST_POINTS = 256
_MOST_WORK = 10**17  # of the elimination, in units of `elimination_work`: some minutes
_MOST_DIGITS = 400


def check_bounds(D, lam: Sequence[int], mu: Sequence[int], points) -> tuple[Fraction, Fraction]:
    """The squares of a lower and an upper bound of the least distortion, proved by weights and by points."""
    n = len(D)
    pairs = list(combinations(range(n), 2))
    squares = [Fraction(D[i][j]) ** 2 for i, j in pairs]
    for name, weights in (("lam", lam), ("mu", mu)):
        if len(weights) != len(pairs) or not all(type(w) is int and w >= 0 for w in weights):
            raise CertificateError(f"field {name}: an integer >= 0 for each of {len(pairs)} pairs expected.")
    if len(points) != n or len({len(p) for p in points}) != 1:
        raise CertificateError(f"field points: {n} points of one dimension expected.")
    if not all(type(x) is int for p in points for x in p):
        raise CertificateError("field points: integers expected.")
    lower = Fraction(1)
    if any(lam):
        form = [[0] * n for _ in range(n)]
        for (i, j), plus, minus in zip(pairs, mu, lam, strict=True):
            form[i][j] = form[j][i] = minus - plus
            form[i][i] += plus - minus
            form[j][j] += plus - minus
        inner = [row[:-1] for row in form[:-1]]
        if elimination_work(inner) > _MOST_WORK:
            raise CertificateError("field lam: the weights are too long to be checked.")
        if failing_pivot(inner) is not None:
            raise CertificateError("fields lam and mu: the form is negative somewhere.")
        total = [sum(w * d for w, d in zip(weights, squares, strict=True)) for weights in (lam, mu)]
        if not total[1]:
            raise CertificateError("field mu: all weights are 0.")
        lower = max(lower, Fraction(total[0], total[1]))
    stretch = [
        sum((x - y) ** 2 for x, y in zip(points[i], points[j], strict=True)) / d
        for (i, j), d in zip(pairs, squares, strict=True)
    ]
    if any(s == 0 for s in stretch):
        raise CertificateError("field points: two points coincide.")
    return lower, max(stretch) / min(stretch) if stretch else Fraction(1)


def check_distortion(data: Any) -> str:
    """Return the theorem that the content of a file proves, or raise CertificateError."""
    D, lam, mu, points, *stated = read_distortion(data)
    lower, upper = check_bounds(D, lam, mu, points)
    for name, given, proved in zip(("lower_squared", "upper_squared"), stated, (lower, upper), strict=True):
        if given != proved:
            raise CertificateError(f"field {name}: the other fields prove {float(proved)!r}.")
    n = len(D)
    of = f"a metric on {n} point{'s' * (n != 1)}"
    low, high = (str(x) if len(str(x)) < 20 else how(x, 12) for x, how in ((lower, down), (upper, up)))
    return f"The least Euclidean distortion of {of} has a square from {low} to {high}."


def read_distortion(data: Any) -> tuple[Any, ...]:
    """Return distances, lam, mu, points and the two bounds of a file; CertificateError names the field."""
    D = _distances(field(data, _KIND, "distances"))
    n = len(D)
    count = n * (n - 1) // 2
    lam, mu = (_integers(name, field(data, _KIND, name), count, count) for name in ("lam", "mu"))
    rows = items("points", field(data, _KIND, "points"), n, n)
    points = tuple(_integers("points", row, 0, _MOST_POINTS) for row in rows)
    bounds = (fraction(name, field(data, _KIND, name)) for name in ("lower_squared", "upper_squared"))
    return D, lam, mu, points, *bounds


def _distances(value: Any) -> list[list[Fraction]]:
    """A metric as a matrix of fractions."""
    rows = items("distances", value, 1, _MOST_POINTS)
    D = [[fraction("distances", x) for x in items("distances", row, len(rows), len(rows))] for row in rows]
    n = len(D)
    for i in range(n):
        if D[i][i] != 0 or any(D[i][j] != D[j][i] or D[i][j] <= 0 for j in range(i)):
            raise CertificateError(f"field distances: row {i} is none of a metric.")
    for k in range(n):
        if any(D[i][j] > D[i][k] + D[k][j] for i in range(n) for j in range(i)):
            raise CertificateError(f"field distances: a triangle with the point {k} is broken.")
    return D


def _integers(name: str, value: Any, least: int, most: int) -> tuple[int, ...]:
    whole = [fraction(name, x) for x in items(name, value, least, most)]
    if not all(x.denominator == 1 and abs(x.numerator) < 10**_MOST_DIGITS for x in whole):
        raise CertificateError(f"field {name}: integers of up to {_MOST_DIGITS} digits expected.")
    return tuple(x.numerator for x in whole)
