"""A docstring as a page shows it: its sections, parsed by numpydoc, and its text, which is Markdown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

from markupsafe import Markup, escape
from numpydoc.docscrape import NumpyDocString
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer

from runner.report.render.prose import Prose

LISTS = ("Parameters", "Returns", "Yields", "Raises", "Warns", "Attributes")
TEXTS = ("Notes", "References")
_FORMATTER = HtmlFormatter(nowrap=True)
_LEXER = PythonConsoleLexer()


@dataclass(frozen=True)
class Entry:
    """A parameter, a return value, an error."""

    name: str
    type: Markup
    about: Markup


@dataclass(frozen=True)
class View:
    """A docstring: its summary, more text, lists of entries, texts by heading, and examples as they run."""

    summary: Markup
    text: Markup
    lists: dict[str, list[Entry]]
    texts: dict[str, Markup]
    examples: list[Markup]


class Renderer:
    """Docstrings of one page; `link` gives the address of a name in backticks, or None."""

    def __init__(self, prose: Prose, link: Callable[[str], str | None]) -> None:
        self._prose, self._link = prose, link

    def view(self, doc: str) -> View:
        parsed = NumpyDocString(doc)
        lists = {
            title: [Entry(p.name, self.line(p.type), self.text("\n".join(p.desc))) for p in parsed[title]]
            for title in LISTS
            if parsed[title]
        }
        also = [
            f"- `{name}`{': ' if about else ''}{' '.join(about)}"
            for names, about in parsed["See Also"]
            for name, _ in names
        ]
        texts = {title: "\n".join(parsed[title]).strip() for title in TEXTS} | {"See also": "\n".join(also)}
        return View(
            self.text("\n".join(parsed["Summary"])),
            self.text("\n".join(parsed["Extended Summary"])),
            lists,
            {title: self.text(text) for title, text in texts.items() if text},
            self._examples("\n".join(parsed["Examples"])),
        )

    def text(self, text: str) -> Markup:
        return self._linked(self._prose.render(as_markdown(text), headings=False))

    def line(self, text: str) -> Markup:
        return self._linked(self._prose.line(as_markdown(text)))

    def _linked(self, html: Markup) -> Markup:
        """Code that is a public name leads to its page."""

        def linked(found: re.Match) -> str:
            address = self._link(found[1].removesuffix("()"))
            return f'<a href="{escape(address)}">{found[0]}</a>' if address else found[0]

        return Markup(re.sub(r"<code>([\w.]+(?:\(\))?)</code>", linked, html))

    def _examples(self, text: str) -> list[Markup]:
        """Runs of prose and of code in turns."""
        shown = []
        for block in re.split(r"\n\s*\n", dedent(text).strip("\n")):
            if not block.strip():
                continue
            if block.lstrip().startswith(">>>"):
                code = highlight(dedent(block), _LEXER, _FORMATTER)
                shown.append(
                    Markup('<pre class="source" tabindex="0"><code>{}</code></pre>').format(Markup(code))
                )
            else:
                shown.append(self.text(block))
        return shown


def as_markdown(text: str) -> str:
    """The text of a docstring as Markdown: formulas keep their stars and brackets, code stays.

    >>> print(as_markdown("|x| < r * s, see `a<b`"))
    |x| &lt; r \\* s, see `a<b`
    """
    lines = []
    for line in dedent(text).splitlines():
        if line.startswith("    "):  # set apart: a formula, or a piece of code
            lines.append(line)
            continue
        mark = re.match(r"\s*[-*] ", line)
        head = mark[0] if mark else ""
        parts = re.split("(`[^`]*`|\\$[^$]+\\$)", line[len(head) :])
        parts[::2] = [_shown(part) for part in parts[::2]]
        lines.append(head + "".join(parts))
    return "\n".join(lines)


# In text whose stars and underscores are escaped already.
EMPHASIS = re.compile(r"(?<!\w)\\\*(\w[\w -]*\w)\\\*(?!\w)")
LOWERED = re.compile(r"(?<![\w.])([A-Za-z])\\_(?:\{([^{}]+)\}|([A-Za-z0-9]{1,2}))(?!\w|\\_)")
RAISED = re.compile(r"\^(?:\{([^{}]+)\}|\(([^()]*[-+/*][^()]*)\)|(-?\w+))")


def _shown(text: str) -> str:
    r"""Plain text as Markdown: R^n and x_i with raised and lowered letters, *words* in italics.

    >>> print(_shown("*all* of R^n, x_i < 2 * y^(1/p), n_samples"))
    <em>all</em> of R<sup>n</sup>, x<sub>i</sub> &lt; 2 \* y<sup>1/p</sup>, n\_samples
    """
    text = re.sub(r"([*_])", r"\\\1", text.replace("<", "&lt;"))
    text = EMPHASIS.sub(r"<em>\1</em>", text)
    text = LOWERED.sub(lambda found: f"{found[1]}<sub>{found[2] or found[3]}</sub>", text)
    return RAISED.sub(lambda found: f"<sup>{found[1] or found[2] or found[3]}</sup>", text)
