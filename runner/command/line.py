"""The command line of run_all.py: from its words to what is done, and the exit status.

The words become Settings (options); these a plan of runs, or a sweep (results); an executor takes what is due
and yields records, here (local) or elsewhere (cluster); the plan takes them and writes the tables; then the
site is built (report), and what came of it is printed.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, suppress

from runner.command.options import read_settings
from runner.errors import UsageError
from runner.results.plan import Plan
from runner.results.run import Attempted, Executor, Record
from runner.results.sweep import Sweep
from runner.settings import Settings
from runner.signals import Signals
from runner.text import printable

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
        return _serve(read_settings(arguments), signals)
    except UsageError as error:
        problem, status = str(error), BAD_USAGE
    except ModuleNotFoundError as error:
        problem = f"{error}; set up with `make run`, or use the environment of environment.yml"
        status = BAD_USAGE
    except OSError as error:
        problem, status = str(error), FAILED
    print(f"run_all.py: {printable(problem)}", file=sys.stderr)
    return status


def _serve(settings: Settings, signals: Signals) -> int:
    from runner.command import printed

    if settings.action == "report" and not settings.output.is_dir():
        raise UsageError(f"no results at {settings.output}; run some notebooks first")
    gc.disable()  # planning parses much and makes no circles: looking for some would be a third of its time
    plan = Sweep(settings) if settings.action == "sweep" else Plan(settings)
    gc.enable()
    if settings.listing:
        printed.show_list(plan, settings.json)
        return GOOD
    out = sys.stderr if settings.json else sys.stdout  # where results are not
    if plan.due and settings.action != "report":
        for record in _records(plan, settings, signals):
            plan.take(record)
    plan.write()
    if isinstance(plan, Sweep):
        printed.show_sweep(plan, out, interrupted=bool(signals.number))
    else:
        _build_site(plan, signals)
        if settings.action == "report":
            printed.say(f"report: {settings.output / 'index.html'}")
            return GOOD
        printed.show_plan(plan, out, interrupted=bool(signals.number))
    return FAILED if plan.bad else GOOD


def _records(plan: Plan | Sweep, settings: Settings, signals: Signals) -> Iterator[Record]:
    """The record of each run that is due, as it ends."""
    from runner.command.progress import Progress

    progress = Progress(len(plan.due), sys.stderr if settings.json else sys.stdout, settings.quiet)
    with closing(progress), _executor(settings, signals, progress.observe) as executor:
        yield from executor.execute(plan.due, fail_fast=settings.fail_fast)


def _executor(
    settings: Settings, signals: Signals, observe: Callable[[Attempted], None]
) -> AbstractContextManager[Executor]:
    if not settings.on_cluster:
        from runner.local.executor import local_executor

        return local_executor(settings, signals, observe)
    try:
        from runner.cluster.executor import cluster_executor
    except ModuleNotFoundError as error:
        raise UsageError(f"{error}; a cluster needs mathlib-experiments[cluster]") from None
    return cluster_executor(settings, signals, observe)


def _build_site(plan: Plan, signals: Signals) -> None:
    """Bring the pages up to date; after or upon a signal leave the rest to the next run."""
    from runner.report.build import build_site

    settings = plan.settings
    sources = {notebook.name: notebook.path for notebook in plan.notebooks}
    with suppress(KeyboardInterrupt), signals.raising():
        build_site(settings.output, sources, force=settings.action == "report")
