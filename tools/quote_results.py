"""Quote results in the documents: claims and benchmarks in README.md, all claims in docs/claims.md.

    python -m tools.quote_results [NAME ...]

It quotes what results/ holds: the runs of `make run` and the benchmarks of `make bench`. Names are topics or
notebooks, as `make run` takes them; then it quotes only those runs, and the benchmarks of their topics. All
else stays as it was quoted before, with its date.

A run is quoted only if code, mathlib and packages are those of now, if it had the quick values, and if all of
its claims hold. Otherwise nothing is written; the run is named, with the command that mends it. A benchmark
that was measured with --quick is not quoted: it is named, and its topic keeps the rows it has.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.notebooks.catalogue import Notebook, find_notebooks, select
from runner.notebooks.topics import Topic
from runner.report.content.benchmarks import Benchmark, read_benchmarks
from runner.report.content.records import read_claim
from runner.report.pages.benchmarks import short
from runner.report.pages.words import count, day
from runner.results.claims import KINDS
from runner.results.plan import Planned

ROOT = Path(__file__).resolve().parents[1]
HEADING = re.compile(r"^### \[.*\]\(\.\./notebooks/(\S+)\.ipynb\)$", re.MULTILINE)
RAN = re.compile(r"^Ran (\S+)\.$", re.MULTILINE)
ROW = re.compile(r"^\| (?:held|reported|missed) \| (\w+) \|", re.MULTILINE)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="topic or notebook (default: all that ran)")
    names = parser.parse_args(arguments).names
    try:
        notebooks = find_notebooks(root / "notebooks")
        chosen = select(notebooks, names)
    except UsageError as error:
        raise SystemExit(str(error)) from None
    runs = finished([Planned.of(n, n, root / "results") for n in chosen], all_of_them=bool(names))
    topics = {_topic(n.name) for n in chosen} if names else None
    benchmarks = measured(root / "results/benchmarks.json", topics)
    if not runs and not benchmarks:
        raise SystemExit("results/ holds nothing to quote: make run and make bench fill it")

    readme = (root / "README.md").read_text(encoding="utf-8")
    if runs:
        claims = root / "docs/claims.md"
        sections = quoted_sections(claims.read_text(encoding="utf-8") if claims.exists() else "")
        sections |= {run["name"]: section(run) for run in runs}
        sections = {n.name: sections[n.name] for n in notebooks if n.name in sections}
        readme = with_block(readme, "claims", claims_by_topic(sections))
    if benchmarks:
        readme = with_block(readme, "benchmarks", quoted_ratios(benchmarks, block(readme, "benchmarks")))
    (root / "README.md").write_text(readme, encoding="utf-8")
    if runs:
        claims.write_text(all_claims(sections), encoding="utf-8")
    print(f"quoted {count(len(runs), 'notebook')} and {count(len(benchmarks), 'benchmark')}")


def finished(plans: list[Planned], *, all_of_them: bool) -> list[dict[str, Any]]:
    """The records that can be quoted, or an exit that names those that cannot.

    Notebooks that never ran are left out, unless all of them were asked for.
    """
    plans = [plan for plan in plans if all_of_them or plan.state != "not run"]
    problems = {plan.notebook.name: _problem(plan) for plan in plans if plan.state != "up to date"}
    if problems:
        lines = "".join(f"  {name} {problem}\n" for name, problem in problems.items())
        mend = f'make run ARGS="--force {" ".join(problems)}"'
        raise SystemExit(f"nothing was written, for these runs cannot be quoted:\n{lines}{mend}")
    return [plan.record for plan in plans]


def _problem(plan: Planned) -> str:
    if plan.state != "stale":
        return "was not run" if plan.state == "not run" else "failed, or a claim of it did"
    other = _other_values(plan.notebook, plan.record["parameters"])
    return f"ran with other values than its own: {other}" if other else "ran with other code or packages"


def _other_values(notebook: Notebook, used: dict[str, Any]) -> str:
    own = json.loads(json.dumps(notebook.parameters))  # a record has lists for tuples
    return ", ".join(f"{name}={value!r}" for name, value in used.items() if own.get(name, value) != value)


def measured(path: Path, topics: set[str] | None) -> list[Benchmark]:
    """The benchmarks of these topics, or all, that were measured at full size; the others are named."""
    if not path.exists():
        return []
    wanted = [b for b in read_benchmarks(path.read_bytes()) if topics is None or b.topic in topics]
    if quick := [benchmark.topic for benchmark in wanted if benchmark.quick]:
        names = " ".join(quick)
        print(f'not quoted, for --quick measures small sizes only: {names}; make bench ARGS="{names}"')
    return [benchmark for benchmark in wanted if not benchmark.quick]


def _marks(text: str, name: str) -> tuple[str, str]:
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1 or text.index(start) > text.index(end):
        raise SystemExit(f"README.md must hold {start} and, below it, {end} once each")
    return start, end


def block(text: str, name: str) -> str:
    """What stands between the two marks of a block."""
    start, end = _marks(text, name)
    return text.partition(start)[2].partition(end)[0]


def with_block(text: str, name: str, content: str) -> str:
    """The text with what stands between the two marks of a block replaced."""
    start, end = _marks(text, name)
    return f"{text.partition(start)[0]}{start}\n{content.strip()}\n{end}{text.partition(end)[2]}"


def _topic(name: str) -> str:
    return name.partition("/")[0]


def _title(topic: str) -> str:
    return Topic.read(ROOT / "notebooks" / topic, topic).title


def _period(dates: list[str]) -> str:
    first, last = day(min(dates)), day(max(dates))
    return first if first == last else f"{first} to {last}"


def quoted_sections(text: str) -> dict[str, str]:
    """The sections of docs/claims.md, by the name of the notebook."""
    parts = HEADING.split(re.sub(r"^## .*\n", "", text, flags=re.MULTILINE))
    headings = HEADING.finditer(text)
    bodies = zip(headings, parts[1::2], parts[2::2], strict=True)
    return {name: f"{heading[0]}\n\n{body.strip()}\n" for heading, name, body in bodies}


def section(run: dict[str, Any]) -> str:
    """A notebook's part of docs/claims.md: every claim with verdict, kind and source."""
    rows = ["| verdict | kind | claim | source |", "|---|---|---|---|"]
    for claim in map(read_claim, run["claims"]):
        texts = (claim.verdict, claim.kind, _plain(claim.statement), _plain(claim.source or ""))
        rows.append(f"| {' | '.join(texts)} |")
    title = f"### [{_plain(run['title'])}](../notebooks/{run['name']}.ipynb)"
    return "\n".join([title, "", f"Ran {run['started'][:10]}.", "", *rows, ""])


