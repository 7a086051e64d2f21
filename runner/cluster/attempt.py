"""One attempt at one notebook, in a process of its own, for a worker of a cluster.

    python -m runner.cluster.attempt

reads a job as one line of JSON and writes lines of JSON. It runs the notebook exactly as a run here would,
limits included, and tells what happens as it happens; its last line has the record and all that the run
left, packed. Nobody tells it to stop: the end of standard input does, and that comes also when the worker is
killed. Whatever it was doing, it then ends every process that it started and removes its folder. If it is
killed itself, its kernel ends as well, and the folder is removed by the runner in whose results it lies, or
by the next attempt on this machine.
"""

import ast
import base64
import fcntl
import io
import json
import os
import shutil
import signal
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.local.attempt import Attempt
from runner.local.executor import LocalExecutor
from runner.notebooks.catalogue import Notebook
from runner.results.key import run_key
from runner.results.run import Run
from runner.results.store import short_folder
from runner.signals import Signals

PREFIX = "mx-attempt-"  # of the folders of attempts in the folder for temporary files


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr  # nothing but what is told goes to the worker
    signals = Signals()
    signals.install()
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_stop_at_end_of_input, args=(signals,), daemon=True).start()

    def tell(content: dict[str, Any]) -> None:
        print(json.dumps(content, allow_nan=False), file=out, flush=True)

    try:
        with _scratch(job) as scratch:
            last = attempt(job, scratch, signals, lambda event: tell({"event": event}))
    except Exception as error:  # whatever went wrong here is no result of the notebook
        last = {"problem": f"{type(error).__name__}: {error}"}
    with suppress(OSError):  # the worker may be gone
        tell(last)
    # A thread that waits for input would stop Python from shutting down in order.
    os._exit(0)


def _stop_at_end_of_input(signals: Signals) -> None:
    sys.stdin.buffer.read()
    signals.note(signal.SIGTERM)


class Scratch:
    """The folder of one attempt, and what the executor wants of a store; nothing is published from here."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder, self.sockets = folder, sockets

    def stage(self, place: str) -> Path:
        folder = self.folder / "run"
        (folder / "files").mkdir(parents=True)
        return folder

    def publish(self, place: str, record: dict[str, Any]) -> None:
        with suppress(OSError):
            (self.folder / "run" / "files").rmdir()  # kept only when the notebook wrote something

    def packed(self) -> bytes:
        """All that the run left, as a compressed archive."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
            for path in sorted((self.folder / "run").iterdir()):
                archive.add(path, path.name)
        return buffer.getvalue()


def attempt(
    job: dict[str, Any], scratch: Scratch, signals: Signals, tell: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """What the last line says: the record and the archive, or what stood in the way."""
    notebook = Notebook.of_text(job["name"], Path(job["path"]), job["notebook"])
    notebook = replace(notebook, overrides=ast.literal_eval(job["overrides"]), full=job["full"])
    if run_key(notebook) != job["key"]:
        return {
            "problem": "this worker has another Python, other packages or other sources than run_all.py; "
            "start the workers with the same .venv and checkout"
        }
    told = (-1, -1)

    def observe(attempt: Attempt) -> None:
        nonlocal told
        if told != (attempt.cell, attempt.done):
            told = (attempt.cell, attempt.done)
            tell({"cell": attempt.cell, "done": attempt.done})

    executor = LocalExecutor(scratch, signals, jobs=1, single_thread=True, observe=observe)
    name, limits = job["name"], (job["timeout"], job["memory"])
    for record in executor.execute([Run(notebook, job["key"], name, name, *limits, keep=job["keep"])]):
        return {"record": record, "archive": base64.b64encode(scratch.packed()).decode()}
    return {"problem": "stopped"}


@contextmanager
def _scratch(job: dict[str, Any]) -> Iterator[Scratch]:
    """A folder for the attempt: in the runner's own where that is on this machine, else a temporary one."""
    tempfile.tempdir = short_folder()
    if job["scratch"]:
        folder = Path(tempfile.mkdtemp(dir=job["scratch"]))
        owner, sockets = None, Path(job["sockets"])
    else:
        sweep_dead(Path(tempfile.gettempdir()))
        folder, owner = owned_folder()
        sockets = folder / "s"
        sockets.mkdir()
    try:
        yield Scratch(folder, sockets)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if owner is not None:
            owner.close()


def owned_folder() -> tuple[Path, Any]:
    """A new temporary folder, and the file in it whose lock says that its owner lives."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            owner = open(folder / "owner", "w")  # noqa: SIM115 - held until the attempt ends
            fcntl.flock(owner, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(owner.fileno()), os.stat(folder / "owner")):
                return folder, owner
        except FileNotFoundError:
            continue  # another attempt took it for a dead one's before it was locked


def sweep_dead(place: Path) -> None:
    """Remove the folders of attempts that were killed: those whose lock nobody holds."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError), open(folder / "owner") as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
