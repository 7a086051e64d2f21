"""Which processes belong to an attempt, what memory they hold, and an end to those that lost their guard.

What a notebook starts is below the guard of its attempt (guard.py), and the guard ends it. Besides, the
environment that a kernel is started with holds the tag of the attempt: by it, and by what was seen below the
guard before, its processes are known where there is no guard to end them, or where nothing is a subreaper.
"""

import contextlib
import os
import time
from collections.abc import Collection, Iterable

import psutil

TAG = "MATHLIB_RUN_TAG"


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
        """What belongs to an attempt: all that carries its tag or descends from its guard."""
        tagged = self.tagged.get(tag, [])
        return self.below([pid, *(process.pid for process in tagged)]) | set(tagged)


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


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end_all(tag: str, known: Collection[psutil.Process], patience: float = 2.0) -> None:
    """Kill what carries the tag or is known, and all below it, until two looks find nothing.

    A kernel between fork and exec does not carry the tag yet: hence the second look.
    """
    deadline = time.monotonic() + patience
    clean = 0
    while clean < 2 and time.monotonic() < deadline:
        look = Look()
        doomed = set(look.tagged.get(tag, ()))
        doomed |= {process for process in known if _lives(process)}
        doomed |= look.below([process.pid for process in doomed])
        for process in doomed:
            with contextlib.suppress(psutil.Error):
                process.kill()
        clean = 0 if doomed else clean + 1
        time.sleep(0.01)
