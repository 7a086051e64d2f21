"""The pictures of this topic.

Each function draws into the given Axes or a new figure, and returns the Axes with a text for `show`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Circle, Polygon
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, check_flag, check_number
from mathlib.packing.three_point.plots import plot_chain, plot_kernel, plot_triangles
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = [
    "plot_chain", "plot_gap", "plot_kernel", "plot_packing", "plot_pair", "plot_roots", "plot_touching",
    "plot_triangles",
]  # fmt: skip


def plot_packing(basis: ArrayLike, *, width: float = 4.0, title: str = "", axes: Axes | None = None) -> Axes:
    """Draw the packing of discs of a lattice in the plane, and one cell of the lattice.

    Parameters
    ----------
    basis : array_like of shape (2, 2)
        The basis vectors, one a row. The discs are as large as they can be.
    width : float
        Half the side of the window, in the unit of the basis.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_packing([[1, 0], [0, 1]], axes=Figure().subplots())
    >>> len(axes.collections)
    1
    """
    rows, width = check_finite("basis", basis, shape=(2, 2)), check_number("width", width, 0, math.inf)
    axes = new_axes(axes)
    span = np.arange(-20, 21)
    points = np.array([i * rows[0] + j * rows[1] for i in span for j in span])
    lengths = np.linalg.norm(points, axis=1)
    radius = lengths[lengths > 0].min() / 2
    seen = points[np.abs(points).max(axis=1) < width + radius]
    discs = PatchCollection([Circle(p, radius) for p in seen], facecolor=PALETTE["sky"], edgecolor="white")
    axes.add_collection(discs)
    axes.plot(*seen.T, linestyle="", marker=".", color="#333333", markersize=4)
    cell = [np.zeros(2), rows[0], rows[0] + rows[1], rows[1]]
    axes.add_patch(Polygon(cell, facecolor="none", edgecolor=PALETTE["vermilion"], linewidth=2.5))
    axes.set(xlim=(-width, width), ylim=(-width, width), aspect="equal", title=title)
    axes.set_axis_off()
    share = math.pi * radius**2 / abs(np.linalg.det(rows))
    touching = int((lengths < 2 * radius * (1 + 1e-9)).sum()) - 1
    text = (
        f"Discs of equal size around the points of a {f'{title} ' if title else ''}lattice in the plane, "
        f"each touching {touching} others: they cover {share:.1%}. One cell is outlined."
    )
    return describe(axes, text)


def plot_pair(
    certificate: Any, *, reach: float = 2.5, magnified: bool = False, title: str = "",
    axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a radial function and its Fourier transform, scaled to 1 at the origin.

    Parameters
    ----------
    certificate : object with f, f_hat and radius_squared_times_2pi
        For example a TwoPointCertificate, or what `cohn_elkies_sdp` returns.
    reach : float
        The largest distance |x| shown.
    magnified : bool
        Stretch the vertical axis until the part of f beyond r fills it.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.packing import two_point_bound
    >>> axes = plot_pair(two_point_bound(8, nodes=1), axes=Figure().subplots())
    >>> axes.get_ylabel()
    'value'
    """
    reach, magnified = check_number("reach", reach, 0, math.inf), check_flag("magnified", magnified)
    axes, r, x = new_axes(axes), _radius(certificate), np.linspace(0, reach, 351)
    f = certificate.f(x) / certificate.f(0.0)
    transform = certificate.f_hat(x) / certificate.f_hat(0.0)
    axes.axhline(0, color="black", linewidth=1)
    axes.axvline(r, color=PALETTE["grey"], linestyle=":", label=f"r = {r:.4f}")
    axes.plot(x, f, label="f, negative beyond r")
    axes.plot(x, transform, linestyle="--", label="its transform, never negative")
    axes.set(xlabel="distance |x| from the origin", ylabel="value", xlim=(0, reach), title=title)
    depth = np.abs(f[x > r]).max() if reach > r else 1.0
    if magnified:
        axes.set_ylim(-1.2 * depth, 2.4 * depth)
        axes.ticklabel_format(axis="y", scilimits=(-2, 2))
        return describe(axes, f"The same magnified: beyond r the first goes down to -{depth:.1e}.")
    axes.legend()
    found = f"changes its sign at r = {r:.4f}" if reach > r else "is positive as far as it is shown"
    least = f"its Fourier transform is at least {transform.min():.1e}"
    return describe(axes, f"A radial function falls from 1 and {found}; {least}.")


