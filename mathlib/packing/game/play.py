"""The game: formulations are proposed, evaluated and paid for, until the budget is spent."""

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from mathlib.annotations import RNG
from mathlib.certificates import FileName
from mathlib.checks import (
    check_choice,
    check_count,
    check_flag,
    check_integer,
    check_number,
    check_rng,
    shown,
)  # fmt: skip
from mathlib.fields import settle
from mathlib.packing.game.agents import BayesAgent, CoordinateAgent, Proposal, RandomAgent
from mathlib.packing.game.evaluation import Cache, Result, evaluate, game_slack
from mathlib.packing.game.history import Evaluation, History
from mathlib.packing.game.space import Space
from mathlib.packing.game.tree import TreeAgent
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["AGENTS", "Budget", "SDPGame"]

AGENTS = {"mcts": TreeAgent, "bayes": BayesAgent, "random": RandomAgent, "coordinate": CoordinateAgent}


@dataclass(frozen=True)
class Budget:
    """What a game may cost: a number of evaluations, seconds of processor time in the solver, or both.

    Attributes
    ----------
    evaluations : int or None
    seconds : float or None

    Examples
    --------
    >>> Budget(seconds=60.0)
    Budget(evaluations=None, seconds=60.0)
    """

    evaluations: int | None = None
    seconds: float | None = None

    def __post_init__(self):
        if self.evaluations is None and self.seconds is None:
            raise ValueError("evaluations or seconds must be given, or both; got None for both.")
        if self.evaluations is not None:
            text = "the number of formulations to evaluate"
            settle(self, evaluations=check_count("evaluations", self.evaluations, 1, text))
        if self.seconds is not None:
            settle(self, seconds=check_number("seconds", self.seconds, 0, float("inf"), "of processor time"))

    def is_spent(self, evaluations: int, seconds: float) -> bool:
        """Whether a game of that many evaluations and seconds is over.

        Parameters
        ----------
        evaluations : int
        seconds : float

        Returns
        -------
        bool
        """
        evaluations = check_count("evaluations", evaluations, 0, "so far")
        seconds = check_number("seconds", seconds, -1, float("inf"), "so far")
        return (self.evaluations is not None and evaluations >= self.evaluations) or (
            self.seconds is not None and seconds >= self.seconds
        )


