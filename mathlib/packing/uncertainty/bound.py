r"""The sign uncertainty principle: a function and its Fourier transform cannot both become positive early.

Let f on R^n be integrable and its own Fourier transform, not zero, with f(0) <= 0 and f(x) >= 0 for all
|x| >= r. Then r cannot be small: the infimum A_+(n) of all such r is positive (Bourgain, Clozel, Kahane,
2010). One value is known: A_+(12) = sqrt 2 (Cohn, Goncalves, 2019).

It is the sphere packing bound with one sign changed. Write t = 2 pi |x|^2, alpha = n/2 - 1. The functions
f(x) = sum_k c_k L_k(t) e^{-t/2} over *even* k are their own transforms (odd k: minus their own), and

    L_k(0) = sum_{i <= M} a_i L_k(t_i) e^{-t_i/2}    for k = 0, 2, ..., 4M - 2,    a_i > 0,

are 2M equations for 2M unknowns. A solution says that no f of this degree does better than
r = sqrt(t_1 / 2 pi), and that the best one has double roots at t_2, ..., t_M. For n = 12 the solutions tend
to the Eisenstein series E_6 = 1 - 504 q - 16632 q^2 - 122976 q^3 - ...: t_i -> 4 pi i, a_i -> its
coefficients.

The steps: Newton's method in high precision for M = 1, 2, 3, ...; then one linear system for an f with a
little room everywhere; then rounding to fractions, and the exact check of check.py. For n <= 4
there is no solution beyond one or two nodes, and a linear programme of the same degree finds f instead
(`mathlib.packing.uncertainty.programme`).
"""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb, arb_mat, ctx
from scipy.interpolate import CubicSpline

from mathlib.checks import check_integer
from mathlib.errors import CertificateError
from mathlib.packing.uncertainty.certificate import UncertaintyCertificate
from mathlib.packing.uncertainty.programme import lowest_radius

__all__ = ["uncertainty_bound"]

_LARGEST_DIMENSION = 36
_MOST_NODES = 24
_MOST_STEPS = 60
_BITS = 320
#: Room of f below zero at 0 and above zero at the nodes; it costs about this much of the radius.
_ROOM = 1e-16
#: The same for the f of a linear programme, one after the other until the exact check accepts it.
_ROOMS_IN_DOUBLES = (1e-10, 1e-9, 1e-8)


def uncertainty_bound(n: int, *, nodes: int = 12) -> UncertaintyCertificate:
    r"""Bound A_+(n) from above: the smallest r from which on a function with f(0) <= 0 can be positive.

    minimise    r
    subject to  f = its Fourier transform,  f not 0,  f(0) <= 0,  f(x) >= 0 for |x| >= r,
                f(x) = p(2 pi |x|^2) e^{-pi |x|^2},  p a polynomial of degree at most 4 nodes - 2.

    Parameters
    ----------
    n : int
        The dimension, from 1 to 36.
    nodes : int
        M, from 1 to 24: the number of nodes of the summation formula, where it has a solution; the degree is
        4 M - 2 in any case.

    Returns
    -------
    UncertaintyCertificate
        `.bound` is proved by `.verify()`. It exceeds the optimum of this degree by less than 1e-15, or by
        less than 1e-9 where a linear programme found f, for n <= 4 and M above 1 or 2. There `.nodes` and
        `.weights`, which belong to the summation formula, are empty.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    n = 12: the bound exceeds sqrt 2 by 6e-7 for 12 nodes, by 3e-9 for 20. In dimension 1 it still falls in
    leaps: .572990 for M = 6, .566206 for 12, .559595 for 24; in dimension 2 .756207, .755379 and .755264.
    Time: 1 s for 12 nodes, 5 s for 20, half of it for the exact check; for n = 1, 4 s and 10 s.

    References
    ----------
    J. Bourgain, L. Clozel, J.-P. Kahane (2010); H. Cohn, F. Goncalves (2019), Theorem 1.3 for n = 12, and a
    table for other n: A_+(1) < .572990, A_+(2) < .756207.

    Examples
    --------
    >>> result = uncertainty_bound(12, nodes=6)
    >>> result
    A_+(12) <= 1.41441625353215 (certificate of degree 22)
    >>> print(result.verify())
    A_+(12) <= 1.41441625353215: the sign uncertainty principle in R^12.
    """
    n = check_integer("n", n, 1, _LARGEST_DIMENSION, "the dimension")
    nodes = check_integer("nodes", nodes, 1, _MOST_NODES, "M in the degree 4 M - 2 of p")
    with ctx.workprec(_BITS):
        # A solution of the equations need not lead to an f that is positive everywhere: then one M less.
        solutions = reversed(_solutions(n, nodes))
        best = next(filter(_is_proved, (_certificate(n, t, b) for t, b in solutions)))  # at least M = 1
    if len(best.nodes) == nodes:
        return best
    found = (lowest_radius(n, 4 * nodes - 2, room) for room in _ROOMS_IN_DOUBLES)
    others = (UncertaintyCertificate(n, pair[0], pair[1], (), ()) for pair in found if pair is not None)
    other = next(filter(_is_proved, others), best)
    return min(best, other, key=lambda certificate: certificate.radius_squared_times_2pi)


def _is_proved(certificate):
    try:
        certificate.verify()
    except CertificateError:
        return False
    return True


def _solutions(n, largest):
    """(t_i), (b_i = a_i e^{-t_i/2}) for M = 1, 2, ... up to `largest`, or as far as Newton's method goes."""
    solutions = [([arb(n + 2)], [arb(1)])]  # M = 1: L_2(t) = L_2(0)
    while len(solutions) < largest:
        solution = _newton(n, *_extrapolate(n, *solutions[-1]))
        if solution is None:
            break
        solutions.append(solution)
    return solutions


