"""Two agents compared over a few seeds.

For each seed all agents begin with one formulation, so their results are compared in pairs. The difference
of two agents is described by its median, with an interval that holds for any distribution: of N independent
differences the k-th smallest and the k-th largest enclose the median with probability 1 - 2 P(B < k), where B
is binomial (N, 1/2). Differences within the accuracy of an evaluation are ties.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

__all__ = ["Duel", "duel"]

_ACCURACY = 2e-5  # relative, of the difference of two evaluations with a gap of 1e-5 each
_LEVEL = 0.95


@dataclass(frozen=True)
class Duel:
    """One agent compared with another over paired seeds.

    Attributes
    ----------
    agent, rival : str
    wins, ties, losses : int
        Of the first one.
    median : float
        Of the relative gain log(rival's bound / agent's bound).
    low, high : float
        They enclose the true median of the gain with probability `confidence` at least.
    confidence : float
    """

    agent: str
    rival: str
    wins: int
    ties: int
    losses: int
    median: float
    low: float
    high: float
    confidence: float

    @property
    def verdict(self) -> str:
        """The better agent, or "undecided" where the interval reaches from one side to the other."""
        return self.agent if self.low > 0 else self.rival if self.high < 0 else "undecided"


def duel(agent, rival, bounds, rival_bounds) -> Duel:
    """Compare two agents by the bounds of each seed.

    Parameters
    ----------
    agent, rival : str
        Their names.
    bounds, rival_bounds : array_like of shape (N,)
        Positive; entry i of both belongs to seed i.

    Examples
    --------
    >>> duel("mcts", "random", [0.63] * 10, [0.64] * 9 + [0.63]).wins
    9
    """
    gains = np.log(np.asarray(rival_bounds) / np.asarray(bounds))
    ordered, count = np.sort(gains), len(gains)
    # The largest k with P(B < k) <= (1 - level)/2: the k-th smallest and k-th largest enclose the median.
    k = int(np.searchsorted(binom.cdf(np.arange(count), count, 0.5), (1 - _LEVEL) / 2, side="right"))
    low, high = (ordered[k - 1], ordered[-k]) if k else (-math.inf, math.inf)
    return Duel(
        agent,
        rival,
        wins=int((gains > _ACCURACY).sum()),
        ties=int((np.abs(gains) <= _ACCURACY).sum()),
        losses=int((gains < -_ACCURACY).sum()),
        median=float(np.median(gains)),
        low=float(low),
        high=float(high),
        confidence=float(1 - 2 * binom.cdf(k - 1, count, 0.5)),
    )
