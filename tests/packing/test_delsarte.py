"""Delsarte's bounds: known values, two routes to each number, and certificates that must be refused."""

import itertools
import json
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.packing.delsarte.bounds import binary_code_bound, kissing_bound
from mathlib.packing.delsarte.certificates import BinaryCodeCertificate, KissingCertificate
from mathlib.packing.delsarte.check import check_binary_code, check_kissing, krawtchouk_row
from mathlib.packing.delsarte.relaxation import gegenbauer, kissing_lp

#: Delsarte's bounds as tabulated by Conway and Sloane, Sphere Packings, Lattices and Groups, table 1.5.
KISSING = {3: 13, 4: 25, 5: 46, 6: 82, 7: 140, 8: 240, 9: 380, 10: 595, 12: 1416, 24: 196560}


# Kissing numbers


@pytest.mark.parametrize(("n", "bound"), KISSING.items())
def test_kissing_bounds_are_those_of_the_table(n, bound):
    certificate = kissing_bound(n)
    assert certificate.bound == bound
    assert str(bound) in str(certificate.verify())


@pytest.mark.parametrize(("n", "value", "degree"), [(2, 6, 4), (8, 240, 6), (24, 196560, 10)])
def test_kissing_certificates_of_the_three_solved_dimensions_lose_nothing(n, value, degree):
    certificate = kissing_bound(n)
    assert certificate.value == value
    assert len(certificate.coefficients) == degree + 1


def test_a_grid_gives_a_value_below_the_truth_and_the_repair_one_above():
    found = kissing_lp(8, 6, np.linspace(-1, 0.5, 40))
    assert 200 < found.value < 240
    assert found.coefficients.sum() == pytest.approx(found.value)
    assert 1 + found.duals.sum() == pytest.approx(found.value)  # 1 + the neighbours at each inner product
    assert len(found.points) == len(found.duals) == 40
    assert "not a bound" in repr(found)
    assert kissing_bound(8, degree=12).value >= 240


@pytest.mark.parametrize("n", [2, 3, 8, 24])
def test_gegenbauer_polynomials_average_to_zero_over_the_sphere(n):
    # Orthogonal for the weight (1 - t^2)^((n-3)/2): Gauss-Jacobi quadrature, exact for these degrees.
    from scipy.special import roots_jacobi

    nodes, weights = roots_jacobi(12, (n - 3) / 2, (n - 3) / 2)
    values = gegenbauer(n, 10, nodes)
    products = (values * weights) @ values.T
    scale = np.sqrt(np.outer(np.diag(products), np.diag(products)))
    np.testing.assert_allclose(products / scale, np.eye(11), atol=1e-12)
    np.testing.assert_allclose(gegenbauer(n, 10, [1.0])[:, 0], 1, rtol=1e-12)


def test_the_240_roots_of_e8_meet_the_bound_with_equality():
    signs = np.array(list(itertools.product([1, -1], repeat=8)))
    halves = signs[signs.prod(axis=1) == 1] / 2
    pairs = [
        s * np.eye(8)[i] + t * np.eye(8)[j]
        for i in range(8)
        for j in range(i)
        for s in (1, -1)
        for t in (1, -1)
    ]
    roots = np.vstack([halves, pairs])
    inner = roots @ roots.T / 2
    assert len(roots) == 240
    assert np.sort(inner, axis=1)[:, -2].max() == 0.5
    f = np.array([float(c) for c in kissing_bound(8).coefficients])
    values = f @ gegenbauer(8, 6, np.unique(inner))
    np.testing.assert_allclose(values[:-1], 0, atol=1e-12)  # f vanishes at -1, -1/2, 0, 1/2


MUTATIONS = {
    "negated": lambda c: [-x for x in c],
    "largest coefficient made smaller": lambda c: [x * Fraction(999, 1000) if x == max(c) else x for x in c],
    "one sign flipped": lambda c: [*c[:-1], -c[-1]],
    "larger f_0": lambda c: [c[0] * Fraction(1000001, 1000000), *c[1:]],
    "only f_0": lambda c: c[:1],
}


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("n", [3, 8, 24])
def test_damaged_kissing_certificates_are_refused(n, name):
    data = kissing_bound(n).to_dict()
    data["coefficients"] = [str(c) for c in MUTATIONS[name]([Fraction(c) for c in data["coefficients"]])]
    with pytest.raises(CertificateError):
        check_kissing(data)


def test_a_certificate_for_another_dimension_is_refused():
    with pytest.raises(CertificateError, match=r"\[-1, 1/2\]"):
        check_kissing({**kissing_bound(8).to_dict(), "n": 7})


# Binary codes


