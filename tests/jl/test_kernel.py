"""The compiled kernel gives the numbers of the plain NumPy code, bit for bit: any shape, any machine."""

import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import hadamard

from mathlib.jl import SRHT, FastJL, fwht
from mathlib.jl.hadamard import kernel
from mathlib.jl.hadamard.transform import butterflies

TYPES = [np.float32, np.float64]


def plain(fitted, X):
    return fitted._project_plain(X)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("n_features", [1, 2, 7, 16, 17, 100, 256, 300, 1000, 4096, 5000, 70_000])
def test_every_length_and_number_of_rows(n_features, dtype):
    rng = np.random.default_rng(n_features)
    for n_samples in (1, 2, 3, 15, 16, 17, 40):
        X = rng.standard_normal((n_samples, n_features)).astype(dtype)
        k = int(rng.integers(1, min(n_features, 90) + 1))
        for entries in ("rademacher", "normal"):
            fitted = FastJL(k, density=min(1, 9 / n_features), entries=entries, random_state=rng).fit(X)
            assert np.array_equal(fitted.transform(X), plain(fitted, X))
            rows = sparse.csr_array(X * (rng.random(X.shape) < 0.2))
            assert np.array_equal(fitted.transform(rows), plain(fitted, rows.toarray()))


@pytest.mark.parametrize("dtype", TYPES)
def test_an_image_does_not_depend_on_its_company_or_the_threads(dtype):
    X = np.random.default_rng(0).standard_normal((67, 900)).astype(dtype)
    for make in (FastJL, SRHT):
        together = make(50, random_state=1).fit(X)
        images = together.transform(X)
        for n_jobs in (2, 3, -1):
            assert np.array_equal(make(50, random_state=1, n_jobs=n_jobs).fit_transform(X), images)
        assert np.array_equal(np.vstack([together.transform(X[i : i + 1]) for i in range(67)]), images)
        assert np.array_equal(
            np.vstack([together.transform(X[i : i + 23]) for i in range(0, 67, 23)]), images
        )


def test_rows_that_do_not_lie_in_one_piece():
    X = np.random.default_rng(0).standard_normal((300, 500))
    fitted = FastJL(20, random_state=0).fit(X)
    images = fitted.transform(X)
    wide = np.zeros((300, 1000))
    wide[:, ::2] = X
    readonly = X.copy()
    readonly.flags.writeable = False
    for same in (np.asfortranarray(X), wide[:, ::2], X[::-1].copy()[::-1], readonly):
        assert np.array_equal(fitted.transform(same), images)


def test_csr_with_unsorted_indices_repeated_entries_and_wide_indices():
    rng = np.random.default_rng(0)
    dense = np.zeros((20, 600))
    rows, columns = rng.integers(0, 20, 3000), rng.integers(0, 600, 3000)
    values = rng.integers(-3, 4, 3000).astype(float)
    np.add.at(dense, (rows, columns), values)
    order = np.argsort(rows, kind="stable")
    indptr = np.searchsorted(rows[order], np.arange(21))
    repeated = sparse.csr_array((values[order], columns[order].astype(np.int64), indptr), shape=(20, 600))
    fitted = FastJL(30, random_state=0).fit(dense)
    assert np.array_equal(fitted.transform(repeated), fitted.transform(dense))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("levels", [3, 4, 5, 8, 9, 11, 13, 17])
def test_the_transform_alone(levels, dtype):
    d, rng = 2**levels, np.random.default_rng(levels)
    X = rng.standard_normal((18, d)).astype(dtype)
    expected = X.T.copy()
    butterflies(expected)
    for rows in (X, X[:1]):
        compiled = np.empty_like(rows)
        if d >= kernel.LANES[np.dtype(dtype)]:
            work = kernel.workspace(d, dtype)
            kernel.transform_rows(rows, np.ones(d, dtype), levels, dtype(1), work, compiled)
            assert np.array_equal(compiled, expected.T[: len(rows)])
        assert np.array_equal(fwht(rows, norm=None), expected.T[: len(rows)])
    assert np.array_equal(fwht(X), expected.T * dtype(dtype(d) ** -0.5))
    in_place = X.copy()
    assert fwht(in_place, norm=None, out=in_place) is in_place
    assert np.array_equal(in_place, expected.T)


