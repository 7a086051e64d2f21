"""Runs on a cluster of dask.distributed: the same results as here, whatever becomes of the workers."""

import asyncio
import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from runner.cluster.attempt import PREFIX, owned_folder, sweep_dead
from tests.runner.conftest import FILES, ROOT, Bench, claim_cell, wait_until

RECORD = """from IPython.display import display
display({"application/vnd.mathlib.record+json": {"version": 1, "name": "x", "value": 0.1 + 0.2}}, raw=True)"""
MARK = "import os, pathlib\n(pathlib.Path(gate) / f'{name}-{os.getpid()}').touch()"
# The kernel's ancestors are the worker, its guard, their server, the attempt, and the worker of Dask.
KILL_WORKER = """import psutil, signal, time
if len(list(pathlib.Path(gate).glob(name + '-*'))) <= times:
    psutil.Process().parents()[4].send_signal(signal.SIGKILL)
    time.sleep(600)"""
FILE = f"{FILES}open(files + '/table.csv', 'w').write('a,b')\nos.symlink('/nowhere', files + '/link')"
BOOKS = {
    "t/01_good": [claim_cell("two", measured="2"), RECORD, FILE, "print(pair)"],
    "t/02_raises": ["print(1)", "raise ValueError('boom')"],
    "t/03_false": [claim_cell("one is two", holds="False")],
    "t/04_vanishes": ["os._exit(0)"],
}


def write(bench, name, *sources, times=0):
    """A notebook whose first cell leaves a mark in the gate: one for each attempt."""
    gate = bench.output.parent / "gate"
    gate.mkdir(exist_ok=True)
    short = name.rpartition("/")[2]
    parameters = f"seed: int = 0\ngate: str = {str(gate)!r}\nname: str = {short!r}\n"
    parameters += f"times: int = {times}\npair: tuple = (1, 'two')"
    bench.write(name, MARK, *sources, parameters=parameters)
    return gate


def marks(bench, name=""):
    return len(list((bench.output.parent / "gate").glob(f"{name}*")))


