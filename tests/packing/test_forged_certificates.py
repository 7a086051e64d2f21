"""Forged certificates: whatever stands in a field of a file or of an object, nothing false is accepted.

What is refused is refused with a short error that names the field, and after little work.
"""

import json
import math
import os
import re
import subprocess
import sys
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import mathlib.packing
from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.packing import (
    BinaryCodeCertificate,
    KissingCertificate,
    ThreePointCertificate,
    ThreePointSpec,
    TriangleCertificate,
    TwoPointCertificate,
    UncertaintyCertificate,
)
from mathlib.packing.three_point.checker.triples import prove_triples
from mathlib.packing.three_point.unproved import unproved_triangles

ROOT = Path(mathlib.packing.__file__).parents[2]
WIDE_ONE = "\uff11"  # a digit for int() and Fraction(), but none of JSON or of ours
NESTED = "[" * 200_000
KISSING = KissingCertificate(2, (3, 6, 5, 3, 1))
UNCERTAINTY = UncertaintyCertificate(12, 14, (-21, 1), (12.5,), (1.0,))


@cache
def honest():
    """One true certificate of each class, all of them quick to verify but the three-point one."""
    return {
        "binary-code": BinaryCodeCertificate(7, (1, 1), 4),
        "kissing": KISSING,
        "three-point": ThreePointCertificate.shipped(8),
        "two-point": TwoPointCertificate.shipped(2),
        "two-point-triangle": TriangleCertificate(),
        "uncertainty": UNCERTAINTY,
    }


KINDS = sorted(honest())
FIELDS = [(kind, field.name) for kind in KINDS for field in fields(honest()[kind])]


def refusal(call):
    """The text of the error with which a call refuses, checked to be one short line; None if it does not."""
    try:
        call()
    except ValueError as error:
        text = str(error)
        assert len(re.sub(r"^/\S*/", "", text)) < 400  # a file is named in front, in whatever folder it is
        assert text.isprintable()
        assert max(map(len, "".join(c if c.isdigit() else " " for c in text).split() or [""])) <= 160
        return text
    return None


# Objects that were put together by hand


class Odd:
    def __repr__(self):
        raise RuntimeError("no repr")


LIES = [
    None, True, False, math.nan, math.inf, -math.inf, 10**5000, -(10**5000), 2.5, Fraction(7, 3), 1e308,
    Fraction(10**5000), Fraction(1, 10**5000), Decimal("1e999999999"), "", "8", "1e999999999", WIDE_ONE, b"8",
    1j, (), [], {}, set(), {1: 2}, iter([1]), (None,), ("1",), ("1e999999999",), (math.nan, 1), (True, 1),
    ((),),
    (10**5000, 1), (1j,), range(10**6), np.zeros((3, 3)), np.array(3.5), np.array([]), np.array(["x"]), Odd(),
    (Odd(),), [[[1, 2], [3, 4]]], [[[math.nan]]], [[[True]]], [[[1], [1]]], KISSING, [KISSING],
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_no_lie_in_a_field_is_accepted(kind, name):
    certificate = honest()[kind]
    for lie in LIES:
        # Nodes and weights are hints: other numbers, or none, change nothing.
        hint = (
            name in ("nodes", "weights") and np.ndim(lie) == 1 and isinstance(lie, tuple | list | np.ndarray)
        )
        if hint and all(isinstance(x, float) and math.isfinite(x) for x in lie):
            assert replace(certificate, **{name: lie}).verify() == certificate.verify()
            continue
        text = refusal(lambda lie=lie: replace(certificate, **{name: lie}).verify())
        assert text is not None, lie
        assert name in text or "does not hold" in text, (lie, text)


@pytest.mark.parametrize(
    ("kind", "name"), [pair for pair in FIELDS if pair[1] in ("n", "d", "digits", "degree")]
)
def test_integers_of_numpy_are_integers_and_others_are_not(kind, name):
    certificate = honest()[kind]
    value = getattr(certificate, name)
    for integer in (np.int64(value), np.uint8(value)):
        same = replace(certificate, **{name: integer})
        assert same == certificate
        assert type(getattr(same, name)) is int
    for wrong in (
        float(value),
        np.float64(value),
        str(value),
        Fraction(value),
        value == 1,
        np.array([value]),
    ):
        if not isinstance(wrong, Fraction):
            assert f"{name} must be" in refusal(lambda wrong=wrong: replace(certificate, **{name: wrong}))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("binary-code", {"n": 8}),
        ("binary-code", {"d": 3}),
        ("binary-code", {"d": 9}),
        ("binary-code", {"coefficients": (0, 1)}),
        ("binary-code", {"coefficients": (2, 1)}),
        ("binary-code", {"coefficients": (1,) * 200}),
        ("kissing", {"n": 1}),
        ("kissing", {"n": 200}),
        ("kissing", {"coefficients": (3, 6, 5, 3, -1)}),
        ("kissing", {"coefficients": (3, 6, 5, 3, 10**900)}),
        ("two-point", {"n": 3}),
        ("two-point", {"radius_squared_times_2pi": Fraction(7)}),
        ("two-point", {"radius_squared_times_2pi": Fraction(-7)}),
        ("two-point", {"radius_squared_times_2pi": 10**100}),
        ("uncertainty", {"n": 13}),
        ("uncertainty", {"radius_squared_times_2pi": Fraction(1399, 100)}),
        ("uncertainty", {"coefficients": (0, 0)}),
        ("uncertainty", {"coefficients": (int("9" * 400), 1)}),
        ("uncertainty", {"coefficients": (-(10**1900), 1)}),
        ("three-point", {"n": 9}),
        ("three-point", {"n": 1}),
        ("three-point", {"scale": 0}),
        ("three-point", {"scale": Fraction(10) ** 140}),
        ("three-point", {"R": 10**100}),
        ("three-point", {"f2": (1,)}),
        ("three-point", {"blocks": [[[0]]]}),
        ("three-point", {"blocks": [[[1, 0], [0, -(2**1500)]]]}),
    ],
)
def test_plausible_lies_are_refused_by_the_checker(kind, change):
    forged = replace(honest()[kind], **change)
    assert refusal(forged.verify) is not None


