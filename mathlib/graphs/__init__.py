"""Graphs as linear algebra: what numbers attached to a graph determine, and how each answer is proved.

| what | names |
|---|---|
| counts | `Graph`, `hom_count`, `hom_matrix`, `eliminate`, `lovasz_matrix`, `enumerate_graphs`, \
`distinguish`, `separation_table`, `weisfeiler_leman`, `deck_classes`, \
`separation_probability`, `HomomorphismEmbedding` |
| queries | `Entity`, `Project`, `And`, `Or`, `answer` |
| sheaves and complexes | `Sheaf`, `SimplicialComplex`, `torus`, `klein_bottle`, `projective_plane` |
| relations that compose | `rescal`, `mine_rules`, `compression_optimum` |
| meshes | `TriangleMesh`, `icosphere`, `sphere_hull`, `hodge_stars`, `laplacian_spectrum`, \
`eigenvalue_counts`, `hodge_decomposition` |
| bridges | `schroedinger_bridge`, `iterative_markovian_fitting`, `fitting_rate` |

Counts are exact and never wrap, groups are over the integers, and every optimum comes with a bracket. What
says that it is proved has `.verify()`, `.save(path)` and `.load(path)`. Vertices, states and entities are 0,
1, 2, ...

Names load when they are used; importing this package imports neither NumPy nor Numba.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
