"""What is no number, no point or no basis is refused everywhere, and so is what would fill the memory."""

from decimal import Decimal

import numpy as np
import pytest
from scipy import sparse

from mathlib.dpp import (
    Design,
    DiscreteBasis,
    GenzFunction,
    Hermite,
    Jacobi,
    Laguerre,
    Legendre,
    PolynomialSurrogate,
    TensorBasis,
    borehole,
    expected_gram_deviation,
    genz,
    gram_eigenvalues,
    index_set,
    ishigami,
    ishigami_sobol_indices,
    l2_projection,
    linear_statistic_variance,
    runge,
    sample_boosted,
    sample_christoffel,
    sample_conditioned,
    sample_design,
    sample_dpp,
    sample_repeated_dpp,
    sample_volume_rescaled,
    sobol_from_coefficients,
    sparsify,
    weighted_least_squares,
)

BASIS = TensorBasis(Legendre(), index_set("total", 2, 2))
DESIGN = sample_volume_rescaled(BASIS, 9, rng=0)
POOL = sample_repeated_dpp(BASIS, 4, rng=0)
FINITE = DiscreteBasis.from_columns(np.random.default_rng(0).standard_normal((20, 3)))
FIT = weighted_least_squares(BASIS, DESIGN, np.arange(9.0))


def first(X):
    return X[:, 0]


NO_NUMBERS = {
    "complex": np.full((9, 2), 1j),
    "complex without imaginary part": np.zeros((9, 2), dtype=complex),
    "boolean": np.zeros((9, 2), dtype=bool),
    "text": np.full((9, 2), "0.5"),
    "None": np.full((9, 2), None),
    "dates": np.full((9, 2), np.datetime64("2020")),
    "decimals": np.full((9, 2), Decimal("0.1")),
    "sparse": sparse.csr_array(np.zeros((9, 2))),
    "masked": np.ma.array(np.zeros((9, 2)), mask=np.eye(9, 2)),
    "beyond doubles": np.full((9, 2), 10**400, dtype=object),
    "rounded": np.full((9, 2), 2**53 + 1),
    "rounded, of Python": np.full((9, 2), 2**60 + 1, dtype=object),
    "ragged": [[1.0], [1.0, 2.0]],
    "an object": object(),
}
ARRAYS = {
    "points of a basis": BASIS,
    "points of a family": lambda v: Legendre()(v, 2),
    "density": BASIS.christoffel,
    "index set": lambda v: TensorBasis(Legendre(), v),
    "candidates": FINITE,
    "Phi": DiscreteBasis,
    "columns": DiscreteBasis.from_columns,
    "masses": lambda v: DiscreteBasis(np.eye(9), v),
    "points of a design": lambda v: Design(v, np.ones(9), "given"),
    "weights": lambda v: Design(np.zeros((9, 2)), v, "given"),
    "values": lambda v: weighted_least_squares(BASIS, DESIGN, v),
    "predict": FIT.predict,
    "projected": lambda v: l2_projection(BASIS, lambda X: v, 3),
    "summed": lambda v: linear_statistic_variance(BASIS, lambda X: v, nodes=3),
    "coefficients": lambda v: sobol_from_coefficients(np.arange(9)[:, None], v),
    "indices": lambda v: sobol_from_coefficients(v, np.ones(9)),
    "runge": runge,
    "ishigami": ishigami,
    "borehole": borehole,
    "genz": genz("gaussian", 2, rng=0),
    "a of genz": lambda v: GenzFunction("gaussian", v, np.zeros(2)),
    "y of the regressor": lambda v: PolynomialSurrogate(BASIS).fit(DESIGN.points, v),
    "f of the regressor": lambda v: PolynomialSurrogate(BASIS, n=9, random_state=0).fit_function(lambda X: v),
    "weights of the regressor": lambda v: PolynomialSurrogate(BASIS).fit(DESIGN.points, np.ones(9), v),
}


