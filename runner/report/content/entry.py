"""What a page knows of a notebook: its source, its topic, and what its last run left."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.notebooks.topics import Topic
from runner.report.content.records import Cell, Damaged, Outcome, read_notebook, read_outcome

# Cells that papermill adds to an executed notebook.
ADDED_TAGS = {"injected-parameters", "papermill-error-cell-tag"}


@dataclass(frozen=True)
class Entry:
    """A notebook of the site: its source, and what its last run left."""

    name: str
    source: Path
    folder: Path
    source_bytes: bytes = field(repr=False)
    run_bytes: bytes | None = field(repr=False)
    output_bytes: bytes | None = field(repr=False)

    @classmethod
    def read(cls, name: str, source: Path, results: Path) -> "Entry":
        folder = results / name
        contents = [content_of(path) for path in (source, folder / "run.json", folder / "output.ipynb")]
        return cls(name, Path(os.path.abspath(source)), folder, contents[0] or b"", *contents[1:])

    @cached_property
    def topic(self) -> Topic:
        """What topic.toml says beside the notebook, else the name of the folder."""
        folder = self.name.rpartition("/")[0]
        try:
            return replace(Topic.read(self.source.parent, folder or "Notebooks"), name=folder)
        except UsageError:
            return Topic(folder, folder or "Notebooks")

    @property
    def page(self) -> Path:
        return self.folder / "index.html"

    @cached_property
    def run(self) -> Outcome | Damaged | None:
        if self.run_bytes is None:
            return None
        return _or_damaged(read_outcome, self.run_bytes)

    @property
    def outcome(self) -> Outcome:
        """What became of the run, of an entry that has a page."""
        if not isinstance(self.run, Outcome):
            raise ValueError(f"{self.name} has no run to show")
        return self.run

    @property
    def has_page(self) -> bool:
        return isinstance(self.run, Outcome)

    @cached_property
    def source_cells(self) -> list[Cell] | Damaged:
        return _or_damaged(read_notebook, self.source_bytes)

    @cached_property
    def output_cells(self) -> list[Cell] | Damaged:
        if self.output_bytes is None:
            return Damaged("the run left no output.ipynb")
        return _or_damaged(read_notebook, self.output_bytes)

    @cached_property
    def ran_cells(self) -> list[Cell] | Damaged:
        """The cells of the executed notebook without those that papermill has added."""
        if isinstance(self.output_cells, Damaged):
            return self.output_cells
        return [cell for cell in self.output_cells if not cell.tags & ADDED_TAGS]

    @cached_property
    def is_stale(self) -> bool:
        """Whether the code of the notebook has changed since its last run."""
        source, ran = self.source_cells, self.ran_cells
        return (
            not isinstance(source, Damaged)
            and not isinstance(ran, Damaged)
            and code_of(source) != code_of(ran)
        )

    @cached_property
    def title(self) -> str:
        """The first heading of the source, as Markdown; else the name."""
        cells = [] if isinstance(self.source_cells, Damaged) else self.source_cells
        lines = (line for cell in cells if cell.kind == "markdown" for line in cell.source.splitlines())
        return next((line[2:].strip() for line in lines if line.startswith("# ")), self.name)


def code_of(cells: list[Cell]) -> list[str]:
    return [cell.source for cell in cells if cell.kind == "code"]


def neighbours(entry: Entry, entries: list[Entry]) -> tuple[Entry | None, Entry | None]:
    """The nearest entries with a page, before and after this one."""
    place = next(i for i, other in enumerate(entries) if other.name == entry.name)
    before = next((e for e in reversed(entries[:place]) if e.has_page), None)
    after = next((e for e in entries[place + 1 :] if e.has_page), None)
    return before, after


def content_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _or_damaged(read: Callable[[bytes], Any], content: bytes) -> Any:
    try:
        return read(content)
    except Damaged as damage:
        return damage
