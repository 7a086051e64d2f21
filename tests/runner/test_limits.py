"""Limits hold for all that a notebook starts, whatever it does to its environment, sessions and parents."""

import contextlib

import psutil
import pytest

from tests.runner.conftest import Bench, after_a_while, claim_cell

WAIT_FOR_CHILD = "while not os.path.exists(pid_file):\n    time.sleep(0.05)"
# A child that holds 0.8 GiB, started without the environment of its kernel; if that goes unseen, the process
# that watches the kernel is killed, as it is at a time limit.
HOARD = f"""import os, signal, subprocess, sys, time
code = '''import os, sys, time
open(sys.argv[1], "w").write(str(os.getpid()))
hoard = bytearray(b"1") * (800 << 20)
time.sleep(600)'''
subprocess.Popen([sys.executable, "-c", code, pid_file], env={{}})
{WAIT_FOR_CHILD}
time.sleep(30)
os.kill(os.getppid(), signal.SIGKILL)"""
# A daemon: forked twice, in a session of its own, without the environment of its kernel.
DAEMON = f"""import os, sys, time
code = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execve(sys.executable, [sys.executable, "-c", code, pid_file], {{}})
{WAIT_FOR_CHILD}"""
# Eight children that share 120 MiB with their parent and change nothing in it.
FORKS = """import os, time
array = bytearray(b"1") * (120 << 20)
for _ in range(8):
    if not os.fork():
        time.sleep(600)
time.sleep(2)"""
BOOKS = {
    "t/control": [claim_cell("the batch ran")],
    "t/hoards": [HOARD],
    "t/daemon": [DAEMON],
    "t/forks": [FORKS],
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """All books in one run of two jobs, with a limit of 0.6 GiB."""
    bench = Bench(tmp_path_factory.mktemp("l"))
    folder = bench.output.parent
    for name, sources in BOOKS.items():
        bench.write(name, *sources, parameters=f"pid_file: str = {str(folder / name[2:]) + '.pid'!r}")
    bench.batch("--jobs", "2", "--timeout", "100", "--memory", "0.6")
    bench.records = {name: bench.record(name) for name in BOOKS}
    yield bench
    for child in children(bench):
        child.kill()


def children(bench):
    """The living children of the notebooks that wrote down their numbers."""
    found = []
    for path in bench.output.parent.glob("*.pid"):
        with contextlib.suppress(psutil.Error):
            child = psutil.Process(int(path.read_text()))
            if child.status() != psutil.STATUS_ZOMBIE and str(path) in child.cmdline():
                found.append(child)
    return found


def survivors(bench, name):
    """The children of one notebook that are still there, a moment after the end of the batch."""
    return after_a_while(lambda: [c for c in children(bench) if f"{name}.pid" in c.cmdline()[-1]], 2)


def test_the_batch_itself_is_sound(batch):
    assert batch.records["t/control"]["status"] == "ok"
    assert (batch.output.parent / "hoards.pid").exists()
    assert (batch.output.parent / "daemon.pid").exists()


def test_memory_of_a_child_with_another_environment_counts(batch):
    assert batch.records["t/hoards"]["status"] == "memory"


def test_a_child_with_another_environment_ends_with_its_run(batch):
    assert not survivors(batch, "hoards")


def test_a_daemon_with_another_environment_ends_with_its_run(batch):
    assert not survivors(batch, "daemon")


def test_pages_that_processes_share_count_once(batch):
    assert batch.records["t/forks"]["status"] == "ok"


def test_a_notebook_has_limits_of_its_own_with_large_values(bench):
    bench.write("t/01", "import time; time.sleep(600)")
    bench.write("t/02", "hoard = bytearray(b'1') * (400 << 20)\nimport time; time.sleep(600)")
    (bench.notebooks / "t/full.toml").write_text("[01]\ntimeout = 6\n[02]\nmemory = 0.3\n")
    bench.run("--full", "--jobs", "2", status=1)
    assert bench.record("t/01")["status"] == "timeout"
    assert "limit of 6 s" in bench.record("t/01")["error"]["message"]
    assert bench.record("t/02")["status"] == "memory"
