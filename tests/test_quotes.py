"""What the documents quote: claims, benchmarks, and the papers to cite."""

import doctest
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from runner.notebooks.catalogue import Notebook
from runner.report.content.figures import Thumbnail
from runner.results.key import run_key
from tests.runner.fixtures.site.sample import claim_payload
from tools import list_notebooks, quote_results
from tools.quote_results import block, main, with_block

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAIMS = (ROOT / "docs/claims.md").read_text(encoding="utf-8")
MACHINE = {"processor": "Model T", "processors": 2, "python": "3.11.7"}


def claim(statement, **details):
    return claim_payload(statement, **details) | {"cell": 1}


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


class Tree:
    """A checkout with three notebooks that ran, two benchmarks, and documents that quote nothing yet."""

    def __init__(self, root):
        self.root = root
        for folder in ("docs", "results"):
            (root / folder).mkdir()
        for name, claims in RUNS.items():
            self.write(name, "seed: int = 0")
            self.ran(name, *claims)
        self.measured(benchmark(ratio("n = 5", True, remark="by hand"), ratio("n = 6", False)), POSETS)
        (root / "README.md").write_text(
            "before\n<!-- claims -->\nold\n<!-- /claims -->\nafter claims\n"
            "<!-- benchmarks -->\nold\n<!-- /benchmarks -->\nafter benchmarks\n"
        )

    def write(self, name, parameters):
        cells = [
            {"cell_type": "markdown", "source": f"# Title of {name}", "metadata": {}},
            {"cell_type": "code", "source": parameters, "metadata": {"tags": ["parameters"]}},
        ]
        path = self.root / f"notebooks/{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))

    def ran(self, name, *claims, values=None, **changes):
        """Leave what the runner would, after a run of the notebook with its own values or with others."""
        folder = self.root / "notebooks"
        notebook = Notebook.read(folder / f"{name}.ipynb", folder)
        notebook = replace(notebook, overrides=values or {})
        record = {
            "name": name,
            "title": notebook.title,
            "status": "ok",
            "started": "2026-02-03T04:05:06+00:00",
            "key": run_key(notebook),
            "parameters": notebook.parameters,
            "claims": claims,
            "recorded": {},
            "seconds": 1.0,
        }
        place = self.root / "results" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "run.json").write_text(json.dumps(record | changes))
        (place / "output.ipynb").write_text("{}")

    def forget(self, name):
        for path in (self.root / "results" / name).iterdir():
            path.unlink()

    def measured(self, *benchmarks):
        (self.root / "results/benchmarks.json").write_text(json.dumps({"benchmarks": benchmarks}))

    def quote(self, *names):
        main(list(names), self.root)
        return self.documents()

    def documents(self):
        claims = self.root / "docs/claims.md"
        return (self.root / "README.md").read_text(), claims.read_text() if claims.exists() else ""

    def refused(self, *names):
        """What the refusal says; nothing is written."""
        before = self.documents()
        with pytest.raises(SystemExit) as caught:
            self.quote(*names)
        assert self.documents() == before
        return str(caught.value)


JL = "[Johnson-Lindenstrauss transforms](docs/notebooks.md#johnson-lindenstrauss-transforms)"
RUNS = {
    "jl/01_a": (claim("a*b < |c|", source="Fisher (1922)"), claim("two", kind="statistical")),
    "jl/02_b": (claim("slow", kind="timing", holds=False),),
    "posets/01_c": (claim("three"),),
}
POSETS = benchmark(ratio("n = 7", True), topic="posets", measured="2026-01-01T00:00:00+00:00")


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


