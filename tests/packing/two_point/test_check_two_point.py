"""The two checkers of two-point certificates: what is true passes both, what is false passes neither."""

import copy
import math
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, arb_poly, ctx, fmpq, fmpq_poly
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.packing.two_point import check, check_in_balls
from mathlib.packing.two_point.bound import two_point_bound
from mathlib.packing.two_point.certificate import TwoPointCertificate
from mathlib.packing.two_point.check import _expand, _from, _lower, _shift
from mathlib.packing.two_point.check_dimension_one import check_triangle

#: The optima, rounded down: no packing bound may fall below (Viazovska 2017; Cohn et al. 2017; n = 4: D4).
TRUTH = {8: Fraction("0.25366950790104801"), 24: Fraction("0.00192957430940392"), 4: Fraction("0.61685")}


@pytest.fixture(scope="module")
def certificates():
    """Few nodes and digits, so that the checkers are quick."""
    sizes = {4: 10, 7: 12, 8: 12, 24: 20}
    return {n: two_point_bound(n, nodes=size, digits=6, progress=False) for n, size in sizes.items()}


def from_data(data):
    """A certificate with these contents, unchecked."""
    coefficients = tuple(Fraction(int(c), 2 ** data["bits"]) for c in data["coefficients"])
    T = Fraction(data["radius_squared_times_2pi"])
    return TwoPointCertificate(
        data["n"], data["degree"], T, coefficients, tuple(data["nodes"]), data["digits"]
    )


def accepted(checker, subject):
    try:
        checker(subject)
    except CertificateError:
        return False
    return True


def accepted_by(data):
    """The verdicts of both checkers; the file states what follows from its own T, p(0) and q(0)."""
    certificate = from_data(data)
    try:
        stated = {**data, "bound": str(certificate.bound)}
    except CertificateError:  # q(0) <= 0
        return accepted(check.check_two_point, data), accepted(
            check_in_balls.check_in_balls, certificate
        )
    return (
        accepted(check.check_two_point, stated),
        accepted(check_in_balls.check_in_balls, certificate),
    )


def test_true_certificates_pass_both(certificates):
    for n, certificate in certificates.items():
        data = certificate.to_dict()
        theorem = f"No packing of equal balls in R^{n} has density above {certificate.bound}."
        assert check.check_two_point(data) == theorem
        assert str(certificate.verify()) == theorem
        # Nodes are only hints: without them both checkers cut the axis elsewhere.
        assert accepted_by({**data, "nodes": []}) == (True, True)


@pytest.mark.parametrize("n", [4, 7, 8, 24])
def test_mutations_are_rejected_by_both(certificates, n):
    data = certificates[n].to_dict()
    mutants = {"n + 1": {**data, "n": n + 1}}
    T = Fraction(data["radius_squared_times_2pi"])
    mutants["smaller T"] = {**data, "radius_squared_times_2pi": str(T * (1 - Fraction(1, 10**8)))}
    mutants["negated"] = {**data, "coefficients": [str(-int(c)) for c in data["coefficients"]]}
    exchanged = [str(int(c) * (-1) ** k) for k, c in enumerate(data["coefficients"])]
    mutants["f and f^ exchanged"] = {**data, "coefficients": exchanged}
    mutants["last coefficient left out"] = {
        **data,
        "coefficients": data["coefficients"][:-1],
        "degree": data["degree"] - 1,
    }
    for name, mutant in mutants.items():
        assert accepted_by(mutant) == (False, False), name


@pytest.mark.parametrize("n", [4, 7, 8, 24])
def test_flipped_signs_are_rejected(certificates, n):
    data = certificates[n].to_dict()
    for k in (0, 1, 2, 3, 10, data["degree"]):
        flipped = copy.deepcopy(data)
        flipped["coefficients"][k] = str(-int(flipped["coefficients"][k]))
        assert not accepted(check.check_two_point, flipped), k
        # Some flipped functions prove something, but only a weaker bound.
        if any(accepted_by(flipped)):
            assert from_data(flipped).bound > certificates[n].bound, k