def results(bench):
    """All that the runs left, but what tells the time."""
    found = {}
    for path in sorted(bench.output.glob("*/*/run.json")):
        record = json.loads(path.read_text())
        for name in ("started", "seconds"):
            del record[name]
        files = {p.relative_to(path.parent): p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
        files |= {p.relative_to(path.parent): p.readlink() for p in path.parent.rglob("*") if p.is_symlink()}
        kept = {name: files[name] for name in files if name.name not in ("run.json", "index.html")}
        if (crate := Path("ro-crate-metadata.json")) in kept:
            kept[crate] = re.sub(rb'"(startTime|endTime|datePublished)": "[^"]*"', b"", kept[crate])
        if record["status"] == "died":  # the kernel's thread that tells the cell's number may die first
            kept[Path("output.ipynb")] = re.sub(rb'"execution_count": \w+', b"", kept[Path("output.ipynb")])
        found[path.parent.name] = (record, kept)
    return found


def clean(bench):
    """Nothing of the run is left: no process, no temporary file."""
    return bench.settle(10) == [] and not list(bench.output.parent.glob("mx-*"))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same notebooks run here and then on a cluster of two processes, in the same folder."""
    folder = tmp_path_factory.mktemp("c")
    bench = Bench(folder)
    for name, sources in BOOKS.items():
        write(bench, name, *sources)
    environment = {**os.environ, "TMPDIR": str(folder)}
    bench.run("--jobs", "2", status=1, env=environment)
    bench.serial, bench.attempts = results(bench), marks(bench)
    bench.done = bench.run("--force", "--cluster", "local:2", status=1, env=environment)
    return bench


@pytest.mark.slow
def test_a_cluster_gives_the_same_results(both):
    assert list(both.serial) == [name.removeprefix("t/") for name in BOOKS]
    assert results(both) == both.serial
    record, files = both.serial["01_good"]
    assert (record["status"], record["recorded"]) == ("ok", {"x": 0.1 + 0.2})
    assert files[Path("files/table.csv")] == b"a,b"
    assert both.outputs("t/01_good") == "(1, 'two')\n"


@pytest.mark.slow
def test_an_error_is_a_result_and_is_not_tried_again(both):
    assert both.attempts == len(BOOKS)
    assert marks(both) == 2 * len(BOOKS)
    statuses = {name: record["status"] for name, (record, _) in results(both).items()}
    assert statuses == {"01_good": "ok", "02_raises": "failed", "03_false": "ok", "04_vanishes": "died"}


@pytest.mark.slow
def test_progress_and_table_are_as_usual(both):
    lines = both.done.stdout.splitlines()
    assert sorted(line.split("]")[0] for line in lines[:4]) == [f"[{n}/4" for n in range(1, 5)]
    assert "FAILED  t/02_raises, cell 4: ValueError: boom" in both.done.stdout
    assert "CLAIM FAILED  t/03_false, cell 3: one is two" in both.done.stdout
    assert both.done.stderr == ""


@pytest.mark.slow
def test_nothing_is_left_behind(both):
    assert clean(both)


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_changes_nothing(bench):
    """The first attempt at the second notebook kills the worker that it runs on."""
    write(bench, "t/01", "print(1)")
    write(
        bench,
        "t/02",
        KILL_WORKER,
        claim_cell("survived"),
        f"{FILES}open(files + '/f', 'w').write('x')",
        times=1,
    )
    write(bench, "t/03", "print(3)")
    bench.run("--force", "--cluster", "local:2")
    assert marks(bench, "02") == 2
    assert clean(bench)
    on_cluster = results(bench)
    bench.run("--force")  # there are marks now, so that nothing is killed
    assert results(bench) == on_cluster
    assert [record["status"] for record, _ in on_cluster.values()] == ["ok"] * 3


@pytest.mark.slow
def test_a_notebook_that_kills_every_worker_is_named_and_the_others_finish(bench):
    write(bench, "t/01", KILL_WORKER, times=1000)
    write(bench, "t/02", "print(2)")
    done = bench.run("--cluster", "local:2", status=1)
    record = bench.record("t/01")
    assert (record["status"], record["error"]["type"]) == ("died", "ClusterError")
    assert "KilledWorker" in record["error"]["message"]
    assert marks(bench, "01") == 4  # Dask allows three failures
    assert "DIED  t/01" in done.stdout
    assert bench.record("t/02")["status"] == "ok"
    assert clean(bench)


@pytest.mark.slow
def test_limits_hold_on_a_cluster(bench):
    write(bench, "t/01", "while True:\n    pass")
    write(bench, "t/02", "hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))")
    bench.run("t/01", "--cluster", "local:1", "--timeout", "8", status=1)
    bench.run("t/02", "--cluster", "local:1", "--memory", "1", status=1)
    assert bench.record("t/01")["status"] == "timeout"
    assert bench.record("t/02")["status"] == "memory"
    assert clean(bench)


@pytest.mark.slow
def test_fail_fast_stops_the_others_on_a_cluster(bench):
    both = "import time\nwhile len(list(pathlib.Path(gate).glob('*'))) < 2:\n    time.sleep(0.1)"
    write(bench, "t/01", both, "raise ValueError")
    write(bench, "t/02", "import time; time.sleep(600)")
    bench.run("--fail-fast", "--cluster", "local:2", status=1)
    assert bench.record("t/01")["status"] == "failed"
    assert bench.summary()["t/02"]["status"] == "not run"
    assert clean(bench)


@pytest.mark.slow
def test_a_sweep_on_a_cluster_has_the_same_table(bench):
    write(bench, "t/01", RECORD, claim_cell("odd", holds="seed % 2 == 1", measured="seed"))
    tables = []
    for more in (["--cluster", "local:2"], []):
        bench.run("sweep", "t/01", "--grid", "seed=0:4", "--force", *more, status=1)
        text = (bench.output / "sweeps/t-01/results.csv").read_text()
        tables.append([{**row, "run.seconds": ""} for row in csv.DictReader(text.splitlines())])
    assert len(tables[0]) == 4
    assert tables[0] == tables[1]
    assert marks(bench) == 8


@pytest.mark.slow
@pytest.mark.parametrize("to_all", [False, True], ids=["the runner alone", "all, as a terminal does"])
def test_ctrl_c_stops_the_kernels_of_a_cluster(bench, to_all):
    for name in ("t/01", "t/02"):
        write(bench, name, "import time; time.sleep(600)")
    process = bench.start("--cluster", "local:2")
    wait_until(lambda: marks(bench) == 2)
    started = time.monotonic()
    (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert time.monotonic() - started < 10  # a quiet machine takes two
    assert "Traceback" not in out + err
    assert clean(bench)
    assert not list(bench.output.glob("t/*/run.json"))


@pytest.mark.slow
def test_a_runner_killed_outright_leaves_no_kernel_and_the_next_start_no_file(bench):
    write(bench, "t/01", "import time; time.sleep(600)")
    process = bench.start("--cluster", "local:1")
    wait_until(lambda: marks(bench) == 1)
    process.kill()
    process.communicate()
    wait_until(lambda: not any("ipykernel" in stray for stray in bench.strays()), 30)
    write(bench, "t/01", "print(1)")
    bench.run()
    assert clean(bench)


@pytest.fixture
def dask(tmp_path_factory, monkeypatch):
    """A scheduler and two workers of its own, started as a person would, with their own temporary folder."""
    folder = tmp_path_factory.mktemp("d")
    environment = {**os.environ, "TMPDIR": str(folder)}
    file = folder / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    scheduler = ["dask", "scheduler", "--port", "0", *common]
    worker = ["dask", "worker", "--nworkers", "2", "--nthreads", "1", *common]
    with open(folder / "log", "w") as log:
        settings = {"cwd": folder, "env": environment, "stdout": log, "stderr": log}
        calls = [[sys.executable, "-m", *call] for call in (scheduler, worker)]
        processes = [subprocess.Popen(call, **settings) for call in calls]
    try:
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        yield json.loads(file.read_text())["address"], folder, processes[0]
    finally:
        for process in reversed(processes):
            if process.poll() is None:
                for child in [*psutil.Process(process.pid).children(recursive=True), process]:
                    with suppress(psutil.NoSuchProcess):  # workers end by themselves without their scheduler
                        child.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_that_others_started_outlives_every_runner(bench, dask):
    """A run; a run that is interrupted; one whose attempt, one whose runner is killed; and a run again."""
    address, folder, _ = dask
    sleep = "import time\nwhile times:\n    time.sleep(0.1)"
    write(bench, "t/01", sleep, "print('end')")
    bench.run("--scheduler-address", address)
    assert bench.outputs("t/01") == "end\n"
    assert not list(folder.glob("mx-*"))
    for number, deed in enumerate(["interrupt", "kill the attempt", "kill the runner"]):
        before = marks(bench)
        process = bench.start("--scheduler-address", address, "--force", "-p", f"times={number + 1}")
        wait_until(lambda before=before: marks(bench) == before + 1)
        if deed == "interrupt":
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 130
        elif deed == "kill the attempt":
            [attempt] = processes_in(folder, "runner.cluster.attempt")
            attempt.kill()
            assert process.wait(timeout=60) == 1
            assert bench.record("t/01")["error"]["type"] == "ClusterError"
            assert list(folder.glob("mx-*"))  # the next start on that machine removes it
        else:
            process.kill()
            process.wait()
        wait_until(lambda: not processes_in(folder, "ipykernel"), 30)
    bench.run("--scheduler-address", address, "--force")
    assert bench.outputs("t/01") == "end\n"
    assert not list(folder.glob("mx-*"))


def processes_in(folder, word):
    """Processes with this word in their command whose temporary folder is the given one."""
    found = []
    for process in psutil.process_iter():
        try:
            if word in " ".join(process.cmdline()) and process.environ().get("TMPDIR") == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.slow
def test_a_scheduler_that_is_lost_is_one_line_and_what_had_ended_is_stored(bench, dask):
    address, folder, scheduler = dask
    write(bench, "t/01", "print(1)")
    write(bench, "t/02", "import time; time.sleep(600)")
    process = bench.start("--scheduler-address", address)
    wait_until(lambda: (bench.output / "t/01/run.json").exists() and marks(bench) == 2)
    scheduler.kill()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "the connection to the Dask scheduler is lost" in err
    assert len(err.strip().splitlines()) == 1
    assert bench.record("t/01")["status"] == "ok"
    assert not (bench.output / "t/02").exists()
    wait_until(lambda: not processes_in(folder, "ipykernel"), 30)


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_one_line(bench):
    bench.write("t/01", "1")
    done = bench.run("--scheduler-address", "tcp://127.0.0.1:9", status=2)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert clean(bench)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cluster", "local:0"], "local:N"),
        (["--cluster", "two"], "local:N"),
        (["--scheduler-address", "10.0.0.1:8786"], "tcp://"),
        (["--cluster", "local:2", "--scheduler-address", "tcp://h:1"], "not allowed with"),
    ],
)
def test_bad_usage_is_one_line(bench, arguments, message):
    bench.write("t/01", "1")
    done = bench.run(*arguments, status=2)
    assert message in done.stderr
    assert not bench.output.exists()


def test_a_worker_with_other_sources_or_packages_is_refused(bench):
    limits = {"timeout": 60, "memory": None, "keep": True, "full": False, "scratch": None, "sockets": None}
    path = bench.write("t/01", "1")
    job = {
        "name": "t/01",
        "path": str(path),
        "notebook": path.read_text(),
        "overrides": "{}",
        "key": "of other sources",
        **limits,
    }
    call = [sys.executable, "-m", "runner.cluster.attempt"]
    line = json.dumps(job) + "\n"
    done = subprocess.run(call, input=line, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "other sources" in json.loads(done.stdout)["problem"]
    assert not list(bench.output.parent.glob("mx-*"))


def test_only_the_folders_of_dead_attempts_are_swept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    living, owner = owned_folder()
    dead, other = owned_folder()
    other.close()
    (tmp_path / f"{PREFIX}foreign").mkdir()  # without an owner: not ours
    sweep_dead(tmp_path)
    assert living.exists()
    assert not dead.exists()
    assert (tmp_path / f"{PREFIX}foreign").exists()
    owner.close()
    sweep_dead(tmp_path)
    assert not living.exists()


GATE = """import pathlib, time
pathlib.Path(gate, 'began').touch()
while not pathlib.Path(gate, 'open').exists():
    time.sleep(0.05)"""


@pytest.mark.slow
def test_a_stranger_cannot_use_the_cluster_on_this_machine(bench, tmp_path):
    bench.write("t/01", GATE, parameters=f"gate: str = {str(tmp_path)!r}")
    process = bench.start("--cluster", "local:1")
    try:
        wait_until((tmp_path / "began").exists)
        processes = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        sockets = [socket for p in processes for socket in p.net_connections("tcp")]
        places = [socket.laddr for socket in sockets if socket.status == "LISTEN"]
        answers = [answer(place.port) for place in places]
    finally:
        (tmp_path / "open").touch()
        process.communicate(timeout=60)
    assert not any(answers)
    assert {place.ip for place in places} == {"127.0.0.1"}


def test_the_document_names_every_port_and_what_closes_it():
    """Those of the scheduler, of its pages, of workers, of what watches them, of kernels."""
    said = (ROOT / "docs/cluster.md").read_text()
    for word in ("8786", "8787", "--host", "--dashboard-address", "--no-dashboard", "TLS", "each kernel"):
        assert word.lower() in said.lower()
    [scheduler, worker] = re.findall(r"-m dask (?:scheduler|worker) (?:[^\n`]|\\\n)*", said)
    for command in (scheduler, worker):
        assert "--host" in command
        assert "--dashboard-address" in command


def answer(port):
    """What kind of Dask server tells a stranger about itself at this port, if one does."""
    from distributed.core import rpc

    async def ask():
        async with rpc(f"tcp://127.0.0.1:{port}", timeout=3) as server:
            return (await asyncio.wait_for(server.identity(), 3))["type"]

    try:
        return asyncio.run(ask())
    except (OSError, TimeoutError):
        return None
