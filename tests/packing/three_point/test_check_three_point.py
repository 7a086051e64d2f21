"""The checker of three-point certificates: each condition by itself, and false certificates, all refused."""

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.packing.three_point.certificate import (
    ThreePointCertificate,
    ThreePointSpec,
    Verified,
)
from mathlib.packing.three_point.checker import one_variable as line
from mathlib.packing.three_point.checker.theorem import prove
from mathlib.packing.three_point.checker.triples import prove_triples
from mathlib.packing.three_point.unproved import unproved_triangles

FOLDER = ThreePointCertificate.shipped_path(3).parent
SHIPPED = sorted(int(path.stem[1:]) for path in FOLDER.glob("n*.json"))
QUICK = 14  # is verified in the shortest time but for 8, where the bound is nearly the truth
# pi^4/384, the density of E8 (Viazovska 2017), and pi/sqrt(12), that of the hexagonal packing (Thue 1910).
DENSITY_OF_E8, DENSITY_OF_HEXAGONS = np.pi**4 / 384, np.pi / np.sqrt(12)
# Cohn, de Laat and Salmon 2022, table 1; n = 8: the density of E8.
PUBLISHED = {
    3: ".770270440", 4: ".636107333", 5: ".512645131", 6: ".410303282", 7: ".321147106", 9: ".1911204153",
    10: ".1434100871", 11: ".1067252935", 12: ".0797117711", 13: ".0601644381",
    14: ".0450612212", 15: ".0337564433", 16: ".0249944094",
}  # fmt: skip


@cache
def load(n):
    return ThreePointCertificate.shipped(n)


def false_certificate(n):
    return ThreePointCertificate.load(Path(__file__).parent / "false_certificates" / f"n{n:02}.json")


def with_block(certificate, k, block):
    return replace(certificate, blocks=(*certificate.blocks[:k], block, *certificate.blocks[k + 1 :]))


# What ships


@pytest.mark.parametrize("n", [n for n in SHIPPED if n in PUBLISHED])
def test_what_ships_is_below_the_published_bound(n):
    assert load(n).bound < Fraction(PUBLISHED[n])


def test_the_bound_of_dimension_8_is_above_the_truth():
    assert load(8).bound > DENSITY_OF_E8


def test_a_certificate_verifies():
    verified = load(QUICK).verify()
    assert isinstance(verified, Verified)
    assert verified.bound == load(QUICK).bound
    assert list(verified.checks)[2:] == ["(M)", "(D1)", "(D2)"]
    assert int(verified.checks["(D2)"].split()[0]) > 1000
    assert f"No packing of equal balls in R^{QUICK}" in str(verified)
    assert repr(verified).startswith(f"Verified('No packing of equal balls in R^{QUICK} has density above ")
    assert "5 conditions, doubles with error bounds" in repr(verified)


@pytest.mark.slow
def test_both_methods_prove_the_same(capsys):
    """What ships was proved by both: see its logs."""
    theorem = str(load(QUICK).verify())
    assert verify.main(["--outward", str(ThreePointCertificate.shipped_path(QUICK))]) == 0
    printed = capsys.readouterr().out
    assert theorem in printed
    assert "boxes, intervals rounded outwards" in printed


def test_other_methods_are_refused():
    with pytest.raises(ValueError, match="method must be 'taylor' or 'outward'; got 'guess'"):
        load(QUICK).verify(method="guess")


@pytest.mark.slow
@pytest.mark.parametrize("n", SHIPPED)
def test_every_certificate_that_ships_verifies(n):
    assert load(n).verify().bound == load(n).bound


def test_the_log_beside_the_certificates_names_each_with_its_bound():
    log = (FOLDER / "verify.log").read_text()
    for n in SHIPPED:
        [row] = [row for row in log.splitlines() if f"n{n:02}.json" in row]
        assert f"No packing of equal balls in R^{n} has density above {load(n).bound}. " in row
        assert row.count("intervals rounded outwards") == 2


def test_the_log_of_the_second_checker_names_each_with_its_bound():
    log = (FOLDER / "verify_taylor.log").read_text()
    for n in SHIPPED:
        [row] = [row for row in log.splitlines() if f"n{n:02}.json" in row]
        assert f"No packing of equal balls in R^{n} has density above {load(n).bound}. " in row
        assert row.count("Taylor's formula of order 2") == 2


