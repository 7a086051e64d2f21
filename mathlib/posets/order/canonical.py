"""A canonical form of a poset: equal for isomorphic posets, different for all others.

A poset that splits into components or ordinal-sum blocks is described by the forms of its parts. For one that
does not, colours are refined until each element sees the same colours below and above as all others of its
colour; while two elements share a colour, each of them in turn is given a colour of its own. Every such path
ends in an order of the elements, and the least matrix over all paths is the form. Two paths that end in the
same matrix reveal an automorphism, and its images of paths are not walked again (McKay, 1981).
"""

from collections.abc import Sequence

from mathlib.posets.order.relations import bits, blocks, components

__all__ = ["canonical_key"]

_INDECOMPOSABLE, _UNION, _SUM = range(3)


def canonical_key(above: Sequence[int], below: Sequence[int]) -> tuple:
    """A tuple of integers that two orders share iff they are isomorphic.

    The number of elements, the kind, and then one integer if the poset does not split, else the keys of its
    parts one after the other; they end where their elements are complete.
    """
    # Parts of parts of parts may go deeper than Python's recursion: all are listed, then described backwards.
    parts, kinds, pieces = [(1 << len(above)) - 1], [], []
    for part in parts:  # grows while it is walked through
        kind, found = _UNION, components(above, below, part)
        if len(found) <= 1:
            kind, found = _SUM, blocks(above, below, part)
        if len(found) <= 1:
            kind, found = _INDECOMPOSABLE, []
        kinds.append(kind)
        pieces.append(range(len(parts), len(parts) + len(found)))
        parts += found
    keys: list[tuple] = [()] * len(parts)
    for i in reversed(range(len(parts))):
        n = parts[i].bit_count()
        inner = [keys[k] for k in pieces[i]]
        if kinds[i] == _UNION:
            inner.sort()
        if kinds[i] == _INDECOMPOSABLE:
            inner = [(_Search(above, below, parts[i]).least_form() if n > 1 else 0,)]
        keys[i] = (n, kinds[i], *(number for key in inner for number in key))
    return keys[0]


class _Search:
    """The walk over all paths of individualised elements of a part, with pruning by automorphisms."""

    def __init__(self, above: Sequence[int], below: Sequence[int], part: int):
        listed = bits(part)
        place = {v: i for i, v in enumerate(listed)}
        self.n = len(listed)
        self.below = [[place[u] for u in bits(below[v] & part)] for v in listed]
        self.above = [[place[u] for u in bits(above[v] & part)] for v in listed]
        self.automorphisms: list[list[int]] = []
        #: Form, order and path of the first leaf and of the best.
        self.leaves: list[tuple[int, list[int], list[int]]] = []

    def least_form(self) -> int:
        self.visit([0] * self.n, [])
        return self.leaves[-1][0]

    def visit(self, colours: list[int], path: list[int]) -> int:
        """Walk below one node; returns the depth of the node at which the walk goes on."""
        colours = self.refined(colours)
        cells: list[list[int]] = [[] for _ in range(max(colours) + 1)]
        for v, colour in enumerate(colours):
            cells[colour].append(v)
        if len(cells) == self.n:
            return self.leaf([v for (v,) in cells], path)
        tried: list[int] = []
        for v in min((cell for cell in cells if len(cell) > 1), key=len):
            if tried and self.equivalent(v, tried, path):
                continue
            tried.append(v)
            split = [2 * colour + (u != v) for u, colour in enumerate(colours)]
            back = self.visit(split, [*path, v])
            if back < len(path):
                return back
        return len(path)

    def leaf(self, order: list[int], path: list[int]) -> int:
        form = self.form(order)
        for known, known_order, known_path in self.leaves:
            if form == known:
                images = [0] * self.n
                for v, image in zip(known_order, order, strict=True):
                    images[v] = image
                self.automorphisms.append(images)
                return next(i for i, (a, b) in enumerate(zip(path, known_path, strict=False)) if a != b)
        if not self.leaves or form < self.leaves[-1][0]:
            self.leaves = [*self.leaves[:1], (form, order, path)]
        return len(path)

    def form(self, order: list[int]) -> int:
        """The relation as one integer: bit n*i + j iff the i-th element of the order is above the j-th."""
        place = [0] * self.n
        for i, v in enumerate(order):
            place[v] = i
        rows = []
        for v in reversed(order):
            row = bytearray(b"0") * self.n
            for u in self.below[v]:
                row[self.n - 1 - place[u]] = ord("1")
            rows.append(row)
        return int(b"".join(rows), 2)

    def refined(self, colours: list[int]) -> list[int]:
        """The coarsest refinement in which an element's colour tells the colours below and above it."""
        count = 0
        while True:
            seen = [
                (colour, tuple(sorted(colours[u] for u in down)), tuple(sorted(colours[u] for u in up)))
                for colour, down, up in zip(colours, self.below, self.above, strict=True)
            ]
            ranks = {key: rank for rank, key in enumerate(sorted(set(seen)))}
            colours = [ranks[key] for key in seen]
            if len(ranks) == count:
                return colours
            count = len(ranks)

    def equivalent(self, v: int, tried: list[int], path: list[int]) -> bool:
        """Whether known automorphisms that fix the path map v to an element that was tried."""
        fixing = [a for a in self.automorphisms if all(a[u] == u for u in path)]
        orbit, frontier = {v}, [v]
        while frontier:
            u = frontier.pop()
            for image in {a[u] for a in fixing} - orbit:
                orbit.add(image)
                frontier.append(image)
        return not orbit.isdisjoint(tried)
