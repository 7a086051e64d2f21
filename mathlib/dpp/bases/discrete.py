"""Bases on a finite set of candidates."""

from functools import cached_property

import numpy as np

from mathlib.checks import check_count
from mathlib.dpp.bases.tensor import TOLERANCE, Quadrature
from mathlib.dpp.checks import check_memory, check_real, check_unmasked

__all__ = ["DiscreteBasis"]


class DiscreteBasis:
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

    def __init__(self, Phi, weights=None):
        self.Phi = check_real("Phi", Phi).copy()
        if self.Phi.ndim != 2 or not 1 <= self.Phi.shape[1] <= self.Phi.shape[0]:
            raise ValueError(f"Phi must have shape (N, m) with N >= m >= 1; got {self.Phi.shape}.")
        self.m = self.Phi.shape[1]
        self.weights = _checked_weights(weights, len(self.Phi))
        self.mass = float(self.weights.sum())
        if not np.isfinite(self.Phi).all():
            raise ValueError("Phi must be finite; got NaN or infinity.")
        gap = np.max(np.abs(self.Phi.T @ (self.weights[:, None] * self.Phi) - np.eye(self.m)))
        if not gap <= TOLERANCE:
            raise ValueError(
                f"the columns of Phi are not orthonormal: their Gram matrix is off by {gap:.2g}. "
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
    def from_columns(cls, A, weights=None) -> "DiscreteBasis":
        """Return the basis of the column space of A, by QR.

        Parameters
        ----------
        A : array_like, shape (N, m)
            Independent columns.
        weights : array_like, shape (N,), optional
            As above.

        Raises
        ------
        ValueError
            If the columns are dependent, in double precision.

        Examples
        --------
        >>> x = np.linspace(-1, 1, 200)
        >>> DiscreteBasis.from_columns(np.stack([x**0, x, x**2], axis=1), np.full(200, 1 / 200)).m
        3
        """
        A = check_real("A", A)
        if A.ndim != 2 or not 1 <= A.shape[1] <= A.shape[0] or not np.isfinite(A).all():
            raise ValueError(f"A must be finite, of shape (N, m) with N >= m >= 1; got shape {A.shape}.")
        root = np.sqrt(_checked_weights(weights, len(A)))[:, None]
        A = A / np.where(A.any(axis=0), np.abs(A).max(axis=0), 1)  # units of columns do not matter
        Q, R = np.linalg.qr(root * A)
        sizes = np.linalg.svd(R, compute_uv=False)
        if not sizes[-1] > len(A) * np.finfo(float).eps * sizes[0]:
            raise ValueError("the columns of A are dependent: leave out those that the others span.")
        return cls(Q / root, weights)

    def __call__(self, X) -> np.ndarray:
        """Return phi for candidates X, integers of shape (..., 1): an array of shape (..., m)."""
        numbers = self._numbers(X)
        check_memory(*numbers.shape, self.m, what="phi at these points", advice="Pass the points in parts.")
        return self.Phi[numbers]

    def inside(self, X) -> np.ndarray:
        """Return the points X as an array if they are numbers of candidates; else raise a ValueError."""
        return self._numbers(X)[..., None]

    def christoffel(self, X) -> np.ndarray:
        """Return k(x) = |phi(x)|^2, of shape (...), for candidates X of shape (..., 1)."""
        numbers = self._numbers(X)
        return (self.leverage / self.weights)[numbers]

    def gauss(self, n=None) -> Quadrature:
        """Return all candidates and their masses: sums over them are exact, whatever n is."""
        return Quadrature(np.arange(len(self.Phi))[:, None], self.weights)

    def sample_measure(self, n, *, rng) -> np.ndarray:
        """Return n independent candidates, of shape (n, 1), each drawn with its share of the mass."""
        n, shares = check_count("n", n, 1, "the number of points"), self.weights / self.mass
        check_memory(n, what="a sample of this size", advice="Draw it in parts.")
        return np.random.default_rng(rng).choice(len(self.Phi), size=(n, 1), p=shares)

    #: Multiplications, roughly, that take as long as the search for a candidate.
    draw_cost = 200.0

    @cached_property
    def sampling_tables(self) -> tuple:
        """What the compiled samplers read: partial sums of the leverage, and the rows as unit vectors.

        A candidate of leverage 0 is never drawn.
        """
        lengths = np.sqrt(self.leverage / self.weights)[:, None]
        return np.cumsum(self.leverage), self.Phi / np.where(lengths > 0, lengths, 1)

    def _numbers(self, X):
        check_unmasked("the array of candidates", X)
        X = np.asarray(X)
        if X.ndim < 1 or X.shape[-1] != 1 or X.dtype.kind not in "iu":
            raise ValueError(
                f"a point is the number of a candidate: give integers of shape (..., 1); got {X.dtype} of "
                f"shape {X.shape}."
            )
        if X.size and not 0 <= X.min() <= X.max() < len(self.Phi):
            raise ValueError(f"there are candidates 0 to {len(self.Phi) - 1}; got {X.min()} to {X.max()}.")
        return X[..., 0]

    def __repr__(self):
        return f"DiscreteBasis(N = {len(self.Phi)} candidates, m = {self.m})"


def _checked_weights(weights, N):
    weights = np.ones(N) if weights is None else check_real("weights", weights).copy()
    if weights.shape != (N,) or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError(f"weights must be {N} positive finite numbers; got shape {weights.shape}.")
    with np.errstate(over="ignore"):
        mass = weights.sum()
    if not np.isfinite(mass):
        raise ValueError("the sum of the weights overflows: divide them by the largest.")
    return weights
