"""Polynomials of one variable against SciPy's, their measures, squares and random matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.integrate import cumulative_simpson

from mathlib.dpp import Chebyshev, Hermite, Jacobi, Laguerre, Legendre, TensorBasis, sample_christoffel
from mathlib.dpp.bases.families import Family

FAMILIES = [Legendre(), Chebyshev(), Jacobi(1.5, -0.25), Jacobi(0.5, -0.5), Hermite(), Laguerre()]
BETA_LAWS = FAMILIES[:4]
LARGE = [Jacobi(540, 540), Jacobi(1000, 1000), Jacobi(1000, -0.5), Jacobi(0, 1000)]


def from_square(family, k, n, rng):
    """n points of density phi_k^2: the Christoffel density of the space of phi_k alone."""
    return sample_christoffel(TensorBasis(family, [[k]]), n, rng=rng).points[:, 0]


def by_scipy(family, x, k):
    """phi_k(x) from SciPy's polynomials and the textbook norms."""
    if isinstance(family, Jacobi):
        a, b = family.alpha, family.beta
        one = 2.0 ** (a + b + 1) * special.beta(a + 1, b + 1)
        norm = 2.0 ** (a + b + 1) / (2 * k + a + b + 1)
        norm *= special.gamma(k + a + 1) * special.gamma(k + b + 1)
        norm /= special.gamma(k + a + b + 1) * special.factorial(k)
        return special.eval_jacobi(k, a, b, x) * np.sqrt(one / norm)
    if isinstance(family, Hermite):
        return special.eval_hermitenorm(k, x) / np.sqrt(special.factorial(k))
    return (-1) ** k * special.eval_laguerre(k, x)


