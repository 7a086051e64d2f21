"""What `sensitivities` and `dual_norm` return: brackets, and the certificate that proves them."""

import json
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from mathlib.certificates import Certificate, Verified
from mathlib.sensitivity.brackets.check import KIND, Checker, fields_of, row_of, sums_of_ends
from mathlib.sensitivity.brackets.solver import Solver
from mathlib.sensitivity.checks import check_rows
from mathlib.sensitivity.linear.basis import row_basis

__all__ = ["SMALLEST", "DualNorm", "Sensitivities"]

#: The bracket of a sensitivity below this is [0, SMALLEST]: doubles hold no accurate numbers much smaller.
SMALLEST = 1e-300
_LARGEST_FILE = 2**25  # bytes, what `load` reads


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivities(Certificate):
    """Brackets lower <= sigma_i <= upper of l_p sensitivities, certified in exact arithmetic.

    Attributes
    ----------
    A : ndarray, shape (n, d)
        The matrix.
    p : float
        The power.
    rows : ndarray of int, shape (k,)
        The rows of A to which the brackets belong.
    lower, upper : ndarray, shape (k,)
        The ends of the brackets.
    pivot_rows, pivot_columns : ndarray of int, shape (r,)
        Rows and columns of A whose submatrix is invertible; r is the numerical rank.
    values : ndarray, shape (k, r)
        A x on the pivot rows, for the x that attain `lower`; they determine A x.
    dual : ndarray, shape (k, n), or None
        Vectors y with A^T y = a_i up to rounding and ||y||_q^p about `upper`, if they were asked for.
    iterations : ndarray of int, shape (k,)
        Steps of the solver.
    tol : float
        The relative gap that was asked for.

    Examples
    --------
    >>> from mathlib.sensitivity import sensitivities
    >>> found = sensitivities([[2.0], [1.0], [1.0]], 1)
    >>> found.middle.round(6)
    array([0.5 , 0.25, 0.25])
    >>> print(found.verify([0]))
    sigma_i in [0.499999999, 0.500000001] for row 0 of a 3 x 1 matrix, p = 1
    """

    kind: ClassVar[str] = KIND

    A: np.ndarray
    p: float
    rows: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    pivot_rows: np.ndarray
    pivot_columns: np.ndarray
    values: np.ndarray
    dual: np.ndarray | None
    iterations: np.ndarray
    tol: float

    @property
    def rank(self) -> int:
        """The numerical rank of A."""
        return len(self.pivot_columns)

    @property
    def columns(self) -> np.ndarray:
        """Columns of A that span the others, in increasing order; all of them if the rank is d."""
        return np.sort(self.pivot_columns)

    @property
    def converged(self) -> np.ndarray:
        """Which brackets have upper - lower <= tol * upper, or are [0, 1e-300]; all are valid."""
        return (self.upper - self.lower <= self.tol * self.upper) | (self.upper <= SMALLEST)

    @property
    def middle(self) -> np.ndarray:
        """(lower + upper) / 2: one number for each sensitivity, within half the width of its bracket."""
        return (self.lower + self.upper) / 2

    @cached_property
    def x(self) -> np.ndarray:
        """Vectors x, shape (k, r), with |<a_i, x>|^p / ||A x||_p^p = lower: A[:, columns] @ x[i] is A x.

        They are scaled to <a_i, x> = 1 (0 for a zero row) and rounded: where rows of A differ in scale by
        many powers of ten, only `values` are accurate.
        """
        basis = row_basis(self.A)
        across = np.einsum("ij,ij->i", basis.L[self.rows], self.values)
        with np.errstate(over="ignore"):
            values = self.values / np.where(across == 0, 1, across)[:, None]
        x = basis.coefficients(np.where(np.isfinite(values), values, 0).T)[self.columns].T
        if not np.isfinite(x).all():
            warnings.warn(
                "some entries of x lie outside the range of doubles; `values` determines A x.",
                RuntimeWarning,
                stacklevel=2,
            )
        return x

    @property
    def bound(self) -> tuple[Any, Any]:
        """The sums of the lower ends and of the upper ends, rounded outwards."""
        return sums_of_ends(self.lower, self.upper)

    def verify(self, rows: ArrayLike | None = None) -> Verified:
        """Prove brackets in ball arithmetic, trusting neither the solvers nor any floating-point sum.

        Of the certificate, the matrix A is taken as given, `values` and `dual` as numbers without any
        promise; all the rest is computed anew from A and compared. What is proved is about A[:, columns], and
        so about A itself if all the columns are there or the others depend on these exactly, not just up to
        rounding.

        Parameters
        ----------
        rows : array_like of int, optional
            Rows of A among `self.rows`; all of them by default.

        Returns
        -------
        Verified
            The theorem, with the sums of the ends as its bound.

        Raises
        ------
        CertificateError
            If an inequality cannot be proved, or a field is not what it should be; the text names it.
        ValueError
            If a row has no bracket here.

        Notes
        -----
        Some milliseconds for a row of a matrix with 1000 entries. Without `dual`, the solver has to find
        vectors y again, which the checker then judges.
        """
        started, checker = time.perf_counter(), self._checker()
        places = self._places(rows)
        for place in places:
            checker.prove_lower(place)
            checker.prove_upper(place, self._duals(place))
        checks = {
            "A[B, J]": f"invertible, r = {self.rank}",
            "lower ends": f"{len(places)} vectors x",
            "upper ends": f"{len(places)} vectors y",
        }
        seconds = time.perf_counter() - started
        bound = sums_of_ends(self.lower[places], self.upper[places])
        return Verified(checker.theorem(places), bound, checks, "ball arithmetic", seconds)

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values; docs/certificates.md describes them.

        Vectors y are found again if they were not kept.

        Raises
        ------
        ValueError
            If there are no rows, or the file would have more than 2^25 bytes.
        CertificateError
            If vectors y are needed, and none is found that proves an upper end.
        """
        checker = self._checker()
        if not len(self.rows):
            raise ValueError("rows must have an entry for a file; got none.")
        self._refuse_above(4 * (self.A.size + len(self.rows) * (self.rank + len(self.A))))
        places = range(len(self.rows))
        dual = [
            self.dual[k] if self.dual is not None else checker.prove_upper(k, self._duals(k)) for k in places
        ]
        data = {
            "kind": self.kind,
            "p": row_of([self.p]),
            "tol": row_of([self.tol]),
            "matrix": [row_of(row) for row in self.A],
            "pivots": np.stack([self.pivot_rows, self.pivot_columns], axis=1).tolist(),
            "rows": self.rows.tolist(),
            "lower": row_of(self.lower),
            "upper": row_of(self.upper),
            "values": [row_of(row) for row in self.values],
            "dual": [row_of(row) for row in dual],
            "iterations": self.iterations.tolist(),
        }
        self._refuse_above(len(json.dumps(data, indent=0)))
        return data

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        return cls(**fields_of(data))

    def _checker(self):
        return Checker({name: getattr(self, name) for name in self.__dataclass_fields__})

    def _places(self, rows):
        if rows is None:
            return np.arange(len(self.rows))
        asked = check_rows(rows, len(self.A))
        if len(absent := np.setdiff1d(asked, self.rows)):
            known = ", ".join(map(str, self.rows[:8])) + (", ..." if len(self.rows) > 8 else "")
            raise ValueError(f"rows must be rows with a bracket here, {known}; got {absent[0]}.")
        return np.flatnonzero(np.isin(self.rows, asked))

    def _duals(self, place) -> Iterator[np.ndarray]:
        """Vectors y to try: the kept one, or else solutions computed anew, ever more exactly."""
        if self.dual is not None:
            yield self.dual[place]
            return
        for tol in (self.tol, 1e-2 * self.tol, 1e-12):
            solved, scale = self._solver.rows(self.rows[[place]], min(tol, self.tol), keep_dual=True)
            yield np.ldexp(solved.duals[0], scale[0])

    @cached_property
    def _solver(self):
        return Solver(self.A, float(self.p), float(self.tol))

    def _refuse_above(self, size):
        if size > _LARGEST_FILE:
            raise ValueError(
                f"the file must have at most 32 MiB; got {size / 2**20:.3g} MiB. Each bracket takes "
                f"{len(self.A)} numbers, one for each row of A: ask for fewer, sensitivities(A, p, rows=...)."
            )

    def __repr__(self) -> str:
        if not len(self.rows):
            return f"Sensitivities(p={self.p:g}: no rows)"
        with np.errstate(invalid="ignore"):
            gap = np.nanmax(np.where(self.upper > SMALLEST, (self.upper - self.lower) / self.upper, 0.0))
        count = f"{len(self.rows)} row{'s' * (len(self.rows) != 1)}"
        bound = f"below {self.tol:g}" if gap <= self.tol else f"{gap:.1e}, above the {self.tol:g} asked for"
        total = f"total in [{self.lower.sum():.6g}, {self.upper.sum():.6g}]"
        columns = self.A.shape[1]
        rank = f", rank {self.rank} of {columns} columns" if self.rank < columns else ""
        claim = f"{count} in brackets{rank}, the widest relative gap {bound}, {total}"
        return f"Sensitivities(p={self.p:g}: {claim})"


class DualNorm(float):
    """A dual norm: a float, the middle of a certified bracket.

    Attributes
    ----------
    lower, upper : float
        lower <= max { <c, x> : ||A x||_p <= 1 } <= upper.

    Examples
    --------
    >>> found = DualNorm(0.5, 0.75)
    >>> found, found.lower, found.upper
    (DualNorm(0.625), 0.5, 0.75)
    """

    __slots__ = ("lower", "upper")
    lower: float
    upper: float

    def __new__(cls, lower: float, upper: float) -> Self:
        """The middle of lower and upper."""
        self = super().__new__(cls, lower if lower == upper else (lower + upper) / 2)
        self.lower, self.upper = lower, upper
        return self

    def __getnewargs__(self):
        """For pickle and copy: what `__new__` takes."""
        return self.lower, self.upper

    def __repr__(self) -> str:
        return f"DualNorm({float(self)!r})"
