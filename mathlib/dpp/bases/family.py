"""What the families of orthonormal polynomials have in common: `mathlib.dpp.bases.families` has them all."""

import math

import numpy as np

from mathlib.checks import check_count
from mathlib.dpp.checks import check_memory, check_real

__all__ = ["Family"]


class Family:
    """A probability measure on the line and its orthonormal polynomials: what the families have in common."""

    #: The smallest interval that has mass 1.
    support = (-math.inf, math.inf)
    #: Gauss rules, and with them bases, of higher degrees take minutes.
    largest_degree = 4000

    def __call__(self, x, degree):
        """Return phi_0(x), ..., phi_degree(x): an array of shape x.shape + (degree + 1,).

        >>> from mathlib.dpp import Hermite
        >>> Hermite()(2.0, 2)  # 1, x, (x^2 - 1) / sqrt(2)
        array([1.        , 2.        , 2.12132034])
        """
        degree = check_count("degree", degree, 0, "the largest degree")
        if degree > self.largest_degree:
            raise ValueError(f"{self} goes up to degree {self.largest_degree}; got {degree}.")
        x = check_real("x", x)
        if not np.isfinite(x).all():
            raise ValueError("x must be finite; got NaN or infinity.")
        check_memory(*x.shape, degree + 1, what="the table of values", advice="Take x in parts.")
        values = np.empty((degree + 1, *x.shape))
        values[0] = 1
        slope, shift, back = self.recurrence(degree)
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(degree):
                values[k + 1] = (slope[k] * x + shift[k]) * values[k]
                if k:
                    values[k + 1] -= back[k] * values[k - 1]
        if not np.isfinite(values).all():
            raise ValueError(f"polynomials of {self} overflow at x as large as {np.abs(x).max():.3g}.")
        return np.moveaxis(values, 0, -1)

    def recurrence(self, degree):
        """Return a, b, c of phi_{k+1} = (a_k x + b_k) phi_k - c_k phi_{k-1}, of shape (3, degree)."""
        diag, off = self.jacobi_matrix(degree + 1)
        return np.array([1 / off, -diag[:degree] / off, np.append(0, off[:-1])[:degree] / off])

    def jacobi_matrix(self, n):
        """Return the diagonal (n,) and the off-diagonal (n - 1,) of the n x n Jacobi matrix."""
        raise NotImplementedError

    def gauss(self, n):
        """Return the nodes and weights (n,) of the Gauss rule, which is exact up to degree 2 n - 1.

        >>> from mathlib.dpp import Legendre
        >>> Legendre().gauss(2)
        (array([-0.57735027,  0.57735027]), array([0.5, 0.5]))
        """
        n = self._nodes(n)
        with np.errstate(all="ignore"):
            nodes, weights = self._gauss(n)
        if not np.isfinite(weights).all():
            raise ValueError(f"the weights of the Gauss rule of {self} with n = {n} nodes overflow: lower n.")
        return nodes, weights / weights.sum()

    def _gauss(self, n):
        """The same, where the weights may have any sum."""
        raise NotImplementedError

    def fine_rule(self, n, degree):
        """Return n nodes and weights for products of phi_0, ..., phi_degree and *any* smooth function.

        On a bounded interval that is the Gauss rule. On an unbounded one most Gauss nodes lie beyond the
        points where these products live, so the nodes are spread over that part of the line alone.
        """
        return self._fine_rule(self._nodes(n), degree)

    def _fine_rule(self, n, degree):
        return self.gauss(n)

    def _nodes(self, n):
        n = check_count("n", n, 1, "the number of nodes")
        if n > self.largest_degree + 1:
            raise ValueError(f"rules have at most {self.largest_degree + 1} nodes; got n = {n}.")
        return n

    def sample_measure(self, n, *, rng):
        """Return n independent points of mu itself."""
        n = check_count("n", n, 0, "the number of points")
        check_memory(n, what="a sample of this size", advice="Draw it in parts.")
        return self._sample_measure(n, np.random.default_rng(rng))

    def _sample_measure(self, n, rng):
        raise NotImplementedError

    def random_matrix(self, m, *, rng):
        """Return diagonal (m,) and off-diagonal (m - 1,) of the random matrix of the module's head."""
        raise NotImplementedError

    def reach(self, degree):
        """Return the ends of an interval beyond which phi_degree^2 mu has less mass than a rounding error."""
        return self.support

    def sampling_code(self, degree):
        """Return four floats by which the compiled sampler knows the family, up to this degree."""
        raise NotImplementedError

    def draw_cost(self, degree):
        """Return the mean number of multiplications, roughly, of a draw from phi_degree^2 mu."""
        return 8 * (15 * degree + 150)  # some eight steps of Newton's method

    def log_squares(self, degree):
        """Return bounds of log phi_k^2 on `reach(degree)`, for k = 0, ..., degree.

        There each |phi_k| is largest at an end: beyond its zeros it grows, and before them the ripples grow
        towards the ends (for beta laws: Szego, Theorem 7.32.1).

        >>> from mathlib.dpp import Legendre
        >>> Legendre().log_squares(2).round(6).tolist() == [0, round(math.log(3), 6), round(math.log(5), 6)]
        True
        """
        bounds = np.zeros(degree + 1)
        for x in self.reach(degree):
            before, value, logarithm = 0.0, 1.0, 0.0
            for k, (slope, shift, back) in enumerate(self.recurrence(degree).T.tolist()):
                before, value = value, (slope * x + shift) * value - back * before
                scale = max(abs(before), abs(value))
                before, value, logarithm = before / scale, value / scale, logarithm + math.log(scale)
                bounds[k + 1] = max(bounds[k + 1], 2 * (logarithm + math.log(max(abs(value), 1e-300))))
        return bounds