@pytest.mark.parametrize("call", ARRAYS.values(), ids=ARRAYS)
@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.filterwarnings("error")
def test_arrays_of_no_numbers_are_refused(call, value):
    with pytest.raises(ValueError, match=r"."):
        call(value)


def test_masked_candidates_and_masked_data_are_refused():
    with pytest.raises(ValueError, match="masked entries"):
        FINITE(np.ma.array([[0], [1]], mask=[[False], [True]]))
    X = np.ma.array(DESIGN.points, mask=np.eye(9, 2))
    for call in (FIT.predict, PolynomialSurrogate(BASIS).fit(DESIGN.points, np.ones(9)).predict):
        with pytest.raises(ValueError, match="masked entries"):
            call(X)
    with pytest.raises(ValueError, match="X must hold real numbers; got masked entries"):
        PolynomialSurrogate(BASIS).fit(X, np.ones(9))


def test_a_function_may_write_into_its_argument():
    def half(X):
        X *= 0.5
        return X[:, 0]

    expected = [0, 0.5 / 3**0.5, 0, 0, 0, 0]
    assert l2_projection(BASIS, half, 3).coef == pytest.approx(expected, abs=1e-14)
    surrogate = PolynomialSurrogate(BASIS, n=9, random_state=0).fit_function(half)
    assert surrogate.coef_ == pytest.approx(expected, abs=1e-12)
    assert linear_statistic_variance(BASIS, half) == pytest.approx(
        linear_statistic_variance(BASIS, lambda X: X[:, 0] / 2)
    )


@pytest.mark.parametrize("number", [True, None, "0", 1.5, [0, 1]])
def test_draws_are_taken_by_integers_and_slices(number):
    designs = sample_dpp(BASIS, rng=0, size=3)
    assert (designs[np.int64(1)].points == designs[1:2].points[0]).all()
    assert len(list(designs)) == 3
    with pytest.raises(ValueError, match="numbered by integers"):
        designs[number]


def test_grids_of_one_node_have_any_number_of_variables():
    points, weights = TensorBasis(Legendre(), index_set("total", 100, 0)).gauss(1)
    assert points.shape == (1, 100)
    assert weights == [1]


SCALARS = {
    "d": lambda v: index_set("total", v, 2),
    "degree": lambda v: index_set("total", 2, v),
    "degree of a family": lambda v: Legendre()(0.5, v),
    "nodes of a family": Hermite().gauss,
    "sample of a family": lambda v: Legendre().sample_measure(v, rng=0),
    "nodes": BASIS.gauss,
    "fine nodes": BASIS._fine_rule,
    "sample": lambda v: BASIS.sample_measure(v, rng=0),
    "sample of candidates": lambda v: FINITE.sample_measure(v, rng=0),
    "n": lambda v: sample_christoffel(BASIS, v, rng=0),
    "size": lambda v: sample_dpp(BASIS, rng=0, size=v),
    "n, volume": lambda v: sample_volume_rescaled(BASIS, v, rng=0),
    "copies": lambda v: sample_repeated_dpp(BASIS, v, rng=0),
    "n, conditioned": lambda v: sample_conditioned(BASIS, v, rng=0),
    "size, conditioned": lambda v: sample_conditioned(BASIS, 60, rng=0, size=v),
    "n, boosted": lambda v: sample_boosted(BASIS, v, rng=0, tries=2),
    "start, boosted": lambda v: sample_boosted(BASIS, 6, rng=0, tries=2, start=v),
    "n of a scheme": lambda v: sample_design(BASIS, "dpp", v, rng=0),
    "n, constant": lambda v: expected_gram_deviation(BASIS, "dpp", v),
    "nodes, projection": lambda v: l2_projection(BASIS, first, v),
    "nodes, variance": lambda v: linear_statistic_variance(BASIS, first, nodes=v),
    "alpha": lambda v: TensorBasis(Jacobi(v, 0), [[0], [1]]),
    "a": lambda v: ishigami_sobol_indices(a=v),
    "variables of genz": lambda v: genz("gaussian", v, rng=0),
    "difficulty": lambda v: genz("discontinuous", 2, rng=0, difficulty=v).mean(),
}


