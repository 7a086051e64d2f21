"""One run at work in processes of this machine: what its worker says, and the record that this makes."""

import platform
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from runner.results.key import FORMAT, locked_versions
from runner.results.run import Record, Run
from runner.text import whole


@dataclass
class Attempt:
    """A run at work; without a process it only makes the record of a run that never began."""

    run: Run
    tag: str = ""
    folder: Path = Path()
    process: Any = None
    pipe: Any = None
    started: float = field(default_factory=time.monotonic)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    taken: float | None = None  # seconds, once it has ended
    cell: int = 0
    done: int = 0
    ended: bool = False
    error: dict[str, Any] | None = None
    status: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)
    recorded: dict[str, Any] = field(default_factory=dict)
    family: set[psutil.Process] = field(default_factory=set)  # processes that were seen to belong to it

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started if self.taken is None else self.taken

    def hear(self) -> None:
        """Take in what the worker has sent; the end of the pipe is the end of the worker."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                kind, *content = self.pipe.recv()
                if kind == "cell":
                    self.cell = content[0]
                elif kind == "claims":
                    self.claims += [{**claim, "cell": content[0]} for claim in content[1]]
                elif kind == "recorded":
                    self.recorded |= dict(content[1])
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
            self.error = plain_error(kind, message, self.cell)
        self.end()

    def end(self) -> None:
        """Ask the guard to end all that belongs to this attempt."""
        if self.pipe is not None:
            with suppress(OSError):  # it has ended
                self.pipe.send("end")

    def conclude(self, log: Path) -> None:
        """Settle the status once all processes have ended."""
        self.hear()
        self.taken = self.seconds
        if self.status:
            return
        if self.error:
            self.status = "died" if self.error["type"] == "DeadKernelError" else "failed"
        elif self.ended and self.done == self.run.notebook.total:
            self.status = "ok"
        else:
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
            self.stop("died", "WorkerDied", f"the process running the notebook ended early: {last}")

    def record(self) -> Record:
        notebook, error = self.run.notebook, self.error
        if error and not error["source"] and 0 < error["cell"] <= len(notebook.code):
            error["source"] = notebook.code[error["cell"] - 1]
        return {
            "format": FORMAT,
            "name": notebook.name,
            "notebook": f"notebooks/{notebook.name}.ipynb",
            "title": notebook.title,
            "status": self.status,
            "error": error and {k: whole(v) if isinstance(v, str) else v for k, v in error.items()},
            "key": self.run.key,
            "parameters": notebook.parameters,
            "full": notebook.full,
            "started": self.at,
            "seconds": round(self.seconds, 3),
            "cells": {"done": self.done, "total": notebook.total},
            "claims": self.claims,
            "recorded": self.recorded,
            "environment": {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "packages": locked_versions(),
            },
        }


def refused(run: Run, folder: Path = Path()) -> Attempt:
    """The attempt at a run that cannot begin, for a reason that lies in its notebook."""
    attempt = Attempt(run, folder=folder)
    if run.notebook.problem:
        attempt.stop("failed", *run.notebook.problem)
    return attempt


def plain_error(kind: str, message: str, cell: int = 0) -> dict[str, Any]:
    """An error that no notebook raised."""
    return {"cell": cell, "type": kind, "message": message, "traceback": "", "source": ""}


def not_stored(record: Record, error: Exception) -> Record:
    """The record of a run whose result did not reach its place: it counts for nothing."""
    reason = getattr(error, "strerror", None) or error
    message = f"the result could not be stored: {reason}"
    return record | {"status": "failed", "error": plain_error(type(error).__name__, message)}
