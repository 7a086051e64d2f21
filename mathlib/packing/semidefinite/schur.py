"""The linear system of the interior point method in doubles: scaled to unit diagonal, solution refined."""

import numpy as np
from scipy.linalg import LinAlgError, blas, cho_factor, cho_solve

from mathlib.checks import check_choice

__all__ = ["DoubleSystem", "linear_system"]


def linear_system(rows, precision):
    """Something to factorise the Schur complement, and then to solve with it."""
    if check_choice("precision", precision, ("double", "extended")) == "double":
        return DoubleSystem(rows)
    from mathlib.packing.semidefinite.extended_schur import ExtendedSystem  # imports numba

    return ExtendedSystem(rows)


class DoubleSystem:
    """The Schur complement S = rows^T diag(ratio) rows + blocks in doubles, and its factor."""

    def __init__(self, rows):
        self.rows = rows

    def factorise(self, ratio, blocks):
        """Form S from ratio = x/z and the blocks, pairs of a start and a symmetric matrix; factorise it."""
        upper = blas.dsyrk(1.0, (self.rows * np.sqrt(ratio)[:, None]).T)
        schur = np.triu(upper) + np.triu(upper, 1).T
        for start, block in blocks:
            at = slice(start, start + len(block))
            schur[at, at] += block
        if not np.isfinite(schur).all():
            raise LinAlgError("the Schur complement overflows")
        self.scale = 1 / np.sqrt(np.maximum(np.diag(schur), 1e-300))
        self.schur = schur * self.scale[:, None] * self.scale
        for exponent in range(-15, -3):
            try:
                self.factor = cho_factor(self.schur + 10.0**exponent * np.eye(len(self.schur)))
                return
            except LinAlgError:
                continue
        raise LinAlgError("the Schur complement is not positive definite")

    def slacks(self, limits, w, low):
        """Return limits - rows w."""
        return limits - self.rows @ w

    def combined(self, vector, x, low):
        """Return vector + rows^T x."""
        return vector + self.rows.T @ x

    def added(self, w, low, step):
        """Return w + step; the low part stays zero."""
        return w + step, low

    def inverse(self, Z):
        """Return Z^-1 for each Z of a stack."""
        return np.linalg.inv(Z)

    def solve(self, right):
        """Return S^-1 right and rows S^-1 right."""
        right = self.scale * right
        solution = cho_solve(self.factor, right)
        for _ in range(2):  # of iterative refinement: the factor is that of a regularised matrix
            solution += cho_solve(self.factor, right - self.schur @ solution)
        solution *= self.scale
        return solution, self.rows @ solution
