"""Least p-th powers: regression in the l_p norm, with a bracket around the optimum.

    minimise ||W (A x - b)||_p,    W = diag(weights).

Duality brackets the optimum: every y with A^T W y = 0 gives <W b, y> / ||y||_q <= ||W (A x - b)||_p for all
x, with equality for y = |r|^(p-1) sign(r) at the optimal residual r. After a change of basis (U orthonormal)
the solvers are

* p = 2: projection;
* p > 2: Newton's method, which is the reweighted least-squares step shortened by p - 1, along a path of
  exponents that grows from 2 to p;
* 1 < p < 2: Newton's method for the smooth sum of (r^2 + mu^2)^(p/2), mu going to zero;
* p = 1: a linear programme (HiGHS), whose vertex is then solved for anew.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.optimize import linprog

from mathlib.sensitivity.checks import check_matrix, check_p, check_vector

__all__ = ["Regression", "lp_regression"]

#: The relative gap at which a bracket counts as closed, and the most Newton steps for it.
_GAP = 1e-9
_MOST_STEPS = 300


@dataclass(frozen=True, repr=False, eq=False)
class Regression:
    """A solution of l_p regression, with a bracket around the least norm.

    Attributes
    ----------
    x : ndarray, shape (d,)
        The coefficients; of least Euclidean norm among those with the same A x.
    lower, upper : float
        lower <= min ||W (A x - b)||_p <= upper, up to rounding errors; upper is the norm at x.
    p : float
    converged : bool
        Whether upper - lower <= 1e-9 upper, or b lies in the range of A up to rounding.
    iterations : int
        Newton steps, or steps of the simplex method for p = 1.
    """

    x: np.ndarray
    lower: float
    upper: float
    p: float
    converged: bool
    iterations: int

    def __repr__(self):
        state = "" if self.converged else ", not converged"
        return f"Regression(least l_{self.p:g} norm in [{self.lower:.10g}, {self.upper:.10g}]{state})"


def lp_regression(A, b, p, *, weights=None) -> Regression:
    """Return x that minimises ||W (A x - b)||_p, where W = diag(weights).

    Parameters
    ----------
    A : array_like or sparse, shape (n, d)
    b : array_like, shape (n,)
    p : float, at least 1
    weights : array_like, shape (n,), optional
        Positive factors of the rows, as in `Sample.weights`: the p-th power of residual i has the weight
        weights[i]^p. So for a sample, lp_regression(A[s.indices], b[s.indices], p, weights=s.weights).

    Returns
    -------
    Regression
        With a bracket around the least norm.

    Raises
    ------
    ValueError
        If the shapes do not match, a number is not finite, or a weight is not positive.

    Notes
    -----
    Cost: O(n d^2) for a step, some ten to a hundred steps; p = 1 is a linear programme with n bounded
    unknowns and d equations.

    References
    ----------
    D. Adil, R. Peng, S. Sachdeva (2019), Fast, Provably Convergent IRLS Algorithm for p-norm Linear
    Regression, on damped reweighted least squares. The paths of exponents and of mu are ours.

    Examples
    --------
    >>> lp_regression([[1], [1], [1], [1]], [0, 0, 1, 9], 4).x.round(4)
    array([3.8464])
    >>> lp_regression([[1], [1], [1]], [0, 1, 9], 1)
    Regression(least l_1 norm in [9, 9])
    """
    A, p = check_matrix(A), check_p(p)
    b = check_vector(b, len(A), "b")
    factors = np.ones(len(A)) if weights is None else check_vector(weights, len(A), "weights")
    if np.any(factors <= 0):
        raise ValueError("weights must be positive; leave out the rows that shall not count.")
    left, right = A * factors[:, None], b * factors
    scale = np.abs(right).max()
    if scale == 0:
        return Regression(np.zeros(A.shape[1]), 0.0, 0.0, p, True, 0)
    U, back = _orthonormal(left)
    start = U.T @ right
    rest = right - U @ start
    rest -= U @ (U.T @ rest)
    size = np.abs(rest).max()
    if size <= 64 * len(U) ** 0.5 * np.finfo(float).eps * scale:
        x = back @ start
        return Regression(x, 0.0, _norm(right - left @ x, p), p, True, 0)
    z, steps = _least_residual(U, rest / size, p)
    lower = size * _dual_bound(U, rest / size, z, p)
    x = back @ (start + size * z)
    upper = _norm(right - left @ x, p)
    lower = min(lower, upper)
    return Regression(x, lower, upper, p, upper - lower <= _GAP * upper, steps)


def _least_residual(U, c, p):
    """z that minimises ||c - U z||_p, for U orthonormal and max |c| = 1."""
    z = np.zeros(U.shape[1])
    if p == 2:
        return z, 0
    if p == 1:
        return _by_linear_programme(U, c)
    if p < 2:
        return _smoothed_newton(U, c, p, z)
    exponent, steps = 2.0, 0
    while exponent < p:
        exponent = min(p, 1.5 * exponent)
        z, used = _newton(U, c, exponent, z, 0.1 if exponent < p else _GAP / 10)
        steps += used
    return z, steps


def _newton(U, c, p, z, gap):
    for step in range(_MOST_STEPS):
        r = c - U @ z
        top = np.abs(r).max()
        r = r / top
        weights = np.abs(r) ** (p - 2)
        if 1 - _dual_bound(U, c, z, p) / _norm(c - U @ z, p) <= gap:
            return z, step
        gram = U.T @ (U * weights[:, None])
        # The optimum may leave some direction without weight; a little of the identity keeps it bounded.
        gram += 1e-13 * np.trace(gram) * np.eye(len(gram))
        direction = scipy.linalg.solve(gram, U.T @ (weights * r), assume_a="pos") * top
        t, value = 2 / (p - 1), np.sum(np.abs(r) ** p)
        while np.sum(np.abs((c - U @ (z + t * direction)) / top) ** p) > value and t > 1e-10:
            t /= 2
        if t <= 1e-10:
            return z, step
        shorter = z + t / 2 * direction
        z = min(z + t * direction, shorter, key=lambda y: np.sum(np.abs((c - U @ y) / top) ** p))
    return z, _MOST_STEPS


def _smoothed_newton(U, c, p, z):
    """Newton's method on sum (r^2 + mu^2)^(p/2), and a smaller mu as soon as a step is small."""
    mu, best, step = 0.3 * np.sqrt(np.mean((c - U @ z) ** 2)), (np.inf, z), 0
    while step < _MOST_STEPS:
        step += 1
        r = c - U @ z
        gap = 1 - _dual_bound(U, c, z, p, mu) / _norm(r, p)
        if gap < best[0]:
            best = gap, z
        if gap <= _GAP / 10 or mu < 1e-14:
            break
        smooth = r * r + mu * mu
        weights = smooth ** (p / 2 - 1)
        curvature = weights * (1 + (p - 2) * r * r / smooth)
        gram = U.T @ (U * curvature[:, None])
        gram += 1e-14 * np.trace(gram) * np.eye(len(gram))
        slope = U.T @ (weights * r)
        direction = scipy.linalg.solve(gram, slope, assume_a="pos")
        value, t = np.sum(smooth ** (p / 2)), 1.0
        while np.sum(((c - U @ (z + t * direction)) ** 2 + mu * mu) ** (p / 2)) > value and t > 1e-8:
            t /= 2
        z = z + t * direction if t > 1e-8 else z
        if slope @ direction <= 1e-2 * value or t <= 1e-8:
            mu *= 0.25
    return best[1], step


