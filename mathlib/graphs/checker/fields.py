"""Reading the fields of this topic's certificates: what is damaged is named."""

import re
from fractions import Fraction

from mathlib.checks import shown
from mathlib.errors import CertificateError

__all__ = [
    "expect_kind", "fraction", "fractions", "graph", "listed", "long_whole", "matrix", "whole",
    "wholes",
]  # fmt: skip

_FRACTION = re.compile(r"-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?").fullmatch
_WHOLE = re.compile(r"-?[0-9]{1,4000}").fullmatch


def expect_kind(data, kind: str) -> None:
    """Refuse what is no certificate of this kind."""
    if not isinstance(data, dict) or data.get("kind") != kind:
        raise CertificateError(f'field kind: expected "{kind}".')


def whole(name, value, least, most) -> int:
    """An integer of a range."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise CertificateError(
            f"field {name}: an integer from {least} to {most} expected, not {shown(value)}."
        )
    return value


def wholes(name, value, count, least, most) -> list[int]:
    """So many integers of a range."""
    return [whole(f"{name}[{k}]", x, least, most) for k, x in enumerate(listed(name, value, count, count))]


def listed(name, value, least, most) -> list:
    """A list with a number of entries in a range."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise CertificateError(f"field {name}: a list of {count} entries expected, not {shown(value)}.")
    return value


def fraction(name, value) -> Fraction:
    """A fraction such as "16/7"."""
    if not isinstance(value, str) or not _FRACTION(value):
        raise CertificateError(f'field {name}: a fraction like "16/7" expected, not {shown(value)}.')
    return Fraction(value)


def long_whole(name, value) -> int:
    """An integer of any length, as text."""
    if not isinstance(value, str) or not _WHOLE(value):
        raise CertificateError(f'field {name}: an integer like "-16" expected, not {shown(value)}.')
    return int(value)


def fractions(name, value, least, most) -> list[Fraction]:
    """A list of fractions."""
    return [fraction(f"{name}[{k}]", x) for k, x in enumerate(listed(name, value, least, most))]


def matrix(name, value, rows, columns, entry=fraction) -> list[list]:
    """A list of rows of equal, given lengths; entries are read by `entry(name, value)`."""
    return [
        [entry(f"{name}[{i}][{j}]", x) for j, x in enumerate(listed(f"{name}[{i}]", row, columns, columns))]
        for i, row in enumerate(listed(name, value, rows, rows))
    ]


def graph(name, value, largest) -> list[set[int]]:
    """The neighbours of each vertex of a simple graph."""
    if not isinstance(value, dict):
        raise CertificateError(f"field {name}: n and edges expected, not {shown(value)}.")
    n = whole(f"{name}.n", value.get("n"), 1, largest)
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for k, edge in enumerate(listed(f"{name}.edges", value.get("edges"), 0, n * (n - 1) // 2)):
        i, j = wholes(f"{name}.edges[{k}]", edge, 2, 0, n - 1)
        if i == j or j in neighbours[i]:
            raise CertificateError(f"field {name}.edges[{k}]: a loop, or an edge given twice.")
        neighbours[i].add(j)
        neighbours[j].add(i)
    return neighbours
