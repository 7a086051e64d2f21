"""Pictures of partitions of the square, and of ultrametrics in the plane."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from mathlib.checks import check_finite, shown
from mathlib.fields import entries
from mathlib.metrics.partitions.planar import UltrametricEmbedding
from mathlib.metrics.partitions.treemap import Treemap
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_embedding", "plot_treemap"]


def plot_treemap(
    treemap: Treemap | Sequence, *, labels: Sequence[str] = (), title: str = "", axes: Axes | None = None
) -> Axes:
    """Draw a map of the square; members of one outermost group have one colour, groups have wide borders.

    Parameters
    ----------
    treemap : Treemap or list of polygons
        Polygons are lists of corners (x, y).
    labels : list of str
        One for each polygon, or none; those that do not fit are left out.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.metrics import fat_treemap
    >>> axes = plot_treemap(fat_treemap([3, [1, 2], 1]), labels=["a", "b", "c", "d"])
    """
    polygons, borders, colours = _shapes(treemap)
    labels = entries("labels", labels, 0, len(polygons))
    if len(labels) not in (0, len(polygons)):
        raise ValueError(f"labels must be one for each of {len(polygons)} polygons; got {len(labels)}.")
    axes = new_axes(axes, figsize=(4.8, 4.8))
    axes.add_collection(PolyCollection(polygons, facecolors=colours, edgecolors="white", linewidths=0.8))
    axes.add_collection(PolyCollection(borders, facecolors="none", edgecolors="black", linewidths=2))
    for P, label in zip(polygons, labels, strict=False):
        room = min(np.ptp(P[:, 0]) / max(1, len(str(label))), np.ptp(P[:, 1])) * 300
        if room > 6:
            x, y = P.mean(axis=0)
            axes.text(x, y, str(label), ha="center", va="center", fontsize=min(room, 12))
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.set_axis_off()
    worst = max(map(_aspect, polygons))
    axes.set_title(title or f"{len(polygons)} areas, diam²/area at most {worst:.3g}")
    return describe(
        axes, f"A square in {len(polygons)} polygons, squared diameter over area at most {worst:.3g}."
    )


def plot_embedding(embedding: UltrametricEmbedding, *, axes: Axes | None = None) -> Axes:
    """Draw the points of an ultrametric in the plane; members of one outermost cluster have one colour.

    Parameters
    ----------
    embedding : UltrametricEmbedding
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.metrics import embed_ultrametric
    >>> axes = plot_embedding(embed_ultrametric((1, [(0, [])] * 5)))
    """
    if not isinstance(embedding, UltrametricEmbedding):
        raise ValueError(f"embedding must be an UltrametricEmbedding; got {shown(embedding)}.")
    axes, X = new_axes(axes, figsize=(4.8, 4.8)), embedding.points
    sizes = [c.size for c in embedding.tree.children] or [1]
    kind = np.repeat(np.arange(len(sizes)), sizes)
    axes.scatter(X[:, 0], X[:, 1], c=[list(PALETTE.values())[k % len(PALETTE)] for k in kind], s=30)
    axes.set(aspect="equal", xlabel="x, in units of the labels", ylabel="y, in units of the labels")
    says = f"distortion from {embedding.lower:.3f} to {embedding.upper:.3f}"
    axes.set_title(f"{len(X)} points, {says}")
    return describe(axes, f"{len(X)} points of an ultrametric in the plane in {len(sizes)} clusters, {says}.")


def _shapes(treemap):
    """Polygons and borders of groups as arrays, and a colour for each polygon."""
    if isinstance(treemap, Treemap):
        polygons = [np.array(P, dtype=float) for P in treemap.polygons]
        kinds = [k for k, w in enumerate(treemap.weights) for _ in range(_count(w))]
        borders = [np.array(P, dtype=float) for P in treemap.groups]
        if not borders:
            kinds = list(range(len(polygons)))
    else:
        given = entries("treemap", treemap, 1, 20_000)
        polygons = [check_finite(f"treemap[{k}]", P, (-1, 2)) for k, P in enumerate(given)]
        borders, kinds = [], list(range(len(polygons)))
    colours = [colormaps["Set3"](k % 12) for k in kinds]
    return polygons, borders, colours


def _count(w) -> int:
    return sum(map(_count, w)) if isinstance(w, tuple) else 1


def _aspect(P) -> float:
    x, y = P.T
    area = abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
    return float(((P[:, None] - P) ** 2).sum(axis=-1).max() / area) if area else float("inf")
