"""Which processes belong to a run, what memory they hold, and how to end every one of them.

A kernel runs in a session of its own and may start processes that outlive it. What all of them keep is
the environment they were started with, so each run marks it with a tag: whoever carries the tag belongs
to the run, whatever became of its parents.
"""

import os
import signal
import time
from collections.abc import Collection

import psutil

TAG = "MATHLIB_RUN_TAG"


def tagged(tags: Collection[str]) -> dict[str, list[psutil.Process]]:
    """Living processes by tag, this process left out."""
    found: dict[str, list[psutil.Process]] = {tag: [] for tag in tags}
    for process in psutil.process_iter():
        try:
            tag = process.environ().get(TAG)
            if tag in found and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found[tag].append(process)
        except (psutil.Error, OSError):
            continue  # gone, a zombie, or another user's
    return found


def resident_bytes(processes: Collection[psutil.Process]) -> int:
    """Resident memory of the processes together; pages that they share count once for each."""
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def end_tagged(tags: Collection[str], patience: float = 2.0) -> None:
    """Kill every process that carries one of the tags, until two looks in a row find none.

    A kernel between fork and exec does not carry the tag yet: hence the second look.
    """
    deadline = time.monotonic() + patience
    clean = 0
    while clean < 2 and time.monotonic() < deadline:
        processes = [p for group in tagged(tags).values() for p in group]
        for process in processes:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.Error:
                continue
        clean = 0 if processes else clean + 1
        time.sleep(0.01)


def by_pid(pid: int) -> list[psutil.Process]:
    """The process with this number, if there still is one."""
    try:
        return [psutil.Process(pid)]
    except psutil.Error:
        return []
