"""The pictures of this topic: Hasse diagrams, copies in Boolean lattices, compression in steps, the census.

Every function returns the matplotlib Figure; show it with `mathlib.plotting.show(figure, alt=...)`. Those
that take `ax=` draw into these Axes, or into a figure of their own without it.
"""

import math
import textwrap

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, PathPatch
from matplotlib.path import Path

from mathlib.plotting import PALETTE
from mathlib.posets.arguments import checked_embedding
from mathlib.posets.layout import boolean_layout, free_bend, hasse_layout, set_text

__all__ = [
    "draw",
    "draw_compression",
    "draw_embedding",
    "draw_gallery",
    "draw_histograms",
    "draw_upsets",
    "set_text",
]

_INK = "#333333"
#: Above so many ground elements the Boolean lattice is no picture any more.
LARGEST_LATTICE = 6
_STRETCH = 1.5
_COUNT_STYLE = {"ha": "center", "va": "bottom", "fontsize": 7.5, "rotation": 90}
_NAMED = 30  # posets with more elements are drawn without names


def draw(poset, *, ax=None, texts=None, filled=(), title=None, colour="blue", names=True):
    """Draw the Hasse diagram of a poset: smaller elements lower, a line for every cover.

    Parameters
    ----------
    poset : Poset
    ax : matplotlib Axes, optional
    texts : mapping from labels to str, optional
        What to write beside the elements, such as their sets.
    filled : iterable of labels
        The elements to fill with colour.
    title : str, optional
    colour : str
        A name in `mathlib.plotting.PALETTE`.
    names : bool
        Whether to write the labels into the elements. Labels of more than three letters, and those of posets
        with more than 30 elements, are never written.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from mathlib.posets import crown
    >>> figure = draw(crown(3), filled=[3, 4], title="A crown")
    >>> figure.axes[0].get_title(loc="left")
    'A crown'
    """
    layout = hasse_layout(poset)
    ax = _bare_axes(ax, layout.extent(), title)
    for path in layout.paths.values():
        ax.add_patch(PathPatch(_rounded(path), facecolor="none", edgecolor=_INK, linewidth=1.3, zorder=1))
    filled = set(filled)
    named = names and len(poset) <= _NAMED and all(len(str(label)) <= 3 for label in poset.labels)
    for label, place in layout.places.items():
        face = PALETTE[colour] if label in filled else "white"
        _vertex(ax, place, str(label) if named else "", face)
        if texts and label in texts:
            ax.annotate(
                texts[label],
                place,
                (13, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                color=_INK,
            )
    return ax.figure


def draw_embedding(embedding, *, ax=None, title=None):
    """Draw the Boolean lattice of the ground set with the copy of the poset in it, highlighted.

    The vertices of the copy carry the labels of the poset, and thick lines are its covers. With more than 6
    ground elements the lattice is left out: the Hasse diagram is drawn with the sets beside the elements.

    >>> from mathlib.posets import hypercube_width, fence
    >>> figure = draw_embedding(hypercube_width(fence(4)).embedding)
    >>> figure.axes[0].get_title(loc="left")
    'height 2, ground set of 3'
    """
    title = title or f"height {checked_embedding(embedding).height}, ground set of {embedding.width}"
    poset, w = embedding.poset, embedding.width
    if w > LARGEST_LATTICE:
        return draw(poset, ax=ax, title=title, texts={x: set_text(s) for x, s in embedding.sets.items()})
    bit = {i: 1 << k for k, i in enumerate(embedding.ground)}
    mask = {x: sum(bit[i] for i in members) for x, members in embedding.sets.items()}
    rise = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.1, 4: 1.4, 5: 2.2, 6: 4.2}[w]
    places = {s: (x, rise * y) for s, (x, y) in boolean_layout(w).items()}
    ax = _bare_axes(ax, places.values(), title)
    for s, place in places.items():
        for k in range(w):
            if not s >> k & 1:
                ends = zip(place, places[s | 1 << k], strict=True)
                ax.plot(*ends, color="#C9C9C9", linewidth=1.0 if w < 5 else 0.5, zorder=0)
    used = [places[s] for s in mask.values()]
    for x, y in poset.covers:
        bend = free_bend(places[mask[x]], places[mask[y]], used)
        style = {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 0, "arrowstyle": "-"}
        ends = places[mask[x]], places[mask[y]]
        ax.add_patch(FancyArrowPatch(*ends, **style, color=PALETTE["blue"], linewidth=2.2, zorder=1))
    _label_lattice(ax, embedding, places, bit)
    for x, s in mask.items():
        _vertex(ax, places[s], str(x) if len(str(x)) <= 3 else "", PALETTE["blue"])
    return ax.figure


