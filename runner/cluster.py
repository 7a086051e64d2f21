"""The same tasks on a cluster of dask.distributed, with the same records, limits and progress.

A task carries the notebook and its parameters to a worker and brings back the record and what the run left;
results are stored here, so workers need not see the results folder. They do need this checkout, at the same
path, and the same Python and packages, which is checked: the key of the run is made once more over there.
"""

import contextlib
import io
import logging
import os
import queue
import secrets
import signal
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from distributed import Client, LocalCluster

from runner import remote
from runner.catalog import ROOT
from runner.errors import UsageError
from runner.run import Run, Task, not_stored, plain_error
from runner.signals import Signals, withheld_from_children
from runner.store import Store, is_good

# Dask sends a function of a module by the name of the module, but a function of __main__ with its code. The
# workers cannot import this package before they know where it is, so this function has to come with its code.
remote.attempt_on_worker.__module__ = "__main__"

PATIENCE = 2.0  # seconds that interrupted workers get to say that their kernels have ended
LOST = ("cancelled", "lost")  # what a future is when the client has lost its scheduler
ASK_EVERY = 5.0  # seconds between two questions how many threads the workers have


@dataclass
class RemoteRun:
    """One notebook on a worker, as far as it is known here."""

    task: Task
    tag: str
    future: Any
    since: float = field(default_factory=time.monotonic)
    started: bool = False
    cell: int = 0
    done: int = 0
    status: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(bool(source.strip()) for source in self.task.notebook.code)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since

    def hear(self, event: dict[str, Any]) -> None:
        """Take in what a worker reports; when Dask runs the notebook anew, cells and time start at 0."""
        if event["cell"] == event["done"] == 0:
            self.since = time.monotonic()
        self.started = True
        self.cell, self.done = event["cell"], event["done"]


