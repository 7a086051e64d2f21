"""A matrix prepared for solving: its basis, the error bounds of its rows, and where solutions start."""

from typing import Any

import numpy as np

from mathlib.sensitivity.brackets.batch import Solved, solve_batch
from mathlib.sensitivity.brackets.problem import Problem, power_of_two
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.linear.rounding import bounded_rows
from mathlib.sensitivity.weights.leverage import orthonormal_basis
from mathlib.sensitivity.weights.lewis import lewis_iteration

__all__ = ["Solver"]


class Solver:
    """A matrix prepared: its basis with error bounds, and the metric from which solutions start."""

    def __init__(self, A: np.ndarray, p: float, tol: float):
        self.A, self.p = A, p
        self.basis = row_basis(A)
        errors = self._bounded(A, self.basis.L, tol)
        errors[self.basis.pivot_rows] = 0.0
        self.problem = Problem(self.basis.L, errors, p, self.basis.pivot_rows)
        self.metric = self._metric()

    def rows(self, rows: np.ndarray, tol: float, **options: Any) -> tuple[Solved, np.ndarray]:
        """Bounds for rows of A, and the powers of two by which their vectors were divided."""
        return self._solve(self.basis.L[rows], self.problem.f[rows], tol, **options)

    def vectors(self, c: np.ndarray, tol: float, **options: Any) -> tuple[Solved, np.ndarray]:
        """The same for any vectors in the row space of A."""
        L = self.basis.express(c)
        return self._solve(L, self._bounded(c, L, tol), tol, **options)

    def spans(self, c: np.ndarray) -> bool:
        """Whether c depends on the rows of A, up to rounding errors: a further row would be no pivot."""
        basis = self.basis
        square, exponents = basis.scaling.apply(self.A[basis.pivot_rows])
        terms = np.ldexp(basis.express(c[None])[0], exponents)[:, None] * square
        c = np.ldexp(c, -basis.scaling.columns)
        size = np.abs(c).max() + np.abs(terms).max()
        return bool(np.all(np.abs(c - terms.sum(axis=0)) <= 16 * basis.rank * basis.tolerance * size))

    def _solve(self, C, errors, tol, **options):
        D, scale = power_of_two(C)
        found = solve_batch(self.problem, D, np.ldexp(errors, -scale), self.metric, tol, **options)
        # Rows that are zero only up to rounding: |<c, x>| is at most the error times ||x||_1.
        lost = (errors > 0) & ~D.any(axis=1)
        found.upper[lost] = 1.01 * self.basis.rank ** (1 / self.problem.q) * errors[lost]
        return found, scale

    def _bounded(self, rows, L, tol):
        """Error bounds of the rows of L; those that spoil brackets of width tol are computed anew first."""
        size = np.abs(L).max(axis=1)
        return bounded_rows(rows, L, self.basis, min(1e-9, tol / (1000 * self.p * self.basis.rank)) * size)

    def _metric(self):
        """Inverse of L^T W L with the weights of (nearly) Lewis: where x starts for p other than 2."""
        L, p = self.basis.L, self.p
        w, _, _ = lewis_iteration(orthonormal_basis(L.copy()), p, 1e-2)
        # w^(1 - 2/p) or squares of entries of L may be outside the range of doubles, their products are not.
        size = self.problem.ell
        kept = (w > 0) & (size > 0)
        rows = L[kept] / size[kept, None]
        weights = np.exp((1 - 2 / p) * np.log(w[kept]) + 2 * np.log(size[kept]))
        return np.linalg.inv(rows.T @ (weights[:, None] * rows))
