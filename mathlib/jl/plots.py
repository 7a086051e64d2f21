"""The pictures of this topic."""

import numpy as np
from scipy.stats import chi2

__all__ = ["plot_ratios"]


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
