"""The package loads its names when they are used."""

import subprocess
import sys

import pytest

import mathlib.dpp


def test_every_name_loads_and_is_listed():
    for name in mathlib.dpp.__all__:
        assert getattr(mathlib.dpp, name).__name__.rpartition(".")[2] == name
        assert name in dir(mathlib.dpp)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"mathlib\.dpp.*sample_kdpp"):
        _ = mathlib.dpp.sample_kdpp


def test_names_do_not_depend_on_what_was_loaded_before():
    """A module with the name of a function would hide it as soon as it is imported."""
    code = (
        "import importlib, pkgutil, mathlib.dpp as dpp\n"
        "modules = list(pkgutil.walk_packages(dpp.__path__, 'mathlib.dpp.'))\n"
        "assert len(modules) > 20\n"
        "[importlib.import_module(module.name) for module in modules]\n"
        "print([name for name in dpp.__all__ if not callable(getattr(dpp, name))])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "['plots']"
