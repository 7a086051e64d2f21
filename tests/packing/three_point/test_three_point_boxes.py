"""Branch and bound for (D1), (D2): what its enclosures enclose, what it finds, what it must refuse.

The truth comes from FLINT: Chebyshev and Gegenbauer polynomials by their own names, derivatives by difference
quotients with steps of 2^-100 in 600 bits.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from mathlib.errors import CertificateError
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.checker import boxes as outward
from mathlib.packing.three_point.checker import triples
from mathlib.packing.three_point.functions import cosine, triangle_sum
from mathlib.packing.three_point.second_checker import triples as second
from mathlib.packing.three_point.unproved import unproved_triangles


def random_certificate(rng, n=5, sizes=(4, 3, 3, 2), ratio="13/8"):
    """Any symmetric matrices do for an enclosure: no condition holds here."""
    blocks = []
    for size in sizes:
        half = np.tril(np.round(rng.normal(size=(size, size)), 6))
        blocks.append(half + np.tril(half, -1).T)
    return ThreePointCertificate(n, Fraction(9, 8), Fraction(9, 8) * Fraction(ratio), 1, (1, 1), blocks)


def exact(certificate, condition, point):
    """The left side of the condition at coordinates of the box, as an arb."""
    r, R = (arb(v.numerator) / v.denominator for v in (certificate.r, certificate.R))
    n, alpha = certificate.n, arb(certificate.n) / 2 - 1
    length = [(r + R) / 2 + (R - r) / 2 * v for v in point]

    def F(x, y, u):
        total = arb(0)
        for k, block in enumerate(certificate.blocks):
            rows = [row[1:] for row in block[1:]] if k == 0 else block
            angular = u.gegenbauer_c(k, alpha) / arb(1).gegenbauer_c(k, alpha)
            for i, row in enumerate(rows):
                for j, c in enumerate(row):
                    total += arb(c.numerator) / c.denominator * x.chebyshev_t(i) * y.chebyshev_t(j) * angular
        return total

    def angle(a, b, c):
        return (a * a + b * b - c * c) / (2 * a * b)

    assert n > 2
    a, b, c = length
    x, y, z = point
    if condition == 1:
        return F(x, y, angle(a, b, c)) + F(x, z, angle(a, c, b)) + F(y, z, angle(b, c, a))
    t = (1 + z) / 2
    return F(x, y, angle(a, b, ((a + b) ** 2 * (1 - t) + R * R * t).sqrt()))


def derivatives(certificate, condition, point):
    """Value, gradient and Hessian by central differences, exact to about 50 digits."""
    step = arb(2) ** -100
    e = [[step if i == j else arb(0) for i in range(3)] for j in range(3)]

    def G(*moves):
        moved = [p + sum((m[i] for m in moves), arb(0)) for i, p in enumerate(point)]
        return exact(certificate, condition, moved)

    def second(p, q):
        m, n = [-v for v in p], [-v for v in q]
        return (G(p, q) - G(p, n) - G(m, q) + G(m, n)) / (4 * step * step)

    gradient = [(G(p) - G([-v for v in p])) / (2 * step) for p in e]
    return G(), gradient, [[second(p, q) for q in e] for p in e]


def enclosures(certificate, condition, box, point):
    """Ends of the intervals for value and gradient at the point and the Hessian on the box, in units of 1."""
    exponent, arguments = triples._arguments(certificate)
    half = 0.5 * (box[1] - box[0])
    m, K = arguments[0].shape[1], len(arguments[1]) - 1
    work = np.zeros((3, m, m, 2)), np.zeros((K + 1, K + 1, 2)), np.zeros((m, m, K + 1, 2))
    few = np.zeros((3, m, 2, 2)), np.zeros((K + 1, 2, 2))
    at_point = outward.enclose_at_point(condition, point, half, arguments, few)
    H = outward.enclose_on_box(condition, box, arguments, work)[4:].reshape(3, 3, 2)
    H /= np.multiply.outer(half, half)[:, :, None]
    return [2.0**exponent * v for v in (at_point[0], at_point[1:4] / half[:, None], H)]


def inside(true, ends):
    """Whether the ball of the truth lies in the interval, up to the last rounding in this test."""
    low, high = (float(end) for end in (true.lower(), true.upper()))
    slack = 1e-15 * max(abs(ends[0]), abs(ends[1]))
    return ends[0] - slack <= low and high <= ends[1] + slack


@pytest.mark.slow
@pytest.mark.parametrize("condition", [1, 2])
@pytest.mark.parametrize("depth", [1, 6, 14])
def test_values_and_derivatives_are_enclosed(condition, depth):
    rng = np.random.default_rng([depth, condition])
    certificate = random_certificate(rng)
    half = np.array([0.5**depth, 0.5 ** (depth + 1), 0.5**depth])
    low = (rng.integers(0, 1 / half) * 2) * half - 1
    box = np.array([low, low + 2 * half])
    with ctx.workprec(600):
        for place in ([0.5, 0.5, 0.5], [0, 0, 0], [1, 1, 1], [0, 0.75, 1]):
            point = box[0] + np.array(place) * 2 * half
            value, gradient, H = enclosures(certificate, condition, box, point)
            true = derivatives(certificate, condition, [arb(float(v)) for v in point])
            assert inside(true[0], value)
            assert all(inside(true[1][i], gradient[i]) for i in range(3))
            assert all(inside(true[2][i][j], H[i, j]) for i in range(3) for j in range(3))
    # Tight, too: an enclosure of everything would have passed so far.
    assert value[1] - value[0] < 1e-11
    assert (gradient[:, 1] - gradient[:, 0]).max() < 1e-9
    if depth == 14:
        assert (H[..., 1] - H[..., 0]).max() < 1e-2 * np.abs(H).max()


def matrices(rng):
    """Random balls of symmetric matrices of all signatures, with a face that is nearly degenerate."""
    for _ in range(300):
        Q = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        middle = Q @ np.diag(rng.normal(size=3) * 10.0 ** rng.integers(-6, 1, 3)) @ Q.T
        radius = np.abs(rng.normal(size=(3, 3))) * 10.0 ** rng.integers(-9, 0)
        yield (middle + middle.T) / 2, radius + radius.T


@pytest.mark.slow
def test_the_guessed_diagonal_is_proved_or_refused():
    rng, proved = np.random.default_rng(2), 0
    for middle, radius in matrices(rng):
        jet = np.zeros((13, 2))
        jet[4:, 0], jet[4:, 1] = (middle - radius).ravel(), (middle + radius).ravel()
        M = outward.majorant(jet)
        assert np.linalg.eigvalsh(M - middle - np.diag(radius.sum(axis=1)))[0] > -1e-15 * np.abs(M).max()
        for subset in range(8):
            D = outward.guess(M, subset)
            if outward.is_above(D, M):
                proved += 1
                assert np.linalg.eigvalsh(np.diag(D) - M)[0] > -1e-14 * (np.abs(M).max() + D.max())
        assert not outward.is_above(np.zeros(3), M + 2 * np.abs(M).max() * np.eye(3))
    assert proved > 600


@pytest.mark.slow
def test_intervals_are_rounded_outwards():
    rng = np.random.default_rng(4)
    for x, y in rng.normal(size=(200, 2)) * 10.0 ** rng.integers(-12, 12, size=(200, 2)):
        for ends, true in (
            (outward.add((x, x), (y, y)), Fraction(x) + Fraction(y)),
            (outward.sub((x, x), (y, y)), Fraction(x) - Fraction(y)),
            (outward.mul((x, x), (y, y)), Fraction(x) * Fraction(y)),
            (outward.inverse((abs(x), abs(x))), 1 / abs(Fraction(x))),
        ):
            assert Fraction(ends[0]) < true < Fraction(ends[1])
            assert ends[1] - ends[0] <= 1e-15 * abs(ends[1]) + 1e-280
    for a, b, s, t in rng.normal(size=(200, 4)):
        left, right = sorted((a, b)), sorted((s, t))
        low, high = outward.mul(tuple(left), tuple(right))
        assert all(low <= p * q <= high for p in np.linspace(*left, 5) for q in np.linspace(*right, 5))


def test_tables_are_correctly_rounded():
    table = triples.taylor_table(triples.gegenbauer(5, 7), 8)
    with ctx.workprec(200):
        for g in (0, 3, 16):
            x = arb(g) / 8 - 1
            for k in range(7):
                true = x.gegenbauer_c(k, arb(3) / 2) / arb(1).gegenbauer_c(k, arb(3) / 2)
                assert abs(arb(table[g, k, 0]) - true) <= abs(true) * 2.0**-53 + arb(2) ** -190
                far = sum(arb(table[g, k, s]) * (arb(1) / 3) ** s for s in range(k + 1))
                moved = (x + arb(1) / 3).gegenbauer_c(k, arb(3) / 2) / arb(1).gegenbauer_c(k, arb(3) / 2)
                assert abs(far - moved) < 1e-13


@pytest.fixture(scope="module")
def shipped():
    """Is verified in the shortest time, but for dimension 8, where the bound is nearly the truth."""
    return ThreePointCertificate.shipped(14)


def raised(certificate, size, k=0):
    """The certificate with `size` added to one entry of A_k: the kernel grows by size times P_k."""
    blocks = [[list(row) for row in block] for block in certificate.blocks]
    blocks[k][k == 0][k == 0] += Fraction(size)
    return replace(certificate, blocks=blocks)


def left_side(certificate, condition, triangles):
    """The left side of (D1) or (D2) for sides in units of r, in doubles, by another route."""
    a, b, c = triangles.T * float(certificate.r)
    if condition == 1:
        return triangle_sum(certificate, a, b, c)
    return certificate.f3(a, b, cosine(a, b, c))


@pytest.mark.parametrize("condition", [1, 2])
def test_a_constant_that_lifts_the_maximum_above_zero_is_found(shipped, condition):
    proved = unproved_triangles(shipped, condition)
    assert (len(proved.values), proved.boxes > 1000) == (0, True)
    false = raised(shipped, 2.0**-24)
    bad = unproved_triangles(false, condition, most=20, distance=0.2)
    assert 3 < len(bad.values) <= 20
    assert bad.values[0] > 0
    assert (np.diff(bad.values) <= 0).all()
    np.testing.assert_allclose(left_side(false, condition, bad.triangles), bad.values, atol=1e-12)
    a, b, c = bad.triangles.T
    assert (np.minimum(a, b) >= 1 - 1e-15).all()
    assert (c <= (a + b if condition == 2 else false.spec.R) + 1e-15).all()


@pytest.mark.slow
@pytest.mark.parametrize("condition", [1, 2])
def test_the_first_checker_finds_it_too(shipped, condition):
    assert triples.prove_triples(shipped, condition) > 1000
    where = r"does not hold at a = .*, b = .*, c = .*value"
    with pytest.raises(CertificateError, match=rf"\(D{condition}\) .* {where}"):
        triples.prove_triples(raised(shipped, 2.0**-24), condition)


@pytest.mark.slow
def test_a_bump_of_width_a_hundredth_in_D2_is_found():
    """The kernel is lifted until (D2) fails, but nowhere on a grid of 110 000 triangles."""
    good = ThreePointCertificate.shipped(9)  # that of 14 is within rounding errors
    lift, k = 2.0**-24, 2
    for _ in range(3):  # to where the worst triangle found so far just touches zero
        bad = unproved_triangles(raised(good, lift, k), 2)
        if not len(bad.values):
            break
        slope = left_side(raised(good, 1, k), 2, bad.triangles) - left_side(good, 2, bad.triangles)
        lift = float((-left_side(good, 2, bad.triangles) / slope).min()) * (1 + 1e-4)
    false = raised(good, lift, k)
    with pytest.raises(CertificateError, match=r"\(D2\) .* does not hold"):
        triples.prove_triples(false, 2)
    assert 0 < unproved_triangles(false, 2).values[0] < 1e-10
    R = false.spec.R
    a, b, t = np.meshgrid(*[np.linspace(1, R, 67)] * 2, np.linspace(0, 1, 51), indexing="ij")
    a, b, t = (v[a <= b] for v in (a, b, t))
    c = np.sqrt((a + b) ** 2 * (1 - t) + R * R * t)
    assert left_side(false, 2, np.stack([a.ravel(), b.ravel(), c.ravel()], -1)).max() < 0


def test_a_thin_box_is_not_cut_along_its_thin_side():
    wanted, widths = np.array([0, 0, 1]), np.array([[1.0, 2.0, 0.5], [1e-6, 0.5, 2.0], [1e-4, 1e-5, 1e-3]])
    assert triples._axis_to_cut(wanted, widths).tolist() == [0, 2, 1]


def test_a_touch_below_the_rounding_errors_ends(shipped, monkeypatch):
    """(D2) is lifted to within 1e-15 of zero; boxes there were once cut until they had no width."""
    monkeypatch.setattr(second, "_MOST_BOXES", 400_000)
    assert len(unproved_triangles(raised(shipped, 5.689207993918226e-12, 2), 2).values)


@pytest.mark.slow
def test_such_a_touch_ends_in_an_error_of_the_first_checker(shipped, monkeypatch):
    monkeypatch.setattr(triples, "_MOST_BOXES", 100_000)
    with pytest.raises(CertificateError, match=r"is not proved after|does not hold at a"):
        triples.prove_triples(raised(shipped, 5.689207993918226e-12, 2), 2)


def test_what_is_refused(monkeypatch):
    zero = replace(random_certificate(np.random.default_rng(5)), blocks=[[[0, 0], [0, 0]], [[0]]])
    for call in (triples.prove_triples, unproved_triangles):
        with pytest.raises(CertificateError, match="R < 2 r does not hold"):
            call(replace(zero, R=2 * zero.r), 1)
    for call, message in ((triples.prove_triples, "set it to 0"), (unproved_triangles, "less than 2\\^-900")):
        with pytest.raises(CertificateError, match=message):
            call(raised(raised(zero, Fraction(1, 2**2000), k=1), 1), 1)
    assert unproved_triangles(zero, 1).values[0] == 0.0


@pytest.mark.slow
def test_what_is_nowhere_negative_is_refused_by_the_first_checker(monkeypatch):
    zero = replace(random_certificate(np.random.default_rng(5)), blocks=[[[0, 0], [0, 0]], [[0]]])
    monkeypatch.setattr(triples, "_BATCH", 64)
    with pytest.raises(CertificateError, match="cannot be proved at a = "):
        triples.prove_triples(zero, 1)
