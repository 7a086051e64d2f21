"""Agents compared in pairs: the interval of the median, prices, and the table that ships."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mathlib.packing.game import play
from mathlib.packing.game.comparison import (
    Comparison,
    Game,
    compare_agents,
    duel,
    shipped_comparison,
)
from mathlib.packing.game.evaluation import Result, evaluate
from mathlib.packing.game.play import AGENTS
from mathlib.packing.game.space import Space
from mathlib.packing.three_point.spec import ThreePointSpec
from mathlib.packing.two_point.certificate import TwoPointCertificate

SPEC = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2, 1), scale=1.4)


def test_the_interval_takes_the_right_order_statistics():
    gains = np.arange(10) * 0.01 - 0.02
    found = duel("mcts", "random", np.full(10, 0.5), 0.5 * np.exp(gains))
    # P(B <= 1) = 11/1024 for ten throws: the second and the ninth.
    assert (found.low, found.high) == (pytest.approx(-0.01), pytest.approx(0.06))
    assert found.confidence == pytest.approx(1 - 22 / 1024)
    assert (found.wins, found.ties, found.losses) == (7, 1, 2)
    assert found.verdict == "undecided"
    assert found.median == pytest.approx(0.025)
    assert duel("a", "b", [0.5] * 10, [0.6] * 10).verdict == "a"
    assert duel("a", "b", [0.6] * 10, [0.5] * 10).verdict == "b"
    few = duel("a", "b", [0.5] * 4, [0.6] * 4)
    assert (few.low, few.high, few.confidence) == (-math.inf, math.inf, 1.0)


@pytest.mark.parametrize("count", [6, 10, 12])
def test_the_interval_holds_its_promise_for_skew_differences(count):
    """6000 trials; z = 5 has a false-alarm rate of 3e-7."""
    rng = np.random.default_rng(8)
    gains = rng.exponential(1.0, (6000, count)) - math.log(2)  # median 0
    found = [duel("a", "b", np.ones(count), np.exp(row)) for row in gains]
    covered = np.mean([d.low <= 0 <= d.high for d in found])
    promised = found[0].confidence
    assert promised >= 0.95
    assert abs(covered - promised) < 5 * math.sqrt(promised * (1 - promised) / 6000)


def test_prices():
    game = Game(4, 0, "mcts", (math.inf, 0.65, 0.66, 0.64), (1.0, 2.0, 1.0, 5.0), SPEC)
    assert game.after_evaluations(1) == math.inf
    assert game.after_evaluations(3) == 0.65
    assert game.after_seconds(2.9) == math.inf
    assert game.after_seconds(3.0) == 0.65
    assert game.after_seconds(8.9) == 0.65
    assert game.after_seconds(9.0) == 0.64
    rival = Game(4, 0, "random", (0.9, 0.645), (2.5, 1.0), SPEC)
    both = Comparison((game, rival), 60, {4: 1e-6})
    two_point = float(TwoPointCertificate.shipped(4).bound)
    assert both.bounds(4, "random", evaluations=1).tolist() == [two_point], "the kernel zero is free"
    assert both.bounds(4, "mcts").tolist() == [0.64]
    assert both.evaluations == 2
    # After two evaluations it is 0.647705 (two-point) or 0.65 against 0.645; after 3.5 s the same.
    assert both.duel(4, "mcts", "random").losses == 1
    assert both.duel(4, "mcts", "random").median == pytest.approx(math.log(0.645 / two_point))
    assert both.duel(4, "mcts", "random", equal="seconds").losses == 1, "3.5 s, when it had 0.65"
    late = replace(game, values=(0.7, 0.7, 0.7, 0.64))
    longer = Comparison((late, replace(rival, seconds=(2.5, 1.5))), 60, {})
    assert longer.duel(4, "mcts", "random", equal="seconds").losses == 1, "4 s, before it had 0.64"
    quick = Comparison((replace(game, seconds=(0.5, 1.0, 1.0, 0.5)), rival), 60, {4: 1e-6})
    assert quick.duel(4, "mcts", "random", equal="seconds").wins == 1
    with pytest.raises(ValueError, match="equal must be 'evaluations' or 'seconds'; got 'money'"):
        both.duel(4, "mcts", "random", equal="money")


def test_a_comparison_is_played_saved_and_loaded(monkeypatch, tmp_path):
    monkeypatch.setattr(
        play, "evaluate", lambda spec, slack: Result(math.inf if spec.R > 1.8 else 0.6 + 0.01 * spec.R, 1.0)
    )
    played = compare_agents([3, 5], [0, 1], budget=6, most_variables=60, progress=False)
    assert (played.dimensions, played.seeds, played.agents) == ([3, 5], [0, 1], list(AGENTS))
    starts = {(g.n, g.seed): g.values[0] for g in played.games}
    assert all(g.values[0] == starts[g.n, g.seed] for g in played.games), "games are paired"
    played.save(tmp_path / "games.json")
    loaded = Comparison.load(tmp_path / "games.json")
    assert (loaded.most_variables, loaded.slack) == (60, played.slack)
    for one, two in zip(played.games, loaded.games, strict=True):
        assert (one.n, one.seed, one.agent, one.best) == (two.n, two.seed, two.agent, two.best)
        assert one.values == pytest.approx(two.values, abs=1e-8)


def test_the_table_that_ships_is_complete():
    table = shipped_comparison()
    assert table.dimensions == [3, 4, 5, 6]
    assert len(table.seeds) >= 10
    assert table.agents == list(AGENTS)
    assert len(table.games) == 4 * len(table.seeds) * len(AGENTS)
    assert len({len(game.values) for game in table.games}) == 1, "every game has the same budget"
    for game in table.games:
        assert game.best.variables <= table.most_variables
        assert game.best in Space(game.n, table.most_variables)


@pytest.mark.slow
@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_table_that_ships_can_be_computed_again(n):
    table = shipped_comparison()
    for agent in table.agents:
        game = table.game(n, agent, table.seeds[-1])
        if min(game.values) < math.inf:
            again = evaluate(game.best, table.slack[n])
            assert again.value == pytest.approx(min(game.values), rel=3e-5)
