"""The steps of the compression theorem."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mathlib.plotting import PALETTE, describe
from mathlib.posets.plots.hasse import INK, bare_axes, draw_hasse, draw_vertex
from mathlib.posets.plots.texts import set_text
from mathlib.posets.reduction.compression import CompressionStep

__all__ = ["plot_compression"]


def plot_compression(step: CompressionStep) -> Axes:
    """Draw one step of `mathlib.posets.compression_steps`.

    Above, the bipartite graph between the elements (upper row) and the ground elements (lower row), with the
    matching thick; D is filled red, N orange. Below, the Hasse diagram with the sets as they are then.

    Parameters
    ----------
    step : CompressionStep
        The step.

    Returns
    -------
    matplotlib.axes.Axes
        Those of the graph, with the alternative text of both.

    Examples
    --------
    >>> from mathlib.posets import Embedding, antichain, compression_steps
    >>> start = Embedding(antichain(2), [{1, 2}, {2, 3}])
    >>> [len(plot_compression(step).figure.axes) for step in compression_steps(start)]
    [2, 2, 2, 2, 2]
    """
    if not isinstance(step, CompressionStep):
        raise TypeError(f"step must be a CompressionStep; got {type(step).__name__}. See compression_steps.")
    figure = Figure(figsize=(6, 5.2))
    above, below = figure.subplots(2, 1, height_ratios=[1, 1.5])
    _draw_matching(above, step)
    now = step.before if step.after is None else step.after
    texts = {x: set_text(members) for x, members in now.sets.items()}
    draw_hasse(step.before.poset, below, None, texts, step.reached, "vermilion")
    figure.suptitle(step.title, x=0.01, ha="left", fontsize=13)
    above.set_title(textwrap.fill(step.text, 76), loc="left", fontsize=9.5)
    return describe(
        above,
        f"{step.title}: {step.text} Above, elements and ground elements, joined; below, the Hasse diagram "
        "with the sets.",
    )


def _draw_matching(ax, step) -> None:
    labels, ground = step.before.poset.labels, step.before.ground
    width = max(len(labels), len(ground), 2) - 1
    top = {p: (x, 1.0) for p, x in zip(labels, np.linspace(0, width, len(labels) + 2)[1:-1], strict=True)}
    low = {i: (x, 0.0) for i, x in zip(ground, np.linspace(0, width, len(ground) + 2)[1:-1], strict=True)}
    bare_axes(ax, [(-0.6, 0), (width + 0.2, 1)], None)
    for p, members in step.before.sets.items():
        for i in members:
            matched = p in step.matching and step.matching[p] == i
            colour, wide = (PALETTE["blue"], 3.0) if matched else ("#BBBBBB", 1.0)
            ax.plot(*zip(top[p], low[i], strict=True), color=colour, linewidth=wide, zorder=1 + matched)
    for p, place in top.items():
        draw_vertex(ax, place, str(p), PALETTE["vermilion"] if p in step.reached else "white")
    used = set(ground if step.after is None else step.after.ground)
    for i, place in low.items():
        faded = i not in used
        face = PALETTE["orange"] if i in step.kept else "#EEEEEE" if faded else "white"
        draw_vertex(ax, place, str(i), face, edge="#BBBBBB" if faded else INK, marker="s")
    for text, y in (("elements", 1.0), ("ground", 0.0)):
        ax.text(-0.05 * width - 0.3, y, text, ha="right", va="center", fontsize=10, color=INK)
