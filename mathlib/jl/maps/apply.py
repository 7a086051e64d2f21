"""Applying a fitted map to numbers of any size: to rows, and as a SciPy LinearOperator.

One rule for what is not finite: estimators refuse NaN and infinity in what they are given; linear operators
hand them on. Where a sum in between overflows and the image does not, the image is right; where the image
overflows too, it is infinite and a RuntimeWarning says so.
"""

import warnings

import numpy as np
from scipy.sparse.linalg import LinearOperator
from sklearn.utils.validation import assert_all_finite

__all__ = ["Operator", "images_of", "refuse_masked"]

#: No sum of a transform is more than its inverse times the largest number of its vector. A power of two.
_SHRINK = 2.0**-64


class Operator(LinearOperator):
    """A fitted map as SciPy's solvers want it."""

    def __init__(self, fitted):
        super().__init__(fitted._dtype, (fitted.n_components_, fitted.n_features_in_))
        self.fitted = fitted

    def _matmat(self, V):
        return _columns(self.fitted._project, V, self.fitted)

    def _rmatmat(self, V):
        return _columns(self.fitted._project_adjoint, V, self.fitted)


def _columns(project, V, fitted):
    """The images of the columns of V, real or complex."""
    refuse_masked("a vector", V)
    if np.iscomplexobj(V):
        real, imaginary = (_columns(project, part, fitted) for part in (V.real, V.imag))
        images = np.empty(real.shape, np.result_type(real, np.complex64))
        images.real, images.imag = real, imaginary  # a product with 1j would make NaN of infinity
        return images
    if V.dtype.kind not in "biufO":
        raise ValueError(f"a vector must hold real or complex numbers; got dtype {V.dtype}.")
    rows = np.ascontiguousarray(V.T, dtype=np.float32 if V.dtype == np.float32 else np.float64)
    return images_of(project, rows, fitted).T


def images_of(project, X, fitted, *, late=False):
    """project(X), where rows whose sums overflow on the way are scaled down first.

    late: X is searched for NaN and infinity only now, if the images hold some.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        images = project(X)
        if np.isfinite(images).all():
            return images
        if late:
            assert_all_finite(X, estimator_name=type(fitted).__name__, input_name="X")
        lost = np.flatnonzero(~np.isfinite(images).all(axis=1))
        if isinstance(X, np.ndarray):
            lost = lost[np.isfinite(X[lost]).all(axis=1)]
        if not lost.size:
            return images
        small = X.dtype.type(_SHRINK)
        images[lost] = project(X[lost] * small) / small
        beyond = not np.isfinite(images[lost]).all()
    if beyond:
        warnings.warn(
            f"images under {type(fitted).__name__} exceed the largest {images.dtype}: scale the data down.",
            RuntimeWarning,
            stacklevel=3,
        )
    return images


def refuse_masked(name, values):
    """Raise a ValueError if entries are masked, because each has a part in an image."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} must hold numbers; got masked entries. Fill them first.")
