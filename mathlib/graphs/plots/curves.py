"""Curves, and the course of a random experiment."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mathlib.checks import check_finite, check_probability
from mathlib.fields import entries
from mathlib.plotting import PALETTE, describe, new_axes, plot_curves

__all__ = ["plot_curves", "plot_draws"]


def plot_draws(hits: ArrayLike, probability: float, *, axes: Axes | None = None) -> Axes:
    """Draw the share of successes as draws go on, beside the exact probability.

    Parameters
    ----------
    hits : array_like of shape (m,)
        1 for a success, 0 for a failure.
    probability : float
        Of a success; the band around it is five standard deviations wide on each side.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_draws([1, 0, 0, 1], 0.5).get_xscale()
    'log'
    """
    values, axes = check_finite("hits", entries("hits", hits, 1, 10**7), (-1,)), new_axes(axes)
    p = check_probability("probability", float(check_finite("probability", probability, ())), "a success")
    draws = np.arange(1, len(values) + 1)
    shares, width = np.cumsum(values) / draws, 5 * np.sqrt(p * (1 - p) / draws)
    axes.fill_between(draws, np.maximum(p - width, 0), np.minimum(p + width, 1), color="#DDDDDD", lw=0)
    axes.axhline(p, color=PALETTE["vermilion"], linestyle="--")
    axes.plot(draws, shares, color=PALETTE["blue"])
    axes.annotate(
        f"exact: {p:.4f}", (0.98, 0.9), xycoords="axes fraction", ha="right", color=PALETTE["vermilion"]
    )
    axes.set(xscale="log", ylim=(0, min(1, p + width[min(9, len(width) - 1)])))
    axes.set(xlabel="random patterns drawn", ylabel="share that separates")
    axes.set_title("Draws against the exact probability")
    return describe(axes, f"After {len(draws)} draws the share is {shares[-1]:.4f}; exact is {p:.4f}.")
