"""The exact failure probabilities, against the chi-square law, brute force and simulation."""

import itertools
import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from scipy.linalg import hadamard
from scipy.special import gammainc, gammaincc

from mathlib.jl import FastJL, fast_jl_failure, fast_jl_variance, flat_failure_probability
from mathlib.jl.theory import tails

KINDS = ["normal", "rademacher"]


@pytest.mark.parametrize(
    ("k", "eps"), [(1, 0.5), (2, 0.5), (3, 0.9), (32, 0.5), (256, 0.2), (1000, 0.5), (3000, 0.1), (100, 0.01)]
)
def test_with_every_coordinate_met_it_is_the_chi_square_law(k, eps):
    exact = gammainc(k / 2, (1 - eps) * k / 2) + gammaincc(k / 2, (1 + eps) * k / 2)
    assert flat_failure_probability(64, 1.0, k, eps) == pytest.approx(exact, rel=1e-10)


def test_reference_values():
    """Values of the project's mathematical notes, computed there by inversion along the imaginary axis."""
    assert flat_failure_probability(7, 1.0, 32, 0.5) == pytest.approx(0.0426311050, abs=5e-11)
    assert flat_failure_probability(7, 1.0, 256, 0.2) == pytest.approx(0.0236337990, abs=5e-11)
    for mean, value in [(2, 0.1608), (6, 0.1039), (20, 0.0833)]:
        assert fast_jl_failure(0, 256, mean / 256, 24, 0.5) == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("m", "q", "k", "eps"), [(2, 0.5, 2, 0.5), (3, 0.3, 2, 0.6), (4, 0.7, 1, 0.4), (1, 1.0, 3, 0.5)]
)
def test_signs_agree_with_a_sum_over_all_patterns(m, q, k, eps):
    expected = 0.0
    for steps in itertools.product((-1, 0, 1), repeat=m * k):
        rows = np.reshape(steps, (k, m)).sum(axis=1)
        probability = math.prod(q / 2 if step else 1 - q for step in steps)
        expected += probability * (abs((rows**2).sum() / (q * m * k) - 1) > eps + 1e-12)
    assert flat_failure_probability(m, q, k, eps, entries="rademacher") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("entries", KINDS)
@pytest.mark.parametrize(
    ("m", "q", "k", "eps"),
    [
        (16, 0.1, 3, 0.5),
        (64, 0.05, 10, 0.4),
        (256, 6 / 256, 24, 0.5),
        (3, 0.2, 2, 0.6),
        (1000, 0.01, 100, 0.25),
    ],
)
def test_simulated_row_sums_agree(m, q, k, eps, entries):
    """|z| < 5 over 10 cases: false-alarm rate below 1e-5."""
    rng = np.random.default_rng(1)
    met = rng.binomial(m, q, (40_000, k))
    if entries == "normal":
        squares = met * rng.standard_normal(met.shape) ** 2
    else:
        squares = (2.0 * rng.binomial(met, 0.5) - met) ** 2
    fails = np.abs(squares.sum(axis=1) / (q * m * k) - 1) > eps + 1e-12
    p = flat_failure_probability(m, q, k, eps, entries=entries)
    assert abs(fails.mean() - p) < 5 * math.sqrt(p * (1 - p) / len(fails))


@pytest.mark.parametrize("entries", KINDS)
@pytest.mark.parametrize("level", [0, 1, 2])
def test_hard_vectors_through_the_transform_itself(level, entries):
    """2000 maps each; |z| < 5 over 6 cases: false-alarm rate below 1e-5."""
    d, k, density, eps = 64, 12, 0.08, 0.5
    x = np.zeros((1, d))
    x[0, : 2**level] = 2 ** (-level / 2)
    rng = np.random.default_rng(2)
    maps = (FastJL(k, density=density, entries=entries, random_state=rng) for _ in range(2000))
    fails = [abs(np.sum(phi.fit_transform(x) ** 2) - 1) > eps + 1e-12 for phi in maps]
    p = fast_jl_failure(level, d, density, k, eps, entries=entries)
    assert abs(np.mean(fails) - p) < 5 * math.sqrt(p * (1 - p) / len(fails))


