"""Agents against each other: the same starts, the same price, and what can be said after a few seeds.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from mathlib.certificates import FileName
from mathlib.checks import check_choice, check_count, check_flag, check_integer
from mathlib.fields import entries
from mathlib.packing.game.duel import Duel, duel
from mathlib.packing.game.play import AGENTS, Budget, SDPGame
from mathlib.packing.three_point.spec import ThreePointSpec
from mathlib.packing.two_point.certificate import TwoPointCertificate

__all__ = ["Comparison", "Game", "compare_agents", "shipped_comparison"]


@dataclass(frozen=True, repr=False)
class Game:
    """One game in short.

    Attributes
    ----------
    n, seed, agent
        Which game it was.
    values, seconds : tuple of float
        Bound and price of each evaluation; infinite bounds are possible.
    best : ThreePointSpec
        The formulation of the smallest bound.
    """

    n: int
    seed: int
    agent: str
    values: tuple[float, ...]
    seconds: tuple[float, ...]
    best: ThreePointSpec

    def __repr__(self):
        return (
            f"Game({self.agent}, n = {self.n}, seed {self.seed}: {min(self.values):.6f} in "
            f"{len(self.values)} evaluations, {sum(self.seconds):.0f} s)"
        )

    def after_evaluations(self, count) -> float:
        """The smallest bound among the first `count` evaluations."""
        return min(self.values[:count], default=math.inf)

    def after_seconds(self, seconds) -> float:
        """The smallest bound among the evaluations that were complete after so many seconds of the solver."""
        return self.after_evaluations(int(np.searchsorted(np.cumsum(self.seconds), seconds, side="right")))


@dataclass(frozen=True, repr=False)
class Comparison:
    """Games of several agents, all with the same seeds, in some dimensions.

    Attributes
    ----------
    games : tuple of Game
    most_variables : int
        The price limit of a formulation.
    slack : dict of int to float
        The slack of each dimension.
    """

    games: tuple[Game, ...]
    most_variables: int
    slack: dict[int, float]

    def __repr__(self):
        return f"Comparison({len(self.games)} games, n = {', '.join(map(str, self.dimensions))})"

    @property
    def dimensions(self) -> list[int]:
        return sorted({game.n for game in self.games})

    @property
    def seeds(self) -> list[int]:
        return sorted({game.seed for game in self.games})

    @property
    def agents(self) -> list[str]:
        return [agent for agent in AGENTS if any(game.agent == agent for game in self.games)]

    @property
    def evaluations(self) -> int:
        """What every game has had at least."""
        return min(len(game.values) for game in self.games)

    def game(self, n, agent, seed) -> Game:
        """A game by its names."""
        return next(g for g in self.games if (g.n, g.agent, g.seed) == (n, agent, seed))

    def bounds(self, n, agent, *, evaluations=None) -> np.ndarray:
        """The smallest bound of each seed after some evaluations, or all; never above the two-point bound.

        The kernel zero costs no evaluation.
        """
        games = [self.game(n, agent, seed) for seed in self.seeds]
        return np.minimum([game.after_evaluations(evaluations) for game in games], _two_point(n))

    def duel(self, n, agent, rival, *, equal="evaluations") -> Duel:
        """Compare two agents in dimension n at an equal price.

        Parameters
        ----------
        n : int
        agent, rival : str
        equal : {"evaluations", "seconds"}
            What both have had, for each seed: as many evaluations as the shorter of the two games, or as many
            seconds of the solver as the cheaper one.
        """
        check_choice("equal", equal, ("evaluations", "seconds"))
        pairs = [(self.game(n, agent, seed), self.game(n, rival, seed)) for seed in self.seeds]
        bounds = []
        for pair in pairs:
            if equal == "evaluations":
                price = min(len(game.values) for game in pair)
                found = [game.after_evaluations(price) for game in pair]
            else:
                price = min(np.cumsum(game.seconds)[-1] for game in pair)
                found = [game.after_seconds(price) for game in pair]
            bounds.append(np.minimum(found, _two_point(n)))
        return duel(agent, rival, *np.transpose(bounds))

    def save(self, path):
        """Write to a JSON file; numbers are rounded far below the accuracy of an evaluation."""
        games = []
        for game in self.games:
            entry = asdict(game)
            entry["values"] = [None if math.isinf(v) else round(v, 8) for v in game.values]
            entry["seconds"] = [round(s, 3) for s in game.seconds]
            games.append(json.dumps(entry))
        head = json.dumps({"most_variables": self.most_variables, "slack": self.slack})[:-1]
        Path(path).write_text(f'{head}, "games": [\n' + ",\n".join(games) + "\n]}\n", encoding="utf-8")

    @classmethod
    def load(cls, path) -> "Comparison":
        """Read what `save` has written."""
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        games = [
            Game(
                n=entry["n"],
                seed=entry["seed"],
                agent=entry["agent"],
                values=tuple(math.inf if v is None else v for v in entry["values"]),
                seconds=tuple(entry["seconds"]),
                best=ThreePointSpec(**entry["best"]),
            )
            for entry in data["games"]
        ]
        return cls(tuple(games), data["most_variables"], {int(n): s for n, s in data["slack"].items()})


def _two_point(n):
    return float(TwoPointCertificate.shipped(n).bound)


def compare_agents(
    dimensions: Sequence[int], seeds: Sequence[int], *, budget: Budget | int,
    agents: Sequence[str] = tuple(AGENTS), most_variables: int = 100, cache: FileName | None = None,
    progress: bool = False,
) -> Comparison:  # fmt: skip
    """Let every agent play a game for every dimension and seed.

    Parameters
    ----------
    dimensions, seeds : sequence of int
    budget : Budget or int
        Of each game.
    agents : sequence of str
    most_variables : int
        As for SDPGame.
    cache : str or path, optional
        A folder of evaluations: if the comparison is interrupted, it goes on from there.
    progress : bool
        Show a bar with a step for each game.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Four agents, four dimensions and ten seeds of 25 evaluations are 4000 evaluations of about a second.

    Examples
    --------
    >>> table = compare_agents([4], [0], budget=2, agents=["random", "mcts"], most_variables=40)
    >>> table
    Comparison(2 games, n = 4)
    >>> table.duel(4, "mcts", "random").ties
    1
    """
    dimensions = [check_integer(f"dimensions[{i}]", n, 3, 16) for i, n in _entries("dimensions", dimensions)]
    seeds = [check_count(f"seeds[{i}]", s, 0, "a seed") for i, s in _entries("seeds", seeds)]
    agents = [check_choice(f"agents[{i}]", agent, AGENTS) for i, agent in _entries("agents", agents)]
    check_flag("progress", progress)
    games, slack = [], {}
    todo = [(n, seed, agent) for seed in seeds for n in dimensions for agent in agents]
    for n, seed, agent in tqdm(todo, desc="games", disable=not progress):
        game = SDPGame(n, budget=budget, most_variables=most_variables, cache=cache)
        slack[n] = game.slack
        history = game.play(agent, rng=seed)
        values = tuple(e.value for e in history.evaluations)
        seconds = tuple(e.seconds for e in history.evaluations)
        games.append(Game(n, seed, agent, values, seconds, history.best.spec))
    return Comparison(tuple(games), most_variables, slack)


def _entries(name, value):
    return enumerate(entries(name, value, 1, 1000))


def shipped_comparison() -> Comparison:
    """Return the comparison that ships with this package: n = 3 to 6, ten seeds, all agents.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> shipped_comparison()
    Comparison(160 games, n = 3, 4, 5, 6)
    """
    return Comparison.load(Path(__file__).parent / "comparison.json")
