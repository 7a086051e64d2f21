"""What a code cell shows: its source in colour, and its outputs, each as something that cannot act."""

import base64
from html import escape
from itertools import groupby

from markupsafe import Markup
from nbconvert.filters.ansi import ansi2html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from runner.report.content.figures import alternative_text
from runner.report.content.records import Cell, Damaged, read_claim
from runner.report.render.prose import Prose
from runner.report.render.sanitise import picture, sanitise
from runner.results.claims import CLAIM

WIDGET_TYPE = "application/vnd.jupyter.widget-view+json"
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif")
# Of one output in several forms, the first of these that it has is shown.
PREFERENCE = (
    *(CLAIM, WIDGET_TYPE, "image/svg+xml", *PICTURE_TYPES),
    *("text/html", "text/markdown", "text/latex", "text/plain"),
)
LONGEST_TEXT = 20_000

_LEXER = PythonLexer()
_FORMATTER = HtmlFormatter(nowrap=True)


def code(source: str) -> Markup:
    """Python source with the classes of Pygments."""
    return Markup(highlight(source, _LEXER, _FORMATTER))


def terminal(text: str) -> Markup:
    """Text of a terminal, its colours as classes."""
    return sanitise(ansi2html(text))


def outputs(cell: Cell, prose: Prose) -> list[dict]:
    """The outputs of a cell as {"kind", "content"}; claims that follow each other stand together."""
    shown = [_shown(output, prose) for output in cell.outputs]
    groups = groupby((item for item in shown if item["content"]), key=lambda item: item["kind"])
    result = []
    for kind, items in groups:
        contents = [item["content"] for item in items]
        if kind == "claims":
            result.append({"kind": kind, "content": contents})
        else:
            result += [{"kind": kind, "content": content} for content in contents]
    return result


def _shown(output: dict, prose: Prose) -> dict:
    if output["output_type"] == "stream":
        return {"kind": "text", "content": _text(output["text"])}
    if output["output_type"] == "error":
        return {"kind": "error", "content": terminal(output["traceback"])}
    data = output["data"]
    kind = next((kind for kind in PREFERENCE if kind in data), None)
    if kind == CLAIM:
        return _claim(data[kind])
    if kind == WIDGET_TYPE:
        return _note("Interactive in JupyterLab: there this place holds controls to move.")
    if kind == "image/svg+xml":
        # As a picture, not as a part of the page: nothing inside an <img> can run or be reached.
        encoded = base64.b64encode(data[kind].encode()).decode()
        return {"kind": "figure", "content": picture(kind, encoded, alt=alternative_text(output, kind))}
    if kind in PICTURE_TYPES:
        about = output["metadata"].get(kind)
        width = about.get("width") if isinstance(about, dict) else None
        width = width if isinstance(width, int) else None
        content = picture(kind, data[kind], alt=alternative_text(output, kind), width=width)
        return {"kind": "figure", "content": content}
    if kind == "text/html":
        content = sanitise(data[kind]).strip()
        if not content:  # nothing but script: another form of it may say something
            return _shown(output | {"data": {k: v for k, v in data.items() if k != kind}}, prose)
        return {"kind": "html", "content": content}
    if kind in ("text/markdown", "text/latex"):
        return {"kind": "html", "content": prose.render(data[kind], headings=False)}
    if kind == "text/plain":
        return {"kind": "text", "content": _text(data[kind])}
    return _note(f"An output that this page cannot show: {', '.join(sorted(data)) or 'empty'}.")


def _claim(payload) -> dict:
    try:
        return {"kind": "claims", "content": read_claim(payload)}
    except Damaged as damage:
        return _note(f"A claim stood here that cannot be read: {damage}.")


def _note(text: str) -> dict:
    return {"kind": "note", "content": Markup(escape(text))}


def _text(text: str) -> Markup:
    # A carriage return takes back what the line held before, as a progress bar does. (No regular expression:
    # the obvious one takes quadratic time on a long line.)
    text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}\n... shortened here; output.ipynb holds all of it"
    return terminal(text.rstrip("\n"))
