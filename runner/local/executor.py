"""Runs notebooks in parallel, watches them, and records truthfully what became of each.

The runner owns the record. It believes a run to be good only when every code cell was reported done and
the worker came to its end; anything else is a failure that names the cell at work.
"""

import contextlib
import json
import multiprocessing
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import psutil

from runner.local.attempt import Attempt, not_stored, refused
from runner.local.processes import Look, end_all, held_bytes
from runner.results.claims import is_good
from runner.results.run import Attempted, Record, Run, Storage
from runner.results.store import Store
from runner.settings import ROOT, Settings
from runner.signals import Signals, withheld_from_children

LOOK_EVERY = 0.25  # seconds between two looks at time and memory
PATIENCE = 12.0  # seconds for a guard to end, which itself has less for what it ends
GIB = 2**30
HAS_SUBREAPERS = sys.platform == "linux"  # elsewhere a guard loses what lost its parent
WIDGET = "application/vnd.jupyter.widget-view+json"


@contextlib.contextmanager
def local_executor(
    settings: Settings, signals: Signals, observe: Callable[[Attempted], None]
) -> Iterator["LocalExecutor"]:
    """What executes runs on this machine and stores their results where the settings say."""
    with Store(settings.output) as store:
        yield LocalExecutor(store, signals, jobs=settings.jobs or default_jobs(), observe=observe)


