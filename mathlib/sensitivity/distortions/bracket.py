"""How far a sample is from keeping all the norms ||Ax||_p.

    eps(S) = max over x with Ax != 0 of | ||SAx||_p^p / ||Ax||_p^p - 1 |.

The ratio depends on x only through the row space of A, so A is replaced by a basis of its columns. How its
extremes are found depends on p and on the rank r:

| p | r | method | kind |
|---|---|---|---|
| 2 | any | eigenvalues of U^T S^T S U, U orthonormal | exact |
| any | 1 | the ratio is constant | exact |
| 1 | 2, 3 | every vertex of the arrangement, `distortion_l1` | exact |
| 4 | 2 to 10 | sums of squares from above, a search from below, `distortion_l4` | certified |
| any other | | a search, `distortion_local`; from above only the trivial bound | local |
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_rng
from mathlib.sensitivity.checks import check_matrix, check_p
from mathlib.sensitivity.distortions.enumeration import MOST_ROWS_IN_SPACE, Extremes, extremes_by_enumeration
from mathlib.sensitivity.distortions.search import extremes_by_search
from mathlib.sensitivity.distortions.squares import LARGEST_RANK, ratio_bounds
from mathlib.sensitivity.linear.basis import EPS, row_basis
from mathlib.sensitivity.linear.rounding import bounded_rows, gamma
from mathlib.sensitivity.sampling.rows import check_sample
from mathlib.sensitivity.weights.leverage import orthonormal_basis

__all__ = ["Distortion", "distortion"]


@dataclass(frozen=True, repr=False, eq=False)
class Distortion:
    """A bracket around the distortion of a sample, and the directions that are distorted most.

    Attributes
    ----------
    lower, upper : float
        lower <= eps(S) <= upper.
    kind : {"exact", "certified", "local"}
        "exact": both ends agree up to rounding. "certified": the upper end is proved by a certificate,
        checked with bounds for all rounding errors; the lower end is attained. "local": the lower end is the
        worst direction that a search has found, and nothing better is known from above than that every ratio
        is a mean of the numbers weights^p (0 for rows left out).
    bounds : tuple of float
        Two numbers between which the ratio ||SAx||_p^p / ||Ax||_p^p of every direction lies; of the same kind
        as `upper`, which follows from them.
    least, greatest : float
        The least and the greatest ratio ||SAx||_p^p / ||Ax||_p^p that a direction was found for.
    x_least, x_greatest : ndarray, shape (d,)
        Those directions; their lengths are of no meaning. They are rounded: where rows of A differ in scale
        by many powers of ten, A times them may have other ratios.

    Examples
    --------
    >>> from mathlib.sensitivity import Sample
    >>> found = distortion([[1.0], [1.0]], Sample(np.array([0]), np.array([1.0])), 2)
    >>> found.least, found.upper - found.lower < 1e-12
    (0.5, True)
    """

    lower: float
    upper: float
    kind: str
    bounds: tuple[float, float]
    least: float
    greatest: float
    x_least: np.ndarray
    x_greatest: np.ndarray

    def __repr__(self) -> str:
        if self.kind == "local":
            return f"Distortion(at least {self.lower:.6g}, local search)"
        return f"Distortion({self.lower:.6g} to {self.upper:.6g}, {self.kind})"


def distortion(A: ArrayLike, sample: Any, p: float, *, rng: RNG = 0) -> Distortion:
    """Return a bracket around max over x of | ||SAx||_p^p / ||Ax||_p^p - 1 |.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; of any rank.
    sample : Sample
        Or anything with `indices` (integers from 0 to n - 1; one may stand there several times) and `weights`
        (positive factors of the rows, not of their p-th powers).
    p : float
        The power, from 1 to 16.
    rng : anything that `numpy.random.default_rng` takes
        For the starts of the search. The default makes the result a function of the first three arguments.

    Returns
    -------
    Distortion
        A sample whose rows have a smaller rank than A maps some Ax != 0 to 0: its distortion is at
        least 1.

    Raises
    ------
    ValueError
        If A is not a finite nonzero matrix, p is out of range, the sample does not belong to A, or a number
        weights^p is not between 1e-150 and 1e150.

    Notes
    -----
    Cost: p = 2: O(n r^2). p = 1: O(n log n) for r = 2, O(n^2 log n) for r = 3. p = 4: seconds for r = 10.
    Search: O(n r^2) for each of some 50 starts and up to 60 steps.

    References
    ----------
    The definition is that of an l_p subspace embedding: D. Woodruff, T. Yasuda (2023), Sharper Bounds for l_p
    Sensitivity Sampling. The methods of measuring it are ours.

    Examples
    --------
    >>> from mathlib.sensitivity.sampling.rows import Sample
    >>> A = [[1, 0], [0, 1], [1, 1], [1, -1]]
    >>> distortion(A, Sample(np.array([0, 1]), np.array([1.5, 1.5])), 2)
    Distortion(0.25 to 0.25, exact)
    >>> distortion(A, Sample(np.array([0]), np.array([1.0])), 1)  # every x = (0, t) is lost
    Distortion(1 to 1, exact)
    """
    A, p = check_matrix(A), check_p(p)
    c, of_c = _coefficients(sample, p, len(A))
    basis = row_basis(A)
    seen = basis.L.any(axis=1)  # rows of zeros count neither above nor below
    U = orthonormal_basis(basis.L.copy())
    lost = _lost_direction(A, U, seen & (c > 0))
    extremes, bounds, kind = _extremes(U[seen], c[seen], p, check_rng(rng), lost is None)
    if kind == "certified":
        bounds = _certified_for(A, basis, U, seen, c)
    if lost is not None:
        extremes, bounds = replace(extremes, least=0.0, x_least=lost), (0.0, bounds[1])
    extremes = replace(extremes, least=of_c * extremes.least, greatest=of_c * extremes.greatest)
    # The numbers c themselves are powers and sums that were rounded.
    off = (len(sample.indices) + 16) * EPS
    bounds = (of_c * bounds[0] * (1 - off), of_c * bounds[1] * (1 + off))
    lower = max(1 - extremes.least, extremes.greatest - 1, 0.0)
    upper = float(np.nextafter(max(1 - bounds[0], bounds[1] - 1, lower), np.inf))
    values = U[basis.pivot_rows] @ np.stack([extremes.x_least, extremes.x_greatest], axis=1)
    directions = basis.coefficients(values, any_scale=True).T
    bounds = float(bounds[0]), float(bounds[1])
    return Distortion(lower, upper, kind, bounds, extremes.least, extremes.greatest, *directions)


def _coefficients(sample, p, n):
    """c_i: the total weight of |<a_i, x>|^p in the sample, divided by a power of two; and this power."""
    indices, weights = check_sample(sample, n)
    with np.errstate(over="ignore", under="ignore"):
        powers = weights**p
    if np.any((powers < 1e-150) | (powers > 1e150)):
        raise ValueError(
            f"sample.weights must have p-th powers from 1e-150 to 1e150, here p = {p:g}; got weights from "
            f"{weights.min():g} to {weights.max():g}. Scale the rows instead."
        )
    c = np.bincount(indices, powers, minlength=n)
    scale = np.ldexp(1.0, np.frexp(c.max())[1])
    return c / scale, float(scale)


def _extremes(U, c, p, rng, keeps_rank):
    """The extremes of the ratio that were found, bounds of the ratio, and of which kind they are.

    If the sample does not keep the rank of A, the least ratio is 0, and nobody has to search for it.
    """
    rank = U.shape[1]
    if rank == 1:
        powers = np.abs(U) ** p
        found = extremes_by_enumeration(powers, c)
        return found, _widened(found, powers[:, 0], c), "exact"
    if p == 2:
        found = _extremes_by_eigenvalues(U, c)
        return found, _widened(found, np.einsum("ij,ij->i", U, U), c), "exact"
    if p == 1 and (rank == 2 or (rank == 3 and len(U) <= MOST_ROWS_IN_SPACE)):
        found = extremes_by_enumeration(U, c)
        return found, _widened(found, np.linalg.norm(U, axis=1), c), "exact"
    if c.min() == c.max():
        found = Extremes(float(c[0]), float(c[0]), U[0], U[0])
        return found, (c[0], c[0]), "exact"
    found = extremes_by_search(U, c, p, rng=rng, both=keeps_rank)
    if p == 4 and rank <= LARGEST_RANK:
        return found, None, "certified"
    return found, (c.min(), c.max()), "local"


def _certified_for(A, basis, U, seen, c):
    """Bounds of the ratio at p = 4 that hold for A itself, not only for its rounded basis.

    The columns of L* T span the range of A for any invertible T, where L* is the exact basis; take for T the
    pivot rows of U. What is off is L, by known bounds, and the product with T.
    """
    T, rows, L = U[basis.pivot_rows], A[seen], basis.L[seen]
    off = bounded_rows(rows, L, basis, np.full(len(L), 1e-12))
    size = gamma(len(T) + 2) * np.abs(L) + off[:, None]
    with np.errstate(invalid="ignore"):
        errors = 1.01 * np.linalg.norm(size @ np.abs(T), axis=1)
    return ratio_bounds(L @ T, c[seen], np.where(np.isnan(errors), np.inf, errors))


def _extremes_by_eigenvalues(U, c):
    values, vectors = scipy.linalg.eigh(U.T @ (U * c[:, None]), U.T @ U)
    return Extremes(max(0.0, float(values[0])), float(values[-1]), vectors[:, 0], vectors[:, -1])


def _widened(found, sizes, c):
    """The extremes with a margin for rounding: sums of n products of numbers of these sizes."""
    margin = 8 * (len(c) + 100) * EPS
    return (
        found.least - margin * (sizes @ c + found.least * sizes.sum()),
        found.greatest + margin * (sizes @ c + found.greatest * sizes.sum()),
    )


def _lost_direction(A, U, kept):
    """A coefficient vector z with <u_i, z> = 0 for all the rows kept, if there is one with Uz != 0."""
    if not kept.any():
        return np.eye(U.shape[1])[0]
    if row_basis(A[kept]).rank >= U.shape[1]:
        return None
    rows = U[kept] / np.abs(U[kept]).max(axis=1)[:, None]
    # The triangle R of Q R has the same null space as the rows, and never more rows than columns.
    return np.linalg.svd(np.linalg.qr(rows, mode="r"), full_matrices=True)[2][-1]
