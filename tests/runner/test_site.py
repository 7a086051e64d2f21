"""What the pages say: gallery, claims, parameters, solutions, sources grafted with outputs."""

import json
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.runner.fixtures.site.book import book, cases, rich
from tests.runner.fixtures.site.reading import Page
from tests.runner.fixtures.site.sample import (
    Site,
    claim,
    code,
    display,
    figure,
    notebook,
    png,
    record,
    stream,
    text,
    with_injected,
)

STYLE = Path(__file__).resolve().parents[2] / "runner/report/pages/style.css"


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    site = book(Site(tmp_path_factory.mktemp("book")))
    site.build()
    return site


def pages(site: Site) -> dict[Path, Page]:
    paths = sorted(site.results.rglob("index.html"))
    assert len(paths) >= 2
    return {path: Page(path.read_text(encoding="utf-8")) for path in paths}


def test_the_gallery_shows_question_claims_time_parameters_and_picture(site):
    site.add("jl/01_halve", rich())
    html = site.build()
    page = Page(html)
    assert "How far can" in page.words
    assert "3 claims held (1 certified, 1 numerical, 1 statistical), 1 timing reported" in page.words
    assert "12.3 s; seed = 3, eps = 0.25" in page.words
    assert "1 of 1 notebook ran to the end." in page.words
    assert "Johnson-Lindenstrauss transforms" in page.words
    picture = page.all("img")[0]
    assert picture["src"] == "jl/01_halve/thumbnail.png"
    assert picture["alt"] == "The distortion falls from 0.4 to 0.1 as k grows from 64 to 1024."
    assert (site.results / picture["src"]).read_bytes().startswith(b"\x89PNG")
    assert "Needs attention" not in page.words


def test_the_table_holds_every_claim_with_a_link_to_its_cell(site):
    site.add("jl/01_halve", rich())
    site.add("jl/02_cases", cases())
    html = site.build()
    table = html[html.index('class="all-claims"') :]
    rows = re.findall(r'<tr class="(\w+)" role="row">(.*?)</tr>', table, re.DOTALL)
    assert [verdict for verdict, _ in rows] == ["failed", "held", "held", "held", "missed", "held"]
    first = Page(rows[0][1])
    assert first.all("a") == [{"href": "jl/02_cases/index.html#cell-2"}]
    for part in ("failed", "exact", "every width is at most 6", "7", "Trotter (1975)", "jl/02_cases"):
        assert part in first.words
    assert "0.25 false alarm 1e-06" in Page(rows[1][1]).words
    assert "2 tolerance 1e-06" in Page(rows[2][1]).words
    assert 'id="cell-2"' in site.page("jl/02_cases")


def test_what_failed_stands_first(full):
    page = Page((full.results / "index.html").read_text(encoding="utf-8"))
    attention = page.words.index("Needs attention")
    topics = page.words.index("Johnson-Lindenstrauss transforms")
    named = page.words[attention:topics]
    assert attention < topics
    assert "jl/02_cases stopped with an error in code cell 3: ZeroDivisionError: division by zero" in named
    assert "every width is at most 6" in named
    assert "packing/01_bound The record of its run cannot be used" in named
    assert "packing/02_output The outputs of its run cannot be shown" in named
    # Within a topic too, the failed card comes before the good one.
    assert page.words.index("Decide small cases", topics) < page.words.index("Halve the dimension", topics)


def test_a_notebook_without_a_run_is_shown_as_such_and_a_stranger_is_left_out(site):
    site.add("jl/01_halve", rich())
    site.add_source("jl/02_later", notebook(text("# Wait here\n\nUntil when?")))
    site.add("jl/03_gone", cases())
    del site.sources["jl/03_gone"]
    page = Page(site.build())
    assert "Wait here Until when? not run yet" in page.words
    assert "1 notebook not run yet" in page.words
    assert "Decide small cases" not in page.words
    assert not (site.results / "jl/03_gone/index.html").exists()
    assert not (site.results / "jl/02_later").exists()


