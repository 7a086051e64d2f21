"""What `sensitivities` and `dual_norm` return."""

from dataclasses import dataclass, field

import numpy as np

__all__ = ["SMALLEST", "DualNorm", "Sensitivities", "narrow"]

#: The bracket of a sensitivity below this is [0, SMALLEST]: doubles hold no accurate numbers much smaller.
SMALLEST = 1e-300


def narrow(lower, upper, tol) -> np.ndarray:
    """Which brackets are as narrow as was asked for."""
    return (upper - lower <= tol * upper) | (upper <= SMALLEST)


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivities:
    """Brackets lower <= sigma_i <= upper of l_p sensitivities, certified in exact arithmetic.

    Attributes
    ----------
    p : float
    rows : ndarray of int, shape (k,)
        The rows of A to which the brackets belong.
    lower, upper : ndarray, shape (k,)
    converged : ndarray of bool, shape (k,)
        Whether upper - lower <= tol * upper, or the sensitivity is below 1e-300: its bracket is then
        [0, 1e-300]. The bracket of a row that did not converge is valid too.
    iterations : ndarray of int, shape (k,)
    columns : ndarray of int, shape (r,)
        Columns of A that span the others, all of them if the rank r is d.
    values : ndarray, shape (k, r)
        A x on r pivot rows of A, for the x that attain `lower`; they determine A x.
    dual : ndarray, shape (k, n), or None
        Vectors y with A^T y = a_i up to rounding and ||y||_q^p about `upper`, if they were asked for.
    tol : float
        The relative gap that was asked for.
    """

    p: float
    rows: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    converged: np.ndarray
    iterations: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    dual: np.ndarray | None
    tol: float
    solver: object = field(repr=False)

    @property
    def rank(self) -> int:
        """The numerical rank of A."""
        return len(self.columns)

    @property
    def x(self) -> np.ndarray:
        """Vectors x, shape (k, r), with |<a_i, x>|^p / ||A x||_p^p = lower: A[:, columns] @ x[i] is A x.

        They are scaled to <a_i, x> = 1 (0 for a zero row) and rounded: where rows of A differ in scale by
        many powers of ten, only `values` are accurate.
        """
        return self.solver.coordinates(self.values, self.rows)

    @property
    def middle(self) -> np.ndarray:
        """(lower + upper) / 2: one number for each sensitivity, within half the width of its bracket."""
        return (self.lower + self.upper) / 2

    def verify(self, rows=None):
        """Prove brackets in ball arithmetic, trusting neither the solvers nor any floating-point sum.

        Of the result, the matrix A is taken as given, `values` and `dual` as numbers without any promise;
        all the rest is computed anew from A and compared. What is proved is about A[:, columns], and so about
        A itself if all the columns are there or the others depend on these exactly, not just up to rounding.

        Parameters
        ----------
        rows : array_like of int, optional
            Rows of A among `self.rows`; all of them by default.

        Returns
        -------
        Sensitivities
            itself.

        Raises
        ------
        CertificateError
            If an inequality cannot be proved, or a field is not what it should be; the text names it.
        ValueError
            If a row has no bracket here.

        Notes
        -----
        Some milliseconds for a row of a matrix with 1000 entries. Without `dual`, upper ends need y to be
        computed again.
        """
        from mathlib.sensitivity.brackets.check import verify_brackets

        verify_brackets(self, rows)
        return self

    def __repr__(self):
        if not len(self.rows):
            return f"Sensitivities(p={self.p:g}: no rows)"
        with np.errstate(invalid="ignore"):
            gap = np.nanmax(np.where(self.upper > SMALLEST, (self.upper - self.lower) / self.upper, 0.0))
        count = f"{len(self.rows)} row{'s' * (len(self.rows) != 1)}"
        bound = f"below {self.tol:g}" if gap <= self.tol else f"{gap:.1e}, above the {self.tol:g} asked for"
        total = f"total in [{_number(self.lower.sum())}, {_number(self.upper.sum())}]"
        columns = self.solver.A.shape[1]
        rank = f", rank {self.rank} of {columns} columns" if self.rank < columns else ""
        claim = f"{count} in brackets{rank}, the widest relative gap {bound}, {total}"
        return f"Sensitivities(p={self.p:g}: {claim})"


class DualNorm(float):
    """A dual norm: a float with a certified bracket around it.

    Attributes
    ----------
    lower, upper : float
        lower <= max { <c, x> : ||A x||_p <= 1 } <= upper; the float is their middle.
    """

    __slots__ = ("lower", "upper")

    def __new__(cls, lower, upper):
        middle = lower if lower == upper else (lower + upper) / 2
        self = super().__new__(cls, middle)
        self.lower, self.upper = lower, upper
        return self

    def __getnewargs__(self):
        """For pickle and copy: what `__new__` takes."""
        return self.lower, self.upper

    def __repr__(self):
        return f"DualNorm({float(self)!r})"


def _number(value):
    return f"{value:.6g}"
