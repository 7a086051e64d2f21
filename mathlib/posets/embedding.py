"""Representations of a poset by sets: the certificate of every upper bound of this topic.

A representation gives each element x of a poset a finite set S_x with x <= y iff S_x is a subset of S_y. It
is an induced copy of the poset in the Boolean lattice of all subsets of the ground set, the union of all S_x.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from mathlib.errors import CertificateError
from mathlib.posets.poset import Poset
from mathlib.posets.record import FORMAT, is_name, read_record
from mathlib.posets.relations import bits
from mathlib.posets.verify import NotProved, read_text

__all__ = ["Embedding", "InvalidEmbedding"]


class InvalidEmbedding(CertificateError):
    """The sets do not represent the poset; the text names two elements x, y and what is wrong."""


class Embedding:
    """Sets S_x, one for each element x of a poset, meant to satisfy x <= y iff S_x is a subset of S_y.

    The constructor checks only that there is one set for each element; `verify` checks the condition.

    Parameters
    ----------
    poset : Poset
    sets : mapping from labels to iterables, or sequence of iterables in the order of poset.labels
        The members of the sets, the ground elements, are any hashable values; integers or strings if the
        embedding is to be saved.

    Attributes
    ----------
    poset : Poset
    sets : dict from labels to frozensets
    height : int
        The size of the largest set (0 for the empty poset).
    ground : tuple
        The ground elements that occur in some set, sorted.
    width : int
        The number of ground elements, len(ground).
    upsets : dict from ground elements to frozensets of labels
        Ground element i is mapped to {x : i in S_x}: an up-set of the poset if the embedding is valid.

    Raises
    ------
    ValueError
        If an element has no set, or a set belongs to no element.

    Examples
    --------
    >>> from mathlib.posets import Poset
    >>> V = Poset("abc", covers=[("a", "b"), ("a", "c")])
    >>> V_in_cube = Embedding(V, {"a": [], "b": [0], "c": [1]})
    >>> V_in_cube.verify()
    Embedding of a poset on 3 elements: height 1, ground set of 2
    >>> V_in_cube.upsets
    {0: frozenset({'b'}), 1: frozenset({'c'})}
    >>> Embedding(V, {"a": [], "b": [0], "c": [0, 1]}).verify()
    Traceback (most recent call last):
        ...
    mathlib.posets.embedding.InvalidEmbedding: x='b' is not below y='c' in the poset, but S_x = {0} is a \
