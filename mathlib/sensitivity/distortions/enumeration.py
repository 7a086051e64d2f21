"""The l_1 distortion of a sample, exactly, when A has rank 1, 2 or 3.

The ratio g(x) = sum_i c_i |u_i x| / sum_i |u_i x| is a quotient of two functions that are linear on each cell
of the arrangement of the planes {u_i x = 0}. Such a quotient is largest and smallest on an edge of a cell:
where x is orthogonal to r - 1 independent rows. In the plane these are n directions; sorting the rows by
angle makes all signs known, and running sums give g at every one of them: O(n log n). In space each plane
{u_i x = 0} is a problem in the plane, O(n^2 log n) together.

Cost in practice: rank 3 takes about n * (n / 10^7 + 10^-4) seconds.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Extremes", "extremes_by_enumeration"]

#: Rank 3 beyond this many rows would take minutes.
MOST_ROWS_IN_SPACE = 20_000


@dataclass(frozen=True)
class Extremes:
    """The least and the greatest ratio that were found, and where."""

    least: float
    greatest: float
    x_least: np.ndarray
    x_greatest: np.ndarray


def extremes_by_enumeration(U: np.ndarray, c: np.ndarray) -> Extremes:
    """The extremes of sum c_i |u_i x| / sum |u_i x|, for U (n x r) with orthonormal columns, r <= 3, c >= 0.

    The ratios are evaluated anew, plainly, at the two directions found. Rounding moves them by at most a
    modest multiple of the unit roundoff times sum_i (1 + c_i) |u_i|, because the directions are exact for a
    matrix that differs from U by rounding errors.

    >>> found = extremes_by_enumeration(np.eye(2), np.array([3.0, 0.5]))
    >>> found.least, found.greatest
    (0.5, 3.0)
    """
    U, c = _merge_equal_rows(U, c)
    rank = U.shape[1]
    if rank == 1:
        candidates = np.ones((1, 1))
    elif rank == 2:
        candidates = _extreme_directions(U, c)
    else:
        candidates = np.concatenate([_extremes_in_plane(u, U, c) for u in U])
    ratios = _ratios(U, c, candidates)
    low, high = int(np.argmin(ratios)), int(np.argmax(ratios))
    return Extremes(float(ratios[low]), float(ratios[high]), candidates[low], candidates[high])


def _merge_equal_rows(U, c):
    """One row for all equal ones: k copies with c_1, ..., c_k act like k u with their mean."""
    keep = np.einsum("ij,ij->i", U, U) > 0
    rows, group, counts = np.unique(U[keep], axis=0, return_inverse=True, return_counts=True)
    means = np.bincount(group.ravel(), c[keep]) / counts
    return rows * counts[:, None], means


def _extreme_directions(V, c):
    """Of the directions orthogonal to a row: those of the least and the greatest ratio, shape (2, 2)."""
    upwards = (V[:, 1] > 0) | ((V[:, 1] == 0) & (V[:, 0] > 0))
    V = np.where(upwards[:, None], V, -V)  # u and -u do the same
    order = np.argsort(np.arctan2(V[:, 1], V[:, 0]))
    V, c = V[order], c[order]
    x = np.column_stack([-V[:, 1], V[:, 0]])  # orthogonal to v_k: positive on all rows after it in the order
    totals = [_absolute_sum(V * c[:, None], x), _absolute_sum(V, x)]
    # A row of rounding errors may make both sums vanish; its direction is then no candidate.
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.where(totals[1] > 0, totals[0] / totals[1], np.nan)
    return x[[np.nanargmin(ratios), np.nanargmax(ratios)]]


def _absolute_sum(V, x):
    """sum_j |<v_j, x_k>| for every k, where x_k is v_k turned by 90 degrees and the rows are sorted."""
    before = np.cumsum(V, axis=0) - V
    after = V.sum(axis=0) - before - V
    return np.einsum("ij,ij->i", after - before, x)


def _extremes_in_plane(normal, U, c):
    """Candidates among the x orthogonal to `normal`, in space: shape (2, 3)."""
    basis = np.linalg.svd(normal[None, :])[2][1:]
    V = U @ basis.T
    keep = np.einsum("ij,ij->i", V, V) > 0
    return _extreme_directions(V[keep], c[keep]) @ basis


def _ratios(U, c, candidates):
    """g at each candidate, in blocks, so that the memory stays small."""
    out = np.empty(len(candidates))
    for start in range(0, len(candidates), 256):
        products = np.abs(U @ candidates[start : start + 256].T)
        out[start : start + 256] = (c @ products) / products.sum(axis=0)
    return out
