"""What `ParameterResult.verify` checks: from the fields alone, and without the code that found them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.posets.certificates.check import is_count
from mathlib.posets.certificates.embedding import Embedding
from mathlib.posets.certificates.realizer import DimensionWitness, Realizer
from mathlib.posets.certificates.witness import LowerWitness
from mathlib.posets.order.poset import Poset

if TYPE_CHECKING:
    from mathlib.posets.certificates.result import ParameterResult

__all__ = ["check_result", "width_by_theorem"]


def check_result(result: ParameterResult) -> None:
    """Raise CertificateError unless lower <= parameter(poset) <= upper follows from the other fields."""
    parameter, n = result.parameter, len(_of_type("poset", result.poset, Poset))
    if not isinstance(parameter, str) or parameter not in ("h*", "w*", "dim2", "dim"):
        raise CertificateError(f"the parameter must be 'h*', 'w*', 'dim2' or 'dim', not {shown(parameter)}")
    for name, bound in (("lower", result.lower), ("upper", result.upper)):
        if not is_count(bound):
            raise CertificateError(f"{name} must be an integer >= 0, not {shown(bound)}")
    if parameter != "w*" and result.height is not None:
        raise CertificateError(f"only w* has a height, {parameter} has none; given {shown(result.height)}")
    height = _height_of(result) if parameter == "w*" else None

    if result.embedding is not None:
        _check_upper(result, height)
    elif height is None or height.proven:
        raise CertificateError(f"there is no embedding, so that nothing proves {parameter} <= {result.upper}")
    elif result.upper < (least := width_by_theorem(_of_type("embedding", height.embedding, Embedding))):
        raise CertificateError(f"there is no embedding, and the theorem gives no more than w* <= {least}")

    witness = result.lower_witness
    _of_type("lower_witness", witness, DimensionWitness if parameter == "dim" else LowerWitness)
    if not is_count(witness.bound) or witness.bound != result.lower:
        raise CertificateError(f"the witness is for {shown(witness.bound)}, not for {result.lower}")
    if not result.lower <= result.upper:
        raise CertificateError(f"the bounds cross: {result.lower} <= {result.upper} does not hold")
    if isinstance(witness, DimensionWitness):
        witness.check(result.poset)
        return
    most = max(n - (parameter == "h*"), 0)
    if result.lower > most:
        raise CertificateError(f"{parameter} <= {most} for every poset on {n} elements")
    witness.check(result.poset, parameter)
    if witness.height is not None and (height is None or witness.height != height.value):
        raise CertificateError(f"the witness presumes h* = {witness.height!r}, which is not proven")


def _height_of(result: ParameterResult) -> ParameterResult:
    height = _of_type("height", result.height, type(result))
    if height.parameter != "h*":
        raise CertificateError(
            f"the height of w* must be the result for h*, not for {shown(height.parameter)}"
        )
    height.verify()
    if height.poset != result.poset:
        raise CertificateError("the height is that of another poset")
    return height


def _check_upper(result: ParameterResult, height: ParameterResult | None) -> None:
    embedding: Embedding | Realizer = _of_type(
        "embedding", result.embedding, Realizer if result.parameter == "dim" else Embedding
    )
    embedding.verify()
    if embedding.poset != result.poset:
        raise CertificateError(f"{embedding!r} is of another poset")
    if isinstance(embedding, Realizer):
        attained = embedding.size
    else:
        attained = embedding.height if result.parameter == "h*" else embedding.width
        if height is not None and embedding.height != height.value:
            known = "h*, which is not proven" if height.value is None else str(height.value)
            raise CertificateError(f"{embedding!r} has not the height {known}")
    if attained != result.upper:
        raise CertificateError(f"{embedding!r} does not attain {result.parameter} = {result.upper}")


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


def _of_type(name: str, value, kind: type):
    if type(value) is not kind:  # a subclass could have a verify() of its own
        raise CertificateError(f"{name} must be a {kind.__name__}, not {shown(value)}")
    return value
