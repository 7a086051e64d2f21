"""Sampling rows with probabilities from scores.

Row i is kept independently with probability q_i and scaled by q_i^(-1/p). Then E ||SAx||_p^p = ||Ax||_p^p for
every x; how far a sample is from its mean, for all x at once, is measured by `distortion`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_finite, check_number, check_rng, is_number, shown
from mathlib.sensitivity.checks import check_matrix, check_p, check_positive, check_vector

__all__ = ["Sample", "check_sample", "sample_rows", "sampling_probabilities"]


@dataclass(frozen=True, repr=False, eq=False)
class Sample:
    """Rows of a matrix and how to scale them: S A has the rows weights[k] * A[indices[k]].

    Attributes
    ----------
    indices : ndarray of int, shape (m,)
        The rows that were kept, in increasing order.
    weights : ndarray, shape (m,)
        q_i^(-1/p), the factor of the row itself: ||SAx||_p^p = sum_k weights[k]^p |<a_indices[k], x>|^p. Not
        q_i^(-1), which is the weight of the p-th power.

    Examples
    --------
    >>> sample = Sample(np.array([0, 2]), np.array([1.0, 2.0]))
    >>> sample
    Sample(2 rows, weights from 1 to 2)
    >>> sample.apply([3, 5, 7])
    array([ 3., 14.])
    """

    indices: np.ndarray
    weights: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        if not len(self):
            return "Sample(no row)"
        least, greatest = np.min(self.weights), np.max(self.weights)
        return f"Sample({len(self)} rows, weights from {least:.4g} to {greatest:.4g})"

    def apply(self, A: Any) -> Any:
        """Return S A, or S b for a vector b: the rows that were kept, scaled.

        Parameters
        ----------
        A : array_like or sparse matrix, shape (n, d) or (n,)
            The matrix or vector.

        Returns
        -------
        ndarray, shape (m, d) or (m,)
            Sparse if A is.

        Raises
        ------
        ValueError
            If A has no such rows.
        """
        A = A.tocsr() if scipy.sparse.issparse(A) else check_finite("A", A)
        if A.ndim not in (1, 2):
            raise ValueError(f"A must be a matrix or a vector; got shape {A.shape}.")
        indices, weights = check_sample(self, A.shape[0])
        if scipy.sparse.issparse(A):
            return scipy.sparse.diags_array(weights) @ A[indices]
        return (A[indices].T * weights).T


def check_sample(sample: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices and the weights of a sample of n rows; else raise a ValueError."""
    if not hasattr(sample, "indices") or not hasattr(sample, "weights"):
        raise ValueError(f"sample must have `indices` and `weights`, as Sample has; got {shown(sample)}.")
    indices = np.asarray(sample.indices)
    weights = check_positive("sample.weights", sample.weights, indices.size)
    whole = indices.ndim == 1 and (not indices.size or indices.dtype.kind in "iu")
    if not whole or np.any((indices < 0) | (indices >= n)):
        raise ValueError(
            f"sample.indices must be integers from 0 to {n - 1}, rows of A; got {shown(indices)}."
        )
    return indices.astype(np.intp), weights


def sampling_probabilities(scores: ArrayLike, m: float, *, floor: float = 0.0) -> np.ndarray:
    """Return probabilities proportional to scores, as far as they stay between `floor` and 1, with sum m.

        q_i = min(1, max(floor, c s_i)),    sum_i q_i = m

    for the only possible c: where c s_i would exceed 1 the surplus is poured over the others (water-filling).

    Parameters
    ----------
    scores : array_like, shape (n,)
        Not negative, not all zero: sensitivities (their upper bounds), Lewis weights, leverage scores, ...
    m : float
        The expected number of rows, positive. At most the number of rows that can be sampled: n if
        `floor` > 0, else the number of positive scores.
    floor : float
        The least probability of any row, between 0 and m / n. A row of score 0 gets the probability `floor`.

    Returns
    -------
    ndarray, shape (n,)
        q. Its sum is m up to rounding.

    Raises
    ------
    ValueError
        If scores, m or floor are out of range, or no such probabilities add up to m.

    Notes
    -----
    sum_i q_i is piecewise linear and increasing in c; bisection over its 2n corners finds the right piece.
    Cost: O(n log n).

    Examples
    --------
    >>> sampling_probabilities([8, 1, 1, 0], 2)
    array([1. , 0.5, 0.5, 0. ])
    >>> sampling_probabilities([8, 1, 1, 0], 2, floor=0.1)
    array([1.  , 0.45, 0.45, 0.1 ])
    """
    scores = _scores(scores)
    n, positive = len(scores), int(np.count_nonzero(scores))
    if not is_number(floor) or not 0 <= floor <= 1:
        raise ValueError(f"floor must be a number from 0 to 1, the least probability; got {shown(floor)}.")
    most = n if floor > 0 else positive
    m = check_number("m", m, 0, np.inf, "the expected number of rows")
    if not m <= most:
        raise ValueError(
            f"m must be a number above 0 and at most {most}, the rows that can be sampled; got {m!r}."
        )
    if floor * n > m:
        raise ValueError(f"{n} rows of probability {floor} or more add up to more than m={m}; lower floor.")
    if m == n:
        return np.ones(n)
    shares = scores / scores.max()
    if np.count_nonzero(shares >= np.finfo(float).tiny) < positive:
        raise ValueError(
            "scores may differ by a factor of at most 4e307; raise the smallest, or set them to zero."
        )
    if floor > 0 and m > positive + floor * (n - positive):
        raise ValueError(
            f"with the {positive} rows of positive score at 1 and the others at floor={floor}, the sum stays "
            f"below m={m}; raise floor or lower m."
        )
    return _filled(shares, m, floor)