class LocalExecutor:
    """Executes runs in processes here, at most `jobs` at a time; `observe(attempt)` is told of every change.

    single_thread: whether BLAS and OpenMP have one thread in each kernel, by default where several run at a
    time.
    """

    def __init__(
        self,
        store: Storage,
        signals: Signals,
        *,
        jobs: int,
        observe: Callable[[Attempt], None] = lambda attempt: None,
        single_thread: bool | None = None,
    ) -> None:
        self.store, self.signals, self.observe = store, signals, observe
        self.jobs, self.single_thread = jobs, single_thread
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["runner.local.guard"])
        with withheld_from_children(signal.SIGINT):
            forkserver.ensure_running()
        self.attempts: list[Attempt] = []
        self._looked = 0.0

    def execute(self, runs: list[Run], *, fail_fast: bool = False) -> Iterator[Record]:
        """Yield the record of each run as it ends, published already."""
        if self.single_thread is None:
            self.single_thread = min(self.jobs, len(runs)) > 1
        waiting = list(reversed(runs))
        try:
            while (waiting or self.attempts) and not self.signals.number:
                for record in self._step(waiting):
                    if fail_fast and not is_good(record):
                        waiting.clear()
                        self._end_all()
                        yield record
                        return
                    yield record
        finally:
            self._end_all()

    def _step(self, waiting: list[Run]) -> Iterator[Record]:
        """Start what there is room for, wait until something happens, and yield records of what has ended."""
        while waiting and len(self.attempts) < self.jobs and not self.signals.number:
            run = waiting.pop()
            if run.notebook.problem:
                yield self._refuse(run)
            else:
                self.attempts += self._start(run)
        pipes = [source for a in self.attempts for source in (a.pipe, a.process.sentinel)]
        wait([self.signals.wakeup, *pipes], timeout=LOOK_EVERY if pipes else 0)
        if self.signals.number:
            return
        self._enforce_limits()
        for attempt in list(self.attempts):
            attempt.hear()
            if not attempt.status:
                self.observe(attempt)
            if attempt.ended or not attempt.process.is_alive():
                if self.signals.number:
                    return  # to all processes perhaps, of which the others die
                yield self._finish(attempt)

    def _refuse(self, run: Run) -> Record:
        return self._publish(refused(run, self.store.stage(run.place)))

    def _start(self, run: Run) -> list[Attempt]:
        """An attempt at the run; none where a signal has come meanwhile."""
        notebook, folder = run.notebook, self.store.stage(run.place)
        tag = f"{os.getpid()}-{secrets.token_hex(8)}"
        sockets = self.store.sockets / tag[-8:]
        sockets.mkdir(mode=0o700)
        job = {
            "notebook": notebook.text,
            "parameters": notebook.overrides,
            "working_folder": os.path.abspath(notebook.path.parent),
            "folder": str(folder),
            "log": str(folder.with_name(folder.name + ".log")),
            "tag": tag,
            "sockets": str(sockets),
            "environment": self._environment(),
        }
        for _ in range(2):
            ours, theirs = self.context.Pipe()
            process = self.context.Process(target=_work, args=(job, theirs), daemon=True)
            try:
                process.start()
            except (EOFError, ConnectionError):
                # What starts processes was ended, as by a signal to all of them; it is started anew.
                wait([self.signals.wakeup], timeout=1)
                if self.signals.number:
                    return []
                continue
            finally:
                theirs.close()
            return [Attempt(run, tag, folder, process, ours)]
        raise ConnectionError("the process that starts the others was ended twice")

    def _environment(self) -> dict[str, str]:
        # the sources that the cache key was made of are those that the kernel imports
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {"PYTHONPATH": os.pathsep.join(paths), **(threads if self.single_thread else {})}

    def _enforce_limits(self) -> None:
        for attempt in self.attempts:
            limit = attempt.run.timeout
            if attempt.seconds > limit:
                attempt.stop("timeout", "TimeLimit", f"stopped after the time limit of {limit:g} s")
        # Messages may come by the thousand, a look at all processes costs milliseconds.
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._looked = time.monotonic()
            look = Look()
            for attempt in self.attempts:
                attempt.family |= look.of(attempt.tag, attempt.process.pid)
                self._enforce_memory(attempt)

    def _enforce_memory(self, attempt: Attempt) -> None:
        limit = attempt.run.memory or 0.8 * psutil.virtual_memory().total / GIB
        attempt.family = {process for process in attempt.family if process.is_running()}
        held = held_bytes(attempt.family, enough=limit * GIB)
        if held > limit * GIB:
            told = f"stopped at {held / GIB:.2f} GiB, over the limit of {limit:g} GiB"
            attempt.stop("memory", "MemoryLimit", told)

    def _finish(self, attempt: Attempt) -> Record:
        self._end([attempt])
        attempt.conclude(attempt.folder.with_name(attempt.folder.name + ".log"))
        self.attempts.remove(attempt)
        attempt.pipe.close()
        return self._publish(attempt)

    def _publish(self, attempt: Attempt) -> Record:
        record, output = attempt.record(), attempt.folder / "output.ipynb"
        try:
            tidy_output(output)
            if is_good(record) and not attempt.run.keep:
                output.unlink()
            self.store.publish(attempt.run.place, record)
        except (OSError, ValueError) as error:
            record = not_stored(record, error)
            attempt.status = record["status"]
        self.observe(attempt)
        return record

    def _end(self, attempts: list[Attempt]) -> None:
        """Have the guards of these attempts end all that is theirs, and do it where one could not."""
        for attempt in attempts:
            attempt.end()
        deadline = time.monotonic() + PATIENCE
        for attempt in attempts:
            attempt.process.join(timeout=max(0.0, deadline - time.monotonic()))
            if attempt.process.exitcode != 0 or not HAS_SUBREAPERS:
                attempt.process.kill()
                attempt.process.join()
                end_all(attempt.tag, attempt.family)

    def _end_all(self) -> None:
        self._end(self.attempts)
        self.attempts.clear()


def _work(job: dict[str, Any], pipe: Connection) -> None:
    """In the child; the import waits until there, so that the runner itself never loads papermill."""
    from runner.local import guard

    guard.main(job, pipe)


def tidy_output(path: Path) -> None:
    """Take out of an executed notebook what says nothing of its result and differs from run to run.

    That is papermill's own marks (time stamps, paths, a false `completed`) and the state of widgets,
    which died with their kernel.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return
    for name in ("papermill", "widgets"):
        notebook["metadata"].pop(name, None)
    cells = []
    for cell in notebook["cells"]:
        if "papermill-error-cell-tag" not in cell["metadata"].get("tags", []):
            cell["metadata"].pop("papermill", None)
            cells.append(cell)
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):
                output["data"][WIDGET] = {"model_id": "", "version_major": 2, "version_minor": 0}
    notebook["cells"] = cells
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def default_jobs() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
