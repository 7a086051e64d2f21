"""Least Euclidean distortion: closed forms, exact duals, another solver, and forgeries."""

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import cvxpy as cp
import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.metrics import (
    DistortionBracket,
    FiniteMetric,
    complete_bipartite,
    complete_tree,
    cycle,
    graph_metric,
    hypercube,
    least_euclidean_distortion,
    petersen,
)
from mathlib.metrics.checker.distortion import check_bounds
from mathlib.verify import verify_file

# Squares of c_2: cycles, hypercubes, K_{m,n}, strongly regular graphs and trees of height 2, all derived from
# primal and dual weights that agree.
EXACT = {
    "K_{2,3}": (complete_bipartite(2, 3), Fraction(7, 3)),
    "K_{1,4}": (complete_bipartite(1, 4), Fraction(3, 2)),
    "K_{3,3}": (complete_bipartite(3, 3), Fraction(8, 3)),
    "Petersen": (petersen(), Fraction(2)),
    "cube": (hypercube(3), Fraction(3)),
    "C_4": (cycle(4), Fraction(2)),
    "C_6": (cycle(6), Fraction(9, 4)),
    "binary tree": (complete_tree(2, 2), Fraction(81, 56)),
    "ternary tree": (complete_tree(3, 2), Fraction(169, 90)),
    "path": (complete_tree(1, 5), Fraction(1)),
    "two points": (FiniteMetric([[0, Fraction(1, 3)], [Fraction(1, 3), 0]]), Fraction(1)),
    "one point": (FiniteMetric([[0]]), Fraction(1)),
}


@pytest.mark.parametrize("name", EXACT)
def test_closed_forms_lie_in_the_bracket(name):
    X, square = EXACT[name]
    bracket = least_euclidean_distortion(X)
    assert bracket.proven
    assert bracket.lower_squared <= square <= bracket.upper_squared
    assert bracket.lower <= math.sqrt(square) <= bracket.upper
    assert bracket.verify().bound == bracket.bound


@pytest.mark.parametrize("n", [5, 7, 8, 11])
def test_cycles(n):
    """Odd cycles (n - 1) sin(pi / 2n), even ones (n / 2) sin(pi / n)."""
    exact = (n - 1) * math.sin(math.pi / (2 * n)) if n % 2 else n / 2 * math.sin(math.pi / n)
    bracket = least_euclidean_distortion(cycle(n))
    assert bracket.lower * (1 - 1e-12) <= exact <= bracket.upper * (1 + 1e-12)
    assert bracket.proven


@pytest.mark.parametrize(("m", "n"), [(2, 3), (1, 4), (3, 5)])
def test_rational_weights_of_bipartite_graphs_are_exact(m, n):
    """mu = 1 on edges, lam = n/m and m/n inside the sides: the form is a square, the bound 4 - 2/m - 2/n."""
    X = complete_bipartite(m, n)
    inside = [(i < m) == (j < m) for i, j in X.pairs]
    lam = [(n * n if i < m else m * m) * side for (i, j), side in zip(X.pairs, inside, strict=True)]
    mu = [m * n * (not side) for side in inside]
    points = tuple(tuple(int(i == j) for j in range(m + n)) for i in range(m + n))
    assert check_bounds(X.D, lam, mu, points)[0] == 4 - Fraction(2, m) - Fraction(2, n)


def test_another_solver_on_the_plain_programme():
    rng = np.random.default_rng(0)
    for _ in range(3):
        n = 7
        edges = [(i, int(rng.integers(i))) for i in range(1, n)] + [(0, n - 1), (1, n - 2)]
        X = graph_metric(n, edges)
        D = X.array()
        G, r = cp.Variable((n, n), PSD=True), cp.Variable()
        squares = {(i, j): G[i, i] + G[j, j] - 2 * G[i, j] for i, j in X.pairs}
        constraints = [squares[p] >= D[p] ** 2 for p in X.pairs] + [
            squares[p] <= r * D[p] ** 2 for p in X.pairs
        ]
        value = cp.Problem(cp.Minimize(r), constraints).solve(solver=cp.SCS, eps=1e-7, max_iters=20_000)
        bracket = least_euclidean_distortion(X)
        assert float(bracket.lower_squared) == pytest.approx(value, rel=1e-4)


