"""What the documents quote: claims, benchmarks, and the papers to cite."""

import doctest
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.runner.fixtures.site.sample import claim_payload
from tools import quote_results
from tools.quote_results import main, with_block

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAIMS = (ROOT / "docs/claims.md").read_text(encoding="utf-8")
MACHINE = {"processor": "Model T", "processors": 2, "python": "3.11.7"}


def run(name, *claims, status="ok"):
    payloads = [claim_payload(statement, **details) | {"cell": 1} for statement, details in claims]
    return {
        "name": name,
        "title": f"Title of {name}",
        "status": status,
        "started": "2026-02-03T04:05:06+00:00",
        "full": False,
        "claims": payloads,
    }


def ratio(case, quote, **changes):
    spread = {"low": 2.0, "median": 3.0, "high": 5.0}
    return {
        "case": case,
        "ours": "our_way",
        "peer": "B",
        "unit": "s",
        "clock": "processor",
        "our_costs": [1],
        "peer_costs": [3],
        "ratio": spread,
        "remark": "",
        "quote": quote,
    } | changes


def benchmark(*ratios, **changes):
    return {
        "topic": "jl",
        "title": "T.",
        "about": [],
        "rounds": 1,
        "quick": False,
        "measured": "2026-02-04T00:00:00+00:00",
        "machine": MACHINE,
        "ratios": ratios,
        "times": [],
    } | changes


@pytest.fixture
def tree(tmp_path):
    """A checkout with results; returns a function that writes them, quotes, and gives both documents."""
    (tmp_path / "results").mkdir()
    (tmp_path / "docs").mkdir()
    blocks = "".join(
        f"<!-- {name} -->\nold\n<!-- /{name} -->\nafter {name}\n" for name in ("claims", "benchmarks")
    )
    (tmp_path / "README.md").write_text(f"before\n{blocks}")

    def quote(runs, benchmarks):
        (tmp_path / "results/results.json").write_text(json.dumps({"notebooks": runs}))
        (tmp_path / "results/benchmarks.json").write_text(json.dumps({"benchmarks": benchmarks}))
        main(tmp_path)
        return (tmp_path / "README.md").read_text(), (tmp_path / "docs/claims.md").read_text()

    quote.folder = tmp_path
    return quote


RUNS = [
    run("jl/01_a", ("a*b < |c|", {"source": "Fisher (1922)"}), ("two", {"kind": "statistical"})),
    run("jl/02_b", ("slow", {"kind": "timing", "holds": False})),
    run("posets/01_c", ("three", {})),
]


def test_claims_and_benchmarks_are_quoted_between_their_marks(tree):
    rows = [ratio("n = 5", True, remark="by hand"), ratio("n = 6", False)]
    readme, claims = tree(RUNS, [benchmark(*rows)])
    assert readme.startswith("before\n<!-- claims -->\nAll 3 checked claims held")
    assert "old" not in readme
    assert "<!-- /claims -->\nafter claims\n<!-- benchmarks -->" in readme
    assert readme.endswith("<!-- /benchmarks -->\nafter benchmarks\n")
    assert "(3 February 2026, quick values)" in readme
    assert "| Johnson-Lindenstrauss transforms | 2 | 0 | 1 | 0 | 1 | 1 |" in readme
    assert "| all | 3 | 0 | 2 | 0 | 1 | 1 |" in readme
    assert "Measured 4 February 2026 on Model T (2 processors, Python 3.11.7)" in readme
    assert r"| n = 5; by hand | our\_way | B | **3** (2 to 5) |" in readme
    assert "n = 6" not in readme
    assert r"| held | exact | a\*b \< \|c\| | Fisher (1922) |" in claims
    assert "| missed | timing | slow |  |" in claims
    assert "### [Title of posets/01\\_c](../notebooks/posets/01_c.ipynb)" in claims
    assert tree(RUNS, [benchmark(*rows)]) == (readme, claims)


def test_quick_figures_and_several_dates_are_said(tree):
    older = benchmark(ratio("n", True), topic="posets", quick=True, measured="2026-01-01T00:00:00+00:00")
    readme, _ = tree(RUNS, [benchmark(ratio("n", True)), older])
    assert "Measured 1 January 2026 to 4 February 2026" in readme
    assert "Small sizes only (`--quick`)." in readme


@pytest.mark.parametrize(
    "runs",
    [
        [run("jl/01_a", ("one", {"holds": False}))],
        [run("jl/01_a", ("one", {}), status="failed")],
        [run("jl/01_a", status="not run")],
        [],
    ],
)
def test_what_failed_or_never_ran_is_not_quoted(tree, runs):
    before = (tree.folder / "README.md").read_text()
    with pytest.raises(SystemExit, match="not run, or not good: "):
        tree(runs, [benchmark()])
    assert (tree.folder / "README.md").read_text() == before


def test_missing_results_and_marks_are_named(tree, tmp_path):
    with pytest.raises(SystemExit, match=r"no results/results\.json: make run writes it"):
        main(tmp_path)
    for text in ("", "<!-- /a -->\n<!-- a -->", "<!-- a --><!-- a --><!-- /a -->"):
        with pytest.raises(SystemExit, match=r"README\.md must hold <!-- a -->"):
            with_block(text, "a", "new")
    assert with_block("1<!-- a -->2<!-- /a -->3", "a", "new") == "1<!-- a -->\nnew\n<!-- /a -->3"


def test_the_examples_hold():
    outcome = doctest.testmod(quote_results)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_readme_quotes_claims_and_benchmarks():
    for name, header in (("claims", "| topic | notebooks |"), ("benchmarks", "| topic | case |")):
        block = README.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
        assert header in block, f"make {'run' if name == 'claims' else 'bench'}, then make quote"


def test_the_claims_of_every_notebook_are_listed():
    """After a new notebook: make run, then make quote."""
    parts = re.split(r"^### \[.*\]\(\.\./notebooks/(\S+)\.ipynb\)$", CLAIMS, flags=re.MULTILINE)[1:]
    rows = {
        name: re.findall(r"^\| (held|reported|missed) \|", text, re.M)
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    there = {
        p.relative_to(ROOT / "notebooks").with_suffix("").as_posix() for p in ROOT.glob("notebooks/*/*.ipynb")
    }
    assert rows.keys() == there
    assert all(rows.values())


CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_file_names_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert CITATION["version"] == project["version"]
    assert CITATION["license"] == project["license"]
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= CITATION.keys()
    assert f"## {project['version']} " in (ROOT / "CHANGELOG.md").read_text()


def test_every_topic_has_a_paper_and_the_readme_names_the_same_ones():
    topics = {path.name for path in ROOT.glob("notebooks/*/")}
    assert topics <= {topic for paper in CITATION["references"] for topic in paper["keywords"]}
    flat = " ".join(README.split())
    for paper in CITATION["references"]:
        assert f"*{paper['title']}*" in flat
        assert f"({paper['url']})" in README
        assert all(author["family-names"] in flat for author in paper["authors"])
        assert str(paper["year"]) in flat
