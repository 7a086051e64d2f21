"""The exact constants against published numbers, closed forms, direct sums and simulations."""

import itertools

import numpy as np
import pytest

from mathlib.dpp import (
    Chebyshev,
    Design,
    DiscreteBasis,
    Hermite,
    Laguerre,
    Legendre,
    TensorBasis,
    expected_gram_deviation,
    index_set,
    linear_statistic_variance,
    runge,
    sample_dpp,
)
from mathlib.dpp.samplers.constants import fourth_power_integral


def line(m, family=None):
    return TensorBasis(family or Legendre(), np.arange(m)[:, None])


def finite(N=7, m=3):
    rng = np.random.default_rng(1)
    return DiscreteBasis.from_columns(rng.standard_normal((N, m)), rng.random(N) + 0.2)


def subset_law(basis):
    """Every m-subset of the candidates with its probability: the law itself, by determinants."""
    rows = np.sqrt(basis.weights)[:, None] * basis.Phi
    for subset in itertools.combinations(range(len(rows)), basis.m):
        yield np.array(subset), np.linalg.det(rows[list(subset)]) ** 2


def deviation(basis, numbers):
    design = Design(numbers[:, None], basis.m / basis.christoffel(numbers[:, None]), "dpp")
    rows = np.sqrt(design.weights / design.n)[:, None] * basis(design.points)
    return np.sum((rows.T @ rows - np.eye(basis.m)) ** 2)


@pytest.mark.parametrize(("m", "value"), [(5, 3.6591641070), (10, 6.9864446944)])
def test_numbers_from_an_independent_computation(m, value):
    """Legendre, by another program, to ten digits."""
    assert fourth_power_integral(line(m)) == pytest.approx(value, abs=6e-11)


@pytest.mark.parametrize("family", [Hermite(), Laguerre()], ids=repr)
def test_unbounded_lines_against_a_plain_sum(family):
    """The double integral by the trapezium rule, in x or in sqrt(x) = t where dx = 2 t dt."""
    t = np.linspace(-16, 16, 3001) if family == Hermite() else np.linspace(0, 10, 3001)
    x, slope = (t, 1.0) if family == Hermite() else (t**2, 2 * t)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) if family == Hermite() else np.exp(-x)
    phi, masses = family(x, 7), density * slope * (t[1] - t[0])
    K, k = phi @ phi.T, np.sum(phi**2, axis=1)
    exact = masses @ (K**4 / np.outer(k, k)) @ masses
    assert fourth_power_integral(line(8, family)) == pytest.approx(exact, rel=1e-5)


def test_two_polynomials_by_hand():
    """phi = (1, x), arcsine law: with x = cos s, K^4 / (k k) integrated over a fine periodic grid."""
    s = 2 * np.pi * (np.arange(400) + 0.5) / 400
    x, y = np.cos(s)[:, None], np.cos(s)[None, :]
    exact = np.mean((1 + 2 * x * y) ** 4 / ((1 + 2 * x * x) * (1 + 2 * y * y)))
    assert fourth_power_integral(line(2, Chebyshev())) == pytest.approx(exact, rel=1e-9)


def test_a_finite_law_is_summed_over_all_subsets():
    basis = finite()
    law = list(subset_law(basis))
    assert sum(p for _, p in law) == pytest.approx(1)
    mean = sum(p * deviation(basis, subset) for subset, p in law)
    assert expected_gram_deviation(basis, "dpp", basis.m) == pytest.approx(mean, rel=1e-10)

    def f(X):
        return np.cos(X[:, 0]) + 0.1 * X[:, 0]

    sums = np.array([f(subset[:, None]).sum() for subset, _ in law])
    shares = np.array([p for _, p in law])
    variance = shares @ sums**2 - (shares @ sums) ** 2
    assert linear_statistic_variance(basis, f) == pytest.approx(variance, rel=1e-10)


def test_independent_points_of_a_finite_law_are_summed_over_all_tuples():
    basis = finite(5, 2)
    shares = basis.leverage / basis.m
    mean = sum(
        np.prod(shares[list(numbers)]) * deviation(basis, np.array(numbers))
        for numbers in itertools.product(range(5), repeat=3)
    )
    assert expected_gram_deviation(basis, "christoffel", 3) == pytest.approx(mean, rel=1e-10)


def test_volume_rescaled_points_of_a_finite_law_are_summed_over_all_tuples():
    """Directly from the density det G, without knowing that they are a process and independent points."""
    basis = finite(5, 2)
    shares, total, mean, variance = basis.leverage / basis.m, 0.0, 0.0, np.zeros(2)
    for numbers in itertools.product(range(5), repeat=3):
        X = np.array(numbers)
        rows = np.sqrt(basis.m / basis.christoffel(X[:, None]) / 3)[:, None] * basis.Phi[X]
        weight = np.prod(shares[X]) * np.linalg.det(rows.T @ rows)
        total += weight
        mean += weight * deviation(basis, X)
        variance += weight * np.cos(X).sum() ** np.array([1, 2])
    assert total == pytest.approx(3 * 2 / 3**2)  # n! / ((n - m)! n^m)
    assert expected_gram_deviation(basis, "volume_rescaled", 3) == pytest.approx(mean / total, rel=1e-10)
    exact = linear_statistic_variance(basis, lambda X: np.cos(X[:, 0]), "volume_rescaled", 3)
    assert exact == pytest.approx(variance[1] / total - (variance[0] / total) ** 2, rel=1e-10)


