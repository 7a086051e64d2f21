"""Check an embedding in a file from the definition, without the code that made it.

The fields, which docs/certificates.md describes, are read with the standard library alone, the order is
rebuilt from the covers, and x <= y is compared with S_x being a subset of S_y for all ordered pairs.
"""

from collections.abc import Sequence
from numbers import Integral
from reprlib import repr as _short

from mathlib.errors import CertificateError

__all__ = [
    "check_file", "embedding_theorem", "is_count", "is_integer", "is_name", "read_covers", "read_embedding",
    "read_labels", "read_list", "read_sets", "require", "wrong_pair",
]  # fmt: skip

#: What bounds the work: elements, and elements times ground elements.
_MOST_ELEMENTS, _MOST_MEMBERSHIPS = 10_000, 10**9


def check_file(record) -> str:
    """Return the theorem that the content of a file proves.

    Raises
    ------
    CertificateError
        If the content is damaged (the message names the field), if the sets do not represent the poset (it
        names two elements), or if the stated height or width is not that of the sets.

    Notes
    -----
    The cost is O(n) operations on n-bit integers for each member of each set.

    Examples
    --------
    >>> check_file({"kind": "embedding", "labels": ["a", "b"], "covers": [[0, 1]], "sets": [[], [7]],
    ...             "height": 1, "width": 1})
    'A poset on 2 elements has h* <= 1 and dim2 <= 1, and w* <= 1 if h* = 1.'
    """
    labels, covers, sets = read_embedding(record)
    if len(sets) * len(set().union(*sets)) > _MOST_MEMBERSHIPS:
        raise CertificateError(
            f"field 'sets': elements times ground elements are more than {_MOST_MEMBERSHIPS}"
        )
    wrong = wrong_pair(sets, _up_sets(covers, labels))
    if wrong is not None:
        x, y = wrong
        _complain(labels[x], labels[y], sets[x], sets[y])
    return embedding_theorem(len(labels), record["height"], record["width"])


def embedding_theorem(n: int, height: int, width: int) -> str:
    """What a representation of a poset on n elements proves, in a sentence."""
    return (
        f"A poset on {n} element{'s' * (n != 1)} has h* <= {height} and dim2 <= {width}, and w* <= {width} "
        f"if h* = {height}."
    )


# Reading, for the checks of other files, too


def read_embedding(record) -> tuple[list, list[tuple[int, int]], list[frozenset]]:
    """Return labels, covers and sets, once every field is what it should be."""
    require(record, ["labels", "covers", "sets", "height", "width"])
    kind = record.get("kind", record.get("format"))
    if kind not in ("embedding", "mathlib.posets.embedding"):
        raise CertificateError(f"field 'kind': must be 'embedding', is {_short(kind)}")
    if "kind" not in record and (not is_integer(record.get("version")) or record["version"] != 1):
        raise CertificateError(
            f"field 'version': only version 1 is known, not {_short(record.get('version'))}"
        )
    labels = read_labels(record["labels"])
    covers, sets = read_covers(record["covers"], len(labels)), read_sets(record["sets"], labels)
    measured = {"height": max(map(len, sets), default=0), "width": len(set().union(*sets))}
    for name, value in measured.items():
        if not is_integer(record[name]) or record[name] != value:
            raise CertificateError(
                f"field {name!r}: the file states {_short(record[name])}, the sets have {value}"
            )
    return labels, covers, sets


def require(record, names) -> None:
    """Raise CertificateError unless a JSON value is an object with these fields."""
    if not isinstance(record, dict):
        raise CertificateError(f"an object is expected, not a {type(record).__name__}")
    for name in names:
        if name not in record:
            raise CertificateError(f"field {name!r}: is missing")


