"""Hasse diagrams: of one poset, of many, and once for each up-set of a representation."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from mathlib.checks import check_choice, check_integer
from mathlib.plotting import PALETTE, describe, new_axes
from mathlib.posets.certificates.embedding import Embedding, check_embedding
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import listed
from mathlib.posets.plots.layout import hasse_layout
from mathlib.posets.plots.texts import said_poset

__all__ = [
    "INK", "bare_axes", "draw_hasse", "draw_vertex", "plot_gallery", "plot_poset", "plot_upsets", "rounded",
]  # fmt: skip

INK = "#333333"
_STRETCH = 1.5
_NAMED = 30  # posets with more elements are drawn without names


def plot_poset(
    poset: Poset,
    *,
    axes: Axes | None = None,
    texts: Mapping | None = None,
    filled: Iterable = (),
    title: str | None = None,
    colour: str = "blue",
    names: bool = True,
) -> Axes:
    """Draw the Hasse diagram of a poset: smaller elements lower, a line for every cover.

    Parameters
    ----------
    poset : Poset
        The poset.
    axes : matplotlib.axes.Axes, optional
        Where to draw.
    texts : mapping from labels to str, optional
        What to write beside the elements, such as their sets.
    filled : iterable of labels
        The elements to fill with colour.
    title : str, optional
        What to write above.
    colour : str
        A name in `mathlib.plotting.PALETTE`.
    names : bool
        Whether to write the labels into the elements. Labels of more than three letters, and those of posets
        with more than 30 elements, are never written.

    Returns
    -------
    matplotlib.axes.Axes
        With its alternative text.

    Examples
    --------
    >>> from mathlib.posets import crown
    >>> plot_poset(crown(3), filled=[3, 4], title="A crown").get_title(loc="left")
    'A crown'
    """
    marked = set(filled)
    axes = draw_hasse(check_poset("poset", poset), axes, title, texts, marked, colour, names)
    return describe(axes, said_poset(poset, marked))


def draw_hasse(poset, axes, title=None, texts=None, filled=frozenset(), colour="blue", names=True) -> Axes:
    """A Hasse diagram without its text."""
    check_choice("colour", colour, PALETTE)
    layout = hasse_layout(poset)
    ax = bare_axes(axes, layout.extent(), title)
    for path in layout.paths.values():
        ax.add_patch(PathPatch(rounded(path), facecolor="none", edgecolor=INK, linewidth=1.3, zorder=1))
    named = names and len(poset) <= _NAMED and all(len(str(label)) <= 3 for label in poset.labels)
    for label, place in layout.places.items():
        face = PALETTE[colour] if label in filled else "white"
        draw_vertex(ax, place, str(label) if named else "", face)
        if texts and label in texts:
            ax.annotate(
                texts[label],
                place,
                (13, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                color=INK,
            )
    return ax


def plot_upsets(embedding: Embedding, *, columns: int = 3) -> Axes:
    """Draw the ground elements one by one: each is an up-set of the poset, filled.

    Parameters
    ----------
    embedding : Embedding
        The representation.
    columns : int
        Pictures in a row, from 1 to 20.

    Returns
    -------
    matplotlib.axes.Axes
        Those of the first picture, with the alternative text of all.

    Examples
    --------
    >>> from mathlib.posets import hypercube_width, fence
    >>> len(plot_upsets(hypercube_width(fence(4)).embedding).figure.axes)
    3
    """
    upsets = check_embedding("embedding", embedding).upsets
    panels = _panels(len(upsets), columns, 2.0)
    for ax, (i, upset) in zip(panels, upsets.items(), strict=False):
        draw_hasse(embedding.poset, ax, filled=upset)
        ax.set_title(f"ground element {i}", fontsize=10, loc="left")
    said = "; ".join(
        f"{i}: {', '.join(str(x) for x in embedding.poset if x in u)}" for i, u in upsets.items()
    )
    return describe(
        panels[0],
        f"The Hasse diagram of a poset on {len(embedding.poset)} elements, once for each ground element; "
        f"filled are those that have it, an up-set. {said if len(said) < 300 else ''}",
    )


def plot_gallery(posets: Iterable[Poset], *, titles: Iterable[str] | None = None, columns: int = 5) -> Axes:
    """Draw many small posets in a table, without names.

    Parameters
    ----------
    posets : iterable of Poset
        The posets.
    titles : iterable of str, optional
        What to write above each.
    columns : int
        Pictures in a row, from 1 to 20.

    Returns
    -------
    matplotlib.axes.Axes
        Those of the first picture, with the alternative text of all.

    Examples
    --------
    >>> from mathlib.posets import enumerate_posets
    >>> len(plot_gallery(enumerate_posets(3)).figure.axes)
    5
    """
    shown = [check_poset("posets", poset) for poset in listed("posets", posets)]
    above = [""] * len(shown) if titles is None else listed("titles", titles)
    panels = _panels(len(shown), columns, 1.45)
    for ax, poset, title in zip(panels, shown, above, strict=False):
        draw_hasse(poset, ax, filled=poset, names=False)
        ax.set_title(title, fontsize=9, loc="center")
    sizes = sorted({len(poset) for poset in shown}) or [0]
    span = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    names = f": {', '.join(' '.join(title.split()) for title in above)}" if titles and len(above) < 12 else ""
    return describe(panels[0], f"The Hasse diagrams of {len(shown)} posets with {span} elements{names}.")


def _panels(count: int, columns: int, height: float) -> list[Axes]:
    """As many Axes as there are pictures, at least one, in a new figure."""
    columns = max(1, min(check_integer("columns", columns, 1, 20), count))
    rows = max(1, math.ceil(count / columns))
    axes = Figure(figsize=(6, height * rows)).subplots(rows, columns, squeeze=False)
    for ax in axes.flat[max(1, count) :]:
        ax.remove()
    return list(axes.flat)


def bare_axes(ax, places, title):
    """Axes without frame around the places, one unit about equally long in both directions."""
    ax = new_axes(ax)
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


def draw_vertex(ax, place, text, face, *, edge=INK, marker="o") -> None:
    size = 15 if text else 6
    ax.plot(*place, marker, markersize=size, markerfacecolor=face, markeredgecolor=edge, zorder=3)
    dark = face not in ("white", "#EEEEEE", PALETTE["orange"])
    if text:
        style = {"ha": "center", "va": "center", "fontsize": 9 if len(text) < 3 else 7}
        ax.text(*place, text, **style, color="white" if dark else INK, zorder=5)


def rounded(corners) -> Path:
    """The line through the corners, each corner cut off by a parabola."""
    points, codes = [corners[0]], [Path.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += [corner + 0.25 * (before - corner), corner, corner + 0.25 * (after - corner)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, corners[-1]], [*codes, Path.LINETO])
