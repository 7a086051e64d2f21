"""The pictures of this topic."""

import numpy as np

from mathlib.plotting import PALETTE

__all__ = ["METHOD_STYLES", "plot_brackets", "plot_errors", "plot_power_law"]

#: Colour and marker of every way of sampling, the same in all pictures.
METHOD_STYLES = {
    "uniform": (PALETTE["grey"], "s"),
    "leverage": (PALETTE["green"], "^"),
    "root leverage": (PALETTE["purple"], "v"),
    "Lewis": (PALETTE["blue"], "o"),
    "sensitivity": (PALETTE["vermilion"], "D"),
    "sensitivity + leverage": (PALETTE["orange"], "P"),
}


def plot_brackets(axes, lower, upper, *, label=None):
    """Draw brackets as vertical bars, sorted by their upper ends, with the upper ends as points.

    Parameters
    ----------
    axes : matplotlib Axes
    lower, upper : array_like, shape (n,)
    label : str, optional

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_brackets(axes, [0.1, 0.2], [0.5, 0.3])
    >>> axes.lines[0].get_ydata().tolist()
    [0.3, 0.5]
    """
    lower, upper = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    order = np.argsort(upper)
    places = np.arange(1, len(upper) + 1)
    (points,) = axes.plot(places, upper[order], linestyle="", marker=".", label=label)
    axes.vlines(places, lower[order], upper[order], color=points.get_color(), alpha=0.4, linewidth=1)
    axes.set(xlabel="rows, in increasing order", ylabel="sensitivity")


def plot_errors(axes, sizes, errors):
    """Draw errors of several methods against the number of rows: medians, and the middle half as bands.

    Parameters
    ----------
    axes : matplotlib Axes
    sizes : array_like, shape (k,)
    errors : dict of str to array of shape (trials, k)
        By method; the names of `METHOD_STYLES` have colours of their own. Infinite errors count as large.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_errors(axes, [10, 20], {"uniform": [[0.3, 0.2], [0.5, 0.1], [0.4, 0.3]]})
    >>> axes.lines[0].get_ydata().tolist()
    [0.4, 0.2]
    """
    for method, values in errors.items():
        color, marker = METHOD_STYLES.get(method, (None, "x"))
        values = np.asarray(values, dtype=float)
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0, method="nearest")
        (line,) = axes.loglog(sizes, middle, marker=marker, color=color, label=method)
        axes.fill_between(sizes, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    axes.set(xlabel="rows kept")
    axes.legend()


def plot_power_law(axes, sizes, values, *, label, color=None, marker="o"):
    """Draw values against sizes, both axes logarithmic, with the line of least squares; return its slope.

    Parameters
    ----------
    axes : matplotlib Axes
    sizes, values : array_like, shape (k,)
        Positive; at least two different sizes.
    label : str
        The slope is added to it.
    color, marker : str, optional

    Returns
    -------
    float
        The slope of log(values) against log(sizes): the exponent of the power law that fits best.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> slope = plot_power_law(Figure().subplots(), [1, 2, 4], [3, 12, 48], label="squares")
    >>> round(slope, 6)
    2.0
    """
    sizes, values = np.asarray(sizes, dtype=float), np.asarray(values, dtype=float)
    slope, height = np.polyfit(np.log(sizes), np.log(values), 1)
    name = f"{label}: slope {slope:.2f}"
    (points,) = axes.loglog(sizes, values, marker=marker, linestyle="", color=color, label=name)
    ends = np.array([sizes.min(), sizes.max()])
    axes.loglog(ends, np.exp(height) * ends**slope, color=points.get_color(), linewidth=1.5)
    return float(slope)
