"""The front page: what failed, the notebooks by topic, and a table of all claims."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from runner.notebooks.topics import Topic
from runner.report.content.entry import Entry
from runner.report.content.figures import Thumbnail, thumbnail
from runner.report.content.front import Front
from runner.report.content.records import Claim, Damaged, Outcome
from runner.report.pages.words import count, fill
from runner.report.render.prose import Prose

EXPLAINED = {
    "certified": "a certificate was verified in exact or interval arithmetic",
    "exact": "integers, fractions or symbols were compared; nothing was rounded",
    "numerical": "floating-point numbers keep to the stated tolerance or limit",
    "statistical": "a random experiment agrees; the false-alarm rate is stated",
    "timing": "a duration or a ratio of durations; reported, never a failure",
}


@dataclass(frozen=True)
class Card:
    """A notebook in the gallery."""

    name: str
    href: str
    title: Markup
    question: Markup
    run: Outcome | None
    problem: str
    picture: Thumbnail | None
    topic: Topic
    is_stale: bool

    @property
    def failed(self) -> bool:
        return bool(self.problem) or (self.run is not None and not self.run.good)


@dataclass(frozen=True)
class Row:
    """A claim in the table, and the notebook it belongs to."""

    claim: Claim
    card: Card

    @property
    def href(self) -> str:
        return f"{self.card.href}#cell-{self.claim.cell}" if self.claim.cell else self.card.href


def gallery_page(entries: list[Entry], key: str, front: Front) -> str:
    """The HTML of results/index.html."""
    prose = Prose()
    cards = [_card(entry, prose) for entry in entries]
    topics = {topic: list(group) for topic, group in groupby(sorted(cards, key=_order(cards)), _topic)}
    rows = [Row(claim, card) for card in cards if card.run for claim in card.run.claims]
    return fill(
        "gallery.html.j2",
        prose.sheet,
        key=key,
        failed_cards=[card for card in cards if card.failed],
        topics={topic: sorted(group, key=lambda card: not card.failed) for topic, group in topics.items()},
        rows=sorted(rows, key=lambda row: not row.claim.failed),
        failed_rows=[row for row in rows if row.claim.failed],
        summary=_summary(cards),
        kinds=_kinds(rows),
        benchmarks=None if isinstance(front.benchmarks, Damaged) else front.benchmarks,
        damaged_benchmarks=front.benchmarks if isinstance(front.benchmarks, Damaged) else "",
        downloads=front.downloads,
        has_tables=front.has_tables,
        papers=front.papers(list(dict.fromkeys(card.name.partition("/")[0] for card in cards))),
    )


def _topic(card: Card) -> Topic:
    return card.topic


def _order(cards: list[Card]) -> Callable[[Card], tuple[int, int]]:
    """Topics in the order that they ask for, else of their first notebook; notebooks in the order given."""
    first: dict[Topic, int] = {}
    for place, card in enumerate(cards):
        first.setdefault(card.topic, place)
    return lambda card: (card.topic.order, first[card.topic])


def _card(entry: Entry, prose: Prose) -> Card:
    run, problem = entry.run, ""
    if isinstance(run, Damaged):
        run, problem = None, f"The record of its run cannot be used: {entry.run}."
    elif run and run.status == "ok" and isinstance(entry.output_cells, Damaged):
        problem = f"The outputs of its run cannot be shown: {entry.output_cells}."
    elif isinstance(entry.source_cells, Damaged):
        problem = f"The notebook cannot be read: {entry.source_cells}."
    return Card(
        name=entry.name,
        href=f"{quote(entry.name)}/index.html" if entry.has_page else "",
        title=prose.line(entry.title),
        question=_question(entry, prose),
        run=run,
        problem=problem,
        picture=thumbnail(entry) if entry.has_page else None,
        topic=entry.topic,
        is_stale=entry.is_stale,
    )


def _question(entry: Entry, prose: Prose) -> Markup:
    """The first paragraph after the title."""
    if isinstance(entry.source_cells, Damaged) or not entry.source_cells:
        return Markup("")
    first = entry.source_cells[0]
    if first.kind != "markdown":
        return Markup("")
    return prose.opening(first.source, first.attachments)


def _summary(cards: list[Card]) -> str:
    runs = [card for card in cards if card.run or card.problem]
    good = sum(card.run is not None and card.run.status == "ok" and not card.problem for card in runs)
    text = f"{good} of {count(len(runs), 'notebook')} ran to the end" if runs else "No notebook was run yet"
    waiting = len(cards) - len(runs)
    return text + (f"; {count(waiting, 'notebook')} not run yet" if waiting and runs else "")


def _kinds(rows: list[Row]) -> list[dict]:
    """For each kind of claim, how many hold of how many there are; timings are only counted."""
    kinds = []
    for kind, meaning in EXPLAINED.items():
        claims = [row.claim for row in rows if row.claim.kind == kind]
        if claims:
            held = sum(claim.holds for claim in claims)
            number = str(len(claims)) if kind == "timing" else f"{held} of {len(claims)}"
            kinds.append({"kind": kind, "count": number, "meaning": meaning})
    return kinds
