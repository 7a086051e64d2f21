r"""The semidefinite bound of Bachoc and Vallentin on spherical codes, in doubles.

How many points can a sphere of R^n carry if the cosines of their distances are at most s? With the Gegenbauer
polynomials P_k of R^n and Y_k(u, v, t) = q(u) q(v)^T ((1-u^2)(1-v^2))^{k/2} P_k^{n-1}((t - uv) / ((1-u^2)
(1-v^2))^{1/2}), q = (q_0, ..., q_{d-k}) polynomials in one variable, and S_k the mean of Y_k over the six
orders of u, v, t, the number is at most the minimum of

    1 + sum_k a_k + b_11 + <F_0, S_0(1, 1, 1)>

over a_1, ..., a_2d >= 0 and positive semidefinite (b_ij) and F_0, ..., F_d with

    sum_{k <= 2d} a_k P_k(u) + 2 b_12 + b_22 + 3 sum_k <F_k, S_k(u, u, 1)> <= -1      for -1 <= u <= s,
    b_22 + sum_k <F_k, S_k(u, v, t)> <= 0     for -1 <= u, v, t <= s that are the cosines of a triangle.

The conditions are sampled, so the result is a number, usually a little below the true minimum.
(C. Bachoc, F. Vallentin 2008.)
"""

from itertools import permutations

import numpy as np
from numpy.polynomial import legendre
from threadpoolctl import threadpool_limits

from mathlib.checks import check_integer, check_number
from mathlib.packing.delsarte.relaxation import gegenbauer
from mathlib.packing.semidefinite.interior_point import minimise
from mathlib.packing.three_point.solver.program import symmetric_products

__all__ = ["spherical_code_number"]

_ROUNDS, _NEW = 12, 300
_SLACK = 1e-7
_LARGEST_DIMENSION = 100


def spherical_code_number(n: int, s: float, *, degree: int = 8) -> float:
    """Return the semidefinite bound on codes in R^n with cosines at most s, to about six digits.

    Parameters
    ----------
    n : int
        The dimension, from 3 to 100.
    s : float
        The largest cosine, -1 < s < 1.
    degree : int
        d, from 2 to 10. The bound falls with it; for degree 11 doubles do not suffice.

    Returns
    -------
    float
        Not a proof: the conditions hold at the sampled places only.

    Raises
    ------
    ValueError
        For arguments outside the ranges.
    ArithmeticError
        If the degree is so low that no function satisfies the conditions with room to spare.

    Notes
    -----
    Cost: a few seconds for degree 8.

    References
    ----------
    C. Bachoc, F. Vallentin, New upper bounds for kissing numbers from semidefinite programming, Journal of
    the American Mathematical Society 21 (2008), Theorem 4.2.

    Examples
    --------
    The kissing number of R^3 is 12; Delsarte's bound is 13.

    >>> round(spherical_code_number(3, 0.5, degree=5), 2)
    12.83
    """
    n = check_integer("n", n, 3, _LARGEST_DIMENSION, "the dimension")
    s = check_number("s", s, -1, 1, "the cosine of an angle")
    degree = check_integer("degree", degree, 2, 10, "where doubles end")
    with threadpool_limits(1):
        return _Program(n, s, degree).solve()


class _Program:
    """The variables are a_1, ..., a_2d, then svec of b, F_0, ..., F_d."""

    def __init__(self, n, s, degree):
        self.n, self.s, self.degree, self.pairs = n, s, degree, 2 * degree
        self.places, size = [(self.pairs, 2)], self.pairs + 3
        for k in range(degree + 1):
            m = degree + 1 - k
            self.places.append((size, m))
            size += m * (m + 1) // 2
        self.size = size

    def solve(self):
        cosines = self.s - (1 + self.s) * (1 - np.cos(np.pi * np.arange(200) / 199)) / 2
        triples = self.triples(14)
        fine = self.triples(40)
        signs = np.zeros((self.pairs, self.size))
        signs[:, : self.pairs] = -np.eye(self.pairs)
        one, two, check = self.pair_rows(cosines), self.triple_rows(triples), self.triple_rows(fine)
        rows = np.vstack([signs, one, two])
        limits = np.r_[np.zeros(self.pairs), -np.ones(len(one)), np.zeros(len(two))] - _SLACK
        cost = self.cost()
        for _ in range(_ROUNDS):
            norms = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
            w = minimise(cost, rows / norms[:, None], limits / norms, self.places, offset=1.0).w
            values = check @ w
            worst = np.argsort(-values, kind="stable")[:_NEW]
            worst = worst[values[worst] > 0]
            if not worst.size or values[worst[0]] < 1e-5:
                break
            rows, limits = np.vstack([rows, check[worst]]), np.r_[limits, np.full(worst.size, -_SLACK)]
        return float(1 + cost @ w)

    def triples(self, size):
        """Cosines u <= v <= t on a grid that can occur together, the degenerate ones included."""
        grid = self.s - (1 + self.s) * (1 - np.cos(np.pi * np.arange(size) / (size - 1))) / 2
        u, v, t = np.meshgrid(grid, grid, grid, indexing="ij")
        inside = (1 + 2 * u * v * t - u**2 - v**2 - t**2 >= 0) & (u <= v) & (v <= t)
        # A third point on the great circle through two others, on the far side.
        x, y = np.meshgrid(grid, grid, indexing="ij")
        z = x * y - np.sqrt((1 - x**2) * (1 - y**2))
        flat = (z <= self.s) & (x <= y)
        return np.stack([np.r_[a[inside], b[flat]] for a, b in ((u, x), (v, y), (t, z))])

    def cost(self):
        cost = np.zeros(self.size)
        cost[: self.pairs] = 1
        cost[self.pairs] = 1  # b_11
        start, m = self.places[1]
        one = self.polynomials(np.ones(1), m)
        cost[start : start + m * (m + 1) // 2] = symmetric_products(one, one)[0]
        return cost

    def pair_rows(self, u):
        matrix = 3 * self.kernel_rows(u, u, np.ones_like(u))
        for k, values in enumerate(gegenbauer(self.n, self.pairs, u)[1:]):
            matrix[:, k] = values
        matrix[:, self.pairs + 1] = np.sqrt(2)  # 2 b_12, and an off-diagonal entry has weight sqrt(2)
        matrix[:, self.pairs + 2] = 1
        return matrix

    def triple_rows(self, triples):
        matrix = self.kernel_rows(*triples)
        matrix[:, self.pairs + 2] = 1
        return matrix

    def kernel_rows(self, u, v, t):
        """The coefficients of F_k in sum <F_k, S_k(u, v, t)>."""
        matrix = np.zeros((len(u), self.size))
        for x, y, z in permutations((u, v, t)):
            root = np.sqrt(np.maximum((1 - x**2) * (1 - y**2), 0))
            cosine = np.clip((z - x * y) / np.maximum(root, 1e-150), -1, 1)
            angular = gegenbauer(self.n - 1, self.degree, cosine)
            for k, (start, m) in enumerate(self.places[1:]):
                q = symmetric_products(self.polynomials(x, m), self.polynomials(y, m))
                matrix[:, start : start + m * (m + 1) // 2] += q * (root**k * angular[k])[:, None] / 6
        return matrix

    @staticmethod
    def polynomials(x, m):
        """Legendre polynomials, orthonormal on [-1, 1]; shape (m, len(x))."""
        return (legendre.legvander(x, m - 1) * np.sqrt(np.arange(m) + 0.5)).T
