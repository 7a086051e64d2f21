"""The tables. Of all notebooks one row a claim; of a sweep one row a run, and beside it one row a claim.

The columns of a sweep's results.csv are the parameters and the recorded values, under their names; then
`run.status`, `run.seconds`, `run.error`, `run.claims`, `run.claims_held`; then for the n-th claim of cell c
`claim.c.n`, whether it holds, and `measured.c.n`; at last `run.id`, the name of its folder. No name of a
parameter or of a recorded value has a dot in it; one that is both is a parameter, and the value stands under
`recorded.<name>`. claims.csv repeats id, cell and number, and has the statement and all that came with it.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runner.results.claims import failed_claims
from runner.results.store import locked, write_bytes, write_json, write_text
from runner.text import table_cell

CLAIM_COLUMNS = ["kind", "holds", "statement", "measured", "expected", "tolerance", "false_alarm", "source"]
NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}  # as a record writes them


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """results.json and results.csv; a notebook without claims gets a row with its status alone."""
    folder.mkdir(parents=True, exist_ok=True)
    head = ["notebook", "status", "seconds", "cell", *CLAIM_COLUMNS]
    lines = [
        [run["name"], run["status"], run.get("seconds"), claim.get("cell"), *map(claim.get, CLAIM_COLUMNS)]
        for run in summary["notebooks"]
        for claim in run.get("claims") or [{}]
    ]
    with locked(folder):
        write_json(folder / "results.json", summary)
        write_text(folder / "results.csv", _csv(head, lines))


def rows(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A dict for each run, all with the same keys in the same order; what a run does not have is None."""
    found = [_row(entry) for entry in entries]
    columns = {name: None for part in range(5) for row in found for name in row[part]}
    return [columns | row[0] | row[1] | row[2] | row[3] | row[4] for row in found]


def _row(entry: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Parameters, recorded values, the run, its claims, its folder."""
    parameters, error, claims = entry["parameters"], entry["error"], entry["claims"]
    values = {f"recorded.{n}" if n in parameters else n: value for n, value in entry["recorded"].items()}
    run = {
        "run.status": entry["status"],
        "run.seconds": entry["seconds"],
        "run.error": f"{error['type']}: {error['message']}" if error else None,
        "run.claims": len(claims),
        "run.claims_held": len(claims) - len(failed_claims(entry)),
    }
    outcomes = {}
    for number, claim in _numbered(claims):
        outcomes[f"claim.{claim['cell']}.{number}"] = claim["holds"]
        outcomes[f"measured.{claim['cell']}.{number}"] = claim["measured"]
    return parameters, values, run, outcomes, {"run.id": entry["id"]}


def _numbered(claims: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each claim with its number in its cell, from 1."""
    seen: dict[int, int] = {}
    for claim in claims:
        seen[claim["cell"]] = seen.get(claim["cell"], 0) + 1
        yield seen[claim["cell"]], claim


def write_tables(folder: Path, entries: list[dict[str, Any]]) -> None:
    """results.csv and claims.csv: one header line, and no newline inside a cell."""
    table = rows(entries)
    write_text(folder / "results.csv", _csv(list(table[0]), [list(row.values()) for row in table]))
    head = ["run.id", "cell", "number", *CLAIM_COLUMNS]
    lines = [
        [entry["id"], claim["cell"], number, *(claim[name] for name in CLAIM_COLUMNS)]
        for entry in entries
        for number, claim in _numbered(entry["claims"])
    ]
    write_text(folder / "claims.csv", _csv(head, lines))


def _csv(head: list[str], lines: list[list[Any]]) -> str:
    """One header line, and no newline inside a cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    for line in lines:
        writer.writerow(map(table_cell, line))
    return buffer.getvalue()


def write_parquet(folder: Path, entries: list[dict[str, Any]]) -> None:
    """results.parquet: the same rows, each column of one type."""
    import pyarrow
    import pyarrow.parquet

    table = rows(entries)
    columns = {name: typed_column([row[name] for row in table]) for name in table[0]}
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(columns), sink)
    write_bytes(folder / "results.parquet", sink.getvalue().to_pybytes())


def typed_column(values: list[Any]) -> list[Any]:
    """The values as all bool, all int, all float or all text, the first of these that loses nothing.

    >>> typed_column([1, 2.5, "nan", None])
    [1.0, 2.5, nan, None]
    >>> typed_column([True, "1/3", None])
    ['True', '1/3', None]
    """
    given = [value for value in values if value is not None]
    kinds = {type(value) for value in given}
    if kinds <= {bool} or (kinds == {int} and all(-(2**63) <= value < 2**63 for value in given)):
        return values
    numbers = [NUMBERS.get(value, value) if isinstance(value, str) else value for value in given]
    exact = all(isinstance(v, float) or (type(v) is int and abs(v) <= 2**53) for v in numbers)
    if exact and kinds - {str}:
        return [None if v is None else float(v) for v in values]
    return [v if v is None or isinstance(v, str) else str(v) for v in values]
