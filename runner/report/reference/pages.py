"""The reference pages themselves."""

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from runner.report.content.entry import Entry
from runner.report.pages.words import fill
from runner.report.reference.book import CERTIFICATES, FOLDER, Book, address, package_address, way
from runner.report.reference.docstrings import Renderer
from runner.report.reference.public import Item, Package
from runner.report.render.prose import Prose
from runner.settings import ROOT

INDEX = f"{FOLDER}/index.html"
COMMAND = f"{FOLDER}/command_line.html"
CERTIFICATE_INDEX = f"{FOLDER}/formats/index.html"
DOCUMENTS = {"other_tools": "Use it with other tools", "cluster": "Run on a cluster"}  # of docs/
KIND = re.compile(r"^## ([a-z-]+)$", re.MULTILINE)  # a kind of certificate; other headings have capitals


def reference_pages(book: Book, key: str) -> Iterator[tuple[str, str]]:
    """The address below the site, and the HTML, of each page of the reference."""
    yield INDEX, _index(book, key)
    yield COMMAND, _command_line(key)
    for name, title in DOCUMENTS.items():
        yield f"{FOLDER}/{name}.html", _document(name, title, key)
    yield from _certificates(key)
    for package in book.packages:
        yield package_address(package.name), _package(book, package, key)
        for item in package.items:
            yield address(item), _item(book, item, key)


def _renderer(book: Book, page: str, package: str) -> tuple[Prose, Renderer]:
    prose = Prose()

    def link(name: str) -> str | None:
        item = book.find(name, package)
        target = address(item) if item else None
        return way(target, page) if target and target != page else None

    return prose, Renderer(prose, link)


def _links(items: list[Item], page: str) -> list[dict]:
    return [{"href": way(address(item), page), "name": item.name, "dotted": item.dotted} for item in items]


def _notebooks(entries: list[Entry], page: str, prose: Prose) -> list[dict]:
    return [
        {"href": way(f"{entry.name}/index.html", page), "title": prose.line(entry.title), "name": entry.name}
        for entry in entries
    ]


def _page(template: str, page: str, key: str, prose: Prose, title: str, **values: object) -> str:
    root = "../" * page.count("/")
    return fill(template, prose.sheet, key=key, root=root, plain_title=title, **values)


def _index(book: Book, key: str) -> str:
    prose, render = _renderer(book, INDEX, "")
    shown = [package for package in book.packages if package.items]
    papers: dict[str, list[Item]] = defaultdict(list)
    for documented in book.items.values():
        for text in _references(documented.doc):
            papers[text].append(documented)
    notions = [
        {
            "term": notion.term,
            "meaning": prose.render(notion.meaning),
            "names": _links([item for name in notion.names if (item := book.find(name, ""))], INDEX),
            "notebooks": _notebooks(
                [e for e in book.entries if e.name == notion.notebook and e.has_page], INDEX, prose
            ),
        }
        for notion in book.notions
    ]
    return _page(
        "reference_index.html.j2",
        INDEX,
        key,
        prose,
        "Reference",
        packages=[_about(package, INDEX, render) for package in shown],
        names=sorted(_links([i for p in shown for i in p.items], INDEX), key=lambda n: n["name"].lower()),
        notions=notions,
        papers=[
            {"text": render.text(text), "names": _links(items, INDEX)}
            for text, items in sorted(papers.items())
        ],
        command=way(COMMAND, INDEX),
        certificates=way(CERTIFICATE_INDEX, INDEX),
        documents=[{"href": f"{name}.html", "title": title} for name, title in DOCUMENTS.items()],
    )


def _about(package: Package, page: str, render: Renderer) -> dict:
    name = f"mathlib.{package.name}".rstrip(".")
    summary = " ".join(package.doc.partition("\n\n")[0].split())
    return {"name": name, "href": way(package_address(package.name), page), "summary": render.line(summary)}


def _references(doc: str) -> list[str]:
    """The works that a docstring names: the paragraphs of its section."""
    found = re.search(r"^References\n-+\n(.*?)(?=\n\w[\w ]*\n-{3,}\n|\Z)", doc, re.MULTILINE | re.DOTALL)
    return [" ".join(text.split()) for text in found[1].split("\n\n") if text.strip()] if found else []


