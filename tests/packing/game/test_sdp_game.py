"""The SDP game: its space of formulations, its agents on made-up bounds, its budget and its cache."""

import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from mathlib.packing import solve_three_point
from mathlib.packing.game import evaluation, play
from mathlib.packing.game.agents import CoordinateAgent, Proposal
from mathlib.packing.game.evaluation import Cache, Result, evaluate
from mathlib.packing.game.play import AGENTS, Budget, SDPGame
from mathlib.packing.game.space import Space
from mathlib.packing.game.surrogate import Surrogate
from mathlib.packing.three_point.solver.program import Program, natural_scale
from mathlib.packing.three_point.spec import ThreePointSpec

TINY = ThreePointSpec(n=4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
SPACE = Space(4, most_variables=70)
seeds = st.integers(0, 2**32 - 1)


def made_up(spec, slack=0.0):
    """A bound with one clear optimum: R = 1.3, eleven blocks after the first, degree2 = 15, m_0 = 5."""
    value = 0.63 + 0.02 * (spec.R - 1.3) ** 2 + 0.0002 * (len(spec.blocks) - 12) ** 2
    value += 0.00005 * (spec.degree2 - 15) ** 2 + 0.0003 * (spec.blocks[0] - 5) ** 2
    return Result(value, seconds=0.5)


@pytest.fixture
def fast(monkeypatch):
    """Games with the made-up bound; the list of what was evaluated."""
    asked = []

    def record(spec, slack):
        asked.append(spec)
        return made_up(spec)

    monkeypatch.setattr(play, "evaluate", record)
    return asked


# the space


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_draws_and_moves_stay_in_the_space(seed):
    rng = np.random.default_rng(seed)
    spec = SPACE.draw(rng)
    assert spec in SPACE
    assert SPACE.most_variables / 3 < spec.variables <= SPACE.most_variables
    moves = SPACE.moves(spec)
    assert all(moved in SPACE and moved != spec for moved in moves.values())
    assert all((m.R, m.scale) == (spec.R, spec.scale) for m in moves.values())
    name, moved = SPACE.random_move(spec, rng)
    assert moves[name] == moved


@given(seeds, st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_a_draw_keeps_what_is_decided(seed, depth):
    rng = np.random.default_rng(seed)
    decided = SPACE.components(SPACE.draw(rng))[:depth]
    assert SPACE.components(SPACE.draw(rng, decided))[:depth] == decided


def test_the_price_is_the_size_of_the_programme():
    assert TINY.variables == Program(TINY).size == 9 + 6 + 4 * 3


def test_every_move_by_hand():
    space = Space(4, most_variables=46)
    spec = ThreePointSpec(4, 1.5, 11, (4, 3, 2, 2, 2, 1, 1), 1.5)  # 11 + 10 + 6 + 3 + 3 + 3 + 1 + 1 = 38
    moves = space.moves(spec)
    change = {name: (moved.degree2, moved.blocks) for name, moved in moves.items()}
    assert change["grow 0"] == (11, (5, 3, 2, 2, 2, 1, 1))
    assert change["grow 1"] == (11, (4, 4, 2, 2, 2, 1, 1))
    assert "grow 3" not in change, "block 3 would be larger than block 2"
    assert change["shrink 1"] == (11, (4, 2, 2, 2, 2, 1, 1))
    assert change["lengthen"] == (11, (4, 3, 2, 2, 2, 1, 1, 1))
    assert change["shorten"] == (11, (4, 3, 2, 2, 2, 1))
    assert change["raise degree2"] == (13, spec.blocks)
    assert change["lower degree2"] == (9, spec.blocks)
    dear = Space(4, most_variables=39).moves(spec)
    assert "grow 2, paid by the tail" not in dear, "fewer than six blocks"
    paid = Space(4, most_variables=40).moves(spec)["grow 2, paid by the tail"]
    assert paid.blocks == (4, 3, 3, 2, 2, 1)
    pair = replace(spec, blocks=(4, 3, 2, 2, 2, 2, 2))  # 42
    paid = Space(4, most_variables=45).moves(pair)["grow 0, paid by the tail"]
    assert paid.blocks == (5, 3, 2, 2, 2, 2, 1)
    assert "grow 0" not in dear
    assert dear["grow 0, paid by degree2"].degree2 == 7
    assert dear["raise degree2, paid by the widest"].blocks == (4, 2, 2, 2, 2, 1, 1)


def test_places_are_cut_to_the_ranges():
    wide = SPACE.place(TINY, R=3.0, scale=100.0)
    assert SPACE.R_range[1] == wide.R
    assert wide.scale == pytest.approx(SPACE.scale_range[1] * natural_scale(4), abs=1e-4)


# the model


def test_the_model_learns_a_smooth_bound():
    rng = np.random.default_rng(5)
    specs = [SPACE.draw(rng) for _ in range(60)]
    values = np.array([made_up(spec).value for spec in specs])
    model = Surrogate(SPACE, specs[:40], values[:40])
    capped = np.minimum(values[40:], model.centre + 10 * model.spread)
    assert np.corrcoef(model.predict(specs[40:])[0], capped)[0, 1] > 0.8


def test_expected_improvement_is_the_integral_of_the_gain():
    rng = np.random.default_rng(6)
    specs = [SPACE.draw(rng) for _ in range(20)]
    model = Surrogate(SPACE, specs[:15], [made_up(spec).value for spec in specs[:15]])
    for spec, mean, deviation in zip(specs[15:], *model.predict(specs[15:]), strict=True):
        y = np.linspace(mean - 12 * deviation, mean + 12 * deviation, 200_001)
        gain = np.maximum(model.best - y, 0) * norm.pdf(y, mean, deviation)
        found = model.expected_improvement([spec])[0]
        assert found == pytest.approx(np.trapezoid(gain, y), rel=1e-4, abs=1e-15)


def test_formulations_without_a_bound_do_not_spoil_the_model():
    rng = np.random.default_rng(7)
    specs = [SPACE.draw(rng) for _ in range(12)]
    values = [made_up(spec).value for spec in specs]
    model = Surrogate(SPACE, specs, [math.inf, *values[1:6], math.inf, *values[7:]])
    assert np.isfinite(model.predict(specs)).all()
    assert model.best == min(values[1:6] + values[7:])
    assert np.isfinite(Surrogate(SPACE, specs[:3], [math.inf] * 3).predict(specs)).all()


# games


@pytest.mark.parametrize("agent", AGENTS)
def test_a_seed_fixes_the_game_and_its_start(fast, agent):
    def histories(**options):
        return SDPGame(4, budget=12, most_variables=70).play(agent, rng=3, progress=False, **options)

    one, two, other = histories(), histories(), histories(batch=3)
    assert one.evaluations == two.evaluations
    assert len(one.evaluations) == len(other.evaluations) == 12
    start = SPACE.draw(np.random.default_rng(3))
    assert one.evaluations[0].spec == other.evaluations[0].spec == start
    assert one.best.value == min(one.best_so_far) == one.best_so_far[-1]
    assert [row["best"] for row in one.table] == one.best_so_far.tolist()


@pytest.mark.parametrize("agent", AGENTS)
def test_an_executor_changes_nothing(fast, agent):
    def moves(executor):
        game = SDPGame(4, budget=12, most_variables=70)
        return game.play(agent, rng=2, batch=4, executor=executor, progress=False).evaluations

    with ThreadPoolExecutor(3) as executor:
        assert moves(executor) == moves(None)


@pytest.mark.slow
@pytest.mark.parametrize("agent", ["mcts", "bayes"])
def test_a_model_beats_chance_on_the_made_up_bound(fast, agent):
    """Means of four games; all are seeded, so there is no false alarm as long as NumPy draws alike."""

    def mean(agent):
        game = SDPGame(4, budget=40, most_variables=70)
        return np.mean([game.play(agent, rng=seed, progress=False).best.value for seed in range(4)])

    assert mean(agent) - 0.63 < 0.6 * (mean("random") - 0.63)


def test_coordinate_search_keeps_what_helps_and_halves_its_steps():
    space, rng = Space(4, most_variables=70), np.random.default_rng(0)
    start = space.draw(rng)
    agent = CoordinateAgent(space, start, rng)
    agent.learn(Proposal(start), 1.0)
    round_length = len(agent._round())
    tried = [agent.propose(1)[0] for _ in range(round_length)]
    for proposal in tried:
        agent.learn(proposal, 2.0)
    assert agent.best == start
    assert {p.spec for p in tried} >= set(space.moves(start).values())
    agent.propose(1)
    assert agent.step_R == 0.05
    agent.learn(tried[0], 0.5)
    assert agent.best == tried[0].spec
    assert agent.queue == []


def test_the_tree_counts_its_visits_and_widens_slowly(fast):
    history = SDPGame(4, budget=24, most_variables=70).play("mcts", rng=1, progress=False)
    nodes, root = [history.player.root], history.player.root
    assert root.visits == 23
    assert len(root.evaluations) == 24
    while nodes:
        node = nodes.pop()
        nodes += node.children.values()
        assert len(node.children) <= math.ceil(math.sqrt(max(node.visits, 1)))
        assert sum(child.visits for child in node.children.values()) <= node.visits
        for value, spec in node.evaluations:
            assert SPACE.components(spec)[: len(node.decided)] == node.decided
            assert value == made_up(spec).value
    assert len(root.children) > 3


# price


def test_a_budget_of_seconds_ends_the_game_in_time(fast):
    history = SDPGame(4, budget=Budget(seconds=5.1), most_variables=70).play("random", rng=0, progress=False)
    assert len(history.evaluations) == 11
    assert history.seconds_so_far[-1] == 5.5
    both = SDPGame(4, budget=Budget(evaluations=4, seconds=5.1), most_variables=70)
    assert len(both.play("random", rng=0, progress=False).evaluations) == 4


def test_an_interrupted_game_goes_on_from_its_cache(fast, monkeypatch, tmp_path):
    whole = SDPGame(4, budget=15, most_variables=70).play("mcts", rng=4, progress=False)
    fast.clear()

    def breaks(spec, slack):
        if len(fast) == 9:
            raise KeyboardInterrupt
        fast.append(spec)
        return made_up(spec)

    monkeypatch.setattr(play, "evaluate", breaks)
    game = SDPGame(4, budget=15, most_variables=70, cache=tmp_path / "cache")
    with pytest.raises(KeyboardInterrupt):
        game.play("mcts", rng=4, progress=False)
    monkeypatch.setattr(play, "evaluate", lambda spec, slack: fast.append(spec) or made_up(spec))
    again = SDPGame(4, budget=15, most_variables=70, cache=tmp_path / "cache")
    assert again.play("mcts", rng=4, progress=False).evaluations == whole.evaluations
    assert len(fast) == len(set(fast)) == len({e.spec for e in whole.evaluations})


def test_an_interrupt_leaves_the_history_and_the_seed(fast, monkeypatch):
    """No cache and no seed were given, and still nothing is lost."""

    def breaks(spec, slack):
        if len(fast) == 9:
            raise KeyboardInterrupt
        fast.append(spec)
        return made_up(spec)

    monkeypatch.setattr(play, "evaluate", breaks)
    game = SDPGame(np.int64(4), budget=15, most_variables=70)
    assert game.history is None
    with pytest.raises(KeyboardInterrupt) as error:
        game.play("mcts", progress=False)
    assert "SDPGame.history" in error.value.__notes__[0]
    partial = game.history
    assert 1 < len(partial.evaluations) < 15
    assert f"mcts, seed {partial.seed}, n = 4" in repr(partial)
    monkeypatch.setattr(play, "evaluate", lambda spec, slack: fast.append(spec) or made_up(spec))
    whole = game.play("mcts", rng=partial.seed, progress=False)
    assert whole is game.history
    assert whole.evaluations[: len(partial.evaluations)] == partial.evaluations
    assert len(whole.evaluations) == 15
    assert len(fast) == len({e.spec for e in whole.evaluations})


def test_an_interrupt_of_the_first_evaluation(fast, monkeypatch):
    def breaks(spec, slack):
        raise KeyboardInterrupt

    monkeypatch.setattr(play, "evaluate", breaks)
    game = SDPGame(4, budget=2, most_variables=70)
    with pytest.raises(KeyboardInterrupt):
        game.play("random", rng=5, progress=False)
    assert repr(game.history) == "History(random, seed 5: no evaluation yet)"


def test_the_seed_of_a_history_plays_the_same_game(fast):
    game = SDPGame(4, budget=6, most_variables=70)
    drawn = game.play("random", progress=False)
    assert game.play("random", rng=drawn.seed, progress=False).evaluations == drawn.evaluations
    assert game.play("random", rng=np.int64(3), progress=False).seed == 3
    assert game.play("random", rng=np.random.default_rng(3), progress=False).seed is None


def test_the_cache_tells_slacks_apart_and_survives_damage(tmp_path):
    cache = Cache(tmp_path)
    cache.put(TINY, 1e-5, Result(0.65, 1.0))
    cache.put(TINY, 1e-6, Result(math.inf, 2.0, "no solution"))
    fresh = Cache(tmp_path)
    assert fresh.get(TINY, 1e-5) == Result(0.65, 1.0)
    assert fresh.get(TINY, 1e-6) == Result(math.inf, 2.0, "no solution")
    assert fresh.get(TINY, 1e-7) is None
    for path in tmp_path.glob("*.json"):
        path.write_text("{")
    assert Cache(tmp_path).get(TINY, 1e-5) is None
    assert not list(tmp_path.glob("*.part"))


# evaluations


def test_an_evaluation_is_what_the_solver_proves():
    certificate = solve_three_point(TINY, slack=1e-5, progress=False)
    assert evaluate(TINY, 1e-5).value == pytest.approx(float(certificate.bound), rel=5e-5)


def test_an_evaluation_ends_when_the_last_gap_has_settled(monkeypatch):
    script = [(0.1, False, 0.61), (70.0, True, 0.62), (1.1, True, 0.63), (0.9, True, 0.64), (0.1, True, 0.65)]

    class Rounds:
        """Violations in slacks, whether the gap was the last one, and the value of each round."""

        def __init__(self, spec, slack):
            pass

        def round(self, generation):
            violation, self.final, self.value = script[generation]
            return {"(D1)": violation, "(M)": -1.0}

    monkeypatch.setattr(evaluation, "Exchange", Rounds)
    assert evaluate(TINY, 1e-5).value == 0.64


def test_no_solution_is_an_infinite_bound(monkeypatch):
    flat = evaluate(ThreePointSpec(6, 1.5, 9, (2, 1, 1), 1.6), 1e-5)
    assert flat.value == math.inf
    assert "feasible" in flat.remark
    monkeypatch.setattr(evaluation, "_MOST_ROUNDS", 1)
    assert evaluate(TINY, 1e-5).remark == "not settled in 1 rounds"


@pytest.mark.parametrize("R", [1.2, 1.35, 1.5])
def test_no_formulation_is_below_the_truth_in_dimension_eight(R):
    spec = ThreePointSpec(8, R, 15, (5, 4, 3, 3, 2, 2, 1, 1, 1, 1), natural_scale(8))
    slack = SDPGame(8, budget=1).slack
    assert evaluate(spec, slack).value > math.pi**4 / 384


@pytest.mark.slow
@pytest.mark.parametrize("where", ["processes", "dask"])
def test_evaluations_run_elsewhere(where):
    def values(executor):
        game = SDPGame(4, budget=4, most_variables=60)
        history = game.play("random", rng=1, batch=3, executor=executor, progress=False)
        return [e.value for e in history.evaluations]

    if where == "processes":
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
            found = values(executor)
    else:
        distributed = pytest.importorskip("distributed")
        with distributed.Client(n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
            found = values(client.get_executor())
    assert found == pytest.approx(values(None), rel=1e-9)


# bad input


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Budget(), "evaluations or seconds must be given"),
        (lambda: Budget(evaluations=0), "evaluations must be an integer >= 1"),
        (lambda: Budget(seconds=-1.0), "seconds must be a number above 0, finite, .* got -1.0"),
        (lambda: Budget(seconds="60"), "seconds must be a number above 0, finite, .* got '60'"),
        (lambda: SDPGame(2, budget=5), "n must be an integer from 3 to 16, .* got 2"),
        (lambda: SDPGame(4, budget=5, most_variables=20), "most_variables must be an integer from 40"),
        (lambda: SDPGame(4, budget=5, most_variables=5000), "an integer from 40 to 1000, .* got 5000"),
        (lambda: SDPGame(4, budget=5, slack=0.0), "slack must be a number above 0"),
        (lambda: SDPGame(4, budget=5, slack="0.1"), "slack must be a number above 0"),
        (lambda: Budget(seconds=math.nan), "seconds must be a number above 0"),
        (lambda: Budget(seconds=True), "seconds must be a number above 0"),
        (lambda: Budget(evaluations=True), "evaluations must be an integer >= 1"),
        (lambda: SDPGame(4.0, budget=5), "n must be an integer from 3 to 16"),
        (lambda: SDPGame(4, budget=5, slack=math.nan), "slack must be a number above 0"),
        (lambda: SDPGame(4, budget=5, cache=3), "cache must be the path of a folder, or None; got 3"),
        (lambda: SDPGame(4, budget=5, cache=__file__), "cache must be a folder that can be made"),
        (lambda: SDPGame(4, budget=5).play("greedy"), "agent must be 'mcts' or 'bayes' or"),
        (lambda: SDPGame(4, budget=5).play(batch=0), "batch must be an integer >= 1"),
        (lambda: SDPGame(4, budget=5).play(executor=3), "executor must have a method submit"),
    ],
)
def test_bad_input_is_explained(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()
