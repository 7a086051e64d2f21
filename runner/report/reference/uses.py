"""Which public names a notebook uses."""

import ast

from runner.report.content.entry import Entry
from runner.report.content.records import Damaged


def used_names(entry: Entry) -> set[str]:
    """The dotted names that the code of a notebook imports or reaches: mathlib.jl.FastJL, ..."""
    if isinstance(entry.source_cells, Damaged):
        return set()
    found: set[str] = set()
    known: dict[str, str] = {}  # what a name of the notebook stands for
    for cell in entry.source_cells:
        if cell.kind != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mathlib":
                for alias in node.names:
                    known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == "mathlib":
                        name = alias.name if alias.asname else "mathlib"
                        known[alias.asname or "mathlib"] = name
                        found.add(alias.name)
        found |= set(known.values())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                name, _, rest = ast.unparse(node).partition(".")
                if name in known:
                    found.add(f"{known[name]}.{rest}")
    return found
