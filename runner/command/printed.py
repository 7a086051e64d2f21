"""What is printed: tables, failures and lists, with nothing in them that a terminal would obey."""

import json
import re
import sys
from typing import Any, TextIO

from runner.results.claims import failed_claims, is_good, verdict
from runner.results.plan import Plan, Planned
from runner.results.sweep import Sweep
from runner.results.tables import rows
from runner.text import COMMANDS, printable


def say(text: str, stream: TextIO | None = None) -> None:
    print(printable(text), file=stream or sys.stdout, flush=True)


def say_json(content: Any) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    commands = re.compile(f"(?!\n){COMMANDS.pattern}|[\ud800-\udfff]")
    print(commands.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


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
            said = verdict(claim["holds"], claim["kind"]).replace("failed", "FAILED")
            lines.append(f"    {said:8} {claim['kind']:11} {claim['statement']}")
    claims = [claim for run in runs for claim in run["claims"]]
    good = sum(run["status"] == "ok" for run in runs)
    wrong = sum(len(failed_claims(run)) for run in runs)
    lines.append(
        f"{good} of {len(runs)} notebooks ran to the end; {len(claims) - wrong} of {len(claims)} claims hold"
        + ("; interrupted" if interrupted else "")
    )
    return "\n".join(lines)


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


def show_list(plan: Plan | Sweep, as_json: bool) -> None:
    """What --list shows: of a plan each notebook with its parameters, of a sweep each run."""
    if isinstance(plan, Sweep):
        listed = [(_state(entry), entry) for entry in plan.entries()]
        entries = [{"state": state, "id": e["id"], "parameters": e["parameters"]} for state, e in listed]
        lines = [f"{e['name']}  [{state}]" for state, e in listed]
    else:
        entries = [_entry(planned) for planned in plan.planned]
        lines = [line for planned in plan.planned for line in _described(planned)]
    if as_json:
        say_json(entries)
    else:
        say("\n".join(lines))


def _state(entry: dict[str, Any]) -> str:
    if is_good(entry):
        return "up to date"
    return "not run" if entry["status"] == "not run" else "failed"


def _described(p: Planned) -> list[str]:
    seconds = f"{p.record['seconds']:.1f} s" if p.record else ""
    lines = [f"{p.notebook.name}  [{p.state}]  {seconds}".rstrip(), f"    {p.notebook.title}"]
    if p.notebook.problem:
        lines.append(f"    cannot be run: {p.notebook.problem.message}")
    for name, parameter in p.notebook.declared.items():
        value = p.notebook.parameters[name]
        lines.append(f"    -p {name}={value!r}  ({parameter.type_label})  {parameter.description}".rstrip())
    return lines


def _entry(p: Planned) -> dict[str, Any]:
    parameters = {
        name: {
            "type": q.type_label,
            "default": q.default,
            "value": p.notebook.parameters[name],
            "description": q.description,
        }
        for name, q in p.notebook.declared.items()
    }
    return {
        "name": p.notebook.name,
        "title": p.notebook.title,
        "state": p.state,
        "parameters": parameters,
        "seconds": p.record["seconds"] if p.record else None,
    }


def show_plan(plan: Plan, out: TextIO, interrupted: bool) -> None:
    """The end of a run: its table, and where the report is."""
    settings, shown = plan.settings, plan.shown
    if settings.json:
        say_json(shown)
    if not settings.quiet:
        say("\n" + table(shown, plan.fresh, interrupted), out)
        if replaced := [run for run in plan.due if run.notebook.overrides and not settings.full]:
            values = " ".join(f"-p {text}" for text in settings.assignments)
            names = " ".join(run.notebook.name for run in replaced)
            say(
                f"run with {values}, in place of the default values, which come back by: run_all.py {names}",
                out,
            )
        say(f"report: {settings.output / 'index.html'}", out)
    elif bad := plan.bad:
        say(table({"notebooks": [r for r in shown["notebooks"] if r["name"] in bad]}, set()), sys.stderr)


def show_sweep(sweep: Sweep, out: TextIO, interrupted: bool) -> None:
    """The end of a sweep: what failed, how much is good, and where the table is."""
    settings, bad = sweep.settings, sweep.bad
    if settings.json:
        say_json(rows(sweep.entries()))
    for line in failures(bad):
        say(line, sys.stderr if settings.quiet else out)
    if not settings.quiet:
        count, fresh = len(sweep.runs), len(sweep.runs) - len(sweep.due)
        end = "; interrupted" if interrupted else ""
        say(f"{count - len(bad)} of {count} runs are good, {fresh} were up to date{end}", out)
        say(f"table: {sweep.folder / 'results.csv'}", out)