@pytest.mark.parametrize(
    ("n", "d", "bound"),
    [(7, 3, 16), (7, 4, 8), (16, 6, 256), (15, 5, 256), (24, 8, 4096), (23, 7, 4096), (5, 1, 32), (9, 9, 2)],
)
def test_binary_code_bounds_that_are_attained(n, d, bound):
    certificate = binary_code_bound(n, d)
    assert certificate.value == bound
    assert f"at most {bound} words" in str(certificate.verify())


def test_binary_code_bound_without_further_inequalities():
    # MacWilliams and Sloane, The Theory of Error-Correcting Codes, chapter 17, section 4.
    assert binary_code_bound(13, 6).value == 40


@pytest.mark.parametrize(("n", "d"), [(n, d) for n in range(1, 6) for d in range(1, n + 1)])
def test_bounds_are_above_the_largest_code_found_by_search(n, d):
    assert binary_code_bound(n, d).bound >= largest_code(n, d)


def largest_code(n, d):
    """The size of the largest code that contains 0, by trying all (depth first, words in order)."""

    def extend(words, candidates):
        if not candidates:
            return words
        best = words
        for place, word in enumerate(candidates):
            if words + len(candidates) - place <= best:
                break
            later = [w for w in candidates[place + 1 :] if (w ^ word).bit_count() >= d]
            best = max(best, extend(words + 1, later))
        return best

    return extend(1, [w for w in range(1, 2**n) if w.bit_count() >= d])


def test_krawtchouk_polynomials_are_orthogonal():
    n = 9
    rows = [krawtchouk_row(n, i) for i in range(n + 1)]
    assert [row[1] for row in rows] == [n - 2 * i for i in range(n + 1)]
    for k, l in itertools.product(range(n + 1), repeat=2):
        total = sum(comb(n, i) * rows[i][k] * rows[i][l] for i in range(n + 1))
        assert total == (2**n * comb(n, k) if k == l else 0)


@pytest.mark.parametrize("name", MUTATIONS)
def test_damaged_code_certificates_are_refused(name):
    data = binary_code_bound(16, 6).to_dict()
    data["coefficients"] = [str(c) for c in MUTATIONS[name]([Fraction(c) for c in data["coefficients"]])]
    with pytest.raises(CertificateError):
        check_binary_code(data)


# Files and arguments


@pytest.mark.parametrize("certificate", [kissing_bound(8), binary_code_bound(15, 5)], ids=["kissing", "code"])
def test_a_certificate_survives_its_file(certificate, tmp_path):
    path = tmp_path / "certificate.json"
    certificate.save(path)
    assert type(certificate).load(path) == certificate
    other = BinaryCodeCertificate if isinstance(certificate, KissingCertificate) else KissingCertificate
    with pytest.raises(CertificateError, match="kind"):
        other.load(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 0}, "field n"),
        ({"n": 7.5}, "field n"),
        ({"n": True}, "field n"),
        ({"coefficients": []}, "field coefficients"),
        ({"coefficients": ["1", 2]}, "entry 1"),
        ({"coefficients": ["1", "1/0"]}, "field coefficients"),
        ({"coefficients": ["1", "1e9"]}, "entry 1"),
        ({"coefficients": ["1", "7/" + "3" * 3000]}, "entry 1"),
        ({"coefficients": ["0", "1"]}, "f_0 > 0"),
        ({"coefficients": ["1", "-1"]}, "f_1 >= 0"),
    ],
)
def test_a_damaged_file_names_the_field(change, words, tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps({**kissing_bound(8).to_dict(), **change}))
    with pytest.raises(CertificateError, match=words):
        KissingCertificate.load(path)


def test_a_file_that_is_not_json_is_refused(tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text('{"kind": "kissing"')
    with pytest.raises(CertificateError, match="not a JSON file"):
        KissingCertificate.load(path)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kissing_bound(1), "n must be"),
        (lambda: kissing_bound(8.0), "n must be"),
        (lambda: kissing_bound(8, degree=2), "degree must be"),
        (lambda: binary_code_bound(4, 5), "d must be an integer from 1 to 4"),
        (lambda: binary_code_bound(64, 3), "parity bit"),
        (lambda: kissing_bound(True), "n must be"),
        (lambda: kissing_lp(24, 3, [0.5]), "points must .* no solution"),
        (lambda: kissing_lp(8.5, 6, [0.0]), "n must be"),
        (lambda: kissing_lp(8, True, [0.0]), "degree must be"),
        *(
            (lambda p=p: kissing_lp(8, 6, p), "points must")
            for p in ([], 0.0, [1.0], [np.nan], ["a"], None)
        ),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
