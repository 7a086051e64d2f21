"""Pictures of sheaves on cycles and of costs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, shown
from mathlib.fields import entries
from mathlib.graphs.plots.parts import checked, circle, square
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_costs", "plot_twisted_cycle"]


def plot_twisted_cycle(vectors: ArrayLike, twist: float, *, axes: Axes | None = None) -> Axes:
    """Draw a vector at each vertex of a cycle, for a sheaf whose last edge has a map that turns.

    Parameters
    ----------
    vectors : array_like of shape (n, 2)
        A vector at each vertex.
    twist : float
        The angle, in radians, by which the map of the last edge turns.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> len(plot_twisted_cycle(np.ones((6, 2)), 1.0).texts)
    1
    """
    arrows, axes = check_finite("vectors", entries("vectors", vectors, 1, 10**4), (-1, 2)), square(axes)
    twist = float(check_finite("twist", twist, ()))
    at, ring = circle(len(arrows)), circle(len(arrows))[[*range(len(arrows)), 0]]
    axes.plot(*ring[:-1].T, color=PALETTE["grey"], linewidth=1.2, zorder=0)
    axes.plot(*ring[-2:].T, color=PALETTE["vermilion"], linewidth=3, zorder=0)
    longest = max(1e-12, np.linalg.norm(arrows, axis=1).max())
    halves = arrows / (2 * longest)  # the longest is half as long as the radius
    axes.quiver(*at.T, *halves.T, color=PALETTE["blue"], width=0.012, angles="xy", scale_units="xy", scale=1)
    axes.update_datalim([(-1.25, -1.25), (1.25, 1.25)])  # room for arrows
    axes.autoscale_view()
    axes.annotate(
        f"turn {np.degrees(twist):.0f}°",
        1.18 * ring[-2:].mean(axis=0),
        ha="center",
        color=PALETTE["vermilion"],
    )
    axes.set_title(f"A cycle with a twist of {np.degrees(twist):.0f}°")
    text = f"{len(arrows)} vertices on a circle with a vector each; one edge turns by {twist:.3g} radians."
    return describe(axes, text)


def plot_costs(
    weight: ArrayLike, errors: ArrayLike, labels: Sequence[str], *, axes: Axes | None = None
) -> Axes:
    """Draw errors in the plane with the curves of equal cost: of e'e, and of e' W^-1 e.

    Parameters
    ----------
    weight : array_like of shape (2, 2)
        W, symmetric and positive definite.
    errors : array_like of shape (m, 2)
        Not zero.
    labels : list of str
        One for each error.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_costs([[10, 0], [0, 2]], [[2, 0], [0, 1]], ["a", "b"]).get_xlabel()
    'first entry of the error'
    """
    W, points = check_finite("weight", weight, (2, 2)), check_finite("errors", errors, (-1, 2))
    if not np.allclose(W, W.T) or np.linalg.eigvalsh(W)[0] <= 0:
        raise ValueError(f"weight must be symmetric and positive definite; got {shown(W.tolist())}.")
    if not len(points) or not (points**2).sum(axis=1).all():
        raise ValueError(f"errors must be one or more vectors, none zero; got {shown(points.tolist())}.")
    names = [checked("labels", x, str) for x in entries("labels", labels, len(points), len(points))]
    axes, root = new_axes(axes), np.linalg.cholesky(W)
    plain = (points**2).sum(axis=1)
    weighted = (np.linalg.solve(root, points.T) ** 2).sum(axis=0)
    turn = np.linspace(0, 2 * np.pi, 300)
    ring = np.stack([np.cos(turn), np.sin(turn)])
    for k, (a, b) in enumerate(zip(plain, weighted, strict=True)):
        style = "-" if k == 0 else "--"
        axes.plot(*(np.sqrt(a) * ring), style, color=PALETTE["vermilion"], linewidth=1.3)
        axes.plot(*(np.sqrt(b) * root @ ring), style, color=PALETTE["blue"], linewidth=1.3)
    for mark, name, point, a, b in zip("os^Dv" * len(names), names, points, plain, weighted, strict=False):
        words = f"{name}: plain {a:.3g}, harmonic {b:.3g}"
        axes.plot(*point, mark, color="black", zorder=3, label=words)
        axes.annotate(name, point, (8, 5), textcoords="offset points")
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.2), borderaxespad=0)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set(xlabel="first entry of the error", ylabel="second entry of the error")
    axes.set_title("Circles: plain cost. Ellipses: harmonic cost")
    found = "; ".join(f"{n} {a:.3g} and {b:.3g}" for n, a, b in zip(names, plain, weighted, strict=True))
    return describe(axes, f"Errors with their plain and harmonic costs: {found}.")
