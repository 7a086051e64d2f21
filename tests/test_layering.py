"""Who may import whom, how much an import costs, and how long a file may be.

    run_all -> runner -> papermill -> notebooks -> mathlib's topics -> NumPy, SciPy, ...

Every rule is a function of the root of a tree that gives one line per breach. The real tree has none, and
each rule is tried on a small tree that breaks it.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 300  # lines of a source file

# Topics that may import another topic: (importer, imported) -> reason.
NEIGHBOURS = {}
# Source files that may be longer: path -> reason.
ONE_UNIT = "numba's cache notices changes in a function's own file only: what is compiled together stays"
LONG_FILES = {
    "mathlib/jl/kernel.py": ONE_UNIT,
    "mathlib/packing/three_point/checker/boxes_fast.py": ONE_UNIT,
    "mathlib/packing/three_point/checker/boxes_outward.py": ONE_UNIT,
    "mathlib/packing/three_point/second_checker/boxes.py": ONE_UNIT,
    "mathlib/posets/search.py": ONE_UNIT,
}


def sources(root, *folders):
    """The Python files of the given folders (or single files) below root."""
    for folder in folders:
        yield from [root / folder] if folder.endswith(".py") else sorted((root / folder).rglob("*.py"))


def topics(root):
    return {path.parent.name for path in (root / "mathlib").glob("*/__init__.py")}


def imports(path, root):
    """Dotted names of all that a file imports, anywhere in it; `from a import b` gives a.b."""
    package = path.relative_to(root).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = [*base, node.module] if node.module else base
            yield from (".".join([*stem, name.name]) for name in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            target = node.args[0]
            if isinstance(target, ast.Constant):
                yield target.value
            elif path.name == "lazy.py" and ast.unparse(target).startswith("f'{package}."):
                continue  # a topic's own lazy names
            elif not ast.unparse(target).startswith(f"f'{'.'.join(package)}."):  # its own modules
                yield f"<{ast.unparse(target)}>"


def breaches(root, folders, forbidden):
    for path in sources(root, *folders):
        for name in imports(path, root):
            if forbidden(path, name) or name.startswith("<"):
                yield f"{path.relative_to(root)} imports {name}"


def runner_knows_no_mathematics(root):
    return breaches(root, ["runner", "run_all.py"], lambda path, name: name.split(".")[0] == "mathlib")


def mathlib_knows_no_runner(root):
    return breaches(root, ["mathlib"], lambda path, name: name.split(".")[0] in ("runner", "run_all"))


def run_all_is_only_a_door(root):
    allowed = {"runner", *sys.stdlib_module_names}
    return breaches(root, ["run_all.py"], lambda path, name: name.split(".")[0] not in allowed)


def topics_stand_alone(root):
    """A topic imports no other topic, and a module at mathlib's root imports none at all."""
    known = topics(root)

    def forbidden(path, name):
        importer, imported = path.relative_to(root).parts[1], [*name.split("."), ""][1]
        return (
            name.startswith("mathlib.")
            and imported in known - {importer}
            and (importer, imported) not in NEIGHBOURS
        )

    return breaches(root, ["mathlib"], forbidden)


def only_plots_draw(root):
    def forbidden(path, name):
        return name.split(".")[0] in ("matplotlib", "pylab") and path.name not in ("plots.py", "plotting.py")

    return breaches(root, ["mathlib", "runner", "run_all.py", "benchmarks"], forbidden)


def files_are_short(root):
    for path in sources(root, "mathlib", "runner", "benchmarks", "run_all.py"):
        lines, name = len(path.read_text().splitlines()), path.relative_to(root).as_posix()
        if lines >= LONGEST and name not in LONG_FILES:
            yield f"{name} has {lines} lines; split it, or list it in LONG_FILES with the reason"


def compiled_code_stands_alone(root):
    """What numba compiles calls nothing that another file compiles: its cache would not notice a change."""
    compiled = {path: _compiled_names(path) for path in sources(root, "mathlib")}
    everywhere = {name for names in compiled.values() for name in names}
    for path, own in compiled.items():
        if own:
            borrowed = {name.split(".")[-1] for name in imports(path, root) if name.startswith("mathlib.")}
            for name in sorted(borrowed & everywhere - own):
                yield f"{path.relative_to(root)} borrows the compiled {name}"


def _compiled_names(path):
    """Functions of a file that a decorator of numba compiles."""
    text = path.read_text()
    if "njit" not in text and "numba" not in text:
        return set()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    marks = ("njit", "jit", "intrinsic", "compiled")
    return {f.name for f in functions if any(m in ast.unparse(d) for d in f.decorator_list for m in marks)}


def topics_are_mirrored(root):
    """mathlib/X, notebooks/X and tests/X: whoever knows one finds the other two."""
    for topic in sorted(topics(root) | {path.name for path in (root / "notebooks").glob("*/")}):
        for folder in ("mathlib", "notebooks", "tests"):
            if not (root / folder / topic).is_dir():
                yield f"{folder}/{topic} is missing"


