"""The least Euclidean distortion by semidefinite programming, and bounds of it in integers."""

import time
import warnings
from contextlib import suppress
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from mathlib.checks import check_number, deadline_after
from mathlib.errors import CertificateError
from mathlib.metrics.checker.distortion import check_bounds
from mathlib.metrics.euclidean.bracket import DistortionBracket
from mathlib.metrics.objects.finite_metric import FiniteMetric, check_metric

__all__ = ["least_euclidean_distortion"]

#: Weights and points are rounded to multiples of 2^-40 of the largest.
_UNIT = 2.0**40
#: Weights below this share of the largest are taken for zeros that the solver did not reach.
_NEGLIGIBLE = 1e-7
#: So many times constraints are added; far fewer are needed.
_MOST_ROUNDS = 60


def least_euclidean_distortion(
    X: FiniteMetric, *, tol: float = 1e-6, time_limit: float | None = None
) -> DistortionBracket:
    """A bracket of c_2(X), the least distortion of an embedding of a metric into Euclidean space.

    c_2^2 is the least r such that d(i,j)^2 <= |x_i - x_j|^2 <= r d(i,j)^2 for some points x_i: a semidefinite
    programme in their Gram matrix. Its dual weights, rounded and repaired, prove a lower bound; the points,
    rounded, an upper one.

    Parameters
    ----------
    X : FiniteMetric
        The metric.
    tol : float, optional
        The search ends once the squares of the bounds are so close, relatively; from 1e-9 on.
    time_limit : float, optional
        Seconds after which no further programme is begun, and the best bracket known is returned.

    Returns
    -------
    DistortionBracket
        Its `proven` says whether the bracket is closed.

    Raises
    ------
    ValueError
        If X is no FiniteMetric, or tol is out of range.

    Notes
    -----
    Few pairs are stretched or shrunk most, so that constraints are added where the last points violate them.
    Without all constraints the dual weights prove a lower bound already. 15 points take about a second, 64
    points about 20 seconds.

    References
    ----------
    N. Linial, E. London and Yu. Rabinovich, The geometry of graphs and some of its algorithmic applications,
    Combinatorica 15 (1995).

    Examples
    --------
    >>> from mathlib.metrics import complete_bipartite
    >>> bracket = least_euclidean_distortion(complete_bipartite(2, 3))  # 4 - 2/2 - 2/3 = 7/3
    >>> float(bracket.lower_squared), float(bracket.upper_squared)
    (2.33333..., 2.33333...)
    """
    check_metric("X", X)
    check_number("tol", tol, 0, 1, "how far apart the squares may be")
    deadline = deadline_after(time_limit)
    best = _simplex(X, tol)
    pairs = np.array(X.pairs).reshape(-1, 2)
    lengths = X.array()[pairs[:, 0], pairs[:, 1]] if len(X) > 1 else np.zeros(0)
    if best.proven:
        return best
    lengths = lengths / lengths.max()
    below, above = _first_constraints(X.array(), pairs)
    for _ in range(_MOST_ROUNDS):
        if time.monotonic() > deadline:
            break
        solved = _solve(len(X), pairs, lengths**2, below, above)
        if solved is None:
            break
        gram, lam, mu = solved
        best = _better(best, X, _rounded_weights(X, lam, mu), _rounded_points(gram))
        if best.proven:
            break
        squared = gram[pairs[:, 0], pairs[:, 0]] + gram[pairs[:, 1], pairs[:, 1]] - 2 * gram[tuple(pairs.T)]
        stretch = squared / lengths**2
        new_below, new_above = _violated(stretch, below, above, 12 * len(X))
        if not (len(new_below) or len(new_above)):
            break
        below, above = np.union1d(below, new_below), np.union1d(above, new_above)
    return best


def _simplex(X: FiniteMetric, tol: float) -> DistortionBracket:
    """All points equally far apart, with the trivial lower bound."""
    zeros = (0,) * len(X.pairs)
    points = tuple(tuple(int(i == j) for j in range(len(X))) for i in range(len(X)))
    return DistortionBracket(X, *check_bounds(X.D, zeros, zeros, points), zeros, zeros, points, tol)


