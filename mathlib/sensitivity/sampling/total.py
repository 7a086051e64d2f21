"""The total sensitivity S = sum_i sigma_i from a few rows, by importance sampling.

Lewis weights w have the known sum r and are within constant factors of the sensitivities:

    r^(p/2-1) w_i <= sigma_i <= w_i  for p <= 2,        w_i <= sigma_i <= r^(p/2-1) w_i  for p >= 2.

Draw rows with probabilities w_i / r: then r sigma_i / w_i has the mean S and lies between the same bounds
that these inequalities give for S, r^(p/2) and r. One solve a row, instead of n.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_rng
from mathlib.sensitivity.brackets.solve import sensitivities
from mathlib.sensitivity.checks import check_matrix, check_p
from mathlib.sensitivity.weights.lewis import lewis_weights

__all__ = ["TotalSensitivity", "total_sensitivity"]

#: The row solves are finished to this relative gap; the sampling error is hardly ever below it.
_GAP = 1e-4


@dataclass(frozen=True, repr=False)
class TotalSensitivity:
    """An estimate of the total sensitivity.

    Attributes
    ----------
    estimate : float
        Unbiased, up to the gap of the row solves.
    standard_error : float
        The estimated standard deviation of `estimate`; 0 if every row was solved.
    lower, upper : float
        Bounds of S that hold for every matrix of this rank: r^(p/2) and r, in the order of size.
    rows : int
        The number of draws, or of rows if all were solved.

    Examples
    --------
    >>> found = total_sensitivity(np.eye(3), 1.5, rows=3, rng=0)
    >>> round(found.estimate, 6), found.standard_error, found.rows
    (3.0, 0.0, 3)
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    rows: int

    def __repr__(self) -> str:
        error = f"standard error {self.standard_error:.2g}"
        return f"TotalSensitivity({self.estimate:.6g}, {error}, {self.rows} rows)"


def total_sensitivity(A: ArrayLike, p: float, *, rows: int, rng: RNG) -> TotalSensitivity:
    """Estimate S = sum_i max over x of |<a_i, x>|^p / ||Ax||_p^p from `rows` random rows.

    Parameters
    ----------
    A : array_like or sparse matrix, shape (n, d)
        Finite and not zero.
    p : float
        The power, from 1 to 16.
    rows : int
        The number of draws, at least 2. Rows are drawn with replacement, and one drawn twice is solved once.
        From n on every row is solved instead, and S is known up to the gap of the solver.
    rng : anything that `numpy.random.default_rng` takes
        For the draws.

    Returns
    -------
    TotalSensitivity

    Raises
    ------
    ValueError
        If A, p or `rows` is out of range.

    Notes
    -----
    Each draw lies between `lower` and `upper`, so its standard deviation is at most half their distance;
    usually it is far smaller. Cost: Lewis weights, O(n d^2) for each of some 30 steps, and one sensitivity
    for each draw.

    References
    ----------
    S. Padmanabhan, D. Woodruff, R. Zhang (2023), Computing Approximate l_p Sensitivities: importance sampling
    by Lewis weights.

    Examples
    --------
    >>> from mathlib.sensitivity.closed_forms import sign_rows
    >>> form = sign_rows(4, 4)
    >>> round(total_sensitivity(form.matrix, 4, rows=4, rng=0).estimate, 3)  # all rows are alike
    6.4
    >>> total_sensitivity(form.matrix, 4, rows=16, rng=0)
    TotalSensitivity(6.4, standard error 0, 16 rows)
    """
    A, p, rng = check_matrix(A), check_p(p), check_rng(rng)
    rows = check_count("rows", rows, 2, "the number of draws")
    n = len(A)
    if rows >= n:
        found = sensitivities(A, p, tol=_GAP)
        rank = found.rank
        estimate, error, rows = float(np.sum(found.lower + found.upper)) / 2, 0.0, n
    else:
        weights = lewis_weights(A, p, tol=1e-9)
        rank = round(float(weights.sum()))
        drawn = rng.choice(n, size=rows, p=weights / weights.sum())
        names, places = np.unique(drawn, return_inverse=True)
        found = sensitivities(A, p, rows=names, tol=_GAP)
        values = (rank * (found.lower + found.upper) / 2 / weights[names])[places]
        estimate, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(rows))
    lower, upper = sorted((float(rank), float(rank) ** (p / 2)))
    return TotalSensitivity(estimate, error, lower, upper, rows)
