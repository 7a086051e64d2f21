"""Prove brackets of sensitivities in ball arithmetic, from a certificate alone.

Let B be r rows and J r columns of A with A[B, J] invertible, and L = A[:, J] A[B, J]^-1, which is the
identity on B. Any x proves a lower end, |<l_i, x>|^p / ||L x||_p^p <= sigma_i; any y with L^T y = l_i proves
an upper one, sigma_i <= ||y||_q^p. FLINT computes L and both numbers in balls, each of which contains the
exact number. The vectors y of a certificate are rounded: they are made exactly feasible on the rows B.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ldexp, nan
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from mathlib.checks import is_number, shown
from mathlib.errors import CertificateError
from mathlib.fields import rounded_up
from mathlib.sensitivity.balls import ball_matrix, inverse, power, product

__all__ = ["KIND", "Checker", "check_sensitivities", "fields_of", "row_of", "sums_of_ends"]

KIND = "sensitivities"
_LARGEST_P = 16
_MOST_PRODUCTS = 10**9  # of balls, a tenth of a microsecond or more each
_POWER_BITS = 128  # sums of powers need not be more exact than a few doubles
#: The sides of the arrays: A is n x d and of rank r, there are k brackets.
_FLOATS = {"A": "nd", "lower": "k", "upper": "k", "values": "kr", "dual": "kn"}
_INTEGERS = {"rows": "k", "pivot_rows": "r", "pivot_columns": "r", "iterations": "k"}
_DYADIC = re.compile(r"(-?[0-9]{1,16})p(-?[0-9]{1,4})", re.ASCII)


def check_sensitivities(data: Any) -> str:
    """Return the theorem that the content of a file proves; raise CertificateError if it proves none."""
    fields = fields_of(data)
    checker, dual = Checker(fields), fields["dual"]
    for place in range(len(checker.rows)):
        checker.prove_lower(place)
        checker.prove_upper(place, [dual[place]])
    return checker.theorem(list(range(len(checker.rows))))


class Checker:
    """The fields of a certificate, found to be what they should be, and the matrix L in balls."""

    def __init__(self, fields: Mapping[str, Any]):
        _check_fields(fields)
        self.A, self.values, self.p = fields["A"], fields["values"], float(fields["p"])
        self.rows, self.lower, self.upper = fields["rows"], fields["lower"], fields["upper"]
        self.pivot_rows, self.pivot_columns = fields["pivot_rows"], fields["pivot_columns"]
        self.bits, self.L = _coordinates(self.A, self.pivot_rows, self.pivot_columns)

    def prove_lower(self, place: int) -> None:
        """Prove lower <= sigma_i by the vector x of this place."""
        lower, i = float(self.lower[place]), int(self.rows[place])
        if lower == 0:
            return
        with ctx.workprec(self.bits):
            sizes = [abs(v) for v in (self.L * ball_matrix(self.values[place][:, None])).entries()]
        with ctx.workprec(_POWER_BITS):
            p = arb(self.p)
            share = power(sizes[i].lower(), p) / sum((power(v.upper(), p) for v in sizes), arb(0))
        if not share >= lower:
            raise CertificateError(
                f"row {i}: |<a_i, x>|^p / ||A x||_p^p >= lower does not hold, or not clearly: "
                f"{share.str(17)} >= {lower!r}"
            )

    def prove_upper(self, place: int, tries: Iterable[np.ndarray]) -> np.ndarray:
        """Prove sigma_i <= upper by one of some vectors y, and return it."""
        upper, i = float(self.upper[place]), int(self.rows[place])
        if upper >= 1:
            return np.zeros(len(self.A))  # no sensitivity is larger than 1
        value = arb("nan")
        for y in tries:
            with ctx.workprec(self.bits):
                balls = [arb(float(entry)) for entry in y]
                image = (arb_mat([balls]) * self.L).entries()
                for j, row in enumerate(self.pivot_rows):
                    balls[row] += self.L[i, j] - image[j]
            value = self._dual_power(balls)
            if value <= upper:
                return y
        raise CertificateError(
            f"row {i}: ||y||_q^p <= upper for some y with A^T y = a_i does not hold, or not clearly: "
            f"{value.str(17)} <= {upper!r}"
        )

    def _dual_power(self, y):
        """An upper bound of (sum |y|^q)^(p/q), where p/q = p - 1; of max |y| for p = 1."""
        with ctx.workprec(_POWER_BITS):
            sizes = [abs(ball).upper() for ball in y]
            if not all(size.is_finite() for size in sizes):
                return arb("nan")  # which max would pass over
            if self.p == 1:
                return max(sizes)
            p = arb(self.p)
            total = sum((power(size, p / (p - 1)) for size in sizes), arb(0))
            return power(total.upper(), p - 1)

    def theorem(self, places: Sequence[int]) -> str:
        """What has been proved if both ends of these places were."""
        n, d = self.A.shape
        low, high = sums_of_ends(self.lower[places], self.upper[places])
        columns = sorted(map(int, self.pivot_columns))
        of = "a" if len(columns) == d else f"columns {', '.join(map(str, columns))} of a"
        p = int(self.p) if self.p == int(self.p) else self.p
        matrix = f"of {of} {n} x {d} matrix, p = {p}"
        if len(places) == 1:
            return f"sigma_i in [{low}, {high}] for row {self.rows[places[0]]} {matrix}"
        return f"sigma_i in [lower_i, upper_i] for {len(places)} rows {matrix}, their sum in [{low}, {high}]"


def sums_of_ends(lower: np.ndarray, upper: np.ndarray) -> tuple[Decimal, Decimal]:
    """The sums of the lower ends and of the upper ends, rounded outwards to nine digits."""
    low, high = (sum(map(Fraction, end.tolist()), Fraction(0)) for end in (lower, upper))
    return -rounded_up(-low, 9), rounded_up(high, 9)


def _check_fields(fields) -> None:
    """Look at what needs no proof: types, shapes, ranges."""
    sides: dict[str, int] = {}
    for name, letters in (_FLOATS | _INTEGERS).items():
        value, kinds = fields[name], "f" if name in _FLOATS else "iu"
        if name == "dual" and value is None:
            continue
        good = isinstance(value, np.ndarray) and value.dtype.kind in kinds and value.ndim == len(letters)
        if not good or any(sides.setdefault(s, m) != m for s, m in zip(letters, value.shape, strict=True)):
            raise CertificateError(f"{name} is no array of the right type and shape: {shown(value)}")
    n, d, k, r = (sides[letter] for letter in "ndkr")
    A, rows, lower, upper, B, J = (
        fields[name] for name in ("A", "rows", "lower", "upper", "pivot_rows", "pivot_columns")
    )
    p, tol = (float(fields[name]) if is_number(fields[name]) else nan for name in ("p", "tol"))
    witnesses = [fields[name] for name in ("values", "dual") if fields[name] is not None]
    for holds, claim in [
        (1 <= p <= _LARGEST_P and p == fields["p"], f"1 <= p <= {_LARGEST_P}, a double,"),
        (0 < tol < 1, "0 < tol < 1"),
        (A.dtype == lower.dtype == upper.dtype == np.float64, "A, lower and upper are doubles"),
        (A.size > 0 and np.isfinite(A).all(), "A is finite and not empty"),
        (0 < r <= min(n, d), "1 <= rank <= n and d"),
        (_all_different(B, n), f"pivot_rows are different numbers from 0 to {n - 1}"),
        (_all_different(J, d), f"pivot_columns are different numbers from 0 to {d - 1}"),
        (np.all((rows >= 0) & (rows < n)), f"0 <= rows < {n}"),
        (np.all((lower >= 0) & (upper < np.inf)), "0 <= lower and upper < infinity"),
        (all(np.isfinite(numbers).all() for numbers in witnesses), "values and dual are finite"),
        (np.all(fields["iterations"] >= 0), "iterations >= 0"),
        (n * r * max(k, r) <= _MOST_PRODUCTS, f"rows of A times rank times brackets <= {_MOST_PRODUCTS}"),
    ]:
        if not holds:
            raise CertificateError(f"{claim} does not hold")


def _all_different(places, count):
    return bool(np.all((places >= 0) & (places < count))) and len(set(places.tolist())) == len(places)


def _coordinates(A, pivot_rows, pivot_columns):
    """L in balls, and the precision that makes it exact enough.

    Rows and columns are divided by powers of two, so that no scale of them matters: in the precision there is
    room for the ratios between those of the rows.
    """
    part = A[:, pivot_columns]
    sizes = np.where(part == 0, -(10**6), np.frexp(part)[1]).astype(np.int64)
    across = (sizes - sizes.max(axis=1, keepdims=True)).max(axis=0)
    down = (sizes - across).max(axis=1)
    down[~part.any(axis=1)] = 0
    scales = down[:, None] - down[pivot_rows]
    bits = 256 + 2 * int(np.abs(scales).max())
    with ctx.workprec(bits):
        powers = {int(k): arb(2) ** int(k) for k in np.unique([*across, *down, *-across, *-down])}
        scaled = [
            [arb(x) * powers[-j] * powers[-i] for x, j in zip(row, across.tolist(), strict=True)]
            for row, i in zip(part.tolist(), down.tolist(), strict=True)
        ]
        try:
            square = inverse(arb_mat([scaled[i] for i in pivot_rows]))
        except ZeroDivisionError as error:
            raise CertificateError("det A[B, J] != 0 does not hold, or not clearly") from error
        L = product(arb_mat(scaled), square).tolist()
        of_pivots = down[pivot_rows].tolist()
        return bits, arb_mat([
            [x * powers[i] * powers[-j] for x, j in zip(row, of_pivots, strict=True)]
            for row, i in zip(L, down.tolist(), strict=True)
        ])  # fmt: skip


# Files


def row_of(values: Iterable[float]) -> str:
    """Doubles as a text, exactly: each as m 2^e.

    >>> row_of([0.75, -2.0, 0.0])
    '3p-2 -1p1 0p0'
    """
    return " ".join(map(_dyadic, values))


def _dyadic(value):
    above, below = float(value).as_integer_ratio()
    zeros = (above & -above).bit_length() - 1 if above else 0
    return f"{above >> zeros}p{zeros - below.bit_length() + 1}"


def fields_of(data: Any) -> dict[str, Any]:
    """The fields of a certificate from the content of a file; CertificateError names one that is damaged."""
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise CertificateError(f"field 'kind': {KIND!r} is expected")
    of_type = {_double: "p tol", _doubles: "lower upper", _matrix: "matrix values dual",
               _integers: "rows iterations", _pairs: "pivots"}  # fmt: skip
    fields: dict[str, Any] = {
        name: read(name, data.get(name)) for read, names in of_type.items() for name in names.split()
    }
    pivots = fields.pop("pivots")
    fields |= {"A": fields.pop("matrix"), "pivot_rows": pivots[:, 0], "pivot_columns": pivots[:, 1]}
    _check_fields(fields)
    return fields


def _double(name, text) -> float:
    match = _DYADIC.fullmatch(text) if isinstance(text, str) else None
    try:
        value = ldexp(int(match[1]), int(match[2])) if match else nan
    except OverflowError:
        value = nan
    if value != value or _dyadic(value) != text:
        raise CertificateError(f"field {name}: {shown(text)} is no double, written mpe for m 2^e, m odd or 0")
    return value


def _doubles(name, text) -> np.ndarray:
    numbers = text.split(" ") if isinstance(text, str) else [text]
    return np.array([_double(name, number) for number in numbers])


def _matrix(name, texts) -> np.ndarray:
    rows = [_doubles(name, text) for text in texts] if isinstance(texts, list) else []
    if len({len(row) for row in rows}) != 1:
        raise CertificateError(f"field {name}: rows of equally many numbers are expected, not {shown(texts)}")
    return np.array(rows)


def _integers(name, values) -> np.ndarray:
    good = isinstance(values, list) and values and all(type(value) is int for value in values)
    if not good or not all(0 <= value < 2**31 for value in values):
        raise CertificateError(f"field {name}: a list of integers from 0 is expected, not {shown(values)}")
    return np.array(values, dtype=np.int64)


def _pairs(name, values) -> np.ndarray:
    if not isinstance(values, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in values):
        raise CertificateError(f"field {name}: a list of pairs of integers is expected, not {shown(values)}")
    return _integers(name, [place for pair in values for place in pair]).reshape(-1, 2)