def density(family, x):
    if isinstance(family, Jacobi):
        return stats.beta.pdf((x + 1) / 2, family.beta + 1, family.alpha + 1) / 2
    return stats.norm.pdf(x) if isinstance(family, Hermite) else stats.expon.pdf(x)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_the_recurrence_gives_scipys_polynomials(family, k):
    x = np.linspace(-0.95, 0.95, 7) if family in BETA_LAWS else np.linspace(0.1, 6, 7)
    np.testing.assert_allclose(family(x, 12)[:, k], by_scipy(family, x, k), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_gauss_rules_integrate_monomials_and_polynomials_are_orthonormal(family):
    nodes, weights = family.gauss(20)
    phi = family(nodes, 19)
    np.testing.assert_allclose(phi.T @ (weights[:, None] * phi), np.eye(20), atol=1e-9)
    if isinstance(family, Jacobi):
        law = stats.beta(family.beta + 1, family.alpha + 1, loc=-1, scale=2)
    else:
        law = stats.norm() if isinstance(family, Hermite) else stats.expon()
    for power in (1, 2, 3, 4):
        assert weights @ nodes**power == pytest.approx(law.moment(power), abs=1e-10)
    sample = family.sample_measure(2000, rng=1)
    assert stats.kstest(sample, law.cdf).pvalue > 1e-6  # false alarm one in a million, seed fixed


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
@pytest.mark.parametrize("degree", [3, 40])
def test_the_fine_rules_see_squares_times_smooth_functions(family, degree):
    """Orthonormality, and cos(x) times a square against many more nodes of the same rule."""
    nodes, weights = family._fine_rule(400, degree)
    phi = family(nodes, degree)
    np.testing.assert_allclose(phi.T @ (weights[:, None] * phi), np.eye(degree + 1), atol=1e-10)
    more, masses = family._fine_rule(700, degree)
    other = masses @ (np.cos(more) * family(more, degree)[:, degree] ** 2)
    assert weights @ (np.cos(nodes) * phi[:, degree] ** 2) == pytest.approx(other, abs=1e-10)


@pytest.mark.parametrize("family", BETA_LAWS + LARGE, ids=repr)
def test_the_rejection_sampler_accepts_with_a_probability(family):
    """Its bound must not be exceeded, for any degree: Bernstein; Erdelyi, Magnus and Nevai."""
    t = np.linspace(1e-6, np.pi - 1e-6, 20_001)
    _, right, left, logarithm = family._sampling_code(60)
    values = family(np.cos(t), 60)
    logarithms = right * np.log(2 * np.sin(t / 2) ** 2) + left * np.log(2 * np.cos(t / 2) ** 2)
    shares = np.exp(logarithm + logarithms)
    assert (shares[:, None] * values**2).max() <= 1 + 1e-12
    # ... and its mean over proposals is 1 / bound, so that accepted points have the right density.
    mean = (shares[:, None] * values**2)[:, 1:].mean(axis=0)
    np.testing.assert_allclose(mean, 1 / family._bound(), rtol=1e-3)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
@pytest.mark.parametrize("k", [0, 1, 7, 40])
def test_squares_have_the_density_phi_squared(family, k):
    if family in BETA_LAWS:
        t = np.linspace(0, np.pi, 100_001)
        grid = -np.cos(t)
        inside = np.clip(grid, -1 + 1e-14, 1 - 1e-14)
        slope = family(inside, k)[:, k] ** 2 * density(family, inside) * np.sin(t)
        cdf = cumulative_simpson(slope, x=t, initial=0)
    else:
        grid = np.linspace(-30, 30, 60_001) if isinstance(family, Hermite) else np.linspace(0, 320, 60_001)
        cdf = cumulative_simpson(family(grid, k)[:, k] ** 2 * density(family, grid), x=grid, initial=0)
    assert cdf[-1] == pytest.approx(1, abs=1e-4)
    sample = from_square(family, k, 5000, rng=k)
    assert stats.kstest(sample, lambda x: np.interp(x, grid, cdf)).pvalue > 1e-6  # false alarm 1e-6 each


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_the_random_matrix_has_the_mean_and_the_variance_of_its_trace(family):
    """The trace is sum x_i: mean tr A, variance tr A(x^2) - |A(x)|^2 = off_m^2, for the Jacobi matrix A."""
    m, draws, rng = 6, 6000, np.random.default_rng(5)
    traces = np.array([family._random_matrix(m, rng)[0].sum() for _ in range(draws)])
    diag, off = family._jacobi_matrix(m + 1)
    assert abs(traces.mean() - diag[:m].sum()) < 5 * traces.std() / draws**0.5
    spread = (traces - diag[:m].sum()) ** 2
    assert abs(spread.mean() - off[m - 1] ** 2) < 5 * spread.std() / draws**0.5


@given(st.floats(-0.5, 4), st.floats(-0.5, 4), st.integers(1, 15))
@settings(max_examples=30, deadline=None)
def test_all_jacobi_parameters_give_orthonormal_polynomials(alpha, beta, degree):
    assert TensorBasis(Jacobi(alpha, beta), np.arange(degree + 1)[:, None]).m == degree + 1


@pytest.mark.parametrize("family", LARGE, ids=repr)
def test_large_parameters_have_the_beta_law(family):
    """phi_0 = 1, so these are points of the law itself; at 540 its density underflowed once, without end."""
    law = stats.beta(family.beta + 1, family.alpha + 1, loc=-1, scale=2)
    assert stats.kstest(from_square(family, 0, 500, rng=1), law.cdf).pvalue > 1e-6
    basis = TensorBasis(family, [[0], [1], [30]])
    points = sample_christoffel(basis, 50, rng=2).points
    assert np.abs(points).max() < 1
    assert np.isfinite(basis.christoffel(points)).all()


@pytest.mark.parametrize(
    "parameters",
    [
        (-0.6, 0),
        (0, np.nan),
        (np.inf, 0),
        (0, -np.inf),
        ("1", 0),
        (True, 0),
        (1j, 0),
        (1001, 0),
        (0, 10**400),
    ],
)
def test_jacobi_refuses_other_parameters(parameters):
    with pytest.raises(ValueError, match="at least -1/2"):
        Jacobi(*parameters)


def test_a_family_that_is_not_orthonormal_is_found_out():
    class Wrong(Legendre):
        def _jacobi_matrix(self, n):
            diag, off = super()._jacobi_matrix(n)
            return diag, 1.01 * off

    with pytest.raises(ValueError, match="not orthonormal up to degree 2"):
        TensorBasis(Wrong(), [[0], [1], [2]])


@pytest.mark.parametrize(("family", "top"), [(Hermite(), 310), (Laguerre(), 150), (Jacobi(1000, 1000), 213)])
def test_the_largest_degrees_can_be_sampled_and_larger_ones_are_refused(family, top):
    """Nothing overflows up to the degree where phi_k^2 would."""
    basis = TensorBasis(family, np.arange(0, top + 1, top // 10)[:, None])
    assert np.isfinite(basis.christoffel(from_square(family, top, 50, rng=0)[:, None])).all()
    with pytest.raises(ValueError, match="a double holds"):
        TensorBasis(family, [[top + 5]])


def test_products_that_overflow_are_refused():
    """Each factor is a double, the product is none. Sets of bounded total degree are not touched by this."""
    with pytest.raises(ValueError, match="a double holds"):
        TensorBasis(Laguerre(), [[0] * 3, [150] * 3])
    basis = TensorBasis(Laguerre(), [[0] * 3, [150, 0, 0], [0, 150, 0], [0, 0, 150]])
    assert np.isfinite(sample_christoffel(basis, 200, rng=0).weights).all()


@pytest.mark.parametrize("family", FAMILIES + LARGE, ids=repr)
def test_the_bounds_of_squares_hold_where_points_are_drawn(family):
    bounds, (low, high) = family._log_squares(40), family._reach(40)
    with np.errstate(divide="ignore"):
        found = 2 * np.log(np.abs(family(np.linspace(low, high, 2001), 40))).max(axis=0)
    assert found == pytest.approx(bounds, abs=1e-6)


@pytest.mark.parametrize("family", [Hermite(), Laguerre()], ids=repr)
def test_beyond_its_reach_a_family_has_no_mass(family):
    """The density of phi_k^2 mu at the end, which falls faster than exp(-x) there."""
    for k in (0, 1, 5, 20, 60, 140):
        high = family._reach(k)[1]
        density = high**2 / 2 + np.log(2 * np.pi) / 2 if family == Hermite() else high
        assert family._log_squares(k)[-1] - density < -38


def test_gauss_rules_that_overflow_or_take_for_ever_are_refused():
    with pytest.raises(ValueError, match="overflow: lower n"):
        Laguerre().gauss(400)
    for n in (4002, 10**12):
        with pytest.raises(ValueError, match="from 1 to 4001"):
            Legendre().gauss(n)
    for n in (0, 2.5, True):
        with pytest.raises(ValueError, match="n must be an integer"):
            Hermite().gauss(n)


def test_the_common_class_only_names_what_a_family_needs():
    for name in ("_jacobi_matrix", "gauss"):
        with pytest.raises(NotImplementedError):
            getattr(Family(), name)(3)
