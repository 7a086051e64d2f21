"""Which pages are out of date, and writing them: whole, or not at all.

Each page carries in its second line a key: a hash of everything that it is made from, the code of this
package included. A page whose key still fits is left alone, so a second build of the same results reads and
hashes files and imports nothing heavy.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from runner.report.content.entry import Entry, content_of, neighbours
from runner.report.content.front import Front
from runner.report.content.records import Damaged
from runner.results.key import locked_versions
from runner.results.store import write_bytes

# What shapes a page besides the code of this package.
RENDERERS = ("nbconvert", "mistune", "nh3", "ziamath", "latex2mathml", "pygments", "jinja2")


def build_site(results: Path, sources: dict[str, Path], *, force: bool = False) -> Path:
    """Bring results/index.html and the page of each notebook up to date; returns the path of the former.

    Parameters
    ----------
    results : Path
        The results folder: results/<name>/run.json and output.ipynb of each finished run.
    sources : dict of str to Path
        The source notebook of each name, in the order of the gallery. Runs of other names are left out.
    force : bool
        Write every page, also where nothing changed.

    Beside the pages of notebooks it writes results/benchmarks.html where there is a benchmarks.json, and
    copies the tables of docs/data to results/data/. A damaged record or notebook is shown as such and stops
    nothing.
    """
    results = Path(results)
    results.mkdir(parents=True, exist_ok=True)
    entries = [Entry.read(name, Path(path), results) for name, path in sources.items()]
    keys = _page_keys(entries)
    stale = [e for e in entries if e.has_page and (force or _key_in(e.page) != keys[e.name])]
    front = Front.read(results, set(sources))
    index, index_key = results / "index.html", _digest(*keys.values(), *front.parts)
    if stale or force or _key_in(index) != index_key:
        _write_pages(stale, entries, keys)
        _write_benchmarks(results, front, force)
        from runner.report.pages.gallery import gallery_page

        for download in front.downloads:
            (results / "data").mkdir(exist_ok=True)
            write_whole(results / "data" / download.file, download.content)
        write_whole(index, gallery_page(entries, index_key, front).encode())
    return index


def _write_pages(stale: list[Entry], entries: list[Entry], keys: dict[str, str]) -> None:
    from runner.report.content.figures import thumbnail
    from runner.report.pages.notebook import notebook_page

    for entry in stale:
        html = notebook_page(entry, entries, keys[entry.name])
        picture = thumbnail(entry)
        try:
            if picture:
                write_whole(entry.folder / picture.file, picture.content)
            write_whole(entry.page, html.encode())
        except FileNotFoundError:
            continue  # another runner is replacing this run, and will write its page


def _write_benchmarks(results: Path, front: Front, force: bool) -> None:
    if front.benchmarks is None or isinstance(front.benchmarks, Damaged):
        return
    page, key = results / "benchmarks.html", _digest(_own_key(), *front.parts[:1])
    if force or _key_in(page) != key:
        from runner.report.pages.benchmarks import benchmarks_page

        write_whole(page, benchmarks_page(front.benchmarks, key).encode())


def _page_keys(entries: list[Entry]) -> dict[str, str]:
    """A key for each name, over all that its page shows: links and neighbours too."""
    shared = _digest(_own_key(), *(f"{e.name} {e.has_page}" for e in entries))
    keys = {}
    for entry in entries:
        around = [near.title if near else "" for near in neighbours(entry, entries)]
        inputs = (entry.source_bytes, entry.run_bytes or b"", entry.output_bytes or b"", repr(entry.topic))
        keys[entry.name] = _digest(shared, entry.name, *around, *inputs)
    return keys


def _own_key() -> str:
    files = sorted(p for p in Path(__file__).parent.rglob("*") if p.suffix in (".py", ".css", ".j2"))
    installed = locked_versions()
    return _digest(*(installed.get(name, "") for name in RENDERERS), *(path.read_bytes() for path in files))


def _digest(*parts: str | bytes) -> str:
    return _hash(part.encode() if isinstance(part, str) else part for part in parts)


def _hash(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))  # so that no two lists of parts read the same
        total.update(part)
    return total.hexdigest()[:40]


def _key_in(page: Path) -> str | None:
    try:
        with open(page, "rb") as file:
            found = re.search(rb"<!-- key: ([0-9a-f]{40}) -->", file.read(200))
    except OSError:
        return None
    return found[1].decode() if found else None


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and leave it alone where it would not change."""
    if content_of(path) != content:
        write_bytes(path, content)