def plot_touching(
    certificate: Any, *, reach: float, marks: Sequence[float] = (), title: str = "",
    axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw |f| and its transform on a logarithmic axis: double roots become sharp dips.

    Parameters
    ----------
    certificate : object with f, f_hat and radius_squared_times_2pi
    reach : float
        The largest distance |x| shown.
    marks : sequence of float
        Distances to mark by dotted lines, such as the lengths of the vectors of a lattice.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.packing import two_point_bound
    >>> axes = plot_touching(two_point_bound(8, nodes=2), reach=3, axes=Figure().subplots())
    >>> axes.get_yscale()
    'log'
    """
    reach, places = check_number("reach", reach, 0, math.inf), check_finite("marks", marks, shape=(-1,))
    axes, r = new_axes(axes), _radius(certificate)
    near = [m + d for m in (r, *places) for d in (-3e-4, 0, 3e-4)]
    x = np.unique(np.r_[np.linspace(0, reach, 600), near])
    x = x[(x >= 0) & (x <= reach)]
    for mark in places:
        axes.axvline(mark, color=PALETTE["grey"], linestyle=":", linewidth=1)
    scale = abs(certificate.f(0.0))
    lowest = []
    both = (certificate.f(x), "|f|", "-"), (certificate.f_hat(x), "its transform", "--")
    for values, label, style in both:
        sizes = np.abs(values) / scale
        axes.semilogy(x, sizes, style, label=label)
        lowest.append(x[1:-1][(sizes[1:-1] < sizes[:-2]) & (sizes[1:-1] <= sizes[2:])])
    axes.set(xlabel="distance |x| from the origin", ylabel="absolute value (1 at the origin)", title=title)
    axes.legend()
    first, second = (", ".join(f"{d:.2f}" for d in dips[:6]) or "no distance" for dips in lowest)
    return describe(axes, f"Absolute values, logarithmic: f has dips at {first}; its transform at {second}.")


def plot_gap(
    dimensions: Sequence[int], columns: Mapping[str, Sequence[float]], *, title: str = "",
    axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw what several columns of a table say about the density, relative to the first one.

    Parameters
    ----------
    dimensions : sequence of int
    columns : dict of str to sequence of float
        Densities by label, one for each dimension; NaN where there is none. The first column becomes the
        line 1, the others are divided by it, on a logarithmic axis.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_gap([1, 2], {"bound": [1.0, 0.92], "packing": [1.0, 0.90]}, axes=Figure().subplots())
    >>> axes.get_yscale()
    'log'
    """
    axes, (first, *others) = new_axes(axes), columns
    base = np.asarray(columns[first], dtype=float)
    axes.axhline(1, color="black", linewidth=1.5, label=first)
    parts = [f"Densities divided by the {first}, dimensions {dimensions[0]} to {dimensions[-1]}, logarithmic"]
    for label, marker in zip(others, "os^Dv", strict=False):
        shares = np.asarray(columns[label], dtype=float) / base
        axes.semilogy(dimensions, shares, marker=marker, label=label)
        low, high = int(np.nanargmin(shares)), int(np.nanargmax(shares))
        parts.append(
            f"{label}: from {shares[low]:.3g} in dimension {dimensions[low]} to {shares[high]:.3g} in "
            f"{dimensions[high]}"
        )
    axes.set(xlabel="dimension n", ylabel=f"density divided by the {first}", yscale="log", title=title)
    bottom, top = axes.get_ylim()
    ticks = [tick for tick in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 3) if bottom <= tick <= top]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend()
    return describe(axes, "; ".join(parts) + ".")


def plot_roots(
    columns: Mapping[str, Mapping[int, float]], limits: Mapping[str, float], *, title: str = "",
    axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the n-th roots of densities that fall exponentially, and constants that they are compared with.

    Parameters
    ----------
    columns : dict of str to dict of int to float
        Densities by dimension, for each label.
    limits : dict of str to float
        Horizontal lines by label. The label of the lowest of neighbours stands below its line, the others
        above.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_roots({"bound": {1: 1.0, 2: 0.81}}, {"one half": 0.5}, axes=Figure().subplots())
    >>> [float(y) for y in axes.lines[0].get_ydata()]
    [1.0, 0.9]
    """
    axes, parts = new_axes(axes), ["The n-th roots of densities against the dimension"]
    for (label, densities), marker in zip(columns.items(), "os^D", strict=False):
        roots = [float(density) ** (1 / n) for n, density in densities.items()]
        axes.plot(list(densities), roots, marker=marker, markersize=4, label=label)
        parts.append(f"{label}: from {roots[0]:.4f} to {roots[-1]:.4f} in dimension {max(densities)}")
    for label, value in limits.items():
        axes.axhline(value, color="#555555", linestyle="--", linewidth=1)
        crowded = any(value < other < value + 0.03 for other in limits.values())
        place = {"xytext": (0, -3 if crowded else 3), "va": "top" if crowded else "bottom"}
        axes.annotate(label, (0, value), textcoords="offset points", fontsize=9.5, **place)  # type: ignore[arg-type]
    axes.set(xlabel="dimension n", ylabel="n-th root of the density", title=title)
    axes.legend()
    if limits:
        parts.append(f"dashed lines: {', '.join(limits)}")
    return describe(axes, "; ".join(parts) + ".")


def _radius(certificate):
    return math.sqrt(float(certificate.radius_squared_times_2pi) / (2 * math.pi))
