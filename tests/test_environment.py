"""pyproject.toml is the single source of dependencies; environment.yml and requirements.lock follow it."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
# What uv writes at the end of a lock line: the versions of Python, or the systems, that need it.
PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?")


def declared():
    """The requirements of pyproject.toml, core and all extras."""
    extras = PROJECT["optional-dependencies"].values()
    return sorted([*PROJECT["dependencies"], *(line for extra in extras for line in extra)])


def test_environment_yml_names_what_pyproject_names():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    conda = [entry for entry in listed if isinstance(entry, str)]
    assert f"python{PROJECT['requires-python']}" in conda
    assert "pip" in conda
    assert "--editable ." in pip
    own = {f"python{PROJECT['requires-python']}", "pip", "--editable ."}
    assert sorted({*conda, *pip} - own) == declared()


def test_the_lock_pins_every_direct_dependency_in_the_allowed_range():
    pins = {}
    for pin in PIN.finditer("\n".join(line for line in LOCK.splitlines() if re.match(r"\w", line))):
        pins.setdefault(canonicalize_name(pin["name"]), []).append(pin["version"])
    for line in declared():
        requirement = Requirement(line)
        versions = pins.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is not in requirements.lock: run make lock"
        for version in versions:
            assert requirement.specifier.contains(version, prereleases=True), f"{line}, locked {version}"


def test_every_pin_has_hashes():
    blocks = re.split(r"^(?=\w)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > len(declared())
    for block in blocks:
        first, *rest = block.splitlines()
        assert PIN.fullmatch(first), first
        assert any(line.startswith("    --hash=sha256:") for line in rest), first


def test_the_lock_holds_no_address_no_option_and_no_path():
    """Only pins, hashes and the comments that say which package asked for which."""
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    comment = r"    # +[\w .-]+( \(pyproject\.toml\))?"
    for line in LOCK.splitlines():
        assert re.fullmatch(f"{PIN.pattern}|{digest}|{comment}", line), line


def test_no_file_of_the_set_up_names_an_address():
    for name in ("Makefile", "pyproject.toml", "environment.yml", "requirements.lock", ".ci/run"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host", text), name


def test_the_extra_for_clusters_comes_with_a_runner():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert "cluster" not in extras or "runner*" in packages
