"""GaussianJL against the chi-square law. Fixed seeds; every statistical check states its false-alarm rate."""

import numpy as np
import pytest
from scipy import stats

from mathlib.jl import GaussianJL, jl_min_dim


@pytest.mark.parametrize("k", [1, 5, 40])
def test_squared_lengths_are_chi_square(k):
    """Orthogonal vectors have independent images, so one draw gives 4000 independent lengths.

    False alarm: 1e-6 for each k (Kolmogorov-Smirnov).
    """
    phi = GaussianJL(k, random_state=k).fit(np.zeros((1, 4000))).components_
    squares = k * (phi**2).sum(axis=0)
    assert stats.kstest(squares, stats.chi2(k).cdf).pvalue > 1e-6


def test_any_unit_vector_has_that_law():
    """The columns of an orthogonal matrix instead of the coordinate vectors. False alarm: 1e-6."""
    basis = stats.ortho_group.rvs(1000, random_state=0)
    images = GaussianJL(3, random_state=1).fit_transform(basis)
    assert stats.kstest(3 * (images**2).sum(axis=1), stats.chi2(3).cdf).pvalue > 1e-6


def test_failures_come_at_the_rate_that_jl_min_dim_counts_on():
    """At k = jl_min_dim(2, eps, delta) one vector fails with probability at most delta, at k - 1 above.

    20 000 independent vectors each; false alarm 1e-6 a side (binomial).
    """
    eps, delta, trials = 0.3, 0.1, 20_000
    k = jl_min_dim(2, eps, delta=delta)
    for dimension, alternative in [(k, "greater"), (k - 1, "less")]:
        phi = GaussianJL(dimension, random_state=0).fit(np.zeros((1, trials))).components_
        failures = int(np.sum(np.abs((phi**2).sum(axis=0) - 1) > eps))
        assert stats.binomtest(failures, trials, delta, alternative=alternative).pvalue > 1e-6
    # Far from k both tests would fail, so they are able to.
    phi = GaussianJL(k // 2, random_state=0).fit(np.zeros((1, trials))).components_
    failures = int(np.sum(np.abs((phi**2).sum(axis=0) - 1) > eps))
    assert stats.binomtest(failures, trials, delta, alternative="greater").pvalue < 1e-6


def test_components_follow_the_dtype_of_the_data():
    for given, kept in [(np.float32, np.float32), (np.float64, np.float64), (np.int8, np.float64)]:
        assert GaussianJL(2).fit(np.zeros((1, 9), dtype=given)).components_.dtype == kept
