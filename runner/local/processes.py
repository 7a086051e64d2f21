"""Which processes belong to an attempt, what memory they hold, and how to end every one of them.

A kernel runs in a session of its own and may start processes that outlive it. Two things tell whose they are:
the environment they were started with holds the tag of the attempt; and whose parents have ended becomes a
child of the nearest *subreaper* above it, on Linux. The process around each kernel is one, and so is the
runner: whatever becomes of environment, session and parents, a process stays below the attempt that it comes
from, and when the process around the kernel is killed, what was below it becomes a child of the runner.
"""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Collection, Iterable
from multiprocessing import forkserver, resource_tracker

import psutil

TAG = "MATHLIB_RUN_TAG"
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make this process a subreaper, where the system has such a thing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Look:
    """The living processes at one moment: parents, and tags of environments. This process is left out."""

    def __init__(self) -> None:
        self.tagged: dict[str, list[psutil.Process]] = {}
        self.children: dict[int, list[psutil.Process]] = {}
        for process in psutil.process_iter():
            # It may be gone, or another user's.
            with contextlib.suppress(psutil.Error, OSError), process.oneshot():
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                self.children.setdefault(process.ppid(), []).append(process)
                if tag := process.environ().get(TAG):
                    self.tagged.setdefault(tag, []).append(process)

    def below(self, pids: Iterable[int]) -> set[psutil.Process]:
        """All that descends from the given processes."""
        found: set[psutil.Process] = set()
        pending = list(pids)
        while pending:
            new = set(self.children.get(pending.pop(), ())) - found
            found |= new
            pending += [process.pid for process in new]
        return found

    def of(self, tag: str, pid: int) -> set[psutil.Process]:
        """What belongs to an attempt: all that carries its tag or descends from its process."""
        family = self.below([pid, *(p.pid for p in self.tagged.get(tag, ()))])
        return family | set(self.tagged.get(tag, ()))


def held_bytes(processes: Collection[psutil.Process], enough: float) -> int:
    """Memory of the processes together, shared pages counted once where it may be more than `enough`."""
    plain = sum(_rss(process) for process in processes)
    return plain if plain <= enough else sum(_share(process) for process in processes)


def _rss(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _share(process: psutil.Process) -> int:
    """Proportional set size: each page divided by the number of processes that have it."""
    try:
        with open(f"/proc/{process.pid}/smaps_rollup") as lines:
            return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, ValueError):
        return _rss(process)


class Orphans:
    """The children that this process has adopted: those that neither it nor Python itself has started."""

    def __init__(self) -> None:
        adopt_orphans()
        self._own = {process.pid for process in psutil.Process().children()}

    def among(self, children: Iterable[psutil.Process]) -> list[psutil.Process]:
        """Those of the children of this process that it has adopted."""
        own = self._own | {
            # multiprocessing starts these anew when they end
            getattr(forkserver._forkserver, "_forkserver_pid", None),
            getattr(resource_tracker._resource_tracker, "_pid", None),
        }
        return [child for child in children if child.pid not in own]

    def reap(self) -> None:
        """Take note of adopted children that have ended, which would stay as zombies."""
        for child in self.among(psutil.Process().children()):
            with contextlib.suppress(psutil.Error, OSError):
                if child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)


def end_all(
    tags: Collection[str],
    known: Collection[psutil.Process] = (),
    orphans: Orphans | None = None,
    patience: float = 2.0,
) -> None:
    """Kill what has a tag, is known, or was adopted by this process, until two looks find nothing.

    A kernel between fork and exec does not carry the tag yet: hence the second look.
    """
    deadline = time.monotonic() + patience
    clean = 0
    while clean < 2 and time.monotonic() < deadline:
        look = Look()
        doomed = set(orphans.among(look.children.get(os.getpid(), ())) if orphans else ())
        doomed |= {p for tag in tags for p in look.tagged.get(tag, ())}
        doomed |= {p for p in known if p.is_running() and p.status() != psutil.STATUS_ZOMBIE}
        doomed |= look.below([process.pid for process in doomed])
        for process in doomed:
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        if orphans:
            orphans.reap()
        clean = 0 if doomed else clean + 1
        time.sleep(0.01)


def end_below() -> None:
    """Kill all that descends from this process."""
    end_all((), Look().below([os.getpid()]))
