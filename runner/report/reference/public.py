"""What mathlib publishes, read off its files: the runner imports nothing of it.

A stub (`__init__.pyi`) lists the names of a package and the modules where they stand; a module without a stub
lists its own in `__all__`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: The public modules that all topics share.
SHARED = ("certificates", "errors", "plotting", "verify")


@dataclass(frozen=True)
class Item:
    """A public function, class, method or constant; `members` are the public methods of a class."""

    package: str  # below mathlib: "jl", "jl.plots", "plotting", ""
    name: str
    kind: str
    signature: str
    doc: str
    file: str
    line: int
    members: list["Item"] = field(default_factory=list)

    @property
    def dotted(self) -> str:
        return ".".join(filter(None, ("mathlib", self.package, self.name)))

    @property
    def summary(self) -> str:
        """The first paragraph of the docstring."""
        return " ".join(self.doc.partition("\n\n")[0].split())


@dataclass(frozen=True)
class Package:
    """A topic, or a module that all topics share, with its names in order."""

    name: str
    doc: str
    items: list[Item]


def packages(library: Path) -> list[Package]:
    """Everything public below a folder `mathlib`: the topics, their inner modules and what they share."""
    topics = sorted(stub.parent.name for stub in library.glob("*/__init__.pyi"))
    found = []
    for name in ["", *topics, *SHARED]:
        if _file(library, name) is None:
            continue
        inner, items = [], []
        for public, module, inner_name in _names(library, name):
            if inner_name is None:
                inner.append(".".join(filter(None, (name, public))))
            elif item := _item(library, name, public, module, inner_name):
                items.append(item)
        found.append(Package(name, _doc(library, name), items))
        found += [_plain(library, module) for module in inner if name]
    return found


def _plain(library: Path, name: str) -> Package:
    found = [(public, module, inner or public) for public, module, inner in _names(library, name)]
    items = [_item(library, name, *names) for names in found]
    return Package(name, _doc(library, name), [item for item in items if item])


def _file(library: Path, module: str) -> Path | None:
    """The file of a module below mathlib, named with dots."""
    path = library.joinpath(*module.split(".")) if module else library
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)


def _doc(library: Path, module: str) -> str:
    file = _file(library, module)
    return (ast.get_docstring(_parsed(file)) or "") if file else ""


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _names(library: Path, package: str) -> Iterator[tuple[str, str, str | None]]:
    """(public name, module where it stands, name there), the last None for a module."""
    file = _file(library, package)
    stub = file.with_suffix(".pyi") if file else None
    if stub and stub.is_file():
        for node in _parsed(stub).body:
            if isinstance(node, ast.ImportFrom):
                module = _absolute(package, node)
                for alias in node.names:
                    yield alias.asname or alias.name, module, alias.name if node.module else None
    elif file:
        for node in _parsed(file).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                for name in ast.literal_eval(node.value):
                    yield name, package, name


def _absolute(package: str, node: ast.ImportFrom, *, inside_package: bool = True) -> str:
    """The module of an import below mathlib, with dots."""
    if not node.level:
        return (node.module or "").removeprefix("mathlib").removeprefix(".")
    parts = package.split(".") if package else []
    up = node.level - 1 if inside_package else node.level
    return ".".join([*parts[: len(parts) - up], *filter(None, [node.module])])


def _item(library: Path, package: str, public: str, module: str, name: str) -> Item | None:
    """The item of a name."""
    file, node = _found(library, module, name)
    if file is None or node is None:
        return None
    where = file.relative_to(library.parent).as_posix()
    if isinstance(node, ast.FunctionDef):
        return _function(package, public, node, where)
    if isinstance(node, ast.ClassDef):
        return _class(package, public, _with_inherited(library, file, node), where)
    value = node.value
    if isinstance(value, ast.Call) and not value.args:  # the one object of a class, called as a function is
        _, cls = _found(library, _module(library, file), ast.unparse(value.func))
        if isinstance(cls, ast.ClassDef):
            constructors = _passed_on(library, file, package, public, cls)
            return _callable_object(package, public, cls, where, constructors)
    lines = file.read_text(encoding="utf-8").splitlines()
    return Item(package, public, "constant", "", _comment(lines, node.lineno), where, node.lineno)


Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


def _found(library: Path, module: str, name: str) -> tuple[Path | None, Definition | None]:
    """Where a name is defined, followed through the modules that only pass it on; None outside of mathlib."""
    file = _file(library, module)
    for node in _parsed(file).body if file else []:
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("mathlib")):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    inside = file is not None and file.name == "__init__.py"
                    return _found(library, _absolute(module, node, inside_package=inside), alias.name)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return file, node
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in map(ast.unparse, targets):
                return file, node
    return None, None


def _module(library: Path, file: Path) -> str:
    parts = file.relative_to(library).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _with_inherited(library: Path, file: Path, node: ast.ClassDef) -> ast.ClassDef:
    """A class with the members that it has from bases within mathlib."""
    body = list(node.body)
    for base in node.bases:
        other, inherited = _found(library, _module(library, file), ast.unparse(base).partition("[")[0])
        if other is not None and isinstance(inherited, ast.ClassDef):
            own = {n.name for n in body if isinstance(n, ast.FunctionDef)}
            members = _with_inherited(library, other, inherited).body
            body += [n for n in members if isinstance(n, ast.FunctionDef) and n.name not in own]
    return ast.ClassDef(
        **{field: getattr(node, field) for field in node._fields} | {"body": body}, lineno=node.lineno
    )


def _comment(lines: list[str], number: int) -> str:
    """The comment above a line, of which `#:` marks what is meant for readers."""
    words: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.startswith("#"):
            break
        words.insert(0, line.lstrip("#: "))
    return " ".join(words)


def _function(package: str, public: str, node: ast.FunctionDef, file: str, kind: str = "function") -> Item:
    arguments = _without_self(node) if kind != "function" else node.args
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    signature = f"{public.rpartition('.')[2]}({ast.unparse(arguments)}){returns}"
    if kind == "property":
        signature = public.rpartition(".")[2] + returns
    return Item(package, public, kind, signature, ast.get_docstring(node) or "", file, node.lineno)


def _without_self(node: ast.FunctionDef) -> ast.arguments:
    fixed = node.args
    if any(ast.unparse(d) == "staticmethod" for d in node.decorator_list):
        return fixed
    name = "posonlyargs" if fixed.posonlyargs else "args"
    shortened = {key: getattr(fixed, key) for key in fixed._fields}
    return ast.arguments(**shortened | {name: getattr(fixed, name)[1:]})


def _class(package: str, public: str, node: ast.ClassDef, file: str) -> Item:
    """A class with its constructor: that of a dataclass takes the annotated fields."""
    methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
    decorators = " ".join(map(ast.unparse, node.decorator_list))
    if "__init__" in methods:
        arguments = ast.unparse(_without_self(methods["__init__"]))
    elif "dataclass" in decorators:
        fields = [n for n in node.body if isinstance(n, ast.AnnAssign) and "ClassVar" not in ast.unparse(n)]
        arguments = ", ".join(_field(n) for n in fields if not ast.unparse(n.target).startswith("_"))
    else:
        arguments = ""
    signature = f"{public}({arguments})" if arguments or "__init__" in methods else public
    members = []
    for name, method in methods.items():
        if name.startswith("_") or not ast.get_docstring(method):
            continue
        marks = {ast.unparse(d).split("(")[0] for d in method.decorator_list}
        kind = (
            "property" if marks & {"property", "cached_property", "functools.cached_property"} else "method"
        )
        members.append(_function(package, f"{public}.{name}", method, file, kind))
    return Item(
        package, public, "class", signature, ast.get_docstring(node) or "", file, node.lineno, members
    )


def _passed_on(library: Path, file: Path, package: str, public: str, node: ast.ClassDef) -> list[Item]:
    """Functions of other modules that a class has as static methods: `exact = staticmethod(rules.exact)`."""
    modules = {a.name for n in _parsed(file).body if isinstance(n, ast.ImportFrom) for a in n.names}
    items = []
    for assigned in node.body:
        if isinstance(assigned, ast.Assign) and ast.unparse(assigned.value).startswith("staticmethod("):
            module, _, name = ast.unparse(assigned.value)[len("staticmethod(") : -1].partition(".")
            inner = ".".join([*_module(library, file).split(".")[:-1], module])
            other, function = _found(library, inner, name) if module in modules else (None, None)
            if other is not None and isinstance(function, ast.FunctionDef):
                where = other.relative_to(library.parent).as_posix()
                items.append(
                    _function(package, f"{public}.{ast.unparse(assigned.targets[0])}", function, where)
                )
    return items


def _callable_object(package: str, public: str, node: ast.ClassDef, file: str, more: list[Item]) -> Item:
    """An object that is called as a function is, and has others beside it."""
    item = _class(package, public, node, file)
    [call] = [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "__call__"]
    signature = f"{public}({ast.unparse(_without_self(call))})"
    doc = ast.get_docstring(call) or item.doc
    return Item(package, public, "function", signature, doc, file, node.lineno, [*item.members, *more])


def _field(node: ast.AnnAssign) -> str:
    default = "" if node.value is None else f" = {ast.unparse(node.value)}"
    return (
        ast.unparse(node.target)
        + f": {ast.unparse(node.annotation)}"
        + ("" if "field(" in default else default)
    )
