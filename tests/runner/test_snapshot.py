"""A notebook runs as it was when it was planned, and what is wrong with its file is its own record alone."""

import json
import os
import subprocess

import pytest

from tests.runner.conftest import Bench, cell, wait_until

GATE = """import pathlib, time
pathlib.Path(gate, 'began').touch()
while not pathlib.Path(gate, 'open').exists():
    time.sleep(0.05)"""


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
        wait_until((folder / "began").exists)
        bench.write("t/02", "print('NEW')")
        bench.write("t/03", "print(3)", "print('a cell more')")
        (folder / "open").touch()
        bench.status = process.wait(timeout=100)
    bench.write("t/02", "print('OLD')")
    bench.log = (folder / "log").read_text()
    return bench


def test_a_cell_added_while_the_notebook_waits_harms_nothing(edited):
    assert "Traceback" not in edited.log
    assert edited.status == 0
    assert edited.outputs("t/03") == "3\n"
    assert edited.record("t/04")["status"] == "ok"


def test_what_is_up_to_date_is_the_result_of_the_code_there_is(edited):
    [entry] = json.loads(edited.run("--list", "--json", "t/02").stdout)
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


DAMAGES = [
    "broken JSON",
    "nbformat 3",
    "byte order mark",
    "two parameters cells",
    "half a character in the title",
    "half a character in a parameter",
    "half a character in the code",
    "a file name in Latin-1",
]


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_notebook_stops_no_other(bench, kind):
    bench.write("a/01", "print(1)")
    name, content = damage(kind)
    (bench.notebooks / "b").mkdir()
    (bench.notebooks / name).write_text(content, encoding="utf-8")
    done = bench.batch()
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert sorted(run["status"] for run in bench.summary().values()) == ["failed", "ok"]
    assert bench.outputs("a/01") == "1\n"
    assert (bench.output / "index.html").exists()


def test_a_notebook_runs_by_its_name_whatever_lies_beside_it(bench):
    bench.write("a/01", "print(1)")
    (bench.notebooks / "b").mkdir()
    for number, kind in enumerate(DAMAGES):
        name, content = damage(kind)
        (bench.notebooks / name.replace("01", f"0{number}")).write_text(content, encoding="utf-8")
    done = bench.batch("a/01")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert bench.outputs("a/01") == "1\n"


def test_a_missing_format_number_is_named(bench):
    path = bench.write("t/01", "1")
    notebook = json.loads(path.read_text())
    del notebook["nbformat"]
    path.write_text(json.dumps(notebook))
    bench.batch()
    message = bench.record("t/01")["error"]["message"]
    assert "nbformat" in message
    assert "kernel" not in message
