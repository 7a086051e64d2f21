"""From the options of the command line to an executor at work."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from runner.errors import UsageError
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
        where = options.scheduler_address or options.cluster
        chosen = _on_cluster(where, store, options, signals, progress) if where else nullcontext()
        with chosen as executor:
            if not signals.number:
                executor = executor or _local(store, tasks, options, signals, progress)
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
        timeout=_timeout(options),
        memory=options.memory or 0.8 * psutil.virtual_memory().total / 2**30,
        observe=progress.observe,
    )


@contextmanager
def _on_cluster(
    where: str, store: Any, options: argparse.Namespace, signals: Signals, progress: Progress
) -> Iterator[Any]:
    try:
        from runner.cluster import ClusterExecutor, connected
    except ModuleNotFoundError as error:
        raise UsageError(f"{error}; a cluster needs mathlib-experiments[cluster]") from None
    with connected(where, signals, store) as client:
        yield client and ClusterExecutor(
            store,
            signals,
            client,
            jobs=options.jobs,
            shared=where == options.cluster,
            timeout=_timeout(options),
            memory=options.memory,
            observe=progress.observe,
        )


def _timeout(options: argparse.Namespace) -> float:
    return options.timeout or (FULL_TIMEOUT if options.full else QUICK_TIMEOUT)