# Each rule with files that break it, and the breach that it must then name.
RULES = {
    runner_knows_no_mathematics: [
        ({"runner/a/b.py": "def f():\n    from mathlib import jl\n"}, "runner/a/b.py imports mathlib.jl"),
        ({"run_all.py": "import mathlib.claims\n"}, "run_all.py imports mathlib.claims"),
        ({"runner/a.py": "importlib.import_module('mathlib')\n"}, "runner/a.py imports mathlib"),
        ({"runner/a.py": "__import__(name)\n"}, "runner/a.py imports <name>"),
    ],
    mathlib_knows_no_runner: [
        ({"mathlib/jl/a.py": "from runner.results import key\n"}, "mathlib/jl/a.py imports runner.results"),
    ],
    run_all_is_only_a_door: [
        ({"run_all.py": "import sys\nimport papermill\n"}, "run_all.py imports papermill"),
    ],
    topics_stand_alone: [
        ({"mathlib/jl/a.py": "from mathlib.dpp import b\n"}, "mathlib/jl/a.py imports mathlib.dpp.b"),
        ({"mathlib/jl/a.py": "from mathlib import dpp\n"}, "mathlib/jl/a.py imports mathlib.dpp"),
        ({"mathlib/jl/a.py": "from ..dpp import b\n"}, "mathlib/jl/a.py imports mathlib.dpp.b"),
        ({"mathlib/jl/a.py": "from .. import dpp\n"}, "mathlib/jl/a.py imports mathlib.dpp"),
        ({"mathlib/a.py": "import mathlib.dpp.b\n"}, "mathlib/a.py imports mathlib.dpp.b"),
    ],
    only_plots_draw: [
        ({"mathlib/jl/a.py": "import matplotlib.pyplot\n"}, "mathlib/jl/a.py imports matplotlib.pyplot"),
        ({"benchmarks/a.py": "from matplotlib import cm\n"}, "benchmarks/a.py imports matplotlib.cm"),
    ],
    files_are_short: [
        ({"mathlib/jl/a.py": "1\n" * 300}, "mathlib/jl/a.py has 300 lines"),
    ],
    compiled_code_stands_alone: [
        (
            {
                "mathlib/jl/b.py": "import numba\n@numba.njit\ndef f(): pass\n",
                "mathlib/jl/a.py": "import numba\nfrom mathlib.jl.b import f\n@numba.njit\ndef g(): f()\n",
            },
            "mathlib/jl/a.py borrows the compiled f",
        ),
    ],
    topics_are_mirrored: [
        ({"mathlib/new/__init__.py": "", "tests/new/test_a.py": ""}, "notebooks/new is missing"),
        ({"notebooks/new/01_a.ipynb": "", "mathlib/new/__init__.py": ""}, "tests/new is missing"),
    ],
}
CASES = [(rule, files, breach) for rule, cases in RULES.items() for files, breach in cases]


@pytest.fixture
def tree(tmp_path):
    """A tree that keeps every rule: two topics, a plot, lazy names, a runner."""
    grow(tmp_path, {
        "run_all.py": "import sys\n\nfrom runner.command.line import main\n",
        "runner/command/line.py": "import papermill\n",
        "mathlib/__init__.py": "",
        "mathlib/lazy.py": "import importlib\nimportlib.import_module(f'{package}.{name}')\n",
        "mathlib/jl/__init__.py": "import importlib\nimportlib.import_module(f'mathlib.jl.{name}')\n",
        "mathlib/jl/a.py": "from mathlib import claims\nfrom mathlib.jl import b\nfrom . import b\n",
        "mathlib/jl/plots.py": "import matplotlib.pyplot\n",
        "mathlib/dpp/__init__.py": "1\n" * 299,
        "tests/jl/test_a.py": "", "tests/dpp/test_a.py": "",
        "notebooks/jl/01_a.ipynb": "", "notebooks/dpp/01_a.ipynb": "",
    })  # fmt: skip
    return tmp_path


def grow(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


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


def modules_after(statement, root=ROOT):
    """The modules that a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True).split())


HEAVY = {"IPython", "cvxpy", "flint", "matplotlib", "numba", "numpy", "pandas", "scipy", "sklearn"}


def test_importing_mathlib_loads_no_topic_and_nothing_heavy():
    loaded = modules_after("import mathlib")
    assert loaded & (HEAVY | {f"mathlib.{topic}" for topic in topics(ROOT)}) == set()


@pytest.mark.parametrize("topic", sorted(topics(ROOT)))
def test_importing_a_topic_loads_nothing_heavy(topic):
    loaded = modules_after(f"import mathlib.{topic}")
    assert loaded & HEAVY == set()


def test_importing_mathlib_costs_less_than_a_fifth_of_a_second():
    timed = "from time import perf_counter as now; start = now(); import mathlib; print(now() - start)"
    seconds = [
        float(subprocess.check_output([sys.executable, "-c", timed], cwd=ROOT, text=True)) for _ in range(5)
    ]
    assert min(seconds) < 0.2


def test_all_but_the_plots_load_without_matplotlib():
    """Through every module they import, too: nobody loads pyplot in order to compute."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources(ROOT, "mathlib", "runner")
        if path.name not in ("plots.py", "plotting.py", "__main__.py")
    ]
    assert "matplotlib" not in modules_after(f"import {', '.join(modules)}")


def test_a_module_that_another_one_loads_is_seen(tree):
    grow(tree, {"mathlib/__init__.py": "from mathlib import jl\n", "mathlib/jl/__init__.py": "import wave\n"})
    assert {"mathlib.jl", "wave"} <= modules_after("import mathlib", tree)
    assert "wave" not in modules_after("import os", tree)
