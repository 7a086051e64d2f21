"""Representations of a poset by SAT (python-sat, solver CaDiCaL 1.9.5).

One variable b[x, i] for each element x and ground element i says that i is in S_x. The clauses: S_x is a
subset of S_y if y covers x; each critical row (x, y) has a ground element in S_x but not in S_y; at most
`height` ground elements are in S_m, for maximal m (sequential counters, Sinz, 2005); and the columns b[., i]
are in descending lexicographic order. The last is no loss, since ground elements can be renamed, and it is
what makes refutations fast.
"""

import time

from pysat.card import CardEnc, EncType
from pysat.formula import IDPool
from pysat.solvers import Solver

from mathlib.posets.poset import Poset
from mathlib.posets.relations import bits

__all__ = ["SOLVER", "OutOfTime", "find_upsets", "solve"]

SOLVER = "cadical195"
#: The clock is looked at after so many conflicts.
_CONFLICTS = 1000


class OutOfTime(Exception):
    """The deadline passed before the solver had an answer."""


def find_upsets(poset: Poset, ground: int, height: int | None = None, deadline: float | None = None):
    """The up-sets (frozensets of labels) of a representation in a ground set of given size, or None.

    The representation has height at most `height`, if that is given. `deadline` is a value of
    time.monotonic(); `OutOfTime` is raised soon after it.

    >>> from mathlib.posets import antichain
    >>> find_upsets(antichain(5), 4, height=1) is None
    True
    >>> len(find_upsets(antichain(5), 4))
    4
    """
    if not poset.critical_positions:
        return ()
    if ground < 1 or height == 0:
        return None
    pool = IDPool()
    n = len(poset)
    member = [[pool.id((x, i)) for i in range(ground)] for x in range(n)]
    clauses = [*_inclusions(poset, member), *_separations(poset, member, pool)]
    if height is not None and height < ground:
        clauses += _height_limits(poset, member, height, pool)
    clauses += _ordered_columns(poset, member, pool)
    model = solve(clauses, deadline)
    if model is None:
        return None
    upsets = [frozenset(poset.labels[x] for x in range(n) if member[x][i] in model) for i in range(ground)]
    return tuple(upset for upset in upsets if upset)


def solve(clauses: list, deadline: float | None = None) -> set | None:
    """The variables that are true in a model, or None if there is no model."""
    with Solver(name=SOLVER, bootstrap_with=clauses) as solver:
        if deadline is None:
            answer = solver.solve()
        else:
            answer = None
            while answer is None:
                if time.monotonic() > deadline:
                    raise OutOfTime
                solver.conf_budget(_CONFLICTS)
                answer = solver.solve_limited()
        return {literal for literal in solver.get_model() if literal > 0} if answer else None


def _inclusions(poset: Poset, member: list):
    for x, covering in enumerate(poset.cover_masks):
        for y in bits(covering):
            for inside_x, inside_y in zip(member[x], member[y], strict=True):
                yield [-inside_x, inside_y]


def _separations(poset: Poset, member: list, pool: IDPool):
    for x, y in poset.critical_positions:
        witnesses = []
        for inside_x, inside_y in zip(member[x], member[y], strict=True):
            witness = pool.id()
            yield [-witness, inside_x]
            yield [-witness, -inside_y]
            witnesses.append(witness)
        yield witnesses


def _height_limits(poset: Poset, member: list, height: int, pool: IDPool) -> list:
    clauses = []
    for m, above in enumerate(poset.above):
        if not above:
            limit = CardEnc.atmost(member[m], bound=height, vpool=pool, encoding=EncType.seqcounter)
            clauses += limit.clauses
    return clauses


def _ordered_columns(poset: Poset, member: list, pool: IDPool):
    """Each column is at least the next, read from the maximal elements down."""
    listed = sorted(range(len(poset)), key=lambda x: (poset.above[x] != 0, -poset.below[x].bit_count()))
    for i in range(len(member[0]) - 1):
        equal = None  # true as long as the two columns agree
        for x in listed:
            left, right = member[x][i], member[x][i + 1]
            so_far = [] if equal is None else [-equal]
            yield [*so_far, left, -right]
            equal = pool.id()
            yield [*so_far, left, right, equal]
            yield [*so_far, -left, -right, equal]