def _extrapolate(n, t, b):
    """Guess M + 1 nodes from M: sqrt(t_i) hardly depends on M as a function of i / (M + 1/2)."""
    old, nodes = len(t), np.array([float(x) for x in t])
    log_weights = np.log([float(x) for x in b]) + nodes / 2
    if old == 1:
        guess, log_guess = nodes[0] * np.array([1, 1 + min(1.2, 15 / n)]), log_weights[0] + np.array([0, 0.5])
    else:
        places = np.arange(old + 1) / (old + 0.5)
        curve = CubicSpline(places, np.r_[0, np.sqrt(nodes / (old + 0.5))])
        guess = curve(np.arange(1, old + 2) / (old + 1.5)) ** 2 * (old + 1.5)
        per_gap = CubicSpline(np.log(nodes), log_weights - np.log(np.gradient(nodes)))
        inside = np.clip(guess, 0.9 * nodes[0], 1.1 * nodes[-1])
        log_guess = per_gap(np.log(inside)) + np.log(np.gradient(guess))
    return [arb(x) for x in guess.tolist()], [arb(x).exp() for x in (log_guess - guess / 2).tolist()]


def _newton(n, t, b):
    """Solve sum_i b_i L_k(t_i) / L_k(0) = 1, k = 0, 2, ..., 4M - 2; None where the steps do not converge."""
    size = len(t)
    for _ in range(_MOST_STEPS):
        values, slopes = _laguerre(n, t)
        rows = [
            [*v, *(x * y for x, y in zip(b, s, strict=True))] for v, s in zip(values, slopes, strict=True)
        ]
        residual = [[1 - sum(x * y for x, y in zip(b, v, strict=True))] for v in values]
        try:
            step = arb_mat(_middles(rows)).solve(arb_mat(_middles(residual)), algorithm="approx")
        except ZeroDivisionError:
            return None
        moves = [float(step[i, 0]) for i in range(2 * size)]
        gaps = np.diff([0.0, *map(float, t)])
        # No node moves further than 0.4 of the gap before it, no weight by more than its own half.
        excess = max(abs(m) / (0.4 * g) for m, g in zip(moves[size:], gaps, strict=True))
        excess = max(excess, *(abs(m) / (0.5 * float(x)) for m, x in zip(moves, b, strict=False)))
        if not math.isfinite(excess):
            return None
        damping = 1 / max(1.0, excess)
        b = [(x + damping * step[i, 0]).mid() for i, x in enumerate(b)]
        t = [(x + damping * step[size + i, 0]).mid() for i, x in enumerate(t)]
        if excess < 1e-30:
            ordered = all(x < y for x, y in pairwise([0, *t]))
            return (t, b) if ordered and all(x > 0 for x in b) else None
    return None


def _laguerre(n, t):
    """L_k(t_i) / L_k(0) and the derivatives in t_i, for k = 0, 2, ..., 4M - 2: two lists of rows."""
    alpha, degree = arb(n) / 2 - 1, 4 * len(t) - 2
    # With l_k = L_k / L_k(0): (k + 1 + alpha) l_{k+1} = (2k + 1 + alpha - t) l_k - k l_{k-1}, and
    # t l_k' = k (l_k - l_{k-1}).
    rows = [[arb(1)] * len(t), [1 - x / (1 + alpha) for x in t]]
    for k in range(1, degree):
        rows.append(
            [
                ((2 * k + 1 + alpha - x) * now - k * before) / (k + 1 + alpha)
                for x, now, before in zip(t, rows[k], rows[k - 1], strict=True)
            ]
        )
    slopes = [[arb(0)] * len(t)]
    for k in range(2, degree + 1, 2):
        slopes.append([k * (v - w) / x for x, v, w in zip(t, rows[k], rows[k - 1], strict=True)])
    return rows[: degree + 1 : 2], slopes


def _certificate(n, t, b):
    """An f with a little room: p(0) < 0, p' = 0 and p > 0 at t_2, ..., t_M, p' > 0 at t_1."""
    size, room = len(t), arb(_ROOM)
    values, slopes = _laguerre(n, t)
    # Unknowns: the coefficients of L_k / L_k(0). The summation formula adds up the values of p: it implies
    # p(t_1) = -2 room / b_1 (for M = 1: half of that), so the root of p lies 2 room beyond t_1.
    equations = [[arb(1)] * (2 * size), [row[0] for row in slopes]]
    targets = [[-room], [1 / b[0]]]
    for i in range(1, size):
        equations += [[row[i] for row in values], [row[i] for row in slopes]]
        targets += [[room / (size * b[i])], [arb(0)]]
    solution = arb_mat(_middles(equations)).solve(arb_mat(_middles(targets)), algorithm="approx")
    coefficients, at_zero = [], arb(1)  # at_zero = L_k(0) = binomial(k + alpha, k)
    for j in range(2 * size):
        coefficients.append(solution[j, 0] / at_zero)
        k = 2 * j
        at_zero = at_zero * (k + arb(n) / 2) * (k + 1 + arb(n) / 2) / ((k + 1) * (k + 2))
    start = Fraction(math.ceil(_fraction(t[0] + 3 * room) * 2**60), 2**60)
    weights = tuple(float(x * (y / 2).exp()) for x, y in zip(b, t, strict=True))
    return UncertaintyCertificate(
        n, start, tuple(map(_fraction, coefficients)), tuple(map(float, t)), weights
    )


def _middles(rows):
    """The midpoints: rounding errors need no tracking, because the result is checked exactly."""
    return [[x.mid() for x in row] for row in rows]


def _fraction(x):
    mantissa, exponent = x.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
