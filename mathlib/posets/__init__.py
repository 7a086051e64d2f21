"""Posets in hypercubes: how low, and in how few dimensions, a poset sits in a Boolean lattice.

A representation of a finite poset gives each element x a set S_x such that x <= y iff S_x is a subset of S_y.
The largest |S_x| is its height, the size of the union of all S_x its width.

| name | meaning |
|---|---|
| `hypercube_height` | h*, the least height of a representation, whatever its width |
| `hypercube_width` | w*, the least width of a representation of height h* |
| `two_dimension` | the least width of a representation, whatever its height |
| `order_dimension` | the least number of linear orders whose intersection is the poset (Dushnik and Miller) |
| `find_embedding` | a representation within limits of height and width, an `EmbeddingSearch` |
| `compress`, `compression_steps` | the theorem of Flídr, Ivan and Jaffe (2025), w*(P) <= n, as a program |
| `improve` | smaller representations by a search, for posets too large for exact answers |
| `census`, `enumerate_posets` | all posets of a size, and the parameters of each |
| `saturated_family` | a family of sets without a copy of a poset that no set can join |
| `saturation_number` | the least size of such a family, a `SaturationNumber` |
| `contains_copy`, `shatters`, `sauer_shelah_bound` | what bounds the size of such families |

`Poset` holds a poset; `chain`, `antichain`, `fence`, `crown`, `grid`, `boolean_lattice`, `standard_example`,
`complete_bipartite`, `rooted_tree` and `random_poset` make the known ones. `ParameterResult` is an answer,
with an `Embedding` or a `Realizer` from above and a `LowerWitness` or a `DimensionWitness` from below. What a
SAT solver found has its proof in there, a `Refutation`, which is checked without a solver. What `save` writes
is verified by `python -m mathlib.verify FILE` too. `mathlib.posets.plots` draws.

Names load when they are used; importing this package imports neither NumPy nor Numba.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
