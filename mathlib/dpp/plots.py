"""The pictures of this topic."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mathlib.checks import check_number, check_probability
from mathlib.dpp.fits.sobol import SobolIndices
from mathlib.dpp.samplers.design import Design
from mathlib.plotting import describe, new_axes

__all__ = ["plot_design", "plot_quantiles", "plot_shares", "plot_sobol"]


def plot_quantiles(
    positions: ArrayLike,
    samples: Sequence[ArrayLike],
    *,
    label: str,
    color: str | None = None,
    marker: str = "o",
    low: float = 0.1,
    high: float = 0.9,
    axes: Axes | None = None,
) -> Axes:
    """Draw the medians of samples, joined by a line, each with a bar from one quantile to another.

    Quantiles are drawn instead of means because errors of random designs have heavy tails.

    Parameters
    ----------
    positions : array_like, shape (k,)
    samples : list of k array_like
        They may hold infinity, for a draw that determines no fit.
    label : str
    color, marker : str, optional
    low, high : float
        The quantiles at the ends of a bar.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> axes = plot_quantiles([1, 2], [[1.0, 2.0, np.inf], [3.0, 4.0, 5.0]], label="errors", axes=axes)
    >>> axes.lines[0].get_ydata().tolist()
    [2.0, 4.0]
    """
    low, high = check_probability("low", low, "a quantile"), check_probability("high", high, "a quantile")
    levels = [low, 0.5, high]
    # This definition takes values of the sample: others subtract infinity from infinity.
    quantiles = [np.quantile(np.asarray(s), levels, method="inverted_cdf") for s in samples]
    bottom, middle, top = np.array(quantiles).T
    axes = _line_with_bars(new_axes(axes), positions, middle, bottom, top, label, color, marker)
    text = f"{label}: {_ends('medians', positions, middle)}, with bars from one quantile to another."
    return describe(axes, text)


def plot_shares(
    positions: ArrayLike,
    hits: ArrayLike,
    trials: int,
    *,
    label: str,
    color: str | None = None,
    marker: str = "o",
    z: float = 5.0,
    axes: Axes | None = None,
) -> Axes:
    """Draw observed shares hits / trials, joined by a line, with their uncertainty.

    A bar covers the probabilities p for which `hits` is within z standard deviations of trials * p (Wilson,
    1927): with z = 5 it misses the true p about once in a million, unless p * trials is small.

    Parameters
    ----------
    positions, hits : array_like, shape (k,)
    trials : int
    label : str
    color, marker : str, optional
    z : float
        Above 0.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_shares([1, 2], [30, 10], 100, label="found", axes=Figure().subplots())
    >>> axes.lines[0].get_ydata().tolist()
    [0.3, 0.1]
    """
    z = check_number("z", z, 0, np.inf, "in standard deviations")
    shares = np.asarray(hits, dtype=float) / trials
    middle = (shares + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(shares * (1 - shares) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    bottom, top = middle - reach, middle + reach
    axes = _line_with_bars(new_axes(axes), positions, shares, bottom, top, label, color, marker)
    return describe(axes, f"{label}: {_ends('shares', positions, shares)}, with bars of their uncertainty.")


def _line_with_bars(axes, positions, middle, bottom, top, label, color, marker):
    (line,) = axes.plot(positions, middle, marker=marker, label=label, color=color)
    axes.vlines(positions, bottom, top, color=line.get_color(), linewidth=1.2, alpha=0.7)
    return axes


def _ends(what, positions, values) -> str:
    """The first and the last point of a line, in words."""
    x = np.asarray(positions)
    return f"{what} from {values[0]:.3g} at {x[0]:.3g} to {values[-1]:.3g} at {x[-1]:.3g}"


def plot_sobol(
    indices: Mapping[str, SobolIndices], *, names: Sequence[str], axes: Axes | None = None
) -> Axes:
    """Draw Sobol' indices as bars: the full bar is the total index, its solid part the first-order one.

    Parameters
    ----------
    indices : dict of str to SobolIndices
        What to compare, by label; single functions of the same d inputs.
    names : list of d str
        The inputs.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.dpp import ishigami_sobol_indices
    >>> axes = Figure().subplots()
    >>> axes = plot_sobol({"exact": ishigami_sobol_indices()}, names=["x1", "x2", "x3"], axes=axes)
    >>> [round(float(bar.get_height()), 3) for bar in axes.containers[1]]
    [0.314, 0.442, 0.0]
    """
    axes = new_axes(axes)
    width = 0.8 / len(indices)
    texts = []
    for i, (label, sobol) in enumerate(indices.items()):
        places = np.arange(len(names)) + (i - (len(indices) - 1) / 2) * width
        pale = axes.bar(places, sobol.total, 0.9 * width, alpha=0.35)
        axes.bar(places, sobol.first, 0.9 * width, color=pale[0].get_facecolor()[:3], label=label)
        pairs = zip(names, sobol.first, sobol.total, strict=True)
        texts.append(f"{label}: " + ", ".join(f"{name} {a:.2f} and {b:.2f}" for name, a, b in pairs))
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel("share of the variance")
    axes.legend()
    return describe(axes, f"Bars of first-order and total Sobol' indices. {'; '.join(texts)}.")


def plot_design(
    design: Design,
    *,
    label: str | None = None,
    color: str | None = None,
    marker: str = "o",
    axes: Axes | None = None,
) -> Axes:
    """Draw the points of a design in the plane, each with an area proportional to its weight.

    Parameters
    ----------
    design : Design
        One draw with d = 2.
    label, color, marker : str, optional
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Raises
    ------
    ValueError
        If the points are not in the plane or this is a batch.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_dpp
    >>> design = sample_dpp(TensorBasis(Legendre(), index_set("total", 2, 3)), rng=0)
    >>> len(plot_design(design, axes=Figure().subplots()).collections[0].get_offsets())
    10
    """
    axes = new_axes(axes)
    if design.points.ndim != 2 or design.d != 2:
        raise ValueError(f"design must be one draw in the plane; got points of shape {design.points.shape}.")
    areas = 40 * design.weights / design.weights.mean()
    x, y = design.points.T
    axes.scatter(x, y, s=areas, label=label, color=color, marker=marker, alpha=0.8)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    spread = design.weights.max() / design.weights.min()
    text = f"{design.n} points ({design.scheme}), areas by weight, which vary {spread:.3g}-fold."
    return describe(axes, text)
