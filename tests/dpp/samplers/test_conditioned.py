"""Conditioned and boosted designs: their laws on a finite set by enumeration, and what they promise.

A statistical test fails for a correct sampler with probability below 1e-6; the seeds are fixed.
"""

import itertools

import numpy as np
import pytest
from scipy.stats import chi2

from mathlib.dpp import (
    DiscreteBasis,
    Legendre,
    SamplingFailedError,
    TensorBasis,
    index_set,
    sample_boosted,
    sample_conditioned,
    sample_design,
    weighted_least_squares,
)
from mathlib.dpp.samplers.conditioned import _smallest_after_loss, smallest_eigenvalues

LINE = TensorBasis(Legendre(), index_set("total", 1, 4))


def enumerated(n=3):
    """A finite basis, and the probability and lambda_min(G) of all n-tuples of independent points."""
    rng = np.random.default_rng(0)
    basis = DiscreteBasis.from_columns(rng.standard_normal((4, 2)), rng.uniform(0.5, 2, 4))
    tuples = np.array(list(itertools.product(range(4), repeat=n)))
    shares = np.prod(basis.leverage[tuples] / 2, axis=1)
    rows = basis(tuples[..., None]) * np.sqrt(2 / basis.christoffel(tuples[..., None]))[..., None]
    smallest = np.linalg.eigvalsh(np.swapaxes(rows, 1, 2) @ rows / n)[:, 0]
    return basis, shares, smallest


def assert_counts(counts, expected):
    possible = expected > 1e-9
    assert counts[~possible].sum() == 0
    statistic = np.sum((counts - expected)[possible] ** 2 / expected[possible])
    assert statistic < chi2.isf(1e-6, possible.sum() - 1)


def test_conditioned_law_on_a_finite_set():
    basis, shares, smallest = enumerated()
    good = np.where(smallest >= 0.3, shares, 0)
    assert 0.1 < good.sum() < 0.9
    design = sample_conditioned(basis, 3, rng=1, size=10_000, delta=0.7)
    counts = np.bincount(np.ravel_multi_index(tuple(design.points[..., 0].T), (4, 4, 4)), minlength=64)
    assert_counts(counts, 10_000 * good / good.sum())
    tries = design.proposals  # geometric, of mean 1/P(S)
    p = good.sum()
    assert abs(tries.mean() - 1 / p) < 5 * np.sqrt((1 - p) / p**2 / len(tries))


def test_boosted_law_on_a_finite_set():
    """The largest of t independent values has the distribution function F^t."""
    basis, shares, smallest = enumerated()
    values, places = np.unique(smallest.round(9), return_inverse=True)
    distribution = np.cumsum(np.bincount(places, weights=shares))
    expected = np.diff(distribution**4, prepend=0)
    design = sample_boosted(basis, 3, rng=2, size=5000, tries=4)
    found = smallest_eigenvalues(basis, design).round(9)
    counts = np.bincount(np.searchsorted(values, found - 1e-8), minlength=len(values))
    assert_counts(counts, 5000 * expected)


@pytest.mark.parametrize("scheme", ["christoffel", "repeated_dpp", "volume_rescaled"])
def test_conditioned_keeps_its_promise(scheme):
    design = sample_conditioned(LINE, 20, rng=3, size=5, scheme=scheme, delta=0.4)
    fit = weighted_least_squares(LINE, design, np.ones((5, 20)))
    assert (fit.gram_eigenvalues[:, 0] >= 0.6).all()
    assert design.scheme == "conditioned"
    assert (design.weights == 5 / LINE.christoffel(design.points)).all()


def test_draws_do_not_depend_on_the_batch():
    for draw in (
        lambda size, rng: sample_conditioned(LINE, 15, rng=rng, size=size),
        lambda size, rng: sample_boosted(LINE, 8, rng=rng, size=size, tries=7, start=10),
    ):
        many, rng = draw(3, 11), np.random.default_rng(11)
        assert (draw(None, 11).points == many.points[0]).all()
        assert all((draw(None, rng).points == many.points[r]).all() for r in range(3))


def test_exhausted_tries_are_an_error():
    with pytest.raises(SamplingFailedError, match=r"none of 37 tries with n = 5 .* >= 0\.99"):
        sample_conditioned(LINE, 5, rng=0, delta=0.01, max_tries=37)


def test_boosted_finds_better_designs():
    """More tries never make the best one worse: the first tries are the same ones."""
    few = smallest_eigenvalues(LINE, sample_boosted(LINE, 10, rng=4, tries=5, size=1))[0]
    many = smallest_eigenvalues(LINE, sample_boosted(LINE, 10, rng=4, tries=50, size=1))[0]
    assert many >= few > 0


def test_smallest_eigenvalue_without_each_row():
    rows = np.random.default_rng(5).standard_normal((12, 4)) * np.array([1, 2, 3, 1e-3])
    direct = [np.linalg.eigvalsh(np.delete(rows, i, 0).T @ np.delete(rows, i, 0))[0] for i in range(12)]
    assert _smallest_after_loss(rows) == pytest.approx(direct, abs=1e-12)


def test_a_row_orthogonal_to_the_smallest_eigenvector():
    rows = np.array([[1.0, 0], [0, 1], [0, 1], [0, 0]])
    assert _smallest_after_loss(rows) == pytest.approx([0, 1, 1, 1])


def test_greedy_loss_is_the_best_single_loss():
    """From n + 1 to n points: no other choice leaves a larger smallest eigenvalue."""
    before = sample_boosted(LINE, 8, rng=6, tries=3)
    after = sample_boosted(LINE, 7, rng=6, tries=3, start=8)
    rows = LINE(before.points) * np.sqrt(before.weights)[:, None]
    options = [np.linalg.eigvalsh(np.delete(rows, i, 0).T @ np.delete(rows, i, 0) / 7)[0] for i in range(8)]
    found = weighted_least_squares(LINE, after, np.ones(7)).gram_eigenvalues[0]
    assert found == pytest.approx(max(options))
    assert {tuple(x) for x in after.points} < {tuple(x) for x in before.points}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sample_conditioned(LINE, 4, rng=0), "n must be an integer >= 5, the dimension"),
        (lambda: sample_conditioned(LINE, 10, rng=0, delta=1.0), "delta must be"),
        (lambda: sample_conditioned(LINE, 10, rng=0, scheme="dpp"), "scheme must be"),
        (lambda: sample_conditioned(LINE, 12, rng=0, scheme="repeated_dpp"), "multiple of m = 5"),
        (lambda: sample_conditioned(LINE, 12, rng=0, max_tries=0), "max_tries must be"),
        (lambda: sample_boosted(LINE, 4, rng=0), "n must be an integer >= 5, the dimension"),
        (lambda: sample_boosted(LINE, 8, rng=0, start=7), "start must be an integer >= 8"),
        (lambda: sample_boosted(LINE, 8, rng=0, tries=0), "tries must be"),
        (lambda: sample_design(LINE, "dpp", 6, rng=0), "must be m = 5"),
        (lambda: sample_design(LINE, "repeated_dpp", 6, rng=0), "multiple of m = 5"),
        (lambda: sample_design(LINE, "sparsified", 6, rng=0, size=2), "differ in length"),
        (lambda: sample_design(LINE, "best", 6, rng=0), "scheme must be"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
