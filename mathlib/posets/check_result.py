"""What `ParameterResult.verify` checks: from the fields alone, and without the code that found them."""

from mathlib.errors import CertificateError
from mathlib.posets.embedding import Embedding
from mathlib.posets.poset import Poset
from mathlib.posets.realizer import Realizer, StandardExample
from mathlib.posets.witness import LowerWitness, is_count

__all__ = ["check_result"]


def check_result(result) -> None:
    """Raise CertificateError unless lower <= parameter(poset) <= upper follows from the other fields."""
    parameter, poset, upper, witness = result.parameter, result.poset, result.upper, result.lower_witness
    if not isinstance(parameter, str) or parameter not in ("h*", "w*", "dim2", "dim"):
        raise CertificateError(f"the parameter must be 'h*', 'w*', 'dim2' or 'dim', not {parameter!r}")
    _check_type("poset", poset, Poset)
    for name, bound in (("lower", result.lower), ("upper", upper)):
        if not is_count(bound):
            raise CertificateError(f"{name} must be an integer >= 0, not {bound!r}")
    if parameter == "w*":
        _check_height(result)
    elif result.height is not None:
        raise CertificateError(f"only w* has a height, {parameter} has none; given {result.height!r}")

    if result.embedding is not None:
        _check_upper(result)
    elif parameter != "w*" or result.height.proven:
        raise CertificateError(f"there is no embedding, so that nothing proves {parameter} <= {upper}")
    elif upper < width_by_theorem(result.height.embedding):
        least = width_by_theorem(result.height.embedding)
        raise CertificateError(f"there is no embedding, and the theorem gives no more than w* <= {least}")

    _check_type("lower_witness", witness, StandardExample if parameter == "dim" else LowerWitness)
    if not is_count(witness.bound) or witness.bound != result.lower:
        raise CertificateError(f"the witness is for {witness.bound!r}, not for {result.lower}")
    if not result.lower <= upper:
        raise CertificateError(f"the bounds cross: {result.lower} <= {upper} does not hold")
    if parameter == "dim":
        witness.check(poset)
        return
    most = max(len(poset) - (parameter == "h*"), 0)
    if result.lower > most:
        raise CertificateError(f"{parameter} <= {most} for every poset on {len(poset)} elements")
    witness.check(poset, parameter)
    if witness.height is not None and witness.height != result.height.value:
        raise CertificateError(f"the witness presumes h* = {witness.height!r}, which is not proven")


def _check_height(result) -> None:
    height = result.height
    _check_type("height", height, type(result))
    if height.parameter != "h*":
        raise CertificateError(f"the height of w* must be the result for h*, not for {height.parameter!r}")
    height.verify()
    if height.poset != result.poset:
        raise CertificateError("the height is that of another poset")


def _check_upper(result) -> None:
    embedding, upper = result.embedding, result.upper
    _check_type("embedding", embedding, Realizer if result.parameter == "dim" else Embedding)
    embedding.verify()
    if embedding.poset != result.poset:
        raise CertificateError(f"{embedding!r} is of another poset")
    attained = {"h*": "height", "w*": "width", "dim2": "width", "dim": "size"}[result.parameter]
    if getattr(embedding, attained) != upper:
        raise CertificateError(f"{embedding!r} does not attain {result.parameter} = {upper}")
    if result.parameter == "w*" and embedding.height != result.height.value:
        known = result.height.value
        raise CertificateError(
            f"{embedding!r} has not the height h*, which is not proven"
            if known is None
            else f"{embedding!r} has not the height {known}"
        )


def width_by_theorem(embedding: Embedding) -> int:
    """An upper bound of w*(P) from any representation of P, whatever its height.

    Let T be the top ordinal-sum block and L what is below it. The representation restricted to L shows
    dim2(L) <= d, its width. So w*(P) = dim2(L) + w*(T) + e <= d + |T| + e by the theorem of Flídr, Ivan and
    Jaffe (2025), e = 1 if L has a greatest and T a least element; and w*(T) = 0 if T is a single element.
    """
    *lower, top = embedding.poset.blocks() or [embedding.poset]
    below = frozenset().union(*(embedding.sets[x] for block in lower for x in block))
    joint = bool(lower) and len(lower[-1]) == len(top) == 1
    return len(below) + joint + (len(top) if len(top) > 1 else 0)


def _check_type(name: str, value, kind: type) -> None:
    if type(value) is not kind:  # a subclass could have a verify() of its own
        raise CertificateError(f"{name} must be a {kind.__name__}, not {type(value).__name__}: {value!r}")
