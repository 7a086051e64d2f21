"""The checker of two-point certificates alone: one file, no mathlib, no library, one line for any file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mathlib.packing

PACKING = Path(mathlib.packing.__file__).parent
SHIPPED = PACKING / "certificates/two_point/n02.json"


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    """The one file in an otherwise empty folder."""
    return shutil.copy(PACKING / "two_point/check.py", tmp_path_factory.mktemp("alone"))


def run(checker, *arguments):
    """In an interpreter that sees neither installed packages nor the folder it is started in."""
    command = [sys.executable, "-I", "-S", checker, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def test_it_proves_a_bound_without_mathlib(checker):
    result = run(checker, SHIPPED)
    theorem = "No packing of equal balls in R^2 has density above 0.906899682161933."
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{SHIPPED}: {theorem}\n", "")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (json.dumps({**json.loads(SHIPPED.read_text()), "n": 3}), "does not hold"),
        (json.dumps({**json.loads(SHIPPED.read_text()), "bound": "0.9068"}), "as stated, does not hold"),
        (json.dumps({"kind": "kissing"}), "field 'kind'"),
        ("[" * 100_000, "recursion"),
        ("{", "Expecting"),
        ("\udcff", "utf-8"),
    ],
)
def test_whatever_else_a_file_holds_is_one_line(checker, tmp_path, content, wrong):
    path = tmp_path / "two\nlines.json"
    path.write_text(content, errors="surrogateescape")
    result = run(checker, path)
    assert (result.returncode, result.stderr) == (1, "")
    [line] = result.stdout.splitlines()
    assert "NOT PROVED" in line
    assert wrong in line


@pytest.mark.parametrize("path", ["/dev/zero", "absent.json", "."])
def test_what_is_no_file_is_refused_unread(checker, path):
    result = run(checker, path)
    assert result.returncode == 1
    assert "NOT PROVED: a file of at most" in result.stdout


def test_its_usage(checker):
    assert run(checker).returncode == run(checker, SHIPPED, SHIPPED).returncode == 2
