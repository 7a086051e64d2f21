"""The bracket on the loss of a bilinear model, checked.

For orthonormal E with d columns the loss is at least sum |X_r|^2 - sum |E' X_r E|^2, and
sum |E' X_r E|^2 <= sum |X_r' E|^2 = tr E'SE for S = sum X_r X_r', likewise with S = sum X_r' X_r. If
mu I + Z >= S and Z >= 0, then tr E'SE <= d mu + tr Z. Every E of rank d has the range of an orthonormal one.
All numbers are fractions.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import flint
import numpy as np

from mathlib.checks import check_choice, check_finite, check_number
from mathlib.errors import CertificateError
from mathlib.exact.ldl import failing_pivot
from mathlib.fields import entries, rational, rationals, settle
from mathlib.graphs.checker.certificate import FieldCertificate, file_checker

__all__ = ["LARGEST", "MOST_NUMBERS", "RescalFit", "bracket", "check_rescal"]

LARGEST = 64
MOST_NUMBERS = 10**6


@dataclass(frozen=True, repr=False, eq=False)
class RescalFit(FieldCertificate):
    """A bilinear model X_r ~ E M_r E' with its loss and a lower bound on the least one.

    Attributes
    ----------
    X : ndarray of shape (R, n, n)
    entities : ndarray of shape (n, d)
        E.
    relations : ndarray of shape (R, d, d)
        M_r.
    loss, lower : float
        sum |X_r - E M_r E'|^2 of this model, rounded up, and a proved bound below that of every model of this
        rank.
    side : {"left", "right"}
        Whether S is sum X_r X_r' or sum X_r' X_r.
    mu, Z : Fraction, tuple of tuples of Fraction
        mu I + Z >= S and Z >= 0 prove that the d largest eigenvalues of S sum up to at most d mu + tr Z.

    Examples
    --------
    >>> from mathlib.graphs import rescal
    >>> fit = rescal([[[0, 1], [1, 0]]], 2, rng=0)
    >>> fit.verify().bound == (fit.lower, fit.loss)
    True
    """

    X: Any
    entities: Any
    relations: Any
    loss: float
    lower: float
    side: str
    mu: Fraction
    Z: tuple[tuple[Fraction, ...], ...]

    kind: ClassVar[str] = "rescal"

    def __post_init__(self):
        X = check_finite("X", self.X, (-1, -1, -1))
        E = check_finite("entities", self.entities, (X.shape[1], -1))
        n, rank = E.shape
        if not 1 <= rank <= n <= LARGEST or n != X.shape[2] or not 0 < X.size <= MOST_NUMBERS:
            raise ValueError(
                f"X and entities must have shapes (R, n, n) and (n, d), d <= n <= {LARGEST}, with R n^2 <= "
                f"{MOST_NUMBERS}; got {X.shape} and {E.shape}."
            )
        M = check_finite("relations", self.relations, (X.shape[0], E.shape[1], E.shape[1]))
        check_choice("side", self.side, ("left", "right"))
        rows = [rationals(f"Z[{i}]", row, n, n) for i, row in enumerate(entries("Z", self.Z, n, n))]
        ends = {name: check_number(name, getattr(self, name), -np.inf, np.inf) for name in ("loss", "lower")}
        arrays = {"X": X.copy(), "entities": E.copy(), "relations": M.copy()}
        for array in arrays.values():
            array.setflags(write=False)
        settle(self, mu=rational("mu", self.mu), Z=tuple(rows), **ends, **arrays)

    @property
    def bound(self) -> tuple[float, float]:
        """The lower bound on the least loss, and the loss of this model."""
        return self.lower, self.loss

    def _prove(self):
        lower, loss = bracket(self)
        if loss > self.loss:
            raise CertificateError(f"field loss: {self.loss!r} is not proved, {loss!r} is.")
        if lower < self.lower:
            raise CertificateError(f"field lower: {self.lower!r} is not proved, {lower!r} is.")
        rank = self.entities.shape[1]
        theorem = f"The least loss of rank {rank} is from {self.lower!r} to {self.loss!r}."
        return theorem, {"loss": "by the model", "mu I + Z >= S, Z >= 0": "exact elimination"}, "exact"

    def __repr__(self) -> str:
        return f"rank {self.entities.shape[1]}: loss {self.loss:.9g}, no model below {self.lower:.9g}"


check_rescal = file_checker(RescalFit)


def bracket(fit: RescalFit) -> tuple[float, float]:
    """The lower bound and the loss, rounded outwards; CertificateError if mu and Z prove nothing."""
    n, rank = fit.entities.shape
    E, Z, mu = _exact(fit.entities), fit.Z, fit.mu
    layers = [_exact(layer) for layer in fit.X]
    S = flint.fmpq_mat(n, n)
    loss = total = flint.fmpq(0)
    for X, M in zip(layers, fit.relations, strict=True):
        off = X - E * _exact(M) * E.transpose()
        loss += sum((x * x for x in off.entries()), flint.fmpq(0))
        total += sum((x * x for x in X.entries()), flint.fmpq(0))
        S += X * X.transpose() if fit.side == "left" else X.transpose() * X
    if any(Z[i][j] != Z[j][i] for i in range(n) for j in range(i)):
        raise CertificateError("field Z: symmetric expected.")
    if failing_pivot(Z) is not None:
        raise CertificateError("field Z: Z >= 0 does not hold.")
    rest = [[Z[i][j] - _fraction(S[i, j]) + (mu if i == j else 0) for j in range(i + 1)] for i in range(n)]
    if failing_pivot(rest) is not None:
        raise CertificateError("field mu: mu I + Z >= S does not hold.")
    bound = max(Fraction(0), _fraction(total) - rank * mu - sum(Z[i][i] for i in range(n)))
    return -_rounded_up(-bound), _rounded_up(_fraction(loss))


def _exact(A):
    values = [Fraction(x) for x in A.ravel().tolist()]
    return flint.fmpq_mat(*A.shape, [flint.fmpq(x.numerator, x.denominator) for x in values])


def _fraction(x):
    return Fraction(int(x.p), int(x.q))


def _rounded_up(x):
    value = float(x)
    return value if Fraction(value) >= x else math.nextafter(value, math.inf)
