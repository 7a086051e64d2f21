"""The fast Walsh-Hadamard transform.

    H_1 = (1),    H_2d = ( H_d   H_d )
                         ( H_d  -H_d ),     d = 1, 2, 4, 8, ...

H_d is symmetric with entries +-1 and H_d H_d = d I. A vector is transformed in log2(d) passes over its
entries, each a sum and a difference (a *butterfly*), instead of d^2 products.

Equals scipy.linalg.hadamard(d) @ x.
"""

import numpy as np

from mathlib.jl.engine import compiled_kernel

__all__ = ["LONGEST_TILE", "fwht"]

#: Longer vectors are transformed one by one: a tile of 8 or 16 of them would leave the cache.
LONGEST_TILE = 2**16


def fwht(x, axis=-1, norm="ortho", out=None):
    """Walsh-Hadamard transform of x along an axis: y_i = c * sum_j (-1)^<i, j> x_j, c = d^(-1/2) or 1.

    Here d is the length of the axis and <i, j> the number of bits that i and j share. This is the natural
    (Hadamard) order, that of scipy.linalg.hadamard.

    Parameters
    ----------
    x : array_like, shape (..., d, ...)
        float32, float64, wider or complex values are transformed in their own type; float16 in float32.
        Integers are transformed exactly, in int64, if norm is None, and else in float64.
    axis : int
        The axis to transform; its length d must be a power of two. To pad with zeros is the caller's choice,
        since it changes the answer.
    norm : {"ortho", None}
        "ortho": c = d^(-1/2), an orthogonal matrix that is its own inverse. None: c = 1, the entries +-1; to
        apply it twice multiplies by d.
    out : ndarray, optional
        Where to write the result: shape of x, dtype of the result. It may be x itself.

    Returns
    -------
    ndarray, shape of x
        The transform; `out` if that was given.

    Raises
    ------
    ValueError
        If d is not a power of two, or norm or out do not fit.
    TypeError
        If x does not hold numbers.

    Notes
    -----
    d log2(d) additions for each vector. Every entry is the same sum in the same order, however many vectors
    are transformed together, so results do not depend on the batch. Contiguous rows (axis=-1) of float32 or
    float64 go through the compiled kernel and are by far the fastest.

    References
    ----------
    J. Shanks (1969), Computation of the Fast Walsh-Fourier Transform.

    Examples
    --------
    >>> fwht([1, 0, 1, 0], norm=None)
    array([2, 2, 0, 0])
    >>> fwht(fwht([3.0, 1.0, 4.0, 1.0]))
    array([3., 1., 4., 1.])
    """
    x = np.asarray(x)
    if norm not in ("ortho", None):
        raise ValueError(f'norm must be "ortho" or None; got {norm!r}.')
    dtype = _result_dtype(x.dtype, norm)
    if out is None:
        out = np.empty(x.shape, dtype)
    elif not isinstance(out, np.ndarray) or out.shape != x.shape or out.dtype != dtype:
        raise ValueError(f"out must be an array of shape {x.shape} and dtype {dtype}; got {_described(out)}.")
    if x.ndim == 0:
        raise ValueError("x is a single number; fwht needs an array with at least one axis.")
    work = np.moveaxis(out, axis, 0)
    d = len(work)
    if d < 1 or d & (d - 1):
        padded = 1 << d.bit_length()
        raise ValueError(f"the axis has length {d}, not a power of two; pad it with zeros to {padded}.")
    scale = out.real.dtype.type(1 if norm is None else d) ** -0.5
    if _transform_compiled(x, axis, scale, out):
        return out
    if out is not x:
        out[...] = x
    _butterflies(work)
    if norm == "ortho":
        out *= scale
    return out


def _transform_compiled(x, axis, scale, out):
    """Let the kernel do it, if it can: rows of float32 or float64 that lie in one piece."""
    rows = axis in (-1, x.ndim - 1) and x.flags.c_contiguous and out.flags.c_contiguous
    if not rows or x.dtype != out.dtype or x.dtype.char not in "fd" or not x.size:
        return False
    kernel = compiled_kernel(x.size)
    if kernel is None or x.shape[-1] < kernel.LANES[x.dtype]:
        return False
    d, lanes = x.shape[-1], kernel.LANES[x.dtype]
    source, target = x.reshape(-1, d), out.reshape(-1, d)
    signs, levels = np.ones(d, x.dtype), d.bit_length() - 1
    if d <= LONGEST_TILE or d < lanes**2:
        kernel.transform_rows(source, signs, levels, scale, kernel.workspace(d, x.dtype), target)
        return True
    work, levels = kernel.workspace(d // lanes, x.dtype), levels - (lanes.bit_length() - 1)
    for row, image in zip(source, target, strict=True):
        kernel.transform_vector(row, signs, levels, scale, work, image)
    return True


def _butterflies(work):
    """Apply H to axis 0 in place: first to neighbours, then to neighbouring pairs, and so on."""
    d = len(work)
    half = 1
    while half < d:
        # Splitting one axis never copies, so the halves are views of work.
        blocks = work.reshape(d // (2 * half), 2, half, *work.shape[1:])
        top, bottom = blocks[:, 0], blocks[:, 1]
        difference = top - bottom
        top += bottom
        bottom[...] = difference
        half *= 2


def _result_dtype(dtype, norm):
    if np.issubdtype(dtype, np.inexact):
        return np.promote_types(dtype, np.float32)
    if not np.can_cast(dtype, np.int64):
        raise TypeError(f"x must hold real or complex numbers or int64 integers; got dtype {dtype}.")
    return np.dtype(np.int64 if norm is None else np.float64)


def _described(out):
    if isinstance(out, np.ndarray):
        return f"shape {out.shape} and dtype {out.dtype}"
    return type(out).__name__
