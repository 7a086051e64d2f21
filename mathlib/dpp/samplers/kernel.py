"""The compiled samplers: candidates of the Christoffel density, and the chain rule that thins them.

A candidate x has the density |phi(x)|^2 / m with respect to mu: the mean of the m densities phi_k(x)^2. So a
uniform multi-index k is drawn, and then every coordinate from phi_{k_j}^2 mu_j.

The chain rule draws the projection process of K(x, y) = phi(x).phi(y). With u(x) = phi(x) / |phi(x)| and P
the projection onto what is orthogonal to the u of the points already taken, the next point has the density
|P phi|^2 / (number of missing points). Hence a candidate is accepted with probability |P u(x)|^2: with an
orthonormal basis q_1, ..., q_j of the span,

    r < 1 - sum_i (q_i . u)^2,        r uniform.

The sum is left as soon as it exceeds 1 - r, which halves the work.

All draws of a call come one after the other from one stream of random numbers, so a seed gives the same
draws in a batch and one by one. Compiled code cannot be interrupted. So a long draw is left after a while and
taken up where it was left, and results are written into arrays that the caller has made: to make one at the
end of a call, numba runs Python, where an interrupt that is waiting ends as a SystemError. What is compiled
stands in this one file, because numba's cache looks at nothing else.
"""

import math

import numpy as np

from mathlib.compiled import njit

__all__ = [
    "chain_rule",
    "chain_rule_discrete",
    "christoffel_numbers",
    "christoffel_points",
]

_BY_REJECTION, _NORMAL = 0.0, 1.0
#: Floating-point sums in any order: without this leave, no sum is vectorised.
_SUMS = {"reassoc", "contract", "nsz"}
_TINY_STEP = 4e-16
#: After so many steps Newton's method gives way to bisection, which ends for certain.
_NEWTON_STEPS = 60


@njit(fastmath=_SUMS)
def _dot(a, b):
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@njit
def _normalise(q):
    factor = 1.0 / math.sqrt(_dot(q, q))
    for i in range(q.size):
        q[i] *= factor


@njit
def _value(x, k, start, recurrence):
    """phi_k(x), if phi_0 is `start`."""
    before, value = 0.0, start
    for i in range(k):
        before, value = value, (recurrence[0, i] * x + recurrence[1, i]) * value - recurrence[2, i] * before
    return value


@njit
def _square_by_rejection(rng, k, code, recurrence):
    """x of density phi_k^2 for a beta law, by proposals x = cos(t) of the arcsine law.

    Each is accepted with the same probability, at least 1 / 7700: `Jacobi` says why.
    """
    right, left, logarithm = code[1], code[2], code[3]
    while True:
        half = 0.5 * math.pi * rng.random()
        near_right, near_left = 2 * math.sin(half) ** 2, 2 * math.cos(half) ** 2  # 1 - x and 1 + x
        x = near_left - 1
        value = _value(x, k, 1.0, recurrence)
        density = math.exp(logarithm + right * math.log(near_right) + left * math.log(near_left))
        if rng.random() < density * value * value:
            return x


@njit
def _normal_cdf(x, k, recurrence):
    """P(X <= x) and the density at x, for the density phi_k^2 under the normal law.

    F_{i+1} = F_i - w phi_i phi_{i+1} / sqrt(i + 1), with w the normal density.
    """
    value, before = math.exp(-0.25 * x * x) / (2 * math.pi) ** 0.25, 0.0
    total = 0.5 * math.erfc(-x / math.sqrt(2.0))
    for i in range(k):
        before, value = value, recurrence[0, i] * x * value - recurrence[2, i] * before
        total -= before * value / math.sqrt(i + 1.0)
    return total, value * value


@njit
def _exponential_cdf(x, k, recurrence):
    """The same for the exponential law: F_{i+1} = F_i - w (phi_i + phi_{i+1})^2, with w = exp(-x)."""
    value, before = math.exp(-0.5 * x), 0.0
    total = -math.expm1(-x)
    for i in range(k):
        before, value = (
            value,
            (recurrence[0, i] * x + recurrence[1, i]) * value - recurrence[2, i] * before,
        )
        total -= (before + value) ** 2
    return total, value * value


@njit
def _square_by_inversion(rng, k, code, recurrence):
    """x of density phi_k^2 for the other laws: the root of F(x) = r, by Newton's method within a bracket."""
    normal = code[0] == _NORMAL
    low, high = code[1], code[2]
    target = rng.random()
    x = 0.5 * (low + high)
    steps = 0
    while True:
        total, density = _normal_cdf(x, k, recurrence) if normal else _exponential_cdf(x, k, recurrence)
        if total < target:
            low = x
        else:
            high = x
        following = x - (total - target) / density if density > 0 else low
        steps += 1
        if steps > _NEWTON_STEPS or not low < following < high:
            following = 0.5 * (low + high)
        step = abs(following - x)
        if step <= _TINY_STEP * (1 + abs(x)) or high - low <= _TINY_STEP * (1 + abs(x)):
            return following
        x = following


