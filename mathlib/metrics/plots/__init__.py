"""The pictures of this topic: space-filling curves, maps of the square, and points in the plane.

Each function draws into the given Axes, or into a figure of its own, and returns the Axes;
`mathlib.plotting.show(axes)` shows the figure.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
