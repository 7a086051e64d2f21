"""Known faults before and around the notebooks: one that stops all others, and what a user meets at the door.

As in test_known_faults.py each test asserts what should happen, and is marked as an expected failure.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
import tomllib

import psutil
import pytest
from conftest import ROOT, Bench, cell, fault

GATE = """import pathlib, time
pathlib.Path(gate, 'began').touch()
while not pathlib.Path(gate, 'open').exists():
    time.sleep(0.05)"""


def run(bench, *arguments, **settings):
    """What the command does, whatever its exit status."""
    return subprocess.run(bench.command(*arguments), capture_output=True, text=True, timeout=100, **settings)


def wait_for(path, seconds=60):
    deadline = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """Two notebooks are edited while they wait for the first; one of them is changed back at the end."""
    bench = Bench(tmp_path_factory.mktemp("e"))
    folder = bench.output.parent
    bench.write("t/01", GATE, parameters=f"gate: str = {str(folder)!r}")
    bench.write("t/02", "print('OLD')")
    bench.write("t/03", "print(3)")
    bench.write("t/04", "print(4)")
    with open(folder / "log", "w") as log:
        environment = {**os.environ, "TMPDIR": str(folder)}
        process = subprocess.Popen(bench.command("--jobs", "1"), stdout=log, stderr=log, env=environment)
        wait_for(folder / "began")
        bench.write("t/02", "print('NEW')")
        bench.write("t/03", "print(3)", "print('a cell more')")
        (folder / "open").touch()
        bench.status = process.wait(timeout=100)
    bench.write("t/02", "print('OLD')")
    bench.log = (folder / "log").read_text()
    return bench


@fault("a notebook is read again when its turn comes; one that gained a cell since ends all in a traceback")
def test_a_cell_added_while_the_notebook_waits_harms_nothing(edited):
    assert "Traceback" not in edited.log
    assert edited.status == 0
    assert edited.outputs("t/03") == "3\n"
    assert edited.record("t/04")["status"] == "ok"


@fault("a notebook is read again when its turn comes; changed and changed back, it is `up to date` "
       "with the result of other code")  # fmt: skip
def test_what_is_up_to_date_is_the_result_of_the_code_there_is(edited):
    [entry] = json.loads(run(edited, "--list", "--json", "t/02").stdout)
    assert (entry["state"], edited.outputs("t/02")) == ("up to date", "OLD\n")


def damage(kind):
    """(name, content) of a notebook that cannot run, for a reason that lies in its file alone."""
    cells = [cell("a: int = 1", tags=["parameters"], number=number) for number in range(2)]
    notebook = {"cells": cells[:1], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    half = json.dumps("\ud800")[1:-1]  # the escape of half a character, which UTF-8 has no bytes for
    title = cell("# Title HALF", "markdown")
    plain = json.dumps(notebook)
    contents = {
        "broken JSON": plain[:20],
        "nbformat 3": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}),
        "byte order mark": "\ufeff" + plain,
        "two parameters cells": json.dumps(notebook | {"cells": cells}),
        "half a character in the title": json.dumps(notebook | {"cells": [title]}).replace("HALF", half),
        "half a character in a parameter": plain.replace("a: int = 1", f"a: str = '{half}'"),
        "half a character in the code": plain.replace("a: int = 1", f"print('{half}')").replace(
            '{"tags": ["parameters"]}', "{}"
        ),
        "a file name in Latin-1": plain,
    }
    name = os.fsdecode(b"b/caf\xe9.ipynb") if "file name" in kind else "b/01.ipynb"
    return name, contents[kind]


STOPS_ALL = "exit 2 and nothing runs; that notebook should be FAILED, the others run"
RUNS_IN_VAIN = "the others run, then exit 2 without table and site; that notebook should be FAILED"
CRASHES = "a UnicodeEncodeError ends all; that notebook should be FAILED, the others run"
DAMAGES = {
    "broken JSON": STOPS_ALL,
    "nbformat 3": STOPS_ALL,
    "byte order mark": STOPS_ALL,
    "two parameters cells": STOPS_ALL,
    "half a character in the title": CRASHES,
    "half a character in a parameter": CRASHES,
    "half a character in the code": CRASHES,
    "a file name in Latin-1": CRASHES,
}


@pytest.mark.parametrize("kind", [pytest.param(k, marks=fault(f"{k}: {why}")) for k, why in DAMAGES.items()])
def test_a_damaged_notebook_stops_no_other(bench, kind):
    bench.write("a/01", "print(1)")
    name, content = damage(kind)
    (bench.notebooks / "b").mkdir()
    (bench.notebooks / name).write_text(content, encoding="utf-8")
    done = run(bench)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert sorted(run["status"] for run in bench.summary().values()) == ["failed", "ok"]
    assert bench.outputs("a/01") == "1\n"
    assert (bench.output / "index.html").exists()


@fault("a damaged notebook stops also the runs that do not ask for it")
def test_a_notebook_runs_by_its_name_whatever_lies_beside_it(bench):
    bench.write("a/01", "print(1)")
    (bench.notebooks / "b").mkdir()
    for number, kind in enumerate(DAMAGES):
        name, content = damage(kind)
        (bench.notebooks / name.replace("01", f"0{number}")).write_text(content, encoding="utf-8")
    done = run(bench, "a/01")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert bench.outputs("a/01") == "1\n"


@fault("a notebook without its nbformat number is said to have a kernel that did not start")
def test_a_missing_format_number_is_named(bench):
    path = bench.write("t/01", "1")
    notebook = json.loads(path.read_text())
    del notebook["nbformat"]
    path.write_text(json.dumps(notebook))
    run(bench)
    message = bench.record("t/01")["error"]["message"]
    assert "nbformat" in message
    assert "kernel" not in message


@fault("with PYTHONSAFEPATH=1 run_all.py does not find its own package, and ends in a traceback")
def test_it_runs_with_a_safe_path(bench):
    bench.write("t/01", "1")
    done = run(bench, env={**os.environ, "PYTHONSAFEPATH": "1"})
    assert done.returncode == 0, done.stderr


# The warning comes from importlib.resources, which gives it up to Python 3.12.
@fault("with PYTHONWARNINGS=error a warning of ziamath ends all in a traceback, when the site is built",
       strict=sys.version_info < (3, 13))  # fmt: skip
def test_it_runs_where_warnings_are_errors(bench):
    bench.write("t/01", "1")
    done = run(bench, env={**os.environ, "PYTHONWARNINGS": "error"})
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


@fault("in a long TMPDIR it ends with `AF_UNIX path too long`; it should run, or say that TMPDIR is too long")
def test_a_long_folder_for_temporary_files_is_no_riddle(bench, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    bench.write("t/01", "1")
    done = run(bench, env={**os.environ, "TMPDIR": str(long)})
    assert done.returncode == 0 or "TMPDIR" in done.stderr, done.stderr


@pytest.mark.slow
@fault("progress counts the time to store a result too, the table does not: two times for one run")
def test_progress_and_table_tell_one_time(bench):
    bench.write("t/01", "print('x' * 60_000_000)")
    text = run(bench).stdout
    progress, table = re.findall(r"^.*t/01.*$", text, re.MULTILINE)
    assert re.findall(r"[\d.]+ s\b", progress) == re.findall(r"[\d.]+ s\b", table)


@fault("the front page of the site shows the result of code that has changed since, and does not say so")
def test_the_front_page_says_that_a_result_is_stale(bench):
    bench.write("t/01", "1")
    run(bench)
    bench.write("t/01", "2")
    run(bench, "report")
    assert "has changed since" in (bench.output / "t/01/index.html").read_text()
    assert re.search(r"has changed since|\bstale\b", (bench.output / "index.html").read_text())


@fault("a run with -p takes the place of the one with default values, and nothing says so")
def test_a_run_with_another_value_says_that_it_replaces_the_default_one(bench):
    bench.write("t/01", "1", parameters="seed: int = 0")
    run(bench)
    said = run(bench, "-p", "seed=7").stdout
    [entry] = json.loads(run(bench, "--list", "--json").stdout)
    assert entry["state"] == "up to date" or "seed=7" in said


@fault("the extra `cluster` installs Dask, but the package has no runner that would use it")
def test_the_extra_for_clusters_comes_with_a_runner():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert "cluster" not in extras or "runner*" in packages


@pytest.mark.slow
@fault("the scheduler of --cluster local:N answers everybody, so each user of the machine can run code in it")
def test_a_stranger_cannot_use_the_cluster_on_this_machine(bench, tmp_path):
    bench.write("t/01", GATE, parameters=f"gate: str = {str(tmp_path)!r}")
    process = bench.start("--cluster", "local:1")
    try:
        wait_for(tmp_path / "began")
        began = (tmp_path / "began").exists()
        processes = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        sockets = [socket for p in processes for socket in p.net_connections("tcp")]
        answers = [answer(socket.laddr.port) for socket in sockets if socket.status == "LISTEN"]
    finally:
        (tmp_path / "open").touch()
        process.communicate(timeout=60)
    if not began:
        pytest.fail("the notebook did not begin on the cluster")
    assert not any(answers)


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
