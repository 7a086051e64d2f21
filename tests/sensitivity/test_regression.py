"""l_p regression against least squares, linear programmes, convex programmes and one-dimensional truths."""

import numpy as np
import pytest
import scipy.sparse
from scipy.optimize import linprog, minimize_scalar

from mathlib.sensitivity import Sample, lp_regression

P = [1, 1.0001, 1.3, 2, 2.5, 4, 16]


def problem(n=60, d=3, seed=0):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, d))
    return A, A @ np.arange(1, d + 1) + rng.standard_cauchy(n)


def norm(r, p):
    top = np.abs(r).max()
    return top * np.sum((np.abs(r) / top) ** p) ** (1 / p)


@pytest.mark.parametrize("p", P)
def test_the_bracket_closes_and_no_other_point_is_below_it(p):
    A, b = problem()
    found = lp_regression(A, b, p)
    assert found.converged
    assert found.upper == pytest.approx(norm(A @ found.x - b, p), rel=1e-12)
    assert found.lower <= found.upper <= found.lower * (1 + 1e-9)
    rng = np.random.default_rng(1)
    for size in (1e-6, 1e-3, 1):
        for _ in range(20):
            assert norm(A @ (found.x + size * rng.standard_normal(3)) - b, p) >= found.lower


def test_p_1_against_a_linear_programme():
    A, b = problem(80, 4)
    n, d = A.shape
    both = np.block([[A, -np.eye(n)], [-A, -np.eye(n)]])
    least = linprog(np.r_[np.zeros(d), np.ones(n)], both, np.r_[b, -b], bounds=(None, None))
    found = lp_regression(A, b, 1)
    assert found.upper == pytest.approx(least.fun, rel=1e-9)
    assert np.count_nonzero(np.abs(A @ found.x - b) < 1e-9 * np.abs(b).max()) >= d  # a vertex


def test_p_1_of_one_column_is_a_median():
    b = [3, 1, 100, 2, -50]
    assert lp_regression(np.ones((5, 1)), b, 1).x == pytest.approx([2])
    # With an even number any point between the two middle ones is as good.
    even = lp_regression(np.ones((4, 1)), [0, 1, 5, 9], 1)
    assert even.upper == pytest.approx(13)
    assert 1 - 1e-9 <= even.x[0] <= 5 + 1e-9


def test_p_2_against_least_squares():
    A, b = problem()
    assert lp_regression(A, b, 2).x == pytest.approx(np.linalg.lstsq(A, b, rcond=None)[0], rel=1e-10)


@pytest.mark.parametrize("p", [1.5, 3, 16])
def test_one_column_against_a_line_search(p):
    b = np.array([0, 0, 1, 4.0])
    best = minimize_scalar(lambda t: np.sum(np.abs(t - b) ** p), bounds=(0, 4), method="bounded",
                           options={"xatol": 1e-12})  # fmt: skip
    found = lp_regression(np.ones((4, 1)), b, p)
    assert found.upper == pytest.approx(best.fun ** (1 / p), rel=1e-9)
    assert found.x[0] == pytest.approx(best.x, abs=1e-5)


@pytest.mark.parametrize("p", [1.5, 3])
def test_against_a_convex_solver(p):
    import cvxpy

    A, b = problem(30, 3)
    x = cvxpy.Variable(3)
    cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(A @ x - b, p))).solve(solver=cvxpy.CLARABEL)
    found = lp_regression(A, b, p)
    assert found.upper == pytest.approx(norm(A @ x.value - b, p), rel=1e-6)


@pytest.mark.parametrize("p", P)
def test_weights_scale_rows(p):
    A, b = problem()
    weights = np.random.default_rng(2).uniform(0.1, 3, 60)
    weighted = lp_regression(A, b, p, weights=weights)
    scaled = lp_regression(A * weights[:, None], b * weights, p)
    assert weighted.upper == pytest.approx(scaled.upper, rel=1e-9)
    # k copies of a row count like one row scaled by k^(1/p).
    copies = np.arange(60) % 4 + 1
    repeated = lp_regression(np.repeat(A, copies, axis=0), np.repeat(b, copies), p)
    merged = lp_regression(A, b, p, weights=copies ** (1 / p))
    assert repeated.upper == pytest.approx(merged.upper, rel=1e-8)


def test_a_sample_of_everything_changes_nothing():
    A, b = problem()
    s = Sample(np.arange(60), np.ones(60))
    assert lp_regression(A[s.indices], b[s.indices], 1.5, weights=s.weights).x == pytest.approx(
        lp_regression(A, b, 1.5).x
    )


