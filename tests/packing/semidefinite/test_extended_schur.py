"""The double-double linear system against exact rational arithmetic, and what it is good for."""

import signal
import subprocess
import sys
import time
from fractions import Fraction

import flint
import numpy as np
import pytest
from scipy.linalg import LinAlgError

from mathlib.packing.semidefinite import double_double
from mathlib.packing.semidefinite.double_double import cholesky, combination, gram, substitute
from mathlib.packing.semidefinite.extended_schur import ExtendedSystem
from mathlib.packing.semidefinite.interior_point import minimise
from mathlib.packing.semidefinite.schur import DoubleSystem
from mathlib.packing.three_point.solver.bound import solve_three_point
from mathlib.packing.three_point.spec import ThreePointSpec


def exact(high, low):
    """The numbers high + low, as an array of Fractions."""
    fractions = [Fraction(h) + Fraction(e) for h, e in zip(high.flat, low.flat, strict=True)]
    return np.array(fractions, dtype=object).reshape(high.shape)


def fractions_of(array):
    return exact(array, np.zeros(array.shape))


def solution(S, right):
    """S^-1 right by exact elimination, rounded to doubles in the end."""
    v = len(S)
    matrix = flint.fmpq_mat(v, v, [flint.fmpq(x.numerator, x.denominator) for x in S.flat])
    column = flint.fmpq_mat(v, 1, [flint.fmpq(*float(x).as_integer_ratio()) for x in right])
    return np.array([int(x.p) / int(x.q) for x in matrix.solve(column).entries()])


def badly_scaled(rng, N, v):
    rows = rng.standard_normal((N, v)) * 10.0 ** rng.uniform(-6, 6, (N, v))
    return rows, 10.0 ** rng.uniform(-12, 12, N)


def test_the_sum_of_badly_scaled_rows_is_nearly_exact():
    rng = np.random.default_rng(0)
    rows, weights = badly_scaled(rng, 150, 5)  # more rows than are summed at once
    high, low = gram(rows, weights)
    A, w = fractions_of(rows), fractions_of(weights)
    error = np.abs(np.triu(exact(high, low) - A.T @ (w[:, None] * A)))
    size = np.abs(A).T @ (w[:, None] * np.abs(A))
    assert (error <= size * 150**2 / Fraction(2) ** 104).all()
    assert (np.abs(low) <= np.spacing(np.abs(high))).all()
    assert not low[np.tril_indices(5, -1)].any()
    in_doubles = fractions_of(np.triu(rows.T @ (weights[:, None] * rows)))
    assert (np.abs(in_doubles - np.triu(A.T @ (w[:, None] * A))) > 10**10 * error).any()


def test_a_sum_in_parts_is_as_exact(monkeypatch):
    monkeypatch.setattr(double_double, "_WORK_AT_ONCE", 1)
    test_the_sum_of_badly_scaled_rows_is_nearly_exact()


def test_the_factor_multiplies_back():
    rng = np.random.default_rng(1)
    rows, weights = badly_scaled(rng, 30, 7)
    high, low = gram(rows, weights)
    S = exact(high, low)
    shift = 2.0**-10 * high[0, 0]
    assert cholesky(high, low, shift)
    U = np.triu(exact(high, low))
    for i in range(7):
        U[i, i] = 1 / U[i, i]
    error = np.abs(np.triu(U.T @ U - S - Fraction(shift) * np.eye(7, dtype=int).astype(object)))
    assert (error <= np.abs(U).T @ np.abs(U) * 100 / Fraction(2) ** 104).all()


def test_a_system_of_condition_1e23_is_solved():
    """Powers of 40 points in [0, 1], as ill-conditioned as Hilbert's matrix, and a small block.

    Doubles cannot do it.
    """
    rows = (np.arange(1, 41) / 64)[:, None] ** np.arange(14)
    block = 2.0**-80 * np.eye(14)
    A = fractions_of(rows)
    right = np.random.default_rng(2).integers(-9, 10, 14).astype(float)
    truth = solution(A.T @ A + fractions_of(block), right)
    ours, products = solved(ExtendedSystem(rows), np.ones(40), [(0, block)], right)
    assert ours == pytest.approx(truth, rel=1e-8, abs=0)
    exact_products = (A @ fractions_of(truth)).astype(float)
    assert products == pytest.approx(exact_products, abs=1e-8 * np.abs(truth).max())
    doubles, _ = solved(DoubleSystem(rows), np.ones(40), [(0, block)], right)
    assert np.abs(doubles / truth - 1).max() > 0.5