def _filled(scores, m, floor):
    live = scores[scores > 0]
    with np.errstate(over="ignore"):
        corners = np.unique(np.concatenate([1 / live, floor / live]))
    corners = corners[np.isfinite(corners)]
    low, high = 0, len(corners) - 1  # the sum is at least m at corners[high]
    while low < high:
        middle = (low + high) // 2
        if np.clip(corners[middle] * scores, floor, 1).sum() >= m:
            high = middle
        else:
            low = middle + 1
    # Inside the piece that ends here, the rows that are neither full nor at the bottom share what is left.
    c = (corners[high] + (corners[high - 1] if high else 0)) / 2
    full, bottom = c * scores > 1, c * scores <= floor
    between = ~full & ~bottom
    left = m - np.count_nonzero(full) - floor * np.count_nonzero(bottom)
    if between.any():
        c = left / scores[between].sum()
    return np.clip(c * scores, floor, 1)


def sample_rows(A: ArrayLike, q: ArrayLike, *, p: float, rng: RNG) -> Sample:
    """Keep row i with probability q_i, independently of all others, and scale it by q_i^(-1/p).

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Only its number of rows and its zero rows are looked at.
    q : array_like, shape (n,)
        Probabilities, in (0, 1]. A row of zeros may have q_i = 0, any other row may not: its part of
        ||Ax||_p^p could never be seen.
    p : float
        The power, from 1 to 16.
    rng : anything that `numpy.random.default_rng` takes
        One uniform number is drawn for each row, and row i is kept if it is below q_i. So under the same
        seed a larger q keeps the same rows and more.

    Returns
    -------
    Sample
        Its size is random: sum q on average, with variance sum q (1 - q).

    Raises
    ------
    ValueError
        If A, p or q is out of range, or a row that is not zero could never be seen.

    Examples
    --------
    >>> sample_rows(np.ones((4, 1)), [1, 0.25, 0.25, 1], p=2, rng=1)
    Sample(3 rows, weights from 1 to 2)
    """
    A, p = check_matrix(A), check_p(p)
    q, rng = check_vector("q", q, len(A)), check_rng(rng)
    if not np.all((q >= 0) & (q <= 1)):
        bad = np.flatnonzero(~((q >= 0) & (q <= 1)))[0]
        raise ValueError(
            f"q must lie in (0, 1]; got {q[bad]} in entry {bad}. See sampling_probabilities for a way from "
            "scores to q."
        )
    if not np.all(q > 0) and (lost := np.flatnonzero((q == 0) & A.any(axis=1))).size:
        raise ValueError(
            f"q[{lost[0]}] = 0, but row {lost[0]} of A is not zero ({lost.size} such rows): the sample could "
            "never see it. Give it a positive probability, for example with floor= of sampling_probabilities."
        )
    return drawn(np.arange(len(A)), q, p, rng)


def drawn(names: np.ndarray, q: np.ndarray, p: float, rng: np.random.Generator) -> Sample:
    """The rows of these names that are kept with probabilities q."""
    kept = np.flatnonzero(rng.random(len(q)) < q)
    return Sample(names[kept], q[kept] ** (-1 / p))


def _scores(scores) -> np.ndarray:
    scores = check_vector("scores", scores)
    if scores.min() < 0:
        raise ValueError(f"scores must not be negative; got {scores.min()} in entry {scores.argmin()}.")
    if scores.max() == 0:
        raise ValueError("scores must not all be zero, for then there is nothing to sample; got only zeros.")
    return scores
