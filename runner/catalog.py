"""The notebooks there are, what they declare, and which of them a user's words select."""

import fnmatch
import json
import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.parameters import Parameter, nearest, parse_parameters, read_value, split_assignment

ROOT = Path(__file__).resolve().parent.parent
KERNEL = "python3"


@dataclass(frozen=True)
class Notebook:
    """A source notebook. Its name is its path below notebooks/ without the suffix: `jl/01_choose`."""

    name: str
    path: Path
    cells: list[dict[str, Any]] = field(repr=False)
    kernel: str
    overrides: dict[str, Any] = field(default_factory=dict)
    full: bool = False

    @classmethod
    def read(cls, path: Path, folder: Path) -> "Notebook":
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            cells = [dict(cell, source="".join(cell["source"])) for cell in content["cells"]]
            kernel = content.get("metadata", {}).get("kernelspec", {}).get("name", KERNEL)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path}: not a readable notebook ({type(error).__name__}: {error})") from None
        return cls(name, path, cells, kernel)

    @property
    def code(self) -> list[str]:
        return [cell["source"] for cell in self.cells if cell["cell_type"] == "code"]

    @cached_property
    def title(self) -> str:
        """The text of the first heading, else the name."""
        for cell in self.cells:
            if cell["cell_type"] == "markdown":
                for line in cell["source"].splitlines():
                    if line.startswith("# "):
                        return line[2:].strip()
        return self.name

    @cached_property
    def declared(self) -> dict[str, Parameter]:
        tagged = [c["source"] for c in self.cells if "parameters" in c.get("metadata", {}).get("tags", [])]
        if len(tagged) > 1:
            raise UsageError(f"{self.path}: {len(tagged)} cells are tagged `parameters`; one is allowed")
        return parse_parameters(tagged[0], str(self.path)) if tagged else {}

    @property
    def parameters(self) -> dict[str, Any]:
        """All values of a run: the literals of the notebook, replaced where overridden."""
        return {name: p.default for name, p in self.declared.items()} | self.overrides


def find_notebooks(folder: Path) -> list[Notebook]:
    """Every notebook below `folder`, by name."""
    if not folder.is_dir():
        raise UsageError(f"no folder of notebooks at {folder}")
    paths = [p for p in sorted(folder.rglob("*.ipynb")) if not any(s.startswith(".") for s in p.parts[-3:])]
    return [Notebook.read(path, folder) for path in paths]


def select(notebooks: list[Notebook], words: list[str]) -> list[Notebook]:
    """Those notebooks that a word names: a topic, the beginning of a path or of a file name, a pattern."""
    if not words:
        return notebooks
    chosen: set[str] = set()
    for word in words:
        named = {n.name for n in notebooks if _matches(n.name, word)}
        if not named:
            known = [n.name for n in notebooks] + sorted({n.name.split("/")[0] for n in notebooks})
            hint = nearest(word, known) or "; --list shows them all"
            raise UsageError(f"no notebook matches {word!r}{hint}")
        chosen |= named
    return [n for n in notebooks if n.name in chosen]


def _matches(name: str, word: str) -> bool:
    word = word.removeprefix("./").removeprefix("notebooks/").removesuffix(".ipynb").rstrip("/")
    stem = name.rpartition("/")[2]
    if any(sign in word for sign in "*?["):
        return fnmatch.fnmatch(name, word) or fnmatch.fnmatch(stem, word)
    return bool(word) and (
        name.startswith(word + "/")
        or (stem.startswith(word) and "/" not in word)
        or ("/" in word and name.startswith(word))
        or name == word
    )


def with_full_values(
    notebooks: list[Notebook], table: Path, known: list[str] | None = None
) -> list[Notebook]:
    """The notebooks with the large values of full.toml, each checked against its declaration.

    `known` are all names there are: an entry for any other is an error.
    """
    try:
        values = tomllib.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{table}: {error}") from None
    for name in values.keys() - (known or values.keys()):
        raise UsageError(f"{table}: there is no notebook {name!r}{nearest(name, known)}")
    return [_with_table(n, values.get(n.name, {}), table) for n in notebooks]


def _with_table(notebook: Notebook, values: dict[str, Any], table: Path) -> Notebook:
    overrides = {}
    for name, value in values.items():
        parameter = notebook.declared.get(name)
        if parameter is None:
            raise UsageError(f"{table}: {notebook.name} has no parameter {name!r}")
        overrides[name] = read_value(parameter, value if isinstance(value, str) else repr(value))
    return replace(notebook, overrides=overrides, full=True)


def with_assignments(notebooks: list[Notebook], assignments: list[str]) -> list[Notebook]:
    """The notebooks with `name=value` overrides; a name must be declared by at least one of them."""
    for text in assignments:
        name, value = split_assignment(text)
        if not any(name in n.declared for n in notebooks):
            known = sorted({known for n in notebooks for known in n.declared})
            hint = nearest(name, known) or f"; declared: {', '.join(known) or 'none'}"
            raise UsageError(f"no selected notebook declares a parameter {name!r}{hint}")
        notebooks = [
            replace(n, overrides=n.overrides | {name: read_value(n.declared[name], value)})
            if name in n.declared
            else n
            for n in notebooks
        ]
    return notebooks
