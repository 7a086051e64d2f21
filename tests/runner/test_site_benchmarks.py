"""What the site shows besides notebooks: benchmarks, data to download, the papers behind the topics."""

import re

import pytest

from runner.report.content import front
from runner.report.content.benchmarks import Benchmark, Ratio
from runner.report.content.front import Front
from runner.report.pages.benchmarks import chart
from tests.runner.fixtures.site.book import cases
from tests.runner.fixtures.site.figures import benchmark, put, ratio
from tests.runner.fixtures.site.reading import Page
from tests.runner.fixtures.site.sample import Site

PLANTED = "<script>window.planted=1</script>"


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_the_page_holds_every_number_with_machine_and_date(site):
    put(site, benchmark())
    front_page = Page(site.build())
    assert {"href": "benchmarks.html"} in front_page.all("a")
    page = Page((site.results / "benchmarks.html").read_text(encoding="utf-8"))
    assert "Johnson-Lindenstrauss transforms" in page.words
    assert "3 February 2026 Model T, 2 processors, 8 GiB Linux x86_64, Python 3.11.7 2 rounds" in page.words
    assert "n = 5 3 (2 to 5) A 0.375 s B 1.12 s" in page.words
    assert "all one core 1.5 s (1 to 2) 1 s, missed" in page.words
    assert "By A & B." in page.words
    assert "numpy 2.4.6" in page.words
    assert {"class": "home", "href": "index.html"} in page.all("a")


def test_without_benchmarks_nothing_is_said_of_them(site):
    assert "enchmark" not in Page(site.build()).words
    assert not (site.results / "benchmarks.html").exists()


def test_the_page_is_written_again_only_when_its_figures_change(site):
    put(site, benchmark())
    site.build()
    page = site.results / "benchmarks.html"
    first = page.stat().st_ino
    site.add("jl/02_cases", cases())
    site.build()
    assert page.stat().st_ino == first
    put(site, benchmark(title="Another title."))
    site.build()
    assert "Another title." in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        {"ratios": [ratio(low=4.0)]},
        {"ratios": [ratio(median=-1.0)]},
        {"ratios": [ratio(our_costs=[])]},
        {"machine": 7},
        {"rounds": "many"},
        {"times": [{}]},
    ],
)
def test_damaged_benchmarks_are_named_and_stop_nothing(site, damage):
    site.add("jl/02_cases", cases())
    put(site, benchmark(**damage))
    page = Page(site.build())
    assert "The benchmarks cannot be shown: not readable benchmarks" in page.words
    assert "Decide small cases" in page.words
    assert not (site.results / "benchmarks.html").exists()


def test_words_of_a_benchmark_cannot_act(site):
    texts = {"case": PLANTED, "ours": PLANTED, "peer": PLANTED, "remark": PLANTED, "unit": PLANTED}
    put(site, benchmark(title=PLANTED, about=[f"`{PLANTED}`"], topic=PLANTED, ratios=[ratio(**texts)]))
    site.build()
    html = (site.results / "benchmarks.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8


def drawn(*rows):
    read = [Ratio(case, "A", peer, "s", "wall", 1.0, 1.0, spread, "", False) for case, peer, spread in rows]
    svg = chart(Benchmark("jl", "", [], 1, False, "", {}, read, []))
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    return svg, [(float(x), float(y)) for x, y in dots]


def test_dots_stand_on_a_logarithmic_axis_one_strip_for_each_pair():
    svg, dots = drawn(
        ("a", "B", (0.1, 0.1, 0.1)), ("b", "B", (1, 1, 1)), ("c", "B", (10, 10, 10)), ("d", "C", (1, 1, 1))
    )
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = dots
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2)
    assert y1 == y2 == y3 < y4
    assert x4 == x2
    assert f'<line class="one" x1="{x2:.1f}"' in svg
    assert svg.count("<title>") == 4


def test_one_is_on_the_axis_also_where_no_ratio_is_near_it():
    for spread in ((20, 30, 40), (0.01, 0.02, 0.03)):
        svg, [(x, _)] = drawn(("a", "B", spread))
        assert 'class="one"' in svg
        assert 12 <= x <= 708


def test_data_of_a_notebook_can_be_downloaded_beside_it(site):
    site.add("posets/03_take_the_census", cases())
    page = Page(site.build())
    assert {"href": "data/census.csv"} in page.all("a")
    copied = (site.results / "data/census.csv").read_bytes()
    assert copied == (front.DATA / "census.csv").read_bytes()
    # Bounds belong to a notebook that is not in this collection.
    assert not (site.results / "data/certified_bounds.csv").exists()
    assert "certified_bounds" not in page.text


def test_the_papers_behind_the_topics_of_the_page_are_named(site):
    site.add("posets/03_take_the_census", cases())
    page = Page(site.build())
    assert "Tomáš Flídr, Maria-Romina Ivan and Sean Jaffe, Optimal Embeddings of Posets" in page.words
    assert "sphere" not in page.words
    papers = Front.read(site.results, set()).papers(["packing", "jl"])
    assert [paper.topic for paper in papers] == ["packing", "packing", "jl"]
    assert papers[0].authors == "Henry Cohn and Noam Elkies"
    assert papers[0].where == "Annals of Mathematics, 157, 2003"


def test_all_claims_can_be_downloaded_where_the_runner_wrote_them(site):
    site.add("jl/02_cases", cases())
    assert "results.csv" not in site.build()
    for name in ("results.csv", "results.json"):
        (site.results / name).write_text("")
    assert {"href": "results.csv"} in Page(site.build()).all("a")
