"""Squarified treemaps: rectangles as near to squares as a simple rule gets them."""

from fractions import Fraction
from typing import Any

from mathlib.metrics.partitions.treemap import Corners, Weights, checked_weights

__all__ = ["squarified_rectangles"]


def squarified_rectangles(weights: Weights) -> tuple[Corners, ...]:
    """Cut the unit square into rectangles with areas as the weights, by the usual rule, exactly.

    Parameters
    ----------
    weights : list
        Positive integers and Fractions.

    Returns
    -------
    tuple
        The corners of each rectangle, counterclockwise, in the order of the weights.

    Raises
    ------
    ValueError
        If a weight is a float, zero, negative or a list.

    Notes
    -----
    From the largest on, weights are put into a row along the shorter side of what is left, as long as the
    most oblong rectangle of the row gets less oblong. The cost is linear after sorting, but for long rows.

    References
    ----------
    M. Bruls, K. Huizing, J. J. van Wijk, "Squarified treemaps", Proceedings of VisSym (2000).

    Examples
    --------
    >>> [[tuple(map(str, corner)) for corner in P] for P in squarified_rectangles([3, 1])][1]
    [('3/4', '0'), ('1', '0'), ('1', '1'), ('3/4', '1')]
    """
    read = checked_weights(weights)
    if any(isinstance(w, tuple) for w in read):
        raise ValueError("weights must be numbers; got a list among them. Call it for each group.")
    total = sum(read, Fraction(0))
    order = sorted(range(len(read)), key=lambda i: -read[i])
    areas = [read[i] / total for i in order]
    found: dict[int, Corners] = {}
    x, y, width, height = Fraction(0), Fraction(0), Fraction(1), Fraction(1)
    first = 0
    while first < len(areas):
        side = min(width, height)
        last = first + 1
        while last < len(areas) and _oblong(areas[first : last + 1], side) <= _oblong(
            areas[first:last], side
        ):
            last += 1
        depth, at = sum(areas[first:last], Fraction(0)) / side, Fraction(0)
        for i, area in zip(order[first:last], areas[first:last], strict=True):
            along = area / depth
            if width >= height:
                found[i] = _box(x, y + at, depth, along)
            else:
                found[i] = _box(x + at, y, along, depth)
            at += along
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
        first = last
    return tuple(found[i] for i in range(len(read)))


def _oblong(areas, side) -> Any:
    """The largest ratio of two sides in a row of rectangles."""
    depth = sum(areas) / side
    return max(max(area / depth**2, depth**2 / area) for area in areas)


def _box(x, y, width, height) -> Corners:
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)
