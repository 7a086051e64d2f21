"""The pictures of this topic."""

import numpy as np

__all__ = ["plot_design", "plot_quantiles", "plot_shares", "plot_sobol"]


def plot_quantiles(axes, positions, samples, *, label, color=None, marker="o", low=0.1, high=0.9):
    """Draw the medians of samples, joined by a line, each with a bar from one quantile to another.

    Quantiles are drawn instead of means because errors of random designs have heavy tails.

    Parameters
    ----------
    axes : matplotlib Axes
    positions : array_like, shape (k,)
    samples : list of k array_like
        They may hold infinity, for a draw that determines no fit.
    label : str
    color, marker : optional
    low, high : float
        The quantiles at the ends of a bar.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_quantiles(axes, [1, 2], [[1.0, 2.0, np.inf], [3.0, 4.0, 5.0]], label="errors")
    >>> axes.lines[0].get_ydata().tolist()
    [2.0, 4.0]
    """
    levels = [low, 0.5, high]
    # This definition takes values of the sample: others subtract infinity from infinity.
    bottom, middle, top = np.array([np.quantile(s, levels, method="inverted_cdf") for s in samples]).T
    (line,) = axes.plot(positions, middle, marker=marker, label=label, color=color)
    axes.vlines(positions, bottom, top, color=line.get_color(), linewidth=1.2, alpha=0.7)


def plot_shares(axes, positions, hits, trials, *, label, color=None, marker="o", z=5.0):
    """Draw observed shares hits / trials, joined by a line, with their uncertainty.

    A bar covers the probabilities p for which `hits` is within z standard deviations of trials * p (Wilson,
    1927): with z = 5 it misses the true p about once in a million, unless p * trials is small.

    Parameters
    ----------
    axes : matplotlib Axes
    positions, hits : array_like, shape (k,)
    trials : int
    label : str
    color, marker : optional
    z : float

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_shares(axes, [1, 2], [30, 10], 100, label="found")
    >>> axes.lines[0].get_ydata().tolist()
    [0.3, 0.1]
    """
    shares = np.asarray(hits, dtype=float) / trials
    middle = (shares + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(shares * (1 - shares) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    (line,) = axes.plot(positions, shares, marker=marker, label=label, color=color)
    axes.vlines(positions, middle - reach, middle + reach, color=line.get_color(), linewidth=1.2, alpha=0.7)


def plot_sobol(axes, indices, *, names):
    """Draw Sobol' indices as bars: the full bar is the total index, its solid part the first-order one.

    Parameters
    ----------
    axes : matplotlib Axes
    indices : dict of str to SobolIndices
        What to compare, by label; single functions of the same d inputs.
    names : list of d str
        The inputs.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.dpp import ishigami_sobol_indices
    >>> axes = Figure().subplots()
    >>> plot_sobol(axes, {"exact": ishigami_sobol_indices()}, names=["x1", "x2", "x3"])
    >>> [round(float(bar.get_height()), 3) for bar in axes.containers[1]]
    [0.314, 0.442, 0.0]
    """
    width = 0.8 / len(indices)
    for i, (label, sobol) in enumerate(indices.items()):
        places = np.arange(len(names)) + (i - (len(indices) - 1) / 2) * width
        pale = axes.bar(places, sobol.total, 0.9 * width, alpha=0.35)
        axes.bar(places, sobol.first, 0.9 * width, color=pale[0].get_facecolor()[:3], label=label)
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel("share of the variance")
    axes.legend()


def plot_design(axes, design, *, label=None, color=None, marker="o"):
    """Draw the points of a design in the plane, each with an area proportional to its weight.

    Parameters
    ----------
    axes : matplotlib Axes
    design : Design
        One draw with d = 2.
    label, color, marker : optional

    Raises
    ------
    ValueError
        If the points are not in the plane or this is a batch.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_dpp
    >>> axes = Figure().subplots()
    >>> plot_design(axes, sample_dpp(TensorBasis(Legendre(), index_set("total", 2, 3)), rng=0))
    >>> len(axes.collections[0].get_offsets())
    10
    """
    if design.points.ndim != 2 or design.points.shape[1] != 2:
        raise ValueError(f"plot_design draws one design in the plane; got points {design.points.shape}.")
    areas = 40 * design.weights / design.weights.mean()
    axes.scatter(*design.points.T, s=areas, label=label, color=color, marker=marker, alpha=0.8)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
