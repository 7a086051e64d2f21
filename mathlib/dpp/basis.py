"""Orthonormal polynomials of d variables: products of polynomials of one variable."""

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from mathlib.checks import check_count
from mathlib.dpp.checks import check_points
from mathlib.dpp.families import Family

__all__ = ["Quadrature", "TensorBasis"]

#: How far the Gram matrix of an orthonormal basis may be from the identity, in any entry.
TOLERANCE = 1e-8


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

    Raises
    ------
    ValueError
        If the index set is empty, repeats an index or has a negative one; if the numbers of families and of
        variables differ; if a family is not orthonormal under its own Gauss rule.

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

    def __init__(self, family, indices):
        self.indices = _checked_indices(indices)
        self.m, self.d = self.indices.shape
        self.families = (family,) * self.d if isinstance(family, Family) else tuple(family)
        if len(self.families) != self.d or not all(isinstance(f, Family) for f in self.families):
            raise ValueError(
                f"the indices have {self.d} columns: give one family, or a list of {self.d}; got {family!r}."
            )
        self.degrees = tuple(int(degree) for degree in self.indices.max(axis=0))
        for one, degree in zip(self.families, self.degrees, strict=True):
            _check_orthonormal(one, degree)

    def __call__(self, X) -> np.ndarray:
        """Return phi(x) for points X of shape (..., d): an array of shape (..., m)."""
        X = check_points(X, self.d)
        values = None
        for j, family in enumerate(self.families):
            factor = family(X[..., j], self.degrees[j])[..., self.indices[:, j]]
            values = factor if values is None else values * factor
        return values

    def christoffel(self, X) -> np.ndarray:
        """Return k(x) = |phi(x)|^2 = K(x, x), of shape (...), for points X of shape (..., d).

        Its mean under mu is m; k/m is the Christoffel density, and m/k the weight of a point.

        >>> from mathlib.dpp import Legendre
        >>> TensorBasis(Legendre(), [[0], [1], [2]]).christoffel([[1.0], [0.0]])  # 9 = 1 + 3 + 5
        array([9.  , 2.25])
        """
        values = self(X)
        return np.einsum("...k,...k->...", values, values)

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
        return _product([family.gauss(n) for family in self.families])

    def fine_rule(self, n) -> Quadrature:
        """Return a product rule with n nodes in each variable, for phi times any smooth function."""
        pairs = zip(self.families, self.degrees, strict=True)
        return _product([family.fine_rule(n, degree) for family, degree in pairs])

    def sample_measure(self, n, *, rng) -> np.ndarray:
        """Return n independent points of mu itself, of shape (n, d): what one does without a design.

        >>> from mathlib.dpp import Legendre
        >>> TensorBasis(Legendre(), [[0, 0], [1, 1]]).sample_measure(5, rng=0).shape
        (5, 2)
        """
        n, rng = check_count("n", n, 1, "the number of points"), np.random.default_rng(rng)
        return np.stack([family.sample_measure(n, rng=rng) for family in self.families], axis=1)

    @cached_property
    def sampling_tables(self) -> tuple:
        """What the compiled samplers read: indices, degrees, codes of the families, their recurrences."""
        recurrences = np.zeros((self.d, 3, max(1, *self.degrees)))
        for j, (family, degree) in enumerate(zip(self.families, self.degrees, strict=True)):
            recurrences[j, :, :degree] = family.recurrence(degree)
        codes = np.array([family.sampling_code() for family in self.families], dtype=float)
        return self.indices, np.array(self.degrees), codes, recurrences

    def __repr__(self):
        if len(set(self.families)) == 1:
            return f"TensorBasis({self.families[0]} in each of d = {self.d} variables, m = {self.m})"
        return f"TensorBasis({', '.join(map(str, self.families))}; m = {self.m})"


def _product(rules) -> Quadrature:
    grids = np.meshgrid(*(nodes for nodes, _ in rules), indexing="ij")
    weights = np.ones(1)
    for _, factor in rules:
        weights = np.multiply.outer(weights, factor).ravel()
    return Quadrature(np.stack([grid.ravel() for grid in grids], axis=1), weights)


def _checked_indices(indices) -> np.ndarray:
    array = np.asarray(indices)
    if array.size == 0:
        raise ValueError("the index set is empty: a space needs at least one multi-index.")
    if array.ndim != 2:
        raise ValueError(
            f"indices must have shape (m, d), one multi-index a row; got {array.shape}. "
            "Write np.arange(m)[:, None] for degrees 0 to m - 1 in one variable."
        )
    whole = array.astype(np.intp)
    if array.dtype.kind not in "iu" and not np.array_equal(whole, array):
        raise ValueError("indices must be integers, the degrees in each variable.")
    if (whole < 0).any():
        raise ValueError(f"indices must not be negative; got {whole.min()}.")
    if len(np.unique(whole, axis=0)) < len(whole):
        raise ValueError("indices must be different: the same polynomial twice is no basis.")
    return whole


@lru_cache(maxsize=256)
def _check_orthonormal(family, degree) -> None:
    """Raise a ValueError unless phi_0, ..., phi_degree are orthonormal: the Gauss rule is exact for them."""
    if degree > family.largest_degree:
        raise ValueError(
            f"{family} goes up to degree {family.largest_degree}, where squares of its polynomials overflow; "
            f"got degree {degree}."
        )
    nodes, weights = family.gauss(degree + 1)
    values = np.sqrt(weights)[:, None] * family(nodes, degree)
    gap = np.max(np.abs(values.T @ values - np.eye(degree + 1)))
    if not gap <= TOLERANCE:  # also if it is NaN
        raise ValueError(
            f"{family} is not orthonormal up to degree {degree}: under its Gauss rule the Gram matrix is "
            f"off by {gap:.2g}. Mend its jacobi_matrix, or its measure."
        )