def all_claims(sections: dict[str, str]) -> str:
    """docs/claims.md."""
    parts = [
        """# All claims

As the notebooks stated them when they last ran with quick values. `make run` checks them again and writes
results/index.html, which adds what was measured and expected. What the kinds mean is explained in the
[README](../README.md#how-to-read-a-claim). `make quote` writes this file.
"""
    ]
    topic = None
    for name, text in sections.items():
        if _topic(name) != topic:
            topic = _topic(name)
            parts.append(f"## {_title(topic)}\n")
        parts.append(text)
    return "\n".join(parts)


def claims_by_topic(sections: dict[str, str]) -> str:
    """How many claims of each kind a topic states; all of them hold, else they would not be quoted."""
    numbers: dict[str, Counter] = defaultdict(Counter)
    notebooks = Counter(map(_topic, sections))
    for name, text in sections.items():
        numbers[_topic(name)].update(ROW.findall(text))
    everything = sum(numbers.values(), Counter())
    lines = [f"| topic | notebooks | {' | '.join(KINDS)} |", f"|---|{'---:|' * (1 + len(KINDS))}"]
    for topic, kinds in [*numbers.items(), ("", everything)]:
        name, books = (_title(topic), notebooks[topic]) if topic else ("all", len(sections))
        lines.append(f"| {name} | {books} | {' | '.join(str(kinds[kind]) for kind in KINDS)} |")
    checked = everything.total() - everything["timing"]
    dates = [date for text in sections.values() for date in RAN.findall(text)]
    text = (
        f"All {checked} checked claims held when the notebooks last ran ({_period(dates)}, quick values).\n"
        "Timings are reports. Each claim with kind, verdict and source: [docs/claims.md](docs/claims.md).\n"
    )
    return text + "\n" + "\n".join(lines)


def _plain(text: str) -> str:
    r"""Plain text as Markdown that shows it unchanged, in a cell of a table.

    >>> print(_plain("w*(P) <= |P|"))
    w\*(P) \<= \|P\|
    """
    return re.sub(r"([\\`*_\[\]<>|$~#])", r"\\\1", " ".join(text.split()))


def quoted_ratios(benchmarks: list[Benchmark], before: str) -> str:
    """The rows that a benchmark marked for quoting, each with machine and date; other topics keep theirs."""
    rows: dict[str, list[str]] = defaultdict(list)
    for line in before.splitlines():
        if line.startswith("| ") and not line.startswith("| topic |"):
            rows[line.split(" | ")[0].removeprefix("| ")].append(line)
    for benchmark in benchmarks:
        rows[_plain(benchmark.heading)] = [_row(benchmark, row) for row in benchmark.ratios if row.quote]
    heads = ["| topic | case | ours | peer | peer's cost / ours (range) | measured |"]
    heads += ["|---|---|---|---|---:|---|"]
    text = (
        "Peer and ours were measured in turns; above 1 ours is cheaper. `make bench` repeats it;\n"
        "results/benchmarks.html then has all rows.\n"
    )
    return text + "\n" + "\n".join([*heads, *(line for heading in sorted(rows) for line in rows[heading])])


def _row(benchmark: Benchmark, row: Any) -> str:
    low, middle, high = map(short, row.ratio)
    case = f"{row.case}; {row.remark}" if row.remark else row.case
    where = f"{day(benchmark.measured)}, {benchmark.machine['processor']}"
    texts = [*map(_plain, (benchmark.heading, case, row.ours, row.peer)), f"**{middle}** ({low} to {high})"]
    return f"| {' | '.join([*texts, _plain(where)])} |"


if __name__ == "__main__":
    main()
