"""The fast transform beside scikit-learn, SciPy and a plain copy of the data, interleaved in one process.

    python benchmarks/jl.py [--quick] [--rounds 5] [--json FILE]

Every round times all methods on the same data, one right after the other, so that a drift of the machine
meets all of them; ratios are taken round by round. One thread everywhere but in the row that says two.

The data are 2^23 normal random numbers; a slow method does a sixteenth of the rows, and its time is
multiplied by 16. A method that would need more than 2 GiB for its matrix is left out. The times are those of
whole public calls of `transform`.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import itertools
import time
import warnings
from functools import partial

import numpy as np
from scipy.linalg import clarkson_woodruff_transform
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from table import Table, arguments, interleave

from mathlib.jl import FastJL

NUMBERS = 2**23  # in the data: 32 MB in float32, beyond the second-level cache
MATRIX_LIMIT = 2**31  # bytes
OURS, DEFAULT = "density 10/d", "default density"


def methods(X, k):
    """Name -> (a whole public call on X, factor); the factor is above 1 where it is given a share of X."""
    n, d = X.shape
    target = np.empty_like(X)
    ours = {OURS: FastJL(k, density=10 / d, random_state=0), DEFAULT: FastJL(k, random_state=0)}
    calls = {"copy of the data": (partial(np.copyto, target, X), 1)}
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


def report(table, dtype, d, k, calls):
    case = f"{dtype}, d = {d}, k = {k}"
    times = interleave({name: call for name, (call, _) in calls.items()}, table.record["rounds"])
    costs = {name: [factor * spent for spent in times[name]] for name, (_, factor) in calls.items()}
    ours = "FastJL, density 10/d", costs[OURS]
    for name, values in costs.items():
        if name not in (OURS, DEFAULT):
            headline = dtype == "float32" and (d, k) == (2**12, 256) and name != "SciPy count sketch"
            table.compare(case, ours=ours, peer=(name, values), quote=headline)
    copy = "copy of the data", costs["copy of the data"]
    table.compare(case, ours=("FastJL, default density", costs[DEFAULT]), peer=copy)


def two_threads(table, X, k):
    """The gain of a second thread: the same transform, by the clock on the wall."""
    one, two = (FastJL(k, density=10 / X.shape[1], random_state=0, n_jobs=n).fit(X) for n in (1, 2))
    calls = {"two": partial(two.transform, X), "one": partial(one.transform, X)}
    times = interleave(calls, table.record["rounds"], clock=time.perf_counter)
    table.compare(
        f"{X.dtype}, d = {X.shape[1]}, k = {k}",
        ours=("FastJL, two threads", times["two"]),
        peer=("FastJL, one thread", times["one"]),
        clock="wall",
    )


def main():
    options = arguments(__doc__, rounds=5).parse_args()
    warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
    lengths = [2**12] if options.quick else [2**10, 2**12, 2**14, 2**16, 2**18]
    widths = [256, 1024] if options.quick else [64, 256, 1024]
    types = ["float32"] if options.quick else ["float32", "float64"]
    rng = np.random.default_rng(0)
    with Table("jl", __doc__, options) as table:
        for dtype, d, k in itertools.product(types, lengths, widths):
            X = rng.standard_normal((NUMBERS // d, d), dtype=dtype)
            report(table, dtype, d, k, methods(X, k))
        two_threads(table, rng.standard_normal((NUMBERS // 2**12, 2**12), dtype="float32"), 256)


if __name__ == "__main__":
    main()
