"""Pictures of functions on meshes, and of their spectra."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import ArrayLike

from mathlib.checks import check_finite
from mathlib.fields import entries
from mathlib.graphs.meshes.calculus import LaplacianSpectrum
from mathlib.graphs.objects.mesh import TriangleMesh, check_mesh
from mathlib.graphs.plots.parts import checked, square
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_mode", "plot_spectrum"]


def plot_mode(mesh: TriangleMesh, values: ArrayLike, *, title: str = "", axes: Axes | None = None) -> Axes:
    """Draw a function on a mesh, seen along the third axis.

    Parameters
    ----------
    mesh : TriangleMesh
    values : array_like of shape (n,)
        A number for each vertex.
    title : str
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
    mesh, axes = check_mesh(mesh), square(axes)
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
        PolyCollection(
            list(V[seen, :2]), facecolors=colours, edgecolors=colours, linewidths=0.3, antialiased=False
        )
    )
    axes.autoscale_view()
    axes.set_title(title or "A function on a mesh")
    above = f"positive at {(numbers > 0).sum()} of {len(V)} vertices"
    return describe(axes, f"{title or 'A function'} on a mesh: {above}.")


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
    spectra = [checked("spectra", s, LaplacianSpectrum) for s in entries("spectra", spectra, 1, 20)]
    labels = [checked("labels", x, str) for x in entries("labels", labels, 1, 20)]
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
