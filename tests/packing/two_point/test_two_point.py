"""Two-point bounds: known optima, the published table, theta series found anew, and bad input."""

import json
import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from scipy.integrate import quad

from mathlib.errors import CertificateError
from mathlib.packing import published_bounds
from mathlib.packing.two_point import bound as two_point
from mathlib.packing.two_point import dual, dual_in_balls
from mathlib.packing.two_point.bound import two_point_bound
from mathlib.packing.two_point.certificate import TwoPointCertificate
from mathlib.packing.two_point.dimension_one import TriangleCertificate
from mathlib.packing.two_point.feasible import feasible_function

PUBLISHED = {row.n: row.cohn_elkies for row in published_bounds()}


def exact_bound(certificate):
    """vol(B_n) (r/2)^n p(0)/q(0) as a ball of 200 bits, from the coefficients by flint's own L_k(0)."""
    n, T = certificate.n, certificate.radius_squared_times_2pi
    with ctx.workprec(200):
        at_zero = dual_in_balls.values_at_zero(n, certificate.degree)
        terms = [
            arb(fmpq(c.numerator, c.denominator)) * v
            for c, v in zip(certificate.coefficients, at_zero, strict=True)
        ]
        half = arb(n) / 2
        volume = (arb(fmpq(T.numerator, T.denominator)) / 8) ** half / (half + 1).gamma()
        return volume * sum(terms) / (sum(terms[::2]) - sum(terms[1::2]))


def optimum(n):
    with ctx.workprec(200):
        return {8: arb.pi() ** 4 / 384, 24: arb.pi() ** 12 / arb.fac_ui(12)}[n]


@pytest.fixture(scope="module")
def nine_digits():
    """Certificates made anew, for even and odd dimensions."""
    return {n: two_point_bound(n, digits=9, progress=False) for n in (2, 3, 4, 8, 9, 16)}


def test_dimension_8_is_within_1e_15_of_the_truth_and_not_below():
    certificate = two_point_bound(8, progress=False)
    theorem = "No packing of equal balls in R^8 has density above 0.253669507901049."
    assert str(certificate.verify()) == theorem
    with ctx.workprec(200):
        excess = exact_bound(certificate) - optimum(8)
        printed = arb(str(certificate.bound)) - optimum(8)
    assert 0 < excess < 1e-16
    assert 0 < printed < 1e-15


def test_the_certificate_that_ships_for_dimension_24_is_within_1e_13_of_the_truth_and_not_below():
    certificate = TwoPointCertificate.shipped(24)
    with ctx.workprec(200):
        excess = exact_bound(certificate) - optimum(24)
    assert 0 < excess < 1e-17
    assert certificate.bound == Decimal("0.00192957430940393")


@pytest.mark.parametrize("n", range(1, 37))
def test_shipped_bounds_are_at_most_the_published_ones(n):
    certificate = TwoPointCertificate.shipped(n)
    assert certificate.n == n
    assert certificate.bound <= PUBLISHED[n]
    # Published values are the optima rounded up at their last digit.
    assert certificate.bound > PUBLISHED[n] - Decimal(1).scaleb(PUBLISHED[n].as_tuple().exponent)


def test_new_bounds_are_the_published_ones(nine_digits):
    for n, certificate in nine_digits.items():
        assert certificate.bound <= PUBLISHED[n], n
        assert str(certificate.verify()).endswith(f"{certificate.bound}.")


@pytest.mark.slow
@pytest.mark.parametrize("n", range(4, 37))
def test_each_dimension_at_the_published_digits(n):
    digits = len(str(PUBLISHED[n]).split(".")[1].lstrip("0"))
    certificate = two_point_bound(n, digits=digits, progress=False)
    assert certificate.bound == PUBLISHED[n]
    certificate.verify()


@pytest.mark.slow
@pytest.mark.parametrize("n", range(1, 49))
def test_every_certificate_that_ships_is_proved_in_ball_arithmetic(n):
    certificate = TwoPointCertificate.shipped(n)
    theorem = f"No packing of equal balls in R^{n} has density above {certificate.bound}."
    assert str(certificate.verify()) == theorem


def test_dimensions_1_2_and_3(nine_digits):
    assert two_point_bound(1).bound == 1
    # In dimension 2 the optimum is conjectured to be pi / sqrt(12).
    assert nine_digits[2].bound == Decimal("0.906899683")
    assert nine_digits[2].degree == 31
    assert 0 < float(exact_bound(nine_digits[2])) - math.pi / math.sqrt(12) < 1e-9
    assert nine_digits[3].bound == Decimal("0.779746762")
    assert nine_digits[3].degree == 79


