"""How far apart on a curve neighbours of the grid are."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mathlib.checks import check_integer, check_memory
from mathlib.metrics.curves.curve import SpaceFillingCurve, check_curve

__all__ = ["NeighbourStretch", "neighbour_stretch"]


@dataclass(frozen=True)
class NeighbourStretch:
    """The differences of the numbers of neighbouring cells.

    Attributes
    ----------
    total, largest : int
        Their sum and their maximum.
    count : int
        How many pairs of neighbours there are.
    median : Fraction
    over15 : int
        How many pairs differ by more than 15.
    """

    total: int
    largest: int
    count: int
    median: Fraction
    over15: int


def neighbour_stretch(curve: SpaceFillingCurve, order: int) -> NeighbourStretch:
    r"""Sum up :math:`|i - j|` over neighbouring cells, the i-th and the j-th of the curve.

    Parameters
    ----------
    curve : SpaceFillingCurve
        It may jump.
    order : int
        k, at least 1; the grid has :math:`b^k` rows. The cost is linear in its :math:`b^{2k}` cells: a second
        for order 11 of Hilbert's curve.

    Returns
    -------
    NeighbourStretch

    Raises
    ------
    ValueError
        If memory cannot hold the grid.

    Examples
    --------
    >>> from mathlib.metrics import hilbert
    >>> neighbour_stretch(hilbert, 2)
    NeighbourStretch(total=64, largest=13, count=24, median=Fraction(1, 1), over15=0)
    """
    check_curve(curve)
    order = check_integer("order", order, 1, 30, "how often the square is cut")
    side = curve.base**order
    check_memory(10 * side * side, "the grid of this order", "take a smaller order")
    cells = curve.cells(order)
    number = np.empty((side, side), dtype=np.int64)
    number[cells[:, 0], cells[:, 1]] = np.arange(side * side)
    gaps = np.concatenate([np.abs(np.diff(number, axis=k)).ravel() for k in (0, 1)])
    middle = [(len(gaps) - 1) // 2, len(gaps) // 2]
    median = Fraction(int(np.partition(gaps, middle)[middle].sum()), 2)
    return NeighbourStretch(int(gaps.sum()), int(gaps.max()), len(gaps), median, int((gaps > 15).sum()))
