"""Run benchmarks and put their figures side by side: results/benchmarks.json and results/benchmarks.html.

    python -m tools.run_benchmarks [NAME ...] [--quick] [--rounds N] [--output results]

Each file of benchmarks/ runs in a process of its own, one after the other, on one thread. What was measured
before and is not run this time stays, with its date; a benchmark that fails changes nothing, and then the
exit status is 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.notebooks.catalogue import find_notebooks
from runner.report.build import build_site
from runner.results.store import write_json

ROOT = Path(__file__).resolve().parents[1]
FORMAT = 1
HELPERS = ("table.py",)  # what benchmarks/ holds besides benchmarks
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def benchmarks(folder: Path) -> dict[str, Path]:
    """The benchmarks there are, by name."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if path.name not in HELPERS}


def measure(script: Path, options: list[str]) -> dict[str, Any] | None:
    """What a benchmark hands over, or None where it failed; its text goes through as it comes."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [sys.executable, str(script), "--json", str(figures), *options]
        one_thread = dict.fromkeys(THREADS, "1")
        status = subprocess.run(command, cwd=ROOT, env=os.environ | one_thread, check=False).returncode
        if status or not figures.exists():
            return None
        record = json.loads(figures.read_text(encoding="utf-8"))
    return {"name": script.stem, "measured": datetime.now(UTC).isoformat(timespec="seconds")} | record


def merged(file: Path, fresh: list[dict[str, Any]], known: list[str]) -> dict[str, Any]:
    """All records, the fresh ones in place of older ones of the same name, in the order of `known`."""
    old = json.loads(file.read_text(encoding="utf-8"))["benchmarks"] if file.exists() else []
    records = {record["name"]: record for record in [*old, *fresh] if record["name"] in known}
    return {"format": FORMAT, "benchmarks": [records[name] for name in known if name in records]}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="files of benchmarks/ (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--rounds", type=int, help="rounds of each benchmark (default: its own)")
    parser.add_argument("--output", type=Path, default=ROOT / "results", metavar="DIR")
    parser.add_argument("--benchmarks", type=Path, default=ROOT / "benchmarks", metavar="DIR")
    options = parser.parse_args(arguments)
    scripts = benchmarks(options.benchmarks)
    if unknown := [name for name in options.names if name not in scripts]:
        parser.error(f"no benchmark {', '.join(unknown)}: there are {', '.join(scripts)}")
    passed_on = ["--quick"] * options.quick + (["--rounds", str(options.rounds)] if options.rounds else [])
    fresh, failed = [], []
    for name in options.names or scripts:
        print(f"\n== {name}", flush=True)
        record = measure(scripts[name], passed_on)
        fresh += [record] if record else []
        failed += [] if record else [name]
    options.output.mkdir(parents=True, exist_ok=True)
    file = options.output / "benchmarks.json"
    write_json(file, merged(file, fresh, list(scripts)))
    build_site(options.output, {n.name: n.path for n in find_notebooks(ROOT / "notebooks")})
    print(f"\nbenchmarks: {options.output / 'benchmarks.html'}")
    if failed:
        print(f"failed, and left as they were: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
