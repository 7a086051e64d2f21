"""The pictures of this topic: what tells graphs apart, sheaves, spheres, bridges, and rates of fitting."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, shown
from mathlib.fields import entries
from mathlib.graphs.bridges.bridge import SchroedingerBridge
from mathlib.graphs.bridges.chain import transition_powers
from mathlib.graphs.bridges.fitting import pair_laws
from mathlib.graphs.counting.graph import Graph, check_graph
from mathlib.graphs.counting.table import SeparationTable
from mathlib.graphs.meshes.calculus import LaplacianSpectrum, check_mesh
from mathlib.graphs.meshes.mesh import TriangleMesh
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = [
    "plot_fitting", "plot_graph", "plot_mode", "plot_moving_mass", "plot_separation", "plot_spectrum",
    "plot_twisted_cycle",
]  # fmt: skip

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
    axes, table = new_axes(axes), _checked("table", table, SeparationTable)
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


def plot_graph(G: Graph, *, axes: Axes | None = None) -> Axes:
    """Draw a graph with its vertices on a circle.

    Parameters
    ----------
    G : Graph
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
    G, axes, at = check_graph("G", G), _square(axes), _circle(check_graph("G", G).n)
    for i, j in G.edges:
        axes.plot(*at[[i, j]].T, color=PALETTE["grey"], linewidth=1.5, zorder=1)
    axes.scatter(at[:, 0], at[:, 1], s=90, color=PALETTE["blue"], zorder=2)
    axes.set_title(f"{G.n} vertices, {len(G.edges)} edges")
    return describe(axes, f"A graph: {G.n} vertices on a circle, {len(G.edges)} edges.")


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
    arrows, axes = check_finite("vectors", entries("vectors", vectors, 1, 10**4), (-1, 2)), _square(axes)
    twist = float(check_finite("twist", twist, ()))
    at, ring = _circle(len(arrows)), _circle(len(arrows))[[*range(len(arrows)), 0]]
    axes.plot(*ring[:-1].T, color=PALETTE["grey"], linewidth=1.2, zorder=0)
    axes.plot(*ring[-2:].T, color=PALETTE["vermilion"], linewidth=3, zorder=0)
    longest = max(1e-12, np.linalg.norm(arrows, axis=1).max())
    axes.quiver(*at.T, *(arrows / longest).T, color=PALETTE["blue"], scale=5, width=0.012)
    axes.annotate(
        f"turn {np.degrees(twist):.0f}°",
        1.18 * ring[-2:].mean(axis=0),
        ha="center",
        color=PALETTE["vermilion"],
    )
    axes.set_title(f"A cycle with a twist of {np.degrees(twist):.0f}°")
    text = f"{len(arrows)} vertices on a circle with a vector each; one edge turns by {twist:.3g} radians."
    return describe(axes, text)


