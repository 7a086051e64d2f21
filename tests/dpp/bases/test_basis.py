"""Index sets, tensor bases, finite bases and designs."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.dpp import Chebyshev, Design, DiscreteBasis, Hermite, Laguerre, Legendre, TensorBasis, index_set

RULES = {
    "total": lambda k, p: sum(k) <= p,
    "tensor": lambda k, p: max(k) <= p,
    "hyperbolic": lambda k, p: math.prod(i + 1 for i in k) <= p + 1,
}


@given(st.sampled_from(sorted(RULES)), st.integers(1, 4), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_index_sets_are_what_their_rule_says(kind, d, degree):
    indices = index_set(kind, d, degree)
    expected = {k for k in itertools.product(range(degree + 1), repeat=d) if RULES[kind](k, degree)}
    assert {tuple(k) for k in indices.tolist()} == expected
    assert len(indices) == len(expected)
    assert (np.diff(indices.sum(axis=1)) >= 0).all()


def test_index_sets_of_many_variables_are_quick():
    assert index_set("total", 30, 2).shape == (math.comb(32, 2), 30)
    assert index_set("hyperbolic", 50, 3).shape == (1 + 50 * 3 + math.comb(50, 2), 50)


def test_a_set_that_would_fill_the_memory_is_refused():
    with pytest.raises(ValueError, match="1000000 indices"):
        index_set("tensor", 8, 199)


@pytest.mark.parametrize("arguments", [("ball", 2, 2), ("total", 0, 2), ("total", 2, -1), ("total", 2, 1.5)])
def test_index_sets_refuse_other_arguments(arguments):
    with pytest.raises(ValueError, match="must be"):
        index_set(*arguments)


def test_the_basis_is_a_product_of_its_families():
    families = [Legendre(), Hermite(), Laguerre()]
    basis = TensorBasis(families, index_set("total", 3, 3))
    X = np.random.default_rng(0).random((4, 5, 3))
    values = basis(X)
    assert values.shape == (4, 5, basis.m) == (4, 5, 20)
    for column, k in enumerate(basis.indices):
        product = math.prod(f(X[..., j], 3)[..., k[j]] for j, f in enumerate(families))
        np.testing.assert_allclose(values[..., column], product, rtol=1e-13)
    np.testing.assert_allclose(basis.christoffel(X), (values**2).sum(axis=-1))


@pytest.mark.parametrize("family", [Legendre(), Hermite(), Chebyshev(), Laguerre()], ids=repr)
@pytest.mark.parametrize("kind", sorted(RULES))
def test_the_gauss_rule_sees_an_orthonormal_basis(family, kind):
    basis = TensorBasis(family, index_set(kind, 2, 5))
    points, weights = basis.gauss(6)
    gram = basis(points).T @ (weights[:, None] * basis(points))
    np.testing.assert_allclose(gram, np.eye(basis.m), atol=1e-9)
    assert weights @ basis.christoffel(points) == pytest.approx(basis.m)


@pytest.mark.parametrize(
    ("family", "indices", "words"),
    [
        (Legendre(), [], "empty"),
        (Legendre(), np.empty((0, 2), dtype=int), "empty"),
        (Legendre(), [0, 1, 2], "one multi-index a row"),
        (Legendre(), [[0.5]], "must be integers"),
        (Legendre(), [[0], [-1]], "not be negative"),
        (Legendre(), [[0, 1], [1, 0], [0, 1]], "must be different"),
        ([Legendre()], [[0, 1]], "a list of one for each of the d = 2"),
        (["Legendre", "Hermite"], [[0, 1]], "a list of one for each of the d = 2"),
    ],
)
def test_bad_bases_are_refused(family, indices, words):
    with pytest.raises(ValueError, match=words):
        TensorBasis(family, indices)


@pytest.mark.parametrize("X", [np.zeros(3), np.zeros((3, 1)), [[0, np.nan]], [[np.inf, 0]]])
def test_bad_points_are_refused(X):
    with pytest.raises(ValueError, match="X must"):
        TensorBasis(Legendre(), index_set("total", 2, 1))(X)


def test_a_hint_for_points_on_a_line():
    with pytest.raises(ValueError, match=r"X\[:, None\]"):
        TensorBasis(Legendre(), [[0], [1]])(np.zeros(7))


def vandermonde(N, m):
    return np.random.default_rng(N).standard_normal((N, m))


def test_a_finite_basis_is_orthonormal_in_its_measure():
    weights = np.random.default_rng(1).random(40) + 0.1
    A = vandermonde(40, 5)
    basis = DiscreteBasis.from_columns(A, weights)
    X = np.arange(40)[:, None]
    np.testing.assert_allclose(basis(X).T @ (weights[:, None] * basis(X)), np.eye(5), atol=1e-12)
    rows = np.sqrt(weights)[:, None] * A
    hat = rows @ np.linalg.solve(rows.T @ rows, rows.T)
    np.testing.assert_allclose(basis.leverage, np.diag(hat), atol=1e-12)
    np.testing.assert_allclose(weights * basis.christoffel(X), basis.leverage)
    assert basis.leverage.sum() == pytest.approx(5)
    assert basis.gauss().weights @ basis.christoffel(basis.gauss().points) == pytest.approx(5)
    assert basis.sample_measure(7, rng=0).shape == (7, 1)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DiscreteBasis(vandermonde(9, 3)), "must have orthonormal columns"),
        (lambda: DiscreteBasis(np.eye(3) * (1 + 1e-6)), "must have orthonormal columns"),
        (lambda: DiscreteBasis(np.eye(2, 3)), "N >= m"),
        (lambda: DiscreteBasis(np.eye(3)[:, :0]), "N >= m"),
        (lambda: DiscreteBasis(np.eye(3), weights=[1, 1]), r"weights must have shape \(3,\)"),
        (lambda: DiscreteBasis(np.eye(3), weights=[1, 1, 0]), "weights must be positive"),
        (lambda: DiscreteBasis(np.full((3, 1), np.nan)), "finite"),
        (lambda: DiscreteBasis.from_columns(np.ones((5, 2))), "dependent"),
        (lambda: DiscreteBasis.from_columns(np.ones((2, 5))), "N >= m"),
        (lambda: DiscreteBasis(np.eye(3))([[0.0]]), "integers"),
        (lambda: DiscreteBasis(np.eye(3))([0, 1]), r"shape \(..., 1\)"),
        (lambda: DiscreteBasis(np.eye(3))([[3]]), "candidates 0 to 2"),
        (lambda: DiscreteBasis(np.eye(3))([[-1]]), "candidates 0 to 2"),
    ],
)
def test_bad_finite_bases_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_batch_of_designs_can_be_taken_apart():
    points, weights = np.arange(12.0).reshape(2, 3, 2), np.ones((2, 3))
    design = Design(points, weights, "dpp", np.array([5, 6]))
    assert (design.n, design.d, design.size) == (3, 2, 2)
    assert (design[1].size, design[1].proposals) == (None, 6)
    assert Design(points, weights, "dpp", [5, 6])[1].proposals == 6
    np.testing.assert_array_equal(design[1].points, points[1])
    assert design[:1].size == 1
    with pytest.raises(ValueError, match="single draw"):
        design[0][0]


@pytest.mark.parametrize(
    ("points", "weights", "scheme", "words"),
    [
        (np.zeros(3), np.ones(3), "dpp", "shape"),
        (np.zeros((3, 1)), np.ones(4), "dpp", "shape"),
        (np.zeros((2, 3, 1)), np.ones(3), "dpp", "shape"),
        (np.zeros((3, 1)), np.zeros(3), "dpp", "positive"),
        (np.zeros((3, 1)), [1, 1, np.inf], "dpp", "weights must be finite"),
        (np.zeros((3, 1)), np.ones(3), "magic", "scheme must be"),
    ],
)
def test_bad_designs_are_refused(points, weights, scheme, words):
    with pytest.raises(ValueError, match=words):
        Design(points, weights, scheme)
