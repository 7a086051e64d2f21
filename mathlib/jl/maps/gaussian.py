"""The Gaussian map, about which everything is known exactly; the others are measured against it."""

import numpy as np

from mathlib.jl.maps.base import JLTransform

__all__ = ["GaussianJL"]

_PRODUCTS_AT_ONCE = 2**32  # a fraction of a second


class GaussianJL(JLTransform):
    """Random projection by a dense matrix of independent normal entries: Phi_ij ~ N(0, 1/k).

    For a fixed x, k |Phi x|^2 / |x|^2 has the chi-square distribution with k degrees of freedom. So
    E |Phi x|^2 = |x|^2 and Var |Phi x|^2 = 2 |x|^4 / k.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": `jl_min_dim(n_samples, eps, delta=delta)`, so that all squared
        distances among the rows of the fitted data are kept up to eps with probability 1 - delta. Below eps =
        0.01, where that cannot be computed, its Chernoff bound.
    eps, delta : float
        The allowed relative error of squared distances, and probability that some distance fails, both
        between 0 and 1. Used by "auto".
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.

    Attributes
    ----------
    components_ : ndarray, shape (n_components_, n_features_in_)
        Phi, in the dtype of the fitted data.
    n_components_ : int
        The dimension k.

    Notes
    -----
    d k memory, and d k multiplications for each row. For vectors of the other dtype (float32, float64) a
    second matrix in that dtype is made once and kept.

    References
    ----------
    P. Indyk, R. Motwani (1998). S. Dasgupta, A. Gupta (2003).

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((50, 2000))
    >>> GaussianJL(eps=0.3, random_state=0).fit_transform(X).shape
    (50, 375)
    """

    components_: np.ndarray

    def _draw(self, rng, n_samples, n_features):
        k = self.n_components_
        self.components_ = np.empty((k, n_features), self._dtype)
        # Drawn in float64 also for float32 data, so that a seed means the same matrix for both.
        for i in range(k):
            self.components_[i] = rng.standard_normal(n_features) / np.sqrt(k)

    def _project(self, X):
        phi, (n, d) = self._phi(X.dtype), X.shape
        # A matrix product cannot be interrupted, so a long one is cut.
        step = max(256, _PRODUCTS_AT_ONCE // (d * len(phi)))
        if n <= step:
            return X @ phi.T
        return np.concatenate([X[i : i + step] @ phi.T for i in range(0, n, step)])

    def _project_adjoint(self, Y):
        return Y @ self._phi(Y.dtype)

    def _phi(self, dtype):
        phi = self.components_
        return phi if phi.dtype == dtype else self._keep("phi", dtype, phi, lambda: phi.astype(dtype))