def test_against_the_matrix_of_another_library():
    X = np.random.default_rng(0).standard_normal((400, 1024))
    np.testing.assert_allclose(fwht(X, norm=None), X @ hadamard(1024), rtol=0, atol=1e-11)


@pytest.mark.slow
def test_one_vector_of_sixteen_million():
    x = np.zeros((1, 2**24), np.float32)
    x[0, 12345] = 2.0
    image = fwht(x, norm=None)
    bits = np.bitwise_count(np.arange(2**24) & 12345) % 2
    assert np.array_equal(image[0], np.where(bits, -2, 2).astype(np.float32))
    fitted = FastJL(64, density=1e-6, random_state=0).fit(x[:, : 2**24 - 3])
    assert fitted.transform(x[:, : 2**24 - 3]).shape == (1, 64)


def test_memory_is_the_images_and_a_buffer():
    X = np.random.default_rng(0).standard_normal((4000, 3000)).astype(np.float32)
    fitted = FastJL(64, density=0.004, random_state=0).fit(X)
    fitted.transform(X[:20])
    tracemalloc.start()
    images = fitted.transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Beyond the images: one tile of 4096 lines of 64 bytes, and what scikit-learn's check for NaN needs.
    assert peak < images.nbytes + 3e6 < 0.2 * X.nbytes


SCRIPT = """
import hashlib, numpy as np
from mathlib.jl import FastJL, fwht
total = hashlib.sha256()
for dtype in (np.float32, np.float64):
    X = np.random.default_rng(0).standard_normal((99, 3000)).astype(dtype)
    for entries in ("rademacher", "normal"):
        total.update(FastJL(40, density=0.01, entries=entries, random_state=1).fit_transform(X).tobytes())
    total.update(fwht(X[:, :2048].copy()).tobytes())
print(total.hexdigest())
"""


def digest(tmp_path, **environment):
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **environment}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"NUMBA_DISABLE_JIT": "1"},
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "+sse2"},
        {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"},
    ],
    ids=["no compiler", "SSE2", "AVX2 without AVX-512"],
)
def test_other_processors_and_none_give_the_same_bits(tmp_path, environment):
    assert digest(tmp_path, **environment) == digest(tmp_path)


def test_compiled_code_is_kept_for_the_next_process(tmp_path):
    digest(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    assert before
    digest(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == before


@pytest.mark.parametrize("n_jobs", [0, 1.5, "2", True])
def test_a_number_of_threads_that_is_none_is_refused(n_jobs):
    X = np.ones((3, 40))
    with pytest.raises(ValueError, match="n_jobs"):
        FastJL(2, n_jobs=n_jobs).fit(X).transform(X)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("density", [0.001, 0.5])
def test_a_number_that_is_none_is_found_in_the_images(bad, density):
    X = np.ones((40, 9000))
    fitted = FastJL(3, density=density, random_state=0).fit(X)
    X[33, 8999] = bad
    for given in (X, X[33:34], sparse.csr_array(X)):
        with pytest.raises(ValueError, match="X contains"):
            fitted.transform(given)


def test_without_any_entry_in_the_matrix_numbers_are_still_checked():
    X = np.ones((2, 64))
    fitted = FastJL(2, density=1e-9, random_state=0).fit(X)
    assert fitted.projection_.nnz == 0
    assert not fitted.transform(X).any()
    X[0, 0] = np.nan
    with pytest.raises(ValueError, match="X contains NaN"):
        fitted.transform(X)


def test_numbers_that_overflow_are_not_called_missing():
    X = np.full((1, 64), 1e38, np.float32)
    with pytest.warns(RuntimeWarning, match="exceed the largest float32"):
        images = FastJL(2, density=1.0, random_state=0).fit(X).transform(X)
    assert images.dtype == np.float32
    assert not np.isfinite(images).all()
