"""The process around each worker, which ends all that a notebook has started, whoever ends first.

    runner - forkserver - guard - worker - kernel - what the notebook starts

A kernel runs in a session of its own, and what it starts may hide: with another environment, forked twice,
in a session of its own. On Linux the guard is a *subreaper*: a process below it whose parent has ended
becomes its child, so that nothing can leave. The guard waits until the worker has ended, the runner has, or
the runner asks for the end; then it kills all that is below it, and ends once it has no child left. It runs
nothing of a notebook. If it is killed itself, the worker dies with it, and the runner ends the rest.
"""

import contextlib
import ctypes
import os
import signal
import time
from multiprocessing.connection import Connection, wait
from typing import Any

import psutil

from runner.local import worker

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PATIENCE = 10.0  # seconds for what was killed to end; gigabytes of memory take some


def main(job: dict[str, Any], pipe: Connection) -> None:
    """Start the worker, wait for an end, and make it the end of all; exit status 0 says that it was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the runner decides what an interrupt means
    signal.signal(signal.SIGTERM, _leave)
    os.setsid()
    _redirect_output(job["log"])
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    ended, ends = os.pipe()
    guard = os.getpid()
    if not os.fork():
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == guard:  # else it has ended before
            os.close(ended)
            worker.main(job, pipe)
        os._exit(1)
    os.close(ends)
    try:
        wait([pipe, ended])  # the runner sends nothing but the wish for the end
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os._exit(0 if _end_below() else 1)


def _leave(*_: object) -> None:
    raise SystemExit


def _redirect_output(log: str) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)


def _prctl(option: int, value: int) -> None:
    """Set an attribute of this process, where the system has such a thing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_below() -> bool:
    """Kill all that descends from this process, until it has no child; whether it came to that."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return True
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.002)
    return False
