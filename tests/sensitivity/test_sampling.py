"""Probabilities, samples and the recursive sampler."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.sensitivity import (
    Sample,
    leverage_scores,
    root_leverage_sample,
    sample_rows,
    sampling_probabilities,
)
from mathlib.sensitivity.sampling.recursive import _next_size

SCORES = st.lists(st.one_of(st.just(0.0), st.floats(1e-12, 1e12)), min_size=1, max_size=30).filter(any)


@settings(max_examples=150, deadline=None)
@given(SCORES, st.floats(0.01, 1))
def test_water_filling(scores, share):
    scores = np.array(scores)
    positive = np.count_nonzero(scores)
    m = share * positive
    q = sampling_probabilities(scores, m)
    assert q.sum() == pytest.approx(m, rel=1e-12)
    assert np.all((q >= 0) & (q <= 1))
    assert np.all(q[scores == 0] == 0)
    assert np.all(q[scores > 0] > 0)
    # Proportional below 1, and no full row deserves less than one that is not full.
    below = (q < 1) & (scores > 0)
    if below.any():
        factor = q[below] / scores[below]
        assert factor == pytest.approx(np.full(below.sum(), factor.mean()), rel=1e-9)
        assert np.all(scores[q == 1] * factor.max() >= 1 - 1e-9)


@settings(max_examples=100, deadline=None)
@given(SCORES, st.floats(0, 1), st.floats(0.01, 0.99))
def test_water_filling_with_a_floor(scores, share, floor):
    scores = np.array(scores)
    positive = np.count_nonzero(scores)
    least, most = floor * len(scores), positive + floor * (len(scores) - positive)
    m = least + share * (most - least)
    q = sampling_probabilities(scores, min(m, most), floor=floor)
    assert q.sum() == pytest.approx(m, rel=1e-9)
    assert np.all((q >= floor * (1 - 1e-12)) & (q <= 1))
    between = (q > floor * (1 + 1e-9)) & (q < 1)
    if between.sum() > 1:
        factor = q[between] / scores[between]
        assert factor == pytest.approx(np.full(between.sum(), factor[0]), rel=1e-6)


def test_a_case_by_hand():
    # 8 : 2 : 2 with sum 2: the first is full, the other two share 1.
    assert list(sampling_probabilities([8, 2, 2], 2)) == [1, 0.5, 0.5]
    assert sampling_probabilities([4, 3, 3], 2) == pytest.approx([0.8, 0.6, 0.6])
    assert list(sampling_probabilities([5, 1e-300, 7], 3)) == [1, 1, 1]


@pytest.mark.parametrize(
    ("scores", "m", "floor", "says"),
    [
        ([1, 1, 0], 2.5, 0.0, "at most 2"),
        ([1, 1], 0, 0.0, "m must be"),
        ([1, 1], np.nan, 0.0, "m must be"),
        ([1, 1], True, 0.0, "m must be"),
        ([1, 1], "1", 0.0, "m must be"),
        ([1, 1], 1, "0", "floor must be"),
        ([1, 1], 1, 0j, "floor must be"),
        ([1, 1j], 1, 0.0, "scores must hold real numbers"),
        (np.array([1, 1j]), 1, 0.0, "scores must hold real numbers"),
        (["1", "1"], 1, 0.0, "scores must hold real numbers"),
        ([1e300, 1e-300, 0], 1.5, 0.0, "factor of at most 4e307"),
        ([1, 1], 1, -0.1, "floor must be"),
        ([1, 1, 1], 1, 0.5, "lower floor"),
        ([1, 0, 0], 2, 0.1, "raise floor"),
        ([1, -1], 1, 0.0, r"not be negative; got -1\.0 in entry 1"),
        ([1, 1], 10**400, 0.0, "m must be"),
        ([1, 1], 1, 10**400, "floor must be"),
        ([1, np.nan], 1, 0.0, "finite"),
        ([0, 0], 1, 0.0, "scores must not all be zero"),
        ([[1, 1]], 1, 0.0, r"shape \(any,\); got shape \(1, 2\)"),
        ([], 1, 0.0, "must have at least one entry"),
    ],
)
def test_bad_probabilities(scores, m, floor, says):
    with pytest.raises(ValueError, match=says):
        sampling_probabilities(scores, m, floor=floor)


def test_rows_are_kept_as_often_as_they_should():
    q = np.array([1.0, 0.5, 0.1, 0.9, 0.25])
    rng, trials = np.random.default_rng(0), 4000
    hits = np.zeros(5)
    for _ in range(trials):
        sample = sample_rows(np.ones((5, 1)), q, p=3, rng=rng)
        hits[sample.indices] += 1
        assert np.array_equal(sample.weights, q[sample.indices] ** (-1 / 3))
    # |z| < 5: a right sampler fails for one seed in a million.
    assert hits[0] == trials
    assert np.all(np.abs(hits - trials * q) < 5 * np.sqrt(trials * q * (1 - q)) + 1e-9)


def test_the_expectation_is_right():
    rng = np.random.default_rng(1)
    A, x, p = rng.standard_normal((40, 3)), rng.standard_normal(3), 1.5
    q = sampling_probabilities(leverage_scores(A), 10)
    full = np.sum(np.abs(A @ x) ** p)
    values = [np.sum(np.abs(sample_rows(A, q, p=p, rng=rng).apply(A) @ x) ** p) for _ in range(3000)]
    # The variance is known exactly; z = 5.
    deviation = np.sqrt(np.sum(np.abs(A @ x) ** (2 * p) * (1 / q - 1)) / 3000)
    assert abs(np.mean(values) - full) < 5 * deviation


def test_same_seed_same_rows_and_more_with_larger_probabilities():
    A = np.random.default_rng(0).standard_normal((200, 3))
    scores = leverage_scores(A)
    few, many = (sample_rows(A, sampling_probabilities(scores, m), p=2, rng=5) for m in (20, 60))
    again = sample_rows(A, sampling_probabilities(scores, 20), p=2, rng=5)
    assert np.array_equal(few.indices, again.indices)
    assert np.array_equal(few.weights, again.weights)
    assert set(few.indices) < set(many.indices)


def test_a_zero_row_may_have_probability_zero_and_no_other():
    A = [[1.0, 0], [0, 0], [0, 1]]
    q = sampling_probabilities(leverage_scores(A), 2)
    assert list(sample_rows(A, q, p=1, rng=0).indices) == [0, 2]
    with pytest.raises(ValueError, match=r"q\[2\] = 0, but row 2"):
        sample_rows(A, [1, 1, 0], p=1, rng=0)


@pytest.mark.parametrize("q", [[1, -0.1], [1, 1.1], [1, np.nan]])
def test_bad_q(q):
    with pytest.raises(ValueError, match=r"q must (lie in \(0, 1\]|be finite); got .* in entry 1"):
        sample_rows(np.eye(2), q, p=1, rng=0)
    with pytest.raises(ValueError, match=r"q must have shape \(3,\); got shape \(2,\)"):
        sample_rows(np.eye(3), q, p=1, rng=0)


def test_a_sample_applied_to_a_matrix():
    A = np.arange(12.0).reshape(4, 3)
    sample = Sample(np.array([1, 3]), np.array([2.0, 0.5]))
    scaled = np.array([2 * A[1], 0.5 * A[3]])
    assert np.array_equal(sample.apply(A), scaled)
    assert np.array_equal(sample.apply(A[:, 1]), scaled[:, 1])
    assert np.array_equal(sample.apply(scipy.sparse.csr_array(A)).toarray(), scaled)
    assert len(sample) == 2
    assert repr(sample) == "Sample(2 rows, weights from 0.5 to 2)"
    assert repr(Sample(np.array([], dtype=int), np.array([]))) == "Sample(no row)"
    lists = Sample([1, 3], [2.0, 0.5])
    assert repr(lists) == repr(sample)
    assert np.array_equal(lists.apply(A.tolist()), scaled)


@pytest.mark.parametrize(("A", "says"), [(5, "a vector"), (["a", "b"], "real"), ([None, 1], "real")])
def test_a_sample_is_applied_to_numbers_only(A, says):
    with pytest.raises(ValueError, match=says):
        Sample(np.array([0]), np.ones(1)).apply(A)


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
def test_root_leverage_sampling_has_the_right_size_and_expectation(p):
    rng = np.random.default_rng(2)
    A, x = rng.standard_normal((3000, 4)), rng.standard_normal(4)
    full = np.sum(np.abs(A @ x) ** p)
    ratios, sizes = [], []
    for _ in range(60):
        sample = root_leverage_sample(A, p, 150, rng=rng)
        assert len(np.unique(sample.indices)) == len(sample)
        ratios.append(np.sum(np.abs(sample.apply(A) @ x) ** p) / full)
        sizes.append(len(sample))
    # The spread is measured on the same 60 samples: |t| < 5.5 with 59 degrees of freedom, one in a million.
    assert abs(np.mean(ratios) - 1) < 5.5 * np.std(ratios, ddof=1) / np.sqrt(60)
    assert abs(np.mean(sizes) - 150) < 5 * np.sqrt(150 / 60) + 1


def test_the_sizes_of_the_rounds():
    # At p = 1 each round halves the logarithm of size / m; within a factor 2 the next round is the last.
    assert _next_size(1_000_000, 100.0, 1) == pytest.approx(10_000)
    assert _next_size(10_000, 100.0, 1) == pytest.approx(1000)
    assert _next_size(350, 100.0, 1) == 100
    assert _next_size(10_000, 100.0, 1.5) == pytest.approx(100 * 100**0.25)
    assert _next_size(10_000, 100.0, 2) == _next_size(10_000, 100.0, 3) == 100


def test_recursion_keeps_heavy_rows_that_one_round_would_lose():
    """One important row among many: its root leverage is small against the sum over the others."""
    A = np.zeros((4001, 2))
    A[:4000, 0], A[4000, 1] = 1.0, 1e-6
    for seed in range(20):
        assert 4000 in root_leverage_sample(A, 1, 30, rng=seed).indices


def test_root_leverage_sampling_at_the_edges():
    A = np.vstack([np.eye(3), np.zeros((2, 3))])
    kept = root_leverage_sample(A, 1, 4, rng=0)
    assert list(kept.indices) == [0, 1, 2]
    assert list(kept.weights) == [1, 1, 1]
    with pytest.raises(ValueError, match="at least 3, the rank"):
        root_leverage_sample(A, 1, 2, rng=0)
    with pytest.raises(ValueError, match="m must be a number above 0"):
        root_leverage_sample(A, 1, np.nan, rng=0)
    wild = np.random.default_rng(0).standard_normal((500, 3)) * 10.0 ** np.linspace(-12, 12, 500)[:, None]
    for p in (1, 2, 16):
        assert len(root_leverage_sample(wild, p, 40, rng=1)) > 3
    sparse = scipy.sparse.csr_array(wild)
    assert np.array_equal(
        root_leverage_sample(wild, 1, 40, rng=1).indices, root_leverage_sample(sparse, 1, 40, rng=1).indices
    )
