"""Ultrametrics as trees, and how much they must be bent in Euclidean space."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, nextafter
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq

from mathlib.checks import check_integer, shown
from mathlib.fields import entries, rational, settle

__all__ = ["Tree", "Ultrametric", "as_ultrametric", "ultrametric_line_distortion", "ultrametric_lower_bound"]

_MOST_LEAVES = 2000
_DEEPEST = 200
_BITS = 128


@dataclass(frozen=True, repr=False)
class Ultrametric:
    """A tree whose leaves are points, at the distance that the label of their lowest common ancestor says.

    Parameters
    ----------
    label : int or Fraction
        0 at a leaf, positive at every other node.
    children : list
        Ultrametrics, or pairs (label, children); none at a leaf, else at least two, with labels that are not
        larger.

    Raises
    ------
    ValueError
        If a label is a float or larger than that of its parent, or a node has a single child.

    Examples
    --------
    >>> leaf = (0, [])
    >>> Ultrametric(2, [leaf, (1, [leaf, leaf])])
    ultrametric of 3 points, largest distance 2
    """

    label: Fraction
    children: Any = ()

    def __post_init__(self):
        if isinstance(self.label, float):
            raise ValueError(f"label must be an integer or a Fraction; got {shown(self.label)}.")
        label = rational("label", self.label, most_digits=100)
        children = tuple(map(as_ultrametric, entries("children", self.children, 0, _MOST_LEAVES)))
        if len(children) == 1 or (label == 0) != (not children) or label < 0:
            got = f"label {label} and {len(children)} children"
            raise ValueError(
                f"children must be none with label 0, or two or more with a positive one; got {got}."
            )
        larger = next((c.label for c in children if c.label > label), None)
        if larger is not None:
            raise ValueError(f"label must be at least those of the children; got {label} above {larger}.")
        settle(self, label=label, children=children)
        if self.size > _MOST_LEAVES or self.depth > _DEEPEST:
            got = f"{self.size} and {self.depth}"
            raise ValueError(
                f"children must have at most {_MOST_LEAVES} leaves, depth {_DEEPEST}; got {got}."
            )

    @cached_property
    def size(self) -> int:
        """The number of points."""
        return sum(c.size for c in self.children) or 1

    @cached_property
    def depth(self) -> int:
        """The largest number of edges from here to a leaf."""
        return max((c.depth + 1 for c in self.children), default=0)

    def nodes(self) -> "Iterator[Ultrametric]":
        """All nodes, children before their parent.

        Yields
        ------
        Ultrametric
        """
        for c in self.children:
            yield from c.nodes()
        yield self

    def distances(self) -> np.ndarray:
        """The matrix of distances, leaves depth-first, in doubles."""
        D = np.full((self.size, self.size), float(self.label))
        place = 0
        for c in self.children:
            D[place : place + c.size, place : place + c.size] = c.distances()
            place += c.size
        return D

    def __repr__(self) -> str:
        return f"ultrametric of {self.size} point{'s' * (self.size > 1)}, largest distance {self.label}"


#: An Ultrametric, or a pair of a label and the list of the children.
Tree: TypeAlias = Ultrametric | tuple[Any, Sequence[Any]]


def as_ultrametric(tree: Tree) -> Ultrametric:
    """Return an Ultrametric made of nested pairs."""
    if isinstance(tree, Ultrametric):
        return tree
    if not isinstance(tree, tuple | list) or len(tree) != 2:
        raise ValueError(f"tree must be an Ultrametric or a pair (label, children); got {shown(tree)}.")
    try:
        return Ultrametric(*tree)
    except RecursionError:
        raise ValueError(f"tree must be at most {_DEEPEST} deep; got a deeper one.") from None


def ultrametric_lower_bound(tree: Tree, dim: int) -> float:
    r"""Return a number that the distortion of no map of an ultrametric to Euclidean space is below.

    Parameters
    ----------
    tree : Ultrametric or (label, children)
    dim : int
        k, at least 1.

    Returns
    -------
    float
        Rounded down, at least 1.

    Notes
    -----
    With :math:`s = 0` at leaves and :math:`s_v^k = \sum_c (s_c + (l_v - l_c)/2)^k` over the children, the
    distortion is at least :math:`(2 s_v - l_v)/l_v` at every node. For let f be a map that shrinks no
    distance and stretches none by more than C, and :math:`P_v` the images of the leaves below v. By
    induction the balls of radius :math:`l_v/2` about :math:`P_v` fill at least the volume of a ball of
    radius :math:`s_v`: those of different children are disjoint, and the set of one child grows by
    Brunn-Minkowski. A set of that volume has diameter at least :math:`2 s_v`, and this one at most
    :math:`(C + 1) l_v`. The cost is linear, in balls.

    Examples
    --------
    >>> leaf = (0, [])
    >>> ultrametric_lower_bound((1, [leaf] * 16), 2)
    3.0
    """
    root = as_ultrametric(tree)
    k = check_integer("dim", dim, 1, 10**6, "the dimension of the space")
    best, s = 1.0, {}
    with ctx.workprec(_BITS):
        for v in root.nodes():
            if not v.children:
                s[id(v)] = arb(0)
                continue
            volume = sum(((s[id(c)] + _ball(v.label - c.label) / 2) ** k for c in v.children), arb(0))
            s[id(v)] = volume.root(k)
            ratio = 2 * s[id(v)] / _ball(v.label) - 1
            exact = volume.is_exact() and ratio.is_exact()
            bound = float(ratio.mid() if exact else ratio.lower())
            best = max(best, bound if arb(bound) <= ratio else nextafter(bound, -inf))
    return best


def ultrametric_line_distortion(tree: Tree) -> Fraction:
    r"""Return the least distortion of a map of an ultrametric to the line, exactly.

    Parameters
    ----------
    tree : Ultrametric or (label, children)

    Returns
    -------
    Fraction
        The largest :math:`\mathrm{MST}(v)/l_v`, the length of a least spanning tree of the leaves below v
        over its label; 1 for a single point.

    Notes
    -----
    In dimension 1, :math:`2 s_v = \mathrm{MST}(v) + l_v` in `ultrametric_lower_bound`. Points in depth-first
    order, each at the right distance from the one before, attain the bound.

    Examples
    --------
    >>> leaf = (0, [])
    >>> ultrametric_line_distortion((2, [leaf, (1, [leaf, leaf, leaf])]))
    Fraction(2, 1)
    """
    best = Fraction(1)
    length: dict[int, Fraction] = {}
    for v in as_ultrametric(tree).nodes():
        length[id(v)] = sum((length[id(c)] for c in v.children), max(len(v.children) - 1, 0) * v.label)
        if v.children:
            best = max(best, length[id(v)] / v.label)
    return best


def _ball(x):
    return arb(fmpq(x.numerator, x.denominator))
