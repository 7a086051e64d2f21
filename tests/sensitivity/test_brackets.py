"""The brackets of `sensitivities`: against truths from elsewhere, for every p, any scale and any rank."""

from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.sensitivity import dual_norm, leverage_scores, lewis_weights, sensitivities
from mathlib.sensitivity.brackets import solve as solve_module
from mathlib.sensitivity.brackets import solver as solver_module
from tests.sensitivity.truth import complete_graph, contradicts, leverage_exactly, one_relation_balls

POWERS = (1, 1.0001, 1.5, 2, 3, 4, 7.3, 16)
SMALL_POWERS = (1, 1.5, 2, 4)


def contains(result, truth, slack=1e-13):
    """The brackets hold the truths, which are floats and have errors of their own."""
    truth = np.asarray(truth)
    return bool(np.all(result.lower <= truth * (1 + slack)) and np.all(truth <= result.upper * (1 + slack)))


@pytest.mark.parametrize("p", POWERS)
@pytest.mark.parametrize("kind", ["plain", "rows", "rows and columns", "integers"])
def test_one_relation_in_balls(p, kind):
    """n = d + 1 rows have a closed form, evaluated in balls from the float entries: nothing is rounded."""
    rng = np.random.default_rng(7)
    for d in (1, 2, 5):
        A = rng.standard_normal((d + 1, d))
        if kind == "integers":
            A = np.round(3 * A) + np.vstack([7 * np.eye(d), np.ones(d)])
        if "rows" in kind:
            # Up to p = 4; beyond, scales of 1e-12 would leave the range of floats.
            decades = 12 if p <= 4 else 5
            A *= 10 ** rng.uniform(-decades, decades, d + 1)[:, None]
        if "columns" in kind:
            A *= 10 ** rng.uniform(-8, 8, d)
        result = sensitivities(A, p)
        assert result.converged.all()
        for lower, upper, ball in zip(result.lower, result.upper, one_relation_balls(A, p), strict=True):
            assert not contradicts(lower, upper, ball)


@pytest.mark.parametrize("p", POWERS)
def test_closed_forms(p):
    assert contains(sensitivities(np.eye(6), p), np.ones(6))
    column = np.array([3.0, 1e-5, -2.0, 0.0, 7.0])
    assert contains(sensitivities(column[:, None], p), np.abs(column) ** p / np.sum(np.abs(column) ** p))
    cycle = np.eye(9) - np.roll(np.eye(9), 1, axis=1)
    assert contains(sensitivities(cycle, p), np.full(9, 1 / (1 + 8.0 ** (1 - p))))
    result = sensitivities(complete_graph(7), p)
    assert result.converged.all()
    assert contains(result, np.full(21, 1 / (1 + 5 * 2.0 ** (1 - p))))


def test_leverage_scores_in_fractions_for_p_2():
    rng = np.random.default_rng(1)
    A = rng.standard_normal((20, 4)) * 10 ** rng.uniform(-12, 12, 20)[:, None]
    result = sensitivities(A, 2, tol=1e-9)
    exact = leverage_exactly(A)
    assert result.converged.all()
    assert all(low <= t <= high for low, t, high in zip(result.lower, exact, result.upper, strict=True))


@pytest.mark.parametrize("p", [1, 1.3, 2.5, 4, 6])
def test_cvxpy_agrees(p):
    A = np.random.default_rng(2).standard_t(2, (40, 4))
    result = sensitivities(A, p, tol=1e-7)
    assert result.converged.all()
    x, c = cp.Variable(4), cp.Parameter(4)
    problem = cp.Problem(cp.Minimize(cp.pnorm(A @ x, p, approx=False)), [c @ x == 1])
    for i in (0, 17, 39):
        c.value = A[i]
        assert result.middle[i] == pytest.approx(problem.solve(solver="CLARABEL") ** -p, rel=1e-5)


@pytest.mark.parametrize("p", SMALL_POWERS)
def test_what_x_and_the_dual_prove(p):
    """x attains the lower end, y is feasible and its norm is the upper end."""
    A = np.random.default_rng(3).standard_normal((50, 5))
    result = sensitivities(A, p, rows=[3, 49, 0], keep_dual=True)
    assert result.x.shape == (3, 5)
    assert result.dual.shape == (3, 50)
    np.testing.assert_array_equal(result.columns, range(5))
    image = np.abs(A @ result.x.T)
    quotient = image[[3, 49, 0], [0, 1, 2]] ** p / np.sum(image**p, axis=0)
    np.testing.assert_allclose(quotient, result.lower, rtol=1e-10)
    np.testing.assert_allclose(result.dual @ A, A[[3, 49, 0]], atol=1e-12)
    q = np.inf if p == 1 else p / (p - 1)
    np.testing.assert_allclose(np.linalg.norm(result.dual, q, axis=1) ** p, result.upper, rtol=2e-6)
    assert sensitivities(A, p, rows=[3]).dual is None


