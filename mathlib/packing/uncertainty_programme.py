r"""The sign uncertainty principle as a sequence of linear programmes, for every dimension and degree.

In dimensions up to 4 the summation formula of `mathlib.packing.uncertainty` has no solution with more than
one or two nodes: the best f of a given degree then has fewer double roots, and the equations do not determine
them. A linear programme does not have to know their number. For a fixed T,

    minimise    p(0)
    subject to  p(t) >= 0 for t >= T,  the leading coefficient >= 0,  p'(T) = 1,

over p = sum of c_k L_k, k even. If the value v(T) is negative, T is larger than necessary; it falls with T
like -w, w the multiplier of the row of T, and Newton's method finds the T with v(T) = 0. The conditions are
an infinite number of rows, each divided by the size of all L_k(t) at its t; rows are added where the solution
breaks them. With p(0) <= -room and p(t) >= room instead, doubles are accurate enough for an exact proof.
"""

import math
from fractions import Fraction

import numpy as np

from mathlib.packing.interior_point import minimise

__all__ = ["lowest_radius"]

_ROUNDS, _STEPS = 40, 20
_LARGEST = 1e4  # of the coefficients: without a limit the programme for a large T has no solution


def lowest_radius(n, degree, room):
    """Return T and the coefficients c_0, c_2, ... of a p for it, both as Fractions; None if doubles fail.

    Parameters
    ----------
    n, degree : int
        The degree of p is even and at least 2.
    room : float
        Of p above zero, in units of the size of all L_k(t); for small n it costs about as much of T.
    """
    if degree < 10:
        T = n + 2.0  # the sign change of L_2(t) - L_2(0)
    elif (lower := lowest_radius(n, 2 * (degree // 4), room)) is None:
        return None
    else:
        T = float(lower[0])
    programme = _Programme(n, degree)
    for _ in range(_STEPS):
        try:
            found = programme.solve(T, room)
        except ArithmeticError:  # of `minimise`
            return None
        if found is None:
            return None
        value, c, weight = found
        if abs(value) < room / 2:
            # p(T) is known to be positive, and p'(T) = 1, up to rounding errors: p > 0 a little farther out.
            above = Fraction(math.ceil((T + room) * 2**50), 2**50)
            return above, tuple(Fraction(x) for x in (c / programme.norms).tolist())
        step = -value / weight if weight > 0 else math.copysign(T, -value)
        T -= max(-0.1 * T, min(0.1 * T, step))
    return None


class _Programme:
    """The rows of one dimension and degree, and those that were found to matter, for all T."""

    def __init__(self, n, degree):
        self.alpha, self.degree = n / 2 - 1, degree
        k = np.arange(0, degree + 1, 2)
        lgamma = np.vectorize(math.lgamma)
        #: L_k / norms_k are orthonormal, but for a common factor.
        self.norms = np.exp((lgamma(k + self.alpha + 1) - lgamma(k + 1)) / 2)
        self.at_zero = self.norms / np.linalg.norm(self.norms)  # L_k(0) = norms_k^2 / Gamma(alpha + 1)
        end = 4 * degree + 2 * n + 20  # beyond, only the leading terms count
        near, far = np.linspace(0, math.sqrt(end), 40 * degree) ** 2, end * np.geomspace(1, 1e4, 200)
        self.points = np.r_[near[1:], far[1:]]
        self.table = self.rows(self.points)
        self.kept = self.points[::10]

    def rows(self, t):
        """L_k(t) / norms_k for even k, divided by the norm of all of them: shape (len(t), degree/2 + 1)."""
        previous, current = np.zeros_like(t), np.ones_like(t)
        values, logs = [current], [np.zeros_like(t)]
        for k in range(self.degree):
            following = (2 * k + 1 + self.alpha - t) * current - math.sqrt(k * (k + self.alpha)) * previous
            previous, current = current, following / math.sqrt((k + 1) * (k + 1 + self.alpha))
            factor = np.maximum(1.0, np.abs(current))
            previous, current = previous / factor, current / factor
            values.append(current)
            logs.append(logs[-1] + np.log(factor))
        rows = (np.array(values) * np.exp(np.array(logs) - logs[-1]))[::2].T
        return rows / np.linalg.norm(rows, axis=1)[:, None]

    def solve(self, T, room):
        """The value, the coefficients and the multiplier of the row of T; None if it ends early."""
        here = self.rows(np.array([T, T * (1 + 1e-5)]))
        slope = (here[1] - here[0]) / (1e-5 * T)
        particular = slope / (slope @ slope)
        free = np.linalg.svd(slope[None])[2][1:].T  # c = particular + free y has p'(T) = 1
        size = len(slope)
        beyond = self.points > T
        points, table = self.points[beyond], self.table[beyond]
        active = self.kept[self.kept > T]
        first = np.vstack([here[:1], np.eye(size)[-1:], np.eye(size), -np.eye(size)])
        for _ in range(_ROUNDS):
            rows = np.vstack([first, self.rows(active)])
            least = np.r_[0.0, room, np.full(2 * size, -_LARGEST), np.full(len(active), room)]
            matrix, limits = -rows @ free, rows @ particular - least
            norms = np.maximum(np.linalg.norm(matrix, axis=1), 1e-3)
            found = minimise(
                self.at_zero @ free,
                matrix / norms[:, None],
                limits / norms,
                [],
                offset=1.0,
                tolerance=room / 10,
                precision="extended",
            )
            c = particular + free @ found.w
            minima, values = self._minima(c, points, table)
            if not (values < room / 2).any():
                self.kept = np.unique(np.r_[active[rows[len(first) :] @ c < 1e-3], minima])
                return self.at_zero @ c + room, c, found.x[0] / norms[0]
            active = np.r_[active, minima[values < 0.9 * room]]
        return None

    def _minima(self, c, points, table):
        """The local minima of p beyond T, in units of the size of the L_k, and their values."""
        values = table @ c
        before, after = np.r_[np.inf, values[:-1]], np.r_[values[1:], np.inf]
        at = np.flatnonzero((values < before) & (values <= after))
        low, high = points[np.maximum(at - 1, 0)], points[np.minimum(at + 1, len(points) - 1)]
        columns = np.arange(len(at))
        for _ in range(8):  # each narrows the bracket to a quarter
            t = np.linspace(low, high, 9)
            values = (self.rows(t.ravel()) @ c).reshape(t.shape)
            least = values.argmin(axis=0)
            low, high = t[np.maximum(least - 1, 0), columns], t[np.minimum(least + 1, 8), columns]
        return t[least, columns], values[least, columns]
