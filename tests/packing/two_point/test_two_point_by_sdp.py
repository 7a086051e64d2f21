"""The semidefinite programme in doubles, against the dual solution found by another method."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import jv

from mathlib.packing.two_point.by_sdp import cohn_elkies_sdp
from mathlib.packing.two_point.dual import continuation, density


@pytest.fixture(scope="module")
def eleven():
    return cohn_elkies_sdp(8, 11)


def optimum(n, degree):
    """The optimal value of this degree from Newton's method on the dual system, to about ten digits."""
    return next(density(n, t[0]) for m, t, _ in continuation(n, (degree + 1) // 4) if 4 * m - 1 == degree)


@pytest.mark.parametrize(
    ("n", "degree"), [(2, 7), (3, 11), (4, 15), (8, 3), (8, 11), (8, 15), (24, 7), (24, 11)]
)
def test_value_agrees_with_the_dual_solution(n, degree):
    assert cohn_elkies_sdp(n, degree).value == pytest.approx(optimum(n, degree), rel=1e-6)


def test_degree_3_in_dimension_8_by_hand():
    # The larger root of t^2 - 3 (a + 3) t + 2 (a + 2)(a + 3), a = n/2 - 1 = 3, is T.
    T = (18 + math.sqrt(18**2 - 240)) / 2
    result = cohn_elkies_sdp(8, 3)
    assert result.radius_squared_times_2pi == pytest.approx(T, abs=1e-3)
    assert result.value == pytest.approx((T / 8) ** 4 / 24, rel=1e-6)


def test_doubles_end_below_the_truth():
    result = cohn_elkies_sdp(8, 23)
    assert 1e-8 < 1 - result.value / optimum(8, 23) < 1e-4
    assert result.violation > 1e-12


def test_the_function_and_its_transform(eleven):
    def transform(y):
        return (
            2
            * math.pi
            * y**-3
            * quad(lambda x: eleven.f(x) * jv(3, 2 * math.pi * x * y) * x**4, 0, 8, limit=400)[0]
        )

    for y in (0.4, 1.1, 1.9):
        assert transform(y) == pytest.approx(float(eleven.f_hat(y)), abs=1e-9)
    assert eleven.f_hat(0.0) == pytest.approx(1, abs=1e-9)
    r = math.sqrt(eleven.radius_squared_times_2pi / (2 * math.pi))
    assert eleven.value == pytest.approx(math.pi**4 / 24 * (r / 2) ** 8 * eleven.f(0.0), rel=1e-6)
    assert eleven.f(np.linspace(r, 6, 500)).max() < 1e-8


def test_the_result_says_that_it_is_no_bound(eleven):
    assert "not a bound" in repr(eleven)
    assert not hasattr(eleven, "bound")
    assert 0 <= eleven.violation < 1e-8


def test_another_solver_agrees_roughly():
    assert cohn_elkies_sdp(4, 3, solver="SCS").value == pytest.approx(optimum(4, 3), rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 1, "degree": 7}, "n must be an integer from 2 to 48"),
        ({"n": 8, "degree": 8}, "degree must be .*odd"),
        ({"n": 8, "degree": 33}, "degree must be .*odd"),
        ({"n": 8, "degree": 7, "solver": "ABACUS"}, "solver must be 'CLARABEL' or "),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        cohn_elkies_sdp(**arguments)
