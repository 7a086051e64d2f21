"""Check a saved embedding without the code that made it: `python -m mathlib.posets.verify FILE`.

The file is what `Embedding.save` writes: a poset, given by covers, and one set for each element. This module
reads it with the standard library alone, rebuilds the order, and checks from the definition that x <= y iff
S_x is a subset of S_y, for all ordered pairs. It then prints what that proves. It shares no code with the
engines, and imports none of the libraries that they use. Exit status: 0 everything in the files is proved,
1 something is not, 2 bad usage.
"""

import argparse
import json
import os
import stat
import sys
from reprlib import repr as _short

from mathlib.errors import CertificateError

__all__ = ["NotProved", "check", "check_record", "main", "read_text"]

_FIELDS = ("format", "version", "labels", "covers", "sets", "height", "width")
#: What bounds the work: bytes of a file, elements, and elements times ground elements.
_LARGEST_FILE, _MOST_ELEMENTS, _MOST_MEMBERSHIPS = 32 * 2**20, 10_000, 10**9


class NotProved(CertificateError):
    """The file proves nothing; the text says which field is damaged, or which pair of elements is wrong."""


def check(text: str) -> tuple[int, int, int]:
    """Return (elements, height, width) of the embedding in a JSON text, once everything in it is checked.

    Raises
    ------
    NotProved
        If the text is damaged (the message names the field), if the sets do not represent the poset (it names
        two elements), or if the stated height or width is not that of the sets.

    Cost: O(n) operations on n-bit integers for each element of each set; at most 10000 elements.

    >>> record = {"format": "mathlib.posets.embedding", "version": 1, "labels": ["a", "b"],
    ...           "covers": [[0, 1]], "sets": [[], [7]], "height": 1, "width": 1}
    >>> check(json.dumps(record))
    (2, 1, 1)
    """
    return _measured(_parsed(text))


def check_record(record: dict) -> str:
    """Return the theorem that the content of a file proves; raise NotProved as `check` does.

    >>> check_record({"format": "mathlib.posets.embedding", "version": 1, "labels": ["a", "b"],
    ...               "covers": [[0, 1]], "sets": [[], [7]], "height": 1, "width": 1})
    'A poset on 2 elements has h* <= 1 and dim2 <= 1, and w* <= 1 if h* = 1.'
    """
    elements, height, width = _measured(_described(record))
    return (
        f"A poset on {elements} elements has h* <= {height} and dim2 <= {width}, and w* <= {width} "
        f"if h* = {height}."
    )


def _measured(record: dict) -> tuple[int, int, int]:
    labels = _labels(record["labels"])
    above = _up_sets(_covers(record["covers"], labels), labels)
    sets = _sets(record["sets"], labels)
    _check_pairs(labels, sets, above)
    measured = {"height": max(map(len, sets), default=0), "width": len(set().union(*sets))}
    for name, value in measured.items():
        if not _is_integer(record[name]) or record[name] != value:
            raise NotProved(
                f"field {_short(name)}: the file states {_short(record[name])}, the sets have {value}"
            )
    return len(labels), measured["height"], measured["width"]


def _parsed(text: str) -> dict:
    try:
        record = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        if isinstance(error, NotProved):
            raise
        raise NotProved(f"the file is not JSON: {error}") from None
    return _described(record)


def _described(record) -> dict:
    """The record, if it says that it describes an embedding."""
    if not isinstance(record, dict):
        raise NotProved(f"the file holds a JSON {type(record).__name__} where an object is needed")
    for name in _FIELDS:
        if name not in record:
            raise NotProved(f"field {_short(name)}: is missing")
    if record["format"] != "mathlib.posets.embedding":
        raise NotProved(f"field 'format': must be 'mathlib.posets.embedding', is {_short(record['format'])}")
    if not _is_integer(record["version"]) or record["version"] != 1:
        raise NotProved(
            f"field 'version': only version 1 is known here, the file has {_short(record['version'])}"
        )
    return record


def _without_repetition(pairs: list) -> dict:
    """A JSON object; one that gives a field twice would mean different things to different readers."""
    record = {}
    for name, value in pairs:
        if name in record:
            raise NotProved(f"field {_short(name)}: is given twice")
        record[name] = value
    return record


def _is_integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value) -> bool:
    # Larger integers can share their hash values, which would make sets of them as slow as lists.
    return isinstance(value, str) or (_is_integer(value) and abs(value) < 2**60)


def _list(value, field: str) -> list:
    if not isinstance(value, list):
        raise NotProved(f"field {field!r}: must be a list, is {_short(value)}")
    return value


def _labels(labels) -> list:
    for position, label in enumerate(_list(labels, "labels")):
        if not _is_name(label):
            raise NotProved(
                f"field 'labels', entry {position}: must be an integer or a string, is {_short(label)}"
            )
    if len(labels) > _MOST_ELEMENTS:
        raise NotProved(
            f"field 'labels': {len(labels)} elements, more than the {_MOST_ELEMENTS} checked here"
        )
    if len(set(labels)) < len(labels):
        raise NotProved("field 'labels': two elements have the same label")
    return labels


