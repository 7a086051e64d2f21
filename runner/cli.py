"""The command line of run_all.py: from its words to what is done, and the exit status."""

import argparse
import json
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.cache import FORMAT
from runner.catalog import Notebook, find_notebooks, select, with_assignments, with_full_values
from runner.errors import UsageError
from runner.launch import execute
from runner.options import build_parser
from runner.plan import Plan, listing
from runner.run import Task
from runner.signals import Signals
from runner.store import is_good, read_run

GOOD, FAILED, BAD_USAGE = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    signals = Signals()
    signals.install()
    try:
        status = _status(arguments, signals)
    finally:
        signals.ignore()
    if signals.number:
        print("run_all.py: interrupted", file=sys.stderr)
        return 128 + signals.number
    return status


def _status(arguments: list[str], signals: Signals) -> int:
    """The exit status, every error that a user can cause being told in one line."""
    try:
        return _dispatch(build_parser().parse_args(arguments), signals)
    except UsageError as error:
        problem, status = str(error), BAD_USAGE
    except ModuleNotFoundError as error:
        problem = f"{error}; set up with `make run`, or use the environment of environment.yml"
        status = BAD_USAGE
    except OSError as error:
        problem, status = str(error), FAILED
    print(f"run_all.py: {problem}", file=sys.stderr)
    return status


def _dispatch(options: argparse.Namespace, signals: Signals) -> int:
    notebooks = find_notebooks(options.notebooks)
    if options.names[:1] == ["report"]:
        if options.names[1:]:
            raise UsageError("`report` takes no names: it rebuilds the whole site")
        write_reports(options.output, notebooks, signals)
        print(f"report: {options.output / 'index.html'}")
        return GOOD
    sweeping = options.names[:1] == ["sweep"]
    if not sweeping and (options.grids or options.zips or options.parquet):
        raise UsageError("--grid, --zip and --parquet go with `sweep`: run_all.py sweep NOTEBOOK --grid ...")
    selected = _one(notebooks, options.names[1:]) if sweeping else select(notebooks, options.names)
    large = with_full_values(selected, options.notebooks / "full.toml", [n.name for n in notebooks])
    chosen = with_assignments(large if options.full else selected, options.assignments)
    if sweeping:
        from runner.sweep import run_sweep

        return run_sweep(chosen[0], options, signals)
    plan = [Plan.of(n, f, options.output) for n, f in zip(chosen, large, strict=True)]
    if options.list:
        print(listing(plan, options.json))
        return GOOD
    return run(plan, notebooks, options, signals)


def _one(notebooks: list[Notebook], words: list[str]) -> list[Notebook]:
    if len(words) != 1:
        raise UsageError("`sweep` takes one notebook: run_all.py sweep NOTEBOOK --grid seed=0:10")
    found = select(notebooks, words)
    if len(found) > 1:
        raise UsageError(f"{words[0]!r} names {len(found)} notebooks; `sweep` takes one of them")
    return found


def run(plan: list[Plan], notebooks: list[Notebook], options: argparse.Namespace, signals: Signals) -> int:
    """Execute what is not up to date, then write summary and site."""
    from runner.progress import Progress, stream_for, table

    due = [p for p in plan if options.force or p.state != "up to date"]
    out = stream_for(options.json)
    bad, told = set(), {}
    if due:
        progress = Progress(len(due), out, options.quiet)
        with closing(progress):
            # Longest first: the last notebook to finish then leaves the fewest processors idle.
            due.sort(key=lambda p: -(p.record["seconds"] if p.record else float("inf")))
            tasks = [Task.of(p.notebook, p.key) for p in due]
            records = list(execute(tasks, options, signals, progress))
        bad = {p.notebook.name for p in due} - {r["name"] for r in records if is_good(r)}
        told = {r["name"]: {k: v for k, v in r.items() if k != "environment"} for r in records}
    summary = write_summary(options.output, notebooks)
    chosen = {p.notebook.name for p in plan}
    # What just ended is shown as it ended: a result that found no room on the disk is stored nowhere.
    runs = [told.get(r["name"], r) for r in summary["notebooks"] if r["name"] in chosen]
    shown = {**summary, "notebooks": runs}
    write_site(options.output, notebooks, signals)
    if options.json:
        print(json.dumps(shown, indent=1, ensure_ascii=False, allow_nan=False))
    fresh = chosen - {p.notebook.name for p in due}
    if not options.quiet:
        print("\n" + table(shown, fresh, interrupted=bool(signals.number)), file=out)
        print(f"report: {options.output / 'index.html'}", file=out)
    elif bad:
        print(
            table({"notebooks": [r for r in shown["notebooks"] if r["name"] in bad]}, set()), file=sys.stderr
        )
    return FAILED if bad else GOOD


def summarise(output: Path, notebooks: list[Notebook]) -> dict[str, Any]:
    """All stored runs in the order of the notebooks, those that never ran included."""
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


def write_summary(output: Path, notebooks: list[Notebook]) -> dict[str, Any]:
    """results.json and results.csv, left alone when nothing in them changed but the time."""
    from runner.store import write_summary as write

    summary = summarise(output, notebooks)
    write(output, summary)
    return summary


def write_site(output: Path, notebooks: list[Notebook], signals: Signals, force: bool = False) -> None:
    """Bring the pages up to date; after or upon a signal leave the rest to the next run."""
    from runner.report import build_site

    with suppress(KeyboardInterrupt), signals.raising():
        build_site(output, {n.name: n.path for n in notebooks}, force=force)


def write_reports(output: Path, notebooks: list[Notebook], signals: Signals) -> None:
    if not output.is_dir():
        raise UsageError(f"no results at {output}; run some notebooks first")
    write_summary(output, notebooks)
    write_site(output, notebooks, signals, force=True)
