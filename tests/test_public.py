"""Public names: editors see what Python sees, they are annotated, and documents use no others."""

import ast
import dataclasses
import importlib
import inspect
import json
import re
import subprocess
import sys
import tomllib

import pytest

from tests.stubs import ROOT, TOPICS, public_callables, public_modules, public_names

MODULES = public_modules()
PACKAGES = ["", *TOPICS]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def module(package):
    return importlib.import_module(f"mathlib.{package}" if package else "mathlib")


# Stubs


@pytest.mark.parametrize("package", PACKAGES)
def test_python_sees_what_editors_see(package):
    names = public_names(package)
    assert dir(module(package)) == names
    for name in names:
        getattr(module(package), name)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_stub_says_where_each_name_is_defined(package):
    stub = ROOT / "mathlib" / package / "__init__.pyi"
    for node in ast.parse(stub.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            home = importlib.import_module("." * node.level + (node.module or ""), module(package).__name__)
            for name in node.names:
                assert name.name == name.asname, "`from .a import b as b` says that b is public"
                assert getattr(home, name.name) is getattr(module(package), name.name)


@pytest.mark.parametrize("package", PACKAGES)
def test_an_unknown_name_is_an_attribute_error(package):
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module(package).no_such_name


def namesakes(root, package):
    """Modules named like something else that is public in their package: their import would hide it."""
    folder = root / "mathlib" / package
    modules = {path.stem for path in folder.glob("*.py")}
    modules |= {path.parent.name for path in folder.glob("*/*.py")}
    own = {name.removeprefix(f"{package}.") for name in public_modules(root)}
    return sorted(modules & set(public_names(package, root)) - own)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_hides_a_public_name(package):
    assert namesakes(ROOT, package) == []


def test_a_module_that_would_hide_a_name_is_seen(tmp_path):
    folder = tmp_path / "mathlib/jl"
    (folder / "walk").mkdir(parents=True)
    for name in ("plots.py", "census.py", "walk/__init__.py", "other.py"):
        (folder / name).write_text("")
    lines = ["from . import plots as plots", *(f"from .other import {n} as {n}" for n in ("census", "walk"))]
    (folder / "__init__.pyi").write_text("\n".join(lines))
    assert namesakes(tmp_path, "jl") == ["census", "walk"]


@pytest.mark.parametrize("package", PACKAGES)
def test_names_do_not_depend_on_what_was_imported_before(package):
    folder = ROOT / "mathlib" / package
    files = sorted(folder.rglob("*.py")) if package else sorted(folder.glob("*.py"))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    name = f"mathlib.{package}" if package else "mathlib"
    code = (
        f"import importlib, types, {name} as package\n"
        f"[importlib.import_module(name.removesuffix('.__init__')) for name in {modules}]\n"
        f"for name in {public_names(package)}:\n"
        f"    if isinstance(getattr(package, name), types.ModuleType): print(name)\n"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
    assert {f"{package}.{name}".strip(".") for name in printed} <= set(MODULES)


def test_stubs_and_the_mark_of_annotations_are_shipped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [(_, patterns)] = project["tool"]["setuptools"]["package-data"].items()
    assert (ROOT / "mathlib/py.typed").is_file()
    assert {"py.typed", "*.pyi"} <= set(patterns)


# Annotations


def unannotated(name, thing):
    """The parameters of a function or a class without an annotation, and "return"."""
    if inspect.isclass(thing):
        if "__init__" not in vars(thing) or dataclasses.is_dataclass(thing):
            return
        thing = vars(thing)["__init__"]
    signature = inspect.signature(thing)
    for parameter in signature.parameters.values():
        if parameter.name not in ("self", "cls") and parameter.annotation is parameter.empty:
            yield f"{name}: {parameter.name}"
    if signature.return_annotation is signature.empty and thing.__name__ != "__init__":
        yield f"{name}: return"


@pytest.mark.parametrize("package", MODULES)
def test_public_signatures_are_annotated(package):
    assert [line for name, thing in public_callables(package) for line in unannotated(name, thing)] == []


def test_what_is_not_annotated_is_seen():
    class Thing:
        def __init__(self, a, b: int): ...

    @dataclasses.dataclass
    class Record:
        x: int

    def function(a: int, b, *c: int, **d): ...
    def good(a: int) -> None: ...

    found = [line for thing in (Thing, Record, function, good) for line in unannotated("f", thing)]
    assert found == ["f: a", "f: b", "f: d", "f: return"]


# Documents


def private_imports(code, root=ROOT):
    """Lines on what a piece of code imports from mathlib that is not public."""
    known = {f"mathlib.{name}" if name else "mathlib": name for name in public_modules(root)}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "mathlib"]
            yield from (f"imports {name}" for name in names if name not in known)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mathlib":
            public = public_names(known[node.module], root) if node.module in known else []
            public += [name.split(".")[-1] for name in known if name.rpartition(".")[0] == node.module]
            names = [alias.name for alias in node.names]
            yield from (f"imports {name} from {node.module}" for name in names if name not in public)


def code_of(path):
    """The code of a notebook, or what a document tells to import, in blocks and in `code` amid the text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    lines = [line.strip().removeprefix(">>> ") for line in text.splitlines()]
    lines += re.findall(r"`([^`\n]*)`", text)
    return "\n".join(line for line in lines if re.match(r"(from|import) mathlib\b.*[\w*]$", line))


@pytest.mark.parametrize("path", [*DOCUMENTS, *NOTEBOOKS], ids=lambda path: path.stem)
def test_documents_import_public_names_only(path):
    assert list(private_imports(code_of(path))) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("from mathlib.jl.maps.fast import FastJL", "imports FastJL from mathlib.jl.maps.fast"),
        ("def f():\n    from mathlib.jl import padded_length", "imports padded_length from mathlib.jl"),
        ("from mathlib.jl import *", "imports * from mathlib.jl"),
        ("from mathlib import checks", "imports checks from mathlib"),
        ("import mathlib.jl.maps as maps", "imports mathlib.jl.maps"),
        ("from mathlib.jl.plots import _axes", "imports _axes from mathlib.jl.plots"),
    ],
)
def test_a_private_import_is_seen(code, line, tmp_path):
    assert list(private_imports(code)) == [line]
    notebook = {"cells": [{"cell_type": "code", "source": code.splitlines(keepends=True)}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "b.md").write_text(f"See `{code.splitlines()[-1].strip()}`.\n")
    (tmp_path / "c.md").write_text(f"```\n>>> {code.splitlines()[-1].strip()}\n```\n")
    for name in ("a.ipynb", "b.md", "c.md"):
        assert list(private_imports(code_of(tmp_path / name))) == [line]


def test_public_imports_pass():
    code = (
        "import mathlib, numpy.linalg\nimport mathlib.jl.plots as plots\nfrom mathlib import claim, jl\n"
        "from mathlib.jl import FastJL, plots\nfrom mathlib.plotting import show\nfrom . import a\n"
    )
    assert list(private_imports(code)) == []