class SDPGame:
    """Find the formulation of a three-point bound whose optimum is smallest, at a limited price.

    A formulation is a ThreePointSpec with at most `most_variables` variables. Every evaluation is a
    semidefinite programme, and the budget pays for them. The game is that of Tutunov et al. (2025), with the
    free kernels of this package as its pieces.

    Parameters
    ----------
    n : int
        The dimension, 3 to 16.
    budget : Budget or int
        An integer is a number of evaluations. The start counts. A budget of seconds is the processor time
        that evaluations took when they were made: results from the cache cost what they cost then, so that
        a game goes the same way with a full cache as with an empty one.
    most_variables : int
        At most so many variables, 40 to 1000; evaluations of 100 variables take about a second.
    slack : float, optional
        The slack of (D1) and (D2), the same for all formulations; by default that of `solve_three_point` for
        the default formulation, times three.
    cache : str or path, optional
        A folder that keeps evaluations. A game that was interrupted goes on from there if it is played again
        with the same rng. Without a folder they live as long as the SDPGame.

    Attributes
    ----------
    history : History or None
        The last game that was played here, as far as it went.

    References
    ----------
    R. Tutunov et al., Model-based and sample-efficient AI-assisted math discovery in sphere packing, arXiv
    2512.04829 (2025).

    Examples
    --------
    >>> game = SDPGame(4, budget=3, most_variables=60)
    >>> history = game.play("random", rng=1)
    >>> len(history.evaluations), history.best.value <= history.evaluations[0].value
    (3, True)

    After an interrupt the same SDPGame goes on where it was, without evaluating anything twice:

    >>> game.play("random", rng=game.history.seed).evaluations == history.evaluations
    True
    """

    def __init__(
        self, n: int, *, budget: Budget | int, most_variables: int = 100, slack: float | None = None,
        cache: FileName | None = None,
    ):  # fmt: skip
        self.n = check_integer("n", n, 3, 16, "the dimension")
        if not isinstance(budget, Budget):
            budget = Budget(check_count("budget", budget, 1, "the number of evaluations, or a Budget"))
        self.budget = budget
        most_variables = check_integer("most_variables", most_variables, 40, 1000, "of a programme")
        self.space = Space(self.n, most_variables)
        if slack is None:
            self.slack = game_slack(self.n)
        else:
            self.slack = check_number("slack", slack, 0, float("inf"), "or None for the usual one")
        self.cache = Cache(cache)
        self.history: History | None = None

    def evaluate(self, spec: ThreePointSpec) -> Result:
        """Evaluate one formulation, as a game does, outside of any game.

        Parameters
        ----------
        spec : ThreePointSpec

        Returns
        -------
        Result
            `value`, the bound in doubles, accurate to the gap of the solver, 1e-5, and infinite where the
            programme has no solution; `seconds` of processor time; `remark`, why there is no value, or "".

        Examples
        --------
        >>> spec = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
        >>> round(SDPGame(4, budget=1, slack=1e-5).evaluate(spec).value, 3)
        0.694
        """
        if not isinstance(spec, ThreePointSpec) or spec.n != self.n:
            raise ValueError(f"spec must be a ThreePointSpec of dimension {self.n}; got {shown(spec)}.")
        return self.cache.find(spec, self.slack, evaluate)

    def play(
        self, agent: str | type = "mcts", *, rng: RNG = None, batch: int = 1, executor: Any = None,
        progress: bool = False,
    ) -> History:  # fmt: skip
        """Play one game.

        Parameters
        ----------
        agent : {"mcts", "bayes", "random", "coordinate"} or class
            Tree search with a model, Bayesian optimisation without a tree, independent draws, or direct
            search in one coordinate after the other; or a class of one's own: made with (space, start, rng),
            `propose(count)` returns a list of that many ThreePointSpec of the space, and
            `learn(proposal, value)` is told the value of each `proposal.spec`, the start's first of all.
        rng : None, int, or numpy.random.Generator
            The start is drawn from it first: games of one seed start at the same formulation, whichever agent
            plays. For None a seed is drawn; `History.seed` tells it.
        batch : int
            Proposals made at a time, before any of them is evaluated. The result depends on it.
        executor : concurrent.futures.Executor or alike, optional
            Where evaluations run, `batch` at a time: a ProcessPoolExecutor, or the executor of a dask client
            (`client.get_executor()`). The result does not depend on it.
        progress : bool
            Show a bar with the best bound so far.

        Returns
        -------
        History

        Raises
        ------
        ValueError
            If there is no such agent.
        KeyboardInterrupt
            If it is interrupted. What was played so far is in the attribute `history` of the SDPGame, and
            play(..., rng=history.seed) goes on from there.

        Notes
        -----
        An agent's own time, some 0.1 s an evaluation for "mcts" and "bayes", is not part of the budget.
        """
        kind = agent if isinstance(agent, type) else AGENTS[check_choice("agent", agent, AGENTS)]
        name = agent.__name__ if isinstance(agent, type) else agent
        batch = check_count("batch", batch, 1, "evaluations at a time")
        if executor is not None and not callable(getattr(executor, "submit", None)):
            raise ValueError(f"executor must have a method submit, like an Executor; got {shown(executor)}.")
        check_flag("progress", progress)
        if rng is None:
            rng = int(np.random.default_rng().integers(2**32))
        turns: list[Evaluation] = []
        generator = check_rng(rng)
        seed = int(rng) if isinstance(rng, Integral) else None
        start = self.space.draw(generator)
        player = kind(self.space, start, generator)
        try:
            total, title = self.budget.evaluations, f"{name}, n = {self.n}"
            with tqdm(desc=title, total=total, disable=not progress) as bar:
                self._fill(turns, player, start, batch, executor, bar)
        except KeyboardInterrupt as interrupt:
            interrupt.add_note("What was played is in SDPGame.history; play with rng=history.seed to go on.")
            raise
        finally:
            self.history = History(name, seed, tuple(turns), player)
        return self.history

    def _fill(self, turns, player, start, batch, executor, bar):
        """Add evaluations to the turns until the budget is spent."""
        proposals, spent = [Proposal(start)], 0.0
        while proposals:
            for proposal, result in zip(proposals, self._results(proposals, executor), strict=True):
                player.learn(proposal, result.value)
                turns.append(
                    Evaluation(proposal.spec, result.value, result.seconds, proposal.moves, result.remark)
                )
                spent += result.seconds
                best = min(turn.value for turn in turns)
                bar.set_postfix_str(f"best {best:.6f}, {spent:.0f} s", refresh=False)
                bar.update()
            proposals = player.propose(self._affordable(batch, len(turns), spent))
            proposals = [p if isinstance(p, Proposal) else Proposal(p) for p in proposals]

    def _affordable(self, batch, evaluations, spent):
        if self.budget.is_spent(evaluations, spent):
            return 0
        left = self.budget.evaluations
        return batch if left is None else min(batch, left - evaluations)

    def _results(self, proposals, executor):
        """The results, in order; each formulation is solved once."""
        if executor is not None:
            wanted = dict.fromkeys(p.spec for p in proposals)
            missing = [spec for spec in wanted if self.cache.get(spec, self.slack) is None]
            futures = [(spec, executor.submit(evaluate, spec, self.slack)) for spec in missing]
            for spec, future in futures:
                self.cache.put(spec, self.slack, future.result())
        return [self.cache.find(p.spec, self.slack, evaluate) for p in proposals]
