"""The page of one notebook: its text as it stands now, with the outputs of its last run."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup

from runner.errors import UsageError
from runner.notebooks.parameters import parse_parameters
from runner.report.content.entry import Entry, neighbours
from runner.report.content.records import Cell, Damaged
from runner.report.pages.words import fill
from runner.report.render import outputs
from runner.report.render.mentions import with_links
from runner.report.render.prose import Prose


@dataclass(frozen=True)
class CellView:
    """A cell as the template needs it; `number` counts the code cells, and names the place on the page."""

    kind: str
    html: Markup
    number: int = 0
    outputs: list[dict] = field(default_factory=list)
    parameters: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Cells that stand together: the text, an exercise, or a folded solution."""

    kind: str
    cells: list[CellView]
    label: str = ""


def notebook_page(entry: Entry, entries: list[Entry], key: str, used: list[dict[str, str]]) -> str:
    """The HTML of a notebook's page; `used` are the names of the reference that its code uses."""
    prose = Prose(_links(entry, entries))
    cells, notice = _grafted(entry)
    beside = {e.source.name[:2]: e.source.name for e in entries if e.source.parent == entry.source.parent}
    files = {number: name for number, name in beside.items() if name != entry.source.name}
    cells = [replace(c, source=with_links(c.source, files)) if c.kind == "markdown" else c for c in cells]
    parts = _parts(cells, prose, entry)
    before, after = neighbours(entry, entries)
    return fill(
        "notebook.html.j2",
        prose.sheet,
        key=key,
        root="../" * (entry.name.count("/") + 1),
        name=entry.name,
        run=entry.outcome,
        title=prose.title or entry.outcome.title,
        plain_title=prose.plain_title or entry.outcome.title,
        notice=notice,
        parts=parts,
        headings=[heading for heading in prose.headings if heading.level <= 3],
        traceback=outputs.terminal(entry.outcome.error["traceback"]) if entry.outcome.error else "",
        before=_way_to(before, entry, prose),
        after=_way_to(after, entry, prose),
        has_output=entry.output_bytes is not None,
        used=used,
        has_crate=(entry.folder / "ro-crate-metadata.json").is_file(),
        has_files=(entry.folder / "files").is_dir(),
    )


def _grafted(entry: Entry) -> tuple[list[Cell], str]:
    """The cells to show, and a line for the reader where they are not the text of today with its outputs.

    While the code agrees, the text comes from the source and the outputs from the run: editing text shows
    without a rerun.
    """
    source, executed = entry.source_cells, entry.ran_cells
    if isinstance(executed, Damaged):
        shown = [] if isinstance(source, Damaged) else source
        return shown, f"The outputs of this run cannot be shown: {executed}."
    if isinstance(source, Damaged):
        return executed, f"The source notebook cannot be read, so this is the text of the last run: {source}."
    if entry.is_stale:
        return executed, "The code of this notebook has changed since this run; this is how it ran."
    results = iter(cell for cell in executed if cell.kind == "code")
    return [
        replace(cell, outputs=next(results).outputs) if cell.kind == "code" else cell for cell in source
    ], ""


def _parts(cells: list[Cell], prose: Prose, entry: Entry) -> list[Part]:
    parts: list[Part] = []
    number = 0
    for cell in cells:
        kind = next((tag for tag in ("solution", "exercise") if tag in cell.tags), "text")
        number += cell.kind == "code"
        view = (
            None
            if _only_for_the_lab(cell)
            else _view(cell, prose, number, entry, headings=kind != "solution")
        )
        if view is None:
            continue
        if {"work", "check"} & set(cell.tags) and parts and parts[-1].kind == "exercise":
            parts[-1].cells.append(view)
        elif kind == "exercise":
            named = re.search(r"\bexercises?\b", cell.source[:80], re.IGNORECASE)
            parts.append(Part(kind, [view], "" if named else "Exercise"))
        elif parts and parts[-1].kind == kind:
            parts[-1].cells.append(view)
        else:
            parts.append(Part(kind, [view]))
    return parts


def _only_for_the_lab(cell: Cell) -> bool:
    """A place to work with no code in it yet, or the heading under which JupyterLab folds a solution."""
    if "work" in cell.tags:
        return all(not line.strip() or line.startswith("#") for line in cell.source.splitlines())
    return "solution" in cell.tags and cell.source.strip() == "#### Solution"


def _view(cell: Cell, prose: Prose, number: int, entry: Entry, *, headings: bool) -> CellView | None:
    if _only_for_the_lab(cell):
        return None
    if cell.kind == "markdown":
        return CellView("prose", prose.render(cell.source, cell.attachments, headings=headings))
    if cell.kind != "code":
        return None  # a raw cell is meant for other programs
    view = CellView("code", outputs.code(cell.source), number, outputs.outputs(cell, prose))
    if "parameters" in cell.tags:
        return replace(view, kind="parameters", parameters=_parameters(cell.source, entry))
    return view


def _parameters(source: str, entry: Entry) -> list[dict]:
    """Name, value in this run, default where it differs, and description of each parameter."""
    used = entry.outcome.parameters
    try:
        declared = parse_parameters(source, entry.name)
    except UsageError:
        return [_row(name, value) for name, value in used.items()]
    rows = []
    for name, parameter in declared.items():
        value = used.get(name, parameter.default)
        default = "" if value == parameter.default else repr(parameter.default)
        rows.append(_row(name, value, default, parameter.description))
    return rows


def _row(name: str, value: object, default: str = "", about: str = "") -> dict:
    return {"name": name, "value": repr(value), "default": default, "about": about}


def _links(entry: Entry, entries: list[Entry]) -> Callable[[str], str | None]:
    """Relative addresses in a notebook are relative to its source; here they must start from its page."""
    pages = {other.source: other.page for other in entries if other.has_page}

    def link(address: str) -> str | None:
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or "\\" in address or parts.path.startswith("/"):
            return None
        target = Path(os.path.normpath(entry.source.parent / unquote(parts.path)))
        if not target.exists():
            return None
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return quote(os.path.relpath(pages.get(target, target), entry.folder)) + fragment

    return link


def _way_to(other: Entry | None, entry: Entry, prose: Prose) -> dict | None:
    if other is None:
        return None
    return {"href": quote(os.path.relpath(other.page, entry.folder)), "title": prose.line(other.title)}
