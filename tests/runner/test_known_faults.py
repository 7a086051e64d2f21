"""Known faults in how the runner executes notebooks. Each test asserts what should happen.

All are marked as expected failures, with what happens today as the reason. The marks are strict: whoever
mends a fault is told by its test, and takes the mark off. The notebooks run once, in one batch, but for those
whose runs differ. test_known_faults_at_the_door.py has the faults that end a whole batch.
"""

import contextlib
import csv
import json
import os
import re
import subprocess
import time

import psutil
import pytest
from conftest import Bench, claim_cell, fault

ESCAPES = "\x1b]52;c;aGk=\x07\x1b[2J"  # fills the clipboard and clears the screen of many terminals
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)")  # what a spreadsheet would compute
WAIT_FOR_CHILD = "while not os.path.exists(pid_file):\n    time.sleep(0.05)"
# A child that holds 0.8 GiB, started without the environment of its kernel; then the process that watches the
# kernel is killed, as it is at a time limit.
HOARD = f"""import os, signal, subprocess, sys, time
code = '''import os, sys, time
open(sys.argv[1], "w").write(str(os.getpid()))
hoard = bytearray(b"1") * (800 << 20)
time.sleep(600)'''
subprocess.Popen([sys.executable, "-c", code, pid_file], env={{}})
{WAIT_FOR_CHILD}
time.sleep(2)
os.kill(os.getppid(), signal.SIGKILL)"""
# A daemon: forked twice, in a session of its own, without the environment of its kernel.
DAEMON = f"""import os, sys, time
code = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execve(sys.executable, [sys.executable, "-c", code, pid_file], {{}})
{WAIT_FOR_CHILD}"""
# Eight children that share 120 MiB with their parent and change nothing in it.
FORKS = """import os, time
array = bytearray(b"1") * (120 << 20)
for _ in range(8):
    if not os.fork():
        time.sleep(600)
time.sleep(2)"""
BOOKS = {
    "t/control": [claim_cell("the batch ran")],
    "t/raises": ["1 / 0", "print('later')"],
    "t/skipped": ["1 / 0", "print('later')"],
    "t/reads": ["print(open('data.csv').read())"],
    "t/imports": ["from helper_beside import number\nprint(number)"],
    "t/venv": ["print('here')"],
    "t/exits": ["exit()"],
    "t/escapes": [claim_cell(f"clears {ESCAPES}", holds="False"), f"raise ValueError({ESCAPES!r})"],
    "t/formulas": [claim_cell(text) for text in FORMULAS],
    "t/hoards": [HOARD],
    "t/daemon": [DAEMON],
    "t/forks": [FORKS],
}
TAGS = {"t/raises": "raises-exception", "t/skipped": "skip-execution"}


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """All books in one run of two jobs, with a limit of 0.6 GiB."""
    bench = Bench(tmp_path_factory.mktemp("k"))
    folder = bench.output.parent
    for name, sources in BOOKS.items():
        pid_file = folder / f"{name[2:]}.pid"
        parameters = f"pid_file: str = {str(pid_file)!r}" if "pid_file" in sources[0] else ""
        kernel = ".venv" if name == "t/venv" else "python3"
        path = bench.write(name, *sources, parameters=parameters, kernel=kernel)
        if name in TAGS:
            notebook = json.loads(path.read_text())
            notebook["cells"][1]["metadata"]["tags"] = [TAGS[name]]
            path.write_text(json.dumps(notebook))
    (bench.notebooks / "t/data.csv").write_text("a,b")
    (bench.notebooks / "t/helper_beside.py").write_text("number = 7")
    command = bench.command("--jobs", "2", "--timeout", "100", "--memory", "0.6")
    environment = {**os.environ, "TMPDIR": str(folder)}
    bench.done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    bench.records = {name: bench.record(name) for name in BOOKS}
    yield bench
    for child in children(bench):
        child.kill()


def children(bench):
    """The living children of the notebooks that wrote down their numbers."""
    found = []
    for path in bench.output.parent.glob("*.pid"):
        with contextlib.suppress(psutil.Error):
            child = psutil.Process(int(path.read_text()))
            if child.status() != psutil.STATUS_ZOMBIE and str(path) in child.cmdline():
                found.append(child)
    return found


def survivors(bench, name):
    """The children of one notebook that are still there, a moment after the end of the batch."""
    deadline = time.monotonic() + 2
    while (found := [c for c in children(bench) if f"{name}.pid" in c.cmdline()[-1]]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.05)
    return found


def test_the_batch_itself_is_sound(batch):
    assert batch.records["t/control"]["status"] == "ok"
    assert (batch.output.parent / "hoards.pid").exists()
    assert (batch.output.parent / "daemon.pid").exists()


