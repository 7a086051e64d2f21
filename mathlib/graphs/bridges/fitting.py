"""Iterative Markovian fitting: reciprocal and Markov projections in turn."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_count, check_finite
from mathlib.graphs.bridges.bridge import solve
from mathlib.graphs.bridges.chain import exact_entries, problem, transition_powers

__all__ = ["MarkovianFitting", "iterative_markovian_fitting", "pair_laws"]


@dataclass(frozen=True, repr=False, eq=False)
class MarkovianFitting:
    """The course of iterative Markovian fitting.

    Attributes
    ----------
    kl : ndarray of shape (iterations + 1,)
        KL(iterate | bridge) of the laws of the ends, that of the start first. It never increases.
    coupling : ndarray of shape (S, S)
        The last one, in Fractions if P and the start are.
    """

    kl: np.ndarray
    coupling: np.ndarray

    def __repr__(self) -> str:
        return f"{len(self.kl) - 1} iterations: KL from {self.kl[0]:.6g} to {self.kl[-1]:.6g}"


def iterative_markovian_fitting(
    P: ArrayLike, steps: int, p: ArrayLike, q: ArrayLike, iterations: int, start: ArrayLike | None = None
) -> MarkovianFitting:
    """Project in turn onto mixtures of the reference's bridges and onto Markov chains.

    One iteration takes a coupling pi to the law of (x_0, x_N) of the Markov chain that has the pair laws
    (x_n, x_{n+1}) of the mixture, by pi, of the bridges of P. Both marginals stay.

    Parameters
    ----------
    P : array_like of shape (S, S)
        Transition probabilities, and so on as for `schroedinger_bridge`.
    steps : int
    p, q : array_like of shape (S,)
    iterations : int
        At least 0.
    start : array_like of shape (S, S), optional
        A coupling of p and q that lives where P^steps is positive; without it the product of p and q. With
        Fractions here and in P, p, q the couplings are computed exactly.

    Returns
    -------
    MarkovianFitting

    Raises
    ------
    ValueError
        If the start is no coupling of p and q, or has mass where P^steps is zero.

    Notes
    -----
    2 N S^3 operations an iteration. That it converges to the bridge is known where P is positive. Where it
    has zeros, iterations may stop elsewhere: see `fitting_rate`.

    References
    ----------
    G. Ksenofontov, A. Korotin, Categorical Schroedinger Bridge Matching, arXiv 2502.01416.

    Examples
    --------
    >>> P = [[0.9, 0.1], [0.1, 0.9]]
    >>> iterative_markovian_fitting(P, 3, [0.5, 0.5], [0.25, 0.75], 20).kl[-1] < 1e-9
    np.True_
    """
    given = problem(P, steps, p, q)
    iterations = check_count("iterations", iterations, 0, "how often to project")
    exact = given.exact and start is not None and exact_entries(start)
    if exact:
        transition, first, last = (np.array(x, dtype=object) for x in (given.P, given.p, given.q))
        coupling = np.asarray(start, dtype=object) * Fraction(1)
        if coupling.shape != transition.shape:
            raise ValueError(f"start must have shape {transition.shape}; got {coupling.shape}.")
    else:
        transition, first, last = given.doubles
        coupling = np.outer(first, last) if start is None else check_finite("start", start, transition.shape)
    _check_start(coupling, first, last, given.reach, exact)
    bridge = solve(given).coupling
    powers = transition_powers(transition, given.steps)
    kl = [divergence(coupling, bridge)]
    for _ in range(iterations):
        coupling = _step(coupling, transition, powers)
        kl.append(divergence(coupling, bridge))
    return MarkovianFitting(np.array(kl), coupling)


def _check_start(coupling, p, q, reach, exact):
    off = max(abs(coupling.sum(axis=1) - p).max(), abs(coupling.sum(axis=0) - q).max())
    if (coupling < 0).any() or off > (0 if exact else 1e-9):
        raise ValueError(f"start must be a coupling of p and q; got sums off by {float(off):.3g}.")
    if ((coupling > 0) & ~reach).any():
        place = tuple(int(i) for i in np.argwhere((coupling > 0) & ~reach)[0])
        raise ValueError(
            f"start must live where P^steps is positive; got mass at {place}. Pass another coupling, such as "
            "that of schroedinger_bridge, or take more steps."
        )


def pair_laws(coupling, transition, powers) -> list[np.ndarray]:
    """The laws of (x_n, x_{n+1}), n = 0, ..., N-1, of the mixture of bridges by a coupling."""
    ratio = _ratio(coupling, powers[-1])
    count = len(powers) - 1
    return [transition * powers[n].T.dot(ratio).dot(powers[count - 1 - n].T) for n in range(count)]


def _step(coupling, transition, powers):
    law = np.diag(coupling.sum(axis=1))
    for pairs in pair_laws(coupling, transition, powers):
        law = law.dot(_ratio(pairs, pairs.sum(axis=1)[:, None]))
    return law


def _ratio(x, y):
    """x / y, and 0 where y is."""
    y = np.broadcast_to(y, x.shape)
    out = np.zeros(x.shape, dtype=x.dtype) if x.dtype != object else np.full(x.shape, Fraction(0))
    positive = y != 0
    out[positive] = x[positive] / y[positive]
    return out


def divergence(coupling, bridge) -> float:
    """KL(coupling | bridge); infinite if the coupling has mass where the bridge has none."""
    on = coupling > 0
    if (bridge[on] == 0).any():
        return float("inf")
    x = coupling[on].astype(float)
    # Both have mass 1: adding the masses back turns rounding at the first order into the second.
    return float(max(0.0, np.sum(x * np.log(x / bridge[on]) - x + bridge[on]) + bridge[~on].sum()))
