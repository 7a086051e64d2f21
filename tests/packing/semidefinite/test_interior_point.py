"""The interior point method against problems whose solution is known, and against another solver."""

import cvxpy as cp
import numpy as np
import pytest

from mathlib.packing.semidefinite.interior_point import minimise, svec_matrix


@pytest.mark.parametrize("m", [1, 2, 5])
def test_svec_is_an_isometry(m):
    rng = np.random.default_rng(0)
    A, B = (M + M.T for M in rng.standard_normal((2, m, m)))
    P = svec_matrix(m)
    a, b = P.T @ A.ravel(), P.T @ B.ravel()
    assert a @ b == pytest.approx(np.sum(A * B))
    assert P @ a == pytest.approx(A.ravel())


@pytest.mark.parametrize("precision", ["double", "extended"])
def test_the_smallest_eigenvalue(precision):
    """max t with A - t I psd, as min <A, X> over psd X of trace 1."""
    rng = np.random.default_rng(1)
    A = rng.standard_normal((6, 6))
    A = A + A.T
    P = svec_matrix(6)
    trace = P.T @ np.eye(6).ravel()
    rows = np.array([trace, -trace]) / np.linalg.norm(trace)
    limits = np.array([1 + 1e-7, -1 + 1e-7]) / np.linalg.norm(trace)
    found = minimise(P.T @ A.ravel(), rows, limits, [(0, 6)], tolerance=1e-7, precision=precision)
    assert P.T @ A.ravel() @ found.w == pytest.approx(np.linalg.eigvalsh(A)[0], rel=1e-5)
    assert found.gap < 1e-6
    assert np.linalg.eigvalsh((P @ found.w).reshape(6, 6))[0] > 0


def test_random_problems_agree_with_clarabel():
    """Variables that are free, four blocks, and rows: the construction makes both sides feasible."""
    rng = np.random.default_rng(2)
    for _ in range(5):
        free, sizes, N = 4, (3, 4, 3, 1), 60
        starts = np.cumsum([free, *(m * (m + 1) // 2 for m in sizes)])
        v = starts[-1]
        rows = rng.standard_normal((N, v))
        inner = rng.standard_normal(v)
        dual = rows.T @ rng.uniform(0, 1, N)
        for start, m in zip(starts, sizes, strict=False):
            P = svec_matrix(m)
            at = slice(start, start + m * (m + 1) // 2)
            inner[at] = P.T @ np.eye(m).ravel()
            dual[at] -= P.T @ (np.eye(m) * rng.uniform(0.5, 1)).ravel()
        limits = rows @ inner + rng.uniform(0, 1, N)
        found = minimise(-dual, rows, limits, list(zip(starts, sizes, strict=False)), tolerance=1e-8)
        w = cp.Variable(v)
        matrices = [
            cp.reshape(svec_matrix(m) @ w[s : s + m * (m + 1) // 2], (m, m), order="C")
            for s, m in zip(starts, sizes, strict=False)
        ]
        problem = cp.Problem(cp.Minimize(-dual @ w), [rows @ w <= limits, *(M >> 0 for M in matrices)])
        problem.solve(solver=cp.CLARABEL)
        assert -dual @ found.w == pytest.approx(problem.value, rel=1e-6)
        assert (rows @ found.w <= limits + 1e-9).all()
        assert found.dual_residual < 1e-6


def test_an_infeasible_problem_is_refused():
    rows, limits = np.array([[1.0], [-1.0]]), np.array([-1.0, -1.0])  # w <= -1 and w >= 1
    with pytest.raises(ArithmeticError, match="no feasible point"):
        minimise(np.ones(1), rows, limits, [])


def test_the_result_says_how_good_it_is():
    rows, limits = np.array([[1.0], [-1.0]]), np.array([1.0, 1.0])
    found = minimise(np.ones(1), rows, limits, [], tolerance=1e-9)
    assert found.w == pytest.approx([-1], abs=1e-7)
    assert repr(found).startswith("InteriorPoint(gap ")
