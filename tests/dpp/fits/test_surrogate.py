"""The regressor: it is the fit of the same design, and scikit-learn can work with it."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimator

from mathlib.dpp import (
    DegenerateGramError,
    DiscreteBasis,
    Hermite,
    Legendre,
    PolynomialSurrogate,
    TensorBasis,
    index_set,
    sample_design,
    weighted_least_squares,
)

BASIS = TensorBasis(Legendre(), index_set("total", 2, 3))  # m = 10


def u(X):
    return np.exp(X[:, 0]) * np.cos(X[:, 1])


@pytest.mark.parametrize(
    ("scheme", "n", "options"),
    [
        ("christoffel", 30, {}),
        ("dpp", 10, {}),
        ("repeated_dpp", 20, {}),
        ("volume_rescaled", 17, {}),
        ("conditioned", 60, {}),
        ("boosted", 20, {}),
        ("sparsified", 15, {}),
    ],
)
def test_fit_function_is_the_fit_of_its_design(scheme, n, options):
    surrogate = PolynomialSurrogate(BASIS, scheme, n, random_state=3).fit_function(u)
    design = sample_design(BASIS, scheme, n, rng=3, **options)
    fit = weighted_least_squares(BASIS, design, u(design.points))
    assert (surrogate.design_.points == design.points).all()
    assert (surrogate.coef_ == fit.coef).all()
    assert surrogate.score(design.points, u(design.points)) > 0.99
    assert surrogate.n_features_in_ == 2


def test_default_number_of_evaluations():
    assert PolynomialSurrogate(BASIS, random_state=0).fit_function(u).design_.n == 20
    assert PolynomialSurrogate(BASIS, "dpp", random_state=0).fit_function(u).design_.n == 10


def test_the_function_is_called_once_with_all_points():
    seen = []

    def counting(X):
        seen.append(X.shape)
        return np.stack([u(X), X[:, 0]], axis=1)

    surrogate = PolynomialSurrogate(BASIS, n=25, random_state=0).fit_function(counting)
    assert seen == [(25, 2)]
    assert surrogate.predict(np.zeros((4, 2))).shape == (4, 2)


def test_given_data_are_fitted_by_ordinary_least_squares():
    rng = np.random.default_rng(1)
    X = rng.uniform(-1, 1, (40, 2))
    y = u(X) + 0.01 * rng.standard_normal(40)
    surrogate = PolynomialSurrogate(BASIS).fit(X, y)
    assert surrogate.coef_ == pytest.approx(np.linalg.lstsq(BASIS(X), y, rcond=None)[0])


def test_weights_act_like_repeated_points_and_their_scale_is_free():
    rng = np.random.default_rng(2)
    X = rng.uniform(-1, 1, (20, 2))
    y = u(X)
    counts = rng.integers(0, 4, 20)
    weighted = PolynomialSurrogate(BASIS).fit(X, y, sample_weight=1e-20 * counts)
    repeated = PolynomialSurrogate(BASIS).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    assert weighted.coef_ == pytest.approx(repeated.coef_, rel=1e-8)
    assert weighted.design_.n == np.count_nonzero(counts)
    far_apart = np.where(counts > 0, 1e300 * counts, 1e-300)
    vanishing = PolynomialSurrogate(BASIS).fit(X, y, sample_weight=far_apart)
    assert vanishing.coef_ == pytest.approx(weighted.coef_)


def test_scikit_learn_can_copy_and_cross_validate():
    X = np.random.default_rng(3).uniform(-1, 1, (60, 2))
    surrogate = PolynomialSurrogate(BASIS, "dpp", random_state=5)
    assert cross_val_score(surrogate, X, u(X), cv=3).min() > 0.95
    copy = clone(surrogate)
    assert (copy.scheme, copy.n, copy.random_state) == ("dpp", None, 5)
    assert (copy.fit_function(u).coef_ == surrogate.fit_function(u).coef_).all()


def linear(d):
    """Linear functions of d variables on the whole space, where the checks have their data."""
    return TensorBasis(Hermite(), index_set("total", d, 1))


#: Checks of scikit-learn that a least-squares fit cannot pass, and why.
IMPOSSIBLE = {
    "check_sample_weight_equivalence_on_dense_data": "it has 27 points for 31 coefficients, which is refused",
}


@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_own_checks():
    results = check_estimator(PolynomialSurrogate(linear), expected_failed_checks=IMPOSSIBLE, on_fail=None)
    found = {status: [] for status in ("passed", "xfail", "failed", "skipped")}
    for result in results:
        found[result["status"]].append(result["check_name"])
    assert not found["failed"]
    assert set(found["xfail"]) == set(IMPOSSIBLE)
    assert len(found["passed"]) > 40


@pytest.mark.filterwarnings("ignore")
def test_with_a_fixed_basis_only_the_number_of_columns_is_in_the_way():
    """Most checks bring data of another width. Each of these must end in the error that says so."""
    for result in check_estimator(PolynomialSurrogate(linear(4)), on_fail=None):
        if result["status"] == "failed":
            assert "X must have d = 4 columns" in str(result["exception"])


def test_a_basis_for_data_of_any_width():
    X = np.random.default_rng(0).standard_normal((30, 5))
    surrogate = PolynomialSurrogate(linear).fit(X, X @ [1.0, 2.0, 3.0, 4.0, 5.0] + 6)
    assert surrogate.coef_ == pytest.approx([6, 1, 2, 3, 4, 5])
    assert surrogate.fit_.basis.d == 5
    assert surrogate.fit(X[:, :2], X[:, 0]).coef_ == pytest.approx([0, 1, 0], abs=1e-12)
    with pytest.raises(ValueError, match="basis must be"):
        surrogate.fit_function(u)  # nobody says how many variables f has


def test_data_in_physical_units_are_refused_until_they_are_rescaled():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (60, 2))
    physical = 300 + 50 * X
    surrogate = PolynomialSurrogate(BASIS).fit(X, u(X))
    for call in (lambda: surrogate.predict(physical), lambda: PolynomialSurrogate(BASIS).fit(physical, u(X))):
        with pytest.raises(ValueError, match=r"Legendre\(\) lives on \[-1, 1\].*MinMaxScaler"):
            call()
    pipeline = make_pipeline(MinMaxScaler((-1, 1), clip=True), PolynomialSurrogate(BASIS))
    assert cross_val_score(pipeline, physical, u(X), cv=3).min() > 0.95


def test_shapes_and_types_that_scikit_learn_refuses():
    X = np.random.default_rng(0).uniform(-1, 1, (20, 2))
    surrogate = PolynomialSurrogate(BASIS).fit(X, u(X))
    with pytest.raises(ValueError, match="Expected 2D array"):
        surrogate.predict(X[0])
    with pytest.raises(ValueError, match="X has 3 features"):
        surrogate.predict(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="n_features = 1"):
        surrogate.fit(X[:, :1], u(X))
    for values in (u(X) + 0j, u(X).astype(str), u(X) > 0, 3.0):
        with pytest.raises(ValueError, match=r"y must|Complex"):
            surrogate.fit(X, values)
    with pytest.raises(ValueError, match="Complex data not supported"):
        surrogate.fit(X + 0j, u(X))


def test_each_scheme_has_a_number_of_points_that_it_can_work_with():
    basis = TensorBasis(Legendre(), index_set("total", 3, 4))  # m = 35
    for scheme in ("christoffel", "dpp", "repeated_dpp", "volume_rescaled", "conditioned", "sparsified"):
        design = PolynomialSurrogate(basis, scheme, random_state=0).fit_function(u).design_
        assert design.n <= (377 if scheme == "conditioned" else 70)


def test_candidates_of_a_finite_set():
    rng = np.random.default_rng(0)
    basis = DiscreteBasis.from_columns(rng.standard_normal((50, 3)))
    values = basis.Phi @ [1.0, 2.0, 3.0]
    surrogate = PolynomialSurrogate(basis, n=5, random_state=0).fit_function(lambda X: values[X[:, 0]])
    assert surrogate.coef_ == pytest.approx([1, 2, 3])
    assert surrogate.predict(np.arange(50)[:, None]) == pytest.approx(values)


def test_bad_input_is_refused():
    X, y = np.zeros((12, 2)), np.ones(12)
    surrogate = PolynomialSurrogate(BASIS, n=12, random_state=0)
    with pytest.raises(NotFittedError):
        surrogate.predict(X)
    with pytest.raises(DegenerateGramError):
        surrogate.fit(X, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        surrogate.fit(X, y[:-1])
    with pytest.raises(ValueError, match="n_samples = 9 with a positive weight is less than m = 10"):
        surrogate.fit(X, y, sample_weight=1.0 * (np.arange(12) < 9))
    for weights in (-y, 0 * y, y[:-1], y * np.nan):
        with pytest.raises(ValueError, match=r"sample_weight must (be|have shape)"):
            surrogate.fit(X, y, sample_weight=weights)
    with pytest.raises(ValueError, match=r"y must be finite; got 12 values"):
        surrogate.fit_function(lambda X: np.full(len(X), np.nan))
    with pytest.raises(ValueError, match="y must have shape"):
        surrogate.fit_function(lambda X: X[:3, 0])
