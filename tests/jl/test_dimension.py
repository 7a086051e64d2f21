"""jl_min_dim against interval arithmetic, a search through every k, published and computed values."""

import math
from math import comb

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc, gammaincc
from sklearn.random_projection import johnson_lindenstrauss_min_dim

from mathlib.jl import jl_min_dim


def interval(eps, squared):
    """The interval that |Phi x|^2 / |x|^2 must not leave, as balls."""
    eps = flint.arb(eps)
    return (1 - eps, 1 + eps) if squared else ((1 - eps) ** 2, (1 + eps) ** 2)


def tails_in_balls(k, eps, squared):
    """P(chi2_k / k outside the interval) as a ball, in python-flint."""
    # Cancellation costs more bits the larger k is: raise the precision until the ball is small.
    for bits in [100, 400, 1600, 6400, 25600]:
        with flint.ctx.workprec(bits):
            half = flint.arb(k) / 2
            lower, upper = (edge * half for edge in interval(eps, squared))
            total = lower.gamma_lower(half, regularized=1) + upper.gamma_upper(half, regularized=1)
            if total.rel_accuracy_bits() > 50:
                return total
    raise AssertionError(f"no precision suffices for k={k}, eps={eps}")


def tails_by_series(k, eps, squared):
    """The same for large k, by two series of positive terms that fall at least like (1 - eps)^j.

    gamma(a, x) = x^a e^-x / a (1 + x/(a+1) + x^2/((a+1)(a+2)) + ...)
    Gamma(a, x) = x^(a-1) e^-x (1 + (a-1)/x + (a-1)(a-2)/x^2 + ...), cut where the terms vanish.
    """
    j = np.arange(1, int(45 / eps))
    with flint.ctx.workprec(200):
        a = flint.arb(k) / 2
        lower, upper = (edge * a for edge in interval(eps, squared))
        density = [float((a * x.log() - x - a.lgamma()).exp()) for x in (lower, upper)]
        a, lower, upper = float(a), float(lower), float(upper)
    below = density[0] / a * (1 + np.cumprod(lower / (a + j)).sum())
    above = density[1] / upper * (1 + np.cumprod((a - j) / upper).sum())
    return below + above


# Gaussian maps, delta = 0.1; computed independently in double precision.
@pytest.mark.parametrize(
    ("n_samples", "eps", "squared", "k"),
    [
        (1000, 0.1, True, 5525),
        (1000, 0.2, True, 1449),
        (1000, 0.5, True, 269),
        (10_000, 0.5, True, 364),
        (10_000, 0.5, False, 78),
    ],
)
def test_reference_values(n_samples, eps, squared, k):
    assert jl_min_dim(n_samples, eps, delta=0.1, squared=squared) == k


@settings(max_examples=60, deadline=None)
@given(
    n_samples=st.integers(2, 10**9),
    eps=st.floats(0.1, 0.98),
    delta=st.floats(1e-9, 0.99),
    squared=st.booleans(),
)
def test_k_is_smallest_in_ball_arithmetic(n_samples, eps, delta, squared):
    k = jl_min_dim(n_samples, eps, delta=delta, squared=squared)
    allowed = flint.arb(delta) / comb(n_samples, 2)
    # A tie within rounding is possible in principle and does not occur.
    assert tails_in_balls(k, eps, squared) <= allowed * (1 + 1e-10)
    assert k == 1 or tails_in_balls(k - 1, eps, squared) > allowed * (1 - 1e-10)


@pytest.mark.parametrize(("eps", "squared"), [(0.01, True), (0.01, False), (0.03, True), (0.1, True)])
@pytest.mark.parametrize("n_samples", [10, 1000, 10**9, 10**100])
def test_k_is_smallest_where_it_is_large(n_samples, eps, squared):
    k = jl_min_dim(n_samples, eps, delta=0.1, squared=squared)
    allowed = 0.1 / comb(n_samples, 2)
    assert tails_by_series(k, eps, squared) <= allowed < tails_by_series(k - 1, eps, squared)


def test_the_two_independent_routes_agree():
    balls = float(tails_in_balls(2000, 0.1, True))
    assert tails_by_series(2000, 0.1, True) == pytest.approx(balls, rel=1e-12)


@pytest.mark.parametrize("squared", [True, False])
def test_both_tails_together_fall_with_every_k(squared):
    """What the bisection rests on, for every k up to 600 and 200 values of eps."""
    k = np.arange(1, 601)[:, None]
    eps = np.linspace(0.004, 0.996, 200)
    lower, upper = (1 - eps, 1 + eps) if squared else ((1 - eps) ** 2, (1 + eps) ** 2)
    below, above = gammainc(k / 2, lower * k / 2), gammaincc(k / 2, upper * k / 2)
    total = below + above
    visible = total[:-1] > 1e-200
    assert np.all(np.diff(total, axis=0)[visible] < 0)
    assert np.all(np.diff(below, axis=0)[visible] <= 0)
    # The upper tail alone does not fall everywhere, so the check above is not idle.
    assert np.any(np.diff(above, axis=0) > 0)


def test_bisection_agrees_with_a_search_through_every_k():
    rng = np.random.default_rng(2)
    for _ in range(50):
        n_samples = int(rng.integers(2, 1000))
        eps, delta = rng.uniform(0.15, 0.99), rng.uniform(0.001, 0.999)
        k = np.arange(1, 3000)
        tails = gammainc(k / 2, (1 - eps) * k / 2) + gammaincc(k / 2, (1 + eps) * k / 2)
        assert jl_min_dim(n_samples, eps, delta=delta) == k[tails * comb(n_samples, 2) <= delta][0]


