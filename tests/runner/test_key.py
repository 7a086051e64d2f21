"""The key changes with what can change a number, and with nothing else."""

import dataclasses

import pytest

from runner.notebooks.catalogue import Notebook
from runner.results import key as cache


@pytest.fixture
def library(tmp_path):
    for topic, body in {
        "jl": "from mathlib import claims",
        "dpp": "from mathlib.jl import fwht",
        "posets": "",
    }.items():
        folder = tmp_path / "mathlib" / topic
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("import importlib\nimportlib.import_module('x')")
        (folder / "core.py").write_text(body)
    (tmp_path / "mathlib" / "claims.py").write_text("")
    return tmp_path / "mathlib"


def notebook(*code, text="# Ask", **parameters):
    cells = [{"cell_type": "markdown", "source": text}, *({"cell_type": "code", "source": c} for c in code)]
    return Notebook("jl/01_ask", None, cells, "python3", overrides=parameters)


def fresh_key(book, library):
    for function in (cache.topics_of, cache._named_by_topic, cache.source_digests):
        function.cache_clear()
    return cache.run_key(book, library)


@pytest.mark.parametrize(
    ("code", "topics"),
    [
        ("from mathlib.jl import fwht", {"jl"}),
        ("import mathlib.jl as jl", {"jl"}),
        ("import mathlib.jl.core", {"jl"}),
        ("from mathlib import claim, posets", {"posets"}),
        ("from mathlib import claim", set()),
        ("import numpy", set()),
        ("from mathlib.dpp import x", {"dpp", "jl"}),
        ("%matplotlib inline\nimport mathlib.jl", {"jl"}),
        ("import mathlib", {"jl", "dpp", "posets"}),
        ("from mathlib import *", {"jl", "dpp", "posets"}),
        ("__import__('mathlib.jl')", {"jl", "dpp", "posets"}),
        ("%run other.py", {"jl", "dpp", "posets"}),
        ("x = !ls\nimport mathlib.jl", {"jl"}),
        ("x = 1; import mathlib.jl", {"jl"}),
        ("if True: from mathlib.jl import fwht", {"jl"}),
        ("from mathlib.jl import (  # (one)\n    fwht,\n)", {"jl"}),
        ("from mathlib import (claim,\n  posets)", {"posets"}),
        ("from mathlib import claim, \\\n    posets", {"posets"}),
        ("from importlib import import_module as get\nimport_module('mathlib.jl')", {"jl", "dpp", "posets"}),
        ("'the text of\\nimport things (many'\nimport mathlib.jl", {"jl"}),
    ],
)
def test_topics_that_code_names(library, code, topics):
    cache.topics_of.cache_clear()
    cache._named_by_topic.cache_clear()
    assert cache.topics_named(code, library) == topics


def test_the_code_behind_a_name_of_the_library_itself_is_in_the_key(library):
    (library / "statements").mkdir()
    for name in ("__init__.py", "made.py"):
        (library / "statements" / name).write_text("")
    stub = ["from . import jl as jl", "from .claims import other", "from .statements.made import claim"]
    (library / "__init__.pyi").write_text("\n".join(stub))
    key = fresh_key(notebook("from mathlib import claim"), library)
    assert cache.topics_named("from mathlib import claim, jl", library) == {"jl", "statements"}
    assert cache.topics_named("from mathlib import other", library) == set()
    assert cache.topics_named("import mathlib", library) == {"jl", "dpp", "posets", "statements"}
    (library / "statements/made.py").write_text("# changed")
    assert fresh_key(notebook("from mathlib import claim"), library) != key


def test_text_is_free_and_code_parameters_and_sources_are_not(library):
    book = notebook("from mathlib.jl import fwht", "1 + 1")
    key = fresh_key(book, library)
    assert fresh_key(notebook("from mathlib.jl import fwht", "1 + 1", text="# Reworded"), library) == key
    assert fresh_key(notebook("from mathlib.jl import fwht", "1 + 2"), library) != key
    assert fresh_key(dataclasses.replace(book, overrides={"seed": 1}), library) != key
    (library / "posets" / "core.py").write_text("changed = 1")
    assert fresh_key(book, library) == key
    for place in ("jl/core.py", "jl/data.json", "claims.py"):
        (library / place).write_text("# changed")
        changed = fresh_key(book, library)
        assert changed != key
        key = changed


def test_python_and_packages_are_in_the_key(library, monkeypatch):
    book = notebook("1 + 1")
    key = fresh_key(book, library)
    monkeypatch.setattr(cache, "locked_versions", lambda: {"numpy": "0"})
    other = fresh_key(book, library)
    monkeypatch.setattr(cache.platform, "python_version", lambda: "3.0.0")
    assert len({key, other, fresh_key(book, library)}) == 3


def test_locked_versions_are_those_installed():
    import numpy
    import papermill

    versions = cache.locked_versions()
    assert versions["numpy"] == numpy.__version__
    assert versions["papermill"] == papermill.__version__
