"""The posets that papers are full of, with elements 0, 1, ..., n-1."""

import itertools
import math
from numbers import Integral, Real

import numpy as np

from mathlib.posets.poset import Poset
from mathlib.posets.witness import is_count

__all__ = [
    "antichain",
    "boolean_lattice",
    "chain",
    "complete_bipartite",
    "crown",
    "fence",
    "grid",
    "random_poset",
    "rooted_tree",
    "standard_example",
]

#: The largest k of boolean_lattice(k): 4096 elements.
LARGEST_LATTICE_RANK = 12
#: The relation of so many elements is 100 million bits.
LARGEST = 10_000


def chain(k: int) -> Poset:
    """The chain C_k: k elements, 0 < 1 < ... < k-1.

    >>> chain(3).covers
    ((0, 1), (1, 2))
    """
    k = _at_least("k", k, 0)
    return Poset(k, covers=[(i, i + 1) for i in range(k - 1)])


def antichain(k: int) -> Poset:
    """The antichain A_k: k elements, no two comparable.

    >>> antichain(3).covers
    ()
    """
    return Poset(_at_least("k", k, 0))


def boolean_lattice(k: int) -> Poset:
    """The Boolean lattice B_k of all subsets of a k-element set; element s is the set of the bits of s.

    k is at most 12 (4096 elements).

    >>> boolean_lattice(2).covers
    ((0, 1), (0, 2), (1, 3), (2, 3))
    """
    k = _at_least("k", k, 0)
    if k > LARGEST_LATTICE_RANK:
        raise ValueError(f"boolean_lattice({k}) has 2^{k} elements: k must be at most {LARGEST_LATTICE_RANK}")
    covers = [(s, s | 1 << i) for s in range(1 << k) for i in range(k) if not s >> i & 1]
    return Poset(1 << k, covers=covers)


def crown(k: int) -> Poset:
    """The crown with 2k elements: a_i = i is below b_i = k+i and b_{i+1 mod k}, 0 <= i < k; k >= 2.

    Its comparability graph is a cycle if k >= 3. crown(2) is the butterfly K_{2,2}, and crown(3) the standard
    example S_3 up to isomorphism.

    >>> crown(3).covers
    ((0, 3), (0, 4), (1, 4), (1, 5), (2, 3), (2, 5))
    """
    k = _at_least("k", k, 2)
    _small_enough(2 * k)
    return Poset(2 * k, covers=[(i, k + j % k) for i in range(k) for j in (i, i + 1)])


def standard_example(k: int) -> Poset:
    """The standard example S_k with 2k elements: a_i = i lies below b_j = k+j iff i != j; k >= 1.

    Its order dimension is k for k >= 2 (Dushnik and Miller, 1941).

    >>> standard_example(3).covers
    ((0, 4), (0, 5), (1, 3), (1, 5), (2, 3), (2, 4))
    """
    k = _at_least("k", k, 1)
    _small_enough(2 * k, covers=k * (k - 1))
    return Poset(2 * k, covers=[(i, k + j) for i in range(k) for j in range(k) if i != j])


def fence(n: int) -> Poset:
    """The fence, or zigzag, on n elements: 0 < 1 > 2 < 3 > ...

    >>> fence(4).covers
    ((0, 1), (2, 1), (2, 3))
    """
    n = _at_least("n", n, 0)
    return Poset(n, covers=[(i, i + 1) if i % 2 == 0 else (i + 1, i) for i in range(n - 1)])


def complete_bipartite(a: int, b: int) -> Poset:
    """K_{a,b}: a minimal elements 0, ..., a-1, all below b maximal elements a, ..., a+b-1.

    >>> complete_bipartite(1, 2).covers
    ((0, 1), (0, 2))
    """
    a, b = _at_least("a", a, 0), _at_least("b", b, 0)
    _small_enough(a + b, covers=a * b)
    return Poset(a + b, covers=[(i, a + j) for i in range(a) for j in range(b)])


def grid(*sizes: int) -> Poset:
    """The product of chains with the given numbers of elements, ordered componentwise.

    The point (x_1, ..., x_d) is numbered as in a C-ordered array: the last coordinate runs fastest.

    >>> grid(2, 3).covers
    ((0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5))
    """
    sizes = [_at_least("size", size, 1) for size in sizes]
    if not sizes:
        raise ValueError("grid needs the size of at least one chain, as in grid(3, 4)")
    _small_enough(math.prod(sizes))
    covers = []
    for number, point in enumerate(itertools.product(*map(range, sizes))):
        for axis, x in enumerate(point):
            if x + 1 < sizes[axis]:
                covers.append((number, number + math.prod(sizes[axis + 1 :])))
    return Poset(math.prod(sizes), covers=covers)


def rooted_tree(parents) -> Poset:
    """A rooted tree whose root is the least element; each node lies above its parent.

    Parameters
    ----------
    parents : sequence of int
        parents[i] is the parent of node i+1, one of 0, ..., i. Node 0 is the root, so a tree on n nodes has
        n-1 entries.

    >>> rooted_tree([0, 0, 1]).covers
    ((0, 1), (0, 2), (1, 3))
    """
    try:
        parents = list(parents)
    except TypeError:
        raise ValueError(
            f"parents must be a sequence of nodes, one for each but the root, not {parents!r}"
        ) from None
    for node, parent in enumerate(parents, start=1):
        if not is_count(parent) or parent >= node:
            raise ValueError(
                f"the parent of node {node} must be one of the nodes 0 to {node - 1}, not {parent!r}"
            )
    return Poset(len(parents) + 1, covers=[(parent, node) for node, parent in enumerate(parents, start=1)])


def random_poset(n: int, *, dim: int | None = None, p: float | None = None, rng=None) -> Poset:
    """A random poset on n elements; give exactly one of `dim` and `p`.

    Parameters
    ----------
    n : int
    dim : int
        The intersection of `dim` independent uniform linear orders (random order, Winkler, 1985).
    p : float
        The transitive closure of the random graph in which each pair i < j is an edge from i to j with
        probability p (random graph order, Albert and Frieze, 1989).
    rng : anything numpy.random.default_rng takes

    >>> random_poset(5, dim=2, rng=0).covers == random_poset(5, dim=2, rng=0).covers
    True
    >>> len(random_poset(5, p=0.0, rng=0).covers)
    0
    """
    n = _at_least("n", n, 0)
    rng = np.random.default_rng(rng)
    if (dim is None) == (p is None):
        raise ValueError("give exactly one of dim (number of linear orders) and p (probability of an edge)")
    if dim is not None:
        places = np.array([rng.permutation(n) for _ in range(_at_least("dim", dim, 1))])
        return Poset(n, leq=(places[:, :, None] <= places[:, None, :]).all(axis=0))
    if isinstance(p, bool) or not isinstance(p, Real) or not 0 <= p <= 1:
        raise ValueError(f"p must be a probability between 0 and 1, not {p!r}")
    edges = np.triu(rng.random((n, n)) < p, 1)
    return Poset(n, relations=[(int(i), int(j)) for i, j in np.argwhere(edges)])


def _at_least(name: str, value, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        error = ValueError if isinstance(value, bool) else TypeError
        raise error(f"{name} must be an integer, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return _small_enough(int(value))


def _small_enough(elements: int, covers: int = 0) -> int:
    """A number of elements, or part of one: more of them, or of covers, would need gigabytes."""
    if elements > LARGEST:
        raise ValueError(f"a family has at most {LARGEST} elements here, not {elements}")
    if covers > 400 * LARGEST:
        raise ValueError(f"a family has at most {400 * LARGEST} covers here, not {covers}")
    return elements
