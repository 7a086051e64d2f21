"""Descartes' rule with bisection: polynomials whose roots are known, exactly and on both sides of zero."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.exact.descartes import is_nonnegative


def product(*factors):
    """The product of polynomials, constant term first."""
    result = [1]
    for factor in factors:
        longer = [0] * (len(result) + len(factor) - 1)
        for (i, a), (j, b) in itertools.product(enumerate(result), enumerate(factor)):
            longer[i + j] += a * b
        result = longer
    return result


@settings(max_examples=60, deadline=None)
@given(
    roots=st.lists(st.fractions(-3, 3, max_denominator=12), max_size=6),
    ends=st.tuples(st.fractions(-3, 3, max_denominator=5), st.fractions(-3, 3, max_denominator=5)).filter(
        lambda ends: ends[0] < ends[1]
    ),
    positive=st.booleans(),
)
def test_sign_of_a_polynomial_with_known_roots(roots, ends, positive):
    start, end = ends
    p = product(*([-r, 1] for r in roots), [1, 0, 1])
    p = p if positive else [-c for c in p]
    inside = {r for r in roots if start < r < end and roots.count(r) % 2}
    cuts = sorted({start, end, *(r for r in roots if start < r < end)})
    middles = [(a + b) / 2 for a, b in itertools.pairwise(cuts)]
    truth = all(sum(c * x**k for k, c in enumerate(p)) > 0 for x in middles)
    assert not (truth and inside)
    assert is_nonnegative(p, start, end) == truth


@settings(max_examples=60, deadline=None)
@given(
    roots=st.lists(st.fractions(-3, 3, max_denominator=12), max_size=6),
    start=st.fractions(-3, 3, max_denominator=5),
    positive=st.booleans(),
)
def test_sign_on_a_ray_with_known_roots(roots, start, positive):
    p = product(*([-r, 1] for r in roots), [1, 0, 1])
    p = p if positive else [-c for c in p]
    beyond = [r for r in roots if r > start]
    assert is_nonnegative(p, start) == (positive and all(roots.count(r) % 2 == 0 for r in beyond))


@pytest.mark.parametrize("gap", [Fraction(1, 10**12), 0])
def test_a_near_double_root_is_told_from_a_double_root_and_from_two_roots(gap):
    # (x - 1/3)^2 -+ gap, times a factor with a triple root at 5
    square = product([Fraction(-1, 3), 1], [Fraction(-1, 3), 1])
    above, below = [square[0] + gap, *square[1:]], [square[0] - gap, *square[1:]]
    triple = product([-5, 1], [-5, 1], [-5, 1])
    assert is_nonnegative(above, 0)
    assert is_nonnegative(below, 0) == (gap == 0)
    assert is_nonnegative(product(above, triple), 5)
    assert not is_nonnegative(product(above, triple), 0)
    assert is_nonnegative([-c for c in product(above, triple)], 0, 5)


def test_zero_and_constant_polynomials():
    assert is_nonnegative([], 0)
    assert is_nonnegative([0, 0], 0, 1)
    assert is_nonnegative([2], 0)
    assert not is_nonnegative([Fraction(-1, 7)], 0)


@pytest.mark.parametrize(
    ("polynomial", "start"), [([1, 10**3000] * 60, 0), ([10**2000, 3] * 80, Fraction(1, 3))]
)
def test_a_sign_that_takes_too_long_to_decide_is_refused(polynomial, start):
    with pytest.raises(CertificateError, match="is not decided"):
        is_nonnegative(product(polynomial, polynomial), start)