def _label_lattice(ax, embedding, places, bit) -> None:
    """Small dots at the unused vertices; the sets beside the used ones, and for w <= 4 beside all."""
    used = set(embedding.sets.values())
    for s, place in places.items():
        members = frozenset(i for i, value in bit.items() if s & value)
        if members not in used:
            ax.plot(*place, "o", markersize=4, color="#AAAAAA", zorder=2)
        if members in used or len(bit) <= 4:
            offset, size = ((11, 0), 9) if members in used else ((5, -1), 8)
            text = ax.annotate(set_text(members), place, offset, textcoords="offset points", zorder=4)
            text.set(va="center", fontsize=size, color=_INK if members in used else "#888888")
            if len(bit) > 4:  # too narrow for text between the vertices
                text.set(position=(0, 13 if 2 * len(members) >= len(bit) else -13), ha="center", fontsize=7.5)
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.4})


def draw_upsets(embedding, *, columns=3):
    """Draw the ground elements one by one: each is an up-set of the poset, filled.

    >>> from mathlib.posets import hypercube_width, fence
    >>> len(draw_upsets(hypercube_width(fence(4)).embedding).axes)
    3
    """
    upsets = embedding.upsets
    rows = max(1, math.ceil(len(upsets) / columns))
    columns = max(1, min(columns, len(upsets)))
    figure = Figure(figsize=(6, 2.0 * rows))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat[len(upsets) :]:
        ax.remove()
    for ax, (i, upset) in zip(axes.flat, upsets.items(), strict=False):
        draw(embedding.poset, ax=ax, filled=upset, title=f"ground element {i}")
        ax.set_title(ax.get_title(loc="left"), fontsize=10, loc="left")
    return figure


def draw_gallery(posets, *, titles=None, columns=5):
    """Draw many small posets in a table, without names.

    >>> from mathlib.posets import enumerate_posets
    >>> len(draw_gallery(enumerate_posets(3)).axes)
    5
    """
    posets = list(posets)
    titles = [""] * len(posets) if titles is None else list(titles)
    rows = max(1, math.ceil(len(posets) / columns))
    figure = Figure(figsize=(6, 1.45 * rows))
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat[len(posets) :]:
        ax.remove()
    for ax, poset, title in zip(axes.flat, posets, titles, strict=False):
        layout = hasse_layout(poset)
        _bare_axes(ax, layout.extent(), None)
        ax.set_title(title, fontsize=9, loc="center")
        for path in layout.paths.values():
            ax.add_patch(PathPatch(_rounded(path), facecolor="none", edgecolor=_INK, linewidth=1.1))
        if layout.places:
            ax.plot(*zip(*layout.places.values(), strict=True), "o", markersize=5, color=PALETTE["blue"])
    return figure


def draw_compression(step):
    """Draw one step of `mathlib.posets.compress.compression_steps`.

    Above, the bipartite graph between the elements (upper row) and the ground elements (lower row), with the
    matching thick; D is filled red, N orange. Below, the Hasse diagram with the sets as they are then.

    >>> from mathlib.posets import Embedding, antichain
    >>> from mathlib.posets.compress import compression_steps
    >>> start = Embedding(antichain(2), [{1, 2}, {2, 3}])
    >>> [len(draw_compression(step).axes) for step in compression_steps(start)]
    [2, 2, 2, 2, 2]
    """
    figure = Figure(figsize=(6, 5.2))
    above, below = figure.subplots(2, 1, height_ratios=[1, 1.5])
    _draw_matching(above, step)
    now = step.before if step.after is None else step.after
    texts = {x: set_text(members) for x, members in now.sets.items()}
    draw(step.before.poset, ax=below, texts=texts, filled=step.reached, colour="vermilion")
    figure.suptitle(step.title, x=0.01, ha="left", fontsize=13)
    above.set_title(textwrap.fill(step.text, 76), loc="left", fontsize=9.5)
    return figure


