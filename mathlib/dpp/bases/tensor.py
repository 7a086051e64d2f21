"""Orthonormal polynomials of d variables: products of polynomials of one variable."""

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from mathlib.checks import check_count
from mathlib.dpp.bases.family import Family
from mathlib.dpp.bases.index_sets import check_indices
from mathlib.dpp.checks import SLACK, blocks, check_memory, check_points

__all__ = ["Quadrature", "TensorBasis"]

#: How far the Gram matrix of an orthonormal basis may be from the identity, in any entry.
TOLERANCE = 1e-8
#: The logarithm of a number that a double can still hold.
_LARGEST_LOGARITHM = 709.0


class Quadrature(NamedTuple):
    """Nodes (N, d) and weights (N,) >= 0 of sum 1: sum_i weights_i f(nodes_i) is near the mean of f."""

    points: np.ndarray
    weights: np.ndarray


class TensorBasis:
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

    def __init__(self, family, indices):
        self.indices = check_indices(indices)
        self.m, self.d = self.indices.shape
        several = isinstance(family, list | tuple)
        self.families = tuple(family) if several else (family,) * self.d
        if len(self.families) != self.d or not all(isinstance(f, Family) for f in self.families):
            raise ValueError(
                "family must be one for all variables, such as Legendre(), or a list of one for each of the "
                f"d = {self.d} columns of the indices; got {family!r}."
            )
        self.degrees = tuple(int(degree) for degree in self.indices.max(axis=0))
        logarithms = np.zeros(self.m)
        for j, (one, degree) in enumerate(zip(self.families, self.degrees, strict=True)):
            logarithms += _checked_log_squares(one, degree)[self.indices[:, j]]
        largest = np.logaddexp.reduce(logarithms)
        if not largest <= _LARGEST_LOGARITHM:  # also if it is NaN
            raise ValueError(
                f"squares of the polynomials of {self} reach exp({largest:.0f}) at points that may be drawn, "
                f"and a double holds exp({_LARGEST_LOGARITHM:.0f}). Lower the largest degrees, "
                f"{self.degrees}, or the parameters of Jacobi polynomials."
            )

    def __call__(self, X) -> np.ndarray:
        """Return phi(x) for points X of shape (..., d): an array of shape (..., m)."""
        X = check_points(X, self.d)
        check_memory(*X.shape[:-1], self.m, what="phi at these points", advice="Pass the points in parts.")
        values = None
        with np.errstate(over="ignore", invalid="ignore"):
            for j, family in enumerate(self.families):
                factor = family(X[..., j], self.degrees[j])[..., self.indices[:, j]]
                values = factor if values is None else values * factor
        if not np.isfinite(values).all():  # each factor is finite
            raise ValueError(
                f"products of polynomials of {self} overflow at points as large as {np.abs(X).max():.3g}."
            )
        return values

    def inside(self, X) -> np.ndarray:
        """Return the points X as an array if they lie where mu lives; else raise a ValueError.

        Polynomials can be evaluated elsewhere, but a fit knows nothing of what happens there.
        """
        X = check_points(X, self.d)
        for j, family in enumerate(self.families):
            (low, high), x = family.support, X[..., j]
            outside = (x < low - SLACK) | (x > high + SLACK)
            if outside.any():
                scaled = "-1 + 2 (t - a) / (b - a)" if np.isfinite(high) else "(t - a) / mean of (t - a)"
                raise ValueError(
                    f"{family} lives on [{low:g}, {high:g}], and variable {j} has the value "
                    f"{x[outside][0]:.17g}. Rescale data in physical units: x = {scaled}, with the known "
                    "ends a and b of the input t. If only data say where they are, take "
                    "sklearn.preprocessing.MinMaxScaler((-1, 1), clip=True)."
                )
        return X

    def christoffel(self, X) -> np.ndarray:
        """Return k(x) = |phi(x)|^2 = K(x, x), of shape (...), for points X of shape (..., d).

        Its mean under mu is m; k/m is the Christoffel density, and m/k the weight of a point.

        >>> from mathlib.dpp import Legendre
        >>> TensorBasis(Legendre(), [[0], [1], [2]]).christoffel([[1.0], [0.0]])  # 9 = 1 + 3 + 5
        array([9.  , 2.25])
        """
        X = check_points(X, self.d)
        rows = X.reshape(-1, self.d)
        sums = np.empty(len(rows))
        for part in blocks(len(rows), self.m):  # all of phi at once might fill the memory
            values = self(rows[part])
            sums[part] = np.einsum("ik,ik->i", values, values)
        if not np.isfinite(sums).all():
            raise ValueError(f"|phi|^2 overflows for {self} at points as large as {np.abs(X).max():.3g}.")
        return sums.reshape(X.shape[:-1])[()]

    def gauss(self, n) -> Quadrature:
        """Return the product Gauss rule with n nodes in each variable, n^d in all.

        It is exact for polynomials of degree at most 2 n - 1 in each variable.

        >>> from mathlib.dpp import Legendre, index_set
        >>> basis = TensorBasis(Legendre(), index_set("tensor", 2, 3))
        >>> points, weights = basis.gauss(4)
        >>> gram = basis(points).T @ (weights[:, None] * basis(points))
        >>> bool(np.allclose(gram, np.eye(basis.m)))
        True
        """
        n = check_count("n", n, 1, "the number of nodes in each variable")
        self._check_grid(n)
        return _product([family.gauss(n) for family in self.families])

    def fine_rule(self, n) -> Quadrature:
        """Return a product rule with n nodes in each variable, for phi times any smooth function."""
        n = check_count("n", n, 1, "the number of nodes in each variable")
        self._check_grid(n)
        pairs = zip(self.families, self.degrees, strict=True)
        return _product([family.fine_rule(n, degree) for family, degree in pairs])

    def _check_grid(self, n):
        advice = "Take fewer nodes, or draw points instead: a grid is no method for many variables."
        check_memory(*(n,) * self.d, 2 * self.d, what=f"a grid in d = {self.d} variables", advice=advice)

    def sample_measure(self, n, *, rng) -> np.ndarray:
        """Return n independent points of mu itself, of shape (n, d): what one does without a design.

        >>> from mathlib.dpp import Legendre
        >>> TensorBasis(Legendre(), [[0, 0], [1, 1]]).sample_measure(5, rng=0).shape
        (5, 2)
        """
        n, rng = check_count("n", n, 1, "the number of points"), np.random.default_rng(rng)
        check_memory(n, self.d, what="a sample of this size", advice="Draw it in parts.")
        return np.stack([family.sample_measure(n, rng=rng) for family in self.families], axis=1)

    @cached_property
    def sampling_tables(self) -> tuple:
        """What the compiled samplers read: indices, degrees, codes of the families, their recurrences."""
        recurrences = np.zeros((self.d, 3, max(1, *self.degrees)))
        for j, (family, degree) in enumerate(zip(self.families, self.degrees, strict=True)):
            recurrences[j, :, :degree] = family.recurrence(degree)
        pairs = zip(self.families, self.degrees, strict=True)
        codes = np.array([family.sampling_code(degree) for family, degree in pairs], dtype=float)
        return self.indices, np.array(self.degrees), codes, recurrences

    @cached_property
    def draw_cost(self) -> float:
        """The mean number of multiplications, roughly, of a draw of one point and of phi there."""
        costs = [family.draw_cost(self.indices[:, j]).mean() for j, family in enumerate(self.families)]
        return float(sum(costs) + 6 * sum(self.degrees) + self.m * self.d)

    def __repr__(self):
        if len(set(self.families)) == 1:
            return f"TensorBasis({self.families[0]} in each of d = {self.d} variables, m = {self.m})"
        return f"TensorBasis({', '.join(map(str, self.families))}; m = {self.m})"


