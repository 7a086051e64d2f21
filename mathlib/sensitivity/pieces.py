"""Compiled work in pieces of a fraction of a second: Ctrl-C is noticed only between compiled calls."""

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["OPERATIONS", "in_pieces", "pieces"]

#: About as many operations as compiled code does in a tenth of a second.
OPERATIONS = 2**26


def pieces(count: int, cost: float) -> list[slice]:
    """Slices that cover range(count), at least one; each of at most OPERATIONS, if one item costs `cost`.

    >>> pieces(5, OPERATIONS / 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, int(OPERATIONS // max(cost, 1)))
    return [slice(start, min(start + step, count)) for start in range(0, max(count, 1), step)]


def in_pieces(
    function: Callable, cost: float, arrays: tuple[np.ndarray, ...], *others: Any
) -> tuple[np.ndarray, ...]:
    """function(*arrays, *others), which treats each row of the arrays by itself; its results, joined."""
    found = [function(*(a[part] for a in arrays), *others) for part in pieces(len(arrays[0]), cost)]
    return found[0] if len(found) == 1 else tuple(np.concatenate(parts) for parts in zip(*found, strict=True))
