"""Notebooks that misbehave in every way we could think of, run as a user runs them."""

import csv
import json
import os
import re
import resource
import time

import pytest

from tests.runner.conftest import FILES, Bench, claim_cell

FAULTS = {
    "faults/01_good": ["print('begin')", claim_cell("two is two", measured="2"), "print('end')"],
    "faults/02_raises": ["print(1)", "x = 1\nraise ValueError('boom')", "print(3)"],
    "faults/03_exits": ["import sys", "sys.exit(0)", "print(3)"],
    "faults/04_vanishes": ["import os", "os._exit(0)", "print(3)"],
    "faults/05_loops": ["print('before')", "while True:\n    pass"],
    "faults/06_eats": ["hoard = []", "while True:\n    hoard.append(bytearray(10**7))"],
    "faults/07_leaves_a_child": [
        "import os, signal, subprocess, sys",
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)",
        "os.kill(os.getpid(), signal.SIGKILL)",
    ],
    "faults/08_foreign_kernel": ["1"],
    "faults/09_false_claim": [claim_cell("one is two", holds="False", measured="1"), "print('goes on')"],
    "faults/10_slow_claim": [claim_cell("fast enough", holds="False", kind="timing")],
    "faults/11_no_claim": [claim_cell("malformed", kind="certain")],
    "faults/12_claim_then_raises": [claim_cell("before") + "\nraise KeyError('late')"],
}


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """All faults in one run of two jobs; what it printed and left is examined below."""
    folder = tmp_path_factory.mktemp("f")
    bench = Bench(folder)
    for name, sources in FAULTS.items():
        bench.write(name, *sources, kernel="julia-1.9" if "foreign" in name else "python3")
    environment = {**os.environ, "TMPDIR": str(folder)}
    bench.done = bench.run("--jobs", "2", "--timeout", "10", "--memory", "1", status=1, env=environment)
    return bench


@pytest.mark.parametrize(
    ("name", "status", "cell", "kind", "message"),
    [
        ("02_raises", "failed", 2, "ValueError", "boom"),
        ("03_exits", "failed", 2, "SystemExit", "0"),
        ("04_vanishes", "died", 2, "DeadKernelError", "died"),
        ("05_loops", "timeout", 2, "TimeLimit", "10 s"),
        ("06_eats", "memory", 2, "MemoryLimit", "1 GiB"),
        ("07_leaves_a_child", "died", 3, "DeadKernelError", "died"),
        ("08_foreign_kernel", "failed", 0, "NoSuchKernel", "julia-1.9"),
        ("11_no_claim", "failed", 1, "MalformedClaim", "mathlib.claim"),
        ("12_claim_then_raises", "failed", 1, "KeyError", "late"),
    ],
)
def test_the_right_notebook_cell_and_error(faults, name, status, cell, kind, message):
    record = faults.record(f"faults/{name}")
    assert (record["status"], record["error"]["cell"], record["error"]["type"]) == (status, cell, kind)
    assert message in record["error"]["message"]
    assert record["error"]["source"] == (FAULTS[f"faults/{name}"][cell - 1] if cell else "")
    line = next(line for line in faults.done.stdout.splitlines() if name in line and kind in line)
    assert (f"cell {cell}" if cell else "before its first cell") in line


def test_the_others_finish(faults):
    good = faults.record("faults/01_good")
    assert good["status"] == "ok"
    assert good["error"] is None
    assert good["cells"] == {"done": 3, "total": 3}
    assert [(c["statement"], c["holds"], c["measured"], c["cell"]) for c in good["claims"]] == [
        ("two is two", True, 2, 2)
    ]
    assert faults.outputs("faults/01_good") == "begin\nend\n"
    assert faults.record("faults/09_false_claim")["cells"]["done"] == 2
    assert [c["statement"] for c in faults.record("faults/12_claim_then_raises")["claims"]] == ["before"]
    assert faults.outputs("faults/05_loops") == "before\n"


def test_claims_decide_as_notebooks_do_but_timing_never_fails(faults):
    failures = faults.done.stdout.split("\n\n")[1]
    assert "CLAIM FAILED  faults/09_false_claim, cell 1: one is two; measured 1" in failures
    assert "10_slow_claim" not in failures
    assert "01_good" not in failures


