"""Whether the compiled kernel is there, and worth loading."""

import sys

__all__ = ["compiled_kernel"]

#: Numbers to transform below which loading the kernel (about a second) costs more than it saves.
_WORTH_LOADING = 2**18


def compiled_kernel(size):
    """The module mathlib.jl.kernel, or None: then NumPy computes the same numbers.

    None where numba is missing or switched off (NUMBA_DISABLE_JIT=1), and for small data (fewer than 2^18
    numbers) as long as nothing else has loaded it.
    """
    if size < _WORTH_LOADING and "mathlib.jl.kernel" not in sys.modules:
        return None
    try:
        from numba import config

        from mathlib.jl import kernel
    except ImportError:
        return None
    return None if config.DISABLE_JIT else kernel
