"""How benchmarks hand over their figures, and how `make bench` gathers them."""

import ast
import doctest
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks.table
from benchmarks.table import Table, arguments, interleave, seconds
from runner.report.content.benchmarks import read_benchmarks
from tests.stubs import public_names
from tests.test_public import private_imports
from tools.run_benchmarks import benchmarks as scripts_in
from tools.run_benchmarks import main

ROOT = Path(__file__).resolve().parents[1]
# What benchmarks measure although it is not public: benchmark -> modules, and why.
INNER = {
    "packing": ["mathlib.packing.two_point.check"],  # one of two checkers, which verify() does not choose
    "sensitivity": [  # counts the steps of an iteration, which the weights themselves do not tell
        "mathlib.sensitivity.linear.basis",
        "mathlib.sensitivity.weights.leverage",
        "mathlib.sensitivity.weights.lewis",
    ],
    "three_point": [  # gives the very same rows to another solver
        "mathlib.packing.semidefinite.interior_point",
        "mathlib.packing.three_point.solver.exchange",
    ],
}
DOC = "Ours beside theirs.\n\n    python benchmarks/x.py [--quick]\n\nOne way,\nand `another`.\n"


def options(*given, rounds=5):
    return arguments(DOC, rounds=rounds).parse_args([str(part) for part in given])


def test_a_ratio_is_the_peers_cost_by_ours_round_by_round(tmp_path, capsys):
    file = tmp_path / "figures.json"
    with Table("jl", DOC, options("--json", file, "--rounds", 3)) as table:
        table.compare("n = 5", ours=("A", [2.0, 1.0, 4.0]), peer=("B", [6.0, 5.0, 8.0]), quote=True)
        table.time("all of it", [0.5], target=2, remark="one core")
    record = json.loads(file.read_text())
    [row] = record["ratios"]
    assert row["ratio"] == {"median": 3.0, "low": 2.0, "high": 5.0}
    assert (row["our_costs"], row["peer_costs"]) == ([2.0, 1.0, 4.0], [6.0, 5.0, 8.0])
    assert (row["clock"], row["unit"], row["quote"]) == ("processor", "s", True)
    assert record["title"] == "Ours beside theirs."
    assert record["about"] == ["One way, and `another`."]
    assert (record["rounds"], record["quick"]) == (3, False)
    [figure] = record["times"]
    assert figure["cost"]["median"] == 0.5
    printed = capsys.readouterr().out
    assert "ratio 3 (2 to 5)" in printed
    assert "target 2 s; one core" in printed
    [read] = read_benchmarks(json.dumps({"benchmarks": [record | {"measured": "2026-01-02"}]}).encode())
    assert (read.ratios[0].our_cost, read.ratios[0].peer_cost, read.ratios[0].ratio) == (2, 6, (2, 3, 5))
    assert read.times[0].met is True


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([], []),
        ([1.0], [1.0, 2.0]),
        ([0.0], [1.0]),
        ([-1.0], [1.0]),
        ([1.0], [math.nan]),
        ([math.inf], [1.0]),
    ],
)
def test_costs_that_cannot_be_are_refused(ours, theirs):
    table = Table("jl", DOC, options())
    with pytest.raises(ValueError, match=r"costs of|rounds of"):
        table.compare("n = 5", ours=("A", ours), peer=("B", theirs))
    assert table.record["ratios"] == []


def test_a_benchmark_that_fails_hands_over_nothing(tmp_path):
    file = tmp_path / "figures.json"
    with pytest.raises(ValueError, match="positive"), Table("jl", DOC, options("--json", file)) as table:
        table.time("all of it", [0.0])
    assert not file.exists()


def test_calls_take_turns_and_the_first_round_is_not_counted():
    called = []
    calls = {"a": lambda: called.append("a"), "b": lambda: called.append("b")}
    ticks = iter(range(100))
    times = interleave(calls, 3, clock=lambda: 2 * next(ticks))
    assert called == ["a", "b"] * 4
    assert times == {"a": [2, 2, 2], "b": [2, 2, 2]}


def test_the_examples_of_the_table_hold():
    outcome = doctest.testmod(benchmarks.table)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_seconds_gives_the_result_too():
    spent, value = seconds(sorted, [2, 1], reverse=True)
    assert value == [2, 1]
    assert spent >= 0


