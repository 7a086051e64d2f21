"""Leverage scores and Lewis weights: exact values, the defining equation, every scale of rows."""

import numpy as np
import pytest
import scipy.sparse

from mathlib.sensitivity import leverage_scores, lewis_weights
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.linear.rounding import refine, row_errors
from mathlib.sensitivity.weights.leverage import orthonormal_basis
from mathlib.sensitivity.weights.lewis import lewis_iteration
from tests.sensitivity.truth import complete_graph, leverage_exactly


def spread(n, d, decades, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) * 10 ** rng.uniform(-decades, decades, n)[:, None]


@pytest.mark.parametrize("decades", [0, 12, 100])
def test_leverage_scores_in_fractions(decades):
    """Each is accurate relative to its own size, rows that are 10^24 times smaller included."""
    A = spread(25, 4, decades) * [1, 1e8, 1e-8, 1]
    exact = np.array([float(value) for value in leverage_exactly(A)])
    visible = exact > 1e-290
    np.testing.assert_allclose(leverage_scores(A)[visible], exact[visible], rtol=1e-12)
    assert np.all(leverage_scores(A)[~visible] < 1e-289)


def test_leverage_scores_of_a_graph_are_effective_resistances():
    np.testing.assert_allclose(leverage_scores(complete_graph(9)), 2 / 9, rtol=1e-14)


def test_leverage_scores_sum_to_the_rank():
    rng = np.random.default_rng(1)
    thin = rng.standard_normal((60, 3))
    assert leverage_scores(thin @ rng.standard_normal((3, 8))).sum() == pytest.approx(3, abs=1e-12)
    wild = np.hstack([thin, thin[:, :1] + thin[:, 1:2]]) * 10 ** rng.uniform(-12, 12, 60)[:, None]
    assert leverage_scores(wild).sum() == pytest.approx(3, abs=1e-12)
    np.testing.assert_allclose(leverage_scores(rng.standard_normal((3, 9))), 1, rtol=1e-14)
    padded = np.vstack([thin, np.zeros((1, 3))])
    assert leverage_scores(padded)[-1] == 0
    np.testing.assert_array_equal(leverage_scores(scipy.sparse.csr_array(padded)), leverage_scores(padded))


def test_many_rows_go_through_a_tournament_of_pivots():
    A = spread(9000, 60, 6, seed=2)
    tau = leverage_scores(A)
    assert tau.sum() == pytest.approx(60, abs=1e-9)
    U = orthonormal_basis(row_basis(A).L)
    assert np.abs(U.T @ U - np.eye(60)).max() < 5e-15
    # The largest rows span everything: the others count little, and by hand as well.
    Q = np.linalg.qr(A / np.abs(A).max())[0]
    large = np.argsort(np.abs(A).max(axis=1))[-100:]
    np.testing.assert_allclose(tau[large], np.sum(Q[large] ** 2, axis=1), rtol=1e-6)


def test_error_bounds_of_the_basis_hold():
    """`refine` knows the coordinates to 70 digits; the bounds must cover the difference."""
    for A in (spread(40, 5, 0), spread(40, 5, 12), np.vander(np.linspace(0, 1, 40), 12)):
        basis = row_basis(A)
        bound = row_errors(A, basis.L, basis)
        bound[basis.pivot_rows] = 0  # the identity there, by definition
        exact, rest = refine(A, basis)
        difference = np.abs(exact - basis.L).max(axis=1)
        assert np.all(difference <= bound + rest)
        assert np.all(rest <= 2e-16 * np.abs(exact).max(axis=1))
        assert np.any(difference > 0)


@pytest.mark.parametrize("p", [1, 1.0001, 1.5, 2, 3, 4, 8.5, 16])
@pytest.mark.parametrize("decades", [0, 12])
def test_lewis_weights_satisfy_their_equation(p, decades):
    A = spread(80, 4, decades, seed=3)
    w = lewis_weights(A, p)
    assert w.sum() == pytest.approx(4, rel=1e-10)
    # tau(W^(1/2 - 1/p) A), through the leverage scores of the scaled matrix.
    np.testing.assert_allclose(leverage_scores(w[:, None] ** (1 / 2 - 1 / p) * A), w, rtol=1e-10)


def test_lewis_weights_of_symmetric_matrices():
    np.testing.assert_allclose(lewis_weights(np.eye(5), 3), 1, rtol=1e-12)
    np.testing.assert_allclose(lewis_weights(complete_graph(6), 7), 1 / 3, rtol=1e-11)
    copies = np.vstack([np.eye(3)] * 4 + [np.zeros((1, 3))])
    np.testing.assert_allclose(lewis_weights(copies, 1), [*[1 / 4] * 12, 0], rtol=1e-11)
    column = np.array([1.0, -2.0, 5.0])
    np.testing.assert_allclose(lewis_weights(column[:, None], 6), column**6 / np.sum(column**6), rtol=1e-10)


def steps(A, p):
    _, count, change = lewis_iteration(orthonormal_basis(row_basis(A).L), p, 1e-12)
    assert change <= 1e-12
    return count


def test_steps_of_the_lewis_iteration():
    rng = np.random.default_rng(4)
    matrices = (rng.standard_normal((300, 6)), rng.standard_cauchy((300, 6)), spread(300, 6, 12))
    for A in matrices:
        assert max(steps(A, p) for p in (1, 1.5, 3, 4)) <= 30
        assert max(steps(A, p) for p in (8, 16)) <= 200


def test_lewis_weights_say_when_rounding_ends_them():
    with pytest.raises(ArithmeticError, match=r"after \d+ steps the Lewis weights for p = 4 satisfy"):
        lewis_weights(np.vander(np.linspace(0, 1, 200), 14), 4, tol=1e-30)
