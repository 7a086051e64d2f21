"""The page of the benchmarks: our costs beside those of peers, from results/benchmarks.json."""

import math
import re
from dataclasses import dataclass
from statistics import StatisticsError, median
from typing import Any

from markupsafe import Markup, escape

from runner.errors import UsageError
from runner.notebooks.topics import Topic
from runner.report.formulas import Sheet
from runner.report.records import UNREADABLE, Damaged, loaded
from runner.report.words import fill, value
from runner.settings import ROOT

# The picture, in the units of its own box: strips of ratios below each other.
WIDTH, LABEL, STRIP, EDGE = 720, 20, 26, 12


@dataclass(frozen=True)
class Ratio:
    """Our cost and a peer's on one case; `ratio` is the peer's divided by ours, as low, median, high."""

    case: str
    ours: str
    peer: str
    unit: str
    clock: str
    our_cost: float
    peer_cost: float
    ratio: tuple[float, float, float]
    remark: str
    quote: bool


@dataclass(frozen=True)
class Time:
    """A figure without a peer, as low, median, high, beside the one that is promised."""

    what: str
    unit: str
    cost: tuple[float, float, float]
    target: float | None
    remark: str

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.cost[1] <= self.target


@dataclass(frozen=True)
class Benchmark:
    """What one file of benchmarks/ has measured, when and where."""

    topic: str
    title: str
    about: list[str]
    rounds: int
    quick: bool
    measured: str
    machine: dict[str, Any]
    ratios: list[Ratio]
    times: list[Time]
    heading: str = ""

    @property
    def paragraphs(self) -> list[Markup]:
        """`about`, with what stands between backticks as code."""
        return [Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text)))) for text in self.about]


def read_benchmarks(content: bytes) -> list[Benchmark]:
    """The benchmarks of a benchmarks.json, or Damaged."""
    try:
        return [_benchmark(record) for record in loaded(content)["benchmarks"]]
    except (*UNREADABLE, StatisticsError, UsageError) as error:
        raise Damaged(f"not readable benchmarks ({type(error).__name__}: {error})") from None


def _benchmark(record: dict[str, Any]) -> Benchmark:
    topic = str(record["topic"])
    return Benchmark(
        topic=topic,
        heading=str(
            record.get("heading") or Topic.read(ROOT / "notebooks" / topic, topic.capitalize()).title
        ),
        title=str(record["title"]),
        about=[str(text) for text in record["about"]],
        rounds=int(record["rounds"]),
        quick=bool(record["quick"]),
        measured=str(record["measured"]),
        machine=dict(record["machine"]),
        ratios=[_ratio(row) for row in record["ratios"]],
        times=[_time(row) for row in record["times"]],
    )


def _ratio(row: dict[str, Any]) -> Ratio:
    texts = {name: str(row[name]) for name in ("case", "ours", "peer", "unit", "clock", "remark")}
    costs = {"our_cost": median(row["our_costs"]), "peer_cost": median(row["peer_costs"])}
    return Ratio(**texts, **costs, ratio=_spread(row["ratio"]), quote=bool(row["quote"]))


def _time(row: dict[str, Any]) -> Time:
    target = None if row["target"] is None else float(row["target"])
    texts = {name: str(row[name]) for name in ("what", "unit", "remark")}
    return Time(**texts, cost=_spread(row["cost"]), target=target)


def _spread(summary: dict[str, float]) -> tuple[float, float, float]:
    values = tuple(float(summary[name]) for name in ("low", "median", "high"))
    if not all(math.isfinite(v) and v > 0 for v in values) or list(values) != sorted(values):
        raise ValueError(f"not a spread: {summary}")
    return values


def benchmarks_page(benchmarks: list[Benchmark], key: str) -> str:
    """The HTML of results/benchmarks.html."""
    shown = [(benchmark, chart(benchmark)) for benchmark in benchmarks]
    return fill("benchmarks.html.j2", Sheet(), key=key, benchmarks=shown, short=short)


def short(number: float) -> str:
    """Three digits, without an exponent where that is not needed.

    >>> short(14.482), short(1234.5), short(0.00153), short(2.0)
    ('14.5', '1230', '0.00153', '2')
    """
    return value(float(f"{number:.3g}"))


def chart(benchmark: Benchmark) -> Markup:
    """Ratios as an SVG picture: a strip for each pair of methods, a dot and its range for each case."""
    pairs: dict[tuple[str, str], list[Ratio]] = {}
    for row in benchmark.ratios:
        pairs.setdefault((row.ours, row.peer), []).append(row)
    if not pairs:
        return Markup("")
    low = min(row.ratio[0] for row in benchmark.ratios)
    high = max(row.ratio[2] for row in benchmark.ratios)
    axis = _Axis(min(low, 0.8), max(high, 1.25))
    height = len(pairs) * (LABEL + STRIP) + 34
    parts = [axis.grid(height - 30)]
    for number, ((ours, peer), rows) in enumerate(pairs.items()):
        top = number * (LABEL + STRIP)
        parts.append(f'<text x="{EDGE}" y="{top + 15}">{escape(ours)} beside {escape(peer)}</text>')
        parts += [_dot(axis, row, top + LABEL + STRIP / 2) for row in rows]
    best = f"from {short(low)} to {short(high)}"
    label = f"Ratios of {len(pairs)} pairs of methods, {best}; the table below holds the same numbers."
    return Markup(
        f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height}">'
        f"{''.join(parts)}</svg>"
    )


@dataclass(frozen=True)
class _Axis:
    """A logarithmic axis of ratios."""

    low: float
    high: float

    def place(self, ratio: float) -> float:
        share = math.log(ratio / self.low) / math.log(self.high / self.low)
        return EDGE + share * (WIDTH - 2 * EDGE)

    def grid(self, bottom: float) -> str:
        lines = []
        for mark in self._marks():
            x, kind = self.place(mark), "one" if mark == 1 else "mark"
            lines.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}"/>')
            lines.append(f'<text class="mark" x="{x:.1f}" y="{bottom + 14}">{short(mark)}</text>')
        x, end = self.place(1), bottom + 28
        lines.append(f'<text class="mark" x="{max(x, 60):.1f}" y="{end}">ours costs the same</text>')
        return "".join(lines)

    def _marks(self) -> list[float]:
        """Round numbers, the closer together the shorter the axis; 1 is always among them."""
        decades = math.log10(self.high / self.low)
        steps = (1, 1.5, 2, 3, 5, 7) if decades <= 1.2 else (1, 2, 5) if decades <= 4 else (1,)
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        marks = [step * 10.0**power for power in powers for step in steps]
        return [mark for mark in marks if self.low <= mark <= self.high]


def _dot(axis: _Axis, row: Ratio, y: float) -> str:
    low, middle, high = (axis.place(ratio) for ratio in row.ratio)
    title = escape(f"{row.case}: {short(row.ratio[1])} ({short(row.ratio[0])} to {short(row.ratio[2])})")
    return (
        f'<g><title>{title}</title><line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle cx="{middle:.1f}" cy="{y}" r="4.5"/></g>'
    )
