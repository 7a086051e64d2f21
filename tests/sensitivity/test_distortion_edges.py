"""Distortions at the edges: lost directions, weights and rows of any scale, what is no sample."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse

from mathlib.sensitivity import Sample, distortion
from mathlib.sensitivity.distortions.squares import ratio_bounds
from tests.sensitivity.test_distortion import draw, ratio


@pytest.mark.parametrize("p", [1, 1.5, 3, 4])
def test_keeping_everything_distorts_nothing(p):
    A = np.random.default_rng(0).standard_normal((20, 4))
    found = distortion(A, Sample(np.arange(20), np.ones(20)), p)
    assert found.upper < 1e-9
    assert found.kind == "exact"


@pytest.mark.parametrize("p", [1, 2, 3, 4])
def test_a_lost_direction(p):
    A = np.random.default_rng(0).standard_normal((20, 3))
    two = distortion(A, Sample(np.array([3, 7]), np.array([1.0, 1.0])), p)
    assert two.least == 0
    assert two.lower >= 1
    assert np.abs(A[[3, 7]] @ two.x_least).max() < 1e-12 * np.abs(A @ two.x_least).max()
    nothing = distortion(A, Sample(np.array([], dtype=int), np.array([])), p)
    assert (nothing.lower, nothing.least, nothing.greatest) == (1, 0, 0)


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, 4, 16])
def test_samples_of_small_matrices_of_any_rank(p):
    """Many of these samples lose a direction: each ratio is between the bounds, and a loss is at least 1."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n, d = rng.integers(2, 9), rng.integers(1, 5)
        A = rng.integers(-1, 2, (n, d)).astype(float)
        A[0, 0] = 1
        kept = rng.integers(0, n, rng.integers(1, n + 1))
        sample = Sample(kept, rng.uniform(0.5, 2, len(kept)))
        found = distortion(A, sample, p)
        x = np.c_[rng.standard_normal((d, 200)), np.eye(d)]
        x = x[:, np.abs(A @ x).max(axis=0) > 1e-9]
        assert np.all(np.abs(ratio(A, sample, p, x) - 1) <= found.upper * (1 + 1e-9) + 1e-12)
        assert found.lower <= found.upper
        if np.linalg.matrix_rank(A[kept]) < np.linalg.matrix_rank(A):
            assert found.lower >= 1
            assert found.least == 0
            assert np.abs(A[kept] @ found.x_least).max() < 1e-12 * np.abs(A @ found.x_least).max()


def test_many_rows_that_leave_one_direction_out():
    """The null space is found without a square matrix of all the rows."""
    A = np.vstack([np.tile([[1.0, 2.0, 0.0], [3.0, -1.0, 0.0]], (30_000, 1)), [[0, 0, 1.0]]])
    found = distortion(A, Sample(np.arange(60_000), np.ones(60_000)), 2)
    assert found.lower == 1
    assert np.abs(found.x_least[:2]).max() < 1e-12 * abs(found.x_least[2])


@pytest.mark.parametrize("weight", [1e-100, 1e100])
def test_weights_whose_powers_leave_the_range(weight):
    with pytest.raises(ValueError, match="must have p-th powers from 1e-150 to 1e150, here p = 4"):
        distortion(np.eye(2), Sample(np.array([0]), np.array([weight])), 4)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 16])
def test_weights_of_small_probabilities(p):
    """The ratio is linear in the p-th powers of the weights, however large or small these are."""
    A = np.random.default_rng(0).standard_normal((9, 3))
    plain = distortion(A, Sample(np.arange(9), np.linspace(0.5, 1, 9) ** (1 / p)), p)
    for scale in (2.0**-490, 2.0**25, 2.0**490):
        found = distortion(A, Sample(np.arange(9), (scale * np.linspace(0.5, 1, 9)) ** (1 / p)), p)
        assert found.least == pytest.approx(scale * plain.least, rel=1e-6)
        assert found.greatest == pytest.approx(scale * plain.greatest, rel=1e-6)
        assert found.lower <= found.upper <= max(1, scale) * (1 + 1e-12)