def _package(book: Book, package: Package, key: str) -> str:
    page = package_address(package.name)
    prose, render = _renderer(book, page, package.name)
    rows = [
        {"href": way(address(item), page), "name": item.name, "summary": render.line(item.summary)}
        for item in package.items
    ]
    summary, _, rest = package.doc.partition("\n\n")
    return _page(
        "reference_package.html.j2",
        page,
        key,
        prose,
        f"mathlib.{package.name}".rstrip("."),
        up=way(INDEX, page),
        summary=render.text(summary),
        text=render.text(rest),
        rows=rows,
        inner=[
            _about(other, page, render)
            for other in book.packages
            if package.name and other.name.startswith(f"{package.name}.")
        ],
    )


def _item(book: Book, item: Item, key: str) -> str:
    page = address(item)
    prose, render = _renderer(book, page, item.package)
    members = [
        {
            "item": member,
            "place": member.name.partition(".")[2],
            "signature": _code(member.signature),
            "view": render.view(member.doc),
        }
        for member in item.members
    ]
    return _page(
        "reference_name.html.j2",
        page,
        key,
        prose,
        item.dotted,
        item=item,
        up=way(package_address(item.package), page),
        package=f"mathlib.{item.package}".rstrip("."),
        signature=_code(item.signature),
        view=render.view(item.doc),
        members=members,
        notebooks=_notebooks(book.uses.get(item.dotted, []), page, prose),
    )


def _code(signature: str) -> Markup:
    """A signature, one argument a line where it is long."""
    if len(signature) > 80:
        head, _, rest = signature.partition("(")
        inside, _, tail = rest.rpartition(")")
        signature = f"{head}(\n    " + ",\n    ".join(_arguments(inside)) + f",\n){tail}"
    return Markup(highlight(signature, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip())


def _arguments(text: str) -> list[str]:
    """Arguments between commas that stand in no bracket.

    >>> _arguments("a: dict[str, int], b=(1, 2)")
    ['a: dict[str, int]', 'b=(1, 2)']
    """
    found, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            found.append(text[start:place].strip())
            start = place + 1
    return [*found, text[start:].strip()]


COMMANDS = (["run_all.py", "--help"], ["-m", "mathlib.verify", "--help"])


def _command_line(key: str) -> str:
    """What the commands say of themselves; they are asked, since nothing here may import them."""
    texts = [
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout
        for words in COMMANDS
    ]
    shown = Markup('<pre class="source" tabindex="0"><code>{}</code></pre>\n')
    body = Markup("").join(shown.format(text) for text in texts)
    up, title = way(INDEX, COMMAND), "The command line"
    return _page("reference_text.html.j2", COMMAND, key, Prose(), title, up=up, body=body, kinds=[])


def _document(name: str, title: str, key: str) -> str:
    """A text of docs/; its links to others lead to their pages."""
    page = f"{FOLDER}/{name}.html"
    known = {f"{other}.md": f"{other}.html" for other in DOCUMENTS}
    prose = Prose(known.get)
    body = prose.render((ROOT / f"docs/{name}.md").read_text(encoding="utf-8"))
    return _page("reference_text.html.j2", page, key, prose, title, up=way(INDEX, page), body=body, kinds=[])


def _certificates(key: str) -> Iterator[tuple[str, str]]:
    """docs/certificates*.md: a page of what its kinds share for each file, and one for each kind."""
    pages: dict[str, str] = {}  # of the names of files and of kinds
    texts: dict[str, str] = {}
    for file in CERTIFICATES:
        opening, *parts = KIND.split(file.read_text(encoding="utf-8"))
        part = file.stem.partition("_")[2] or "index"
        texts |= {file.name: opening, **dict(zip(parts[::2], parts[1::2], strict=True))}
        pages |= {file.name: f"{FOLDER}/formats/{part}.html"}
        pages |= {kind: f"{FOLDER}/formats/{kind}.html" for kind in parts[::2]}
    for name, text in texts.items():
        page = pages[name]
        # Its kinds are places on the file's own page, where they read well; here each has a page.
        parts = re.split(r"\]\(#?([\w.-]+)\)", text)
        parts[1::2] = [f"]({way(pages.get(target, CERTIFICATE_INDEX), page)})" for target in parts[1::2]]
        prose = Prose(lambda target: target if target.endswith(".html") else None)
        body = prose.render("".join(parts))
        kinds = [
            {"name": k, "href": way(pages[k], page)} for k in texts if k != name and not k.endswith(".md")
        ]
        title = prose.plain_title or f"Certificates of kind {name}"
        up = way(INDEX if page == CERTIFICATE_INDEX else CERTIFICATE_INDEX, page)
        yield page, _page("reference_text.html.j2", page, key, prose, title, up=up, body=body, kinds=kinds)
