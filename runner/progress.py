"""What a person sees while notebooks run, and the table at the end."""

import sys
import time
from typing import Any, TextIO

from runner.store import failed_claims

HEARTBEAT = 60.0  # seconds between signs of life where there is no live display


class Progress:
    """One live line a running notebook on a terminal, plain lines elsewhere, nothing when quiet."""

    def __init__(self, count: int, stream: TextIO, quiet: bool) -> None:
        self.count, self.stream, self.quiet = count, stream, quiet
        self.live = stream.isatty() and not quiet
        self.finished = 0
        self.bars: dict[str, Any] = {}
        self.last_sign = time.monotonic()

    def observe(self, run: Any) -> None:
        """Called by the executor whenever a run may have changed."""
        if self.quiet:
            return
        if run.status:
            self._finish(run)
        elif self.live:
            self._draw(run)
        elif time.monotonic() - self.last_sign > HEARTBEAT:
            self.last_sign = time.monotonic()
            print(
                f"         at work  {run.task.label}: cell {run.cell}, {run.seconds:.0f} s",
                file=self.stream,
                flush=True,
            )

    def _draw(self, run: Any) -> None:
        from tqdm import tqdm

        bar = self.bars.get(run.tag)
        if bar is None:
            taken = {b.pos for b in self.bars.values()}
            slot = next(i for i in range(len(taken) + 1) if -i not in taken)
            bar = self.bars[run.tag] = tqdm(
                total=run.total,
                desc=run.task.label,
                position=slot,
                leave=False,
                file=self.stream,
                bar_format="{desc} |{bar:20}| {n_fmt}/{total_fmt} cells, {elapsed}",
                dynamic_ncols=True,
            )
        bar.n = run.done
        bar.refresh()

    def _finish(self, run: Any) -> None:
        bar = self.bars.pop(run.tag, None)
        if bar is not None:
            bar.close()
        self.finished += 1
        record = {"status": run.status, "claims": run.claims}
        width = len(str(self.count))
        line = (
            f"[{self.finished:{width}}/{self.count}] {outcome(record):12} {run.seconds:7.1f} s  "
            f"{held(record):>8}  {run.task.label}"
        )
        if self.live:
            from tqdm import tqdm

            tqdm.write(line, file=self.stream)
        else:
            print(line, file=self.stream, flush=True)

    def close(self) -> None:
        for bar in self.bars.values():
            bar.close()
        self.bars.clear()


def outcome(record: dict[str, Any]) -> str:
    """`ok`, or what went wrong in a word or two."""
    if record["status"] == "ok" and failed_claims(record):
        return "CLAIM FAILED"
    return record["status"] if record["status"] in {"ok", "not run"} else record["status"].upper()


def held(record: dict[str, Any]) -> str:
    """`7/7`: claims that hold, of all."""
    claims = record["claims"]
    return f"{len(claims) - len(failed_claims(record))}/{len(claims)}"


def table(summary: dict[str, Any], up_to_date: set[str], interrupted: bool = False) -> str:
    """Failures first, then every notebook with its claims, then the totals in one line."""
    runs = summary["notebooks"]
    lines = failures(runs)
    width = max([len(run["name"]) for run in runs], default=8)
    for run in runs:
        state = "up to date" if run["name"] in up_to_date else outcome(run)
        seconds = f"{run['seconds']:7.1f} s" if run.get("seconds") is not None else " " * 9
        lines.append(f"{run['name']:{width}}  {state:12} {seconds}  claims {held(run)}")
        for claim in run["claims"]:
            lines.append(f"    {_mark(claim):6} {claim['kind']:11} {claim['statement']}")
    claims = [claim for run in runs for claim in run["claims"]]
    good = sum(run["status"] == "ok" for run in runs)
    failed = sum(len(failed_claims(run)) for run in runs)
    lines.append(
        f"{good} of {len(runs)} notebooks ran to the end; {len(claims) - failed} of {len(claims)} claims hold"
        + ("; interrupted" if interrupted else "")
    )
    return "\n".join(lines)


def _mark(claim: dict[str, Any]) -> str:
    if claim["kind"] == "timing":
        return "noted" if claim["holds"] else "missed"
    return "held" if claim["holds"] else "FAILED"


def failures(runs: list[dict[str, Any]]) -> list[str]:
    """A line for each error and each claim that failed, and an empty one at the end of them."""
    lines = []
    for run in runs:
        error = run.get("error")
        if error:
            message = " ".join(error["message"].split())
            lines.append(f"{run['status'].upper()}  {_place(run, error)}: {error['type']}: {message}")
        for claim in failed_claims(run):
            values = "".join(
                f"; {name} {claim[name]}" for name in ("measured", "expected") if claim.get(name) is not None
            )
            lines.append(f"CLAIM FAILED  {_place(run, claim)}: {claim['statement']}{values}")
    return [*lines, ""] if lines else []


def _place(run: dict[str, Any], item: dict[str, Any]) -> str:
    return f"{run['name']}, " + (f"cell {item['cell']}" if item["cell"] else "before its first cell")


def stream_for(as_json: bool) -> TextIO:
    """Progress goes where results do not: beside JSON on standard output, to standard error."""
    return sys.stderr if as_json else sys.stdout
