"""Why some elements of a poset have no representation within given limits: a proof found by a SAT solver."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.posets.certificates.check import is_count, is_integer, read_covers, read_list, require
from mathlib.posets.certificates.check_proof import check_proof
from mathlib.posets.certificates.encoding import MOST_CLAUSES, representation_clauses, representation_size
from mathlib.posets.order.poset import Poset, check_poset

__all__ = ["MOST_LINES", "Refutation", "read_refutation", "refutation_fields"]

#: What bounds the work on a file.
MOST_LINES = 10_000_000
_FIELDS = ("members", "width", "height", "rows", "proof")


@dataclass(frozen=True, repr=False)
class Refutation:
    """That the order on some elements has no representation with few ground elements, or of small height.

    Attributes
    ----------
    members : tuple of labels
        The elements, in the order that numbers the variables of the proof.
    width : int
        There is no representation with so many ground elements...
    height : int or None
        ... and at most so many of them in each set.
    rows : tuple of pairs of labels
        Rows that conflict pairwise, which have the first ground elements in the clauses.
    proof : tuple of str
        Clauses in the DIMACS format, each of which follows by unit propagation from those of
        `representation_clauses` and the lines before, down to a contradiction. Empty where none is needed:
        the rows alone need more than `width` ground elements, or `height` is 0.

    Examples
    --------
    >>> from mathlib.posets import fence, two_dimension
    >>> two_dimension(fence(9)).lower_witness.refuted
    (<9 elements have no representation of width 4: a proof of ... lines>,)
    """

    members: tuple
    width: int
    height: int | None = None
    rows: tuple = ()
    proof: tuple[str, ...] = ()

    def check(self, poset: Poset) -> None:
        """Check the proof, without a solver.

        Parameters
        ----------
        poset : Poset
            A poset that has the members.

        Raises
        ------
        CertificateError
            If a field is not what it should be, or the proof proves nothing.
        """
        check_poset("poset", poset)
        self.check_fields()
        try:
            part = poset.subposet(self.members)
            first = [(part.index(x), part.index(y)) for x, y in self.rows]
        except (TypeError, ValueError) as error:
            raise CertificateError(f"a refutation of no elements of the poset: {error}") from None
        _check_rows(part, first)
        if not part.critical_positions:
            raise CertificateError("one element has a representation without ground elements")
        if self.height == 0 or self.width < max(1, len(first)):
            return
        if representation_size(part, self.width, self.height) > MOST_CLAUSES:
            raise CertificateError(f"a refutation of more than {MOST_CLAUSES} clauses is not checked")
        check_proof(representation_clauses(part, self.width, self.height, first), self.proof)

    def check_fields(self) -> None:
        """Check that the fields are of the right kinds, which says nothing of the proof; CertificateError."""
        if not is_count(self.width) or not (self.height is None or is_count(self.height)):
            raise CertificateError(
                f"a refutation has integers >= 0; not width {shown(self.width)}, height {shown(self.height)}"
            )
        for name in ("members", "rows", "proof"):
            if type(value := getattr(self, name)) is not tuple:
                raise CertificateError(f"{name} of a refutation must be a tuple, not {shown(value)}")

    def __repr__(self) -> str:
        height = "" if self.height is None else f" and height {self.height}"
        count = f"{len(self.members)} elements have no representation of width {self.width}{height}"
        return f"<{count}: a proof of {len(self.proof)} lines>"


def _check_rows(part: Poset, rows: list[tuple[int, int]]) -> None:
    up = [above | 1 << x for x, above in enumerate(part.above)]
    for x, y in rows:
        if up[x] >> y & 1:
            raise CertificateError(f"{(part.labels[x], part.labels[y])!r} is no row")
    for (x, y), (u, v) in combinations(rows, 2):
        if not (up[x] >> v & 1 or up[u] >> y & 1):
            raise CertificateError(f"the rows of a refutation do not conflict: {(x, y)} and {(u, v)}")


def refutation_fields(part: Refutation, position: dict) -> dict[str, Any]:
    """The content of a file: labels become their positions."""
    return {
        "members": [position[x] for x in part.members],
        "width": int(part.width),
        "height": [] if part.height is None else [int(part.height)],
        "rows": [[position[x], position[y]] for x, y in part.rows],
        "proof": list(part.proof),
    }


def read_refutation(data: Any, labels: list) -> Refutation:
    """The inverse of `refutation_fields`; CertificateError names the field that is damaged."""
    require(data, _FIELDS)
    members = read_list(data["members"], "members", len(labels))
    height = read_list(data["height"], "height", 1)
    for name, values, most in (("members", members, len(labels) - 1), ("width", [data["width"]], len(labels)),
                               ("height", height, len(labels))):  # fmt: skip
        if not all(is_integer(value) and 0 <= value <= most for value in values):
            told = shown(values)
            raise CertificateError(f"field {name!r}: must hold integers from 0 to {most}, not {told}")
    rows = read_covers(read_list(data["rows"], "rows", len(labels)), len(labels), "rows")
    return Refutation(
        tuple(labels[i] for i in members),
        data["width"],
        height[0] if height else None,
        tuple((labels[i], labels[j]) for i, j in rows),
        tuple(read_list(data["proof"], "proof", MOST_LINES)),
    )