def plot_mode(mesh: TriangleMesh, values: ArrayLike, *, axes: Axes | None = None) -> Axes:
    """Draw a function on a mesh, seen along the third axis.

    Parameters
    ----------
    mesh : TriangleMesh
    values : array_like of shape (n,)
        A number for each vertex.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import icosphere, laplacian_spectrum
    >>> mesh = icosphere(1)
    >>> axes = plot_mode(mesh, laplacian_spectrum(mesh, 5).vectors[:, 4])
    """
    mesh, axes = check_mesh(mesh), _square(axes)
    V, T = np.asarray(mesh.vertices), np.asarray(mesh.triangles)
    numbers = check_finite("values", values, (len(V),))
    a, b, c = (V[T[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    facing = normals[:, 2] > 0
    order = np.argsort(V[T[facing]].mean(axis=1)[:, 2])
    seen = T[facing][order]
    light = (normals[facing][order, 2] / np.linalg.norm(normals[facing][order], axis=1))[:, None]
    scaled = numbers[seen].mean(axis=1) / (2 * max(1e-12, np.abs(numbers).max()))
    colours = colormaps["RdBu_r"](0.5 + scaled)
    colours[:, :3] *= 0.55 + 0.45 * light
    axes.add_collection(
        PolyCollection(list(V[seen, :2]), facecolors=colours, edgecolors=colours, linewidths=0.3)
    )
    axes.autoscale_view()
    axes.set_title("A function on a mesh")
    return describe(axes, f"A function on a mesh: positive at {(numbers > 0).sum()} of {len(V)} vertices.")


def plot_spectrum(
    spectra: Sequence[LaplacianSpectrum], labels: Sequence[str], *, axes: Axes | None = None
) -> Axes:
    """Draw eigenvalues of spheres beside l(l + 1), the values of the round sphere.

    Parameters
    ----------
    spectra : list of LaplacianSpectrum
    labels : list of str
        One for each.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import icosphere, laplacian_spectrum
    >>> axes = plot_spectrum([laplacian_spectrum(icosphere(2), 16)], ["level 2"])
    """
    axes = new_axes(axes)
    spectra = [_checked("spectra", s, LaplacianSpectrum) for s in entries("spectra", spectra, 1, 20)]
    labels = [_checked("labels", x, str) for x in entries("labels", labels, 1, 20)]
    if len(spectra) != len(labels):
        raise ValueError(
            f"labels must be one for each of {len(spectra)} spectra, at least one; got {len(labels)}."
        )
    most = max(len(s.values) for s in spectra)
    degrees = range(int(np.ceil(np.sqrt(most))))
    for l in degrees:
        axes.hlines(
            l * (l + 1), l * l + 0.5, min(most, (l + 1) ** 2) + 0.5, color=PALETTE["grey"], linewidth=1
        )
    for spectrum, label, mark in zip(spectra, labels, "os^Dv" * len(spectra), strict=False):
        axes.plot(np.arange(1, len(spectrum.values) + 1), spectrum.values, mark, markersize=4, label=label)
    axes.set(xlabel="number of the eigenvalue", ylabel="eigenvalue", title="Eigenvalues against l(l + 1)")
    axes.legend(loc="upper left")
    last = [f"{label} ends at {s.values[-1]:.4g}" for s, label in zip(spectra, labels, strict=True)]
    return describe(axes, f"Eigenvalues in groups of 2l + 1 near l(l + 1): {', '.join(last)}.")


def plot_moving_mass(bridge: SchroedingerBridge, *, axes: Axes | None = None) -> Axes:
    """Draw the law of a bridge at each time: states across, time upwards.

    Parameters
    ----------
    bridge : SchroedingerBridge
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import schroedinger_bridge
    >>> axes = plot_moving_mass(schroedinger_bridge([[0.9, 0.1], [0.1, 0.9]], 3, [0.9, 0.1], [0.2, 0.8]))
    >>> axes.get_ylabel()
    'time (steps)'
    """
    axes, bridge = new_axes(axes), _checked("bridge", bridge, SchroedingerBridge)
    P = np.array(bridge.P, dtype=float) / np.sum(np.array(bridge.P, dtype=float), axis=1, keepdims=True)
    pairs = pair_laws(bridge.coupling, P, transition_powers(P, bridge.steps))
    laws = np.array([*(J.sum(axis=1) for J in pairs), pairs[-1].sum(axis=0)])
    image = axes.imshow(laws, aspect="auto", origin="lower", cmap="viridis", interpolation="nearest")
    axes.get_figure().colorbar(image, ax=axes, label="probability")  # type: ignore[union-attr]
    axes.set(xlabel="state", ylabel="time (steps)", title=f"Mass on its way, {bridge.steps} steps")
    first, last = int(laws[0].argmax()), int(laws[-1].argmax())
    return describe(
        axes, f"The law at times 0 to {bridge.steps}: its largest mass goes from state {first} to {last}."
    )


def plot_fitting(kl: ArrayLike, eigenvalue: float, *, axes: Axes | None = None) -> Axes:
    """Draw how KL(iterate | bridge) falls, beside the slope of the exact rate.

    Parameters
    ----------
    kl : array_like of shape (m,)
        From `iterative_markovian_fitting`.
    eigenvalue : float
        From `fitting_rate`; the slope is its square.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_fitting([1, 0.2, 0.05, 0.0125], 0.5).get_yscale()
    'log'
    """
    values, axes = check_finite("kl", entries("kl", kl, 1, 10**6), (-1,)), new_axes(axes)
    rate, steps = float(check_finite("eigenvalue", eigenvalue, ())), np.arange(len(values))
    positive = np.cumprod(values > 1e-15).astype(bool)  # below, rounding
    axes.semilogy(steps[positive], values[positive], "o-", markersize=4, label="iterates")
    anchor = steps[positive][len(steps[positive]) // 2] if positive.any() else 0
    if positive.any() and rate > 0:
        slope = values[anchor] * rate ** (2.0 * (steps - anchor))
        seen = slope > 1e-17
        axes.semilogy(steps[seen], slope[seen], "--", color=PALETTE["vermilion"], label=f"rate {rate**2:.4g}")
    axes.set(xlabel="iteration", ylabel="KL(iterate | bridge)", title="Iterative Markovian fitting")
    axes.legend()
    ends = f"from {values[0]:.3g} to {values[-1]:.3g}"
    return describe(axes, f"KL {ends} in {len(values) - 1} iterations; the exact rate is {rate**2:.4g}.")


def _checked(name, value, kind):
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be of type {kind.__name__}; got {shown(value)}.")
    return value


def _circle(n: int) -> np.ndarray:
    turn = 2 * np.pi * np.arange(n) / n + np.pi / 2
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def _square(axes: Axes | None) -> Axes:
    axes = new_axes(axes, figsize=(4.6, 4.6))
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.margins(0.15)
    return axes
