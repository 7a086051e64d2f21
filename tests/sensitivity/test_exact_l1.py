"""l_1 sensitivities as fractions: min cuts, enumeration of all vertices, brackets."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat

from mathlib.sensitivity import exact_l1_sensitivities, sensitivities
from mathlib.sensitivity.brackets import exact_l1
from mathlib.sensitivity.brackets.exact_l1 import _value, fmpq
from tests.sensitivity.truth import complete_graph


def by_enumeration(A):
    """Maximise over all x for which r - 1 independent rows vanish: one of them is optimal."""
    n, d = A.shape
    best = [Fraction(0)] * n
    for rows in itertools.combinations(range(n), d - 1):
        vanishing = fmpz_mat([[int(entry) for entry in A[k]] for k in rows])
        kernel, nullity = vanishing.nullspace()
        if nullity != 1:
            continue
        image = [abs(sum(int(a) * int(kernel[j, 0]) for j, a in enumerate(row))) for row in A]
        for i in range(n):
            best[i] = max(best[i], Fraction(image[i], sum(image)))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_all_vertices_of_small_matrices(seed):
    A = np.random.default_rng(seed).integers(-2, 3, (9, 3))
    assert np.linalg.matrix_rank(A) == 3
    assert exact_l1_sensitivities(A) == by_enumeration(A)


def test_min_cuts():
    assert exact_l1_sensitivities(complete_graph(6)) == [Fraction(1, 5)] * 15
    # Two triangles joined by an edge, which is a cut of one edge.
    edges = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    A = np.zeros((7, 6), dtype=int)
    for row, (u, v) in zip(A, edges, strict=True):
        row[u], row[v] = 1, -1
    assert exact_l1_sensitivities(A) == [Fraction(1, 2)] * 6 + [Fraction(1)]


def test_degenerate_matrices():
    copies = np.vstack([np.eye(3)] * 5 + [np.zeros((1, 3))])
    assert exact_l1_sensitivities(copies) == [Fraction(1, 5)] * 15 + [0]
    assert exact_l1_sensitivities([[2], [-3], [0]]) == [Fraction(2, 5), Fraction(3, 5), 0]
    assert exact_l1_sensitivities([[0, 1, 2]]) == [1]
    A = np.random.default_rng(9).integers(-5, 6, (12, 3))
    assert exact_l1_sensitivities(np.hstack([A, A @ [[1], [-2], [1]]])) == exact_l1_sensitivities(A)


@pytest.mark.parametrize("size", [1, 3, 10**6])
def test_the_brackets_hold_the_fractions(size):
    A = np.random.default_rng(10).integers(-size, size + 1, (60, 5))
    exact, result = exact_l1_sensitivities(A), sensitivities(A, 1)
    assert result.converged.all()
    assert all(low <= t <= high for low, t, high in zip(result.lower, exact, result.upper, strict=True))


def test_the_simplex_method_goes_on_in_fractions_from_any_basis():
    A = np.random.default_rng(11).integers(-3, 4, (20, 4))
    rows = [[fmpq(int(entry)) for entry in row] for row in A]
    truth = exact_l1_sensitivities(A)
    for i in (0, 13):
        others = [k for k in range(20) if k != i]
        basis = next(
            list(c) for c in itertools.combinations(others, 3) if np.linalg.matrix_rank(A[[i, *c]]) == 4
        )
        assert _value(rows, i, basis, np.ones(20)) == truth[i]


def test_rows_of_any_size():
    """Rows that are small combinations of large ones have small coordinates; no pivot may be missing."""
    F = Fraction
    assert exact_l1_sensitivities([[10**9, 1], [1, 1], [1, 0], [5, 3]]) == [
        F(599999999, 600000000), F(999999999, 3999999995), F(1, 10**9), F(599999999, 799999999)
    ]  # fmt: skip
    assert exact_l1_sensitivities([[2**24], [1]]) == [F(2**24, 2**24 + 1), F(1, 2**24 + 1)]
    assert exact_l1_sensitivities([[2**53, 1], [1, 1]]) == [1, 1]


@pytest.mark.parametrize("seed", range(3))
def test_integers_of_any_scale_against_all_vertices(seed):
    rng = np.random.default_rng(seed)
    A = rng.integers(-9, 10, (7, 3)) * 10 ** rng.integers(0, 10, (7, 1))
    assert exact_l1_sensitivities(A) == by_enumeration(A)


def test_a_rank_that_rounding_hides():
    """Two rows that differ by 1 in 2^52, at the scale where doubles call them equal."""
    A = np.array([[2**52, 2**52], [2**52, 2**52 + 1], [3, 5]])
    assert sensitivities(A, 1).rank == 2
    hidden = np.array([[2**52, 2**52 - 1], [2**52 - 1, 2**52 - 2]])
    assert exact_l1_sensitivities(hidden) == [1, 1]
    assert exact_l1_sensitivities(A) == by_enumeration(A)


def test_without_any_help_from_floating_point(monkeypatch):
    A = np.random.default_rng(10).integers(-9, 10, (12, 3))
    truth = exact_l1_sensitivities(A)
    monkeypatch.setattr(exact_l1, "_proposed", lambda A: ([0, 1, 2], {}))
    assert exact_l1_sensitivities(A) == truth
    wide = np.hstack([A, A @ [[1], [2], [-1]]])
    monkeypatch.setattr(exact_l1, "_proposed", lambda A: ([0, 1, 2, 3], {}))
    assert exact_l1_sensitivities(wide) == truth
    monkeypatch.setattr(exact_l1, "_proposed", lambda A: ([0], {0: ([0, 0], np.ones(12))}))
    assert exact_l1_sensitivities(A) == truth
    monkeypatch.setattr(exact_l1, "_proposed", lambda A: ([0, 1, 2], {0: ([0, 0], np.ones(12))}))
    assert exact_l1_sensitivities(A) == truth


@pytest.mark.parametrize("A", [[[0.5, 1]], [[2.0**60, 1]]])
def test_what_is_no_small_integer_matrix(A):
    with pytest.raises(ValueError, match="A must hold integers of at most 2\\^53"):
        exact_l1_sensitivities(A)
