"""The pictures of this topic."""

import numpy as np
from scipy.stats import chi2

__all__ = ["plot_growth", "plot_ratios", "plot_shares"]


def plot_ratios(axes, ratios, *, k=None, eps=None):
    """Draw how squared distances change: histograms of |Phi x|^2 / |x|^2, and the law of a Gaussian map.

    Parameters
    ----------
    axes : matplotlib Axes
    ratios : dict of str to array
        The ratios to compare, by label. All histograms share their bins and have area 1.
    k : int, optional
        Draw the density of chi2_k / k, the law of each single ratio under a Gaussian map to k dimensions.
    eps : float, optional
        Draw the limits 1 - eps and 1 + eps.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_ratios(axes, {"one draw": [0.9, 1.0, 1.2]}, k=50, eps=0.3)
    >>> axes.get_xlabel()
    'squared distance after / before'
    """
    values = np.concatenate([np.asarray(sample, dtype=float) for sample in ratios.values()])
    shown = np.append(values, [1 - (eps or 0), 1 + (eps or 0)])
    margin = 0.05 * np.ptp(shown)
    bins = np.linspace(max(0, shown.min() - margin), shown.max() + margin, 61)
    for label, sample in ratios.items():
        axes.hist(sample, bins=bins, density=True, histtype="step", linewidth=2, label=label)
    if k is not None:
        grid = np.linspace(bins[0], bins[-1], 400)
        axes.plot(grid, k * chi2.pdf(k * grid, k), color="black", linewidth=1.5, label=f"law for k = {k}")
    if eps is not None:
        for edge in (1 - eps, 1 + eps):
            axes.axvline(edge, color="black", linestyle=":", linewidth=1.5)
    axes.set(xlabel="squared distance after / before", ylabel="density")
    axes.legend()


def plot_growth(axes, sizes, measured, growth, *, label):
    """Draw measurements against a size, both axes logarithmic, with the growth that theory gives them.

    The curve is c * growth(size), where c is the geometric mean of measured / growth: on logarithmic axes it
    has the right shape and the best height.

    Parameters
    ----------
    axes : matplotlib Axes
    sizes, measured : array_like, shape (m,)
        Positive numbers.
    growth : callable
        Takes an array of sizes.
    label : str
        Name of the measurements; the curve has none.

    Returns
    -------
    float
        c

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> c = plot_growth(Figure().subplots(), [1, 2, 4], [3, 12, 48], lambda n: n**2, label="squares")
    >>> round(c, 6)
    3.0
    """
    sizes, measured = np.asarray(sizes, dtype=float), np.asarray(measured, dtype=float)
    factor = float(np.exp(np.mean(np.log(measured / growth(sizes)))))
    (points,) = axes.loglog(sizes, measured, marker="o", linestyle="none", label=label)
    grid = np.geomspace(sizes.min(), sizes.max(), 200)
    axes.loglog(grid, factor * growth(grid), color=points.get_color(), linewidth=1.5)
    return factor


def plot_shares(axes, positions, hits, trials, *, z=5.0, label=None, color=None):
    """Draw observed shares hits / trials with their uncertainty.

    A bar covers the probabilities p for which `hits` is within z standard deviations of trials * p (Wilson's
    interval): with z = 5 it misses the true p about once in a million, unless p * trials is small.

    Parameters
    ----------
    axes : matplotlib Axes
    positions, hits : array_like, shape (m,)
    trials : int
    z : float
    label, color : str, optional

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> plot_shares(axes, [1, 2], [30, 10], 100)
    >>> len(axes.containers)
    1
    """
    shares = np.asarray(hits, dtype=float) / trials
    middle = (shares + z**2 / (2 * trials)) / (1 + z**2 / trials)
    reach = z * np.sqrt(shares * (1 - shares) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    # Rounding may leave the end of a bar at p = 0 or 1 on the wrong side of its point.
    ends = np.maximum(0, [shares - (middle - reach), middle + reach - shares])
    axes.errorbar(positions, shares, yerr=ends, fmt="o", capsize=4, label=label, color=color)
