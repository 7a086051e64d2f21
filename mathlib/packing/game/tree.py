r"""Monte Carlo tree search that assembles a formulation, with Bayesian optimisation of its continuous part.

A formulation is assembled by one decision after the other: the degree in the angle, degree2, then the sizes
m_0, m_1, ... of the blocks. A node of the tree is the beginning of such a sequence. To find the next
evaluation, walk down from the root. At a node with V visits

- a new child, another value of the next decision, is opened while there are fewer than ceil(V^a) of them:
  *progressive widening* (Coulom, Computing Elo ratings of move patterns in the game of Go, 2007), for most
  decisions have more values than the budget has evaluations;
- otherwise go on to the child with the largest

      mean reward + c sqrt(log V / visits),

  which is UCT (Kocsis and Szepesvari, Bandit based Monte-Carlo planning, ECML 2006). The reward of an
  evaluation is the share of all evaluations that are not better, so that its scale does not depend on n.

To open a child, complete formulations are drawn that begin like the node, some at random and some a few moves
away from the best ones below it. All nodes share one model of the bound. The formulation for which it expects
the largest improvement, R and scale included, is evaluated; it says which child is opened, and its value
counts for the child and for all nodes above. Every third time one of them is taken at random, see
`BayesAgent`. (The combination of tree search and Bayesian optimisation is that of Tutunov et al., arXiv
2512.04829; the details here are ours.)
"""

import math

import numpy as np

from mathlib.packing.game.agents import Proposal, asks_the_model, best_candidate
from mathlib.packing.game.surrogate import Surrogate

__all__ = ["Node", "TreeAgent"]

_EXPONENT = 0.5  # a above
_EXPLORATION = 0.3  # c above
_DRAWN = 100  # completions of each kind
_ELITE = 3  # evaluations below a node that the moves start from
_MOVES = 3  # at most


class Node:
    """The beginning of a formulation.

    Attributes
    ----------
    decided : tuple of int
        The first `components` of the formulations below.
    children : dict of int to Node
        By the value of the next component.
    visits : int
        How many proposals came from here or below.
    evaluations : list of (value, ThreePointSpec)
        What was evaluated below.
    """

    def __init__(self, decided=(), parent=None):
        self.decided, self.parent = decided, parent
        self.children, self.visits, self.evaluations = {}, 0, []

    def is_wide(self):
        """Whether it has as many children as its visits allow."""
        return len(self.children) >= math.ceil(max(self.visits, 1) ** _EXPONENT)

    def line(self):
        """The node and those above it."""
        node = self
        while node is not None:
            yield node
            node = node.parent


class TreeAgent:
    """Play by tree search; the tree hangs on `root`."""

    def __init__(self, space, start, rng):
        self.space, self.rng = space, rng
        self.root = Node()
        self.specs, self.values, self.proposed = [], [], 1

    def learn(self, proposal, value):
        self.specs.append(proposal.spec)
        self.values.append(value)
        for node in (proposal.memory or self.root).line():
            node.evaluations.append((value, proposal.spec))

    def propose(self, count):
        numbers = range(self.proposed + 1, self.proposed + count + 1)
        self.proposed += count
        asked = [asks_the_model(number, len(self.specs)) for number in numbers]
        model = Surrogate(self.space, self.specs, self.values) if any(asked) else None
        return [self._propose(model if asks else None) for asks in asked]

    def _propose(self, model):
        """One proposal, by the model or at random.

        The visits are counted at once, which keeps the proposals of a batch apart.
        """
        node = self.root
        while True:
            candidates = [] if node.is_wide() else self._completions(node)
            if candidates or not node.children:
                break
            node = max(node.children.values(), key=lambda child: self._promise(node, child))
        if not candidates:  # every component is decided
            candidates = self._places(node)
        if model is None:
            chosen = candidates[self.rng.integers(len(candidates))]
        else:
            chosen = best_candidate(model, candidates, seen=set(self.specs))
        depth, components = len(node.decided), self.space.components(chosen.spec)
        if depth < len(components):
            node = node.children.setdefault(components[depth], Node(components[: depth + 1], node))
        for above in node.line():
            above.visits += 1
        return Proposal(chosen.spec, chosen.moves, node)

    def _promise(self, node, child):
        """The upper confidence bound of a child."""
        # What was proposed in this batch and is not known yet counts as the middle.
        rewards = [self._reward(value) for value, _ in child.evaluations] or [0.5]
        return np.mean(rewards) + _EXPLORATION * math.sqrt(math.log(max(node.visits, 2)) / child.visits)

    def _reward(self, value):
        """The share of evaluations that are not better."""
        return float(np.mean(np.asarray(self.values) >= value))

    def _completions(self, node):
        """Formulations that begin like the node and go on with a value that has no child yet."""
        depth = len(node.decided)
        elite = sorted(node.evaluations, key=lambda pair: pair[0])[:_ELITE]
        found = []
        for i in range(_DRAWN):
            drawn = self.space.draw(self.rng, node.decided)
            found.append(Proposal(drawn, ("draw",)))
            if elite:
                near = elite[i % len(elite)][1]
                found.append(Proposal(self._near(drawn, near), ("draw", "take R, scale of a good one")))
                found.append(self._moved(near))
        return [
            proposal
            for proposal in found
            if len(components := self.space.components(proposal.spec)) > depth
            and components[:depth] == node.decided
            and components[depth] not in node.children
        ]

    def _moved(self, spec):
        """A formulation some random moves away, with R and scale near its own."""
        near, names = spec, []
        for _ in range(self.rng.integers(1, _MOVES + 1)):
            name, spec = self.space.random_move(spec, self.rng)
            names.append(name)
        return Proposal(self._near(spec, near), tuple(names))

    def _near(self, spec, other):
        """The shape of one formulation with R and scale near those of another."""
        return self.space.place(spec, *self.space.draw_continuous(self.rng, near=other))

    def _places(self, node):
        """One shape, wholly decided, with other pairs (R, scale)."""
        best = min(node.evaluations, key=lambda pair: pair[0])[1]
        return [Proposal(self._near(best, best), ("move R, scale",)) for _ in range(_DRAWN)]