@pytest.mark.parametrize("p", P)
def test_exact_fits_dependent_columns_and_few_rows(p):
    A, b = problem()
    fit = lp_regression(A, A @ [1, 2, 3], p)
    assert fit.x == pytest.approx([1, 2, 3])
    assert fit.lower == 0
    assert fit.converged
    wide = np.c_[A, A[:, 0] - A[:, 1]]
    assert lp_regression(wide, b, p).upper == pytest.approx(lp_regression(A, b, p).upper, rel=1e-8)
    assert lp_regression(A[:2], b[:2], p).upper < 1e-12 * np.abs(b[:2]).max()
    zero = lp_regression(A, np.zeros(60), p)
    assert (zero.lower, zero.upper) == (0, 0)
    assert not zero.x.any()


@pytest.mark.parametrize("p", P)
def test_any_scale(p):
    A, b = problem()
    plain = lp_regression(A, b, p)
    scaled = lp_regression(1e12 * A @ np.diag([1, 1e9, 1e-9]), 1e-12 * b, p)
    assert 1e12 * scaled.upper == pytest.approx(plain.upper, rel=1e-8)
    wild = lp_regression(A, b, p, weights=10.0 ** np.random.default_rng(0).uniform(-12, 12, 60))
    assert wild.lower <= wild.upper
    assert wild.converged
    assert lp_regression(scipy.sparse.csr_array(A), b, p).upper == plain.upper


def test_numbers_near_the_ends_of_the_range():
    found = lp_regression([[1e300], [1.0]], [1e300, 1.0], 2, weights=[1e100, 1.0])
    assert (found.lower, found.converged) == (0, True)
    assert found.x == pytest.approx([1])
    tiny = lp_regression([[0], [1.0], [0.5]], [0, 1.0, 2], 2, weights=[1e300, 1e-300, 1e-300])
    assert tiny.x == pytest.approx([1.6])
    assert tiny.upper == pytest.approx(1e-300 * 1.8**0.5, rel=1e-9)
    for p in P:
        A, b = problem()
        plain = lp_regression(A, b, p)
        large = lp_regression(1e-200 * A, 1e100 * b, p, weights=np.full(60, 1e-150))
        assert large.upper == pytest.approx(1e-50 * plain.upper, rel=1e-8)
        assert large.x == pytest.approx(1e300 * plain.x, rel=1e-4)
    for A, b, weights in [([[1e-300]] * 2, [1e300, 1], None), (np.ones((2, 1)), [1e300, 1], [1e10, 1e10]),
                          (np.ones((2, 1)), [1e-200, 0], [1e-200, 1e-200])]:  # fmt: skip
        with pytest.raises(ValueError, match="outside the range of doubles; rescale"):
            lp_regression(A, b, 2, weights=weights)


def test_the_rank_is_told():
    A, b = problem()
    assert lp_regression(A, b, 1.5).rank == 3
    found = lp_regression(np.c_[A, A[:, 0]], b, 1.5)
    assert found.rank == 3
    assert repr(found).endswith(", rank 3 of 4 columns)")
    assert lp_regression(A, np.zeros(60), 1).rank == 3


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda A, b: lp_regression(A, b[:-1], 2), r"b must have shape \(60,\); got"),
        (lambda A, b: lp_regression(A, b * np.nan, 2), "finite"),
        (lambda A, b: lp_regression(A, b + 0j, 2), "b must hold real numbers"),
        (lambda A, b: lp_regression(A, [2**53 + 1] * 60, 2), "exact in double precision"),
        (
            lambda A, b: lp_regression(A, b, 2, weights=np.full(60, np.inf)),
            "weights must be finite; got inf in entry 0",
        ),
        (lambda A, b: lp_regression(A, b, 0.5), "p must be"),
        (lambda A, b: lp_regression(A, b, 17), "p must be"),
        (lambda A, b: lp_regression(A, b, 2, weights=np.zeros(60)), "positive"),
        (lambda A, b: lp_regression(A, b, 2, weights=np.ones(3)), r"weights must have shape \(60,\); got"),
        (lambda A, b: lp_regression(np.zeros((60, 2)), b, 2), "zero"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call(*problem())


def test_the_line_says_what_was_found():
    assert repr(lp_regression([[1], [1], [1]], [0, 1, 9], 1)) == "Regression(least l_1 norm in [9, 9])"
