"""Matrices whose l_p sensitivities are known: for tests, for pictures, and to learn from.

Every function but `gaussian_limit`, the limit of a total sensitivity, returns a `ClosedForm`, which holds the
matrix and its sensitivities.

| function | the matrix |
|---|---|
| `identity(d, p, copies=)` | the identity, each row repeated |
| `single_column(column, p)` | one column |
| `one_relation(v, p)` | d + 1 rows with one linear relation |
| `simplex(d, p)` | d + 1 rows that add up to zero |
| `equal_angles(n, p)` | unit vectors of the plane at equal angles |
| `sign_rows(d, p)` | all rows of d signs |
| `cycle(n, p)`, `complete_graph(n, p)`, `complete_bipartite(a, b, p)`, `graph(edges, p)` | edges of graphs |
| `gaussian_limit(d, p)` | S for many normal rows |
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
