"""Distortions: by definition in small dimensions, exact against local, certificates that can be refused."""

import itertools
import warnings
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse

from mathlib.sensitivity import Sample, distortion, lewis_weights, sample_rows, sampling_probabilities
from mathlib.sensitivity.distortions.enumeration import extremes_by_enumeration
from mathlib.sensitivity.distortions.search import extremes_by_search, power
from mathlib.sensitivity.distortions.squares import _combine, _swaps, certainly_positive, ratio_bounds


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


def test_the_swaps_vanish_identically():
    rank = 4
    i, j = np.triu_indices(rank)
    x = np.random.default_rng(0).integers(-9, 9, (rank, 50))
    z = x[i] * x[j]
    swaps = _swaps(rank)
    assert len(swaps) == rank**2 * (rank**2 - 1) // 12
    for s in range(len(swaps)):
        t = np.zeros(len(swaps))
        t[s] = 1
        Z = _combine(np.zeros((len(i), len(i))), t, swaps)
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


def test_the_line_says_how_far_to_trust_it():
    A, sample = draw(40, 4, 3, 20)
    assert "local search" in repr(distortion(A, sample, 3))
    assert "exact" in repr(distortion(A, sample, 2))


@pytest.mark.parametrize("p", [-2, -0.5, 0, 0.5, 1, 2.5, 3, 7, 0.3, 9])
def test_powers(p):
    x = np.array([0.3, 1.0, 2.5])
    assert power(x, p) == pytest.approx(x**p, rel=1e-14)
