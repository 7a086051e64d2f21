"""The same runs on a cluster of dask.distributed, with the same records, limits and progress.

A submission carries the notebook and its parameters to a worker and brings back the record and what the run
left; results are stored here, so workers need not see the results folder. They do need this checkout, at the
same path, and the same Python and packages, which is checked: the key of the run is made once more over
there.
"""

import contextlib
import io
import os
import queue
import secrets
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from distributed import Client

from runner.cluster import remote
from runner.cluster.connection import connected
from runner.local.attempt import Attempt, not_stored, plain_error, refused
from runner.results.claims import is_good
from runner.results.run import Attempted, Record, Run
from runner.results.store import Store
from runner.settings import ROOT, Settings
from runner.signals import Signals

# Dask sends a function of a module by the name of the module, but a function of __main__ with its code. The
# workers cannot import this package before they know where it is, so this function has to come with its code.
remote.attempt_on_worker.__module__ = "__main__"

PATIENCE = 2.0  # seconds that interrupted workers get to say that their kernels have ended
LOST = ("cancelled", "lost")  # what a future is when the client has lost its scheduler
ASK_EVERY = 5.0  # seconds between two questions how many threads the workers have


@contextlib.contextmanager
def cluster_executor(
    settings: Settings, signals: Signals, observe: Callable[[Attempted], None]
) -> Iterator["ClusterExecutor"]:
    """What executes runs on the cluster that the settings name and stores their results where they say."""
    where = settings.scheduler_address or settings.cluster or ""
    with Store(settings.output) as store, connected(where, signals, store) as client:
        shared = not settings.scheduler_address
        yield ClusterExecutor(store, signals, client, jobs=settings.jobs, shared=shared, observe=observe)


@dataclass
class Submission:
    """A run that is with the scheduler, as far as it is known here."""

    run: Run
    tag: str
    future: Any
    since: float = field(default_factory=time.monotonic)
    started: bool = False
    cell: int = 0
    done: int = 0
    status: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)
    taken: float | None = None  # seconds, once it has ended

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since if self.taken is None else self.taken

    def end(self, record: Record) -> None:
        self.status, self.claims, self.taken = record["status"], record["claims"], record["seconds"]

    def hear(self, event: dict[str, Any]) -> None:
        """Take in what a worker reports; when Dask runs the notebook anew, cells and time start at 0."""
        if event["cell"] == event["done"] == 0:
            self.since = time.monotonic()
        self.started = True
        self.cell, self.done = event["cell"], event["done"]


