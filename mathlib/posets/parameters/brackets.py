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
colouring above), or else by SAT. SAT looks for h* with a ground set of |P| elements, which is enough:
`compress` turns any representation into one of that width, no set of which has grown. What is known when the
time is up, at least the free bounds, is the bracket.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from mathlib.posets.certificates.check_result import width_by_theorem
from mathlib.posets.certificates.embedding import Embedding
from mathlib.posets.certificates.refutation import Refutation
from mathlib.posets.certificates.witness import LowerWitness, sperner_number
from mathlib.posets.clock import OutOfTime, check_time
from mathlib.posets.order.poset import Poset
from mathlib.posets.parameters.conflicts import ConflictGraph, large_clique
from mathlib.posets.parameters.free_bounds import free_lower, free_lower_height, representation
from mathlib.posets.parameters.sat import find_upsets
from mathlib.posets.reduction.compression import compress

__all__ = ["Bracket", "height_bracket", "two_dimension_bracket", "width_brackets"]

#: Components of blocks of components are taken apart so many times.
_DEEPEST = 40


@dataclass(frozen=True)
class Bracket:
    """What is known of a parameter while it is searched for.

    `upsets` represent the poset and attain `upper`; None if nothing is known that does.
    """

    witness: LowerWitness
    upper: int
    upsets: tuple[frozenset, ...] | None

    @property
    def lower(self) -> int:
        return self.witness.bound

    @property
    def proven(self) -> bool:
        return self.lower == self.upper

    def improved(self, witness: LowerWitness) -> "Bracket":
        """With the better one of two lower bounds."""
        return replace(self, witness=max(self.witness, witness, key=lambda known: known.strength))


_NOTHING = Bracket(LowerWitness(0), 0, ())


def two_dimension_bracket(poset: Poset, deadline: float) -> Bracket:
    blocks = poset.blocks()
    return _stacked(blocks, [_block_two_dimension(block, deadline) for block in blocks])


def height_bracket(poset: Poset, deadline: float, depth: int = 0) -> Bracket:
    *lower, top = poset.blocks() or [poset]
    parts = [_block_two_dimension(block, deadline) for block in lower]
    return _stacked([*lower, top], [*parts, _block_height(top, deadline, depth)])


def width_brackets(poset: Poset, deadline: float) -> tuple[Bracket, Bracket]:
    """The brackets of h* and of w*."""
    *lower, top = poset.blocks() or [poset]
    parts = [_block_two_dimension(block, deadline) for block in lower]
    top_height = _block_height(top, deadline)
    height = _stacked([*lower, top], [*parts, top_height])
    top_width = _block_width(top, top_height, height.proven, deadline)
    width = _stacked([*lower, top], [*parts, top_width])
    if not height.proven and height.upsets is not None:
        known = Embedding.from_upsets(poset, height.upsets)
        width = replace(width, upper=width_by_theorem(known), upsets=None)
    return height, width


def _stacked(blocks: list[Poset], parts: list[Bracket]) -> Bracket:
    """The bracket of an ordinal sum; the element and height of the witness are those of the top block."""
    if not parts:
        return _NOTHING
    rows: list[tuple] = []
    upsets: list[frozenset] | None = []
    above: frozenset = frozenset()
    for i in reversed(range(len(blocks))):
        block, part = blocks[i], parts[i]
        rows += part.witness.rows
        if upsets is not None:
            upsets = None if part.upsets is None else upsets + [upset | above for upset in part.upsets]
        above |= frozenset(block)
        if i and len(block) == len(blocks[i - 1]) == 1:
            rows.append((block.labels[0], blocks[i - 1].labels[0]))
            if upsets is not None:
                upsets.append(above)
    joints = sum(len(one) == len(two) == 1 for one, two in pairwise(blocks))
    witnesses = [part.witness for part in parts]
    top = witnesses[-1]
    below = joints + sum(witness.bound for witness in witnesses[:-1])
    witness = LowerWitness(
        below + top.bound,
        tuple(rows),
        antichains=tuple(members for witness in witnesses for members in witness.antichains),
        element=top.element,
        height=None if top.height is None else below + top.height,
        refuted=tuple(part for witness in witnesses for part in witness.refuted),
        distinct=tuple(members for witness in witnesses for members in witness.distinct),
    )
    upper = joints + sum(part.upper for part in parts)
    return Bracket(witness, upper, None if upsets is None else tuple(upsets))


def _block_two_dimension(block: Poset, deadline: float) -> Bracket:
    if len(block) == 1:
        return _NOTHING
    if not block.covers:
        return _antichain_two_dimension(block)
    upsets = representation(block, deadline)
    start = Bracket(free_lower(block, None), len(upsets), upsets)
    if start.proven and start.witness.rows:
        return start
    try:
        graph = ConflictGraph(block, deadline)
        start = start.improved(_rows_or_antichain(block, graph, None, deadline))
        colours = graph.colouring(deadline)
        if len(colours) < start.upper:
            start = replace(start, upper=len(colours), upsets=tuple(map(graph.upset, colours)))
    except OutOfTime:
        pass
    return _bisect(start, lambda trial: find_upsets(block, trial, None, deadline, start.witness.clique), len)


