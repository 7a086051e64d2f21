"""Bases on a finite set of candidates."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_count, check_finite, check_memory
from mathlib.dpp.bases.basis import Basis
from mathlib.dpp.bases.family import TOLERANCE, Quadrature

__all__ = ["DiscreteBasis"]


class DiscreteBasis(Basis):
    r"""An orthonormal basis on N candidates: row i of Phi holds phi at candidate number i.

    The measure mu puts the mass weights_i on candidate i, and sum_i weights_i phi(i) phi(i)^T = I. For the
    measure 1/N that means Phi^T Phi = N I; for weights all 1, orthonormal columns. A point is the number of
    a candidate, so `basis(X)` takes integers of shape (..., 1).

    Parameters
    ----------
    Phi : array_like, shape (N, m)
        With N >= m. `DiscreteBasis.from_columns` makes one from any independent columns.
    weights : array_like, shape (N,), optional
        Positive masses; all 1 if not given, so that the columns of Phi are orthonormal.

    Attributes
    ----------
    m, d : int
        The dimension of the space; d = 1, for a point is one number.
    Phi, weights : ndarray
    mass : float
        The mass of mu, the sum of the weights.
    leverage : ndarray, shape (N,)
        weights_i |phi(i)|^2, the leverage scores, of sum m: m times the Christoffel density.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, a weight is not positive, the columns are not
        orthonormal, or |phi|^2 is so large or small that it is no double.

    Notes
    -----
    The construction costs N m^2.

    Examples
    --------
    >>> basis = DiscreteBasis([[1.0, 0.0], [0.0, 0.6], [0.0, 0.8]])
    >>> basis
    DiscreteBasis(N = 3 candidates, m = 2)
    >>> basis.leverage.round(2)
    array([1.  , 0.36, 0.64])
    """

    d = 1

    def __init__(self, Phi: ArrayLike, weights: ArrayLike | None = None):
        self.Phi = _checked_columns("Phi", Phi)
        self.m = self.Phi.shape[1]
        self.weights = _checked_weights(weights, len(self.Phi))
        self.mass = float(self.weights.sum())
        gap = np.max(np.abs(self.Phi.T @ (self.weights[:, None] * self.Phi) - np.eye(self.m)))
        if not gap <= TOLERANCE:
            raise ValueError(
                f"Phi must have orthonormal columns; got some whose Gram matrix is off by {gap:.2g}. "
                "DiscreteBasis.from_columns(A, weights) makes them so."
            )
        self.leverage = np.sum((np.sqrt(self.weights)[:, None] * self.Phi) ** 2, axis=1)
        with np.errstate(all="ignore"):
            k = (self.leverage / self.weights)[self.leverage > 1e-20]  # others are never drawn
        if not (1e-290 < k.min() <= k.max() < 1e290):
            raise ValueError(
                f"|phi|^2 lies between {k.min():.3g} and {k.max():.3g}, beyond what doubles allow: divide "
                f"the weights by their mean, {self.weights.mean():.3g}, and multiply Phi by its root."
            )

    @classmethod
    def from_columns(cls, A: ArrayLike, weights: ArrayLike | None = None) -> "DiscreteBasis":
        """Return the basis of the column space of A, by QR.

        Parameters
        ----------
        A : array_like, shape (N, m)
            Independent columns.
        weights : array_like, shape (N,), optional
            Positive masses; all 1 if not given.

        Returns
        -------
        DiscreteBasis

        Raises
        ------
        ValueError
            If the columns are dependent, in double precision, or an argument is not as above.

        Examples
        --------
        >>> x = np.linspace(-1, 1, 200)
        >>> DiscreteBasis.from_columns(np.stack([x**0, x, x**2], axis=1), np.full(200, 1 / 200)).m
        3
        """
        columns = _checked_columns("A", A)
        root = np.sqrt(_checked_weights(weights, len(columns)))[:, None]
        columns /= np.where(columns.any(axis=0), np.abs(columns).max(axis=0), 1)  # their units do not matter
        Q, R = np.linalg.qr(root * columns)
        sizes = np.linalg.svd(R, compute_uv=False)
        if not sizes[-1] > len(columns) * np.finfo(float).eps * sizes[0]:
            raise ValueError(
                "A must have independent columns; got dependent ones. Leave out those that the others span."
            )
        return cls(Q / root, weights)

    def __call__(self, X: ArrayLike) -> np.ndarray:
        numbers = self._numbers(X)
        check_memory(numbers.size * self.m, "phi at these points", "pass the points in parts")
        return self.Phi[numbers]

    def inside(self, X: ArrayLike) -> np.ndarray:
        return self._numbers(X)[..., None]

    def christoffel(self, X: ArrayLike) -> np.ndarray:
        return (self.leverage / self.weights)[self._numbers(X)]

    def gauss(self, n: int | None = None) -> Quadrature:
        if n is not None:
            check_count("n", n, 1, "the number of nodes in each variable")
        return Quadrature(np.arange(len(self.Phi))[:, None], self.weights)

    def _sample_measure(self, n, rng):
        return rng.choice(len(self.Phi), size=(n, 1), p=self.weights / self.mass)

    @cached_property
    def sampling_tables(self) -> tuple[np.ndarray, ...]:
        """What the compiled samplers read: partial sums of the leverage, and the rows as unit vectors.

        A candidate of leverage 0 is never drawn.
        """
        lengths = np.sqrt(self.leverage / self.weights)[:, None]
        return np.cumsum(self.leverage), self.Phi / np.where(lengths > 0, lengths, 1)

    @property
    def draw_cost(self) -> float:
        return 200.0  # multiplications take as long as the search for a candidate

    def _numbers(self, X):
        """Numbers of candidates, without the last axis."""
        if type(X) is not np.ndarray:
            check_finite("X", X)
        numbers = np.asarray(X)
        if numbers.ndim < 1 or numbers.shape[-1] != 1 or numbers.dtype.kind not in "iu":
            raise ValueError(
                "X must hold a number of a candidate for each point, integers of shape (..., 1); got "
                f"{numbers.dtype} of shape {numbers.shape}."
            )
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < len(self.Phi):
            wrong = numbers[(numbers < 0) | (numbers >= len(self.Phi))][0]
            raise ValueError(f"X must hold candidates 0 to {len(self.Phi) - 1}; got {wrong}.")
        return numbers[..., 0]

    def __repr__(self) -> str:
        return f"DiscreteBasis(N = {len(self.Phi)} candidates, m = {self.m})"


def _checked_columns(name, A):
    A = check_finite(name, A)
    if A.ndim != 2 or not 1 <= A.shape[1] <= A.shape[0]:
        raise ValueError(f"{name} must have shape (N, m) with N >= m >= 1; got shape {A.shape}.")
    return A.copy()


def _checked_weights(weights, N):
    weights = np.ones(N) if weights is None else check_finite("weights", weights, (N,)).copy()
    if not (weights > 0).all():
        raise ValueError(f"weights must be positive; got {weights.min():g}.")
    with np.errstate(over="ignore"):
        mass = weights.sum()
    if not np.isfinite(mass):
        raise ValueError("the sum of the weights overflows: divide them by the largest.")
    return weights
