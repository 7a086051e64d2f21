"""The notebooks there are, each read once, and which of them a user's words select."""

import fnmatch
import json
import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from runner.errors import UsageError
from runner.notebooks.parameters import (
    Parameter,
    nearest,
    parse_parameters,
    read_value,
    split_assignment,
)
from runner.text import is_whole

KERNEL = "python3"
# The names of kernels are free, and VS Code calls one after its environment; these are of other languages.
FOREIGN = re.compile(
    r"(julia|ir|r|bash|zsh|(type|java)script|node|deno|rust|evcxr|scala|almond|sage(math)?"
    r"|octave|matlab|ruby|perl|go(phernotes)?|i?haskell|java|kotlin|c|x?cpp\d*|xr|x?lua|x?sql"
    r"|wolfram\w*)([-_. ]?[\d.]*)?",
    re.IGNORECASE,
)


class Problem(NamedTuple):
    """Why a notebook cannot be run at all: a fault that lies in its file."""

    type: str
    message: str


class Limits(NamedTuple):
    """Seconds a run of the notebook may take, GiB that it may hold; None where nothing is said."""

    timeout: float | None = None
    memory: float | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Notebook:
    """A notebook as it was when it was read; whatever becomes of its file, this is what runs.

    Its name is its path below notebooks/ without the suffix: `jl/01_choose`. One that cannot be run has a
    `problem`, and neither cells nor parameters.
    """

    name: str
    path: Path
    cells: list[dict[str, Any]] = field(repr=False)
    kernel: str = KERNEL
    overrides: dict[str, Any] = field(default_factory=dict)
    full: bool = False
    limits: Limits = NO_LIMITS
    text: str = field(default="", repr=False)
    problem: Problem | None = None

    @classmethod
    def read(cls, path: Path, folder: Path) -> "Notebook":
        given = os.fsencode(path.relative_to(folder).with_suffix(""))
        name = given.decode("utf-8", "backslashreplace")
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return cls(name, path, [], problem=Problem("UnreadableNotebook", f"cannot be read: {error}"))
        if name.encode() != given:
            told = "the name of its file is not in UTF-8: give it another"
            return cls(name, path, [], text=text, problem=Problem("UnreadableNotebook", told))
        return cls.of_text(name, path, text)

    @classmethod
    def of_text(cls, name: str, path: Path, text: str) -> "Notebook":
        """The notebook that a file with this text is."""
        try:
            content = _content(text)
            cells = [dict(cell, source="".join(cell["source"])) for cell in content["cells"]]
            kernel = _kernel(content.get("metadata", {}))
            notebook = cls(name, path, cells, kernel, text=text)
            _ = notebook.declared
        except Exception as error:  # whatever is wrong with one file ends no other run
            return cls(name, path, [], text=text, problem=Problem("UnreadableNotebook", str(error)))
        if notebook.kernel != KERNEL:
            told = f"the notebook asks for kernel {kernel!r}; notebooks here run on {KERNEL!r}"
            return replace(notebook, problem=Problem("NoSuchKernel", told))
        return notebook

    @property
    def code(self) -> list[str]:
        return [cell["source"] for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def total(self) -> int:
        """Code cells that a run executes: all but those that are empty or tagged `skip-execution`."""
        return sum(
            cell["cell_type"] == "code"
            and bool(cell["source"].strip())
            and not tagged(cell, "skip-execution")
            for cell in self.cells
        )

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
        found = [cell["source"] for cell in self.cells if tagged(cell, "parameters")]
        if len(found) > 1:
            raise UsageError(f"{len(found)} cells are tagged `parameters`; one is allowed")
        return parse_parameters(found[0], self.name) if found else {}

    @property
    def parameters(self) -> dict[str, Any]:
        """All values of a run: the literals of the notebook, replaced where overridden."""
        return {name: p.default for name, p in self.declared.items()} | self.overrides


def tagged(cell: dict[str, Any], tag: str) -> bool:
    return tag in cell.get("metadata", {}).get("tags", [])


def _content(text: str) -> dict[str, Any]:
    """The JSON of a notebook, or a ValueError that says what is wrong with it."""
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark: save it as UTF-8 without one")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(content, dict) or "nbformat" not in content:
        raise ValueError("it has no number `nbformat`, and is no notebook")
    if content["nbformat"] != 4:
        raise ValueError(f"nbformat is {content['nbformat']!r}, not 4: open and save it in JupyterLab")
    if not isinstance(content.get("cells"), list):
        raise ValueError("it has no list `cells`")
    for number, cell in enumerate(content["cells"], start=1):
        if problem := _problem_of_cell(cell):
            raise ValueError(f"cell {number} {problem}")
    if not isinstance(content.get("metadata", {}), dict):
        raise ValueError("its metadata are no dictionary")
    if "\\ud" in text.lower() and not is_whole(json.dumps(content, ensure_ascii=False)):
        raise ValueError(r"it holds half a character (\ud800 to \udfff), which UTF-8 cannot write")
    return content


def _problem_of_cell(cell: Any) -> str:
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        return "has no type"
    source = cell.get("source")
    if not isinstance(source, str) and not (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    ):
        return "has no source"
    metadata = cell.get("metadata", {})
    if not isinstance(metadata, dict):
        return "has metadata that are no dictionary"
    tags = metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "has tags that are no list of words"
    return ""


def _kernel(metadata: dict[str, Any]) -> str:
    """KERNEL for every kernel of Python, whatever it is called; else the name that the notebook asks for."""
    spec, language = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    if not isinstance(spec, dict) or not isinstance(language, dict):
        raise ValueError("its kernelspec or language_info is no dictionary")
    name = str(spec.get("name", KERNEL))
    spoken = {
        str(given.get(key, "python")).lower() for given, key in ((spec, "language"), (language, "name"))
    }
    return name if FOREIGN.fullmatch(name) or spoken - {"python", "ipython", ""} else KERNEL


def find_notebooks(folder: Path) -> list[Notebook]:
    """Every notebook below `folder`, by name."""
    if not folder.is_dir():
        raise UsageError(f"no folder of notebooks at {folder}")
    paths = [p for p in sorted(folder.rglob("*.ipynb")) if not any(s.startswith(".") for s in p.parts[-3:])]
    folders = {parent for path in paths for parent in path.parents}
    for shared in sorted(folders & {path.with_suffix("") for path in paths}):
        raise UsageError(
            f"{shared}.ipynb and the notebooks in the folder {shared} would share a folder of results; "
            "rename the notebook or the folder"
        )
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
