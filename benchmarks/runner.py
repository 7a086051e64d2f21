"""Runner overhead per trivial notebook, beside papermill's own command line one notebook after another.

    python benchmarks/runner.py [--notebooks 8] [--rounds 5] [--quick] [--json FILE]

Each round runs both on the same notebooks, one right after the other, so that a drift of the machine
meets both; the ratio is taken round by round. Also: a second run in which nothing is to be done.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import Table, arguments

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def write_notebooks(folder: Path, count: int) -> list[Path]:
    """Notebooks of one cell that prints one number."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    paths = []
    for number in range(count):
        cell = {
            "cell_type": "code",
            "id": "only",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": f"print({number})",
        }
        path = folder / "trivial" / f"{number:02}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
        )
        paths.append(path)
    return paths


def taken(command: list[str]) -> float:
    """Seconds on the wall: two kernels at a time are what the runner is for."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def measure(table: Table, folder: Path, count: int) -> None:
    paths = write_notebooks(folder / "notebooks", count)
    folders = ["--notebooks", str(folder / "notebooks"), "--output", str(folder / "out")]
    runner = [sys.executable, "run_all.py", *folders]
    ours, theirs, again = [], [], []
    for number in range(table.record["rounds"] + 1):  # the first warms the disk cache and is not counted
        our_time = taken([*runner, "--jobs", "2", "--force"]) / count
        their_time = sum(taken([str(BIN / "papermill"), str(p), os.devnull]) for p in paths[:2]) / 2
        no_op = taken(runner)
        if number:
            ours.append(our_time)
            theirs.append(their_time)
            again.append(no_op)
    table.compare(
        f"{count} notebooks of one cell, seconds a notebook",
        ours=("run_all.py --jobs 2", ours),
        peer=("papermill, one by one", theirs),
        clock="wall",
        remark="ours includes the site",
        quote=True,
    )
    table.time(f"{count} notebooks, nothing to do", again, target=1)


def main() -> None:
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--notebooks", type=int, default=8)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        with Table("runner", __doc__, options, "Running notebooks") as table:
            measure(table, folder, options.notebooks)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
