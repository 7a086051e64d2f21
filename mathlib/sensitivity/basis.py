"""A basis of the column space in which everything else is computed: rows of A, expressed by r of them.

    A[:, J] = L A[B, J],    B: r pivot rows, J: r pivot columns, r = rank,    L[B] = I.

Sensitivities do not change under A -> A G for invertible G, so those of A and of L are the same. L is the
better matrix to compute with:

- Its entries are at most about 1 (complete pivoting), and ||L x|| >= ||x|| for every x because of the pivot
  rows: it is well conditioned, however A is scaled.
- Its rows are as accurate, each relative to its own size, as the rows of A: rows may differ in scale by any
  factor. Orthonormal bases from a QR or singular value decomposition lose the small rows.
- L^T z = e is solved exactly by putting e on the pivot rows, so every approximate dual solution has a nearby
  exact one.

L is rounded. `row_errors` bounds what that does, rigorously, so that brackets hold for A[:, J] itself. Columns
that depend on J up to rounding errors are left out; that is what the numerical rank means.
"""

from dataclasses import dataclass

import numpy as np

from mathlib.sensitivity.elimination import choose_pivots, interpolate

__all__ = ["EPS", "Basis", "gamma", "row_basis"]

EPS = np.finfo(float).eps / 2  # unit roundoff
_CHUNK_NUMBERS = 2**18  # numbers in a chunk of rows: it stays in the cache


@dataclass(frozen=True, eq=False)
class Basis:
    """The factor L (n x r) of a matrix, its pivot rows B and pivot columns J, both in the order of pivots."""

    L: np.ndarray
    pivot_rows: np.ndarray
    columns: np.ndarray

    @property
    def rank(self):
        return self.L.shape[1]


def gamma(k):
    """Bound of the relative error of a sum of products with k roundings on the way (Higham 2002, Lemma 3.1)."""
    return k * EPS / (1 - k * EPS)


def rank_tolerance(n, d):
    """What is left of an entry is rounding error below this, relative to the largest entry of its row."""
    return 2 * EPS * max(n, d, 100)


def row_basis(A) -> Basis:
    """Return the basis of a checked matrix. Cost: O(n d r) operations, n r numbers beside A."""
    n, d = A.shape
    tolerance = rank_tolerance(n, d)
    scaled = RowScaling(A)
    chunk = max(4 * d, _CHUNK_NUMBERS // d)
    pivots, columns = _pivots(scaled, chunk, tolerance)
    upper, lower = _triangles(scaled.rows(pivots)[:, columns])
    L = np.empty((n, len(pivots)))
    for start in range(0, n, chunk):
        rows = np.arange(start, min(start + chunk, n))
        part = np.ascontiguousarray(scaled.rows(rows)[:, columns])
        interpolate(part, upper, lower, tolerance)
        L[rows] = np.ldexp(part, scaled.exponents[rows, None] - scaled.exponents[pivots])
    L[pivots] = np.eye(len(pivots))
    return Basis(L, pivots, columns)


def _pivots(scaled, chunk, tolerance):
    """A tournament: each chunk of rows sends its pivots into the next round, until one chunk is left."""
    candidates = np.flatnonzero(scaled.nonzero)
    while True:
        chunks = [candidates[start : start + chunk] for start in range(0, len(candidates), chunk)]
        won = [choose_pivots(scaled.rows(rows), scaled.weights(rows), tolerance) for rows in chunks]
        winners = [rows[chosen] for rows, (chosen, _) in zip(chunks, won, strict=True)]
        if len(chunks) == 1:
            return winners[0], won[0][1]
        candidates = np.concatenate(winners)


class RowScaling:
    """Rows of A divided by powers of two: columns first, so that none is small in all rows, then each row."""

    def __init__(self, A):
        self.A = A
        n = len(A)
        block = max(1, _CHUNK_NUMBERS // A.shape[1])
        blocks = [slice(start, start + block) for start in range(0, n, block)]
        self.exponents = np.zeros(n, dtype=np.int32)
        self.column_exponents = np.zeros(A.shape[1], dtype=np.int32)
        sizes = np.zeros(A.shape[1])
        for part in blocks:
            self.exponents[part] = _exponent(np.abs(A[part]).max(axis=1))
            np.maximum(sizes, np.abs(self.rows(part)).max(axis=0), out=sizes)
        self.column_exponents = _exponent(sizes)
        self.nonzero = np.zeros(n, dtype=bool)
        for part in blocks:
            largest = np.abs(self.rows(part)).max(axis=1)
            self.nonzero[part] = largest > 0
            self.exponents[part] += _exponent(largest)

    def rows(self, which):
        """The normalised rows, as a new array."""
        return np.ldexp(self.A[which], -self.exponents[which][:, None] - self.column_exponents)

    def weights(self, which):
        """The scales of rows relative to the largest one; at least the smallest number, so all are seen."""
        with np.errstate(under="ignore"):
            scales = np.ldexp(1.0, self.exponents[which] - self.exponents[which].max())
        return np.maximum(scales, 1e-300)


def _exponent(sizes):
    """k with size in [2^(k-1), 2^k); 0 for zero."""
    return np.frexp(sizes)[1].astype(np.int32)


def _triangles(square):
    """Factor a square matrix, whose rows and columns stand in the order of pivots, as lower times upper."""
    upper, lower = square.copy(), np.eye(len(square))
    for k in range(len(square)):
        lower[k + 1 :, k] = upper[k + 1 :, k] / upper[k, k]
        upper[k + 1 :, k + 1 :] -= np.outer(lower[k + 1 :, k], upper[k, k + 1 :])
        upper[k + 1 :, k] = 0.0
    return upper, lower