@pytest.mark.parametrize("n", [4, 9, 24])
def test_the_exact_bound_exceeds_the_optimum_by_less_than_a_unit(n):
    few, many = (two_point_bound(n, digits=digits, progress=False) for digits in (5, 9))
    unit = 10.0 ** few.bound.as_tuple().exponent
    with ctx.workprec(200):
        excess = float(exact_bound(few) - exact_bound(many))
    assert 0 < excess < unit


@pytest.mark.parametrize("n", [4, 7])
def test_more_nodes_never_give_a_worse_bound(n):
    bounds = [
        float(exact_bound(two_point_bound(n, nodes=m, digits=12, progress=False))) for m in (2, 3, 5, 8, 13)
    ]
    assert all(more < fewer for fewer, more in pairwise(bounds))


def test_bound_is_rounded_up(nine_digits):
    for n, certificate in nine_digits.items():
        unit = Decimal(1).scaleb(certificate.bound.as_tuple().exponent)
        with ctx.workprec(200):
            assert arb(str(certificate.bound)) >= exact_bound(certificate), n
            assert arb(str(certificate.bound - unit)) < exact_bound(certificate), n
        assert len(certificate.bound.as_tuple().digits) == 9


# The dual solution: lattices are found, not put in.


@pytest.mark.parametrize(
    ("n", "size", "spacing", "places", "counts", "tolerance"),
    [
        (8, 32, 4 * math.pi, [1, 2, 3], [240, 2160, 6720], 1e-4),  # theta series of E8
        (24, 48, 4 * math.pi, [2, 3, 4], [196560, 16773120, 398034000], 1e-4),  # of the Leech lattice
        (2, 8, 4 * math.pi / math.sqrt(3), [1, 3, 4], [6, 6, 6], 1e-2),  # of the hexagonal lattice
    ],
)
def test_nodes_and_weights_tend_to_the_theta_series_of_the_best_lattice(
    n, size, spacing, places, counts, tolerance
):
    *_, (reached, nodes, weights) = dual.continuation(n, size)
    assert reached == size
    nodes, weights = dual_in_balls.refine(n, nodes, weights, bits=100)
    assert np.allclose([float(t) / spacing for t in nodes[:3]], places, rtol=tolerance)
    assert np.allclose([float(a) for a in weights[:3]], counts, rtol=tolerance)


@pytest.mark.parametrize(("n", "size"), [(3, 12), (5, 20), (48, 12)])
def test_the_dual_equations_hold_by_flints_own_laguerre_polynomials(n, size):
    *_, (_, nodes, weights) = dual.continuation(n, size)
    nodes, weights = dual_in_balls.refine(n, nodes, weights, bits=150)
    with ctx.workprec(600):
        for k in range(1, 4 * size, 2):
            at_zero = arb(0).laguerre_l(k, fmpq(n, 2) - 1)
            terms = [
                a * t.laguerre_l(k, fmpq(n, 2) - 1) * (-t / 2).exp()
                for t, a in zip(nodes, weights, strict=True)
            ]
            assert abs(at_zero + sum(terms)) < arb(2) ** -120 * at_zero, k


def test_laguerre_functions_match_flint_also_where_exp_underflows():
    n, t = 5, np.array([0.3, 40.0, 700.0, 1800.0])
    values, slopes = dual.laguerre_functions(n / 2 - 1, 500, t)
    with ctx.workprec(3000):
        alpha = fmpq(n, 2) - 1
        for k in (0, 1, 7, 120, 500):
            norm = (arb.fac_ui(k) / (arb(k) + arb(n) / 2).gamma()).sqrt()
            for column, point in enumerate(map(arb, t)):
                power = point ** (arb(alpha) / 2) * (-point / 2).exp() * norm
                exact = point.laguerre_l(k, alpha)
                slope = -point.laguerre_l(k - 1, alpha + 1) if k else arb(0)
                assert values[k, column] == pytest.approx(float(exact * power), rel=1e-9, abs=1e-13)
                expected = float((slope - exact / 2) * power)
                assert slopes[k, column] == pytest.approx(expected, rel=1e-8, abs=1e-11)


