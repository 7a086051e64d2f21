"""Grids: which runs a sweep has, in which order, and what is no grid."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import UsageError
from runner.notebooks import grids as grid
from runner.notebooks.catalogue import Notebook
from runner.notebooks.grids import expand, read_values, split_list
from runner.notebooks.parameters import Parameter

CELL = """seed: int = 0
n: int = 5
eps: float = 0.5
name: str = "a"
exact: bool = False
sizes: list = [1, 2]
limit: float | None = None
"""
BOOK = Notebook(
    "jl/01", None, [{"cell_type": "code", "source": CELL, "metadata": {"tags": ["parameters"]}}], "python3"
)


def points(grids=(), zips=()):
    return [point.overrides for point in expand(BOOK, list(grids), list(zips))]


def test_grids_are_multiplied_and_the_last_varies_fastest():
    assert points(["seed=0:3", "eps=1,2e-1"]) == [
        {"seed": seed, "eps": eps} for seed, eps in itertools.product(range(3), (1.0, 0.2))
    ]


def test_zipped_lists_go_side_by_side_and_slower_than_grids():
    assert points(["exact=yes,no"], ["n=1,2", "eps=0.1,0.2"]) == [
        {"n": 1, "eps": 0.1, "exact": True},
        {"n": 1, "eps": 0.1, "exact": False},
        {"n": 2, "eps": 0.2, "exact": True},
        {"n": 2, "eps": 0.2, "exact": False},
    ]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("n", "0:10", list(range(10))),
        ("n", "0:10:4,-3,  7", [0, 4, 8, -3, 7]),
        ("n", "3:-2:-2", [3, 1, -1]),
        ("n", "-2:1", [-2, -1, 0]),
        ("eps", "1,1e-3", [1.0, 0.001]),
        ("name", "a, b,0:3", ["a", " b", "0:3"]),
        ("name", "'a, b',c'd,\"e\"", ["a, b", "c'd", "e"]),
        ("exact", "true,0", [True, False]),
        ("sizes", "[1, 2],[3],[]", [[1, 2], [3], []]),
        ("limit", "None,2", [None, 2.0]),
    ],
)
def test_values_have_the_type_of_the_literal(name, text, values):
    read = [point[name] for point in points([f"{name}={text}"])]
    assert read == values
    assert [type(v) for v in read] == [type(v) for v in values]


@pytest.mark.parametrize(
    ("grids", "zips", "message"),
    [
        ([], [], "needs values"),
        (["n"], [], "expected name=value"),
        (["n="], [], "expected name=value"),
        (["a b=1"], [], "expected name=value"),
        (["m=1"], [], "declares no parameter 'm'"),
        (["sed=1"], [], "did you mean 'seed'"),
        (["n=1,x"], [], "takes an int, given 'x'"),
        (["n=1,,2"], [], "takes an int, given ''"),
        (["n=1:2:0"], [], "step"),
        (["n=2:2"], [], "is empty"),
        (["eps=0:10"], [], "takes a float, given '0:10'"),
        (["eps=nan"], [], "takes a float"),
        (["n=1,1"], [], "given twice"),
        (["n=1", "n=2"], [], "'n' is given values twice"),
        (["n=1"], ["n=2"], "'n' is given values twice"),
        ([], ["n=1,2", "eps=1"], "one length; given: n 2, eps 1"),
        (["n=0:99999999999"], [], "more than 100000 values"),
        (["n=0:1000", "seed=0:1000"], [], "1000000 runs; at most 100000"),
        (["name='a\\'"], [], "not a text in quotes"),
        (["sizes=[1"], [], "takes a list"),
    ],
)
def test_what_is_no_grid_is_refused_in_one_line(grids, zips, message):
    with pytest.raises(UsageError, match=r"^[^\n]*$") as caught:
        expand(BOOK, grids, zips)
    assert message in str(caught.value)


@given(st.lists(st.integers(), min_size=1, unique=True))
def test_whole_numbers_come_back(values):
    assert read_values(Parameter("n", "int", 0), ",".join(map(str, values))) == values


@given(st.lists(st.text(), min_size=1))
def test_any_text_can_be_given_in_quotes(values):
    escaped = ["'" + v.encode("unicode_escape").decode().replace("'", "\\x27") + "'" for v in values]
    assert read_values(Parameter("name", "str", ""), ",".join(escaped)) == values


@given(st.lists(st.lists(st.integers()), min_size=1))
def test_lists_are_split_between_and_not_within(values):
    assert read_values(Parameter("sizes", "list", []), ",".join(map(str, values))) == values


@given(st.text())
def test_splitting_loses_no_sign(text):
    assert ",".join(split_list(text)) == text


def test_the_largest_sweep_is_still_one(monkeypatch):
    monkeypatch.setattr(grid, "LARGEST", 6)
    assert len(points(["n=0:3", "seed=0:2"])) == 6
    with pytest.raises(UsageError, match="8 runs"):
        points(["n=0:4", "seed=0:2"])
