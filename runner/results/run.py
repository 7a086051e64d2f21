"""A run, and the two contracts around it: what executes runs, and where their results are put."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from runner.notebooks.catalogue import Notebook
from runner.settings import Settings

QUICK_TIMEOUT, FULL_TIMEOUT = 600.0, 4 * 3600.0  # seconds a run; quick values aim at 15, full at 3600
Record = dict[str, Any]  # what became of a run, as run.json has it


@dataclass(frozen=True)
class Run:
    """One notebook with the values of its parameters.

    key: by which its stored record is known to be up to date; place: where the result goes, below the results
    folder; label: what a person is shown; timeout: seconds it may take; memory: GiB its processes may hold
    together, None for 80% of the machine's; keep: whether the executed notebook stays also when the run is
    good.
    """

    notebook: Notebook
    key: str
    place: str
    label: str
    timeout: float
    memory: float | None
    keep: bool = True

    @classmethod
    def of(
        cls,
        notebook: Notebook,
        key: str,
        settings: Settings,
        place: str = "",
        label: str = "",
        keep: bool = True,
    ) -> "Run":
        """The run of a notebook under the limits of the command line, else its own, else the usual ones."""
        usual = FULL_TIMEOUT if settings.full else QUICK_TIMEOUT
        limits = notebook.limits
        timeout = settings.timeout or limits.timeout or usual
        memory = settings.memory or limits.memory
        return cls(notebook, key, place or notebook.name, label or notebook.name, timeout, memory, keep)


class Attempted(Protocol):
    """A run at work, as far as progress shows it; `status` is empty until the run has ended."""

    run: Run
    tag: str
    cell: int
    done: int
    status: str
    claims: list[dict[str, Any]]

    @property
    def seconds(self) -> float: ...


class Executor(Protocol):
    """Executes runs, here or elsewhere.

    It yields the record of each run as it ends, stored already, and tells an observer of every change. After
    a signal it ends every process and stops; what was at work leaves no record. With `fail_fast` it stops in
    the same way after the first record that is not good.
    """

    def execute(self, runs: list[Run], *, fail_fast: bool = False) -> Iterator[Record]: ...


class Storage(Protocol):
    """Where results go: one is built in the folder that `stage` gives, and `publish` puts it in its place.

    sockets: a folder of short path in which kernels may have theirs.
    """

    sockets: Path

    def stage(self, place: str) -> Path: ...

    def publish(self, place: str, record: Record) -> None: ...