@pytest.mark.slow
def test_the_command_verifies_it_and_says_how(capsys):
    assert verify.main([str(ThreePointCertificate.shipped_path(QUICK))]) == 0
    printed = capsys.readouterr().out
    assert f"No packing of equal balls in R^{QUICK} has density above {load(QUICK).bound}. [" in printed
    assert "(D1): " in printed
    assert "Taylor's formula" in printed


# False certificates


@pytest.mark.parametrize(("n", "truth"), [(2, DENSITY_OF_HEXAGONS), (8, DENSITY_OF_E8)])
def test_what_sampling_took_for_a_bound_is_refused(n, truth):
    """Solutions that satisfied all sampled constraints, with bounds below the density of a known packing."""
    false = false_certificate(n)
    assert false.bound < truth
    with pytest.raises(CertificateError):
        false.verify()
    line.check_semidefinite(false)
    line.check_mixed(false)
    assert sum(len(unproved_triangles(false, condition).values) for condition in (1, 2))


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 8])
def test_the_first_checker_refuses_it_too(n):
    with pytest.raises(CertificateError, match=r"\(D[12]\) .* does not hold at a = "):
        [prove_triples(false_certificate(n), condition) for condition in (1, 2)]


def test_a_bound_below_the_truth_is_refused_however_it_came_about():
    """Each way of pushing the bound of dimension 8 below the density of E8 breaks some condition."""
    good = load(8)
    excess = 1 - DENSITY_OF_E8 / float(good.bound)
    assert excess > 0
    f2_at_0, corner = good.f2_values(0.0), float(good.blocks[0][0][0])
    dyadic = Fraction(2 * excess * (f2_at_0 + corner) / corner).limit_denominator(2**40)
    factor = 1 - Fraction(round(dyadic * 2**40), 2**40)
    first = [list(row) for row in good.blocks[0]]
    first[0][0] *= factor
    for false, condition in (
        (with_block(good, 0, first), "A_0 positive semidefinite"),
        (replace(good, f2=(good.f2[0] * (1 + Fraction(1, 2**4)), *good.f2[1:])), "f2|M"),
        (replace(good, r=good.r * (1 - Fraction(1, 2**6)), R=good.R), r"\(D|\(M"),
    ):
        assert false.bound < DENSITY_OF_E8
        with pytest.raises(CertificateError, match=condition):
            false.verify()


@pytest.mark.slow
@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(0, 2), st.integers(0, 10), st.integers(-1, 1))
def test_nudged_coefficients(where, index, direction):
    """A nudge of 1e-5 on a coefficient either leaves a bound that is no better, or is noticed."""
    good, nudge = load(3), Fraction(direction, 2**17)
    if where == 0:
        nudged = replace(good, f2=tuple(c + nudge * (j == index) for j, c in enumerate(good.f2)))
    else:
        block = [list(row) for row in good.blocks[where]]
        block[0][0] += nudge
        nudged = with_block(good, where, block)
    try:
        line.check_semidefinite(nudged)
        line.check_signs(nudged)
        line.check_mixed(nudged)
    except CertificateError:
        return
    if len(unproved_triangles(nudged, 1).values):
        return
    assert float(nudged.bound) > 0.7404  # the density of the face-centred cubic packing


# A_k positive semidefinite


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(0, 6))
def test_semidefinite_matrices_pass_and_others_do_not(seed, size, rank):
    rng = np.random.default_rng(seed)
    factor = rng.integers(-9, 10, (size, rank))
    gram = factor @ factor.T
    line.check_semidefinite(with_block(load(3), 1, gram.tolist()))
    direction = rng.integers(1, 3, size)
    lowered = 10**6 * gram - (10**6 * int(direction @ gram @ direction) + 1) * np.outer(direction, direction)
    with pytest.raises(CertificateError, match="A_1 positive semidefinite does not hold"):
        line.check_semidefinite(with_block(load(3), 1, lowered.tolist()))