def solved(system, ratio, blocks, right):
    system.factorise(ratio, blocks)
    return system.solve(right)


def test_blocks_stand_where_they_belong():
    rng = np.random.default_rng(3)
    rows, weights = badly_scaled(rng, 60, 8)
    blocks, S = [(1, 3), (5, 2)], fractions_of(rows)
    S = S.T @ (fractions_of(weights)[:, None] * S)
    matrices = []
    for start, m in blocks:
        G = rng.standard_normal((m, m)) * np.sqrt(float(S[start, start]))
        matrices.append((start, (G @ G.T + (G @ G.T).T) / 2))
        S[start : start + m, start : start + m] += fractions_of(matrices[-1][1])
    right = rng.standard_normal(8)
    truth = solution(S, right)
    ours = solved(ExtendedSystem(rows), weights, matrices, right)[0]
    assert ours == pytest.approx(truth, rel=1e-12, abs=0)


def test_a_product_in_which_everything_cancels():
    """The vector is orthogonal to every row up to its low part and a small rest."""
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((50, 20)) * 2.0**-70
    rows[:, 1] = -rng.standard_normal(50)
    rows[:, 0] = -rows[:, 1]
    high, low = rng.standard_normal((2, 20))
    high[1], low = high[0], low * 2.0**-60
    truth = (fractions_of(rows) @ exact(high, low)).astype(float)
    products = combination(rows.T.copy(), high, low, np.zeros(50))
    assert products == pytest.approx(truth, rel=1e-12, abs=0)
    assert np.abs(rows @ (high + low) / truth - 1).max() > 0.5


@pytest.mark.parametrize("m", [1, 2, 6])
def test_the_inverse_of_an_ill_conditioned_matrix(m):
    Z = np.array([[1 / (i + j + 1) for j in range(m)] for i in range(m)]) + 2.0**-40 * np.eye(m)
    exact_inverse = np.stack([solution(fractions_of(Z), column) for column in np.eye(m)])
    found = ExtendedSystem(Z).inverse(np.stack([np.eye(m), Z]))
    assert found[0] == pytest.approx(np.eye(m), abs=0)
    assert found[1] == pytest.approx(exact_inverse, rel=1e-14, abs=0)


def test_substitution_leaves_the_factor_alone():
    high, low = gram(np.array([[2.0, 1.0], [0.0, 3.0]]), np.ones(2))
    assert cholesky(high, low, 0.0)
    before, b = high.copy(), np.array([4.0, 2.0])
    substitute(high, low, b, np.zeros(2))
    assert b == pytest.approx([1, 0], abs=1e-15)  # [[4, 2], [2, 10]] x = (4, 2)
    assert (high == before).all()


def test_what_is_not_positive_definite_is_refused():
    system = ExtendedSystem(np.eye(3))
    with pytest.raises(LinAlgError, match="not positive definite"):
        system.factorise(np.ones(3), [(0, np.diag([0.0, -2.0]))])
    with pytest.raises(LinAlgError, match="overflows"):
        system.factorise(np.array([1.0, np.inf, 1.0]), [])
    with pytest.raises(LinAlgError, match="Z is not"):
        system.inverse(np.array([[[1.0, 2.0], [2.0, 1.0]]]))


def chebyshev_problem(d):
    """min 2^(2d-1) max over x of |x^d - a polynomial of lower degree| on [0, 1]: the optimum is 1.

    The rows are powers of points, among them the extrema of the Chebyshev polynomial of [0, 1].
    """
    x = np.r_[np.sin(np.pi * np.arange(d + 1) / (2 * d)) ** 2, np.linspace(0, 1, 40)]
    powers, t = x[:, None] ** np.arange(d), np.full((len(x), 1), -(2.0 ** (1 - 2 * d)))
    rows = np.vstack([np.hstack([-powers, t]), np.hstack([powers, t])])
    return np.r_[np.zeros(d), 1.0], rows, np.r_[-(x**d), x**d]


