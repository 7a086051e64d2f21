"""The set-up of the Makefile, tried in a small copy of the tree whose lock pins setuptools alone.

The slow tests install from the package index (or the cache of pip and uv); the others need nothing.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# All that the set-up may call besides Python, so that no pip and no uv of this machine slips in.
TOOLS = ("awk", "cat", "cksum", "dirname", "make", "rm", "sh")


def small_lock():
    """The lines of requirements.lock that pin setuptools."""
    lock = (ROOT / "requirements.lock").read_text()
    return re.search(r"^setuptools==.*?(?=^[a-z])", lock, re.MULTILINE | re.DOTALL).group()


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "a tree"  # with a space: people have such folders
    (tree / "mathlib").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, tree / name)
    (tree / "mathlib/__init__.py").touch()
    (tree / "requirements.lock").write_text(small_lock())
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tree


def python_without_ensurepip(folder, pip):
    """A Python like Debian's without python3-venv: it leaves a half-made .venv behind and fails."""
    real = sys.executable
    wrapper = folder / "python"
    no_pip = "" if pip else "'-m pip'*) echo 'No module named pip' >&2; exit 1 ;;"
    wrapper.write_text(
        f"#!/bin/sh\ncase \"$*\" in\n'-m venv .venv') '{real}' -m venv --without-pip .venv\n"
        f"echo 'ensurepip is not available' >&2; exit 1 ;;\n{no_pip}\nesac\nexec '{real}' \"$@\"\n"
    )
    wrapper.chmod(0o755)
    return wrapper


def environment(tree, **extra):
    """What this process has, without the traces of a `make test` around it, and with few tools."""
    inner = ("MAKE", "MFLAGS", "ARGS")
    outer = {key: value for key, value in os.environ.items() if not key.startswith(inner)}
    return outer | {"PATH": str(tree.parent / "bin"), "PYTHON": sys.executable} | extra


def make(tree, *arguments, **extra):
    return subprocess.run(
        ["make", *arguments], cwd=tree, env=environment(tree, **extra), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def assert_set_up(tree, done):
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tree / ".venv/stamp").read_text().startswith(str(tree))
    where = subprocess.run(
        [tree / ".venv/bin/python", "-c", "import mathlib; print(mathlib.__file__)"],
        cwd="/", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.strip() == str(tree / "mathlib/__init__.py")


def test_make_alone_describes_every_target(tree):
    done = make(tree)
    shown = re.findall(r"^make (\w+) +\S", done.stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE).group(1)
    assert shown == phony.split()
    assert max(map(len, done.stdout.splitlines())) <= 110
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize("script", ["exit 1", None], ids=["too old", "missing"])
def test_without_a_fitting_python_one_line_says_so(tree, script):
    python = tree.parent / "old"
    if script:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    done = make(tree, ".venv/stamp", PYTHON=str(python))
    assert done.returncode == 2
    assert re.fullmatch(r"Python 3\.11 or later is needed.*\n", done.stdout)
    assert done.stderr.startswith("make: ***")


def test_without_ensurepip_and_pip_one_line_names_the_package(tree):
    done = make(tree, ".venv/stamp", PYTHON=str(python_without_ensurepip(tree.parent, pip=False)))
    assert done.returncode == 2
    assert re.fullmatch(r".*lacks ensurepip.*apt-get install python3-venv\n", done.stdout)
    assert done.stderr.startswith("make: ***")
    assert not (tree / ".venv").exists()


@pytest.mark.slow
def test_without_ensurepip_an_existing_pip_helps(tree):
    done = make(tree, ".venv/stamp", PYTHON=str(python_without_ensurepip(tree.parent, pip=True)))
    assert_set_up(tree, done)
    assert (tree / ".venv/bin/uv").exists()


@pytest.mark.slow
def test_without_ensurepip_and_pip_an_existing_uv_helps(tree):
    (tree.parent / "bin/uv").symlink_to(Path(sys.executable).with_name("uv"))
    done = make(tree, ".venv/stamp", PYTHON=str(python_without_ensurepip(tree.parent, pip=False)))
    assert_set_up(tree, done)


@pytest.mark.slow
def test_without_uv_pip_installs(tree):
    (tree.parent / "constraint.txt").write_text("uv==0.0.0\n")
    config = tree.parent / "pip.conf"
    config.write_text(f"[install]\nconstraint = {tree.parent / 'constraint.txt'}\n")
    done = make(tree, ".venv/stamp", PIP_CONFIG_FILE=str(config))
    assert_set_up(tree, done)
    assert "pip does its work" in done.stdout
    assert not (tree / ".venv/bin/uv").exists()


@pytest.mark.slow
def test_only_a_change_of_contents_or_place_installs_again(tree):
    assert_set_up(tree, make(tree, ".venv/stamp"))
    stamp = tree / ".venv/stamp"
    made = stamp.stat().st_mtime_ns

    for name in ("requirements.lock", "pyproject.toml"):
        (tree / name).touch()
    assert make(tree, ".venv/stamp").returncode == 0
    assert stamp.stat().st_mtime_ns == made

    (tree / "requirements.lock").write_text("# changed\n" + small_lock())
    old = time.time() - 10**6
    os.utime(tree / "requirements.lock", (old, old))
    assert_set_up(tree, make(tree, ".venv/stamp"))
    assert stamp.stat().st_mtime_ns > made

    moved = tree.rename(tree.with_name("moved"))
    assert_set_up(moved, make(moved, ".venv/stamp"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken",
    [re.sub(r"sha256:\w{8}", "sha256:00000000", small_lock()), small_lock() + "iniconfig==2.3.1\n"],
    ids=["wrong", "missing"],
)
def test_a_wrong_or_missing_hash_stops_it(tree, broken):
    (tree / "requirements.lock").write_text(broken)
    done = make(tree, ".venv/stamp")
    assert done.returncode == 2
    assert "hash" in done.stderr.lower()
    assert not (tree / ".venv/stamp").exists()


@pytest.mark.slow
def test_the_settings_of_the_caller_do_not_reach_it(tree):
    elsewhere = tree.parent / "elsewhere"
    constraint = tree.parent / "constraint.txt"
    constraint.write_text("setuptools==77.0.1\n")
    done = make(
        tree, ".venv/stamp", PYTHONHOME="/nowhere", VIRTUAL_ENV="/nowhere", PYTHONPATH=str(elsewhere),
        PIP_TARGET=str(elsewhere), PIP_USER="1", PIP_REQUIRE_VIRTUALENV="1", PIP_CONSTRAINT=str(constraint),
        UV_CONSTRAINT=str(constraint), UV_SYSTEM_PYTHON="1", UV_PYTHON="/nowhere",
    )  # fmt: skip
    assert_set_up(tree, done)
    assert not elsewhere.exists()
    assert "pip does its work" not in done.stdout
    assert "Installed 1 package" in done.stderr  # by uv


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_set_up_leaves_no_stamp_and_the_next_one_ends_well(tree, number):
    running = subprocess.Popen(
        ["make", ".venv/stamp"], cwd=tree, env=environment(tree), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tree / ".venv/bin/python").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(running.pid, number)
    assert running.wait(60) != 0
    assert not (tree / ".venv/stamp").exists()
    assert_set_up(tree, make(tree, ".venv/stamp"))
