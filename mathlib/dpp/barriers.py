"""Deterministic sparsification of a design: keep few points, with new weights, and a guarantee.

The method of the two barriers (Batson, Spielman, Srivastava): n steps of cost m^3 + N m^2 for a pool of N
points.
"""

import numpy as np

from mathlib.dpp.design import Design
from mathlib.dpp.errors import SMALLEST_EIGENVALUE, DegenerateGramError

__all__ = ["barrier_selection", "sparsify"]


def sparsify(basis, design, n) -> Design:
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

    Returns
    -------
    Design
        k <= n points with weights w'_i, G' = (1/k) sum w'_i phi(x_i) phi(x_i)^T; scheme "sparsified".

    Raises
    ------
    ValueError
        If n <= m, or the pool is a batch.
    DegenerateGramError
        If the points of the pool do not determine a fit.

    Notes
    -----
    J. Batson, D. Spielman, N. Srivastava, *Twice-Ramanujan sparsifiers* (2012), Theorem 3.1. The fit on the
    kept points is not unbiased. Cost n (m^3 + N m^2).

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, sample_repeated_dpp
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 4))
    >>> pool = sample_repeated_dpp(basis, 8, rng=0)
    >>> kept = sparsify(basis, pool, 10)
    >>> len(kept.points) <= 10 < len(pool.points), kept.scheme
    (True, 'sparsified')
    """
    if np.ndim(design.weights) != 1:
        raise ValueError("sparsify takes one design, not a batch: the results would differ in length.")
    m = basis.m
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n <= m:
        raise ValueError(f"n must be an integer above m = {m}: the bound is 1 - sqrt(m/n); got {n!r}.")
    points, weights = _merged(np.asarray(design.points), np.asarray(design.weights, dtype=float))
    total = np.shape(design.weights)[0]
    rows = basis(points) * np.sqrt(weights / total)[:, None]
    orthonormal, triangle = np.linalg.qr(rows)
    if len(points) < m or np.linalg.svd(triangle, compute_uv=False)[-1] ** 2 < SMALLEST_EIGENVALUE:
        raise DegenerateGramError(
            f"the pool of {len(points)} distinct points does not determine m = {m} coefficients: enlarge it."
        )
    scales = barrier_selection(orthonormal, n)
    kept = np.flatnonzero(scales)
    return Design(points[kept], weights[kept] * scales[kept] * (len(kept) / total), "sparsified")


def _merged(points, weights):
    """Distinct points, each with the sum of its weights."""
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    return distinct, np.bincount(place.ravel(), weights=weights, minlength=len(distinct))


def barrier_selection(V, n):
    """Return scales s >= 0, at most n of them positive, with sum_i s_i v_i v_i^T close to the identity.

    Parameters
    ----------
    V : ndarray, shape (N, m)
        Rows v_i with sum_i v_i v_i^T = I.
    n : int
        More than m.

    Returns
    -------
    ndarray, shape (N,)
        All eigenvalues of sum_i s_i v_i v_i^T lie in [(1 - sqrt(m/n))^2, (1 + sqrt(m/n))^2].

    Raises
    ------
    ArithmeticError
        If rounding leaves no vector that fits between the barriers: the rows are far from orthonormal
        columns.

    Notes
    -----
    A matrix A grows by one term t v v^T a step, between a lower barrier l and an upper barrier u that move
    by fixed steps. The potentials tr (A - l)^{-1} and tr (u - A)^{-1} never grow: of the v that allow this
    we take the one with most room, and t in the middle of its room.

    Examples
    --------
    >>> import numpy as np
    >>> V = np.linalg.qr(np.random.default_rng(0).standard_normal((50, 3)))[0]
    >>> s = barrier_selection(V, 12)
    >>> eigenvalues = np.linalg.eigvalsh((V.T * s) @ V)
    >>> bool(np.count_nonzero(s) <= 12 and 0.25 <= eigenvalues.min() and eigenvalues.max() <= 2.25)
    True
    """
    N, m = V.shape
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
            raise ArithmeticError("no vector fits between the barriers: V has no orthonormal columns.")
        step = 2 / (most[chosen] + least[chosen])
        scales[chosen] += step
        A += step * np.outer(V[chosen], V[chosen])
        lower, upper = lower + lower_step, upper + upper_step
    return scales * (1 - 1 / root) / n
