"""The certificates of the order dimension: linear orders above, standard examples below."""

from dataclasses import dataclass

from mathlib.errors import CertificateError
from mathlib.posets.orientation import two_orders
from mathlib.posets.poset import Poset
from mathlib.posets.relations import bits
from mathlib.posets.witness import SOLVER, is_count

__all__ = ["ORIENTATION", "Realizer", "StandardExample"]

#: What the failure of a transitive orientation proves, dimension 3, is recorded under this name.
ORIENTATION = "transitive orientation"


@dataclass(frozen=True)
class Realizer:
    """Linear orders, as tuples of labels from bottom to top, whose intersection is the poset."""

    poset: Poset
    orders: tuple[tuple, ...]

    @property
    def size(self) -> int:
        return len(self.orders)

    def verify(self) -> "Realizer":
        """Check x <= y iff x stands no later than y in every order; returns the realizer itself.

        Raises
        ------
        CertificateError
            Naming two elements that violate this, or an order that does not list every element once.
        """
        if type(self.poset) is not Poset or type(self.orders) is not tuple:
            raise CertificateError("a realizer needs a Poset and a tuple of orders")
        if len(self.poset) and not self.orders:
            raise CertificateError("a poset that is not empty needs at least one order")
        agreed = [-1] * len(self.poset)  # what every order so far puts above an element or at its place
        for order in self.orders:
            above = 0
            for i in reversed(_places(self.poset, order)):
                above |= 1 << i
                agreed[i] &= above
        for i, (mask, above) in enumerate(zip(agreed, self.poset.above, strict=True)):
            for j in bits(mask ^ (above | 1 << i)):
                x, y = self.poset.labels[i], self.poset.labels[j]
                raise CertificateError(f"the orders and the poset disagree on {x!r} <= {y!r}")
        return self


def _places(poset: Poset, order) -> list[int]:
    """The positions of the elements of a linear order, bottom first."""
    try:
        places = [poset.index(x) for x in order]
    except (TypeError, ValueError):
        places = []
    if not isinstance(order, tuple) or sorted(places) != list(range(len(poset))):
        raise CertificateError(f"the order {order!r} does not list every element once")
    return places


@dataclass(frozen=True)
class StandardExample:
    """Why the order dimension is at least `bound`.

    `pairs` (x, y) are incomparable with x_r < y_s for r != s. No linear extension reverses two of them, since
    x_r < y_s < x_s < y_r would be a cycle; so their number is a lower bound, and bounds 1 and 2 need a single
    element and a single incomparable pair. `solver` says what proved `bound` where the pairs prove less: that
    no transitive orientation exists, which excludes dimension 2 and can be checked, or a solver, whose word
    is taken only for more than 3.
    """

    bound: int
    pairs: tuple
    solver: str | None = None

    def verify(self, poset: Poset) -> None:
        """Check the pairs; raises CertificateError if they do not prove `bound`, or if only a solver did."""
        if self.solver and self.solver != ORIENTATION:
            raise CertificateError(
                f"{self.bound} is solver-proved ({self.solver}): rerun a solver to check it"
            )
        self.check(poset)

    def check(self, poset: Poset) -> None:
        """Check everything but what only a SAT solver proved.

        Raises
        ------
        CertificateError
        """
        if not is_count(self.bound):
            raise CertificateError(f"the bound is no integer >= 0: {self.bound!r}")
        known = type(self.solver) is str and self.solver in (ORIENTATION, SOLVER)
        if self.solver is not None and not known:
            raise CertificateError(
                f"the solver is {self.solver!r}: only {SOLVER} and {ORIENTATION} are known"
            )
        pairs = _pair_places(poset, self.pairs)
        up = [above | 1 << i for i, above in enumerate(poset.above)]
        for r, (x, y) in enumerate(pairs):
            if up[x] >> y & 1 or up[y] >> x & 1:
                raise CertificateError(f"{poset.labels[x]!r} and {poset.labels[y]!r} are comparable")
            for s, (_, v) in enumerate(pairs):
                if r != s and not up[x] >> v & 1:
                    raise CertificateError(f"{poset.labels[x]!r} <= {poset.labels[v]!r} does not hold")
        proved = max(len(pairs), len(poset) > 0, 2 * (len(pairs) > 0))
        if self.solver and proved < 3 <= self.bound and two_orders(poset, None) is None:
            proved = 3
        if proved < (min(self.bound, 3) if self.solver == SOLVER else self.bound):
            raise CertificateError(f"{len(pairs)} pairs do not prove dim >= {self.bound}")
        if self.bound > max(len(poset) // 2, 2):
            raise CertificateError(f"dim <= max(2, n / 2) for n = {len(poset)} elements (Hiraguchi, 1951)")


def _pair_places(poset: Poset, pairs) -> list[tuple[int, int]]:
    try:
        if type(pairs) is tuple:
            return [(poset.index(x), poset.index(y)) for x, y in pairs]
    except (TypeError, ValueError):
        pass
    raise CertificateError(f"pairs must be a tuple of pairs of elements, not {pairs!r}")
