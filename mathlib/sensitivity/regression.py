"""Least p-th powers: regression in the l_p norm, with a bracket around the optimum.

    minimise ||W (A x - b)||_p,    W = diag(weights).

Duality brackets the optimum: every y with A^T W y = 0 gives <W b, y> / ||y||_q <= ||W (A x - b)||_p for all
x, with equality for y = |r|^(p-1) sign(r) at the optimal residual r. After a change of basis (U orthonormal)
the solvers are

* p = 2: projection;
* p > 2: Newton's method, which is the reweighted least-squares step shortened by p - 1, along a path of
  exponents that grows from 2 to p;
* p < 2: primal-dual Newton steps for the smooth sum of (r^2 + mu^2)^(p/2), mu going to zero; at p = 1 the
  simplex method goes on from there to a vertex.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike

from mathlib.sensitivity.brackets.vertex import optimal_vertices
from mathlib.sensitivity.checks import check_matrix, check_p, check_positive, check_vector
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.weights.leverage import orthonormal_basis

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
        The coefficients; 0 for columns of A that depend on others.
    lower, upper : float
        lower <= min ||W (A x - b)||_p <= upper, up to rounding errors; upper is the norm at x.
    p : float
        The power.
    converged : bool
        Whether upper - lower <= 1e-9 upper, or b lies in the range of A up to rounding.
    iterations : int
        Newton steps.
    rank : int
        The numerical rank of W A. If it is less than d, other coefficients fit as well.

    Examples
    --------
    >>> found = lp_regression([[1], [1], [1]], [0, 1, 9], 2)
    >>> found.x.round(4), found.upper > 0
    (array([3.3333]), True)
    """

    x: np.ndarray
    lower: float
    upper: float
    p: float
    converged: bool
    iterations: int
    rank: int

    def __repr__(self) -> str:
        state = "" if self.converged else ", not converged"
        if self.rank < len(self.x):
            state += f", rank {self.rank} of {len(self.x)} columns"
        return f"Regression(least l_{self.p:g} norm in [{self.lower:.10g}, {self.upper:.10g}]{state})"


