"""pyproject.toml is the single source of dependencies; environment.yml and requirements.lock follow it."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT, GROUPS = PYPROJECT["project"], PYPROJECT["dependency-groups"]
LOCKS = {path: (ROOT / path).read_text() for path in ("requirements.lock", "benchmarks/requirements.lock")}
# What uv writes at the end of a lock line: the versions of Python, or the systems, that need it.
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?")


def declared(*groups):
    """The requirements of pyproject.toml: those of mathlib and of some groups, of all if none is named."""
    return sorted([*PROJECT["dependencies"], *(line for name in groups or GROUPS for line in GROUPS[name])])


def test_environment_yml_names_what_pyproject_names():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    conda = [entry for entry in listed if isinstance(entry, str)]
    assert f"python{PROJECT['requires-python']}" in conda
    assert "pip" in conda
    assert "--editable ." in pip
    own = {f"python{PROJECT['requires-python']}", "pip", "--editable ."}
    assert sorted({*conda, *pip} - own) == declared()


def pins(lock):
    """The versions that a lock pins for each package: more than one where Pythons or systems differ."""
    found = {}
    for pin in PIN.finditer("\n".join(line for line in LOCKS[lock].splitlines() if re.match(r"\w", line))):
        found.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return found


def test_the_locks_pin_every_direct_dependency_in_the_allowed_range():
    known = pins("benchmarks/requirements.lock") | pins("requirements.lock")
    for line in declared():
        requirement = Requirement(line)
        versions = known.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is not in a lock: run make lock"
        for version in versions:
            assert requirement.specifier.contains(version, prereleases=True), f"{line}, locked {version}"


def test_peers_of_benchmarks_change_no_version_and_come_with_make_bench_alone():
    usual, bench = pins("requirements.lock"), pins("benchmarks/requirements.lock")
    assert all(bench[name] <= usual[name] for name in bench.keys() & usual.keys())
    assert not {Requirement(line).name for line in GROUPS["bench"]} & usual.keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock):
    blocks = re.split(r"^(?=\w)", LOCKS[lock], flags=re.MULTILINE)[1:]
    assert len(blocks) >= len(GROUPS["bench"])
    for block in blocks:
        first, *rest = block.splitlines()
        assert PIN.fullmatch(first), first
        assert any(line.startswith("    --hash=sha256:") for line in rest), first


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address_no_option_and_no_path(lock):
    """Only pins, hashes and the comments that say which package or group asked for which."""
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    comment = r"    # +[\w .-]+( \(pyproject\.toml(:\w+)?\))?"
    for line in LOCKS[lock].splitlines():
        assert re.fullmatch(f"{PIN.pattern}|{digest}|{comment}", line), line


def test_no_file_of_the_set_up_names_an_address():
    for name in ("Makefile", "pyproject.toml", "environment.yml", ".ci/run", *LOCKS):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host", text), name


#: What mathlib takes only where it is there: the sliders of notebooks, and graphs that others made.
OPTIONAL = {"ipywidgets", "IPython", "networkx"}
#: The distribution behind a module, where it has another name, or comes with another.
DISTRIBUTIONS = {
    "cycler": "matplotlib",
    "flint": "python-flint",
    "llvmlite": "numba",
    "pysat": "python-sat",
    "pysolvers": "python-sat",
    "sklearn": "scikit-learn",
    "threadpoolctl": "scikit-learn",
}


def test_the_wheel_is_mathlib_and_asks_for_what_mathlib_imports():
    assert PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"] == ["mathlib*"]
    assert "optional-dependencies" not in PROJECT
    modules = set()
    for path in (ROOT / "mathlib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.split(".")[0])
    others = modules - sys.stdlib_module_names - {"mathlib"} - OPTIONAL
    wanted = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert {DISTRIBUTIONS.get(name, name) for name in others} == wanted


def test_the_workflow_runs_what_a_change_must_pass_and_publishes_the_site_of_the_default_branch():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert {"push", "schedule"} <= workflow[True].keys()  # YAML 1.1 reads the word "on" as a truth value
    checks, site = workflow["jobs"]["checks"], workflow["jobs"]["site"]
    assert "bash .ci/run" in [step.get("run") for step in checks["steps"]]
    [published] = [step["with"]["path"] for step in checks["steps"] if "upload-pages" in step.get("uses", "")]
    assert published == "results"
    assert site["needs"] == "checks"
    assert site["if"] == "github.ref_name == github.event.repository.default_branch"