def test_k_of_two_degrees_of_freedom_by_hand():
    """chi2_2 / 2 is exponential with mean 1, so both tails are known in closed form."""
    eps = 0.5
    tails = 1 - math.exp(-(1 - eps)) + math.exp(-(1 + eps))
    assert jl_min_dim(2, eps, delta=tails * (1 + 1e-12)) == 2
    assert jl_min_dim(2, eps, delta=tails * (1 - 1e-12)) == 3


@pytest.mark.parametrize("n_samples", [10, 1000, 10**6])
@pytest.mark.parametrize("eps", [0.1, 0.3, 0.9])
def test_chernoff_with_its_hidden_delta_is_the_textbook_formula(n_samples, eps):
    k = jl_min_dim(n_samples, eps, delta=1 - 1 / n_samples, method="chernoff")
    # scikit-learn rounds down.
    assert k - 1 <= johnson_lindenstrauss_min_dim(n_samples, eps=eps) <= k


def test_chernoff_bound_of_distances_goes_through_squared_ones():
    """(1 - eps)^2 = 1 - eps (2 - eps), the nearer edge of the squared interval."""
    plain = jl_min_dim(1000, 0.3, delta=0.1, method="chernoff", squared=False)
    assert plain == jl_min_dim(1000, 0.3 * 1.7, delta=0.1, method="chernoff")


def test_textbook_formula_is_no_guarantee_at_small_delta():
    """scikit-learn's k knows no delta: for ten points the bound it leaves is above one in twenty."""
    textbook = int(johnson_lindenstrauss_min_dim(10, eps=0.1))
    assert textbook < jl_min_dim(10, 0.1, delta=0.05)
    assert comb(10, 2) * tails_in_balls(textbook, 0.1, True) > 0.05


@settings(max_examples=100, deadline=None)
@given(
    n_samples=st.integers(2, 10**12),
    eps=st.floats(0.01, 0.99),
    delta=st.floats(1e-6, 0.99),
    squared=st.booleans(),
)
def test_order_of_the_answers(n_samples, eps, delta, squared):
    k = jl_min_dim(n_samples, eps, delta=delta, squared=squared)
    assert k <= jl_min_dim(n_samples, eps, delta=delta, squared=squared, method="chernoff")
    assert k <= jl_min_dim(n_samples + 1, eps, delta=delta, squared=squared)
    assert k <= jl_min_dim(n_samples, eps, delta=delta / 2, squared=squared)
    assert k >= jl_min_dim(n_samples, min(eps * 1.05, 0.995), delta=delta, squared=squared)
    # Squared within eps implies not squared within eps.
    assert jl_min_dim(n_samples, eps, delta=delta, squared=False) <= jl_min_dim(n_samples, eps, delta=delta)


def test_unsquared_distances_need_a_quarter():
    ratio = jl_min_dim(10**5, 0.01, delta=0.1) / jl_min_dim(10**5, 0.01, delta=0.1, squared=False)
    assert ratio == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_samples": 1}, "n_samples must be an integer >= 2, the number of points; got 1"),
        ({"n_samples": 10.0}, "n_samples"),
        ({"n_samples": True}, "n_samples"),
        ({"eps": 0}, "eps must be a number strictly between 0 and 1"),
        ({"eps": 1.0}, "eps"),
        ({"eps": float("nan")}, "eps"),
        ({"eps": "0.1"}, "eps"),
        ({"eps": 0.0099}, 'Use method="chernoff"'),
        ({"delta": 0.0}, "delta must be a number strictly between 0 and 1"),
        ({"delta": 1}, "delta"),
        ({"delta": 1e-300}, 'Use method="chernoff"'),
        ({"n_samples": 10**400}, 'Use method="chernoff"'),
        ({"eps": 1e-200}, "eps must be at least 1e-100"),
        ({"eps": 1e-101, "method": "chernoff"}, "eps must be at least 1e-100"),
        ({"eps": 5e-324, "method": "classical"}, "eps must be at least 1e-100"),
        ({"squared": "no"}, "squared must be True"),
        ({"squared": 0}, "squared must be True"),
        ({"method": "exakt"}, "method must be 'exact' or 'chernoff' or 'classical'; got 'exakt'"),
    ],
)
def test_bad_input(arguments, message):
    arguments = {"n_samples": 100, "eps": 0.1, "delta": 0.1} | arguments
    with pytest.raises(ValueError, match=message):
        jl_min_dim(**arguments)


def test_numpy_numbers_are_accepted():
    assert jl_min_dim(np.int64(1000), np.float64(0.5), delta=np.float32(0.1), squared=np.True_) == 269


def test_the_smallest_eps_of_the_formulas():
    for method in ("chernoff", "classical"):
        assert 10**200 < jl_min_dim(10, 1e-100, delta=0.1, method=method) < 10**202


@pytest.mark.parametrize(("n_samples", "eps"), [(2, 0.9), (1000, 0.1), (10_000, 0.5), (10**9, 0.05)])
def test_classical_is_scikit_learns_number(n_samples, eps):
    theirs = johnson_lindenstrauss_min_dim(n_samples, eps=eps)
    assert jl_min_dim(n_samples, eps, delta=0.1, method="classical") == theirs
    assert jl_min_dim(n_samples, eps, delta=1e-9, method="classical") == theirs
