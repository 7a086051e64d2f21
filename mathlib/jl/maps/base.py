"""What every Johnson-Lindenstrauss estimator shares: validation, the choice of k, names, the linear operator.

A subclass draws its matrix Phi (k x d) once, in `_draw`, and applies it in `_project` and `_project_adjoint`.
Fitting looks only at the shape and the dtype of the data.
"""

import math
from copy import copy
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.linalg import LinearOperator
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_probability, check_rng
from mathlib.jl.maps.apply import Operator, images_of, refuse_masked
from mathlib.jl.theory.dimension import jl_min_dim

__all__ = ["JLTransform", "RandomState"]

_FLOATS = [np.float64, np.float32]

#: What scikit-learn's estimators take, and all that `numpy.random.default_rng` takes.
RandomState: TypeAlias = RNG | np.random.RandomState
_Rows: TypeAlias = ArrayLike | sparse.csr_array


class JLTransform(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A random linear map Phi with E |Phi x|^2 = |x|^2 for every x: the base of the estimators."""

    #: "auto" takes this many times the dimensions of a Gaussian map.
    _room = 1.0

    n_components_: int
    n_features_in_: int

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        eps: float = 0.1,
        delta: float = 0.1,
        random_state: RandomState = None,
    ):
        self.n_components = n_components
        self.eps = eps
        self.delta = delta
        self.random_state = random_state

    def fit(self, X: _Rows, y: Any = None) -> Self:
        """Draw Phi for data of this shape. Only the shape, the column names and the dtype of X are used.

        Parameters
        ----------
        X : array or CSR matrix, shape (n_samples, n_features)
            float32 stays float32, everything else becomes float64.
        y : object
            Ignored: it is here because scikit-learn's pipelines pass it.

        Returns
        -------
        self
            The estimator, fitted.

        Raises
        ------
        ValueError
            If X is not as above or a parameter of the estimator is not as its class says, or if
            n_components="auto" comes to more dimensions than the data have.

        Examples
        --------
        >>> from mathlib.jl import GaussianJL
        >>> GaussianJL(eps=0.3, random_state=0).fit(np.zeros((50, 2000))).n_components_
        375
        """
        X = validate_data(self, X, accept_sparse="csr", dtype=_FLOATS)
        n_samples, n_features = X.shape
        check_probability("eps", self.eps, "the allowed relative error of a squared distance")
        check_probability("delta", self.delta, "the allowed probability of failure")
        self._check_more()
        # The module numpy.random stands for its global state, as in all of scikit-learn.
        state = check_random_state(np.random) if self.random_state is np.random else self.random_state
        rng = check_rng(state, "random_state")
        self.n_components_ = self._choose_n_components(n_samples, n_features)
        self._dtype = X.dtype
        self._kept: dict = {}
        self._draw(rng, max(n_samples, 2), n_features)
        return self

    def transform(self, X: _Rows) -> np.ndarray:
        """Return the images of the rows of X.

        Parameters
        ----------
        X : array or CSR matrix, shape (n_samples, n_features)
            The rows to map, with the features of the data of fit.

        Returns
        -------
        ndarray, shape (n_samples, n_components_)
            Phi x for every row x, in the dtype of X (float64 unless X is float32). Each row of the result
            depends on its own row of X only.

        Raises
        ------
        ValueError
            If X holds NaN or infinity, is complex or masked, or has other features than the data of fit.

        Warns
        -----
        RuntimeWarning
            If an image is beyond the largest number of its dtype; it is infinite then.

        Notes
        -----
        Lengths are kept up to a relative error, so a mean that dwarfs the differences spoils them in float32:
        the images of two close points far from the origin agree in their leading digits and little else is
        left. Subtract the mean first. In float64 the same holds for integers beyond 2^53.

        Examples
        --------
        >>> from mathlib.jl import GaussianJL
        >>> X = np.eye(3, 1000)
        >>> GaussianJL(200, random_state=0).fit(X).transform(X).shape
        (3, 200)
        """
        check_is_fitted(self)
        refuse_masked("X", X)
        late = self._spreads_everything()
        X = validate_data(
            self, X, accept_sparse="csr", dtype=_FLOATS, reset=False, ensure_all_finite=not late
        )
        return images_of(self._project, _checked(X), self, late=late)

    def inverse_transform(self, Y: _Rows) -> np.ndarray:
        """Return, for each row y of Y, the shortest x that Phi maps closest to y: the pseudo-inverse.

        Parameters
        ----------
        Y : array or CSR matrix, shape (n_samples, n_components_)
            Images, or other points of their space.

        Returns
        -------
        ndarray, shape (n_samples, n_features)
            Not the original points: a map to fewer dimensions forgets. In the dtype of Y (float64 unless Y is
            float32).

        Raises
        ------
        ValueError
            If Y has another shape, holds NaN or infinity, or is complex or masked.

        Warns
        -----
        RuntimeWarning
            As `transform`.

        Notes
        -----
        The first call costs d k^2 and keeps a matrix of k d numbers for the next ones. So this is meant for a
        look, not for large d.

        Examples
        --------
        >>> from mathlib.jl import GaussianJL
        >>> phi = GaussianJL(2, random_state=0).fit(np.eye(3))
        >>> y = phi.transform([[1.0, 2.0, 3.0]])
        >>> bool(np.allclose(phi.transform(phi.inverse_transform(y)), y))
        True
        """
        check_is_fitted(self)
        refuse_masked("Y", Y)
        Y = check_array(Y, accept_sparse="csr", dtype=_FLOATS, input_name="Y", estimator=self)
        if Y.shape[1] != self.n_components_:
            raise ValueError(f"Y must have shape (n_samples, {self.n_components_}); got {Y.shape}.")
        drawn = self.components_ if hasattr(self, "components_") else self.projection_

        def pseudo_inverse():
            return np.linalg.pinv(self._project_adjoint(np.eye(self.n_components_))).astype(Y.dtype)

        inverse = self._keep("inverse", Y.dtype, drawn, pseudo_inverse)
        return images_of(lambda rows: rows @ inverse.T, _checked(Y), self)

    def as_linear_operator(self) -> LinearOperator:
        """Return Phi as a SciPy LinearOperator of shape (k, d) with its adjoint.

        Returns
        -------
        scipy.sparse.linalg.LinearOperator
            It computes in the dtype of the vectors that it is given (float32, else float64), whatever the
            dtype of the data that fit saw, and maps the real and the imaginary part of complex ones. NaN and
            infinity are handed on. A later fit does not change it; it can be pickled.

        Examples
        --------
        >>> from mathlib.jl import SparseJL
        >>> phi = SparseJL(2, random_state=0).fit([[1.0, 2.0, 3.0]]).as_linear_operator()
        >>> phi.shape, (phi.H @ (phi @ [1.0, 2.0, 3.0])).shape
        ((2, 3), (3,))
        """
        check_is_fitted(self)
        return Operator(copy(self))

    def __getstate__(self):
        """What can be computed again is not pickled."""
        state = dict(super().__getstate__())
        return state | {"_kept": {}} if "_kept" in state else state

    def _keep(self, name, dtype, source, make):
        """make(), computed once for each dtype as long as the attribute `source` is the same object."""
        kept = self._kept.get((name, dtype))
        if kept is None or kept[0] is not source:
            kept = self._kept[name, dtype] = (source, make())
        return kept[1]

    def _check_more(self):
        """Raise a ValueError for parameters that only this estimator has and only `transform` reads."""

    def _spreads_everything(self):
        """Whether each entry of an image depends on every entry of its row.

        Then a NaN or infinity in the data shows in the images, and looking for it there instead of in the
        data saves one pass over the memory.
        """
        return False

    def _draw(self, rng, n_samples, n_features):
        """Draw Phi for n_components_ and n_features; n_samples is at least 2."""
        raise NotImplementedError

    def _project(self, X):
        """Phi x for every row x of X (dense or CSR, float32 or float64), as a dense array in its dtype."""
        raise NotImplementedError

    def _project_adjoint(self, Y):
        """Phi^T y for every row y of the dense array Y, as a dense array in its dtype."""
        raise NotImplementedError

    def _auto_n_components(self, n_samples, n_features, eps):
        """What "auto" stands for, n_samples being at least 2."""
        try:
            k = jl_min_dim(n_samples, eps, delta=self.delta)
        except ValueError:  # the exact method does not reach so far
            k = jl_min_dim(n_samples, eps, delta=self.delta, method="chernoff")
        return math.ceil(self._room * k)

    def _choose_n_components(self, n_samples, n_features):
        if not (isinstance(self.n_components, str) and self.n_components == "auto"):
            k = check_count("n_components", self.n_components, 1, 'the dimension of the images, or "auto"')
            if k > n_features:
                raise ValueError(
                    f"n_components={k} is larger than n_features={n_features}: there is nothing to reduce. "
                    f"Give n_components <= {n_features}."
                )
            return k

        def auto(eps):
            try:
                return self._auto_n_components(max(n_samples, 2), n_features, eps)
            except (OverflowError, ZeroDivisionError):
                return math.inf

        k = auto(self.eps)
        if k > n_features:
            feasible = next((e / 100 for e in range(1, 100) if auto(e / 100) <= n_features), None)
            advice = f"Allow eps >= {feasible}" if feasible else "Even eps = 0.99 needs more"
            raise ValueError(
                f"eps={self.eps} for n={n_samples} points (delta={self.delta}) needs k={k} dimensions, more "
                f"than the d={n_features} of the data (n_features={n_features}). "
                f"{advice}, set n_components yourself, or keep the data as they are."
            )
        return k

    @property
    def _n_features_out(self):
        # get_feature_names_out reads this name.
        return self.n_components_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _checked(X):
    """X, a CSR matrix made anew: compiled code trusts its indices, and its flags may be out of date."""
    if sparse.issparse(X):
        X = sparse.csr_array((X.data, X.indices, X.indptr), shape=X.shape)
        X.check_format()
    return X
