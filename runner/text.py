r"""Text from notebooks, made safe for where it goes: a terminal, a cell of a table, a file in UTF-8."""

import re
from typing import Any

# What a terminal may obey instead of showing it: control characters but line feed and tab, and the signs that
# turn the direction of writing.
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
HALVES = re.compile(r"[\ud800-\udfff]")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?(/\d+)?|-?inf", re.IGNORECASE)
FORMULA = ("=", "+", "-", "@")


def printable(text: str) -> str:
    r"""The text with control characters as escapes, so that nothing that it holds commands a terminal.

    >>> print(printable("red \x1b[31m"))
    red \x1b[31m
    """
    return COMMANDS.sub(_escaped, whole(text))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def whole(text: str) -> str:
    r"""The text with half characters, which UTF-8 has no bytes for, as question marks in a box.

    >>> whole("a\ud800b") == "a\ufffdb"
    True
    """
    return HALVES.sub("\ufffd", text)


def is_whole(text: str) -> bool:
    return not HALVES.search(text)


def table_cell(value: Any) -> Any:
    """The value as a cell of a CSV file: one line, no control characters, and no formula of a spreadsheet.

    >>> table_cell("=1+1"), table_cell("-1/3"), table_cell("two\\nlines"), table_cell(-0.5)
    ("'=1+1", '-1/3', 'two lines', -0.5)
    """
    if not isinstance(value, str):
        return value
    line = COMMANDS.sub("", " ".join(whole(value).split()))
    return f"'{line}" if line.startswith(FORMULA) and not NUMBER.fullmatch(line) else line
