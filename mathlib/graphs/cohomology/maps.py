"""The maps of a sheaf on a graph, and the rows of its coboundary."""

from itertools import accumulate

import numpy as np

from mathlib.checks import check_integer
from mathlib.fields import entries, rational
from mathlib.graphs.nested import texts

__all__ = ["checked_maps", "coboundary_rows", "maps_dict", "starts"]

_LARGEST_STALK = 100
_MOST = 10**5


def checked_maps(stalks, edges) -> tuple[tuple[int, ...], tuple]:
    """The dimensions of the stalks, and (tail, head, F_tail, F_head) of each edge, in fractions."""
    stalks = entries("stalks", stalks, 1, _MOST)
    stalks = [
        check_integer(f"stalks[{v}]", d, 0, _LARGEST_STALK, "a dimension") for v, d in enumerate(stalks)
    ]
    found = []
    for k, edge in enumerate(entries("edges", edges, 0, _MOST)):
        tail, head, first, second = entries(f"edges[{k}]", edge, 4, 4)
        tail, head = (check_integer(f"edges[{k}]", v, 0, len(stalks) - 1, "a vertex") for v in (tail, head))
        if tail == head:
            raise ValueError(f"edges[{k}] must join two different vertices; got {tail} and {head}.")
        maps = [
            _map(f"F_{end} of edges[{k}]", F, stalks[v])
            for end, F, v in (("tail", first, tail), ("head", second, head))
        ]
        if len(maps[0]) != len(maps[1]):
            rows = f"{len(maps[0])} and {len(maps[1])}"
            raise ValueError(f"F_tail and F_head of edges[{k}] must have as many rows; got {rows}.")
        found.append((tail, head, *maps))
    return tuple(stalks), tuple(found)


def _map(name, F, columns):
    F = F.tolist() if isinstance(F, np.ndarray) else F
    rows = [entries(f"{name}: row", row, columns, columns) for row in entries(name, F, 0, _LARGEST_STALK)]
    return tuple(
        tuple(rational(f"{name}[{i}][{j}]", x) for j, x in enumerate(row)) for i, row in enumerate(rows)
    )


def starts(stalks) -> list[int]:
    """The first column of each vertex, and the number of columns."""
    return [0, *accumulate(stalks)]


def coboundary_rows(stalks, edges) -> list[dict]:
    """The rows of delta: nonzero fractions by column."""
    start, rows = starts(stalks), []
    for tail, head, first, second in edges:
        for a, b in zip(first, second, strict=True):
            row = {start[head] + k: x for k, x in enumerate(b) if x}
            rows.append(row | {start[tail] + k: -x for k, x in enumerate(a) if x})
    return rows


def maps_dict(stalks, edges) -> dict:
    """Stalks and edges as JSON values."""
    return {"stalks": list(stalks), "edges": [[t, h, texts(a), texts(b)] for t, h, a, b in edges]}
