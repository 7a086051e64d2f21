"""Sweeps as a user runs them: the table, what is run again, and what a kill leaves."""

import csv
import json
import signal

import pytest

from runner.command.options import read_settings
from runner.errors import UsageError
from runner.results import sweep
from runner.results.tables import rows, typed_column
from tests.runner.conftest import FILES, wait_until

RECORD = """from IPython.display import display
def record(name, value):
    display({"application/vnd.mathlib.record+json": {"version": 1, "name": name, "value": value}}, raw=True)
def claim(statement, holds, measured=None):
    display({"application/vnd.mathlib.claim+json": {"statement": statement, "holds": holds, "kind": "exact",
        "measured": measured}}, raw=True)"""
PARAMETERS = "seed: int = 0\nn: int = 1\neps: float = 0.5\nname: str = 'a'"
BOOK = [
    RECORD,
    "record('square', n * n)\nrecord('eps', 2 * eps)\nrecord('label', f'{name},\\n\"{seed}\"')",
    "claim('small', n < 3, n)\nclaim(f'n = {n}\\nis no seed', n != seed)",
    "if n == 2:\n    raise ValueError('two\\nlines')",
]


def table(bench, name="t-01", file="results.csv"):
    text = (bench.output / "sweeps" / name / file).read_text()
    return list(csv.DictReader(text.splitlines())), text


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Eight runs of one notebook, some of which fail, with the Parquet file."""
    from tests.runner.conftest import Bench

    bench = Bench(tmp_path_factory.mktemp("sweep"))
    bench.write("t/01", *BOOK, parameters=PARAMETERS)
    bench.done = bench.run(
        *("sweep", "t/01", "--zip", "eps=0.1,0.2", "--zip", "name=a,'b,\\n\"'", "--grid", "n=0:4"),
        *("--parquet", "--jobs", "4"),
        status=1,
    )
    return bench


def test_one_row_a_run_in_the_order_of_the_grid(swept):
    found, text = table(swept)
    assert len(text.splitlines()) == 9  # no newline inside a cell
    assert [(r["eps"], r["name"], r["n"]) for r in found] == [
        (eps, name, str(n)) for eps, name in (("0.1", "a"), ("0.2", 'b, "')) for n in range(4)
    ]
    assert [r["square"] for r in found] == ["0", "1", "4", "9"] * 2
    assert [r["recorded.eps"] for r in found] == ["0.2"] * 4 + ["0.4"] * 4  # eps itself is the parameter
    assert {r["label"] for r in found} == {'a, "0"', 'b, ", "0"'}
    assert [r["run.status"] for r in found] == ["ok", "ok", "failed", "ok"] * 2
    assert [r["run.error"] for r in found][1:3] == ["", "ValueError: two lines"]
    assert [r["run.claims_held"] for r in found] == ["1", "2", "2", "1"] * 2
    assert [r["claim.4.1"] for r in found] == ["True"] * 3 + ["False"] + ["True"] * 3 + ["False"]
    assert [r["claim.4.2"] for r in found][:2] == ["False", "True"]
    assert [r["measured.4.1"] for r in found][:4] == ["0", "1", "2", "3"]
    assert all(float(r["run.seconds"]) > 0 for r in found)
    assert list(found[0])[-1] == "run.id"


def test_one_row_a_claim_beside_it(swept):
    found, text = table(swept, file="claims.csv")
    assert len(text.splitlines()) == len(found) + 1 == 17
    assert [(r["cell"], r["number"], r["statement"]) for r in found][2:4] == [
        ("4", "1", "small"),
        ("4", "2", "n = 1 is no seed"),
    ]
    assert {r["run.id"] for r in found} == {r["run.id"] for r in table(swept)[0]}


def test_the_parquet_file_has_the_same_rows_in_columns_of_one_type(swept):
    import pyarrow.parquet

    read = pyarrow.parquet.read_table(swept.output / "sweeps/t-01/results.parquet").to_pydict()
    assert list(read) == list(table(swept)[0][0])
    assert read["square"] == [0, 1, 4, 9] * 2
    assert read["eps"] == [0.1] * 4 + [0.2] * 4
    assert read["claim.4.1"] == [True, True, True, False] * 2
    assert read["name"][4] == 'b,\n"'


def test_failures_are_told_and_only_what_is_not_good_is_kept_whole(swept):
    assert "FAILED  t-01 eps=0.1 name='a' n=2, cell 5: ValueError: two lines" in swept.done.stdout
    assert "CLAIM FAILED  t-01 eps=0.1 name='a' n=3, cell 4: small; measured 3" in swept.done.stdout
    assert "2 of 8 runs are good, 0 were up to date" in swept.done.stdout
    listed = swept.run("sweep", "t/01", "--zip", "eps=0.1", "--zip", "name=a", "--grid", "n=1:5", "--list")
    assert [line.rpartition("[")[2] for line in listed.stdout.split("]\n")[:4]] == [
        *("up to date", "failed", "failed", "not run")
    ]
    folder = swept.output / "sweeps/t-01/runs"
    kept = {r["run.id"]: (folder / r["run.id"] / "output.ipynb").exists() for r in table(swept)[0]}
    assert list(kept.values()) == [True, False, True, True] * 2
    assert not list(swept.output.glob("*.csv"))  # the table of all notebooks knows nothing of it
    assert swept.settle() == []


def test_what_is_good_is_not_run_again(bench):
    bench.write("t/01", *BOOK[:2], f"{FILES}open(files + '/moment', 'w').write('now')", parameters=PARAMETERS)
    bench.run("sweep", "t/01", "--grid", "n=0:2")
    before = {p: p.stat().st_mtime_ns for p in bench.output.rglob("moment")}
    assert len(before) == 2
    more = bench.run("sweep", "t/01", "--grid", "n=0:3", "-p", "seed=0")
    assert "3 of 3 runs are good, 2 were up to date" in more.stdout
    after = {p: p.stat().st_mtime_ns for p in bench.output.rglob("moment")}
    assert before.items() < after.items()
    assert len(table(bench)[0]) == 3
    listed = json.loads(bench.run("sweep", "t/01", "--grid", "n=1:4", "--list", "--json").stdout)
    assert [entry["state"] for entry in listed] == ["up to date", "up to date", "not run"]
    as_json = json.loads(bench.run("sweep", "t/01", "--grid", "n=2,0", "--json").stdout)
    assert [row["square"] for row in as_json] == [4, 0]
    bench.write("t/01", *BOOK[:2], "2", parameters=PARAMETERS)  # other code: nothing is up to date
    assert "0 were up to date" in bench.run("sweep", "t/01", "--grid", "n=0:2").stdout
    assert bench.run("sweep", "t/01", "--grid", "n=0:2", "--quiet").stdout == ""


@pytest.mark.slow
def test_a_sweep_killed_outright_goes_on_where_it_stopped(bench):
    """Two runs end, the third waits for a file that only the second sweep finds."""
    wait = "import os, time\nwhile n == 2 and not os.path.exists(name):\n    time.sleep(0.02)"
    mark = "open(f'{name}{n}.{os.getpid()}', 'w').close()"
    gate = bench.output.parent / "gate"
    bench.write("t/01", RECORD, wait, mark, "record('cube', n**3)", parameters=PARAMETERS)
    call = ("sweep", "t/01", "--grid", "n=0:4", "-p", f"name={gate}", "--jobs", "1")
    process = bench.start(*call)
    runs = bench.output / "sweeps/t-01/runs"
    wait_until(lambda: len(list(runs.glob("*/run.json"))) == 2)
    process.kill()
    process.communicate()
    gate.touch()
    assert "4 of 4 runs are good, 2 were up to date" in bench.run(*call).stdout
    assert [row["cube"] for row in table(bench)[0]] == ["0", "1", "8", "27"]
    assert sorted(p.name.split(".")[0] for p in gate.parent.glob("gate?.*")) == [f"gate{n}" for n in range(4)]
    assert bench.settle() == []


def test_an_interrupted_sweep_says_in_its_table_what_is_missing(bench):
    bench.write("t/01", "import time\nif n: time.sleep(60)", parameters=PARAMETERS)
    process = bench.start("sweep", "t/01", "--grid", "n=0:2", "--jobs", "1")
    wait_until(lambda: list(bench.output.glob("sweeps/t-01/runs/*/run.json")))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert "1 of 2 runs are good, 0 were up to date; interrupted" in out
    assert [row["run.status"] for row in table(bench)[0]] == ["ok", "not run"]
    assert bench.settle() == []


def test_recording_a_name_twice_is_an_error_of_the_run(bench):
    bench.write("t/01", RECORD, "record('x', 1)", "record('x', 2)")
    bench.write("t/02", RECORD, "record('a.b', 1)")
    bench.run(status=1)
    error = bench.record("t/01")["error"]
    assert (error["type"], error["cell"]) == ("RecordedTwice", 3)
    assert bench.record("t/01")["recorded"] == {"x": 1}
    assert bench.record("t/02")["error"]["type"] == "MalformedRecord"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sweep"], "`sweep` takes one notebook"),
        (["sweep", "t/01", "t/02"], "`sweep` takes one notebook"),
        (["sweep", "t"], "'t' names 2 notebooks"),
        (["sweep", "t/03"], "no notebook matches"),
        (["sweep", "t/01"], "needs values"),
        (["t/01", "--grid", "n=1"], "go with `sweep`"),
        (["sweep", "t/01", "--grid", "n=1", "-p", "n=2"], "the sweep gives this parameter"),
        (["sweep", "t/01", "--grid", "n=x"], "takes an int"),
    ],
)
def test_bad_usage_is_one_clear_line_and_exit_2(bench, arguments, message):
    bench.write("t/01", "1", parameters=PARAMETERS)
    bench.write("t/02", "1", parameters=PARAMETERS)
    done = bench.run(*arguments, status=2)
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not bench.output.exists()


def test_without_pyarrow_parquet_is_refused_before_anything_runs(bench, monkeypatch):
    bench.write("t/01", "1", parameters=PARAMETERS)
    monkeypatch.setattr(sweep.importlib.util, "find_spec", lambda name: None)
    folders = ["--notebooks", str(bench.notebooks), "--output", str(bench.output)]
    settings = read_settings(["sweep", "t/01", "--grid", "n=1", "--parquet", *folders])
    with pytest.raises(UsageError, match="--parquet needs pyarrow"):
        sweep.Sweep(settings)
    assert not bench.output.exists()


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ([True, None], [True, None]),
        ([1, None, 2], [1, None, 2]),
        ([1, 0.5], [1.0, 0.5]),
        ([0.5, "inf", "-inf"], [0.5, float("inf"), float("-inf")]),
        ([1, "1/3"], ["1", "1/3"]),
        (["nan", "a"], ["nan", "a"]),
        (["nan", "inf"], ["nan", "inf"]),
        ([2**63, 1], [str(2**63), "1"]),
        ([2**53 + 1, 0.5], [str(2**53 + 1), "0.5"]),
        ([True, 1], ["True", "1"]),
        ([[1, 2], None], ["[1, 2]", None]),
        ([None], [None]),
    ],
)
def test_a_column_has_the_first_type_that_loses_nothing(values, column):
    typed = typed_column(values)
    assert typed == column
    assert [type(v) for v in typed] == [type(v) for v in column]


def test_rows_share_their_columns_whatever_each_run_has():
    claim = {"cell": 3, "holds": True, "kind": "exact", "measured": 1}
    error = {"type": "E", "message": "m"}
    first = {"id": "a", "status": "failed", "seconds": 1.0, "error": error, "parameters": {"n": 1}}
    first |= {"recorded": {}, "claims": []}
    second = first | {"recorded": {"x": 5}, "claims": [claim, claim], "error": None, "id": "b"}
    found = rows([first, second])
    assert [list(row) for row in found] == [list(found[0])] * 2
    assert (found[0]["x"], found[1]["x"]) == (None, 5)
    assert (found[0]["claim.3.2"], found[1]["claim.3.2"]) == (None, True)
    assert list(found[0])[-1] == "run.id"
