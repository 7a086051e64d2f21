"""README and CONTRIBUTING name what there is: notebooks, files and targets of make."""

import doctest
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/certificates.md", "docs/cluster.md")


def test_the_readme_has_a_row_for_every_notebook():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| \[.*?\]\((notebooks/\S+\.ipynb)\)", readme, re.MULTILINE)
    there = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/*/*.ipynb")]
    assert sorted(rows) == sorted(there)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    for target in re.findall(r"(?:\]\(|src=\")(?!https?:)([^)\"#]+)", (ROOT / document).read_text()):
        assert ((ROOT / document).parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_command_is_a_target(document):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for name in re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / document).read_text(), re.MULTILINE):
        assert name in targets, name


def test_jupyterlab_starts_for_root_too():
    said = subprocess.run(["make", "--dry-run", "lab"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ("--allow-root" in said.stdout) == (os.getuid() == 0)


def test_pictures_are_small():
    for path in ROOT.glob("docs/*.png"):
        assert path.stat().st_size < 100_000, path.name


def test_the_example_of_the_readme_runs():
    text = (ROOT / "README.md").read_text().replace("```", "   ")
    example = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    assert len(example.examples) == 4
    assert doctest.DocTestRunner().run(example).failed == 0
