"""The pictures of three-point bounds."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mathlib.checks import check_number, shown
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.packings import PackingSums
from mathlib.plotting import describe, new_axes

__all__ = ["plot_chain", "plot_kernel", "plot_triangles"]


def plot_kernel(
    certificate: ThreePointCertificate, length: float, *, title: str = "", axes: Axes | None = None
) -> Axes:
    """Colour each point y of a plane by f3(x, y), for one x at the given length on the horizontal axis.

    Parameters
    ----------
    certificate : ThreePointCertificate
    length : float
        |x| in units of r, between 1 and R/r.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        With a colour bar: red is positive, blue negative.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_kernel(ThreePointCertificate.shipped(3), 1.2, axes=Figure().subplots())
    >>> axes.get_xlabel()
    'first coordinate of y, unit r'
    """
    r, R = _ring(certificate)
    length = check_number("length", length, 0, math.inf, "from 1 to R/r")
    axes = new_axes(axes, figsize=(6, 4.4))
    radius, angle = np.linspace(r, R, 61)[:, None], np.linspace(0, 2 * np.pi, 241)[None]
    values = certificate.f3(length * r, radius, np.cos(angle))
    top = np.abs(values).max()
    x, y = radius / r * np.cos(angle), radius / r * np.sin(angle)
    levels = MaxNLocator(nbins=24, symmetric=True).tick_values(-top, top)
    mesh = axes.contourf(x, y, values, levels=levels, cmap="RdBu_r")
    axes.plot([0, length], [0, 0], linestyle="", marker="o", color="black")
    axes.annotate("0", (0, 0), xytext=(-6, 6), textcoords="offset points", ha="right")
    axes.annotate("x", (length, 0), xytext=(0, 7), textcoords="offset points", ha="center")
    labels = {"xlabel": "first coordinate of y, unit r", "ylabel": "second coordinate, unit r"}
    axes.set(aspect="equal", title=title, **labels)
    axes.grid(False)
    axes.figure.colorbar(mesh, ax=axes, label="f3(x, y)")
    across = certificate.f3(length * r, np.linspace(r, R, 61), -1.0)
    text = (
        f"A coloured ring around the origin: the kernel of dimension {certificate.n} for a fixed x at "
        f"distance {length:.1f} r goes from {values.min():.2g} to {values.max():.2g}, and on the side "
        f"opposite to x from {across.min():.2g} to {across.max():.2g}."
    )
    return describe(axes, text)


def plot_triangles(
    certificate: ThreePointCertificate, a: float, *, title: str = "", axes: Axes | None = None
) -> Axes:
    """Colour the triangles with one side a (unit r) by how far below zero the left side of (D1) is.

    Parameters
    ----------
    certificate : ThreePointCertificate
    a : float
        From 1 to R/r.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        With a colour bar; its values are powers of ten.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_triangles(ThreePointCertificate.shipped(3), 1.1, axes=Figure().subplots())
    >>> axes.get_xlabel()
    'side b, unit r'
    """
    r, R = _ring(certificate)
    a = check_number("a", a, 0, math.inf, "from 1 to R/r")
    axes = new_axes(axes, figsize=(6, 4.6))
    sides = np.linspace(r, R, 121)
    values = certificate.triangle_sum(a * r, sides[:, None], sides[None])
    depth = np.log10(np.maximum(-values, 1e-12))
    mesh = axes.pcolormesh(sides / r, sides / r, depth, cmap="viridis_r", rasterized=True)
    axes.set(aspect="equal", xlabel="side b, unit r", ylabel="side c, unit r", title=title)
    axes.grid(False)
    axes.figure.colorbar(mesh, ax=axes, label="log10 of minus the left side of (D1)")
    b, c = (sides[i] / r for i in np.unravel_index(values.argmax(), values.shape))
    text = (
        f"Map of the triangles with one side {a:.2f} r, by how far (D1) is below zero: from "
        f"10^{depth.max():.1f} to 10^{depth.min():.1f}, nearest at the sides {c:.2f} r and {b:.2f} r."
    )
    return describe(axes, text)


def plot_chain(sums: Mapping[str, PackingSums], *, title: str = "", axes: Axes | None = None) -> Axes:
    """Draw density <= by pairs <= by triples <= bound for several packings, each divided by the bound.

    Parameters
    ----------
    sums : dict of str to PackingSums
        What `packing_sums` returns, by label.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_chain({"a": PackingSums(0.4, 0.5, 0.6, 0.8, 1.0)}, axes=Figure().subplots())
    >>> axes.get_xlabel()
    'divided by the bound of the dimension'
    """
    axes = new_axes(axes, figsize=(6, 4.2))
    steps = {"density": "o", "by_pairs": "s", "by_triples": "D"}
    labels = {"density": "density", "by_pairs": "seen by pairs", "by_triples": "seen by triples"}
    shares = {name: [getattr(row, name) / row.bound for row in sums.values()] for name in steps}
    for name, marker in steps.items():
        axes.plot(shares[name], range(len(sums)), linestyle="", marker=marker, label=labels[name])
    axes.axvline(1.0, color="black", linewidth=1.5, label="bound")
    axes.set_yticks(range(len(sums)), list(sums))
    axes.invert_yaxis()
    axes.set(xlabel="divided by the bound of the dimension", title=title)
    axes.legend(loc="lower left")
    rows = (
        f"{label} {', '.join(f'{shares[name][i]:.3f}' for name in steps)}" for i, label in enumerate(sums)
    )
    text = "Density, sum over pairs and sum over triples of packings, divided by the bound: "
    return describe(axes, text + "; ".join(rows) + ".")


def _ring(certificate):
    if not isinstance(certificate, ThreePointCertificate):
        raise ValueError(f"certificate must be a ThreePointCertificate; got {shown(certificate)}.")
    return float(certificate.r), float(certificate.R)
