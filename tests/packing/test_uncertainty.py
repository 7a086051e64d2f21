"""The sign uncertainty principle: the solved dimension, the closed form for one node, damaged files."""

import itertools
import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import jv

from mathlib.errors import CertificateError
from mathlib.packing.uncertainty.bound import uncertainty_bound
from mathlib.packing.uncertainty.certificate import UncertaintyCertificate
from mathlib.packing.uncertainty.check import check_uncertainty, laguerre_sum, radius
from mathlib.packing.uncertainty.programme import lowest_radius


@pytest.fixture(scope="module")
def twelve():
    return uncertainty_bound(12, nodes=12)


def test_dimension_12_tends_to_the_square_root_of_two_from_above(twelve):
    bounds = [uncertainty_bound(12, nodes=m).bound for m in (1, 2, 4, 8)] + [twelve.bound]
    gaps = [float(b - Decimal(2).sqrt()) for b in bounds]
    assert gaps == sorted(gaps, reverse=True)
    assert 0 < gaps[-1] < 1e-6


def test_weights_in_dimension_12_are_the_coefficients_of_e6(twelve):
    # E_6 = 1 - 504 sum sigma_5(j) q^j; the errors at 12 nodes are 1e-5, 5e-5, 3e-4 (relative).
    sigma = [sum(d**5 for d in range(1, j + 1) if j % d == 0) for j in (1, 2, 3)]
    assert [504 * s for s in sigma] == [504, 16632, 122976]
    np.testing.assert_allclose(twelve.weights[:3], [504 * s for s in sigma], rtol=4e-4)
    np.testing.assert_allclose(twelve.nodes[:3], 4 * np.pi * np.arange(1, 4), rtol=1e-4)


def test_the_summation_formula_holds_for_other_eigenfunctions(twelve):
    # f = |x|^4 e^{-pi |x|^2} + its transform has degree 2 in t: f(0) = sum a_i f(sqrt(t_i / 2 pi)).
    rng = np.random.default_rng(0)
    coefficients = [Fraction(int(c), 7) for c in rng.integers(-9, 9, 5)]
    p = [float(c) for c in laguerre_sum(12, coefficients)]
    t = np.array(twelve.nodes)
    values = np.polynomial.polynomial.polyval(t, p) * np.exp(-t / 2)
    assert np.dot(twelve.weights, values) == pytest.approx(p[0], rel=1e-9)


@pytest.mark.parametrize("nodes", [13, 14, 15])
def test_no_number_of_nodes_is_lost_to_rounding(nodes):
    # With error bounds carried along, the linear systems of these sizes came out useless.
    assert len(uncertainty_bound(12, nodes=nodes).nodes) == nodes


@pytest.mark.parametrize("n", [1, 2, 3, 12, 24, 36])
def test_one_node_has_a_closed_form(n):
    # L_2(t) - L_2(0) changes sign at t = n + 2.
    assert float(uncertainty_bound(n, nodes=1).bound) == pytest.approx(
        math.sqrt((n + 2) / (2 * math.pi)), abs=1e-14
    )


@pytest.mark.parametrize(
    ("n", "nodes", "published"),
    # H. Cohn, F. Goncalves (2019); in dimension 1 the value belongs to degree 22, in dimension 2 too.
    [(1, 6, "0.572990"), (2, 6, "0.756207"), (3, 9, "0.887864"), (4, 9, "0.965953")],
)
def test_small_dimensions_reach_the_published_values(n, nodes, published):
    result = uncertainty_bound(n, nodes=nodes)
    assert str(result.bound) in str(result.verify())
    assert 0 <= Decimal(published) - result.bound < Decimal("1e-6")
    assert result.nodes == result.weights == ()


@pytest.mark.parametrize("n", [1, 2])
def test_a_higher_degree_is_never_worse(n):
    bounds = [uncertainty_bound(n, nodes=m).bound for m in range(1, 6)]
    assert all(b <= a + Decimal("1e-9") for a, b in itertools.pairwise(bounds))
    assert bounds[4] < bounds[1] - Decimal("0.002")


@pytest.mark.slow
def test_dimension_1_beats_what_is_known_of_degree_22_by_far():
    assert uncertainty_bound(1).bound < Decimal("0.56621")  # degree 46
    assert uncertainty_bound(1, nodes=24).bound < Decimal("0.55960")
    assert uncertainty_bound(2).bound < Decimal("0.75538")


@pytest.mark.parametrize(("n", "nodes"), [(5, 5), (7, 4), (12, 6)])
def test_the_linear_programme_agrees_with_the_summation_formula(n, nodes):
    """Where Newton's method finds the nodes, they prove that no f of this degree does better."""
    exact = uncertainty_bound(n, nodes=nodes)
    assert len(exact.nodes) == nodes
    T, coefficients = lowest_radius(n, 4 * nodes - 2, 1e-10)
    assert 0 < T / exact.radius_squared_times_2pi - 1 < 1e-8
    UncertaintyCertificate(n, T, coefficients, (), ()).verify()


