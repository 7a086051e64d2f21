"""Typed parameters of a notebook, read from its `parameters` cell without running it.

papermill only warns about an unknown name, turns `false` into the string "false" and pastes names into
code. So the names, types and values are settled here, and papermill receives plain Python literals.
"""

import ast
import difflib
import io
import math
import tokenize
from dataclasses import dataclass
from typing import Any

from runner.errors import UsageError
from runner.text import is_whole

SCALARS = {"int": int, "float": float, "bool": bool, "str": str}
COLLECTIONS = {"list": list, "tuple": tuple, "dict": dict}
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: `name: type = default  # description`."""

    name: str
    type: str
    default: Any
    description: str = ""
    optional: bool = False

    @property
    def type_label(self) -> str:
        return f"{self.type} | None" if self.optional else self.type


def parse_parameters(source: str, where: str) -> dict[str, Parameter]:
    """Parameters declared by the source of a parameters cell; `where` names it in errors."""
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise UsageError(f"{where}: the parameters cell is not valid Python (line {error.lineno})") from None
    comments = _trailing_comments(source)
    declared: dict[str, Parameter] = {}
    for statement in statements:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        parameter = _declaration(statement, comments.get(statement.end_lineno or 0, ""), where)
        if parameter.name in declared:
            raise UsageError(f"{where}: parameter {parameter.name!r} is declared twice")
        declared[parameter.name] = parameter
    return declared


def _trailing_comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _declaration(statement: ast.stmt, comment: str, where: str) -> Parameter:
    problem = UsageError(
        f"{where}: line {statement.lineno} of the parameters cell must read `name: type = literal`"
    )
    target: ast.expr
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target, annotation, value = statement.target, ast.unparse(statement.annotation), statement.value
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, annotation, value = statement.targets[0], "", statement.value
    else:
        raise problem
    if not isinstance(target, ast.Name):
        raise problem
    try:
        default = ast.literal_eval(value)
    except ValueError:
        raise problem from None
    label, optional = _type_label(annotation, default)
    if label not in SCALARS and label not in COLLECTIONS:
        allowed = ", ".join([*SCALARS, *COLLECTIONS])
        raise UsageError(f"{where}: parameter {target.id!r} has type {label!r}; allowed: {allowed}")
    parameter = Parameter(target.id, label, default, comment, optional)
    if label == "float" and type(default) is int:
        parameter = Parameter(target.id, label, float(default), comment, optional)
    elif not _fits(parameter, default):
        raise UsageError(
            f"{where}: the default of {target.id!r} is not of its type {annotation}: {default!r}"
        )
    return parameter


def _type_label(annotation: str, default: Any) -> tuple[str, bool]:
    if not annotation:
        return type(default).__name__, False
    parts = [part.strip() for part in annotation.split("|")]
    named = [part.split("[")[0] for part in parts if part != "None"]
    return " | ".join(named), "None" in parts


def _fits(parameter: Parameter, value: Any) -> bool:
    if value is None:
        return parameter.optional
    return type(value).__name__ == parameter.type and _plain(value)


def _plain(value: Any) -> bool:
    """True for what JSON and papermill both carry unchanged (no inf or nan, no sets, no half characters)."""
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(key) and _plain(item) for key, item in value.items())
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return is_whole(value)
    return value is None or isinstance(value, bool | int)


def split_assignment(text: str) -> tuple[str, str]:
    """Split `name=value` as given to -p; the name must be an identifier."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier():
        raise UsageError(f"-p {text!r}: expected name=value, the name being a parameter shown by --list")
    return name, value


def read_value(parameter: Parameter, text: str) -> Any:
    """The value that `text` stands for, in the type of the parameter's literal.

    >>> read_value(Parameter("eps", "float", 0.5), "1e-2")
    0.01
    >>> read_value(Parameter("exact", "bool", True), "false")
    False
    """
    try:
        value = _parse_value(parameter, text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = _Unreadable
    if not _fits(parameter, value):
        raise UsageError(
            f"parameter {parameter.name!r} takes {_article(parameter.type_label)}, given {text!r}; "
            f"its default is {parameter.default!r}"
        )
    return value


class _Unreadable:
    """Marks a text that is no value of the wanted type."""


def _parse_value(parameter: Parameter, text: str) -> Any:
    if parameter.optional and text.strip() == "None":
        return None
    if parameter.type == "str":
        return text
    text = text.strip()
    if parameter.type == "bool":
        return WORDS.get(text.lower(), _Unreadable)
    if parameter.type in SCALARS:
        return SCALARS[parameter.type](text)
    return ast.literal_eval(text)


def _article(label: str) -> str:
    return f"an {label}" if label[0] in "aeiou" else f"a {label}"


def nearest(word: str, known: list[str]) -> str:
    """A hint `; did you mean ...?` where a known word is close, else nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
