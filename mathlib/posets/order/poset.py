"""Finite posets as bitsets: for each element an integer holds all that is below it, another all above.

Python integers have no width, so no size is forbidden; all operations cost at most O(n^2) bit-parallel steps.
"""

from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import shown
from mathlib.posets.order import relations as masks
from mathlib.posets.order.positions import PositionedOrder
from mathlib.posets.order.relations import bits

__all__ = ["Poset", "check_poset"]


class Poset(PositionedOrder):
    """A finite partially ordered set.

    Give at most one of `covers`, `relations` and `leq`; without any, no two elements are comparable.

    Parameters
    ----------
    n_or_labels : int or iterable
        The number of elements, which are then 0, 1, ..., n-1, or their labels: distinct hashable values.
    covers : iterable of pairs of labels
        All pairs (x, y) such that y covers x: x < y with nothing between.
    relations : iterable of pairs of labels
        Pairs (x, y) with x < y; their transitive closure is taken.
    leq : matrix of shape (n, n) or function of two labels
        leq[i, j], or leq(x, y), is true iff x <= y: reflexive, antisymmetric and transitive as it stands.

    Attributes
    ----------
    labels : tuple
        The elements.
    above, below : tuple of int
        Bit j of above[i] is set iff labels[i] < labels[j]; bit j of below[i] iff labels[j] < labels[i].

    Raises
    ------
    ValueError
        If labels repeat, a pair holds an unknown label, the pairs make a cycle (it is shown), a pair given as
        a cover is none, or `leq` is no partial order.

    Examples
    --------
    >>> N = Poset("abcd", covers=["ac", "bc", "bd"])
    >>> N.less_equal("a", "c"), N.less_equal("a", "d")
    (True, False)
    >>> divisors = Poset([1, 2, 3, 4, 6, 12], leq=lambda x, y: y % x == 0)
    >>> divisors.covers
    ((1, 2), (1, 3), (2, 4), (2, 6), (3, 6), (4, 12), (6, 12))
    >>> Poset(3, relations=[(0, 1), (1, 2), (2, 0)])
    Traceback (most recent call last):
        ...
    ValueError: the pairs make a cycle: 0 < 1 < 2 < 0
    """

    def __init__(
        self,
        n_or_labels: int | Iterable,
        *,
        covers: Iterable | None = None,
        relations: Iterable | None = None,
        leq: ArrayLike | Callable[[Any, Any], Any] | None = None,
    ):
        labels = masks.labels_from(n_or_labels)
        position = masks.label_positions(labels)
        if sum(given is not None for given in (covers, relations, leq)) > 1:
            raise ValueError("give only one of covers, relations and leq")
        pairs = []
        if leq is not None:
            above = masks.above_from_leq(labels, leq)
        else:
            name, given = ("relations", relations) if covers is None else ("covers", covers)
            pairs = masks.positions(name, position, given)
            above = masks.closure(labels, pairs)
        vars(self).update(vars(_trusted(labels, above)))  # __setattr__ refuses
        if covers is not None:
            masks.check_covers(labels, pairs, above, self.below)

    def dual(self) -> "Poset":
        """Return the same elements with the order reversed.

        Examples
        --------
        >>> Poset(2, covers=[(0, 1)]).dual().covers
        ((1, 0),)
        """
        return _trusted(self.labels, self.below)

    def subposet(self, labels: Iterable) -> "Poset":
        """Return the order restricted to some of the elements, which keep their labels.

        Parameters
        ----------
        labels : iterable of labels
            Distinct elements, in the order that they are to have.

        Returns
        -------
        Poset
            On these elements.

        Raises
        ------
        ValueError
            If a label is given twice or is no element.

        Examples
        --------
        >>> Poset(4, covers=[(0, 1), (1, 2), (2, 3)]).subposet([0, 2]).covers
        ((0, 2),)
        """
        labels = tuple(masks.listed("labels", labels))
        kept = [self._place("labels", label) for label in labels]
        if len(set(kept)) != len(kept):
            raise ValueError(f"labels must be distinct; got {shown(labels)}.")
        above = masks.masks_from_matrix(self.leq[np.ix_(kept, kept)] & ~np.eye(len(kept), dtype=bool))
        return _trusted(labels, above)

    def relabel(self, labels: Iterable) -> "Poset":
        """Return the same order with new labels.

        Parameters
        ----------
        labels : iterable of hashable values
            Distinct, one for each element, in the order of the old ones.

        Returns
        -------
        Poset
            With these labels.

        Raises
        ------
        ValueError
            If they are not as many as there are elements, or not distinct.

        Examples
        --------
        >>> Poset(2, covers=[(0, 1)]).relabel("xy").covers
        (('x', 'y'),)
        """
        labels = tuple(masks.listed("labels", labels))
        masks.label_positions(labels)
        if len(labels) != len(self):
            raise ValueError(f"labels must be {len(self)} distinct values; got {shown(labels)}.")
        return _trusted(labels, self.above)

    def ordinal_sum(self, other: "Poset") -> "Poset":
        """Return all of this poset below all of the other.

        Parameters
        ----------
        other : Poset
            The upper part.

        Returns
        -------
        Poset
            The labels are kept if no label is in both; otherwise they become 0, 1, ..., this poset's first.

        Examples
        --------
        >>> two = Poset(2)
        >>> two.ordinal_sum(two).covers
        ((0, 2), (0, 3), (1, 2), (1, 3))
        """
        return self._joined(other, below=True)

    def disjoint_union(self, other: "Poset") -> "Poset":
        """Return both posets side by side, no element of one comparable to one of the other.

        Parameters
        ----------
        other : Poset
            The second part.

        Returns
        -------
        Poset
            The labels are kept if no label is in both; otherwise they become 0, 1, ..., this poset's first.

        Examples
        --------
        >>> edge = Poset("ab", covers=["ab"])
        >>> edge.disjoint_union(edge).covers
        ((0, 1), (2, 3))
        """
        return self._joined(other, below=False)

    def _joined(self, other: "Poset", *, below: bool) -> "Poset":
        n = len(self)
        labels = self.labels + check_poset("other", other).labels
        if len(set(labels)) != len(labels):
            labels = tuple(range(len(labels)))
        others = ((1 << len(other)) - 1 if below else 0) << n
        above = [mask | others for mask in self.above] + [mask << n for mask in other.above]
        return _trusted(labels, tuple(above))

    def blocks(self) -> list["Poset"]:
        """Return the ordinal-sum blocks from bottom to top: the poset is their sum, and none splits further.

        Examples
        --------
        >>> [len(block) for block in Poset(4, covers=[(0, 1), (0, 2), (1, 3), (2, 3)]).blocks()]
        [1, 2, 1]
        """
        return self._parts(masks.blocks)

    def components(self) -> list["Poset"]:
        """Return the connected components: the poset is their disjoint union, and none splits further.

        Examples
        --------
        >>> [len(part) for part in Poset(4, covers=[(0, 1), (0, 2)]).components()]
        [3, 1]
        """
        return self._parts(masks.components)

    def _parts(self, split: Callable) -> list["Poset"]:
        parts = split(self.above, self.below, (1 << len(self)) - 1)
        return [self] if len(parts) == 1 else [self.subposet(self.labels[i] for i in bits(p)) for p in parts]

    @classmethod
    def from_networkx(cls, graph: Any) -> Self:
        """Return the reachability order of a directed acyclic graph: x < y iff a path leads from x to y.

        Parameters
        ----------
        graph : networkx.DiGraph
            Or any object with iterables `nodes` and `edges`; networkx need not be installed.

        Returns
        -------
        Poset
            On the nodes.

        Raises
        ------
        TypeError
            If it is no graph.
        ValueError
            If it is undirected or has a cycle.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> Poset.from_networkx(SimpleNamespace(nodes="ab", edges=[("b", "a")])).covers
        (('b', 'a'),)
        """
        if getattr(graph, "is_directed", lambda: True)() is False:
            raise ValueError(f"graph must be directed, its edges leading upwards; got {shown(graph)}.")
        if not (hasattr(graph, "nodes") and hasattr(graph, "edges")):
            raise TypeError(f"graph must be a networkx.DiGraph, or have nodes and edges; got {shown(graph)}.")
        return cls(graph.nodes, relations=[tuple(edge)[:2] for edge in graph.edges])


def check_poset(name: str, value) -> Poset:
    """Return value if it is a Poset; else raise a TypeError."""
    if not isinstance(value, Poset):
        raise TypeError(f"{name} must be a Poset; got {shown(value)}. See Poset and Poset.from_networkx.")
    return value


def _trusted(labels: tuple, above: tuple[int, ...]) -> Poset:
    """A poset from masks that are known to be a partial order, without checking them again."""
    poset = Poset.__new__(Poset)
    vars(poset).update(
        labels=labels, _position=masks.label_positions(labels), above=above, below=masks.transpose(above)
    )
    return poset
