"""The fit: against NumPy's solver, the average of interpolants, and the exact identities of its error."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.dpp import (
    DegenerateGramError,
    Design,
    DiscreteBasis,
    Hermite,
    Legendre,
    TensorBasis,
    gram_eigenvalues,
    index_set,
    l2_projection,
    runge,
    sample_christoffel,
    sample_repeated_dpp,
    sample_volume_rescaled,
    weighted_least_squares,
)

BASIS = TensorBasis(Legendre(), index_set("total", 2, 2))


def wave(X):
    return np.exp(X[..., 0] - 0.5 * X[..., 1]) + np.cos(3 * X[..., 1])


def random_basis(N, m, seed=0):
    rng = np.random.default_rng(seed)
    return DiscreteBasis.from_columns(rng.standard_normal((N, m)), rng.uniform(0.5, 2, N))


def test_fit_solves_the_weighted_problem():
    design = sample_christoffel(BASIS, 20, rng=1)
    y = wave(design.points)
    fit = weighted_least_squares(BASIS, design, y)
    roots = np.sqrt(design.weights)
    other = np.linalg.lstsq(BASIS(design.points) * roots[:, None], y * roots, rcond=None)[0]
    assert fit.coef == pytest.approx(other, rel=1e-11)
    phi = BASIS(design.points)
    gram = (phi.T * design.weights) @ phi / 20
    eigenvalues = np.linalg.eigvalsh(gram)
    assert fit.gram_eigenvalues == pytest.approx(eigenvalues, rel=1e-11)
    assert fit.condition == pytest.approx(eigenvalues[-1] / eigenvalues[0])
    assert gram_eigenvalues(BASIS, design) == pytest.approx(eigenvalues, rel=1e-11)
    few = Design(design.points[:4], design.weights[:4], "given")
    assert gram_eigenvalues(BASIS, few)[:2].tolist() == [0, 0]


def test_fit_is_the_average_of_interpolants():
    """Over all m-subsets S, with the weights det(phi_S)^2 prod w_S: a second route to the same fit."""
    basis = TensorBasis(Legendre(), index_set("total", 1, 2))
    design = sample_christoffel(basis, 7, rng=3)
    phi, y = basis(design.points), runge(design.points)
    total, average = 0.0, np.zeros(3)
    for subset in itertools.combinations(range(7), 3):
        rows = list(subset)
        share = np.linalg.det(phi[rows]) ** 2 * np.prod(design.weights[rows])
        total += share
        average += share * np.linalg.solve(phi[rows], y[rows])
    fit = weighted_least_squares(basis, design, y)
    assert fit.coef == pytest.approx(average / total, rel=1e-9)


def test_error_is_best_error_plus_what_the_points_add():
    """|u - u^|^2 = |g|^2 + |G^{-1} e|^2 with e = (1/n) sum w phi g, and the left side by quadrature."""
    best = l2_projection(BASIS, wave, 30)
    design = sample_volume_rescaled(BASIS, 9, rng=5)
    fit = weighted_least_squares(BASIS, design, wave(design.points))
    points, weights = BASIS.gauss(30)
    direct = weights @ (wave(points) - fit.predict(points)) ** 2
    phi = BASIS(design.points)
    g = wave(design.points) - phi @ best.coef
    gram = (phi.T * design.weights) @ phi / 9
    added = np.linalg.solve(gram, phi.T @ (design.weights * g) / 9)
    assert direct == pytest.approx(best.error**2 + added @ added, rel=1e-10)
    assert direct == pytest.approx(best.squared_error(fit.coef), rel=1e-10)


def test_polynomials_of_the_space_are_found_exactly():
    coef = np.arange(1.0, 7.0)
    for sampler in (sample_christoffel, sample_volume_rescaled):
        design = sampler(BASIS, 8, rng=2)
        fit = weighted_least_squares(BASIS, design, BASIS(design.points) @ coef)
        assert fit.coef == pytest.approx(coef, rel=1e-9)


def test_many_functions_and_many_designs_at_once():
    designs = sample_repeated_dpp(BASIS, 2, rng=0, size=3)
    y = np.stack([wave(designs.points), designs.points[..., 0]], axis=-1)
    together = weighted_least_squares(BASIS, designs, y)
    X = np.random.default_rng(0).uniform(-1, 1, (4, 5, 2))
    predicted = together.predict(X)
    assert together.coef.shape == (3, 6, 2)
    assert predicted.shape == (3, 4, 5, 2)
    assert together.condition.shape == together.quasi_optimality.shape == (3,)
    for r in range(3):
        for q in range(2):
            one = weighted_least_squares(BASIS, designs[r], y[r, :, q])
            assert together.coef[r, :, q] == pytest.approx(one.coef, rel=1e-9, abs=1e-12)
            assert predicted[r, :, :, q] == pytest.approx(one.predict(X), rel=1e-9, abs=1e-12)
            assert together.gram_eigenvalues[r] == pytest.approx(one.gram_eigenvalues)
    single = weighted_least_squares(BASIS, designs, y[..., 0])
    assert single.predict(X) == pytest.approx(predicted[..., 0])
    assert single.coef.shape == (3, 6)


def test_volume_sampling_of_m_candidates_loses_the_factor_m_plus_one():
    """E |u - u^|^2 = (1 + m) |u - Pu|^2 and E u^ = Pu, summed exactly over all subsets of 7 candidates."""
    basis = random_basis(7, 3)
    u = np.random.default_rng(1).standard_normal(7)
    best = l2_projection(basis, lambda X: u[X[:, 0]], None)
    subsets = np.array(list(itertools.combinations(range(7), 3)))[:, :, None]
    designs = Design(subsets, 3 / basis.christoffel(subsets), "given")
    fits = weighted_least_squares(basis, designs, u[subsets[..., 0]])
    masses = np.prod(basis.weights[subsets[..., 0]], axis=1)
    shares = np.linalg.det(basis(subsets)) ** 2 * masses
    assert shares.sum() == pytest.approx(1)
    assert shares @ fits.coef == pytest.approx(best.coef, rel=1e-9)
    assert shares @ best.squared_error(fits.coef) == pytest.approx(4 * best.error**2, rel=1e-9)


def test_volume_sampling_of_more_candidates_is_unbiased():
    """All 4^3 tuples with the density n^m (n - m)! / n! det G: E u^ = Pu, exactly."""
    basis = random_basis(4, 2, seed=2)
    u = np.array([1.0, -2.0, 0.5, 3.0])
    best = l2_projection(basis, lambda X: u[X[:, 0]], None)
    tuples = np.array(list(itertools.product(range(4), repeat=3)))[:, :, None]
    tuples = tuples[[len(set(row.ravel())) > 1 for row in tuples]]
    fits = weighted_least_squares(
        basis, Design(tuples, 2 / basis.christoffel(tuples), "given"), u[tuples[..., 0]]
    )
    density = 3**2 * math.factorial(1) / math.factorial(3) * fits.gram_eigenvalues.prod(axis=1)
    shares = density * np.prod(basis.leverage[tuples[..., 0]] / 2, axis=1)
    assert shares.sum() == pytest.approx(1)
    assert shares @ fits.coef == pytest.approx(best.coef, rel=1e-10)


@given(seed=st.integers(0, 10**6), n=st.integers(6, 15))
@settings(max_examples=25, deadline=None)
def test_the_constant_of_quasi_optimality_is_a_bound(seed, n):
    """Among values of at most 1 at the points, no fit is longer than C - 1."""
    rng = np.random.default_rng(seed)
    design = sample_christoffel(BASIS, n, rng=rng)
    roots = np.sqrt(design.weights)[:, None]
    worst = np.linalg.svd(BASIS(design.points) * roots)[0][:, 5]
    values = np.stack([np.sign(worst), rng.uniform(-1, 1, n), rng.choice([-1.0, 1.0], n)], axis=1)
    fit = weighted_least_squares(BASIS, design, values)
    assert (np.linalg.norm(fit.coef, axis=0) <= (fit.quasi_optimality - 1) * (1 + 1e-9)).all()


def test_the_constant_of_quasi_optimality_is_attained():
    """One function, phi = 1: |u^| is the weighted mean of values 1, so C = 1 + 1."""
    basis = TensorBasis(Legendre(), [[0]])
    fit = weighted_least_squares(basis, Design([[0.1], [0.2]], [1.0, 3.0], "given"), [1.0, 1.0])
    assert fit.quasi_optimality == pytest.approx(2)
    candidates = DiscreteBasis(np.full((4, 1), 0.5))
    fit = weighted_least_squares(candidates, Design([[0], [1]], [4.0, 4.0], "given"), [1.0, 1.0])
    assert fit.quasi_optimality == pytest.approx(4)  # |1| = 2, twice


def test_sobol_indices_of_a_fit():
    basis = TensorBasis(Hermite(), index_set("total", 3, 2))
    design = sample_volume_rescaled(basis, 12, rng=0)
    X = design.points
    sobol = weighted_least_squares(basis, design, 5 + 2 * X[:, 0] + X[:, 0] * X[:, 2]).sobol_indices()
    assert sobol.mean == pytest.approx(5)
    assert sobol.variance == pytest.approx(5)
    assert sobol.first == pytest.approx([0.8, 0, 0], abs=1e-12)
    assert sobol.total == pytest.approx([1, 0, 0.2], abs=1e-12)


NINE = sample_volume_rescaled(BASIS, 9, rng=5)
PLANE = TensorBasis(Legendre(), index_set("total", 2, 3))
TWENTY = sample_volume_rescaled(PLANE, 20, rng=0)


@pytest.mark.parametrize("value", [5.0, 0.1, -1e12, 1e308, 1e-300, 0.0])
def test_a_constant_is_fitted_exactly_and_has_no_sobol_indices(value):
    fit = weighted_least_squares(PLANE, TWENTY, np.full(20, value))
    assert fit.coef.tolist() == [value] + [0.0] * 9
    with pytest.raises(ValueError, match="constant up to rounding"):
        fit.sobol_indices()
    noisy = value * (1 + 1e-15 * np.random.default_rng(0).standard_normal(20))
    with pytest.raises(ValueError, match=r"constant up to rounding|overflows"):
        weighted_least_squares(PLANE, TWENTY, noisy).sobol_indices()


def test_one_constant_output_does_not_disturb_the_others():
    values = np.stack([np.full(20, 5.0), wave(TWENTY.points), 1e12 + wave(TWENTY.points)], axis=1)
    alone = weighted_least_squares(PLANE, TWENTY, values[:, 1]).sobol_indices()
    both = weighted_least_squares(PLANE, TWENTY, values).sobol_indices()
    assert np.isnan(both.first[:, 0]).all()
    assert both.first[:, 1] == pytest.approx(alone.first, rel=1e-10)
    # The doubles near 1e12 are 1.2e-4 apart: the indices have about four digits, and not fewer.
    assert both.first[:, 2] == pytest.approx(alone.first, abs=1e-3)
    assert both.mean[2] == pytest.approx(1e12 + alone.mean, abs=1e-3)


def test_the_shift_by_a_constant_changes_nothing_for_a_batch_or_without_the_constant():
    designs = sample_volume_rescaled(PLANE, 20, rng=1, size=3)
    y = wave(designs.points)
    fit = weighted_least_squares(PLANE, designs, y)
    assert weighted_least_squares(PLANE, designs, y[..., None]).coef[..., 0] == pytest.approx(
        fit.coef, rel=1e-12
    )
    odd = TensorBasis(Legendre(), [[1, 0], [0, 1]])
    for basis, found in ((PLANE, fit.coef[1]), (odd, weighted_least_squares(odd, designs[1], y[1]).coef)):
        roots = np.sqrt(designs.weights[1])
        direct = np.linalg.lstsq(basis(designs.points[1]) * roots[:, None], y[1] * roots, rcond=None)[0]
        assert found == pytest.approx(direct, rel=1e-10)


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e30, 1e200])
def test_the_scale_of_the_weights_is_free(scale):
    scaled = Design(NINE.points, NINE.weights * scale, "given")
    fit = weighted_least_squares(BASIS, scaled, wave(NINE.points))
    usual = weighted_least_squares(BASIS, NINE, wave(NINE.points))
    assert fit.coef == pytest.approx(usual.coef, rel=1e-10)
    assert fit.quasi_optimality == pytest.approx(usual.quasi_optimality)
    flat = Design(np.tile(NINE.points[:5], (2, 1)), np.full(10, scale), "given")
    with pytest.raises(DegenerateGramError):
        weighted_least_squares(BASIS, flat, np.ones(10))


def test_overflow_is_an_error():
    huge = Design(NINE.points, np.full(9, 1e308), "given")
    for design, y in ((NINE, np.where(np.arange(9) < 5, 1.7e308, -1.7e308)), (huge, np.ones(9))):
        with pytest.raises(ValueError, match="the fit overflows"):
            weighted_least_squares(BASIS, design, y)
        with pytest.raises(ValueError, match="eigenvalues overflow"):
            gram_eigenvalues(BASIS, Design(NINE.points, np.full(9, 1.7e308), "given"))
    heavy = DiscreteBasis.from_columns(np.eye(4, 2) + 1, np.full(4, 1e200))
    with pytest.raises(ValueError, match="the projection overflows"):
        l2_projection(heavy, lambda X: np.full(4, 1e300), 4)
    with pytest.raises(ValueError, match="the squared error overflows"):
        l2_projection(BASIS, wave, 8).squared_error(np.full(6, 1e200))
    fit = weighted_least_squares(BASIS, NINE, 1e308 * NINE.points[:, 0] ** 2)
    assert fit.predict([[1, 1]]) == pytest.approx([1e308])
    with pytest.raises(ValueError, match="values overflow"):
        dataclasses.replace(fit, coef=np.full(6, 1e308)).predict([[1, 1]])


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_projections_do_not_depend_on_units(scale):
    usual, best = l2_projection(BASIS, wave, 8), l2_projection(BASIS, lambda X: scale * wave(X), 8)
    assert best.coef / scale == pytest.approx(usual.coef, abs=1e-14)
    assert best.error / scale == pytest.approx(usual.error)


def test_predictions_that_would_fill_the_memory_are_refused():
    many = weighted_least_squares(BASIS, NINE, np.ones((9, 10**6)))
    with pytest.raises(ValueError, match=r"array of values .* GiB .* pass X in parts"):
        many.predict(np.zeros((10**6, 2)))


def test_squared_errors_need_coefficients_of_the_same_space():
    best = l2_projection(BASIS, wave, 8)
    assert best.squared_error(np.stack([best.coef, best.coef + 1])) == pytest.approx(best.error**2 + [0, 6])
    for coef in (best.coef[:-1], 1.0, np.ones((6, 2))):
        with pytest.raises(ValueError, match=r"coef must have shape \(..., 6\)"):
            best.squared_error(coef)


def test_projection_minimises_the_error():
    """Any other coefficients do worse, by exactly their squared distance (Pythagoras, by quadrature)."""
    best = l2_projection(BASIS, wave, 25)
    points, weights = BASIS.gauss(25)
    other = best.coef + 0.1
    error = weights @ (wave(points) - BASIS(points) @ other) ** 2
    assert error == pytest.approx(best.error**2 + 0.06, rel=1e-10)
    both = l2_projection(BASIS, lambda X: np.stack([wave(X), X[:, 0]], axis=1), 25)
    assert both.coef[:, 0] == pytest.approx(best.coef)
    assert both.error == pytest.approx([best.error, 0], abs=1e-12)


def test_one_line_says_what_was_fitted():
    design = sample_volume_rescaled(BASIS, 9, rng=5)
    text = repr(weighted_least_squares(BASIS, design, np.ones(9)))
    assert text.startswith("Fit(m=6, n=9, volume_rescaled: eigenvalues of G in [")
    designs = sample_volume_rescaled(BASIS, 9, rng=5, size=2)
    assert repr(weighted_least_squares(BASIS, designs, np.ones((2, 9)))).startswith("Fit(2 fits, m=6")


@pytest.mark.parametrize(
    ("design", "y", "message"),
    [
        (Design(NINE.points[:5], NINE.weights[:5], "given"), np.ones(5), "n must be an integer >= 6"),
        (NINE, np.ones(8), r"shape \(9,\) or \(9, q\); got shape \(8,\)"),
        (NINE, np.ones((9, 2, 2)), "shape"),
        (NINE, np.ones((9, 0)), "shape"),
        (NINE, np.where(np.arange(9) < 2, np.nan, 1), "y must be finite; got 2 values"),
        (NINE, np.full(9, np.inf), "y must be finite; got 9 values"),
        (Design(NINE.points[:, :1], NINE.weights, "given"), np.ones(9), r"shape \(..., 2\)"),
    ],
)
def test_bad_input_is_refused(design, y, message):
    with pytest.raises(ValueError, match=message):
        weighted_least_squares(BASIS, design, y)


def test_a_degenerate_gram_matrix_is_refused():
    """Five distinct points cannot determine six coefficients, however often they are repeated."""
    points, weights = np.tile(NINE.points[:5], (2, 1)), np.tile(NINE.weights[:5], 2)
    with pytest.raises(DegenerateGramError, match=r"n = 10 points \(given\)"):
        weighted_least_squares(BASIS, Design(points, weights, "given"), np.ones(10))
    good = sample_volume_rescaled(BASIS, 10, rng=0)
    batch = Design(np.stack([points, good.points]), np.stack([weights, good.weights]), "given")
    with pytest.raises(DegenerateGramError, match="1 of 2 designs"):
        weighted_least_squares(BASIS, batch, np.ones((2, 10)))


def test_sobol_indices_need_multi_indices_and_one_design():
    candidates = random_basis(6, 2)
    design = sample_volume_rescaled(candidates, 3, rng=0)
    with pytest.raises(ValueError, match="TensorBasis"):
        weighted_least_squares(candidates, design, [1.0, 2.0, 3.0]).sobol_indices()
    designs = sample_volume_rescaled(BASIS, 9, rng=5, size=2)
    with pytest.raises(ValueError, match="batch"):
        weighted_least_squares(BASIS, designs, np.ones((2, 9))).sobol_indices()
