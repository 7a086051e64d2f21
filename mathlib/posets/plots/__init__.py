"""The pictures of this topic: Hasse diagrams, copies in Boolean lattices, compression in steps, the census.

Each function draws into the given Axes, or into a figure of its own, and returns the Axes, the first of them
if there are several; `mathlib.plotting.show(axes)` shows the figure.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