def _covers(covers, labels: list) -> list[tuple[int, int]]:
    pairs = []
    for position, pair in enumerate(_list(covers, "covers")):
        good = isinstance(pair, list) and len(pair) == 2 and all(map(_is_integer, pair))
        if not good or not all(0 <= i < len(labels) for i in pair):
            allowed = f"two positions between 0 and {len(labels) - 1}, the lower element first"
            raise NotProved(f"field 'covers', entry {position}: must be {allowed}; is {_short(pair)}")
        pairs.append((pair[0], pair[1]))
    return pairs


def _sets(sets, labels: list) -> list[frozenset]:
    if len(_list(sets, "sets")) != len(labels):
        raise NotProved(f"field 'sets': {len(sets)} sets for {len(labels)} elements, one for each is needed")
    for label, members in zip(labels, sets, strict=True):
        if not isinstance(members, list) or not all(map(_is_name, members)):
            raise NotProved(
                f"field 'sets', the set of {_short(label)}: must list integers or strings, "
                f"is {_short(members)}"
            )
        if len(set(members)) < len(members):
            raise NotProved(
                f"field 'sets', the set of {_short(label)}: lists an element twice: {_short(members)}"
            )
    return [frozenset(members) for members in sets]


def _up_sets(covers: list[tuple[int, int]], labels: list) -> list[int]:
    """For each position x a mask of all y with x <= y, once those of all that x lies below are known."""
    upwards, downwards = [[] for _ in labels], [[] for _ in labels]
    for low, high in covers:
        upwards[low].append(high)
        downwards[high].append(low)
    waiting = [len(highs) for highs in upwards]
    ready = [x for x in range(len(labels)) if not waiting[x]]
    above = [0] * len(labels)
    for x in ready:  # grows while it is walked through
        above[x] = 1 << x
        for y in upwards[x]:
            above[x] |= above[y]
        for y in downwards[x]:
            waiting[y] -= 1
            if not waiting[y]:
                ready.append(y)
    if len(ready) < len(labels):
        raise NotProved(f"field 'covers': the relations go in a circle {_circle(upwards, waiting, labels)}")
    return above


def _circle(upwards: list[list[int]], waiting: list[int], labels: list) -> str:
    """An element on a circle: whatever waits for something above it leads to one."""
    x, seen = next(x for x, count in enumerate(waiting) if count), set()
    while x not in seen:
        seen.add(x)
        x = next(y for y in upwards[x] if waiting[y])
    return f"through {_short(labels[x])}"


def _check_pairs(labels: list, sets: list[frozenset], above: list[int]) -> None:
    """x <= y iff S_x is a subset of S_y, that is, iff every member of S_x is in S_y."""
    holders = {}  # for each ground element i a mask of all y with i in S_y
    if len(sets) * len(set().union(*sets)) > _MOST_MEMBERSHIPS:
        raise NotProved(f"the ground set is too large: at most {_MOST_MEMBERSHIPS} for all elements together")
    for y, members in enumerate(sets):
        for i in members:
            holders[i] = holders.get(i, 0) | 1 << y
    for x, members in enumerate(sets):
        containing = (1 << len(sets)) - 1
        for i in members:
            containing &= holders[i]
        wrong = containing ^ above[x]
        if wrong:
            y = (wrong & -wrong).bit_length() - 1
            _complain(labels[x], labels[y], members, sets[y])


def _complain(x, y, small: frozenset, large: frozenset) -> None:
    if small <= large:
        raise NotProved(f"x={_short(x)} does not lie below y={_short(y)}, but every member of S_x is in S_y")
    missing = _short(next(iter(small - large)))
    raise NotProved(f"x={_short(x)} lies below y={_short(y)}, but S_x holds {missing} and S_y does not")


def read_text(path) -> str:
    """The text of a file; whatever is no file of a sensible size is refused without being read.

    Raises
    ------
    NotProved
        If it is a directory, a device, a pipe, too large, or not UTF-8.
    OSError
        If it cannot be read.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise NotProved("this is not a file but a directory, a device or a pipe")
    with open(path, "rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise NotProved(f"the file is larger than {_LARGEST_FILE >> 20} MiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotProved("the file is not UTF-8 text") from None


def main(arguments: list[str] | None = None) -> int:
    """Check the files named on the command line, print one line for each; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mathlib.posets.verify", description="Check saved embeddings."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="what Embedding.save wrote")
    proved = [_report(name) for name in parser.parse_args(arguments).files]
    return 0 if all(proved) else 1


def _report(name: str) -> bool:
    # A line whatever the name is: not every name is text, and it may hold line breaks.
    shown = name if name.isprintable() else ascii(name)
    try:
        elements, height, width = check(read_text(name))
    except (ValueError, OSError, MemoryError, RecursionError) as problem:
        text = " ".join(ascii(str(problem) or type(problem).__name__)[1:-1].split())
        print(f"{shown}: NOT PROVED: {text[:400]}", flush=True)
        return False
    print(
        f"{shown}: proved, a representation of a poset on {elements} elements: "
        f"height {height}, hence h* <= {height}; "
        f"ground set of {width}, hence dim2 <= {width}, and if h* = {height} then w* <= {width}",
        flush=True,
    )
    return True


if __name__ == "__main__":
    sys.exit(main())
