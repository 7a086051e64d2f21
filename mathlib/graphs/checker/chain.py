"""A Markov chain with two laws for its ends: exact fractions, or doubles that count over their exact sums."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Rational
from typing import Any

import numpy as np

from mathlib.checks import check_finite, check_flag, check_integer
from mathlib.fields import integers, rational, settle

__all__ = ["Chain", "all_rational", "numbers"]

_LARGEST = {True: 40, False: 1000}
_MOST_STEPS = 10**6
_FROM_ONE = 1e-12
#: Where the chain can go it must go with at least this probability, so that doubles hold all products.
_LEAST = 1e-280


@dataclass(frozen=True, repr=False, eq=False)
class Chain:
    """Transition probabilities P, a number of steps, and laws p and q; arrays of Fractions or of doubles."""

    P: Any
    steps: int
    p: Any
    q: Any
    exact: bool

    def __post_init__(self):
        exact, most = check_flag("exact", self.exact), _LARGEST[bool(self.exact)]
        steps = check_integer("steps", self.steps, 1, _MOST_STEPS, "the number of steps")
        P = numbers("P", self.P, exact, (-1, -1))
        if P.shape[0] != P.shape[1] or not 1 <= len(P) <= most:
            larger = " Larger ones: doubles, np.array(P, dtype=float)." if exact else ""
            text = f"P must be a square matrix of at most {most} rows; got shape {P.shape}.{larger}"
            raise ValueError(text)
        p, q = (numbers(name, getattr(self, name), exact, (len(P),)) for name in ("p", "q"))
        for name, values in (("P", P), ("p", p), ("q", q)):
            off = np.max(np.abs(values.sum(axis=-1) - 1))
            if (values < 0).any() or off > (0 if exact else _FROM_ONE):
                sums = ("rows that sum to 1" if name == "P" else "sum 1") + (", exactly" if exact else "")
                got = f"{float(values.min()):.3g} as least entry and a sum off by {float(off):.3g}"
                raise ValueError(f"{name} must have entries >= 0 and {sums}; got {got}. Divide by the sums.")
        settle(self, P=P, steps=steps, p=p, q=q, exact=exact)
        least = self.kernel[self.allowed].min(initial=1.0)
        if least < _LEAST:
            text = f"P must lead with probability 0 or above {_LEAST} in {steps} steps; got {least:.3g}."
            raise ValueError(f"{text} Take fewer states or larger probabilities.")

    @cached_property
    def transition(self) -> np.ndarray:
        """P in doubles, each within 3 units of 2^-53, relatively, of what it stands for."""
        P = self.P.astype(float)
        return P / np.array([math.fsum(row) for row in P])[:, None]

    @cached_property
    def laws(self) -> tuple[np.ndarray, np.ndarray]:
        """p and q in doubles."""
        first, second = self.masses
        total = sum(first)
        return np.array([x / total for x in first]), np.array([x / total for x in second])

    @cached_property
    def masses(self) -> tuple[list[int], list[int]]:
        """p and q as integers with the same sum."""
        first, second = (integers([Fraction(x) for x in law.tolist()])[0] for law in (self.p, self.q))
        return [x * sum(second) for x in first], [x * sum(first) for x in second]

    @cached_property
    def kernel(self) -> np.ndarray:
        """P^steps in doubles."""
        return np.linalg.matrix_power(self.transition, self.steps)

    @cached_property
    def reach(self) -> np.ndarray:
        """Where P^steps is positive."""
        found, step, left = np.eye(len(self.P), dtype=np.float32), (self.P > 0).astype(np.float32), self.steps
        while left:
            if left & 1:
                found = (found @ step > 0).astype(np.float32)
            step, left = (step @ step > 0).astype(np.float32), left >> 1
        return found > 0

    @property
    def allowed(self) -> np.ndarray:
        """The pairs of ends that have mass and that the chain joins."""
        return self.reach & np.outer(self.p > 0, self.q > 0)


def all_rational(values) -> bool:
    """Whether all entries of lists, or of an array of objects, are integers or Fractions."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        return False
    flat = np.array(values, dtype=object).ravel().tolist()
    return all(isinstance(x, Rational) and not isinstance(x, bool) for x in flat)


def numbers(name, values, exact, shape) -> np.ndarray:
    """Fractions or finite doubles in a read-only array of that shape; -1 is any length."""
    if exact:
        given = np.array(values, dtype=object)
        check_finite(name, np.zeros(given.shape), shape)
        found = np.array([rational(name, x) for x in given.flat], dtype=object).reshape(given.shape)
    else:
        found = check_finite(name, values, shape).copy()
    found.setflags(write=False)
    return found
