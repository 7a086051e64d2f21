"""The checks of arguments that several topics share."""

from fractions import Fraction

import numpy as np
import pytest

from mathlib.checks import (
    check_count,
    check_doubles,
    check_integer,
    check_memory,
    check_number,
    check_probability,
    check_rng,
    shown,
)


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers_of_numpy_are_integers(value):
    found = check_integer("n", value, 2, 5)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize(
    "value",
    [1, 6, True, np.True_, 3.0, np.float64(3), "3", None, float("nan"), 2**20000, np.array([3]), [3]],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_integer_of_the_range(value):
    with pytest.raises(
        ValueError, match=r"^n must be an integer from 2 to 5, the dimension; got .*\.$"
    ) as error:
        check_integer("n", value, 2, 5, "the dimension")
    assert len(str(error.value)) < 120


def test_a_range_of_one_integer():
    with pytest.raises(ValueError, match="n must be the integer 1; got 2"):
        check_integer("n", 2, 1, 1)


def test_values_are_shown_in_one_short_line():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    for value in (10**5000, nested, np.eye(100), "a\nb" * 1000, "\x1b[2J", "\ud800"):
        text = shown(value)
        assert len(text) <= 60
        assert text.isprintable()
    while nested:  # Python frees a deep list step by step only if it is taken apart
        nested = nested.pop()


@pytest.mark.parametrize("value", [2, 0.5, np.float32(0.5), Fraction(1, 3), np.int8(2)])
def test_numbers_of_all_kinds_become_floats(value):
    assert check_number("slack", value, 0, float("inf")) == float(value)
    assert type(check_number("slack", value, 0, 3)) is float


@pytest.mark.parametrize(
    "value",
    [0, -1, True, np.True_, float("nan"), float("inf"), 10**400, 1j, "1", None, np.array([1.0])],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_of_the_range(value):
    with pytest.raises(ValueError, match=r"^slack must be a number above 0, finite, or None; got .*\.$"):
        check_number("slack", value, 0, float("inf"), "or None")
    with pytest.raises(ValueError, match=r"^s must be a number above 0 and below 1; got .*\.$"):
        check_number("s", value, 0, 1)


@pytest.mark.parametrize(
    "value",
    [0, 1, True, 2.0, float("nan"), "0.5", None, Fraction(1, 10**400), 10**5000],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_probability(value):
    with pytest.raises(ValueError, match="delta must be a number strictly between 0 and 1, so; got"):
        check_probability("delta", value, "so")


@pytest.mark.parametrize("value", [0, True, 2.0, None, -(10**5000)], ids=lambda value: type(value).__name__)
def test_what_is_no_count(value):
    with pytest.raises(ValueError, match="k must be an integer >= 1, so; got"):
        check_count("k", value, 1, "so")


@pytest.mark.parametrize(
    "values", [[1, 2], np.array([1, 2], dtype=np.uint8), np.array([1, 2.0], dtype=object), (np.float32(1), 2)]
)
def test_arrays_of_every_type_of_number_become_doubles(values):
    doubles = check_doubles("y", values)
    assert doubles.dtype == np.float64
    assert doubles.tolist() == [1, 2]


def test_large_integers_that_are_doubles_are_taken():
    assert check_doubles("y", [2**60, 2**53]).tolist() == [2.0**60, 2.0**53]
    assert check_doubles("y", [np.array(1.0), 2]).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([2**53 + 1, 0.5], "got 9007199254740993"),
        ([[0.5], [2**53 + 1]], "got 9007199254740993"),
        ([2**63 + 1, -1], "got 9223372036854775809"),
        ([Fraction(1, 3)], "got 1/3"),
        ([True, 0.5], "got True"),
        ((np.True_, 2), "got .*True"),
    ],
)
def test_numpy_does_not_hide_what_a_list_holds(values, words):
    with pytest.raises(ValueError, match=rf"y must hold .*{words}"):
        check_doubles("y", values)


def test_sizes_beyond_all_memory_are_refused_even_where_they_are_no_floats():
    for numbers in (10**18, 10**400):
        with pytest.raises(ValueError, match=r"the grid would take .* GiB, .*; take fewer nodes\."):
            check_memory(numbers, "the grid", "take fewer nodes")
    check_memory(10, "the grid", "take fewer nodes")


def test_a_source_of_randomness_is_named_as_the_argument_is():
    with pytest.raises(ValueError, match=r"random_state must be None, a seed .* got 'x'"):
        check_rng("x", "random_state")
