"""The fast Walsh-Hadamard transform.

    H_1 = (1),    H_2d = ( H_d   H_d )
                         ( H_d  -H_d ),     d = 1, 2, 4, 8, ...

H_d is symmetric with entries +-1 and H_d H_d = d I. A vector is transformed in log2(d) passes over its
entries, each a sum and a difference (a *butterfly*), instead of d^2 products.
"""

import sys
import warnings
from functools import lru_cache
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_integer, shown

__all__ = ["LONGEST_TILE", "butterflies", "compiled_kernel", "fwht"]

#: Longer vectors go one by one: a tile of 8 or 16 of them would leave the cache.
LONGEST_TILE = 2**16
#: How many numbers the kernel transforms in one call, so that Ctrl-C is seen between the calls.
_NUMBERS_AT_ONCE = 2**25
#: Integers from here on need not be numbers in float64.
_FIRST_ROUNDED = 2**53
#: Numbers to transform below which loading the kernel costs more than it saves: a third of a second, or two
#: seconds where nothing is compiled yet.
_WORTH_LOADING = 2**18


def fwht(
    x: ArrayLike, axis: int = -1, norm: str | None = "ortho", out: np.ndarray | None = None
) -> np.ndarray:
    """Return the Walsh-Hadamard transform of x along an axis: y_i = c * sum_j (-1)^<i, j> x_j.

    Here d is the length of the axis, c = d^(-1/2) or 1, and <i, j> the number of bits that i and j share. The
    order is the natural one, that of scipy.linalg.hadamard.

    Parameters
    ----------
    x : array_like, shape (..., d, ...)
        float32, float64, wider or complex values are transformed in their own type; float16 in float32.
        The sums of integers (of NumPy or Python, booleans being 0 and 1) are exact: int64 if norm is None,
        and else divided by d^(1/2) in float64.
    axis : int
        The axis to transform; its length d must be a power of two. To pad with zeros is the caller's choice,
        since it changes the answer.
    norm : {"ortho", None}
        "ortho": c = d^(-1/2), an orthogonal matrix that is its own inverse. None: c = 1, the entries +-1; to
        apply it twice multiplies by d.
    out : ndarray, optional
        Where to write the result: shape of x, dtype of the result. It may be x itself, or overlap it.

    Returns
    -------
    ndarray, shape of x
        The transform; `out` if that was given.

    Raises
    ------
    ValueError
        If d is not a power of two, x is masked, or axis, norm or out do not fit.
    OverflowError
        If a sum of integers does not fit into int64 (or its quotient into float64), or if a list holds floats
        and also an integer that float64 cannot hold.
    TypeError
        If x does not hold numbers.

    Warns
    -----
    RuntimeWarning
        If the result holds NaN or infinity: x held one, which spreads over its whole vector, or a sum is
        beyond the largest number of the type.

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
    if norm is not None and not (isinstance(norm, str) and norm == "ortho"):
        raise ValueError(f'norm must be "ortho" or None; got {shown(norm)}.')
    x = _as_numbers(x)
    if x.ndim == 0:
        raise ValueError("x must have at least one axis; got a single number.")
    axis = check_integer("axis", axis, -x.ndim, x.ndim - 1, "an axis of x")
    d = x.shape[axis]
    if d < 1 or d & (d - 1):
        padded = 1 << d.bit_length()
        raise ValueError(
            f"x must have a power of two as its length; got length {d} along axis {axis}. "
            f"Pad it with zeros to {padded}."
        )
    dtype = _result_dtype(x.dtype, norm)
    if out is None:
        out = np.empty(x.shape, dtype)
    else:
        _check_out(out, x.shape, dtype)
    result = out.view(np.ndarray)
    scale = result.real.dtype.type(1 if norm is None else d) ** -0.5
    if x.dtype.kind in "biuO":
        result[...] = _exact_sums(x, axis, result.dtype)
        if norm == "ortho":
            result *= scale
        return out
    finite = _transform_compiled(x, axis, scale, result)
    if finite is None:
        if out is not x:
            result[...] = x
        with np.errstate(over="ignore", invalid="ignore"):
            butterflies(np.moveaxis(result, axis, 0))
            if norm == "ortho":
                result *= scale
        finite = np.isfinite(result).all()
    if not finite:
        warnings.warn(
            f"the transform holds NaN or infinity: x does, or its sums exceed {dtype} (then scale x down).",
            RuntimeWarning,
            stacklevel=2,
        )
    return out


def compiled_kernel(size):
    """The module of the compiled kernel, or None: then NumPy computes the same numbers.

    None where numba is missing or switched off (NUMBA_DISABLE_JIT=1), and for few numbers as long as nothing
    else has loaded it.
    """
    if size < _WORTH_LOADING and "mathlib.jl.hadamard.kernel" not in sys.modules:
        return None
    try:
        from numba import config

        from mathlib.jl.hadamard import kernel
    except ImportError:
        return None
    return None if config.DISABLE_JIT else kernel


def _transform_compiled(x, axis, scale, out):
    """Let the kernel do it, if it can; whether out is finite, or None if the kernel cannot.

    It can where out holds rows of float32 or float64 that lie in one piece.
    """
    rows = axis in (-1, x.ndim - 1) and out.flags.c_contiguous and out.flags.aligned
    if not rows or out.dtype.char not in "fd" or not x.size:
        return None
    kernel = compiled_kernel(x.size)
    d = x.shape[-1]
    if kernel is None or d < kernel.LANES[out.dtype]:
        return None
    lanes, levels = kernel.LANES[out.dtype], d.bit_length() - 1
    ready = x.dtype == out.dtype and x.flags.c_contiguous and x.flags.aligned
    if not ready or (np.may_share_memory(x, out) and x.ctypes.data != out.ctypes.data):
        out[...] = x  # NumPy minds an overlap, the kernel would not
        x = out
    source, target = x.reshape(-1, d), out.reshape(-1, d)
    signs, finite = _no_signs(d, x.dtype), True
    in_tiles = _rows_in_tiles(len(source), d, lanes)
    if in_tiles:
        work, step = kernel.workspace(d, x.dtype), max(1, _NUMBERS_AT_ONCE // (d * lanes)) * lanes
        for i in range(0, in_tiles, step):
            part = slice(i, min(i + step, in_tiles))
            finite &= kernel.transform_rows(source[part], signs, levels, scale, work, target[part])
    if in_tiles < len(source):
        work, levels = kernel.workspace(d // lanes, x.dtype), levels - (lanes.bit_length() - 1)
        for row, image in zip(source[in_tiles:], target[in_tiles:], strict=True):
            finite &= kernel.transform_vector(row, signs, levels, scale, work, image)
    # Sums of finite numbers may overflow, so only the numbers themselves decide.
    return finite or np.isfinite(out).all()


def _no_signs(d, dtype):
    return _few_ones(d, dtype) if d <= LONGEST_TILE else np.ones(d, dtype)


@lru_cache(maxsize=8)
def _few_ones(d, dtype):
    """Kept, because to fill them takes a single vector a fifth of its time."""
    return np.ones(d, dtype)


def _rows_in_tiles(n, d, lanes):
    """How many of n rows go in tiles of `lanes` rows; the others, one by one, are faster.

    A full tile is the fastest as long as it stays in the cache. A tile with gaps costs as much as a full one:
    measured against a single vector 2 times for d = 256, 5 to 8 times for 1024, and from 2^14 on more than
    its rows one by one.
    """
    if d < lanes**2:
        return n
    if d > LONGEST_TILE:
        return 0
    few = 2 if d < 1024 else lanes // 2 if d < 2**14 else lanes - 1
    return n if n % lanes > few else n - n % lanes


def butterflies(work):
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


def _exact_sums(x, axis, dtype):
    """H x for integers: in int64 where no sum can leave it, else in Python's integers."""
    largest = max((abs(int(x.max())), abs(int(x.min())))) if x.size else 0
    sums = x.astype(np.int64 if largest * x.shape[axis] < 2**63 else object)
    butterflies(np.moveaxis(sums, axis, 0))
    try:
        return sums.astype(dtype)
    except OverflowError:
        raise OverflowError(
            f"the sums of {x.shape[axis]} integers of up to {largest.bit_length()} bits do not fit into "
            f"{dtype}: for rounded sums give x as floats."
        ) from None


