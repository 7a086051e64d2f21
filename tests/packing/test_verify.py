"""The command that verifies certificates: its words, its exit status, and what it does not import."""

import json
import os
import subprocess
import sys
from pathlib import Path

import lazy_loader
import pytest

import mathlib.packing
from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.packing.delsarte.bounds import binary_code_bound, kissing_bound
from mathlib.packing.two_point.bound import two_point_bound
from mathlib.packing.two_point.certificate import TwoPointCertificate
from mathlib.packing.uncertainty.bound import uncertainty_bound

ROOT = Path(mathlib.packing.__file__).parents[2]


def run(*files):
    command = [sys.executable, "-m", "mathlib.verify", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


def test_every_kind_is_verified(tmp_path, capsys):
    makers = {
        "two-point": lambda: two_point_bound(8, digits=5, progress=False),
        "two-point-triangle": lambda: two_point_bound(1),
        "kissing": lambda: kissing_bound(8),
        "binary-code": lambda: binary_code_bound(7, 4),
        "uncertainty": lambda: uncertainty_bound(12),
    }
    assert makers.keys() <= verify.CHECKERS.keys()
    paths = []
    for kind, make in makers.items():
        paths.append(tmp_path / f"{kind}.json")
        make().save(paths[-1])
        assert json.loads(paths[-1].read_text())["kind"] == kind
    assert verify.main([str(path) for path in paths]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "No packing of equal balls in R^8 has density above 0.25367." in printed[0]
    assert "No packing of equal balls in R^1 has density above 1." in printed[1]
    assert "240" in printed[2]
    assert "8 words" in printed[3]
    assert "A_+(12)" in printed[4]


def test_a_bad_file_gives_status_1_and_the_others_are_still_verified(tmp_path):
    bad = tmp_path / "bad.json"
    data = json.loads(TwoPointCertificate.shipped_path(2).read_text())
    bad.write_text(json.dumps({**data, "n": 3}))
    result = run(bad, tmp_path / "absent.json", TwoPointCertificate.shipped_path(2))
    assert result.returncode == 1
    first, second, third = result.stdout.splitlines()
    assert "bad.json: NOT PROVED" in first
    assert "absent.json: NOT PROVED: cannot be read" in second
    assert "No packing of equal balls in R^2 has density above 0.906899682161933." in third
    assert result.stderr == ""
    assert run(TwoPointCertificate.shipped_path(2)).returncode == 0
    assert run().returncode == 2


@pytest.mark.parametrize("topic", ["packing", "posets"])
def test_the_commands_of_old_do_the_same(topic):
    command = [sys.executable, "-m", f"mathlib.{topic}.verify", TwoPointCertificate.shipped_path(2)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No packing of equal balls in R^2 has density above 0.906899682161933." in done.stdout


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"kind": 3}', '{"kind": "poem"}', '{"n": 8}'])
def test_what_is_no_certificate(tmp_path, text):
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(CertificateError, match=r"not a JSON file|field 'kind'"):
        verify.verify_file(path)


def test_the_command_imports_no_solver(tmp_path):
    """The standard library decides alone; beside it only lazy_loader, which finds names, is on the path."""
    (tmp_path / "lazy_loader").symlink_to(Path(lazy_loader.__file__).parent)
    program = (
        "import sys; from mathlib import verify; "
        f"assert verify.main([{str(TwoPointCertificate.shipped_path(2))!r}]) == 0; "
        "print(sorted({name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))"
    )
    command = [sys.executable, "-S", "-c", program]
    path = {**os.environ, "PYTHONPATH": str(tmp_path)}
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True, env=path
    )
    assert result.stdout.splitlines()[-1] == "['__main__', 'lazy_loader', 'mathlib']"


def test_names_of_the_package_load_lazily():
    program = (
        "import sys, mathlib.packing as p; assert 'numpy' not in sys.modules and 'flint' not in sys.modules; "
        "assert set(p.__all__) <= set(dir(p)); names = [getattr(p, name).__name__ for name in p.__all__]; "
        "print(*[name.split('.')[-1] for name in names])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == mathlib.packing.__all__
    with pytest.raises(AttributeError, match="two_pint_bound"):
        _ = mathlib.packing.two_pint_bound


@pytest.mark.parametrize("n", [1, 2, 3, 5, 37])
def test_a_sample_of_what_ships(n):
    assert verify.verify_file(TwoPointCertificate.shipped_path(n)).startswith(
        f"No packing of equal balls in R^{n} has density"
    )


@pytest.mark.slow
@pytest.mark.parametrize("n", [4, 8, 24])
def test_nine_digits_made_anew_pass_the_standard_library_checker(n, tmp_path):
    two_point_bound(n, digits=9, progress=False).save(tmp_path / "new.json")
    assert run(tmp_path / "new.json").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("n", range(6, 49, 7))
def test_more_that_ship_pass_the_standard_library_checker(n):
    bound = json.loads(TwoPointCertificate.shipped_path(n).read_text())["bound"]
    assert verify.verify_file(TwoPointCertificate.shipped_path(n)).endswith(f"density above {bound}.")


def test_the_log_beside_the_certificates_covers_all_of_them():
    log = TwoPointCertificate.shipped_path(1).with_name("verify.log").read_text().splitlines()
    assert len(log) == 48
    for n, line in enumerate(log, start=1):
        bound = json.loads(TwoPointCertificate.shipped_path(n).read_text())["bound"]
        assert f"n{n:02}.json: No packing of equal balls in R^{n} has density above {bound}. (" in line
