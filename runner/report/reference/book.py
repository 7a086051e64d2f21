"""The reference as a whole: its names, where their pages are, and which notebooks use them."""

import os
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runner.report.content.entry import Entry
from runner.report.reference.public import Item, Package, packages
from runner.report.reference.uses import used_names
from runner.settings import ROOT

LIBRARY = ROOT / "mathlib"
GLOSSARY = ROOT / "docs/glossary.toml"
CERTIFICATES = sorted((ROOT / "docs").glob("certificates*.md"))
FOLDER = "reference"


@dataclass(frozen=True)
class Notion:
    """A term of the glossary: what it means, the names that belong to it, and a notebook that explains it."""

    term: str
    meaning: str
    names: list[str]
    notebook: str


@dataclass(frozen=True)
class Book:
    """What the reference pages are made from."""

    library: Path
    entries: list[Entry]

    @cached_property
    def stubs(self) -> list[bytes]:
        """What lists the public names."""
        return [path.read_bytes() for path in sorted(self.library.rglob("*.pyi"))]

    @cached_property
    def parts(self) -> list[bytes]:
        """All that the pages depend on, besides the notebooks."""
        files = [
            *sorted(self.library.rglob("*.py")),
            *sorted((ROOT / "docs").glob("*.md")),
            GLOSSARY,
            *sorted((ROOT / "runner/command").glob("*.py")),
        ]
        return [*self.stubs, *(path.read_bytes() for path in files if path.is_file())]

    @cached_property
    def packages(self) -> list[Package]:
        return packages(self.library)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Names with dots and what they stand for, the members of classes too."""
        found: dict[str, Item] = {}
        for package in self.packages:
            for item in package.items:
                found |= {member.dotted: member for member in item.members} | {item.dotted: item}
        return found

    @cached_property
    def uses(self) -> dict[str, list[Entry]]:
        """The notebooks that use each name."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for name in sorted(used_names(entry)):
                if name in self.items and entry.has_page:
                    found[name].append(entry)
        return found

    @cached_property
    def notions(self) -> list[Notion]:
        if not GLOSSARY.is_file():
            return []
        terms: dict[str, dict[str, Any]] = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))
        notions = [
            Notion(term, given["meaning"], given.get("names", []), given.get("notebook", ""))
            for term, given in terms.items()
        ]
        return sorted(notions, key=lambda notion: notion.term.lower())

    def used_by(self, entry: Entry) -> list[Item]:
        """The names that a notebook uses and that have a page of their own, in order."""
        names = {name: self.items[name] for name in used_names(entry) if name in self.items}
        return [item for item in names.values() if address(item).count("#") == 0]

    def find(self, name: str, package: str) -> Item | None:
        """What a name in a docstring of a package means: one of the package, or one with dots."""
        inner = [package, *package.split(".")[:1], ""]
        candidates = [name, f"mathlib.{name}", *(".".join(filter(None, ("mathlib", p, name))) for p in inner)]
        return next((self.items[c] for c in candidates if c in self.items), None)


def address(item: Item) -> str:
    """The page of a name below the site; a method is a place on the page of its class."""
    owner, _, member = item.name.partition(".")
    # Some file systems do not tell Claim from claim.
    file = (
        f"{owner}.class.html" if item.kind == "class" or (member and owner[0].isupper()) else f"{owner}.html"
    )
    return f"{FOLDER}/{item.package or 'mathlib'}/{file}" + (f"#{member}" if member else "")


def package_address(name: str) -> str:
    return f"{FOLDER}/{name or 'mathlib'}/index.html"


def way(target: str, page: str) -> str:
    """The address of one page of the site as it stands on another."""
    path, mark, place = target.partition("#")
    return quote(os.path.relpath(path, os.path.dirname(page))) + mark + quote(place)
