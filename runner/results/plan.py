"""What a command line asks to be run: each notebook with its key and what its stored record is worth."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.notebooks.catalogue import Notebook, find_notebooks, select, with_assignments
from runner.notebooks.topics import with_full_values
from runner.results.claims import is_good
from runner.results.key import FORMAT, run_key
from runner.results.run import Record, Run
from runner.results.store import read_run
from runner.results.tables import write_summary
from runner.settings import Settings


@dataclass(frozen=True)
class Planned:
    """A notebook to run, its key, its stored record, and what that record is worth."""

    notebook: Notebook
    key: str
    record: Record | None
    state: str

    @classmethod
    def of(cls, notebook: Notebook, large: Notebook, output: Path) -> "Planned":
        """State of the stored run; one made with the large values also serves where none were asked for."""
        key = run_key(notebook)
        record = read_run(output, notebook.name)
        if record is None or not (output / notebook.name / "output.ipynb").exists():
            return cls(notebook, key, record, "failed" if record and record["key"] == key else "not run")
        wanted = {key} if notebook.overrides else {key, run_key(large)}
        if record["key"] not in wanted:
            return cls(notebook, key, record, "stale")
        return cls(notebook, key, record, "up to date" if is_good(record) else "failed")


class Plan:
    """The notebooks that were asked for; those that are due are run, and `take` is told of each record."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.notebooks = find_notebooks(settings.notebooks)
        selected = select(self.notebooks, list(settings.names))
        large = with_full_values(selected)
        chosen = with_assignments(large if settings.full else selected, list(settings.assignments))
        self.planned = [Planned.of(n, f, settings.output) for n, f in zip(chosen, large, strict=True)]
        self.taken: dict[str, Record] = {}
        due = [p for p in self.planned if settings.force or p.state != "up to date"]
        # Longest first: the last notebook to finish then leaves the fewest processors idle.
        due.sort(key=lambda p: -(p.record["seconds"] if p.record else float("inf")))
        self.due = [Run.of(p.notebook, p.key, settings) for p in due]

    def take(self, record: Record) -> None:
        """A run has ended."""
        self.taken[record["name"]] = {k: v for k, v in record.items() if k != "environment"}

    def write(self) -> None:
        """Bring the tables of all notebooks up to date."""
        self.summary = summarise(self.settings.output, self.notebooks)
        write_summary(self.settings.output, self.summary)

    @property
    def bad(self) -> set[str]:
        """Names of the notebooks that were due and are not good."""
        return {run.place for run in self.due} - {name for name, r in self.taken.items() if is_good(r)}

    @property
    def fresh(self) -> set[str]:
        """Names of the notebooks that were up to date."""
        return {p.notebook.name for p in self.planned} - {run.place for run in self.due}

    @property
    def shown(self) -> dict[str, Any]:
        """The summary of what was asked for.

        What just ended is there as it ended: a result that found no room on the disk is stored nowhere.
        """
        chosen = {p.notebook.name for p in self.planned}
        runs = [r for r in self.summary["notebooks"] if r["name"] in chosen]
        return {**self.summary, "notebooks": [self.taken.get(r["name"], r) for r in runs]}


def summarise(output: Path, notebooks: list[Notebook]) -> dict[str, Any]:
    """All stored records in the order of the notebooks, those that never ran included."""
    runs = []
    for notebook in notebooks:
        record = read_run(output, notebook.name)
        if record is None:
            record = {
                "name": notebook.name,
                "title": notebook.title,
                "status": "not run",
                "claims": [],
                "seconds": None,
                "parameters": notebook.parameters,
                "error": None,
            }
        runs.append({key: value for key, value in record.items() if key != "environment"})
    return {"format": FORMAT, "generated": datetime.now(UTC).isoformat(timespec="seconds"), "notebooks": runs}