def _as_numbers(x) -> np.ndarray:
    """x as an array; Python's integers that NumPy would make floats of as an array of objects."""
    array = np.asarray(x)
    if np.ma.is_masked(x):
        raise ValueError(
            "x must hold numbers; got masked entries, each a part of every sum. Fill them first."
        )
    rounds = array.dtype.kind in "fc" and not hasattr(x, "dtype") and np.any(np.abs(array) >= _FIRST_ROUNDED)
    if array.dtype != object and not rounds:
        return array
    entries = np.asarray(x, dtype=object)
    whole = [isinstance(entry, Integral) for entry in entries.flat]
    if all(whole):
        return np.asarray(np.frompyfunc(int, 1, 1)(entries), dtype=object)  # NumPy's would wrap around
    if array.dtype == object:
        raise TypeError("x must hold real or complex numbers, or integers; got dtype object.")
    if any(entries.flat[i] != array.flat[i].item() for i in np.flatnonzero(whole)):
        raise OverflowError(
            "x mixes floats with an integer that float64 cannot hold: give integers only, or floats only."
        )
    return array


def _result_dtype(dtype, norm):
    if np.issubdtype(dtype, np.inexact):
        return np.promote_types(dtype, np.float32)
    if dtype.kind not in "biuO":
        raise TypeError(f"x must hold real or complex numbers, or integers; got dtype {dtype}.")
    return np.dtype(np.int64 if norm is None else np.float64)


def _check_out(out, shape, dtype):
    if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != dtype:
        got = type(out).__name__
        if isinstance(out, np.ndarray):
            got = f"shape {out.shape} and dtype {out.dtype}"
        raise ValueError(f"out must be an array of shape {shape} and dtype {dtype}; got {got}.")
    if not out.flags.writeable:
        raise ValueError("out must be an array that can be written; got a read-only one.")
    if out.flags.c_contiguous:
        return
    # Beginning with the nearest neighbours, each axis must step over all that the axes before it reach.
    reach = 0
    for stride, length in sorted((abs(s), n) for s, n in zip(out.strides, shape, strict=True) if n > 1):
        if stride < reach + out.itemsize:
            raise ValueError("out must have a place for each entry; got entries that share memory.")
        reach += stride * (length - 1)