def test_claims_and_benchmarks_are_quoted_between_their_marks(tree, capsys):
    readme, claims = tree.quote()
    assert capsys.readouterr().out == "quoted 3 notebooks and 2 benchmarks\n"
    assert readme.startswith("before\n<!-- claims -->\nAll 3 checked claims held")
    assert "old" not in readme
    assert "<!-- /claims -->\nafter claims\n<!-- benchmarks -->" in readme
    assert readme.endswith("<!-- /benchmarks -->\nafter benchmarks\n")
    assert "(3 February 2026, quick values)" in readme
    assert f"| {JL} | 2 | 0 | 1 | 0 | 1 | 1 |" in readme
    assert "| all | 3 | 0 | 2 | 0 | 1 | 1 |" in readme
    assert r"| n = 5; by hand | our\_way | B | **3** (2 to 5) | 4 February 2026, Model T |" in readme
    assert r"| n = 7 | our\_way | B | **3** (2 to 5) | 1 January 2026, Model T |" in readme
    assert "n = 6" not in readme
    assert r"| held | exact | a\*b \< \|c\| | Fisher (1922) |" in claims
    assert "| missed | timing | slow |  |" in claims
    assert "### [Title of posets/01\\_c](../notebooks/posets/01_c.ipynb)\n\nRan 2026-02-03.\n" in claims
    assert claims.count("\n## ") == 2
    assert tree.quote() == (readme, claims)


def test_the_notebooks_are_listed_with_question_picture_and_claims(tree):
    (tree.root / "docs/jl_01.png").write_bytes(b"as it was")
    tree.quote()
    listed = (tree.root / "docs/notebooks.md").read_text()
    assert re.findall(r"^### \[(.*)\]\((.*)\)$", listed, re.M) == [
        (f"Title of {name}", f"../notebooks/{name}.ipynb") for name in RUNS
    ]
    assert "2 claims held." in listed
    assert (tree.root / "docs/jl_01.png").read_bytes() == b"as it was"  # the run left no picture


@pytest.mark.parametrize(("size", "few"), [((40, 30), True), ((500, 400), False)])
def test_pictures_that_are_too_large_get_fewer_colours(size, few):
    import io

    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    small = list_notebooks.small(Thumbnail("a.png", buffer.getvalue(), "Noise."))
    assert (small == buffer.getvalue()) is few
    if not few:
        assert len(small) < len(buffer.getvalue()) / 2
        assert Image.open(io.BytesIO(small)).size == (size[1], size[0])


def test_one_topic_is_quoted_and_the_others_stay(tree, capsys):
    tree.quote()
    for name in RUNS:
        tree.ran(name, claim("new"), started="2026-03-01T00:00:00+00:00")
    newer = {"measured": "2026-03-02T00:00:00+00:00"}
    tree.measured(benchmark(ratio("n = 8", True), **newer), POSETS | newer)
    readme, claims = tree.quote("jl")
    assert capsys.readouterr().out.endswith("quoted 2 notebooks and 1 benchmark\n")
    assert "All 3 checked claims held when the notebooks last ran (3 February 2026 to 1 March 2026," in readme
    assert f"| {JL} | 2 | 0 | 2 | 0 | 0 | 0 |" in readme
    assert re.findall(r"n = \d", readme) == ["n = 8", "n = 7"]
    assert "2 March 2026" in readme
    assert "1 January 2026" in readme
    assert claims.count("| held | exact | new |") == 2
    assert "| held | exact | three |" in claims


def test_one_notebook_is_quoted_though_no_other_ever_ran(tree):
    _, before = tree.quote()
    for name in RUNS:
        tree.forget(name)
    tree.write("jl/03_d", "seed: int = 1")
    tree.ran("jl/03_d", claim("four"))
    for asked in (["jl/03"], []):
        readme, claims = tree.quote(*asked)
        assert f"| {JL} | 3 | 0 | 2 | 0 | 1 | 1 |" in readme
        names = re.findall(r"notebooks/(\S+)\.ipynb", claims)
        assert names == ["jl/01_a", "jl/02_b", "jl/03_d", "posets/01_c"]
        assert all(line in claims.splitlines() for line in before.splitlines())


def test_a_notebook_that_is_gone_is_quoted_no_more(tree):
    tree.quote()
    (tree.root / "notebooks/jl/02_b.ipynb").unlink()
    readme, claims = tree.quote("posets")
    assert f"| {JL} | 1 | 0 | 1 | 0 | 1 | 0 |" in readme
    assert "jl/02_b" not in claims


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("jl/02_b", {"values": {"seed": 9}}, "ran with other values than its own: seed=9"),
        ("jl/01_a", {"key": "of older code"}, "ran with other code or packages"),
        ("posets/01_c", {"status": "failed"}, "failed, or a claim of it did"),
        ("posets/01_c", {"claims": [claim("false", holds=False)]}, "failed, or a claim of it did"),
    ],
)
def test_a_run_that_is_stale_or_overridden_or_not_good_is_named(tree, name, changes, problem):
    tree.ran(name, **changes)
    for names in ([], [name.partition("/")[0]]):
        said = tree.refused(*names)
        assert said.splitlines()[1:] == [f"  {name} {problem}", f'make run ARGS="--force {name}"']
    other = "jl" if name.startswith("posets") else "posets"
    assert "All " in tree.quote(other)[0]


