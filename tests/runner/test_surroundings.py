"""The user's environment, and terminals and spreadsheets that would obey what is printed."""

import csv
import json
import os
import re
import tempfile
from pathlib import Path

import pytest

from tests.runner.conftest import Bench, claim_cell

ESCAPES = "\x1b]52;c;aGk=\x07\x1b[2J"  # fills the clipboard and clears the screen of many terminals
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)")  # what a spreadsheet would compute
BOOKS = {
    "t/escapes": [claim_cell(f"clears {ESCAPES}", holds="False"), f"raise ValueError({ESCAPES!r})"],
    "t/formulas": [claim_cell(text) for text in FORMULAS],
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("p"))
    for name, sources in BOOKS.items():
        bench.write(name, *sources)
    bench.done = bench.batch("--jobs", "2")
    return bench


def test_no_control_character_reaches_the_terminal(batch):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", batch.done.stdout + batch.done.stderr)


def test_no_control_character_stands_in_the_table(batch):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", (batch.output / "results.csv").read_text())


def test_no_text_of_the_table_begins_like_a_formula(batch):
    with open(batch.output / "results.csv") as table:
        statements = [row["statement"] for row in csv.DictReader(table) if row["notebook"] == "t/formulas"]
    assert len(statements) == len(FORMULAS)
    assert not [text for text in statements if text[0] in "=+-@"]


def test_json_for_a_program_has_the_text_and_no_control_characters(batch):
    said = batch.batch("--json", "--list").stdout
    assert json.loads(said)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said)


def test_it_runs_with_a_safe_path(bench):
    bench.write("t/01", "1")
    done = bench.batch(env={**os.environ, "PYTHONSAFEPATH": "1"})
    assert done.returncode == 0, done.stderr


def test_it_runs_where_warnings_are_errors(bench):
    bench.write("t/01", "1")
    done = bench.batch(env={**os.environ, "PYTHONWARNINGS": "error"})
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("letters", "where"),
    [(69, []), (80, []), (150, []), pytest.param(80, ["--cluster", "local:1"], marks=pytest.mark.slow)],
)
def test_a_long_folder_for_temporary_files_is_no_riddle(bench, letters, where):
    """Sockets lie in it, of kernels and of what starts workers, and their paths must be short."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        long = Path(folder) / ("x" * (letters - len(folder) - 1))
        long.mkdir()
        bench.write("t/01", "1")
        done = bench.batch(*where, env={**os.environ, "TMPDIR": str(long)})
    assert done.returncode == 0 or "TMPDIR" in done.stderr, done.stderr


@pytest.mark.slow
def test_progress_and_table_tell_one_time(bench):
    bench.write("t/01", "print('x' * 60_000_000)")
    text = bench.batch().stdout
    progress, table = re.findall(r"^.*t/01.*$", text, re.MULTILINE)
    assert re.findall(r"[\d.]+ s\b", progress) == re.findall(r"[\d.]+ s\b", table)


def test_a_run_with_another_value_says_that_it_replaces_the_default_one(bench):
    bench.write("t/01", "1", parameters="seed: int = 0")
    bench.batch()
    said = bench.batch("-p", "seed=7").stdout
    [entry] = json.loads(bench.batch("--list", "--json").stdout)
    assert entry["state"] == "up to date" or "seed=7" in said