@pytest.mark.parametrize(
    ("given", "expected"), [([], 5), (["--quick"], 2), (["--quick", "--rounds", 4], 4), (["--rounds", 1], 1)]
)
def test_how_many_rounds(given, expected):
    assert Table("jl", DOC, options(*given)).record["rounds"] == expected
    with pytest.raises(SystemExit):
        Table("jl", DOC, options("--rounds", 0))


@pytest.mark.parametrize("script", scripts_in(ROOT / "benchmarks").values(), ids=lambda path: path.stem)
def test_every_benchmark_keeps_the_convention(script):
    """A title, the way to call it, the options of all, and a table of its topic."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    doc = ast.get_docstring(tree)
    assert re.match(rf"[^\n]+\n\n    python benchmarks/{script.name} ", doc)
    calls = {ast.unparse(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "arguments" in calls
    assert calls["Table"].args[0].value == script.stem


@pytest.mark.parametrize("script", scripts_in(ROOT / "benchmarks").values(), ids=lambda path: path.stem)
def test_benchmarks_import_public_names_but_for_the_exceptions_above(script):
    code = script.read_text(encoding="utf-8")
    if "mathlib.packing" in code and not public_names("packing"):
        pytest.skip("the topic has no list of public names yet")
    texts = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    lines = [t for t in texts if isinstance(t, str) and "\nfrom mathlib" in t]  # for processes of their own
    found = [line for piece in (code, *lines) for line in private_imports(piece)]
    assert sorted(line.split(" from ")[-1] for line in found) == INNER.get(script.stem, [])


GOOD = """'''Ours beside theirs.'''
from table import Table, arguments
with Table("jl", __doc__, arguments(__doc__, rounds=2).parse_args()) as table:
    table.compare("n = {n}", ours=("A", [1.0, 1.0]), peer=("B", [{n}, {n}]))
"""


@pytest.fixture
def bench(tmp_path):
    """A folder with two benchmarks, and a function that runs those that are named."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "table.py").write_text((ROOT / "benchmarks/table.py").read_text())
    (folder / "one.py").write_text(GOOD.format(n=3))
    (folder / "two.py").write_text(GOOD.format(n=7))
    results = tmp_path / "results"

    def run(*names):
        status = main([*names, "--benchmarks", str(folder), "--output", str(results)])
        return status, json.loads((results / "benchmarks.json").read_text())["benchmarks"]

    run.folder, run.results = folder, results
    return run


def cases(records):
    return {record["name"]: record["ratios"][0]["case"] for record in records}


def test_all_are_gathered_and_shown(bench):
    status, records = bench()
    assert status == 0
    assert cases(records) == {"one": "n = 3", "two": "n = 7"}
    page = (bench.results / "benchmarks.html").read_text()
    assert "n = 3" in page
    assert "n = 7" in page
    assert 'href="benchmarks.html"' in (bench.results / "index.html").read_text()


def test_what_fails_or_is_not_run_stays_as_it_was(bench, capsys):
    bench()
    (bench.folder / "one.py").write_text(GOOD.format(n=4))
    (bench.folder / "two.py").write_text("raise SystemExit(3)")
    status, records = bench()
    assert status == 1
    assert cases(records) == {"one": "n = 4", "two": "n = 7"}
    assert "failed, and left as they were: two" in capsys.readouterr().err
    (bench.folder / "two.py").write_text(GOOD.format(n=8))
    status, records = bench("two")
    assert status == 0
    assert cases(records) == {"one": "n = 4", "two": "n = 8"}
    (bench.folder / "one.py").unlink()
    assert cases(bench("two")[1]) == {"two": "n = 8"}


def test_an_unknown_name_is_refused(bench, capsys):
    with pytest.raises(SystemExit):
        bench("three")
    assert "no benchmark three: there are one, two" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("script", scripts_in(ROOT / "benchmarks").values(), ids=lambda path: path.stem)
def test_every_benchmark_runs(script, tmp_path):
    file = tmp_path / "figures.json"
    command = [sys.executable, str(script), "--quick", "--rounds", "1", "--json", str(file)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300)
    if "ModuleNotFoundError" in done.stderr and not os.environ.get("CI"):
        pytest.skip("a peer is missing: make peers")
    assert done.returncode == 0, done.stderr
    record = json.loads(file.read_text()) | {"measured": "2026-01-02"}
    [read] = read_benchmarks(json.dumps({"benchmarks": [record]}).encode())
    assert read.ratios
    assert all(row.ratio[0] == row.ratio[2] for row in read.ratios)
