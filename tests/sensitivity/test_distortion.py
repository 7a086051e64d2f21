"""Distortions: by definition in small dimensions, exact methods against the search."""

import itertools

import numpy as np
import pytest
import scipy.linalg

from mathlib.sensitivity import Sample, distortion, lewis_weights, sample_rows, sampling_probabilities
from mathlib.sensitivity.distortions.enumeration import extremes_by_enumeration
from mathlib.sensitivity.distortions.search import extremes_by_search, power


def draw(n, d, p, m, seed=0):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, d)) * rng.exponential(size=(n, 1))
    return A, sample_rows(A, sampling_probabilities(lewis_weights(A, p, tol=1e-6), m), p=p, rng=rng)


def ratio(A, sample, p, x):
    return np.sum(np.abs(sample.apply(A) @ x) ** p, axis=0) / np.sum(np.abs(A @ x) ** p, axis=0)


def on_the_circle(A, sample, p, count=40_001):
    angles = np.linspace(0, np.pi, count)
    return ratio(A, sample, p, np.array([np.cos(angles), np.sin(angles)]))


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, 4, 16])
def test_in_the_plane_against_a_fine_grid(p):
    A, sample = draw(60, 2, p, 25)
    values = on_the_circle(A, sample, p)
    truth = max(values.max() - 1, 1 - values.min())
    found = distortion(A, sample, p)
    assert found.lower == pytest.approx(truth, abs=2e-4)
    assert found.lower >= truth - 1e-9
    assert found.upper >= truth
    assert found.kind == {1: "exact", 2: "exact", 4: "certified"}.get(p, "local")
    if found.kind != "local":
        assert found.upper - found.lower < 1e-6


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_directions_have_the_ratios_that_are_reported(p, d):
    A, sample = draw(40, d, p, 20)
    found = distortion(A, sample, p)
    assert ratio(A, sample, p, found.x_least) == pytest.approx(found.least, rel=1e-9)
    assert ratio(A, sample, p, found.x_greatest) == pytest.approx(found.greatest, rel=1e-9)
    assert found.lower == max(1 - found.least, found.greatest - 1)
    x = np.random.default_rng(1).standard_normal((d, 2000))
    assert np.all(np.abs(ratio(A, sample, p, x) - 1) <= found.upper)


def test_p_2_against_generalised_eigenvalues():
    A, sample = draw(80, 5, 2, 30)
    SA = sample.apply(A)
    values = scipy.linalg.eigvalsh(SA.T @ SA, A.T @ A)
    found = distortion(A, sample, 2)
    assert found.lower == pytest.approx(max(values[-1] - 1, 1 - values[0]), rel=1e-12)
    assert found.kind == "exact"
    assert found.upper - found.lower < 1e-10


@pytest.mark.parametrize("d", [2, 3])
def test_p_1_against_every_vertex(d):
    A, sample = draw(14, d, 1, 8)
    planes = itertools.combinations(range(14), d - 1)
    kernels = [scipy.linalg.null_space(A[list(rows)])[:, 0] for rows in planes]
    values = ratio(A, sample, 1, np.array(kernels).T)
    found = distortion(A, sample, 1)
    assert found.lower == pytest.approx(max(values.max() - 1, 1 - values.min()), rel=1e-12)
    assert found.kind == "exact"
    assert found.upper - found.lower < 1e-9


def test_one_column_is_exact_for_every_p():
    A, sample = np.array([[1.0], [2.0], [-3.0]]), Sample(np.array([2]), np.array([1.2]))
    for p in (1, 2.5, 16):
        found = distortion(A, sample, p)
        assert found.lower == pytest.approx(abs((1.2 * 3) ** p / (1 + 2**p + 3**p) - 1), rel=1e-12)
        assert found.kind == "exact"


def test_the_search_finds_what_enumeration_finds():
    for seed in range(4):
        A, sample = draw(50, 3, 1, 25, seed)
        U, c = np.linalg.qr(A)[0], np.bincount(sample.indices, sample.weights, minlength=50)
        exact = extremes_by_enumeration(U, c)
        found = extremes_by_search(U, c, 1, rng=np.random.default_rng(0))
        assert exact.least - 1e-12 <= found.least <= 1.01 * exact.least
        assert 0.99 * exact.greatest <= found.greatest <= exact.greatest + 1e-12


def test_equal_rows_with_different_weights():
    """p = 1 merges equal rows: two copies of which one is kept count like two of half the weight."""
    A, _ = draw(20, 2, 1, 10)
    twice = np.repeat(A, 2, axis=0)
    sample = Sample(np.arange(0, 40, 2), np.random.default_rng(3).uniform(1, 3, 20))
    values = on_the_circle(twice, sample, 1)
    found = distortion(twice, sample, 1)
    assert found.lower == pytest.approx(max(values.max() - 1, 1 - values.min()), abs=2e-4)
    merged = Sample(np.arange(20), sample.weights / 2)
    assert found.lower == pytest.approx(distortion(A, merged, 1).lower, rel=1e-12)


def test_the_line_says_how_far_to_trust_it():
    A, sample = draw(40, 4, 3, 20)
    assert "local search" in repr(distortion(A, sample, 3))
    assert "exact" in repr(distortion(A, sample, 2))


@pytest.mark.parametrize("p", [-2, -0.5, 0, 0.5, 1, 2.5, 3, 7, 0.3, 9])
def test_powers(p):
    x = np.array([0.3, 1.0, 2.5])
    assert power(x, p) == pytest.approx(x**p, rel=1e-14)
