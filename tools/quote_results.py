"""Quote the newest results in the documents: claims by topic and benchmarks in README.md, claims in docs/.

    python -m tools.quote_results

It reads results/results.json (`make run`) and results/benchmarks.json (`make bench`). In README.md it
rewrites what stands between `<!-- claims -->` and `<!-- /claims -->`, and the same for benchmarks;
docs/claims.md it writes as a whole. Nothing is quoted that has failed or was never run.
"""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from runner.report.benchmarks import Benchmark, read_benchmarks, short
from runner.report.records import KINDS, read_claim
from runner.report.words import TOPICS, count, day

ROOT = Path(__file__).resolve().parents[1]


def main(root: Path = ROOT) -> None:
    runs = finished(json.loads(_content(root / "results/results.json", "make run")))
    benchmarks = read_benchmarks(_content(root / "results/benchmarks.json", "make bench").encode())
    readme = (root / "README.md").read_text(encoding="utf-8")
    readme = with_block(readme, "claims", claims_by_topic(runs))
    readme = with_block(readme, "benchmarks", quoted_ratios(benchmarks))
    (root / "README.md").write_text(readme, encoding="utf-8")
    (root / "docs/claims.md").write_text(all_claims(runs), encoding="utf-8")
    print(f"quoted {count(len(runs), 'notebook')} and {count(len(benchmarks), 'benchmark')}")


def _content(path: Path, target: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SystemExit(f"there is no {path.parent.name}/{path.name}: {target} writes it") from None


def finished(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs of a results.json, or an exit that names those that cannot be quoted."""
    runs = summary["notebooks"]
    bad = [run["name"] for run in runs if run["status"] != "ok"]
    bad += [run["name"] for run in runs if any(read_claim(claim).failed for claim in run["claims"])]
    if bad or not runs:
        raise SystemExit(f"not run, or not good: {', '.join(bad) or 'there is no notebook'}")
    return runs


def with_block(text: str, name: str, content: str) -> str:
    """The text with what stands between the two marks of a block replaced."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise SystemExit(f"README.md must hold {start} and, below it, {end} once each")
    before, rest = text.split(start)
    return f"{before}{start}\n{content.strip()}\n{end}{rest.split(end)[1]}"


def _topic(name: str) -> str:
    return name.partition("/")[0]


def _date(runs: list[dict[str, Any]]) -> str:
    return day(max(run["started"] for run in runs))


def claims_by_topic(runs: list[dict[str, Any]]) -> str:
    """How many claims of each kind a topic states; all of them hold, else nothing is quoted."""
    numbers: dict[str, Counter] = defaultdict(Counter)
    notebooks = Counter(_topic(run["name"]) for run in runs)
    for run in runs:
        numbers[_topic(run["name"])].update(claim["kind"] for claim in run["claims"])
    lines = [f"| topic | notebooks | {' | '.join(KINDS)} |", f"|---|{'---:|' * (1 + len(KINDS))}"]
    for topic, kinds in [*numbers.items(), ("", sum(numbers.values(), Counter()))]:
        name, books = (TOPICS.get(topic, topic), notebooks[topic]) if topic else ("all", len(runs))
        lines.append(f"| {name} | {books} | {' | '.join(str(kinds[kind]) for kind in KINDS)} |")
    sizes = "large values" if all(run["full"] for run in runs) else "quick values"
    checked = sum(claim["kind"] != "timing" for run in runs for claim in run["claims"])
    text = (
        f"All {checked} checked claims held when the notebooks last ran ({_date(runs)}, {sizes}).\n"
        "Timings are reports. Each claim with kind, verdict and source: [docs/claims.md](docs/claims.md).\n"
    )
    return text + "\n" + "\n".join(lines)


def all_claims(runs: list[dict[str, Any]]) -> str:
    """docs/claims.md: every claim with verdict, kind and source, under its notebook."""
    parts = [
        f"""# All claims

As the notebooks stated them when they last ran, {_date(runs)}. `make run` checks them again and writes
results/index.html, which adds what was measured and expected. What the kinds mean is explained in the
[README](../README.md#how-to-read-a-claim). `make quote` writes this file.
"""
    ]
    topic = None
    for run in runs:
        if _topic(run["name"]) != topic:
            topic = _topic(run["name"])
            parts.append(f"## {TOPICS.get(topic, topic)}\n")
        parts.append(f"### [{_plain(run['title'])}](../notebooks/{run['name']}.ipynb)\n")
        rows = ["| verdict | kind | claim | source |", "|---|---|---|---|"]
        for claim in map(read_claim, run["claims"]):
            texts = (claim.verdict, claim.kind, _plain(claim.statement), _plain(claim.source or ""))
            rows.append(f"| {' | '.join(texts)} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _plain(text: str) -> str:
    r"""Plain text as Markdown that shows it unchanged, in a cell of a table.

    >>> print(_plain("w*(P) <= |P|"))
    w\*(P) \<= \|P\|
    """
    return re.sub(r"([\\`*_\[\]<>|$~#])", r"\\\1", " ".join(text.split()))


def quoted_ratios(benchmarks: list[Benchmark]) -> str:
    """The rows that a benchmark marked for quoting, with machine and date."""
    dates = sorted({benchmark.measured[:10] for benchmark in benchmarks})
    machines = sorted({_machine(benchmark) for benchmark in benchmarks})
    when = day(dates[0]) if len(dates) == 1 else f"{day(dates[0])} to {day(dates[-1])}"
    lines = ["| topic | case | ours | peer | peer's cost / ours (range) |", "|---|---|---|---|---:|"]
    for benchmark in benchmarks:
        for row in [row for row in benchmark.ratios if row.quote]:
            low, middle, high = map(short, row.ratio)
            case = f"{row.case}; {row.remark}" if row.remark else row.case
            texts = map(_plain, (benchmark.heading, case, row.ours, row.peer))
            lines.append(f"| {' | '.join(texts)} | **{middle}** ({low} to {high}) |")
    note = " Small sizes only (`--quick`)." if any(benchmark.quick for benchmark in benchmarks) else ""
    text = (
        f"Measured {when} on {' and '.join(machines)}, peer and ours in turns; above 1\n"
        f"ours is cheaper.{note} `make bench` repeats it; results/benchmarks.html then has all rows.\n"
    )
    return text + "\n" + "\n".join(lines)


def _machine(benchmark: Benchmark) -> str:
    about = benchmark.machine
    return f"{about['processor']} ({count(about['processors'], 'processor')}, Python {about['python']})"


if __name__ == "__main__":
    main()
