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
# Folders of mathlib that are no topics: what several topics stand on, and how notebooks state claims.
SHARED = {"claims", "exact", "plotting"}
# Checkers whose names do not say it.
CHECKERS: set[str] = set()
# What a checker may import: these modules, exact tools, its own folder's checkers, and these libraries.
FOUNDATIONS = {f"mathlib.{name}" for name in ("certificates", "checks", "compiled", "errors", "fields")}
LIBRARIES = {"flint", "numba", "numpy", *sys.stdlib_module_names}
# Other modules that checkers may import, and that must keep the same rule for it: module -> what it holds.
FIELDS = "the fields of a certificate, and whether they are what they should be"
DATA = {
    "mathlib.graphs.objects.mesh": "the mesh itself",
    "mathlib.graphs.objects.terms": "the query itself",
    "mathlib.packing.three_point.certificate": FIELDS,
    "mathlib.packing.three_point.functions": "values in doubles for pictures, which decide nothing",
    "mathlib.packing.three_point.spec": FIELDS,
    "mathlib.posets.certificates.check_proof": "unit propagation, which knows nothing of posets",
    "mathlib.posets.certificates.embedding": FIELDS,
    "mathlib.posets.certificates.encoding": "the clauses that a proof refutes, which are its statement",
    "mathlib.posets.certificates.realizer": FIELDS,
    "mathlib.posets.certificates.refutation": FIELDS,
    "mathlib.posets.certificates.result": FIELDS,
    "mathlib.posets.certificates.witness": FIELDS,
    "mathlib.posets.order.canonical": "a name for an order up to isomorphism: never asked",
    "mathlib.posets.order.poset": "the order itself",
    "mathlib.posets.order.positions": "the order itself",
    "mathlib.posets.order.relations": "operations on masks of bits",
    "mathlib.sensitivity.balls": "matrices of balls, inverted and multiplied in pieces",
}
# Imports that break this rule: (importer, imported) -> reason.
CHECKED_OTHERWISE = {
    ("mathlib/posets/order/positions.py", "networkx"): "conversion to networkx: never asked",
}
# Source files that may be longer: path -> reason.
ONE_UNIT = "numba's cache notices changes in a function's own file only: what is compiled together stays"
LONG_FILES = {
    "mathlib/jl/hadamard/kernel.py": ONE_UNIT,
    "mathlib/packing/three_point/checker/boxes.py": ONE_UNIT,
    "mathlib/packing/three_point/second_checker/boxes.py": ONE_UNIT,
    "mathlib/posets/catalogue/branch_and_bound.py": ONE_UNIT,
}


def sources(root, *folders):
    """The Python files of the given folders (or single files) below root."""
    for folder in folders:
        yield from [root / folder] if folder.endswith(".py") else sorted((root / folder).rglob("*.py"))


def topics(root):
    return {path.parent.name for path in (root / "mathlib").glob("*/__init__.py")} - SHARED


def imports(path, root, *, for_types=True):
    """Dotted names of all that a file imports, anywhere in it; `from a import b` gives a.b.

    What only type checkers read can be left out: it is never imported.
    """
    package = path.relative_to(root).with_suffix("").parts[:-1]
    tree = ast.parse(path.read_text())
    if not for_types:
        tree.body = [node for node in tree.body if not ast.unparse(node).startswith("if TYPE_CHECKING:")]
    for node in ast.walk(tree):
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
            elif path == root / "mathlib/verify.py" and ast.unparse(target) == "module":
                continue  # the checker of a kind, from its table: when a file asks for it
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


def exact_tools_are_light(root):
    """They import the standard library alone, so that a checker that stands on them does, too."""
    allowed = ("mathlib.errors.", "mathlib.exact.")

    def forbidden(path, name):
        return name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(allowed)

    return breaches(root, ["mathlib/exact"], forbidden)


def checkers_import_no_solver(root):
    """A checker that used the code of a solver would repeat its errors."""

    def forbidden(path, name):
        module, importer = module_of(name, root), path.relative_to(root).as_posix()
        checked = (
            is_checker(path, root)
            or module_of(".".join(path.relative_to(root).with_suffix("").parts), root) in DATA
        )
        return checked and not may_judge(path, module, root) and (importer, module) not in CHECKED_OTHERWISE

    return breaches(root, ["mathlib"], forbidden)


def is_checker(path, root):
    folders, name = path.relative_to(root).parts[:-1], path.relative_to(root).as_posix()
    in_room = "checker" in folders or "second_checker" in folders
    return in_room or path.name == "check.py" or path.name.startswith("check_") or name in CHECKERS


def may_judge(path, module, root):
    """Whether a checker, or what it reads its data with, may import a module."""
    if module.split(".")[0] != "mathlib":
        return module.split(".")[0] in LIBRARIES
    if module in FOUNDATIONS | DATA.keys() or module.startswith("mathlib.exact"):
        return True
    file = module_file(module, root)
    same_room = file is not None and (file.parent == path.parent or not is_checker(path, root))
    return same_room and is_checker(file, root)


def two_checkers_share_nothing(root):
    """A second checker knows of mathlib how to compile and what an error is; no other knows the second."""

    def forbidden(path, name):
        module, room = module_of(name, root).split("."), list(path.relative_to(root).parts[:-1])
        if "second_checker" not in room:
            return "second_checker" in module and is_checker(path, root)
        own, known = module[: len(room)] == room, module in (["mathlib", "compiled"], ["mathlib", "errors"])
        return module[0] == "mathlib" and not own and not known

    return breaches(root, ["mathlib"], forbidden)


