"""The arguments of a bridge problem: exact fractions, or doubles over their exact sums."""

from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from mathlib.checks import check_finite, check_integer, shown

__all__ = ["Problem", "exact_entries", "problem", "transition_powers"]

_LARGEST_EXACT = 40
_LARGEST = 1000
_MOST_STEPS = 10**6
_FROM_ONE = 1e-12
#: Where the chain can go it must go with at least this probability, so that doubles hold all products.
_LEAST = 1e-280


@dataclass(frozen=True)
class Problem:
    """A chain P, its number of steps and two laws; `reach` says where P^steps is positive."""

    P: Any
    steps: int
    p: Any
    q: Any
    exact: bool
    kernel: np.ndarray  # P^steps in doubles
    reach: np.ndarray

    @property
    def doubles(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """P, p and q in doubles, with sums 1 up to rounding."""
        P, p, q = (np.array(x, dtype=float) for x in (self.P, self.p, self.q))
        return P / P.sum(axis=1, keepdims=True), p / p.sum(), q / q.sum()

    def masses(self) -> tuple[list[int], list[int]]:
        """p and q as integers with the same sum."""
        sides = []
        for law in (self.p, self.q):
            fractions = [Fraction(x) for x in law]
            scale = max(x.denominator for x in fractions) if not self.exact else _common(fractions)
            sides.append([int(x * scale) for x in fractions])
        first, second = sides
        return [x * sum(second) for x in first], [x * sum(first) for x in second]


def problem(P, steps, p, q) -> Problem:
    """Check the arguments; Fractions and integers are exact, everything else becomes doubles."""
    steps = check_integer("steps", steps, 1, _MOST_STEPS, "the number of steps")
    exact = all(np.ndim(x) and exact_entries(x) for x in (P, p, q))
    if exact:
        P, p, q = _exact_arguments(P, p, q)
    else:
        P = check_finite("P", P, (-1, -1))
        if P.shape[0] != P.shape[1] or not 1 <= len(P) <= _LARGEST:
            raise ValueError(f"P must be a square matrix of at most {_LARGEST} rows; got shape {P.shape}.")
        p, q = (check_finite(name, x, (len(P),)) for name, x in (("p", p), ("q", q)))
        for name, rows in (("P", P), ("p", p[None]), ("q", q[None])):
            off = np.abs(rows.sum(axis=1) - 1).max()
            if (rows < 0).any() or off > _FROM_ONE:
                what = "rows that sum to 1" if name == "P" else "sum 1"
                got = f"{float(rows.min()):.3g} as least entry and a sum off by {off:.3g}"
                raise ValueError(f"{name} must have entries >= 0 and {what}; got {got}. Divide by the sums.")
    values = np.array(P, dtype=float)
    kernel = np.linalg.matrix_power(values / values.sum(axis=1, keepdims=True), steps)
    reach = _boolean_power(values > 0, steps)
    least = kernel[reach & np.outer(np.array(p) > 0, np.array(q) > 0)].min(initial=1.0)
    if least < _LEAST:
        raise ValueError(
            f"P must reach states with probability 0 or above {_LEAST} in {steps} steps; got {least:.3g}. "
            "Take fewer states or larger probabilities."
        )
    return Problem(P, steps, p, q, exact, kernel, reach)


def exact_entries(values) -> bool:
    """Whether all entries of nested lists or of an array are integers or Fractions of Python."""
    if isinstance(values, np.ndarray):
        return values.dtype == object and all(exact_entries(x) for x in values.ravel().tolist())
    if isinstance(values, list | tuple):
        return all(exact_entries(x) for x in values)
    return isinstance(values, Rational) and not isinstance(values, bool | np.bool_)


def _exact_arguments(P, p, q):
    shaped = all(np.ndim(row) == 1 for row in P) and np.ndim(p) == np.ndim(q) == 1
    if not shaped or any(np.ndim(x) for row in (*P, p, q) for x in row):
        raise ValueError(f"P must be a matrix, p and q lists; got {shown(P)}, {shown(p)} and {shown(q)}.")
    rows = [[Fraction(x) for x in row] for row in P]
    size = len(rows)
    if not 1 <= size <= _LARGEST_EXACT or any(len(row) != size for row in rows):
        text = f"P must be a square matrix of at most {_LARGEST_EXACT} rows in Fractions; got {shown(P)}."
        raise ValueError(f"{text} Larger ones: doubles, np.array(P, dtype=float).")
    laws = [[Fraction(x) for x in law] for law in (p, q)]
    for name, law in (("p", laws[0]), ("q", laws[1])):
        if len(law) != size:
            raise ValueError(f"{name} must have {size} entries, one for each state; got {len(law)}.")
    for name, found in (("P", rows), ("p", [laws[0]]), ("q", [laws[1]])):
        for row in found:
            if min(row) < 0 or sum(row) != 1:
                what = "rows that sum to 1" if name == "P" else "sum 1"
                raise ValueError(f"{name} must have entries >= 0 and {what}, exactly; got {shown(row)}.")
    return rows, *laws


def _boolean_power(step, steps):
    reach = step
    for bit in bin(steps)[3:]:
        reach = (reach.astype(np.float32) @ reach.astype(np.float32)) > 0
        if bit == "1":
            reach = (reach.astype(np.float32) @ step.astype(np.float32)) > 0
    return reach


def transition_powers(P: np.ndarray, steps: int) -> list[np.ndarray]:
    """P^0, ..., P^steps, of doubles or Fractions."""
    one = np.array([[P.dtype.type(i == j) if P.dtype != object else Fraction(i == j)
                     for j in range(len(P))] for i in range(len(P))], dtype=P.dtype)  # fmt: skip
    powers = [one]
    for _ in range(steps):
        powers.append(powers[-1].dot(P))
    return powers


def _common(fractions):
    return int(np.lcm.reduce([x.denominator for x in fractions], dtype=object))
