"""Check a saved embedding without the code that made it: `python -m mathlib.posets.verify FILE`.

The file is what `Embedding.save` writes: a poset, given by covers, and one set for each element. This module
reads it with the standard library alone, rebuilds the order, and checks from the definition that x <= y iff
S_x is a subset of S_y, for all ordered pairs. It then prints what that proves. It shares no code with the
engines, and imports none of the libraries that they use. Exit status: 0 everything in the files is proved,
1 something is not, 2 bad usage.
"""

import argparse
import json
import sys
from pathlib import Path

__all__ = ["NotProved", "check", "main"]

_FIELDS = ("format", "version", "labels", "covers", "sets", "height", "width")


class NotProved(ValueError):
    """The file proves nothing; the text says which field is damaged, or which pair of elements is wrong."""


def check(text: str) -> tuple[int, int, int]:
    """Return (elements, height, width) of the embedding in a JSON text, once everything in it is checked.

    Raises
    ------
    NotProved
        If the text is damaged (the message names the field), if the sets do not represent the poset (it names
        two elements), or if the stated height or width is not that of the sets.

    Cost: O(n^2) set comparisons for n elements.

    >>> record = {"format": "mathlib.posets.embedding", "version": 1, "labels": ["a", "b"],
    ...           "covers": [[0, 1]], "sets": [[], [7]], "height": 1, "width": 1}
    >>> check(json.dumps(record))
    (2, 1, 1)
    """
    record = _parsed(text)
    labels = _labels(record["labels"])
    above = _up_sets(_covers(record["covers"], labels), labels)
    sets = _sets(record["sets"], labels)
    for x, small in enumerate(sets):
        for y, large in enumerate(sets):
            _check_pair(labels[x], labels[y], small, large, y in above[x])
    measured = {"height": max(map(len, sets), default=0), "width": len(set().union(*sets))}
    for name, value in measured.items():
        if not _is_integer(record[name]) or record[name] != value:
            raise NotProved(f"field {name!r}: the file states {record[name]!r}, the sets have {value}")
    return len(labels), measured["height"], measured["width"]


def _parsed(text: str) -> dict:
    try:
        record = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        if isinstance(error, NotProved):
            raise
        raise NotProved(f"the file is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise NotProved(f"the file holds a JSON {type(record).__name__} where an object is needed")
    for name in _FIELDS:
        if name not in record:
            raise NotProved(f"field {name!r}: is missing")
    if record["format"] != "mathlib.posets.embedding":
        raise NotProved(f"field 'format': must be 'mathlib.posets.embedding', is {record['format']!r}")
    if not _is_integer(record["version"]) or record["version"] != 1:
        raise NotProved(f"field 'version': only version 1 is known here, the file has {record['version']!r}")
    return record


def _without_repetition(pairs: list) -> dict:
    """A JSON object; one that gives a field twice would mean different things to different readers."""
    record = {}
    for name, value in pairs:
        if name in record:
            raise NotProved(f"field {name!r}: is given twice")
        record[name] = value
    return record


def _is_integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value) -> bool:
    return _is_integer(value) or isinstance(value, str)


def _list(value, field: str) -> list:
    if not isinstance(value, list):
        raise NotProved(f"field {field!r}: must be a list, is {value!r}")
    return value


def _labels(labels) -> list:
    for position, label in enumerate(_list(labels, "labels")):
        if not _is_name(label):
            raise NotProved(f"field 'labels', entry {position}: must be an integer or a string, is {label!r}")
    if len(set(labels)) < len(labels):
        raise NotProved("field 'labels': two elements have the same label")
    return labels


def _covers(covers, labels: list) -> list[tuple[int, int]]:
    pairs = []
    for position, pair in enumerate(_list(covers, "covers")):
        good = isinstance(pair, list) and len(pair) == 2 and all(map(_is_integer, pair))
        if not good or not all(0 <= i < len(labels) for i in pair):
            allowed = f"two positions between 0 and {len(labels) - 1}, the lower element first"
            raise NotProved(f"field 'covers', entry {position}: must be {allowed}; is {pair!r}")
        pairs.append((pair[0], pair[1]))
    return pairs


def _sets(sets, labels: list) -> list[frozenset]:
    if len(_list(sets, "sets")) != len(labels):
        raise NotProved(f"field 'sets': {len(sets)} sets for {len(labels)} elements, one for each is needed")
    for label, members in zip(labels, sets, strict=True):
        if not isinstance(members, list) or not all(map(_is_name, members)):
            raise NotProved(
                f"field 'sets', the set of {label!r}: must list integers or strings, is {members!r}"
            )
        if len(set(members)) < len(members):
            raise NotProved(f"field 'sets', the set of {label!r}: lists an element twice: {members!r}")
    return [frozenset(members) for members in sets]


def _up_sets(covers: list[tuple[int, int]], labels: list) -> list[set[int]]:
    """For each position x the positions of all y with x <= y: walk upwards along the covers."""
    upwards = [[] for _ in labels]
    for low, high in covers:
        upwards[low].append(high)
    result = []
    for x in range(len(labels)):
        seen, waiting = {x}, [x]
        while waiting:
            for y in upwards[waiting.pop()]:
                if y == x:
                    raise NotProved(f"field 'covers': the relations go in a circle through {labels[x]!r}")
                if y not in seen:
                    seen.add(y)
                    waiting.append(y)
        result.append(seen)
    return result


def _check_pair(x, y, small: frozenset, large: frozenset, below: bool) -> None:
    if below and not small <= large:
        raise NotProved(
            f"x={x!r} lies below y={y!r}, but S_x holds {next(iter(small - large))!r} and S_y does not"
        )
    if not below and small <= large:
        raise NotProved(f"x={x!r} does not lie below y={y!r}, but every member of S_x is in S_y")


def main(arguments: list[str] | None = None) -> int:
    """Check the files named on the command line and print what each proves; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mathlib.posets.verify", description="Check saved embeddings."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="what Embedding.save wrote")
    status = 0
    for name in parser.parse_args(arguments).files:
        try:
            elements, height, width = check(Path(name).read_text(encoding="utf-8"))
        except (NotProved, OSError, UnicodeDecodeError) as problem:
            print(f"{name}: NOT PROVED: {problem}")
            status = 1
            continue
        print(f"{name}: proved, a representation of a poset on {elements} elements")
        print(f"  height {height}, hence h* <= {height}")
        print(f"  ground set of {width}, hence dim2 <= {width}, and if h* = {height} then w* <= {width}")
    return status


if __name__ == "__main__":
    sys.exit(main())