def test_no_orphan_and_no_temporary_file_stays(faults):
    assert faults.settle() == []
    assert not list(faults.output.parent.glob("mx-*"))
    assert not (faults.output / ".staging").exists()


def test_summary_in_both_forms(faults):
    summary = faults.summary()
    assert list(summary) == sorted(FAULTS)
    with open(faults.output / "results.csv") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == len(FAULTS)
    assert {r["notebook"]: r["holds"] for r in rows}["faults/09_false_claim"] == "False"
    assert (faults.output / "index.html").exists()


def test_a_stored_notebook_holds_no_time_stamp_and_no_path(faults):
    text = (faults.output / "faults/02_raises/output.ipynb").read_text()
    assert "papermill" not in text
    assert str(faults.output) not in text
    assert "ValueError" in text


def test_only_what_failed_runs_again(faults):
    listed = json.loads(faults.run("--list", "--json").stdout)
    states = {entry["name"].split("/")[1]: entry["state"] for entry in listed}
    assert states.pop("01_good") == states.pop("10_slow_claim") == "up to date"
    assert set(states.values()) == {"failed"}


def test_nothing_to_do_takes_under_a_second_and_starts_no_kernel(bench):
    for number in range(3):
        bench.write(f"t/0{number}", claim_cell("fine"))
    bench.run()
    before = {p: p.stat().st_mtime_ns for p in bench.output.rglob("*.ipynb")}
    times = []
    for _ in range(3):
        started = time.perf_counter()
        done = bench.run()
        times.append(time.perf_counter() - started)
    assert min(times) < 1.0
    assert done.stdout.count("up to date") == 3
    assert {p: p.stat().st_mtime_ns for p in bench.output.rglob("*.ipynb")} == before


def test_prose_is_free_and_code_is_not(bench):
    bench.write("t/01", "print(1)", text="# Ask")
    bench.run()
    bench.write("t/01", "print(1)", text="# Ask differently")
    assert "up to date" in bench.run().stdout
    bench.write("t/01", "print(2)", text="# Ask differently")
    assert "[stale]" in bench.run("--list").stdout
    bench.run()
    assert bench.outputs("t/01") == "2\n"


def test_parameters_arrive_typed_and_are_part_of_the_result(bench):
    bench.write(
        "t/01",
        "print(repr(seed), repr(eps), repr(name), repr(flag))",
        parameters="seed: int = 0\neps: float = 0.5\nname: str = 'a'\nflag: bool = True",
    )
    bench.run("-p", "seed=7", "-p", "eps=1", "-p", "name=x'; print(1)#{seed}", "-p", "flag=false")
    assert bench.outputs("t/01") == """7 1.0 "x'; print(1)#{seed}" False\n"""
    assert bench.record("t/01")["parameters"]["flag"] is False
    assert "[stale]" in bench.run("--list").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing_like_it"], "no notebook matches 'nothing_like_it'"),
        (["-p", "sed=1"], "did you mean 'seed'"),
        (["-p", "seed=1.5"], "takes an int, given '1.5'"),
        (["-p", "a=1;print(1)#"], "declares a parameter 'a'"),
        (["-p", "a=1;print(1)#=5"], "declares a parameter 'a'"),
        (["-p", "seed"], "expected name=value"),
        (["-p", "a;b=1"], "expected name=value"),
        (["--jobs", "0"], "at least 1"),
        (["--timeout", "nan"], "positive"),
        (["--no-such-flag"], "--help"),
        (["--fail-fast", "--keep-going"], "not allowed with"),
        (["report", "t"], "takes no names"),
        (["report"], "no results"),
    ],
)
def test_bad_usage_is_one_clear_line_and_exit_2(bench, arguments, message):
    bench.write("t/01", "1", parameters="seed: int = 0")
    done = bench.run(*arguments, status=2)
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert not bench.output.exists()


def test_an_output_that_cannot_be_written_is_one_line(bench):
    bench.write("t/01", "1")
    bench.output.write_text("a file, not a folder")
    done = bench.run(status=2)
    assert "cannot write results" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_disk_that_fills_up_loses_nothing_that_was_finished(bench):
    bench.write("t/01", "print(1)", parameters="size: int = 10")
    bench.run()
    before = (bench.output / "t/01/output.ipynb").read_bytes()
    bench.write("t/01", "print('x' * size)", parameters="size: int = 300_000")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # noqa: E731
    done = bench.run(status=1, preexec_fn=limit)
    assert re.search(r"FAILED +t/01", done.stdout)
    record = bench.record("t/01")
    assert record["status"] == "failed" or (bench.output / "t/01/output.ipynb").read_bytes() == before
    assert bench.settle() == []