class ClusterExecutor:
    """Executes runs on the workers of a Dask client; `observe(submission)` is told of every change.

    jobs: runs that may be with the scheduler at a time, at work or waiting, by default two for each thread of
    the workers, so that none of them idles; shared: whether the workers are on this machine and may use the
    runner's own folders.
    """

    def __init__(
        self,
        store: Store,
        signals: Signals,
        client: Client | None,  # None after a signal
        *,
        jobs: int | None,
        shared: bool,
        observe: Callable[[Submission], None] = lambda submission: None,
    ) -> None:
        self.store, self.signals, self.client, self.observe = store, signals, client, observe
        self.jobs, self.shared = jobs, shared
        self.topic = f"mathlib-{secrets.token_hex(8)}"
        self.submissions: dict[str, Submission] = {}
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._heard, self._tell = os.pipe()
        os.set_blocking(self._tell, False)
        self._room = (0.0, 1)
        if shared:
            (store.staging / "attempts").mkdir()

    def execute(self, runs: list[Run], *, fail_fast: bool = False) -> Iterator[Record]:
        """Yield the record of each run as it ends, stored already."""
        if self.client is None:
            return
        self.client.subscribe_topic(self.topic, lambda event: self._note(event[1]["tag"], event[1]))
        waiting = list(reversed(runs))
        try:
            while (waiting or self.submissions) and not self.signals.number:
                while waiting and len(self.submissions) < self._most():
                    self._submit(waiting.pop())
                wait([self.signals.wakeup, self._heard], timeout=1.0)
                if self.signals.number:
                    return
                for submission in self._take_news():
                    del self.submissions[submission.tag]
                    record = self._finish(submission)
                    self.observe(submission)
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

    def _take_news(self) -> list[Submission]:
        """Read what the client's threads have noted, show progress, and return what has ended."""
        with contextlib.suppress(BlockingIOError):
            os.set_blocking(self._heard, False)
            os.read(self._heard, 1 << 16)
        settled = []
        while not self._news.empty():
            tag, event = self._news.get()
            submission = self.submissions.get(tag)
            if submission is None:
                continue
            if event is None:
                settled.append(submission)
            elif "ended" not in event:
                submission.hear(event)
        for submission in self.submissions.values():
            if submission.started and submission not in settled:
                self.observe(submission)
        # What was lost with the scheduler raises an error; the results that arrived are stored before.
        return sorted(settled, key=lambda s: s.future is not None and s.future.status in LOST)

    def _most(self) -> int:
        """How many runs may be with the scheduler at a time."""
        if self.jobs is not None:
            return self.jobs
        asked, room = self._room
        if time.monotonic() - asked > ASK_EVERY:
            with contextlib.suppress(OSError):  # if the scheduler is gone, the futures will say so
                room = max(1, 2 * sum(self.client.nthreads().values() if self.client else ()))
            self._room = (time.monotonic(), room)
        return room

    def _submit(self, run: Run) -> None:
        tag = secrets.token_hex(8)
        notebook = run.notebook
        if notebook.problem or self.client is None:
            self.submissions[tag] = Submission(run, tag, None)
            self._note(tag, None)
            return
        job = {
            "root": str(ROOT),
            "topic": self.topic,
            "tag": tag,
            "name": notebook.name,
            "path": os.path.abspath(notebook.path),
            "notebook": notebook.text,
            "overrides": repr(notebook.overrides),  # Python literals all of them, tuples too
            "full": notebook.full,
            "key": run.key,
            "keep": run.keep,
            "timeout": run.timeout,
            "memory": run.memory,
            "scratch": str(self.store.staging / "attempts") if self.shared else None,
            "sockets": str(self.store.sockets) if self.shared else None,
        }
        try:
            future = self.client.submit(remote.attempt_on_worker, job, key=f"mathlib-{tag}", pure=False)
        except Exception:
            raise _lost() from None  # a job is a dict of text: nothing but the connection can fail
        self.submissions[tag] = Submission(run, tag, future)
        future.add_done_callback(lambda _: self._note(tag, None))

    def _finish(self, submission: Submission) -> Record:
        """The record of a run whose future is settled, stored in its place."""
        result, place = self._result(submission), submission.run.place
        record = result.get("record") or self._record_of_loss(submission, result["problem"])
        try:
            folder = self.store.stage(place)
            if "archive" in result:
                _unpack(result["archive"], folder)
            self.store.publish(place, record)
        except (OSError, ValueError) as error:
            record = not_stored(record, error)
        submission.end(record)
        return record

    def _result(self, submission: Submission) -> dict[str, Any]:
        if submission.future is None:
            return {"record": refused(submission.run).record()}
        if submission.future.status in LOST:
            raise _lost()
        try:
            return submission.future.result()
        except Exception as error:  # workers kept dying, or the result could not travel
            return {"problem": f"{type(error).__name__}: {' '.join(str(error).split())}"}

    def _record_of_loss(self, submission: Submission, problem: str) -> Record:
        """The record where no attempt came to a record of its own."""
        lost = Attempt(submission.run, submission.tag, started=submission.since)
        lost.status, lost.error = "died", plain_error("ClusterError", problem, submission.cell)
        return lost.record()

    def _end_all(self) -> None:
        """Cancel all submissions, and wait at most PATIENCE seconds until the workers report their end."""
        if not self.submissions or self.client is None:
            return
        with contextlib.suppress(Exception):  # a scheduler that is gone has no tasks, its workers end them
            self.client.cancel([s.future for s in self.submissions.values() if s.future is not None])
            at_work = {submission.tag for submission in self.submissions.values() if submission.started}
            deadline = time.monotonic() + PATIENCE
            while at_work and (left := deadline - time.monotonic()) > 0:
                with contextlib.suppress(queue.Empty):
                    tag, event = self._news.get(timeout=left)
                    if event and "ended" in event:
                        at_work.discard(tag)
        self.submissions.clear()


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
