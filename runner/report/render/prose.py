"""Markdown to HTML: Jupyter's Markdown with formulas as SVG, cleaned, and its headings in order.

Formulas are the parser's own math tokens, so that a dollar sign in code stays one. They leave the parser as
placeholders that nobody can guess, pass the cleaning as plain text, and become SVG after it.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

from runner.report.content.records import read_notebook
from runner.report.render.formulas import Formula, Sheet, render
from runner.report.render.mathml import FormulaError
from runner.report.render.sanitise import sanitise

# Names of places that the page itself gives.
OWN_ANCHOR = re.compile(r"main|(?:about|attention)-title|cell-\d+")


@dataclass(frozen=True)
class Heading:
    level: int
    anchor: str
    label: Markup


@dataclass(frozen=True)
class Broken:
    """A formula that cannot be shown; its source stands in its place."""

    latex: str
    reason: str

    def markup(self) -> Markup:
        return Markup(f'<code class="math-error" title="{escape(self.reason)}">{escape(self.latex)}</code>')


class Prose:
    """Renders the Markdown of one page, and gathers its title, headings, formulas and problems.

    `link` resolves relative addresses, see `sanitise`. The first heading of the first level is the title of
    the page; it is kept in `title` and left out of the text. No other heading is of the first level, and
    none skips a level.
    """

    def __init__(self, link: Callable[[str], str | None] = lambda address: None) -> None:
        self.title: Markup | None = None
        self.plain_title = ""
        self.headings: list[Heading] = []
        self.problems: list[str] = []
        self.sheet = Sheet()
        self._link = link
        self._mark = f"formula{secrets.token_hex(16)}n"
        self._formulas: list[Formula | Broken] = []
        self._level = 1
        self._anchors: set[str] = set()

    def render(self, markdown: str, attachments: Mapping | None = None, *, headings: bool = True) -> Markup:
        """The HTML of a piece of Markdown; without `headings`, a heading becomes a bold line."""
        renderer = _Renderer(self, dict(attachments or {}), headings)
        html = MarkdownWithMath(renderer=renderer).render(markdown)
        return self._finish(html, headings=headings)

    def line(self, markdown: str) -> Markup:
        """One line of Markdown without blocks and links, as for a title."""
        html = MarkdownWithMath(renderer=_Renderer(self, {}, False)).render(markdown)
        return self._finish(html, inline=True).strip()

    def opening(self, markdown: str, attachments: Mapping) -> Markup:
        """The first paragraph of a cell, below its heading, without blocks and links."""
        renderer = _Renderer(self, dict(attachments), False)
        MarkdownWithMath(renderer=renderer).render(markdown)
        return self._finish("".join(renderer.paragraphs[:1]), inline=True)

    def formula(self, latex: str, display: bool) -> str:
        """Draw a formula and return the placeholder that will be replaced by it."""
        latex = latex.strip()
        try:
            drawn: Formula | Broken = render(latex, display)
        except FormulaError as error:
            drawn = Broken(latex, str(error))
            self.problems.append(f"`{latex}`: {error}")
        self._formulas.append(drawn)
        return f"{self._mark}{len(self._formulas) - 1}z"

    def heading(self, html: str, level: int) -> str:
        label, plain = self._finish(html, inline=True), self._plain(html)
        if level == 1 and self.title is None:
            self.title, self.plain_title = label, plain
            return ""
        self._level = max(2, min(level, self._level + 1))
        anchor = base = re.sub(r"\s+", "-", plain) or "part"
        number = 2
        while anchor in self._anchors or OWN_ANCHOR.fullmatch(anchor):
            anchor, number = f"{base}-{number}", number + 1
        self._anchors.add(anchor)
        self.headings.append(Heading(self._level, anchor, label))
        return f'<h{self._level} id="{escape(anchor)}">{html}</h{self._level}>\n'

    def _finish(self, html: str, *, inline: bool = False, headings: bool = False) -> Markup:
        anchors = self._anchors if headings else set()
        clean = sanitise(
            html, inline=inline, anchors=anchors, link=self._link, attribute_text=self._with_sources
        )
        # A line must not break between a formula and the bracket or comma that touches it.
        pattern = rf'([(\["]*){self._mark}(\d+)z([.,;:!?)\]"]*-?)'
        return Markup(re.sub(pattern, self._placed, clean))

    def _placed(self, found: re.Match) -> str:
        before, number, after = found.groups()
        formula = self._formulas[int(number)]
        if isinstance(formula, Broken):
            return f"{before}{formula.markup()}{after}"
        markup = self.sheet.place(formula)
        if formula.display or not before + after:
            return f"{before}{markup}{after}"
        return f'<span class="together">{before}{markup}{after}</span>'

    def _with_sources(self, text: str) -> str:
        """The text with each formula as its LaTeX source, for attributes."""
        return re.sub(rf"{self._mark}(\d+)z", lambda found: self._formulas[int(found[1])].latex, text)

    def _plain(self, html: str) -> str:
        text = sanitise(html, inline=True, attribute_text=self._with_sources)
        return " ".join(self._with_sources(unescape(re.sub("<[^>]*>", "", text))).split())


class _Renderer(IPythonRenderer):
    """Jupyter's HTML for Markdown tokens, apart from those that a page shows in its own way."""

    def __init__(self, prose: Prose, attachments: dict, headings: bool) -> None:
        super().__init__(escape=False, attachments=attachments)
        self._prose = prose
        self._headings = headings
        self.paragraphs: list[str] = []

    def inline_math(self, body):
        return self._prose.formula(body, display=False)

    def block_math(self, body):
        return self._prose.formula(body, display=True)

    def latex_environment(self, name, body):
        return self._prose.formula(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)

    def heading(self, text, level, **attributes):
        return self._prose.heading(text, level) if self._headings else f"<p><strong>{text}</strong></p>\n"

    def paragraph(self, text):
        self.paragraphs.append(text)
        return super().paragraph(text)

    def block_html(self, html):
        if re.search(r"\$[^$]+\$", html):
            self._prose.problems.append(f"`{html.strip()[:60]}`: a formula inside an HTML block is not drawn")
        return super().block_html(html)

    def table_cell(self, text, align=None, head=False):
        tag = "th" if head else "td"
        scope = ' scope="col"' if head else ""
        return f'<{tag}{scope} class="{align or "left"}">{text}</{tag}>\n'

    def task_list_item(self, text, checked=False):
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def block_mermaidjs(self, code):
        return f"<pre><code>{escape(code)}</code></pre>"

    def image(self, text, url, title=None):
        try:
            return super().image(text, url, title)
        except InvalidNotebook:  # an attachment that is not there: its description stands for it
            return super().image(text, "", title)


def check_formulas(notebook: Path) -> list[str]:
    """What the site cannot show of a notebook's formulas: one line each, naming cell and formula."""
    problems = []
    for number, cell in enumerate(read_notebook(notebook.read_bytes()), start=1):
        if cell.kind == "markdown":
            prose = Prose()
            prose.render(cell.source, cell.attachments)
            problems += [f"{notebook}, cell {number}: {problem}" for problem in prose.problems]
    return problems
