"""Orthonormal polynomials of d variables: products of polynomials of one variable."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_count, check_memory, shown
from mathlib.dpp.bases.basis import Basis
from mathlib.dpp.bases.family import LARGEST_LOGARITHM, Family, Quadrature, checked_log_squares
from mathlib.dpp.bases.index_sets import check_indices
from mathlib.dpp.checks import SLACK, blocks, check_points

__all__ = ["TensorBasis"]


class TensorBasis(Basis):
    r"""The orthonormal basis phi_k(x) = phi_{k_1}(x_1) ... phi_{k_d}(x_d), for k in an index set.

    The measure mu is the product of the families' measures.

    Parameters
    ----------
    family : Family, or a list of d of them
        `Legendre()`, `Hermite()`, `Chebyshev()`, `Jacobi(alpha, beta)` or `Laguerre()`: one for all the
        variables, or one for each.
    indices : array_like of int, shape (m, d)
        Different multi-indices, from `index_set` or any others.

    Attributes
    ----------
    m, d : int
        The dimension of the space and the number of variables.
    families : tuple of Family
    indices : ndarray of int, shape (m, d)
    degrees : tuple of int
        The largest degree in each variable.
    mass : float
        The mass of mu, 1.

    Raises
    ------
    ValueError
        If the index set is empty, repeats an index or has a negative one; if the numbers of families and of
        variables differ; if a family is not orthonormal under its own Gauss rule; if |phi(x)|^2 overflows at
        points that the samplers draw.

    Notes
    -----
    `basis(X)` costs m d for each point. The construction checks every family by Gauss quadrature, at a cost
    of p^3 for degree p, once for each family and degree.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 2, 1))
    >>> basis
    TensorBasis(Legendre() in each of d = 2 variables, m = 3)
    >>> basis([[1.0, 0.0], [1.0, 1.0]])
    array([[1.        , 1.73205081, 0.        ],
           [1.        , 1.73205081, 1.73205081]])
    """

    mass = 1.0

    def __init__(self, family: Family | Sequence[Family], indices: ArrayLike):
        self.indices = check_indices(indices)
        self.m, self.d = self.indices.shape
        self.families: tuple[Family, ...] = ()
        if isinstance(family, Family):
            self.families = (family,) * self.d
        elif isinstance(family, list | tuple):
            self.families = tuple(family)
        if len(self.families) != self.d or not all(isinstance(f, Family) for f in self.families):
            raise ValueError(
                "family must be one for all variables, such as Legendre(), or a list of one for each of the "
                f"d = {self.d} columns of the indices; got {shown(family)}."
            )
        self.degrees = tuple(int(degree) for degree in self.indices.max(axis=0))
        logarithms = np.zeros(self.m)
        for j, (one, degree) in enumerate(zip(self.families, self.degrees, strict=True)):
            logarithms += checked_log_squares(one, degree)[self.indices[:, j]]
        largest = np.logaddexp.reduce(logarithms)
        if not largest <= LARGEST_LOGARITHM:  # also if it is NaN
            raise ValueError(
                f"squares of the polynomials of {self} reach exp({largest:.0f}) at points that may be drawn, "
                f"and a double holds exp({LARGEST_LOGARITHM:.0f}). Lower the largest degrees, "
                f"{self.degrees}, or the parameters of Jacobi polynomials."
            )

    def __call__(self, X: ArrayLike) -> np.ndarray:
        X = check_points(X, self.d)
        check_memory(X.size // self.d * self.m, "phi at these points", "pass the points in parts")
        values = np.ones(())
        with np.errstate(over="ignore", invalid="ignore"):
            for j, family in enumerate(self.families):
                factor = family(X[..., j], self.degrees[j])[..., self.indices[:, j]]
                values = values * factor if j else factor
        if not np.isfinite(values).all():  # each factor is finite
            raise ValueError(
                f"products of polynomials of {self} overflow at points as large as {np.abs(X).max():.3g}."
            )
        return values

    def inside(self, X: ArrayLike) -> np.ndarray:
        X = check_points(X, self.d)
        for j, family in enumerate(self.families):
            (low, high), x = family.support, X[..., j]
            outside = (x < low - SLACK) | (x > high + SLACK)
            if outside.any():
                scaled = "-1 + 2 (t - a) / (b - a)" if np.isfinite(high) else "(t - a) / mean of (t - a)"
                raise ValueError(
                    f"X must lie where mu does: {family} lives on [{low:g}, {high:g}], and variable {j} has "
                    f"the value {x[outside][0]:.17g}. Rescale data in physical units: x = {scaled}, with the "
                    "known ends a and b of the input t. If only data say where they are, take "
                    "sklearn.preprocessing.MinMaxScaler((-1, 1), clip=True)."
                )
        return X

    def christoffel(self, X: ArrayLike) -> np.ndarray:
        X = check_points(X, self.d)
        rows = X.reshape(-1, self.d)
        sums = np.empty(len(rows))
        for part in blocks(len(rows), self.m):  # all of phi at once might fill the memory
            values = self(rows[part])
            sums[part] = np.einsum("ik,ik->i", values, values)
        if not np.isfinite(sums).all():
            raise ValueError(f"|phi|^2 overflows for {self} at points as large as {np.abs(X).max():.3g}.")
        return sums.reshape(X.shape[:-1])[()]

    def gauss(self, n: int) -> Quadrature:
        n = self._check_grid(n)
        return _product([family.gauss(n) for family in self.families])

    def _fine_rule(self, n):
        """A product rule with n nodes in each variable, for phi times any smooth function."""
        n = self._check_grid(n)
        pairs = zip(self.families, self.degrees, strict=True)
        return _product([family._fine_rule(family._check_nodes(n), degree) for family, degree in pairs])

    def _check_grid(self, n):
        n = check_count("n", n, 1, "the number of nodes in each variable")
        advice = "take fewer nodes, or draw points instead: a grid is no method for many variables"
        numbers = 2 * self.d * min(n, 2**64) ** self.d
        check_memory(numbers, f"a grid of n = {shown(n)} nodes in each of d = {self.d} variables", advice)
        return n

    def _sample_measure(self, n, rng):
        return np.stack([family.sample_measure(n, rng=rng) for family in self.families], axis=1)

    @cached_property
    def sampling_tables(self) -> tuple[np.ndarray, ...]:
        """What the compiled samplers read: indices, degrees, codes of the families, their recurrences."""
        recurrences = np.zeros((self.d, 3, max(1, *self.degrees)))
        codes = np.empty((self.d, 4))
        for j, (family, degree) in enumerate(zip(self.families, self.degrees, strict=True)):
            recurrences[j, :, :degree] = family._recurrence(degree)
            codes[j] = family._sampling_code(degree)
        return self.indices, np.array(self.degrees), codes, recurrences

    @cached_property
    def draw_cost(self) -> float:
        """The mean number of multiplications, roughly, of a draw of one point and of phi there."""
        costs = [family._draw_cost(self.indices[:, j]).mean() for j, family in enumerate(self.families)]
        return float(sum(costs) + 6 * sum(self.degrees) + self.m * self.d)

    def __repr__(self) -> str:
        if len(set(self.families)) == 1:
            return f"TensorBasis({self.families[0]} in each of d = {self.d} variables, m = {self.m})"
        return f"TensorBasis({', '.join(map(str, self.families))}; m = {self.m})"


def _product(rules):
    points, weights = np.empty((1, 0)), np.ones(1)
    for nodes, masses in rules:
        points = np.column_stack([np.repeat(points, len(nodes), axis=0), np.tile(nodes, len(points))])
        weights = np.multiply.outer(weights, masses).ravel()
    return Quadrature(points, weights)
