"""The results folder: finished runs, published whole or not at all.

    results/<name>/run.json, output.ipynb, files/     one finished run
    results/results.json, results.csv, index.html     all of them together
    results/.staging/<id>/                            what a living runner is working on

A run is built in the staging folder and moved into place by renaming, under a lock, so that a reader,
a second runner in the same folder, or a power cut never meets half of one. A staging folder belongs to
whoever holds the lock on its `owner` file; one that nobody holds is a dead runner's and is cleared at
the next start, after anything it had moved aside is put back.
"""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from runner.errors import UsageError

LONGEST_SOCKETS = 68  # letters of a folder in which sockets may lie; their own paths may have 103


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a results folder, for as long as it takes to move files in it."""
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Store:
    """One runner's view of a results folder; a context manager that leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))
        staging = self.folder / ".staging"
        try:
            staging.mkdir(parents=True, exist_ok=True)
            with locked(self.folder):
                for stale in sorted(staging.iterdir()):
                    self._clear_if_dead(stale)
                _sweep_scratch(self.folder)
                self.staging = Path(tempfile.mkdtemp(prefix="run-", dir=staging))
                self._owner = open(self.staging / "owner", "w")  # noqa: SIM115 - held until close()
                fcntl.flock(self._owner, fcntl.LOCK_EX)
                tempfile.tempdir = short_folder()
                self.sockets = Path(tempfile.mkdtemp(prefix="mx-"))
                self._owner.write(str(self.sockets))
                self._owner.flush()
        except OSError as error:
            raise UsageError(f"cannot write results to {self.folder}: {error.strerror or error}") from None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)
        self._owner.close()
        with suppress(OSError):
            (self.folder / ".staging").rmdir()  # fails, rightly, while another runner is at work

    def _clear_if_dead(self, staging: Path) -> None:
        try:
            owner = open(staging / "owner")  # noqa: SIM115 - closed below
        except FileNotFoundError:
            owner = None  # killed before it owned anything
        if owner is not None:
            with owner:
                try:
                    fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return
                sockets = Path(owner.read() or os.devnull)
                if sockets.name.startswith("mx-"):
                    shutil.rmtree(sockets, ignore_errors=True)
        for aside in sorted((staging / "aside").glob("**/run.json")):
            place = self.folder / aside.parent.relative_to(staging / "aside")
            if not place.exists():
                os.replace(aside.parent, place)
        shutil.rmtree(staging, ignore_errors=True)

    def stage(self, name: str) -> Path:
        """An empty folder in which the run of `name` is built."""
        folder = self.staging / "new" / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "files").mkdir(parents=True)
        return folder

    def publish(self, name: str, record: dict[str, Any]) -> None:
        """Write the record into the staged folder and move that into place."""
        staged = self.staging / "new" / name
        write_json(staged / "run.json", record)
        with suppress(OSError):
            (staged / "files").rmdir()  # kept only when the notebook wrote something
        place, aside = self.folder / name, self.staging / "aside" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            if place.exists():
                aside.parent.mkdir(parents=True, exist_ok=True)
                os.replace(place, aside)
            try:
                os.replace(staged, place)
            except OSError:
                if aside.exists():
                    os.replace(aside, place)
                raise
        shutil.rmtree(aside, ignore_errors=True)


def short_folder() -> str:
    """A folder for temporary files whose path leaves room for the names of sockets."""
    wanted = tempfile.gettempdir()
    for folder in (wanted, "/tmp", "/var/tmp", "/dev/shm"):
        if len(os.fsencode(os.path.abspath(folder))) <= LONGEST_SOCKETS and os.access(
            folder, os.W_OK | os.X_OK
        ):
            return folder
    raise UsageError(f"the path of the folder for temporary files is too long for sockets: TMPDIR={wanted}")


def _sweep_scratch(folder: Path) -> None:
    """Remove files that a killed writer left half written; a living one needs its own for milliseconds."""
    for path in folder.rglob(".*.tmp"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > 60:
                path.unlink()


def read_run(folder: Path, name: str) -> dict[str, Any] | None:
    """The published record of a notebook, or None where there is none that can be read."""
    try:
        record = json.loads((folder / name / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    needed = {"status", "key", "claims", "recorded", "seconds", "parameters"}
    return record if isinstance(record, dict) and needed <= record.keys() else None


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file as a whole, so that no reader sees half of it."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        scratch.write_bytes(content)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
