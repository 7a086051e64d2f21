"""Compiling with numba, wherever the library is installed.

Compiled code is kept beside its source, or else in the user's cache folder, and reused by later processes.
"""

import contextlib
import functools
import signal
import threading
import warnings

import numba
from numba.core.caching import FunctionCache

__all__ = ["njit"]


class _Cache(FunctionCache):
    """A cache that does without what it cannot write: a full disk must not end a computation."""

    def save_overload(self, signature, compiled):
        with contextlib.suppress(OSError):
            super().save_overload(signature, compiled)


class _Interrupts:
    """Let a Ctrl-C that comes while numba compiles end as KeyboardInterrupt, wherever it finds the program.

    LLVM calls Python back when it has made the code of a function, and an exception that is raised in such a
    call is lost. There the interrupt is kept until the function is compiled.
    """

    kept = False

    def handle(self, number, frame):
        while frame is not None:
            if frame.f_code.co_name.startswith("_raw_object_cache_"):
                self.kept = True
                return
            frame = frame.f_back
        raise KeyboardInterrupt

    def mind(self, compile_for):
        """The method `compile` of a compiled function, with this care taken in the main thread."""

        @functools.wraps(compile_for)
        def compile_(signature):
            usual = signal.default_int_handler
            first = signal.getsignal(signal.SIGINT) is usual
            first = first and threading.current_thread() is threading.main_thread()
            if first:
                self.kept = False
                signal.signal(signal.SIGINT, self.handle)
            try:
                compiled = compile_for(signature)
            finally:
                if first:
                    signal.signal(signal.SIGINT, usual)
            if self.kept:
                self.kept = False
                raise KeyboardInterrupt
            return compiled

        return compile_


_interrupts = _Interrupts()


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
        compiled.compile = _interrupts.mind(compiled.compile)
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
