"""Strip the notebooks of what running and editing leaves behind, and give each exercise a place to work.

    python tools/tidy_notebooks.py [NOTEBOOK ...]

Outputs, counts, versions and editor state go. An exercise gets a heading, an empty code cell tagged `work`
after it, and before its solution a heading that JupyterLab shows folded, so that nobody reads a solution by
accident. Without names it tidies every notebook below notebooks/. It prints the ones that it changed.
"""

import json
import re
import sys
from pathlib import Path

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A heading folds all cells down to the next one of its level or above, hence the two levels.
EXERCISE, FOLD = "### Exercise", "#### Solution"
FOLDED = "jp-MarkdownHeadingCollapsed"  # the metadata by which JupyterLab remembers a folded heading
WORK = "# Your turn."


def tidy(notebook: dict) -> dict:
    """The notebook as it is committed: sources, ids and tags alone, a place to work in each exercise."""
    cells = [_bare(cell) for cell in notebook["cells"]]
    return notebook | {"cells": _with_places(cells), "metadata": METADATA}


def _bare(cell: dict) -> dict:
    tags = cell["metadata"].get("tags")
    kept = {key: cell[key] for key in ("cell_type", "id", "source", "attachments") if key in cell}
    unrun = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
    metadata = {"tags": tags} if tags else {}
    if is_fold(cell):
        metadata[FOLDED] = True
    return kept | unrun | {"metadata": metadata}


def is_fold(cell: dict) -> bool:
    """Whether a cell is the heading under which a solution is folded."""
    return "solution" in cell["metadata"].get("tags", []) and "".join(cell["source"]).strip() == FOLD


def _with_places(cells: list[dict]) -> list[dict]:
    placed: list[dict] = []
    ids = {cell.get("id") for cell in cells}
    exercises = 0
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        kind, after = _kind(cell), _kind(following)
        if kind == "exercise":
            exercises += 1
            cell = cell | {"source": _with_heading(cell["source"], exercises)}
        placed.append(cell)
        if kind == "exercise" and after != "work":
            new = _new_cell("code", WORK, ["work"], _free(f"{cell.get('id')}-work", ids))
            placed.append(new | {"execution_count": None, "outputs": []})
        if kind in ("exercise", "work", "check") and after == "solution" and not is_fold(following):
            fold = _new_cell("markdown", FOLD, ["solution"], _free(f"{following.get('id')}-fold", ids))
            placed.append(fold | {"metadata": {"tags": ["solution"], FOLDED: True}})
    return placed


def _kind(cell: dict | None) -> str:
    tags = cell["metadata"].get("tags", []) if cell else []
    return next((tag for tag in ("exercise", "work", "check", "solution") if tag in tags), "")


def _new_cell(kind: str, source: str, tags: list[str], name: str) -> dict:
    return {"cell_type": kind, "id": name, "metadata": {"tags": tags}, "source": [source]}


def _free(name: str, ids: set) -> str:
    """A new id as near to the wanted one as 64 characters and the ids there are allow."""
    stem, _, end = name.rpartition("-")
    number, wanted = 1, f"{stem[: 60 - len(end)]}-{end}"
    while wanted in ids:
        number += 1
        wanted = f"{stem[: 57 - len(end)]}-{end}-{number}"
    ids.add(wanted)
    return wanted


def _with_heading(source: str | list[str], number: int) -> str | list[str]:
    """The text of an exercise with `### Exercise 1. Title` where it has none, or has it in bold letters."""
    text = "".join(source)
    if re.search(rf"^{EXERCISE}\b", text, re.MULTILINE):
        return source
    titled = re.sub(r"^\*\*(Exercise\b[^*\n]*?)\.?\*\*[ \n]*", r"### \1\n\n", text, count=1, flags=re.M)
    if titled == text:
        section, rest = re.match(r"(## [^\n]*\n+)?(.*)", text, re.DOTALL).groups(default="")
        titled = f"{section}{EXERCISE} {number}\n\n{rest}"
    return titled.splitlines(keepends=True)


def main(names: list[str]) -> None:
    here = Path(__file__).resolve().parents[1] / "notebooks"
    for path in [Path(name) for name in names] or sorted(here.glob("*/*.ipynb")):
        before = path.read_text(encoding="utf-8")
        after = json.dumps(tidy(json.loads(before)), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"tidied {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
