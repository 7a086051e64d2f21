"""Runs notebooks in parallel, watches them, and records truthfully what became of each.

The parent owns the record. It believes a run to be good only when every code cell was reported done and
the worker ended by itself; anything else is a failure that names the cell at work.
"""

import json
import multiprocessing
import os
import platform
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from runner import processes
from runner.cache import FORMAT, locked_versions
from runner.catalog import KERNEL, ROOT, Notebook
from runner.signals import Signals
from runner.store import Store, is_good

LOOK_EVERY = 0.25  # seconds between two looks at time and memory
GIB = 2**30
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class Run:
    """One notebook at work."""

    notebook: Notebook
    key: str
    tag: str
    folder: Path
    process: Any
    pipe: Connection
    started: float = field(default_factory=time.monotonic)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    cell: int = 0
    done: int = 0
    ended: bool = False
    error: dict[str, Any] | None = None
    status: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(bool(source.strip()) for source in self.notebook.code)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def hear(self) -> None:
        """Take in what the worker has sent; the end of the pipe is the end of the worker."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                kind, *content = self.pipe.recv()
                if kind == "cell":
                    self.cell = content[0]
                elif kind == "claims":
                    self.claims += [{**claim, "cell": content[0]} for claim in content[1]]
                elif kind == "done":
                    self.done += 1
                elif kind == "error":
                    self.error = self.error or content[0]
                elif kind == "end":
                    self.ended = True

    def stop(self, status: str, kind: str, message: str) -> None:
        """End the run from outside; a status given first stays."""
        if not self.status:
            self.status = status
            self.error = {"cell": self.cell, "type": kind, "message": message, "traceback": "", "source": ""}
        self.process.kill()

    def conclude(self, log: Path) -> None:
        """Settle the status once the worker is gone."""
        self.process.join()
        self.hear()
        if self.status:
            return
        if self.error:
            self.status = "died" if self.error["type"] == "DeadKernelError" else "failed"
        elif self.ended and self.done == self.total:
            self.status = "ok"
        else:
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
            self.stop("died", "WorkerDied", f"the process running the notebook ended early: {last}")

    def record(self) -> dict[str, Any]:
        error = self.error
        if error and not error["source"] and error["cell"]:
            error["source"] = self.notebook.code[error["cell"] - 1]
        return {
            "format": FORMAT,
            "name": self.notebook.name,
            "notebook": f"notebooks/{self.notebook.name}.ipynb",
            "title": self.notebook.title,
            "status": self.status,
            "error": error,
            "key": self.key,
            "parameters": self.notebook.parameters,
            "full": self.notebook.full,
            "started": self.at,
            "seconds": round(self.seconds, 3),
            "cells": {"done": self.done, "total": self.total},
            "claims": self.claims,
            "environment": {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "packages": locked_versions(),
            },
        }


class Executor:
    """Executes notebooks, at most `jobs` at a time; `observe(run)` is told of every change.

    timeout: seconds a notebook may take; memory: GiB its processes may hold together; None: no limit.
    """

    def __init__(
        self,
        store: Store,
        signals: Signals,
        *,
        jobs: int,
        timeout: float | None,
        memory: float | None,
        observe: Callable[[Run], None] = lambda run: None,
    ) -> None:
        self.store, self.signals, self.observe = store, signals, observe
        self.jobs, self.timeout, self.memory = jobs, timeout, memory
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["runner.worker"])
        self.runs: list[Run] = []
        self._looked = 0.0

    def execute(
        self, work: list[tuple[Notebook, str]], *, fail_fast: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yield the record of each notebook of (notebook, key) as it ends, published already.

        After a signal it ends every process and stops; what was at work leaves no record.
        """
        waiting = list(reversed(work))
        try:
            while (waiting or self.runs) and not self.signals.number:
                while waiting and len(self.runs) < self.jobs and not self.signals.number:
                    self.runs.append(self._start(*waiting.pop()))
                pipes = [source for run in self.runs for source in (run.pipe, run.process.sentinel)]
                wait([self.signals.wakeup, *pipes], timeout=LOOK_EVERY)
                if self.signals.number:
                    return
                self._enforce_limits()
                for run in list(self.runs):
                    run.hear()
                    if not run.status:
                        self.observe(run)
                    if run.ended or not run.process.is_alive():
                        record = self._finish(run)
                        if fail_fast and not is_good(record):
                            waiting.clear()
                            self._end_all()
                            yield record
                            return
                        yield record
        finally:
            self._end_all()

    def _start(self, notebook: Notebook, key: str) -> Run:
        folder = self.store.stage(notebook.name)
        tag = f"{os.getpid()}-{secrets.token_hex(8)}"
        sockets = self.store.sockets / tag[-8:]
        sockets.mkdir(mode=0o700)
        job = {
            "path": str(notebook.path),
            "parameters": notebook.overrides,
            "folder": str(folder),
            "log": str(folder.with_name(folder.name + ".log")),
            "tag": tag,
            "sockets": str(sockets),
            "environment": self._environment(),
        }
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(job, theirs), daemon=True)
        process.start()
        theirs.close()
        run = Run(notebook, key, tag, folder, process, ours)
        if notebook.kernel != KERNEL:
            run.stop(
                "failed",
                "NoSuchKernel",
                f"the notebook asks for kernel {notebook.kernel!r}; notebooks here run on {KERNEL!r}",
            )
        return run

    def _environment(self) -> dict[str, str]:
        # the sources that the cache key was made of are those that the kernel imports
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {"PYTHONPATH": os.pathsep.join(paths), **(threads if self.jobs > 1 else {})}

    def _enforce_limits(self) -> None:
        if self.timeout is not None:
            for run in self.runs:
                if run.seconds > self.timeout:
                    run.stop("timeout", "TimeLimit", f"stopped after the time limit of {self.timeout:g} s")
        # Messages may come by the thousand, a look at all processes costs milliseconds.
        if self.memory is not None and time.monotonic() - self._looked > LOOK_EVERY:
            self._looked = time.monotonic()
            kernels = processes.tagged([run.tag for run in self.runs])
            for run in self.runs:
                held = processes.resident_bytes([*kernels[run.tag], *processes.by_pid(run.process.pid)])
                if held > self.memory * GIB:
                    run.stop(
                        "memory",
                        "MemoryLimit",
                        f"stopped at {held / GIB:.2f} GiB, over the limit of {self.memory:g} GiB",
                    )

    def _finish(self, run: Run) -> dict[str, Any]:
        log = run.folder.with_name(run.folder.name + ".log")
        run.process.join(timeout=1)
        run.process.kill()
        run.conclude(log)
        processes.end_tagged([run.tag])
        self.runs.remove(run)
        run.pipe.close()
        record = run.record()
        try:
            tidy_output(run.folder / "output.ipynb")
            self.store.publish(run.notebook.name, record)
        except OSError as error:
            record["status"] = run.status = "failed"
            record["error"] = {
                "cell": 0,
                "type": type(error).__name__,
                "traceback": "",
                "source": "",
                "message": f"the result could not be stored: {error.strerror or error}",
            }
        self.observe(run)
        return record

    def _end_all(self) -> None:
        for run in self.runs:
            run.process.kill()
        for run in self.runs:
            run.process.join()
        if self.runs:
            processes.end_tagged([run.tag for run in self.runs])
        self.runs.clear()


def _work(job: dict[str, Any], pipe: Connection) -> None:
    """In the child; the import waits until there, so that the parent never loads papermill."""
    from runner import worker

    worker.main(job, pipe)


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
