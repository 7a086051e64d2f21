"""The fast transform beside scikit-learn, SciPy and a plain copy of the data, interleaved in one process.

    python benchmarks/jl.py [--quick] [--rounds 5]

Every round times all methods on the same data, one right after the other, so that a drift of the machine
meets all of them; ratios are taken round by round. One thread everywhere but in the column that says two.
A method that would need more than 2 GiB for its matrix is left out.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import itertools
import platform
import time
import warnings
from functools import partial

import numpy as np
from scipy.linalg import clarkson_woodruff_transform
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

from mathlib.jl import FastJL

NUMBERS = 2**23  # in the data: 32 MB in float32, beyond the second-level cache
MATRIX_LIMIT = 2**31  # bytes


def methods(X, k):
    """Name -> (a whole public call on X, factor); the factor is above 1 where it is given a share of X."""
    n, d = X.shape
    target = np.empty_like(X)
    ours = {
        "10/d": FastJL(k, density=10 / d, random_state=0),
        "10/d, two threads": FastJL(k, density=10 / d, random_state=0, n_jobs=2),
        "default density": FastJL(k, random_state=0),
    }
    calls = {"copy": (partial(np.copyto, target, X), 1)}
    calls |= {name: (partial(estimator.fit(X).transform, X), 1) for name, estimator in ours.items()}
    share = max(1, n // 16)  # the slow ones do a sixteenth of the rows
    if k * d * 8 <= MATRIX_LIMIT:
        dense = GaussianRandomProjection(k, random_state=0).fit(X[:2])
        calls["scikit-learn Gaussian"] = (lambda: dense.transform(X[:share]), n / share)
        sparse = SparseRandomProjection(k, random_state=0, dense_output=True).fit(X[:2])
        calls["scikit-learn Sparse"] = (lambda: sparse.transform(X[:share]), n / share)
    columns = np.ascontiguousarray(X[:share].T)
    calls["SciPy count sketch"] = (lambda: clarkson_woodruff_transform(columns, k, rng=0), n / share)
    return calls


def measure(calls, rounds):
    """Seconds of each method in each round, after one round that is not counted."""
    seconds = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, (call, factor) in calls.items():
            started = time.perf_counter()
            call()
            if number:
                seconds[name].append(factor * (time.perf_counter() - started))
    return {name: np.array(values) for name, values in seconds.items()}


def spread(values):
    low, middle, high = np.quantile(values, [0, 0.5, 1])
    return f"{middle:6.2f} ({low:.2f} to {high:.2f})"


def report(dtype, d, k, seconds):
    copy, fast = seconds["copy"], seconds["10/d"]
    nanoseconds = 1e9 * np.median(copy) / NUMBERS
    print(f"\n{dtype}, d = {d}, k = {k}; copy {nanoseconds:.2f} ns a number")
    for name, values in seconds.items():
        if name == "copy":
            continue
        line = f"    {name:24} {spread(values / copy)} times the copy"
        if name not in ("10/d", "default density"):
            line += f", {spread(values / fast)} times ours at 10/d"
        print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="float32, d = 2^12, k = 256 and 1024 only")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, NumPy {np.__version__}; "
        f"{options.rounds} rounds; median (range)"
    )
    lengths = [2**12] if options.quick else [2**10, 2**12, 2**14, 2**16, 2**18]
    widths = [256, 1024] if options.quick else [64, 256, 1024]
    types = ["float32"] if options.quick else ["float32", "float64"]
    rng = np.random.default_rng(0)
    for dtype, d, k in itertools.product(types, lengths, widths):
        X = rng.standard_normal((NUMBERS // d, d), dtype=dtype)
        report(dtype, d, k, measure(methods(X, k), options.rounds))


if __name__ == "__main__":
    main()
