"""The simplex method in fractions: each answer is proved optimal by its own dual."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.exact.rational_simplex import solve_exactly


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_exact_simplex_proves_its_own_optimum(data):
    m, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    numbers = st.integers(-4, 9)
    matrix = [[data.draw(numbers) for _ in range(n)] for _ in range(m)] + [[1] * n]  # the last row bounds x
    limits = [data.draw(st.integers(0, 9)) for _ in range(m)] + [10]
    gains = [data.draw(numbers) for _ in range(n)]
    x, y = solve_exactly(matrix, limits, gains)
    assert min(x) >= 0
    assert min(y) >= 0
    for row, limit in zip(matrix, limits, strict=True):
        assert sum(a * b for a, b in zip(row, x, strict=True)) <= limit
    for j, gain in enumerate(gains):
        assert sum(row[j] * b for row, b in zip(matrix, y, strict=True)) >= gain
    value = sum(a * b for a, b in zip(gains, x, strict=True))
    assert value == sum(a * b for a, b in zip(limits, y, strict=True))


def test_exact_simplex_refuses_what_it_cannot_start_or_end():
    with pytest.raises(ValueError, match="unbounded"):
        solve_exactly([[-1]], [1], [1])
    with pytest.raises(ValueError, match="negative"):
        solve_exactly([[1]], [-1], [1])


def test_fractions_stay_fractions():
    """Two constraints cross at (1/3, 1/3), and the dual weighs them alike."""
    third = Fraction(1, 3)
    assert solve_exactly([[2, 1], [1, 2]], [1, 1], [1, 1]) == ([third, third], [third, third])


def test_a_programme_that_cycles_without_a_rule_ends():
    """The example of Beale (1955): the largest gain first goes round for ever, Bland's rule does not."""
    matrix = [
        [Fraction(1, 4), -60, Fraction(-1, 25), 9],
        [Fraction(1, 2), -90, Fraction(-1, 50), 3],
        [0, 0, 1, 0],
    ]
    x, y = solve_exactly(matrix, [0, 0, 1], [Fraction(3, 4), -150, Fraction(1, 50), -6])
    assert x == [Fraction(1, 25), 0, 1, 0]
    assert y == [0, Fraction(3, 2), Fraction(1, 20)]
