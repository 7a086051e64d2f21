"""Why a parameter cannot be smaller: lower bounds that a reader can check.

Each ground element of a representation is an up-set; a row is a pair (x, y) with x not<= y, and some up-set
contains x but not y. Rows (x, y) and (u, v) with x <= v or u <= y need different up-sets.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

from mathlib.errors import CertificateError
from mathlib.posets.poset import Poset

__all__ = ["LowerWitness", "sperner_number"]


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


@dataclass(frozen=True)
class LowerWitness:
    """A reason for `bound` <= the parameter, for a poset given to `verify`.

    Attributes
    ----------
    bound : int
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
        Which exhaustive search proved `bound`, if the rows and antichains prove less.

    >>> from mathlib.posets import two_dimension, fence
    >>> two_dimension(fence(4)).lower_witness
    LowerWitness(bound=3, rows=((3, 1), (2, 0), (0, 3)))
    """

    bound: int
    rows: tuple = ()
    antichains: tuple = ()
    element: object = None
    height: int | None = None
    solver: str | None = None

    @property
    def checkable(self) -> int:
        """The bound that the rows and antichains prove."""
        return len(self.rows) + sum(self._antichain_bounds())

    @property
    def kind(self) -> str:
        """'witness' if the bound can be checked without a search, else 'solver-proved'."""
        return "solver-proved" if self.solver else "witness"

    def _antichain_bounds(self) -> list[int]:
        bounds = [sperner_number(len(members)) for members in self.antichains]
        if self.height is not None and self.antichains:
            others = len(self.rows) + sum(bounds[:-1])
            bounds[-1] = sperner_number(len(self.antichains[-1]), self.height - others)
        return bounds

    def verify(self, poset: Poset) -> None:
        """Check the witness against the definition.

        Raises
        ------
        CertificateError
            If two rows or antichains are not in conflict as stated, or together prove less than `bound`.
            A bound that is only solver-proved raises too: there is nothing to check.
        """
        if self.solver:
            raise CertificateError(
                f"{self.bound} is solver-proved ({self.solver}): rerun a solver to check it"
            )
        groups = [[row] for row in self.rows]
        groups += [[(x, y) for x in members for y in members if x != y] for members in self.antichains]
        for group in groups:
            for x, y in group:
                if poset.less_equal(x, y):
                    raise CertificateError(f"{(x, y)!r} is no row, since {x!r} <= {y!r}")
                if self.element is not None and not poset.less_equal(x, self.element):
                    raise CertificateError(f"the row {(x, y)!r} does not begin below {self.element!r}")
        for one, other in combinations(groups, 2):
            for x, y in one:
                for u, v in other:
                    if not poset.less_equal(x, v) and not poset.less_equal(u, y):
                        raise CertificateError(f"one up-set separates both {(x, y)!r} and {(u, v)!r}")
        self._verify_last_antichain(poset, groups[:-1])
        if self.checkable < self.bound:
            raise CertificateError(f"the rows and antichains prove only {self.checkable} >= {self.bound}")

    def _verify_last_antichain(self, poset: Poset, others: list) -> None:
        if self.height is None or not self.antichains:
            return
        for x, _ in (row for group in others for row in group):
            for member in self.antichains[-1]:
                if not poset.less_equal(x, member):
                    raise CertificateError(f"an up-set that contains {x!r} need not contain {member!r}")

    def __repr__(self) -> str:
        fields = [f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__]
        defaults = ["rows=()", "antichains=()", "element=None", "height=None", "solver=None"]
        return f"LowerWitness({', '.join(field for field in fields if field not in defaults)})"
