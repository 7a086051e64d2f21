"""One notebook for many values of its parameters, and one table of all the runs.

    results/sweeps/<name>/results.csv     one row a run; <name> is the notebook's path with - for /
    results/sweeps/<name>/claims.csv      one row a claim of a run, with its statement
    results/sweeps/<name>/runs/<id>/      the record of each run, and what it left where it is not good

A run is known by its parameters: the runs folder serves every later sweep of the notebook, and a sweep that
was interrupted or killed goes on where it stopped. The tables hold the runs of the last sweep asked for.
"""

import argparse
import hashlib
import importlib.util
import json
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from runner.cache import run_key
from runner.catalog import Notebook
from runner.errors import UsageError
from runner.grid import expand
from runner.launch import execute
from runner.parameters import split_assignment
from runner.progress import Progress, failures, stream_for
from runner.run import Task
from runner.signals import Signals
from runner.store import is_good, locked, read_run
from runner.sweep_table import rows, write_parquet, write_tables

REWRITE_EVERY = 5.0  # seconds between two states of the tables while runs come in


def run_sweep(notebook: Notebook, options: argparse.Namespace, signals: Signals) -> int:
    """Run what is missing of a sweep and write its tables; returns the exit status."""
    if options.parquet and importlib.util.find_spec("pyarrow") is None:
        raise UsageError("--parquet needs pyarrow; install it, or mathlib-experiments[parquet]")
    sweep = Sweep.of(notebook, options)
    if options.list:
        print(sweep.listing(options.json))
        return 0
    due, out = sweep.due(options.force), stream_for(options.json)
    if due:
        progress = Progress(len(due), out, options.quiet)
        with closing(progress):
            for record in execute(due, options, signals, progress):
                sweep.take(record)
    sweep.write(parquet=options.parquet)
    bad = [record for record in sweep.entries() if not is_good(record)]
    if options.json:
        print(json.dumps(rows(sweep.entries()), indent=1, ensure_ascii=False, allow_nan=False))
    for line in failures(bad):
        print(line, file=sys.stderr if options.quiet else out)
    if not options.quiet:
        count, fresh = len(sweep.tasks), len(sweep.tasks) - len(due)
        end = "; interrupted" if signals.number else ""
        print(f"{count - len(bad)} of {count} runs are good, {fresh} were up to date{end}", file=out)
        print(f"table: {sweep.folder / 'results.csv'}", file=out)
    return 1 if bad else 0


class Sweep:
    """The tasks of a sweep and the records that there are, stored or new."""

    def __init__(self, notebook: Notebook, points: list[Notebook], names: list[str], output: Path) -> None:
        slug = notebook.name.replace("/", "-")
        self.folder = output / "sweeps" / slug
        self.tasks = []
        for point in points:
            label = f"{slug} " + " ".join(f"{name}={point.parameters[name]!r}" for name in names)
            place = f"sweeps/{slug}/runs/{_identity(point.parameters)}"
            self.tasks.append(Task(point, run_key(point), place, label, keep=False))
        self.records: dict[str, dict[str, Any]] = {}
        for task in self.tasks:
            record = read_run(output, task.place)
            if record is not None and record["key"] == task.key:
                self._keep(record)
        self._written = time.monotonic()
        self._cost = 0.0

    @classmethod
    def of(cls, notebook: Notebook, options: argparse.Namespace) -> "Sweep":
        """The sweep that the options of the command line ask for."""
        points = expand(notebook, options.grids, options.zips)
        swept = [text.partition("=")[0].strip() for text in options.zips + options.grids]
        for text in options.assignments:
            if split_assignment(text)[0] in swept:
                raise UsageError(f"-p {text}: the sweep gives this parameter its values")
        return cls(notebook, points, swept, options.output)

    def due(self, force: bool) -> list[Task]:
        """What is to be run: all that has no good record, or simply all."""
        return [task for task in self.tasks if force or not is_good(self._record(task))]

    def take(self, record: dict[str, Any]) -> None:
        """A run has ended; now and then the tables say so, at no more than a twentieth of the time."""
        self._keep(record)
        if time.monotonic() - self._written > max(REWRITE_EVERY, 20 * self._cost):
            self.write()

    def write(self, parquet: bool = False) -> None:
        started = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder):
            write_tables(self.folder, self.entries())
            if parquet:
                write_parquet(self.folder, self.entries())
        self._written = time.monotonic()
        self._cost = self._written - started

    def entries(self) -> list[dict[str, Any]]:
        """The record of each run in the order of the grid, under its label; `id` names its folder."""
        own = [
            # the parameters as they were asked for: a record that has been stored has lists for tuples
            {"name": t.label, "id": t.place.rpartition("/")[2], "parameters": t.notebook.parameters}
            for t in self.tasks
        ]
        return [self._record(task) | more for task, more in zip(self.tasks, own, strict=True)]

    def listing(self, as_json: bool) -> str:
        states = [(_state(entry), entry) for entry in self.entries()]
        if as_json:
            listed = [{"state": state, "id": e["id"], "parameters": e["parameters"]} for state, e in states]
            return json.dumps(listed, indent=1, ensure_ascii=False)
        return "\n".join(f"{e['name']}  [{state}]" for state, e in states)

    def _keep(self, record: dict[str, Any]) -> None:
        # Of many thousand runs the list of installed packages would be most of the memory.
        kept = {name: value for name, value in record.items() if name != "environment"}
        self.records[_identity(record["parameters"])] = kept

    def _record(self, task: Task) -> dict[str, Any]:
        missing = {"status": "not run", "claims": [], "recorded": {}, "seconds": None, "error": None}
        return self.records.get(_identity(task.notebook.parameters), missing)


def _state(entry: dict[str, Any]) -> str:
    if is_good(entry):
        return "up to date"
    return "not run" if entry["status"] == "not run" else "failed"


def _identity(parameters: dict[str, Any]) -> str:
    """A name for the run with these parameters, tuples and lists being one, as in its record."""
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:16]
