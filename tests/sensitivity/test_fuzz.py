"""Random matrices of every scale, rank, shape and type: no crash, no endless loop, brackets that hold.

The work is done in a process of its own: a fault in compiled code ends the process, not the tests.
"""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import mathlib.sensitivity as sensitivity
from mathlib.sensitivity import Sample

POWERS = (1, 1, 1.0001, 1.3, 2, 3, 5.5, 16)


def matrix(rng):
    """A finite nonzero matrix: normal, small integers, integers up to 1e9, near rank 1, any scales; dents."""
    n, d = int(rng.integers(1, 13)), int(rng.integers(1, 6))
    normal = rng.standard_normal((n, d))
    with np.errstate(all="ignore"):
        A = [
            lambda: normal,
            lambda: rng.integers(-2, 3, (n, d)).astype(float),
            lambda: np.rint(normal * 10 ** rng.uniform(0, 9)),
            lambda: normal[:, :1] @ rng.standard_normal((1, d)) + rng.integers(0, 2) * np.eye(n, d),
            lambda: normal * 10.0 ** rng.uniform(-300, 300, (n, 1)),
            lambda: normal * 10.0 ** rng.uniform(-150, 150, (n, 1)) * 10.0 ** rng.uniform(-150, 150, d),
        ][rng.integers(6)]()
        if rng.random() < 0.3:
            A = A[rng.integers(0, n, n)]  # copies of rows
        if rng.random() < 0.3:
            A[rng.integers(n)] = 0
        if rng.random() < 0.2:
            A[:, rng.integers(d)] = 0
        if rng.random() < 0.3:
            A = A * 2.0 ** rng.integers(-900, 900)
        A = np.where(np.isfinite(A), A, 1.0)
        if not A.any():
            A[0, 0] = 1
        kinds = [A, np.asfortranarray(A), A.astype(np.float32), np.rint(np.clip(A, -1e15, 1e15)).astype(int)]
    fit = [B for B in kinds if np.isfinite(B).all() and B.any()]
    return fit[rng.integers(len(fit))]


def examine(A, p, rng):
    """Call everything on A, and look at what must hold whatever A is."""
    result = sensitivity.sensitivities(A, p, keep_dual=bool(rng.integers(2)))
    assert np.all((result.lower >= 0) & (result.lower <= result.upper) & (result.upper <= 1))
    assert np.all(result.upper[A.any(axis=1)] > 0)
    result.verify()
    assert abs(sensitivity.leverage_scores(A).sum() - result.rank) < 1e-6
    assert abs(sensitivity.lewis_weights(A, p, tol=1e-6).sum() - result.rank) < 1e-3
    if np.all(np.rint(A) == A) and np.abs(A).max() <= 2**53:
        brackets = sensitivity.sensitivities(A, 1)
        exact = sensitivity.exact_l1_sensitivities(A)
        ends = zip(brackets.lower, exact, brackets.upper, strict=True)
        assert brackets.rank < np.linalg.matrix_rank(A) or all(low <= t <= high for low, t, high in ends)
    kept = rng.integers(0, len(A), rng.integers(0, len(A) + 3))
    found = sensitivity.distortion(A, Sample(kept, rng.uniform(0.5, 2, len(kept))), p)
    assert 0 <= found.lower <= found.upper < np.inf
    assert np.isfinite([found.x_least, found.x_greatest]).all()
    assert np.isfinite(sensitivity.total_sensitivity(A, p, rows=3, rng=0).estimate)
    sensitivity.root_leverage_sample(A, p, max(result.rank, len(A) / 2), rng=0)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", UserWarning)  # a dual norm between wide bounds
        c, b = (np.clip(np.nan_to_num(v), -1e300, 1e300) for v in (A[0] * rng.random(), A @ A[0]))
        for call in (lambda: sensitivity.dual_norm(A, c, p), lambda: sensitivity.lp_regression(A, b, p)):
            try:
                bracket = call()
            except ValueError as error:
                if "1.8e308" not in str(error) and "range of doubles" not in str(error):
                    raise
                continue
            assert 0 <= bracket.lower <= bracket.upper


def fuzz(seed, count):
    warnings.simplefilter("error")
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        A, p = matrix(rng), POWERS[rng.integers(len(POWERS))]
        try:
            examine(A, p, rng)
        except Exception as error:
            error.add_note(f"seed {seed}, number {number}, p = {p}: {A!r}")
            raise


def run(*arguments):
    command = [sys.executable, __file__, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr[-3000:]


def test_any_matrix():
    run(0, 40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_many_more_matrices(seed):
    run(seed, 300)


if __name__ == "__main__":
    fuzz(*map(int, sys.argv[1:]))
