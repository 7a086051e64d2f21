"""What the site is made from: a run's record and notebooks, read with care, for they may be damaged."""

import json
from dataclasses import dataclass, field
from typing import Any

from runner.results import claims

STATUS = {
    "ok": "ran to its end",
    "failed": "stopped with an error",
    "died": "ended without finishing: its process died",
    "timeout": "was stopped at its time limit",
    "memory": "was stopped at its memory limit",
}


# What reading a damaged file may raise.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Damaged(ValueError):
    """A file that does not hold what it should; the text says what is wrong."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, sources and outputs joined to plain strings."""

    kind: str
    source: str
    tags: frozenset[str] = frozenset()
    attachments: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[dict[str, Any], ...] = ()


def loaded(content: bytes) -> Any:
    """The JSON in a file; half characters, which no page could hold, become question marks."""
    value = json.loads(content)
    if b"\\ud" in content.lower():
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def read_notebook(content: bytes) -> list[Cell]:
    """The cells of an .ipynb file, or Damaged."""
    try:
        return [_cell(cell) for cell in loaded(content)["cells"]]
    except UNREADABLE as error:
        raise Damaged(f"not a readable notebook ({type(error).__name__}: {error})") from None


def _cell(cell: dict[str, Any]) -> Cell:
    tags = cell["metadata"].get("tags", [])
    return Cell(
        kind=cell["cell_type"],
        source=_joined(cell["source"]),
        tags=frozenset(tag for tag in tags if isinstance(tag, str)),
        attachments={
            name: {kind: _joined(data) for kind, data in bundle.items()}
            for name, bundle in cell.get("attachments", {}).items()
        },
        outputs=tuple(_output(output) for output in cell.get("outputs", [])),
    )


def _output(output: dict[str, Any]) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": _joined(output["text"])}
    if kind == "error":
        fields = ("ename", "evalue", "traceback")
        return {"output_type": kind} | {name: _joined(output[name], "\n") for name in fields}
    data = {
        name: value if name.endswith("json") else _joined(value) for name, value in output["data"].items()
    }
    metadata = output.get("metadata", {})
    return {"output_type": kind, "data": data, "metadata": metadata if isinstance(metadata, dict) else {}}


def _joined(text: str | list[str], glue: str = "") -> str:
    if isinstance(text, str):
        return text
    return glue.join(text)


@dataclass(frozen=True)
class Claim:
    """A claim as the notebook left it; the values are plain text or numbers."""

    statement: str
    holds: bool
    kind: str
    details: dict[str, Any]
    source: str | None
    cell: int | None

    @property
    def verdict(self) -> str:
        return claims.verdict(self.holds, self.kind)

    @property
    def failed(self) -> bool:
        return self.verdict == "failed"


def read_claim(payload: Any) -> Claim:
    """The claim in an output's JSON, or Damaged."""
    claim = claims.read_claim(payload)
    if claim is None:
        raise Damaged("a claim without a statement, a verdict or a known kind")
    names = ("measured", "expected", "tolerance", "false_alarm")
    cell, source = payload.get("cell"), claim["source"]
    return Claim(
        statement=claim["statement"],
        holds=claim["holds"],
        kind=claim["kind"],
        details={name: claim[name] for name in names if claim[name] is not None},
        source=source if isinstance(source, str) else None,
        cell=cell if isinstance(cell, int) else None,
    )


@dataclass(frozen=True)
class Outcome:
    """What became of a run, as its record tells it."""

    title: str
    status: str
    started: str
    seconds: float
    full: bool
    parameters: dict[str, Any]
    claims: list[Claim]
    done: int
    total: int
    error: dict[str, Any] | None
    environment: dict[str, Any]

    @property
    def good(self) -> bool:
        return self.status == "ok" and not self.failed_claims

    @property
    def failed_claims(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.failed]


def read_outcome(content: bytes) -> Outcome:
    """The record in a run.json, or Damaged."""
    try:
        record = loaded(content)
        run = Outcome(
            title=_typed(record, "title", str),
            status=_typed(record, "status", str),
            started=_typed(record, "started", str),
            seconds=float(_typed(record, "seconds", (int, float))),
            full=_typed(record, "full", bool),
            parameters=_typed(record, "parameters", dict),
            claims=[read_claim(claim) for claim in _typed(record, "claims", list)],
            done=_typed(record["cells"], "done", int),
            total=_typed(record["cells"], "total", int),
            error=_error(record.get("error")),
            environment=_typed(record, "environment", dict),
        )
    except Damaged:
        raise
    except UNREADABLE as error:
        raise Damaged(f"not a readable record ({type(error).__name__}: {error})") from None
    if run.status not in STATUS:
        raise Damaged(f"unknown status {run.status!r}")
    return run


def _typed(record: dict[str, Any], name: str, kind: Any) -> Any:
    if not isinstance(record[name], kind):
        raise Damaged(f"{name} is {type(record[name]).__name__}")
    return record[name]


def _error(error: Any) -> dict[str, Any] | None:
    if error is None:
        return None
    texts = {name: str(error.get(name) or "") for name in ("type", "message", "traceback")}
    cell = error.get("cell")
    return texts | {"cell": cell if isinstance(cell, int) else None}
