"""Rooms: no folder is crowded, and what stands in a folder imports each other in no circle.

A room is a file or a folder. For each folder of mathlib and of the runner the rooms in it are drawn, with an
arrow from one to another where anything in the first imports anything in the second. There is no circle, so
the rooms of a folder have an order and no import runs back up; in particular no modules import each other in
a circle. A module deep inside may well import what stands beside its folder, and a checker may name the type
of what it checks where only type checkers read it.
"""

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest

from tests.test_layering import ROOT, grow, imports, module_file, module_of, sources

MOST = 12  # Python files in a folder, beside its __init__.py


def folders(root):
    return sorted({path.parent for path in sources(root, "mathlib", "runner")})


def folders_are_small(root):
    for folder in folders(root):
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        if len(files) > MOST:
            yield f"{folder.relative_to(root).as_posix()} holds {len(files)} files; group them in folders"


def rooms_form_no_circle(root):
    arrows = {}
    for path in sources(root, "mathlib", "runner"):
        for name in imports(path, root, for_types=False):
            imported = module_file(module_of(name, root), root)
            if imported and imported != path:
                folder, one, other = parting(path, imported)
                arrows.setdefault(folder, {}).setdefault(one, {}).setdefault(other, f"{path.name} -> {name}")
    for folder, graph in sorted(arrows.items()):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            lines = [graph[a][b] for a, b in pairwise(circle)]
            walk = " -> ".join(room.name for room in circle)
            yield f"{folder.relative_to(root).as_posix()}: {walk} ({'; '.join(lines)})"


def parting(one, other):
    """The innermost folder that holds two files, and the rooms in it where they stand."""
    folder = next(parent for parent in one.parents if parent in other.parents)
    rooms = (next(room for room in [path, *path.parents] if room.parent == folder) for path in (one, other))
    return folder, *rooms


def first_modules(*names):
    """Files that import the next one, and the last one the first."""
    following = [*names[1:], names[0]]
    dotted = [name.removesuffix(".py").replace("/", ".") for name in following]
    return {name: f"import {module}\n" for name, module in zip(names, dotted, strict=True)}


# Each rule with files that break it, and the breach that it must then name.
RULES = {
    folders_are_small: [
        ({"mathlib/jl/m.py": ""}, "mathlib/jl holds 13 files"),
        ({f"runner/results/a{i}.py": "" for i in range(13)}, "runner/results holds 14 files"),
    ],
    rooms_form_no_circle: [
        (first_modules("mathlib/jl/a.py", "mathlib/jl/b.py", "mathlib/jl/c.py"), "mathlib/jl: "),
        (first_modules("mathlib/jl/x/a.py", "mathlib/jl/x/b.py"), "mathlib/jl/x: "),
        (first_modules("mathlib/jl/x/a.py", "mathlib/jl/b.py"), "mathlib/jl: "),
        (first_modules("mathlib/a.py", "mathlib/jl/x/b.py"), "mathlib: "),
        (
            {
                "mathlib/jl/x/a.py": "def f():\n    from mathlib.jl.y.a import g\n",
                "mathlib/jl/y/b.py": "from ..x import b\n",
                "mathlib/jl/y/a.py": "", "mathlib/jl/x/b.py": "",
            },
            "mathlib/jl: ",
        ),
        (first_modules("runner/report/a.py", "runner/results/b.py"), "runner: "),
    ],
}  # fmt: skip
CASES = [(rule, files, breach) for rule, cases in RULES.items() for files, breach in cases]


@pytest.fixture
def tree(tmp_path):
    """A tree that keeps both rules: modules that import what is beside them and beside their folder."""
    grow(tmp_path, {
        **{f"mathlib/jl/{'abcdefghijkl'[i]}.py": "" for i in range(12)},
        "mathlib/__init__.py": "", "mathlib/jl/__init__.py": "", "mathlib/checks.py": "import mathlib\n",
        "mathlib/jl/a.py": "from mathlib.jl import b\nfrom mathlib.jl.x import a\nimport mathlib.checks\n",
        "mathlib/jl/x/a.py": "from mathlib.jl import c\nfrom .b import f\nimport numpy\n",
        "mathlib/jl/x/b.py": "from ..y.a import f\nfrom mathlib import checks\n",
        "mathlib/jl/y/a.py": "from ..d import f\nfrom mathlib.jl.z.y.x import g\n",
        "mathlib/jl/z/y/x.py": "if TYPE_CHECKING:\n    from mathlib.jl.a import f\nimport mathlib.jl\n",
        "runner/report/a.py": "from runner.results import b\n", "runner/results/b.py": "",
    })  # fmt: skip
    return tmp_path


@pytest.mark.parametrize("rule", RULES)
def test_the_tree_keeps_the_rule(rule):
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_clean_tree_passes(rule, tree):
    assert list(rule(tree)) == []


@pytest.mark.parametrize(("rule", "files", "breach"), CASES)
def test_a_breach_is_named(rule, files, breach, tree):
    grow(tree, files)
    [named] = rule(tree)
    assert named.startswith(breach)
