"""One notebook for many values of its parameters, and one table of all the runs.

    results/sweeps/<name>/results.csv     one row a run; <name> is the notebook's path with - for /
    results/sweeps/<name>/claims.csv      one row a claim of a run, with its statement
    results/sweeps/<name>/runs/<id>/      the record of each run, and what it left where it is not good

A run is known by its parameters: the runs folder serves every later sweep of the notebook, and a sweep that
was interrupted or killed goes on where it stopped. The tables hold the runs of the last sweep asked for.
"""

import hashlib
import importlib.util
import time
from typing import Any

from runner.errors import UsageError
from runner.notebooks.catalogue import Notebook, find_notebooks, select, with_assignments
from runner.notebooks.grids import expand
from runner.notebooks.parameters import split_assignment
from runner.notebooks.topics import with_full_values
from runner.results.claims import is_good
from runner.results.key import run_key
from runner.results.run import Record, Run
from runner.results.store import locked, read_run
from runner.results.tables import write_parquet, write_tables
from runner.settings import Settings

REWRITE_EVERY = 5.0  # seconds between two states of the tables while runs come in


class Sweep:
    """The runs of a sweep and the records that there are, stored or new; those that are due are run."""

    def __init__(self, settings: Settings) -> None:
        if settings.parquet and importlib.util.find_spec("pyarrow") is None:
            raise UsageError("--parquet needs pyarrow; install it, or the group `parquet` of pyproject.toml")
        notebook = _swept(settings)
        points = expand(notebook, list(settings.grids), list(settings.zips))
        names = [text.partition("=")[0].strip() for text in settings.zips + settings.grids]
        for text in settings.assignments:
            if split_assignment(text)[0] in names:
                raise UsageError(f"-p {text}: the sweep gives this parameter its values")
        slug = notebook.name.replace("/", "-")
        self.settings = settings
        self.folder = settings.output / "sweeps" / slug
        self.runs = []
        for point in points:
            label = f"{slug} " + " ".join(f"{name}={point.parameters[name]!r}" for name in names)
            place = f"sweeps/{slug}/runs/{_identity(point.parameters)}"
            self.runs.append(Run.of(point, run_key(point), settings, place, label, keep=False))
        self.records: dict[str, Record] = {}
        for run in self.runs:
            record = read_run(settings.output, run.place)
            if record is not None and record["key"] == run.key:
                self._keep(record)
        self.due = [run for run in self.runs if settings.force or not is_good(self._record(run))]
        self._written = time.monotonic()
        self._cost = 0.0

    def take(self, record: Record) -> None:
        """A run has ended; now and then the tables say so, at no more than a twentieth of the time."""
        self._keep(record)
        if time.monotonic() - self._written > max(REWRITE_EVERY, 20 * self._cost):
            self._write(parquet=False)

    def write(self) -> None:
        """Bring the tables of the sweep up to date."""
        self._write(self.settings.parquet)

    def _write(self, parquet: bool) -> None:
        started = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            write_tables(self.folder, self.entries())
            if parquet:
                write_parquet(self.folder, self.entries())
        self._written = time.monotonic()
        self._cost = self._written - started

    @property
    def bad(self) -> list[Record]:
        """The records that are not good, of runs that there are not as well."""
        return [entry for entry in self.entries() if not is_good(entry)]

    def entries(self) -> list[Record]:
        """The record of each run in the order of the grid, under its label; `id` names its folder."""
        own = [
            # the parameters as they were asked for: a record that has been stored has lists for tuples
            {"name": r.label, "id": r.place.rpartition("/")[2], "parameters": r.notebook.parameters}
            for r in self.runs
        ]
        return [self._record(run) | more for run, more in zip(self.runs, own, strict=True)]

    def _keep(self, record: Record) -> None:
        # Of many thousand runs the list of installed packages would be most of the memory.
        kept = {name: value for name, value in record.items() if name != "environment"}
        self.records[record["key"]] = kept

    def _record(self, run: Run) -> Record:
        missing: Record = {"status": "not run", "claims": [], "recorded": {}, "seconds": None, "error": None}
        return self.records.get(run.key, missing)


def _swept(settings: Settings) -> Notebook:
    """The one notebook that the words name, with the values that all its runs share."""
    if len(settings.names) != 1:
        raise UsageError("`sweep` takes one notebook: run_all.py sweep NOTEBOOK --grid seed=0:10")
    found = select(find_notebooks(settings.notebooks), list(settings.names))
    if len(found) > 1:
        raise UsageError(f"{settings.names[0]!r} names {len(found)} notebooks; `sweep` takes one of them")
    if problem := found[0].problem:
        raise UsageError(f"{found[0].path}: {problem.message}")
    large = with_full_values(found)
    return with_assignments(large if settings.full else found, list(settings.assignments))[0]


def _identity(parameters: dict[str, Any]) -> str:
    """A name for the run with these parameters."""
    return hashlib.sha256(repr(sorted(parameters.items())).encode()).hexdigest()[:16]
