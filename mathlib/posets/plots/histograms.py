"""How often each value of a parameter occurs."""

import numpy as np
from matplotlib.axes import Axes

from mathlib.plotting import describe, new_axes
from mathlib.posets.catalogue.survey import Census

__all__ = ["plot_histograms"]


def plot_histograms(table: Census, *, axes: Axes | None = None) -> Axes:
    """Draw how many posets of a census have each value of h*, w* and dim2.

    Parameters
    ----------
    table : Census
        The census.
    axes : matplotlib.axes.Axes, optional
        Where to draw, with a logarithmic axis of counts, so that rare values are seen.

    Returns
    -------
    matplotlib.axes.Axes
        With its alternative text.

    Examples
    --------
    >>> from mathlib.posets import census
    >>> plot_histograms(census(4)).get_xlabel()
    'value of the parameter'
    """
    if not isinstance(table, Census):
        raise TypeError(f"table must be a Census; got {type(table).__name__}. See census.")
    ax = new_axes(axes)
    columns = {"height": "$h^*$", "width": "$w^*$", "two_dimension": "$\\dim_2$"}
    for k, (column, name) in enumerate(columns.items()):
        counts = np.array(table.histogram(column))
        values = np.flatnonzero(counts)
        ax.bar(values + 0.27 * (k - 1), counts[values], width=0.25, label=name)
        for value in values:
            place = (value + 0.27 * (k - 1), counts[value])
            text = ax.annotate(f"{counts[value]}", place, (0, 3), textcoords="offset points")
            text.set(ha="center", va="bottom", fontsize=7.5, rotation=90)
    ax.set_yscale("log")
    ax.set_ylim(0.7, 20 * max(len(table), 1))
    ax.set_xticks(range(table.n + 1))
    ax.grid(axis="x", visible=False)
    ax.set(xlabel="value of the parameter", ylabel="number of posets")
    ax.set_title(f"{'All' if table.complete else 'Some'} {len(table)} posets on {table.n} elements")
    ax.legend(loc="upper left", ncols=3)
    said = "; ".join(f"{c.replace('_', '-')} {table.histogram(c)}" for c in columns)
    return describe(
        ax,
        f"Bars on a logarithmic axis: how many of {len(table)} posets on {table.n} elements have the "
        f"value 0, 1, 2, ... of a parameter: {said}.",
    )
