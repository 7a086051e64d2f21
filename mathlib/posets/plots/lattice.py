"""Boolean lattices: with a copy of a poset, and with the sets of a family."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from mathlib.checks import check_integer
from mathlib.plotting import PALETTE, describe, new_axes
from mathlib.posets.certificates.embedding import Embedding, check_embedding
from mathlib.posets.plots.hasse import INK, bare_axes, draw_hasse, draw_vertex
from mathlib.posets.plots.layout import boolean_layout, free_bend
from mathlib.posets.plots.texts import said_embedding, set_text

__all__ = ["plot_embedding", "plot_family"]

#: Above so many ground elements the Boolean lattice is no picture any more.
_LARGEST_LATTICE = 6


def plot_embedding(embedding: Embedding, *, axes: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the Boolean lattice of the ground set with the copy of the poset in it, highlighted.

    The vertices of the copy carry the labels of the poset, and thick lines are its covers. With more than 6
    ground elements the lattice is left out: the Hasse diagram is drawn with the sets beside the elements.

    Parameters
    ----------
    embedding : Embedding
        The representation.
    axes : matplotlib.axes.Axes, optional
        Where to draw.
    title : str, optional
        By default height and width.

    Returns
    -------
    matplotlib.axes.Axes
        With its alternative text.

    Examples
    --------
    >>> from mathlib.posets import hypercube_width, fence
    >>> plot_embedding(hypercube_width(fence(4)).embedding).get_title(loc="left")
    'height 2, ground set of 3'
    """
    check_embedding("embedding", embedding)
    title = title or f"height {embedding.height}, ground set of {embedding.width}"
    poset, w = embedding.poset, embedding.width
    if w > _LARGEST_LATTICE:
        axes = draw_hasse(poset, axes, title, {x: set_text(s) for x, s in embedding.sets.items()})
        return describe(axes, said_embedding(embedding, lattice=False))
    bit = {i: 1 << k for k, i in enumerate(embedding.ground)}
    mask = {x: sum(bit[i] for i in members) for x, members in embedding.sets.items()}
    rise = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.1, 4: 1.4, 5: 2.2, 6: 4.2}[w]
    places = {s: (x, rise * y) for s, (x, y) in boolean_layout(w).items()}
    ax = bare_axes(axes, places.values(), title)
    _draw_lattice(ax, places, w, 1.0 if w < 5 else 0.5)
    used = [places[s] for s in mask.values()]
    for x, y in poset.covers:
        bend = free_bend(places[mask[x]], places[mask[y]], used)
        line = FancyArrowPatch(
            *(places[mask[x]], places[mask[y]]),
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-",
            shrinkA=0,
            shrinkB=0,
        )
        line.set(color=PALETTE["blue"], linewidth=2.2, zorder=1)
        ax.add_patch(line)
    _label_lattice(ax, embedding, places, bit)
    for x, s in mask.items():
        draw_vertex(ax, places[s], str(x) if len(str(x)) <= 3 else "", PALETTE["blue"])
    return describe(ax, said_embedding(embedding, lattice=True))


def plot_family(family: Iterable[int], n: int, *, axes: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the Boolean lattice on n points with the sets of a family filled.

    Parameters
    ----------
    family : iterable of int
        Sets as bit masks.
    n : int
        The number of points, at most 6.
    axes : matplotlib.axes.Axes, optional
        Where to draw.
    title : str, optional
        By default the number of sets.

    Returns
    -------
    matplotlib.axes.Axes
        With its alternative text.

    Examples
    --------
    >>> plot_family([0b00, 0b01, 0b11], 2).get_title(loc="left")
    '3 of 4 sets'
    """
    n = check_integer("n", n, 0, _LARGEST_LATTICE, "the number of points")
    sets = [check_integer("family", s, 0, 2**n - 1, "a set as bit mask") for s in family]
    axes, places = new_axes(axes), boolean_layout(n)
    _draw_lattice(axes, places, n, 0.8)
    axes.plot(
        *zip(*places.values(), strict=True), "o", color="white", markeredgecolor="#999999", markersize=7
    )
    if sets:
        axes.plot(*zip(*(places[s] for s in sets), strict=True), "o", color=PALETTE["blue"], markersize=11)
    axes.axis("off")
    axes.set_title(title or f"{len(sets)} of {2**n} sets", loc="left")
    sizes = np.bincount([s.bit_count() for s in sets], minlength=n + 1).tolist()
    return describe(
        axes,
        f"The Boolean lattice on {n} points with {len(sets)} of its {2**n} sets filled: by size, from the "
        f"empty set on, {', '.join(map(str, sizes))}.",
    )


def _draw_lattice(ax, places, w, linewidth) -> None:
    """The lines of a Boolean lattice: each set and those with one element more."""
    for s, place in places.items():
        for k in range(w):
            if not s >> k & 1:
                ends = zip(place, places[s | 1 << k], strict=True)
                ax.plot(*ends, color="#C9C9C9", linewidth=linewidth, zorder=0)


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
            text.set(va="center", fontsize=size, color=INK if members in used else "#888888")
            if len(bit) > 4:  # too narrow for text between the vertices
                text.set(position=(0, 13 if 2 * len(members) >= len(bit) else -13), ha="center", fontsize=7.5)
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.4})
