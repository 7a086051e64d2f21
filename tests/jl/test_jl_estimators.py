"""What all estimators promise: scikit-learn's contract, the linear operator, types, sparse input, errors."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from mathlib.jl import SRHT, CountSketch, FastJL, GaussianJL, SparseJL, jl_min_dim

ESTIMATORS = {
    "gaussian": GaussianJL,
    "sparse, block": SparseJL,
    "sparse, graph": lambda *args, **kw: SparseJL(*args, construction="graph", **kw),
    "fast, signs": FastJL,
    "fast, normal": lambda *args, **kw: FastJL(*args, entries="normal", **kw),
    "count sketch": CountSketch,
    "srht": SRHT,
}

every_estimator = pytest.mark.parametrize("make", ESTIMATORS.values(), ids=ESTIMATORS.keys())


def data(n_samples=30, n_features=50, seed=0):
    return np.random.default_rng(seed).standard_normal((n_samples, n_features))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([make(2) for make in ESTIMATORS.values()])
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@every_estimator
def test_transform_is_the_operator_and_the_adjoint_its_transpose(make):
    X = data()
    fitted = make(7, random_state=1).fit(X)
    phi = fitted.as_linear_operator()
    assert phi.shape == (7, 50)
    matrix = phi @ np.eye(50)
    np.testing.assert_allclose(fitted.transform(X), X @ matrix.T, atol=1e-13)
    np.testing.assert_allclose(phi @ X[0], matrix @ X[0], atol=1e-13)
    np.testing.assert_allclose(phi.H @ np.eye(7), matrix.T, atol=1e-13)
    np.testing.assert_allclose(phi.T @ np.arange(7.0), matrix.T @ np.arange(7.0), atol=1e-13)
    # A solver can use it.
    largest = svds(phi, k=2, random_state=0, return_singular_vectors=False)
    np.testing.assert_allclose(np.sort(largest)[::-1], np.linalg.svd(matrix)[1][:2], rtol=1e-8)


@every_estimator
@pytest.mark.parametrize("fitted_on", [np.float32, np.float64])
def test_dtypes(make, fitted_on):
    X = data()
    fitted = make(5, random_state=1).fit(X.astype(fitted_on))
    assert fitted.transform(X.astype(np.float32)).dtype == np.float32
    assert fitted.transform(X).dtype == np.float64
    assert fitted.transform(np.arange(50).reshape(1, 50)).dtype == np.float64
    phi = fitted.as_linear_operator()
    assert phi.dtype == fitted_on
    for dtype in [np.float32, np.float64]:
        assert (phi @ np.ones(50, dtype)).dtype == dtype
        assert (phi.H @ np.ones((5, 2), dtype)).dtype == dtype
    # float64 vectors get float64 accuracy, also after a float32 fit.
    x, y = X[0], np.arange(1.0, 6.0)
    assert y @ (phi @ x) == pytest.approx((phi.H @ y) @ x, rel=1e-13)


@every_estimator
def test_one_seed_draws_one_map_for_both_dtypes(make):
    X = data()
    wide = make(5, random_state=3).fit(X).transform(X)
    narrow = make(5, random_state=3).fit(X.astype(np.float32)).transform(X)
    np.testing.assert_allclose(narrow, wide, rtol=1e-5, atol=1e-5)


@every_estimator
@pytest.mark.parametrize("kind", ["csr_array", "csr_matrix", "csc_array", "coo_array"])
def test_sparse_input_is_the_same_as_dense(make, kind):
    as_sparse = getattr(sparse, kind)
    X = data() * (data(seed=1) > 1)
    fitted = make(5, random_state=0).fit(as_sparse(X))
    images = fitted.transform(as_sparse(X.astype(np.float32)))
    assert isinstance(images, np.ndarray)
    assert images.dtype == np.float32
    np.testing.assert_allclose(fitted.transform(as_sparse(X)), fitted.transform(X), atol=1e-13)
    assert np.array_equal(fitted.transform(X), make(5, random_state=0).fit_transform(X))


@every_estimator
def test_rows_do_not_depend_on_the_batch(make):
    X = data(n_samples=40)
    fitted = make(9, random_state=0).fit(X)
    together = fitted.transform(X)
    pieces = np.vstack([fitted.transform(X[a : a + 7]) for a in range(0, 40, 7)])
    np.testing.assert_allclose(pieces, together, rtol=1e-13, atol=1e-13)


@every_estimator
def test_the_draw_depends_on_the_seed_and_not_on_the_data(make):
    X = data()
    first = make(5, random_state=0).fit(X).transform(X)
    assert np.array_equal(make(5, random_state=0).fit(1 + X).transform(X), first)
    assert not np.array_equal(make(5, random_state=1).fit(X).transform(X), first)
    assert not np.array_equal(make(5).fit(X).transform(X), make(5).fit(X).transform(X))


@every_estimator
def test_every_kind_of_random_state(make):
    X = data()
    images = make(5, random_state=7).fit(X).transform(X)
    assert np.array_equal(make(5, random_state=np.int64(7)).fit(X).transform(X), images)
    assert np.array_equal(make(5, random_state=np.random.default_rng(7)).fit(X).transform(X), images)
    legacy = [np.random.RandomState(7) for _ in range(2)]
    first, second = (make(5, random_state=state).fit(X).transform(X) for state in legacy)
    assert np.array_equal(first, second)
    # A generator moves on, so a second fit draws a second map; a clone starts where the original stood.
    estimator = make(5, random_state=np.random.default_rng(7))
    copy = clone(estimator)
    assert not np.array_equal(estimator.fit(X).transform(X), estimator.fit(X).transform(X))
    assert np.array_equal(copy.fit(X).transform(X), images)


@every_estimator
def test_global_random_state_is_left_alone(make):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make(5).fit(data())
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@every_estimator
def test_auto_dimension(make):
    X = np.zeros((4, 30_000))
    fitted = make(eps=0.2, delta=0.05, random_state=0).fit(X)
    expected = jl_min_dim(4, 0.2, delta=0.05)
    if isinstance(fitted, FastJL):
        expected = np.ceil(1.25 * expected)
    elif isinstance(fitted, CountSketch):
        expected = np.ceil(2 * 6 / (0.2**2 * 0.05))  # Chebyshev: 6 pairs, variance 2 / k
    elif isinstance(fitted, SRHT):
        largest = 2 * np.log(4 * (6 / 0.05) * 2**15)  # of d u_i^2, but for probability delta_pair / 2
        expected = np.ceil(2 * largest * (1 + 0.2 / 3) / 0.2**2 * np.log(4 * 6 / 0.05))
    assert fitted.n_components_ == expected
    assert fitted.transform(X).shape == (4, fitted.n_components_)


@every_estimator
def test_auto_with_one_row_keeps_one_length(make):
    fitted = make(eps=0.5, random_state=0).fit(np.zeros((1, 3000)))
    assert fitted.n_components_ >= jl_min_dim(2, 0.5, delta=0.1)


@every_estimator
def test_names_and_pipelines(make):
    X = data()
    fitted = make(3, random_state=0).fit(X)
    name = type(fitted).__name__.lower()
    assert list(fitted.get_feature_names_out()) == [f"{name}{i}" for i in range(3)]
    assert make_pipeline(StandardScaler(), make(3)).fit_transform(X).shape == (30, 3)
    with pytest.raises(NotFittedError):
        make(3).transform(X)
    with pytest.raises(NotFittedError):
        make(3).as_linear_operator()


@every_estimator
def test_inverse_transform_is_the_pseudo_inverse(make):
    X = data()
    fitted = make(8, random_state=0).fit(X)
    matrix = fitted.as_linear_operator() @ np.eye(50)
    Y = fitted.transform(X)
    back = fitted.inverse_transform(Y)
    np.testing.assert_allclose(back, Y @ np.linalg.pinv(matrix).T, atol=1e-11)
    np.testing.assert_allclose(fitted.transform(back), Y, atol=1e-11)
    assert fitted.inverse_transform(Y.astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match=r"Y must have shape \(n_samples, 8\); got \(30, 50\)"):
        fitted.inverse_transform(X)


@every_estimator
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_components": 0}, "n_components must be an integer >= 1, .* got 0"),
        ({"n_components": 2.0}, "n_components"),
        ({"n_components": True}, "n_components"),
        ({"n_components": "all"}, "n_components"),
        ({"n_components": 51}, "n_components=51 is larger than n_features=50"),
        ({"eps": 0}, "eps must be a number strictly between 0 and 1"),
        ({"eps": 1}, "eps"),
        ({"delta": 1.5}, "delta must be a number strictly between 0 and 1"),
        ({"n_components": "auto"}, r"eps=0\.1 for n=30 points .* needs k=\d+ dimensions, more than the d=50"),
        ({"random_state": -1}, "non-negative"),
    ],
)
def test_bad_parameters(make, arguments, message):
    arguments = {"n_components": 2} | arguments
    with pytest.raises(ValueError, match=message):
        make(arguments.pop("n_components"), **arguments).fit(data())


@every_estimator
def test_bad_data(make):
    X = data()
    for bad in [np.nan, np.inf]:
        broken = X.copy()
        broken[3, 4] = bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            make(2).fit(broken)
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            make(2).fit(X).transform(sparse.csr_array(broken))
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        make(2).fit(np.empty((3, 0)))
    with pytest.raises(ValueError, match=r"X has 49 features, but .* is expecting 50"):
        make(2).fit(X).transform(X[:, :49])
    with pytest.raises(ValueError, match="dimension mismatch"):
        make(2).fit(X).as_linear_operator() @ np.ones(49)


@every_estimator
def test_one_feature(make):
    fitted = make(1, random_state=0).fit([[2.0], [3.0]])
    images = fitted.transform([[2.0], [3.0]])
    np.testing.assert_allclose(images[1] * 2, images[0] * 3)
