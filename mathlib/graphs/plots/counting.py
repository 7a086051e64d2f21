"""Pictures of graphs, of their counts, and of what counts tell apart."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, shown
from mathlib.graphs.counting.table import SeparationTable
from mathlib.graphs.objects.graph import Graph, check_graph
from mathlib.graphs.plots.parts import checked, circle, square
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_entries", "plot_graph", "plot_separation"]

_FAMILIES = {name: name for name in ("degrees", "paths", "cycles")}
_FAMILIES |= {"both": "paths and cycles", "trees": "trees", "treewidth2": "treewidth 2"}


def plot_separation(table: SeparationTable, *, axes: Axes | None = None) -> Axes:
    """Draw, for each family of patterns, the share of graphs that it leaves together with others.

    Parameters
    ----------
    table : SeparationTable
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import separation_table
    >>> plot_separation(separation_table(5)).get_xlabel()
    'classes that counts of homomorphisms tell apart'
    """
    axes, table = new_axes(axes), checked("table", table, SeparationTable)
    counts = [getattr(table, name) for name in _FAMILIES]
    colours = [PALETTE["blue"] if c < table.graphs else PALETTE["green"] for c in counts]
    axes.barh(range(len(counts)), counts, color=colours)
    for k, c in enumerate(counts):
        axes.annotate(
            f"{c}", (c, k), (-4, 0), textcoords="offset points", ha="right", va="center", color="white"
        )
    axes.axvline(table.graphs, color=PALETTE["grey"], linestyle="--", linewidth=1)
    axes.set_yticks(range(len(counts)), list(_FAMILIES.values()))
    axes.invert_yaxis()
    axes.set(
        xlabel="classes that counts of homomorphisms tell apart",
        title=f"Classes of the {table.graphs} graphs on {table.n} vertices",
    )
    found = ", ".join(f"{text} {c}" for text, c in zip(_FAMILIES.values(), counts, strict=True))
    return describe(
        axes, f"Bars: of {table.graphs} graphs on {table.n} vertices, classes told apart by {found}."
    )


def plot_graph(G: Graph, *, title: str = "", axes: Axes | None = None) -> Axes:
    """Draw a graph with its vertices on a circle.

    Parameters
    ----------
    G : Graph
    title : str
        By default the numbers of vertices and edges.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import cycle
    >>> len(plot_graph(cycle(5)).lines)
    5
    """
    G, axes, at = check_graph("G", G), square(axes), circle(check_graph("G", G).n)
    for i, j in G.edges:
        axes.plot(*at[[i, j]].T, color=PALETTE["grey"], linewidth=1.5, zorder=1)
    axes.scatter(at[:, 0], at[:, 1], s=90, color=PALETTE["blue"], zorder=2)
    axes.set_title(title or f"{G.n} vertices, {len(G.edges)} edges")
    return describe(axes, f"{title or 'A graph'}: {G.n} vertices on a circle, {len(G.edges)} edges.")


def plot_entries(
    entries: ArrayLike,
    *,
    title: str = "",
    xlabel: str = "column",
    ylabel: str = "row",
    axes: Axes | None = None,
) -> Axes:
    """Draw a matrix of numbers >= 0: zeros white, others darker on a logarithmic scale.

    Parameters
    ----------
    entries : array_like of shape (m, n)
    title, xlabel, ylabel : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_entries([[1, 0], [4, 2]], ylabel="pattern").get_ylabel()
    'pattern'
    """
    table = check_finite("entries", entries, (-1, -1))
    if not table.size or (table < 0).any():
        raise ValueError(f"entries must be one or more numbers >= 0; got {shown(entries)}.")
    axes = new_axes(axes, figsize=(4.6, 4.6))
    least = table[table > 0].min(initial=1.0)
    seen = np.ma.masked_equal(np.log1p(table / least), 0)
    axes.imshow(seen, cmap="Blues", vmin=0, interpolation="nearest")
    axes.grid(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.set_title(title)
    zeros, largest = int((table == 0).sum()), table.max()
    shape = f"{table.shape[0]} by {table.shape[1]}"
    return describe(
        axes, f"{title or 'A matrix'}: {shape}, {zeros} entries are 0, the largest is {largest:.6g}."
    )