@pytest.mark.parametrize("kind", ["binary-code", "kissing"])
def test_a_value_without_a_positive_first_coefficient_is_none(kind):
    forged = replace(honest()[kind], coefficients=(0, 1))
    for call in (lambda: forged.value, lambda: forged.bound, lambda: repr(forged)):
        assert "f_0 > 0 does not hold" in refusal(call)


def test_a_bound_that_was_kept_is_not_believed():
    """A bound is kept once it is computed: neither a forged one nor that of other coefficients is stated."""
    for kind in ("two-point", "kissing", "uncertainty"):
        certificate = replace(honest()[kind])
        certificate.__dict__["bound"] = Decimal("0.5")
        assert certificate.verify() == honest()[kind].verify()
    certificate = replace(honest()["two-point"])
    assert certificate.bound > 0
    object.__setattr__(certificate, "coefficients", [0, *certificate.coefficients[1:]])
    assert refusal(certificate.verify) is not None
    object.__setattr__(certificate, "coefficients", None)
    assert "coefficients must be" in refusal(certificate.verify)


def test_lists_become_tuples_so_that_nobody_changes_them_later():
    blocks = [[list(row) for row in block] for block in honest()["three-point"].blocks]
    certificate = replace(honest()["three-point"], blocks=blocks, f2=list(honest()["three-point"].f2))
    blocks[0][0][0] = 0
    assert certificate == honest()["three-point"]
    assert hash(certificate) == hash(honest()["three-point"])


def test_arrays_of_numpy_integers_are_exact():
    blocks = [np.array([[2**62, 0], [0, 2**62]])]
    certificate = replace(honest()["three-point"], blocks=blocks, f2=np.array([2**62, 1]))
    assert certificate.f2[0] * 4 == 2**64
    assert type(certificate.blocks[0][0][0].numerator) is int


def test_a_true_certificate_stays_true_when_it_is_scaled():
    """f2 and all A_k times 2^2000, which a double cannot hold: the same theorem, by every checker."""
    good = honest()["three-point"]
    for factor in (Fraction(2) ** 2000, Fraction(1, 2**2000)):
        scaled = scale(good, factor)
        assert ThreePointCertificate.from_dict(scaled.to_dict()) == scaled
        assert replace(scaled, n=np.int64(8)).verify().bound == good.bound


@pytest.mark.slow
def test_violations_of_scaled_certificates_are_named():
    good = honest()["three-point"]
    lifted = replace(good, blocks=[add(good.blocks[0], Fraction(1, 2**10)), *good.blocks[1:]])
    for factor, power in ((Fraction(2) ** 2000, r"e\+59\d"), (Fraction(1, 2**2000), r"e-6[01]\d")):
        with pytest.raises(
            CertificateError, match=rf"\(D1\) .* does not hold at a = .*value \d\.\d\d{power}$"
        ):
            prove_triples(scale(lifted, factor), 1)