def module_of(name, root):
    """The module that an imported name is, or is in."""
    parts = name.split(".")
    modules = (".".join(parts[:k]) for k in range(len(parts), 0, -1))
    return next((module for module in modules if module_file(module, root)), name)


def module_file(module, root):
    path = root.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def only_plots_draw(root):
    def forbidden(path, name):
        return name.split(".")[0] in ("matplotlib", "pylab") and not draws(path)

    return breaches(root, ["mathlib", "runner", "run_all.py", "benchmarks"], forbidden)


def draws(path):
    """Whether a file holds pictures: it may import matplotlib."""
    return path.name == "plots.py" or path.parent.name in ("plots", "plotting")


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
        ({"mathlib/jl/a.py": "from runner.cache import key\n"}, "mathlib/jl/a.py imports runner.cache.key"),
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
    exact_tools_are_light: [
        ({"mathlib/exact/a.py": "import numpy\n"}, "mathlib/exact/a.py imports numpy"),
        (
            {"mathlib/exact/a.py": "from mathlib.checks import f\n"},
            "mathlib/exact/a.py imports mathlib.checks.f",
        ),
        ({"mathlib/exact/a.py": "from mathlib import jl\n"}, "mathlib/exact/a.py imports mathlib.jl"),
    ],
    checkers_import_no_solver: [
        ({"mathlib/jl/check.py": "from mathlib.jl import a\n"}, "mathlib/jl/check.py imports mathlib.jl.a"),
        (
            {"mathlib/jl/check.py": "from mathlib import claims\n"},
            "mathlib/jl/check.py imports mathlib.claims",
        ),
        ({"mathlib/jl/check.py": "import mathlib.jl\n"}, "mathlib/jl/check.py imports mathlib.jl"),
        ({"mathlib/jl/check_b.py": "from .a import f\n"}, "mathlib/jl/check_b.py imports mathlib.jl.a.f"),
        (
            {"mathlib/jl/checker/c.py": "def f():\n    from mathlib.jl.a import g\n"},
            "mathlib/jl/checker/c.py imports mathlib.jl.a.g",
        ),
        ({"mathlib/jl/checker/c/d.py": "import scipy.optimize\n"}, "mathlib/jl/checker/c/d.py imports scipy"),
        (
            {"mathlib/jl/second_checker/c.py": "from mathlib.jl.checker import b\n"},
            "mathlib/jl/second_checker/c.py imports mathlib.jl.checker.b",
        ),
        (
            {"mathlib/posets/certificates/check.py": "import pysat.solvers\n"},
            "mathlib/posets/certificates/check.py imports pysat",
        ),
        (
            {"mathlib/posets/order/poset.py": "from mathlib.posets.parameters.sat import solve\n"},
            "mathlib/posets/order/poset.py imports mathlib.posets.parameters.sat.solve",
        ),
    ],
    two_checkers_share_nothing: [
        (
            {"mathlib/jl/second_checker/c.py": "from ..checker.b import f\n"},
            "mathlib/jl/second_checker/c.py imports mathlib.jl.checker.b.f",
        ),
        (
            {"mathlib/jl/second_checker/c.py": "from mathlib.exact.ldl import f\n"},
            "mathlib/jl/second_checker/c.py imports mathlib.exact.ldl.f",
        ),
        (
            {"mathlib/jl/checker/c.py": "from mathlib.jl.second_checker.b import f\n"},
            "mathlib/jl/checker/c.py imports mathlib.jl.second_checker.b.f",
        ),
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
    """A tree that keeps every rule: two topics, plots, a runner."""
    grow(tmp_path, {
        "run_all.py": "import sys\n\nfrom runner.cli import main\n",
        "runner/cli.py": "import papermill\n",
        "mathlib/__init__.py": "",
        "mathlib/jl/__init__.py": "import importlib\nimportlib.import_module(f'mathlib.jl.{name}')\n",
        "mathlib/jl/a.py": "from mathlib import claims\nfrom mathlib.jl import b\nfrom . import b\n",
        "mathlib/jl/plots.py": "import matplotlib.pyplot\n",
        "mathlib/dpp/plots/a.py": "import matplotlib.pyplot\n",
        "mathlib/claims.py": "", "mathlib/errors.py": "",
        "mathlib/exact/__init__.py": "", "mathlib/exact/ldl.py": "from fractions import Fraction\n",
        "mathlib/jl/checker/a.py": "import numpy\nfrom mathlib.exact import ldl\nfrom . import b\n",
        "mathlib/jl/checker/b.py": "from mathlib.errors import CertificateError\n",
        "mathlib/jl/second_checker/b.py": "from mathlib.errors import CertificateError\n",
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


def test_every_module_and_exception_listed_for_checkers_is_needed():
    edges = {
        (path.relative_to(ROOT).as_posix(), module_of(name, ROOT))
        for path in sources(ROOT, "mathlib")
        for name in imports(path, ROOT)
    }
    readers = {module_file(module, ROOT) for module in DATA}
    read = {edge[1] for edge in edges if is_checker(ROOT / edge[0], ROOT) or ROOT / edge[0] in readers}
    assert set(CHECKED_OTHERWISE) <= edges
    assert set(DATA) <= read


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
        if not draws(path) and path.name != "__main__.py"
    ]
    assert "matplotlib" not in modules_after(f"import {', '.join(modules)}")


def test_a_module_that_another_one_loads_is_seen(tree):
    grow(tree, {"mathlib/__init__.py": "from mathlib import jl\n", "mathlib/jl/__init__.py": "import wave\n"})
    assert {"mathlib.jl", "wave"} <= modules_after("import mathlib", tree)
    assert "wave" not in modules_after("import os", tree)
