"""Strict orders on 0, ..., n-1 as tuples of n bit masks: closing them, checking them, taking them apart.

`above[i]` has bit j set iff i < j. A mask is a Python integer, of any width.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from mathlib.checks import check_integer, shown

__all__ = [
    "above_from_leq", "bits", "blocks", "check_covers", "closure", "components", "connected_parts",
    "cover_masks", "critical_masks", "is_key", "label_positions", "labels_from", "levels", "listed",
    "lowest", "masks_from_matrix", "matrix_from_masks", "positions", "shown_labels", "transpose",
]  # fmt: skip

#: Masks of more bits are taken apart by NumPy, which costs too much for a few bits.
_WIDE = 128
#: Poset(n) with a larger n is a slip of the pen.
_LARGEST = 1_000_000


def bits(mask: int) -> list[int]:
    """The positions of the set bits of a nonnegative integer, ascending.

    >>> bits(0b10110)
    [1, 2, 4]
    """
    if mask.bit_length() > _WIDE and mask.bit_count() > _WIDE // 8:
        octets = np.frombuffer(mask.to_bytes(mask.bit_length() // 8 + 1, "little"), np.uint8)
        return np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    positions = []
    while mask:
        lowest = mask & -mask
        positions.append(lowest.bit_length() - 1)
        mask ^= lowest
    return positions


def listed(name: str, values, what: str = "") -> list:
    """The values of an argument that may be any iterable, as a list."""
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be an iterable{what}; got {shown(values)}.") from None


def matrix_from_masks(masks) -> np.ndarray:
    """A boolean matrix: entry (i, j) is bit j of the i-th of n masks of n bits."""
    n = len(masks)
    octets = b"".join(mask.to_bytes(n // 8 + 1, "little") for mask in masks)
    rows = np.frombuffer(octets, np.uint8).reshape(n, n // 8 + 1)
    return np.unpackbits(rows, axis=1, count=n, bitorder="little").astype(bool)


def masks_from_matrix(matrix) -> tuple[int, ...]:
    """The rows of a boolean matrix as masks."""
    rows = np.packbits(matrix, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in rows)


def lowest(mask: int) -> int:
    """The position of the lowest set bit."""
    return (mask & -mask).bit_length() - 1


def labels_from(n_or_labels) -> tuple:
    """0, ..., n-1, or the labels themselves."""
    if isinstance(n_or_labels, Iterable):
        return tuple(n_or_labels)
    meaning = "the number of elements, unless the labels are given"
    return tuple(range(check_integer("n_or_labels", n_or_labels, 0, _LARGEST, meaning)))


def label_positions(labels: tuple) -> dict:
    """The position of each label; they must be distinct."""
    try:
        position = {label: i for i, label in enumerate(labels)}
    except TypeError as error:
        raise ValueError(
            f"labels must be hashable, as numbers, strings and tuples are; got {error}."
        ) from None
    if len(position) != len(labels):
        twice = next(x for i, x in enumerate(labels) if position[x] != i)
        raise ValueError(f"labels must be distinct; got {twice!r} twice.")
    return position


def shown_labels(labels) -> str:
    """For messages: the labels, or the first few."""
    shown = ", ".join(map(repr, list(labels)[:8]))
    return f"the labels are {shown}{', ...' if len(labels) > 8 else ''}" if shown else "the poset is empty"


def positions(name: str, position: dict, pairs) -> list[tuple[int, int]]:
    """Pairs of labels as pairs of positions; `name` is that of the argument."""
    given = [] if pairs is None else listed(name, pairs, " of pairs (lower, upper) of labels")
    found = []
    for pair in given:
        try:
            x, y = pair
        except (TypeError, ValueError):
            raise ValueError(f"{name} must hold pairs of labels (lower, upper); got {shown(pair)}.") from None
        for label in (x, y):
            if not is_key(label, position):
                raise ValueError(
                    f"{name} must hold pairs of known labels; got {shown((x, y))}: {shown_labels(position)}."
                )
        found.append((position[x], position[y]))
    return found


def is_key(label, position: dict) -> bool:
    try:
        return label in position
    except TypeError:  # not hashable, so no label
        return False


def transpose(masks: Sequence[int]) -> tuple[int, ...]:
    """Bit i of the j-th mask of the result is bit j of the i-th mask."""
    if len(masks) > _WIDE:
        return masks_from_matrix(matrix_from_masks(masks).T)
    columns = [0] * len(masks)
    for i, mask in enumerate(masks):
        for j in bits(mask):
            columns[j] |= 1 << i
    return tuple(columns)


def closure(labels: tuple, pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    """The strict order that the pairs generate: elements are taken once all their successors are closed."""
    n = len(labels)
    successors = [0] * n
    for i, j in pairs:
        successors[i] |= 1 << j
    predecessors = transpose(successors)
    waiting = [mask.bit_count() for mask in successors]
    ready = [i for i in range(n) if not waiting[i]]
    above = [0] * n
    for i in ready:  # grows while it is walked through
        above[i] = successors[i]
        for j in bits(successors[i]):
            above[i] |= above[j]
        for j in bits(predecessors[i]):
            waiting[j] -= 1
            if not waiting[j]:
                ready.append(j)
    if len(ready) < n:
        cycle = " < ".join(repr(labels[i]) for i in _cycle(successors, waiting))
        raise ValueError(f"the pairs make a cycle: {cycle}")
    return tuple(above)


def _cycle(successors: list[int], waiting: list[int]) -> list[int]:
    """A cycle, first element repeated at the end: every element that waits has a successor that waits."""
    path = [next(i for i, count in enumerate(waiting) if count)]
    while True:
        following = next(j for j in bits(successors[path[-1]]) if waiting[j])
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def above_from_leq(labels: tuple, leq) -> tuple[int, ...]:
    """The strict order of a matrix or function x <= y, which must be a partial order as it stands."""
    n = len(labels)
    if callable(leq):
        given = np.array([[_truth(leq(x, y), x, y) for y in labels] for x in labels], dtype=bool)
    else:
        given = np.asarray(leq)
        if given.shape != (n, n) and not (n == 0 and given.size == 0):
            raise ValueError(f"leq must have shape ({n}, {n}) for {n} elements; got shape {given.shape}.")
        if n and not np.isin(given, (0, 1)).all():
            raise ValueError(f"leq must hold only truth values, or 0 and 1; got {shown(given)}.")
    matrix = given.astype(bool).reshape(n, n)
    for i in np.flatnonzero(~matrix.diagonal()).tolist():
        raise ValueError(f"leq is not reflexive: {labels[i]!r} <= {labels[i]!r} is false")
    above = masks_from_matrix(matrix & ~np.eye(n, dtype=bool))
    for i in range(n):
        for j in bits(above[i]):
            x, y = labels[i], labels[j]
            if above[j] >> i & 1:
                raise ValueError(f"leq is not antisymmetric: {x!r} <= {y!r} and {y!r} <= {x!r}")
            if above[j] & ~above[i]:
                z = labels[lowest(above[j] & ~above[i])]
                raise ValueError(
                    f"leq is not transitive: {x!r} <= {y!r} and {y!r} <= {z!r}, but not {x!r} <= {z!r}"
                )
    return tuple(above)


def _truth(value, x, y) -> bool:
    try:
        return bool(value)
    except (TypeError, ValueError):
        raise ValueError(f"leq({x!r}, {y!r}) must be true or false; got {shown(value)}.") from None


def cover_masks(above: Sequence[int]) -> tuple[int, ...]:
    """Bit j of the i-th mask is set iff i < j with nothing between."""
    masks = []
    for mask in above:
        further = 0
        for j in bits(mask):
            further |= above[j]
        masks.append(mask & ~further)
    return tuple(masks)


def levels(below: Sequence[int], covers: Sequence[int]) -> list[int]:
    """The number of elements of a longest chain below each element; `covers` holds the upper covers."""
    level = [0] * len(below)
    for i in sorted(range(len(below)), key=lambda i: below[i].bit_count()):
        for j in bits(covers[i]):
            level[j] = max(level[j], level[i] + 1)
    return level


def check_covers(
    labels: tuple, pairs: list[tuple[int, int]], above: Sequence[int], below: Sequence[int]
) -> None:
    """Raise ValueError if a pair i < j has an element between."""
    for i, j in pairs:
        between = above[i] & below[j]
        if between:
            x, z, y = (labels[k] for k in (i, lowest(between), j))
            raise ValueError(
                f"covers must have nothing between; got {(x, y)!r}: {x!r} < {z!r} < {y!r}. Use relations=."
            )


def connected_parts(neighbours: list[int], vertices: int) -> list[int]:
    """The connected components of a graph on the vertices of a mask, as masks, by lowest vertex."""
    parts = []
    unseen = vertices
    while unseen:
        part = frontier = unseen & -unseen
        while frontier:
            reached = 0
            for i in bits(frontier):
                reached |= neighbours[i]
                if not unseen & ~(reached | part):
                    break
            frontier = reached & vertices & ~part
            part |= frontier
        parts.append(part)
        unseen &= ~part
    return parts


def components(above: Sequence[int], below: Sequence[int], within: int) -> list[int]:
    """The connected components of the order on the elements of a mask."""
    return connected_parts([up | down for up, down in zip(above, below, strict=True)], within)


def blocks(above: Sequence[int], below: Sequence[int], within: int) -> list[int]:
    """The ordinal-sum blocks, from bottom to top: the components of the incomparability graph."""
    apart = [within & ~(up | down) for up, down in zip(above, below, strict=True)]
    parts = connected_parts(apart, within)
    parts.sort(key=lambda part: (below[lowest(part)] & within & ~part).bit_count())
    return parts


def critical_masks(above: tuple[int, ...], below: tuple[int, ...], covers: tuple[int, ...]) -> list[int]:
    """Bit j of the i-th mask is set iff i not<= j, k < i implies k <= j, and k > j implies k >= i.

    `covers` holds the upper covers; it is enough to look at k that i covers, and at k that cover j.
    """
    n = len(above)
    up = [mask | 1 << i for i, mask in enumerate(above)]
    lower_covers = transpose(covers)
    masks = []
    for i in range(n):
        mask = (1 << n) - 1 & ~up[i]
        for k in bits(lower_covers[i]):
            mask &= up[k]
        outside = (1 << n) - 1 & ~up[i]
        for k in bits(outside):
            mask &= ~lower_covers[k]
            if not mask:
                break
        masks.append(mask)
    return masks