@pytest.mark.parametrize(
    "block", [[[0, 1], [1, 0]], [[1, 1], [1, 1 - Fraction(1, 2**80)]], [[0, 0], [0, -1]]]
)
def test_one_negative_eigenvalue_is_seen(block):
    with pytest.raises(CertificateError, match="A_2 positive semidefinite does not hold"):
        line.check_semidefinite(with_block(load(3), 2, block))
    with pytest.raises(CertificateError, match="A_2 positive semidefinite does not hold"):
        with_block(load(3), 2, block).verify()


# The signs of f2 and its transform


def test_even_degree_is_refused():
    good = load(3)
    even = replace(good, f2=(*good.f2, Fraction(1, 2**60)))
    assert len(even.f2) % 2 == 1
    with pytest.raises(CertificateError, match=r"f2\(x\) <= 0 .* does not hold, not even far out"):
        line.check_signs(even)
    with pytest.raises(CertificateError, match=r"f2\^\(t\) >= 0 .* does not hold, not even far out"):
        line.check_signs(replace(good, f2=(*good.f2, -Fraction(1, 2**60))))
    with pytest.raises(ValueError, match="degree2 must be odd; got 22"):
        ThreePointSpec(3, 1.6, 22, (2, 1))


def test_signs_are_exact():
    """f2 = (w - w0)^2 (w1 - w) and the like: double roots are allowed, crossings are not."""
    good = load(3)
    with pytest.raises(CertificateError, match=r"f2\^\(0\) > 0 does not hold"):
        line.check_signs(replace(good, f2=tuple(-c for c in good.f2)))
    # With L_1 = 3/2 - w: q = 1 + L_1/2 is negative far out.
    with pytest.raises(CertificateError, match=r"f2\^\(t\) >= 0"):
        line.check_signs(replace(good, f2=(Fraction(1), Fraction(-1, 2))))
    # q = 1 - L_1/2 = 1/4 + w/2 > 0, p = 1 + L_1/2 = 7/4 - w/2 < 0 from w = 3.5 on: 2 pi lam R^2 must be more.
    simple = replace(good, scale=1, f2=(Fraction(1), Fraction(1, 2)))
    p, q = line.polynomials(simple)
    assert (p, q) == ([Fraction(7, 4), Fraction(-1, 2)], [Fraction(1, 4), Fraction(1, 2)])
    R = (3.5 / (2 * np.pi)) ** 0.5
    line.check_signs(replace(simple, r=Fraction(1, 2), R=Fraction(R + 1e-9)))
    with pytest.raises(CertificateError, match=r"f2\(x\) <= 0"):
        line.check_signs(replace(simple, r=Fraction(1, 2), R=Fraction(R - 1e-9)))


# (M) and the bound


def test_the_expansion_of_M_is_the_function():
    certificate = load(4)
    with ctx.workprec(256):
        p, mixed = (
            line.fmpq_poly(list(map(line._fmpq, line.polynomials(certificate)[0]))),
            line._kernel(certificate),
        )
        for x, half in ((0.0, 1.0), (0.75, 0.25), (-0.5, 2.0**-10)):
            piece = line._on_piece(certificate, p, mixed, line._fmpq(Fraction(x)), line._fmpq(Fraction(half)))
            for v in (-1.0, -0.3, 1.0):
                r, R = float(certificate.r), float(certificate.R)
                length = (r + R) / 2 + (R - r) / 2 * (x + half * v)
                plain = certificate.f2_values(length) + 2 * certificate.f3(0, length, 1)
                plain += certificate.f3(length, length, 1)
                ball = piece(arb(v))
                assert float(ball.mid()) == pytest.approx(float(plain), abs=1e-13)
                assert ball.rad() < (1e-3 if half == 1 else 1e-20)


def test_a_violation_of_M_is_named_with_its_place():
    good = load(3)
    first = [list(row) for row in good.blocks[0]]
    first[0][1] += Fraction(1, 2**12)
    first[1][0] = first[0][1]
    with pytest.raises(CertificateError, match=r"\(M\) .* does not hold at \|x\| = \d.*: value \d"):
        line.check_mixed(with_block(good, 0, first))
    length = float(good.R)
    f2 = good.f2_values(np.linspace(float(good.r), length, 400)).max()
    assert f2 > 0  # so (M) needs the kernel
    with pytest.raises(CertificateError, match=r"\(M\)"):
        line.check_mixed(replace(good, blocks=[[[0, 0], [0, 0]]]))


