"""A bench for the runner: a folder of small notebooks, and run_all.py as a user calls it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
CLAIM = """from IPython.display import display
display({{"application/vnd.mathlib.claim+json": {{"version": 1, "statement": {statement!r}, "holds": {holds},
    "kind": {kind!r}, "measured": {measured}, "expected": None, "source": None}}}}, raw=True)"""


# How a notebook finds the folder whose files are kept beside its result.
FILES = "import os\nfiles = os.environ['MATHLIB_RUN_FILES']\n"


def claim_cell(statement: str, holds: str = "True", kind: str = "exact", measured: str = "None") -> str:
    """Source of a cell that states a claim without importing mathlib."""
    return CLAIM.format(statement=statement, holds=holds, kind=kind, measured=measured)


def cell(source: str, kind: str = "code", tags: list[str] | None = None, number: int = 0) -> dict[str, Any]:
    content: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "source": source}
    content["metadata"] = {"tags": tags} if tags else {}
    return content | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def hear_signals() -> None:
    """In a child: a job in the background, or a worker of pytest-xdist, may have begun with some ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def wait_until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for a condition; that it does not come in time is a failure."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s"
        time.sleep(0.02)


def after_a_while(find: Callable[[], list[Any]], seconds: float) -> list[Any]:
    """What is still found when nothing is, or the time is over."""
    deadline = time.monotonic() + seconds
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


class Bench:
    """Notebooks in one folder, results in another; nothing of the project's own is touched."""

    def __init__(self, folder: Path) -> None:
        self.notebooks, self.output = folder / "notebooks", folder / "results"
        self.notebooks.mkdir()

    def write(
        self,
        name: str,
        *sources: str,
        parameters: str = "",
        text: str = "# Ask\n\nWhy?",
        kernel: str = "python3",
    ) -> Path:
        cells = [cell(text, "markdown")]
        if parameters:
            cells.append(cell(parameters, tags=["parameters"], number=1))
        cells += [cell(source, number=i + 2) for i, source in enumerate(sources)]
        path = self.notebooks / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"}}
        notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(notebook))
        return path

    def command(self, *arguments: str) -> list[str]:
        folders = ["--notebooks", str(self.notebooks), "--output", str(self.output)]
        return [sys.executable, str(ROOT / "run_all.py"), *arguments, *folders]

    def run(self, *arguments: str, status: int = 0, **settings: Any) -> subprocess.CompletedProcess:
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=120, **settings
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def batch(self, *arguments: str, **settings: Any) -> subprocess.CompletedProcess:
        """Run whatever the exit status, with a folder for temporary files of its own."""
        settings = {"env": {**os.environ, "TMPDIR": str(self.output.parent)}, "timeout": 300} | settings
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, **settings)

    def start(self, *arguments: str, prepare: Callable[[], None] = hear_signals) -> subprocess.Popen:
        """A runner in a session of its own, which hears what it is sent, as one at a terminal does."""
        return subprocess.Popen(
            self.command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=prepare,
        )

    def record(self, name: str) -> dict[str, Any]:
        return json.loads((self.output / name / "run.json").read_text())

    def summary(self) -> dict[str, dict[str, Any]]:
        runs = json.loads((self.output / "results.json").read_text())["notebooks"]
        return {run["name"]: run for run in runs}

    def outputs(self, name: str) -> str:
        """All text that the code cells of the executed notebook printed."""
        notebook = json.loads((self.output / name / "output.ipynb").read_text())
        streams = [o for c in notebook["cells"] for o in c.get("outputs", []) if o["output_type"] == "stream"]
        return "".join("".join(o["text"]) for o in streams)

    def processes(self) -> list[str]:
        """Commands of the living processes of a runner that was started from here."""
        found = []
        for process in self.living():
            with suppress(psutil.Error):
                found.append(" ".join(process.cmdline()))
        return found

    def survivors(self, seconds: float = 20.0) -> list[str]:
        """Processes that are still there a while after their runner was killed."""
        return after_a_while(self.processes, seconds)

    def living(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                # All that descends from a runner has the temporary folder that this bench gave it.
                ours = process.environ().get("TMPDIR") == str(self.output.parent)
                here = str(self.output.parent) in process.cwd()
                if process.status() != psutil.STATUS_ZOMBIE and (ours or here):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def strays(self) -> list[str]:
        """Processes of a runner that was started from here, and anything that it left in its folders."""
        found = self.processes()
        found += [str(p) for p in self.output.glob(".staging/*")]
        found += [str(p) for p in self.output.rglob("*.tmp")]
        return found

    def settle(self, seconds: float = 3.0) -> list[str]:
        """Strays that are still there after a while."""
        return after_a_while(self.strays, seconds)


@pytest.fixture
def bench(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Bench:
    folder = tmp_path_factory.mktemp("b")  # its path is short enough for sockets
    monkeypatch.setenv("TMPDIR", str(folder))  # so that a forgotten folder of sockets is seen
    for name in [name for name in os.environ if name.startswith("MATHLIB_")]:
        monkeypatch.delenv(name)
    return Bench(folder)
