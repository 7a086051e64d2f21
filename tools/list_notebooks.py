"""docs/notebooks.md and the pictures beside it: every notebook with its question and what it shows."""

import io
import re
from html import escape
from pathlib import Path

from PIL import Image

from runner.notebooks.catalogue import Notebook
from runner.notebooks.topics import Topic
from runner.report.content.entry import Entry
from runner.report.content.figures import Thumbnail, thumbnail
from runner.report.pages.words import count

LARGEST = 100_000  # bytes of a picture
COLOURS = 128  # of a picture that is too large in full colour
PICTURE = re.compile(r'^<img src="(\S+)" alt="([^"]*)"', re.MULTILINE)
OPENING = """# All notebooks

In the order in which we would read them. `make run` executes them and builds a site, where they are easier to
read; [claims.md](claims.md) lists what they claim. `make quote` writes this page.
"""


def write_list(notebooks: list[Notebook], root: Path, claims: dict[str, int]) -> None:
    """Write docs/notebooks.md, and the pictures of notebooks that ran; `claims` are the numbers that held."""
    docs, results = root / "docs", root / "results"
    file = docs / "notebooks.md"
    texts = dict(PICTURE.findall(file.read_text(encoding="utf-8"))) if file.exists() else {}
    entries = [Entry.read(notebook.name, notebook.path, results) for notebook in notebooks]
    for entry in entries:
        picture = thumbnail(entry) if entry.has_page else None
        if picture:
            place = docs / picture_of(entry.name)
            place.write_bytes(small(picture))
            texts[place.name] = escape(picture.alt)
    topics = sorted({entry.topic for entry in entries}, key=lambda topic: (topic.order, topic.name))
    parts = [OPENING]
    for topic in topics:
        parts.append(heading(topic))
        own = [entry for entry in entries if entry.topic == topic]
        parts += [described(entry, texts, claims.get(entry.name, 0)) for entry in own]
    file.write_text("\n".join(parts), encoding="utf-8")


def picture_of(name: str) -> str:
    """The file of a notebook's picture: docs/jl_01.png of jl/01_choose_a_dimension.

    >>> picture_of("jl/01_choose_a_dimension")
    'jl_01.png'
    """
    topic, _, stem = name.partition("/")
    return f"{topic}_{stem[:2]}.png"


def small(picture: Thumbnail) -> bytes:
    """The picture, in fewer colours where it is too large."""
    if len(picture.content) < LARGEST:
        return picture.content
    reduced = Image.open(io.BytesIO(picture.content)).convert("RGB").quantize(COLOURS)
    buffer = io.BytesIO()
    reduced.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def heading(topic: Topic) -> str:
    level = f" *{topic.level[0].upper()}{topic.level[1:]}.*" if topic.level else ""
    return f"## {topic.title}\n\n{topic.sentence}{level}\n"


def described(entry: Entry, texts: dict[str, str], claims: int) -> str:
    """A notebook: title, picture, question, what one will see, what it takes."""
    cells = [] if not isinstance(entry.source_cells, list) else entry.source_cells
    prose = [cell.source for cell in cells if cell.kind == "markdown"]
    question = prose[0].split("\n\n")[1] if prose and "\n\n" in prose[0] else ""
    seen = next(
        (found[1] for text in prose if (found := re.search(r"\*\*What you will see\.\*\*\s*(.+)", text))), ""
    )
    facts = [f"{entry.reading_time} to read"] if entry.reading_time else []
    facts += [f"{count(claims, 'claim')} held"] if claims else []
    picture = picture_of(entry.name)
    image = f'<img src="{picture}" alt="{texts[picture]}" width="320">' if picture in texts else ""
    parts = [f"### [{entry.title}](../notebooks/{entry.name}.ipynb)", image, question, seen]
    line = f"{'; '.join(facts)[:1].upper()}{'; '.join(facts)[1:]}." if facts else ""
    return "\n\n".join(filter(None, [*parts, line])) + "\n"
