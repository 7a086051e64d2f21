"""Recursive sampling by root leverage scores."""

import numpy as np
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_number, check_rng
from mathlib.sensitivity.checks import check_matrix, check_p
from mathlib.sensitivity.sampling.rows import Sample, drawn, sampling_probabilities
from mathlib.sensitivity.weights.leverage import leverage_scores

__all__ = ["root_leverage_sample"]


def root_leverage_sample(A: ArrayLike, p: float, m: float, *, rng: RNG) -> Sample:
    """Sample about m rows with probabilities proportional to tau_i^(p/2), in several rounds if p < 2.

    Every round computes the leverage scores tau of the matrix that the round before left, already scaled, and
    keeps row i with probability min(1, c tau_i^(p/2)). One round alone needs about n^(1-p/2) d^(p/2)
    rows, since sum_i tau_i^(p/2) may be as large as that. But afterwards n is smaller, and the next
    round needs fewer: with m_0 = n and m_{t+1} = m_t^(1-p/2) m^(p/2), the logarithm of m_t / m shrinks by the
    factor 1 - p/2 each time. The last round draws m.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero.
    p : float
        From 1 to 16. For p >= 2 one round. For p > 2 nothing is known in favour of these scores.
    m : float
        The expected number of rows, at least the rank. If no more than m rows are nonzero, all are kept.
    rng : anything that `numpy.random.default_rng` takes
        For the draws of all rounds.

    Returns
    -------
    Sample
        Indices into A. The weights of all rounds are multiplied.

    Raises
    ------
    ValueError
        If A, p or m is out of range.

    Notes
    -----
    The expectation over all rounds is right: E ||SAx||_p^p = ||Ax||_p^p. The variance is that of the rounds
    together. Cost: one computation of leverage scores for each round, of which there are about
    log log(n / m).

    References
    ----------
    D. Woodruff, T. Yasuda (2023), Sharper Bounds for l_p Sensitivity Sampling: about d rows (up to logarithms
    and eps) for 1 <= p < 2. The sizes of the rounds are chosen by us.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sample = root_leverage_sample(rng.standard_normal((4000, 3)), 1, 60, rng=rng)
    >>> 30 < len(sample) < 90
    True
    """
    A, p, rng = check_matrix(A), check_p(p), check_rng(rng)
    scores = leverage_scores(A)
    rank = round(scores.sum())
    m = check_number("m", m, 0, np.inf, "the expected number of rows")
    if not m >= rank:
        raise ValueError(f"m must be a number of at least {rank}, the rank of A; got {m!r}.")
    names, weights = np.flatnonzero(scores), np.ones(np.count_nonzero(scores))
    scores = scores[names]
    while len(names) > m:
        target = _next_size(len(names), m, p)
        # The smallest double stands for scores that underflow: no row may become impossible.
        scores = np.maximum(scores ** (p / 2), np.finfo(float).tiny)
        kept = drawn(np.arange(len(names)), sampling_probabilities(scores, target), p, rng)
        names, weights = names[kept.indices], weights[kept.indices] * kept.weights
        if target == m:
            break
        scores = leverage_scores(A[names] * weights[:, None])
    return Sample(names, weights)


def _next_size(n, m, p):
    """The size after the next round; m itself if that is within a factor two."""
    size = n ** max(0.0, 1 - p / 2) * m ** min(1.0, p / 2)
    return m if size <= 2 * m else size
