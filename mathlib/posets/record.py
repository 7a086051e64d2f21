"""The JSON text of a saved embedding as `Embedding` reads it: every field of its type, and none twice."""

import json

from mathlib.errors import CertificateError

__all__ = ["FORMAT", "is_name", "read_record"]

FORMAT = "mathlib.posets.embedding"


def read_record(text: str) -> dict:
    """The fields of a saved embedding, each of its type."""
    try:
        record = json.loads(text, object_pairs_hook=_without_repetition)
    except (TypeError, ValueError, RecursionError) as error:
        raise CertificateError(f"not a saved embedding: {error}") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT or record.get("version") != 1:
        raise CertificateError(
            f"not a saved embedding: the fields format and version must be {FORMAT!r} and 1"
        )
    missing = {"labels", "covers", "sets", "height", "width"} - set(record)
    if missing:
        raise CertificateError(f"not a saved embedding: without the fields {sorted(missing)}")
    n = len(record["labels"]) if isinstance(record["labels"], list) else 0
    right = {
        "version": type(record["version"]) is int,
        "labels": _is_list(record["labels"], is_name),
        "covers": _is_list(record["covers"], lambda pair: _is_list(pair, lambda i: _is_place(i, n), 2)),
        "sets": _is_list(record["sets"], _is_set),
        "height": type(record["height"]) is int,
        "width": type(record["width"]) is int,
    }
    wrong = [name for name, is_right in right.items() if not is_right]
    if wrong:
        raise CertificateError(f"not a saved embedding: the fields {wrong} are not as to_json writes them")
    return record


def _without_repetition(pairs: list) -> dict:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a field is given twice")
    return record


def _is_list(value, is_entry, length=None) -> bool:
    right_length = isinstance(value, list) and length in (None, len(value))
    return right_length and all(map(is_entry, value))


def _is_set(value) -> bool:
    return _is_list(value, is_name) and len(set(value)) == len(value)


def _is_place(value, n: int) -> bool:
    return type(value) is int and 0 <= value < n


def is_name(value) -> bool:
    return isinstance(value, str) or (type(value) is int and abs(value) < 2**60)
