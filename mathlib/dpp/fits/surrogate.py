"""A polynomial surrogate as a scikit-learn regressor: it chooses its own points, or takes given data."""

import math
from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mathlib.annotations import RNG
from mathlib.checks import check_doubles, check_finite, check_rng, shown
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.fits.least_squares import Fit, weighted_least_squares
from mathlib.dpp.samplers.design import Design
from mathlib.dpp.samplers.schemes import sample_design

__all__ = ["PolynomialSurrogate"]


class PolynomialSurrogate(RegressorMixin, BaseEstimator):
    """Least-squares approximation of an expensive function by polynomials.

    `fit_function(f)` draws points by the scheme, evaluates f there and fits; this is what the schemes are
    for. `fit(X, y)` takes data that are there already.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis, or a function of d that makes one
        m functions, orthonormal for the law of the inputs. `fit` calls a function with the number of columns
        of X, so that one model can serve data of any width.
    scheme : str
        How `fit_function` draws its points: see `sample_design`.
    n : int, optional
        Number of evaluations; by default 2 m, but m for "dpp", and 3 m log(m + 1) for "conditioned".
    random_state : anything that `numpy.random.default_rng` takes
        Draws the points.

    Attributes
    ----------
    fit_ : Fit
        Coefficients, eigenvalues of the Gram matrix, `.sobol_indices()`.
    design_ : Design
        The points and weights that were used. The basis is `fit_.basis`.
    coef_ : ndarray, shape (m,) or (m, q)
    n_features_in_ : int

    Notes
    -----
    Inputs are in the units of the basis: points of [-1, 1]^d for Legendre polynomials. `fit` and `predict`
    refuse others, where the polynomials still have values, but no longer anything to do with the function.
    Data in physical units are rescaled first, best with the known ranges of the inputs, else with
    `make_pipeline(MinMaxScaler((-1, 1), clip=True), PolynomialSurrogate(basis))`.

    With a function such as `lambda d: TensorBasis(Hermite(), index_set("total", d, 1))` as basis, it passes
    scikit-learn's `check_estimator` but for `check_sample_weight_equivalence_on_dense_data`, which has fewer
    points than there are coefficients. With one basis those checks cannot pass that fit data with another
    number of columns, and on a bounded support those whose data lie outside.

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

    fit_: Fit
    design_: Design
    coef_: np.ndarray

    def __init__(
        self,
        basis: Basis | Callable[[int], Basis],
        scheme: str = "volume_rescaled",
        n: int | None = None,
        *,
        random_state: RNG | np.random.RandomState = None,
    ):
        self.basis = basis
        self.scheme = scheme
        self.n = n
        self.random_state = random_state

    def fit_function(self, f: Callable[[np.ndarray], np.ndarray]) -> Self:
        """Draw the points, evaluate f there, and fit.

        Parameters
        ----------
        f : callable
            Takes points of shape (n, d), returns values of shape (n,) or (n, q). It is called once.

        Returns
        -------
        PolynomialSurrogate
            Itself.

        Raises
        ------
        ValueError
            If n or the scheme is not allowed, or f returns values that are not finite or of another shape.
        SamplingFailedError, DegenerateGramError
            If no design was found, or it does not determine the fit.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> surrogate = PolynomialSurrogate(TensorBasis(Legendre(), [[0], [2]]), n=9, random_state=0)
        >>> surrogate.fit_function(lambda X: X[:, 0] ** 2).predict([[0.5]]).round(9)
        array([0.25])
        """
        if not callable(f):
            raise TypeError(f"f must be a function of points; got {shown(f)}.")
        basis, rng = check_basis(self.basis), check_rng(self.random_state, "random_state")
        n = default_size(basis.m, self.scheme) if self.n is None else self.n
        design = sample_design(basis, self.scheme, n, rng=rng)
        validate_data(self, design.points, skip_check_array=True)  # these points set n_features_in_
        return self._finish(basis, design, f(design.points.copy()))  # f may write into its argument

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to given data.

        Parameters
        ----------
        X : array_like, shape (n, d)
        y : array_like, shape (n,) or (n, q)
        sample_weight : array_like, shape (n,), optional
            Not negative; a point of weight 0, or of a weight that the largest one makes vanish in doubles, is
            left out. Without it every point counts the same, which suits points drawn from the law of the
            inputs. Points that another scheme has drawn need that scheme's weights.

        Returns
        -------
        PolynomialSurrogate
            Itself.

        Raises
        ------
        ValueError
            If a shape does not fit, a value is complex or not finite, a point lies where the law of the
            inputs does not live, or fewer than m points have a positive weight.
        DegenerateGramError
            If the points do not determine the fit.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> surrogate = PolynomialSurrogate(TensorBasis(Legendre(), [[0], [1]]))
        >>> surrogate.fit([[-1.0], [0.0], [1.0]], [0.0, 1.0, 2.0]).predict([[0.5]]).round(9)
        array([1.5])
        """
        # Complex numbers, and objects in X, are left to scikit-learn, whose own checks ask for its words.
        if _kind(X) not in "cO":
            check_doubles("X", X)
        if y is not None and _kind(y) != "c" and check_doubles("y", y).ndim == 0:
            raise ValueError(f"y must have shape (n,) or (n, q); got {shown(y)}.")
        points, values = validate_data(self, X, y, multi_output=True, y_numeric=True)
        check_doubles("X", X)
        makes = callable(self.basis) and not isinstance(self.basis, type | Basis)
        basis = check_basis(self.basis(points.shape[1]) if makes else self.basis)
        if points.shape[1] != basis.d:
            raise ValueError(
                f"n_features = {points.shape[1]}: X must have d = {basis.d} columns, as the basis has."
            )
        weights = _checked_weights(sample_weight, len(points))
        used = weights > 0
        if used.sum() < basis.m:
            raise ValueError(
                f"n_samples = {used.sum()} with a positive weight is less than m = {basis.m}, the number of "
                "coefficients. Take more points, or a smaller space."
            )
        design = Design(points[used], weights[used] / weights[used].mean(), "given")
        return self._finish(basis, design, values[used])

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the values of the fit.

        Parameters
        ----------
        X : array_like, shape (n, d)

        Returns
        -------
        ndarray, shape (n,) or (n, q)

        Raises
        ------
        ValueError
            If X is not as above, or a point lies where the law of the inputs does not live.

        Examples
        --------
        >>> from mathlib.dpp import Legendre, TensorBasis
        >>> surrogate = PolynomialSurrogate(TensorBasis(Legendre(), [[0], [1]]))
        >>> surrogate.fit([[-1.0], [1.0]], [0.0, 2.0]).predict([[0.0], [0.5]]).round(9)
        array([1. , 1.5])
        """
        check_is_fitted(self)
        if _kind(X) not in "cO":
            check_doubles("X", X)
        return self.fit_.predict(validate_data(self, X, reset=False))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _finish(self, basis, design, y):
        self.fit_ = weighted_least_squares(basis, design, y)
        self.design_, self.coef_ = design, self.fit_.coef
        return self


def default_size(m, scheme) -> int:
    """Return how many evaluations a scheme gets if nobody says: 2 m, or what it needs."""
    if scheme == "dpp":
        return m
    if scheme == "conditioned":
        return math.ceil(3 * m * math.log(m + 1))  # one design of three to ten is good then
    return 2 * m


def _kind(values) -> str:
    return "O" if hasattr(values, "toarray") else np.asarray(values).dtype.kind


def _checked_weights(sample_weight, n):
    if sample_weight is None:
        return np.ones(n)
    weights = check_finite("sample_weight", sample_weight, (n,))
    if not ((weights >= 0).all() and weights.any()):
        raise ValueError(
            f"sample_weight must be {n} numbers, none negative, not all zero; got {shown(sample_weight)}."
        )
    return weights / weights.max()  # their sum might overflow