def lp_regression(A: ArrayLike, b: ArrayLike, p: float, *, weights: ArrayLike | None = None) -> Regression:
    """Return x that minimises ||W (A x - b)||_p, where W = diag(weights).

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; of any rank.
    b : array_like, shape (n,)
        Finite.
    p : float
        The power, from 1 to 16.
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
        If the shapes do not match, a number is not finite, a weight is not positive, or the answer lies
        outside the range of doubles.

    Notes
    -----
    Cost: O(n d^2) for a step, usually ten to twenty steps.

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
    b = check_vector("b", b, len(A))
    factors = np.ones(len(A)) if weights is None else check_positive("weights", weights, len(A))
    left, of_columns = _scaled(A, factors)
    right, of_norm = _scaled(b[:, None], factors)
    right, of_norm = right[:, 0], of_norm[0]
    basis = row_basis(left)
    U = orthonormal_basis(basis.L.copy())
    start = U.T @ right
    rest = right - U @ start
    correction = U.T @ rest
    start, rest = start + correction, rest - U @ correction
    size = np.abs(rest).max()
    fits = size <= 64 * len(U) ** 0.5 * np.finfo(float).eps * np.abs(right).max()
    if fits:
        z, y, steps = np.zeros_like(start), np.zeros(len(U)), 0
    else:
        z, y, steps = _least_residual(U, rest / size, p)
    x = basis.coefficients(U[basis.pivot_rows] @ (start + size * z))
    upper = _norm(right - left @ x, p)
    lower = 0.0 if fits else min(upper, size * _bound(U, rest / size, y, p))
    converged = bool(fits or upper - lower <= _GAP * upper)
    with np.errstate(over="ignore", under="ignore"):
        x = np.ldexp(x, of_norm - of_columns)
        lower, norm = (float(np.ldexp(end, of_norm)) for end in (lower, upper))
    if not (np.isfinite(x).all() and norm < np.inf and (norm > 0 or upper == 0 or fits)):
        raise ValueError(
            "the coefficients or the least norm lie outside the range of doubles; rescale columns of A, b or "
            "the weights."
        )
    return Regression(x, lower, norm, p, converged, steps, basis.rank)


def _scaled(values, factors):
    """The rows times the factors, each column divided by a power of two, and the exponents of these powers.

    The largest entry of a column is then in [1/4, 1): nothing overflows, and only what is negligible beside
    others of its column underflows.
    """
    (rows, exponents), (scale, more) = np.frexp(values), np.frexp(factors)
    exponents = exponents + more[:, None]
    top = np.where(rows == 0, np.iinfo(exponents.dtype).min, exponents).max(axis=0)
    top[~rows.any(axis=0)] = 0
    return np.ldexp(rows * scale[:, None], exponents - top), top


def _least_residual(U, c, p):
    """z that minimises ||c - U z||_p for U orthonormal and max |c| = 1, y for the dual, and the steps."""
    z = np.zeros(U.shape[1])
    if p == 2:
        return z, c, 0
    if p < 2:
        z, y, steps = _smoothed_newton(U, c, p, z)
        return (z, y, steps) if p > 1 else (*_at_vertex(U, c, z, y), steps)
    exponent, steps = 2.0, 0
    while exponent < p:
        exponent = min(p, 1.5 * exponent)
        z, y, used = _newton(U, c, exponent, z, 0.1 if exponent < p else _GAP / 10)
        steps += used
    return z, y, steps


def _newton(U, c, p, z, gap):
    r, y = c - U @ z, None
    for step in range(_MOST_STEPS):
        top = np.abs(r).max()
        size = np.abs(r) / top
        weights = size ** (p - 2)
        y = weights * r
        if 1 - _bound(U, c, y, p) / _norm(r, p) <= gap:
            return z, y, step
        gram = U.T @ (U * weights[:, None])
        # The optimum may leave some direction without weight; a little of the identity keeps it bounded.
        gram += 1e-13 * np.trace(gram) * np.eye(len(gram))
        direction = scipy.linalg.solve(gram, U.T @ y, assume_a="pos")
        change = U @ direction

        def cost(t, r=r, change=change, top=top):
            return np.sum((np.abs(r - t * change) / top) ** p)

        # Newton's step is t = 1 / (p - 1); twice that is often better far from the optimum.
        t = 2 / (p - 1)
        while cost(t) > cost(0.0) and t > 1e-10:
            t /= 2
        t = min(t, t / 2, key=cost)
        z, r = z + t * direction, c - U @ (z + t * direction)
    return z, y, _MOST_STEPS


def _smoothed_newton(U, c, p, z):
    """Primal-dual Newton steps for y (r^2 + mu^2)^(1-p/2) = r and U^T y = 0, mu going to zero.

    With y as an unknown of its own the equations stay nearly linear where r changes sign, whatever mu is.
    """
    r = c - U @ z
    mu = np.sqrt(np.mean(r * r))
    y = r * (r * r + mu * mu) ** (p / 2 - 1)
    best_z, best_y, value, bound, step = z, y, _norm(r, p), 0.0, 0
    while value - bound > _GAP / 10 * value and step < _MOST_STEPS:
        step += 1
        smooth = r * r + mu * mu
        slope = r * smooth ** (p / 2 - 1)
        # Kept between 0 and its value at the solution, so that the weights stay positive.
        share = np.clip(y * r * smooth ** (-p / 2), 0, r * r / smooth)
        weights = (1 - (2 - p) * share) * smooth ** (p / 2 - 1)
        gram = U.T @ (U * weights[:, None])
        gram += 1e-14 * np.trace(gram) * np.eye(len(gram))
        direction = scipy.linalg.solve(gram, U.T @ slope, assume_a="pos")
        change = U @ direction
        y = slope - weights * change
        t, before = 1.0, np.sum(smooth ** (p / 2))
        while np.sum(((r - t * change) ** 2 + mu * mu) ** (p / 2)) > before * (1 + 1e-12) and t > 1e-3:
            t /= 2
        z = z + t * direction
        r = c - U @ z
        if (new := _norm(r, p)) < value:
            value, best_z = new, z
        if (new := _bound(U, c, y, p)) > bound:
            bound, best_y = new, y
        mu = max(mu / 4 if t > 0.9 else mu, 1e-13)
    return best_z, best_y, step


def _at_vertex(U, c, z, y):
    """For p = 1: a vertex near z, where r rows fit exactly, and its dual solution, as far as they are better.

    min ||c - U z||_1 is min ||[c, -U] x||_1 subject to x_0 = 1, the problem of sensitivities.
    """
    T = np.ascontiguousarray(np.vstack([c, -U.T]))
    first, x = np.eye(1, len(T)), np.concatenate([[1.0], z])[None]
    points, duals, _, found = optimal_vertices(T, np.abs(T).max(axis=0), first, x, 50 * len(T))
    if not found[0]:
        return z, y
    z = min(z, points[0, 1:], key=lambda z: np.abs(c - U @ z).sum())
    return z, max(y, duals[0], key=lambda y: _bound(U, c, y, 1))


def _bound(U, c, y, p):
    """<c, y> / ||y||_q after y has been made orthogonal to U: a lower bound of min ||c - Uz||_p."""
    for _ in range(2):
        y = y - U @ (U.T @ y)
    top = np.abs(y).max()
    return max(0.0, float(c @ y) / _norm(y, np.inf if p == 1 else p / (p - 1))) if top > 0 else 0.0


def _norm(v, p):
    """||v||_p, through the largest entry, because p may be large."""
    top = np.abs(v).max()
    if top == 0 or np.isinf(p):
        return float(top)
    return float(top * np.sum((np.abs(v) / top) ** p) ** (1 / p))
