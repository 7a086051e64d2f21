"""Write copies of the notebooks without their solutions, to hand out or to work in.

    python -m tools.student_copies [--force] [--output student] [NOTEBOOK ...]

A copy lies at student/<topic>/<name>.ipynb, as deep as its original, so that relative links still lead
somewhere. A copy in which somebody has worked is never touched without `--force`.
"""

import argparse
import json
import shutil
from contextlib import suppress
from pathlib import Path

from tools.tidy_notebooks import tidy

ROOT = Path(__file__).resolve().parents[1]


def without_solutions(notebook: dict) -> dict:
    """The tidy notebook without the cells tagged `solution`; the places to work stay."""
    notebook = tidy(notebook)
    cells = [cell for cell in notebook["cells"] if "solution" not in cell["metadata"].get("tags", [])]
    return notebook | {"cells": cells}


def write_copies(paths: list[Path], output: Path, *, force: bool = False) -> list[tuple[str, Path]]:
    """(what was done, copy) for each notebook: wrote, current or kept."""
    done = []
    for path in paths:
        copy = output / path.parent.name / path.name
        notebook = without_solutions(json.loads(path.read_text(encoding="utf-8")))
        text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if copy.exists() and copy.read_text(encoding="utf-8") == text:
            done.append(("current", copy))
        elif copy.exists() and not force:
            done.append(("kept", copy))
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            with suppress(FileNotFoundError):  # what the topic is called
                shutil.copyfile(path.parent / "topic.toml", copy.parent / "topic.toml")
            done.append(("wrote", copy))
    return done


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help="default: all of them")
    parser.add_argument("--output", type=Path, default=ROOT / "student", metavar="DIR")
    parser.add_argument("--force", action="store_true", help="overwrite copies that differ, too")
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted((ROOT / "notebooks").glob("*/*.ipynb"))
    done = write_copies(paths, options.output, force=options.force)
    for deed, copy in done:
        if deed == "kept":
            print(f"kept {copy}: it differs from a fresh copy; --force overwrites it")
    print(f"{sum(deed == 'wrote' for deed, _ in done)} of {len(done)} copies written to {options.output}")


if __name__ == "__main__":
    main()
