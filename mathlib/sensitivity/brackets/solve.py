"""l_p sensitivities as certified brackets.

    sigma_i(A) = max over x of |<a_i, x>|^p / ||A x||_p^p = min { ||y||_q^p : A^T y = a_i },    1/p + 1/q = 1.

Any x bounds sigma_i from below and any y from above, so whatever the solvers do, the bracket is right:
`mathlib.sensitivity.brackets.problem` adds the largest possible effect of rounding to both ends. Solvers: one
least-squares problem for p = 2, Newton's method for p > 2 (`newton`), a smoothed primal-dual method for
1 < p < 2 (`smoothed`), the same and then the simplex method for p = 1 (`vertex`).
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_flag, check_memory, check_probability, deadline_after
from mathlib.sensitivity.brackets.certificate import SMALLEST, DualNorm, Sensitivities
from mathlib.sensitivity.brackets.solver import Solver
from mathlib.sensitivity.checks import check_matrix, check_p, check_rows, check_vector

__all__ = ["dual_norm", "sensitivities"]

_MANY_ROWS = 20_000


def sensitivities(
    A: ArrayLike,
    p: float,
    *,
    rows: ArrayLike | None = None,
    tol: float = 1e-6,
    keep_dual: bool = False,
    progress: bool = False,
    time_limit: float | None = None,
) -> Sensitivities:
    """Certified brackets of the l_p sensitivities sigma_i = max_x |<a_i, x>|^p / ||A x||_p^p.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; of any rank r, any shape, any scale of its rows.
    p : float
        From 1 to 16, whole or not.
    rows : array_like of int or mask, optional
        The rows whose sensitivities are wanted; all of them by default.
    tol : float
        A row counts as converged when upper - lower <= tol * upper. To sample rows, 0.1 is small enough.
    keep_dual : bool
        Keep the vectors y that prove the upper ends: n numbers for each row.
    progress : bool
        Show a progress bar.
    time_limit : float, optional
        Seconds after which the solvers stop. Rows that are not finished keep the best bracket so far, with
        converged = False; those that were not even begun keep one that costs next to nothing. The preparation
        (a basis, and approximate Lewis weights: O(n d r) operations) is not cut short.

    Returns
    -------
    Sensitivities
        lower, upper, converged, iterations for each row, and x that attains the lower end. Every bracket is
        valid in exact arithmetic, converged or not. `.verify()` proves that anew in ball arithmetic.

    Raises
    ------
    ValueError
        If A is not a matrix of real numbers that doubles hold exactly, or is zero, if p, rows, tol or
        time_limit is out of range, or if the dual vectors would not fit in memory.

    Warns
    -----
    UserWarning
        If the sensitivities of more than 20 000 rows are asked for, with the cost and what is cheaper.

    Notes
    -----
    Each row takes some 5 to 20 steps (one for p = 2) of n r^2 operations, so all rows cost about 10 n^2 r^2.

    If columns depend on each other up to rounding errors, r of them are kept (`.columns`) and the brackets
    are those of A[:, columns]: exactly those of A, if the dependence is exact. A zero row has sensitivity 0
    exactly. The bracket of a sensitivity below 1e-300 is [0, 1e-300], and counts as converged.

    References
    ----------
    D. Woodruff, T. Yasuda (2023), Sharper Bounds for l_p Sensitivity Sampling. The certificates and the
    solvers are ours.

    Examples
    --------
    The edges of a cycle of n have sensitivity 1/(1 + (n - 1)^(1-p)); here n = 3 and p = 3.

    >>> result = sensitivities([[1, -1, 0], [0, 1, -1], [-1, 0, 1]], 3)
    >>> result  # doctest: +NORMALIZE_WHITESPACE
    Sensitivities(p=3: 3 rows in brackets, rank 2 of 3 columns, the widest relative gap below 1e-06,
                  total in [2.4, 2.4])
    >>> bool(np.all((result.lower <= 0.8) & (0.8 <= result.upper)))
    True
    """
    A, p, tol = check_matrix(A), check_p(p), check_probability("tol", tol, "the relative gap")
    rows, deadline = check_rows(rows, len(A)), deadline_after(time_limit)
    keep_dual, progress = check_flag("keep_dual", keep_dual), check_flag("progress", progress)
    if keep_dual:
        check_memory(len(rows) * len(A), "the vectors y of these rows", "ask for fewer rows")
    if len(rows) > _MANY_ROWS:
        _warn_of_cost(len(rows), *A.shape)
    solver = Solver(A, p, tol)
    # A little less than tol, so that rounding outwards does not undo what was reached.
    solved, scale = solver.rows(rows, 0.999 * tol, keep_dual=keep_dual, progress=progress, deadline=deadline)
    lower, upper = _powers(solved.lower, solved.upper, scale, p)
    return Sensitivities(
        A=A,
        p=p,
        rows=rows,
        lower=lower,
        upper=upper,
        pivot_rows=solver.basis.pivot_rows,
        pivot_columns=solver.basis.columns,
        values=solved.points,
        dual=None if solved.duals is None else np.ldexp(solved.duals, scale[:, None]),
        iterations=solved.steps,
        tol=tol,
    )


def dual_norm(A: ArrayLike, c: ArrayLike, p: float, *, tol: float = 1e-9) -> DualNorm:
    """The dual norm max { <c, x> : ||A x||_p <= 1 } = min { ||y||_q : A^T y = c }, 1/p + 1/q = 1.

    For c = a_i this is sigma_i(A)^(1/p).

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero; any rank.
    c : array_like, shape (d,)
        Finite.
    p : float
        From 1 to 16.
    tol : float
        The relative gap of the bracket to aim at.

    Returns
    -------
    DualNorm
        A float, the middle of the certified bracket, with the ends as `.lower` and `.upper`; infinity if c is
        not in the row space of A (up to rounding errors), since then <c, x> is unbounded where A x = 0.

    Raises
    ------
    ValueError
        If A, c, p or tol is out of range, or the dual norm is too large for a double.

    Warns
    -----
    UserWarning
        If the bracket stays wider than tol; it is valid then too.

    Notes
    -----
    Some 5 to 20 steps of n r^2 operations.

    Examples
    --------
    >>> round(dual_norm([[3, 0], [0, 4]], [1, 1], 2), 9)  # |(1/3, 1/4)|
    0.416666667
    >>> dual_norm([[1, 0], [2, 0]], [0, 1], 1)
    DualNorm(inf)
    """
    A, p, tol = check_matrix(A), check_p(p), check_probability("tol", tol, "the relative gap")
    c = check_vector("c", c, A.shape[1])
    if not c.any():
        return DualNorm(0.0, 0.0)
    solver = Solver(A, p, tol)
    with np.errstate(over="ignore"):
        ratios = [*solver.basis.express(c[None])[0], *np.ldexp(c, -solver.basis.scaling.columns)]
    if not np.isfinite(ratios).all():
        raise ValueError("the dual norm is above 1.8e308, the largest double; scale c or A.")
    if not solver.spans(c):
        return DualNorm(np.inf, np.inf)
    solved, scale = solver.vectors(c[None], tol)
    lower, upper = (float(np.ldexp(end[0], scale[0])) for end in (solved.lower, solved.upper))
    if not upper - lower <= tol * upper:
        warnings.warn(
            f"the dual norm is only known to lie in [{lower!r}, {upper!r}], a relative gap above {tol:g}.",
            UserWarning,
            stacklevel=2,
        )
    return DualNorm(lower, upper)


def _powers(lower, upper, scale, p):
    """p-th powers of norms times 2^scale, rounded outwards; below the range of floats 0 and SMALLEST."""
    outward = 8 * (p + 1) * np.finfo(float).eps
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        factor = np.ldexp(1.0, scale) ** p  # exp2(p * scale) would round its large argument
        low = lower**p * factor * (1 - outward)
        high = np.fmin(upper**p * factor * (1 + outward), 1.0)  # also where that is infinity times zero
    tiny = (high < SMALLEST) & (upper > 0)
    return np.where(tiny, 0.0, np.minimum(low, 1.0)), np.where(tiny, SMALLEST, high)


def _warn_of_cost(k, n, d):
    warnings.warn(
        f"{k} sensitivities of a {n} x {d} matrix cost about {10 * k * n * d**2:.0e} operations. Cheaper: "
        "lewis_weights(A, p) bounds all of them, total_sensitivity(A, p, rows=..., rng=...) estimates "
        "their sum, rows=[...] picks some, and tol=0.1 is enough for sampling.",
        UserWarning,
        stacklevel=3,
    )
