"""A notebook means here what it means in JupyterLab: tags, kernels, its folder, tuples, many outputs."""

import json

import pytest

from runner.local import worker
from tests.runner.conftest import Bench, claim_cell

BOOKS = {
    "t/control": [claim_cell("the batch ran")],
    "t/raises": ["1 / 0", "print('later')"],
    "t/skipped": ["1 / 0", "print('later')"],
    "t/reads": ["print(open('data.csv').read())"],
    "t/imports": ["from helper_beside import number\nprint(number)"],
    "t/venv": ["print('here')"],
    "t/exits": ["exit()"],
    "t/halves": [claim_cell("half a character", measured="chr(0xD800)"), "print('whole')"],
}
TAGS = {"t/raises": "raises-exception", "t/skipped": "skip-execution"}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """All books in one run of two jobs."""
    bench = Bench(tmp_path_factory.mktemp("j"))
    for name, sources in BOOKS.items():
        path = bench.write(name, *sources, kernel=".venv" if name == "t/venv" else "python3")
        if name in TAGS:
            notebook = json.loads(path.read_text())
            notebook["cells"][1]["metadata"]["tags"] = [TAGS[name]]
            path.write_text(json.dumps(notebook))
    (bench.notebooks / "t/data.csv").write_text("a,b")
    (bench.notebooks / "t/helper_beside.py").write_text("number = 7")
    bench.before = {path: path.read_bytes() for path in bench.notebooks.rglob("*") if path.is_file()}
    bench.batch("--jobs", "2", "--timeout", "100")
    bench.records = {name: bench.record(name) for name in BOOKS}
    return bench


def test_the_batch_itself_is_sound(batch):
    assert batch.records["t/control"]["status"] == "ok"


def test_a_cell_tagged_raises_exception_may_fail(batch):
    assert batch.records["t/raises"]["status"] == "ok"
    assert batch.outputs("t/raises") == "later\n"


def test_a_cell_tagged_skip_execution_is_skipped(batch):
    assert batch.records["t/skipped"]["status"] == "ok"
    assert batch.outputs("t/skipped") == "later\n"


def test_a_file_beside_the_notebook_is_found(batch):
    assert batch.records["t/reads"]["status"] == "ok"


def test_a_module_beside_the_notebook_is_found(batch):
    assert batch.records["t/imports"]["status"] == "ok"


def test_nothing_is_written_beside_the_notebooks(batch):
    """But what Python itself keeps of a module that was imported."""
    files = [p for p in batch.notebooks.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert {path: path.read_bytes() for path in files} == batch.before


def test_the_kernel_name_of_vs_code_is_accepted(batch):
    assert batch.records["t/venv"]["status"] == "ok"


def test_a_notebook_that_calls_exit_is_not_ok(batch):
    assert batch.records["t/exits"]["status"] != "ok"


def test_a_claim_that_utf_8_refuses_is_an_error_of_its_notebook_alone(batch):
    record = batch.records["t/halves"]
    assert (record["status"], record["error"]["type"]) == ("failed", "UnicodeEncodeError")


def test_a_change_of_a_module_beside_the_notebook_makes_its_result_stale(bench):
    bench.write("t/01", "import beside")
    for number in range(2):
        (bench.notebooks / "t/beside.py").write_text(f"number = {number}")
        assert "up to date" not in bench.run("--list").stdout
        bench.run()
        assert "up to date" in bench.run("--list").stdout


# Messages like those of display(), made beforehand and sent at the pace of a fast kernel.
FLOOD = """import time
kernel = get_ipython().kernel
def message(i):
    content = {"data": {"text/plain": str(i)}, "metadata": {}, "transient": {}}
    message = kernel.session.msg("display_data", content, parent=kernel.get_parent())
    return kernel.session.serialize(message, ident=b"display_data")
for number, parts in enumerate([message(i) for i in range(5000)]):
    kernel.iopub_thread.send_multipart(parts)
    if number % 100 == 0:
        time.sleep(0.005)"""


@pytest.mark.slow
def test_a_cell_may_show_thousands_of_outputs(bench):
    bench.write("t/01", FLOOD, "print('later')")
    bench.batch("--timeout", "100")
    notebook = json.loads((bench.output / "t/01/output.ipynb").read_text())
    assert len(notebook["cells"][1]["outputs"]) == 5000
    assert bench.record("t/01")["status"] == "ok"


def test_outputs_without_end_stop_the_run(monkeypatch):
    sent, stopped = [], []
    monkeypatch.setattr(worker, "MOST_OUTPUT", 1000)
    monkeypatch.setattr(worker.PapermillNotebookClient, "process_message", lambda *_: None)
    monkeypatch.setattr(worker.os, "_exit", stopped.append)
    pipe = type("Pipe", (), {"send": lambda self, message: sent.append(message)})()
    worker.Execution({}, pipe)._limit_output()
    for number in range(3):
        assert stopped == []
        worker.PapermillNotebookClient.process_message(None, {"content": {"text": "x" * 300}}, None, number)
    assert stopped == [1]
    assert sent[0][1]["type"] == "OutputLimit"


TUPLES = "sizes: tuple = (1, 2)\nnested: list = [(1, 2)]\nnamed: dict = {'a': (1, 2)}"


def test_tuples_reach_a_notebook_as_tuples(bench):
    bench.write("t/01", "print(repr(sizes), nested, named)", parameters=TUPLES)
    bench.run("-p", "sizes=(3,4)", "-p", "nested=[(3,4)]", "-p", "named={'a': (3,4)}")
    assert bench.outputs("t/01") == "(3, 4) [(3, 4)] {'a': (3, 4)}\n"


def test_tuples_of_a_sweep_reach_a_notebook_as_tuples(bench):
    bench.write("t/01", claim_cell("a tuple", holds="isinstance(sizes, tuple)"), parameters=TUPLES)
    bench.run("sweep", "t/01", "--grid", "sizes=(1,2),(3,4)")


def test_a_sweep_tells_a_tuple_from_a_list(bench):
    bench.write("t/01", "print(sizes)", parameters="sizes: list = [(1, 2)]")
    bench.run("sweep", "t/01", "--grid", "sizes=[(1,2)],[[1,2]]")
    assert len(list((bench.output / "sweeps/t-01/runs").iterdir())) == 2
