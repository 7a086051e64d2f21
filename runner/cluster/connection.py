"""A client of a cluster: of one that others have started, or of one of processes on this machine."""

import contextlib
import logging
import signal
from collections.abc import Iterator
from typing import Any

import dask
from distributed import Client, LocalCluster, Security

from runner.errors import UsageError
from runner.results.store import Store
from runner.signals import Signals, withheld_from_children


@contextlib.contextmanager
def connected(where: str, signals: Signals, store: Store) -> Iterator[Client | None]:
    """A client of the cluster at tcp://..., or for local:N of N processes here; None after a signal."""
    for name in list(logging.root.manager.loggerDict):  # what matters is reported by the runner
        if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    if where.startswith("local:"):
        with withheld_from_children(signal.SIGINT):  # also from the thread that starts the workers
            # Without workers the cluster is there at once; they start while notebooks are already submitted.
            dask.config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")})
            cluster = LocalCluster(
                n_workers=0,
                threads_per_worker=1,
                dashboard_address=None,
                memory_limit=0,  # the runner has limits of its own, which count the kernels
                local_directory=str(store.staging / "dask"),
                # Without TLS every user of this machine could have the scheduler run anything.
                security=_temporary_security(),
                protocol="tls://",
                silence_logs=logging.CRITICAL,
            )
        cluster.scale(int(where.removeprefix("local:")))
        place: contextlib.AbstractContextManager = cluster
    else:
        place = contextlib.nullcontext(where)
    with place as address, _client(address, signals) as client:
        yield client


def _temporary_security() -> Security:
    """Keys and a certificate that only this process and its workers hold."""
    try:
        return Security.temporary()
    except ImportError as error:
        raise UsageError(f"{error}; a cluster needs the group `cluster` of pyproject.toml") from None


@contextlib.contextmanager
def _client(address: Any, signals: Signals) -> Iterator[Client | None]:
    try:
        with signals.raising():
            client = Client(address, timeout=10, set_as_default=False)
    except KeyboardInterrupt:
        yield None
        return
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"no Dask scheduler answers at {address}: {reason}") from None
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone; there is nothing left to tell it
            client.close(timeout=1)