def test_large_values_are_not_quoted_although_they_count_as_up_to_date(tree):
    tree.ran("jl/01_a", claim("large"), values={"seed": 5}, full=True)
    assert "jl/01_a ran with other values than its own: seed=5" in tree.refused()


def test_what_was_asked_for_by_name_must_have_run(tree):
    tree.forget("jl/02_b")
    said = tree.refused("jl")
    assert said.splitlines()[1:] == ["  jl/02_b was not run", 'make run ARGS="--force jl/02_b"']
    assert "did you mean 'posets'" in tree.refused("poset_")


def test_quick_benchmarks_are_named_and_their_rows_stay(tree, capsys):
    before, _ = tree.quote()
    tree.measured(benchmark(ratio("n = 1", True), quick=True), POSETS)
    readme, _ = tree.quote()
    assert readme == before
    said = capsys.readouterr().out
    assert 'not quoted, for --quick measures small sizes only: jl; make bench ARGS="jl"' in said
    assert said.endswith("quoted 3 notebooks and 1 benchmark\n")


def test_claims_are_quoted_without_benchmarks_and_benchmarks_without_claims(tree):
    (tree.root / "results/benchmarks.json").unlink()
    readme, _ = tree.quote()
    assert "All 3 checked claims held" in readme
    assert "<!-- benchmarks -->\nold\n<!-- /benchmarks -->" in readme
    for name in RUNS:
        tree.forget(name)
    assert "results/ holds nothing to quote: make run and make bench" in tree.refused()
    tree.measured(POSETS)
    again, _ = tree.quote()
    assert "| n = 7 |" in again
    assert block(again, "claims") == block(readme, "claims")


def test_marks_stand_once_each_and_in_order():
    for text in ("", "<!-- /a -->\n<!-- a -->", "<!-- a --><!-- a --><!-- /a -->"):
        with pytest.raises(SystemExit, match=r"README\.md must hold <!-- a -->"):
            with_block(text, "a", "new")
    assert with_block("1<!-- a -->2<!-- /a -->3", "a", "new") == "1<!-- a -->\nnew\n<!-- /a -->3"


def test_the_examples_hold():
    for module in (quote_results, list_notebooks):
        outcome = doctest.testmod(module)
        assert outcome.attempted > 0
        assert outcome.failed == 0


def test_the_readme_quotes_claims_and_benchmarks():
    for name, header in (("claims", "| topic | notebooks |"), ("benchmarks", "| topic | case |")):
        block = README.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
        assert header in block, f"make {'run' if name == 'claims' else 'bench'}, then make quote"


def test_the_claims_of_every_notebook_are_listed():
    """After a new notebook: make run and make quote, for it alone or for all."""
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


def test_codemeta_says_what_the_citation_file_says():
    codemeta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert codemeta["name"] == CITATION["title"]
    assert codemeta["description"] == CITATION["abstract"]
    assert codemeta["version"] == CITATION["version"]
    assert codemeta["license"].endswith(f"/{CITATION['license']}")
    assert codemeta["keywords"] == CITATION["keywords"]
    assert [author["name"] for author in codemeta["author"]] == [a["name"] for a in CITATION["authors"]]


def test_every_topic_has_a_paper_and_the_readme_names_the_same_ones():
    topics = {path.name for path in ROOT.glob("notebooks/*/")}
    assert topics <= {topic for paper in CITATION["references"] for topic in paper["keywords"]}
    flat = " ".join(README.split())
    for paper in CITATION["references"]:
        assert f"*{paper['title']}*" in flat
        assert f"({paper['url']})" in README
        assert all(author["family-names"] in flat for author in paper["authors"])
        assert str(paper["year"]) in flat