def test_full_values_come_from_the_table_and_satisfy_a_quick_run_afterwards(bench):
    bench.write("t/01", "print(n)", parameters="n: int = 6")
    (bench.notebooks / "t/full.toml").write_text("[01]\nn = 9\n")
    bench.run("--full")
    assert bench.outputs("t/01") == "9\n"
    assert "up to date" in bench.run().stdout
    assert bench.outputs("t/01") == "9\n"
    bench.run("--force")
    assert bench.outputs("t/01") == "6\n"


def test_fail_fast_stops_what_else_is_running_and_waiting(bench):
    bench.write("t/01", "raise ValueError")
    bench.write("t/02", "import time; time.sleep(60)")
    bench.write("t/03", "1")
    bench.run("--fail-fast", "--jobs", "2", status=1)
    assert bench.record("t/01")["status"] == "failed"
    assert {name: run["status"] for name, run in bench.summary().items()}["t/02"] == "not run"
    assert bench.settle() == []


def test_json_on_standard_output_is_json(bench):
    bench.write("t/01", claim_cell("fine", measured="0.25"))
    bench.write("t/02", claim_cell("wrong", holds="False"))
    done = bench.run("--json", status=1)
    summary = json.loads(done.stdout)
    assert [run["claims"][0]["holds"] for run in summary["notebooks"]] == [True, False]
    quiet = bench.run("--quiet", "t/01")
    assert quiet.stdout == quiet.stderr == ""


def test_a_users_start_up_files_do_not_run_inside(bench, tmp_path, monkeypatch):
    startup = tmp_path / "home/.ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("intruder = 1")
    (tmp_path / "start.py").write_text("intruder = 2")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    bench.write("t/01", "print('intruder' in globals())")
    bench.run()
    assert bench.outputs("t/01") == "False\n"


def test_files_that_a_notebook_writes_are_kept_beside_its_result(bench):
    bench.write("t/{odd} name", f"{FILES}open(files + '/table.csv', 'w').write('a,b')")
    bench.run()
    assert (bench.output / "t/{odd} name/files/table.csv").read_text() == "a,b"


def test_two_runs_with_one_seed_agree(bench):
    bench.write(
        "t/01",
        "import random\nprint(random.Random(seed).random())",
        "import ipywidgets\nipywidgets.interact(lambda n: print(n), n=(0, 9))",
        claim_cell("fine", measured="seed"),
        parameters="seed: int = 3",
    )
    outcomes = []
    for _ in range(2):
        bench.run("--force")
        record = bench.record("t/01")
        for name in ("started", "seconds"):
            del record[name]
        outcomes.append((record, (bench.output / "t/01/output.ipynb").read_bytes()))
    assert outcomes[0] == outcomes[1]


def test_widgets_that_show_output_do_not_stall_a_notebook(bench):
    """Each display inside an Output widget makes the client send while it waits for the cell's reply."""
    show = "import ipywidgets\nfrom IPython.display import display\nout = ipywidgets.Output()\ndisplay(out)"
    fill = "for i in range(40):\n    with out:\n        print(i)"
    for number in range(4):
        bench.write(f"t/{number:02}", show, *[fill] * 3, "print('end')")
    bench.run("--timeout", "60")
    assert all(bench.outputs(f"t/{number:02}") == "end\n" for number in range(4))


def test_claims_of_the_library_are_collected(bench):
    bench.write(
        "t/01",
        "from mathlib import claim\nclaim.exact('three', 3, 3)\nclaim.below('small', 0.5, 0.4)",
        "claim.refused('no number', lambda: int('x'), ValueError)\nclaim.timing('seconds', 0.25)",
    )
    bench.run(status=1)
    claims = json.loads((bench.output / "t/01/run.json").read_text())["claims"]
    told = [(c["statement"], c["kind"], c["holds"], c["measured"], c["expected"]) for c in claims]
    assert told == [
        ("three", "exact", True, 3, 3),
        ("small", "numerical", False, 0.5, "at most 0.4"),
        ("no number", "exact", True, told[2][3], "ValueError"),
        ("seconds", "timing", True, 0.25, None),
    ]
