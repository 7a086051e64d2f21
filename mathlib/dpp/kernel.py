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
draws in a batch and one by one. What is compiled stands in this one file, because numba's cache looks at
nothing else.
"""

import math

import numpy as np

from mathlib.compiled import njit

__all__ = [
    "chain_rule",
    "chain_rule_discrete",
    "christoffel_numbers",
    "christoffel_points",
    "draw_squares",
]

_BY_REJECTION, _NORMAL = 0.0, 1.0
#: Floating-point sums in any order: without this leave, no sum is vectorised.
_SUMS = {"reassoc", "contract", "nsz"}
_TINY_STEP = 4e-16


@njit(fastmath=_SUMS)
def _dot(a, b):
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@njit
def _value(x, k, start, recurrence):
    """phi_k(x), if phi_0 is `start`."""
    before, value = 0.0, start
    for i in range(k):
        before, value = value, (recurrence[0, i] * x + recurrence[1, i]) * value - recurrence[2, i] * before
    return value


@njit
def _square_by_rejection(rng, k, code, recurrence):
    """x of density phi_k^2 for a beta law, by proposals x = cos(t) of the arcsine law."""
    right, left, scale = code[1] + 0.5, code[2] + 0.5, code[3]
    while True:
        half = 0.5 * math.pi * rng.random()
        near_right, near_left = 2 * math.sin(half) ** 2, 2 * math.cos(half) ** 2  # 1 - x and 1 + x
        x = near_left - 1
        value = _value(x, k, 1.0, recurrence)
        if rng.random() < scale * near_right**right * near_left**left * value * value:
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
    # Beyond these ends phi_k^2 mu has less mass than a rounding error.
    high = 2 * math.sqrt(k + 0.5) + 9 if normal else 4 * k + 42 + 24 * k ** (1 / 3)
    low = -high if normal else 0.0
    target = rng.random()
    x = 0.5 * (low + high)
    while True:
        total, density = _normal_cdf(x, k, recurrence) if normal else _exponential_cdf(x, k, recurrence)
        if total < target:
            low = x
        else:
            high = x
        following = x - (total - target) / density if density > 0 else low
        if not low < following < high:
            following = 0.5 * (low + high)
        step = abs(following - x)
        if step <= _TINY_STEP * (1 + abs(x)) or high - low <= _TINY_STEP * (1 + abs(x)):
            return following
        x = following


@njit
def draw_squares(rng, degrees, code, recurrence):
    """One point for each degree k, of the density phi_k^2 under one family."""
    points = np.empty(degrees.size)
    for i in range(degrees.size):
        if code[0] == _BY_REJECTION:
            points[i] = _square_by_rejection(rng, degrees[i], code, recurrence)
        else:
            points[i] = _square_by_inversion(rng, degrees[i], code, recurrence)
    return points


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
    unit /= math.sqrt(_dot(unit, unit))


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
    q[:] = unit
    for i in range(j):
        _subtract(q, products[i], Q[i])
    # Once more: after one pass rounding errors, magnified by 1 / |P u|, are left along the others.
    for i in range(j):
        _subtract(q, _dot(Q[i], q), Q[i])
    q /= math.sqrt(_dot(q, q))
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
def chain_rule(rng, draws, extra, indices, degrees, codes, recurrences):
    """Return points (draws, m + extra, d), and the number of candidates of each draw.

    Each draw has m points of the projection process and `extra` independent ones of the Christoffel density,
    in random order (the process itself comes in random order already).
    """
    m, d = indices.shape
    points, proposals = np.empty((draws, m + extra, d)), np.zeros(draws, np.int64)
    Q, unit, products = np.empty((m, m)), np.empty(m), np.empty(m)
    table, point = np.empty((d, degrees.max() + 1)), np.empty(d)
    for r in range(draws):
        taken = 0
        while taken < m:
            _draw_candidate(rng, indices, codes, recurrences, point)
            _unit_vector(point, indices, degrees, codes, recurrences, table, unit)
            proposals[r] += 1
            if _accept(rng, unit, Q, taken, products):
                points[r, taken] = point
                taken += 1
        for i in range(m, m + extra):
            _draw_candidate(rng, indices, codes, recurrences, points[r, i])
        if extra:
            _shuffle(rng, points[r])
    return points, proposals


@njit
def christoffel_points(rng, n, indices, codes, recurrences):
    """Return n independent points (n, d) of the Christoffel density."""
    points = np.empty((n, indices.shape[1]))
    for i in range(n):
        _draw_candidate(rng, indices, codes, recurrences, points[i])
    return points


@njit
def _draw_number(rng, cumulative):
    """Draw a candidate with probability proportional to its leverage, whose partial sums are given."""
    i = np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")
    return min(i, cumulative.size - 1)


@njit
def chain_rule_discrete(rng, draws, extra, cumulative, units):
    """The same for the numbers of candidates, of shape (draws, m + extra, 1); `units` are their u."""
    m = units.shape[1]
    numbers, proposals = np.empty((draws, m + extra, 1), np.int64), np.zeros(draws, np.int64)
    Q, products = np.empty((m, m)), np.empty(m)
    for r in range(draws):
        taken = 0
        while taken < m:
            i = _draw_number(rng, cumulative)
            proposals[r] += 1
            if _accept(rng, units[i], Q, taken, products):
                numbers[r, taken, 0] = i
                taken += 1
        for i in range(m, m + extra):
            numbers[r, i, 0] = _draw_number(rng, cumulative)
        if extra:
            _shuffle(rng, numbers[r])
    return numbers, proposals


@njit
def christoffel_numbers(rng, n, cumulative):
    """Return n independent numbers of candidates, of shape (n, 1)."""
    numbers = np.empty((n, 1), np.int64)
    for i in range(n):
        numbers[i, 0] = _draw_number(rng, cumulative)
    return numbers