def test_dimension_28_agrees_with_the_published_table():
    # H. Cohn, F. Goncalves (2019): A_+(28) < 1.98540693489105; 12 nodes come within 2e-4.
    assert 0 < float(uncertainty_bound(28).bound) - 1.98540693489105 < 2e-4


@pytest.mark.parametrize("n", [2, 5, 12])
def test_f_is_its_own_transform_and_has_the_signs(n):
    result = uncertainty_bound(n, nodes=4)
    r = float(result.bound)

    def transform(y):
        # Hankel transform of a radial function on R^n
        order = n / 2 - 1
        return (
            2
            * math.pi
            * y**-order
            * quad(lambda x: result.f(x) * jv(order, 2 * math.pi * x * y) * x ** (n / 2), 0, 8, limit=400)[0]
        )

    for y in (0.3, 0.9, 1.7):
        assert transform(y) == pytest.approx(float(result.f(y)), abs=1e-9)
    x = np.linspace(r, 5, 2000)
    assert result.f(0.0) <= 0
    assert result.f(x[1:]).min() >= 0
    assert result.f(0.9 * r) < 0


@settings(max_examples=40, deadline=None)
@given(st.fractions(Fraction(1, 10**6), 10**6), st.integers(2, 20))
def test_radius_is_rounded_up_by_less_than_one_unit(start, digits):
    shown = Decimal(radius(start, digits))
    unit = Decimal((0, (1,), shown.as_tuple().exponent))
    truth = float(start) / (2 * math.pi)
    assert float(shown) ** 2 >= truth * (1 - 1e-14)
    assert float(shown - unit) ** 2 <= truth * (1 + 1e-14)
    assert len(shown.as_tuple().digits) <= digits + 1


# What each mutation does to (n, T, coefficients).
MUTATIONS = {
    "T too small": lambda n, T, c: (n, T * (1 - Fraction(1, 10**12)), c),
    "the limit": lambda n, T, c: (n, Fraction(math.floor(4 * math.pi * 10**9), 10**9), c),
    "another dimension": lambda n, T, c: (n + 1, T, c),
    "negated": lambda n, T, c: (n, T, [-x for x in c]),
    "one sign flipped": lambda n, T, c: (n, T, [*c[:-1], -c[-1]]),
    "positive at 0": lambda n, T, c: (n, T, [c[0] + Fraction(1, 10**9), *c[1:]]),
    "zero": lambda n, T, c: (n, T, [0, 0]),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_damaged_certificates_are_refused(name, twelve):
    n, T, c = MUTATIONS[name](twelve.n, twelve.radius_squared_times_2pi, list(twelve.coefficients))
    with pytest.raises(CertificateError, match="does not hold"):
        check_uncertainty({"n": n, "radius_squared_times_2pi": str(T), "coefficients": [str(x) for x in c]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": "12"}, "field n"),
        ({"n": 0}, "field n"),
        ({"radius_squared_times_2pi": 12.6}, "field radius_squared_times_2pi"),
        ({"radius_squared_times_2pi": "-1"}, "T > 0"),
        ({"coefficients": "1"}, "field coefficients"),
        ({"coefficients": ["1", "x"]}, "field coefficients"),
        ({"coefficients": ["1/0"]}, "field coefficients"),
        ({"kind": "kissing"}, "field kind"),
    ],
)
def test_a_damaged_file_names_the_field(change, words, twelve, tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps({**twelve.to_dict(), **change}))
    with pytest.raises(CertificateError, match=words):
        UncertaintyCertificate.load(path)


def test_a_certificate_survives_its_file(twelve, tmp_path):
    path = tmp_path / "certificate.json"
    twelve.save(path)
    assert UncertaintyCertificate.load(path) == twelve
    assert str(twelve.bound) in repr(twelve)
    assert str(twelve.bound) in str(twelve.verify())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be"),
        ({"n": 37}, "n must be"),
        ({"n": 12.0}, "n must be"),
        ({"n": True}, "n must be"),
        ({"n": 8, "nodes": 0}, "nodes must be"),
        ({"n": 8, "nodes": 25}, "nodes must be an integer from 1 to 24"),
        ({"n": 8, "nodes": math.nan}, "nodes must be"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        uncertainty_bound(**arguments)


@pytest.mark.slow
@pytest.mark.parametrize("n", range(1, 37))
def test_every_dimension_has_a_verified_bound(n):
    result = uncertainty_bound(n, nodes=10)
    assert str(result.bound) in str(result.verify())
    assert len(result.nodes) == (10 if n >= 5 else 0)
    assert result.degree == 38
