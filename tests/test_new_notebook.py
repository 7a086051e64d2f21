"""`make new`: the notebook keeps every rule, runs, and is never written over another."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_notebooks import breaches
from tools.new_notebook import write

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notebooks/jl").mkdir(parents=True)
    return tmp_path / "notebooks"


def test_it_keeps_every_rule(folder):
    path = write("jl/07_count_the_stars", folder)
    assert path == folder / "jl/07_count_the_stars.ipynb"
    assert breaches(path) == []
    assert json.loads(path.read_text())["cells"][0]["source"][0] == "# Count the stars\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("jl/7_count", "TOPIC/NN_verb_phrase"),
        ("jl/07_Count", "TOPIC/NN_verb_phrase"),
        ("07_count", "TOPIC/NN_verb_phrase"),
        ("", "TOPIC/NN_verb_phrase"),
        ("stars/01_count", "must be one of jl; got 'stars'"),
    ],
)
def test_a_wrong_name_is_refused(folder, name, message):
    with pytest.raises(SystemExit, match=message):
        write(name, folder)


def test_nothing_is_written_over(folder):
    write("jl/07_count_the_stars", folder)
    with pytest.raises(SystemExit, match=r"07_count_the_stars.ipynb already; the next free number is 08"):
        write("jl/07_weigh_the_moon", folder)


def test_it_runs_and_its_claims_hold(folder, tmp_path):
    write("jl/07_count_the_stars", folder)
    output = tmp_path / "results"
    command = [sys.executable, ROOT / "run_all.py", "--notebooks", folder, "--output", output]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((output / "jl/07_count_the_stars/run.json").read_text())
    assert [claim["holds"] for claim in record["claims"]] == [True, True]
    assert (output / "jl/07_count_the_stars/thumbnail.png").is_file()
    assert (output / "jl/07_count_the_stars/index.html").read_text().count('type="radio"') == 12
