"""The wheel: mathlib alone with its data and its annotations, which works where nothing else is installed."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built without the network from a copy that holds no build of before."""
    folder = tmp_path_factory.mktemp("wheel")
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "mathlib", folder / "tree/mathlib", ignore=unwanted)
    shutil.copytree(ROOT / "runner", folder / "tree/runner", ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / "tree" / name)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "."]
    subprocess.run(
        [*command, "--wheel-dir", folder], cwd=folder / "tree", check=True, capture_output=True, timeout=300
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A Python that has the wheel and lazy_loader, and nothing else."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=False)
    site = next((folder / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    import lazy_loader

    shutil.copytree(Path(lazy_loader.__file__).parent, site / "lazy_loader")
    return folder / "bin/python"


def run(python, *arguments, folder):
    return subprocess.run(
        [python, "-I", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


CERTIFICATES = ROOT / "mathlib/packing/certificates"


def test_it_holds_mathlib_with_all_its_files_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    paths = [path for path in (ROOT / "mathlib").rglob("*") if path.is_file()]
    there = {path.relative_to(ROOT).as_posix() for path in paths if "__pycache__" not in path.parts}
    assert inside == there
    assert {"mathlib/py.typed", "mathlib/__init__.pyi"} <= inside


def test_it_asks_for_no_notebooks_no_runner_and_no_tools(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode().splitlines()
    asked = [line for line in lines if line.startswith("Requires-Dist:")]
    assert "Requires-Dist: numpy>=2.2" in asked
    assert not [line for line in lines if line.startswith("Provides-Extra:")]
    assert not [line for line in asked if "jupyter" in line or "papermill" in line or "dask" in line]


def test_a_certificate_is_verified_where_only_the_wheel_is_installed(python, tmp_path):
    done = run(python, "-m", "mathlib.verify", CERTIFICATES / "two_point/n02.json", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No packing of equal balls in R^2 has density above 0.906899682161933." in done.stdout


def test_without_a_library_that_a_kind_needs_one_sentence_names_it(python, tmp_path):
    files = [CERTIFICATES / "three_point/n04.json", CERTIFICATES / "two_point/n02.json"]
    done = run(python, "-m", "mathlib.verify", *files, folder=tmp_path)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert "NOT CHECKED: this kind needs " in first
    assert "pip install mathlib-experiments" in first
    assert "No packing" in second
    assert not done.stderr
