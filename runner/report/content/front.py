"""What the front page shows besides the notebooks: benchmarks, data to download, the papers behind them."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from runner.report.content.entry import content_of
from runner.report.content.records import Damaged
from runner.settings import ROOT

DATA = ROOT / "docs/data"
CITATION = ROOT / "CITATION.cff"


@dataclass(frozen=True)
class Download:
    """A file of docs/data, as its index describes it, with the notebook that its numbers come from."""

    file: str
    about: str
    notebook: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Paper:
    """A paper behind a topic."""

    topic: str
    authors: str
    title: str
    where: str
    url: str


@dataclass(frozen=True)
class Front:
    """The contents of the files that the front page needs, so that a change of any is seen."""

    benchmarks_bytes: bytes | None = field(repr=False)
    citation: bytes | None = field(repr=False)
    downloads: list[Download]
    has_tables: bool = False  # whether the runner has written results.csv and results.json

    @classmethod
    def read(cls, results: Path, names: set[str]) -> "Front":
        """Downloads of notebooks that are not among the names are left out, as their cards are."""
        described = json.loads(content_of(DATA / "downloads.json") or b"[]")
        chosen = [entry for entry in described if entry["notebook"] in names]
        downloads = [Download(**entry, content=(DATA / entry["file"]).read_bytes()) for entry in chosen]
        tables = all((results / name).exists() for name in ("results.csv", "results.json"))
        return cls(content_of(results / "benchmarks.json"), content_of(CITATION), downloads, tables)

    @property
    def parts(self) -> list[bytes]:
        """All that the front page depends on."""
        described = [self.has_tables, *([d.file, d.about, d.notebook] for d in self.downloads)]
        contents = [download.content for download in self.downloads]
        return [self.benchmarks_bytes or b"", self.citation or b"", json.dumps(described).encode(), *contents]

    @cached_property
    def benchmarks(self) -> list[Any] | Damaged | None:
        if self.benchmarks_bytes is None:
            return None
        from runner.report.content.benchmarks import read_benchmarks

        try:
            return read_benchmarks(self.benchmarks_bytes)
        except Damaged as damage:
            return damage

    def papers(self, topics: list[str]) -> list[Paper]:
        """The papers of CITATION.cff behind the given topics, in that order."""
        if self.citation is None:
            return []
        import yaml

        references = yaml.safe_load(self.citation)["references"]
        papers = [_paper(reference, topic) for reference in references for topic in reference["keywords"]]
        return sorted((p for p in papers if p.topic in topics), key=lambda paper: topics.index(paper.topic))


def _paper(reference: dict[str, Any], topic: str) -> Paper:
    authors = [f"{author['given-names']} {author['family-names']}" for author in reference["authors"]]
    named = " and ".join([", ".join(authors[:-1]), authors[-1]]) if authors[1:] else authors[0]
    where = reference.get("journal") or reference.get("collection-title") or ""
    place = ", ".join(str(part) for part in (where, reference.get("volume"), reference["year"]) if part)
    return Paper(topic, named, reference["title"], place, reference["url"])
