"""Parameters are read without running anything, and nothing but a literal of the right type gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import UsageError
from runner.notebooks.parameters import Parameter, nearest, parse_parameters, read_value, split_assignment

CELL = '''"""What this notebook is given."""
seed: int = 0  # seed of every random draw
eps: float = 1  # distortion
name = "digits"  # data set
exact: bool = False
sizes: list[int] = [1, 2]
limit: float | None = None
low: int = -3
'''


def test_declarations_are_read_with_type_default_and_description():
    declared = parse_parameters(CELL, "x.ipynb")
    assert [p.name for p in declared.values()] == ["seed", "eps", "name", "exact", "sizes", "limit", "low"]
    assert declared["seed"] == Parameter("seed", "int", 0, "seed of every random draw")
    assert declared["eps"].default == 1.0
    assert type(declared["eps"].default) is float
    assert declared["name"].type == "str"
    assert declared["sizes"].type == "list"
    assert declared["limit"].type_label == "float | None"
    assert declared["low"].default == -3


@pytest.mark.parametrize(
    "source",
    [
        "seed: int = f()",
        "import os",
        "seed: int",
        "a = b = 1",
        "a, b = 1, 2",
        "seed: int = 'x'",
        "x: complex = 1j",
        "x = {1, 2}",
        "x: float = 1e999",
        "seed = 1\nseed = 2",
        "def f(",
        "obj.seed = 1",
        "x: int = True",
    ],
)
def test_anything_but_annotated_literals_is_refused_with_the_place(source):
    with pytest.raises(UsageError, match=r"x\.ipynb"):
        parse_parameters(source, "x.ipynb")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("seed", "7", 7),
        ("seed", " -7 ", -7),
        ("eps", "1", 1.0),
        ("eps", "1e-3", 1e-3),
        ("name", "a b=c", "a b=c"),
        ("exact", "true", True),
        ("exact", "False", False),
        ("exact", "0", False),
        ("sizes", "[3]", [3]),
        ("limit", "None", None),
        ("limit", "2", 2.0),
        ("name", "false", "false"),
    ],
)
def test_values_take_the_type_of_the_literal(name, text, value):
    result = read_value(parse_parameters(CELL, "x")[name], text)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seed", "1.5"),
        ("seed", "x"),
        ("seed", ""),
        ("seed", "True"),
        ("seed", "None"),
        ("eps", "nan"),
        ("eps", "inf"),
        ("eps", "1,0"),
        ("exact", "maybe"),
        ("exact", "2"),
        ("sizes", "(1, 2)"),
        ("sizes", "[inf]"),
        ("sizes", "__import__('os')"),
        ("sizes", "[1"),
        ("limit", "none?"),
    ],
)
def test_values_of_another_type_are_refused_in_one_line(name, text):
    with pytest.raises(UsageError) as caught:
        read_value(parse_parameters(CELL, "x")[name], text)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["seed", "=3", "a b=3", "a;print(1)#=5", "1a=3", "a\nb=3"])
def test_a_name_with_code_in_it_is_no_name(text):
    with pytest.raises(UsageError, match="name=value"):
        split_assignment(text)


@given(st.text())
def test_no_text_makes_an_integer_of_another_type(text):
    try:
        value = read_value(Parameter("seed", "int", 0), text)
    except UsageError:
        return
    assert type(value) is int


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_survives_being_written_and_read(value):
    assert read_value(Parameter("eps", "float", 0.0), repr(value)) == value


def test_a_near_miss_is_named():
    assert "'seed'" in nearest("sed", ["seed", "eps"])
    assert nearest("zzz", ["seed", "eps"]) == ""
