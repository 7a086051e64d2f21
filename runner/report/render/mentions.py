"""Mentions of other notebooks in the text of one, "see notebook 03", which a page turns into links."""

import re
from collections.abc import Iterator, Mapping

MENTION = re.compile(r"(?<![\w\[])([Nn]otebooks?\s+)(\d\d(?:(?:,\s+|\s+and\s+|,\s+and\s+)\d\d)*)(?!\w)")


def mentions(markdown: str) -> Iterator[str]:
    """The numbers of the notebooks that a text mentions.

    >>> list(mentions("Notebooks 01 and 02 prove it, and notebook 07 uses it."))
    ['01', '02', '07']
    """
    for found in MENTION.finditer(markdown):
        yield from re.findall(r"\d\d", found[2])


def with_links(markdown: str, files: Mapping[str, str]) -> str:
    """The text with each number that stands for a file as a link to it.

    >>> with_links("See notebook 03.", {"03": "03_count.ipynb"})
    'See notebook [03](03_count.ipynb).'
    """

    def linked(found: re.Match) -> str:
        numbers = re.sub(r"\d\d", lambda n: f"[{n[0]}]({files[n[0]]})" if n[0] in files else n[0], found[2])
        return found[1] + numbers

    return MENTION.sub(linked, markdown)
