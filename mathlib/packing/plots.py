"""The pictures of this topic."""

import math

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.patches import Circle, Polygon
from matplotlib.ticker import MaxNLocator

from mathlib.plotting import PALETTE

__all__ = [
    "plot_chain",
    "plot_gap",
    "plot_kernel",
    "plot_packing",
    "plot_pair",
    "plot_roots",
    "plot_touching",
    "plot_triangles",
]


def plot_packing(axes, basis, *, width=4.0):
    """Draw the packing of discs of a lattice in the plane, and one cell of the lattice.

    Parameters
    ----------
    axes : matplotlib Axes
    basis : array_like of shape (2, 2)
        The basis vectors, one a row. The discs are as large as they can be.
    width : float
        Half the side of the window, in the unit of the basis.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_packing(axes, [[1, 0], [0, 1]])
    >>> len(axes.collections)
    1
    """
    basis = np.asarray(basis, dtype=float)
    span = np.arange(-20, 21)
    points = np.array([i * basis[0] + j * basis[1] for i in span for j in span])
    lengths = np.linalg.norm(points, axis=1)
    radius = lengths[lengths > 0].min() / 2
    seen = points[np.abs(points).max(axis=1) < width + radius]
    discs = PatchCollection([Circle(p, radius) for p in seen], facecolor=PALETTE["sky"], edgecolor="white")
    axes.add_collection(discs)
    axes.plot(*seen.T, linestyle="", marker=".", color="#333333", markersize=4)
    cell = [[0, 0], basis[0], basis[0] + basis[1], basis[1]]
    axes.add_patch(Polygon(cell, facecolor="none", edgecolor=PALETTE["vermilion"], linewidth=2.5))
    axes.set(xlim=(-width, width), ylim=(-width, width), aspect="equal")
    axes.set_axis_off()


def plot_pair(axes, certificate, *, reach=2.5):
    """Draw a radial function and its Fourier transform, plainly and under a magnifying glass.

    Parameters
    ----------
    axes : pair of matplotlib Axes
        On the first the functions, scaled to 1 at the origin; on the second the same with the vertical axis
        stretched until the part of f beyond r fills it.
    certificate : object with n, f, f_hat and radius_squared_times_2pi
        For example a TwoPointCertificate or an SDPResult.
    reach : float
        The largest distance |x| shown.
    """
    r = math.sqrt(float(certificate.radius_squared_times_2pi) / (2 * math.pi))
    x = np.linspace(0, reach, 351)
    f = certificate.f(x) / certificate.f(0.0)
    transform = certificate.f_hat(x) / certificate.f_hat(0.0)
    depth = np.abs(f[x > r]).max() if reach > r else 1
    for panel in axes:
        panel.axhline(0, color="black", linewidth=1)
        panel.axvline(r, color=PALETTE["grey"], linestyle=":", label=f"r = {r:.4f}")
        panel.plot(x, f, label="f, negative beyond r")
        panel.plot(x, transform, linestyle="--", label="its transform, never negative")
        panel.set(ylabel="value", xlim=(0, reach))
    axes[1].set(ylim=(-1.2 * depth, 2.4 * depth), xlabel="distance |x| from the origin")
    axes[1].ticklabel_format(axis="y", scilimits=(-2, 2))
    axes[0].legend()


def plot_touching(axes, certificate, *, reach, marks=()):
    """Draw |f| and its transform on a logarithmic axis: double roots become sharp dips.

    Parameters
    ----------
    axes : matplotlib Axes
    certificate : TwoPointCertificate
    reach : float
        The largest distance |x| shown.
    marks : sequence of float
        Distances to mark by dotted lines, such as the lengths of the vectors of a lattice.
    """
    r = math.sqrt(float(certificate.radius_squared_times_2pi) / (2 * math.pi))
    x = np.unique(np.r_[np.linspace(0, reach, 600), [m + d for m in (r, *marks) for d in (-3e-4, 0, 3e-4)]])
    x = x[(x >= 0) & (x <= reach)]
    for mark in marks:
        axes.axvline(mark, color=PALETTE["grey"], linestyle=":", linewidth=1)
    scale = abs(certificate.f(0.0))
    axes.semilogy(x, np.abs(certificate.f(x)) / scale, label="|f|")
    axes.semilogy(x, np.abs(certificate.f_hat(x)) / scale, linestyle="--", label="its transform")
    axes.set(xlabel="distance |x| from the origin", ylabel="absolute value (1 at the origin)")
    axes.legend()


