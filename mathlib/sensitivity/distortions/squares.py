"""The l_4 distortion of a sample, certified by sums of squares.

D(x) = sum_i (u_i x)^4 and N(x) = sum_i c_i (u_i x)^4 are quartic forms. If b D - N is a sum of squares then
N / D <= b everywhere; if N - a D is one then N / D >= a. With z the vector of all products x_j x_k, j <= k, a
quartic form F is a sum of squares iff F(x) = z^T G z for some positive semidefinite G, and G is unique up
to the matrices Z with z^T Z z = 0 for all x. Those are spanned by the swaps

    (x_i x_j)(x_k x_l) = (x_i x_k)(x_j x_l),

so b solves the semidefinite programme

    minimise b   such that   b K_D - K_N + sum_s t_s Z_s is positive semidefinite,

where K_D and K_N are any matrices with D = z^T K_D z, N = z^T K_N z. Whatever t the solver returns, the sum
over the swaps vanishes *identically*: only the sign of one matrix has to be certified. That is done
afterwards, and rigorously: b is raised until Cholesky's algorithm runs through with a margin above its own
rounding errors (S. Rump, 2006, Verification of positive definiteness). For r <= 3 every positive quartic form
is a sum of squares (D. Hilbert, 1888), and the bounds are sharp; beyond, they may be above the truth.

Cost: a semidefinite programme of size r(r+1)/2 with r^2 (r^2 - 1) / 12 unknowns: a hundredth of a second for
r = 4, seconds for r = 10.
"""

import itertools
import warnings
from functools import lru_cache

import numpy as np

__all__ = ["LARGEST_RANK", "ratio_bounds"]

LARGEST_RANK = 10

_UNIT = np.finfo(float).eps / 2


def ratio_bounds(U: np.ndarray, c: np.ndarray, errors: np.ndarray | float = 0.0) -> np.ndarray:
    """Certified bounds [a, b] of sum c_i (u_i x)^4 / sum (u_i x)^4 for all x with Ux != 0; c >= 0.

    The columns of U (n x r, r <= 10) are nearly orthonormal. The bounds hold for every matrix whose rows are
    within the Euclidean distances `errors` of the rows of U. If the solver fails, they are min c and max c.

    >>> ratio_bounds(np.eye(2), np.array([0.5, 3.0])).round(6)
    array([0.5, 3. ])
    """
    rank = U.shape[1]
    if rank > LARGEST_RANK:
        raise ValueError(f"sums of squares are for rank <= {LARGEST_RANK}; got rank {rank}.")
    i, j = np.triu_indices(rank)
    z = U[:, i] * U[:, j] * np.where(i == j, 1.0, 2.0)  # (u x)^2 = <z_u, z(x)>
    below, above = z.T @ z, z.T @ (z * c[:, None])
    above = (above + above.T) / 2  # the solver takes nothing that is symmetric only up to rounding
    trivial = np.array([c.min(), c.max()])
    # An entry of a product of matrices is a sum of n products of rounded numbers.
    rounding = 2 * (len(U) + 8) * _UNIT * np.array([np.trace(below), np.trace(above)])
    # If u is off by e, then z, which is at most sqrt(2) |u|^2, is off by at most sqrt(2) (2 |u| e + e^2).
    lengths = np.linalg.norm(U, axis=1)
    off = 2 * lengths * errors + np.square(errors)
    off = 1.01 * (4 * lengths**2 * off + 2 * off**2)
    rounding += np.array([off.sum(), off @ c])
    scale = np.trace(below) / len(below)
    below, above, rounding = below / scale, above / scale, rounding / scale
    centre = _solve(below, None)
    if centre is None or centre[0] <= 0:
        return trivial
    ends = [_certified(below, sign * above, rounding, centre[1]) for sign in (-1.0, 1.0)]
    return np.array([max(-ends[0], trivial[0]), min(ends[1], trivial[1])])


