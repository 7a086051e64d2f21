"""Saturation numbers by SAT, with a family above and a proof below."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

import numpy as np

from mathlib.checks import check_integer, deadline_after, shown
from mathlib.posets.clock import OutOfTime
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.parameters.sat import solve
from mathlib.posets.saturation.certificate import MOST_POINTS, SaturationNumber, SaturationWitness
from mathlib.posets.saturation.check_saturation import MOST_COPIES, copies, family_clauses

__all__ = ["saturation_number"]

#: The first family is the smallest of so many in random orders, for so few points.
_TRIES, _FEW = 10, 5


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
        Seconds after which the search ends with the best bracket known. Copies are listed and the first
        family is built, in seconds, whatever the limit. Without one the search goes on until the number is
        proven.

    Returns
    -------
    SaturationNumber
        A bracket with a family and a proof.

    Raises
    ------
    ValueError
        If n is out of range, the poset empty, or the cube holds more than a million copies of it.

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
    listed = copies(poset, n)
    if listed is None:
        raise ValueError(
            f"poset must have at most {MOST_COPIES} copies in the subsets of {n} points; got {shown(poset)}, "
            "which has more. `saturated_family` builds families without listing copies."
        )
    best = _first(listed, n)
    lower, proof = min(len(poset) - 1, 1 << n) if len(listed) else len(best), tuple[str, ...]()
    with suppress(OutOfTime):
        while lower < len(best):
            k = (lower + len(best)) // 2
            model, refutation = solve(partial(family_clauses, poset, n, k, listed), deadline)
            if model is None:
                lower, proof = k + 1, refutation
            else:
                best = tuple(s for s in range(1 << n) if 1 + s in model)
    return SaturationNumber(poset, n, lower, len(best), best, SaturationWitness(lower, proof))


def _first(listed: np.ndarray, n: int) -> tuple[int, ...]:
    """The smallest of some families: sets are tried by size, or in random orders."""
    by_size = sorted(range(1 << n), key=lambda s: (s.bit_count(), s))
    best = _greedy(listed, by_size)
    for seed in range(_TRIES if n <= _FEW else 0):
        family = _greedy(listed, np.random.default_rng(seed).permutation(by_size))
        best = family if len(family) < len(best) else best
    return tuple(sorted(best))


def _greedy(listed: np.ndarray, order: Iterable[int]) -> list[int]:
    """Let each set join unless it completes a copy."""
    held = np.zeros(len(listed), np.int64)
    family = []
    for s in order:
        with_s = (listed == s).any(axis=1)
        if not (held[with_s] == listed.shape[1] - 1).any():
            held += with_s
            family.append(int(s))
    return family