class ClusterExecutor:
    """Executes tasks on the workers of a Dask client; `observe(run)` is told of every change.

    jobs: notebooks that may be with the scheduler at a time, running or waiting, by default two for each
    thread of the workers, so that none of them idles; shared: whether the workers are on this machine and may
    use the runner's own folders; timeout and memory: as for a local executor, the memory by default 80% of
    the worker's machine.
    """

    def __init__(
        self,
        store: Store,
        signals: Signals,
        client: Client,
        *,
        jobs: int | None,
        shared: bool,
        timeout: float,
        memory: float | None,
        observe: Callable[[RemoteRun], None] = lambda run: None,
    ) -> None:
        self.store, self.signals, self.client, self.observe = store, signals, client, observe
        self.jobs, self.shared = jobs, shared
        self.limits = {"timeout": timeout, "memory": memory}
        self.topic = f"mathlib-{secrets.token_hex(8)}"
        self.runs: dict[str, RemoteRun] = {}
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._heard, self._tell = os.pipe()
        os.set_blocking(self._tell, False)
        self._room = (0.0, 1)
        if shared:
            (store.staging / "attempts").mkdir()

    def execute(self, tasks: list[Task], *, fail_fast: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the record of each task as it ends, stored already.

        After a signal it ends every attempt and stops; what was at work leaves no record.
        """
        self.client.subscribe_topic(self.topic, lambda event: self._note(event[1]["tag"], event[1]))
        waiting = list(reversed(tasks))
        try:
            while (waiting or self.runs) and not self.signals.number:
                while waiting and len(self.runs) < self._most():
                    self._submit(waiting.pop())
                wait([self.signals.wakeup, self._heard], timeout=1.0)
                if self.signals.number:
                    return
                for run in self._take_news():
                    del self.runs[run.tag]
                    record = self._finish(run)
                    self.observe(run)
                    if fail_fast and not is_good(record):
                        waiting.clear()
                        self._end_all()
                        yield record
                        return
                    yield record
        finally:
            self._end_all()

    def _note(self, tag: str, event: dict[str, Any] | None) -> None:
        """Called in a thread of the client: what a worker says, or None when the future is settled."""
        self._news.put((tag, event))
        with contextlib.suppress(BlockingIOError):
            os.write(self._tell, b"!")

    def _take_news(self) -> list[RemoteRun]:
        """Read what the client's threads have noted, show progress, and return the runs that have ended."""
        with contextlib.suppress(BlockingIOError):
            os.set_blocking(self._heard, False)
            os.read(self._heard, 1 << 16)
        settled = []
        while not self._news.empty():
            tag, event = self._news.get()
            run = self.runs.get(tag)
            if run is None:
                continue
            if event is None:
                settled.append(run)
            elif "ended" not in event:
                run.hear(event)
        for run in self.runs.values():
            if run.started and run not in settled:
                self.observe(run)
        # A run that was lost with the scheduler raises an error; the results that arrived are stored before.
        return sorted(settled, key=lambda run: run.future.status in LOST)

    def _most(self) -> int:
        """How many notebooks may be with the scheduler at a time."""
        if self.jobs is not None:
            return self.jobs
        asked, room = self._room
        if time.monotonic() - asked > ASK_EVERY:
            with contextlib.suppress(OSError):  # if the scheduler is gone, the futures will say so
                room = max(1, 2 * sum(self.client.nthreads().values()))
            self._room = (time.monotonic(), room)
        return room

    def _submit(self, task: Task) -> None:
        tag = secrets.token_hex(8)
        notebook = task.notebook
        job = {
            "root": str(ROOT),
            "topic": self.topic,
            "tag": tag,
            "name": notebook.name,
            "notebook": notebook.path.read_text(encoding="utf-8"),
            "overrides": repr(notebook.overrides),  # Python literals all of them, tuples too
            "full": notebook.full,
            "key": task.key,
            "keep": task.keep,
            "scratch": str(self.store.staging / "attempts") if self.shared else None,
            "sockets": str(self.store.sockets) if self.shared else None,
            **self.limits,
        }
        try:
            future = self.client.submit(remote.attempt_on_worker, job, key=f"mathlib-{tag}", pure=False)
        except Exception:
            raise _lost() from None  # a job is a dict of text: nothing but the connection can fail
        self.runs[tag] = RemoteRun(task, tag, future)
        future.add_done_callback(lambda _: self._note(tag, None))

    def _finish(self, run: RemoteRun) -> dict[str, Any]:
        """The record of a run whose future is settled, stored in its place."""
        result = self._result(run)
        record = result.get("record") or self._record_of_loss(run, result["problem"])
        try:
            folder = self.store.stage(run.task.place)
            if "archive" in result:
                _unpack(result["archive"], folder)
            self.store.publish(run.task.place, record)
        except OSError as error:
            record = not_stored(record, error)
        run.status, run.claims = record["status"], record["claims"]
        return record

    def _result(self, run: RemoteRun) -> dict[str, Any]:
        if run.future.status in LOST:
            raise _lost()
        try:
            return run.future.result()
        except Exception as error:  # workers kept dying, or the result could not travel
            return {"problem": f"{type(error).__name__}: {' '.join(str(error).split())}"}

    def _record_of_loss(self, run: RemoteRun, problem: str) -> dict[str, Any]:
        """The record where no attempt came to a record of its own."""
        local = Run(run.task, run.tag, Path(), None, None, started=run.since)
        local.status, local.error = "died", plain_error("ClusterError", problem, run.cell)
        return local.record()

    def _end_all(self) -> None:
        """Cancel all runs, and wait at most PATIENCE seconds until the workers report their end."""
        if not self.runs:
            return
        with contextlib.suppress(Exception):  # a scheduler that is gone has no tasks, its workers end them
            self.client.cancel([run.future for run in self.runs.values()])
            at_work = {run.tag for run in self.runs.values() if run.started}
            deadline = time.monotonic() + PATIENCE
            while at_work and (left := deadline - time.monotonic()) > 0:
                with contextlib.suppress(queue.Empty):
                    tag, event = self._news.get(timeout=left)
                    if event and "ended" in event:
                        at_work.discard(tag)
        self.runs.clear()


def _lost() -> OSError:
    return ConnectionError("the connection to the Dask scheduler is lost; what has ended is stored")


def _unpack(content: bytes, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        # Nothing lands outside the folder; early releases of Python 3.11 have no such filter.
        archive.extraction_filter = getattr(tarfile, "tar_filter", lambda member, path: member)
        try:
            archive.extractall(folder)
        except tarfile.TarError as error:
            raise OSError(f"{type(error).__name__}: {error}") from None


@contextlib.contextmanager
def connected(where: str, signals: Signals, store: Store) -> Iterator[Client]:
    """A client of the cluster at tcp://..., or of one of N processes on this machine for local:N."""
    for name in list(logging.root.manager.loggerDict):  # what matters is reported by the runner
        if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if where.startswith("local:"):
        with withheld_from_children(signal.SIGINT):  # also from the thread that starts the workers
            # Without workers the cluster is there at once; they start while notebooks are already submitted.
            cluster = LocalCluster(
                n_workers=0,
                threads_per_worker=1,
                dashboard_address=None,
                memory_limit=0,  # the runner has limits of its own, which count the kernels
                local_directory=str(store.staging / "dask"),
                silence_logs=logging.CRITICAL,
            )
        cluster.scale(int(where.removeprefix("local:")))
    else:
        cluster = contextlib.nullcontext(where)
    with cluster as address, _client(address, signals) as client:
        yield client


@contextlib.contextmanager
def _client(address: Any, signals: Signals) -> Iterator[Client]:
    try:
        with signals.raising():
            client = Client(address, timeout=10, set_as_default=False)
    except KeyboardInterrupt:
        yield None
        return
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"no Dask scheduler answers at {address}: {reason}") from None
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone; there is nothing left to tell it
            client.close(timeout=1)