def test_an_empty_site_says_so(site):
    page = Page(site.build())
    assert "No notebook was run yet." in page.words


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("died", "its process died"),
        ("timeout", "time limit"),
        ("memory", "memory"),
    ],
)
def test_a_run_that_never_finished_says_why(site, status, said):
    folder = site.add("jl/02_cases", cases(), status=status, cells={"done": 1, "total": 4})
    (folder / "output.ipynb").unlink()
    assert said in Page(site.build()).words
    page = Page(site.page("jl/02_cases"))
    assert said in page.words
    assert "1 of 4 code cells had finished" in page.words
    assert "no output.ipynb" in page.words
    assert "Which posets on 4 elements" in page.words
    # The claims of its record are still shown.
    assert "every width is at most 6" in page.words


def test_text_comes_from_the_source_while_the_code_agrees(site):
    site.add("jl/02_cases", cases())
    edited = cases()
    edited["cells"][0]["source"] = "# Decide small cases\n\nA better question?"
    edited["cells"].insert(2, text("A new remark."))
    site.add_source("jl/02_cases", edited)
    gallery = site.build()
    page = Page(site.page("jl/02_cases"))
    assert "A better question?" in page.words
    assert "A new remark." in page.words
    assert "16 posets on four elements" in page.words
    assert "has changed since" not in page.words
    assert "A better question?" in Page(gallery).words


def test_changed_code_shows_the_run_as_it_was_and_says_so(site):
    site.add("jl/02_cases", cases())
    edited = cases()
    edited["cells"][2]["source"] = "check(harder=True)"
    site.add_source("jl/02_cases", edited)
    site.build()
    page = Page(site.page("jl/02_cases"))
    assert "The code of this notebook has changed since this run" in page.words
    assert "check()" in page.words
    assert "harder" not in page.words
    assert "# Parameters" not in page.words


def test_parameters_are_a_table_with_folded_code(full):
    html = full.page("jl/01_halve")
    table = Page(re.search(r'<table class="parameters">.*?</table>', html, re.DOTALL)[0])
    assert "seed 3 (default 0) seed of every random draw" in table.words
    assert "eps 0.25 largest relative change of a length that is accepted" in table.words
    assert "names 'plain' which construction is drawn" in table.words
    fold = re.search(
        r"<details class=\"fold\">\s*<summary>Code of the parameters.*?</details>", html, re.DOTALL
    )
    assert "seed: int = 0" in Page(fold[0]).words
    assert "seed = 3" not in html[: html.index("About this run")]


def test_solutions_are_folded_and_exercises_marked(full):
    html = full.page("jl/01_halve")
    solutions = re.findall(r'<details class="solution">.*?</details>', html, re.DOTALL)
    assert len(solutions) == 1
    assert " open" not in solutions[0][:40]
    inside = Page(solutions[0]).words
    assert inside.startswith("Solution Write out the diagonal")
    assert "np.trace(A.T @ A)" in inside
    assert "30" in inside
    exercises = re.findall(r'<section class="exercise" aria-label="Exercise">.*?</section>', html, re.DOTALL)
    assert [Page(part).words[:15] for part in exercises] == ["Exercise Show t", "Exercise 2 Draw"]
    # An empty place to work is for JupyterLab; one with code in it belongs to the exercise.
    assert "Your turn." not in html
    assert Page(exercises[1]).words.endswith("def signs(n): ... # your turn")
    assert "def" not in Page(exercises[0]).words


def test_outputs_are_shown_in_their_best_form(full):
    page = Page(full.page("jl/01_halve"))
    assert "0.239 True None" in page.words
    assert "100% done" in page.words
    assert "10%" not in page.words.replace("100%", "")
    assert "Interactive in JupyterLab" in page.words
    assert "interactive()" not in page.words
    assert "not this" not in page.words
    assert page.words.count("column 8") == 1
    sources = [image["src"] for image in page.all("img")]
    assert [source[:26] for source in sources] == ["data:image/png;base64,iVBO", "data:image/svg+xml;base64,"]
    assert page.all("img")[0]["alt"].startswith("The distortion falls")


