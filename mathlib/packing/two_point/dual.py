r"""The dual of the two-point bound, solved by Newton's method in double precision.

Write alpha = n/2 - 1 and t = 2 pi |x|^2, and let L_k be the Laguerre polynomial of that alpha. A function
f(x) = sum_k c_k L_k(t) e^{-t/2} has the Fourier transform sum_k (-1)^k c_k L_k(t) e^{-t/2}. If weights
a_i > 0 and nodes 0 < t_1 < ... < t_M satisfy

    L_k(0) + sum_i a_i L_k(t_i) e^{-t_i/2} = 0        for every odd k <= 4M - 1,

then for every f of degree at most 4M - 1 the functional g -> g(0) + sum_i a_i g(t_i) has the same value on f
and on its transform. So f(0) >= f^(0) whenever f <= 0 at the nodes and f^ >= 0: no f of this degree proves a
bound with a smaller radius than r = sqrt(t_1 / 2 pi), and with this radius the best possible bound is the
density vol(B_n) (r/2)^n. These are 2M equations for 2M unknowns.

Doubles are enough to find the right solution, and not enough to trust it: `dual_in_balls`
goes on from here.

Source: Cohn and Elkies (2003) for the bound; the summation formula with as many equations as unknowns is
that of Cohn and Goncalves (2019) and of the modular bootstrap (Hartman, Mazac and Rastelli, 2019).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from mathlib.checks import check_integer

__all__ = ["TwoPointDual", "continuation", "density", "laguerre_functions", "two_point_duals"]

_MOST_STEPS = 100
#: A Newton step moves no node by more than this part of the distance to its neighbour.
_LONGEST_MOVE = 0.4
#: How often the continuation goes back by one solution before it gives up.
_MOST_RETREATS = 8
#: The system counts as solved when no node moved by more than this, relatively.
_TOLERANCE = 1e-8


@dataclass(frozen=True, repr=False, eq=False)
class TwoPointDual:
    """A solution of the dual of the two-point bound, in doubles: a summation formula, and no proof.

    Attributes
    ----------
    n : int
        The dimension.
    nodes : ndarray of shape (M,)
        t_1 < ... < t_M, where t = 2 pi |x|^2.
    weights : ndarray of shape (M,)
        a_1, ..., a_M, all positive.
    """

    n: int
    nodes: np.ndarray
    weights: np.ndarray

    def __repr__(self) -> str:
        return f"TwoPointDual(n = {self.n}, {len(self.nodes)} nodes: density {self.density:.9f}, in doubles)"

    @property
    def density(self) -> float:
        """vol(B_n) (r/2)^n for 2 pi r^2 = t_1: no f of degree 4M - 1 proves a smaller bound."""
        return density(self.n, self.nodes[0])


def two_point_duals(n: int, most_nodes: int) -> tuple[TwoPointDual, ...]:
    r"""Solve the dual of the two-point bound for growing numbers M of nodes.

    For every f of degree at most 4M - 1 in |x|^2, times a Gaussian, the functional

        f(0) + sum_i a_i f(x_i),    2 pi |x_i|^2 = t_i,

    has the same value on f and on its Fourier transform. The optimal f has double roots at the t_i.

    Parameters
    ----------
    n : int
        The dimension, from 2 to 48.
    most_nodes : int
        The largest M, from 1 to 128.

    Returns
    -------
    tuple of TwoPointDual
        For M = 1, 2, ..., by steps of one up to max(6, n/2) and of a quarter then. The last one has
        `most_nodes` nodes, or as many as Newton's method in doubles finds.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Cost: some ten least-squares problems of size 2M for each M, 0.05 s at M = 64.

    References
    ----------
    H. Cohn, N. Elkies (2003), for the bound; H. Cohn, F. Goncalves (2019), for the summation formula.

    Examples
    --------
    For n = 8 the nodes tend to 4 pi, 8 pi, ..., and the weights to the coefficients of 1 + 240 q + 2160 q^2
    + ..., which counts the vectors of the lattice E8.

    >>> dual = two_point_duals(8, 12)[-1]
    >>> (dual.nodes[:2] / (4 * np.pi)).round(4).tolist(), dual.weights[:2].round().tolist()
    ([1.0, 2.0], [240.0, 2160.0])
    """
    n = check_integer("n", n, 2, 48, "the dimension")
    most_nodes = check_integer("most_nodes", most_nodes, 1, 128, "the largest M")
    half_alpha = (n / 2 - 1) / 2
    return tuple(TwoPointDual(n, t, a * t**half_alpha) for _, t, a in continuation(n, most_nodes))


def laguerre_functions(alpha, degree, t):
    """Return the orthonormal Laguerre functions at t, and their derivatives up to the factor t^{alpha/2}.

    Row k of the first array is phi_k(t) = sqrt(k! / Gamma(k + alpha + 1)) t^{alpha/2} L_k(t) e^{-t/2}; row k
    of the second is t^{alpha/2} times the derivative of phi_k(t) t^{-alpha/2}. Both have shape
    (degree + 1, len(t)). The starting value e^{-t/2} lies below the smallest double for t > 1490, so each
    column carries the logarithm of its scale.
    """
    t = np.asarray(t, dtype=float)
    values = np.empty((degree + 1, t.size))
    log_scale = alpha / 2 * np.log(t) - t / 2 - math.lgamma(alpha + 1) / 2
    previous, current = np.zeros_like(t), np.ones_like(t)
    values[0] = np.exp(log_scale)
    for k in range(degree):
        following = (2 * k + 1 + alpha - t) * current - math.sqrt(k * (k + alpha)) * previous
        previous, current = current, following / math.sqrt((k + 1) * (k + 1 + alpha))
        large = np.abs(current) + np.abs(previous)
        factor = np.where(large > 1e100, large, 1.0)
        previous, current, log_scale = previous / factor, current / factor, log_scale + np.log(factor)
        values[k + 1] = current * np.exp(log_scale)
    k = np.arange(degree + 1)[:, None]
    below = np.vstack([np.zeros_like(t), values[:-1]])
    slopes = (k * values - np.sqrt(k * (k + alpha)) * below) / t - values / 2
    return values, slopes


def density(n, t):
    """Return vol(B_n) (r/2)^n for 2 pi r^2 = t: (t/8)^{n/2} / Gamma(n/2 + 1)."""
    return math.exp(n / 2 * math.log(t / 8) - math.lgamma(n / 2 + 1))


def continuation(n, largest, start=None, newton=None):
    """Yield (M, nodes, weights) for growing M, up to `largest`, each found from the one before.

    Parameters
    ----------
    n : int
        The dimension, at least 2.
    largest : int
        The last M; the sequence ends earlier where Newton's method finds no solution.
    start : (M, nodes, weights), optional
        A solution to go on from; it is not yielded again. By default the one for M = 1.
    newton : function, optional
        Solves the system from a guess: newton(n, nodes, weights) returns nodes and weights, or None. By
        default in double precision; `dual_in_balls.newton` takes more digits and more time.

    Yields
    ------
    M : int
    nodes : ndarray of shape (M,)
        t_1 < ... < t_M.
    weights : ndarray of shape (M,)
        a_i t_i^{-alpha/2} > 0: the weights for orthonormal Laguerre functions.

    Notes
    -----
    M grows by one up to max(6, n/2) and then by a quarter: larger first steps end on wrong solutions in high
    dimensions. A solution is accepted when its nodes are ordered, its weights positive and its bound is not
    above the one before; where none follows from it, the one before is tried again with other steps.
    The cost of one M is some ten least-squares problems of size 2M: 0.05 s at M = 64.
    """
    growth = 0.25
    if start is None:
        start = (1, *_one_node(n))
        yield start
    found, retreats = [start], 0
    while found[-1][0] < largest:
        size, nodes, weights = found[-1]
        step = 1 if size < max(6, n // 2) else max(1, int(growth * size))
        target = min(largest, size + step)
        solution = (newton or _newton)(n, *_extrapolate(nodes, weights, target))
        if solution is not None and _plausible(*solution, nodes[0]):
            growth = min(0.25, 1.5 * growth)
            found.append((target, *solution))
            yield found[-1]
        elif step > 1:
            growth /= 2
        elif len(found) > 1 and size > n // 2 and retreats < _MOST_RETREATS:
            # Nothing leads on from a solution that rounding errors have spoiled: take other steps to pass it.
            found.pop()
            retreats += 1
            growth = 0.25 * 0.8**retreats
        else:
            return


def _plausible(nodes, weights, first_before):
    """The guards against a wrong branch; the first node, and with it the bound, must not grow with M."""
    ordered = nodes[0] > 0 and np.all(np.diff(nodes) > 0)
    return ordered and np.all(weights > 0) and 0.8 * first_before < nodes[0] < (1 + 1e-9) * first_before


def _one_node(n):
    """M = 1: L_1(t)/L_1(0) = L_3(t)/L_3(0) leaves t^2 - 3(alpha+3) t + 2(alpha+2)(alpha+3) = 0.

    The larger root is the one that the solutions for larger M continue.
    """
    alpha = n / 2 - 1
    t = (3 * (alpha + 3) + math.sqrt((alpha + 3) * (alpha + 11))) / 2
    log_weight = math.log((alpha + 1) / (t - alpha - 1)) + t / 2 - alpha / 2 * math.log(t)
    return np.array([t]), np.array([math.exp(log_weight)])


def _extrapolate(nodes, weights, size):
    """Guess `size` nodes and weights from fewer.

    One or two nodes get another one at the same distance. From more of them a curve is taken:
    sqrt(t_i) against i / (M + 1/2) hardly depends on M, and the weights are nearly a function of the node
    times the gap to its neighbours.
    """
    old = nodes.size
    if old <= 2:
        gap = nodes[1] - nodes[0] if old == 2 else 1.2 * nodes[0]
        return np.append(nodes, nodes[-1] + gap), np.append(weights, weights[-1] * 2)
    places = np.arange(1, old + 1) / (old + 0.5)
    curve = CubicSpline(np.r_[0, places], np.r_[0, np.sqrt(nodes / (old + 0.5))])
    guess = curve(np.arange(1, size + 1) / (size + 0.5)) ** 2 * (size + 0.5)
    per_gap = CubicSpline(np.log(nodes), np.log(weights / np.gradient(nodes)))
    inside = np.clip(guess, 0.9 * nodes[0], 1.1 * nodes[-1])
    return guess, np.exp(per_gap(np.log(inside))) * np.gradient(guess)


def _newton(n, nodes, weights):
    """Solve the system for (log a_i, t_i) by damped Newton steps; None where they do not converge."""
    alpha, size = n / 2 - 1, nodes.size
    degree = 4 * size - 1
    k = np.arange(1, degree + 1, 2)
    log_at_zero = [(math.lgamma(j + alpha + 1) - math.lgamma(j + 1)) / 2 - math.lgamma(alpha + 1) for j in k]
    scale = math.exp(max(log_at_zero))
    at_zero = np.exp(log_at_zero) / scale
    for _ in range(_MOST_STEPS):
        values, slopes = laguerre_functions(alpha, degree, nodes)
        residual = at_zero + values[k] @ (weights / scale)
        matrix = np.hstack([values[k], slopes[k]]) * np.tile(weights / scale, 2)
        lengths = np.linalg.norm(matrix, axis=0)
        if not (np.isfinite(matrix).all() and np.isfinite(residual).all() and (lengths > 0).all()):
            return None
        move = np.linalg.lstsq(matrix / lengths, -residual, rcond=None)[0] / lengths
        log_weight_move, node_move = move[:size], move[size:]
        gaps = np.diff(nodes, prepend=0.0)
        room = _LONGEST_MOVE * np.minimum(gaps, np.append(gaps[1:], gaps[-1]))
        excess = max(np.abs(log_weight_move).max(), (np.abs(node_move) / room).max())
        if not np.isfinite(excess):
            return None
        damping = 1 / max(1.0, excess)
        nodes, weights = nodes + damping * node_move, weights * np.exp(damping * log_weight_move)
        if damping == 1 and (np.abs(node_move) / nodes).max() < _TOLERANCE:
            return nodes, weights
    return None
