"""Representations of a poset by SAT (python-sat, solver CaDiCaL 1.9.5).

One variable b[x, i] for each element x and ground element i says that i is in S_x. The clauses: S_x is a
subset of S_y if y covers x; each critical row (x, y) has a ground element in S_x but not in S_y; at most
`height` ground elements are in S_m, for maximal m (sequential counters, Sinz, 2005). Rows that conflict
pairwise have the first ground elements, one each, and the other columns b[., i] are in descending
lexicographic order. This is no loss, since ground elements can be renamed, and it is what makes refutations
fast.
"""

import time
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
from math import inf

import pysolvers  # the compiled part of python-sat
from pysat.solvers import Cadical195

from mathlib.posets.clock import OutOfTime, check_time
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import bits

__all__ = ["check_size", "find_upsets", "solve"]

#: An encoding that needs more clauses is not written: they would fill the memory.
_MOST_CLAUSES = 10_000_000
#: With a deadline, so many at most are written for each second that is left; and not more than so many, since
#: the solver simplifies them before it can be stopped.
_CLAUSES_A_SECOND, _MOST_IN_TIME = 300_000, 2_000_000
#: The solver can be stopped after some conflicts: 1000, fewer if each of them may meet many clauses.
_CONFLICTS = 1000


def find_upsets(
    poset: Poset, ground: int, height: int | None = None, deadline: float = inf, clique: tuple = ()
) -> tuple[frozenset, ...] | None:
    """The up-sets (frozensets of labels) of a representation in a ground set of given size, or None.

    The representation has height at most `height`, if that is given. `clique` holds pairwise conflicting
    rows, as pairs of labels, if some are known. `deadline` is a value of time.monotonic(); `OutOfTime` is
    raised soon after it, or at once if the problem is too large.

    >>> from mathlib.posets import antichain
    >>> find_upsets(antichain(5), 4, height=1) is None
    True
    >>> len(find_upsets(antichain(5), 4))
    4
    """
    n, rows = len(poset), sum(mask.bit_count() for mask in poset.critical_masks)
    if not rows:
        return ()
    if ground < max(1, len(clique)) or height == 0:
        return None
    tops = [m for m, above in enumerate(poset.above) if not above]
    limit = ground if height is None else min(height, ground)
    size = ground * (sum(mask.bit_count() for mask in poset.cover_masks) + 2 * rows + 2 * n)
    check_size(size + 2 * (limit < ground) * len(tops) * ground * limit, deadline)
    fresh = count(1)
    member = [[next(fresh) for _ in range(ground)] for _ in range(n)]
    first = [tuple(map(poset.index, row)) for row in clique]
    clauses = [_inclusions(poset, member), _separations(poset, member, first, fresh)]
    if limit < ground:
        clauses += [_at_most(limit, member[m], fresh) for m in tops]
    clauses.append(_ordered_columns(poset, [row[len(first) :] for row in member], fresh))
    model = solve(chain(*clauses), deadline)
    if model is None:
        return None
    upsets = [frozenset(poset.labels[x] for x in range(n) if member[x][i] in model) for i in range(ground)]
    return tuple(upset for upset in upsets if upset)


def check_size(clauses: int, deadline: float) -> None:
    """Raise OutOfTime if so many clauses are too many for the memory or for the time that is left."""
    most: float = _MOST_CLAUSES
    if deadline < inf:
        most = min(_MOST_IN_TIME, _CLAUSES_A_SECOND * (deadline - time.monotonic()))
    if clauses > most:
        raise OutOfTime


def solve(clauses: Iterable[list[int]], deadline: float = inf) -> set[int] | None:
    """The variables that are true in a model, or None if there is no model."""
    with Cadical195() as solver:
        left, written = iter(clauses), 1
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
        model = pysolvers.cadical195_model(solver.cadical) if answer > 0 else None
        return None if answer < 0 else {literal for literal in model or [] if literal > 0}


def _inclusions(poset: Poset, member: list) -> Iterator[list[int]]:
    for x, covering in enumerate(poset.cover_masks):
        for y in bits(covering):
            for inside_x, inside_y in zip(member[x], member[y], strict=True):
                yield [-inside_x, inside_y]


def _separations(poset: Poset, member: list, first: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    up = [above | 1 << x for x, above in enumerate(poset.above)]
    for i, (x, y) in enumerate(first):
        yield [member[x][i]]
        yield [-member[y][i]]
    known = set(first)
    for x, y in poset.critical_positions:
        if (x, y) in known:
            continue
        witnesses = []
        for i, (inside_x, inside_y) in enumerate(zip(member[x], member[y], strict=True)):
            if i < len(first) and (up[x] >> first[i][1] & 1 or up[first[i][0]] >> y & 1):
                continue  # the row conflicts with the one that this up-set separates
            witness = next(fresh)
            yield [-witness, inside_x]
            yield [-witness, -inside_y]
            witnesses.append(witness)
        yield witnesses


def _at_most(limit: int, literals: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    """At most `limit` >= 1 of the literals are true: counted[j] says that more than j so far are."""
    before: list[int] = []
    for literal in literals:
        counted = [next(fresh) for _ in range(min(limit, len(before) + 1))]
        yield [-literal, counted[0]]
        for j, known in enumerate(before):
            yield [-known, counted[j]]
            yield [-literal, -known, counted[j + 1]] if j + 1 < limit else [-literal, -known]
        before = counted


def _ordered_columns(poset: Poset, member: list, fresh: Iterator[int]) -> Iterator[list[int]]:
    """Each column is at least the next, read from the maximal elements down."""
    listed = sorted(range(len(poset)), key=lambda x: (poset.above[x] != 0, -poset.below[x].bit_count()))
    for i in range(len(member[0]) - 1):
        equal = None  # true as long as the two columns agree
        for x in listed:
            left, right = member[x][i], member[x][i + 1]
            so_far: list[int] = [] if equal is None else [-equal]
            yield [*so_far, left, -right]
            equal = next(fresh)
            yield [*so_far, left, right, equal]
            yield [*so_far, -left, -right, equal]
