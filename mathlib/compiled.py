"""Compiling with numba, wherever the library is installed.

Compiled code is kept beside its source, or else in the user's cache folder, and reused by later processes.
"""

import contextlib
import warnings

import numba
from numba.core.caching import FunctionCache

__all__ = ["njit"]


class _Cache(FunctionCache):
    """A cache that does without what it cannot write: a full disk must not end a computation."""

    def save_overload(self, signature, compiled):
        with contextlib.suppress(OSError):
            super().save_overload(signature, compiled)


def njit(function=None, **options):
    """`numba.njit(cache=True)` that also works where nothing can be written.

    Parameters
    ----------
    function : callable
    **options
        What `numba.njit` takes, but `cache`.

    Returns
    -------
    callable
        The compiled function. Where neither the folder of the source nor the user's cache folder can be
        written (a read-only container, an unwritable home), it is compiled anew in each process, and a
        RuntimeWarning says so once.

    Examples
    --------
    >>> @njit(fastmath=True)
    ... def double(x):
    ...     return 2 * x
    >>> double(21)
    42
    """
    if function is None:
        return lambda function: njit(function, **options)
    compiled = numba.njit(function, **options)
    if compiled is not function:  # it is with NUMBA_DISABLE_JIT=1
        try:
            compiled._cache = _Cache(function)
        except (RuntimeError, OSError):  # "no locator available"
            warnings.warn(_NO_FOLDER, RuntimeWarning, stacklevel=1)
    return compiled


# The same text each time: Python shows a warning once for each place that it comes from.
_NO_FOLDER = (
    "there is no folder in which compiled code could be kept: functions are compiled again in each process, "
    "which takes seconds. Set NUMBA_CACHE_DIR to a folder that can be written."
)