def _product(rules) -> Quadrature:
    points, weights = np.empty((1, 0)), np.ones(1)
    for nodes, masses in rules:
        points = np.column_stack([np.repeat(points, len(nodes), axis=0), np.tile(nodes, len(points))])
        weights = np.multiply.outer(weights, masses).ravel()
    return Quadrature(points, weights)


@lru_cache(maxsize=256)
def _checked_log_squares(family, degree) -> np.ndarray:
    """Return `family.log_squares(degree)`; raise a ValueError unless phi_0, ..., phi_degree are orthonormal.

    The Gauss rule is exact for their products.
    """
    if degree > family.largest_degree:
        raise ValueError(
            f"{family} goes up to degree {family.largest_degree}: the Gauss rules that check it would take "
            f"minutes. Got degree {degree}."
        )
    logarithms = family.log_squares(degree)
    if logarithms[-1] > _LARGEST_LOGARITHM:
        return logarithms  # for the error message: the Gauss rule may overflow
    nodes, weights = family.gauss(degree + 1)
    values = np.sqrt(weights)[:, None] * family(nodes, degree)
    gap = np.max(np.abs(values.T @ values - np.eye(degree + 1)))
    if not gap <= TOLERANCE:  # also if it is NaN
        raise ValueError(
            f"{family} is not orthonormal up to degree {degree}: under its Gauss rule the Gram matrix is "
            f"off by {gap:.2g}. Mend its jacobi_matrix, or its measure."
        )
    return logarithms
