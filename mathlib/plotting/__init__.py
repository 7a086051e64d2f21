"""The house style of the figures, and the one way to show them.

    house_style()
    axes = plot_growth(sizes, seconds)  # a function of some topic's `plots`
    show(axes)

A function `plot_x(..., axes=None)` of a topic's `plots` draws into the given Axes, or into a new figure,
leaves a text for those who cannot see the picture, and returns the Axes. `show` shows it with that text, and
`explore` moves the arguments of a function that shows one. `plot_curves` is for what every topic has.
"""

from mathlib.plotting.curves import plot_curves
from mathlib.plotting.figures import describe, new_axes, png_bytes, show
from mathlib.plotting.sliders import explore
from mathlib.plotting.style import PALETTE, house_style

__all__ = ["PALETTE", "describe", "explore", "house_style", "new_axes", "plot_curves", "png_bytes", "show"]
