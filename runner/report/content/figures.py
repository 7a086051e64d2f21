"""The picture that stands for a notebook in the gallery, and those of which a page shows one at a time."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from runner.report.content.entry import Entry
from runner.report.content.records import Cell, Damaged

FRAMES = "application/vnd.mathlib.frames+json"
MOST_FRAMES = 12  # for which the page has rules
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


@dataclass(frozen=True)
class Frame:
    """A picture, the value for which it was drawn, and what it shows."""

    value: str
    png: str
    alt: str
    width: int | None


@dataclass(frozen=True)
class Frames:
    """Pictures along a range of values; `fixed` are the values of what does not move."""

    name: str
    fixed: list[str]
    start: int
    frames: list[Frame]


def read_frames(payload: Any) -> Frames:
    """The pictures in an output's JSON, or Damaged."""
    try:
        frames = [Frame(f["value"], f["png"], f["alt"], f.get("width")) for f in payload["frames"]]
        found = Frames(payload["name"], payload["fixed"], payload["start"], frames)
    except (KeyError, TypeError, AttributeError):
        raise Damaged("pictures without values, names or texts") from None
    texts = [found.name, *found.fixed, *(text for f in frames for text in (f.value, f.png, f.alt))]
    if not all(isinstance(text, str) for text in texts) or not all(_png(f.png) for f in frames):
        raise Damaged("pictures that are no PNG, or texts that are none")
    if type(found.start) is not int or not 0 <= found.start < len(frames) <= MOST_FRAMES:
        raise Damaged(f"{len(frames)} pictures, of which number {found.start} is the first to show")
    if not all(f.width is None or type(f.width) is int for f in frames):
        raise Damaged("a width that is no number of pixels")
    return found
