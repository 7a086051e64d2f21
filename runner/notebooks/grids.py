"""The runs of a sweep: the product of grids and of lists that run side by side, every value typed.

    --grid eps=0.1,0.2 --grid seed=0:3          six runs: the product
    --zip k=16,64,256 --zip trials=400,100,25   three runs: the first values, the second ones, the third ones

Values have the type of the notebook's literal. `0:10` is range(0, 10) and `0:10:2` range(0, 10, 2), for whole
numbers. A comma within brackets or quotes separates nothing; text with a comma in it stands in quotes.
"""

import ast
import itertools
import math
import re
from dataclasses import replace
from typing import Any

from runner.errors import UsageError
from runner.notebooks.catalogue import Notebook
from runner.notebooks.parameters import Parameter, nearest, read_value

LARGEST = 100_000  # runs of one sweep, so that a typing error does not start millions
RANGE = re.compile(r"\s*(-?\d+):(-?\d+)(?::(-?\d+))?\s*")


def expand(notebook: Notebook, grids: list[str], zips: list[str]) -> list[Notebook]:
    """The notebook once for each combination of values, in the order given, the last grid varying fastest.

    The lists that are zipped vary together, and slower than any grid.
    """
    axes = [_axis(notebook, text, "--zip") for text in zips] + [
        _axis(notebook, text, "--grid") for text in grids
    ]
    if not axes:
        raise UsageError("a sweep needs values: --grid NAME=VALUES, or --zip NAME=VALUES twice or more")
    names = [name for name, _ in axes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"parameter {name!r} is given values twice")
    together, free = dict(axes[: len(zips)]), dict(axes[len(zips) :])
    lengths = {name: len(values) for name, values in together.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise UsageError(f"lists that are zipped must have one length; given: {told}")
    steps = list(zip(*together.values(), strict=True)) or [()]
    count = math.prod(map(len, free.values())) * len(steps)
    if count > LARGEST:
        raise UsageError(f"that would be {count} runs; at most {LARGEST} make one sweep")
    return [
        replace(notebook, overrides=notebook.overrides | dict(zip(names, [*step, *point], strict=True)))
        for step in steps
        for point in itertools.product(*free.values())
    ]


def _axis(notebook: Notebook, text: str, option: str) -> tuple[str, list[Any]]:
    """Name and values of `name=values`."""
    name, equals, listed = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier() or not listed.strip():
        raise UsageError(f"{option} {text!r}: expected name=value,value,... or name=first:end")
    parameter = notebook.declared.get(name)
    if parameter is None:
        known = list(notebook.declared)
        hint = nearest(name, known) or f"; declared: {', '.join(known) or 'none'}"
        raise UsageError(f"{notebook.name} declares no parameter {name!r}{hint}")
    values = read_values(parameter, listed)
    if len({repr(value) for value in values}) < len(values):
        raise UsageError(f"{option} {text!r}: a value is given twice, and would only run once")
    return name, values


def read_values(parameter: Parameter, text: str) -> list[Any]:
    """The values that a list stands for, each in the type of the parameter's literal.

    >>> read_values(Parameter("seed", "int", 0), "0:3,10")
    [0, 1, 2, 10]
    >>> read_values(Parameter("name", "str", ""), "digits,'texts, short'")
    ['digits', 'texts, short']
    """
    values: list[Any] = []
    for part in split_list(text):
        found = RANGE.fullmatch(part)
        if found and parameter.type == "int":
            values += _range(parameter.name, part, *(int(n) for n in found.groups() if n is not None))
        elif parameter.type == "str" and re.fullmatch(r"\s*(['\"]).*\1\s*", part, re.DOTALL):
            values.append(_unquoted(parameter, part))
        else:
            values.append(read_value(parameter, part))
    return values


def _range(name: str, text: str, first: int, end: int, step: int = 1) -> range:
    if not step:
        raise UsageError(f"parameter {name!r}: the step of the range {text.strip()!r} is 0")
    values = range(first, end, step)
    if not values:
        raise UsageError(f"parameter {name!r}: the range {text.strip()!r} is empty; its end is not in it")
    if len(values) > LARGEST:
        raise UsageError(f"parameter {name!r}: the range {text.strip()!r} has more than {LARGEST} values")
    return values


def _unquoted(parameter: Parameter, text: str) -> str:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        raise UsageError(f"parameter {parameter.name!r}: not a text in quotes: {text.strip()!r}") from None


def split_list(text: str) -> list[str]:
    """Split at the commas that stand neither within brackets nor within quotes.

    >>> split_list("[1, 2],[3]")
    ['[1, 2]', '[3]']
    """
    parts, depth, quote = [""], 0, ""
    for sign in text:
        if sign == "," and not depth and not quote:
            parts.append("")
            continue
        parts[-1] += sign
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and (not parts[-1][:-1].strip() or depth):
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth = max(0, depth - 1)
    return parts
