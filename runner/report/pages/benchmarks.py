"""The page of the benchmarks: ratios of costs as a picture, and every figure in a table."""

import math
import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from runner.report.content.benchmarks import Benchmark, Ratio
from runner.report.pages.words import fill, value
from runner.report.render.formulas import Sheet

# The picture, in the units of its own box: strips of ratios below each other.
WIDTH, LABEL, STRIP, EDGE = 720, 20, 26, 12


def benchmarks_page(benchmarks: list[Benchmark], key: str) -> str:
    """The HTML of results/benchmarks.html."""
    shown = [(benchmark, _paragraphs(benchmark), chart(benchmark)) for benchmark in benchmarks]
    return fill("benchmarks.html.j2", Sheet(), key=key, benchmarks=shown, short=short)


def _paragraphs(benchmark: Benchmark) -> list[Markup]:
    """What is said about a benchmark, with what stands between backticks as code."""
    return [Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text)))) for text in benchmark.about]


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
