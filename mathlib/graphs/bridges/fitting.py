"""Iterative Markovian fitting: reciprocal and Markov projections in turn."""

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from mathlib.checks import check_count, check_flag, check_memory, deadline_after
from mathlib.graphs.bridges.bridge import chain_of, solve
from mathlib.graphs.checker.chain import Chain, all_rational, numbers

__all__ = ["MarkovianFitting", "iterative_markovian_fitting", "pair_laws", "transition_powers"]


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
    P: ArrayLike, steps: int, p: ArrayLike, q: ArrayLike, iterations: int, start: ArrayLike | None = None,
    *, time_limit: float | None = None, progress: bool = False,
) -> MarkovianFitting:  # fmt: skip
    """Project in turn onto mixtures of the reference's bridges and onto Markov chains.

    One iteration takes a coupling pi to the law of (x_0, x_N) of the Markov chain that has the pair laws
    (x_n, x_{n+1}) of the mixture, by pi, of the bridges of P. Both marginals stay.

    Parameters
    ----------
    P, steps, p, q : array_like, int, array_like, array_like
        As for `schroedinger_bridge`.
    iterations : int
        At least 0.
    start : array_like of shape (S, S), optional
        A coupling of p and q that lives where P^steps is positive; without it the product of p and q. With
        Fractions here and in P, p, q the couplings are computed exactly.
    time_limit : float, optional
        In seconds; after it no other iteration is begun.
    progress : bool
        Show a progress bar.

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
    deadline, chain = deadline_after(time_limit), chain_of(P, steps, p, q)
    iterations = check_count("iterations", iterations, 0, "how often to project")
    bar = tqdm(range(iterations), desc="fitting", disable=not check_flag("progress", progress), leave=False)
    exact = chain.exact and start is not None and all_rational(start)
    transition = chain.P if exact else chain.transition
    coupling = np.outer(*chain.laws) if start is None else numbers("start", start, exact, transition.shape)
    _check_start(coupling, chain, exact)
    bridge, powers = solve(chain).coupling, transition_powers(transition, chain.steps)
    kl = [divergence(coupling, bridge)]
    for _ in bar:
        if time.monotonic() > deadline:
            break
        coupling = _step(coupling, transition, powers)
        kl.append(divergence(coupling, bridge))
    return MarkovianFitting(np.array(kl), coupling)


def _check_start(coupling, chain: Chain, exact):
    p, q = (chain.p, chain.q) if exact else chain.laws
    off = max(abs(coupling.sum(axis=1) - p).max(), abs(coupling.sum(axis=0) - q).max())
    if (coupling < 0).any() or off > (0 if exact else 1e-9):
        raise ValueError(f"start must be a coupling of p and q; got sums off by {float(off):.3g}.")
    outside = np.argwhere((coupling > 0) & ~chain.reach)
    if len(outside):
        raise ValueError(
            f"start must live where P^steps is positive; got mass at {tuple(outside[0].tolist())}. Pass "
            "another coupling, such as that of schroedinger_bridge, or take more steps."
        )


def transition_powers(P: np.ndarray, steps: int) -> list[np.ndarray]:
    """P^0, ..., P^steps, of doubles or Fractions."""
    check_memory(4 * steps * P.size, "the laws of all pairs of neighbours", "take fewer steps")
    powers = [np.eye(len(P), dtype=P.dtype)]
    for _ in range(steps):
        powers.append(powers[-1].dot(P))
    return powers


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
    out = np.full(x.shape, Fraction(0) if x.dtype == object else 0.0)
    out[y != 0] = x[y != 0] / y[y != 0]
    return out


def divergence(coupling, bridge) -> float:
    """KL(coupling | bridge); infinite if the coupling has mass where the bridge has none."""
    on = coupling > 0
    if (bridge[on] == 0).any():
        return float("inf")
    x = coupling[on].astype(float)
    # Both have mass 1: adding the masses back turns rounding at the first order into the second.
    return float(max(0.0, np.sum(x * np.log(x / bridge[on]) - x + bridge[on]) + bridge[~on].sum()))
