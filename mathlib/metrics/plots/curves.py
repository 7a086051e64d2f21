"""Pictures of space-filling curves."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from mathlib.checks import check_integer
from mathlib.fields import entries
from mathlib.metrics.curves.curve import SpaceFillingCurve, check_curve
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_curve"]


def plot_curve(
    curve: SpaceFillingCurve,
    order: int,
    *,
    times: Sequence[Fraction] = (),
    title: str = "",
    axes: Axes | None = None,
) -> Axes:
    """Draw a curve through the centres of the cells of a grid, from dark to light in time.

    Parameters
    ----------
    curve : SpaceFillingCurve
    order : int
        From 1 to 7.
    times : list of Fraction
        Points of the limit curve to mark, joined by a line.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.metrics import hilbert
    >>> axes = plot_curve(hilbert, 3, times=[Fraction(23, 48), Fraction(25, 48)])
    """
    check_curve(curve)
    order = check_integer("order", order, 1, 7, "how often the square is cut")
    marked = np.array([curve.point(t) for t in entries("times", times, 0, 20)], dtype=float)
    axes = new_axes(axes, figsize=(4.8, 4.8))
    middles = (curve.cells(order) + 0.5) / curve.base**order
    path = LineCollection(
        list(np.stack([middles[:-1], middles[1:]], axis=1)),
        array=np.linspace(0, 1, len(middles) - 1),
        cmap="viridis",
        linewidths=2.2 if order < 5 else 0.9,
        capstyle="round",
    )
    axes.add_collection(path)
    if len(marked):
        axes.plot(*marked.T, "o-", color=PALETTE["vermilion"], markersize=8, linewidth=2, clip_on=False)
    axes.grid(visible=False)
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), aspect="equal")
    axes.set(xlabel="x", ylabel="y", title=title or f"A curve through {len(middles)} cells")
    points = ", ".join(f"({x:.3g}, {y:.3g})" for x, y in marked)
    extra = f", with marked points {points}" if points else ""
    return describe(axes, f"A curve through all {len(middles)} cells of a square, in order of time{extra}.")