def _first_constraints(D, pairs) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the pairs of each point with its farthest and its nearest points."""
    order = np.argsort(D, axis=1)
    number = np.zeros(D.shape, np.int64)
    number[tuple(pairs.T)] = np.arange(len(pairs))
    number += number.T
    rows = np.arange(len(D))[:, None]
    few = min(20, len(D) - 1)
    return np.unique(number[rows, order[:, -few:]]), np.unique(number[rows, order[:, 1 : few + 1]])


def _solve(n, pairs, squares, below, above):
    """The Gram matrix and the weights of all pairs, from the programme with some constraints, or None.

    The first point is the origin, so that the matrix has n - 1 rows.
    """
    import cvxpy as cp  # takes a second

    G, r = cp.Variable((n - 1, n - 1), PSD=True), cp.Variable()
    flat = cp.vec(G, order="C")
    at_least = _distances(n, pairs[below], squares[below]) @ flat >= 1
    at_most = _distances(n, pairs[above], squares[above]) @ flat <= r
    problem = cp.Problem(cp.Minimize(r), [at_least, at_most])
    with warnings.catch_warnings(), suppress(cp.SolverError):
        warnings.simplefilter("ignore")  # bounds are proved whatever the solver says of itself
        problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
    if G.value is None or at_least.dual_value is None or not np.isfinite(G.value).all():
        return None
    gram = np.zeros((n, n))
    gram[1:, 1:] = (G.value + G.value.T) / 2
    lam, mu = np.zeros(len(pairs)), np.zeros(len(pairs))
    lam[below] = np.maximum(at_least.dual_value, 0) / squares[below]
    mu[above] = np.maximum(at_most.dual_value, 0) / squares[above]
    return gram, lam, mu


def _distances(n, pairs, squares):
    """The matrix that takes a Gram matrix without its first row and column to |x_i - x_j|^2 / d^2."""
    i, j = pairs.T - 1
    rows, columns, values = [], [], []
    for a, b, sign in ((i, i, 1.0), (j, j, 1.0), (i, j, -1.0), (j, i, -1.0)):
        known = (a >= 0) & (b >= 0)
        rows.append(np.flatnonzero(known))
        columns.append((a * (n - 1) + b)[known])
        values.append((sign / squares)[known])
    shape = len(pairs), (n - 1) ** 2
    return csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _violated(stretch, below, above, most) -> tuple[np.ndarray, np.ndarray]:
    """The pairs without a constraint that are shrunk or stretched most, beyond all that have one."""
    others = np.setdiff1d(np.arange(len(stretch)), below), np.setdiff1d(np.arange(len(stretch)), above)
    least, largest = stretch[below].min(), stretch[above].max()
    short = others[0][stretch[others[0]] < least * (1 - 1e-9)]
    long = others[1][stretch[others[1]] > largest * (1 + 1e-9)]
    return short[np.argsort(stretch[short])][:most], long[np.argsort(-stretch[long])][:most]


def _rounded_weights(X: FiniteMetric, lam, mu) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Integers near the weights, and the least addition to all of mu, doubled until the form is nonnegative.

    The sum of |x_i - x_j|^2 over all pairs is n times the form of the identity on vectors with sum 0.
    """
    largest = max(lam.max(), mu.max())
    lam, mu = (np.where(w < _NEGLIGIBLE * largest, 0, np.rint(w / largest * _UNIT)) for w in (lam, mu))
    form = np.zeros((len(X), len(X)))
    i, j = np.array(X.pairs).T
    form[i, j] = form[j, i] = lam - mu
    form -= np.diag(form.sum(axis=1))
    extra = max(0.0, -np.linalg.eigvalsh(form)[0]) * 1.5 / len(X) + 16
    return tuple(map(int, lam)), tuple(int(w) + int(extra) for w in mu)


def _rounded_points(gram) -> tuple[tuple[int, ...], ...]:
    """Integers near points with this Gram matrix."""
    values, vectors = np.linalg.eigh(gram)
    kept = values > 1e-12 * values[-1]
    points = vectors[:, kept] * np.sqrt(values[kept])
    unit = _UNIT / np.abs(points).max()
    return tuple(tuple(int(x) for x in row) for row in np.rint(points * unit).tolist())


def _better(best: DistortionBracket, X: FiniteMetric, weights, points) -> DistortionBracket:
    """The better one of two lower bounds with the better one of two upper bounds."""
    zeros = (0,) * len(X.pairs)
    with suppress(CertificateError):
        lower = check_bounds(X.D, weights[0], weights[1], best.points)[0]
        if lower > best.lower_squared:
            best = replace(best, lower_squared=lower, lam=weights[0], mu=weights[1])
    with suppress(CertificateError):
        upper = check_bounds(X.D, zeros, zeros, points)[1]
        if upper < best.upper_squared:
            best = replace(best, upper_squared=upper, points=points)
    return best