def _draw_matching(ax, step) -> None:
    labels, ground = step.before.poset.labels, step.before.ground
    width = max(len(labels), len(ground), 2) - 1
    top = {p: (x, 1.0) for p, x in zip(labels, np.linspace(0, width, len(labels) + 2)[1:-1], strict=True)}
    low = {i: (x, 0.0) for i, x in zip(ground, np.linspace(0, width, len(ground) + 2)[1:-1], strict=True)}
    _bare_axes(ax, [(-0.6, 0), (width + 0.2, 1)], None)
    for p, members in step.before.sets.items():
        for i in members:
            matched = p in step.matching and step.matching[p] == i
            colour, wide = (PALETTE["blue"], 3.0) if matched else ("#BBBBBB", 1.0)
            ax.plot(*zip(top[p], low[i], strict=True), color=colour, linewidth=wide, zorder=1 + matched)
    for p, place in top.items():
        _vertex(ax, place, str(p), PALETTE["vermilion"] if p in step.reached else "white")
    used = set(ground if step.after is None else step.after.ground)
    for i, place in low.items():
        faded = i not in used
        face = PALETTE["orange"] if i in step.kept else "#EEEEEE" if faded else "white"
        _vertex(ax, place, str(i), face, edge="#BBBBBB" if faded else _INK, marker="s")
    for text, y in (("elements", 1.0), ("ground", 0.0)):
        ax.text(-0.05 * width - 0.3, y, text, ha="right", va="center", fontsize=10, color=_INK)


def draw_histograms(table, *, ax=None):
    """Draw how many posets of a census have each value of h*, w* and dim2.

    Parameters
    ----------
    table : Census
    ax : matplotlib Axes, optional
        With a logarithmic axis of counts, so that rare values are seen.

    >>> from mathlib.posets import census
    >>> draw_histograms(census(4)).axes[0].get_xlabel()
    'value of the parameter'
    """
    ax = Figure().subplots() if ax is None else ax
    columns = {"height": "$h^*$", "width": "$w^*$", "two_dimension": "$\\dim_2$"}
    for k, (column, name) in enumerate(columns.items()):
        counts = np.array(table.histogram(column))
        values = np.flatnonzero(counts)
        ax.bar(values + 0.27 * (k - 1), counts[values], width=0.25, label=name)
        for value in values:
            place = (value + 0.27 * (k - 1), counts[value])
            ax.annotate(f"{counts[value]}", place, (0, 3), textcoords="offset points", **_COUNT_STYLE)
    ax.set_yscale("log")
    ax.set_ylim(0.7, 20 * len(table))
    ax.set_xticks(range(table.n + 1))
    ax.grid(axis="x", visible=False)
    ax.set(xlabel="value of the parameter", ylabel="number of posets")
    ax.set_title(f"All {len(table)} posets on {table.n} elements")
    ax.legend(loc="upper left", ncols=3)
    return ax.figure


def _bare_axes(ax, places, title):
    """Axes without frame around the places, one unit about equally long in both directions."""
    ax = Figure().subplots() if ax is None else ax
    x, y = np.array(list(places) or [(0.0, 0.0)]).T
    box, page = ax.get_position(), ax.figure.get_size_inches()
    width, height = box.width * page[0], box.height * page[1]
    x_range, y_range = np.ptp(x) + 1.2, np.ptp(y) + 0.9
    # A diagram may be stretched to fill its place, but by no more than a half in either direction.
    x_range, y_range = (
        max(x_range, y_range * width / height / _STRETCH),
        max(y_range, x_range * height / width / _STRETCH),
    )
    for middle, extent, limit in ((x, x_range, ax.set_xlim), (y, y_range, ax.set_ylim)):
        centre = (middle.min() + middle.max()) / 2
        limit(centre - extent / 2, centre + extent / 2)
    ax.axis("off")
    if title:
        ax.set_title(title, loc="left")
    return ax


def _vertex(ax, place, text, face, *, edge=_INK, marker="o") -> None:
    size = 15 if text else 6
    ax.plot(*place, marker, markersize=size, markerfacecolor=face, markeredgecolor=edge, zorder=3)
    dark = face not in ("white", "#EEEEEE", PALETTE["orange"])
    if text:
        style = {"ha": "center", "va": "center", "fontsize": 9 if len(text) < 3 else 7}
        ax.text(*place, text, **style, color="white" if dark else _INK, zorder=5)


def _rounded(corners) -> Path:
    """The line through the corners, each corner cut off by a parabola."""
    points, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += [corner + 0.25 * (before - corner), corner, corner + 0.25 * (after - corner)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, corners[-1]], [*codes, Path.LINETO])
