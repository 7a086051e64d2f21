"""What a game leaves: its evaluations, in the order of play."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["Evaluation", "History"]


@dataclass(frozen=True)
class Evaluation:
    """One turn of a game.

    Attributes
    ----------
    spec : ThreePointSpec
        The formulation.
    value : float
        Its bound in doubles; numerical, no theorem. Infinite if the programme has no solution.
    seconds : float
        The processor time of its solver, also if the result came from the cache.
    moves : tuple of str
        How the agent came to it.
    remark : str
        Why the value is infinite; else empty.
    """

    spec: ThreePointSpec
    value: float
    seconds: float
    moves: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, repr=False)
class History:
    """A game that was played, or the part of it up to an interrupt.

    Attributes
    ----------
    agent : str
    seed : int or None
        What to give as `rng` for the same game again; None where a generator was given.
    evaluations : tuple of Evaluation
        In the order of play; the first is the start.
    player : object
        The agent itself, to look at: its tree, for example.
    """

    agent: str
    seed: int | None
    evaluations: tuple[Evaluation, ...]
    player: object

    def __repr__(self):
        who = self.agent if self.seed is None else f"{self.agent}, seed {self.seed}"
        if not self.evaluations:
            return f"History({who}: no evaluation yet)"
        first = self.evaluations[0]
        return (
            f"History({who}, n = {first.spec.n}: {first.value:.6f} -> {self.best.value:.6f} in "
            f"{len(self.evaluations)} evaluations, {sum(e.seconds for e in self.evaluations):.0f} s)"
        )

    @property
    def best(self) -> Evaluation:
        """The evaluation with the smallest bound; the first, where several have it."""
        return min(self.evaluations, key=lambda e: e.value)

    @cached_property
    def best_so_far(self) -> np.ndarray:
        """The smallest bound after each evaluation."""
        return np.minimum.accumulate([e.value for e in self.evaluations])

    @cached_property
    def seconds_so_far(self) -> np.ndarray:
        """What the game had cost after each evaluation."""
        return np.cumsum([e.seconds for e in self.evaluations])

    @property
    def table(self) -> list[dict]:
        """A row for each evaluation."""
        return [
            {
                "evaluation": number,
                "seconds": round(float(seconds), 3),
                "bound": e.value,
                "best": float(best),
                "R": e.spec.R,
                "scale": e.spec.scale,
                "degree2": e.spec.degree2,
                "blocks": " ".join(map(str, e.spec.blocks)),
                "moves": "; ".join(e.moves),
            }
            for number, (e, best, seconds) in enumerate(
                zip(self.evaluations, self.best_so_far, self.seconds_so_far, strict=True), start=1
            )
        ]
