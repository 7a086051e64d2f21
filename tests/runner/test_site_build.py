"""Building: only what changed, always whole, the same bytes twice, and damage stops nothing."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.report.build import build_site, write_whole
from tests.runner.fixtures.site.book import book, cases, rich
from tests.runner.fixtures.site.reading import Page
from tests.runner.fixtures.site.sample import Site, code, notebook, stream, text

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("nbconvert", "nbformat", "ziamath", "nh3", "jinja2", "pygments", "mistune", "numpy")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and identity of every file; a rewritten file has another identity."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_ino)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rewritten(before: dict, after: dict) -> set[str]:
    return {name for name in after if before.get(name, (b"", 0))[1] != after[name][1]}


def test_a_second_build_writes_nothing_and_imports_nothing_heavy(site):
    book(site).build()
    before = snapshot(site.results)
    script = f"""
import sys, time, pathlib
from runner.report.build import build_site
sources = {{name: pathlib.Path(path) for name, path in {[(n, str(p)) for n, p in site.sources.items()]}}}
start = time.process_time()
build_site(pathlib.Path({str(site.results)!r}), sources)
print(time.process_time() - start, *[name for name in {HEAVY} if name in sys.modules])
"""
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    seconds, *heavy = result.stdout.split()
    assert heavy == []
    assert float(seconds) < 0.1
    assert snapshot(site.results) == before


def test_thirty_notebooks_are_found_unchanged_in_a_tenth_of_a_second(site):
    content = notebook(text("# T\n\nWhy?"), code("1", stream("x" * 1_000_000)))
    for number in range(30):
        site.add(f"jl/{number:02}_n", content)
    site.build()
    took = []
    for _ in range(5):
        start = time.process_time()
        site.build()
        took.append(time.process_time() - start)
    assert min(took) < 0.1


def test_only_what_changed_is_written_again(site):
    for name in "abcde":
        site.add(f"jl/{name}", notebook(text(f"# Title {name}\n\nWhy?"), code("1")))
    site.build()
    before = snapshot(site.results)
    site.add_source("jl/a", notebook(text("# Title a\n\nA new question?"), code("1")))
    site.build()
    after = snapshot(site.results)
    assert rewritten(before, after) == {"jl/a/index.html", "index.html"}
    site.add_source("jl/c", notebook(text("# Another title\n\nWhy?"), code("1")))
    site.build()
    # The neighbours show the title.
    changed = {"jl/b/index.html", "jl/c/index.html", "jl/d/index.html", "index.html"}
    assert rewritten(after, snapshot(site.results)) == changed
    assert "Another title" in site.page("jl/d")


def test_a_new_run_and_force_write_the_page_again(site):
    folder = site.add("jl/a", cases())
    site.build()
    first = site.page("jl/a")
    record = json.loads((folder / "run.json").read_text()) | {"seconds": 77.7}
    (folder / "run.json").write_text(json.dumps(record))
    site.build()
    assert "77.7 s" in site.page("jl/a")
    (folder / "index.html").write_text(first)
    site.build()
    assert "77.7 s" in site.page("jl/a")
    (folder / "index.html").unlink()
    site.build()
    assert "77.7 s" in site.page("jl/a")
    damaged = site.page("jl/a").replace("77.7", "11.1")
    (folder / "index.html").write_text(damaged)
    site.build()
    assert "11.1 s" in site.page("jl/a")  # the key still fits: nobody edits pages
    site.build(force=True)
    assert "77.7 s" in site.page("jl/a")


def test_the_same_results_give_the_same_bytes(tmp_path):
    contents = []
    for name in ("one", "two"):
        site = book(Site(tmp_path / name))
        site.build()
        contents.append({name: content for name, (content, _) in snapshot(site.results).items()})
    assert contents[0] == contents[1]
    before = snapshot(site.results)
    site.build(force=True)
    assert snapshot(site.results) == before


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("run.json", b""),
        ("run.json", b"[1, 2]"),
        ("run.json", b'{"status": "ok"}'),
        ("run.json", b"\xff\xfe"),
        ("run.json", "unknown status"),
        ("run.json", "claims"),
        ("run.json", "cells"),
        ("output.ipynb", b""),
        ("output.ipynb", b"{}"),
        ("output.ipynb", b"[" * 100_000),
        ("output.ipynb", b'{"cells": [{"cell_type": "code"}]}'),
        ("output.ipynb", b'{"cells": [{"cell_type": "code", "source": 1, "metadata": {}, "outputs": []}]}'),
        (
            "output.ipynb",
            b'{"cells": [{"cell_type": "code", "source": "", "metadata": [], "outputs": [{"data": 1}]}]}',
        ),
    ],
)
def test_damage_is_shown_and_stops_nothing(site, file, content):
    folder = site.add("jl/a_damaged", cases())
    site.add("jl/b_good", rich())
    if isinstance(content, str):
        record = json.loads((folder / file).read_text())
        changes = {"unknown status": {"status": "fine"}, "claims": {"claims": [{}]}, "cells": {"cells": 4}}
        content = json.dumps(record | changes[content]).encode()
    (folder / file).write_bytes(content)
    page = Page(site.build())
    assert "Halve the dimension" in page.words
    assert "3 claims held" in page.words
    said = "record of its run cannot be used" if file == "run.json" else "outputs of its run cannot be shown"
    assert page.words.count(said) == 2  # on top, and on its card
    assert (folder / "index.html").exists() == (file == "output.ipynb")


def test_a_damaged_source_shows_the_last_run(site):
    site.add("jl/a", cases())
    site.sources["jl/a"].write_text("not a notebook")
    page = Page(site.build())
    assert "The notebook cannot be read" in page.words
    page = Page(site.page("jl/a"))
    assert "The source notebook cannot be read" in page.words
    assert "16 posets on four elements" in page.words


def test_no_page_is_ever_half_written(site, monkeypatch):
    folder = site.add("jl/a", cases())
    site.build()
    before = snapshot(site.results)

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", fail)
    site.add_source("jl/a", notebook(text("# New"), *cases()["cells"][1:]))
    with pytest.raises(OSError, match="no space"):
        site.build()
    assert snapshot(site.results) == before
    monkeypatch.undo()
    site.build()
    assert "New" in (folder / "index.html").read_text()


def test_a_run_that_is_being_replaced_does_not_stop_the_build(site, monkeypatch):
    site.add("jl/a", cases())
    site.add("jl/b", rich())
    from runner.report import build

    original = build.write_whole

    def replace(path, content):
        if path.parent.name == "a":
            shutil.rmtree(path.parent)
        original(path, content)

    monkeypatch.setattr(build, "write_whole", replace)
    page = Page(site.build())
    assert "Halve the dimension" in page.words
    assert (site.results / "jl/b/index.html").exists()
    assert not (site.results / "jl/a").exists()


def test_write_whole_leaves_an_equal_file_alone(tmp_path):
    path = tmp_path / "page"
    write_whole(path, b"one")
    before = snapshot(tmp_path)
    write_whole(path, b"one")
    assert snapshot(tmp_path) == before
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert len(list(tmp_path.iterdir())) == 1


def test_the_front_page_is_returned(site):
    site.add("jl/a", cases())
    assert build_site(site.results, site.sources) == site.results / "index.html"


def test_the_front_page_says_that_a_result_is_stale(bench):
    bench.write("t/01", "1")
    bench.run()
    bench.write("t/01", "2")
    bench.run("report")
    assert "has changed since" in (bench.output / "t/01/index.html").read_text()
    assert re.search(r"has changed since|\bstale\b", (bench.output / "index.html").read_text())
