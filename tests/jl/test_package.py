"""The package loads its names when they are used."""

import pytest

import mathlib.jl


def test_every_name_loads_and_is_listed():
    for name in mathlib.jl.__all__:
        assert getattr(mathlib.jl, name).__name__.rpartition(".")[2] == name
        assert name in dir(mathlib.jl)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"mathlib\.jl.*slow_jl"):
        _ = mathlib.jl.slow_jl
