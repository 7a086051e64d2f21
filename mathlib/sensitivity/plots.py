"""The pictures of this topic."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mathlib.checks import shown
from mathlib.plotting import PALETTE, describe, new_axes
from mathlib.sensitivity.checks import check_vector

__all__ = ["METHOD_STYLES", "plot_brackets", "plot_errors", "plot_power_laws"]

#: Colour and marker of every way of sampling, the same in all pictures.
METHOD_STYLES = {
    "uniform": (PALETTE["grey"], "s"),
    "leverage": (PALETTE["green"], "^"),
    "root leverage": (PALETTE["purple"], "v"),
    "Lewis": (PALETTE["blue"], "o"),
    "sensitivity": (PALETTE["vermilion"], "D"),
    "sensitivity + leverage": (PALETTE["orange"], "P"),
}


def plot_brackets(
    lower: ArrayLike, upper: ArrayLike, *, label: str | None = None, axes: Axes | None = None
) -> Axes:
    """Draw brackets as vertical bars, sorted by their upper ends, with the upper ends as points.

    Parameters
    ----------
    lower, upper : array_like, shape (n,)
        The ends.
    label : str, optional
        For a legend.
    axes : matplotlib.axes.Axes, optional
        Where to draw; in a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        With a text for those who cannot see the picture.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_brackets([0.1, 0.2], [0.5, 0.3], axes=Figure().subplots())
    >>> axes.lines[0].get_ydata().tolist()
    [0.3, 0.5]
    """
    lower = check_vector("lower", lower)
    upper = check_vector("upper", upper, len(lower))
    axes = new_axes(axes)
    order = np.argsort(upper)
    places = np.arange(1, len(upper) + 1)
    (points,) = axes.plot(places, upper[order], linestyle="", marker=".", label=label)
    axes.vlines(places, lower[order], upper[order], color=points.get_color(), alpha=0.4, linewidth=1)
    axes.set(xlabel="rows, in increasing order", ylabel="sensitivity")
    return describe(
        axes,
        f"Brackets of {len(upper)} sensitivities in increasing order, from {upper.min():.3g} to "
        f"{upper.max():.3g}; the widest has length {np.max(upper - lower):.2g}.",
    )


def plot_errors(sizes: ArrayLike, errors: Mapping[str, ArrayLike], *, axes: Axes | None = None) -> Axes:
    """Draw errors of several methods against the number of rows: medians, and the middle half as bands.

    Parameters
    ----------
    sizes : array_like, shape (k,)
        Numbers of rows.
    errors : dict of str to array of shape (trials, k)
        By method; the names of `METHOD_STYLES` have colours of their own. Infinite errors count as large.
    axes : matplotlib.axes.Axes, optional
        Where to draw; in a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        With a text for those who cannot see the picture.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> errors = {"uniform": [[0.3, 0.2], [0.5, 0.1], [0.4, 0.3]]}
    >>> axes = plot_errors([10, 20], errors, axes=Figure().subplots())
    >>> axes.lines[0].get_ydata().tolist()
    [0.4, 0.2]
    """
    m, axes, medians = _positive(sizes), new_axes(axes), []
    for method, values in _by_method("errors", errors):
        color, marker = METHOD_STYLES.get(method, (None, "x"))
        table = np.asarray(values, dtype=float)
        low, middle, high = np.quantile(table, [0.25, 0.5, 0.75], axis=0, method="nearest")
        (line,) = axes.loglog(m, middle, marker=marker, color=color, label=method)
        axes.fill_between(m, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        medians.append(f"{method} from {middle[0]:.2g} to {middle[-1]:.2g}")
    axes.set(xlabel="rows kept")
    axes.legend()
    return describe(
        axes,
        f"Errors against rows kept, {m[0]:g} to {m[-1]:g}, both logarithmic, with the middle half of "
        f"the trials as bands. Medians: {'; '.join(medians)}.",
    )


def plot_power_laws(sizes: ArrayLike, values: Mapping[str, ArrayLike], *, axes: Axes | None = None) -> Axes:
    """Draw values of several methods against sizes, both logarithmic, with the lines of least squares.

    Parameters
    ----------
    sizes : array_like, shape (k,)
        Positive; at least two different sizes.
    values : dict of str to array of shape (k,)
        By method, positive; the names of `METHOD_STYLES` have colours of their own. The legend gives the
        slope of each line, the exponent of the power law that fits best.
    axes : matplotlib.axes.Axes, optional
        Where to draw; in a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        With a text for those who cannot see the picture.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_power_laws([1, 2, 4], {"squares": [3, 12, 48]}, axes=Figure().subplots())
    >>> axes.get_legend_handles_labels()[1]
    ['squares: slope 2.00']
    """
    x, axes, slopes = _positive(sizes), new_axes(axes), []
    ends = np.array([x.min(), x.max()])
    for method, found in _by_method("values", values):
        color, marker = METHOD_STYLES.get(method, (None, "x"))
        slope, height = np.polyfit(np.log(x), np.log(np.asarray(found, dtype=float)), 1)
        slopes.append(f"{method}: slope {slope:.2f}")
        (points,) = axes.loglog(x, found, marker=marker, linestyle="", color=color, label=slopes[-1])
        axes.loglog(ends, np.exp(height) * ends**slope, color=points.get_color(), linewidth=1.5)
    axes.legend()
    return describe(
        axes,
        f"Values against sizes from {ends[0]:g} to {ends[1]:g}, both logarithmic, with lines through them. "
        f"{'; '.join(slopes)}.",
    )


def _positive(sizes):
    sizes = check_vector("sizes", sizes)
    if sizes.min() <= 0:
        raise ValueError(f"sizes must be positive; got {shown(sizes.tolist())}.")
    return sizes


def _by_method(name, values):
    if not isinstance(values, Mapping):
        raise ValueError(f"{name} must be a dict from names of methods to arrays; got {shown(values)}.")
    return values.items()
