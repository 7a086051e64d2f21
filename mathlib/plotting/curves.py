"""Curves: how numbers grow, fall or agree."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mathlib.checks import check_choice, check_finite, shown
from mathlib.fields import entries
from mathlib.plotting.figures import describe, new_axes

__all__ = ["plot_curves"]

_SCALES = {"linear": ("linear", "linear"), "log": ("linear", "log")}
_SCALES |= {"logx": ("log", "linear"), "loglog": ("log", "log")}


def plot_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    scale: str = "linear",
    theory: Sequence[str] = (),
    axes: Axes | None = None,
) -> Axes:
    """Draw several curves over the same numbers, measured ones with marks and those of theory dashed.

    Parameters
    ----------
    x : array_like of shape (m,)
    curves : dict of str to array_like of shape (m,)
        By what the legend, below the picture, calls them.
    xlabel, ylabel, title : str
    scale : {"linear", "log", "logx", "loglog"}
        Whether the vertical axis, the horizontal one, or both are logarithmic; values <= 0 are left out.
    theory : list of str
        The curves to draw dashed, without marks.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> words = {"xlabel": "k", "ylabel": "count", "title": "Growth"}
    >>> plot_curves([1, 2, 3], {"squares": [1, 4, 9]}, scale="log", **words).get_yscale()
    'log'
    """
    at, axes = check_finite("x", entries("x", x, 1, 10**6), (-1,)), new_axes(axes)
    check_choice("scale", scale, tuple(_SCALES))
    if not isinstance(curves, Mapping) or not curves:
        raise ValueError(f"curves must be a dict of one or more curves by name; got {shown(curves)}.")
    found = {name: check_finite(f"curves[{name!r}]", y, (len(at),)) for name, y in curves.items()}
    axes.set(xscale=_SCALES[scale][0], yscale=_SCALES[scale][1])
    for name, y in found.items():
        kept = slice(None) if _SCALES[scale][1] == "linear" else y > 0
        mark = "" if name in theory else "o" if len(at) <= 60 else "."
        style = "--" if name in theory else "-"
        axes.plot(at[kept], y[kept], style, marker=mark, markersize=4, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if _SCALES[scale][0] == "log" and len(at) <= 8:
        axes.set_xticks(at, [f"{value:,.6g}" for value in at])
        axes.minorticks_off()
    elif _SCALES[scale][0] == "linear" and (at == np.round(at)).all():
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    if len(found) > 1:
        columns = 1 if max(map(len, found)) > 28 else 2
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.2), ncols=columns, borderaxespad=0)
    ends = "; ".join(f"{name} goes from {y[0]:.3g} to {y[-1]:.3g}" for name, y in found.items())
    return describe(axes, f"{ylabel} against {xlabel}, from {at[0]:.3g} to {at[-1]:.3g}: {ends}.")