@pytest.mark.parametrize("call", SCALARS.values(), ids=SCALARS)
@pytest.mark.parametrize(
    "value", [True, "2", 2j, np.nan, np.inf, -7, 10**400, 10**18 + 1, [2], ...], ids=repr
)
@pytest.mark.filterwarnings("error")
def test_numbers_out_of_range_are_refused(call, value, request):
    if request.node.callspec.id.endswith("-a") and isinstance(value, int) and abs(value) < 10**100:
        return  # any moderate number is allowed there
    with pytest.raises(ValueError, match=r"."):
        call(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda basis: sample_dpp(basis, rng=0),
        lambda basis: sample_christoffel(basis, 9, rng=0),
        lambda basis: sample_volume_rescaled(basis, 9, rng=0),
        lambda basis: sample_repeated_dpp(basis, 2, rng=0),
        lambda basis: sample_conditioned(basis, 9, rng=0),
        lambda basis: sample_boosted(basis, 9, rng=0),
        lambda basis: sample_design(basis, "boosted", 9, rng=0),
        lambda basis: sparsify(basis, POOL, 9),
        lambda basis: gram_eigenvalues(basis, DESIGN),
        lambda basis: weighted_least_squares(basis, DESIGN, np.ones(9)),
        lambda basis: l2_projection(basis, first, 5),
        lambda basis: expected_gram_deviation(basis, "dpp", 6),
        lambda basis: linear_statistic_variance(basis, first),
        lambda basis: PolynomialSurrogate(basis).fit(DESIGN.points, np.ones(9)),
        lambda basis: PolynomialSurrogate(basis).fit_function(first),
    ],
)
@pytest.mark.parametrize(
    "basis", [None, TensorBasis, Legendre(), DESIGN, np.eye(9)], ids=lambda b: type(b).__name__
)
def test_what_is_no_basis_is_refused(call, basis):
    with pytest.raises((ValueError, TypeError), match=r"basis|positional"):
        call(basis)


@pytest.mark.parametrize("design", [None, DESIGN.points, (DESIGN.points, DESIGN.weights)], ids=str)
def test_what_is_no_design_is_refused(design):
    for call in (
        gram_eigenvalues,
        lambda b, d: sparsify(b, d, 9),
        lambda b, d: weighted_least_squares(b, d, [1]),
    ):
        with pytest.raises(ValueError, match="must be a Design"):
            call(BASIS, design)


@pytest.mark.parametrize("proposals", [True, 1.5, -1, "3", [1, 2], [[1]], ...])
def test_proposals_that_count_nothing_are_refused(proposals):
    with pytest.raises(ValueError, match="proposals must be"):
        Design(np.zeros((3, 1)), np.ones(3), "dpp", proposals)