subset of S_y = {0, 1}
    """

    __slots__ = ("poset", "sets")

    def __init__(self, poset: Poset, sets):
        if not isinstance(poset, Poset):
            raise ValueError(f"an embedding needs a Poset, not {type(poset).__name__}: see Poset")
        if isinstance(sets, Mapping):
            _check_keys(poset, sets)
            given = [sets[label] for label in poset.labels]
        else:
            given = _iterated(sets, "sets")
            if len(given) != len(poset):
                raise ValueError(
                    f"got {len(given)} sets for a poset on {len(poset)} elements: give one for each"
                )
        self.poset = poset
        self.sets = {
            label: _hashed(_iterated(members, f"the set of {label!r}"), f"the set of {label!r}")
            for label, members in zip(poset.labels, given, strict=True)
        }

    @classmethod
    def from_upsets(cls, poset: Poset, upsets) -> "Embedding":
        """The embedding whose ground element i belongs to S_x iff x is in upsets[i].

        `upsets` is an iterable of iterables of labels (ground elements 0, 1, ...) or a mapping.

        >>> from mathlib.posets import antichain
        >>> Embedding.from_upsets(antichain(2), [[0], [1]]).sets
        {0: frozenset({0}), 1: frozenset({1})}
        """
        members = {label: set() for label in poset.labels}
        named = upsets.items() if isinstance(upsets, Mapping) else enumerate(_iterated(upsets, "upsets"))
        for element, upset in named:
            for label in _iterated(upset, f"the up-set of {element!r}"):
                try:
                    members[label].add(element)
                except (KeyError, TypeError):
                    raise ValueError(
                        f"the up-set of {element!r} holds {label!r}, which is no element of the poset"
                    ) from None
        return cls(poset, members)

    @property
    def height(self) -> int:
        return max(map(len, self.sets.values()), default=0)

    @property
    def ground(self) -> tuple:
        return tuple(_sorted(frozenset().union(*self.sets.values())))

    @property
    def width(self) -> int:
        return len(frozenset().union(*self.sets.values()))

    @property
    def upsets(self) -> dict:
        upsets = {i: set() for i in self.ground}
        for x, members in self.sets.items():
            for i in members:
                upsets[i].add(x)
        return {i: frozenset(upset) for i, upset in upsets.items()}

    def verify(self) -> "Embedding":
        """Check x <= y iff S_x is a subset of S_y for all n^2 ordered pairs; returns the embedding itself.

        Raises
        ------
        InvalidEmbedding
            Naming a pair x, y that violates the condition, and how.
        """
        named = type(self.poset) is Poset and type(self.sets) is dict and self.sets.keys() == set(self.poset)
        if not named:
            raise InvalidEmbedding("there must be one set for each element of a Poset, and no other set")
        sets = [self.sets[label] for label in self.poset.labels]
        if not all(type(members) is frozenset for members in sets):  # a subclass may deny its size
            raise InvalidEmbedding("each element must have a frozenset")
        holders = {}  # for each ground element a mask of the positions of the y that have it in S_y
        for y, members in enumerate(sets):
            for i in members:
                holders[i] = holders.get(i, 0) | 1 << y
        for x, members in enumerate(sets):
            containing = (1 << len(sets)) - 1  # the y with S_x a subset of S_y
            for i in members:
                containing &= holders[i]
            for y in bits(containing ^ (self.poset.above[x] | 1 << x)):
                raise InvalidEmbedding(self._complaint(self.poset.labels[x], self.poset.labels[y]))
        return self

    def _complaint(self, x, y) -> str:
        small, large = self.sets[x], self.sets[y]
        shown = f"S_x = {_shown(small)}", f"S_y = {_shown(large)}"
        if self.poset.less_equal(x, y):
            return f"x={x!r} is below y={y!r} in the poset, but {shown[0]} is not a subset of {shown[1]}"
        if small == large:
            return f"x={x!r} and y={y!r} are different elements with the same set {_shown(small)}"
        return f"x={x!r} is not below y={y!r} in the poset, but {shown[0]} is a subset of {shown[1]}"

    def to_json(self) -> str:
        """The poset, by its covers, and the sets as JSON text; `from_json` reads it back.

        Fields: format, version, labels, covers (pairs of positions in labels, lower one first), sets (in the
        order of labels), height, width. Labels and ground elements must be integers or strings.
        """
        position = {label: i for i, label in enumerate(self.poset.labels)}
        for value in (*self.poset.labels, *self.ground):
            if not is_name(value):
                raise ValueError(
                    f"cannot save {value!r}: labels and ground elements must be integers or strings "
                    "(integers below 2^60 only)"
                )
        return json.dumps(
            {
                "format": FORMAT,
                "version": 1,
                "labels": list(self.poset.labels),
                "covers": [[position[x], position[y]] for x, y in self.poset.covers],
                "sets": [_sorted(self.sets[label]) for label in self.poset.labels],
                "height": self.height,
                "width": self.width,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Embedding":
        """Read what `to_json` wrote, and verify it.

        Raises
        ------
        CertificateError
            If the text is not such a record, the sets do not represent the poset (InvalidEmbedding), or the
            stated height or width is wrong.
        """
        record = read_record(text)
        labels = record["labels"]
        covers = [(labels[i], labels[j]) for i, j in record["covers"]]
        try:
            embedding = cls(Poset(labels, covers=covers), record["sets"])
        except ValueError as error:
            raise CertificateError(f"not a saved embedding: {error}") from None
        embedding.verify()
        for name in ("height", "width"):
            if getattr(embedding, name) != record[name]:
                raise CertificateError(
                    f"the stated {name} is {record[name]}, the sets have {getattr(embedding, name)}"
                )
        return embedding

    def save(self, path) -> None:
        """Write `to_json()` to a file."""
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path) -> "Embedding":
        """Read a file that `save` wrote; raises as `from_json` does, and OSError if there is no such file."""
        try:
            text = read_text(path)
        except NotProved as error:
            raise CertificateError(f"{path}: {error}") from None
        return cls.from_json(text)

    def __eq__(self, other):
        if not isinstance(other, Embedding):
            return NotImplemented
        return self.poset == other.poset and self.sets == other.sets

    def __hash__(self):
        return hash((self.poset, frozenset(self.sets.items())))

    def __repr__(self) -> str:
        size = f"height {self.height}, ground set of {self.width}"
        return f"Embedding of a poset on {len(self.poset)} elements: {size}"


def _iterated(values, name: str) -> list:
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be an iterable, not {values!r}") from None


def _hashed(members: list, name: str) -> frozenset:
    try:
        return frozenset(members)
    except TypeError:
        raise ValueError(f"{name} holds what cannot be in a set (unhashable): {members!r}") from None


def _check_keys(poset: Poset, sets: Mapping) -> None:
    missing = [label for label in poset.labels if label not in sets]
    if missing:
        raise ValueError(
            f"no set was given for {missing[0]!r}: give one for each of the {len(poset)} elements"
        )
    unknown = [key for key in sets if key not in poset]
    if unknown:
        raise ValueError(f"a set was given for {unknown[0]!r}, which is no element of the poset")


def _sorted(members) -> list:
    """Sorted by value if the values can be compared, else by their text."""
    try:
        return sorted(members)
    except TypeError:
        return sorted(members, key=repr)


def _shown(members) -> str:
    return "{" + ", ".join(map(repr, _sorted(members))) + "}"
