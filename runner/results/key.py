"""When is a stored run still true? Its key holds everything that can change its numbers.

key = code cells + parameter values + the sources it imports + Python + locked packages. Text cells are not in
it, so editing prose reruns nothing. Of mathlib the key holds the files at its root and the folders of the
topics that the code names (with the topics those name in turn): editing a file of one topic reruns the
notebooks of that topic. Code that imports mathlib in any other way gets all of it. Modules beside the
notebook are in it as far as they are imported; data files beside it are not.
"""

import ast
import hashlib
import json
import platform
import re
import sys
from functools import cache
from pathlib import Path

from runner.notebooks.catalogue import Notebook, tagged
from runner.settings import ROOT

FORMAT = 3  # of run.json; a change of the record's meaning makes every stored run stale
LIBRARY = ROOT / "mathlib"
STATEMENT = re.compile(
    r"(?:^|[:;])[ \t]*((?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+\w)(?:[^\n(\\]|\\\n|\([^)]*\))*)",
    re.MULTILINE,
)
CALL = re.compile(r"(?<![\w.])(?!import\b)[\w.]*import[\w.]*[ \t]*\(|^[ \t]*%run\b", re.MULTILINE)


def run_key(notebook: Notebook, library: Path = LIBRARY) -> str:
    """Hex digest that changes whenever the run's result may."""
    content = {
        "format": FORMAT,
        "code": notebook.code or notebook.text,  # of a notebook that cannot be run, all of it
        "skipped": [i for i, cell in enumerate(notebook.cells) if tagged(cell, "skip-execution")],
        "parameters": repr(sorted(notebook.parameters.items())),  # JSON would not tell tuples from lists
        "beside": modules_beside("\n".join(notebook.code), notebook.path.parent) if notebook.path else {},
        "sources": source_digests(topics_named("\n".join(notebook.code), library), library),
        "python": platform.python_version(),
        "packages": locked_versions(),
    }
    return _digest(json.dumps(content, sort_keys=True).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def topics_of(library: Path) -> frozenset[str]:
    """The folders of the library, most of them topics."""
    return frozenset(p.parent.name for p in library.glob("*/__init__.py"))


@cache
def _homes(library: Path) -> dict[str, str]:
    """The folder from which the library itself takes a name, as its stub says: {"claim": "claims"}."""
    stub = library / "__init__.pyi"
    nodes = ast.parse(stub.read_text(encoding="utf-8")).body if stub.is_file() else []
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level and node.module]
    return {alias.name: (node.module or "").split(".")[0] for node in taken for alias in node.names}


def topics_named(code: str, library: Path = LIBRARY) -> frozenset[str]:
    """Folders that the code may import from, closed under what their own files name."""
    topics, homes = topics_of(library), _homes(library)
    names = _named(code, topics.union(homes), package="")
    found = topics.intersection(homes.get(name, name) for name in names)
    pending = list(found)
    while pending:
        for topic in _named_by_topic(pending.pop(), library) - found:
            found = found | {topic}
            pending.append(topic)
    return found


@cache
def _named_by_topic(topic: str, library: Path) -> frozenset[str]:
    known = topics_of(library)
    return frozenset().union(
        *(
            _named(path.read_text(encoding="utf-8"), known, package=topic)
            for path in sorted((library / topic).rglob("*.py"))
        )
    )


@cache
def _named(code: str, known: frozenset[str], package: str) -> frozenset[str]:
    nodes = import_statements(code, "mathlib") if package or not _may_be_anything(code) else None
    found: set[str] = set()
    for node in nodes or ():
        for parts in _imported(node, package):
            if parts == ["mathlib"] or parts[1:] == ["*"]:
                return known
            found.update(known.intersection(parts[1:2]))
    return frozenset(found) if nodes is not None else known


def _may_be_anything(code: str) -> bool:
    """Whether it calls importlib or __import__, or runs another file: then nobody can say what it imports."""
    return bool(CALL.search(code))


def import_statements(code: str, about: str = "") -> list[ast.AST] | None:
    """The import statements in the code with this word, or relative ones; None where it is not Python.

    To parse these few lines takes a tenth of the time that it takes to parse and search all of a file.
    """
    found: list[ast.AST] = []
    for match in STATEMENT.finditer(code):
        if about not in match[1] and not match[1].startswith("from ."):
            continue
        statement = _parsed(match[1])
        if statement is None:  # a comment in it, or prose that begins like an import
            whole = _parsed(code)
            return None if whole is None else list(ast.walk(whole))
        found += ast.walk(statement)
    return found


def _parsed(code: str) -> ast.Module | None:
    plain = re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE)  # IPython magics are not Python
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError):
        return None


def modules_beside(code: str, folder: Path) -> dict[str, str]:
    """Digest of every module in the notebook's folder that the code imports, directly or through another."""
    known = {
        p.stem if p.suffix == ".py" else p.name for p in folder.glob("*") if p.suffix == ".py" or p.is_dir()
    }
    digests: dict[str, str] = {}
    pending = [code] if known else []
    while pending:
        for name in known & _first_names(pending.pop(), known):
            known.discard(name)
            for path in [folder / f"{name}.py", *sorted((folder / name).rglob("*.py"))]:
                if path.is_file():
                    content = path.read_bytes()
                    digests[path.relative_to(folder).as_posix()] = _digest(content)
                    pending.append(content.decode("utf-8", "replace"))
    return digests


def _first_names(code: str, known: set[str]) -> set[str]:
    """The first part of each name that the code imports; all that are known where that cannot be told."""
    nodes = None if _may_be_anything(code) else import_statements(code)
    if nodes is None:
        return set(known)
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {module.partition(".")[0] for module in modules}


def _imported(node: ast.AST, package: str) -> list[list[str]]:
    """Dotted names below mathlib that an import statement binds or passes through."""
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        if package and node.level == 1:
            return []  # a topic's own modules
        base = ["mathlib"] if package and node.level else []
        base += [node.module] if node.module else []
        modules = [".".join([*base, alias.name]) for alias in node.names]
    else:
        return []
    return [m.split(".") for m in modules if m.split(".")[0] == "mathlib"]


@cache
def source_digests(topics: frozenset[str], library: Path = LIBRARY) -> dict[str, str]:
    """Digest of every file at the library's root and in the given topics, package data included."""
    folders = [library / topic for topic in topics]
    paths = [p for p in library.glob("*") if p.is_file()]
    paths += [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    kept = [p for p in paths if "__pycache__" not in p.parts and p.suffix not in {".pyc", ".nbi", ".nbc"}]
    return {p.relative_to(library).as_posix(): _digest(p.read_bytes()) for p in sorted(kept)}


@cache
def locked_versions() -> dict[str, str]:
    """Installed version of every package that requirements.lock names; of all where there is no such file.

    Read off the names of the .dist-info folders: opening 150 metadata files would cost more than all
    the rest of a run in which nothing is to be done.
    """
    lock = ROOT / "requirements.lock"
    text = lock.read_text(encoding="utf-8") if lock.exists() else ""
    names = {_canonical(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)}
    versions: dict[str, str] = {}
    for entry in sys.path:
        for info in sorted(Path(entry).glob("*.dist-info")) if entry else []:
            name, _, version = info.name.removesuffix(".dist-info").partition("-")
            if not names or _canonical(name) in names:
                versions.setdefault(_canonical(name), version)
    return versions


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
