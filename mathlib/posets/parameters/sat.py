"""Representations of a poset by SAT (python-sat, solver CaDiCaL 1.9.5), each answer with its proof.

The clauses are those of `mathlib.posets.certificates.encoding`.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from math import inf

import pysolvers  # the compiled part of python-sat
from pysat.solvers import Cadical195

from mathlib.posets.certificates.check_proof import trim_proof
from mathlib.posets.certificates.encoding import MOST_CLAUSES, representation_clauses, representation_size
from mathlib.posets.certificates.refutation import Refutation
from mathlib.posets.clock import OutOfTime, check_time
from mathlib.posets.order.poset import Poset

__all__ = ["check_size", "find_upsets", "solve"]

#: With a deadline, so many clauses at most are written for each second that is left; and not more than so
#: many, since the solver simplifies them before it can be stopped.
_CLAUSES_A_SECOND, _MOST_IN_TIME = 300_000, 2_000_000
#: The solver can be stopped after some conflicts: 1000, fewer if each of them may meet many clauses.
_CONFLICTS = 1000
#: Proofs of so many lines are trimmed, which makes them half as long or less: shorter ones are not worth the
#: time, longer ones take more of it than the search. Trimming ends after so many seconds.
_LONG, _LONGEST, _TRIMMING = 10_000, 30_000, 2.0


def find_upsets(
    poset: Poset, ground: int, height: int | None = None, deadline: float = inf, clique: tuple = ()
) -> tuple[frozenset, ...] | Refutation:
    """The up-sets (frozensets of labels) of a representation in a given ground set, or why there is none.

    The representation has height at most `height`, if that is given. `clique` holds pairwise conflicting
    rows, as pairs of labels, if some are known. `deadline` is a value of time.monotonic(); `OutOfTime` is
    raised soon after it, or at once if the problem is too large.

    >>> from mathlib.posets import antichain
    >>> find_upsets(antichain(5), 4, height=1)
    <5 elements have no representation of width 4 and height 1: a proof of ... lines>
    >>> len(find_upsets(antichain(5), 4))
    4
    """
    if not poset.critical_positions:
        return ()
    limit = None if height is None or height >= ground else height
    refutation = Refutation(poset.labels, ground, limit, clique)
    if ground < max(1, len(clique)) or height == 0:
        return refutation
    check_size(representation_size(poset, ground, limit), deadline)
    first = [(poset.index(x), poset.index(y)) for x, y in clique]

    def clauses():
        return representation_clauses(poset, ground, limit, first)

    model, proof = solve(clauses, deadline)
    if model is None:
        return Refutation(poset.labels, ground, limit, clique, proof)
    upsets = [
        frozenset(label for x, label in enumerate(poset.labels) if 1 + x * ground + i in model)
        for i in range(ground)
    ]
    return tuple(upset for upset in upsets if upset)


def check_size(clauses: int, deadline: float) -> None:
    """Raise OutOfTime if so many clauses are too many for the memory or for the time that is left."""
    most: float = MOST_CLAUSES
    if deadline < inf:
        most = min(_MOST_IN_TIME, _CLAUSES_A_SECOND * (deadline - time.monotonic()))
    if clauses > most:
        raise OutOfTime


def solve(
    formula: Callable[[], Iterable[list[int]]], deadline: float = inf
) -> tuple[set[int] | None, tuple[str, ...]]:
    """The variables that are true in a model, and (); or None and a proof that there is no model.

    `formula()` gives the clauses. The lines of the proof are as `check_proof` wants them.
    """
    with Cadical195(with_proof=True) as solver:
        left, written = iter(formula()), 1
        while some := list(islice(left, 1000)):
            check_time(deadline)
            for clause in some:
                solver.add_clause(clause)
            written += len(some)
        budget = max(10, min(_CONFLICTS, _CONFLICTS * 100_000 // written))
        answer = 0  # 1 if there is a model, -1 if there is none
        while not answer:
            check_time(deadline)
            solver.conf_budget(budget)
            # What solver.solve_limited() calls, and tells that this is the main thread: then the solver would
            # take Ctrl-C for itself and jump out of its own middle.
            answer = pysolvers.cadical195_solve_lim(solver.cadical, [], False)
        if answer > 0:
            model = pysolvers.cadical195_model(solver.cadical)
            return {literal for literal in model or [] if literal > 0}, ()
        proof = tuple(line for line in solver.get_proof() if not line.startswith("d"))
    if _LONG < len(proof) <= _LONGEST:
        limit = min(deadline, time.monotonic() + _TRIMMING)
        with suppress(OutOfTime):
            proof = trim_proof(formula(), proof, lambda: check_time(limit))
    return None, proof
