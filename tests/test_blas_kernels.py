"""Which kernels of OpenBLAS are tried on which processor; processors are made up by their flags."""

import doctest
import os
import subprocess
import sys

import pytest

from tools import try_blas_kernels
from tools.try_blas_kernels import ROOT, another, kinds_for, main, passes, processor_flags

AVX2 = "fpu sse2 sse4_2 avx avx2 fma"
AVX512 = f"{AVX2} avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("machine", "flags", "kinds"),
    [
        ("x86_64", AVX512, ["SkylakeX", "Haswell", "Nehalem"]),
        ("x86_64", f"{AVX2} avx512f avx512cd avx512er", ["Haswell", "Nehalem"]),  # a Xeon Phi
        ("x86_64", AVX2, ["Haswell", "Nehalem"]),
        ("x86_64", "fpu sse2 sse4_2 avx", ["Nehalem"]),
        ("x86_64", "fpu sse2", []),
        ("aarch64", "fp asimd atomics asimddp", ["NEOVERSEN1", "ARMV8"]),
        ("aarch64", "fp asimd", ["ARMV8"]),
        ("riscv64", AVX512, []),
    ],
)
def test_the_kinds_follow_from_the_flags(machine, flags, kinds):
    name = "Features" if machine == "aarch64" else "flags"
    cpuinfo = f"processor\t: 0\n{name}\t\t: {flags}\nbugs: avx512f\n\nprocessor\t: 1\n{name}\t\t: none\n"
    assert kinds_for(machine, processor_flags(cpuinfo)) == kinds
    assert processor_flags("processor\t: 0\n") == set()


@pytest.mark.parametrize(
    ("used", "one"),
    [("SkylakeX", "Haswell"), ("Cooperlake", "Haswell"), ("Haswell", "SkylakeX"), ("Nehalem", "SkylakeX")],
)
def test_another_kind_is_the_best_that_is_not_in_use(used, one):
    assert another(["SkylakeX", "Haswell", "Nehalem"], used) == [one]


def test_there_may_be_no_other():
    assert another(["Haswell"], "Zen") == another(["ARMV8"], "armv8") == another([], "Haswell") == []


def test_where_there_is_no_choice_one_sentence_says_so(monkeypatch, capsys):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    monkeypatch.setattr(try_blas_kernels, "kernels_in_use", lambda kind=None: "RISCV64_GENERIC")
    assert main([]) == 0
    assert capsys.readouterr().out == "no kernels to choose from on riscv64 (in use: RISCV64_GENERIC)\n"


def test_kernels_that_openblas_does_not_use_when_asked_are_left_out(monkeypatch, capsys):
    monkeypatch.setattr(try_blas_kernels, "kernels_in_use", lambda kind=None: "Haswell")
    assert try_blas_kernels.built_in(["SkylakeX", "Haswell"]) == ["Haswell"]
    assert capsys.readouterr().out == "left out: with OPENBLAS_CORETYPE=SkylakeX OpenBLAS uses Haswell\n"


def test_a_test_that_fails_with_some_kernels_is_told_with_the_command(tmp_path, capsys):
    file = tmp_path / "test_kind.py"
    file.write_text("import os\ndef test_it():\n    assert os.environ['OPENBLAS_CORETYPE'] == 'A'\n")
    assert passes("A", str(file))
    assert not passes("B", str(file))
    good, bad, *log = capsys.readouterr().out.splitlines()
    assert good == f"passed  OPENBLAS_CORETYPE=A python -m pytest {file}"
    assert bad == f"FAILED  OPENBLAS_CORETYPE=B python -m pytest {file}"
    assert any("1 failed" in line for line in log)


def test_it_tells_what_is_in_use_and_fails_with_the_tests(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_it():\n    assert False\n")
    call = [sys.executable, "-m", "tools.try_blas_kernels", "--one", str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, env=os.environ)
    if "no kernels to choose from" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.stdout.startswith("in use without a choice: ")
    assert done.returncode == 1, done.stdout + done.stderr


def test_the_examples_hold():
    outcome = doctest.testmod(try_blas_kernels)
    assert outcome.attempted == 2
    assert outcome.failed == 0
