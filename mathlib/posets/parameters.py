"""Hypercube-height, hypercube-width, 2-dimension and order dimension: exact, with certificates."""

from dataclasses import dataclass, replace

from mathlib.posets.arguments import checked_poset
from mathlib.posets.brackets import Bracket, height_bracket, two_dimension_bracket, width_brackets
from mathlib.posets.check_result import check_result
from mathlib.posets.clock import OutOfTime, deadline_after
from mathlib.posets.embedding import Embedding
from mathlib.posets.linear_orders import find_realizer
from mathlib.posets.poset import Poset
from mathlib.posets.realizer import ORIENTATION, Realizer, StandardExample
from mathlib.posets.sat import find_upsets
from mathlib.posets.witness import LowerWitness, is_count

__all__ = [
    "ParameterResult",
    "find_embedding",
    "hypercube_height",
    "hypercube_width",
    "order_dimension",
    "two_dimension",
]


@dataclass(frozen=True)
class ParameterResult:
    """What is known about one parameter of one poset.

    Attributes
    ----------
    parameter : str
        "h*", "w*", "dim2" or "dim".
    poset : Poset
    lower, upper : int
        lower <= parameter <= upper.
    embedding : Embedding, Realizer or None
        Attains `upper`; a Realizer for "dim". None only for w* as long as h* is not proven: `upper` is then
        by the theorem of Flídr, Ivan and Jaffe (2025), w* <= |P|, for the top block of an ordinal sum.
    lower_witness : LowerWitness or StandardExample
        Why the parameter is at least `lower`; its field `solver` names the solver if only a solver proved it.
    height : ParameterResult or None
        For w*, which presumes representations of height exactly h*: the result for h*.
    """

    parameter: str
    poset: Poset
    lower: int
    upper: int
    embedding: Embedding | Realizer | None
    lower_witness: LowerWitness | StandardExample
    height: "ParameterResult | None" = None

    @property
    def proven(self) -> bool:
        """Whether the two bounds meet; for w* also those of h*."""
        return self.lower == self.upper and (self.height is None or self.height.proven)

    @property
    def value(self) -> int | None:
        """The parameter, or None if it is not proven."""
        return self.lower if self.proven else None

    def verify(self) -> "ParameterResult":
        """Check the embedding and the lower witness against their definitions, without any solver.

        Nothing is taken from the search that made the result, with one exception: a lower bound that only a
        solver proved is not checked, see lower_witness.solver. (It must still be no larger than `upper` and
        than the theorems h* < |P| and w* <= |P| allow.)

        Raises
        ------
        CertificateError
            If the embedding does not represent the poset (InvalidEmbedding) or does not attain `upper`, if
            the witness does not prove `lower`, or if a field is not what it should be.
        """
        check_result(self)
        return self

    def __repr__(self) -> str:
        why = self.lower_witness
        checked = why.solver in (None, ORIENTATION)
        below = "a witness that can be checked" if checked else f"{why.solver}, solver-proved"
        if self.height is not None and self.height.lower_witness.solver:
            below += f"; h*: {self.height.lower_witness.solver}, solver-proved"
        if self.proven:
            return f"{self.parameter} = {self.lower}, proven (lower bound: {below})"
        return f"{self.lower} <= {self.parameter} <= {self.upper}, not proven (lower bound: {below})"


