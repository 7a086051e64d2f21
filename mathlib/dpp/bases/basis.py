"""What all bases have in common."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_memory, check_rng, shown
from mathlib.dpp.bases.family import Quadrature

__all__ = ["Basis", "check_basis"]


class Basis(ABC):
    """Functions phi_1, ..., phi_m of d variables, orthonormal in L^2(mu) for a measure of this mass."""

    m: int
    d: int
    mass: float

    @abstractmethod
    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Return phi(x) for points X of shape (..., d): an array of shape (..., m)."""

    @abstractmethod
    def inside(self, X: ArrayLike) -> np.ndarray:
        """Return the points X as an array if they lie where mu lives.

        Polynomials can be evaluated elsewhere, but a fit knows nothing of what happens there.

        Parameters
        ----------
        X : array_like, shape (..., d)

        Returns
        -------
        ndarray, shape (..., d)

        Raises
        ------
        ValueError
            If a point lies elsewhere, by more than a rounding error.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> TensorBasis(Legendre(), [[0], [1]]).inside([[0.5]])
        array([[0.5]])
        """

    @abstractmethod
    def christoffel(self, X: ArrayLike) -> np.ndarray:
        """Return k(x) = |phi(x)|^2 = K(x, x).

        Its mean under mu is m; k/m is the Christoffel density, and m/k the weight of a point.

        Parameters
        ----------
        X : array_like, shape (..., d)

        Returns
        -------
        ndarray, shape (...)

        Raises
        ------
        ValueError
            If X is not as above, or a value overflows.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> TensorBasis(Legendre(), [[0], [1], [2]]).christoffel([[1.0], [0.0]])  # 9 = 1 + 3 + 5
        array([9.  , 2.25])
        """

    @abstractmethod
    def gauss(self, n: int) -> Quadrature:
        """Return a quadrature rule for mu: Gauss rules in each variable, or all the candidates.

        Parameters
        ----------
        n : int
            The number of nodes in each variable: n^d in all, exact for polynomials of degree at most 2 n - 1
            in each. On a finite set sums over the candidates are exact whatever n is, and it can be left out.

        Returns
        -------
        Quadrature
            `points` (N, d) and `weights` (N,).

        Raises
        ------
        ValueError
            If a rule cannot have n nodes, or the grid would fill the memory.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis, index_set
        >>> basis = TensorBasis(Legendre(), index_set("tensor", 2, 3))
        >>> points, weights = basis.gauss(4)
        >>> gram = basis(points).T @ (weights[:, None] * basis(points))
        >>> bool(np.allclose(gram, np.eye(basis.m)))
        True
        """

    def sample_measure(self, n: int, *, rng: RNG) -> np.ndarray:
        """Return n independent points of mu itself, scaled to mass 1: what one does without a design.

        Parameters
        ----------
        n : int
        rng : anything that `numpy.random.default_rng` takes

        Returns
        -------
        ndarray, shape (n, d)

        Raises
        ------
        ValueError
            If an argument is not as above, or the sample would fill the memory.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> TensorBasis(Legendre(), [[0, 0], [1, 1]]).sample_measure(5, rng=0).shape
        (5, 2)
        """
        n = check_count("n", n, 1, "the number of points")
        check_memory(n * self.d, "a sample of this size", "draw it in parts")
        return self._sample_measure(n, check_rng(rng))

    @abstractmethod
    def _sample_measure(self, n, rng): ...

    @property
    @abstractmethod
    def sampling_tables(self) -> tuple[np.ndarray, ...]:
        """What the compiled samplers read."""

    @property
    @abstractmethod
    def draw_cost(self) -> float:
        """The mean number of multiplications, roughly, of a draw of one point and of phi there."""


def check_basis(basis) -> Basis:
    """Return `basis` if it is one; else raise a ValueError."""
    if not isinstance(basis, Basis):
        raise ValueError(f"basis must be a TensorBasis or a DiscreteBasis; got {shown(basis)}.")
    return basis
