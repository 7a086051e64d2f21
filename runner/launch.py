"""From the options of the command line to an executor at work."""

import argparse
from collections.abc import Iterator
from typing import Any

from runner.progress import Progress
from runner.run import Task
from runner.signals import Signals

QUICK_TIMEOUT, FULL_TIMEOUT = 600.0, 4 * 3600.0  # seconds a notebook; quick values aim at 15, full at 3600


def execute(
    tasks: list[Task], options: argparse.Namespace, signals: Signals, progress: Progress
) -> Iterator[dict[str, Any]]:
    """Yield the record of each task as it ends, stored already, in the place that it names."""
    from runner.store import Store

    with Store(options.output) as store:
        executor = _local(store, tasks, options, signals, progress)
        yield from executor.execute(tasks, fail_fast=options.fail_fast)


def _local(
    store: Any, tasks: list[Task], options: argparse.Namespace, signals: Signals, progress: Progress
) -> Any:
    import psutil

    from runner.execute import Executor, default_jobs

    return Executor(
        store,
        signals,
        jobs=min(options.jobs or default_jobs(), len(tasks)),
        timeout=options.timeout or (FULL_TIMEOUT if options.full else QUICK_TIMEOUT),
        memory=options.memory or 0.8 * psutil.virtual_memory().total / 2**30,
        observe=progress.observe,
    )