def test_a_failing_run_shows_cell_error_and_traceback(full):
    html = full.page("jl/02_cases")
    page = Page(html)
    assert "This run stopped with an error in code cell 3: ZeroDivisionError: division by zero" in page.words
    assert "2 of 4 code cells had finished" in page.words
    assert {"href": "#cell-3"} in page.all("a")
    assert page.words.count("ZeroDivisionError Traceback") == 1
    assert "\x1b" not in html
    assert '<span class="ansi-red-fg">ZeroDivisionError</span>' in html


def test_pages_lead_on_and_back_in_the_given_order(full):
    first, second = Page(full.page("jl/01_halve")), Page(full.page("jl/02_cases"))
    assert [a["href"] for a in first.all("a") if a.get("rel") in ("prev", "next")] == [
        "../02_cases/index.html"
    ]
    assert [(a["rel"], a["href"]) for a in second.all("a") if a.get("rel") in ("prev", "next")] == [
        ("prev", "../01_halve/index.html"),
        ("next", "../../posets/01_census/index.html"),
    ]
    assert {"class": "home", "href": "../../index.html"} in first.all("a")
    # The formula in the neighbour's title has its glyphs on this page.
    html = full.page("jl/02_cases")
    assert set(re.findall(r'href="#(STIX\w+)"', html)) <= set(re.findall(r'symbol id="(\w+)"', html))


def test_links_of_a_notebook_lead_to_pages_and_sources(site):
    links = (
        "[a](02_cases.ipynb#part) [b](../../notebooks/jl/02_cases.ipynb) [c](missing.py) [d](notes.txt) "
        "[e](#x) [f](03_wait.ipynb) [g](//example.org)"
    )
    site.add("jl/01_halve", notebook(text(f"# Go\n\n{links}")))
    site.add("jl/02_cases", cases())
    site.add_source("jl/03_wait", cases())
    (site.notebooks / "jl/notes.txt").write_text("notes")
    site.build()
    page = Page(site.page("jl/01_halve"))
    hrefs = [a.get("href") for a in page.all("a") if a.get("rel") == "noopener noreferrer"]
    notebooks = "../../../notebooks/jl"
    assert hrefs == [
        "../02_cases/index.html#part",
        "../02_cases/index.html",
        None,
        f"{notebooks}/notes.txt",
        "#x",
        f"{notebooks}/03_wait.ipynb",
        None,
    ]


def test_every_link_and_picture_of_the_site_leads_somewhere(full):
    parsed = pages(full)
    for path, page in parsed.items():
        for address in [a["href"] for a in page.all("a") if "href" in a] + [
            i["src"] for i in page.all("img")
        ]:
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in ("data", "https")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.exists(), f"{path}: {address}"
            if parts.fragment and target in parsed:
                ids = [attributes.get("id") for _, attributes in parsed[target].elements]
                assert unquote(parts.fragment) in ids, f"{path}: {address}"


def test_the_thumbnail_is_the_tagged_figure_else_the_last(site):
    first, second, third = (figure(shade=shade, alt=f"figure {shade}") for shade in (10, 20, 30))
    site.add(
        "jl/01_a", notebook(text("# A"), code("1", first), code("2", second, third, tags=("thumbnail",)))
    )
    site.add("jl/02_b", notebook(text("# B"), code("1", first), code("2", second, third)))
    site.add("jl/03_c", notebook(text("# C"), code("1", first), code("2", stream("x"), tags=("thumbnail",))))
    html = site.build()
    alts = [image["alt"] for image in Page(html).all("img")]
    assert alts == ["figure 20", "figure 30", "figure 10"]


