"""The checkers of files of results and realizers, for `python -m mathlib.verify`."""

from mathlib.posets.certificates.realizer import Realizer
from mathlib.posets.certificates.result import ParameterResult

__all__ = ["check_parameter", "check_realizer"]


def check_parameter(data) -> str:
    """Return the theorem that the content of a file proves about a parameter of a poset."""
    return str(ParameterResult.from_dict(data).verify())


def check_realizer(data) -> str:
    """Return the theorem that the content of a file with linear orders proves."""
    return str(Realizer.from_dict(data).verify())