def hypercube_height(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """h*(P), the least h such that some representation of P has only sets of at most h elements.

    Bastide, Groenland, Ivan and Johnston (2023) call it the cube height. It is at most |P| - 1 if P has
    more than one element (Flídr, Ivan and Jaffe, 2025).

    Parameters
    ----------
    poset : Poset
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
    >>> hypercube_height(standard_example(4)).verify().embedding
    Embedding of a poset on 8 elements: height 3, ground set of 4
    """
    return _result("h*", poset, height_bracket(checked_poset(poset), deadline_after(time_limit)))


def two_dimension(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """dim2(P), the least d such that P is an induced subposet of the Boolean lattice of subsets of a d-set.

    It is the chromatic number of the graph of conflicts between critical rows. See `hypercube_height` for the
    parameters, the result and the cost; the embedding has width dim2.

    Not to be confused with the order dimension (`order_dimension`), nor with the Boolean dimension of
    Nešetřil and Pudlák (1989).

    >>> from mathlib.posets import antichain
    >>> two_dimension(antichain(20)).value
    6
    """
    return _result("dim2", poset, two_dimension_bracket(checked_poset(poset), deadline_after(time_limit)))


def hypercube_width(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """w*(P), the least size of a ground set of a representation of P that has height h*(P).

    Bastide, Groenland, Ivan and Johnston (2023) call it the cube width. w*(P) <= |P| (Flídr, Ivan and Jaffe,
    2025). See `hypercube_height` for the parameters and the cost; the embedding has height h* and width w*,
    and the field `height` holds the result for h*.

    >>> from mathlib.posets import antichain
    >>> result = hypercube_width(antichain(5))
    >>> result.value, result.height.value, two_dimension(antichain(5)).value
    (5, 1, 4)
    """
    height, width = width_brackets(checked_poset(poset), deadline_after(time_limit))
    return replace(_result("w*", poset, width), height=_result("h*", poset, height))


def order_dimension(poset: Poset, *, time_limit: float | None = None) -> ParameterResult:
    """dim(P), the least number of linear orders whose intersection is P (Dushnik and Miller, 1941).

    0 for the empty poset, 1 for the other chains. Dimension 2 is recognised by a transitive orientation of
    the incomparability graph, higher dimensions by SAT. See `hypercube_height` for the parameters. The field
    `embedding` of the result is a Realizer: the linear orders. The lower bound is witnessed by a standard
    example S_k in P, whose dimension is k, or proved by a solver.

    >>> from mathlib.posets import standard_example
    >>> result = order_dimension(standard_example(4)).verify()
    >>> result.value, result.lower_witness.pairs
    (4, ((3, 7), (2, 6), (1, 5), (0, 4)))
    """
    lower, upper, realizer, witness = find_realizer(checked_poset(poset), deadline_after(time_limit))
    return ParameterResult("dim", poset, lower, upper, realizer, witness)


def find_embedding(
    poset: Poset, height: int | None = None, ground: int | None = None, *, time_limit: float | None = None
) -> Embedding | None:
    """A representation with at most `height` elements in each set and at most `ground` in all, or None.

    Parameters
    ----------
    poset : Poset
    height, ground : int, optional
        Limits; without one, that size is not limited.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    TimeoutError
        If the answer is not known when the time is up, or the encoding is too large to be tried.

    Examples
    --------
    >>> from mathlib.posets import antichain
    >>> find_embedding(antichain(5), height=2, ground=4).verify()
    Embedding of a poset on 5 elements: height 2, ground set of 4
    >>> find_embedding(antichain(5), height=1, ground=4) is None
    True
    """
    limits = {"height": height, "ground": ground}
    for name, limit in limits.items():
        if limit is not None and not is_count(limit):
            raise ValueError(f"{name} must be a nonnegative integer, not {limit!r}")
    # |P| ground elements are always enough: `compress` lets no set grow.
    size = len(checked_poset(poset)) if ground is None else min(ground, len(poset))
    try:
        upsets = find_upsets(poset, size, height, deadline_after(time_limit))
    except OutOfTime:
        raise TimeoutError(
            f"no answer within {time_limit} s: allow more time, or larger limits"
            if time_limit is not None
            else f"{len(poset)} elements and {size} ground elements are too much to encode: lower `ground`"
        ) from None
    return None if upsets is None else Embedding.from_upsets(poset, upsets)


def _result(parameter: str, poset: Poset, bracket: Bracket) -> ParameterResult:
    embedding = None if bracket.upsets is None else Embedding.from_upsets(poset, bracket.upsets)
    witness = LowerWitness(
        bracket.lower,
        bracket.rows,
        bracket.antichains,
        bracket.element,
        bracket.height,
        bracket.solver,
        bracket.distinct,
    )
    return ParameterResult(parameter, poset, bracket.lower, bracket.upper, embedding, witness)
