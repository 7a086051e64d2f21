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
        self.A, self.values = fields["A"], fields["values"]
        self.rows, self.lower, self.upper = fields["rows"], fields["lower"], fields["upper"]
        self.pivot_rows, self.pivot_columns = fields["pivot_rows"], fields["pivot_columns"]
        self.p = _check_fields(fields)
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


def _check_fields(fields) -> float:
    """Look at what needs no proof: types, shapes, ranges; return p."""
    A = _field(fields, "A", "f", (None, None))
    n, d = A.shape
    rows = _field(fields, "rows", "iu", (None,))
    k = len(rows)
    lower, upper = (_field(fields, name, "f", (k,)) for name in ("lower", "upper"))
    pivot_rows = _field(fields, "pivot_rows", "iu", (None,))
    r = len(pivot_rows)
    pivot_columns = _field(fields, "pivot_columns", "iu", (r,))
    witnesses = [_field(fields, "values", "f", (k, r))]
    if fields["dual"] is not None:
        witnesses.append(_field(fields, "dual", "f", (k, n)))
    p = float(fields["p"]) if is_number(fields["p"]) else float("nan")
    for holds, claim in [
        (1 <= p <= _LARGEST_P and p == fields["p"], f"1 <= p <= {_LARGEST_P}, a double,"),
        (A.dtype == lower.dtype == upper.dtype == np.float64, "A, lower and upper are doubles"),
        (A.size > 0 and np.isfinite(A).all(), "A is finite and not empty"),
        (0 < r <= min(n, d), "1 <= rank <= n and d"),
        (_all_different(pivot_rows, n), f"pivot_rows are different numbers from 0 to {n - 1}"),
        (_all_different(pivot_columns, d), f"pivot_columns are different numbers from 0 to {d - 1}"),
        (np.all((rows >= 0) & (rows < n)), f"0 <= rows < {n}"),
        (np.all((lower >= 0) & (upper < np.inf)), "0 <= lower and upper < infinity"),
        (all(np.isfinite(numbers).all() for numbers in witnesses), "values and dual are finite"),
        (n * r * max(k, r) <= _MOST_PRODUCTS, f"rows of A times rank times brackets <= {_MOST_PRODUCTS}"),
    ]:
        if not holds:
            raise CertificateError(f"{claim} does not hold")
    return p


def _field(fields, name, kinds, shape):
    value = fields[name]
    good = isinstance(value, np.ndarray) and value.dtype.kind in kinds and value.ndim == len(shape)
    if not good or any(want not in (None, size) for want, size in zip(shape, value.shape, strict=True)):
        raise CertificateError(f"{name} is no array of the right type and shape: {shown(value)}")
    return value


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
    rows, iterations = (_integers(name, data.get(name)) for name in ("rows", "iterations"))
    if len(iterations) != len(rows):
        raise CertificateError("field iterations: one integer for each of `rows` is expected")
    pivots = _pairs("pivots", data.get("pivots"))
    A = _doubles("matrix", data.get("matrix"), None)
    [tol] = _doubles("tol", [data.get("tol")], (1, 1))[0]
    if not 0 < tol < 1:
        raise CertificateError(f"field tol: a number between 0 and 1 is expected, not {tol}")
    return {
        "A": A,
        "p": float(_doubles("p", [data.get("p")], (1, 1))[0, 0]),
        "rows": rows,
        "lower": _doubles("lower", [data.get("lower")], (1, len(rows)))[0],
        "upper": _doubles("upper", [data.get("upper")], (1, len(rows)))[0],
        "pivot_rows": pivots[:, 0],
        "pivot_columns": pivots[:, 1],
        "values": _doubles("values", data.get("values"), (len(rows), len(pivots))),
        "dual": _doubles("dual", data.get("dual"), (len(rows), len(A))),
        "iterations": iterations,
        "tol": float(tol),
    }


def _doubles(name, texts, shape) -> np.ndarray:
    """A matrix from a text for each of its rows; without a shape, any with an entry."""
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise CertificateError(f"field {name}: rows of dyadic numbers are expected, not {shown(texts)}")
    rows = [[_double(name, number) for number in text.split(" ")] for text in texts]
    wide = len(rows[0]) if shape is None else shape[1]
    if any(len(row) != wide for row in rows) or (shape is not None and len(rows) != shape[0]):
        size = "equally many" if shape is None else f"{shape[0]} x {shape[1]}"
        raise CertificateError(f"field {name}: {size} numbers are expected")
    return np.array(rows, dtype=np.float64)


def _double(name, text):
    match = _DYADIC.fullmatch(text)
    try:
        value = ldexp(int(match[1]), int(match[2])) if match else nan
    except OverflowError:
        value = nan
    if value != value or _dyadic(value) != text:
        raise CertificateError(f"field {name}: {shown(text)} is no double, written mpe for m 2^e, m odd or 0")
    return value


def _integers(name, values) -> np.ndarray:
    good = isinstance(values, list) and values and all(type(value) is int for value in values)
    if not good or not all(0 <= value < 2**31 for value in values):
        raise CertificateError(f"field {name}: a list of integers from 0 is expected, not {shown(values)}")
    return np.array(values, dtype=np.int64)


def _pairs(name, values) -> np.ndarray:
    if not isinstance(values, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in values):
        raise CertificateError(f"field {name}: a list of pairs of integers is expected, not {shown(values)}")
    return _integers(name, [place for pair in values for place in pair]).reshape(-1, 2)