def is_integer(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value) -> bool:
    """Whether a value is an integer >= 0, Python's or NumPy's, and no boolean."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


def is_name(value) -> bool:
    # Larger integers can share their hash values, which would make sets of them as slow as lists.
    return isinstance(value, str) or (is_integer(value) and abs(value) < 2**60)


def read_list(value, field: str, most: int | None = None) -> list:
    if not isinstance(value, list):
        raise CertificateError(f"field {field!r}: must be a list, is {_short(value)}")
    if most is not None and len(value) > most:
        raise CertificateError(f"field {field!r}: {len(value)} entries, more than the {most} checked here")
    return value


def read_labels(labels) -> list:
    for position, label in enumerate(read_list(labels, "labels", _MOST_ELEMENTS)):
        if not is_name(label):
            raise CertificateError(
                f"field 'labels', entry {position}: must be an integer or a string, is {_short(label)}"
            )
    if len(set(labels)) < len(labels):
        raise CertificateError("field 'labels': two elements have the same label")
    return labels


def read_covers(covers, n: int, field: str = "covers") -> list[tuple[int, int]]:
    """Pairs of positions of n labels."""
    pairs = []
    for position, pair in enumerate(read_list(covers, field)):
        good = isinstance(pair, list) and len(pair) == 2 and all(map(is_integer, pair))
        if not good or not all(0 <= i < n for i in pair):
            raise CertificateError(
                f"field {field!r}, entry {position}: must be two positions between 0 and {n - 1}; "
                f"is {_short(pair)}"
            )
        pairs.append((pair[0], pair[1]))
    return pairs


def read_sets(sets, labels: list) -> list[frozenset]:
    if len(read_list(sets, "sets")) != len(labels):
        raise CertificateError(
            f"field 'sets': {len(sets)} sets for {len(labels)} elements, one for each is needed"
        )
    for label, members in zip(labels, sets, strict=True):
        where = f"field 'sets', the set of {_short(label)}"
        if not isinstance(members, list) or not all(map(is_name, members)):
            raise CertificateError(f"{where}: must list integers or strings, is {_short(members)}")
        if len(set(members)) < len(members):
            raise CertificateError(f"{where}: lists an element twice: {_short(members)}")
    return [frozenset(members) for members in sets]


# The order and the definition


def _up_sets(covers: list[tuple[int, int]], labels: list) -> list[int]:
    """For each position x a mask of all y with x <= y, once those of all that x lies below are known."""
    upwards: list[list[int]] = [[] for _ in labels]
    downwards: list[list[int]] = [[] for _ in labels]
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
        raise CertificateError(
            f"field 'covers': the relations go in a circle {_circle(upwards, waiting, labels)}"
        )
    return above


def _circle(upwards: list[list[int]], waiting: list[int], labels: list) -> str:
    """An element on a circle: whatever waits for something above it leads to one."""
    x, seen = next(x for x, count in enumerate(waiting) if count), set()
    while x not in seen:
        seen.add(x)
        x = next(y for y in upwards[x] if waiting[y])
    return f"through {_short(labels[x])}"


def wrong_pair(sets: list[frozenset], up: Sequence[int]) -> tuple[int, int] | None:
    """Positions x, y such that only one of x <= y and "S_x is a subset of S_y" holds, or None.

    up[x] is a mask of all y >= x. S_x is a subset of S_y iff every member of S_x is in S_y.
    """
    holders: dict = {}  # for each ground element i a mask of all y with i in S_y
    for y, members in enumerate(sets):
        for i in members:
            holders[i] = holders.get(i, 0) | 1 << y
    for x, members in enumerate(sets):
        containing = (1 << len(sets)) - 1
        for i in members:
            containing &= holders[i]
        wrong = containing ^ up[x]
        if wrong:
            return x, (wrong & -wrong).bit_length() - 1
    return None


def _complain(x, y, small: frozenset, large: frozenset) -> None:
    if small <= large:
        raise CertificateError(
            f"x={_short(x)} does not lie below y={_short(y)}, but every member of S_x is in S_y"
        )
    missing = _short(next(iter(small - large)))
    raise CertificateError(
        f"x={_short(x)} lies below y={_short(y)}, but S_x holds {missing} and S_y does not"
    )