def _by_linear_programme(U, c):
    """max <c, y> over U^T y = 0, -1 <= y <= 1; z are the multipliers of the equations."""
    solution = linprog(-c, A_eq=U.T, b_eq=np.zeros(U.shape[1]), bounds=(-1, 1), method="highs")
    if solution.status != 0:
        raise RuntimeError(f"HiGHS could not solve the linear programme: {solution.message}")
    z = -solution.eqlin.marginals
    # At a vertex the rows with |y| < 1 are fitted exactly: solve for them, free of the solver's tolerance.
    fitted = np.abs(solution.x) < 1 - 1e-7
    again = np.linalg.lstsq(U[fitted], c[fitted], rcond=None)[0] if fitted.any() else z
    return min(z, again, key=lambda y: np.abs(c - U @ y).sum()), int(solution.nit)


def _dual_bound(U, c, z, p, mu=0.0):
    """<c, y> / ||y||_q for the y that belongs to the residual, made orthogonal to U."""
    r = c - U @ z
    r = r / np.abs(r).max()
    if p == 1:
        return _dual_bound_l1(U, c, r)
    mu = mu / np.abs(c - U @ z).max()
    y = r * (r * r + mu * mu) ** (p / 2 - 1) if mu else np.sign(r) * np.abs(r) ** (p - 1)
    y = y - U @ (U.T @ y)
    y = y - U @ (U.T @ y)
    return max(0.0, float(c @ y) / _norm(y, p / (p - 1)))


def _dual_bound_l1(U, c, r):
    """For p = 1: signs of the residuals, and for the fitted rows the numbers that make A^T y = 0."""
    fitted = np.abs(r) <= 1e-9
    y = np.where(fitted, 0.0, np.sign(r))
    if fitted.any():
        y[fitted] = np.linalg.lstsq(U[fitted].T, -U.T @ y, rcond=None)[0]
    y = y - U @ (U.T @ y)
    return max(0.0, float(c @ y) / np.abs(y).max())


def _orthonormal(A):
    """U with orthonormal columns and the range of A, and the matrix that takes coefficients of U back."""
    U, s, V = scipy.linalg.svd(A, full_matrices=False)
    rank = int(np.count_nonzero(s > max(A.shape) * np.finfo(float).eps * s[0]))
    return U[:, :rank], V[:rank].T / s[:rank]


def _norm(v, p):
    """||v||_p, through the largest entry, because p may be large."""
    top = np.abs(v).max()
    if top == 0 or np.isinf(p):
        return float(top)
    return float(top * np.sum((np.abs(v) / top) ** p) ** (1 / p))

