"""Runner overhead per trivial notebook, beside papermill's own command line one notebook after another.

    python benchmarks/runner.py [--notebooks 8] [--rounds 5]

Each round runs both on the same notebooks, one right after the other, so that a drift of the machine
meets both; the ratio is taken round by round. Also: a second run in which nothing is to be done.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def spread(values: list[float], form: str = "{:.2f}") -> str:
    """Median and range."""
    ordered = sorted(values)
    low, middle, high = (form.format(ordered[i]) for i in (0, len(ordered) // 2, -1))
    return f"{middle} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        measure(folder, options.notebooks, options.rounds)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, count: int, rounds: int) -> None:
    paths = write_notebooks(folder / "notebooks", count)
    runner = [
        sys.executable,
        "run_all.py",
        "--notebooks",
        str(folder / "notebooks"),
        "--output",
        str(folder / "out"),
    ]
    ours, theirs, again = [], [], []
    for number in range(rounds + 1):  # the first round warms the disk cache and is not counted
        our_time = seconds([*runner, "--jobs", "2", "--force"]) / count
        their_time = sum(seconds([str(BIN / "papermill"), str(p), os.devnull]) for p in paths[:2]) / 2
        no_op = seconds(runner)
        if number:
            ours.append(our_time)
            theirs.append(their_time)
            again.append(no_op)
    print(f"{count} notebooks of one cell, {rounds} rounds, {os.cpu_count()} processors; median (range)")
    print(f"run_all.py --jobs 2    {spread(ours)} s a notebook, site included")
    print(f"papermill              {spread(theirs)} s a notebook")
    print(f"ratio                  {spread([b / a for a, b in zip(ours, theirs, strict=True)])}")
    print(f"nothing to do          {spread(again)} s in all")


if __name__ == "__main__":
    main()
