"""Linear programmes in exact fractions: the simplex method with Bland's rule (1977).

For a few dozen rows and columns the exact answer costs a fraction of a second, and it is the answer: no
tolerance, no rounding afterwards.
"""

from fractions import Fraction

__all__ = ["solve_exactly"]


def solve_exactly(matrix, limits, gains):
    """Maximise gains . x over x >= 0 with matrix x <= limits, where limits >= 0.

    Parameters
    ----------
    matrix : list of rows of int or Fraction, m x n
    limits : list of m numbers, none negative, so that x = 0 is allowed and the method starts there
    gains : list of n numbers

    Returns
    -------
    (x, y) : two lists of Fraction
        An optimal x and an optimal solution y >= 0 of the dual: minimise limits . y subject to
        y matrix >= gains. Both have the same value: each proves that the other is optimal.

    Raises
    ------
    ValueError
        If a limit is negative, or the programme is unbounded.

    Examples
    --------
    >>> solve_exactly([[1, 1], [1, 3]], [4, 6], [1, 2])
    ([Fraction(3, 1), Fraction(1, 1)], [Fraction(1, 2), Fraction(1, 2)])
    """
    m, n = len(matrix), len(gains)
    if any(limit < 0 for limit in limits):
        raise ValueError(f"limits must not be negative, because x = 0 is the start; got {min(limits)}.")
    # One row a constraint, with a slack variable each, and below them minus the gains; last column: limits.
    rows = [[*map(Fraction, row), *(Fraction(i == j) for j in range(m))] for i, row in enumerate(matrix)]
    rows = [[*row, Fraction(limit)] for row, limit in zip(rows, limits, strict=True)]
    rows.append([*(-Fraction(g) for g in gains), *[Fraction(0)] * (m + 1)])
    basis = list(range(n, n + m))
    # Bland: the first column that gains, and among the tightest rows that of the first variable: no cycles.
    while (column := next((j for j in range(n + m) if rows[-1][j] < 0), None)) is not None:
        ratios = [(rows[i][-1] / rows[i][column], basis[i], i) for i in range(m) if rows[i][column] > 0]
        if not ratios:
            raise ValueError("the programme is unbounded: a variable can grow for ever.")
        leaving = min(ratios)[2]
        _pivot(rows, leaving, column)
        basis[leaving] = column
    solution = [Fraction(0)] * (n + m)
    for row, variable in zip(rows, basis, strict=False):
        solution[variable] = row[-1]
    return solution[:n], rows[-1][n : n + m]


def _pivot(rows, leaving, column):
    """Solve the leaving row for the variable of the column, and put it into all other rows."""
    scale = rows[leaving][column]
    rows[leaving] = pivot = [entry / scale for entry in rows[leaving]]
    for i, row in enumerate(rows):
        if i != leaving and row[column]:
            factor = row[column]
            rows[i] = [a - factor * b if b else a for a, b in zip(row, pivot, strict=True)]
