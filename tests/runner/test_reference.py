"""The reference pages: every public name, every link, every kind of certificate, and nothing that acts."""

import os
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from mathlib.verify import CHECKERS
from runner.notebooks.catalogue import find_notebooks
from runner.report.build import build_site
from runner.report.content.entry import Entry
from runner.report.reference.book import LIBRARY, Book, address, way
from runner.report.reference.public import packages
from runner.report.reference.uses import used_names
from runner.report.render.mentions import mentions
from tests.runner.fixtures.site.reading import Page
from tests.runner.test_site_safety import ALLOWED
from tests.stubs import ROOT, public_modules, public_names

HEAVIEST = 3_000_000  # bytes of a page
NOTEBOOKS = find_notebooks(ROOT / "notebooks")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site before any notebook has run: the front page and the reference."""
    results = tmp_path_factory.mktemp("site")
    build_site(results, {notebook.name: notebook.path for notebook in NOTEBOOKS})
    return results


@pytest.fixture(scope="module")
def pages(site):
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")
    }


@pytest.fixture(scope="module")
def book():
    return Book(LIBRARY, [])


def test_every_public_name_has_a_page(book):
    found = {package.name: {item.name for item in package.items} for package in book.packages}
    for module in public_modules():
        modules = set(public_modules())
        names = {n for n in public_names(module) if ".".join(filter(None, (module, n))) not in modules}
        assert found[module] == names, module


def test_pages_say_what_the_docstring_says(pages):
    page = Page(pages["reference/jl/jl_min_dim.html"])
    import mathlib.jl

    for line in re.findall(r">>> (.*)", mathlib.jl.jl_min_dim.__doc__):
        assert " ".join(line.split()) in page.words
    assert "n_samples" in page.words
    assert "function of mathlib.jl" in page.words


def test_members_constructors_and_constants_are_found(book):
    assert book.items["mathlib.jl.FastJL.transform"].kind == "method"
    assert book.items["mathlib.jl.FastJL"].signature.startswith(
        "FastJL(n_components: int | str='auto', *, eps"
    )
    assert book.items["mathlib.claim.certified"].signature.startswith("claim.certified(") is False
    assert book.items["mathlib.claim.certified"].doc
    assert book.items["mathlib.packing.ThreePointCertificate.bound"].kind == "property"
    assert book.items["mathlib.plotting.PALETTE"].doc.startswith("Colours that remain distinct")


def dead_links(site, pages):
    """The links of a site that lead nowhere, to a file or to a place on a page."""
    anchors = {
        place: set(map(unescape, re.findall(r'\sid="([^"]+)"', html))) for place, html in pages.items()
    }
    for place, html in pages.items():
        for target in map(unescape, re.findall(r'\shref="([^"]+)"', html)):
            if target.startswith(("https:", "http:", "data:")):
                continue
            path, _, anchor = target.partition("#")
            there = os.path.normpath(os.path.join(os.path.dirname(place), unquote(path))) if path else place
            missing = bool(anchor) and there in anchors and unquote(anchor) not in anchors[there]
            if missing or not (site / there).exists():
                yield place, target


def reached(pages):
    """The pages that links lead to, from the front page on."""
    found, waiting = set(), ["index.html"]
    while waiting:
        place = waiting.pop()
        if place in found or place not in pages:
            continue
        found.add(place)
        for target in map(unescape, re.findall(r'\shref="([^"#]+)', pages[place])):
            waiting.append(os.path.normpath(os.path.join(os.path.dirname(place), unquote(target))))
    return found


def test_every_link_leads_somewhere(site, pages):
    assert list(dead_links(site, pages)) == []


def test_every_page_is_reached_from_the_front_page(pages):
    assert reached(pages) == pages.keys()


def test_no_page_acts_and_none_is_heavy(pages):
    for place, html in pages.items():
        page = Page(html)
        assert {tag for tag, _ in page.elements} <= ALLOWED, place
        assert "<script" not in html
        assert len(html.encode()) < HEAVIEST, place


@pytest.mark.browser  # which runs after the notebooks have been run
def test_the_site_of_all_notebooks_is_whole():
    results = ROOT / "results"
    if not (results / "reference").is_dir():
        pytest.skip("no site in this checkout: make run")
    paths = [
        path for path in results.rglob("*.html") if "sweeps" not in path.parts and "files" not in path.parts
    ]
    pages = {path.relative_to(results).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    assert list(dead_links(results, pages)) == []
    assert reached(pages) == pages.keys()
    for place, html in pages.items():
        assert {tag for tag, _ in Page(html).elements} <= ALLOWED, place
        assert len(html.encode()) < HEAVIEST, place
    for notebook in NOTEBOOKS:  # each leads to the reference of what it uses, and to the notebooks beside it
        page = pages[f"{notebook.name}/index.html"]
        assert 'href="../../reference/' in page, notebook.name
        beside = [other for other in NOTEBOOKS if other.path.parent == notebook.path.parent]
        mentioned = {
            n for c in notebook.cells if c["cell_type"] == "markdown" for n in mentions("".join(c["source"]))
        }
        for other in beside:
            if other is not notebook and other.path.name[:2] in mentioned:
                assert f'href="../{other.path.stem}/index.html"' in page, (notebook.name, other.name)


def test_there_is_a_page_for_each_kind_of_certificate(pages):
    kinds = {kind for kind in CHECKERS if not kind.startswith("mathlib.")}
    others = {"index", "graphs", "metrics"}  # what the kinds of a file share
    found = {Path(place).stem for place in pages if place.startswith("reference/formats/")} - others
    assert found == kinds


def test_the_command_line_speaks_for_itself(pages):
    words = Page(pages["reference/command_line.html"]).words
    assert "--timeout" in words
    assert "a certificate, JSON" in words


def test_the_glossary_names_names_and_notebooks_that_there_are(book):
    names = {notebook.name for notebook in NOTEBOOKS}
    assert len(book.notions) > 20
    for notion in book.notions:
        assert notion.meaning.endswith("."), notion.term
        assert notion.notebook in names, notion.term
        assert notion.names
        assert all(name in book.items for name in notion.names), notion.term


def test_papers_are_indexed_with_the_names_that_follow_them(pages):
    page = pages["reference/index.html"]
    papers = page.partition('<h2 id="papers">')[2]
    assert "Hough" in papers
    assert "../reference/" not in papers
    assert 'href="dpp/sample_dpp.html"' in papers


def test_a_second_build_writes_nothing_and_pages_of_names_that_are_gone_go(site):
    gone = site / "reference/jl/gone.html"
    gone.write_text("x")
    page = site / "reference/jl/jl_min_dim.html"
    sources = {notebook.name: notebook.path for notebook in NOTEBOOKS}
    before = page.stat().st_mtime_ns
    build_site(site, sources)
    assert page.stat().st_mtime_ns == before
    assert gone.exists()
    build_site(site, sources, force=True)
    assert not gone.exists()


def entry(tmp_path, *sources):
    from tests.runner.fixtures.site.sample import code, notebook

    path = tmp_path / "01_a.ipynb"
    import json

    path.write_text(json.dumps(notebook(*map(code, sources))))
    return Entry.read("t/01_a", path, tmp_path)


def test_the_names_that_a_notebook_uses(tmp_path):
    used = used_names(
        entry(
            tmp_path,
            "import mathlib\nfrom mathlib.jl import FastJL as F, plots\nfrom numpy import ones",
            "F(3).fit(ones((2, 2)))\nplots.plot_growth()\nmathlib.posets.chain(3)\n",
            "%magic",
        )
    )
    assert {"mathlib.jl.FastJL", "mathlib.jl.plots.plot_growth", "mathlib.posets.chain"} <= used
    assert not any("numpy" in name or name.endswith("ones") for name in used)


def test_a_notebook_leads_to_names_that_have_pages(book, tmp_path):
    items = book.used_by(entry(tmp_path, "from mathlib.posets import Poset, chain, no_such_name"))
    assert sorted(way(address(item), "posets/01/index.html") for item in items) == [
        "../../reference/posets/Poset.class.html",
        "../../reference/posets/chain.html",
    ]


def test_a_library_made_up_for_this_test(tmp_path):
    library = tmp_path / "mathlib"
    (library / "t").mkdir(parents=True)
    (library / "__init__.py").write_text('"""All."""\n')
    (library / "t/__init__.py").write_text('"""Topic t.\n\nMore."""\n')
    (library / "t/__init__.pyi").write_text(
        "from .a import f as f\nfrom .b import Kid as Kid\nfrom .b import N as N\n"
    )
    (library / "t/a.py").write_text("from mathlib.t.b import g as f\n")
    (library / "t/b.py").write_text(
        'def g(x: int, *, y: float = 2) -> int:\n    """Twice."""\n\n\n#: Three.\nN = 3\n\n\n'
        'class Mother:\n    def __init__(self, a): ...\n    def m(self, k=1):\n        """Of both."""\n\n\n'
        'class Kid(Mother):\n    """A kid."""\n\n    @property\n    def p(self) -> int:\n        """Own."""\n'
    )
    [root, topic] = packages(library)
    assert (root.items, topic.doc) == ([], "Topic t.\n\nMore.")
    f, kid, n = topic.items
    assert (f.name, f.signature, f.doc, f.file) == (
        "f",
        "f(x: int, *, y: float=2) -> int",
        "Twice.",
        "mathlib/t/b.py",
    )
    assert (kid.signature, [m.name for m in kid.members]) == ("Kid(a)", ["Kid.p", "Kid.m"])
    assert [m.signature for m in kid.members] == ["p -> int", "m(k=1)"]
    assert (n.kind, n.doc) == ("constant", "Three.")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_notebooks_mention_only_notebooks_that_there_are(notebook):
    numbers = {other.path.name[:2] for other in NOTEBOOKS if other.path.parent == notebook.path.parent}
    for cell in notebook.cells:
        if cell["cell_type"] == "markdown":
            assert set(mentions("".join(cell["source"]))) <= numbers
