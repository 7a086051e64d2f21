"""FastJL: its factors exactly, its variance by enumeration and by simulation, its density."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.linalg import hadamard

from mathlib.jl import FastJL, fast_jl_density
from mathlib.jl.maps import fast, walsh

BOTH = pytest.mark.parametrize("entries", ["rademacher", "normal"])


def row_variance(x, q, entries, d):
    """k Var |Phi x|^2 for unit x and padded length d: the formula under test."""
    spread = (3 - 2 * sum(value**4 for value in x)) / d
    return 2 + ((1 / q - 3) if entries == "rademacher" else 3 * (1 / q - 1)) * spread


@BOTH
@pytest.mark.parametrize("n_features", [1, 2, 5, 8, 33])
def test_the_map_is_the_product_of_its_factors(entries, n_features):
    k = max(1, n_features // 2)
    fitted = FastJL(k, density=0.4, entries=entries, random_state=0).fit(np.zeros((1, n_features)))
    d = fitted.projection_.shape[1]
    assert d == 2 ** math.ceil(math.log2(n_features))
    padded = np.eye(d)[:, :n_features] * fitted.signs_
    matrix = fitted.scale_ * fitted.projection_.toarray() @ hadamard(d) @ padded
    np.testing.assert_allclose(fitted.as_linear_operator() @ np.eye(n_features), matrix, atol=1e-13)


def test_signs_and_sizes_of_the_entries():
    fitted = FastJL(16, density=0.25, random_state=0).fit(np.zeros((1, 60)))
    assert fitted.signs_.dtype == np.int8
    assert set(fitted.signs_) == {-1, 1}
    # P / sqrt(k) / sqrt(d) with P = +-1/sqrt(q), and d = 64 after padding.
    assert set(fitted.projection_.data) == {-1.0, 1.0}
    assert fitted.scale_ == pytest.approx((0.25 * 16 * 64) ** -0.5, rel=1e-15)


def test_density_one_is_a_dense_matrix():
    fitted = FastJL(8, density=1, entries="normal", random_state=0).fit(np.zeros((1, 64)))
    assert fitted.projection_.nnz == 8 * 64


@pytest.mark.parametrize("q", [0.003, 0.3])
def test_entries_are_independent_bernoulli(q):
    """False alarm: 1e-6 for the number (binomial), 2e-6 each for rows and columns (chi-square)."""
    fitted = FastJL(250, density=q, random_state=1).fit(np.zeros((1, 512)))
    filled = fitted.projection_.toarray() != 0
    assert stats.binomtest(int(filled.sum()), filled.size, q).pvalue > 1e-6
    for counts, trials in [(filled.sum(axis=0), 250), (filled.sum(axis=1), 512)]:
        statistic = np.sum((counts - trials * q) ** 2) / (trials * q * (1 - q))
        pvalue = stats.chi2(counts.size).sf(statistic)
        assert 1e-6 < pvalue < 1 - 1e-6


def test_normal_entries_are_normal():
    """False alarm: 1e-6 (Kolmogorov-Smirnov)."""
    fitted = FastJL(64, density=0.5, entries="normal", random_state=1).fit(np.zeros((1, 64)))
    values = fitted.projection_.data
    assert stats.kstest(values, stats.norm.cdf).pvalue > 1e-6


def test_places_of_successes_at_the_edges():
    rng = np.random.default_rng(0)
    assert np.array_equal(fast._successes(rng, 1000, 1.0), np.arange(1000))
    assert fast._successes(rng, 10**12, 1e-300).size == 0
    places = fast._successes(rng, 10**6, 0.01)
    assert np.all(np.diff(places) > 0)
    assert 0 <= places[0] < places[-1] < 10**6


@pytest.mark.parametrize("q", [Fraction(1), Fraction(1, 2), Fraction(1, 5)])
@pytest.mark.parametrize("x", [(1, 0, 0, 0), (Fraction(3, 5), 0, Fraction(4, 5), 0), (Fraction(1, 2),) * 4])
def test_variance_formula_by_enumeration(q, x):
    """One row of P with random signs, d = 4: all 2^4 diagonals, all 3^4 rows, in fractions."""
    mean = second = Fraction(0)
    for diagonal in product([1, -1], repeat=4):
        spread = hadamard(4) @ np.multiply(diagonal, x)  # 2 u, since H = hadamard(4) / 2
        for row in product([0, 1, -1], repeat=4):
            probability = math.prod(q / 2 if entry else 1 - q for entry in row) / 16
            square = Fraction(sum(r * u for r, u in zip(row, spread, strict=True))) ** 2 / (4 * q)
            mean += probability * square
            second += probability * square**2
    assert mean == 1
    assert second - 1 == row_variance(x, q, "rademacher", 4)


@pytest.mark.parametrize(
    ("entries", "variance"), [("normal", 0.3191), ("rademacher", 0.2691)]
)  # d = 64, k = 8, q = 5/64, x = e_1; computed independently
def test_variance_formula_at_reference_values(entries, variance):
    assert row_variance((1,), 5 / 64, entries, 64) / 8 == pytest.approx(variance, abs=5e-5)


@BOTH
@pytest.mark.parametrize(("d", "q"), [(4, 1.0), (4, 0.5), (32, 0.25), (32, 1 / 32)])
@pytest.mark.parametrize("shape", ["coordinate", "two", "flat"])
def test_mean_and_variance_of_the_draws(entries, d, q, shape):
    """600 draws with k = d; the rows of one draw are averaged, so that the 600 values are independent.

    False alarm: |z| < 5, about 1e-5 for each case given the skew of the statistic.
    """
    weights = {"coordinate": [1.0], "two": [0.6, 0.8], "flat": [d**-0.5] * d}[shape]
    x = np.pad(weights, (0, d - len(weights)))
    draws = np.empty((600, d))
    for seed in range(len(draws)):
        fitted = FastJL(d, density=q, entries=entries, random_state=seed).fit(np.zeros((1, d)))
        draws[seed] = d * fitted.transform(x[None])[0] ** 2
    for sample, mean in [(draws, 1), ((draws - 1) ** 2, row_variance(x, q, entries, d))]:
        sample = sample.mean(axis=1)
        deviation = sample.std(ddof=1) / math.sqrt(sample.size)
        assert abs(sample.mean() - mean) < 5 * deviation + 1e-12


def test_variance_of_the_whole_length_is_that_of_a_row_over_k():
    """Rows are uncorrelated given the signs. 3000 draws; |z| < 5, false alarm about 1e-5."""
    d, k, q = 16, 4, 0.2
    x = np.full(d, d**-0.5)
    errors = np.empty(3000)
    for seed in range(errors.size):
        fitted = FastJL(k, density=q, random_state=seed).fit(np.zeros((1, d)))
        errors[seed] = np.sum(fitted.transform(x[None]) ** 2) - 1
    squares = errors**2
    z = (squares.mean() - row_variance(x, q, "rademacher", d) / k) / (squares.std() / math.sqrt(squares.size))
    assert abs(z) < 5


@pytest.mark.parametrize("buffer", [1, 100, 2**10])
def test_the_batch_does_not_change_a_bit(monkeypatch, buffer):
    X = np.random.default_rng(0).standard_normal((50, 100))
    fitted = FastJL(20, random_state=0).fit(X)
    images = fitted.transform(X)
    monkeypatch.setattr(walsh, "_BUFFER", buffer)
    assert np.array_equal(fitted._project_plain(X), images)


@BOTH
def test_default_density(entries):
    """q = min(1, lambda log2(C(n, 2) / delta) / D) with lambda = 2 for signs and 6 for normal entries."""
    fitted = FastJL(20, delta=0.01, entries=entries, random_state=0).fit(np.zeros((500, 3000)))
    hits = {"rademacher": 2, "normal": 6}[entries]
    assert fitted.density_ == pytest.approx(hits * math.log2(500 * 499 / 2 / 0.01) / 4096, rel=1e-12)
    assert fitted.density_ == fast_jl_density(3000, 500, delta=0.01, entries=entries)
    assert fast_jl_density(4, 500, delta=0.01, entries=entries) == 1


def test_sparse_without_signs_and_hadamard_would_fail_here():
    """The sparse factor alone misses some coordinate vectors entirely; the whole map keeps them all."""
    fitted = FastJL(64, density=0.02, random_state=0).fit(np.zeros((1, 1024)))
    alone = np.linalg.norm(fitted.projection_.toarray() * fitted.scale_ * math.sqrt(1024), axis=0) ** 2
    whole = np.sum(fitted.transform(np.eye(1024)) ** 2, axis=1)
    assert np.mean(alone == 0) > 0.2
    assert np.all(np.abs(whole - 1) < 0.9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"density": 0}, 'density must be a number with 0 < q <= 1, "auto" or "ailon-chazelle"; got 0'),
        ({"density": 1.01}, "density"),
        ({"density": True}, "density"),
        ({"density": Fraction(1, 10**400)}, "density must be a number"),
        ({"density": float("nan")}, "density"),
        ({"density": "sparse"}, "density"),
        ({"entries": "gaussian"}, "entries must be 'rademacher' or 'normal'; got 'gaussian'"),
    ],
)
def test_bad_parameters(arguments, message):
    with pytest.raises(ValueError, match=message):
        FastJL(3, **arguments).fit(np.zeros((1, 50)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_features": 0}, "n_features must be an integer >= 1"),
        ({"n_samples": 1}, "n_samples must be an integer >= 2"),
        ({"delta": 0}, "delta"),
        ({"entries": "sign"}, "entries"),
    ],
)
def test_bad_input_of_the_density(arguments, message):
    arguments = {"n_features": 100, "n_samples": 10, "delta": 0.1} | arguments
    with pytest.raises(ValueError, match=message):
        fast_jl_density(**arguments)


def test_the_older_density_grows_with_the_square_of_the_logarithm():
    """lambda = ln(1/delta_pair) whatever the entries, instead of a constant."""
    fitted = FastJL(20, delta=0.01, density="ailon-chazelle", random_state=0).fit(np.zeros((500, 3000)))
    trials = 500 * 499 / 2 / 0.01
    assert fitted.density_ == pytest.approx(math.log(trials) * math.log2(trials) / 4096, rel=1e-12)
    assert fitted.density_ == fast_jl_density(3000, 500, delta=0.01, analysis="ailon-chazelle")
    with pytest.raises(ValueError, match="analysis"):
        fast_jl_density(3000, 500, delta=0.01, analysis="older")
