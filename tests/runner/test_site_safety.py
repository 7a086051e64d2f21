"""Nothing of what a notebook brings along can act, load or leave its place."""

import base64
import hashlib
import re

import pytest

from runner.report.render.prose import Prose
from runner.report.render.sanitise import picture, sanitise
from tests.runner.fixtures.site.book import book
from tests.runner.fixtures.site.reading import Page
from tests.runner.fixtures.site.sample import PLANTED, Site, png

# Every tag that a page may hold; svg and its parts are ours alone.
ALLOWED = {
    *("html", "head", "meta", "link", "title", "style", "body", "header", "main", "footer", "nav", "section"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "figure"),
    *(
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "pre",
        "code",
        "blockquote",
        "details",
        "summary",
    ),
    *("a", "img", "strong", "em", "b", "i", "br", "small", "sub", "sup", "wbr"),
    *("svg", "symbol", "path", "use", "rect", "g"),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    site = book(Site(tmp_path_factory.mktemp("book")))
    site.build()
    paths = sorted(site.results.rglob("index.html"))
    assert len(paths) == 6
    return {path: path.read_text(encoding="utf-8") for path in paths}


def test_no_page_holds_anything_that_acts(pages):
    for path, html in pages.items():
        page = Page(html)
        assert {tag for tag, _ in page.elements} <= ALLOWED, path
        for tag, attributes in page.elements:
            assert not {"style", "srcset", "srcdoc"} & set(attributes)
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "href", "action", "formaction", "data"):
                address = attributes.get(name, "")
                assert not re.match(r"\s*(javascript|vbscript|data:text|//)", address, re.IGNORECASE), address
                if tag in ("img", "use"):
                    assert not address.startswith(("http", "//")), address


def test_the_policy_names_the_one_style_sheet_and_forbids_the_rest(pages):
    for html in pages.values():
        page = Page(html)
        policies = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
        assert len(policies) == 1
        rules = dict(rule.strip().split(" ", 1) for rule in policies[0].split(";"))
        style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert rules == {
            "default-src": "'none'",
            "script-src": "'none'",
            "img-src": "'self' data: file:",
            "style-src": f"'sha256-{digest}'",
            "base-uri": "'none'",
            "form-action": "'none'",
        }
        assert html.index("Content-Security-Policy") < html.index("<style>")
        assert html.count("<style>") == 1


def test_planted_words_are_still_to_be_read(pages):
    """Nothing is hidden from the reader: what is text stays text."""
    html = next(html for path, html in pages.items() if "hostile" in str(path))
    page = Page(html)
    assert page.text.count("window.planted=1</script>") >= 4
    assert "styled" in page.words
    assert "only script" in page.words  # the plain form of an output whose HTML was nothing but script


def test_fragments_cannot_leave_their_place():
    for html in (
        "</div></main></body>",
        "<div><b>open",
        "<!-- open",
        "<table><tr><td>",
        "<details><summary>",
    ):
        clean = sanitise(html)
        Page(f"<div>{clean}</div>")
        assert "main" not in clean
        assert "<!--" not in clean


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<a href="https://example.org/a?b=1#c">x</a>', True),
        ('<a href="#place">x</a>', True),
        ('<a href="javascript:f()">x</a>', False),
        ('<a href=" java\nscript:f()">x</a>', False),
        ('<a href="data:text/html,x">x</a>', False),
        ('<a href="//example.org">x</a>', False),
        ('<a href="\\\\example.org">x</a>', False),
        ('<a href="https:\\\\example.org">x</a>', False),
        ('<a href="file:///etc/passwd">x</a>', False),
        ('<a href="relative.html">x</a>', False),
    ],
)
def test_links_lead_to_the_web_or_to_a_place_on_the_page(html, clean):
    assert ("href" in sanitise(html)) == clean
    assert 'rel="noopener noreferrer"' in sanitise(html)


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/a.png",
        "//example.org/a.png",
        "a.png",
        "file:///a.png",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml,<svg onload=f()>",
        'data:image/png;base64,AA" onerror=f()',
        "javascript:f()",
    ],
)
def test_pictures_are_inside_the_page_or_left_out(source):
    clean = sanitise(f"<img alt='a \"quoted\" <text>' src='{source}' onerror=f()>")
    assert "<img" not in clean
    assert clean == "<em>[a &quot;quoted&quot; &lt;text&gt;, not shown]</em>"
    kept = sanitise(f'<img src="data:image/png;base64,{png()}" width="40" height="x">')
    assert Page(kept).all("img") == [
        {"alt": "a picture without a description", "src": f"data:image/png;base64,{png()}", "width": "40"}
    ]


def test_a_notebook_cannot_pass_off_a_claim_of_its_own():
    forged = '<ul class="claims"><li class="claim held">forged</li></ul><span class="verdict k">held</span>'
    clean = sanitise(forged)
    assert "claim" not in clean
    assert "held" in clean
    assert 'class="k"' in clean
    assert "verdict" not in clean


def test_places_of_the_page_cannot_be_taken():
    prose = Prose()
    html = prose.render('# T\n\n## main\n\n## cell-3\n\n## Twice\n\n## Twice\n\n<h2 id="about-title">x</h2>')
    assert [heading.anchor for heading in prose.headings] == ["main-2", "cell-3-2", "Twice", "Twice-2"]
    assert "about-title" not in html


def test_tables_get_a_box_that_scrolls():
    clean = sanitise('<p title="<table>">a</p><table class="dataframe x"><tr><td style="color:red">1</table>')
    page = Page(clean)
    assert page.all("table") == [{"class": "dataframe"}]
    assert page.all("div") == [{"class": "scroll", "tabindex": "0"}]
    assert "style" not in clean


def test_a_picture_that_is_none_is_said_to_be_none():
    assert "cannot be read" in picture("image/png", 'x" onerror="f()', alt="")
    assert 'alt="&lt;b&gt;&quot;"' in picture("image/png", "AAAA", alt='<b>"')


def test_planted_markdown_is_harmless():
    page = Page(f"<div>{Prose().render(PLANTED)}</div>")
    assert {tag for tag, _ in page.elements} <= {"div", "p", "a", "em"}
