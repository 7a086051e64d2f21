"""Deterministic sparsification of a design: keep few points, with new weights, and a guarantee.

The method of the two barriers (Batson, Spielman, Srivastava): n steps of cost m^3 + N m^2 for a pool of N
points.
"""

import numpy as np

from mathlib.checks import check_count
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.errors import DegenerateGramError
from mathlib.dpp.samplers.design import SMALLEST_EIGENVALUE, Design, weighted_rows

__all__ = ["barrier_selection", "sparsify"]


def sparsify(basis: Basis, design: Design, n: int) -> Design:
    """Keep at most n points of a design, with new weights, and a Gram matrix close to the old one.

    If G is the Gram matrix of the design and G' that of the result, then in the order of symmetric matrices

        (1 - sqrt(m/n))^2 G <= G' <= (1 + sqrt(m/n))^2 G,

    so cond(G') <= cond(G) ((1 + sqrt(m/n)) / (1 - sqrt(m/n)))^2, whatever the pool is. Nothing is random: the
    same pool gives the same points. A pool of about eight determinantal designs is enough in practice.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    design : Design
        The pool: N points, not a batch. Nobody has to evaluate u at points that are not kept.
    n : int
        Steps, more than m. A step may choose a point again, so the result has at most n points, all distinct.
        If the pool has no more than n distinct points, all are kept, and G' = G.

    Returns
    -------
    Design
        k <= n points with weights w'_i, G' = (1/k) sum w'_i phi(x_i) phi(x_i)^T; scheme "sparsified".

    Raises
    ------
    ValueError
        If n <= m, the pool is a batch, or its points lie where the measure of the basis does not live.
    DegenerateGramError
        If the points of the pool do not determine a fit.

    Notes
    -----
    The fit on the kept points is not unbiased. The bounds are checked at the end, in doubles. The cost is of
    order n (m^3 + N m^2).

    References
    ----------
    J. Batson, D. Spielman, N. Srivastava (2012), Twice-Ramanujan sparsifiers, Theorem 3.1.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_repeated_dpp
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 4))
    >>> pool = sample_repeated_dpp(basis, 8, rng=0)
    >>> kept = sparsify(basis, pool, 10)
    >>> len(kept.points) <= 10 < len(pool.points), kept.scheme
    (True, 'sparsified')
    """
    m = check_basis(basis).m
    n = check_count("n", n, m + 1, f"above m = {m}, for the bound is 1 - sqrt(m/n)")
    if isinstance(design, Design) and design.size is not None:
        raise ValueError(
            f"design must be one draw, not a batch, whose results would differ in length; got {design!r}."
        )
    rows = weighted_rows(basis, design)
    points, first, place = np.unique(design.points, axis=0, return_index=True, return_inverse=True)
    weights = np.bincount(place.ravel(), weights=design.weights, minlength=len(points))
    # Equal points have equal rows, up to their weights; the mean weight, whose scale is free, becomes 1.
    rows = rows[first] * np.sqrt(weights / design.weights[first] / weights.sum())[:, None]
    orthonormal, triangle = np.linalg.qr(rows)
    squares = np.linalg.svd(triangle, compute_uv=False) ** 2
    if len(points) < m or not squares[-1] >= SMALLEST_EIGENVALUE * max(1 / basis.mass, squares[0]):
        raise DegenerateGramError(
            f"the pool of {len(points)} distinct points does not determine m = {m} coefficients: enlarge it."
        )
    if len(points) <= n:
        return Design(points, weights * (len(points) / design.n), "sparsified")
    scales = barrier_selection(orthonormal, n)
    kept = np.flatnonzero(scales)
    return Design(points[kept], weights[kept] * scales[kept] * (len(kept) / design.n), "sparsified")


def barrier_selection(V, n):
    """Return scales s >= 0 (N,), at most n of them positive, with sum_i s_i v_i v_i^T close to the identity.

    The rows v_i of V (N, m) have sum_i v_i v_i^T = I, and n > m. All eigenvalues of the result lie in
    [(1 - sqrt(m/n))^2, (1 + sqrt(m/n))^2]; an ArithmeticError says that rounding errors forbid it.

    A matrix A grows by one term t v v^T a step, between a lower barrier l and an upper barrier u that move
    by fixed steps. The potentials tr (A - l)^{-1} and tr (u - A)^{-1} never grow: of the v that allow this
    we take the one with most room, and t in the middle of its room.
    """
    N, m = V.shape
    gap = np.max(np.abs(V.T @ V - np.eye(m)))
    if not (n > m and gap <= 1e-8):
        raise ValueError(
            f"need n > m = {m} and orthonormal columns; got n = {n} and a Gram matrix off by {gap:.2g}."
        )
    root = np.sqrt(n / m)
    lower_step, upper_step = 1.0, (root + 1) / (root - 1)
    lower, upper = -m * root, m * (root**2 + root) / (root - 1)
    A, scales = np.zeros((m, m)), np.zeros(N)
    for _ in range(n):
        eigenvalues, vectors = np.linalg.eigh(A)
        squares = (V @ vectors) ** 2
        above, below = 1 / (upper + upper_step - eigenvalues), 1 / (eigenvalues - lower - lower_step)
        growth_above = np.sum(1 / (upper - eigenvalues)) - above.sum()
        growth_below = below.sum() - np.sum(1 / (eigenvalues - lower))
        most = squares @ (below**2 / growth_below - below)  # 1/t must not exceed this
        least = squares @ (above**2 / growth_above + above)  # and not fall below this
        chosen = int(np.argmax(most - least))
        if most[chosen] < least[chosen] * (1 - 1e-9):
            raise ArithmeticError("no vector fits between the barriers: rounding errors are too large.")
        step = 2 / (most[chosen] + least[chosen])
        scales[chosen] += step
        A += step * np.outer(V[chosen], V[chosen])
        lower, upper = lower + lower_step, upper + upper_step
    scales *= (1 - 1 / root) / n
    eigenvalues = np.linalg.eigvalsh((V.T * scales) @ V)
    low, high = (1 - 1 / root) ** 2, (1 + 1 / root) ** 2
    if not (low - 1e-9 <= eigenvalues[0] and eigenvalues[-1] <= high + 1e-9):
        raise ArithmeticError(
            f"the eigenvalues lie in [{eigenvalues[0]:.6g}, {eigenvalues[-1]:.6g}], not in [{low:.6g}, "
            f"{high:.6g}]: rounding errors are too large."
        )
    return scales
