"""The rooms of the runner: each imports only from those below it, no module in a circle, and a short walk."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 12  # files of a room
FLOORS = [
    {"errors", "settings", "signals", "text"},
    {"notebooks"},
    {"results"},
    {"local", "report.content"},
    {"cluster", "report.render"},
    {"report.pages"},
    {"report"},
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
            if name.startswith("runner."):
                inner = name.removeprefix("runner.")
                yield inner if inner in known else inner.rpartition(".")[0]


def room(name, path):
    """The folder that a module stands in; at the root of runner/, itself."""
    folder = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return folder or name


def test_each_room_imports_only_from_those_below_it():
    found = dict(modules())
    del found["__init__"]
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    rooms = {name: room(name, path) for name, path in found.items()}
    assert set(rooms.values()) == set(floor)
    for name, path in found.items():
        for other in imported(path, found):
            ours, theirs = rooms[name], rooms[other]
            assert ours == theirs or floor[ours] > floor[theirs], f"{name} imports {other}"


def test_no_module_stands_in_a_circle():
    found = dict(modules())
    graph = {name: set(imported(path, found)) - {name} for name, path in found.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(found)


def test_no_room_holds_more_than_a_dozen_files():
    folders = {ROOT / "runner", *(path.parent for _, path in modules())}
    for folder in folders:
        files = [path.name for path in folder.iterdir() if path.is_file() and path.name != "__init__.py"]
        assert len(files) <= MOST, folder


def test_a_command_line_walks_at_most_six_modules():
    found = dict(modules())
    stops = set(imported(found["command.line"], found)) - WORDS
    assert stops - {"results.sweep", "cluster.executor"} == {
        *("command.options", "results.plan", "command.progress"),
        *("local.executor", "report.build", "command.printed"),
    }
