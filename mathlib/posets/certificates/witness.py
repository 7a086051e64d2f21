"""Why a parameter cannot be smaller: lower bounds that a reader can check.

Each ground element of a representation is an up-set; a row is a pair (x, y) with x not<= y, and some up-set
contains x but not y. Rows (x, y) and (u, v) with x <= v or u <= y need different up-sets.
"""

from dataclasses import dataclass
from itertools import combinations, islice, product
from math import comb
from numbers import Integral
from typing import NamedTuple

from mathlib.checks import check_choice, shown
from mathlib.errors import CertificateError
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import bits

__all__ = ["SOLVER", "LowerWitness", "distinct_number", "is_count", "sperner_number"]

#: The solver that may have proved a bound, by finding no representation that is smaller.
SOLVER = "cadical195"


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
        For w*: h*, which limits the sets of the last antichain, whose members all other up-sets contain.
    solver : str or None
        Which solver proved `bound`, if the rest proves less.
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
    solver: str | None = None
    distinct: tuple = ()

    @property
    def checkable(self) -> int:
        """What is proved without `solver`, at least: the poset may add one for each of `distinct`."""
        return self._proved([distinct_number(len(members), True, True) for members in self.distinct])

    @property
    def kind(self) -> str:
        """'witness' if the bound can be checked without a search, else 'solver-proved'."""
        return "solver-proved" if self.solver else "witness"

    @property
    def strength(self) -> tuple[int, bool, bool]:
        """To choose among lower bounds: the larger, and of equal ones one by rows, which says most."""
        return self.bound, self.solver is None, bool(self.rows)

    def check(self, poset: Poset, parameter: str) -> None:
        """Check that this bounds a parameter, up to what only `solver` proved.

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
        if self.solver is not None and not (type(self.solver) is str and self.solver == SOLVER):
            raise CertificateError(f"the solver must be {SOLVER!r} or None, not {shown(self.solver)}")
        if self.height is not None and parameter != "w*":
            raise CertificateError(f"a bound of {parameter} has no height, but the witness has {self.height}")
        if self.element is not None and parameter != "h*":
            raise CertificateError(f"a bound of {parameter} has no element, but there is {self.element!r}")
        groups = self._groups(poset)
        if parameter == "h*" and groups:
            _check_below(poset, groups, _position(poset, self.element))
        _check_conflicts(poset, groups)
        if self.height is not None and self.antichains:
            _check_inside(poset, groups, self.antichains[-1])
        try:
            proved = self._proved([_distinct_bound(poset, members) for members in self.distinct])
        except ValueError:
            raise CertificateError(f"more is proved than the height {self.height} leaves room for") from None
        if proved < self.bound and not self.solver:
            raise CertificateError(f"the rows and antichains prove only {proved} >= {self.bound}")

    def _proved(self, distinct: list[int]) -> int:
        """The sum over all groups, given the part of those that are distinct."""
        bounds = [sperner_number(len(members)) for members in self.antichains]
        others = len(self.rows) + sum(distinct) + sum(bounds[:-1])
        if self.height is not None and self.antichains:
            bounds[-1] = sperner_number(len(self.antichains[-1]), self.height - others)
        return len(self.rows) + sum(distinct) + sum(bounds)

    def _groups(self, poset: Poset) -> list[_Rows]:
        """The rows, the distinct and the antichains, each checked alone; groups without rows are left out."""
        for name in ("rows", "antichains", "distinct"):
            given = getattr(self, name)
            if type(given) is not tuple or not all(type(entry) is tuple for entry in given):
                raise CertificateError(f"{name} must be a tuple of tuples of labels, not {given!r}")
        groups = []
        for row in self.rows:
            if len(row) != 2:
                raise CertificateError(f"{row!r} is no pair of labels")
            x, y = (_position(poset, label) for label in row)
            if x == y or poset.above[x] >> y & 1:
                raise CertificateError(f"{row!r} is no row, since {row[0]!r} <= {row[1]!r}")
            groups.append(_Rows(row, 1 << x, 1 << y))
        groups += [_Rows(members, mask, mask) for members in self.distinct if (mask := _mask(poset, members))]
        for members in self.antichains:
            mask = _mask(poset, members)
            for i in bits(mask):
                for j in bits(poset.above[i] & mask):
                    x, y = poset.labels[i], poset.labels[j]
                    raise CertificateError(f"{(x, y)!r} is no row, since {x!r} <= {y!r}")
            groups += [_Rows(members, mask, mask)] * (len(members) > 1)
        return [group for group in groups if group.firsts.bit_count() > 1 or group.firsts != group.seconds]

    def __repr__(self) -> str:
        fields = [f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__]
        unset = ("rows=()", "antichains=()", "element=None", "height=None", "solver=None", "distinct=()")
        return f"LowerWitness({', '.join(field for field in fields if field not in unset)})"


def is_count(value) -> bool:
    """Whether a value is an integer >= 0, Python's or NumPy's, and no boolean."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


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
