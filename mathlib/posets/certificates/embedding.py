"""Representations of a poset by sets: the certificate of every upper bound of this topic.

A representation gives each element x of a poset a finite set S_x with x <= y iff S_x is a subset of S_y. It
is an induced copy of the poset in the Boolean lattice of all subsets of the ground set, the union of all S_x.
"""

import time
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from mathlib.certificates import Certificate, Verified
from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.fields import settle
from mathlib.posets.certificates.check import embedding_theorem, is_name, read_embedding, wrong_pair
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import listed

__all__ = ["Embedding", "InvalidEmbedding", "check_embedding", "poset_fields", "poset_from"]


class InvalidEmbedding(CertificateError):
    """The sets do not represent the poset; the text names two elements x, y and what is wrong."""


@dataclass(frozen=True, init=False, repr=False)
class Embedding(Certificate):
    """Sets S_x, one for each element x of a poset, meant to satisfy x <= y iff S_x is a subset of S_y.

    The constructor checks only that there is one set for each element; `verify` checks the condition.

    Parameters
    ----------
    poset : Poset
        The poset that is represented.
    sets : mapping from labels to iterables, or sequence of iterables in the order of poset.labels
        The members of the sets, the ground elements, are any hashable values; integers or strings if the
        embedding is to be saved.

    Attributes
    ----------
    poset : Poset
        As given.
    sets : dict from labels to frozensets
        S_x for each element x.

    Raises
    ------
    TypeError
        If `poset` is no Poset.
    ValueError
        If an element has no set, or a set belongs to no element.

    Examples
    --------
    >>> from mathlib.posets import Poset
    >>> V = Poset("abc", covers=[("a", "b"), ("a", "c")])
    >>> V_in_cube = Embedding(V, {"a": [], "b": [0], "c": [1]})
    >>> print(V_in_cube.verify())
    A poset on 3 elements has h* <= 1 and dim2 <= 2, and w* <= 2 if h* = 1.
    >>> V_in_cube.upsets
    {0: frozenset({'b'}), 1: frozenset({'c'})}
    >>> Embedding(V, {"a": [], "b": [0], "c": [0, 1]}).verify()
    Traceback (most recent call last):
        ...
    mathlib.posets.certificates.embedding.InvalidEmbedding: x='b' is not below y='c' in the poset, but \
S_x = {0} is a subset of S_y = {0, 1}
    """

    kind: ClassVar[str] = "embedding"
    poset: Poset
    sets: dict[Hashable, frozenset]

    def __init__(self, poset: Poset, sets: Mapping | Iterable):
        check_poset("poset", poset)
        if isinstance(sets, Mapping):
            given = [sets[label] for label in poset.labels if label in sets]
            unknown = [key for key in sets if key not in poset]
        else:
            given, unknown = listed("sets", sets), []
        if len(given) != len(poset) or unknown:
            told = f"one for {shown(unknown[0])}" if unknown else f"{len(given)} sets"
            raise ValueError(
                f"sets must have a set for each of the {len(poset)} elements, and no other; got {told}."
            )
        named = {x: _hashed(members, x) for x, members in zip(poset.labels, given, strict=True)}
        settle(self, poset=poset, sets=named)

    @classmethod
    def from_upsets(cls, poset: Poset, upsets: Mapping | Iterable) -> Self:
        """The embedding whose ground element i belongs to S_x iff x is in upsets[i].

        Parameters
        ----------
        poset : Poset
            The poset that is represented.
        upsets : mapping from ground elements to iterables of labels, or iterable of them
            Without names the ground elements are 0, 1, ...

        Returns
        -------
        Embedding
            Not verified yet.

        Raises
        ------
        ValueError
            If an up-set holds what is no element of the poset.

        Examples
        --------
        >>> from mathlib.posets import antichain
        >>> Embedding.from_upsets(antichain(2), [[0], [1]]).sets
        {0: frozenset({0}), 1: frozenset({1})}
        """
        members: dict[Hashable, set] = {label: set() for label in check_poset("poset", poset).labels}
        named = upsets.items() if isinstance(upsets, Mapping) else enumerate(listed("upsets", upsets))
        for element, upset in named:
            for label in listed(f"upsets, at {element!r},", upset):
                if label not in poset:
                    raise ValueError(f"upsets must hold elements of the poset; got {shown(label)}.")
                members[label].add(element)
        return cls(poset, members)

    @property
    def height(self) -> int:
        """The size of the largest set; 0 for the empty poset."""
        return max(map(len, self.sets.values()), default=0)

    @property
    def ground(self) -> tuple:
        """The ground elements that occur in some set, sorted."""
        return tuple(_sorted(frozenset().union(*self.sets.values())))

    @property
    def width(self) -> int:
        """The number of ground elements."""
        return len(frozenset().union(*self.sets.values()))

    @property
    def bound(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width

    @property
    def upsets(self) -> dict[Hashable, frozenset]:
        """For each ground element i the x with i in S_x: an up-set of the poset if the embedding is valid."""
        upsets: dict[Hashable, set] = {i: set() for i in self.ground}
        for x, members in self.sets.items():
            for i in members:
                upsets[i].add(x)
        return {i: frozenset(upset) for i, upset in upsets.items()}

    def verify(self) -> Verified:
        """Check x <= y iff S_x is a subset of S_y for all n^2 ordered pairs.

        Returns
        -------
        Verified
            Its bound is the pair of height and width.

        Raises
        ------
        InvalidEmbedding
            Naming a pair x, y that violates the condition, and how.
        """
        started = time.perf_counter()
        named = type(self.poset) is Poset and type(self.sets) is dict and self.sets.keys() == set(self.poset)
        if not named:
            raise InvalidEmbedding("there must be one set for each element of a Poset, and no other set")
        sets = [self.sets[label] for label in self.poset.labels]
        if not all(type(members) is frozenset for members in sets):  # a subclass may deny its size
            raise InvalidEmbedding("each element must have a frozenset")
        wrong = wrong_pair(sets, [above | 1 << x for x, above in enumerate(self.poset.above)])
        if wrong is not None:
            raise InvalidEmbedding(self._complaint(*(self.poset.labels[i] for i in wrong)))
        return Verified(
            embedding_theorem(len(sets), *self.bound),
            self.bound,
            {"x <= y if and only if S_x is a subset of S_y": f"all {len(sets) ** 2} ordered pairs"},
            "exact",
            time.perf_counter() - started,
        )

    def _complaint(self, x, y) -> str:
        small, large = self.sets[x], self.sets[y]
        texts = f"S_x = {_text(small)}", f"S_y = {_text(large)}"
        if self.poset.less_equal(x, y):
            return f"x={x!r} is below y={y!r} in the poset, but {texts[0]} is not a subset of {texts[1]}"
        if small == large:
            return f"x={x!r} and y={y!r} are different elements with the same set {_text(small)}"
        return f"x={x!r} is not below y={y!r} in the poset, but {texts[0]} is a subset of {texts[1]}"

    def to_dict(self) -> dict[str, Any]:
        """The content of its file; ValueError if a label or ground element is no integer and no string."""
        _check_names(self.ground)
        return {
            "kind": self.kind,
            **poset_fields(self.poset),
            "sets": [_sorted(self.sets[label]) for label in self.poset.labels],
            "height": self.height,
            "width": self.width,
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The embedding that `to_dict` has written; CertificateError names the field that is damaged."""
        labels, covers, sets = read_embedding(data)
        return cls(poset_from(labels, covers), sets)

    def __hash__(self) -> int:
        return hash((self.poset, frozenset(self.sets.items())))

    def __repr__(self) -> str:
        size = f"height {self.height}, ground set of {self.width}"
        return f"Embedding of a poset on {len(self.poset)} elements: {size}"


def check_embedding(name: str, value) -> Embedding:
    """Return value if it is an Embedding; else raise a TypeError."""
    if not isinstance(value, Embedding):
        raise TypeError(f"{name} must be an Embedding; got {shown(value)}. See Embedding and find_embedding.")
    return value


# A poset in a file


def poset_fields(poset: Poset) -> dict[str, list]:
    """The fields `labels` and `covers` of a file."""
    _check_names(poset.labels)
    position = {label: i for i, label in enumerate(poset.labels)}
    return {
        "labels": list(poset.labels),
        "covers": [[position[x], position[y]] for x, y in poset.covers],
    }


def poset_from(labels: list, covers: list[tuple[int, int]]) -> Poset:
    """The poset that these fields describe; there may be more pairs than covers."""
    try:
        return Poset(labels, relations=[(labels[i], labels[j]) for i, j in covers])
    except ValueError as error:
        raise CertificateError(f"field 'covers': {str(error)[:200]}") from None


def _check_names(values: tuple) -> None:
    for value in values:
        if not is_name(value):
            raise ValueError(
                f"labels and ground elements must be strings or integers below 2^60 to be saved; "
                f"got {shown(value)}."
            )


def _hashed(members, label) -> frozenset:
    given = listed(f"sets, at {label!r},", members)
    try:
        return frozenset(given)
    except TypeError:
        raise ValueError(f"sets, at {label!r}, must hold hashable values; got {shown(given)}.") from None


def _sorted(members) -> list:
    """Sorted by value if the values can be compared, else by their text."""
    try:
        return sorted(members)
    except TypeError:
        return sorted(members, key=repr)


def _text(members) -> str:
    return "{" + ", ".join(map(repr, _sorted(members))) + "}"
