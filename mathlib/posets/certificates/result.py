"""What is known about one parameter of one poset, as a certificate."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from mathlib.certificates import Certificate, Verified
from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.posets.certificates.check import (
    is_integer,
    read_covers,
    read_labels,
    read_list,
    read_sets,
    require,
)
from mathlib.posets.certificates.check_result import check_result
from mathlib.posets.certificates.embedding import Embedding, poset_fields, poset_from
from mathlib.posets.certificates.realizer import DimensionWitness, Realizer, read_orders
from mathlib.posets.certificates.refutation import MOST_LINES, read_refutation, refutation_fields
from mathlib.posets.certificates.witness import LowerWitness
from mathlib.posets.order.poset import Poset

__all__ = ["ParameterResult", "check_parameter"]

#: What bounds the work on a file: rows and antichains that are compared in pairs, and all that they list.
_MOST_GROUPS, _MOST_LISTED = 5_000, 1_000_000
#: What is empty unless the parameter is the order dimension, and what is empty if it is.
_OF_DIMENSION = ("orders", "pairs", "forcing", "proof")
_OTHERS = ("sets", "rows", "antichains", "distinct", "refuted", "element", "presumed_height")
_FIELDS = (
    *("kind", "parameter", "labels", "covers", "lower", "upper", "height"),
    *_OF_DIMENSION,
    *_OTHERS,
)


@dataclass(frozen=True, repr=False)
class ParameterResult(Certificate):
    """What is known about one parameter of one poset.

    Attributes
    ----------
    parameter : str
        "h*", "w*", "dim2" or "dim".
    poset : Poset
        The poset.
    lower, upper : int
        lower <= parameter <= upper.
    embedding : Embedding, Realizer or None
        Attains `upper`; a Realizer for "dim". None only for w* as long as h* is not proven: `upper` is then
        by the theorem of Flídr, Ivan and Jaffe (2025), w* <= |P|, for the top block of an ordinal sum.
    lower_witness : LowerWitness or DimensionWitness
        Why the parameter is at least `lower`. What a SAT solver found has a proof in it.
    height : ParameterResult or None
        For w*, which presumes representations of height exactly h*: the result for h*.

    Examples
    --------
    >>> from mathlib.posets import fence, two_dimension
    >>> result = two_dimension(fence(9))
    >>> result.lower, result.upper, result.value, result.embedding.width
    (5, 5, 5, 5)
    >>> print(result.verify(), result.lower_witness.kind)
    A poset on 9 elements has dim2 = 5. refutation
    """

    kind: ClassVar[str] = "poset-parameter"
    parameter: str
    poset: Poset
    lower: int
    upper: int
    embedding: Embedding | Realizer | None
    lower_witness: LowerWitness | DimensionWitness
    height: "ParameterResult | None" = None

    @property
    def proven(self) -> bool:
        """Whether the two bounds meet; for w* also those of h*."""
        return self.lower == self.upper and (self.height is None or self.height.proven)

    @property
    def value(self) -> int | None:
        """The parameter, or None if it is not proven."""
        return self.lower if self.proven else None

    @property
    def bound(self) -> tuple[int, int]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def verify(self) -> Verified:
        """Check the embedding and the lower witness against their definitions, without any solver.

        Returns
        -------
        Verified
            Its `assumes` names the theorem of Flídr, Ivan and Jaffe (2025) where a bound rests on it.

        Raises
        ------
        CertificateError
            If the embedding does not represent the poset (InvalidEmbedding) or does not attain `upper`, if
            the witness does not prove `lower`, or if a field is not what it should be.
        """
        started = time.perf_counter()
        check_result(self)
        n, assumed = len(self.poset), self._assumed()
        text = f"A poset on {n} element{'s' * (n != 1)} has {self._statement()}"
        if self.height is not None:
            text += f" and {self.height._statement()}"
        if assumed:
            text += f", provided that {' and '.join(assumed)}"
        above = "by the theorem" if self.embedding is None else "all ordered pairs"
        lines = len(self.lower_witness.proof)
        below = f"a proof of {lines} lines" if lines else "the witness, by its definition"
        checks = {
            f"{self.parameter} <= {self.upper}": above,
            f"{self.parameter} >= {self.lower}": below,
        }
        return Verified(text + ".", self.bound, checks, "exact", time.perf_counter() - started, assumed)

    def _statement(self) -> str:
        if self.lower == self.upper:
            return f"{self.parameter} = {self.lower}"
        return f"{self.lower} <= {self.parameter} <= {self.upper}"

    def _assumed(self) -> tuple[str, ...]:
        """What the bounds rest on that is not checked here."""
        found = () if self.height is None else self.height._assumed()
        if self.embedding is None:
            found += ("w* <= |P| for every poset P (Flídr, Ivan and Jaffe, 2025)",)
        refuted = getattr(self.lower_witness, "refuted", ())
        if self.parameter == "h*" and refuted and refuted[-1].height is not None:
            found += ("|P| ground elements are enough for any height (Flídr, Ivan and Jaffe, 2025)",)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The content of its file; ValueError if a label or ground element is no integer and no string."""
        named, witness = self.embedding, self.lower_witness
        position = {label: i for i, label in enumerate(self.poset.labels)}

        def places(name):
            return [[position[x] for x in entry] for entry in getattr(witness, name, ())]

        element, presumed = (
            (witness.element, witness.height) if isinstance(witness, LowerWitness) else (None, None)
        )
        return {
            "kind": self.kind,
            "parameter": self.parameter,
            **poset_fields(self.poset),
            "lower": int(self.lower),
            "upper": int(self.upper),
            "sets": named.to_dict()["sets"] if isinstance(named, Embedding) else [],
            "orders": named.to_dict()["orders"] if isinstance(named, Realizer) else [],
            **{name: places(name) for name in ("rows", "antichains", "distinct", "pairs", "forcing")},
            "element": [] if element is None else [position[element]],
            "presumed_height": [] if presumed is None else [int(presumed)],
            "refuted": [refutation_fields(part, position) for part in getattr(witness, "refuted", ())],
            "proof": [] if isinstance(witness, LowerWitness) else list(witness.proof),
            "height": [] if self.height is None else [self.height.to_dict()],
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The result that `to_dict` has written; CertificateError names the field that is damaged."""
        require(data, ["kind"])
        if "solver" in data:  # an older file
            if data["solver"]:
                raise CertificateError(
                    "field 'solver': its word is no proof; compute and save the result again"
                )
            data = {"refuted": [], "proof": []} | data
        require(data, _FIELDS)
        parameter = data["parameter"]
        for name, allowed in (("kind", [cls.kind]), ("parameter", ["h*", "w*", "dim2", "dim"])):
            if data[name] not in allowed:
                known = " or ".join(allowed)
                raise CertificateError(f"field {name!r}: must be {known}, is {shown(data[name])}")
        labels = read_labels(data["labels"])
        poset = poset_from(labels, read_covers(data["covers"], len(labels)))
        for name in ("lower", "upper"):
            if not is_integer(data[name]) or not 0 <= data[name] <= len(labels):
                told = shown(data[name])
                raise CertificateError(f"field {name!r}: must be an integer from 0 to n, is {told}")
        for name in _OTHERS if parameter == "dim" else _OF_DIMENSION:
            read_list(data[name], name, 0)
        embedding: Embedding | Realizer | None = None
        witness: LowerWitness | DimensionWitness
        if parameter == "dim":
            embedding = Realizer(poset, read_orders(data["orders"], labels))
            pairs, forcing = (_pairs(data, name, labels) for name in ("pairs", "forcing"))
            proof = tuple(read_list(data["proof"], "proof", MOST_LINES))
            witness = DimensionWitness(data["lower"], pairs, forcing, proof)
        else:
            if data["sets"] or not labels:
                embedding = Embedding(poset, read_sets(data["sets"], labels))
            witness = _lower_witness(data, labels)
        return cls(parameter, poset, data["lower"], data["upper"], embedding, witness, _height(cls, data))

    def __repr__(self) -> str:
        why = self.lower_witness
        below = f"a proof of {len(why.proof)} lines" if why.proof else "a witness that can be checked"
        if self.height is not None and (proof := self.height.lower_witness.proof):
            below += f"; h*: a proof of {len(proof)} lines"
        proven = "proven" if self.proven else "not proven"
        return f"{self._statement()}, {proven} (lower bound: {below})"


def check_parameter(data: Any) -> str:
    """The theorem that the content of a file proves, for `mathlib.verify`."""
    return str(ParameterResult.from_dict(data).verify())


def _height(cls: type[ParameterResult], data: dict) -> ParameterResult | None:
    """For w* the result for h*, a certificate of its own."""
    found = read_list(data["height"], "height", int(data["parameter"] == "w*"))
    if found and (not isinstance(found[0], dict) or found[0].get("parameter") != "h*"):
        raise CertificateError(f"field 'height': must be a certificate of h*, is {shown(found[0])}")
    return cls.from_dict(found[0]) if found else None


def _lower_witness(data: dict, labels: list) -> LowerWitness:
    rows = _pairs(data, "rows", labels)
    antichains, distinct = (
        tuple(_labels_at(name, entry, labels) for entry in read_list(data[name], name))
        for name in ("antichains", "distinct")
    )
    if len(rows) + len(antichains) + len(distinct) > _MOST_GROUPS:
        raise CertificateError(f"field 'rows': more than {_MOST_GROUPS} with antichains and distinct")
    if sum(map(len, antichains + distinct)) > _MOST_LISTED:
        raise CertificateError(f"field 'antichains': more than {_MOST_LISTED} elements with distinct")
    element = _labels_at("element", read_list(data["element"], "element", 1), labels)
    height = read_list(data["presumed_height"], "presumed_height", 1)
    if not all(is_integer(h) and 0 <= h <= len(labels) for h in height):
        raise CertificateError(f"field 'presumed_height': must hold an integer from 0 to n, not {height}")
    parts = read_list(data["refuted"], "refuted", len(labels))
    refuted = tuple(read_refutation(part, labels) for part in parts)
    return LowerWitness(
        data["lower"],
        rows,
        antichains,
        element=element[0] if element else None,
        height=height[0] if height else None,
        refuted=refuted,
        distinct=distinct,
    )


def _pairs(data: dict, name: str, labels: list) -> tuple[tuple, ...]:
    most = _MOST_LISTED if name == "forcing" else _MOST_GROUPS
    places = read_covers(read_list(data[name], name, most), len(labels), name)
    return tuple((labels[i], labels[j]) for i, j in places)


def _labels_at(name: str, places, labels: list) -> tuple:
    if not isinstance(places, list) or not all(is_integer(i) and 0 <= i < len(labels) for i in places):
        raise CertificateError(f"field {name!r}: must hold positions in labels, not {shown(places)}")
    return tuple(labels[i] for i in places)