def test_violations_of_scaled_certificates_are_found():
    good = honest()["three-point"]
    lifted = replace(good, blocks=[add(good.blocks[0], Fraction(1, 2**10)), *good.blocks[1:]])
    for factor in (Fraction(2) ** 2000, Fraction(1, 2**2000)):
        values = unproved_triangles(scale(lifted, factor), 1, distance=0.5).values
        assert len(values)
        assert (values == (math.inf if factor > 1 else 0)).all()


def test_values_that_doubles_cannot_hold_are_refused():
    scaled = scale(honest()["three-point"], 2**2000)
    for call in (lambda: scaled.f2_values(1.0), lambda: scaled.f2_hat(1.0), lambda: scaled.f3(1.5, 1.5, 0.0)):
        assert "doubles cannot hold" in refusal(call)


def scale(certificate, factor):
    blocks = [[[factor * c for c in row] for row in block] for block in certificate.blocks]
    return replace(certificate, f2=[factor * c for c in certificate.f2], blocks=blocks)


def add(block, size):
    rows = [list(row) for row in block]
    rows[1][1] += size
    return rows


def test_a_ring_too_thin_for_doubles_is_refused():
    good = honest()["three-point"]
    with pytest.raises(CertificateError, match=r"R/r - 1 = 1e-140: doubles carry no further"):
        prove_triples(replace(good, r=1, R=1 + Fraction(1, 10**140)), 1)


@pytest.mark.parametrize("name", ["n", "degree2"])
def test_a_specification_takes_integers_of_numpy_and_no_booleans(name):
    good = {"n": 4, "R": 1.5, "degree2": 9, "blocks": (3, 2), "scale": 1.4}
    assert ThreePointSpec(**{**good, name: np.int64(good[name])}) == ThreePointSpec(**good)
    assert type(getattr(ThreePointSpec(**{**good, name: np.int8(good[name])}), name)) is int
    for wrong in (True, 4.0, "4", None, 10**5000, 0, -1):
        assert f"{name} must be" in refusal(lambda wrong=wrong: ThreePointSpec(**{**good, name: wrong}))
    assert ThreePointSpec(**{**good, "blocks": np.array([3, 2])}) == ThreePointSpec(**good)
    for wrong in (True, None, 3, (), (True, 2), (3, 2.0), "32", (3, 33), (3,) * 65):
        assert "blocks" in refusal(lambda wrong=wrong: ThreePointSpec(**{**good, "blocks": wrong}))
    for wrong in (True, None, "1.5", math.nan, 1, 2, 10**400, 1j):
        assert "R must be" in refusal(lambda wrong=wrong: ThreePointSpec(**{**good, "R": wrong}))
    for wrong in (True, None, "1.5", math.nan, math.inf, 0, -1, 10**400):
        assert "scale must be" in refusal(lambda wrong=wrong: ThreePointSpec(**{**good, "scale": wrong}))


@pytest.mark.parametrize("condition", [0, 3, True, 1.0, None, "1"])
def test_a_condition_is_the_integer_1_or_2(condition):
    text = refusal(lambda: unproved_triangles(honest()["three-point"], condition))
    assert "condition must be an integer from 1 to 2" in text
    assert "most must be" in refusal(lambda: unproved_triangles(honest()["three-point"], 1, most=True))
    assert unproved_triangles(honest()["three-point"], np.int64(1)).boxes > 1000


@pytest.mark.parametrize("find", [TwoPointCertificate.shipped_path, ThreePointCertificate.shipped_path])
def test_the_file_of_a_dimension(find):
    assert find(np.int64(4)) == find(4)
    for wrong in (True, 4.0, "4", None, 0, 49, -1, 10**5000, math.nan):
        assert "n must be an integer from" in refusal(lambda wrong=wrong: find(wrong))


# Fields of files

