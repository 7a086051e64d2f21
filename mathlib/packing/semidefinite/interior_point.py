r"""A primal-dual interior point method for linear matrix inequalities with many rows and small blocks.

    minimise    <cost, w>
    subject to  rows w <= limits,   mat_k(w) positive semidefinite for every block k,

with the dual

    maximise   -<limits, x>
    subject to  cost + rows^T x = sum_k svec(X_k),   x >= 0,   X_k positive semidefinite.

A block is a symmetric matrix whose svec (its upper triangle by columns, off-diagonal entries times sqrt(2))
stands in w. The method is Mehrotra's predictor-corrector with the HKM direction; what costs is the Schur
complement, one symmetric product of the rows an iteration. It is ill-conditioned near the end. There are two
implementations of this linear system, and of the products with the rows: in doubles (`schur`) and in
double-double arithmetic (`extended_schur`). All the rest is done in doubles.

The result proves nothing.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg import LinAlgError

from mathlib.packing.semidefinite.schur import linear_system

__all__ = ["InteriorPoint", "minimise", "svec_matrix"]

_FEASIBLE = 1e-10  # the largest primal residual of an iterate that may be returned
_SHARE_OF_STEP = 0.95  # of the way to the boundary
_DUAL_WEIGHT = 0.01  # of the dual residual beside the gap, in the choice of the best iterate


@dataclass(frozen=True, repr=False)
class InteriorPoint:
    """The best iterate, and how good it is.

    Attributes
    ----------
    w : ndarray
    x : ndarray
        The multipliers of the rows.
    gap : float
        The distance of the primal and the dual value, relative to the value.
    primal_residual, dual_residual : float
        The largest entry of what is left in the two systems of equations.
    iterations : int
    """

    w: np.ndarray
    x: np.ndarray
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
        Of the linear system and of w and x: "double" or "extended". On three-point bounds of dimension 13 to
        16 doubles come to a gap between 1e-7 and 1e-5, extended precision to one between 5e-9 and 5e-8;
        without blocks it comes to 1e-10 and less.

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
    N v^2 operations an iteration; 30 to 70 iterations. Extended precision takes five to six times as long.

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
    state = _State(cost, rows, limits, blocks, linear_system(rows, precision))
    best, iteration = None, 0
    for iteration in range(most):  # noqa: B007
        measures = state.measure(offset)
        gap, primal, dual = measures
        merit = gap + _DUAL_WEIGHT * dual
        if primal < _FEASIBLE and (best is None or merit < best[0]):
            best = (merit, state.w, state.x, measures)
        if primal < _FEASIBLE / 10 and dual < 1e-3 and gap < tolerance:
            break
        if not state.advance():
            break
    if best is None:
        raise ArithmeticError("the interior point method found no feasible point: rescale the problem")
    _, w, x, (gap, primal, dual) = best
    return InteriorPoint(w, x, gap, primal, dual, iteration)


class _State:
    """An iterate: w with slacks z, Z of the inequalities, and their multipliers x, X.

    Blocks of one size are a stack of shape (g, m, m). A three-point bound has some twenty blocks of three or
    four sizes, and for matrices so small a call from Python costs more than the work. With 2100 rows and 43
    variables an iteration takes 0.6 of the time that it took block by block, with 233 variables 0.8.
    """

    def __init__(self, cost, rows, limits, blocks, system):
        self.cost, self.rows, self.limits, self.system = cost, rows, limits, system
        #: For each size m: where the svecs stand, of shape (g, m(m+1)/2), and svec_matrix(m).
        self.places = []
        for m in sorted({m for _, m in blocks}):
            starts = np.array([start for start, size in blocks if size == m])
            self.places.append((starts[:, None] + np.arange(m * (m + 1) // 2), svec_matrix(m)))
        self.w = np.zeros(rows.shape[1])
        self.z, self.x = np.maximum(limits, 1.0), np.ones(len(rows))
        self.Z = [np.tile(np.eye(math.isqrt(len(P))), (len(at), 1, 1)) for at, P in self.places]
        self.X = [Z.copy() for Z in self.Z]
        self.w_low, self.x_low = np.zeros(len(self.w)), np.zeros(len(self.x))
        self.order = len(rows) + sum(m for _, m in blocks)

    def measure(self, offset):
        """Gap, primal and dual residual; the residuals are kept for the step.

        With x and z of very different sizes nearly everything cancels in <cost, w> + <limits, x>. It equals
        <slacks, x> + sum <X_k, mat_k(w)> - <dual residual, w>, which loses nothing once these are known well.
        """
        slacks = self.system.slacks(self.limits, self.w, self.w_low)
        matrices = [_matrices(P, self.w[at]) for at, P in self.places]
        self.r = slacks - self.z
        self.R = [A - Z for A, Z in zip(matrices, self.Z, strict=True)]
        vector = -self.cost
        for (at, P), X in zip(self.places, self.X, strict=True):
            vector[at] += _svecs(P, X)
        self.dual = self.system.combined(vector, -self.x, -self.x_low)
        products = (np.sum(X * Z) for X, Z in zip(self.X, self.Z, strict=True))
        self.mu = (self.x @ self.z + sum(products)) / self.order
        products = (np.sum(X * A) for X, A in zip(self.X, matrices, strict=True))
        gap = abs(self.x @ slacks + sum(products) - self.dual @ self.w)
        gap /= max(abs(self.cost @ self.w + offset), 1e-300)
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
        self.w, self.w_low = self.system.added(self.w, self.w_low, primal * dw)
        self.x, self.x_low = self.system.added(self.x, self.x_low, dual * dx)
        self.z = self.z + primal * dz
        self.Z = [Z + primal * D for Z, D in zip(self.Z, dZ, strict=True)]
        self.X = [X + dual * D for X, D in zip(self.X, dX, strict=True)]
        return True

    def _factorise(self):
        """What the directions need of Z^-1, x/z and the Schur complement, and their lengths of X and Z."""
        self.inverse = [self.system.inverse(Z) for Z in self.Z]
        self.roots = [[np.linalg.inv(np.linalg.cholesky(A)) for A in V] for V in (self.Z, self.X)]
        self.ratio = self.x / self.z
        blocks = []
        for (at, P), X, inverse in zip(self.places, self.X, self.inverse, strict=True):
            kronecker = np.einsum("gij,gkl->gikjl", X, inverse).reshape(len(X), len(P), len(P))
            matrices = P.T @ kronecker @ P
            blocks += zip(at[:, 0], (matrices + matrices.transpose(0, 2, 1)) / 2, strict=True)
        self.system.factorise(self.ratio, blocks)

    def _direction(self, centring, products, matrix_products):
        """The HKM direction to complementarity centring * mu, with second-order terms where given."""
        target = centring * self.mu
        t = (target - products) / self.z - self.x - self.ratio * self.r
        vector, T = self.dual.copy(), []
        for (at, P), inverse, X, R, product in zip(
            self.places, self.inverse, self.X, self.R, matrix_products, strict=True
        ):
            T.append((target * np.eye(X.shape[1]) - X @ R - product) @ inverse - X)
            vector[at] += _svecs(P, T[-1])
        dw, moved = self.system.solve(self.system.combined(vector, -t, np.zeros(len(t))))
        dZ, dX = [], []
        for (at, P), inverse, X, R, TT in zip(self.places, self.inverse, self.X, self.R, T, strict=True):
            change = _matrices(P, dw[at])
            dZ.append(R + change)
            D = TT - X @ change @ inverse
            dX.append((D + D.transpose(0, 2, 1)) / 2)
        return dw, self.r - moved, t + self.ratio * moved, dZ, dX

    def _lengths(self, step):
        _, dz, dx, dZ, dX = step
        primal, dual = self.roots
        return _longest(self.z, dz, primal, dZ), _longest(self.x, dx, dual, dX)


def _matrices(P, svecs):
    """A stack of symmetric matrices; P of shape (m^2, m(m+1)/2) is svec_matrix(m)."""
    m = math.isqrt(len(P))
    return (svecs @ P.T).reshape(-1, m, m)


def _svecs(P, matrices):
    """The svecs of the symmetric parts of a stack of matrices."""
    return matrices.reshape(len(matrices), -1) @ P


def _longest(v, dv, roots, dV):
    """The length of the step, at most 1, that keeps v and all V = L L^T positive; L^-1 are the roots."""
    falling = dv < 0
    length = min(1.0, _SHARE_OF_STEP * (-v[falling] / dv[falling]).min()) if falling.any() else 1.0
    for root, D in zip(roots, dV, strict=True):
        least = np.linalg.eigvalsh(root @ D @ root.transpose(0, 2, 1))[:, 0].min()  # of the lower triangle
        if least < 0:
            length = min(length, -_SHARE_OF_STEP / least)
    return length