def test_the_flatness_that_the_hard_vectors_rest_on():
    """Over all signs on 2^l coordinates: on which share of the coordinates |H D x_l| is constant."""
    for level, shares in [(0, {1.0}), (1, {0.5}), (2, {0.25, 1.0})]:
        found = []
        for signs in itertools.product((-1, 1), repeat=2**level):
            image = np.abs(hadamard(16)[:, : 2**level] @ signs)
            assert len(set(image[image > 0])) == 1
            found.append(np.mean(image > 0))
        assert set(found) == shares
        assert level < 2 or found.count(0.25) == len(found) // 2
    image = np.abs(hadamard(16)[:, :8] @ [1, 1, 1, 1, 1, 1, 1, -1])
    assert len(set(image)) > 1


@pytest.mark.parametrize("entries", KINDS)
def test_tails_far_out_keep_their_digits(entries):
    """Doubling k doubles the logarithm of a small tail, up to ln(k)."""
    values = [
        flat_failure_probability(4096, 10 / 4096, k, 0.25, entries=entries) for k in (500, 1000, 2000, 4000)
    ]
    assert all(0 < b < a for a, b in itertools.pairwise(values))
    exponents = -np.log(values)
    assert exponents[3] / exponents[2] == pytest.approx(2, rel=0.06)
    assert values[3] < 1e-20