def test_x_of_badly_scaled_columns():
    A = np.random.default_rng(3).standard_normal((30, 3)) * [1e-9, 1, 1e7]
    result = sensitivities(A, 3, rows=[4])
    image = A @ result.x[0]
    assert image[4] == pytest.approx(1, rel=1e-12)
    assert np.abs(image[4]) ** 3 / np.sum(np.abs(image) ** 3) == pytest.approx(result.lower[0], rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), p=st.sampled_from((1, 1.2, 2, 3, 5.5)))
def test_invariances(seed, p):
    """A -> A G changes nothing; more rows or fewer columns never raise a sensitivity; copies share it."""
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((15, 3))
    plain = sensitivities(A, p)
    moved = sensitivities(A @ rng.standard_normal((3, 3)), p)
    np.testing.assert_allclose(plain.middle, moved.middle, rtol=1e-5)
    more = sensitivities(np.vstack([A, rng.standard_normal((4, 3))]), p, rows=range(15))
    assert np.all(more.lower <= plain.upper)
    fewer = sensitivities(A[:, :2], p)
    assert np.all(fewer.lower <= plain.upper)
    three = sensitivities(np.vstack([A, A[:1], A[:1]]), p)
    merged = sensitivities(np.vstack([A[:1] * 3 ** (1 / p), A[1:]]), p)
    assert 3 * three.middle[0] == pytest.approx(merged.middle[0], rel=1e-5)
    assert three.middle[0] == pytest.approx(three.middle[15], rel=1e-5)


@pytest.mark.parametrize("p", [1, 1.5, 3, 4])
def test_lewis_and_leverage_sandwiches(p):
    A = np.random.default_rng(4).standard_t(3, (60, 5))
    n, d = A.shape
    result, w, tau = sensitivities(A, p), lewis_weights(A, p), leverage_scores(A)
    low, high = (d ** (p / 2 - 1) * w, w) if p <= 2 else (w, d ** (p / 2 - 1) * w)
    assert np.all(result.upper >= low * (1 - 1e-9))
    assert np.all(result.lower <= high * (1 + 1e-9))
    low, high = sorted([n ** (p / 2 - 1), 1.0])
    assert np.all(result.upper >= low * tau ** (p / 2) * (1 - 1e-9))
    assert np.all(result.lower <= high * tau ** (p / 2) * (1 + 1e-9))


@pytest.mark.parametrize("p", SMALL_POWERS)
def test_zero_rows_duplicates_rank_and_wide_matrices(p):
    rng = np.random.default_rng(5)
    A = rng.standard_normal((12, 3))
    plain = sensitivities(A, p)
    zero = sensitivities(np.vstack([A, np.zeros((2, 3))]), p)
    assert np.all(zero.lower[12:] == 0)
    assert np.all(zero.upper[12:] == 0)
    assert zero.converged.all()
    np.testing.assert_allclose(zero.middle[:12], plain.middle, rtol=1e-5)
    dependent = sensitivities(np.hstack([A, A @ rng.standard_normal((3, 2))]), p)
    assert dependent.rank == 3
    assert dependent.x.shape == (12, 3)
    np.testing.assert_allclose(dependent.middle, plain.middle, rtol=1e-5)
    assert contains(sensitivities(rng.standard_normal((3, 7)), p), np.ones(3))
    twice = sensitivities(np.vstack([A, A]), p)
    np.testing.assert_allclose(2 * twice.middle[:12], plain.middle, rtol=1e-5)
    sparse = sensitivities(scipy.sparse.csr_array(A), p)
    np.testing.assert_array_equal(sparse.lower, plain.lower)


@pytest.mark.parametrize("p", [1, 1.5, 4])
def test_exact_dependence_between_rows_of_very_different_scales(p):
    """A weighted graph: each triangle is a dependence that floats see only up to rounding, whose traces
    1e-16 times 1e12 would swamp the rows of scale 1e-12."""
    rng = np.random.default_rng(6)
    A = complete_graph(6) * 10 ** rng.uniform(-12, 12, 15)[:, None]
    result = sensitivities(A, p)
    assert result.rank == 5
    assert result.converged.all()
    assert np.count_nonzero(result.lower > 0) >= 12  # p = 4: the smallest are below 1e-300
    result.verify(range(4))


def test_ill_conditioned_columns():
    A = np.vander(np.linspace(0, 1, 40), 12)
    result = sensitivities(A, 3, rows=range(0, 40, 8))
    assert result.converged.all()
    result.verify()


@pytest.mark.parametrize("p", [1, 1.5, 4])
def test_a_row_without_convergence_keeps_a_valid_bracket(p, monkeypatch):
    A = np.random.default_rng(8).standard_cauchy((60, 4))
    sharp = sensitivities(A, p)
    impatient = solver_module.solve_batch

    def one_step(*arguments, **options):
        monkeypatch.setattr("mathlib.sensitivity.brackets.batch._MOST_STEPS", 1)
        return impatient(*arguments, **options)

    monkeypatch.setattr(solver_module, "solve_batch", one_step)
    blunt = sensitivities(A, p)
    assert np.all(blunt.lower <= sharp.lower * (1 + 1e-9))
    assert np.all(blunt.upper >= sharp.upper * (1 - 1e-9))
    np.testing.assert_array_equal(blunt.converged, blunt.upper - blunt.lower <= blunt.tol * blunt.upper)
    if p > 1:  # for p = 1 the simplex method finishes what one step began
        assert not blunt.converged.all()