def test_slack_at_the_nodes_and_loss_of_twice_eps():
    n, size, digits = 6, 12, 9
    *_, (_, nodes, weights) = dual.continuation(n, size)
    nodes, weights = dual_in_balls.refine(n, nodes, weights, bits=200)
    T, coefficients = feasible_function(n, nodes, weights, digits)
    with ctx.workprec(400):
        assert 0 < arb(fmpq(T.numerator, T.denominator)) - nodes[0] < arb(2) ** -37
        c = [arb(fmpq(x.numerator, x.denominator)) for x in coefficients]
        for t, a in zip(nodes[1:], weights[1:], strict=True):
            values, _ = dual_in_balls.laguerre_values(n, 4 * size - 1, t)
            slack = arb(10) ** -digits / (size * a)
            f = sum(x * y for x, y in zip(c, values, strict=True))
            g = sum((-1) ** k * x * y for k, (x, y) in enumerate(zip(c, values, strict=True)))
            assert abs(f / slack + 1) < 1e-2
            assert abs(g / slack - 1) < 1e-2
        certificate = TwoPointCertificate(n, 4 * size - 1, T, tuple(coefficients), ())
        half = arb(n) / 2
        least = (nodes[0] / 8) ** half / (half + 1).gamma()
        assert float(exact_bound(certificate) / least - 1) == pytest.approx(2 * 10.0**-digits, rel=0.01)


# f and its transform.


def test_f_hat_is_the_fourier_transform_of_f(nine_digits):
    """In R^3, f^(y) = (2/y) * integral over r > 0 of f(r) r sin(2 pi r y)."""
    certificate = nine_digits[3]
    for y in (0.1, 0.7, 1.3, 2.2):
        transform, _ = quad(
            lambda r, y=y: 2 / y * certificate.f(r) * r * math.sin(2 * math.pi * r * y), 0, 9, limit=400
        )
        assert certificate.f_hat(y) == pytest.approx(transform, abs=1e-7)
    triangle = TriangleCertificate()
    for y in (0.3, 1.7):
        transform, _ = quad(lambda x, y=y: 2 * triangle.f(x) * math.cos(2 * math.pi * x * y), 0, 1)
        assert triangle.f_hat(y) == pytest.approx(transform, abs=1e-12)


def test_signs_and_value_at_zero(nine_digits):
    for n, certificate in nine_digits.items():
        r = math.sqrt(float(certificate.radius_squared_times_2pi) / (2 * math.pi))
        radii = np.linspace(0, 8, 161)
        f, f_hat = certificate.f(radii), certificate.f_hat(radii)
        assert f.shape == radii.shape
        assert np.all(f[radii >= r] < 0), n
        assert np.all(f_hat > 0), n
        volume = math.pi ** (n / 2) / math.gamma(n / 2 + 1)
        assert volume * (r / 2) ** n * f[0] / f_hat[0] == pytest.approx(float(certificate.bound), rel=1e-8)
    assert isinstance(certificate.f(1.5), float)
    assert certificate.f(-1.5) == certificate.f(1.5)
    assert certificate.f(40.0) == pytest.approx(0, abs=1e-300)


# Saving and loading.


def test_save_and_load(tmp_path, nine_digits):
    for n, certificate in nine_digits.items():
        certificate.save(tmp_path / "one.json")
        loaded = TwoPointCertificate.load(tmp_path / "one.json")
        assert loaded == certificate, n
        assert loaded.bound == certificate.bound
    two_point_bound(1).save(tmp_path / "one.json")
    assert TwoPointCertificate.load(tmp_path / "one.json") == TriangleCertificate()
    assert f"{nine_digits[8]!r}" == "TwoPointCertificate(density in R^8 <= 0.253669508, degree 99)"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "three-point"),
        ("n", 8.0),
        ("n", True),
        ("n", None),
        ("degree", 7),
        ("digits", "nine"),
        ("bits", -1),
        ("bound", "0.253669509"),
        ("bound", "1e-999999999"),
        ("bound", 0.25),
        ("radius_squared_times_2pi", "-88/7"),
        ("radius_squared_times_2pi", "88/0"),
        ("radius_squared_times_2pi", "1e999999999"),
        ("radius_squared_times_2pi", "9" * 4000),
        ("coefficients", ["1", "x"]),
        ("coefficients", ["1", 2]),
        ("coefficients", None),
        ("nodes", ["a"]),
        ("nodes", [float("nan")]),
    ],
)
def test_damaged_files_name_the_field(tmp_path, nine_digits, field, value):
    data = {**nine_digits[8].to_dict(), field: value}
    path = tmp_path / "damaged.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CertificateError, match=rf"damaged.json: field.*'{field}'"):
        TwoPointCertificate.load(path)


def test_a_torn_file_is_refused(tmp_path, nine_digits):
    path = tmp_path / "torn.json"
    nine_digits[8].save(path)
    path.write_text(path.read_text()[:900])
    with pytest.raises(CertificateError, match="not a JSON file"):
        TwoPointCertificate.load(path)


