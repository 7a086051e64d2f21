"""Finite posets as bitsets: for each element an integer holds all that is below it, another all above.

Python integers have no width, so no size is forbidden here; all operations cost O(n^2) bit-parallel steps or
less. The compiled engines, which hold a set in one machine word, state their own limits.
"""

from functools import cached_property

import numpy as np

from mathlib.posets import exchange
from mathlib.posets.relations import (
    above_from_leq,
    bits,
    check_covers,
    closure,
    connected_parts,
    cover_masks,
    critical_masks,
    is_key,
    label_positions,
    labels_from,
    lowest,
    masks_from_matrix,
    matrix_from_masks,
    positions,
    shown_labels,
    transpose,
)

__all__ = ["Poset"]

#: A longer list of covers is not written out by repr.
_COVERS_SHOWN = 20


class Poset:
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

    def __init__(self, n_or_labels, *, covers=None, relations=None, leq=None):
        labels = labels_from(n_or_labels)
        position = label_positions(labels)
        if sum(given is not None for given in (covers, relations, leq)) > 1:
            raise ValueError("give only one of covers, relations and leq")
        if leq is not None:
            above = above_from_leq(labels, leq)
        else:
            pairs = positions(position, relations if covers is None else covers)
            above = closure(labels, pairs)
        vars(self).update(vars(_trusted(labels, above)))  # __setattr__ refuses
        if covers is not None:
            check_covers(labels, pairs, above, self.below)

    def __setattr__(self, name, value):
        raise AttributeError(f"a Poset cannot be changed, not even {name!r}: make a new one")

    # Elements and comparisons

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self):
        return iter(self.labels)

    def __contains__(self, label) -> bool:
        return is_key(label, self._position)

    def index(self, label) -> int:
        """The position of a label in `labels`."""
        if label not in self:
            raise ValueError(f"{label!r} is no element of the poset: {shown_labels(self.labels)}")
        return self._position[label]

    def less_equal(self, x, y) -> bool:
        """Whether x <= y.

        >>> Poset(2, covers=[(0, 1)]).less_equal(0, 1)
        True
        """
        i, j = self.index(x), self.index(y)
        return i == j or bool(self.above[i] >> j & 1)

    @cached_property
    def leq(self) -> np.ndarray:
        """The order as a read-only boolean matrix: leq[i, j] iff labels[i] <= labels[j]."""
        matrix = matrix_from_masks(self.above) | np.eye(len(self), dtype=bool)
        matrix.flags.writeable = False
        return matrix

    @cached_property
    def cover_masks(self) -> tuple[int, ...]:
        """Bit j of cover_masks[i] is set iff labels[j] covers labels[i]."""
        return cover_masks(self.above)

    @cached_property
    def covers(self) -> tuple:
        """All pairs (x, y) such that y covers x, in the order of the labels."""
        labels = self.labels
        return tuple((labels[i], labels[j]) for i, mask in enumerate(self.cover_masks) for j in bits(mask))

    @cached_property
    def minimal_elements(self) -> tuple:
        return tuple(x for x, below in zip(self.labels, self.below, strict=True) if not below)

    @cached_property
    def maximal_elements(self) -> tuple:
        return tuple(x for x, above in zip(self.labels, self.above, strict=True) if not above)

    # Posets made from posets

    def dual(self) -> "Poset":
        """The same elements with the order reversed."""
        return _trusted(self.labels, self.below)

    def subposet(self, labels) -> "Poset":
        """The order restricted to some of the elements, which keep their labels.

        >>> Poset(4, covers=[(0, 1), (1, 2), (2, 3)]).subposet([0, 2]).covers
        ((0, 2),)
        """
        labels = tuple(labels)
        kept = [self.index(label) for label in labels]
        if len(set(kept)) != len(kept):
            raise ValueError("an element is given twice: the labels of a subposet must be distinct")
        above = masks_from_matrix(self.leq[np.ix_(kept, kept)] & ~np.eye(len(kept), dtype=bool))
        return _trusted(labels, above)

    def relabel(self, labels) -> "Poset":
        """The same order with new labels, given in the order of the old ones.

        >>> Poset(2, covers=[(0, 1)]).relabel("xy").covers
        (('x', 'y'),)
        """
        labels = labels_from(labels)
        if len(labels) != len(self) or len(set(labels)) != len(labels):
            raise ValueError(f"give {len(self)} distinct labels, got {labels!r}")
        return _trusted(labels, self.above)

    def ordinal_sum(self, other: "Poset") -> "Poset":
        """All of this poset below all of the other.

        The labels are kept if no label is in both; otherwise they become 0, 1, ..., this poset's first.

        >>> two = Poset(2)
        >>> two.ordinal_sum(two).covers
        ((0, 2), (0, 3), (1, 2), (1, 3))
        """
        return self._joined(other, below=True)

    def disjoint_union(self, other: "Poset") -> "Poset":
        """Both posets side by side, no element of one comparable to one of the other.

        The labels are kept if no label is in both; otherwise they become 0, 1, ..., this poset's first.

        >>> edge = Poset("ab", covers=["ab"])
        >>> edge.disjoint_union(edge).covers
        ((0, 1), (2, 3))
        """
        return self._joined(other, below=False)

    def _joined(self, other: "Poset", *, below: bool) -> "Poset":
        if not isinstance(other, Poset):
            raise ValueError(f"the other summand must be a Poset, not {type(other).__name__}")
        n = len(self)
        labels = self.labels + other.labels
        if len(set(labels)) != len(labels):
            labels = tuple(range(len(labels)))
        others = ((1 << len(other)) - 1 if below else 0) << n
        above = [mask | others for mask in self.above] + [mask << n for mask in other.above]
        return _trusted(labels, tuple(above))

    # Structure

    def blocks(self) -> list["Poset"]:
        """The ordinal-sum blocks from bottom to top: the poset is their ordinal sum, and none splits further.

        They are the connected components of the incomparability graph.

        >>> [len(block) for block in Poset(4, covers=[(0, 1), (0, 2), (1, 3), (2, 3)]).blocks()]
        [1, 2, 1]
        """
        everything = (1 << len(self)) - 1
        apart = [everything & ~(self.above[i] | self.below[i]) for i in range(len(self))]
        parts = connected_parts(apart)
        parts.sort(key=lambda part: (self.below[lowest(part)] & ~part).bit_count())
        return [self._part(part) for part in parts]

    def components(self) -> list["Poset"]:
        """The connected components: the poset is their disjoint union, and none splits further.

        >>> [len(part) for part in Poset(4, covers=[(0, 1), (0, 2)]).components()]
        [3, 1]
        """
        comparable = [above | below for above, below in zip(self.above, self.below, strict=True)]
        return [self._part(part) for part in connected_parts(comparable)]

    def _part(self, mask: int) -> "Poset":
        return self if mask.bit_count() == len(self) else self.subposet(self.labels[i] for i in bits(mask))

    def critical_rows(self) -> tuple:
        """The pairs (x, y), x not <= y, such that z < x implies z <= y, and z > y implies z >= x.

        A family of up-sets separates all ordered pairs x not<= y (some member contains x but not y) iff it
        separates these. For given x not<= y take a minimal x' among the elements below x that are not <= y,
        then a maximal y' among the elements above y that are not >= x': the pair (x', y') is critical, and an
        up-set that contains x' but not y' contains x but not y. In a lattice they are the pairs of a
        join-irreducible and a meet-irreducible element with arrows both ways.

        >>> Poset(3, covers=[(0, 1), (0, 2)]).critical_rows()
        ((1, 2), (2, 1))
        """
        return tuple((self.labels[i], self.labels[j]) for i, j in self.critical_positions)

    @cached_property
    def critical_positions(self) -> list[tuple[int, int]]:
        """`critical_rows` with positions instead of labels."""
        return [(i, j) for i, mask in enumerate(self.critical_masks) for j in bits(mask)]

    @cached_property
    def critical_masks(self) -> list[int]:
        """Bit j of critical_masks[i] is set iff (labels[i], labels[j]) is a critical row."""
        return critical_masks(self.above, self.below, self.cover_masks)

    def canonical_key(self) -> tuple:
        """A hashable value that two posets share iff they are isomorphic.

        Exact, by colour refinement with individualisation (McKay, 1981): exponential in the worst case.

        >>> V = Poset(3, covers=[(0, 1), (0, 2)])
        >>> V.canonical_key() == V.relabel("xyz").canonical_key() != V.dual().canonical_key()
        True
        """
        from mathlib.posets.canonical import canonical_key

        return canonical_key(self)

    from_networkx = classmethod(exchange.from_networkx)
    to_networkx = exchange.to_networkx

    def __eq__(self, other):
        """Equal posets have the same labels and the same order; the order of the labels does not matter."""
        if not isinstance(other, Poset):
            return NotImplemented
        return self._position.keys() == other._position.keys() and set(self.covers) == set(other.covers)

    def __hash__(self):
        return hash((frozenset(self.labels), frozenset(self.covers)))

    def __repr__(self) -> str:
        if len(self.covers) > _COVERS_SHOWN or len(self) > 2 * _COVERS_SHOWN:
            return f"<Poset on {len(self)} elements with {len(self.covers)} covers>"
        integers = self.labels == tuple(range(len(self)))
        return f"Poset({len(self) if integers else list(self.labels)}, covers={list(self.covers)})"


def _trusted(labels: tuple, above: tuple) -> Poset:
    """A poset from masks that are known to be a partial order, without checking them again."""
    poset = Poset.__new__(Poset)
    vars(poset).update(labels=labels, _position=label_positions(labels), above=above, below=transpose(above))
    return poset
