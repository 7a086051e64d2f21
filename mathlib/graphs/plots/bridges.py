"""Pictures of mass that moves, and of fitting that converges or does not."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mathlib.checks import check_finite
from mathlib.fields import entries
from mathlib.graphs.bridges.fitting import pair_laws, transition_powers
from mathlib.graphs.checker.bridge import SchroedingerBridge
from mathlib.graphs.plots.parts import checked
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_fitting", "plot_moving_mass"]


def plot_moving_mass(bridge: SchroedingerBridge, *, axes: Axes | None = None) -> Axes:
    """Draw the law of a bridge at each time: states across, time upwards.

    Parameters
    ----------
    bridge : SchroedingerBridge
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import schroedinger_bridge
    >>> axes = plot_moving_mass(schroedinger_bridge([[0.9, 0.1], [0.1, 0.9]], 3, [0.9, 0.1], [0.2, 0.8]))
    >>> axes.get_ylabel()
    'time (steps)'
    """
    axes, bridge = new_axes(axes), checked("bridge", bridge, SchroedingerBridge)
    P = bridge.transition
    pairs = pair_laws(bridge.coupling, P, transition_powers(P, bridge.steps))
    laws = np.array([*(J.sum(axis=1) for J in pairs), pairs[-1].sum(axis=0)])
    image = axes.imshow(laws, aspect="auto", origin="lower", cmap="viridis", interpolation="nearest")
    axes.grid(False)
    axes.get_figure().colorbar(image, ax=axes, label="probability")  # type: ignore[union-attr]
    axes.set(xlabel="state", ylabel="time (steps)", title=f"Mass on its way, {bridge.steps} steps")
    first, last = int(laws[0].argmax()), int(laws[-1].argmax())
    return describe(
        axes, f"The law at times 0 to {bridge.steps}: its largest mass goes from state {first} to {last}."
    )


def plot_fitting(kl: ArrayLike, eigenvalue: float, *, axes: Axes | None = None) -> Axes:
    """Draw how KL(iterate | bridge) falls, beside the slope of the exact rate.

    Parameters
    ----------
    kl : array_like of shape (m,)
        From `iterative_markovian_fitting`.
    eigenvalue : float
        From `fitting_rate`; the slope is its square.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_fitting([1, 0.2, 0.05, 0.0125], 0.5).get_yscale()
    'log'
    """
    values, axes = check_finite("kl", entries("kl", kl, 1, 10**6), (-1,)), new_axes(axes)
    rate, steps = float(check_finite("eigenvalue", eigenvalue, ())), np.arange(len(values))
    positive = np.cumprod(values > 1e-15).astype(bool)  # below, rounding
    axes.semilogy(steps[positive], values[positive], "o-", markersize=4, label="iterates")
    anchor = steps[positive][len(steps[positive]) // 2] if positive.any() else 0
    if positive.any() and rate > 0:
        slope = values[anchor] * rate ** (2.0 * (steps - anchor))
        seen = slope > 1e-17
        axes.semilogy(steps[seen], slope[seen], "--", color=PALETTE["vermilion"], label=f"rate {rate**2:.4g}")
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set(xlabel="iteration", ylabel="KL(iterate | bridge)", title="Iterative Markovian fitting")
    axes.legend()
    ends = f"from {values[0]:.3g} to {values[-1]:.3g}"
    return describe(axes, f"KL {ends} in {len(values) - 1} iterations; the exact rate is {rate**2:.4g}.")
