"""What is known of a saturation number, as a certificate."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from mathlib.certificates import Certificate, Verified
from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.posets.certificates.check import (
    is_count,
    is_integer,
    read_covers,
    read_labels,
    read_list,
    require,
)
from mathlib.posets.certificates.embedding import poset_fields, poset_from
from mathlib.posets.certificates.refutation import MOST_LINES
from mathlib.posets.order.poset import Poset
from mathlib.posets.saturation.check_saturation import check_family, check_size, list_copies

__all__ = ["MOST_POINTS", "SaturationNumber", "SaturationWitness", "check_saturation"]

#: The cube on so many points has 128 sets; beyond, copies are too many even for small posets.
MOST_POINTS = 7
_FIELDS = ("kind", "labels", "covers", "n", "lower", "upper", "family", "proof")


@dataclass(frozen=True, repr=False)
class SaturationWitness:
    """Why every saturated family has at least `bound` sets.

    Attributes
    ----------
    bound : int
        At most the saturation number.
    proof : tuple of str
        Clauses in the DIMACS format, each of which follows by unit propagation from those that say that there
        is a family of `bound` - 1 sets, and the lines before, down to a contradiction. Empty where none is
        needed: a set completes a copy with |P| - 1 others, and without any copy all sets are in the family.

    Examples
    --------
    >>> from mathlib.posets import antichain, saturation_number
    >>> saturation_number(antichain(2), 4).lower_witness
    <at least 5 sets: a proof of ... lines>
    """

    bound: int
    proof: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<at least {self.bound} sets: a proof of {len(self.proof)} lines>"


@dataclass(frozen=True, repr=False)
class SaturationNumber(Certificate):
    """A bracket of sat*(n, P), the least size of an induced P-saturated family of subsets of {0, ..., n - 1}.

    Attributes
    ----------
    poset : Poset
        The poset P.
    n : int
        The number of points.
    lower, upper : int
        lower <= sat*(n, P) <= upper.
    family : tuple of int
        A saturated family of `upper` sets as bit masks, ascending.
    lower_witness : SaturationWitness
        Why there is none with fewer than `lower` sets.

    Examples
    --------
    >>> from mathlib.posets import antichain, saturation_number
    >>> result = saturation_number(antichain(2), 4)
    >>> result.value, result.family
    (5, (0, 1, 3, 7, 15))
    >>> print(result.verify())
    The smallest induced saturated family for a poset on 2 elements in the subsets of 4 points has 5 sets.
    """

    kind: ClassVar[str] = "saturation"
    poset: Poset
    n: int
    lower: int
    upper: int
    family: tuple[int, ...]
    lower_witness: SaturationWitness

    @property
    def value(self) -> int | None:
        """The saturation number, or None if it is not known."""
        return self.lower if self.lower == self.upper else None

    @property
    def bound(self) -> tuple[int, int]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def verify(self) -> Verified:
        """Check the family by the definition and the lower bound by its proof, without a solver.

        Returns
        -------
        Verified

        Raises
        ------
        CertificateError
            If a field is not what it should be, the family is not saturated, or the proof proves less.
        """
        started = time.perf_counter()
        poset, n, family, witness = self.poset, self.n, self.family, self.lower_witness
        if type(poset) is not Poset or not len(poset):
            raise CertificateError(f"poset must be a Poset with elements, not {shown(poset)}")
        if not is_count(n) or n > MOST_POINTS:
            raise CertificateError(f"n must be an integer from 0 to {MOST_POINTS}, not {shown(n)}")
        if type(family) is not tuple or not all(is_count(s) for s in family):
            raise CertificateError(f"family must be a tuple of bit masks, not {shown(family)}")
        if list(family) != sorted(set(family)) or any(s >> n for s in family):
            raise CertificateError(f"family must be ascending subsets of {n} points, not {shown(family)}")
        if type(witness) is not SaturationWitness or type(witness.proof) is not tuple:
            raise CertificateError(f"lower_witness must be a SaturationWitness, not {shown(witness)}")
        if not (is_count(self.lower) and is_count(self.upper) and is_count(witness.bound)):
            raise CertificateError(f"the bounds must be integers, not {shown(self.bound)}")
        if self.upper != len(family) or witness.bound != self.lower or self.lower > self.upper:
            raise CertificateError(
                f"{self.lower} and {self.upper} are not what {len(family)} sets and {witness!r} prove"
            )
        listed = list_copies(poset, n)
        check_family(n, family, listed)
        check_size(poset, n, self.lower, witness.proof, listed)
        lines = len(witness.proof)
        checks = {
            f"sat* <= {self.upper}": "the family, by the definition",
            f"sat* >= {self.lower}": f"a proof of {lines} lines" if lines else "by counting",
        }
        size = f"{self.lower}" if self.lower == self.upper else f"between {self.lower} and {self.upper}"
        elements = f"{len(poset)} element{'s' * (len(poset) != 1)}"
        theorem = (
            f"The smallest induced saturated family for a poset on {elements} in the subsets of {n} "
            f"point{'s' * (n != 1)} has {size} set{'s' * (self.upper != 1)}."
        )
        return Verified(theorem, self.bound, checks, "exact", time.perf_counter() - started)

    def to_dict(self) -> dict[str, Any]:
        """The content of its file; ValueError if a label is no integer and no string."""
        return {
            "kind": self.kind,
            **poset_fields(self.poset),
            "n": int(self.n),
            "lower": int(self.lower),
            "upper": int(self.upper),
            "family": [int(s) for s in self.family],
            "proof": list(self.lower_witness.proof),
        }

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The result that `to_dict` has written; CertificateError names the field that is damaged."""
        require(data, _FIELDS)
        if data["kind"] != cls.kind:
            raise CertificateError(f"field 'kind': must be {cls.kind}, is {shown(data['kind'])}")
        labels = read_labels(data["labels"])
        poset = poset_from(labels, read_covers(data["covers"], len(labels)))
        most = {"n": MOST_POINTS, "lower": 1 << MOST_POINTS, "upper": 1 << MOST_POINTS}
        for name, largest in most.items():
            if not is_integer(data[name]) or not 0 <= data[name] <= largest:
                told = shown(data[name])
                raise CertificateError(f"field {name!r}: must be an integer from 0 to {largest}, is {told}")
        family = read_list(data["family"], "family", 1 << MOST_POINTS)
        if not all(is_integer(s) and 0 <= s < 1 << data["n"] for s in family):
            raise CertificateError(f"field 'family': must hold subsets of {data['n']} points")
        witness = SaturationWitness(data["lower"], tuple(read_list(data["proof"], "proof", MOST_LINES)))
        return cls(poset, data["n"], data["lower"], data["upper"], tuple(family), witness)

    def __repr__(self) -> str:
        if self.value is not None:
            return f"sat*({self.n}, P) = {self.value}, proven"
        return f"{self.lower} <= sat*({self.n}, P) <= {self.upper}, not proven"


def check_saturation(data: Any) -> str:
    """The theorem that the content of a file proves, for `mathlib.verify`."""
    return str(SaturationNumber.from_dict(data).verify())