def test_making_certificates_keeps_what_is_done(tmp_path, monkeypatch):
    asked = []

    def interrupted(n, *, digits, progress):
        asked.append(n)
        if n == 5 and asked.count(5) == 1:
            raise KeyboardInterrupt
        return two_point_bound(n, digits=digits, progress=False)

    monkeypatch.setattr(two_point, "two_point_bound", interrupted)
    arguments = ["4", "5", "--digits", "5", "--output", str(tmp_path)]
    with pytest.raises(KeyboardInterrupt):
        two_point.main(arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["n04.json"]
    two_point.main(arguments)
    assert asked == [4, 5, 5]
    assert TwoPointCertificate.load(tmp_path / "n05.json").bound == Decimal("0.52499")


# Bad input.


@pytest.mark.parametrize("n", [0, -3, 49, 2.0, True, "8"])
def test_dimensions_out_of_range(n):
    with pytest.raises(ValueError, match=r"n must be an integer from 1 to 48, .*got "):
        two_point_bound(n)


@pytest.mark.parametrize("digits", [0, 1, 2.5, None])
def test_digits_out_of_range(digits):
    with pytest.raises(ValueError, match=r"digits must be an integer >= 2, .*got "):
        two_point_bound(8, digits=digits)


@pytest.mark.parametrize("digits", [40, 10**6])
def test_absurd_digits_say_their_cost(digits):
    with pytest.raises(
        ValueError, match=rf"digits must be at most \d\d .*got {digits}\..* nodes and some .* hours"
    ):
        two_point_bound(8, digits=digits)
    with pytest.raises(ValueError, match=r"digits must be at most 40 .* nodes is 20; got .* hours"):
        two_point_bound(3, digits=digits + 1)


def test_numpy_integers_are_integers(tmp_path):
    certificate = two_point_bound(np.int64(4), nodes=np.int32(5), digits=np.int8(4), progress=False)
    assert certificate == two_point_bound(4, nodes=5, digits=4, progress=False)
    certificate.save(tmp_path / "four.json")
    assert TwoPointCertificate.load(tmp_path / "four.json") == certificate


def test_points_and_coefficients_that_make_no_sense(nine_digits):
    with pytest.raises(ValueError, match="x must be finite; got inf"):
        nine_digits[8].f([1.0, math.inf])
    with pytest.raises(ValueError, match="powers of two"):
        TwoPointCertificate(8, 1, Fraction(13), (Fraction(1), Fraction(1, 3)), ()).to_dict()


@pytest.mark.parametrize(("n", "nodes"), [(8, 0), (8, 129), (8, 2.5)])
def test_nodes_out_of_range(n, nodes):
    with pytest.raises(ValueError, match=r"nodes must be an integer from 1 to 128, .*got "):
        two_point_bound(n, nodes=nodes)


def test_nodes_that_cannot_be_solved_for():
    with pytest.raises(ValueError, match="nodes must be at most 8 "):
        two_point_bound(2, nodes=20, progress=False)


def test_a_certificate_with_nothing_to_prove_is_refused():
    with pytest.raises(CertificateError, match=r"q\(0\) > 0 does not hold"):
        _ = TwoPointCertificate(8, 1, Fraction(13), (Fraction(-1), Fraction(0)), ()).bound
    with pytest.raises(ValueError, match="1 to 48"):
        TwoPointCertificate.shipped_path(49)


def test_a_solution_spoiled_by_rounding_errors_is_passed_by():
    """n = 32: the solution for 67 nodes that the default steps meet leads nowhere."""
    start = next(s for s in dual.continuation(32, 61) if s[0] >= 45)
    assert [size for size, *_ in dual.continuation(32, 93, start)][-1] == 93


def test_newton_in_balls_finds_what_newton_in_doubles_finds():
    solutions = {size: (nodes, weights) for size, nodes, weights in dual.continuation(8, 12)}
    start = (6, *solutions[6])
    path = dual.continuation(8, 12, start, dual_in_balls.newton)
    found = {size: (nodes, weights) for size, nodes, weights in path}
    assert max(found) == 12
    for ours, theirs in zip(found[12], solutions[12], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_newton_in_balls_gives_up_on_a_hopeless_guess():
    assert dual_in_balls.newton(8, np.array([1e-3, 2e-3]), np.array([1.0, 1.0])) is None


def test_a_bound_is_the_same_when_balls_take_over_from_doubles_early(monkeypatch):
    """As above dimension 36; in dimension 48 doubles find no solution beyond 78 nodes, and 111 are needed."""
    monkeypatch.setattr(two_point, "_LARGEST_IN_DOUBLES", 7)
    monkeypatch.setattr(two_point, "_NODES_IN_DOUBLES", 8)
    assert two_point_bound(8, digits=7, progress=False).bound == Decimal("0.2536696")


@pytest.mark.slow
@pytest.mark.parametrize("n", [*range(4, 37), 48])
def test_the_default_digits_are_found_anew_in_every_dimension(n):
    found = two_point_bound(n, progress=False)
    assert found.bound == TwoPointCertificate.shipped(n).bound
