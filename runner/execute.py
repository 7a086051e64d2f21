"""Runs notebooks in parallel, watches them, and records truthfully what became of each.

The parent owns the record. It believes a run to be good only when every code cell was reported done and
the worker ended by itself; anything else is a failure that names the cell at work.
"""

import json
import multiprocessing
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from runner import processes
from runner.catalog import KERNEL, ROOT
from runner.run import Run, Task, not_stored
from runner.signals import Signals, withheld_from_children
from runner.store import Store, is_good

LOOK_EVERY = 0.25  # seconds between two looks at time and memory
GIB = 2**30
WIDGET = "application/vnd.jupyter.widget-view+json"


class Executor:
    """Executes notebooks, at most `jobs` at a time; `observe(run)` is told of every change.

    timeout: seconds a notebook may take; memory: GiB its processes may hold together; None: no limit;
    single_thread: whether BLAS and OpenMP have one thread in each kernel, by default where jobs > 1.
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
        single_thread: bool | None = None,
    ) -> None:
        self.store, self.signals, self.observe = store, signals, observe
        self.jobs, self.timeout, self.memory = jobs, timeout, memory
        self.single_thread = jobs > 1 if single_thread is None else single_thread
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["runner.worker"])
        with withheld_from_children(signal.SIGINT):
            forkserver.ensure_running()
        self.runs: list[Run] = []
        self._looked = 0.0

    def execute(self, tasks: list[Task], *, fail_fast: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the record of each task as it ends, published already.

        After a signal it ends every process and stops; what was at work leaves no record.
        """
        waiting = list(reversed(tasks))
        try:
            while (waiting or self.runs) and not self.signals.number:
                while waiting and len(self.runs) < self.jobs and not self.signals.number:
                    self.runs.append(self._start(waiting.pop()))
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

    def _start(self, task: Task) -> Run:
        notebook, folder = task.notebook, self.store.stage(task.place)
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
        run = Run(task, tag, folder, process, ours)
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
        return {"PYTHONPATH": os.pathsep.join(paths), **(threads if self.single_thread else {})}

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
            if is_good(record) and not run.task.keep:
                (run.folder / "output.ipynb").unlink()
            self.store.publish(run.task.place, record)
        except OSError as error:
            record = not_stored(record, error)
            run.status = record["status"]
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
