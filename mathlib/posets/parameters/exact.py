"""Hypercube-height, hypercube-width, 2-dimension and order dimension: exact, with certificates."""

from contextlib import suppress
from dataclasses import dataclass, replace

from mathlib.checks import check_count, deadline_after
from mathlib.posets.certificates.embedding import Embedding
from mathlib.posets.certificates.refutation import Refutation
from mathlib.posets.certificates.result import ParameterResult
from mathlib.posets.clock import OutOfTime
from mathlib.posets.order.poset import Poset, check_poset
from mathlib.posets.parameters.brackets import (
    Bracket,
    height_bracket,
    two_dimension_bracket,
    width_brackets,
)
from mathlib.posets.parameters.free_bounds import representation
from mathlib.posets.parameters.linear_orders import find_realizer
from mathlib.posets.parameters.sat import find_upsets

__all__ = [
    "EmbeddingSearch", "find_embedding", "hypercube_height", "hypercube_width", "order_dimension",
    "two_dimension",
]  # fmt: skip


def hypercube_height(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """h*(P), the least h such that some representation of P has only sets of at most h elements.

    Bastide, Groenland, Ivan and Johnston (2023) call it the cube height. It is at most |P| - 1 if P has
    more than one element (Flídr, Ivan and Jaffe, 2025).

    Parameters
    ----------
    poset : Poset
        The poset.
    time_limit : float, optional
        Seconds after which the search ends with the best bracket known, `proven` being False. The clock is
        looked at between steps of the search, so that it may take a second or so longer. Without a limit the
        search goes on until the answer is proven, unless a poset is too large for it (Notes).

    Returns
    -------
    ParameterResult
        With an Embedding of that height; its width need not be the least.

    Notes
    -----
    Posets with up to 11 elements take milliseconds, 20 elements less than a second, 40 elements seconds; some
    take much longer. What would need more than 10 million clauses is not tried: hundreds of elements with
    few relations between them end with a bracket at once, by bounds that are free.

    Examples
    --------
    >>> from mathlib.posets import standard_example
    >>> hypercube_height(standard_example(4))
    h* = 3, proven (lower bound: a witness that can be checked)
    >>> hypercube_height(standard_example(4)).embedding
    Embedding of a poset on 8 elements: height 3, ground set of 4
    >>> print(hypercube_height(standard_example(4)).verify())
    A poset on 8 elements has h* = 3.
    """
    return _result("h*", poset, height_bracket(check_poset("poset", poset), deadline_after(time_limit)))


def two_dimension(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """dim2(P), the least d such that P is an induced subposet of the Boolean lattice of subsets of a d-set.

    It is the chromatic number of the graph of conflicts between critical rows. Not to be confused with the
    order dimension (`order_dimension`), nor with the Boolean dimension of Nešetřil and Pudlák (1989).

    Parameters
    ----------
    poset : Poset
        The poset.
    time_limit : float, optional
        Seconds after which the search ends with the best bracket known; see `hypercube_height`.

    Returns
    -------
    ParameterResult
        With an Embedding of that width.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> two_dimension(antichain(20)).value
    6
    """
    return _result(
        "dim2", poset, two_dimension_bracket(check_poset("poset", poset), deadline_after(time_limit))
    )


def hypercube_width(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """w*(P), the least size of a ground set of a representation of P that has height h*(P).

    Bastide, Groenland, Ivan and Johnston (2023) call it the cube width. w*(P) <= |P| (Flídr, Ivan and Jaffe,
    2025).

    Parameters
    ----------
    poset : Poset
        The poset.
    time_limit : float, optional
        Seconds after which the search ends with the best bracket known; see `hypercube_height`.

    Returns
    -------
    ParameterResult
        With an Embedding of height h* and width w*; its field `height` holds the result for h*.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> result = hypercube_width(antichain(5))
    >>> result.value, result.height.value, two_dimension(antichain(5)).value
    (5, 1, 4)
    """
    height, width = width_brackets(check_poset("poset", poset), deadline_after(time_limit))
    return replace(_result("w*", poset, width), height=_result("h*", poset, height))


def order_dimension(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """dim(P), the least number of linear orders whose intersection is P (Dushnik and Miller, 1941).

    0 for the empty poset, 1 for the other chains. Dimension 2 is recognised by a transitive orientation of
    the incomparability graph, higher dimensions by SAT.

    Parameters
    ----------
    poset : Poset
        The poset.
    time_limit : float, optional
        Seconds after which the search ends with the best bracket known; see `hypercube_height`.

    Returns
    -------
    ParameterResult
        Its `embedding` is a Realizer: the linear orders. The lower bound is witnessed by a standard example
        S_k in P, whose dimension is k, by a contradiction in the choice of two orders, or by a
        proof that a SAT solver found.

    Examples
    --------
    >>> from mathlib.posets import standard_example
    >>> result = order_dimension(standard_example(4))
    >>> result.value, result.lower_witness.pairs
    (4, ((3, 7), (2, 6), (1, 5), (0, 4)))
    """
    realizer, witness = find_realizer(check_poset("poset", poset), deadline_after(time_limit))
    return ParameterResult("dim", poset, witness.bound, realizer.size, realizer, witness)


@dataclass(frozen=True, repr=False)
class EmbeddingSearch:
    """Whether a poset has a representation within limits; its truth value is `exists`, if that is known.

    Attributes
    ----------
    exists : bool or None
        None if it is not known: the time was up, or the encoding is too large to be tried.
    embedding : Embedding or None
        A representation within the limits if one exists, else None.
    refutation : Refutation or None
        If none exists, why: `refutation.check(poset)` checks it without a solver.
    """

    exists: bool | None
    embedding: Embedding | None
    refutation: Refutation | None = None

    def __bool__(self) -> bool:
        if self.exists is None:
            raise ValueError("exists is None, neither true nor false: the search ended without an answer")
        return self.exists

    def __repr__(self) -> str:
        if self.exists is None:
            return "not known"
        return repr(self.embedding) if self.exists else f"none exists: {self.refutation!r}"


def find_embedding(
    poset: Poset, height: int | None = None, ground: int | None = None, *, time_limit: float | None = None
) -> EmbeddingSearch:
    """Search for a representation with at most `height` elements in each set and at most `ground` in all.

    Parameters
    ----------
    poset : Poset
        The poset.
    height, ground : int, optional
        Limits; without one, that size is not limited.
    time_limit : float, optional
        Seconds after which the search ends; see `hypercube_height`.

    Returns
    -------
    EmbeddingSearch
        With an Embedding within the limits, or that there is none, or that the answer is not known. With
        limits of |P| or more, or without any, there always is one, and no search is made.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> find_embedding(antichain(5), height=2, ground=4).embedding
    Embedding of a poset on 5 elements: height 2, ground set of 4
    >>> find_embedding(antichain(5), height=1, ground=4)
    none exists: <5 elements have no representation of width 4 and height 1: a proof of ... lines>
    """
    n = len(check_poset("poset", poset))
    # |P| elements are always enough, in a set and in all: `compress` lets no set grow.
    size = n if ground is None else min(n, check_count("ground", ground, 0, "the number of ground elements"))
    limit = n if height is None else min(n, check_count("height", height, 0, "the size of a set"))
    deadline = deadline_after(time_limit)
    if size < n or limit < n:
        with suppress(OutOfTime):
            upsets = find_upsets(poset, size, limit, deadline)
            if isinstance(upsets, Refutation):
                return EmbeddingSearch(False, None, upsets)
            return EmbeddingSearch(True, Embedding.from_upsets(poset, upsets))
    free = Embedding.from_upsets(poset, representation(poset, deadline))
    fits = free.height <= limit and free.width <= size
    return EmbeddingSearch(True, free) if fits else EmbeddingSearch(None, None)


def _result(parameter: str, poset: Poset, bracket: Bracket) -> ParameterResult:
    embedding = None if bracket.upsets is None else Embedding.from_upsets(poset, bracket.upsets)
    return ParameterResult(parameter, poset, bracket.lower, bracket.upper, embedding, bracket.witness)
