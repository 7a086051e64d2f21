"""What several pictures of this topic share."""

import numpy as np
from matplotlib.axes import Axes

from mathlib.checks import shown
from mathlib.plotting import new_axes

__all__ = ["checked", "circle", "square"]


def checked(name, value, kind):
    """Return a value of that class; refuse everything else."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be of type {kind.__name__}; got {shown(value)}.")
    return value


def circle(n: int) -> np.ndarray:
    """Return n points on the unit circle, the first on top."""
    turn = 2 * np.pi * np.arange(n) / n + np.pi / 2
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def square(axes: Axes | None) -> Axes:
    """Return Axes without a frame, with the same scale in both directions."""
    axes = new_axes(axes, figsize=(4.6, 4.6))
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
    axes.margins(0.15)
    return axes