def test_the_bound_of_a_function_that_is_known():
    """f2 = (1 + L_1/2) times a Gaussian and no kernel, by hand: f2(0)/f2^(0) = 7 scale^{3/2}, n = 3."""
    plain = ThreePointCertificate(3, 1, Fraction(3, 2), 1, (Fraction(1), Fraction(1, 2)), [[[0]]])
    assert float(plain.bound) == pytest.approx(4 / 3 * np.pi / 8 * 7, rel=1e-11)
    wider = replace(plain, scale=Fraction(4))
    assert float(wider.bound) == pytest.approx(8 * float(plain.bound), rel=1e-10)
    low, high = line.density(plain, 100)
    assert low < high < Fraction(plain.bound)
    with pytest.raises(CertificateError, match=r"f2\^\(0\) > 0 does not hold"):
        line.density(replace(plain, f2=(Fraction(0), Fraction(1))), 100)


def test_what_verify_refuses_before_it_computes():
    good = load(3)
    for change in ({"R": 2 * good.r}, {"scale": 0}, {"n": 1}):
        with pytest.raises(CertificateError, match="does not hold: n ="):
            list(prove(replace(good, **change)))


# Files


def test_files_keep_everything(tmp_path):
    good = load(3)
    good.save(tmp_path / "copy.json")
    assert ThreePointCertificate.load(tmp_path / "copy.json") == good
    assert good.spec == ThreePointSpec(
        3, good.spec.R, len(good.f2) - 1, tuple(map(len, good.blocks)), good.spec.scale
    )


DAMAGE = {
    "kind": "two-point", "n": 1, "digits": 0, "bound": "0.5", "r": "-1", "R": "1/0", "scale": "0",
    "f2": ["1p0"], "blocks": [],
}  # fmt: skip


@pytest.mark.parametrize("field", DAMAGE)
@pytest.mark.parametrize("missing", [False, True])
def test_damaged_files_are_named(tmp_path, field, missing):
    data = load(3).to_dict()
    damaged = {k: v for k, v in data.items() if k != field} if missing else {**data, field: DAMAGE[field]}
    (tmp_path / "bad.json").write_text(json.dumps(damaged))
    with pytest.raises(CertificateError, match=rf"bad.json: .*\b{field}\b"):
        ThreePointCertificate.load(tmp_path / "bad.json")


@pytest.mark.parametrize("text", ["", "[]", "null", "{"])
def test_what_is_no_file_of_a_certificate(tmp_path, text):
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(CertificateError, match=r"bad\.json: (not a JSON file|field 'kind')"):
        ThreePointCertificate.load(tmp_path / "bad.json")


@pytest.mark.parametrize("row", ["1p0 1p0", "1", "1p", "0x1p0", "1p99999", 3, None, ["1p0"]])
def test_damaged_matrices_are_named(row):
    data = load(3).to_dict()
    data["blocks"][2][0] = row
    with pytest.raises(CertificateError, match=r"field 'blocks\[2\]\[0\]'"):
        ThreePointCertificate.from_dict(data)


def test_bad_input_says_what_is_allowed():
    with pytest.raises(ValueError, match="symmetric"):
        ThreePointCertificate(3, 1, 2, 1, (1,), [[[0, 1], [2, 0]]])
    with pytest.raises(ValueError, match="powers of two"):
        ThreePointCertificate(3, 1, 2, 1, (Fraction(1, 3),), [[[0]]])
    with pytest.raises(ValueError, match="0 < r < R"):
        ThreePointCertificate(3, 1, 1, 1, (1,), [[[0]]])
    with pytest.raises(ValueError, match="n must be an integer from 3 to 16"):
        ThreePointCertificate.shipped_path(99)
    for wrong in ({"n": 1}, {"R": 2.0}, {"R": 1.0}, {"blocks": ()}, {"blocks": (3, 0)}, {"scale": -1.0}):
        name = next(iter(wrong))
        with pytest.raises(ValueError, match=rf"{name}(\[1\])? must "):
            ThreePointSpec(**{"n": 3, "R": 1.6, "degree2": 5, "blocks": (2, 1), "scale": 1.0, **wrong})