@pytest.mark.parametrize(
    ("family", "inside", "outside"),
    [(Legendre(), [-1, 1], [1.001]), (Laguerre(), [0, 30], [-0.1]), (Hermite(), [-9, 9], [])],
    ids=repr,
)
def test_a_fit_knows_where_its_measure_lives(family, inside, outside):
    basis = TensorBasis(family, [[0], [1]])
    design = Design(np.array(inside)[:, None], np.ones(2), "given")
    fit = weighted_least_squares(basis, design, [1.0, 2.0])
    assert fit.predict(np.array(inside)[:, None]) == pytest.approx([1, 2])
    for x in outside:
        wrong = Design([[inside[0]], [x]], np.ones(2), "given")
        for call in (
            lambda x=x: fit.predict([[x]]),
            lambda wrong=wrong: weighted_least_squares(basis, wrong, [1.0, 2.0]),
            lambda wrong=wrong: gram_eigenvalues(basis, wrong),
            lambda wrong=wrong: sparsify(basis, wrong, 9),
        ):
            with pytest.raises(ValueError, match=r"lives on .* variable 0 has the value .*Rescale data"):
                call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BASIS.gauss(10**7), "from 1 to 4001|GiB"),
        (
            lambda: TensorBasis(Legendre(), index_set("total", 8, 1)).gauss(50),
            "grid of n = 50 nodes in each of d = 8 variables .* GiB",
        ),
        (lambda: l2_projection(TensorBasis(Legendre(), index_set("total", 8, 1)), borehole, 50), "GiB"),
        (lambda: sample_dpp(BASIS, rng=0, size=10**13), "GiB .* draw fewer"),
        (lambda: sample_christoffel(FINITE, 10**13, rng=0), "GiB .* draw fewer"),
        (lambda: sample_conditioned(BASIS, 60, rng=0, size=10**13), "GiB .* draw fewer"),
        (lambda: sample_boosted(BASIS, 60, rng=0, size=10**13), "GiB .* draw fewer"),
        (lambda: BASIS.sample_measure(10**14, rng=0), "GiB"),
        (
            lambda: sample_dpp(TensorBasis(Legendre(), index_set("total", 4, 60)), rng=0),
            "vectors would take .* GiB",
        ),
        (lambda: TensorBasis(Legendre(), [[10**5]]), "goes up to degree 4000"),
        (lambda: TensorBasis(Hermite(), [[0], [1]])._fine_rule(10**6), "from 1 to 4001"),
        (lambda: Legendre().sample_measure(10**14, rng=0), "GiB"),
        (lambda: index_set("total", 10**9, 0), "10000 variables"),
        (lambda: index_set("total", 6000, 1), "30000000 entries"),
    ],
)
def test_sizes_that_would_fill_the_memory_are_refused_at_once(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_density_of_many_points_does_not_need_all_of_phi_at_once(monkeypatch):
    X = np.random.default_rng(0).uniform(-1, 1, (50, 3, 2))
    whole, values = BASIS.christoffel(X), FIT.predict(X)
    best = l2_projection(BASIS, first, 5)
    monkeypatch.setattr("mathlib.dpp.checks._BLOCK", 20)
    np.testing.assert_allclose(BASIS.christoffel(X), whole, rtol=1e-14)
    np.testing.assert_allclose(FIT.predict(X), values, rtol=1e-12)
    assert FIT.predict(np.empty((0, 2))).shape == (0,)
    np.testing.assert_allclose(l2_projection(BASIS, first, 5).coef, best.coef, atol=1e-14)


def test_quadrature_with_fewer_nodes_than_degrees_is_refused():
    """At the nodes phi_3 would be zero, and its coefficient with it."""
    cubic = TensorBasis(Legendre(), np.arange(4)[:, None])
    assert l2_projection(cubic, lambda X: first(X) ** 3, 4).error == pytest.approx(0, abs=1e-14)
    for call in (l2_projection, lambda b, f, n: linear_statistic_variance(b, f, nodes=n)):
        with pytest.raises(ValueError, match="nodes must be an integer >= 4"):
            call(cubic, first, 3)


def test_units_of_candidates_are_free():
    """Columns and masses of any scale give the same space; what no double can hold is refused."""
    A = np.random.default_rng(1).standard_normal((12, 3))
    usual = DiscreteBasis.from_columns(A)
    for columns, masses in (
        (A * [1e-200, 1.0, 1e200], None),
        (A, np.full(12, 1e200)),
        (A, np.full(12, 1e-200)),
    ):
        basis = DiscreteBasis.from_columns(columns, masses)
        assert basis.leverage == pytest.approx(usual.leverage)
        design = sample_dpp(basis, rng=0)
        fit = weighted_least_squares(basis, design, basis(design.points) @ [1.0, 2.0, 3.0])
        assert fit.coef == pytest.approx([1, 2, 3])
        assert sparsify(basis, sample_repeated_dpp(basis, 8, rng=0), 5).n <= 5
    with pytest.raises(ValueError, match="beyond what doubles allow"):
        DiscreteBasis(np.eye(3) * 1e-150, np.full(3, 1e300))
    with pytest.raises(ValueError, match="sum of the weights overflows"):
        DiscreteBasis.from_columns(A, np.full(12, 1e308))
