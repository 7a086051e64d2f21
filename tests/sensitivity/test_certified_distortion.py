"""Certified distortions at p = 4: sums of squares, and positive definiteness with a margin."""

import numpy as np
import pytest

from mathlib.sensitivity import distortion
from mathlib.sensitivity.distortions.search import extremes_by_search
from mathlib.sensitivity.distortions.squares import _swaps, certainly_positive, ratio_bounds
from tests.sensitivity.test_distortion import draw, ratio


def test_certified_bounds_hold_and_are_close():
    for d in (3, 4, 5):
        A, sample = draw(120, d, 4, 60, seed=d)
        found = distortion(A, sample, 4)
        assert found.kind == "certified"
        assert found.lower <= found.upper <= 1.001 * found.lower + 1e-6
        x = np.random.default_rng(0).standard_normal((d, 5000))
        assert np.all(np.abs(ratio(A, sample, 4, x) - 1) <= found.upper)


def test_sums_of_squares_of_forms_that_are_known():
    """On the identity the ratio is a mean of the c_i with weights x_i^4: it takes all values between them."""
    c = np.array([0.25, 2.0, 1.0])
    assert ratio_bounds(np.eye(3), c) == pytest.approx([0.25, 2.0], abs=1e-7)
    # (u x)^4 for u in 5 equal angles sums to a multiple of |x|^4; one row of it has the share 8/15 at most.
    angles = np.arange(5) * np.pi / 5
    U = np.c_[np.cos(angles), np.sin(angles)]
    upper = ratio_bounds(U, np.array([1.0, 0, 0, 0, 0]))[1]
    assert 8 / 15 <= upper <= 8 / 15 + 1e-6


def test_certified_bounds_widen_with_the_errors_of_the_rows():
    rng = np.random.default_rng(0)
    U = np.linalg.qr(rng.standard_normal((50, 3)))[0]
    c = rng.uniform(0.5, 2, 50)
    exact, rough, hopeless = (ratio_bounds(U, c, errors) for errors in (0.0, np.full(50, 1e-5), np.inf))
    assert rough[0] < exact[0] < exact[1] < rough[1]
    assert rough == pytest.approx(exact, abs=0.05)
    assert list(hopeless) == [c.min(), c.max()]
    for _ in range(20):  # every matrix that near has its ratios inside
        e = rng.standard_normal((50, 3))
        moved = U + 1e-5 * e / np.linalg.norm(e, axis=1)[:, None]
        near = ratio_bounds(moved, c)
        assert rough[0] <= near[0] <= near[1] <= rough[1]


@pytest.mark.parametrize("d", [2, 4])
def test_certified_bounds_of_the_ratio_itself(d):
    rng = np.random.default_rng(d)
    U = np.linalg.qr(rng.standard_normal((12 * d, d)))[0]
    c = rng.uniform(0, 3, 12 * d)
    low, high = ratio_bounds(U, c)
    found = extremes_by_search(U, c, 4, rng=rng)
    assert low <= found.least <= low + 1e-6
    assert high - 1e-6 <= found.greatest <= high


def test_the_swaps_vanish_identically():
    rank = 4
    i, j = np.triu_indices(rank)
    x = np.random.default_rng(0).integers(-9, 9, (rank, 50))
    z = x[i] * x[j]
    swaps = _swaps(rank)
    assert swaps.shape[1] == rank**2 * (rank**2 - 1) // 12
    for swap in swaps.T:
        Z = swap.reshape(len(i), len(i))
        assert np.array_equal(Z, Z.T)
        assert Z.any()
        assert not np.einsum("ik,ij,jk->k", z, Z, z).any()


def test_positive_only_with_a_margin():
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.standard_normal((8, 8)))[0]

    def matrix(least):
        return basis @ np.diag([least, *range(1, 8)]) @ basis.T

    assert certainly_positive(matrix(1e-8))
    assert not certainly_positive(matrix(-1e-15))
    assert not certainly_positive(matrix(0.0))
    assert not certainly_positive(matrix(1e-8), errors=1e-8)
    assert not certainly_positive(np.diag([1.0, np.nan]))


@pytest.mark.slow
def test_certified_bounds_in_ten_dimensions():
    A, sample = draw(300, 10, 4, 200)
    found = distortion(A, sample, 4)
    assert found.kind == "certified"
    assert found.lower <= found.upper < 1.1 * found.lower
