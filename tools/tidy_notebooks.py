"""Strip the notebooks of what running and editing leaves behind: outputs, counts, versions, editor state.

    python tools/tidy_notebooks.py [NOTEBOOK ...]

Without names it tidies every notebook below notebooks/. It prints the ones that it changed.
"""

import json
import sys
from pathlib import Path

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def tidy(notebook: dict) -> dict:
    """The notebook as it is committed: sources, ids and tags alone."""
    cells = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        kept = {key: cell[key] for key in ("cell_type", "id", "source", "attachments") if key in cell}
        unrun = {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
        cells.append(kept | unrun | {"metadata": {"tags": tags} if tags else {}})
    return notebook | {"cells": cells, "metadata": METADATA}


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
