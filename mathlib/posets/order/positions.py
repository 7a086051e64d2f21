"""An order as algorithms see it: the elements by their positions, sets of elements as masks of bits."""

from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from mathlib.checks import shown
from mathlib.posets.order import relations
from mathlib.posets.order.canonical import canonical_key
from mathlib.posets.order.relations import bits

__all__ = ["PositionedOrder"]

#: A longer list of covers is not written out by repr.
_COVERS_SHOWN = 20


class PositionedOrder:
    """What a Poset derives from its two tuples of masks, `above` and `below`."""

    labels: tuple
    above: tuple[int, ...]
    below: tuple[int, ...]
    _position: dict[Hashable, int]

    def __setattr__(self, name, value):
        raise AttributeError(f"a Poset cannot be changed, not even {name!r}: make a new one")

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator:
        return iter(self.labels)

    def __contains__(self, label) -> bool:
        return relations.is_key(label, self._position)

    def index(self, label: Hashable) -> int:
        """Return the position of a label in `labels`.

        Parameters
        ----------
        label : hashable
            An element.

        Returns
        -------
        int
            From 0 to n - 1.

        Raises
        ------
        ValueError
            If there is no such element.

        Examples
        --------
        >>> from mathlib.posets import Poset
        >>> Poset("ab").index("b")
        1
        """
        return self._place("label", label)

    def _place(self, name: str, label) -> int:
        if label not in self:
            known = relations.shown_labels(self.labels)
            raise ValueError(f"{name} must be an element of the poset; got {shown(label)}: {known}.")
        return self._position[label]

    def less_equal(self, x: Hashable, y: Hashable) -> bool:
        """Return whether x <= y.

        Parameters
        ----------
        x, y : hashable
            Elements.

        Returns
        -------
        bool
            True if x <= y.

        Raises
        ------
        ValueError
            If one of them is no element.

        Examples
        --------
        >>> from mathlib.posets import Poset
        >>> Poset(2, covers=[(0, 1)]).less_equal(0, 1)
        True
        """
        i, j = self._place("x", x), self._place("y", y)
        return i == j or bool(self.above[i] >> j & 1)

    @cached_property
    def leq(self) -> np.ndarray:
        """The order as a read-only boolean matrix: leq[i, j] iff labels[i] <= labels[j]."""
        matrix = relations.matrix_from_masks(self.above) | np.eye(len(self), dtype=bool)
        matrix.flags.writeable = False
        return matrix

    @cached_property
    def cover_masks(self) -> tuple[int, ...]:
        """Bit j of cover_masks[i] is set iff labels[j] covers labels[i]."""
        return relations.cover_masks(self.above)

    @cached_property
    def covers(self) -> tuple:
        """All pairs (x, y) such that y covers x, in the order of the labels."""
        labels = self.labels
        return tuple((labels[i], labels[j]) for i, mask in enumerate(self.cover_masks) for j in bits(mask))

    @cached_property
    def minimal_elements(self) -> tuple:
        """The elements with nothing below, in the order of the labels."""
        return tuple(x for x, below in zip(self.labels, self.below, strict=True) if not below)

    @cached_property
    def maximal_elements(self) -> tuple:
        """The elements with nothing above, in the order of the labels."""
        return tuple(x for x, above in zip(self.labels, self.above, strict=True) if not above)

    def critical_rows(self) -> tuple:
        """Return the pairs (x, y), x not<= y, such that z < x implies z <= y, and z > y implies z >= x.

        A family of up-sets separates all ordered pairs x not<= y (some member contains x but not y) iff it
        separates these. For given x not<= y take a minimal x' among the elements below x that are not <= y,
        then a maximal y' among the elements above y that are not >= x': the pair (x', y') is critical, and an
        up-set that contains x' but not y' contains x but not y. In a lattice they are the pairs of a
        join-irreducible and a meet-irreducible element with arrows both ways.

        Examples
        --------
        >>> from mathlib.posets import Poset
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
        return relations.critical_masks(self.above, self.below, self.cover_masks)

    def canonical_key(self) -> tuple:
        """Return a hashable value that two posets share iff they are isomorphic.

        Exact, by colour refinement with individualisation (McKay, 1981): exponential in the worst case.

        Examples
        --------
        >>> from mathlib.posets import Poset
        >>> V = Poset(3, covers=[(0, 1), (0, 2)])
        >>> V.canonical_key() == V.relabel("xyz").canonical_key() != V.dual().canonical_key()
        True
        """
        return canonical_key(self.above, self.below)

    def to_networkx(self) -> Any:
        """Return the Hasse diagram as a networkx.DiGraph with an edge from x to y iff y covers x.

        Raises
        ------
        ImportError
            If networkx, which mathlib does not depend on, is not installed.
        """
        try:
            import networkx
        except ImportError as error:
            raise ImportError("to_networkx needs the package networkx, which is not installed") from error
        graph = networkx.DiGraph()
        graph.add_nodes_from(self.labels)
        graph.add_edges_from(self.covers)
        return graph

    def __eq__(self, other) -> bool:
        """Equal posets have the same labels and the same order; the order of the labels does not matter."""
        if not isinstance(other, PositionedOrder):
            return NotImplemented
        return self._position.keys() == other._position.keys() and set(self.covers) == set(other.covers)

    def __hash__(self) -> int:
        return hash((frozenset(self.labels), frozenset(self.covers)))

    def __repr__(self) -> str:
        if len(self.covers) > _COVERS_SHOWN or len(self) > 2 * _COVERS_SHOWN:
            return f"<Poset on {len(self)} elements with {len(self.covers)} covers>"
        integers = self.labels == tuple(range(len(self)))
        return f"Poset({len(self) if integers else list(self.labels)}, covers={list(self.covers)})"