def test_upper_ends_allow_for_rounded_weights():
    """A million times 0.6, added one by one in doubles, is too small by far more than the last place."""
    found = distortion([[1.0]], Sample(np.zeros(10**6, dtype=int), np.full(10**6, 0.6)), 1)
    assert found.upper >= 10**6 * Fraction(0.6) - 1


def test_rows_whose_powers_leave_the_range():
    A = np.random.default_rng(2).standard_normal((7, 3))
    A *= 10.0 ** np.array([19, -4, 13, -2, 5, -8, 15])[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = distortion(A, Sample(np.array([0, 2, 3, 5]), np.linspace(9, 0.3, 4)), 16)
    assert found.lower <= found.upper < np.inf


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
def test_scales_duplicates_dependent_columns_zero_rows_and_sparse_matrices(p):
    A, sample = draw(30, 3, p, 15)
    plain = distortion(A, sample, p)
    changed = np.vstack([A @ np.diag([1e9, 1, 1e-9]), np.zeros((2, 3))])
    wider = np.c_[changed, changed @ [1, 1e9, 1]]
    for matrix in (changed, wider, scipy.sparse.csr_array(changed)):
        found = distortion(matrix, sample, p)
        assert found.lower == pytest.approx(plain.lower, rel=2e-3 if plain.kind == "local" else 1e-5)
        assert found.kind == plain.kind
    halves = np.r_[sample.weights, sample.weights] / 2 ** (1 / p)
    split = Sample(np.r_[sample.indices, sample.indices], halves)
    assert distortion(A, split, p).lower == pytest.approx(plain.lower, rel=1e-9)


def test_rows_of_any_scale():
    """The small rows decide about the directions that the large rows do not see."""
    A = np.array([[1e12, 0, 0], [0, 1e-12, 0], [0, 3e-12, 0], [0, 0, 1.0], [0, 0, 2.0]])
    sample = Sample(np.array([0, 2, 4]), np.ones(3))
    for p in (1, 2, 4):
        found = distortion(A, sample, p)
        assert found.lower == pytest.approx(1 / (1 + 2**p), rel=1e-6)  # (0, 0, 1) loses its first row
        assert found.upper == pytest.approx(found.lower, rel=1e-5)


@pytest.mark.parametrize(
    ("sample", "says"),
    [
        (Sample(np.array([0, 9]), np.ones(2)), "integers from 0 to 3"),
        (Sample(np.array([-1]), np.ones(1)), "integers from 0 to 3"),
        (Sample(np.array([0.5]), np.ones(1)), "integers from 0 to 3"),
        (Sample(np.array([0, 1]), np.ones(3)), r"sample.weights must have shape \(2,\)"),
        (Sample(np.array([0]), np.zeros(1)), "positive"),
        (Sample(np.array([0]), np.array([np.nan])), "finite"),
        (Sample(np.array([0]), np.array([1j])), "real numbers"),
        (Sample(np.array([[0, 1]]), np.ones(2)), "integers from 0 to 3"),
        (Sample(np.array([True, False]), np.ones(2)), "integers from 0 to 3"),
    ],
)
def test_bad_samples(sample, says):
    with pytest.raises(ValueError, match=says):
        distortion(np.eye(4), sample, 2)
    with pytest.raises(ValueError, match=says):
        sample.apply(np.eye(4))


def test_no_sample():
    with pytest.raises(ValueError, match=r"must have `indices` and `weights`, as Sample has; got \[0, 1\]"):
        distortion(np.eye(4), [0, 1], 2)


def test_bad_matrices():
    sample = Sample(np.array([0]), np.ones(1))
    for A, p in [(np.zeros((3, 2)), 2), (np.eye(2), 0.5), ([[np.nan]], 1), (np.ones(3), 1)]:
        with pytest.raises(ValueError, match=r"A |A must|p must"):
            distortion(A, sample, p)
    with pytest.raises(ValueError, match="rank <= 10"):
        ratio_bounds(np.eye(11), np.ones(11))
