"""What a notebook claims and records, as its outputs carry it, and when a claim has failed."""

import math
from typing import Any

from runner.text import whole

CLAIM = "application/vnd.mathlib.claim+json"
RECORD = "application/vnd.mathlib.record+json"
KINDS = ("certified", "exact", "numerical", "statistical", "timing")
VALUES = ("measured", "expected", "tolerance", "false_alarm", "source")


def read_claim(payload: Any) -> dict[str, Any] | None:
    """A claim as the record keeps it, or None where the payload is no claim."""
    if not isinstance(payload, dict) or type(payload.get("holds")) is not bool:
        return None
    if not isinstance(payload.get("statement"), str) or payload.get("kind") not in KINDS:
        return None
    claim = {"statement": whole(payload["statement"]), "holds": payload["holds"], "kind": payload["kind"]}
    for name in VALUES:
        value = payload.get(name)
        claim[name] = value if value is None else _plain(value)
    return claim


def read_record(payload: Any) -> tuple[str, Any] | None:
    """Name and value as the record keeps them, or None where the payload is no record."""
    if not isinstance(payload, dict) or not _is_plain(payload.get("value")):
        return None
    name = payload.get("name")
    return (name, _plain(payload["value"])) if isinstance(name, str) and name.isidentifier() else None


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value))


def _plain(value: Any) -> Any:
    if isinstance(value, str) or not _is_plain(value):
        return whole(str(value))
    return value


def verdict(holds: bool, kind: str) -> str:
    """What became of a claim, in a word. A timing is a report: it may miss its mark, but never fails."""
    if kind == "timing":
        return "reported" if holds else "missed"
    return "held" if holds else "failed"


def failed_claims(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [claim for claim in record["claims"] if verdict(claim["holds"], claim["kind"]) == "failed"]


def is_good(record: dict[str, Any]) -> bool:
    """The notebook ran to its end and all its claims hold."""
    return record["status"] == "ok" and not failed_claims(record)
