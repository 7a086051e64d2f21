"""The pictures of this topic."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from scipy.stats import chi2

from mathlib.plotting import describe, new_axes

__all__ = ["plot_growth", "plot_ratios", "plot_shares"]


def plot_ratios(
    ratios: Mapping[str, ArrayLike],
    *,
    k: int | None = None,
    eps: float | None = None,
    title: str = "",
    axes: Axes | None = None,
) -> Axes:
    """Draw how squared distances change: histograms of |Phi x|^2 / |x|^2.

    Parameters
    ----------
    ratios : dict of str to array
        The ratios to compare, by label. All histograms share their bins and have area 1.
    k : int, optional
        Draw the density of chi2_k / k, the law of each single ratio under a Gaussian map to k dimensions.
    eps : float, optional
        Draw the limits 1 - eps and 1 + eps.
    title : str
        The title of the picture.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_ratios({"one draw": [0.9, 1.0, 1.2]}, k=50, eps=0.3, axes=Figure().subplots())
    >>> axes.get_xlabel()
    'squared distance after / before'
    """
    axes = new_axes(axes)
    samples = {label: np.asarray(sample, dtype=float).ravel() for label, sample in ratios.items()}
    values = np.concatenate(list(samples.values()))
    shown = np.append(values, [1 - (eps or 0), 1 + (eps or 0)])
    margin = 0.05 * np.ptp(shown)
    bins = np.linspace(max(0, shown.min() - margin), shown.max() + margin, 61)
    for label, sample in samples.items():
        axes.hist(sample, bins=bins.tolist(), density=True, histtype="step", linewidth=2, label=label)
    text = "Histograms of squared distances after a map, divided by those before: " + "; ".join(
        f"{label}, mean {sample.mean():.2f}, standard deviation {sample.std():.2g}"
        for label, sample in samples.items()
    )
    if k is not None:
        grid = np.linspace(bins[0], bins[-1], 400)
        axes.plot(grid, k * chi2.pdf(k * grid, k), color="black", linewidth=1.5, label=f"law for k = {k}")
        text += f". The law for k = {k} has mean 1 and standard deviation {np.sqrt(2 / k):.2g}"
    if eps is not None:
        for edge in (1 - eps, 1 + eps):
            axes.axvline(edge, color="black", linestyle=":", linewidth=1.5)
        outside = np.count_nonzero(np.abs(values - 1) > eps)
        found = f"{outside} of {len(values)} lie outside" if outside else f"all {len(values)} lie inside"
        text += f". Limits are drawn at 1 - {eps:g} and 1 + {eps:g}: {found}"
    axes.set(title=title, xlabel="squared distance after / before", ylabel="density")
    axes.legend()
    return describe(axes, text + ".")


def plot_growth(
    sizes: ArrayLike,
    measured: ArrayLike,
    growth: Callable[[np.ndarray], np.ndarray],
    *,
    label: str,
    axes: Axes | None = None,
) -> Axes:
    """Draw measurements against a size, both axes logarithmic, with the growth that theory gives them.

    The curve is c * growth(size), where c is the geometric mean of measured / growth: on logarithmic axes it
    has the right shape and the best height.

    Parameters
    ----------
    sizes : array_like, shape (m,)
        Positive numbers.
    measured : array_like, shape (m,)
        Positive numbers, one for each size.
    growth : callable
        Takes an array of sizes and returns their theoretical costs, up to a factor.
    label : str
        Name of the measurements; the curve has none.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_growth([1, 2, 4], [3, 12, 48], np.square, label="squares", axes=Figure().subplots())
    >>> axes.get_lines()[1].get_ydata()[-1].round(6)  # 3 n^2 for n = 4
    np.float64(48.0)
    """
    axes = new_axes(axes)
    sizes, measured = np.asarray(sizes, dtype=float), np.asarray(measured, dtype=float)
    factors = measured / growth(sizes)
    factor = np.exp(np.mean(np.log(factors)))
    (points,) = axes.loglog(sizes, measured, marker="o", linestyle="none", label=label)
    grid = np.geomspace(sizes.min(), sizes.max(), 200)
    axes.loglog(grid, factor * growth(grid), color=points.get_color(), linewidth=1.5)
    off = np.exp(np.abs(np.log(factors / factor)).max())
    return describe(
        axes,
        f"{label}, both axes logarithmic: from {measured[0]:.3g} at {sizes[0]:g} to {measured[-1]:.3g} at "
        f"{sizes[-1]:g}. No point is off the curve of the theory by more than a factor of {off:.2f}.",
    )


def plot_shares(
    positions: ArrayLike,
    hits: ArrayLike,
    trials: int,
    *,
    z: float = 5.0,
    label: str | None = None,
    color: str | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw observed shares hits / trials with their uncertainty.

    A bar covers the probabilities p for which `hits` is within z standard deviations of trials * p (Wilson's
    interval): with z = 5 it misses the true p about once in a million, unless p * trials is small.

    Parameters
    ----------
    positions : array_like, shape (m,)
        Where to draw the shares on the horizontal axis.
    hits : array_like, shape (m,)
        How many of the trials were successes, for each share.
    trials : int
        The number of trials behind each share.
    z : float
        How many standard deviations the bars reach.
    label : str, optional
        Name of the shares in the legend.
    color : str, optional
        A colour of matplotlib.
    axes : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with their alternative text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = plot_shares([1, 2], [30, 10], 100, axes=Figure().subplots())
    >>> len(axes.containers)
    1
    """
    axes = new_axes(axes)
    positions, shares = np.asarray(positions, dtype=float), np.asarray(hits, dtype=float) / trials
    middle = (shares + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(shares * (1 - shares) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    # Rounding may leave the end of a bar at p = 0 or 1 on the wrong side of its point.
    ends = np.maximum(0, [shares - (middle - reach), middle + reach - shares])
    axes.errorbar(positions, shares, yerr=ends, fmt="o", capsize=4, label=label, color=color)
    named = f", {label}" if label else ""
    return describe(
        axes,
        f"Shares of {trials} trials{named}, with bars of {z:g} standard deviations: from "
        f"{shares[0]:.3g} at {positions[0]:.3g} to {shares[-1]:.3g} at {positions[-1]:.3g}.",
    )
