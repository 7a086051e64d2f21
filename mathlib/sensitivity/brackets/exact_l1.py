"""l_1 sensitivities of integer matrices as fractions.

    1 / sigma_i = min { ||A x||_1 : <a_i, x> = 1 } = max { lambda : A^T y = lambda a_i, |y_k| <= 1 }.

The simplex method in floating point (`vertex`) proposes the rows on which A x vanishes.
In fractions, x and y follow from them by linear equations; if some |y_k| > 1, or if rounding errors have
spoilt the proposal, the simplex method goes on in fractions. Equality of the two sides proves the value.
"""

from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import ArrayLike

from mathlib.checks import shown
from mathlib.sensitivity.brackets.problem import power_of_two
from mathlib.sensitivity.brackets.solve import Solver
from mathlib.sensitivity.brackets.vertex import optimal_vertices
from mathlib.sensitivity.checks import check_matrix

__all__ = ["exact_l1_sensitivities"]

_LARGEST_ENTRY = 2**53
_MOST_PIVOTS = 10_000


def exact_l1_sensitivities(A: ArrayLike) -> list[Fraction]:
    """The l_1 sensitivities max_x |<a_i, x>| / ||A x||_1 of an integer matrix, exactly.

    Parameters
    ----------
    A : array_like or sparse matrix of integers, shape (n, d)
        Not zero, of any rank; entries up to 2^53 in absolute value.

    Returns
    -------
    list of fractions.Fraction, length n
        Each proved by a primal and a dual solution of the same value; 0 for a zero row.

    Raises
    ------
    ValueError
        If A is not a matrix of such integers, or is zero.
    ArithmeticError
        If the simplex method in fractions has not ended after 10 000 steps.

    Notes
    -----
    For each row one solution in floating point, then a handful of r x r systems and n r products of
    fractions: about a millisecond a row for 100 x 5, and slower with larger entries. Where rounding errors
    spoil the start, the simplex method does all its steps in fractions.

    References
    ----------
    I. Barrodale, F. Roberts (1973), An Improved Algorithm for Discrete l_1 Linear Approximation.

    Examples
    --------
    An edge of a graph has sensitivity 1 / mincut(u, v) for p = 1; here a triangle with a tail.

    >>> exact_l1_sensitivities([[1, -1, 0, 0], [0, 1, -1, 0], [-1, 0, 1, 0], [0, 0, 1, -1]])
    [Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), Fraction(1, 1)]
    """
    A = check_matrix(A)
    if np.any(np.rint(A) != A) or np.abs(A).max() > _LARGEST_ENTRY:
        raise ValueError(
            f"A must hold integers of at most 2^53 in absolute value; got {shown(A.tolist())}. For other "
            "matrices sensitivities(A, 1) gives certified brackets."
        )
    rows = [[fmpq(int(entry)) for entry in row] for row in A]
    columns, starts = _proposed(A)
    chosen = fmpq_mat([[row[j] for j in columns] for row in rows])
    if not len(columns) == chosen.rank() == fmpq_mat(rows).rank():  # rounding has hidden the rank
        columns, starts = _independent(list(zip(*rows, strict=True))), {}
    rows = [[row[j] for j in columns] for row in rows]
    return [_sensitivity(rows, i, starts.get(i)) if any(row) else Fraction(0) for i, row in enumerate(rows)]


def _proposed(A):
    """From floating point: columns that span the others, and for rows a basis with a dual solution."""
    solver = Solver(A, 1.0, 1e-6)
    problem, L = solver.problem, solver.basis.L
    alive = np.flatnonzero(L.any(axis=1))
    solved, _ = solver.rows(alive, 1e-6)
    C, _ = power_of_two(L[alive])
    _, duals, bases, found = optimal_vertices(problem.T, problem.ell, C, solved.points, 50 * problem.r)
    starts = {int(alive[k]): (bases[k].tolist(), duals[k]) for k in np.flatnonzero(found)}
    return solver.basis.columns.tolist(), starts


def _independent(vectors):
    """The places of the vectors that do not depend on those before them."""
    echelon, rank = fmpq_mat(vectors).transpose().rref()
    return [next(j for j in range(len(vectors)) if echelon[k, j]) for k in range(rank)]


def _sensitivity(rows, i, start):
    if start is not None:
        try:
            return _value(rows, i, *start)
        except ZeroDivisionError:  # rows that are independent only up to rounding
            pass
    basis = [k - 1 for k in _independent([rows[i], *rows])[1:]]
    return _value(rows, i, basis, np.ones(len(rows)))


def _value(rows, i, basis, y):
    """1 / min ||A x||_1, from a basis and the signs of a dual solution."""
    n, r = len(rows), len(rows[0])
    signs = [0 if k in set(basis) else (1 if y[k] >= 0 else -1) for k in range(n)]
    for step in range(_MOST_PIVOTS):
        inverse = fmpq_mat([rows[i], *[rows[k] for k in basis]]).inv()
        x = [inverse[j, 0] for j in range(r)]
        residuals = [_dot(row, x) for row in rows]
        signs = [_sign(value) or sign for value, sign in zip(residuals, signs, strict=True)]
        pull = [sum((s * row[j] for s, row in zip(signs, rows, strict=True) if s), fmpq(0)) for j in range(r)]
        u = [-_dot([inverse[j, s] for j in range(r)], pull) for s in range(r)]
        may_leave = [s for s in range(1, r) if abs(u[s]) > 1]
        if not may_leave:
            return _proved(residuals, -u[0])
        if step < 50 * r:
            leaving = max(may_leave, key=lambda s: abs(u[s]))
        else:  # Bland's rule: the first row that may leave, the first that may enter; no basis comes twice
            leaving = min(may_leave, key=lambda s: basis[s - 1])
        direction = [_sign(u[leaving]) * inverse[j, leaving] for j in range(r)]
        change = [_dot(row, direction) for row in rows]
        falling = [k for k in range(n) if signs[k] * _sign(change[k]) < 0]
        entering = min((abs(residuals[k] / change[k]), k) for k in falling)[1]
        signs[basis[leaving - 1]], signs[entering] = _sign(u[leaving]), 0
        basis[leaving - 1] = entering
    raise ArithmeticError(f"row {i}: the simplex method has not ended in {_MOST_PIVOTS} exact steps.")


def _proved(residuals, multiplier):
    """Both sides of the duality are the same number: the value is proved."""
    norm = sum((abs(value) for value in residuals), fmpq(0))
    if norm != multiplier:
        raise ArithmeticError(f"||A x||_1 = {norm} and lambda = {multiplier} differ: an error of ours.")
    return Fraction(int(norm.q), int(norm.p))


def _dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True) if x and y), fmpq(0))


def _sign(value):
    return (value > 0) - (value < 0)