def test_scaled_and_renamed_metrics_have_the_same_distortion():
    X = complete_tree(2, 2)
    order = [3, 0, 6, 2, 5, 1, 4]
    Y = FiniteMetric([[Fraction(X.D[i][j], 7) for j in order] for i in order])
    one, other = least_euclidean_distortion(X), least_euclidean_distortion(Y)
    assert max(one.lower_squared, other.lower_squared) <= min(one.upper_squared, other.upper_squared)


def test_a_time_out_leaves_the_trivial_bracket():
    bracket = least_euclidean_distortion(hypercube(4), time_limit=1e-9)
    assert (bracket.lower_squared, bracket.upper_squared, bracket.proven) == (1, 16, False)
    assert "from 1 to 16" in str(bracket.verify())


TRUE = least_euclidean_distortion(cycle(5))
ONE_MORE = tuple(x + 1 for x in TRUE.lam)


@pytest.mark.parametrize(
    "lie",
    [
        {"lower_squared": TRUE.lower_squared + Fraction(1, 10**12)},
        {"lower_squared": TRUE.lower_squared - Fraction(1, 10**12)},
        {"upper_squared": TRUE.upper_squared - Fraction(1, 10**12)},
        {"upper_squared": None},
        {"lam": ONE_MORE},
        {"lam": TRUE.lam[:-1]},
        {"lam": tuple(map(float, TRUE.lam))},
        {"lam": tuple(-x for x in TRUE.lam)},
        {"mu": tuple(max(x - 2**20, 0) for x in TRUE.mu)},
        {"mu": (0,) * 10},
        {"mu": TRUE.lam},
        {"points": TRUE.points[:-1]},
        {"points": (TRUE.points[0],) * 5},
        {"points": ((*TRUE.points[0], 0), *TRUE.points[1:])},
        {"points": None},
        {"metric": cycle(6)},
        {"metric": complete_tree(1, 4)},
    ],
)
def test_a_changed_bracket_is_refused(lie):
    assert TRUE.verify().by == "exact"
    with pytest.raises((CertificateError, ValueError)):
        replace(TRUE, **lie).verify()


def test_a_file_brings_the_bracket_back(tmp_path):
    TRUE.save(tmp_path / "bracket.json")
    assert DistortionBracket.load(tmp_path / "bracket.json") == TRUE
    assert verify_file(tmp_path / "bracket.json") == str(TRUE.verify())
    record = TRUE.to_dict()
    for name in record:
        for lie in (None, 5, "x", "1/0", [], [[]], {}, ["1"] * 10, "9" * 5000, [["0", "1"], ["1", "0"]]):
            with pytest.raises(CertificateError):
                DistortionBracket.from_dict({**record, name: lie}).verify()
        with pytest.raises(CertificateError):
            DistortionBracket.from_dict({k: v for k, v in record.items() if k != name})


@pytest.mark.parametrize(
    ("D", "message"),
    [
        ([[0, 1.0], [1.0, 0]], "int or Fraction"),
        ([[0, True], [True, 0]], "int or Fraction"),
        ([[0, 1], [2, 0]], r"D\[0\]\[1\] = 1 and D\[1\]\[0\] = 2"),
        ([[0, 0], [0, 0]], "must be positive"),
        ([[1, 1], [1, 0]], "0 on the diagonal"),
        ([[0, 3, 1], [3, 0, 1], [1, 1, 0]], r"D\[0\]\[1\] = 3 > D\[0\]\[2\] \+ D\[2\]\[1\] = 2"),
        ([[0, 1]], "square matrix"),
        ([], "1 to 256 rows"),
        (None, "square matrix"),
        ([[0, float("nan")], [float("nan"), 0]], "int or Fraction"),
    ],
)
def test_what_is_no_metric_is_named(D, message):
    with pytest.raises(ValueError, match=message):
        FiniteMetric(D)


def test_triangles_that_doubles_cannot_tell():
    tiny = Fraction(1, 10**30)
    with pytest.raises(ValueError, match="triangle inequality"):
        FiniteMetric([[0, 1, 2 + tiny], [1, 0, 1], [2 + tiny, 1, 0]])
    assert len(FiniteMetric([[0, 1, 2], [1, 0, 1], [2, 1, 0]])) == 3


def test_graphs_that_are_none():
    with pytest.raises(ValueError, match="a path from 0 to 2"):
        graph_metric(3, [(0, 1)])
    with pytest.raises(ValueError, match="different vertices"):
        graph_metric(2, [(1, 1)])
    assert all(cycle(7).D[i][j] == min(abs(i - j), 7 - abs(i - j)) for i, j in combinations(range(7), 2))
