"""The dual of the two-point bound to any number of digits: Newton's method in FLINT's arithmetic.

`refine` takes the nodes and weights that `two_point.dual` found in double precision and doubles their
digits step by step. `newton` starts from a rough guess: in high dimensions doubles lead to no solution with
many nodes, because the weights range over too many powers of ten. FLINT's balls serve as numbers of many
digits here, their radii are dropped: nothing is proved at this stage. The proof is the business of the
function built from the nodes (`feasible`) and of its checkers.
"""

from itertools import pairwise

import numpy as np
from flint import arb, arb_mat, ctx

__all__ = ["laguerre_values", "newton", "refine", "values_at_zero"]

_MOST_STEPS = 30
#: Bits with which `newton` works, besides the guard bits, and the relative step that is small enough for it.
_ROUGH_BITS, _SMALL_STEP = 100, 1e-20
#: A damped step moves no node by more than this part of the distance to its neighbour.
_LONGEST_MOVE = 0.4
#: Guard bits. The linear systems lost fewer than 60 in all cases tried: n = 2..48 with up to 100 nodes.
_GUARD_BITS = 60
_GUARD_BITS_PER_NODE = 1


def values_at_zero(n, degree):
    """Return L_k(0) = Gamma(k + n/2) / (k! Gamma(n/2)) for k = 0..degree."""
    values = [arb(1)]
    for k in range(1, degree + 1):
        values.append(values[-1] * (2 * k + n - 2) / (2 * k))
    return values


def laguerre_values(n, degree, t):
    """Return two lists: L_k(t) e^{-t/2} and L_k'(t) e^{-t/2} for k = 0..degree."""
    alpha = arb(n) / 2 - 1
    values = [(-t / 2).exp()]
    values.append((1 + alpha - t) * values[0])
    for k in range(1, degree):
        values.append(((2 * k + 1 + alpha - t) * values[k] - (k + alpha) * values[k - 1]) / (k + 1))
    slopes = [arb(0)]
    for k in range(1, degree + 1):
        slopes.append((k * values[k] - (k + alpha) * values[k - 1]) / t)
    return values, slopes


def newton(n, nodes, weights):
    """Solve the dual system from a guess by damped Newton steps; None where they do not converge.

    Nodes and weights are arrays of doubles, as in `dual.continuation`, which takes this
    function as its `newton`. Cost: 0.1 s for 50 nodes and 0.5 s for 110, a step; some seven steps.
    """
    with ctx.workprec(_ROUGH_BITS + _GUARD_BITS + _GUARD_BITS_PER_NODE * len(nodes)):
        half_alpha = (arb(n) / 2 - 1) / 2
        exact = [arb(float(t)) for t in nodes]
        weights = [(arb(float(a)) * t**half_alpha).mid() for t, a in zip(exact, weights, strict=True)]
        for _ in range(_MOST_STEPS):
            new, new_weights, step = _newton_step(n, exact, weights)
            nodes = np.array([float(t) for t in exact])
            move = np.array([float(s - t) for s, t in zip(new, exact, strict=True)])
            growth = np.array([float(b / a) - 1 for b, a in zip(new_weights, weights, strict=True)])
            gaps = np.diff(nodes, prepend=0.0)
            room = _LONGEST_MOVE * np.minimum(gaps, np.append(gaps[1:], gaps[-1]))
            excess = max(np.abs(growth).max(), (np.abs(move) / room).max())
            if not np.isfinite(excess):
                return None
            if excess > 1:
                new = [t + arb(m / excess) for t, m in zip(exact, move, strict=True)]
                new_weights = [a * arb(g / excess).exp() for a, g in zip(weights, growth, strict=True)]
            exact, weights = [t.mid() for t in new], [a.mid() for a in new_weights]
            if excess <= 1 and step < _SMALL_STEP:
                scaled = [float(a / t**half_alpha) for t, a in zip(exact, weights, strict=True)]
                return np.array([float(t) for t in exact]), np.array(scaled)
    return None


def refine(n, nodes, weights, bits):
    """Return the nodes and weights of the dual system to about `bits` bits, as two lists of exact arb.

    Parameters
    ----------
    n : int
        The dimension.
    nodes, weights : sequences of M floats
        As `mathlib.packing.two_point.dual.continuation` yields them.
    bits : int
        The relative accuracy wanted of every node.

    Returns
    -------
    nodes, weights : list of arb
        Here weights are the a_i themselves: L_k(0) + sum_i a_i L_k(t_i) e^{-t_i/2} = 0.

    Raises
    ------
    ArithmeticError
        If the steps do not shrink, or if the solution has disordered nodes or a weight that is not positive.
    """
    size = len(nodes)
    guard = _GUARD_BITS + _GUARD_BITS_PER_NODE * size
    with ctx.workprec(60 + guard):
        half_alpha = (arb(n) / 2 - 1) / 2
        nodes = [arb(float(t)) for t in nodes]
        weights = [(arb(float(a)) * t**half_alpha).mid() for t, a in zip(nodes, weights, strict=True)]
    accurate = 60
    for _ in range(_MOST_STEPS):
        working = min(2 * accurate, bits)
        with ctx.workprec(working + guard):
            nodes, weights, step = _newton_step(n, nodes, weights)
        if not step < 1:
            break
        # A step of size s leaves an error of about s squared.
        accurate = max(60, min(working, 2 * _size_in_bits(step)))
        if accurate >= bits:
            _insist_on_order(nodes, weights)
            return nodes, weights
    raise ArithmeticError(f"Newton's method did not reach {bits} bits for n = {n} with {size} nodes")


def _size_in_bits(step):
    """-log2 of a positive number, as an int; 10**9 for zero."""
    return 10**9 if step == 0 else -int((step.log() / arb(2).log()).mid().floor().unique_fmpz())


def _insist_on_order(nodes, weights):
    ordered = all(s < t for s, t in pairwise(nodes))
    if not (ordered and nodes[0] > 0 and all(a > 0 for a in weights)):
        raise ArithmeticError("Newton's method left the ordered nodes with positive weights")


def _newton_step(n, nodes, weights):
    """One step for the unknowns (log a_i, t_i); also the largest relative change."""
    size = len(nodes)
    degree = 4 * size - 1
    odd = range(1, degree + 1, 2)
    at_zero = values_at_zero(n, degree)
    scale = [1 / at_zero[k].sqrt() for k in odd]
    columns, slope_columns, residual = [], [], [at_zero[k] * s for k, s in zip(odd, scale, strict=True)]
    for t, a in zip(nodes, weights, strict=True):
        values, slopes = laguerre_values(n, degree, t)
        column = [(a * values[k] * s).mid() for k, s in zip(odd, scale, strict=True)]
        slope_columns.append(
            [(a * (slopes[k] - values[k] / 2) * s).mid() for k, s in zip(odd, scale, strict=True)]
        )
        columns.append(column)
        residual = [r + value for r, value in zip(residual, column, strict=True)]
    matrix = arb_mat(columns + slope_columns).transpose()
    move = matrix.solve(arb_mat([[-r.mid()] for r in residual]), algorithm="approx")
    log_moves = [move[i, 0].mid() for i in range(size)]
    node_moves = [move[size + i, 0].mid() for i in range(size)]
    new_weights = [(a * (1 + m)).mid() for a, m in zip(weights, log_moves, strict=True)]
    new_nodes = [(t + m).mid() for t, m in zip(nodes, node_moves, strict=True)]
    changes = [abs(m) for m in log_moves] + [abs(m) / t for m, t in zip(node_moves, nodes, strict=True)]
    return new_nodes, new_weights, max(c.mid() for c in changes)