def test_the_gain_tends_to_two_thirds_on_a_line_and_shrinks_with_the_dimension():
    """(m - I4) / (m - 1) tends to 1/3, and to 1 - (2/3)^d on full tensor spaces."""
    losses = [(m - fourth_power_integral(line(m))) / (m - 1) for m in (10, 40, 160)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == pytest.approx(1 / 3, abs=2e-4)
    for d in (2, 3):
        basis = TensorBasis(Legendre(), index_set("tensor", d, 39))
        loss = (basis.m - fourth_power_integral(basis)) / (basis.m - 1)
        assert loss == pytest.approx(1 - (2 / 3) ** d, abs=0.02)


def test_a_product_space_is_the_product_of_its_factors():
    """The grid in two variables, forced by a different order of the same indices, agrees with the product."""
    basis = TensorBasis([Legendre(), Chebyshev()], index_set("tensor", 2, 2))
    product = fourth_power_integral(line(3)) * fourth_power_integral(line(3, Chebyshev()))
    assert fourth_power_integral(basis) == pytest.approx(product, rel=1e-9)
    points, weights = basis.gauss(40)
    phi = basis(points)
    K, k = phi @ phi.T, np.sum(phi**2, axis=1)
    assert weights @ (K**4 / np.outer(k, k)) @ weights == pytest.approx(product, rel=1e-8)


@pytest.mark.parametrize("family", [Legendre(), Hermite(), Laguerre()], ids=repr)
def test_the_variance_of_the_sum_is_an_entry_of_the_jacobi_matrix(family):
    """sum x_i is a trace, and tr A(x^2) - |A(x)|^2 = off_m^2 (m for Hermite, m^2 for Laguerre)."""
    for m in (1, 4, 9):
        exact = family._jacobi_matrix(m + 1)[1][m - 1] ** 2
        assert linear_statistic_variance(line(m, family), lambda X: X[:, 0]) == pytest.approx(exact, rel=1e-8)


def test_schemes_add_up():
    basis, n = line(4), 12

    def f(X):
        return np.exp(X[:, 0])

    one = linear_statistic_variance(basis, f)
    single = linear_statistic_variance(basis, f, "christoffel", 4) / 4
    assert linear_statistic_variance(basis, f, "repeated_dpp", n) == pytest.approx(3 * one)
    assert linear_statistic_variance(basis, f, "volume_rescaled", n) == pytest.approx(one + 8 * single)
    assert expected_gram_deviation(basis, "repeated_dpp", n) == pytest.approx(
        expected_gram_deviation(basis, "dpp", 4) / 3
    )
    assert expected_gram_deviation(basis, "volume_rescaled", 4) == pytest.approx(
        expected_gram_deviation(basis, "dpp", 4)
    )


@pytest.mark.parametrize("scale", [1e-150, 1e-7, 1e-3, 1.0, 1e150])
def test_variances_do_not_depend_on_units_or_an_offset(scale):
    """A fixed tolerance would take any two small numbers for the same, and large offsets hide what varies."""
    exact = linear_statistic_variance(line(5), runge, nodes=400)
    for f in (runge, lambda X: 1e4 + runge(X)):
        variance = linear_statistic_variance(line(5), lambda X, f=f: scale * f(X))
        assert variance / scale**2 == pytest.approx(exact, rel=1e-7)
    with pytest.raises(ValueError, match="not converged"):
        linear_statistic_variance(line(5), lambda X: scale * np.abs(X[:, 0] - 0.3))


@pytest.mark.parametrize("scale", [1e-170, 1e160])
@pytest.mark.filterwarnings("error")
def test_variances_beyond_doubles_are_refused(scale):
    with pytest.raises(ValueError, match="overflows, or vanishes"):
        linear_statistic_variance(line(5), lambda X: scale * runge(X))
    assert linear_statistic_variance(line(5), lambda X: np.full(len(X), scale)) == 0


def test_nodes_may_be_given_for_functions_with_a_jump():
    basis = line(5)

    def step(X):
        return (X[:, 0] > 0).astype(float)

    with pytest.raises(ValueError, match="not converged"):
        linear_statistic_variance(basis, step)
    exact = linear_statistic_variance(basis, step, nodes=1000)
    counts = step(sample_dpp(basis, rng=0, size=4000).points.reshape(-1, 1)).reshape(4000, 5).sum(axis=1)
    squares = (counts - 2.5) ** 2
    # 5 standard errors: false alarm one in two million. The number in a half varies less than 5/4.
    assert abs(squares.mean() - exact) < 5 * squares.std() / 4000**0.5
    assert exact < 0.4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: expected_gram_deviation(line(3), "dpp", 4), "n must be m = 3"),
        (lambda: expected_gram_deviation(line(3), "repeated_dpp", 7), "a multiple of m = 3"),
        (lambda: expected_gram_deviation(line(3), "christoffel", 2), "n must be an integer >= 3"),
        (lambda: expected_gram_deviation(line(3), "boosted", 6), "scheme must be"),
        (lambda: expected_gram_deviation(3, "dpp", 3), "basis must be"),
        (lambda: linear_statistic_variance(line(3), lambda X: X), r"f\(X\) must have shape \(12,\)"),
        (lambda: linear_statistic_variance(line(3), lambda X: np.log(X[:, 0] - 2)), "finite"),
        (lambda: linear_statistic_variance(line(3), lambda X: X[:, 0], nodes=0), "nodes must be"),
        (
            lambda: fourth_power_integral(TensorBasis(Legendre(), index_set("total", 6, 2))),
            "not converged",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in log")
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
