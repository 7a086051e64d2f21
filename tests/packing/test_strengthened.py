"""Bounds on spherical codes and the strengthened two-point bound against published numbers."""

import math

import numpy as np
import pytest
from scipy.special import eval_genlaguerre

from mathlib.packing import published_bounds
from mathlib.packing.spherical_codes import _Program, gegenbauer, spherical_code_number
from mathlib.packing.strengthened import strengthened_two_point_bound


@pytest.mark.parametrize(("n", "degree", "least"), [(3, 5, 12), (4, 5, 24), (8, 5, 240)])
def test_code_numbers_are_above_the_kissing_numbers(n, degree, least):
    assert least * (1 - 1e-4) < spherical_code_number(n, 0.5, degree=degree) < 1.1 * least


def test_the_orthoplex_is_found():
    """2n points with cosines at most 0; the bound is sharp. (Rankin 1955)"""
    assert spherical_code_number(5, 0.0, degree=3) == pytest.approx(10, rel=1e-4)


def test_integers_of_numpy_are_integers():
    found = spherical_code_number(np.int64(5), np.int8(0), degree=np.int16(3))
    assert found == spherical_code_number(5, 0.0, degree=3)


def test_it_falls_with_the_degree():
    values = [spherical_code_number(4, 0.5, degree=d) for d in (3, 4, 6)]
    assert values[0] > values[1] > values[2] > 24


@pytest.mark.slow
def test_degree_10_is_just_above_the_published_number_of_degree_11():
    # 24.10550859: Mittelmann and Vallentin, High-accuracy semidefinite programming bounds for kissing
    # numbers (2010). The optimum falls with the degree.
    assert 24.1055 < spherical_code_number(4, 0.5, degree=10) < 24.15


def test_the_kernels_are_positive_on_codes():
    """Sums of S_k over triples of points of the sphere are positive semidefinite (Bachoc, Vallentin 2008)."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((7, 4))
    points /= np.linalg.norm(points, axis=1)[:, None]
    gram = points @ points.T
    program = _Program(4, 0.99, 4)
    i, j, k = np.indices((7, 7, 7)).reshape(3, -1)
    total = program.kernel_rows(gram[i, j], gram[i, k], gram[j, k]).sum(axis=0)
    from mathlib.packing.interior_point import svec_matrix

    for start, m in program.places[1:]:
        matrix = (svec_matrix(m) @ total[start : start + m * (m + 1) // 2]).reshape(m, m)
        assert np.linalg.eigvalsh(matrix)[0] > -1e-9 * np.abs(matrix).max()


def test_gegenbauer_polynomials_of_the_sphere_in_space():
    u = np.linspace(-1, 1, 9)
    assert gegenbauer(3, 3, u)[3] == pytest.approx((5 * u**3 - 3 * u) / 2)  # Legendre


@pytest.fixture(scope="module")
def four():
    return strengthened_two_point_bound(4, degree=21, code_degree=5)


def test_dimension_4_lies_between_the_three_point_and_the_two_point_bound(four):
    row = published_bounds()[3]
    assert float(row.three_point) < four.value < float(row.cohn_elkies)


@pytest.mark.slow
def test_dimension_4_reaches_the_published_number():
    published = float(published_bounds()[3].strengthened_two_point)
    assert strengthened_two_point_bound(4, code_degree=9).value == pytest.approx(published, abs=2e-4)


def test_the_function_satisfies_the_conditions(four):
    j = np.arange(len(four.coefficients))

    def f(x, sign=1.0):
        w = 2 * np.pi * x**2 * (four.scale if sign > 0 else 1 / four.scale)
        values = eval_genlaguerre(j[:, None], 1, w)
        return (four.coefficients * sign**j) @ values * np.exp(-w / 2)

    assert f(np.zeros(1), -1.0)[0] * four.scale**-2 == pytest.approx(1, abs=1e-9)
    assert f(np.linspace(0, 4, 3001), -1.0).min() > -1e-6
    inner = 1.0
    for outer, _, height in four.shells:
        assert f(np.linspace(inner, outer, 101)).max() <= height + 1e-6
        inner = outer
    assert f(np.linspace(inner, 5, 3001)).max() < 1e-6
    total = f(np.zeros(1))[0]
    counts = [0, *(count for _, count, _ in four.shells)]
    total += sum(h * (b - a) for (_, _, h), a, b in zip(four.shells, counts, counts[1:], strict=False))
    assert four.value == pytest.approx(math.pi**2 / 32 * total, rel=1e-8)


def test_the_shells_pay_off(four):
    assert [count for _, count, _ in four.shells] == sorted(count for _, count, _ in four.shells)
    assert four.shells[0][1] in (24, 25)
    assert four.shells[0][2] > 1e-3
    assert "not a proved bound" in repr(four)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        *(
            (lambda n=n: strengthened_two_point_bound(n), "n must be an integer from 3 to 9")
            for n in (2, 4.0, True)
        ),
        (lambda: strengthened_two_point_bound(4, degree=20), "degree must be odd; got 20"),
        (lambda: strengthened_two_point_bound(4, degree=7), "degree must be an integer from 9 to 41"),
        (
            lambda: strengthened_two_point_bound(4, code_degree=11),
            "code_degree must be an integer from 2 to 10",
        ),
        (lambda: spherical_code_number(2, 0.5), "n must be an integer from 3"),
        (lambda: spherical_code_number(True, 0.5), "n must be an integer from 3"),
        *(
            (lambda s=s: spherical_code_number(3, s), "s must be a number above -1 and below 1")
            for s in (1.0, -1, "x", math.nan, True, None)
        ),
        (lambda: spherical_code_number(4, 0.5, degree=1), "degree must be an integer from 2 to 10"),
        (lambda: spherical_code_number(4, 0.5, degree=11), "degree must be an integer from 2 to 10"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
