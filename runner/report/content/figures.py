"""The picture that stands for a notebook in the gallery."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.report.content.entry import Entry
from runner.report.content.records import Cell, Damaged

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Thumbnail:
    file: str
    content: bytes
    alt: str


def thumbnail(entry: Entry) -> Thumbnail | None:
    """The first PNG of the cell tagged `thumbnail`, else the last of the notebook, else None."""
    if isinstance(entry.output_cells, Damaged):
        return None
    tagged = [cell for cell in entry.output_cells if "thumbnail" in cell.tags]
    return next(_pictures(tagged), None) or next(_pictures(reversed(entry.output_cells), last=True), None)


def _pictures(cells: Iterable[Cell], *, last: bool = False) -> Iterator[Thumbnail]:
    for cell in cells:
        for output in reversed(cell.outputs) if last else cell.outputs:
            data = output.get("data", {}).get("image/png")
            content = _png(data) if isinstance(data, str) else None
            if content:
                yield Thumbnail("thumbnail.png", content, alternative_text(output, "image/png"))


def _png(data: str) -> bytes | None:
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error:
        return None
    return content if content.startswith(PNG_SIGNATURE) else None


def alternative_text(output: dict, kind: str) -> str:
    """What the notebook says that a picture shows, from metadata {kind: {"alt": ...}}."""
    about = output["metadata"].get(kind)
    alt = about.get("alt") if isinstance(about, dict) else None
    return alt if isinstance(alt, str) and alt.strip() else "A figure without a description"
