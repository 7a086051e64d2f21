"""Schroedinger bridges of finite chains: potentials by Newton's method on the concave dual."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve as solve_linear
from scipy.special import logsumexp

from mathlib.fields import settle
from mathlib.graphs.bridges.support import components, kept_support
from mathlib.graphs.checker.bridge import SchroedingerBridge, bracket
from mathlib.graphs.checker.chain import Chain, all_rational

__all__ = ["chain_of", "schroedinger_bridge", "solve"]

_SWEEPS = 100
_STEPS = 200
_ACCURATE = 1e-15


def schroedinger_bridge(P: ArrayLike, steps: int, p: ArrayLike, q: ArrayLike) -> SchroedingerBridge:
    r"""Find the law of a chain with given first and last law that is closest to a Markov chain.

    minimise KL(pi | R) over couplings pi of p and q,  R_ij = p_i (P^steps)_ij;

    between its ends the bridge then moves as the reference does, given the ends.

    Parameters
    ----------
    P : array_like of shape (S, S)
        Transition probabilities. Fractions (and integers) in nested lists, S <= 40: rows sum to 1 exactly.
        Doubles, S <= 1000: rows within 1e-12 of 1; they stand for the fractions that they are over their sum.
    steps : int
        N, at least 1.
    p, q : array_like of shape (S,)
        The first and the last law, likewise. States without mass are dropped.

    Returns
    -------
    SchroedingerBridge
        `.coupling`, `.potentials`, and `.lower`, `.upper`, a proved bracket on the divergence, which
        `.verify()` computes anew.

    Raises
    ------
    InfeasibleBridge
        If no coupling lives where the chain can go; `.witness` is a set A with p(A) > q(reach of A).
    ValueError
        If rows do not sum to 1, or a probability P^steps is so small that doubles do not hold products.

    Notes
    -----
    Newton's method on the dual, O(S^3) a step; entries that are zero in every coupling are found by maximum
    flow and dropped first, because there iterative scaling converges like 1/k only. S = 400: 1 s. The bracket
    is wider than the rounding of P^steps, which is about S N 1e-16, by less than 1e-12.

    References
    ----------
    E. Schroedinger (1931); H. Foellmer (1988); C. Leonard, A survey of the Schroedinger problem (2014).

    Examples
    --------
    >>> bridge = schroedinger_bridge([[0.9, 0.1], [0.1, 0.9]], 3, [0.5, 0.5], [0.25, 0.75])
    >>> round(bridge.lower, 6), bridge.verify().bound == (bridge.lower, bridge.upper)
    (0.173092, True)
    """
    return solve(chain_of(P, steps, p, q))


def chain_of(P, steps, p, q) -> Chain:
    """The arguments, checked: exact if all numbers are Fractions or integers, else doubles."""
    return Chain(P, steps, p, q, all(map(all_rational, (P, p, q))))


def solve(chain: Chain) -> SchroedingerBridge:
    """The bridge of a problem that is checked."""
    kept, tight = kept_support(chain.allowed, *chain.masses)
    p, q = chain.laws
    rows, columns = np.flatnonzero(p), np.flatnonzero(q)
    with np.errstate(divide="ignore"):
        log_R = np.where(kept, np.log(p[:, None] * chain.kernel), -np.inf)[np.ix_(rows, columns)]
    a, b = _potentials(log_R, p[rows], q[columns])
    u, v = np.zeros((2, len(p)))
    u[rows], v[columns] = np.exp(a), np.exp(b)
    parts = (chain.P, chain.steps, chain.p, chain.q, chain.exact, (u, v), tight)
    bridge = SchroedingerBridge(*parts, lower=0, upper=0)
    lower, upper = bracket(bridge)
    settle(bridge, lower=lower, upper=upper)  # nobody else has seen it yet
    return bridge


def _potentials(log_R, p, q):
    """log u and log v so that u_i R_ij v_j has the marginals p, q; log_R is -inf outside the support.

    f(a) = sum p a + sum q b(a) with b = log q - log sum_i exp(a_i) R_ij is concave; its gradient is p minus
    the sums of the rows, and its second derivative -(diag(r) - pi diag(1/q) pi'), singular along the
    components of the support only.
    """
    support = np.isfinite(log_R)
    label = components(support, support)[1][: len(p)]
    a = np.zeros(len(p))
    for _ in range(2):  # after a sweep with logarithms, doubles without hold what is left to scale
        _, b, pi = _dual(log_R, a, p, q)
        u = np.ones(len(p))
        with np.errstate(all="ignore"):
            for _ in range(_SWEEPS):
                v = q / (pi.T @ u)
                u = p / (pi @ v)
        scaled = np.isfinite(u).all() and (u > 0).all()
        a = a + np.log(u) if scaled else np.log(p) - logsumexp(log_R + b, axis=1)
    value, b, pi = _dual(log_R, a, p, q)
    best, kept, stuck = np.inf, (a, b), 0
    for _ in range(_STEPS):
        rows = pi.sum(axis=1)
        error = np.abs(rows / p - 1).max()
        stuck += 1
        if error < best:
            best, kept, stuck = error, (a, b), 0
        if error < _ACCURATE or stuck == (2 if best < 1e-12 else 5):
            break
        step, size = _newton(pi, rows, p, q, label), 1.0
        slope = float((p - rows) @ step)
        while size > 1e-10:
            new = a + size * step
            new_value, b, pi = _dual(log_R, new, p, q)
            if new_value >= value + 1e-4 * size * slope - 1e-13 * (1 + abs(value)):
                break
            size /= 2
        a, value = new, new_value
    a, b = kept
    for c in np.unique(label):  # u and v of similar size: adding to a and taking from b changes nothing
        inside = label == c
        on = support[inside].any(axis=0)
        shift = (a[inside].mean() - b[on].mean()) / 2
        a, b = np.where(inside, a - shift, a), np.where(on, b + shift, b)
    return a, b


def _dual(log_R, a, p, q):
    """f(a), b(a) and the coupling."""
    table = log_R + a[:, None]
    b = np.log(q) - logsumexp(table, axis=0)
    return float(p @ a + q @ b), b, np.exp(table + b)


def _newton(pi, rows, p, q, label):
    root = np.sqrt(rows)
    C = pi / root[:, None] / np.sqrt(q)
    system = (1 + 1e-15) * np.eye(len(p)) - C @ C.T
    for c in np.unique(label):
        e = np.where(label == c, root, 0.0)
        system += np.outer(e, e) / (e @ e)
    try:
        found = solve_linear(system, (p - rows) / root, assume_a="pos")
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, (p - rows) / root, rcond=None)[0]
    return found / root
