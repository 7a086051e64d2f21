"""Check a refutation: that clauses have no model, by unit propagation alone (reverse unit propagation, RUP).

A proof is a list of clauses. Each must follow from the formula and the lines before it in the simplest way:
assume that all its literals are false, and assign again and again what a clause forces that has a single
literal left, until some clause is false. If a contradiction arises without any assumption, the formula has no
model (Goldberg and Novikov, 2003; Heule, Hunt and Wetzler, 2013). Lines that delete a clause only make a
checker faster and are not part of a proof here: more clauses never force less.

Clauses are watched in two places each (Moskewicz and others, 2001): a clause is looked at only when one of
its first two literals becomes false, and then another that is not false takes its place, if there is one.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from mathlib.checks import shown
from mathlib.compiled import njit
from mathlib.errors import CertificateError

__all__ = ["check_proof", "trim_proof"]

#: What bounds the work on a proof that does not end: looks at clauses and literals, some minutes.
_MOST_STEPS = 50_000_000_000
#: So many steps, some tenths of a second, are taken before Ctrl-C is heard.
_AT_ONCE = 50_000_000
#: A proof may have so many literals, which takes as many times four bytes.
_MOST_LITERALS = 100_000_000
#: What the kernel returns instead of the number of a line.
_REFUTED, _OPEN, _PAUSED = -1, -2, -3
_LINE = re.compile(r"(?:-?[1-9]\d{0,8} )*0", re.ASCII)


def check_proof(clauses: Iterable[Sequence[int]], proof: Sequence[str]) -> None:
    """Raise CertificateError unless a proof shows that clauses have no model.

    Parameters
    ----------
    clauses : iterable of sequences of int
        The formula. A literal is v or -v for a variable v = 1, 2, ...
    proof : sequence of str
        Clauses that follow, one after another: literals with spaces between, and a 0 at the end.

    Raises
    ------
    CertificateError
        If a line does not follow, if all lines follow and leave the formula open, or if a line is none.

    Notes
    -----
    A proof is read once. The cost is that of unit propagation for each line.

    Examples
    --------
    >>> check_proof([[1, 2], [1, -2], [-1, 3], [-1, -3]], ["1 0"])
    >>> check_proof([[1, 2], [-1, 3]], ["3 0"])
    Traceback (most recent call last):
    mathlib.errors.CertificateError: line 1 of the proof, '3 0', does not follow by unit propagation
    """
    _checked(clauses, proof, False, lambda: None)


def trim_proof(
    clauses: Iterable[Sequence[int]], proof: Sequence[str], pause: Callable[[], None] = lambda: None
) -> tuple[str, ...]:
    """Return the lines of a proof that are needed, after checking it as `check_proof` does.

    From the contradiction backwards, the clauses that forced it are needed, then those that these needed.
    `pause` is called every now and then, and may raise what ends the work.

    Examples
    --------
    >>> trim_proof([[1, 2], [1, -2], [-1, 3], [-1, -3]], ["1 2 3 0", "1 0"])
    ('1 0',)
    """
    needed = _checked(clauses, proof, True, pause)
    return tuple(line for line, keep in zip(proof, needed, strict=True) if keep)


def _checked(
    clauses: Iterable[Sequence[int]], proof: Sequence[str], trim: bool, pause: Callable[[], None]
) -> np.ndarray:
    literals: list[int] = []
    start = [0]
    for clause in clauses:
        literals += dict.fromkeys(clause)
        start.append(len(literals))
    formula, variables = len(start) - 1, max(map(abs, literals), default=0)
    for number, line in enumerate(proof, 1):
        if type(line) is not str or not _LINE.fullmatch(line):
            raise CertificateError(f"line {number} of the proof is no clause that ends with 0: {shown(line)}")
        literals += dict.fromkeys(map(int, line.split()[:-1]))
        start.append(len(literals))
        if len(literals) > _MOST_LITERALS:
            raise CertificateError(f"the proof and its formula have more than {_MOST_LITERALS} literals")
    signed = np.array(literals, np.int64)
    if len(signed) and np.abs(signed).max() > variables:
        raise CertificateError(f"the proof speaks of a variable beyond the {variables} of the formula")
    starts = np.array(start)
    codes = np.where(signed > 0, 2 * signed, 1 - 2 * signed)
    work = _workspace(variables, formula, len(start) - 1)
    at, needed = work[-2:]
    outcome, reached, used = _PAUSED, 0, np.empty(16, np.int64)
    while outcome == _PAUSED:
        limit = at[2] + _AT_ONCE
        outcome, reached, used = _refute(codes, starts, formula, reached, limit, trim, used, *work)
        if at[2] > _MOST_STEPS:
            raise CertificateError(f"the proof takes more than {_MOST_STEPS} steps, which is not tried")
        pause()
    if outcome == _OPEN:
        raise CertificateError(f"the {len(proof)} lines of the proof do not end in a contradiction")
    if outcome != _REFUTED:
        told = shown(proof[outcome])
        raise CertificateError(
            f"line {outcome + 1} of the proof, {told}, does not follow by unit propagation"
        )
    return needed


def _workspace(variables: int, formula: int, count: int) -> tuple[np.ndarray, ...]:
    """The arrays in which `_refute` works and leaves off.

    Literal v has the code 2 v, literal -v the code 2 v + 1. Node 2 c + k of the lists of watches stands for
    place k of clause c; head[l] is the first node of the literal l, following[node] the next one.
    """
    return (
        np.zeros(2 * variables + 2, np.int8),  # value of each literal: 1 true, -1 false, 0 not assigned
        np.full(2 * variables + 2, -1),  # head
        np.full(2 * count, -1),  # following
        np.zeros(variables + 1, np.int64),  # trail: the literals that were assigned
        np.full(variables + 1, -1),  # reason: the clause that forced a variable
        np.full(variables + 1, -1),  # seen: when causes were looked for
        np.zeros(variables + 1, np.int64),  # stack
        np.zeros(count - formula + 2, np.int64),  # first_used: where the causes of each line start
        np.zeros(3, np.int64),  # at: how many literals are assigned, how many of these propagated, steps
        np.zeros(count - formula, np.bool_),  # needed
    )


@njit
def _refute(
    literals, start, formula, begin, most, trim, used,
    value, head, following, trail, reason, seen, stack, first_used, at, needed,
):  # fmt: skip
    """Go on from a clause; return what came of it, or the first line that does not follow, and where."""
    count = len(start) - 1
    for clause in range(begin, count):
        if at[2] > most:
            return _PAUSED, clause, used
        line = clause - formula
        first, end = start[clause], start[clause + 1]
        conflict, implied = -1, -1
        if line >= 0:
            settled = at[0]
            for k in range(first, end):
                if value[literals[k]] == 1:
                    implied = literals[k] >> 1
                    break
                if value[literals[k]] == 0:
                    _assign(literals[k] ^ 1, -1, value, trail, reason, at)
            if implied < 0:
                conflict = _propagate(literals, start, value, head, following, trail, reason, at)
                if conflict < 0:
                    return line, clause, used
            if trim:
                used, first_used[line + 1] = _causes(
                    conflict, implied, literals, start, formula, reason, seen, stack, clause, used,
                    first_used[line],
                )  # fmt: skip
            for k in range(settled, at[0]):
                value[trail[k]] = value[trail[k] ^ 1] = 0
            at[0] = at[1] = settled
        # Two literals that are not false come first; a clause that is true for good need not be watched.
        free, true = 0, False
        for k in range(first, end):
            literal = literals[k]
            true |= value[literal] == 1
            if value[literal] != -1 and free < 2:
                literals[k], literals[first + free] = literals[first + free], literal
                free += 1
        conflict = -1
        if free == 0:
            conflict = clause
        elif free == 1 and not true:
            _assign(literals[first], clause, value, trail, reason, at)
            conflict = _propagate(literals, start, value, head, following, trail, reason, at)
        elif not true:
            for k in range(2):
                literal = literals[first + k]
                following[2 * clause + k], head[literal] = head[literal], 2 * clause + k
        if conflict >= 0:
            if trim:
                line = max(line, -1) + 1
                used, last = _causes(
                    conflict, -1, literals, start, formula, reason, seen, stack, count, used, first_used[line]
                )
                for k in range(first_used[line], last):
                    needed[used[k]] = True
                for other in range(line - 1, -1, -1):
                    if needed[other]:
                        for k in range(first_used[other], first_used[other + 1]):
                            needed[used[k]] = True
            return _REFUTED, clause, used
    return _OPEN, count, used


@njit
def _assign(literal, because, value, trail, reason, at):
    value[literal], value[literal ^ 1] = 1, -1
    trail[at[0]], reason[literal >> 1] = literal, because
    at[0] += 1


@njit
def _propagate(literals, start, value, head, following, trail, reason, at):
    """Assign what clauses force; return a clause that is false, or -1 if there is none."""
    while at[1] < at[0]:
        false = trail[at[1]] ^ 1
        at[1] += 1
        before, node = -1, head[false]
        while node >= 0:
            clause, after = node >> 1, following[node]
            first, end = start[clause], start[clause + 1]
            here, partner = first + (node & 1), literals[first + 1 - (node & 1)]
            at[2] += 1
            moved = False
            if value[partner] != 1:
                for k in range(first + 2, end):
                    if value[literals[k]] != -1:
                        moved = True
                        other = literals[k]
                        literals[k], literals[here] = false, other
                        following[node], head[other] = head[other], node
                        if before < 0:
                            head[false] = after
                        else:
                            following[before] = after
                        at[2] += k - first
                        break
                if not moved:
                    at[2] += end - first
                    if value[partner] == -1:
                        return clause
                    _assign(partner, clause, value, trail, reason, at)
            if not moved:
                before = node
            node = after
    return -1


@njit
def _causes(conflict, implied, literals, start, formula, reason, seen, stack, stamp, used, begin):
    """The lines that a contradiction came from, written to used[begin:]; the array and where they end.

    The contradiction is that the clause `conflict` is false or that the variable `implied` was assigned.
    """
    size, clause = 0, conflict
    if implied >= 0:
        seen[implied], clause = stamp, reason[implied]
    while True:
        if clause >= 0:
            if clause >= formula:
                if begin == len(used):
                    longer = np.empty(2 * begin, np.int64)
                    for k in range(begin):  # a slice would take seconds to compile
                        longer[k] = used[k]
                    used = longer
                used[begin] = clause - formula
                begin += 1
            for k in range(start[clause], start[clause + 1]):
                variable = literals[k] >> 1
                if seen[variable] != stamp:
                    seen[variable] = stamp
                    stack[size] = variable
                    size += 1
        if size == 0:
            return used, begin
        size -= 1
        clause = reason[stack[size]]
