"""Compiled code where no cache can be written: it works, and says that it costs time."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

NO_FOLDER = """
import numba.core.caching as caching

def refuse(self):
    raise OSError("read-only file system")

for kind in vars(caching).values():
    if hasattr(kind, "ensure_cache_path"):
        kind.ensure_cache_path = refuse
"""
NO_ROOM = """
import numba.core.caching as caching

def refuse(self, *arguments):
    raise OSError(28, "No space left on device")

caching.IndexDataCacheFile.save = refuse
"""
FUNCTION = """
from mathlib.compiled import njit

@njit
def square(x):
    return x * x

@njit
def cube(x):
    return x * square(x)

assert (cube(3), cube(0.5)) == (27, 0.125)
"""
TOPICS = {
    "jl": "import numpy as np; from mathlib.jl import FastJL\n"
    "assert FastJL(64, random_state=0).fit_transform(np.ones((600, 1024))).shape == (600, 64)",
    "sensitivity": "import numpy as np; from mathlib.sensitivity import sensitivities\n"
    "assert np.allclose(sensitivities(np.eye(2), 3).upper, 1)",
    "dpp": "from mathlib.dpp import *\n"
    "assert sample_dpp(TensorBasis(Legendre(), index_set('total', 1, 2)), rng=0).points.shape == (3, 1)",
    "graphs": "from mathlib.graphs import enumerate_graphs; assert len(enumerate_graphs(5)) == 34",
    "posets": "from mathlib.posets import census; assert len(census(3)) == 5",
    "packing": "from mathlib.packing.semidefinite.double_double import gram; import numpy as np\n"
    "assert gram(np.eye(1), np.ones(1))[0] == 1",
}


def run(tmp_path, setting, code):
    (tmp_path / "program.py").write_text(setting + code)
    return subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )


def test_without_a_folder_for_the_cache_it_compiles_and_says_so_once(tmp_path):
    ended = run(tmp_path, NO_FOLDER, FUNCTION)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("Set NUMBA_CACHE_DIR") == 1


def test_without_room_for_the_cache_it_compiles(tmp_path):
    ended = run(tmp_path, NO_ROOM, FUNCTION)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_otherwise_it_keeps_what_it_compiled(tmp_path):
    ended = run(tmp_path, "", FUNCTION)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(list((tmp_path / "__pycache__").glob("program.*.nbi"))) == 2


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_works_without_a_cache(topic, tmp_path):
    ended = run(tmp_path, NO_FOLDER, TOPICS[topic])
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("Set NUMBA_CACHE_DIR") == 1


INTERRUPTED = """
import os
import signal
from numba.core import codegen

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a background job ignores it

def pressed(cls, *arguments, hook=codegen.CPUCodeLibrary._object_compiled_hook):
    os.kill(os.getpid(), signal.SIGINT)
    return hook(*arguments)

codegen.CPUCodeLibrary._object_compiled_hook = classmethod(pressed)
"""


def test_ctrl_c_is_not_lost_where_llvm_calls_python_back(tmp_path):
    """There an exception is written to stderr and forgotten: numba alone goes on."""
    ended = run(tmp_path, INTERRUPTED, FUNCTION)
    assert ended.returncode == -2
    assert "KeyboardInterrupt" in ended.stderr
    assert "Exception ignored" not in ended.stderr
