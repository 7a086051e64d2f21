"""The pictures of this topic: counts, queries, sheaves, spheres, bridges, and curves of numbers.

Each function draws into the given Axes, or into a figure of its own, and returns the Axes;
`mathlib.plotting.show(axes)` shows the figure.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
