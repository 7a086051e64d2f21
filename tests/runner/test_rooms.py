"""The rooms of the runner: each imports only from those below it, no module in a circle, and a short walk."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [
    {"errors", "settings", "signals", "text"},
    {"notebooks"},
    {"results"},
    {"local", "report"},
    {"cluster"},
    {"command"},
    {"__main__"},
]
WORDS = {"errors", "settings", "signals", "text", "results.run"}  # what all speak of, and no stop on the way


def modules():
    """Name below runner/ of each module, and its file."""
    for path in sorted((ROOT / "runner").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "runner").with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def imported(path, known):
    """The modules of the runner that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "runner":
                yield next(n for n in (".".join(parts[1:3]), parts[1]) if n in known)


def test_each_room_imports_only_from_those_below_it():
    found = dict(modules())
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    for name, path in found.items():
        for other in imported(path, found) if name != "__init__" else ():
            ours, theirs = name.split(".")[0], other.split(".")[0]
            assert ours == theirs or floor[ours] > floor[theirs], f"{name} imports {other}"


def test_no_module_stands_in_a_circle():
    found = dict(modules())
    graph = {name: set(imported(path, found)) - {name} for name, path in found.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(found)


def test_a_command_line_walks_at_most_six_modules():
    found = dict(modules())
    stops = set(imported(found["command.line"], found)) - WORDS
    assert stops - {"results.sweep", "cluster.executor"} == {
        *(
            "command.options",
            "results.plan",
            "command.progress",
            "local.executor",
            "report",
            "command.printed",
        ),
    }
