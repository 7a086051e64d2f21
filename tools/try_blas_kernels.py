"""Run the numerical tests with each kind of OpenBLAS kernels that this processor can run.

    python -m tools.try_blas_kernels [--one] [TESTS ...]

NumPy and SciPy compute with OpenBLAS, which has kernels for many processors and takes those that fit the one
at hand. Their results differ in the last bits, hence so do the steps of many an algorithm. The environment
variable OPENBLAS_CORETYPE chooses other kernels. With each kind the tests of jl, sensitivity, dpp and packing
must pass (or those given), the slow ones left out; `--one` tries only the first that is not in use anyway.

Each folder is tested in a process of its own, on one thread, as many at a time as there are processors.
"""

import argparse
import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ["tests/jl", "tests/sensitivity", "tests/dpp", "tests/packing"]
# For each architecture the kinds of kernels, best first, and the flags of the processor that they need.
KINDS = {
    "x86_64": {
        "SkylakeX": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
        "Haswell": {"avx2", "fma"},
        "Nehalem": {"sse4_2"},
    },
    "aarch64": {"NEOVERSEN1": {"asimddp", "atomics"}, "ARMV8": {"asimd"}},
}
# Names that OpenBLAS gives to kernels which are, all or nearly all, those of another name.
KIN = {"zen": "haswell", "cooperlake": "skylakex", "sapphirerapids": "skylakex"}
ASK = """import numpy, scipy.linalg, threadpoolctl
found = {part.get("architecture") for part in threadpoolctl.threadpool_info()
         if part["internal_api"] == "openblas"}
print(*sorted(map(str, found)))"""


def kinds_for(machine: str, flags: set[str]) -> list[str]:
    """The kinds of kernels that a processor with these flags can run, best first.

    >>> kinds_for("x86_64", {"sse4_2", "avx2", "fma"})
    ['Haswell', 'Nehalem']
    """
    return [kind for kind, needed in KINDS.get(machine, {}).items() if needed <= flags]


def another(kinds: list[str], used: str) -> list[str]:
    """The first kind that is not the one in use, as a list of one; empty where there is none.

    >>> another(["Haswell", "Nehalem"], "Zen")
    ['Nehalem']
    """
    used = KIN.get(used.lower(), used.lower())
    return [kind for kind in kinds if kind.lower() != used][:1]


def processor_flags(cpuinfo: str) -> set[str]:
    """The flags of the first processor in the text of /proc/cpuinfo."""
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    found = (set(flags.split()) for name, _, flags in lines if name.strip() in ("flags", "Features"))
    return next(found, set())


def environment(kind: str | None) -> dict[str, str]:
    settings = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return settings | {"OPENBLAS_NUM_THREADS": "1"} | ({"OPENBLAS_CORETYPE": kind} if kind else {})


def kernels_in_use(kind: str | None = None) -> str:
    """What NumPy and SciPy say that they use where this kind is asked for; empty without OpenBLAS."""
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, env=environment(kind), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def built_in(kinds: list[str]) -> list[str]:
    """Those kinds that OpenBLAS really uses when it is asked to; the others are named."""
    found = {kind: kernels_in_use(kind) for kind in kinds}
    for kind, used in found.items():
        if used.lower() != kind.lower():
            print(f"left out: with OPENBLAS_CORETYPE={kind} OpenBLAS uses {used}")
    return [kind for kind, used in found.items() if used.lower() == kind.lower()]


def passes(kind: str, tests: str) -> bool:
    """Run the tests of a folder with these kernels, and print what pytest said."""
    workers = ["--numprocesses", "2", "--dist", "loadgroup"]  # as in make test
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *workers, tests]
    done = subprocess.run(command, cwd=ROOT, env=environment(kind), capture_output=True, text=True)
    verdict = "passed" if done.returncode == 0 else "FAILED"
    told = done.stdout + done.stderr if done.returncode else ""
    print(f"{verdict}  OPENBLAS_CORETYPE={kind} python -m pytest {tests}\n{told}", end="", flush=True)
    return done.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", default=TESTS, metavar="TESTS", help=f"default: {TESTS}")
    parser.add_argument("--one", action="store_true", help="one kind that is not the one in use anyway")
    options = parser.parse_args(arguments)
    cpuinfo = Path("/proc/cpuinfo")
    flags = processor_flags(cpuinfo.read_text()) if cpuinfo.exists() else set()
    used = kernels_in_use()
    kinds = built_in(kinds_for(platform.machine(), flags)) if used else []
    kinds = another(kinds, used) if options.one else kinds
    if not kinds:
        print(f"no kernels to choose from on {platform.machine()} (in use: {used or 'no OpenBLAS'})")
        return 0
    print(f"in use without a choice: {used}; to be tried: {', '.join(kinds)}", flush=True)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = [pool.submit(passes, kind, tests) for kind in kinds for tests in options.tests]
    return 0 if all(result.result() for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
