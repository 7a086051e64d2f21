"""A basis of the column space in which everything else is computed: rows of A, expressed by r of them.

    A[:, J] = L A[B, J],    B: r pivot rows, J: r pivot columns, r = rank,    L[B] = I.

Sensitivities do not change under A -> A G for invertible G, so those of A[:, J] and of L are the same. L is
the better matrix to compute with:

- Its entries are at most about 1 (complete pivoting), and ||L x|| >= ||x|| for every x because of the pivot
  rows: it is well conditioned, however A is scaled.
- Its rows are as accurate, each relative to its own size, as the rows of A: rows may differ in scale by any
  factor. Orthonormal bases from a QR or singular value decomposition lose the small rows.
- L^T z = e is solved exactly by putting e on the pivot rows, so every approximate dual solution has a nearby
  exact one.

L is rounded, and `rounding` bounds what that does. Columns that depend on J up to
rounding errors are left out; that is what the numerical rank means.
"""

from dataclasses import dataclass

import numpy as np

from mathlib.sensitivity.linear.elimination import choose_pivots, interpolate

__all__ = ["EPS", "Basis", "Scaling", "chunks", "row_basis"]

EPS = np.finfo(float).eps / 2  # unit roundoff
_CHUNK_NUMBERS = 2**18  # numbers in a chunk of rows: it stays in the cache


class Scaling:
    """Normalised rows: divided by powers of two, first each column of A, then each row."""

    def __init__(self, A: np.ndarray):
        largest = np.zeros(A.shape[1])
        for part in chunks(A):
            sizes = _exponents(np.abs(A[part]).max(axis=1))
            np.maximum(largest, np.abs(np.ldexp(A[part], -sizes[:, None])).max(axis=0), out=largest)
        self.columns = _exponents(largest)

    def apply(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows as b times 2^exponent, the largest entry of each b in [1/2, 1), or 0 for a zero row."""
        first = _exponents(np.abs(rows).max(axis=1))
        rows = np.ldexp(rows, -first[:, None] - self.columns)
        second = _exponents(np.abs(rows).max(axis=1))
        return np.ldexp(rows, -second[:, None]), first + second


@dataclass(frozen=True, eq=False)
class Basis:
    """The factor L (n x r) of A, its pivot rows B and pivot columns J, both in the order of the pivots.

    `square` holds the rows B and columns J of A normalised, `exponents` the scales of its rows.
    """

    L: np.ndarray
    pivot_rows: np.ndarray
    columns: np.ndarray
    scaling: Scaling
    square: np.ndarray
    exponents: np.ndarray
    tolerance: float

    @property
    def rank(self) -> int:
        """The numerical rank of A."""
        return len(self.columns)

    def express(self, rows: np.ndarray) -> np.ndarray:
        """Coordinates x of rows a: x A[B, J] = a[J], with remainders below the tolerance taken as zero."""
        rows, exponents = self.scaling.apply(rows)
        part = np.ascontiguousarray(rows[:, self.columns])
        interpolate(part, *_triangles(self.square), self.tolerance)
        return np.ldexp(part, exponents[:, None] - self.exponents)

    def coefficients(self, values: np.ndarray, *, any_scale: bool = False) -> np.ndarray:
        """The x (d, or d x k) with <a_i, x> = values (r, or r x k) on the rows B, and 0 outside of J.

        Since A[:, J] = L A[B, J], every vector of the range of A is given by its values on B. Rows and
        columns may differ in scale by any factor: powers of two are divided out, and multiplied in at the
        end. Entries of x outside the range of doubles come out as infinite, or as 0. With `any_scale` each x
        is a positive multiple whose largest entry lies in [1/2, 1), never infinite.

        >>> A = np.array([[1e12, 0], [0, 1e-12], [1.0, 1.0]])
        >>> basis = row_basis(A)
        >>> basis.coefficients(A[basis.pivot_rows] @ [2.0, 3.0])
        array([2., 3.])
        """
        # A[B, J] = 2^exponents square 2^columns.
        columns = self.scaling.columns[self.columns]
        right, sizes = _divided(values.T, -self.exponents)
        x, sizes = _divided(np.linalg.solve(self.square, right.T).T, sizes - columns)
        with np.errstate(over="ignore"):
            x = x if any_scale else np.ldexp(x, sizes)
        out = np.zeros((len(self.scaling.columns), *values.shape[1:]))
        out[self.columns] = x.T
        return out


def row_basis(A: np.ndarray) -> Basis:
    """Return the basis of a checked matrix. Cost: O(n d r) operations, n r numbers beside A."""
    n, d = A.shape
    tolerance = 2 * EPS * max(n, d, 100)
    scaling = Scaling(A)
    pivots, columns = _pivots(A, scaling, tolerance)
    square, exponents = scaling.apply(A[pivots])
    basis = Basis(
        L=np.empty((n, len(pivots))),
        pivot_rows=pivots,
        columns=columns,
        scaling=scaling,
        square=np.ascontiguousarray(square[:, columns]),
        exponents=exponents,
        tolerance=tolerance,
    )
    for part in chunks(A):
        basis.L[part] = basis.express(A[part])
    basis.L[pivots] = np.eye(len(pivots))
    return basis


def chunks(A: np.ndarray) -> list[slice]:
    """Slices of rows with so few numbers that a copy of them stays in the cache."""
    step = max(4 * A.shape[1], _CHUNK_NUMBERS // A.shape[1])
    return [slice(start, min(start + step, len(A))) for start in range(0, len(A), step)]


def _pivots(A, scaling, tolerance):
    """A tournament: each chunk of rows sends its pivots into the next round, until one chunk is left."""
    candidates = np.arange(len(A))
    while True:
        parts = [candidates[part] for part in chunks(A[: len(candidates)])]
        won = [_pivots_of(A[rows], scaling, tolerance) for rows in parts]
        candidates = np.concatenate([rows[chosen] for rows, (chosen, _) in zip(parts, won, strict=True)])
        if len(parts) == 1:
            return candidates, won[0][1]


def _pivots_of(rows, scaling, tolerance):
    rows, exponents = scaling.apply(rows)
    return choose_pivots(rows, exponents, tolerance)


def _divided(vectors, more):
    """Vectors times 2^more, divided by powers of two, one for each, and the exponents of these powers."""
    mantissas, exponents = np.frexp(vectors)
    exponents = exponents + more
    top = np.where(mantissas == 0, np.iinfo(np.int32).min, exponents).max(axis=-1, keepdims=True)
    top = np.where(mantissas.any(axis=-1, keepdims=True), top, 0)
    return np.ldexp(mantissas, exponents - top), top


def _exponents(sizes):
    """k with size in [2^(k-1), 2^k); 0 for zero."""
    return np.frexp(sizes)[1].astype(np.int32)


def _triangles(square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Factor a square matrix, whose rows and columns stand in the order of pivots, as upper and lower."""
    upper, lower = square.copy(), np.eye(len(square))
    for k in range(len(square)):
        lower[k + 1 :, k] = upper[k + 1 :, k] / upper[k, k]
        upper[k + 1 :, k + 1 :] -= np.outer(lower[k + 1 :, k], upper[k, k + 1 :])
        upper[k + 1 :, k] = 0.0
    return upper, lower
