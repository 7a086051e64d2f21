"""Delsarte's bounds: known values, two routes to each number, and certificates that must be refused."""

import itertools
import json
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.packing.check_delsarte import check_binary_code, check_kissing, krawtchouk_row
from mathlib.packing.delsarte import binary_code_bound, gegenbauer, kissing_bound, kissing_lp
from mathlib.packing.delsarte_certificates import BinaryCodeCertificate, KissingCertificate
from mathlib.packing.descartes import is_nonnegative
from mathlib.packing.rational_simplex import solve_exactly

#: Delsarte's bounds as tabulated by Conway and Sloane, Sphere Packings, Lattices and Groups, table 1.5.
KISSING = {3: 13, 4: 25, 5: 46, 6: 82, 7: 140, 8: 240, 9: 380, 10: 595, 12: 1416, 24: 196560}


def product(*factors):
    """The product of polynomials, constant term first."""
    result = [Fraction(1)]
    for factor in factors:
        longer = [Fraction(0)] * (len(result) + len(factor) - 1)
        for (i, a), (j, b) in itertools.product(enumerate(result), enumerate(factor)):
            longer[i + j] += a * b
        result = longer
    return result


# The sign of a polynomial


@settings(max_examples=60, deadline=None)
@given(
    roots=st.lists(st.fractions(-3, 3, max_denominator=12), max_size=6),
    ends=st.tuples(st.fractions(-3, 3, max_denominator=5), st.fractions(-3, 3, max_denominator=5)).filter(
        lambda ends: ends[0] < ends[1]
    ),
    positive=st.booleans(),
)
def test_sign_of_a_polynomial_with_known_roots(roots, ends, positive):
    start, end = ends
    p = product(*([-r, 1] for r in roots), [1, 0, 1])
    p = p if positive else [-c for c in p]
    inside = {r for r in roots if start < r < end and roots.count(r) % 2}
    cuts = sorted({start, end, *(r for r in roots if start < r < end)})
    middles = [(a + b) / 2 for a, b in itertools.pairwise(cuts)]
    truth = all(sum(c * x**k for k, c in enumerate(p)) > 0 for x in middles)
    assert not (truth and inside)
    assert is_nonnegative(p, start, end) == truth


@pytest.mark.parametrize("gap", [Fraction(1, 10**12), 0])
def test_a_near_double_root_is_told_from_a_double_root_and_from_two_roots(gap):
    # (x - 1/3)^2 -+ gap, times a factor with a triple root at 5
    square = product([Fraction(-1, 3), 1], [Fraction(-1, 3), 1])
    above, below = [square[0] + gap, *square[1:]], [square[0] - gap, *square[1:]]
    triple = product([-5, 1], [-5, 1], [-5, 1])
    assert is_nonnegative(above, 0)
    assert is_nonnegative(below, 0) == (gap == 0)
    assert is_nonnegative(product(above, triple), 5)
    assert not is_nonnegative(product(above, triple), 0)
    assert is_nonnegative([-c for c in product(above, triple)], 0, 5)


def test_zero_and_constant_polynomials():
    assert is_nonnegative([], 0)
    assert is_nonnegative([0, 0], 0, 1)
    assert is_nonnegative([2], 0)
    assert not is_nonnegative([Fraction(-1, 7)], 0)


# Linear programmes in fractions


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_exact_simplex_proves_its_own_optimum(data):
    m, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    numbers = st.integers(-4, 9)
    matrix = [[data.draw(numbers) for _ in range(n)] for _ in range(m)] + [[1] * n]  # the last row bounds x
    limits = [data.draw(st.integers(0, 9)) for _ in range(m)] + [10]
    gains = [data.draw(numbers) for _ in range(n)]
    x, y = solve_exactly(matrix, limits, gains)
    assert min(x) >= 0
    assert min(y) >= 0
    for row, limit in zip(matrix, limits, strict=True):
        assert sum(a * b for a, b in zip(row, x, strict=True)) <= limit
    for j, gain in enumerate(gains):
        assert sum(row[j] * b for row, b in zip(matrix, y, strict=True)) >= gain
    value = sum(a * b for a, b in zip(gains, x, strict=True))
    assert value == sum(a * b for a, b in zip(limits, y, strict=True))


def test_exact_simplex_refuses_what_it_cannot_start_or_end():
    with pytest.raises(ValueError, match="unbounded"):
        solve_exactly([[-1]], [1], [1])
    with pytest.raises(ValueError, match="negative"):
        solve_exactly([[1]], [-1], [1])


# Kissing numbers


@pytest.mark.parametrize(("n", "bound"), KISSING.items())
def test_kissing_bounds_are_those_of_the_table(n, bound):
    certificate = kissing_bound(n)
    assert certificate.bound == bound
    assert str(bound) in certificate.verify()


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
    assert f"at most {bound} words" in certificate.verify()


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
        (lambda: kissing_lp(24, 3, [0.5]), "no solution"),
        (lambda: kissing_lp(8.5, 6, [0.0]), "n must be"),
        (lambda: kissing_lp(8, True, [0.0]), "degree must be"),
        *(
            (lambda p=p: kissing_lp(8, 6, p), "points must be")
            for p in ([], 0.0, [1.0], [np.nan], ["a"], None)
        ),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
