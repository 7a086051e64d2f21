"""Three ways to play: at random, one coordinate at a time, and by Bayesian optimisation.

An agent is made with (space, start, rng). `propose(count)` gives that many proposals that do not depend on
each other's values; `learn(proposal, value)` tells it the bound of one, the start's first of all. The fourth
agent, the tree search, is in `tree.py`.
"""

from dataclasses import dataclass, field

from mathlib.packing.game.surrogate import Surrogate
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["BayesAgent", "CoordinateAgent", "Proposal", "RandomAgent", "asks_the_model", "best_candidate"]

_BEFORE_THE_MODEL = 8  # evaluations, the start included
_CHANCE = 3  # every third proposal after that does not ask the model
_ELITE = 5  # formulations whose surroundings are searched
_CANDIDATES = 150  # of each kind


@dataclass(frozen=True)
class Proposal:
    """A formulation to evaluate, how it came about, and what the agent wants to remember with it."""

    spec: ThreePointSpec
    moves: tuple[str, ...] = ()
    memory: object = field(default=None, repr=False, compare=False)


class RandomAgent:
    """Independent draws from the space: what any cleverness has to beat."""

    def __init__(self, space, start, rng):
        self.space, self.rng = space, rng

    def propose(self, count):
        return [Proposal(self.space.draw(self.rng), ("draw",)) for _ in range(count)]

    def learn(self, proposal, value):
        pass


class CoordinateAgent:
    """Direct search: try one move after another from the best point, in a random order, and keep what helps.

    R and the scale move by steps that are halved when a whole round of moves brought nothing. (Hooke and
    Jeeves, "Direct search" solution of numerical and statistical problems, Journal of the ACM 8, 1961.)
    """

    def __init__(self, space, start, rng):
        self.space, self.rng = space, rng
        self.step_R, self.step_scale = 0.1, 1.15
        self.best, self.value, self.moved = start, float("inf"), True
        self.queue = []

    def propose(self, count):
        while len(self.queue) < count:
            if not self.moved:
                self.step_R, self.step_scale = self.step_R / 2, self.step_scale**0.5
            self.moved = False
            self.queue += self._round()
        now, self.queue = self.queue[:count], self.queue[count:]
        return now

    def _round(self):
        """All moves from the best point, in a random order."""
        best, place = self.best, self.space.place
        moves = {
            "raise R": place(best, best.R + self.step_R, best.scale),
            "lower R": place(best, best.R - self.step_R, best.scale),
            "raise scale": place(best, best.R, best.scale * self.step_scale),
            "lower scale": place(best, best.R, best.scale / self.step_scale),
        } | self.space.moves(best)
        proposals = [Proposal(spec, (name,)) for name, spec in moves.items() if spec != best]
        return [proposals[i] for i in self.rng.permutation(len(proposals))]

    def learn(self, proposal, value):
        if value < self.value:
            self.best, self.value, self.moved = proposal.spec, value, True
            self.queue = []


class BayesAgent:
    """Bayesian optimisation over the whole space: evaluate where the model expects the most improvement.

    Candidates are fresh draws, and formulations up to three moves away from the best ones. Every third
    proposal is a mere draw: a model that knows only one valley does not look for another. (As in SMAC:
    Hutter, Hoos and Leyton-Brown, Sequential model-based optimization for general algorithm configuration,
    LION 5, 2011.)
    """

    def __init__(self, space, start, rng):
        self.space, self.rng = space, rng
        self.specs, self.values, self.proposed = [], [], 1

    def learn(self, proposal, value):
        self.specs.append(proposal.spec)
        self.values.append(value)

    def propose(self, count):
        proposals, pretended = [], []
        for _ in range(count):
            self.proposed += 1
            if not asks_the_model(self.proposed, len(self.specs)):
                proposals.append(Proposal(self.space.draw(self.rng), ("draw",)))
                continue
            # In a batch, the proposals before this one count as evaluated, with the predicted value.
            values = self.values + [pretend for _, pretend in pretended]
            model = Surrogate(self.space, self.specs + [spec for spec, _ in pretended], values)
            proposal = best_candidate(model, self._candidates(), seen=set(self.specs))
            pretended.append((proposal.spec, float(model.predict([proposal.spec])[0][0])))
            proposals.append(proposal)
        return proposals

    def _candidates(self):
        candidates = [Proposal(self.space.draw(self.rng), ("draw",)) for _ in range(_CANDIDATES)]
        elite = sorted(range(len(self.values)), key=self.values.__getitem__)[:_ELITE]
        for i in range(_CANDIDATES):
            spec, names = self.specs[elite[i % len(elite)]], []
            for _ in range(self.rng.integers(4)):
                name, spec = self.space.random_move(spec, self.rng)
                names.append(name)
            R, scale = self.space.draw_continuous(self.rng, near=spec)
            candidates.append(Proposal(self.space.place(spec, R, scale), (*names, "move R, scale")))
        return candidates


def asks_the_model(number, known) -> bool:
    """Whether a proposal, by its number from the start, is the model's; `known` evaluations are known."""
    return number > _BEFORE_THE_MODEL <= known and number % _CHANCE != 0


def best_candidate(model, candidates, seen):
    """The proposal with the largest expected improvement among those not yet evaluated."""
    fresh = [c for c in candidates if c.spec not in seen] or candidates
    return fresh[int(model.expected_improvement([c.spec for c in fresh]).argmax())]
