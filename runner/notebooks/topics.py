"""What a topic says of its notebooks, in two files beside them.

topic.toml: `title`, `sentence`, `order` and `level` of the topic, and `start`, the notebook by which a reader
may begin, if it is a good one for that. full.toml: under the file name of a notebook without its suffix, its
large values for `--full`, and its limits: `timeout` in seconds, `memory` in GiB. A name that the notebook
declares as a parameter is that parameter.
"""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.notebooks.catalogue import Limits, Notebook
from runner.notebooks.parameters import nearest, read_value


@dataclass(frozen=True)
class Topic:
    """A folder of notebooks as a reader is told of it."""

    name: str
    title: str
    sentence: str = ""
    order: int = 1000
    level: str = ""
    start: str = ""

    @classmethod
    def read(cls, folder: Path, otherwise: str) -> "Topic":
        """The topic in this folder; where no title is given, it has the other one."""
        given = _table(folder / "topic.toml")
        texts = {key: str(given[key]) for key in ("title", "sentence", "level", "start") if key in given}
        order = given.get("order", cls.order)
        if unknown := given.keys() - {"title", "sentence", "order", "level", "start"}:
            raise UsageError(f"{folder / 'topic.toml'}: unknown {', '.join(sorted(unknown))}")
        if type(order) is not int:
            raise UsageError(f"{folder / 'topic.toml'}: order must be a whole number; got {order!r}")
        return cls(folder.name, **{"title": otherwise, **texts}, order=order)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None


def with_full_values(notebooks: list[Notebook]) -> list[Notebook]:
    """The notebooks with the large values and limits of full.toml, each checked against its declaration."""
    read = cache(_full_table)
    return [_with_values(n, read(n.path.parent).get(n.path.stem, {})) for n in notebooks]


def _full_table(folder: Path) -> dict[str, Any]:
    table = _table(folder / "full.toml")
    known = {path.stem for path in folder.glob("*.ipynb")}
    for name in table.keys() - known:
        raise UsageError(
            f"{folder / 'full.toml'}: there is no notebook {name!r}{nearest(name, sorted(known))}"
        )
    return table


def _with_values(notebook: Notebook, values: dict[str, Any]) -> Notebook:
    table = notebook.path.parent / "full.toml"
    overrides, limits = {}, {}
    for name, value in values.items() if not notebook.problem else ():
        parameter = notebook.declared.get(name)
        if parameter is not None:
            overrides[name] = read_value(parameter, value if isinstance(value, str) else repr(value))
        elif name in Limits._fields:
            if type(value) not in (int, float) or not 0 < value < float("inf"):
                raise UsageError(f"{table}: {name} of {notebook.name} must be positive; got {value!r}")
            limits[name] = float(value)
        else:
            raise UsageError(f"{table}: {notebook.name} has no parameter {name!r}")
    return replace(notebook, overrides=overrides, full=True, limits=Limits(**limits))
