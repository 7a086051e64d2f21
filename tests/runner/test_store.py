"""A result is there whole or not at all, whoever else writes and whenever somebody pulls the plug."""

import csv
import json
import os
import subprocess
import sys
import time

import pytest

from runner.errors import UsageError
from runner.results.claims import is_good
from runner.results.store import Store, read_run, write_json, write_text
from runner.results.tables import write_summary

RECORD = {"status": "ok", "key": "k", "claims": [], "recorded": {}, "seconds": 1.0, "parameters": {}}


def claim(holds=True, kind="exact", **more):
    return {"statement": "s", "holds": holds, "kind": kind, **more}


def test_a_run_is_published_with_its_files_and_replaces_the_one_before(tmp_path):
    for value in (1, 2):
        with Store(tmp_path) as store:
            folder = store.stage("jl/01")
            (folder / "output.ipynb").write_text(str(value))
            if value == 1:
                (folder / "files" / "table.csv").write_text("x")
            store.publish("jl/01", RECORD | {"key": str(value)})
        assert read_run(tmp_path, "jl/01")["key"] == str(value)
        assert (tmp_path / "jl/01/output.ipynb").read_text() == str(value)
        assert (tmp_path / "jl/01/files").exists() == (value == 1)
    assert not (tmp_path / ".staging").exists()


def test_a_failure_to_publish_leaves_the_result_before(tmp_path, monkeypatch):
    with Store(tmp_path) as store:
        store.stage("jl/01")
        store.publish("jl/01", RECORD)
        folder = store.stage("jl/01")
        replace = os.replace
        monkeypatch.setattr(
            os,
            "replace",
            lambda a, b: (_ for _ in ()).throw(OSError("full")) if a == folder else replace(a, b),
        )
        with pytest.raises(OSError, match="full"):
            store.publish("jl/01", RECORD | {"key": "new"})
    assert read_run(tmp_path, "jl/01")["key"] == "k"


KILLED_IN_THE_MIDDLE = """
import os, sys, pathlib
from runner.results.store import Store
store = Store(pathlib.Path(sys.argv[1]))
store.stage("jl/01")
replace = os.replace
def replace_once(a, b):
    replace(a, b)
    if "aside" in str(b):
        os.kill(os.getpid(), 9)
os.replace = replace_once
store.publish("jl/01", {"status": "ok", "key": "new"})
"""


def test_killed_between_two_renames_the_result_comes_back_at_the_next_start(tmp_path):
    with Store(tmp_path / "r") as store:
        store.stage("jl/01")
        store.publish("jl/01", RECORD)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", KILLED_IN_THE_MIDDLE, tmp_path / "r"], env=environment)
    assert done.returncode == -9
    assert read_run(tmp_path / "r", "jl/01") is None
    with Store(tmp_path / "r"):
        assert read_run(tmp_path / "r", "jl/01")["key"] == "k"
    assert not list(tmp_path.glob("mx-*"))
    assert not (tmp_path / "r" / ".staging").exists()


def test_a_living_runner_keeps_its_staging_folder(tmp_path):
    with Store(tmp_path) as first:
        folder = first.stage("jl/01")
        with Store(tmp_path):
            assert folder.is_dir()
        assert folder.is_dir()
        first.publish("jl/01", RECORD)
    assert is_good(read_run(tmp_path, "jl/01"))


def test_what_a_killed_writer_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    for name, age in [(".index.html.1.tmp", 3600), (".run.json.2.tmp", 0)]:
        (tmp_path / "jl").mkdir(exist_ok=True)
        (tmp_path / "jl" / name).write_text("half")
        os.utime(tmp_path / "jl" / name, (time.time() - age, time.time() - age))
    with Store(tmp_path):
        assert [p.name for p in (tmp_path / "jl").iterdir()] == [".run.json.2.tmp"]


def test_an_output_folder_that_cannot_be_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write results"):
        Store(tmp_path / "file" / "results")


@pytest.mark.parametrize(
    ("record", "good"),
    [
        (RECORD, True),
        (RECORD | {"status": "failed"}, False),
        (RECORD | {"claims": [claim(), claim(False)]}, False),
        (RECORD | {"claims": [claim(False, "timing")]}, True),
        (RECORD | {"status": "timeout"}, False),
    ],
)
def test_good_means_ran_to_the_end_and_every_claim_but_timing_holds(record, good):
    assert is_good(record) is good


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"status": "ok"}'])
def test_a_damaged_record_is_no_record(tmp_path, text):
    (tmp_path / "jl/01").mkdir(parents=True)
    (tmp_path / "jl/01/run.json").write_text(text)
    assert read_run(tmp_path, "jl/01") is None


def test_the_table_has_one_line_a_claim_whatever_the_claim_says(tmp_path):
    runs = [
        RECORD | {"name": "jl/01", "claims": [claim(statement='a,\n"b"', measured=0.5, cell=3)]},
        RECORD | {"name": "jl/02", "status": "not run"},
    ]
    write_summary(tmp_path, {"notebooks": runs})
    text = (tmp_path / "results.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert len(text.splitlines()) == 3
    assert rows[0]["statement"] == 'a, "b"'
    assert rows[0]["measured"] == "0.5"
    assert rows[1]["status"] == "not run"


def test_json_holds_no_nan_and_a_failed_write_leaves_the_file_before(tmp_path):
    write_json(tmp_path / "a.json", {"x": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.json", "\ud800")
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
