"""Random posets, with elements 0, 1, ..., n-1."""

import numpy as np

from mathlib.annotations import RNG
from mathlib.checks import check_integer, check_rng, is_number, shown
from mathlib.posets.order.poset import Poset

__all__ = ["random_poset"]


def random_poset(n: int, *, dim: int | None = None, p: float | None = None, rng: RNG = None) -> Poset:
    """A random poset on n elements; give exactly one of `dim` and `p`.

    Parameters
    ----------
    n : int
        The number of elements, up to 10000.
    dim : int
        The intersection of `dim` independent uniform linear orders (random order, Winkler, 1985).
    p : float
        The transitive closure of the random graph in which each pair i < j is an edge from i to j with
        probability p, from 0 to 1 (random graph order, Albert and Frieze, 1989).
    rng : seed or numpy.random.Generator, optional
        The source of randomness, anything `numpy.random.default_rng` takes.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If an argument is out of range, or both or neither of `dim` and `p` are given.

    Examples
    --------
    >>> random_poset(5, dim=2, rng=0).covers == random_poset(5, dim=2, rng=0).covers
    True
    >>> len(random_poset(5, p=0.0, rng=0).covers)
    0
    """
    n = check_integer("n", n, 0, 10_000)
    generator = check_rng(rng)
    if (dim is None) == (p is None):
        raise ValueError("give exactly one of dim (number of linear orders) and p (probability of an edge)")
    if dim is not None:
        dim = check_integer("dim", dim, 1, 1_000, "the number of linear orders")
        places = np.array([generator.permutation(n) for _ in range(dim)])
        return Poset(n, leq=(places[:, :, None] <= places[:, None, :]).all(axis=0))
    if not is_number(p) or not 0 <= p <= 1:
        raise ValueError(f"p must be a number from 0 to 1, the probability of an edge; got {shown(p)}.")
    edges = np.triu(generator.random((n, n)) < p, 1)
    return Poset(n, relations=[(int(i), int(j)) for i, j in np.argwhere(edges)])
