"""What every Johnson-Lindenstrauss estimator shares: validation, the choice of k, names, the linear operator.

A subclass draws its matrix Phi (k x d) once, in `_draw`, and applies it in `_project` and `_project_adjoint`.
Fitting looks only at the shape and the dtype of the data.
"""

import math

import numpy as np
from scipy.sparse.linalg import LinearOperator
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import assert_all_finite, check_is_fitted, validate_data

from mathlib.checks import check_count, check_probability
from mathlib.jl.dimension import jl_min_dim

_FLOATS = [np.float64, np.float32]


class JLTransform(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A random linear map Phi with E |Phi x|^2 = |x|^2 for every x: the base of the estimators."""

    #: "auto" takes this many times the dimensions of a Gaussian map.
    _room = 1.0

    def fit(self, X, y=None):
        """Draw Phi for data of this shape. Only the shape, the column names and the dtype of X are used.

        Parameters
        ----------
        X : array or CSR matrix, shape (n_samples, n_features)
            float32 stays float32, everything else becomes float64.
        y : ignored

        Returns
        -------
        self
        """
        X = validate_data(self, X, accept_sparse="csr", dtype=_FLOATS)
        n_samples, n_features = X.shape
        check_probability("eps", self.eps, "the allowed relative error of a squared distance")
        check_probability("delta", self.delta, "the allowed probability of failure")
        self.n_components_ = self._choose_n_components(n_samples, n_features)
        self._dtype = X.dtype
        # default_rng also takes a RandomState (it shares its stream) or a Generator (it is used as it is).
        self._draw(np.random.default_rng(self.random_state), max(n_samples, 2), n_features)
        return self

    def transform(self, X):
        """Return the images of the rows of X.

        Parameters
        ----------
        X : array or CSR matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_components_)
            Phi x for every row x, in the dtype of X (float64 unless X is float32). Each row of the result
            depends on its own row of X only.

        Notes
        -----
        Lengths are kept up to a relative error, so a mean that dwarfs the differences spoils them in float32:
        the images of two close points far from the origin agree in their leading digits and little else is
        left. Subtract the mean first.
        """
        check_is_fitted(self)
        late = self._spreads_everything()
        X = validate_data(
            self, X, accept_sparse="csr", dtype=_FLOATS, reset=False, ensure_all_finite=not late
        )
        if not late:
            return self._project(X)
        with np.errstate(invalid="ignore", over="ignore"):
            images = self._project(X)
        if not np.isfinite(images).all():
            assert_all_finite(X, estimator_name=type(self).__name__, input_name="X")
        return images

    def inverse_transform(self, Y):
        """Return, for each row y of Y, the shortest x that Phi maps closest to y: the pseudo-inverse.

        Parameters
        ----------
        Y : array, shape (n_samples, n_components_)

        Returns
        -------
        ndarray, shape (n_samples, n_features)
            Not the original points: a map to fewer dimensions forgets. The cost is d k^2, and Phi is written
            out in full, so this is meant for a look, not for large d.
        """
        check_is_fitted(self)
        Y = np.asarray(Y)
        if Y.ndim != 2 or Y.shape[1] != self.n_components_:
            raise ValueError(f"Y must have shape (n_samples, {self.n_components_}); got {Y.shape}.")
        Y = Y.astype(_working_dtype(Y.dtype), copy=False)
        phi = self._project_adjoint(np.eye(self.n_components_, dtype=Y.dtype))
        return Y @ np.linalg.pinv(phi).T

    def as_linear_operator(self) -> LinearOperator:
        """Return Phi as a SciPy LinearOperator of shape (k, d) with its adjoint.

        It computes in the dtype of the vectors that it is given (float32, else float64), whatever the
        dtype of the data that fit saw. The values are not searched for NaN.

        >>> from mathlib.jl import SparseJL
        >>> phi = SparseJL(2, random_state=0).fit([[1.0, 2.0, 3.0]]).as_linear_operator()
        >>> phi.shape, (phi.H @ (phi @ [1.0, 2.0, 3.0])).shape
        ((2, 3), (3,))
        """
        check_is_fitted(self)

        def columns(project):
            return lambda V: project(_as_rows(V)).T

        def single(project):
            return lambda v: project(_as_rows(v.reshape(-1, 1)))[0]

        return LinearOperator(
            shape=(self.n_components_, self.n_features_in_),
            dtype=self._dtype,
            matvec=single(self._project),
            matmat=columns(self._project),
            rmatvec=single(self._project_adjoint),
            rmatmat=columns(self._project_adjoint),
        )

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

    def _auto_n_components(self, n_samples, n_features):
        """What "auto" stands for, n_samples being at least 2."""
        return math.ceil(self._room * jl_min_dim(n_samples, self.eps, delta=self.delta))

    def _choose_n_components(self, n_samples, n_features):
        if not isinstance(self.n_components, str):
            k = check_count("n_components", self.n_components, 1, 'the dimension of the images, or "auto"')
            if k > n_features:
                raise ValueError(
                    f"n_components={k} is larger than n_features={n_features}: there is nothing to reduce. "
                    f"Give n_components <= {n_features}."
                )
            return k
        if self.n_components != "auto":
            raise ValueError(f'n_components must be an integer >= 1 or "auto"; got {self.n_components!r}.')
        k = self._auto_n_components(max(n_samples, 2), n_features)
        if k > n_features:
            raise ValueError(
                f"eps={self.eps} for n={n_samples} points (delta={self.delta}) needs k={k} dimensions, more "
                f"than the d={n_features} of the data (n_features={n_features}). "
                "Allow a larger eps, set n_components yourself, or keep the data as they are."
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


def _working_dtype(dtype):
    if np.issubdtype(dtype, np.complexfloating):
        raise TypeError("the map is real: apply it to the real and to the imaginary part.")
    return np.dtype(np.float32 if dtype == np.float32 else np.float64)


def _as_rows(V):
    return np.ascontiguousarray(V.T, dtype=_working_dtype(V.dtype))