WORDS = [
    None, True, False, 0, -1, 1.5, 1e400, math.nan, -math.inf, int("9" * 4000), "", "1_0", WIDE_ONE, " 1 ",
    "1\n", "1/0", "-1", "+1", "0x1", "1e999999999", "1p999999999", "9" * 5000, "1/" + "9" * 5000, "nan",
    "inf", "\x1b[2J\n", "\ud800", [], {}, [None], [[]], [True], ["1e999999999"], ["9" * 5000], ["1_0", "1"],
    ["1\n"], ["1/0"], [math.nan], [1.5 * i + 1 for i in range(201)], ["1", "-1"] * 400, ["9" * 4000] * 20,
    {"n": 8},
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_lie_in_a_file_is_accepted(kind, tmp_path):
    data, path = honest()[kind].to_dict(), tmp_path / "forged.json"
    for field in data:
        lies = [{**data, field: lie} for lie in WORDS]
        for forged in [*lies, {name: value for name, value in data.items() if name != field}]:
            path.write_text(json.dumps(forged))
            theorem = None

            def check(path=path):
                nonlocal theorem
                theorem = verify.verify_file(path)

            refused = refusal(check)
            if field in ("nodes", "weights", "bits"):  # hints, and a common factor
                assert refused or theorem == str(honest()[kind].verify())
            else:
                assert refused, (field, str(forged.get(field))[:60])
                assert refusal(lambda path=path: type(honest()[kind]).load(path))


ENDLESS = {
    "many nodes": {"nodes": [1.5 * i + 1 for i in range(600_000)]},
    "many coefficients": {"coefficients": ["1", "-1"] * 20_000, "degree": 39_999, "nodes": []},
    "very long coefficients": {"coefficients": ["9" * 4000] * 500, "degree": 499},
    "long coefficients": {"coefficients": ["9" * 1000] * 500, "degree": 499},
    "many digits": {"digits": 10**9},
    "a long bound": {"n": 1000, "bound": "9" * 20 + "." + "9" * 110},
    "nodes far out": {"nodes": [999_999 - 1000.5 * i for i in range(200)]},
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_work_cannot_be_asked_for(name, tmp_path):
    path = tmp_path / "forged.json"
    honest = json.loads(TwoPointCertificate.shipped_path(2).read_text())
    path.write_text(json.dumps({**honest, **ENDLESS[name]}))
    assert refusal(lambda: verify.verify_file(path))


# Files of every other kind


def odd_files(folder):
    """Files that are no certificates, by what is expected of the message."""
    (folder / "directory").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder / "loop")
    with open(folder / "long", "wb") as file:
        file.truncate(2 * 10**9)
    contents = {
        "bytes": b"\xff\xfe{",
        "nested": NESTED.encode(),
        "objects": b'{"kind":' * 100_000,
        "digits": b'{"kind": "kissing", "n": ' + b"9" * 10**6 + b"}",
        "empty": b"",
        "list": b"[1, 2]",
        "two\nlines\x1b[2J": b'{"kind": "poem\\n\\u001b[2J"}',
        "\udcff": b"{}",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = dict.fromkeys(["directory", "pipe", "loop", "absent", "x" * 300], "cannot be read")
    files |= {"long": "longer than", "bytes": "not a JSON file", "nested": "nested too deeply"}
    files |= dict.fromkeys(["objects", "digits", "empty"], "not a JSON file")
    files |= dict.fromkeys(["list", "two\nlines\x1b[2J", "\udcff"], "field 'kind'")
    return {folder / name: words for name, words in files.items()} | {
        Path("/dev/zero"): "not a regular file",
        Path("nul\0"): "cannot be read",
    }


def test_every_file_gets_its_line(tmp_path, capsys):
    files = odd_files(tmp_path)
    arguments = [word for path in files for word in (str(path), str(TwoPointCertificate.shipped_path(1)))]
    assert verify.main(arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(arguments)
    assert all(line.isprintable() for line in lines)
    for line, words in zip(lines[::2], files.values(), strict=True):
        assert "NOT PROVED: " in line
        assert words in line
    assert all(": No packing of equal balls in R^1 has density above 1. (" in line for line in lines[1::2])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_certificate_cannot_be_loaded(kind, tmp_path):
    for path, words in odd_files(tmp_path).items():
        words = words if words != "field 'kind'" else "kind"
        assert words in refusal(lambda path=path: type(honest()[kind]).load(path))


def test_a_terminal_without_unicode_gets_its_lines_too(tmp_path):
    (tmp_path / "żółw.json").write_text(json.dumps({"kind": WIDE_ONE}))
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "mathlib.verify",
            str(tmp_path / "żółw.json"),
            str(TwoPointCertificate.shipped_path(1)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (1, b"")
    first, second = result.stdout.decode("ascii").splitlines()
    assert r"\u017c\xf3\u0142w.json: NOT PROVED: field 'kind'" in first
    assert "has density above 1." in second


def test_an_error_of_ours_does_not_end_the_run(monkeypatch, capsys):
    monkeypatch.setitem(verify.CHECKERS, "two-point", "mathlib.packing.two_point.check:no_such_function")
    files = [str(TwoPointCertificate.shipped_path(n)) for n in (2, 1)]
    assert verify.main(files) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "NOT PROVED: the checker ended with AttributeError" in first
    assert "has density above 1." in second


def test_an_interrupt_ends_the_run(monkeypatch):
    def interrupted(path, method):
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "verify_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        verify.main([str(TwoPointCertificate.shipped_path(1))])
