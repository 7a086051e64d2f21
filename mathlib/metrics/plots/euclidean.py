"""Pictures of embeddings into Euclidean space."""

import numpy as np
from matplotlib.axes import Axes

from mathlib.checks import shown
from mathlib.metrics.euclidean.bracket import DistortionBracket
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_flattened"]

#: Weights below this share of the largest are not drawn.
_FAINT = 0.02


def plot_flattened(bracket: DistortionBracket, *, axes: Axes | None = None) -> Axes:
    """Draw the points of a bracket in the plane in which they extend most, with the weights below.

    Pairs that are stretched most carry weights mu (solid), those that are shrunk most lam (dashed); lines are
    the wider, the larger the weight.

    Parameters
    ----------
    bracket : DistortionBracket
        As `least_euclidean_distortion` gives it, with at least two points.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.metrics import cycle, least_euclidean_distortion
    >>> plot_flattened(least_euclidean_distortion(cycle(5))).get_title()
    '5 points with distortion 1.23607'
    """
    if not isinstance(bracket, DistortionBracket) or len(bracket.metric) < 2:
        raise ValueError(f"bracket must be a DistortionBracket of two or more points; got {shown(bracket)}.")
    points = np.array(bracket.points, dtype=float)
    points -= points.mean(axis=0)
    _, _, directions = np.linalg.svd(points, full_matrices=False)
    plane = np.zeros((len(points), 2))
    plane[:, : min(2, len(directions))] = points @ directions[:2].T
    plane /= np.abs(plane).max()
    axes = new_axes(axes, figsize=(4.6, 4.2))
    kinds = (("stretched most", bracket.mu, "blue", "-"), ("shrunk most", bracket.lam, "vermilion", "--"))
    for name, weights, colour, style in kinds:
        w = np.array(weights, dtype=float)
        heavy = np.flatnonzero(w > _FAINT * w.max()) if w.any() else np.zeros(0, int)
        for number, k in enumerate(heavy):
            ends, width = plane[list(bracket.metric.pairs[k])].T, 0.6 + 2.4 * w[k] / w.max()
            label = "" if number else f"pairs that are {name}"
            axes.plot(*ends, style, color=PALETTE[colour], linewidth=width, label=label, zorder=1)
    axes.plot(*plane.T, "o", color="black", markersize=5, zorder=2)
    axes.set(aspect="equal")
    axes.set_axis_off()
    axes.set_title(f"{len(points)} points with distortion {bracket.upper:.6g}")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=1)
    return describe(
        axes,
        f"{len(points)} points in the plane in which they extend most; distortion between "
        f"{bracket.lower:.6g} and {bracket.upper:.6g}.",
    )
