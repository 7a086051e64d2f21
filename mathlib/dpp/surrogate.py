"""A polynomial surrogate as a scikit-learn regressor: it chooses its own points, or takes given data."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from mathlib.dpp.design import Design
from mathlib.dpp.least_squares import weighted_least_squares
from mathlib.dpp.schemes import sample_design

__all__ = ["PolynomialSurrogate"]


class PolynomialSurrogate(RegressorMixin, BaseEstimator):
    """Least-squares approximation of an expensive function by polynomials.

    `fit_function(f)` draws points by the scheme, evaluates f there and fits; this is what the schemes are
    for. `fit(X, y)` takes data that are there already.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
        m functions, orthonormal for the law of the inputs.
    scheme : str
        How `fit_function` draws its points: see `sample_design`.
    n : int, optional
        Number of evaluations; by default 2 m (m for "dpp").
    random_state : anything numpy.random.default_rng takes
        Draws the points.

    Attributes
    ----------
    fit_ : Fit
        Coefficients, eigenvalues of the Gram matrix, `.sobol_indices()`.
    design_ : Design
        The points and weights that were used.
    coef_ : ndarray, shape (m,) or (m, q)
    n_features_in_ : int

    Notes
    -----
    In L^2 the fit cannot be better than the best function of the space; how much worse it is depends on the
    scheme and on n, see `weighted_least_squares`. Cost n m^2, besides the points and n evaluations.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, ishigami
    >>> basis = TensorBasis(Legendre(), index_set("total", 3, 3))
    >>> surrogate = PolynomialSurrogate(basis, "volume_rescaled", 60, random_state=0).fit_function(ishigami)
    >>> surrogate.predict([[0.1, 0.2, 0.3]]).shape
    (1,)
    """

    def __init__(self, basis, scheme="volume_rescaled", n=None, *, random_state=None):
        self.basis = basis
        self.scheme = scheme
        self.n = n
        self.random_state = random_state

    def fit_function(self, f):
        """Draw the points, evaluate f there, and fit.

        Parameters
        ----------
        f : callable
            Takes points of shape (n, d), returns values of shape (n,) or (n, q). It is called once.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If n or the scheme is not allowed, or f returns values that are not finite or of another shape.
        SamplingFailedError, DegenerateGramError
            If no design was found, or it does not determine the fit.
        """
        n = self.n
        if n is None:
            n = self.basis.m if self.scheme == "dpp" else 2 * self.basis.m
        design = sample_design(self.basis, self.scheme, n, rng=self.random_state)
        return self._finish(design, f(design.points))

    def fit(self, X, y, sample_weight=None):
        """Fit to given data.

        Parameters
        ----------
        X : array_like, shape (n, d)
        y : array_like, shape (n,) or (n, q)
        sample_weight : array_like, shape (n,), optional
            Not negative. Without it every point counts the same, which suits points drawn from the law of the
            inputs. Points that another scheme has drawn need that scheme's weights.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a shape does not fit, a value is not finite, or fewer than m points have a positive weight.
        DegenerateGramError
            If the points do not determine the fit.
        """
        X, y = np.asarray(X), np.asarray(y, dtype=float)
        if X.ndim != 2 or y.ndim < 1 or len(y) != len(X):
            raise ValueError(f"X must have shape (n, d) and y (n,) or (n, q); got {X.shape} and {y.shape}.")
        weights = _checked_weights(sample_weight, len(X))
        used = weights > 0
        design = Design(X[used], weights[used] / weights[used].mean(), "given")
        return self._finish(design, y[used])

    def predict(self, X):
        """Return the values of the fit at points of shape (n, d): (n,) or (n, q)."""
        check_is_fitted(self)
        return self.fit_.predict(X)

    def _finish(self, design, y):
        self.fit_ = weighted_least_squares(self.basis, design, y)
        self.design_, self.coef_, self.n_features_in_ = design, self.fit_.coef, self.basis.d
        return self


def _checked_weights(sample_weight, n):
    weights = np.ones(n) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    if weights.shape != (n,) or not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise ValueError(
            f"sample_weight must be {n} finite numbers, none negative, not all zero; got {sample_weight!r}."
        )
    return weights
