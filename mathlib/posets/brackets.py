"""Brackets lower <= parameter <= upper for h*, w* and dim2, with what proves them.

A poset is first split into ordinal-sum blocks B_1 < ... < B_k. With e the number of neighbours B_i, B_{i+1}
that are both single elements,

    dim2 = sum of dim2(B_i) + e,
    h*   = sum of dim2(B_i) over i < k, + h*(B_k) + e,
    w*   = sum of dim2(B_i) over i < k, + w*(B_k) + e:

rows of different blocks conflict, and so does the row (B_{i+1}, B_i) of two single elements with all others;
and the up-sets that separate rows of the blocks below contain all of the top block. If B_k is disconnected,
h* is the largest h*(C) + [C has a least element] over its components C: the up-sets of different components
can be disjoint, and only a least element of C needs one more up-set, all of C, to be told from the rest.

A block is settled by bounds that meet (first those that are free, then cliques and antichains below, a greedy
colouring above), by branch and bound if it is small, and by SAT if not. SAT looks for h* with a ground set of
|P| elements, which is enough: `compress` turns any representation into one of that width, no set of which has
grown. With a deadline, branch and bound is left to SAT, which can be stopped; what is known when the time is
up, at least the free bounds, is the bracket.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise

from mathlib.posets import search
from mathlib.posets.bracket import Bracket
from mathlib.posets.check_result import width_by_theorem
from mathlib.posets.clock import OutOfTime, check_time
from mathlib.posets.compress import compress
from mathlib.posets.conflicts import ConflictGraph, large_clique
from mathlib.posets.embedding import Embedding
from mathlib.posets.free_bounds import free_lower, free_lower_height, representation
from mathlib.posets.poset import Poset
from mathlib.posets.sat import find_upsets
from mathlib.posets.witness import SEARCH, SOLVER, sperner_number

__all__ = ["Bracket", "height_bracket", "two_dimension_bracket", "width_brackets"]

#: Branch and bound gives way to SAT after so many nodes, a second or less.
_MOST_NODES = 300_000
_SOLVERS = (SEARCH, SOLVER)
#: Components of blocks of components are taken apart so many times.
_DEEPEST = 40


def two_dimension_bracket(poset: Poset, deadline: float | None) -> Bracket:
    blocks = poset.blocks()
    return _stacked(blocks, [_block_two_dimension(block, deadline) for block in blocks])


def height_bracket(poset: Poset, deadline: float | None, depth: int = 0) -> Bracket:
    *lower, top = poset.blocks() or [poset]
    parts = [_block_two_dimension(block, deadline) for block in lower]
    return _stacked([*lower, top], [*parts, _block_height(top, deadline, depth)])


def width_brackets(poset: Poset, deadline: float | None) -> tuple[Bracket, Bracket]:
    """The brackets of h* and of w*."""
    *lower, top = poset.blocks() or [poset]
    parts = [_block_two_dimension(block, deadline) for block in lower]
    top_height = _block_height(top, deadline)
    height = _stacked([*lower, top], [*parts, top_height])
    top_width = _block_width(top, top_height, height.proven, deadline)
    width = _stacked([*lower, top], [*parts, top_width])
    if not height.proven:
        known = Embedding.from_upsets(poset, height.upsets)
        width = replace(width, upper=width_by_theorem(known), upsets=None)
    return height, width


def _stacked(blocks: list[Poset], parts: list[Bracket]) -> Bracket:
    """The bracket of an ordinal sum; the element and height of the witness are those of the top block."""
    if not parts:
        return Bracket(0, 0, ())
    rows, upsets, above = [], [], frozenset()
    for i in reversed(range(len(blocks))):
        block, part = blocks[i], parts[i]
        rows += part.rows
        if upsets is not None and part.upsets is not None:
            upsets += [frozenset(upset) | above for upset in part.upsets]
        else:
            upsets = None
        above |= frozenset(block)
        if i and len(block) == len(blocks[i - 1]) == 1:
            rows.append((block.labels[0], blocks[i - 1].labels[0]))
            if upsets is not None:
                upsets.append(above)
    joints = sum(len(one) == len(two) == 1 for one, two in pairwise(blocks))
    top = parts[-1]
    below = joints + sum(part.lower for part in parts[:-1])
    solvers = {name for part in parts if part.solver for name in _SOLVERS if name in part.solver}
    return Bracket(
        lower=below + top.lower,
        upper=joints + sum(part.upper for part in parts),
        upsets=None if upsets is None else tuple(upsets),
        rows=tuple(rows),
        antichains=tuple(members for part in parts for members in part.antichains),
        element=top.element,
        height=None if top.height is None else below + top.height,
        solver=" and ".join(sorted(solvers)) or None,
        distinct=tuple(members for part in parts for members in part.distinct),
    )


def _block_two_dimension(block: Poset, deadline: float | None) -> Bracket:
    if len(block) == 1:
        return Bracket(0, 0, ())
    if not block.covers:
        return _antichain_two_dimension(block)
    upsets = representation(block, deadline)
    start = replace(free_lower(block, None), upper=len(upsets), upsets=upsets)
    if start.proven and start.rows:
        return start
    try:
        graph = ConflictGraph(block, deadline)
        lower = _rows_or_antichain(block, graph, None, deadline)
        start = replace(
            max(start, lower, key=lambda part: part.strength), upper=start.upper, upsets=start.upsets
        )
        colours = graph.colouring(deadline)
        if len(colours) < start.upper:
            upsets = tuple(graph.upset(colour) for colour in colours)
            start = replace(start, upper=len(upsets), upsets=upsets)
    except OutOfTime:
        pass
    if start.proven:
        return start
    small = _small(block, deadline)
    if small:
        return start.settled(small.two_dimension, small.narrow, SEARCH)
    return _bisect(start, lambda trial: find_upsets(block, trial, None, deadline, start.rows), len)


def _antichain_two_dimension(block: Poset) -> Bracket:
    """Sperner: the subsets of half the size of the ground set."""
    width = sperner_number(len(block))
    sets = list(zip(block.labels, combinations(range(width), width // 2), strict=False))
    upsets = tuple(frozenset(label for label, members in sets if i in members) for i in range(width))
    return Bracket(width, width, upsets, antichains=(block.labels,))


def _block_height(block: Poset, deadline: float | None, depth: int = 0) -> Bracket:
    if len(block) <= 1:
        return Bracket(0, 0, (), element=block.labels[0] if block.labels else None)
    components = block.components()
    if len(components) > 1 and depth < _DEEPEST:
        return _components_height(components, deadline, depth)
    tops = [m for m, above in enumerate(block.above) if not above]
    upsets = representation(block, deadline, tops)
    start = replace(free_lower_height(block), upper=_height(block, upsets), upsets=upsets)
    if start.proven and start.rows:
        return start
    try:
        graph = ConflictGraph(block, deadline)
        coloured = tuple(graph.upset(colour) for colour in graph.colouring(deadline))
        if _height(block, coloured) < start.upper:
            start = replace(start, upper=_height(block, coloured), upsets=coloured)
        for m in tops:
            check_time(deadline)
            clique = graph.clique(graph.among(m), deadline)
            if len(clique) > start.lower:
                rows = tuple(graph.labels(clique))
                start = replace(start, lower=len(rows), rows=rows, distinct=(), element=block.labels[m])
    except OutOfTime:
        pass
    if start.proven:
        return start
    small = _small(block, deadline)
    if small:
        return start.settled(small.height, small.shallow, SEARCH)
    return _bisect(
        start,
        lambda trial: find_upsets(block, len(block), trial, deadline, start.rows),
        lambda found: _height(block, found),
    )


def _components_height(components: list[Poset], deadline: float | None, depth: int) -> Bracket:
    parts = []
    for i, component in enumerate(components):
        part = height_bracket(component, deadline, depth + 1)
        if len(component.minimal_elements) == 1:
            elsewhere = components[i - 1].labels[0]
            part = replace(
                part,
                lower=part.lower + 1,
                upper=part.upper + 1,
                rows=(*part.rows, (component.minimal_elements[0], elsewhere)),
                upsets=(*part.upsets, frozenset(component)),
            )
        parts.append(part)
    highest = max(parts, key=lambda part: (part.lower, part.solver is None))
    upsets = tuple(upset for part in parts for upset in part.upsets)
    return replace(highest, upper=max(part.upper for part in parts), upsets=upsets)


def _block_width(block: Poset, height: Bracket, proven: bool, deadline: float | None) -> Bracket:
    """The bracket of w* of a top block, from that of h*; `proven`: whether h* of all blocks together is."""
    n = len(block)
    if n <= 1:
        return Bracket(0, 0, ())
    if not block.covers:
        return Bracket(n, n, height.upsets, antichains=(block.labels,), height=1)
    limit = height.upper if proven else None
    start = max(free_lower(block, limit), replace(height, element=None), key=lambda part: part.strength)
    try:
        lower = _rows_or_antichain(block, ConflictGraph(block, deadline), limit, deadline)
        start = max(start, lower, key=lambda part: part.strength)
    except OutOfTime:
        pass
    if not proven:
        return replace(start, upper=n, upsets=None)
    upsets = height.upsets
    if len(upsets) > n:
        upsets = tuple(compress(Embedding.from_upsets(block, upsets)).upsets.values())
    start = replace(start, upper=len(upsets), upsets=upsets)
    if start.proven:
        return start
    small = _small(block, deadline)
    if small:
        return start.settled(small.width, small.shallow, SEARCH)
    return _bisect(start, lambda trial: find_upsets(block, trial, limit, deadline, start.rows), len)


def _rows_or_antichain(
    block: Poset, graph: ConflictGraph, height: int | None, deadline: float | None
) -> Bracket:
    """The better of two lower bounds of the width: conflicting rows, or an antichain; no upper bound yet."""
    clique = graph.clique(graph.everything, deadline)
    by_rows = Bracket(len(clique), len(clique), None, rows=tuple(graph.labels(clique)))
    if sperner_number(len(block), height) <= len(clique):
        return by_rows  # no antichain can be better
    everything = (1 << len(block)) - 1
    apart = [everything & ~(block.above[i] | block.below[i] | 1 << i) for i in range(len(block))]
    antichain = tuple(block.labels[i] for i in sorted(large_clique(apart, everything, deadline)))
    bound = sperner_number(len(antichain), height)
    if bound > len(clique):
        return Bracket(bound, bound, None, antichains=(antichain,), height=height)
    return by_rows


def _small(block: Poset, deadline: float | None):
    if deadline is None and len(block) <= search.LARGEST:
        return search.solve_small(block, max_nodes=_MOST_NODES)
    return None


def _bisect(start: Bracket, find: Callable[[int], tuple | None], measure: Callable[[tuple], int]) -> Bracket:
    """Halve the bracket by SAT until it is closed or the time is up; `measure` gives what up-sets attain."""
    lower, upper, upsets = start.lower, start.upper, start.upsets
    try:
        while lower < upper:
            trial = (lower + upper) // 2
            found = find(trial)
            if found is None:
                lower = trial + 1
            else:
                upper, upsets = measure(found), found
    except OutOfTime:
        pass
    solver = SOLVER if lower > start.lower else None
    return replace(start, lower=lower, upper=upper, upsets=upsets, solver=solver)


def _height(poset: Poset, upsets: tuple) -> int:
    return max(sum(x in upset for upset in upsets) for x in poset)