def test_a_certificate_also_proves_a_bound_one_dimension_below(certificates):
    """The integral of (y - x)^{-1/2} e^{-y} L_k^alpha(y) over y > x is sqrt(pi) e^{-x} L_k^{alpha-1/2}(x)
    for every k. So the functions one dimension below have the same signs.
    """
    for n, optimum in ((8, "0.327455610939830"), (4, "0.7404804896930")):
        data = {**certificates[n].to_dict(), "n": n - 1}
        assert accepted_by(data) == (True, True)
        assert from_data(data).bound >= Decimal(optimum)


def test_a_radius_smaller_by_1e_12_is_rejected():
    """At full precision the slack is far below 1e-12, so this lowers the radius below its optimum."""
    data = two_point_bound(8, digits=14, progress=False).to_dict()
    T = Fraction(data["radius_squared_times_2pi"])
    mutant = {**data, "radius_squared_times_2pi": str(T * (1 - Fraction(1, 10**12)))}
    assert accepted_by(data) == (True, True)
    assert accepted_by(mutant) == (False, False)


@pytest.mark.parametrize("n", [7, 8])
def test_a_bound_lower_by_one_unit_is_rejected(certificates, n):
    data = certificates[n].to_dict()
    unit = Fraction(1, 10**6)
    lowered = {**data, "bound": f"{float(Fraction(data['bound']) - unit):.6f}"}
    with pytest.raises(CertificateError, match=r"vol\(B_n\) .* <= 0\.\d{6}, as stated, does not hold"):
        check.check_two_point(lowered)
    assert check.check_two_point({**data, "bound": "0.9"}).endswith("above 0.9.")


@pytest.mark.parametrize("n", [8, 24])
def test_false_theorems_have_no_certificate(certificates, n):
    """Shift T and the slack a little: whatever still passes states no less than the truth."""
    data = certificates[n].to_dict()
    passed = 0
    T = Fraction(data["radius_squared_times_2pi"])
    for exponent in (3, 6, 7, 8, 12):
        for sign in (-1, 1):
            mutant = {**data, "radius_squared_times_2pi": str(T * (1 + sign * Fraction(1, 10**exponent)))}
            verdicts = accepted_by(mutant)
            if any(verdicts):
                passed += 1
                assert Fraction(from_data(mutant).bound) >= TRUTH[n], (exponent, sign)
    assert passed >= 5  # a larger T only weakens the theorem


@settings(max_examples=20, deadline=None)
@given(
    k=st.integers(0, 47),
    change=st.integers(-(10**9), 10**9),
    scale=st.integers(0, 25),
    shrink=st.integers(-(10**6), 10**6),
)
def test_whatever_is_accepted_is_true_in_dimension_8(certificates, k, change, scale, shrink):
    data = copy.deepcopy(certificates[8].to_dict())
    data["coefficients"][k] = str(int(data["coefficients"][k]) + change * 10**scale)
    T = Fraction(data["radius_squared_times_2pi"])
    data["radius_squared_times_2pi"] = str(T * (1 + Fraction(abs(shrink) * shrink, 10**20)))
    if any(accepted_by(data)):
        assert Fraction(from_data(data).bound) >= TRUTH[8]


def test_a_narrow_bump_between_the_nodes_is_found(certificates):
    """Add to f a multiple of its transform's shape: p gets a bump of height 1e-9 that a grid would miss."""
    data = copy.deepcopy(certificates[8].to_dict())
    node = Fraction(sorted(data["nodes"])[3])
    p, _ = check_in_balls.expand(8, from_data(data).coefficients)
    # p(t) - 2 p(node) (t-dependent) crosses zero only near the node: subtract a constant in L_0.
    value = p(fmpq(node.numerator, node.denominator))
    shift = -2 * Fraction(int(value.p), int(value.q))
    data["coefficients"][0] = str(int(data["coefficients"][0]) + math.ceil(shift * 2 ** data["bits"]))
    assert accepted_by(data) == (False, False)