def test_more_density_never_hurts_a_flat_vector():
    values = [flat_failure_probability(128, q, 40, 0.4) for q in (0.02, 0.05, 0.1, 0.3, 1.0)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("entries", KINDS)
def test_variance_against_all_sign_matrices_and_the_flat_law(entries):
    """For x = e_1 every H D x is flat, so the variance follows from the row sums alone."""
    d, k, q = 16, 3, 0.3
    b = np.arange(d + 1)
    p = np.array([math.comb(d, int(n)) * q**n * (1 - q) ** (d - n) for n in b])
    fourth = 3 * p @ b**2 if entries == "normal" else p @ (3 * b**2 - 2 * b)
    expected = (fourth / (q * d) ** 2 - 1) / k
    assert fast_jl_variance(np.eye(d)[0], k, q, entries) == pytest.approx(expected, rel=1e-12)
    assert fast_jl_variance(3 * np.eye(d)[0], k, q, entries) == pytest.approx(81 * expected, rel=1e-12)


def test_variance_of_a_spread_vector_by_simulation():
    """Bounded fourth powers; 4000 maps, |z| < 5: false-alarm rate below 1e-6."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((1, 32))
    x /= np.linalg.norm(x)
    maps = (FastJL(8, density=0.15, random_state=rng) for _ in range(4000))
    squares = np.array([np.sum(phi.fit_transform(x) ** 2) for phi in maps])
    deviations = (squares - 1) ** 2
    error = deviations.std() / math.sqrt(len(deviations))
    assert abs(deviations.mean() - fast_jl_variance(x[0], 8, 0.15)) < 5 * error


def test_variance_of_large_and_small_vectors():
    """Fourth powers of 1e100 are beyond the doubles, those of 1e-100 below; their quotients are not."""
    x = np.array([3.0, -1.0, 2.0, 0.5])
    plain = fast_jl_variance(x, 3, 0.4)
    assert fast_jl_variance(x * 2.0**250, 3, 0.4) * 2.0**-1000 == pytest.approx(plain, rel=1e-14)
    assert fast_jl_variance(x * 2.0**-260, 3, 0.4) * 2.0**1000 == pytest.approx(plain * 2.0**-40, rel=1e-6)
    assert fast_jl_variance(np.zeros(4), 3, 0.4) == 0
    assert fast_jl_variance(np.float16([6e4, 6e4]), 3, 1.0, "normal") == pytest.approx(8 / 3 * 6e4**4)
    with pytest.raises(OverflowError, match="scale x down"):
        fast_jl_variance([1e200, 1.0], 1, 0.5)


def test_variance_at_a_density_whose_inverse_is_beyond_the_doubles():
    assert fast_jl_variance([0.0, 0.0], 1, 1e-310) == 0
    # r = 1, d = 2: the variance is (2 + (1 / q - 3) / 2) / k
    assert fast_jl_variance([1.0, 0.0], 10**5, 1e-310) == pytest.approx(5e304, rel=1e-10)
    with pytest.raises(OverflowError, match="larger density"):
        fast_jl_variance([1.0, 0.0], 1, 1e-310)


@pytest.mark.parametrize("entries", KINDS)
def test_many_coordinates_of_which_few_are_met(entries):
    """Met numbers are all but Poisson; differences of log-factorials of 10^8 would leave six digits."""
    mean, k, eps = 10.0, 20, 0.5
    values = [flat_failure_probability(m, mean / m, k, eps, entries=entries) for m in (10**5, 10**6, 10**8)]
    # The difference from the limit falls like 1 / m.
    assert (values[2] - values[1]) / (values[2] - values[0]) == pytest.approx(0.1, rel=0.02)


def test_probabilities_of_met_coordinates_have_their_digits():
    with flint.ctx.workprec(200):
        for m, q in [(10, 0.3), (4096, 0.01), (10**6, 1e-5), (10**6, 0.5), (10**9, 1e-8)]:
            b, log_p = tails._met(m, q)
            for i in range(0, len(b), max(1, len(b) // 7)):
                n, p = flint.arb(m), flint.arb(q)
                exact = (
                    (n + 1).lgamma()
                    - flint.arb(int(b[i]) + 1).lgamma()
                    - flint.arb(m - int(b[i]) + 1).lgamma()
                )
                exact += int(b[i]) * p.log() + (m - int(b[i])) * (1 - p).log()
                assert log_p[i] == pytest.approx(float(exact), abs=1e-11 * math.sqrt(len(b)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flat_failure_probability(10**9, 0.5, 3, 0.1), r"q \(1 - q\) m may be at most 1,000,000"),
        (lambda: flat_failure_probability(10**9, 0.5, 3, 0.1, entries="rademacher"), "at most 100,000"),
        (lambda: flat_failure_probability(64, 0.5, 10**6, 0.1, entries="rademacher"), "at most 16,777,216"),
        (lambda: flat_failure_probability(4, "half", 3, 0.1), "density must be a number"),
        (lambda: flat_failure_probability(4, True, 3, 0.1), "density must be a number"),
        (lambda: fast_jl_failure(1, 64, None, 3, 0.1), "density must be a number"),
        (lambda: fast_jl_failure(True, 64, 0.5, 3, 0.1), "level must be an integer from 0 to 2"),
        (lambda: fast_jl_variance([1.0], 1, "a"), "density must be a number"),
        (lambda: fast_jl_variance([1.0], 1, math.nan), "density must be a number"),
        (lambda: fast_jl_variance([1.0], 1, Fraction(1, 10**400)), "density must be a number"),
        (lambda: fast_jl_failure(np.True_, 64, 0.5, 3, 0.1), "level must be an integer from 0 to 2"),
        (lambda: fast_jl_failure(np.arange(2), 64, 0.5, 3, 0.1), "level must be an integer from 0 to 2"),
        (lambda: fast_jl_variance([1.0, 2j], 3, 0.5), "x must hold real numbers; got entries of"),
        (lambda: fast_jl_variance(["1", "2"], 3, 0.5), "x must hold real numbers"),
        (lambda: fast_jl_variance([None, 2], 3, 0.5), "x must hold real numbers; got None"),
        (lambda: flat_failure_probability(0, 0.5, 3, 0.1), "m must be an integer from 1 to 9007199254740992"),
        (lambda: flat_failure_probability(2**62, 1, 3, 0.1), "m must be an integer from 1 to"),
        (lambda: flat_failure_probability(10, 0.5, 10**12, 1e-9), "k must be an integer from 1 to 100000000"),
        (lambda: flat_failure_probability(4, 0.0, 3, 0.1), "density"),
        (lambda: flat_failure_probability(4, 0.5, 3, 1.5), "eps"),
        (lambda: flat_failure_probability(4, 0.5, 3, 0.1, entries="uniform"), "entries"),
        (lambda: fast_jl_failure(3, 64, 0.5, 3, 0.1), "level"),
        (lambda: fast_jl_failure(1, 48, 0.5, 3, 0.1), "power of two"),
        (lambda: fast_jl_variance(np.ones(3), 3, 0.5), "power of two"),
        (lambda: fast_jl_variance([1.0, math.nan], 3, 0.5), "finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
