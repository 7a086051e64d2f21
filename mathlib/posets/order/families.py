"""The posets that papers are full of, with elements 0, 1, ..., n-1."""

import itertools
import math
from collections.abc import Iterable

from mathlib.checks import check_integer, shown
from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import listed

__all__ = [
    "antichain",
    "boolean_lattice",
    "chain",
    "complete_bipartite",
    "crown",
    "fence",
    "grid",
    "rooted_tree",
    "standard_example",
]

#: The relation of so many elements is 100 million bits; more of them, or of covers, would need gigabytes.
_MOST_ELEMENTS, _MOST_COVERS = 10_000, 4_000_000


def chain(k: int) -> Poset:
    """The chain C_k: k elements, 0 < 1 < ... < k-1.

    Parameters
    ----------
    k : int
        The number of elements, up to 10000.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> chain(3).covers
    ((0, 1), (1, 2))
    """
    k = check_integer("k", k, 0, _MOST_ELEMENTS)
    return Poset(k, covers=[(i, i + 1) for i in range(k - 1)])


def antichain(k: int) -> Poset:
    """The antichain A_k: k elements, no two comparable.

    Parameters
    ----------
    k : int
        The number of elements, up to 10000.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> antichain(3).covers
    ()
    """
    return Poset(check_integer("k", k, 0, _MOST_ELEMENTS))


def boolean_lattice(k: int) -> Poset:
    """The Boolean lattice B_k of all subsets of a k-element set; element s is the set of the bits of s.

    Parameters
    ----------
    k : int
        Up to 12, for 4096 elements.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> boolean_lattice(2).covers
    ((0, 1), (0, 2), (1, 3), (2, 3))
    """
    k = check_integer("k", k, 0, 12, "for 2^k elements")
    covers = [(s, s | 1 << i) for s in range(1 << k) for i in range(k) if not s >> i & 1]
    return Poset(1 << k, covers=covers)


def crown(k: int) -> Poset:
    """The crown with 2k elements: a_i = i is below b_i = k+i and b_{i+1 mod k}, 0 <= i < k; k >= 2.

    Its comparability graph is a cycle if k >= 3. crown(2) is the butterfly K_{2,2}, and crown(3) the standard
    example S_3 up to isomorphism.

    Parameters
    ----------
    k : int
        From 2 to 5000.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> crown(3).covers
    ((0, 3), (0, 4), (1, 4), (1, 5), (2, 3), (2, 5))
    """
    k = check_integer("k", k, 2, _MOST_ELEMENTS // 2)
    return Poset(2 * k, covers=[(i, k + j % k) for i in range(k) for j in (i, i + 1)])


def standard_example(k: int) -> Poset:
    """The standard example S_k with 2k elements: a_i = i lies below b_j = k+j iff i != j; k >= 1.

    Its order dimension is k for k >= 2 (Dushnik and Miller, 1941).

    Parameters
    ----------
    k : int
        From 1 to 2000.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> standard_example(3).covers
    ((0, 4), (0, 5), (1, 3), (1, 5), (2, 3), (2, 4))
    """
    k = check_integer("k", k, 1, math.isqrt(_MOST_COVERS), "for k (k - 1) covers")
    return Poset(2 * k, covers=[(i, k + j) for i in range(k) for j in range(k) if i != j])


def fence(n: int) -> Poset:
    """The fence, or zigzag, on n elements: 0 < 1 > 2 < 3 > ...

    Parameters
    ----------
    n : int
        The number of elements, up to 10000.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> fence(4).covers
    ((0, 1), (2, 1), (2, 3))
    """
    n = check_integer("n", n, 0, _MOST_ELEMENTS)
    return Poset(n, covers=[(i, i + 1) if i % 2 == 0 else (i + 1, i) for i in range(n - 1)])


def complete_bipartite(a: int, b: int) -> Poset:
    """K_{a,b}: a minimal elements 0, ..., a-1, all below b maximal elements a, ..., a+b-1.

    Parameters
    ----------
    a, b : int
        The numbers of minimal and of maximal elements.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> complete_bipartite(1, 2).covers
    ((0, 1), (0, 2))
    """
    a = check_integer("a", a, 0, _MOST_ELEMENTS // 2)
    b = check_integer("b", b, 0, min(_MOST_ELEMENTS // 2, _MOST_COVERS // max(a, 1)), "for a b covers")
    return Poset(a + b, covers=[(i, a + j) for i in range(a) for j in range(b)])


def grid(*sizes: int) -> Poset:
    """The product of chains with the given numbers of elements, ordered componentwise.

    The point (x_1, ..., x_d) is numbered as in a C-ordered array: the last coordinate runs fastest.

    Parameters
    ----------
    *sizes : int
        The numbers of elements of the chains.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If a size is no integer, or out of range.

    Examples
    --------
    >>> grid(2, 3).covers
    ((0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5))
    """
    sizes = tuple(check_integer("sizes", size, 1, _MOST_ELEMENTS, "the length of a chain") for size in sizes)
    if not sizes or math.prod(sizes) > _MOST_ELEMENTS:
        raise ValueError(f"sizes must be one to {_MOST_ELEMENTS} elements in all; got {shown(sizes)}.")
    covers = []
    for number, point in enumerate(itertools.product(*map(range, sizes))):
        for axis, x in enumerate(point):
            if x + 1 < sizes[axis]:
                covers.append((number, number + math.prod(sizes[axis + 1 :])))
    return Poset(math.prod(sizes), covers=covers)


def rooted_tree(parents: Iterable[int]) -> Poset:
    """A rooted tree whose root is the least element; each node lies above its parent.

    Parameters
    ----------
    parents : sequence of int
        parents[i] is the parent of node i+1, one of 0, ..., i. Node 0 is the root, so a tree on n nodes has
        n-1 entries.

    Returns
    -------
    Poset
        On 0, 1, ..., n-1.

    Raises
    ------
    ValueError
        If an entry is none of these nodes.

    Examples
    --------
    >>> rooted_tree([0, 0, 1]).covers
    ((0, 1), (0, 2), (1, 3))
    """
    nodes = listed("parents", parents, " of nodes, one for each but the root")
    covers = [
        (check_integer("parents", parent, 0, node - 1, f"at node {node}"), node)
        for node, parent in enumerate(nodes, start=1)
    ]
    return Poset(len(nodes) + 1, covers=covers)
