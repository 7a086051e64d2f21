"""Where on a curve short times go far: lower bounds, and pairs of times that attain them."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from mathlib.metrics.curves.curve import SYMMETRIES, SpaceFillingCurve

__all__ = ["Cycle", "FarPairs", "squared"]

_MOST_ROWS = 4 * 10**6


def squared(norm: str, x, y):
    """The square of a norm of (x, y)."""
    x, y = abs(x), abs(y)
    if norm == "l2":
        return x * x + y * y
    return (
        (x + y) ** 2
        if norm == "l1"
        else np.maximum(x, y) ** 2
        if isinstance(x, np.ndarray)
        else max(x, y) ** 2
    )


class Cycle(NamedTuple):
    """Two nested sequences of cells that repeat: they shrink to two points of the curve."""

    ratio: Fraction
    times: tuple[Fraction, Fraction]


class FarPairs:
    """Pairs of cells of one size that may hold points whose ratio is above all that were found, by levels.

    A row is dx, dy, t, the ways of both cells and the number of the first cell: the second cell begins dx
    columns, dy rows and t cells of time after the first.
    """

    def __init__(self, curve: SpaceFillingCurve, norm: str):
        self.curve, self.norm, self.level = curve, norm, 0
        self.best = 0.0  # the largest ratio of two ends of cells
        self.cycle: Cycle | None = None
        ends = [[float(z) for z in curve.point(t)] for t in (0, 1)]
        turned = [(np.array(ends) - 0.5) @ np.reshape(M, (2, 2)).T + 0.5 for M in SYMMETRIES]
        self._ends = np.array([p[:: -1 if back else 1] for p in turned for back in (0, 1)])
        self._rows = np.zeros((1, 6), dtype=np.int64)
        self._history: list[tuple[np.ndarray, np.ndarray]] = []

    def step(self) -> bool:
        """Go one level deeper; False if rows have become too many or too long."""
        base, n = self.curve.base, self.curve.base**2
        if len(self._rows) * n * n > _MOST_ROWS or n ** (self.level + 1) > 2**50:
            return False
        dx, dy, t, one, two, first = (column[:, None, None] for column in self._rows.T)
        A, B = self.curve.children[one[:, 0, 0], :, None], self.curve.children[two[:, 0, 0], None]
        i, j = np.arange(n)[:, None], np.arange(n)
        parts = [base * dx + B[..., 0] - A[..., 0], base * dy + B[..., 1] - A[..., 1], n * t + j - i]
        parts += [A[..., 2], B[..., 2], n * first + i]
        rows = np.stack(np.broadcast_arrays(*parts), axis=-1).reshape(-1, 6)
        parents = np.repeat(np.arange(len(self._rows)), n * n)
        keep = rows[:, 2] > 0
        rows, parents = rows[keep], parents[keep]
        self.best = max(self.best, self._ratio_of_ends(rows))
        farthest = squared(self.norm, np.abs(rows[:, 0]) + 1, np.abs(rows[:, 1]) + 1)
        keep = farthest > self.best * (rows[:, 2] - 1) * (1 - 1e-12)
        rows, parents = rows[keep], parents[keep]
        _, kept = np.unique(rows[:, :5], axis=0, return_index=True)
        self._rows, self.level = rows[kept], self.level + 1
        self._history.append((self._rows, parents[kept]))
        self._find_cycles()
        return True

    def _ratio_of_ends(self, rows) -> float:
        found = 0.0
        for a in (0, 1):
            for b in (0, 1):
                gap = self._ends[rows[:, 4], b] - self._ends[rows[:, 3], a] + rows[:, :2]
                time = rows[:, 2] + b - a
                far = squared(self.norm, gap[:, 0], gap[:, 1])
                found = max(found, float((far[time > 0] / time[time > 0]).max(initial=0)))
        return found

    def _find_cycles(self):
        """Look for rows one of whose ancestors lies in the same ways."""
        rows, chain = self._rows, np.arange(len(self._rows))
        for period in range(1, self.level):
            chain = self._history[-period][1][chain]
            before = self._history[-period - 1][0][chain]
            same = (before[:, 3:5] == rows[:, 3:5]).all(axis=1)
            for u, s in zip(rows[same].tolist(), before[same].tolist(), strict=True):
                found = self._limit(s, u, period)
                if found and (self.cycle is None or found.ratio > self.cycle.ratio):
                    self.cycle = found
                    self.best = max(self.best, float(found.ratio))

    def _limit(self, s, u, period) -> Cycle | None:
        """The two points in which the cells s, u, ... end."""
        K = self.curve.base**period
        alpha = [Fraction(u[k] - s[k], K - 1) for k in (0, 1)]
        gamma = Fraction(u[2] - s[2], K * K - 1)
        if gamma <= 0:
            return None
        cells = self.curve.base ** (2 * (self.level - period))
        times = [
            (a + Fraction(b - a * K * K, K * K - 1)) / cells
            for a, b in ((s[5], u[5]), (s[5] + s[2], u[5] + u[2]))
        ]
        return Cycle(squared(self.norm, *alpha) / gamma, (times[0], times[1]))
