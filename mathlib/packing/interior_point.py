r"""A primal-dual interior point method for linear matrix inequalities with many rows and small blocks.

    minimise    <cost, w>
    subject to  rows w <= limits,   mat_k(w) positive semidefinite for every block k,

with the dual

    maximise   -<limits, x>
    subject to  cost + rows^T x = sum_k svec(X_k),   x >= 0,   X_k positive semidefinite.

A block is a symmetric matrix whose svec (its upper triangle by columns, off-diagonal entries times sqrt(2))
stands in w. The method is Mehrotra's predictor-corrector with the HKM direction; what costs is the Schur
complement, one symmetric product of the rows an iteration. It is ill-conditioned near the end. There are two
implementations of this linear system: in doubles, scaled to unit diagonal, the solution refined; and in
double-double arithmetic (`mathlib.packing.extended_schur`). All the rest is done in doubles.

The result proves nothing.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg import LinAlgError, blas, cho_factor, cho_solve, lapack

__all__ = ["InteriorPoint", "minimise", "svec_matrix"]

_FEASIBLE = 1e-10  # the largest primal residual of an iterate that may be returned
_SHARE_OF_STEP = 0.95  # of the way to the boundary
_DUAL_WEIGHT = 0.01  # of the dual residual beside the gap, in the choice of the best iterate


@dataclass(frozen=True, repr=False)
class InteriorPoint:
    """The best iterate, and how good it is.

    Fields
    ------
    w : ndarray
    gap : float
        The distance of the primal and the dual value, relative to the value.
    primal_residual, dual_residual : float
        The largest entry of what is left in the two systems of equations.
    iterations : int
    """

    w: np.ndarray
    gap: float
    primal_residual: float
    dual_residual: float
    iterations: int

    def __repr__(self):
        return (
            f"InteriorPoint(gap {self.gap:.1e}, residuals {self.primal_residual:.1e} and "
            f"{self.dual_residual:.1e}, {self.iterations} iterations)"
        )


@cache
def svec_matrix(m):
    """The matrix P of shape (m^2, m(m+1)/2) with svec(A) = P^T vec(A) and vec(A) = P svec(A); P^T P = 1."""
    matrix = np.zeros((m * m, m * (m + 1) // 2))
    column = 0
    for j in range(m):
        for i in range(j):
            matrix[[i * m + j, j * m + i], column] = np.sqrt(0.5)
            column += 1
        matrix[j * m + j, column] = 1
        column += 1
    return matrix


def minimise(
    cost, rows, limits, blocks, *, offset=0.0, tolerance=1e-6, most=120, precision="double"
) -> InteriorPoint:
    """Solve the problem at the top of this module.

    Parameters
    ----------
    cost : array of shape (v,)
    rows, limits : arrays of shapes (N, v) and (N,)
        Rows of norm one, or nearly, help.
    blocks : sequence of (start, m)
        Where the svec of each m x m matrix stands in w.
    offset : float
        A constant of the objective, for which the relative gap allows.
    tolerance : float
        The relative gap at which to stop.
    most : int
        The largest number of iterations.
    precision : str
        Of the linear system: "double" or "extended". On three-point bounds of dimension 13 to 16 doubles come
        to a gap between 1e-7 and 1e-5, extended precision to one between 5e-9 and 5e-8.

    Returns
    -------
    InteriorPoint
        The iterate with the smallest gap, counting the dual residual in, among the primally feasible ones.

    Raises
    ------
    ValueError
        If the precision is neither.
    ArithmeticError
        If no iterate was primally feasible: the problem has no solution, or is scaled too badly for doubles.

    Notes
    -----
    N v^2 operations an iteration; 30 to 70 iterations. Extended precision takes five times as long.

    References
    ----------
    C. Helmberg, F. Rendl, R. Vanderbei, H. Wolkowicz, An interior-point method for semidefinite programming,
    SIAM Journal on Optimization 6 (1996); S. Mehrotra, On the implementation of a primal-dual interior point
    method, SIAM Journal on Optimization 2 (1992).

    Examples
    --------
    The smallest t with [[1, a], [a, t]] positive semidefinite and a >= 2 is 4; w = (1, sqrt(2) a, t).

    >>> rows = np.array([[1.0, 0, 0], [-1.0, 0, 0], [0, -(0.5**0.5), 0]])
    >>> found = minimise(np.array([0, 0, 1.0]), rows, np.array([1.0, -1.0 + 1e-9, -2.0]), [(0, 2)])
    >>> round(float(found.w[2]), 4)
    4.0
    """
    state = _State(cost, rows, limits, blocks, _system(rows, precision))
    best, iteration = None, 0
    for iteration in range(most):  # noqa: B007
        measures = state.measure(offset)
        gap, primal, dual = measures
        merit = gap + _DUAL_WEIGHT * dual
        if primal < _FEASIBLE and (best is None or merit < best[0]):
            best = (merit, state.w.copy(), measures)
        if primal < _FEASIBLE / 10 and dual < 1e-3 and gap < tolerance:
            break
        if not state.advance():
            break
    if best is None:
        raise ArithmeticError("the interior point method found no feasible point: rescale the problem")
    return InteriorPoint(best[1], *best[2], iteration)


def _system(rows, precision):
    """Something to factorise the Schur complement, and then to solve with it."""
    if precision == "double":
        return _DoubleSystem(rows)
    if precision == "extended":
        from mathlib.packing.extended_schur import ExtendedSystem  # imports numba

        return ExtendedSystem(rows)
    raise ValueError(f"precision = {precision!r}: 'double' or 'extended' is expected")


class _DoubleSystem:
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

    def inverse(self, Z):
        """Return Z^-1."""
        return np.linalg.inv(Z)

    def solve(self, right):
        """Return S^-1 right and rows S^-1 right."""
        right = self.scale * right
        solution = cho_solve(self.factor, right)
        for _ in range(2):  # of iterative refinement: the factor is that of a regularised matrix
            solution += cho_solve(self.factor, right - self.schur @ solution)
        solution *= self.scale
        return solution, self.rows @ solution


class _State:
    """An iterate: w with slacks z, Z of the inequalities, and their multipliers x, X."""

    def __init__(self, cost, rows, limits, blocks, system):
        self.cost, self.rows, self.limits, self.system = cost, rows, limits, system
        self.places = [(slice(start, start + m * (m + 1) // 2), svec_matrix(m), m) for start, m in blocks]
        self.w = np.zeros(rows.shape[1])
        self.z, self.x = np.maximum(limits, 1.0), np.ones(len(rows))
        self.Z = [np.eye(m) for _, _, m in self.places]
        self.X = [np.eye(m) for _, _, m in self.places]
        self.order = len(rows) + sum(m for _, _, m in self.places)

    def measure(self, offset):
        """Gap, primal and dual residual; the residuals are kept for the step."""
        self.r = self.limits - self.rows @ self.w - self.z
        self.R = [_matrix(P, self.w[at], m) - Z for (at, P, m), Z in zip(self.places, self.Z, strict=True)]
        self.dual = -self.cost - self.rows.T @ self.x
        for (at, P, _), X in zip(self.places, self.X, strict=True):
            self.dual[at] += P.T @ X.ravel()
        products = (np.sum(X * Z) for X, Z in zip(self.X, self.Z, strict=True))
        self.mu = (self.x @ self.z + sum(products)) / self.order
        primal_value, dual_value = self.cost @ self.w, -(self.limits @ self.x)
        gap = abs(primal_value - dual_value) / max(abs(primal_value + offset), 1e-300)
        primal = max([np.abs(self.r).max(), *(np.abs(R).max() for R in self.R)])
        return float(gap), float(primal), float(np.abs(self.dual).max())

    def advance(self):
        """One predictor-corrector step; False where rounding errors leave nothing to gain."""
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                return self._advance()
        except (LinAlgError, FloatingPointError):
            return False

    def _advance(self):
        self._factorise()
        step = self._direction(0.0, 0.0, [0.0] * len(self.Z))
        primal, dual = self._lengths(step)
        _, dz, dx, dZ, dX = step
        after = (self.x + dual * dx) @ (self.z + primal * dz)
        for X, Z, DX, DZ in zip(self.X, self.Z, dX, dZ, strict=True):
            after += np.sum((X + dual * DX) * (Z + primal * DZ))
        shrink = (after / self.order / self.mu) ** 2 if min(primal, dual) > 0.1 else 0.3
        centring = min(1.0, max(1e-4, shrink, 0.3 if min(primal, dual) < 0.2 else 0.0))
        products = [DX @ DZ for DX, DZ in zip(dX, dZ, strict=True)]
        step = self._direction(centring, dx * dz, products)
        primal, dual = self._lengths(step)
        if max(primal, dual) < 1e-6:
            return False
        dw, dz, dx, dZ, dX = step
        self.w, self.z, self.x = self.w + primal * dw, self.z + primal * dz, self.x + dual * dx
        self.Z = [Z + primal * D for Z, D in zip(self.Z, dZ, strict=True)]
        self.X = [X + dual * D for X, D in zip(self.X, dX, strict=True)]
        return True

    def _factorise(self):
        """What the directions need of Z^-1, x/z and the Schur complement."""
        self.inverse = [self.system.inverse(Z) for Z in self.Z]
        self.ratio = self.x / self.z
        blocks = []
        for (at, P, _), X, inverse in zip(self.places, self.X, self.inverse, strict=True):
            block = P.T @ np.kron(X, inverse) @ P
            blocks.append((at.start, (block + block.T) / 2))
        self.system.factorise(self.ratio, blocks)

    def _direction(self, centring, products, matrix_products):
        """The HKM direction to complementarity centring * mu, with second-order terms where given."""
        target = centring * self.mu
        t = (target - products) / self.z - self.x - self.ratio * self.r
        right = self.dual - self.rows.T @ t
        T = []
        for (at, P, m), inverse, X, R, product in zip(
            self.places, self.inverse, self.X, self.R, matrix_products, strict=True
        ):
            T.append((target * np.eye(m) - X @ R - product) @ inverse - X)
            right[at] += P.T @ ((T[-1] + T[-1].T) / 2).ravel()
        dw, moved = self.system.solve(right)
        dZ, dX = [], []
        for (at, P, m), inverse, X, R, TT in zip(self.places, self.inverse, self.X, self.R, T, strict=True):
            change = _matrix(P, dw[at], m)
            dZ.append(R + change)
            D = TT - X @ change @ inverse
            dX.append((D + D.T) / 2)
        return dw, self.r - moved, t + self.ratio * moved, dZ, dX

    def _lengths(self, step):
        _, dz, dx, dZ, dX = step
        return _longest(self.z, dz, self.Z, dZ), _longest(self.x, dx, self.X, dX)


def _matrix(P, entries, m):
    return (P @ entries).reshape(m, m)


def _longest(v, dv, V, dV):
    """The length of the step, at most 1, that keeps v and V positive."""
    falling = dv < 0
    length = min(1.0, _SHARE_OF_STEP * (-v[falling] / dv[falling]).min()) if falling.any() else 1.0
    for A, D in zip(V, dV, strict=True):
        L = np.linalg.cholesky(A)
        # LAPACK itself: for blocks of 1 to 12, SciPy's solve_triangular takes 14 to 7 times as long.
        turned = lapack.dtrtrs(L, lapack.dtrtrs(L, D, lower=1)[0].T, lower=1)[0]
        least = np.linalg.eigvalsh((turned + turned.T) / 2)[0]
        if least < 0:
            length = min(length, -_SHARE_OF_STEP / least)
    return length
