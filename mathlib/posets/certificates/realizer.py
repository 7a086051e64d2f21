"""What proves the order dimension of a poset: linear orders above, critical pairs below."""

import time
from dataclasses import dataclass
from itertools import pairwise
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
from mathlib.posets.certificates.check_proof import check_proof
from mathlib.posets.certificates.embedding import poset_fields, poset_from
from mathlib.posets.certificates.encoding import MOST_CLAUSES, order_clauses, order_size
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.order.relations import bits

__all__ = ["DimensionWitness", "Realizer", "check_realizer", "read_orders"]


@dataclass(frozen=True)
class Realizer(Certificate):
    """Linear orders whose intersection is a poset: a certificate that its order dimension is at most `size`.

    Attributes
    ----------
    poset : Poset
        The poset.
    orders : tuple of tuples of labels
        Each from bottom to top.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> print(Realizer(antichain(3), ((0, 1, 2), (2, 1, 0))).verify())
    A poset on 3 elements has dim <= 2.
    """

    kind: ClassVar[str] = "realizer"
    poset: Poset
    orders: tuple[tuple, ...]

    @property
    def size(self) -> int:
        """The number of orders."""
        return len(self.orders)

    @property
    def bound(self) -> int:
        """The number of orders."""
        return len(self.orders)

    def verify(self) -> Verified:
        """Check x <= y iff x stands no later than y in every order, for all ordered pairs.

        Returns
        -------
        Verified
            Its bound is the number of orders.

        Raises
        ------
        CertificateError
            Naming two elements that violate this, or an order that does not list every element once.
        """
        started = time.perf_counter()
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
        n = len(self.poset)
        return Verified(
            f"A poset on {n} element{'s' * (n != 1)} has dim <= {self.size}.",
            self.bound,
            {"x <= y if and only if x stands no later than y in every order": f"all {n * n} ordered pairs"},
            "exact",
            time.perf_counter() - started,
        )

    def to_dict(self) -> dict[str, Any]:
        """The content of its file; ValueError if a label is no integer and no string."""
        position = {label: i for i, label in enumerate(self.poset.labels)}
        orders = [[position[x] for x in order] for order in self.orders]
        return {"kind": self.kind, **poset_fields(self.poset), "orders": orders}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The realizer that `to_dict` has written; CertificateError names the field that is damaged."""
        require(data, ["kind", "labels", "covers", "orders"])
        if data["kind"] != cls.kind:
            raise CertificateError(f"field 'kind': must be {cls.kind!r}, is {shown(data['kind'])}")
        labels = read_labels(data["labels"])
        poset = poset_from(labels, read_covers(data["covers"], len(labels)))
        return cls(poset, read_orders(data["orders"], labels))


def check_realizer(data: Any) -> str:
    """The theorem that the content of a file proves, for `mathlib.verify`."""
    return str(Realizer.from_dict(data).verify())


def read_orders(orders, labels: list) -> tuple[tuple, ...]:
    """Lists of positions as tuples of labels; the empty poset has at most one."""
    for order in read_list(orders, "orders", max(len(labels), 1)):
        if not isinstance(order, list) or not all(is_integer(i) and 0 <= i < len(labels) for i in order):
            raise CertificateError(f"field 'orders': must hold lists of positions, not {shown(order)}")
    return tuple(tuple(labels[i] for i in order) for order in orders)


def _places(poset: Poset, order) -> list[int]:
    """The positions of the elements of a linear order, bottom first."""
    try:
        places = [poset.index(x) for x in order]
    except (TypeError, ValueError):
        places = []
    if not isinstance(order, tuple) or sorted(places) != list(range(len(poset))):
        raise CertificateError(f"the order {shown(order)} does not list every element once")
    return places


@dataclass(frozen=True)
class DimensionWitness:
    """Why the order dimension of a poset is at least `bound`.

    Attributes
    ----------
    bound : int
        At most the dimension.
    pairs : tuple of pairs of labels
        Incomparable (x, y) with x_r < y_s for r != s, a standard example. No linear extension reverses two of
        them, since x_r < y_s < x_s < y_r would be a cycle: so their number is a lower bound, and 1 and 2 are
        bounds if there is an element and an incomparable pair.
    forcing : tuple of pairs of labels
        Why two orders are not enough. If two orders realize the poset, let x -> y say that the first one puts
        the incomparable x below y (and the second one above). Then x -> y implies x -> z where x and z are
        incomparable, but y and z are not: z -> x -> y would put y above z in the first order and below it in
        the second. Likewise it implies z -> y where z and y are incomparable, but x and z are not. The pairs
        lead from (x, y) to (y, x) by such steps, which is a contradiction.
    proof : tuple of str
        If the rest proves less: clauses in the DIMACS format, each of which follows by unit propagation from
        those of `order_clauses` for `bound` - 1 orders and the lines before, down to a contradiction.

    Examples
    --------
    >>> from mathlib.posets import order_dimension, standard_example
    >>> order_dimension(standard_example(3)).lower_witness
    DimensionWitness(bound=3, pairs=((2, 5), (1, 4), (0, 3)), forcing=(), proof=())
    """

    bound: int
    pairs: tuple = ()
    forcing: tuple = ()
    proof: tuple[str, ...] = ()

    def __repr__(self) -> str:
        proof = f"<{len(self.proof)} lines>" if self.proof else "()"
        known = f"bound={self.bound!r}, pairs={self.pairs!r}, forcing={self.forcing!r}"
        return f"DimensionWitness({known}, proof={proof})"

    @property
    def kind(self) -> str:
        """'refutation' if the bound was found by a SAT solver and is proved step by step, else 'witness'."""
        return "refutation" if self.proof else "witness"

    def check(self, poset: Poset) -> None:
        """Check that the bound follows, without a solver.

        Parameters
        ----------
        poset : Poset
            The poset.

        Raises
        ------
        CertificateError
            If it does not.
        """
        check_poset("poset", poset)
        if not is_count(self.bound):
            raise CertificateError(f"the bound is no integer >= 0: {shown(self.bound)}")
        if type(self.proof) is not tuple:
            raise CertificateError(f"proof must be a tuple of lines, not {shown(self.proof)}")
        pairs = _pair_places(poset, "pairs", self.pairs)
        up = [above | 1 << i for i, above in enumerate(poset.above)]
        for r, (x, y) in enumerate(pairs):
            if up[x] >> y & 1 or up[y] >> x & 1:
                raise CertificateError(f"{poset.labels[x]!r} and {poset.labels[y]!r} are comparable")
            for s, (_, v) in enumerate(pairs):
                if r != s and not up[x] >> v & 1:
                    raise CertificateError(f"{poset.labels[x]!r} <= {poset.labels[v]!r} does not hold")
        proved = max(len(pairs), len(poset) > 0, 2 * (len(pairs) > 0))
        if steps := _pair_places(poset, "forcing", self.forcing):
            _check_forcing(poset, self.forcing, steps)
            proved = max(proved, 3)
        if proved >= self.bound:
            return
        if not self.proof:
            raise CertificateError(f"{len(pairs)} pairs do not prove dim >= {self.bound}")
        if self.bound > max(len(poset) // 2, 2):
            raise CertificateError(f"dim <= max(2, n / 2) for n = {len(poset)} elements (Hiraguchi, 1951)")
        if order_size(poset, self.bound - 1) > MOST_CLAUSES:
            raise CertificateError(f"a refutation of more than {MOST_CLAUSES} clauses is not checked")
        check_proof(order_clauses(poset, self.bound - 1), self.proof)


def _check_forcing(poset: Poset, pairs: tuple, steps: list[tuple[int, int]]) -> None:
    """Each pair (`steps` has their positions) implies the next one, and the last is the first reversed."""
    comparable = [
        up | down | 1 << i for i, (up, down) in enumerate(zip(poset.above, poset.below, strict=True))
    ]
    for (x, y), pair in zip(steps, pairs, strict=True):
        if comparable[x] >> y & 1:
            raise CertificateError(f"forcing: the elements of {pair!r} are comparable")
    for k, ((x, y), (u, v)) in enumerate(pairwise(steps)):
        if not ((x == u and comparable[y] >> v & 1) or (y == v and comparable[x] >> u & 1)):
            raise CertificateError(f"forcing: {pairs[k]!r} does not imply {pairs[k + 1]!r}")
    if steps[-1] != steps[0][::-1]:
        raise CertificateError(f"forcing: {pairs[-1]!r} is not {pairs[0]!r} reversed")


def _pair_places(poset: Poset, name: str, pairs) -> list[tuple[int, int]]:
    try:
        if type(pairs) is tuple:
            return [(poset.index(x), poset.index(y)) for x, y in pairs]
    except (TypeError, ValueError):
        pass
    raise CertificateError(f"{name} must be a tuple of pairs of elements, not {shown(pairs)}")
