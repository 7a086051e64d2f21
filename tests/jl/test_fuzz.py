"""The compiled code on random shapes, dtypes, layouts and scales, in a process of its own.

A crash of compiled code ends its process, so the cases run in one that may end. Each case must give what the
plain NumPy code gives, or say that numbers are not finite; it must never write outside the arrays.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = '''
import sys, warnings
import numpy as np
from scipy import sparse
from mathlib.jl import SRHT, FastJL, fwht
from mathlib.jl.hadamard import kernel
from mathlib.jl.hadamard.transform import butterflies

seed, cases, longest = map(int, sys.argv[1:])
rng = np.random.default_rng(seed)
GUARD = 64  # numbers before and after an output that must not change


def numbers(n, d, dtype):
    """Random rows: of all scales, of low rank, with many zeros, or close to the ends of the type."""
    info = np.finfo(dtype)
    X = rng.standard_normal((n, d))
    kind = rng.integers(5)
    if kind == 1:
        X *= 10.0 ** rng.uniform(-30, 30, (n, 1))
    elif kind == 2:
        X = np.outer(X[:, 0], X[0])
    elif kind == 3:
        X *= rng.random((n, d)) < 0.1
    elif kind == 4:
        X *= float(info.max) / 10 ** rng.uniform(0, 8) if rng.random() < 0.5 else float(info.tiny)
    return np.clip(X, float(info.min), float(info.max)).astype(dtype)


def layout(X):
    """The same numbers, somewhere else in memory."""
    kind = rng.integers(7)
    if kind == 1:
        return np.asfortranarray(X)
    if kind == 2:
        wide = np.zeros((2 * X.shape[0], 3 * X.shape[1]), X.dtype)
        wide[::2, ::3] = X
        return wide[::2, ::3]
    if kind == 3:
        return X[::-1].copy()[::-1]
    if kind == 4:
        return X[:, ::-1].copy()[:, ::-1]
    if kind == 5:
        raw = np.empty(X.nbytes + 1, np.uint8)[1:].view(X.dtype).reshape(X.shape)
        raw[...] = X
        return raw
    if kind == 6:
        X.flags.writeable = False
    return X


def same(a, b):
    assert np.array_equal(a, b, equal_nan=True), (a, b)


def guarded(shape, dtype):
    size = int(np.prod(shape))
    memory = np.full(size + 2 * GUARD, 7, dtype)
    return memory, memory[GUARD : GUARD + size].reshape(shape)


def ours(said):
    """Whether numbers that are not finite were announced; scikit-learn and NumPy may warn on their own."""
    return any("exceed" in str(warning.message) for warning in said)


for case in range(cases):
    dtype = rng.choice([np.float32, np.float64])
    d = int(2 ** rng.uniform(0, longest)) if rng.random() < 0.5 else 2 ** int(rng.integers(longest + 1))
    n = int(rng.integers(1, 41)) if d < 2**13 else int(rng.integers(1, 5))
    X = numbers(n, d, dtype)
    print(case, dtype.__name__, n, d, flush=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if d & (d - 1) == 0:
            memory, out = guarded((n, d), dtype)
            result = fwht(layout(X), norm=None, out=out)
            with np.errstate(over="ignore", invalid="ignore"):
                expected = X.T.copy()
                butterflies(expected)
            same(result, expected.T)
            assert (memory[:GUARD] == 7).all() and (memory[GUARD + out.size :] == 7).all()
            assert np.isfinite(result).all() == (not ours(said))
            said.clear()
        k = int(rng.integers(1, min(d, 60) + 1))
        make = FastJL(k, density=rng.uniform(0.1, 30) / d if d > 30 else 1.0, random_state=rng)
        fitted = [make, SRHT(k, random_state=rng)][rng.integers(2)].fit(X[:1])
        given = layout(X)
        if rng.random() < 0.4:
            rows = sparse.csr_array(X)
            if rng.random() < 0.5 and rows.nnz:  # unsorted, with repeated entries of zero, and wide indices
                places = np.concatenate([rng.permutation(np.arange(a, b)) for a, b in
                                         zip(rows.indptr[:-1], rows.indptr[1:])]).astype(int)
                rows = sparse.csr_array((rows.data[places], rows.indices[places].astype(np.int64),
                                         rows.indptr.astype(np.int64)), shape=rows.shape)
            given = rows
        images = fitted.transform(given)
        with np.errstate(all="ignore"):
            small = fitted._project_plain(X * dtype(2.0**-64)) / dtype(2.0**-64)
            plain = fitted._project_plain(X)
        lost = ~np.isfinite(plain).all(axis=1)
        same(images[~lost], plain[~lost])
        same(images[lost], small[lost])
        assert np.isfinite(images).all() == (not ours(said))
        fitted.set_params(n_jobs=int(rng.integers(1, 4)))
        same(fitted.transform(given), images)

# The kernels themselves, on outputs with guards: tiles and single vectors.
for dtype in (np.float32, np.float64):
    lanes = kernel.LANES[np.dtype(dtype)]
    for levels in range(lanes.bit_length() - 1, longest + 1):
        d = 1 << levels
        for n in (1, lanes - 1, lanes, lanes + 1):
            X, ones = rng.standard_normal((n, d)).astype(dtype), np.ones(d, dtype)
            memory, out = guarded((n, d), dtype)
            assert kernel.transform_rows(X, ones, levels, dtype(1), kernel.workspace(d, dtype), out)
            assert (memory[:GUARD] == 7).all() and (memory[GUARD + out.size :] == 7).all()
            if d >= lanes**2:
                memory, image = guarded(d, dtype)
                inner = levels - lanes.bit_length() + 1
                work = kernel.workspace(d // lanes, dtype)
                assert kernel.transform_vector(X[0], ones, inner, dtype(1), work, image)
                same(image, out[0])
                assert (memory[:GUARD] == 7).all() and (memory[GUARD + d :] == 7).all()
print("done")
'''


def run(*arguments):
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, (
        f"ended with {done.returncode} after {done.stdout[-80:]}: {done.stderr[-2000:]}"
    )
    assert done.stdout.endswith("done\n")


def test_random_cases():
    run(0, 40, 10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_many_random_cases(seed):
    run(seed, 400, 17)
