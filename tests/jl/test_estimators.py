"""What all estimators promise: scikit-learn's contract, the linear operator, types, sparse input, errors."""

import pickle
import warnings

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
        ({"random_state": -1}, "random_state must be None, a seed"),
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


LARGE = {np.float32: np.float32(3e38), np.float64: 1.7e308}


@every_estimator
@pytest.mark.parametrize("dtype", LARGE)
@pytest.mark.parametrize("as_sparse", [False, True])
def test_sums_that_overflow_on_the_way_are_right_in_the_end(make, dtype, as_sparse):
    """Three kinds of rows: images that fit, images that do not, and company that must not change."""
    X = np.zeros((4, 100), dtype)
    X[0, 7] = LARGE[dtype]
    X[1] = np.random.default_rng(0).standard_normal(100)
    X[2, :2] = LARGE[dtype] / 2
    given = sparse.csr_array(X) if as_sparse else X
    fitted = make(5, random_state=0).fit(given)
    factor = dtype(2.0**-64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = fitted.transform(given * factor) / factor
        if np.isfinite(expected).all():
            images = fitted.transform(given)
    if not np.isfinite(expected).all():
        with pytest.warns(RuntimeWarning, match="exceed the largest float"):
            images = fitted.transform(given)
    finite = np.isfinite(expected)
    np.testing.assert_allclose(images[finite], expected[finite], rtol=1e-6 if dtype == np.float32 else 1e-14)
    np.testing.assert_allclose(images[1], fitted.transform(given[[1]])[0], rtol=1e-4)
    X[3] = LARGE[dtype] * (fitted.as_linear_operator().H @ np.ones(5, dtype) > 0)
    with pytest.warns(RuntimeWarning, match="exceed the largest float"):
        assert not np.isfinite(fitted.transform(sparse.csr_array(X) if as_sparse else X)[3]).all()


@every_estimator
def test_overflow_in_operators_and_inverses_is_said(make):
    """Infinite and with a warning where the true number is too large; else right and without."""
    fitted = make(5, random_state=0).fit(data())
    phi = fitted.as_linear_operator()
    signs = np.sign(phi.H @ np.ones(5))
    routes = [
        (lambda v: phi @ v, signs),
        (lambda v: phi.H @ v, np.sign(phi @ signs)),
        (lambda v: fitted.inverse_transform(v[None])[0], np.sign(phi @ signs)),
    ]
    for route, direction in routes:
        expected = route(direction) / 2  # times 2^1024
        beyond = np.abs(expected) >= 1
        assert beyond.any() or route is not routes[0][0]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            found = route(direction * 2.0**1023)
        assert all("exceed the largest float64" in str(warning.message) for warning in said)
        assert len(said) == beyond.any()
        assert np.array_equal(np.isinf(found), beyond)
        np.testing.assert_allclose(found[~beyond] * 2.0**-1023, 2 * expected[~beyond], rtol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(phi @ np.full(50, np.nan)).any()  # handed on


@every_estimator
def test_the_operator_maps_complex_vectors_and_can_be_pickled(make):
    X = data()
    fitted = make(7, random_state=1).fit(X)
    phi = fitted.as_linear_operator()
    matrix = phi @ np.eye(50)
    z, w = X[0] + 1j * X[1], np.arange(7) * (1 + 2j)
    np.testing.assert_allclose(phi @ z, matrix @ z, atol=1e-12)
    np.testing.assert_allclose(phi.H @ w, matrix.T @ w, atol=1e-12)
    np.testing.assert_allclose(phi @ np.stack([z, 1j * z], axis=1), matrix @ np.stack([z, 1j * z], axis=1))
    assert (phi @ z.astype(np.complex64)).dtype == np.complex64
    assert (phi @ z).dtype == np.complex128
    again = pickle.loads(pickle.dumps(phi))
    assert np.array_equal(again @ X.T, phi @ X.T)
    assert np.array_equal(again.H @ w, phi.H @ w)
    fitted.fit(X[:, :20])  # the operator is that of the first fit
    assert np.array_equal(phi @ X.T, again @ X.T)
    for bad in (np.ones(50).astype(str), np.ma.array(np.ones(50), mask=np.arange(50) == 3)):
        with pytest.raises(ValueError, match=r"real or complex numbers|masked"):
            phi.matvec(bad)


@every_estimator
def test_inverse_of_sparse_and_of_what_it_cannot_take(make):
    fitted = make(8, random_state=0).fit(data())
    Y = fitted.transform(data()) * (data(n_features=8, seed=2) > 0)
    back = fitted.inverse_transform(Y)
    for kind in (sparse.csr_array, sparse.csr_matrix, sparse.coo_array):
        assert isinstance(fitted.inverse_transform(kind(Y)), np.ndarray)
        np.testing.assert_allclose(fitted.inverse_transform(kind(Y)), back, atol=1e-12)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="Y contains"):
            fitted.inverse_transform(np.where(np.arange(8) == 3, bad, Y))
    for wrong in (Y[0], 1j * Y, np.ma.array(Y, mask=Y > 0), Y[:, :7], sparse.csr_array(Y[:, :7])):
        with pytest.raises(ValueError, match=r"2D array|[Cc]omplex|masked|Y must have shape"):
            fitted.inverse_transform(wrong)


def test_what_is_computed_again_is_kept_but_not_pickled(monkeypatch):
    X = data()
    fitted = GaussianJL(8, random_state=0).fit(X)
    Y = fitted.transform(X)
    size = len(pickle.dumps(fitted))
    back, narrow = fitted.inverse_transform(Y), fitted.transform(X.astype(np.float32))
    assert len(pickle.dumps(fitted)) == size
    monkeypatch.setattr(np.linalg, "pinv", None)
    assert np.array_equal(fitted.inverse_transform(Y), back)
    copied = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(copied.transform(X.astype(np.float32)), narrow)
    monkeypatch.undo()
    # A new fit, or a matrix put in its place, is seen.
    fitted.components_ = 2 * fitted.components_
    np.testing.assert_array_equal(fitted.transform(X.astype(np.float32)), 2 * narrow)
    np.testing.assert_allclose(fitted.inverse_transform(Y), back / 2, atol=1e-12)
    fitted.set_params(random_state=1).fit(X)
    assert not np.allclose(fitted.inverse_transform(Y), back)


@pytest.mark.parametrize("make", [SparseJL, GaussianJL])
def test_a_matrix_is_cast_once_for_each_dtype(make):
    fitted = make(5, random_state=0).fit(data())
    assert fitted._phi(np.dtype(np.float64)) is fitted.components_
    assert fitted._phi(np.dtype(np.float32)) is fitted._phi(np.dtype(np.float32))


@every_estimator
@pytest.mark.parametrize("state", ["seed", 1.5, True, np.True_, [1.5], {"seed": 1}])
def test_a_random_state_that_is_none(make, state):
    with pytest.raises(ValueError, match="random_state must be None, a seed"):
        make(5, random_state=state).fit(data())


@every_estimator
def test_numpy_random_is_the_global_state(make):
    before = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(7)  # noqa: NPY002
        images = make(5, random_state=np.random).fit_transform(data())
        assert np.array_equal(make(5, random_state=np.random.RandomState(7)).fit_transform(data()), images)
    finally:
        np.random.set_state(before)  # noqa: NPY002


@every_estimator
def test_data_that_only_seem_to_fit(make):
    X = data()
    fitted = make(5, random_state=0).fit(X)
    for bad in (1j * X, sparse.csr_array(1j * X)):
        with pytest.raises(ValueError, match="Complex data"):
            fitted.transform(bad)
    with pytest.raises(ValueError, match="masked"):
        fitted.transform(np.ma.array(X, mask=X > 2))
    assert np.array_equal(fitted.transform(np.ma.array(X, mask=X > 99)), fitted.transform(X))
    images = fitted.transform(X > 0)  # booleans are 0 and 1
    assert np.array_equal(images, fitted.transform((X > 0).astype(float)))


@every_estimator
@pytest.mark.parametrize("place", [50, -1, 10**6])
def test_indices_outside_the_data_are_an_error_and_no_crash(make, place):
    for n_features in (50, 5000):
        X = sparse.csr_array(data(3, n_features))
        fitted = make(5, random_state=0).fit(X)
        X.indices[7] = place if place != 50 else n_features
        with pytest.raises(ValueError, match="indices must"):
            fitted.transform(X)
    Y = sparse.csr_array(np.ones((300, 5)))
    Y.indices[7] = place if place != 50 else 5
    with pytest.raises(ValueError, match="indices must"):
        fitted.inverse_transform(Y)


@every_estimator
def test_a_flag_that_is_older_than_the_indices(make):
    dense = data(40, 3000)
    X = sparse.csr_array(dense)
    fitted = make(5, random_state=0).fit(X)
    images = fitted.transform(X)
    assert X.has_sorted_indices
    for row in range(40):
        piece = slice(X.indptr[row], X.indptr[row + 1])
        X.indices[piece], X.data[piece] = X.indices[piece][::-1].copy(), X.data[piece][::-1].copy()
    np.testing.assert_allclose(fitted.transform(X), images, atol=1e-11)


@every_estimator
@pytest.mark.parametrize(("eps", "delta"), [(0.005, 0.1), (1e-200, 0.1), (0.5, 5e-324), (0.0099, 1e-300)])
def test_auto_says_what_it_needs_for_every_eps_and_delta(make, eps, delta):
    with pytest.raises(
        ValueError, match=r"needs k=\S+ dimensions, more than the d=50|eps must be at least"
    ) as e:
        make(eps=eps, delta=delta).fit(data())
    assert "method" not in str(e.value)


@every_estimator
def test_the_eps_that_is_named_is_the_smallest_in_hundredths(make):
    X = np.zeros((5, 700))
    with pytest.raises(ValueError, match=r"Allow eps >= 0\.\d+, set|Even eps = 0.99 needs") as error:
        make().fit(X)
    if "Allow" not in str(error.value):
        assert make is CountSketch or make(eps=0.99)._auto_n_components(5, 700, 0.99) > 700
        return
    eps = float(str(error.value).split("Allow eps >= ")[1].split(",")[0])
    assert make(eps=eps).fit(X).n_components_ <= 700
    with pytest.raises(ValueError, match=f"Allow eps >= {eps}"):
        make(eps=eps - 0.01).fit(X)


def test_below_one_hundredth_auto_is_the_chernoff_bound():
    k = jl_min_dim(2, 0.0099, delta=0.9, method="chernoff")
    assert SparseJL(eps=0.0099, delta=0.9, s=1, random_state=0).fit(np.zeros((1, k))).n_components_ == k


@pytest.mark.parametrize("make", [FastJL, SRHT])
@pytest.mark.parametrize("n_jobs", [0, 1.5, "2", True, np.True_])
def test_a_number_of_threads_is_checked_when_fitting_and_when_set_later(make, n_jobs):
    with pytest.raises(ValueError, match="n_jobs must be None"):
        make(5, n_jobs=n_jobs).fit(data())
    with pytest.raises(ValueError, match="n_jobs must be None"):
        make(5).fit(data()).set_params(n_jobs=n_jobs).transform(data())
