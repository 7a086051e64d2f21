"""Pictures of space-filling curves."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, check_integer, shown
from mathlib.fields import entries
from mathlib.metrics.curves.curve import SpaceFillingCurve, check_curve
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_curve", "plot_neighbour_gaps"]

_MARKS = "os^Dv*"


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


def plot_neighbour_gaps(
    orders: ArrayLike, means: Mapping[str, ArrayLike], *, axes: Axes | None = None
) -> Axes:
    """Draw the mean difference of the numbers of neighbours over the side of the grid, for several curves.

    Parameters
    ----------
    orders : array_like of shape (m,)
    means : dict of str to array_like of shape (m,)
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> axes = plot_neighbour_gaps([1, 2], {"Hilbert": [0.75, 0.67]})
    """
    at, axes = check_finite("orders", entries("orders", orders, 1, 50), (-1,)), new_axes(axes)
    if not isinstance(means, Mapping) or not means:
        raise ValueError(f"means must be a dict of one or more curves by name; got {shown(means)}.")
    found = {name: check_finite(f"means[{name!r}]", y, (len(at),)) for name, y in means.items()}
    for (name, y), mark in zip(found.items(), _MARKS * len(found), strict=False):
        axes.plot(at, y, marker=mark, label=name)
    axes.set(xlabel="order of the grid", ylabel="mean gap / side of the grid", ylim=(0, None), xticks=at)
    axes.set_title("How far apart neighbours are on the curve")
    axes.legend(loc="lower right")
    ends = "; ".join(f"{name} ends at {y[-1]:.4g}" for name, y in found.items())
    return describe(axes, f"Mean gap over the side of the grid, orders {at[0]:g} to {at[-1]:g}: {ends}.")