def test_below_the_range_of_floats():
    result = sensitivities([[1.0], [1e-30]], 16)
    assert result.lower[1] == 0
    assert result.upper[1] == 1e-300
    assert result.converged[1]  # no narrower bracket can be written in doubles
    assert "below 1e-06" in repr(result)
    result.verify()


@pytest.mark.parametrize("p", [1, 1.0001, 1.2, 2, 3.3, 16])
@pytest.mark.parametrize("name", ["cauchy", "identities", "grid of roots"])
def test_hard_matrices_converge(p, name):
    rng = np.random.default_rng(5)
    A = {
        "cauchy": lambda: rng.standard_cauchy((80, 6)),
        "identities": lambda: np.vstack([np.eye(6)] * 8 + [rng.standard_normal((40, 6))]),
        "grid of roots": lambda: np.vander(np.linspace(-1, 1, 80), 8),
    }[name]()
    assert sensitivities(A, p).converged.all()


def test_few_steps_are_enough():
    """A Newton step of the wrong length would need many more."""
    A = np.random.default_rng(5).standard_normal((200, 6))
    most = {p: sensitivities(A, p).iterations.max() for p in (1, 1.5, 2, 3, 4, 8, 16)}
    assert most[2] == 1
    assert max(most[3], most[4]) <= 6
    assert max(most[1], most[1.5], most[8]) <= 9
    assert most[16] <= 14
    hard = np.vstack([np.eye(6)] * 8 + [np.random.default_rng(6).standard_normal((40, 6))])
    assert sensitivities(hard, 1.0001).iterations.max() <= 26


@pytest.mark.parametrize("p", [1, 1.7, 2, 5])
def test_results_hardly_depend_on_the_batch(p):
    A = np.random.default_rng(9).standard_normal((100, 4))
    whole, some = sensitivities(A, p), sensitivities(A, p, rows=[-1, 5])
    np.testing.assert_array_equal(some.rows, [99, 5])
    np.testing.assert_allclose(some.lower, whole.lower[[99, 5]], rtol=2e-6)
    mask = np.zeros(100, dtype=bool)
    mask[[5, 99]] = True
    np.testing.assert_array_equal(sensitivities(A, p, rows=mask).rows, [5, 99])
    assert len(sensitivities(A, p, rows=[]).rows) == 0


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
def test_dual_norm(p):
    rng = np.random.default_rng(10)
    A = rng.standard_normal((30, 4))
    assert dual_norm(A, A[7], p) ** p == pytest.approx(sensitivities(A, p).middle[7], rel=1e-5)
    c = rng.standard_normal(4)
    value = dual_norm(A, c, p)
    assert value.lower <= value <= value.upper <= value.lower * (1 + 1e-8)
    x = rng.standard_normal((4, 2000))
    assert np.max(np.abs(c @ x) / np.linalg.norm(A @ x, p, axis=0)) <= value.upper
    assert dual_norm(A, 1e30 * c, p) == pytest.approx(1e30 * value, rel=1e-8)
    assert dual_norm(A, np.zeros(4), p) == 0
    flat = np.hstack([A, A[:, :1] + A[:, 1:2]])
    assert dual_norm(flat, [*c, c[0] + c[1]], p) == pytest.approx(value, rel=1e-8)
    assert dual_norm(flat, [*c, c[0] + c[1] + 1e-3], p) == np.inf
    scales = np.array([1e-9, 1, 1, 1e9, 1e12])
    wild = flat * scales
    assert dual_norm(wild, [*c, c[0] + c[1]] * scales, p) == pytest.approx(value, rel=1e-8)
    assert dual_norm(wild, [c[0] + 1e-3, *c[1:], c[0] + c[1]] * scales, p) == np.inf
    with pytest.warns(UserWarning, match="the dual norm is only known to lie in"):
        assert dual_norm(A, c, p, tol=1e-17) == pytest.approx(value, rel=1e-8)


def test_the_line_of_a_result():
    result = sensitivities(np.eye(3), 1.5)
    assert repr(result) == (
        "Sensitivities(p=1.5: 3 rows in brackets, the widest relative gap below 1e-06, total in [3, 3])"
    )
    blunt = replace(result, lower=0.9 * result.lower)
    assert "the widest relative gap 1.0e-01, above the 1e-06 asked for, total in [2.7, 3]" in repr(blunt)
    assert "no rows" in repr(sensitivities(np.eye(3), 1.5, rows=[]))


def test_many_rows_warn(monkeypatch):
    monkeypatch.setattr(solve_module, "_MANY_ROWS", 50)
    A = np.random.default_rng(11).standard_normal((60, 2))
    with pytest.warns(UserWarning, match=r"60 sensitivities of a 60 x 2 matrix cost .* lewis_weights"):
        sensitivities(A, 2)