def test_hand_made_functions():
    """Degree 1, n = 2: f = (1 - t/T) e^{-t/2} has q = 1 - (2 - t)/T, positive from T >= 2 on."""

    def hand_made(T, stated):
        c1 = Fraction(1, T)  # p = 1 - t/T = (1 - 1/T) L_0 + (1/T) L_1
        return {
            "kind": "two-point",
            "n": 2,
            "degree": 1,
            "digits": 3,
            "radius_squared_times_2pi": str(T),
            "bits": 0,
            "coefficients": [str(int(1000 * (1 - c1))), str(int(1000 * c1))],
            "bound": stated,
            "nodes": [],
        }

    # T = 5: q(0) = 3/5, p(0) = 1, bound (5/8) * 5/3 = 1.0417; p must be negative beyond T, not at T.
    true = {**hand_made(5, "1.05"), "radius_squared_times_2pi": "5000001/1000000"}
    assert check.check_two_point(true) == "No packing of equal balls in R^2 has density above 1.05."
    assert not accepted(check.check_two_point, {**true, "bound": "1.04"})
    assert not accepted(check.check_two_point, hand_made(5, "1.05"))  # p(T) = 0 is not clear enough
    assert not accepted(check.check_two_point, hand_made(1, "1.05"))  # q(0) < 0
    constant = {**true, "coefficients": ["1000", "0"]}
    assert accepted_by(constant) == (False, False)


# The parts.


integers = st.lists(st.integers(-(10**12), 10**12) | st.integers(-9, 9), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(integers)
def test_shift_is_the_binomial_expansion(poly):
    assert _shift(poly) == [
        sum(c * math.comb(j, k) for j, c in enumerate(poly) if j >= k) for k in range(len(poly))
    ]


@settings(max_examples=100, deadline=None)
@given(integers, st.integers(0, 9))
@example([2**25, -3], 9)
def test_rounding_is_downwards(poly, ninth):
    u = Fraction(ninth, 9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "_KEPT_BITS", 20)
        lower = _lower(list(poly))
    unit = 2 ** max(0, max(map(abs, poly)).bit_length() - 20)
    value = sum(c * u**k for k, c in enumerate(poly))
    below = unit * sum(c * u**k for k, c in enumerate(lower))
    assert below <= value < below + unit * (len(poly) + 1)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    st.fractions(0, Fraction(99, 100), max_denominator=100),
)
def test_from_restricts_to_the_right_part(poly, left):
    assume(left > 0)
    part = _from(list(poly), left)
    for v in (Fraction(0), Fraction(1, 3), Fraction(1)):
        u = left + (1 - left) * v
        scale = (left.numerator * left.denominator) ** (len(poly) - 1)
        value = sum(c * u**k for k, c in enumerate(poly)) * scale
        assert sum(c * v**k for k, c in enumerate(part)) <= value


@pytest.mark.parametrize("n", [2, 3, 8, 25])
def test_the_two_expansions_agree(n):
    numerators = [3, -1, 4, -1, 5, -9, 2, -6]
    p, q = _expand(n, numerators)
    for poly, other in zip((p, q), check_in_balls.expand(n, [Fraction(c) for c in numerators]), strict=True):
        scale = math.factorial(7) * 2**7
        assert fmpq_poly(poly) / scale == other


@pytest.mark.parametrize(("gap", "positive"), [(Fraction(1, 10**20), True), (-Fraction(1, 10**20), False)])
def test_near_double_roots(gap, positive):
    """(t - 3/7)^2 (t - 10)^2 + gap on [0, oo), without any hint where the roots are."""
    poly = fmpq_poly([fmpq(-3, 7), 1]) ** 2 * fmpq_poly([-10, 1]) ** 2 + fmpq(gap.numerator, gap.denominator)
    integers = poly.numer()
    whole = [int(c) for c in integers.coeffs()]
    assert positive == accepted(lambda p: check._check_positive(p, Fraction(0), [], "F > 0"), whole)
    with ctx.workprec(400):
        assert positive == accepted(
            lambda p: check_in_balls._check_positive(p, fmpq(0), [], "F > 0"), integers
        )