@fault("a cell tagged raises-exception may raise, but the run is FAILED when it does; JupyterLab goes on")
def test_a_cell_tagged_raises_exception_may_fail(batch):
    assert batch.records["t/raises"]["status"] == "ok"
    assert batch.outputs("t/raises") == "later\n"


@fault("a cell tagged skip-execution is skipped, but then the run is DIED; it should be ok, as in nbclient")
def test_a_cell_tagged_skip_execution_is_skipped(batch):
    assert batch.records["t/skipped"]["status"] == "ok"
    assert batch.outputs("t/skipped") == "later\n"


@fault("a notebook does not run in its own folder, so it misses files beside it; in JupyterLab it has them")
def test_a_file_beside_the_notebook_is_found(batch):
    assert batch.records["t/reads"]["status"] == "ok"


@fault("a notebook does not run in its own folder, and so cannot import a module beside it; JupyterLab can")
def test_a_module_beside_the_notebook_is_found(batch):
    assert batch.records["t/imports"]["status"] == "ok"


@fault("a notebook saved by VS Code, whose kernel is named after its environment, is refused; it should run")
def test_the_kernel_name_of_vs_code_is_accepted(batch):
    assert batch.records["t/venv"]["status"] == "ok"


@fault("exit() is ignored and the run is ok; it should end the run as an error, as sys.exit() does")
def test_a_notebook_that_calls_exit_is_not_ok(batch):
    assert batch.records["t/exits"]["status"] != "ok"


@fault("control characters of an error or a claim are printed raw, so a notebook can command a terminal")
def test_no_control_character_reaches_the_terminal(batch):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", batch.done.stdout + batch.done.stderr)


@fault("results.csv keeps control characters, which reach the terminal of whoever prints it")
def test_no_control_character_stands_in_the_table(batch):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", (batch.output / "results.csv").read_text())


@fault("a claim that begins with = + - or @ stands so in results.csv, and a spreadsheet computes it")
def test_no_text_of_the_table_begins_like_a_formula(batch):
    with open(batch.output / "results.csv") as table:
        statements = [row["statement"] for row in csv.DictReader(table) if row["notebook"] == "t/formulas"]
    assert len(statements) == len(FORMULAS)
    assert not [text for text in statements if text[0] in "=+-@"]


@fault("processes count if they have a mark in their environment; a child without it exceeds the limit")
def test_memory_of_a_child_with_another_environment_counts(batch):
    assert batch.records["t/hoards"]["status"] == "memory"


@fault("processes are ended if they have a mark in their environment; a child without it outlives its run")
def test_a_child_with_another_environment_ends_with_its_run(batch):
    assert not survivors(batch, "hoards")


@fault("processes are ended if they have a mark in their environment; a daemon without it outlives its run")
def test_a_daemon_with_another_environment_ends_with_its_run(batch):
    assert not survivors(batch, "daemon")


@fault("memory that a notebook shares with its children counts once for each; a run of 0.3 GiB is stopped")
def test_pages_that_processes_share_count_once(batch):
    assert batch.records["t/forks"]["status"] == "ok"


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
@fault("the sockets of a kernel drop outputs beyond 1000 that wait, even the one that ends the cell; "
       "4 s later the run is FAILED with CellTimeoutError. All outputs should arrive")  # fmt: skip
def test_a_cell_may_show_thousands_of_outputs(bench):
    bench.write("t/01", FLOOD, "print('later')")
    subprocess.run(bench.command("--timeout", "100"), capture_output=True, timeout=200)
    notebook = json.loads((bench.output / "t/01/output.ipynb").read_text())
    assert len(notebook["cells"][1]["outputs"]) == 5000
    assert bench.record("t/01")["status"] == "ok"


TUPLES = "sizes: tuple = (1, 2)\nnested: list = [(1, 2)]\nnamed: dict = {'a': (1, 2)}"


@fault("a tuple given by -p, alone or in a list or a dict, reaches the notebook as text")
def test_tuples_reach_a_notebook_as_tuples(bench):
    bench.write("t/01", "print(repr(sizes), nested, named)", parameters=TUPLES)
    bench.run("-p", "sizes=(3,4)", "-p", "nested=[(3,4)]", "-p", "named={'a': (3,4)}")
    assert bench.outputs("t/01") == "(3, 4) [(3, 4)] {'a': (3, 4)}\n"


@fault("a tuple of a sweep reaches the notebook as text")
def test_tuples_of_a_sweep_reach_a_notebook_as_tuples(bench):
    bench.write("t/01", claim_cell("a tuple", holds="isinstance(sizes, tuple)"), parameters=TUPLES)
    command = bench.command("sweep", "t/01", "--grid", "sizes=(1,2),(3,4)")
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
