"""What is to be run, and one notebook at work: what its worker says, and the record that this makes."""

import platform
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.cache import FORMAT, locked_versions
from runner.catalog import Notebook


@dataclass(frozen=True)
class Task:
    """A notebook to run with its parameters.

    key: of the run, by which its stored record is known to be up to date; place: where the run goes, below
    the results folder; label: what a person is shown; keep: whether the executed notebook stays also when the
    run is good.
    """

    notebook: Notebook
    key: str
    place: str
    label: str
    keep: bool = True

    @classmethod
    def of(cls, notebook: Notebook, key: str) -> "Task":
        """The notebook by itself, which goes to the folder of its name."""
        return cls(notebook, key, notebook.name, notebook.name)


@dataclass
class Run:
    """One notebook at work."""

    task: Task
    tag: str
    folder: Path
    process: Any
    pipe: Any
    started: float = field(default_factory=time.monotonic)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    cell: int = 0
    done: int = 0
    ended: bool = False
    error: dict[str, Any] | None = None
    status: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)
    recorded: dict[str, Any] = field(default_factory=dict)

    @property
    def notebook(self) -> Notebook:
        return self.task.notebook

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
            "key": self.task.key,
            "parameters": self.notebook.parameters,
            "full": self.notebook.full,
            "started": self.at,
            "seconds": round(self.seconds, 3),
            "cells": {"done": self.done, "total": self.total},
            "claims": self.claims,
            "recorded": self.recorded,
            "environment": {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "packages": locked_versions(),
            },
        }


def plain_error(kind: str, message: str, cell: int = 0) -> dict[str, Any]:
    """An error that no notebook raised."""
    return {"cell": cell, "type": kind, "message": message, "traceback": "", "source": ""}


def not_stored(record: dict[str, Any], error: OSError) -> dict[str, Any]:
    """The record of a run whose result did not reach its place: it counts for nothing."""
    message = f"the result could not be stored: {error.strerror or error}"
    return record | {"status": "failed", "error": plain_error(type(error).__name__, message)}
