"""The second checker of three-point certificates: files that ship, forgeries, and exact values."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_poly

from mathlib.errors import CertificateError
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.second_checker import boxes
from mathlib.packing.three_point.second_checker.allowances import numbers_for
from mathlib.packing.three_point.second_checker.one_variable import (
    density,
    is_negative_between,
    is_positive_from,
    is_semidefinite,
    laguerre_sum,
)
from mathlib.packing.three_point.second_checker.proof import prove

QUICK = 8
FALSE = Path(__file__).parent / "false_certificates"


def check(data):
    return dict(prove(data))


def shipped(n):
    return json.loads(ThreePointCertificate.shipped_path(n).read_text())


@pytest.fixture(scope="module")
def certificate():
    return ThreePointCertificate.shipped(QUICK)


def altered(certificate, **changes):
    """The file of a certificate with other fields, which states the bound that follows from them."""
    return replace(certificate, **changes).to_dict()


def lifted(certificate, amount):
    """f3 with a constant added to its part k = 0, off the origin: F grows by it everywhere."""
    first = [list(row) for row in certificate.blocks[0]]
    first[1][1] += Fraction(amount)
    return altered(certificate, blocks=(tuple(map(tuple, first)), *certificate.blocks[1:]))


def test_a_certificate_that_ships_is_proved():
    conditions = list(check(shipped(QUICK)))
    assert conditions == ["A_k positive semidefinite", "f2^ > 0, and f2 < 0 beyond R", "(M)", "(D1)", "(D2)"]


@pytest.mark.parametrize("name", ["n02.json", "n08.json"])
def test_false_certificates_are_refused(name):
    """They hold at every point of a grid, and state bounds below the truth."""
    with pytest.raises(CertificateError, match=r"does not hold|is not proved|cannot be proved"):
        check(json.loads((FALSE / name).read_text()))


def test_a_kernel_lifted_above_zero_is_refused(certificate):
    largest = max(abs(x) for block in certificate.blocks[1:] for row in block for x in row)
    with pytest.raises(CertificateError, match=r"\((M|D1|D2)\)"):
        check(lifted(certificate, Fraction(float(largest)) / 1024))


def test_each_condition_is_asked(certificate):
    n, f2, blocks = certificate.n, certificate.f2, certificate.blocks
    negative = [[Fraction(0)] * len(blocks[5]) for _ in blocks[5]]
    negative[0][0] = Fraction(-1, 2**60)
    no_matrix = (*blocks[:5], tuple(map(tuple, negative)), *blocks[6:])
    for data, message in [
        (altered(certificate, blocks=no_matrix), "A_5 positive semidefinite"),
        (altered(certificate, f2=(*f2[:-1], -f2[-1])), r"f2\^\(t\) > 0|f2\(x\) < 0"),
        (altered(certificate, f2=(f2[0] + abs(f2[0]) / 64, *f2[1:])), r"f2|\(M\)"),
        ({**shipped(QUICK), "bound": "0.2536695"}, "the bound .* <= 0.2536695 does not hold"),
    ]:
        with pytest.raises(CertificateError, match=message):
            check(data)
    assert n == QUICK


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "two-point"), ("n", 8.0), ("n", True), ("n", 49), ("r", "0"), ("r", "1/0"), ("R", "9"),
        ("scale", "-1"), ("bound", "x"), ("bound", None), ("f2", []), ("f2", ["1p9999999"]), ("f2", [1, 2]),
        ("blocks", []), ("blocks", [["1p0"]] * 3 + [["1p0 1p0"]]), ("blocks", [[1]] * 3), ("r", "\u0661"),
    ],
)  # fmt: skip
def test_damaged_fields_are_named(field, value):
    with pytest.raises(CertificateError, match=rf"{field}|0 < r < R"):
        check({**shipped(QUICK), field: value})


def test_what_is_no_certificate_is_refused():
    for data in (None, [], {}, "three-point", 3):
        with pytest.raises(CertificateError, match="kind"):
            check(data)


# The parts.


def test_semidefinite_matrices_are_told_by_their_characteristic_polynomial():
    rng = np.random.default_rng(0)
    for size in (1, 2, 5):
        root = rng.integers(-3, 4, (size, max(1, size - 1)))
        gram = [[Fraction(int(x)) for x in row] for row in root @ root.T]
        assert is_semidefinite(gram)
        gram[0][0] -= 1 + gram[0][0]
        assert not is_semidefinite(gram)


@pytest.mark.parametrize(
    ("roots", "start", "positive"),
    [([-1, 3], 4, True), ([-1, 3], 3, False), ([1, 1], 2, True), ([2, 2], 1, False), ([2, 2, -5], 3, True)],
)
def test_sturm_counts_roots(roots, start, positive):
    p = fmpq_poly([1])
    for root in roots:
        p *= fmpq_poly([-root, 1])
    assert is_positive_from(p, fmpq(start)) == positive


def test_laguerre_polynomials_satisfy_their_recurrence():
    n, w = 5, fmpq_poly([0, 1])
    L = [laguerre_sum(n, [Fraction(0)] * j + [Fraction(1)]) for j in range(6)]
    alpha = fmpq(n, 2) - 1
    for j in range(1, 5):
        assert (j + 1) * L[j + 1] == (2 * j + 1 + alpha - w) * L[j] - (j + alpha) * L[j - 1]


def test_the_density_is_that_of_the_first_checker(certificate):
    c = certificate
    low, high = density(c.n, c.r, c.scale, list(c.f2), c.blocks[0][0][0])
    assert low <= high < low + Fraction(1, 10**30)
    assert high <= Fraction(c.bound) <= high + Fraction(1, 10**11)


def test_the_mixed_condition_fails_when_it_should(certificate):
    c = certificate
    arguments = c.n, c.r, c.R, c.scale, list(c.f2)
    assert is_negative_between(*arguments, c.blocks)
    first = [list(row) for row in c.blocks[0]]
    first[1][1] += 1
    assert not is_negative_between(*arguments, [first, *c.blocks[1:]])


def exact_sum(c, condition, point):
    """The left side of (D1) or (D2) at a point of the box, as a ball."""
    with ctx.workprec(200):
        mu = arb(fmpq((c.R + c.r).numerator, (c.R + c.r).denominator))
        mu /= arb(fmpq((c.R - c.r).numerator, (c.R - c.r).denominator))
        x = [arb(float(v)) for v in point]

        def cosine(a, b, c):
            return (a * a + b * b - c * c) / (2 * a * b)

        def polynomials(x, count, step):
            found = [arb(1), x]
            for k in range(1, count):
                alpha, beta = step(k)
                found.append(alpha * x * found[-1] - beta * found[-2])
            return found

        def F(x, y, u):
            T = [polynomials(v, 20, lambda k: (2, 1)) for v in (x, y)]
            P = polynomials(
                u, len(c.blocks), lambda k: (arb(2 * k + c.n - 2) / (k + c.n - 2), arb(k) / (k + c.n - 2))
            )
            total = arb(0)
            for k, block in enumerate(c.blocks):
                rows = [row[1:] for row in block[1:]] if k == 0 else block
                for i, row in enumerate(rows):
                    for j, entry in enumerate(row):
                        total += arb(fmpq(entry.numerator, entry.denominator)) * T[0][i] * T[1][j] * P[k]
            return total

        if condition == 2:
            a, b = mu + x[0], mu + x[1]
            return F(x[0], x[1], -1 + x[2] * (1 + cosine(a, b, mu + 1)))
        terms = [(0, 1, 2), (0, 2, 1), (1, 2, 0)]
        return sum(
            (F(x[i], x[j], cosine(mu + x[i], mu + x[j], mu + x[k])) for i, j, k in terms), arb(0)
        )


# Only `prove` can be called from Python: these call what it consists of.


@numba.njit
def compiled_at_point(kind, point, A, sizes, T_steps, P_steps, mu, W, low, g, H):
    return boxes.at_point(kind, point, A, sizes, T_steps, P_steps, mu, W, low, g, H)


@numba.njit
def compiled_third_derivative(
    kind, box, half, A, reach, roots, T_steps, P_steps, mu, gamma, cells, W, M, low, buffer
):
    for i in range(6):
        cells[0, i] = box[i]
    boxes.study(kind, cells, 0, A, reach, roots, T_steps, P_steps, mu, gamma, W, M, low, buffer)
    return boxes.third_derivative(kind, cells, 0, mu[0], half)


@numba.njit
def compiled_quadratic_bound(g, H, d, D, slope):
    return boxes.quadratic_bound(g, H, d, D, slope)


def at_point(numbers, condition, point):
    A, sizes, _, _, T_steps, P_steps, mu, *_ = numbers
    _, _, W, _, low, *_ = boxes.workspace(A)
    g, H = np.zeros(3), np.zeros((3, 3))
    value = compiled_at_point(condition, np.array(point), A, sizes, T_steps, P_steps, mu, W, low, g, H)
    return value, g, H


def third_derivative(numbers, condition, middle, cell_half, half):
    """The bound for boxes with half widths `half` in the cell around `middle`."""
    A, _, *others, _, gamma = numbers
    _, *work, _, _, _, _, _, _, _ = boxes.workspace(A)
    cell = np.concatenate([middle, cell_half])
    return compiled_third_derivative(condition, cell, half, A, *others, gamma, *work)


def unit(c):
    largest = max(abs(x) for k, b in enumerate(c.blocks) for row in b[k == 0 :] for x in row[k == 0 :])
    return Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())


@pytest.mark.parametrize("condition", [1, 2])
def test_values_at_points_are_within_the_allowance(certificate, condition):
    numbers = numbers_for(certificate.n, certificate.r, certificate.R, certificate.blocks)
    rng, scale = np.random.default_rng(1), unit(certificate)
    corners = [[1.0, 1.0, 1.0], [-1.0, 1.0, 0.0], [1.0, 1.0, 0.5]]
    for point in [*corners, *rng.uniform(-1, 1, (5, 3))]:
        point = [point[0], point[1], abs(point[2]) if condition == 2 else point[2]]
        value, _, _ = at_point(numbers, condition, point)
        with ctx.workprec(200):
            exact = exact_sum(certificate, condition, point) / arb(fmpq(scale.numerator, scale.denominator))
            assert abs(exact - arb(value)) < numbers.allowance[0]
    assert numbers.allowance[0] < 1e-11


@pytest.mark.parametrize("condition", [1, 2])
def test_derivatives_and_their_bounds(certificate, condition):
    """Differences of values give slopes, those of slopes second derivatives, and so on; the bounds hold."""
    numbers = numbers_for(certificate.n, certificate.r, certificate.R, certificate.blocks)
    rng, step = np.random.default_rng(2), 2.0**-14
    for half in (2.0**-3, 2.0**-7):
        middle = np.append(rng.uniform(-0.8, 0.8, 2), rng.uniform(0.2, 0.8))
        sides = np.full(3, half) * [1, 0.5, 0.25]
        bound = third_derivative(numbers, condition, middle, np.full(3, half), sides)
        for point in middle + half * rng.uniform(-0.9, 0.9, (4, 3)):
            _, g, H = at_point(numbers, condition, point)
            cubic = 0.0
            for i, e in enumerate(np.eye(3) * step):
                above, below = (at_point(numbers, condition, point + s * e) for s in (1, -1))
                assert (above[0] - below[0]) / (2 * step) == pytest.approx(g[i], rel=1e-5, abs=1e-6)
                assert (above[1] - below[1]) / (2 * step) == pytest.approx(H[i], rel=1e-4, abs=1e-5)
                cubic += sides[i] * (sides @ np.abs((above[2] - below[2]) / (2 * step)) @ sides)
            assert cubic <= bound * (1 + 1e-3) + 1e-12
            assert bound < 100 * (cubic + half**3)  # and it is not merely large


def test_a_quadratic_is_bounded_from_above_and_closely():
    rng, d, D, slope = np.random.default_rng(3), np.zeros(3), np.zeros(3), np.zeros(3)
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 21)] * 3), -1).reshape(-1, 3)
    close = 0
    for _ in range(200):
        g, H = rng.standard_normal(3), rng.standard_normal((3, 3)) * rng.choice([0.1, 1, 5])
        H = H + H.T - rng.choice([0, 5]) * np.eye(3)
        found = compiled_quadratic_bound(g, H, d, D, slope)
        largest = (grid @ g + 0.5 * np.einsum("pi,ij,pj->p", grid, H, grid)).max()
        assert found >= largest - 1e-9
        close += found <= largest + 0.05 * (1 + abs(largest))
    assert close >= 60


def test_a_box_is_not_called_proved_beside_a_violation(certificate):
    numbers = numbers_for(certificate.n, certificate.r, certificate.R, certificate.blocks)
    A = numbers.A.copy()
    A[0, 0, 0] += 0.02  # F grows by a fiftieth of the size of the matrices
    box, place = np.array([0.0] * 3 + [1.0] * 3), np.zeros(4)
    outcome, _, _ = boxes.prove(1, box, 10**6, place, A, *numbers[1:], *boxes.workspace(A))
    assert outcome == boxes.VIOLATED
    assert place[3] > numbers.allowance[0]
