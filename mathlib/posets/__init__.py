"""Posets in hypercubes: how low, and in how few dimensions, a poset sits in a Boolean lattice.

A representation of a finite poset gives each element x a set S_x such that x <= y iff S_x is a subset of S_y.
The largest |S_x| is its height, the size of the union of all S_x its width.

| name | meaning |
|---|---|
| `hypercube_height` | h*, the least height of a representation, whatever its width |
| `hypercube_width` | w*, the least width of a representation of height h* |
| `two_dimension` | the least width of a representation, whatever its height |
| `order_dimension` | the least number of linear orders whose intersection is the poset (Dushnik and Miller) |

Flídr, Ivan and Jaffe (2025) proved w*(P) <= |P| for every poset P. `compress` is a short proof of it that
runs; `census` checks it on every poset with up to 9 elements.

`Poset` holds a poset, `chain` to `random_poset` make the known families, `enumerate_posets` lists all posets
of a size. `Embedding` is a representation, which `find_embedding` finds, `improve` shrinks, `draw_embedding`
draws and `python -m mathlib.posets.verify FILE` checks without any other code of this package.

Names load when they are used; importing this package imports neither NumPy nor Numba.
"""

import sys
import types

from mathlib.lazy import lazy_names

_HOME = {
    "Embedding": "embedding",
    "InvalidEmbedding": "embedding",
    "Poset": "poset",
    "antichain": "families",
    "boolean_lattice": "families",
    "census": "census",
    "chain": "families",
    "complete_bipartite": "families",
    "compress": "compress",
    "crown": "families",
    "draw": "plots",
    "draw_embedding": "plots",
    "enumerate_posets": "enumerate",
    "fence": "families",
    "find_embedding": "parameters",
    "grid": "families",
    "hypercube_height": "parameters",
    "hypercube_width": "parameters",
    "improve": "improve",
    "order_dimension": "parameters",
    "random_poset": "families",
    "rooted_tree": "families",
    "standard_example": "families",
    "two_dimension": "parameters",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOME)


class _Package(types.ModuleType):
    """Keeps `mathlib.posets.census` the function: the import of a module of that name would hide it."""

    def __setattr__(self, name, value):
        if not (isinstance(value, types.ModuleType) and _HOME.get(name) == name):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