def plot_gap(axes, dimensions, columns):
    """Draw what several columns of a table say about the density, relative to the first one.

    Parameters
    ----------
    axes : matplotlib Axes
    dimensions : sequence of int
    columns : dict of str to sequence of float
        Densities by label, one for each dimension; NaN where there is none. The first column becomes the
        line 1, the others are divided by it, on a logarithmic axis.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_gap(axes, [1, 2], {"bound": [1.0, 0.92], "packing": [1.0, 0.90]})
    >>> axes.get_yscale()
    'log'
    """
    first, *others = columns
    base = np.asarray(columns[first], dtype=float)
    axes.axhline(1, color="black", linewidth=1.5, label=first)
    for label, marker in zip(others, "os^Dv", strict=False):
        axes.semilogy(dimensions, np.asarray(columns[label], dtype=float) / base, marker=marker, label=label)
    axes.set(xlabel="dimension n", ylabel=f"density divided by the {first}", yscale="log")
    low, high = axes.get_ylim()
    ticks = [tick for tick in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 3) if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend()


def plot_roots(axes, columns, limits):
    """Draw the n-th roots of densities that fall exponentially, and constants that they are compared with.

    Parameters
    ----------
    axes : matplotlib Axes
    columns : dict of str to dict of int to float
        Densities by dimension, for each label.
    limits : dict of str to float
        Horizontal lines by label. The label of the lowest of neighbours stands below its line, the others
        above.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_roots(axes, {"bound": {1: 1.0, 2: 0.81}}, {"one half": 0.5})
    >>> [float(y) for y in axes.lines[0].get_ydata()]
    [1.0, 0.9]
    """
    for (label, densities), marker in zip(columns.items(), "os^D", strict=False):
        roots = [float(density) ** (1 / n) for n, density in densities.items()]
        axes.plot(list(densities), roots, marker=marker, markersize=4, label=label)
    heights = sorted(limits.values())
    for label, value in limits.items():
        axes.axhline(value, color="#555555", linestyle="--", linewidth=1)
        crowded = any(value < other < value + 0.03 for other in heights)
        axes.annotate(
            label,
            (0, value),
            xytext=(0, -3 if crowded else 3),
            textcoords="offset points",
            va="top" if crowded else "bottom",
            fontsize=9.5,
        )
    axes.set(xlabel="dimension n", ylabel="n-th root of the density")
    axes.legend()


def plot_kernel(axes, certificate, length):
    """Colour each point y of a plane by f3(x, y), for one x at the given length on the horizontal axis.

    Parameters
    ----------
    axes : matplotlib Axes
    certificate : ThreePointCertificate
    length : float
        |x| in units of r, between 1 and R/r.

    Returns
    -------
    QuadContourSet
        The coloured ring r <= |y| <= R, for a colour bar; red is positive, blue negative.
    """
    r, R = float(certificate.r), float(certificate.R)
    radius, angle = np.linspace(r, R, 61)[:, None], np.linspace(0, 2 * np.pi, 241)[None]
    values = certificate.f3(length * r, radius, np.cos(angle))
    top = np.abs(values).max()
    x, y = radius / r * np.cos(angle), radius / r * np.sin(angle)
    levels = MaxNLocator(nbins=24, symmetric=True).tick_values(-top, top)
    mesh = axes.contourf(x, y, values, levels=levels, cmap="RdBu_r")
    axes.plot([0, length], [0, 0], linestyle="", marker="o", color="black")
    axes.annotate("0", (0, 0), xytext=(-6, 6), textcoords="offset points", ha="right")
    axes.annotate("x", (length, 0), xytext=(0, 7), textcoords="offset points", ha="center")
    axes.set(aspect="equal", xlabel="first coordinate of y, unit r", ylabel="second coordinate, unit r")
    axes.grid(False)
    return mesh


def plot_triangles(axes, certificate, a):
    """Colour the triangles with one side a (unit r) by how far below zero the left side of (D1) is.

    Returns the QuadMesh, for a colour bar; its values are powers of ten.
    """
    from mathlib.packing.three_point.functions import triangle_sum

    r, R = float(certificate.r), float(certificate.R)
    sides = np.linspace(r, R, 121)
    values = triangle_sum(certificate, a * r, sides[:, None], sides[None])
    depth = np.log10(np.maximum(-values, 1e-12))
    mesh = axes.pcolormesh(sides / r, sides / r, depth, cmap="viridis_r", rasterized=True)
    axes.set(aspect="equal", xlabel="side b, unit r", ylabel="side c, unit r")
    axes.grid(False)
    return mesh


def plot_chain(axes, sums):
    """Draw density <= by pairs <= by triples <= bound for several packings, each divided by the bound.

    Parameters
    ----------
    axes : matplotlib Axes
    sums : dict of str to PackingSums
    """
    steps = {"density": "o", "by_pairs": "s", "by_triples": "D"}
    labels = {"density": "density", "by_pairs": "seen by pairs", "by_triples": "seen by triples"}
    for name, marker in steps.items():
        values = [getattr(row, name) / row.bound for row in sums.values()]
        axes.plot(values, range(len(sums)), linestyle="", marker=marker, label=labels[name])
    axes.axvline(1.0, color="black", linewidth=1.5, label="bound")
    axes.set_yticks(range(len(sums)), list(sums))
    axes.invert_yaxis()
    axes.set(xlabel="divided by the bound of the dimension")
