"""What the families of orthonormal polynomials have in common: `mathlib.dpp.bases.families` has them all."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_finite, check_integer, check_memory, check_rng

__all__ = ["LARGEST_LOGARITHM", "TOLERANCE", "Family", "Quadrature", "checked_log_squares"]

#: How far the Gram matrix of an orthonormal basis may be from the identity, in any entry.
TOLERANCE = 1e-8
#: The logarithm of a number that a double can still hold.
LARGEST_LOGARITHM = 709.0


class Quadrature(NamedTuple):
    """Points (N, d), or numbers (N,), and weights (N,) of sum 1: sum_i weights_i f(points_i) is near E f."""

    points: np.ndarray
    weights: np.ndarray


class Family:
    """A probability measure mu on the line and its orthonormal polynomials phi_0 = 1, phi_1, ..."""

    #: The smallest interval that has mass 1.
    support: tuple[float, float] = (-math.inf, math.inf)
    #: Gauss rules, and with them bases, of higher degrees take minutes.
    largest_degree = 4000

    def __call__(self, x: ArrayLike, degree: int) -> np.ndarray:
        """Return phi_0(x), ..., phi_degree(x).

        Parameters
        ----------
        x : array_like of float
            Of any shape.
        degree : int
            From 0 to `largest_degree`.

        Returns
        -------
        ndarray, shape x.shape + (degree + 1,)

        Raises
        ------
        ValueError
            If an argument is not as above, or a value overflows.

        Examples
        --------
        >>> from mathlib.dpp import Hermite
        >>> Hermite()(2.0, 2)  # 1, x, (x^2 - 1) / sqrt(2)
        array([1.        , 2.        , 2.12132034])
        """
        degree = check_integer("degree", degree, 0, self.largest_degree, f"the largest of {self}")
        x = check_finite("x", x)
        check_memory((degree + 1) * x.size, "the table of values", "take x in parts")
        values = np.empty((degree + 1, *x.shape))
        values[0] = 1
        slope, shift, back = self._recurrence(degree)
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(degree):
                values[k + 1] = (slope[k] * x + shift[k]) * values[k]
                if k:
                    values[k + 1] -= back[k] * values[k - 1]
        if not np.isfinite(values).all():
            raise ValueError(f"polynomials of {self} overflow at x as large as {np.abs(x).max():.3g}.")
        return np.moveaxis(values, 0, -1)

    def gauss(self, n: int) -> Quadrature:
        """Return the Gauss rule with n nodes, which is exact up to degree 2 n - 1.

        Parameters
        ----------
        n : int
            At most `largest_degree` + 1.

        Returns
        -------
        Quadrature
            `points` and `weights`, of shape (n,).

        Raises
        ------
        ValueError
            If n is no such number, or a weight overflows.

        Examples
        --------
        >>> from mathlib.dpp import Legendre
        >>> Legendre().gauss(2).points
        array([-0.57735027,  0.57735027])
        """
        n = self._check_nodes(n)
        with np.errstate(all="ignore"):
            nodes, weights = self._gauss(n)
        if not np.isfinite(weights).all():
            raise ValueError(f"weights of the Gauss rule of {self} overflow: lower n; got {n}.")
        return Quadrature(nodes, weights / weights.sum())

    def sample_measure(self, n: int, *, rng: RNG) -> np.ndarray:
        """Return n independent points of mu itself.

        Parameters
        ----------
        n : int
            The number of points, at least 0.
        rng : anything that `numpy.random.default_rng` takes

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        ValueError
            If an argument is not as above.

        Examples
        --------
        >>> from mathlib.dpp import Laguerre
        >>> bool(Laguerre().sample_measure(3, rng=0).min() > 0)
        True
        """
        n = check_count("n", n, 0, "the number of points")
        check_memory(n, "a sample of this size", "draw it in parts")
        return self._sample_measure(n, check_rng(rng))

    def _check_nodes(self, n):
        return check_integer("n", n, 1, self.largest_degree + 1, "the number of nodes")

    # What a family has of its own.

    def _jacobi_matrix(self, n):
        """The diagonal (n,) and the off-diagonal (n - 1,) of the n x n Jacobi matrix."""
        raise NotImplementedError

    def _gauss(self, n):
        """The Gauss rule, where the weights may have any sum."""
        raise NotImplementedError

    def _sample_measure(self, n, rng):
        raise NotImplementedError

    def _random_matrix(self, m, rng):
        """Diagonal (m,) and off-diagonal (m - 1,) of the random matrix of `mathlib.dpp.bases.families`."""
        raise NotImplementedError

    def _sampling_code(self, degree):
        """Four floats by which the compiled sampler knows the family, up to this degree."""
        raise NotImplementedError

    # What follows, unless a family knows better.

    def _fine_rule(self, n, degree):
        """Nodes and weights for products of phi_0, ..., phi_degree and *any* smooth function.

        On a bounded interval that is the Gauss rule. On an unbounded one most Gauss nodes lie beyond the
        points where these products live, so the nodes are spread over that part of the line alone.
        """
        return self.gauss(n)

    def _reach(self, degree):
        """The ends of an interval beyond which phi_degree^2 mu has less mass than a rounding error."""
        return self.support

    def _draw_cost(self, degree):
        """The mean number of multiplications, roughly, of a draw from phi_degree^2 mu."""
        return 8 * (15 * degree + 150)  # some eight steps of Newton's method

    def _recurrence(self, degree):
        """The a, b, c of phi_{k+1} = (a_k x + b_k) phi_k - c_k phi_{k-1}, of shape (3, degree)."""
        diag, off = self._jacobi_matrix(degree + 1)
        return np.array([1 / off, -diag[:degree] / off, np.append(0, off[:-1])[:degree] / off])

    def _log_squares(self, degree):
        """Bounds of log phi_k^2 on `_reach(degree)`, for k = 0, ..., degree.

        There each |phi_k| is largest at an end: beyond its zeros it grows, and before them the ripples grow
        towards the ends (for beta laws: Szego, Theorem 7.32.1).
        """
        bounds = np.zeros(degree + 1)
        for x in self._reach(degree):
            before, value, logarithm = 0.0, 1.0, 0.0
            for k, (slope, shift, back) in enumerate(self._recurrence(degree).T.tolist()):
                before, value = value, (slope * x + shift) * value - back * before
                scale = max(abs(before), abs(value))
                before, value, logarithm = before / scale, value / scale, logarithm + math.log(scale)
                bounds[k + 1] = max(bounds[k + 1], 2 * (logarithm + math.log(max(abs(value), 1e-300))))
        return bounds


@lru_cache(maxsize=256)
def checked_log_squares(family, degree):
    """`family._log_squares(degree)`, if phi_0, ..., phi_degree are orthonormal under their Gauss rule.

    The rule is exact for their products. Else raise a ValueError.
    """
    if degree > family.largest_degree:
        raise ValueError(
            f"{family} goes up to degree {family.largest_degree}: the Gauss rules that check it would take "
            f"minutes. Got degree {degree}."
        )
    logarithms = family._log_squares(degree)
    if logarithms[-1] > LARGEST_LOGARITHM:
        return logarithms  # for the error message: the Gauss rule may overflow
    nodes, weights = family.gauss(degree + 1)
    values = np.sqrt(weights)[:, None] * family(nodes, degree)
    gap = np.max(np.abs(values.T @ values - np.eye(degree + 1)))
    if not gap <= TOLERANCE:  # also if it is NaN
        raise ValueError(
            f"{family} is not orthonormal up to degree {degree}: under its Gauss rule the Gram matrix is "
            f"off by {gap:.2g}. Mend its _jacobi_matrix, or its measure."
        )
    return logarithms
