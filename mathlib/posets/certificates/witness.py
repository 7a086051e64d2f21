"""Why a parameter cannot be smaller: lower bounds that a reader can check.

Each ground element of a representation is an up-set; a row is a pair (x, y) with x not<= y, and some up-set
contains x but not y. Rows (x, y) and (u, v) with x <= v or u <= y need different up-sets.
"""

from dataclasses import dataclass
from itertools import combinations, islice, product
from math import comb
from typing import NamedTuple

from mathlib.checks import check_choice
from mathlib.errors import CertificateError
from mathlib.posets.certificates.check import is_count
from mathlib.posets.certificates.refutation import Refutation
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import bits

__all__ = ["LowerWitness", "distinct_number", "sperner_number"]


def sperner_number(k: int, height: int | None = None) -> int:
    """The least w such that the subsets of a w-set contain an antichain of k sets.

    With `height` h, of sets with at most h elements. By the inequality of Lubell, Yamamoto and Meshalkin the
    sum of 1 / C(w, |S|) over an antichain is at most 1, so k is at most the largest C(w, j) with j <= h; all
    sets of one size attain it (Sperner, 1928).

    >>> [sperner_number(k) for k in (1, 2, 3, 4, 6, 7)], sperner_number(5, height=1)
    ([0, 2, 3, 4, 4, 5], 5)
    """
    if k > 1 and height is not None and height < 1:
        raise ValueError("the empty set alone is no antichain of two or more sets: height must be at least 1")
    w = 0
    while comb(w, min(w // 2, w if height is None else height)) < k:
        w += 1
    return w


def distinct_number(k: int, least: bool, greatest: bool) -> int:
    """The least w such that some k subsets of a w-set can represent a poset on k elements.

    They differ, and the empty set is among them only if the poset has a least element, the whole w-set only
    if it has a greatest one.

    >>> distinct_number(8, True, True), distinct_number(8, False, False)
    (3, 4)
    """
    if k <= 1:
        return 0
    return (k + (not least) + (not greatest) - 1).bit_length()


class _Rows(NamedTuple):
    """Rows that count together: all (x, y) with x not<= y, x in one mask of positions, y in another."""

    name: object
    firsts: int
    seconds: int


@dataclass(frozen=True)
class LowerWitness:
    """Why h*, w* or dim2 of a poset is at least `bound`.

    Attributes
    ----------
    bound : int
        At most the parameter.
    rows : tuple of pairs of labels
        Pairwise conflicting rows; each needs an up-set of its own.
    antichains : tuple of tuples of labels
        The rows between members of one antichain conflict with all rows of the other antichains and with all
        of `rows`, so they need up-sets of their own: the Sperner number of the antichain.
    element : label or None
        For h*: all rows (x, y) above have x <= element, so all those up-sets contain it.
    height : int or None
        For w*: h*, which limits the sets of the last antichain or refutation, whose members all other up-sets
        contain.
    refuted : tuple of Refutation
        As `antichains`, for any elements: a proof refutes fewer up-sets. The last one may say that they have
        no representation of some height h. Then for h* all other up-sets contain its members, one of which is
        in h + 1 more; and for w* the bound presumes that the `height` leaves room for h more at most.
    distinct : tuple of tuples of labels
        As `antichains`, for any elements: their sets differ, which takes `distinct_number` up-sets.

    Examples
    --------
    >>> from mathlib.posets import two_dimension, fence
    >>> two_dimension(fence(4)).lower_witness
    LowerWitness(bound=3, rows=((0, 2), (1, 0), (3, 1)))
    """

    bound: int
    rows: tuple = ()
    antichains: tuple = ()
    element: object = None
    height: int | None = None
    refuted: tuple[Refutation, ...] = ()
    distinct: tuple = ()

    @property
    def proof(self) -> tuple[str, ...]:
        """All lines of the proofs in `refuted`."""
        return tuple(line for part in self.refuted for line in part.proof)

    @property
    def kind(self) -> str:
        """'refutation' if a SAT solver found a part of the bound, which has a proof; else 'witness'."""
        return "refutation" if self.refuted else "witness"

    @property
    def clique(self) -> tuple:
        """Pairwise conflicting rows of a poset that does not split into parts, as start of a search."""
        return self.rows or (self.refuted[-1].rows if self.refuted else ())

    @property
    def strength(self) -> tuple[int, bool, bool]:
        """To choose among lower bounds: the larger, and of equal ones one by rows, which says most."""
        return self.bound, not self.refuted, bool(self.rows)

    def check(self, poset: Poset, parameter: str) -> None:
        """Check that this bounds a parameter, without a solver.

        Parameters
        ----------
        poset : Poset
            The poset.
        parameter : {"h*", "w*", "dim2"}
            The parameter. For w* a `height` is presumed to be h*.

        Raises
        ------
        CertificateError
            If it does not.
        """
        check_poset("poset", poset)
        check_choice("parameter", parameter, ("h*", "w*", "dim2"))
        for name, value in (("bound", self.bound), ("height", self.height)):
            if not is_count(value) and not (name == "height" and value is None):
                raise CertificateError(f"the {name} of the witness is no integer >= 0: {value!r}")
        if self.height is not None and parameter != "w*":
            raise CertificateError(f"a bound of {parameter} has no height, but the witness has {self.height}")
        if self.element is not None and parameter != "h*":
            raise CertificateError(f"a bound of {parameter} has no element, but there is {self.element!r}")
        groups = self._groups(poset)
        _check_conflicts(poset, groups)
        last = self._last
        if parameter == "h*" and last is not None:
            if self.element is not None or last.width < len(last.members):
                raise CertificateError("a refuted height needs |members| ground elements, and no element")
            _check_inside(poset, groups, last.members)
        elif parameter == "h*" and groups:
            _check_below(poset, groups, _position(poset, self.element))
        elif self.height is not None and (last is not None or self.antichains):
            _check_inside(poset, groups, self.antichains[-1] if last is None else last.members)
        try:
            proved = self._proved([_distinct_bound(poset, members) for members in self.distinct])
        except ValueError:
            raise CertificateError(f"more is proved than the height {self.height} leaves room for") from None
        if proved < self.bound:
            raise CertificateError(f"the rows and antichains prove only {proved} >= {self.bound}")
        for part in self.refuted:
            part.check(poset)

    @property
    def _last(self) -> Refutation | None:
        """The refutation that limits the height, if there is one."""
        return self.refuted[-1] if self.refuted and self.refuted[-1].height is not None else None

    def _proved(self, distinct: list[int]) -> int:
        """The sum over all groups, given the part of those that are distinct."""
        bounds = [sperner_number(len(members)) for members in self.antichains]
        refuted = [part.width + 1 for part in self.refuted if part is not self._last]
        others = len(self.rows) + sum(distinct) + sum(refuted)
        if (last := self._last) is not None and last.height is not None:
            others += sum(bounds)
            # No representation of height h at all: more than h sets. Or only none with few sets.
            if self.height is not None and self.height - others <= last.height:
                return others + last.width + 1
            return others + (last.height + 1 if last.width >= len(last.members) else 0)
        if self.height is not None and self.antichains:
            bounds[-1] = sperner_number(len(self.antichains[-1]), self.height - others - sum(bounds[:-1]))
        return others + sum(bounds)

    def _groups(self, poset: Poset) -> list[_Rows]:
        """The rows, the distinct, the refuted and the antichains, each checked alone but for the proofs.

        Groups without rows are left out. What limits the height comes last.
        """
        kinds = {"rows": tuple, "antichains": tuple, "distinct": tuple, "refuted": Refutation}
        for name, kind in kinds.items():
            given = getattr(self, name)
            if type(given) is not tuple or not all(type(entry) is kind for entry in given):
                what = "tuples of labels" if kind is tuple else "Refutations"
                raise CertificateError(f"{name} must be a tuple of {what}, not {given!r}")
        groups = []
        for row in self.rows:
            if len(row) != 2:
                raise CertificateError(f"{row!r} is no pair of labels")
            x, y = (_position(poset, label) for label in row)
            if x == y or poset.above[x] >> y & 1:
                raise CertificateError(f"{row!r} is no row, since {row[0]!r} <= {row[1]!r}")
            groups.append(_Rows(row, 1 << x, 1 << y))
        groups += [_Rows(members, mask, mask) for members in self.distinct if (mask := _mask(poset, members))]
        for part in self.refuted:
            part.check_fields()
            if part.height is not None and part is not self.refuted[-1]:
                raise CertificateError("only the last refutation can limit the height")
        masks = [_mask(poset, part.members) for part in self.refuted]
        refuted = [_Rows(part, mask, mask) for part, mask in zip(self.refuted, masks, strict=True)]
        groups += refuted[:-1] if self._last else refuted
        for members in self.antichains:
            mask = _mask(poset, members)
            for i in bits(mask):
                for j in bits(poset.above[i] & mask):
                    x, y = poset.labels[i], poset.labels[j]
                    raise CertificateError(f"{(x, y)!r} is no row, since {x!r} <= {y!r}")
            groups += [_Rows(members, mask, mask)] * (len(members) > 1)
        groups += refuted[-1:] if self._last else []
        return [group for group in groups if group.firsts.bit_count() > 1 or group.firsts != group.seconds]

    def __repr__(self) -> str:
        fields = [f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__]
        unset = ("rows=()", "antichains=()", "element=None", "height=None", "refuted=()", "distinct=()")
        return f"LowerWitness({', '.join(field for field in fields if field not in unset)})"


def _position(poset: Poset, label) -> int:
    try:
        return poset.index(label)
    except ValueError as error:
        raise CertificateError(str(error)) from None


def _mask(poset: Poset, members: tuple) -> int:
    """The positions of distinct labels."""
    mask = 0
    for label in members:
        place = 1 << _position(poset, label)
        if mask & place:
            raise CertificateError(f"{label!r} is listed twice in {members!r}")
        mask |= place
    return mask


def _distinct_bound(poset: Poset, members: tuple) -> int:
    mask = _mask(poset, members)
    least = any(not mask & ~(poset.above[i] | 1 << i) for i in bits(mask))
    greatest = any(not mask & ~(poset.below[i] | 1 << i) for i in bits(mask))
    return distinct_number(len(members), least, greatest)


def _check_below(poset: Poset, groups: list[_Rows], top: int) -> None:
    for name, firsts, seconds in groups:
        for x in bits(firsts & ~(poset.below[top] | 1 << top)):
            row = name if firsts != seconds else f"from {poset.labels[x]!r}"
            raise CertificateError(f"the row {row} does not begin below {poset.labels[top]!r}")


def _check_inside(poset: Poset, groups: list[_Rows], last: tuple) -> None:
    """Every up-set that separates a row of another group contains all of the antichain `last`."""
    mask = _mask(poset, last)
    for _, firsts, _ in groups[:-1] if len(last) > 1 else groups:
        for x in bits(firsts):
            for y in bits(mask & ~(poset.above[x] | 1 << x)):
                x, y = poset.labels[x], poset.labels[y]
                raise CertificateError(f"an up-set that contains {x!r} need not contain {y!r}")


def _check_conflicts(poset: Poset, groups: list[_Rows]) -> None:
    """For two groups, all rows (x, y) of one and (u, v) of the other have x <= v, or all have u <= y."""
    everything = (1 << len(poset)) - 1
    up = [above | 1 << i for i, above in enumerate(poset.above)]
    outside = []  # for each group the elements that some x of its rows is not below
    for _, firsts, _ in groups:
        above_all = everything
        for x in bits(firsts):
            above_all &= up[x]
        outside.append(everything & ~above_all)
    for (one, first), (other, second) in combinations(zip(groups, outside, strict=True), 2):
        if first & other.seconds and second & one.seconds:
            _complain(poset, one, other)


def _complain(poset: Poset, one: _Rows, other: _Rows) -> None:
    """Name two rows without conflict, if there are any (there may be none, if neither holds for all)."""
    places = product(*(bits(mask) for mask in (one.firsts, one.seconds, other.firsts, other.seconds)))
    up = [above | 1 << i for i, above in enumerate(poset.above)]
    for x, y, u, v in islice(places, 100_000):
        if not (up[x] >> y & 1 or up[u] >> v & 1 or up[x] >> v & 1 or up[u] >> y & 1):
            pairs = [(poset.labels[i], poset.labels[j]) for i, j in ((x, y), (u, v))]
            raise CertificateError(f"one up-set separates both {pairs[0]!r} and {pairs[1]!r}")
    raise CertificateError(f"the rows of {one.name!r} and {other.name!r} do not all conflict one way")