def _certified(below, above, rounding, t_centre):
    """The least b for which b D - N, N = z^T above z, has been proved to be a sum of squares; maybe infinite.

    Adding h K_D to the matrix costs h in the bound, and K_D may be singular: its kernel is where the swaps
    have to help. So the tested matrix is (b + h) K_D - K_N + sum (t + h t_0) Z, where K_D + sum t_0 Z is as
    definite as it can be.
    """
    solution = _solve(below, above)
    if solution is None:
        return np.inf
    b, t = solution
    swaps = _swaps(_rank_of(len(below)))
    base, push = ((swaps @ s).reshape(below.shape) for s in (t, t_centre))
    base, push = b * below - above + base, below + push
    # Each place of either matrix is a sum of at most five numbers. The swaps themselves cost nothing else.
    size_base = (1 + abs(b)) * np.abs(below).sum() + np.abs(above).sum() + 4 * np.abs(t).sum()
    size_push = np.abs(below).sum() + 4 * np.abs(t_centre).sum()
    if not np.isfinite(rounding).all():
        return np.inf
    shift = 0.0
    trial = max(1e-12, 1e-12 * abs(b))
    while shift < 1e3 * (1 + abs(b)):
        errors = (abs(b) + shift) * rounding[0] + rounding[1]
        errors += 8 * _UNIT * (size_base + shift * size_push)
        if certainly_positive(base + shift * push, errors):
            return float(np.nextafter(b + shift, np.inf))
        shift, trial = trial, 2 * trial
    return np.inf


def certainly_positive(matrix: np.ndarray, errors: float = 0.0) -> bool:
    """Whether every symmetric matrix within `errors` (spectral norm) of this one is positive semidefinite.

    Yes is proved, no proves nothing. If Cholesky's algorithm in double precision runs through for M - s I,
    then M is positive semidefinite as soon as s >= g / (1 - g) tr(M) + (an underflow term), where
    g = (N + 1) u / (1 - (N + 1) u) (Rump 2006, for N the size and u the unit roundoff). The s taken here is
    twice that.

    >>> certainly_positive(np.eye(3)), certainly_positive(np.ones((2, 2)))
    (True, False)
    """
    size = len(matrix)
    g = (size + 1) * _UNIT / (1 - (size + 1) * _UNIT)
    diagonal = np.abs(np.diag(matrix))
    s = 2 * (g / (1 - g) * diagonal.sum() + 8 * _UNIT * diagonal.max() + errors) + 1e-290
    try:
        factor = np.linalg.cholesky(matrix - s * np.eye(size))
    except np.linalg.LinAlgError:
        return False
    return bool(np.isfinite(factor).all() and np.isfinite(matrix).all())


def _rank_of(size):
    """r, from r (r + 1) / 2."""
    return int(((8 * size + 1) ** 0.5 - 1) / 2)


@lru_cache(maxsize=16)
def _swaps(rank):
    """The matrices Z, independent of each other: a column of size^2 entries for each."""
    places = list(enumerate(itertools.combinations_with_replacement(range(rank), 2)))
    size, homes = len(places), {}
    for (a, first), (b, second) in itertools.combinations_with_replacement(places, 2):
        homes.setdefault(tuple(sorted(first + second)), []).append((a, b))
    pairs = [(first, other) for first, *others in homes.values() for other in others]
    table = np.zeros((size, size, max(1, len(pairs))))
    for s, ((a, b), (c, d)) in enumerate(pairs):
        for i, j, sign in ((a, b, 1), (b, a, 1), (c, d, -1), (d, c, -1)):
            table[i, j, s] += sign  # a place on the diagonal is met twice
    return table.reshape(size**2, -1)


@lru_cache(maxsize=16)
def _programme(rank):
    """The programme for one rank, with the two matrices as parameters: CVXPY then compiles it only once."""
    import cvxpy  # seconds to import: only for those who ask for p = 4

    size, table = rank * (rank + 1) // 2, _swaps(rank)
    b, t = cvxpy.Variable(), cvxpy.Variable(table.shape[1])
    grow, fixed = cvxpy.Parameter((size, size), symmetric=True), cvxpy.Parameter((size, size), symmetric=True)
    matrix = b * grow + fixed + cvxpy.reshape(table @ t, (size, size), order="C")
    return cvxpy.Problem(cvxpy.Minimize(b), [matrix >> 0]), b, t, grow, fixed


def _solve(below, above):
    """The least b with b K_D - above + sum t Z >= 0, and t; without `above` the largest, K_D + .. >= b I."""
    import cvxpy

    problem, b, t, grow, fixed = _programme(_rank_of(len(below)))
    if above is None:
        grow.value, fixed.value = np.eye(len(below)), below
    else:
        grow.value, fixed.value = below, -above
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a solution that may be inaccurate: what it proves is checked
            problem.solve(solver=cvxpy.CLARABEL)
    except cvxpy.SolverError:
        return None
    if b.value is None or not np.isfinite(b.value):
        return None
    return float(-b.value if above is None else b.value), t.value
