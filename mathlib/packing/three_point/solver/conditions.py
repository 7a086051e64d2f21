"""The conditions of a three-point bound, sampled: rows of them, and where a solution nearly breaks one.

A condition says that a function is negative on an interval or on a set of triangles. `maxima` finds local
maxima of that function for a given solution: on a grid first, then each by a search on finer and finer small
grids around it, for the functions touch zero in ridges that fit between the points of any simple grid.
What it finds is a measurement. The proof is the checker's.
"""

import math

import numpy as np
from scipy.ndimage import maximum_filter

from mathlib.packing.three_point.solver.program import cosine

__all__ = ["Far", "Kernel", "Mixed", "Outside", "Transform", "Triangle"]

_CANDIDATES = 600  # of local maxima on the grid that are refined, the largest first
_TAIL = 1e4  # how far beyond the last oscillation the polynomials are sampled
_TAIL_SLACK = 1e-11
_AT_ONCE = 10_000  # points of a grid: parts that stay in the cache take a third to a half of the time


class Kernel:
    """f3 for given matrices: its values F(a, b; u) at lengths a, b in [1, R] and u the cosine between.

    Parameters
    ----------
    program : Program
    matrices : sequence of ndarray
        A_0, ..., A_K in the basis psi.
    """

    def __init__(self, program, matrices):
        self.program, self.matrices = program, matrices

    def __call__(self, a, b, u):
        """F at arrays of one shape (N,)."""
        total = np.zeros(np.shape(a))
        angular = self.program.angular(u)
        left, right = self.program.radial(a), self.program.radial(b)
        for k, A in enumerate(self.matrices):
            total += np.einsum("iN,iN->N", left[k], A @ right[k]) * angular[k]
        return total

    def on_grid(self, a, u):
        """F(a_i, a_j; u_ijs), of the shape of u: lengths a of shape (N,), u of shape (N, N, S)."""
        products = [R.T @ A @ R for R, A in zip(self.program.radial(a), self.matrices, strict=True)]
        total = np.zeros(u.shape)
        step = max(1, _AT_ONCE // (u.size // len(u)))
        for start in range(0, len(u), step):
            part = slice(start, start + step)
            for product, angular in zip(products, self.program.angular(u[part]), strict=True):
                total[part] += product[part, :, None] * angular
        return total


class _Curve:
    """A condition on a function of one variable; points have the shape (N, 1)."""

    steps, width = 2, 41

    def __init__(self, program, slack):
        self.program, self.slack = program, slack

    def limits(self, points):
        """Upper limits of the function at the points: minus the slack."""
        return np.full(len(points), -self.slack)

    def maxima(self, solution, generation):
        """Points and values of the local maxima; the grid is that of `scan`, shifted from call to call."""
        grid = self.scan(generation)

        def function(points):
            matrix, constants = self.rows(points)
            return matrix @ solution + constants

        values = function(grid[:, None])
        padded = np.r_[-np.inf, values, -np.inf]
        peaks = np.flatnonzero((values >= padded[:-2]) & (values >= padded[2:]))
        half = np.maximum(np.gradient(grid)[peaks], 1e-12)[:, None]
        box = grid[[0]], grid[[-1]]
        return _refine(function, grid[peaks, None], half, *box, self.steps, self.width)


class Transform(_Curve):
    """f2^ >= 0 everywhere: the variable is the root of v = 2 pi |t|^2 / scale."""

    name, start = "f2^ > 0", 0.0

    def rows(self, points):
        return self.program.transform_rows(points[:, 0])

    def limits(self, points):
        """The slack is smaller far out, where the leading coefficient alone counts."""
        return -np.where(points[:, 0] <= self._end(), self.slack, min(self.slack, _TAIL_SLACK))

    def _end(self):
        """Beyond this the Laguerre functions of the degree do not oscillate."""
        return math.sqrt(4 * self.program.spec.degree2 + 2 * self.program.n + 40)

    def initial(self):
        inside = np.linspace(self.start, self._end(), 10 * self.program.spec.degree2 + 60)
        return np.r_[inside, self._end() * np.sqrt(np.geomspace(1.0, _TAIL, 160))[1:]][:, None]

    def scan(self, generation):
        inside = np.linspace(self.start, 1.15 * self._end(), 6000 + 17 * (generation % 13))
        return np.r_[inside, self._end() * np.geomspace(1.15, 3, 600)[1:]]


class Outside(Transform):
    """f2(x) <= 0 for |x| >= R: the variable is the root of w = 2 pi scale |x|^2."""

    name = "f2 < 0 beyond R"

    def __init__(self, program, slack):
        super().__init__(program, slack)
        self.start = math.sqrt(2 * math.pi * program.spec.scale) * program.R

    def rows(self, points):
        return self.program.outside_rows(points[:, 0])


class Mixed(_Curve):
    """(M): f2(x) + 2 f3(0, x) + f3(x, x) <= 0 for 1 <= |x| <= R."""

    name = "(M)"

    def rows(self, points):
        return self.program.mixed_rows(points[:, 0])

    def initial(self):
        return _chebyshev(1, self.program.R, 60)[:, None]

    def scan(self, generation):
        return _chebyshev(1, self.program.R, 1500 + 17 * (generation % 13))


class _Surface:
    """A condition on a function of triangles; points have the shape (N, 3)."""

    steps, width = 6, 5

    def __init__(self, program, slack):
        self.program, self.slack = program, slack

    def limits(self, points):
        return np.full(len(points), -self.slack)

    def maxima(self, solution, generation):
        """Points and values of the local maxima on a grid of `points_a_side`^3 points or more, refined."""
        kernel = Kernel(self.program, self.program.matrices(solution))
        axes, values = self.on_grid(kernel, self.points_a_side + 5 * generation % 13)
        first, second, third = np.indices(values.shape, sparse=True)
        peaks = (values == maximum_filter(values, 3, mode="nearest")) & self.ordered(first, second, third)
        places = np.argwhere(peaks)
        places = places[np.argsort(-values[peaks], kind="stable")][:_CANDIDATES]
        points = np.stack([axis[i] for axis, i in zip(axes, places.T, strict=True)], axis=1)
        half = np.stack([np.gradient(axis)[i] for axis, i in zip(axes, places.T, strict=True)], axis=1)
        box = np.array([axis[0] for axis in axes]), np.array([axis[-1] for axis in axes])
        return _refine(lambda p: self.values(kernel, p), points, half, *box, self.steps, self.width)


class Triangle(_Surface):
    """(D1): F(a, b; c) + F(a, c; b) + F(b, c; a) <= 0 for sides in [1, R]. Points are (a, b, c)."""

    name, points_a_side = "(D1)", 40

    def of_triangles(self, triangles):
        """The points of triangles given by their sides."""
        return np.clip(triangles, 1, self.program.R)

    def rows(self, points):
        return self.program.triangle_rows(*points.T)

    def values(self, kernel, points):
        a, b, c = points.T
        return (
            kernel(a, b, cosine(a, b, c)) + kernel(a, c, cosine(a, c, b)) + kernel(b, c, cosine(b, c, a))
        )

    def initial(self, size=12):
        sides = _chebyshev(1, self.program.R, size)
        i, j, k = np.indices((size,) * 3).reshape(3, -1)
        ordered = self.ordered(i, j, k)
        return np.stack([sides[i], sides[j], sides[k]], axis=1)[ordered]

    def on_grid(self, kernel, size):
        sides = _chebyshev(1, self.program.R, size)
        a, b, c = (sides[:, None, None], sides[None, :, None], sides[None, None, :])
        one = kernel.on_grid(sides, cosine(a, b, c))
        values = one + one.transpose(0, 2, 1) + one.transpose(2, 0, 1)
        return (sides,) * 3, values

    def ordered(self, i, j, k):
        return (i <= j) & (j <= k)


class Far(_Surface):
    """(D2): F(a, b; c) <= 0 for a, b in [1, R] and c in [R, a + b].

    Points are (a, b, s), where the cosine u = -1 + s (u_1 + 1) runs from -1, a degenerate triangle, to u_1,
    where c = R: the edges of the domain are edges of the box.
    """

    name, points_a_side = "(D2)", 72

    def of_triangles(self, triangles):
        """The points of triangles given by their sides, c the last one."""
        a, b = np.clip(triangles[:, :2].T, 1, self.program.R)
        u, most = cosine(a, b, triangles[:, 2]), cosine(a, b, self.program.R)
        return np.stack([a, b, np.clip((u + 1) / (most + 1), 0, 1)], axis=1)

    def rows(self, points):
        a, b, s = points.T
        return self.program.far_rows(a, b, self.cosines(a, b, s))

    def cosines(self, a, b, s):
        return -1 + s * (cosine(a, b, self.program.R) + 1)

    def values(self, kernel, points):
        a, b, s = points.T
        return kernel(a, b, self.cosines(a, b, s))

    def initial(self, size=12):
        sides, shares = _chebyshev(1, self.program.R, size), _chebyshev(0, 1, size)
        i, j, k = np.indices((size,) * 3).reshape(3, -1)
        return np.stack([sides[i], sides[j], shares[k]], axis=1)[self.ordered(i, j, k)]

    def on_grid(self, kernel, size):
        sides, shares = _chebyshev(1, self.program.R, size), _chebyshev(0, 1, size)
        u = self.cosines(sides[:, None, None], sides[None, :, None], shares[None, None, :])
        return (sides, sides, shares), kernel.on_grid(sides, u)

    def ordered(self, i, j, k):
        return (i <= j) & (k >= 0)


def _chebyshev(low, high, size):
    """Points from low to high, both included, that lie closer near the ends."""
    return (low + high) / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(size) / (size - 1))


def _refine(function, points, half, low, high, steps, width):
    """Climb from each point: the best of width^d points around it becomes the centre of a smaller grid."""
    dimension = points.shape[1]
    axes = np.meshgrid(*[np.linspace(-1, 1, width)] * dimension, indexing="ij")
    offsets = np.stack([axis.ravel() for axis in axes], axis=1)
    everyone, values = np.arange(len(points)), np.zeros(len(points))
    for _ in range(steps):
        tried = np.clip(points[:, None, :] + offsets * half[:, None, :], low, high)
        found = function(tried.reshape(-1, dimension)).reshape(len(points), -1)
        best = found.argmax(axis=1)
        points, values = tried[everyone, best], found[everyone, best]
        half = half * (2.25 / (width - 1) if width > 5 else 0.45)
    return points, values
