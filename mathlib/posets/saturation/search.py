"""Saturation numbers by SAT, with a family above and a proof below."""

from contextlib import suppress
from functools import partial
from math import inf

from mathlib.checks import check_integer, deadline_after
from mathlib.posets.clock import OutOfTime, is_over
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.parameters.sat import solve
from mathlib.posets.saturation.certificate import MOST_POINTS, SaturationNumber, SaturationWitness
from mathlib.posets.saturation.check_saturation import copies, family_clauses
from mathlib.posets.saturation.families import saturated_family

__all__ = ["saturation_number"]

#: The first family is the smallest of so many, which are built in random orders.
_TRIES = 10


def saturation_number(poset: Poset, n: int, *, time_limit: float | None = None) -> SaturationNumber:
    """sat*(n, P), the least size of an induced P-saturated family of subsets of {0, ..., n - 1}.

    A family is induced P-saturated if it contains no induced copy of P, but each further set would complete
    one.

    Parameters
    ----------
    poset : Poset
        The poset P, not empty: every family contains a copy of the empty poset.
    n : int
        Size of the ground set, at most 7.
    time_limit : float, optional
        Seconds after which the search ends with the best bracket known. The first family is built whatever
        the limit. Without a limit the search goes on until the number is proven, unless the cube holds more
        than a million copies of the poset: then a family is built, and that is all.

    Returns
    -------
    SaturationNumber
        A bracket with a family and a proof.

    Raises
    ------
    ValueError
        If n is out of range, or the poset empty.

    Notes
    -----
    The bracket is halved by SAT: is there a family of at most k sets? Posets of four elements take a second
    at n = 5 and seconds to minutes at n = 6, posets of five elements seconds at n = 5.

    References
    ----------
    M. Ferrara and others, The saturation number of induced subposets of the Boolean lattice (2017).

    Examples
    --------
    >>> from mathlib.posets import antichain, boolean_lattice
    >>> [saturation_number(antichain(2), n).value for n in (1, 2, 3)]
    [2, 3, 4]
    >>> saturation_number(boolean_lattice(2), 5)
    sat*(5, P) = 6, proven
    """
    check_poset("poset", poset)
    n = check_integer("n", n, 0, MOST_POINTS, "beyond, copies are too many")
    deadline = deadline_after(time_limit)
    if not len(poset):
        raise ValueError("poset must have elements; got the empty one, for which none is saturated.")
    best = tuple(_first(poset, n, deadline))
    lower, proof = min(len(poset) - 1, 1 << n), tuple[str, ...]()
    listed = None if lower == len(best) else copies(poset, n)
    if listed is not None and not len(listed):
        lower = len(best)
    with suppress(OutOfTime):
        while listed is not None and lower < len(best):
            k = (lower + len(best)) // 2
            model, refutation = solve(partial(family_clauses, poset, n, k, listed), deadline)
            if model is None:
                lower, proof = k + 1, refutation
            else:
                best = tuple(s for s in range(1 << n) if 1 + s in model)
    return SaturationNumber(poset, n, lower, len(best), best, SaturationWitness(lower, proof))


def _first(poset: Poset, n: int, deadline: float = inf) -> list[int]:
    """The smallest of some families: the first tries sets by size, the others in random orders."""
    best = saturated_family(poset, n, height=0)
    for seed in range(_TRIES):
        if n > 5 or is_over(deadline):
            break
        best = min(best, saturated_family(poset, n, height=0, rng=seed), key=len)
    return best
