"""Finite metric spaces and curves: how much must be bent or cut to fit, and how each answer is proved.

| what | names |
|---|---|
| metrics | `FiniteMetric`, `graph_metric`, `cycle`, `complete_bipartite`, `hypercube`, `complete_tree`, \
`petersen` |
| Euclidean space | `least_euclidean_distortion` |
| curves | `SpaceFillingCurve`, `hilbert`, `peano`, `z_order`, `locality_constant`, `neighbour_stretch` |
| partitions | `fat_treemap`, `squarified_rectangles`, `Ultrametric`, `ultrametric_lower_bound`, \
`ultrametric_line_distortion`, `embed_ultrametric` |

Lengths, weights and labels of certified results are integers or fractions. What says that it is proved has
`.verify()`, `.save(path)` and `.load(path)`.

Names load when they are used; importing this package imports neither NumPy nor FLINT.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
