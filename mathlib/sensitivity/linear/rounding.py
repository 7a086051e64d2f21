"""What rounding does to the basis: bounds |L - L*| <= f_i for row i, with L* A[B, J] = A[:, J] exactly.

The residual E = L M - A of each row is bounded by computing it, plus the largest error of that computation;
then |L - L*| <= |E| |M^-1|, and |M^-1| is bounded through an approximate inverse. All of it in normalised
rows, so that no scale of rows matters. Where this bound is poor, because rows depend on each other *exactly*
while scales differ by many powers of ten, the rows of L are computed anew in ball arithmetic.
"""

import numpy as np
from flint import arb, ctx

from mathlib.sensitivity.balls import ball_matrix, inverse, product
from mathlib.sensitivity.linear.basis import EPS, Basis, chunks

__all__ = ["bounded_rows", "gamma", "refine", "row_errors"]

#: More than what the underflow of any of these numbers can lose.
UNDERFLOW = 1e-305

#: Where `refine` takes seconds at most: the side of the square, and products of balls.
_LARGEST_SQUARE, _MOST_PRODUCTS = 160, 2**26


def gamma(k: int) -> float:
    """Bound of the relative error of a sum of products with k roundings (Higham 2002, section 3.1)."""
    return k * EPS / (1 - k * EPS)


def bounded_rows(rows: np.ndarray, L: np.ndarray, basis: Basis, most: np.ndarray) -> np.ndarray:
    """Error bounds of the coordinates L of rows; those above `most` are computed anew first, in place."""
    errors = row_errors(rows, L, basis)
    bad = np.flatnonzero(~(errors <= most))
    if len(bad) and basis.rank <= _LARGEST_SQUARE and len(bad) * basis.rank**2 <= _MOST_PRODUCTS:
        better = refine(rows[bad], basis)
        if better is not None:
            L[bad], errors[bad] = better
    return errors


def row_errors(rows: np.ndarray, L: np.ndarray, basis: Basis) -> np.ndarray:
    """f with |L[i] - L*[i]| <= f[i] in every entry, for rows of A and their coordinates L; inf if unknown."""
    r = basis.rank
    with np.errstate(all="ignore"):
        try:
            inverse = np.linalg.inv(basis.square)
        except np.linalg.LinAlgError:
            return np.full(len(rows), np.inf)
        size = np.abs(inverse)
        gap = np.abs(np.eye(r) - basis.square @ inverse)
        gap += gamma(r + 2) * (np.abs(basis.square) @ size + np.eye(r))
        g = 1.01 * gap.sum(axis=1).max()  # every entry of gap^k is at most g^k
        if not g < 0.5:
            return np.full(len(rows), np.inf)
        errors = np.empty(len(rows))
        for part in chunks(rows):
            b, exponents = basis.scaling.apply(rows[part])
            b = b[:, basis.columns]
            scales = exponents[:, None] - basis.exponents
            x = np.ldexp(L[part], -scales)
            E = np.abs(x @ basis.square - b) + gamma(r + 2) * (np.abs(x) @ np.abs(basis.square) + np.abs(b))
            h = 1.01 * (E @ size)
            h += 1.01 * g / (1 - g) * h.sum(axis=1, keepdims=True)
            errors[part] = np.ldexp(h, scales).max(axis=1) + UNDERFLOW * (np.abs(b).max(axis=1) > 0)
    return np.where(np.isnan(errors), np.inf, errors)


def refine(rows: np.ndarray, basis: Basis) -> tuple[np.ndarray, np.ndarray] | None:
    """Coordinates of rows in ball arithmetic, rounded, and the bounds of their errors; None if it fails."""
    b, exponents = basis.scaling.apply(rows)
    scales = exponents[:, None] - basis.exponents
    bits = 256 + 2 * int(np.abs(scales).max(initial=0))
    with ctx.workprec(bits):
        try:
            x = product(ball_matrix(b[:, basis.columns]), inverse(ball_matrix(basis.square))).tolist()
        except ZeroDivisionError:
            return None
        L, errors = np.zeros(scales.shape), np.zeros(len(rows))
        for i in range(len(rows)):
            for j in range(basis.rank):
                exact = x[i][j] * arb(2) ** int(scales[i, j])
                L[i, j] = float(exact.mid())
                errors[i] = max(errors[i], float(abs(exact - L[i, j]).upper()))
    return L, errors * (1 + 4 * EPS) + UNDERFLOW * b.any(axis=1)
