"""What is public: the names that the stubs (`__init__.pyi`) list, and what stands behind them."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["MODULES", "ROOT", "TOPICS", "public_callables", "public_modules", "public_names"]

ROOT = Path(__file__).resolve().parents[1]
#: The topics: packages of mathlib that have notebooks.
TOPICS = sorted(path.name for path in (ROOT / "notebooks").iterdir() if path.is_dir())
#: The public modules that all topics share.
MODULES = ["certificates", "errors", "plotting", "verify"]


def public_names(package: str, root: Path = ROOT) -> list[str]:
    """The names that a stub or, without one, `__all__` lists: of mathlib (""), "jl", "jl.plots", ..."""
    path = root / "mathlib" / package.replace(".", "/")
    stub = path / "__init__.pyi"
    plain = path.with_suffix(".py")
    file = next(file for file in (stub, plain, path / "__init__.py") if file.is_file())
    names = []
    for node in ast.parse(file.read_text()).body:
        if file == stub and isinstance(node, ast.ImportFrom):
            names += [name.asname or name.name for name in node.names]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" and file != stub:
            names += ast.literal_eval(node.value)
    return sorted(names)


def public_modules(root: Path = ROOT) -> list[str]:
    """The modules that notebooks and documents may import from, below mathlib ("")."""
    inner = []
    for topic in TOPICS:
        if (stub := root / "mathlib" / topic / "__init__.pyi").is_file():
            for node in ast.parse(stub.read_text()).body:
                if isinstance(node, ast.ImportFrom) and node.module is None:
                    inner += [f"{topic}.{name.name}" for name in node.names]
    return ["", *MODULES, *TOPICS, *inner]


def public_callables(package: str) -> Iterator[tuple[str, Callable]]:
    """(dotted name, object) of the public functions, classes, methods and properties of a public module."""
    module = importlib.import_module(f"mathlib.{package}" if package else "mathlib")
    for name in public_names(package):
        thing = getattr(module, name)
        if inspect.isclass(thing):
            yield name, thing
            for method, member in own_members(thing).items():
                plain = getattr(member, "__func__", getattr(member, "fget", getattr(member, "func", member)))
                if not method.startswith("_") and inspect.isfunction(plain):
                    yield f"{name}.{method}", plain
        elif inspect.isfunction(thing):
            yield name, thing
        elif callable(thing):  # `claim` has its constructors as attributes
            names = [a for a in vars(type(thing)) if not a.startswith("_")]
            yield from ((f"{name}.{a}", getattr(thing, a)) for a in ("__call__", *names))


def own_members(cls: type) -> dict:
    """What a class, or a class of mathlib that it inherits from, defines."""
    members = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("mathlib."):
            members |= vars(base)
    return members