@njit
def _draw_candidate(rng, indices, codes, recurrences, point):
    """Draw one point of the Christoffel density."""
    k = int(rng.random() * indices.shape[0])
    for j in range(indices.shape[1]):
        if codes[j, 0] == _BY_REJECTION:
            point[j] = _square_by_rejection(rng, indices[k, j], codes[j], recurrences[j])
        else:
            point[j] = _square_by_inversion(rng, indices[k, j], codes[j], recurrences[j])


@njit
def _unit_vector(point, indices, degrees, codes, recurrences, table, unit):
    """unit = phi(x) / |phi(x)|. A common factor cancels, and is taken so that nothing overflows."""
    m, d = indices.shape
    for j in range(d):
        x = point[j]
        start = 1.0
        if codes[j, 0] == _NORMAL:
            start = math.exp(-0.25 * x * x)
        elif codes[j, 0] != _BY_REJECTION:
            start = math.exp(-0.5 * x)
        before, value = 0.0, start
        table[j, 0] = value
        for i in range(degrees[j]):
            row = recurrences[j]
            before, value = value, (row[0, i] * x + row[1, i]) * value - row[2, i] * before
            table[j, i + 1] = value
    for k in range(m):
        value = table[0, indices[k, 0]]
        for j in range(1, d):
            value *= table[j, indices[k, j]]
        unit[k] = value
    _normalise(unit)


@njit
def _accept(rng, unit, Q, j, products):
    """Whether a candidate is taken; if so, row j of Q becomes the part of `unit` orthogonal to the others."""
    allowed = 1.0 - rng.random()
    total = 0.0
    for i in range(j):
        products[i] = _dot(Q[i], unit)
        total += products[i] ** 2
        if total >= allowed:
            return False
    q = Q[j]
    for k in range(q.size):
        q[k] = unit[k]
    for i in range(j):
        _subtract(q, products[i], Q[i])
    # Once more: after one pass rounding errors, magnified by 1 / |P u|, are left along the others.
    for i in range(j):
        _subtract(q, _dot(Q[i], q), Q[i])
    _normalise(q)
    return True


@njit(fastmath=_SUMS)
def _subtract(q, factor, other):
    for i in range(q.size):
        q[i] -= factor * other[i]


@njit
def _shuffle(rng, rows):
    for i in range(len(rows) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        for k in range(rows.shape[1]):
            rows[i, k], rows[j, k] = rows[j, k], rows[i, k]


@njit
def chain_rule(rng, budget, cost, place, Q, points, proposals, indices, degrees, codes, recurrences):
    """Go on with draws of m points of the process and the rest independent ones, in random order.

    `points` has the shape (draws, m + extra, d), `place` holds the number of the draw and of the point that
    come next, and Q the orthonormal vectors of the points that the draw has. Return when all is done, or when
    more than `budget` multiplications are, `cost` of them for each candidate. (The process itself comes in
    random order already, so it is shuffled only among other points.)
    """
    m, d = indices.shape
    unit, products = np.empty(m), np.empty(m)
    table, point = np.empty((d, recurrences.shape[2] + 1)), np.empty(d)
    r, taken = place
    while r < len(points) and budget > 0:
        if taken < m:
            _draw_candidate(rng, indices, codes, recurrences, point)
            _unit_vector(point, indices, degrees, codes, recurrences, table, unit)
            proposals[r] += 1
            budget -= cost + m * taken
            if _accept(rng, unit, Q, taken, products):
                for j in range(d):
                    points[r, taken, j] = point[j]
                taken += 1
        elif taken < points.shape[1]:
            _draw_candidate(rng, indices, codes, recurrences, points[r, taken])
            budget -= cost
            taken += 1
        else:
            if taken > m:
                _shuffle(rng, points[r])
            r, taken = r + 1, 0
    place[0], place[1] = r, taken


@njit
def christoffel_points(rng, points, indices, codes, recurrences):
    """Fill `points` (n, d) with independent ones of the Christoffel density."""
    for i in range(len(points)):
        _draw_candidate(rng, indices, codes, recurrences, points[i])


@njit
def _draw_number(rng, cumulative):
    """Draw a candidate with probability proportional to its leverage, whose partial sums are given."""
    i = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return min(i, cumulative.size - 1)


@njit
def chain_rule_discrete(rng, budget, cost, place, Q, numbers, proposals, cumulative, units):
    """The same for the numbers of candidates, of shape (draws, m + extra, 1); `units` are their u."""
    m = units.shape[1]
    products = np.empty(m)
    r, taken = place
    while r < len(numbers) and budget > 0:
        if taken < m:
            i = _draw_number(rng, cumulative)
            proposals[r] += 1
            budget -= cost + m * taken
            if _accept(rng, units[i], Q, taken, products):
                numbers[r, taken, 0] = i
                taken += 1
        elif taken < numbers.shape[1]:
            numbers[r, taken, 0] = _draw_number(rng, cumulative)
            budget -= cost
            taken += 1
        else:
            if taken > m:
                _shuffle(rng, numbers[r])
            r, taken = r + 1, 0
    place[0], place[1] = r, taken


@njit
def christoffel_numbers(rng, numbers, cumulative):
    """Fill `numbers` (n, 1) with independent candidates."""
    for i in range(len(numbers)):
        numbers[i, 0] = _draw_number(rng, cumulative)
