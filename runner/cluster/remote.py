"""What a worker of a Dask cluster does: start an attempt, pass on what it tells, end it when nobody wants it.

The function of this module travels to the workers by value: a worker needs nothing installed but Dask, and
the checkout at the same path as here. Hence the imports within it, and no other name from outside.
"""

from typing import Any


def attempt_on_worker(job: dict[str, Any]) -> dict[str, Any]:
    """Run the job in a process of its own; what its last line said, as a dict.

    A notebook that fails is a result. An attempt whose worker dies is made again elsewhere, by Dask.
    """
    import base64
    import json
    import os
    import selectors
    import signal
    import subprocess
    import sys
    from contextlib import suppress

    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        """Whether the result is still waited for: Dask does not stop the thread of a cancelled task."""
        state = worker.state.tasks.get(key)
        alive = worker.status.name in ("running", "paused", "closing_gracefully")
        return alive and state is not None and state.state in ("executing", "long-running")

    def tell(event: dict[str, Any]) -> None:
        worker.log_event(job["topic"], {"tag": job["tag"], **event})

    if not os.path.isfile(os.path.join(job["root"], "runner", "cluster", "attempt.py")):
        return {"problem": f"worker {worker.address} sees no checkout at {job['root']}"}
    paths = [job["root"], *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "runner.cluster.attempt"],
        cwd=job["root"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    last: dict[str, Any] = {"problem": "the process that makes the attempt was killed"}
    try:
        tell({"cell": 0, "done": 0})
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while wanted():
                if not selector.select(timeout=0.2):
                    continue
                pieces = os.read(process.stdout.fileno(), 1 << 20)
                if not pieces:
                    break
                *lines, pending = (pending + pieces).split(b"\n")
                for line in map(json.loads, lines):
                    if "event" in line:
                        tell(line["event"])
                    else:
                        last = line
    finally:
        with suppress(OSError):
            process.stdin.close()  # asks it to clean up and go
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()
        tell({"ended": True})
    if "archive" in last:
        last["archive"] = base64.b64decode(last["archive"])
    return last
