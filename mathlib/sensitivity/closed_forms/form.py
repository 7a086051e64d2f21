"""A matrix together with its known sensitivities."""

from dataclasses import dataclass

import numpy as np

__all__ = ["ClosedForm", "check_size"]

_LARGEST = 2**27


def check_size(n: int, d: int) -> None:
    """Raise a ValueError before a matrix of more than 2^27 numbers, one GiB, is made."""
    if n * d > _LARGEST:
        raise ValueError(f"the matrix would have {n} x {d} entries; at most 2^27, 1 GiB, are made.")


@dataclass(frozen=True, repr=False, eq=False)
class ClosedForm:
    """A matrix with known l_p sensitivities.

    Attributes
    ----------
    name : str
        What the matrix is called.
    matrix : ndarray, shape (n, d)
        The matrix.
    p : float
        The power.
    sensitivities : ndarray, shape (n,)
        From a formula; the rounding errors of evaluating it are a few units in the last place.

    Examples
    --------
    >>> from mathlib.sensitivity import closed_forms
    >>> closed_forms.cycle(4, 1).total
    2.0
    """

    name: str
    matrix: np.ndarray
    p: float
    sensitivities: np.ndarray

    @property
    def total(self) -> float:
        """The total sensitivity S, the sum of all."""
        return float(self.sensitivities.sum())

    def __repr__(self) -> str:
        n, d = self.matrix.shape
        return f"ClosedForm({self.name}, {n} x {d}: S = {self.total:.6g} at p = {self.p:g})"