def test_a_gap_that_doubles_do_not_reach():
    problem = chebyshev_problem(12)
    found = {p: minimise(*problem, [], tolerance=1e-10, precision=p) for p in ("double", "extended")}
    assert found["double"].gap > 1e-7
    assert found["extended"].gap < 1e-10
    assert found["extended"].w[-1] == pytest.approx(1, abs=1e-8)  # the data are rounded to doubles


@pytest.mark.parametrize("d", [4, 8, 12, 14])
@pytest.mark.parametrize("seed", range(3))
def test_the_gap_does_not_hang_on_the_last_bits(d, seed):
    """Permuted rows and variables, and data changed in the last bits: every sum is rounded otherwise."""
    rng = np.random.default_rng(seed)
    cost, rows, limits = chebyshev_problem(d)
    order, variables = rng.permutation(len(rows)), rng.permutation(len(cost))
    rows = rows * (1 + 2.0**-52 * rng.integers(-1, 2, rows.shape))
    problem = cost[variables], rows[order][:, variables], limits[order]
    found = minimise(*problem, [], tolerance=1e-9, most=60, precision="extended")
    assert found.gap < 1e-9
    assert found.primal_residual < 1e-15
    assert cost[variables] @ found.w == pytest.approx(1, abs=1e-9 + 4.0**d * 2.0**-50)


def test_a_low_part_keeps_what_rounding_loses():
    rng = np.random.default_rng(5)
    system = ExtendedSystem(rng.standard_normal((30, 4)))
    w, low = rng.standard_normal(4), np.zeros(4)
    truth = fractions_of(w)
    for exponent in range(0, 60, 6):
        step = rng.standard_normal(4) * 2.0**-exponent
        w, low = system.added(w, low, step)
        truth = truth + fractions_of(step)
    assert np.abs((exact(w, low) - truth).astype(float)).max() < 2.0**-100
    limits = system.rows @ w
    exact_slacks = fractions_of(limits) - fractions_of(system.rows) @ truth
    assert system.slacks(limits, w, low) == pytest.approx(exact_slacks.astype(float), rel=1e-14, abs=0)
    x, x_low = rng.standard_normal(30), 2.0**-60 * rng.standard_normal(30)
    vector = -system.rows.T @ x
    exact_sums = fractions_of(vector) + fractions_of(system.rows).T @ exact(x, x_low)
    assert system.combined(vector, x, x_low) == pytest.approx(exact_sums.astype(float), rel=1e-12, abs=0)


def test_both_precisions_find_the_same_bound():
    spec = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
    double, extended = (
        solve_three_point(spec, slack=1e-5, precision=p, progress=False) for p in ("double", "extended")
    )
    assert float(extended.bound) == pytest.approx(float(double.bound), rel=3e-5)  # three relative gaps
    assert extended != double


@pytest.mark.parametrize("precision", ["single", None, 2])
def test_other_precisions_are_refused(precision):
    with pytest.raises(ValueError, match=r"precision must be 'double' or 'extended'; got "):
        minimise(*chebyshev_problem(3), [], precision=precision)
    with pytest.raises(ValueError, match=r"precision must be 'double' or 'extended'; got "):
        solve_three_point(ThreePointSpec(4, 1.5, 9, (3, 2), 1.4), precision=precision, progress=False)


@pytest.mark.slow
def test_an_interrupt_does_not_wait_for_a_large_sum():
    """The sum takes ten seconds; a second after the signal the process has ended."""
    program = (
        "import signal, numpy as np\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a background job ignores it\n"
        "from mathlib.packing.semidefinite.double_double import gram\n"
        "rows = np.ones((30_000, 800))\n"
        "gram(rows[:200], np.ones(200))\n"
        "print('ready', flush=True)\n"
        "gram(rows, np.ones(30_000))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    assert process.communicate(timeout=60)[1].endswith("KeyboardInterrupt\n")
    assert time.monotonic() - start < 3