def test_an_exact_double_root_is_not_accepted():
    poly = fmpq_poly([-3, 1]) ** 2
    with pytest.raises(CertificateError, match="F > 0 does not hold, or not clearly, near t ="):
        check._check_positive([9, -6, 1], Fraction(0), [], "F > 0")
    with ctx.workprec(400), pytest.raises(CertificateError, match="F > 0 does not hold, or not clearly"):
        check_in_balls._check_positive(poly.numer(), fmpq(0), [], "F > 0")


def test_balls_prove_nothing_false_on_one_interval():
    with ctx.workprec(400):
        assert check_in_balls._positive_between(arb_poly([2, 1, 0.5, 0.25]))
        assert not check_in_balls._positive_between(arb_poly([1, 1]))  # zero at -1
        assert not check_in_balls._positive_between(arb_poly([-1, 0, 100]))  # positive at both ends
        assert check_in_balls._positive_between(arb_poly([1, 0, -0.999]))


@pytest.mark.parametrize("place", [-1, -0.9, -0.7, -0.5, -0.3, 0, 0.125, 0.35, 0.5, 0.68, 0.75, 0.95, 1])
def test_balls_find_a_dip_anywhere_on_the_interval(place):
    """(v - place)^2 (1 + v^4) - 1e-9 is negative only within 4e-5 of the place."""
    with ctx.workprec(400):
        square = arb_poly([-place, 1]) * arb_poly([-place, 1]) * arb_poly([1, 0, 0, 0, 1])
        assert not check_in_balls._positive_between(square - arb_poly([1e-9]))
        assert check_in_balls._positive_between(square + arb_poly([1e-9]))


def test_a_tangent_must_be_positive_at_both_ends(monkeypatch):
    monkeypatch.setattr(check_in_balls, "_NEWTON_STEPS", 0)  # the tangent at 0
    with ctx.workprec(400):
        assert check_in_balls._some_tangent_is_positive(arb_poly([1, 0.5, 3]))
        assert not check_in_balls._some_tangent_is_positive(arb_poly([1, 2, 3]))
        assert not check_in_balls._some_tangent_is_positive(arb_poly([1, -2, 3]))


@pytest.mark.parametrize("sign", [-1, 1])
def test_dropped_terms_are_taken_from_the_constant(sign):
    with ctx.workprec(400):
        tiny = sign * arb(2) ** -385
        shortened = check_in_balls._shortened([arb(1), arb(0), arb(0), tiny, tiny])
        assert shortened.degree() <= 2
        assert shortened[0] <= 1 - 2 * abs(tiny)


def test_triangle():
    data = {"kind": "two-point-triangle", "n": 1, "radius": "3/2", "bound": "1"}
    assert check_triangle(data) == "No packing of equal balls in R^1 has density above 1."
    for field, value in [("n", 2), ("radius", "0"), ("radius", 1), ("bound", "x"), ("kind", "two-point")]:
        with pytest.raises(CertificateError, match=field):
            check_triangle({**data, field: value})
    with pytest.raises(CertificateError, match="does not hold"):
        check_triangle({**data, "bound": "0.999"})


def test_the_exact_checker_is_short_and_imports_the_standard_library_only():
    source = Path(check.__file__).read_text(encoding="utf-8")
    proof = source[source.index("__all__") : source.index("def main")]
    assert len(proof.splitlines()) < 200
    lines = [line.split() for line in source.splitlines()]
    imports = {words[1] for words in lines if words[:1] in (["import"], ["from"])}
    assert imports - sys.stdlib_module_names == {"mathlib.errors"}