def _antichain_two_dimension(block: Poset) -> Bracket:
    """Sperner: the subsets of half the size of the ground set."""
    width = sperner_number(len(block))
    sets = list(zip(block.labels, combinations(range(width), width // 2), strict=False))
    upsets = tuple(frozenset(label for label, members in sets if i in members) for i in range(width))
    return Bracket(LowerWitness(width, antichains=(block.labels,)), width, upsets)


def _block_height(block: Poset, deadline: float, depth: int = 0) -> Bracket:
    if len(block) <= 1:
        return replace(_NOTHING, witness=LowerWitness(0, element=block.labels[0] if block.labels else None))
    components = block.components()
    if len(components) > 1 and depth < _DEEPEST:
        return _components_height(components, deadline, depth)
    tops = [m for m, above in enumerate(block.above) if not above]
    upsets = representation(block, deadline, tops)
    start = Bracket(free_lower_height(block), _height(block, upsets), upsets)
    if start.proven and start.witness.rows:
        return start
    try:
        graph = ConflictGraph(block, deadline)
        coloured = tuple(map(graph.upset, graph.colouring(deadline)))
        if _height(block, coloured) < start.upper:
            start = replace(start, upper=_height(block, coloured), upsets=coloured)
        for m in tops:
            check_time(deadline)
            clique = graph.clique(graph.among(m), deadline)
            if len(clique) > start.lower:
                rows = tuple(graph.labels(clique))
                start = replace(start, witness=LowerWitness(len(rows), rows, element=block.labels[m]))
    except OutOfTime:
        pass
    return _bisect(
        start,
        lambda trial: find_upsets(block, len(block), trial, deadline, start.witness.clique),
        lambda found: _height(block, found),
    )


def _components_height(components: list[Poset], deadline: float, depth: int) -> Bracket:
    witnesses, upper = [], 0
    upsets: tuple[frozenset, ...] = ()
    for i, component in enumerate(components):
        part = height_bracket(component, deadline, depth + 1)
        witness, least = part.witness, component.minimal_elements
        if len(least) == 1:
            row = (least[0], components[i - 1].labels[0])
            witness = replace(witness, bound=part.lower + 1, rows=(*witness.rows, row))
            upsets += (frozenset(component),)
        witnesses.append(witness)
        upper = max(upper, part.upper + (len(least) == 1))
        upsets += part.upsets or ()
    highest = max(witnesses, key=lambda witness: (witness.bound, not witness.refuted))
    return Bracket(highest, upper, upsets)


def _block_width(block: Poset, height: Bracket, proven: bool, deadline: float) -> Bracket:
    """The bracket of w* of a top block, from that of h*; `proven`: whether h* of all blocks together is."""
    n = len(block)
    if n <= 1:
        return _NOTHING
    if not block.covers:
        return Bracket(LowerWitness(n, antichains=(block.labels,), height=1), n, height.upsets)
    limit = height.upper if proven else None
    start = Bracket(free_lower(block, limit), n, None).improved(replace(height.witness, element=None))
    with suppress(OutOfTime):
        start = start.improved(_rows_or_antichain(block, ConflictGraph(block, deadline), limit, deadline))
    if not proven or height.upsets is None:
        return start
    upsets = height.upsets
    if len(upsets) > n:
        upsets = tuple(compress(Embedding.from_upsets(block, upsets)).upsets.values())
    start = replace(start, upper=len(upsets), upsets=upsets)
    return _bisect(
        start, lambda trial: find_upsets(block, trial, limit, deadline, start.witness.clique), len, limit
    )


def _rows_or_antichain(
    block: Poset, graph: ConflictGraph, height: int | None, deadline: float
) -> LowerWitness:
    """The better of two lower bounds of the width: conflicting rows, or an antichain."""
    clique = graph.clique(graph.everything, deadline)
    if sperner_number(len(block), height) > len(clique):  # else no antichain can be better
        everything = (1 << len(block)) - 1
        apart = [everything & ~(block.above[i] | block.below[i] | 1 << i) for i in range(len(block))]
        antichain = tuple(block.labels[i] for i in sorted(large_clique(apart, everything, deadline)))
        bound = sperner_number(len(antichain), height)
        if bound > len(clique):
            return LowerWitness(bound, antichains=(antichain,), height=height)
    return LowerWitness(len(clique), tuple(graph.labels(clique)))


def _bisect(
    start: Bracket,
    find: Callable[[int], tuple | Refutation],
    measure: Callable[[tuple], int],
    height: int | None = None,
) -> Bracket:
    """Halve the bracket by SAT until it is closed or the time is up; `measure` gives what up-sets attain.

    For w* the refutations presume a `height`.
    """
    best = start
    with suppress(OutOfTime):
        while best.lower < best.upper:
            trial = (best.lower + best.upper) // 2
            found = find(trial)
            if isinstance(found, Refutation):
                best = replace(best, witness=LowerWitness(trial + 1, height=height, refuted=(found,)))
            else:
                best = replace(best, upper=measure(found), upsets=found)
    return best


def _height(poset: Poset, upsets: tuple) -> int:
    return max(sum(x in upset for upset in upsets) for x in poset)
