"""Exact elimination: matrices that are semidefinite by construction, and the same ones lowered a little."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.exact.ldl import elimination_work, failing_pivot

ENTRIES = st.fractions(-5, 5, max_denominator=6)


@st.composite
def factors(draw, least_rank=0):
    """m rows of `rank` fractions: the Gram matrix of the rows has at most that rank."""
    m = draw(st.integers(1, 6))
    rank = draw(st.integers(least_rank, 6))
    return [[draw(ENTRIES) for _ in range(rank)] for _ in range(m)]


def gram(rows):
    return [[sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0)) for y in rows] for x in rows]


def determinant(matrix):
    """By the sum over permutations: another way to the same number."""
    total = Fraction(0)
    for order in itertools.permutations(range(len(matrix))):
        swaps = sum(order[i] > order[j] for i, j in itertools.combinations(range(len(order)), 2))
        term = Fraction((-1) ** swaps)
        for i, j in enumerate(order):
            term *= matrix[i][j]
        total += term
    return total


@settings(max_examples=60, deadline=None)
@given(factors())
def test_gram_matrices_are_semidefinite_whatever_their_rank(rows):
    assert failing_pivot(gram(rows)) is None


@settings(max_examples=60, deadline=None)
@given(factors(), st.data())
def test_a_gram_matrix_lowered_along_a_vector_fails(rows, data):
    """Lowering A_00 by t lowers x^T A x by t for every x = (1, ...): below zero, if t exceeds that value."""
    matrix = gram(rows)
    v = [1, *(data.draw(st.integers(-3, 3)) for _ in rows[1:])]
    value = sum(a * b * c for a, row in zip(v, matrix, strict=True) for b, c in zip(v, row, strict=True))
    matrix[0][0] -= value + Fraction(1, 10**30)
    assert failing_pivot(matrix) <= 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda m: st.lists(st.lists(ENTRIES, min_size=m, max_size=m), min_size=m, max_size=m)
    )
)
def test_the_answer_is_that_of_all_principal_minors(square):
    """Semidefinite if and only if no principal minor is negative (Sylvester's criterion with equality)."""
    m = len(square)
    matrix = [[(square[i][j] + square[j][i]) / 2 for j in range(m)] for i in range(m)]
    matrix = [[x + 6 * (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)]  # some of each
    chosen = (c for size in range(1, m + 1) for c in itertools.combinations(range(m), size))
    minors = [determinant([[matrix[i][j] for j in c] for i in c]) for c in chosen]
    assert (failing_pivot(matrix) is None) == (min(minors) >= 0)


def test_nothing_is_rounded():
    """Hilbert's matrix is positive definite, but hardly: the last pivot of size 12 is 1.7e-13."""
    hilbert = [[Fraction(1, i + j + 1) for j in range(12)] for i in range(12)]
    assert failing_pivot(hilbert) is None
    smallest = determinant([row[:5] for row in hilbert[:5]]) / determinant([row[:4] for row in hilbert[:4]])
    five = [row[:5] for row in hilbert[:5]]
    five[4][4] -= smallest
    assert failing_pivot(five) is None
    five[4][4] -= Fraction(1, 10**60)
    assert failing_pivot(five) < 0


@pytest.mark.parametrize(
    ("matrix", "pivot"),
    [
        ([[-1]], -1),
        ([[0, 1], [1, 0]], 0),
        ([[0, 0], [0, -3]], 0),
        ([[1, 1], [1, 0]], -1),
        ([[4, 2, 0], [2, 1, 1], [0, 1, 1]], -1),
        ([[Fraction(1, 2), 1], [1, Fraction(7, 4)]], Fraction(-1, 14)),
    ],
)
def test_the_pivot_that_fails_is_named(matrix, pivot):
    assert failing_pivot(matrix) == pivot


def test_edges():
    assert failing_pivot([]) is None
    assert failing_pivot([[0, 0], [0, 0]]) is None
    assert elimination_work([]) == elimination_work([[0]]) == 0


def test_the_work_does_not_depend_on_the_unit():
    matrix = [[3, 1], [1, 2]]
    assert elimination_work([[Fraction(c, 7) for c in row] for row in matrix]) == elimination_work(matrix)
    assert (
        elimination_work([[c * 10**50 for c in row] for row in matrix])
        == elimination_work(matrix)
        == 2**5 * 4
    )
