"""Write a notebook to begin with: it runs, keeps every rule, and stands on the site after `make run`.

    python -m tools.new_notebook TOPIC/NN_verb_phrase

It has the head that readers expect, a parameter, a picture, a claim, something to move and an exercise; every
sentence in it asks to be replaced.
"""

import argparse
import json
import re
from pathlib import Path

from tools.tidy_notebooks import METADATA, tidy

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"(?P<topic>[a-z]\w*)/(?P<stem>\d\d(_[a-z0-9]+)+)")

HEAD = """# {title}

Which question does this notebook answer?

A first picture in words: what would a reader see who knew the answer already?"""
FRAME = """**What you will see.** The definition, a picture of it, and a claim that is checked.

**What you need.** What the reader should know; other notebooks by their numbers.

**Source.** Author, *Title*, year, arXiv number.

**Time.** Twenty minutes to read; a second to run."""
IMPORTS = """import numpy as np

from mathlib import claim
from mathlib.plotting import explore, house_style, new_axes, show

house_style()"""
DEFINITION = """## The sum of the first odd numbers

Say what is defined before the code that computes it: $S(n) = 1 + 3 + \\dots + (2n - 1)$."""
PICTURE = """def plot_sums(size=n):
    axes = new_axes()
    axes.plot(np.cumsum(np.arange(1, 2 * size, 2)), "o")
    axes.set(title="Sums of odd numbers", xlabel="how many odd numbers", ylabel="their sum")
    show(axes, alt=f"The sums of the first {size} odd numbers: points on a parabola.")


plot_sums()"""
EARNED = """A sentence says why it holds: the difference of two neighbouring squares is an odd number."""
CLAIM = """total = sum(range(1, 2 * n, 2))
claim.exact(f"The first {n} odd numbers add up to {n} squared", total, n**2)"""
MOVE = """## Move the slider

What should a reader find out by moving it?"""
EXERCISE = """## Exercises

### Exercise 1. Even numbers

What do the first $n$ even numbers add up to?"""
SOLUTION = """They add up to $n (n + 1)$: each is one more than an odd number."""
SOLVED = """even = sum(range(2, 2 * n + 1, 2))
claim.exact(f"The first {n} even numbers add up to {n} times {n + 1}", even, n * (n + 1))"""
FURTHER = """## Further reading

* Author, *Title*, year."""


def cells(title: str) -> list[dict]:
    """The cells, before `tidy` adds a place to work and a fold."""
    return [
        _text("head", HEAD.format(title=title)),
        _text("frame", FRAME),
        _code(
            "parameters",
            "seed: int = 0  # seed of every random draw\nn: int = 12  # how many odd numbers are added",
            "parameters",
        ),
        _code("imports", IMPORTS),
        _text("definition", DEFINITION),
        _code("picture", PICTURE, "thumbnail"),
        _text("earned", EARNED),
        _code("claim", CLAIM),
        _text("move", MOVE),
        _code("interactive", "explore(plot_sums, size=range(2, 31))", "interactive"),
        _text("exercise-1", EXERCISE, "exercise"),
        _text("exercise-1-solution", SOLUTION, "solution"),
        _code("exercise-1-check", SOLVED, "solution"),
        _text("further", FURTHER),
    ]


def _text(name: str, source: str, *tags: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {"tags": list(tags)}, "source": _lines(source)}


def _code(name: str, source: str, *tags: str) -> dict:
    unrun = {"execution_count": None, "outputs": []}
    return _text(name, source, *tags) | {"cell_type": "code"} | unrun


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def write(name: str, folder: Path) -> Path:
    """Write the notebook of that name below a folder of topics, or exit with what is wrong."""
    found = NAME.fullmatch(name)
    topics = sorted(path.name for path in folder.iterdir() if path.is_dir())
    if not found:
        raise SystemExit(f"NOTEBOOK must be TOPIC/NN_verb_phrase, as jl/07_count_the_stars; got {name!r}.")
    if found["topic"] not in topics:
        raise SystemExit(f"the topic must be one of {', '.join(topics)}; got {found['topic']!r}.")
    path = folder / f"{name}.ipynb"
    others = [other.name for other in path.parent.glob(f"{path.name[:2]}_*.ipynb")]
    if others:
        numbers = {int(other.name[:2]) for other in path.parent.glob("[0-9][0-9]_*.ipynb")}
        raise SystemExit(f"there is {others[0]} already; the next free number is {max(numbers) + 1:02}.")
    title = found["stem"][3:].replace("_", " ").capitalize()
    notebook = tidy({"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells(title)})
    path.write_text(
        json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8"
    )
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", metavar="TOPIC/NN_verb_phrase")
    path = write(parser.parse_args(arguments).name, ROOT / "notebooks")
    shown = path.relative_to(ROOT)
    print(f"wrote {shown}; now: make lab, then make run ARGS={path.parent.name}/{path.name[:2]}")


if __name__ == "__main__":
    main()