def test_every_kind_of_output_survives(site):
    site.add(
        "jl/01_outputs",
        notebook(
            text("# All kinds\n\n- [x] done\n- [ ] open\n\n| a |\n|--:|\n| $x$ |"),
            code("1", display({"text/latex": "$\\displaystyle \\frac{x}{2}$", "text/plain": "x/2"})),
            code("2", display({"text/markdown": "# A heading\n\nin *Markdown*"})),
            code("3", display({"application/x-unknown": "?"}), display({})),
            code("4", stream("long " * 10_000)),
            code("5", display({"image/png": png(), "text/html": "<p>not this</p>"})),
            code("7", stream("half a character: \ud800, a whole one: \U0001f600")),
            code("6", display({"application/vnd.mathlib.claim+json": {"statement": 7}})),
            {"cell_type": "raw", "id": "r", "metadata": {}, "source": "for another program"},
            text("![here](attachment:dot.png) ![there](attachment:missing.png)")
            | {"attachments": {"dot.png": {"image/png": png()}}},
        ),
        claims=[],
    )
    site.build()
    page = Page(site.page("jl/01_outputs"))
    assert page.words.count("☑ done ☐ open") == 1
    assert "in Markdown" in page.words
    assert page.levels().count(1) == 1
    assert "cannot show: application/x-unknown" in page.words
    assert "shortened here" in page.words
    assert "half a character: ?, a whole one: \U0001f600" in page.words
    assert len(page.text) < 25_000
    assert "not this" not in page.words
    assert "A claim stood here that cannot be read" in page.words
    assert "another program" not in page.words
    assert [image["alt"] for image in page.all("img")] == ["A figure without a description", "here"]
    assert "[there, not shown]" in page.words
    assert [svg.get("aria-label") for svg in page.all("svg") if "aria-label" in svg] == [
        "x",
        "\\displaystyle \\frac{x}{2}",
    ]


def test_pages_are_in_order_for_those_who_do_not_see_them(full):
    for path, page in pages(full).items():
        assert page.all("html")[0]["lang"] == "en"
        assert len(page.all("main")) == 1
        assert page.all("a")[0] == {"class": "skip", "href": "#main"}
        levels = page.levels()
        assert levels.count(1) == 1, path
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        assert all(image.get("alt") for image in page.all("img"))
        own = re.sub(r'<table class="dataframe">.*?</table>', "", path.read_text(encoding="utf-8"))
        assert all(cell.get("scope") in ("row", "col") for cell in Page(own).all("th"))
        labels = {a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a}
        assert labels <= set(ids)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, success criterion 1.4.3 asks for 4.5)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast_in_both_schemes(scheme):
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    light, _, dark = STYLE.read_text(encoding="utf-8").partition("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.partition("}\n}")[0]))
    for ink in ("ink", "soft", "link", "good", "bad", "keyword", "string", "number", "comment", "name"):
        for paper in ("paper", "raised", "bad-paper"):
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def test_dark_changes_the_colours():
    text = STYLE.read_text(encoding="utf-8")
    papers = re.findall(r"--paper: (#[0-9a-f]{6});", text)
    assert luminance(papers[0]) > 0.9
    assert luminance(papers[1]) < 0.05


def test_a_run_by_hand_reads_like_a_run_of_ours(site):
    """The record in the fixtures has the fields that the site reads, and none is needed beyond them."""
    content = notebook(text("# T"), code("1", claim("c")))
    folder = site.add("jl/01_a", content)
    short = record("jl/01_a", content)
    for name in ("format", "name", "notebook", "key"):
        del short[name]
    (folder / "run.json").write_text(json.dumps(short), encoding="utf-8")
    (folder / "output.ipynb").write_text(json.dumps(with_injected(content)), encoding="utf-8")
    assert "1 claim held (1 exact)" in Page(site.build()).words
