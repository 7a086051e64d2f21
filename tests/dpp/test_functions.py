"""The test functions: closed formulas against quadrature, and against each other."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss

from mathlib.dpp import (
    GenzFunction,
    borehole,
    genz,
    ishigami,
    ishigami_sobol_indices,
    runge,
    sobol_from_coefficients,
)


def product_rule(d, nodes, splits=None):
    """Gauss-Legendre on [-1, 1]^d for the uniform law, each axis cut at splits[j]."""
    x, w = leggauss(nodes)
    axes = []
    for j in range(d):
        ends = [-1.0, *sorted(splits[j] if splits else []), 1.0]
        pieces = [(a + (b - a) * (x + 1) / 2, (b - a) / 4 * w) for a, b in itertools.pairwise(ends)]
        axes.append(tuple(np.concatenate(part) for part in zip(*pieces, strict=True)))
    points = np.stack(np.meshgrid(*[p for p, _ in axes], indexing="ij"), axis=-1)
    weights = np.array(1.0)
    for _, w_j in axes:
        weights = np.multiply.outer(weights, w_j)
    return points, weights


def test_runge_at_known_points():
    assert runge([0.0, 0.2, -0.2, 1.0]).tolist() == [1, 0.5, 0.5, 1 / 26]
    assert runge(np.full((2, 3, 1), 0.2)).shape == (2, 3)
    assert runge(np.float64(0.2)).shape == ()


@pytest.mark.parametrize("kind", GenzFunction.kinds)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_genz_mean_is_the_integral(kind, d):
    f = genz(kind, d, rng=[d, GenzFunction.kinds.index(kind)], difficulty=4.0)
    kinks = [[2 * u - 1] for u in f.u] if kind in ("continuous", "discontinuous") else None
    points, weights = product_rule(d, 24, kinks)
    assert np.sum(weights * f(points)) == pytest.approx(f.mean(), rel=1e-10)


def test_corner_peak_by_its_alternating_sum():
    """1 / (d! a_1 ... a_d) sum over subsets S of (-1)^|S| / (1 + sum of a over S) (Genz, 1984)."""
    f = genz("corner_peak", 5, rng=1, difficulty=8.0)
    total = 0.0
    for bits in range(2**5):
        chosen = [f.a[i] for i in range(5) if bits >> i & 1]
        total += (-1) ** len(chosen) / (1 + sum(chosen))
    assert f.mean() == pytest.approx(total / (math.factorial(5) * math.prod(f.a)), rel=1e-9)


@pytest.mark.parametrize("a", [[1e6], [1e-300], [1e10, 1.0], [1e15] * 3, [3.0, 0.1, 1e-5, 40.0], [1e-8] * 6])
def test_corner_peaks_of_any_scale(a):
    """The alternating sum in rational numbers: in doubles it would cancel."""
    total = Fraction(0)
    for bits in itertools.product((0, 1), repeat=len(a)):
        total += Fraction((-1) ** sum(bits)) / (
            1 + sum(Fraction(x) * bit for x, bit in zip(a, bits, strict=True))
        )
    exact = total / math.factorial(len(a)) / math.prod(Fraction(x) for x in a)
    assert GenzFunction("corner_peak", a, np.zeros(len(a))).mean() == pytest.approx(float(exact), rel=1e-12)


def test_a_function_that_overflows_says_so():
    steep = GenzFunction("discontinuous", [2000.0], [1.0])
    for call in (steep.mean, lambda: steep([[1.0]])):
        with pytest.raises(ValueError, match="overflows"):
            call()
    assert steep([[-1.0]]) == 1


def test_genz_draw_is_reproducible_and_scaled():
    first, second = genz("gaussian", 4, rng=7, difficulty=2.5), genz("gaussian", 4, rng=7, difficulty=2.5)
    assert (first.a == second.a).all()
    assert (first.u == second.u).all()
    assert first.a.sum() == pytest.approx(2.5)
    assert first.d == 4
    assert first.mean() != genz("gaussian", 4, rng=8, difficulty=2.5).mean()


def test_ishigami_indices_are_those_of_the_function():
    """Conditional means by quadrature: Var E[f | x_j] and E Var[f | all but x_j]."""
    x, w = leggauss(40)
    w = w / 2
    grid = np.stack(np.meshgrid(x, x, x, indexing="ij"), axis=-1)
    values = ishigami(grid, a=5.0, b=0.2)
    mean = np.einsum("ijk,i,j,k", values, w, w, w)
    variance = np.einsum("ijk,i,j,k", (values - mean) ** 2, w, w, w)
    exact = ishigami_sobol_indices(a=5.0, b=0.2)
    assert mean == pytest.approx(exact.mean)
    assert variance == pytest.approx(exact.variance)
    for j in range(3):
        others = [i for i in range(3) if i != j]
        alone = np.tensordot(np.tensordot(values, w, (others[1], 0)), w, (others[0], 0))
        rest = np.tensordot(values, w, (j, 0))
        assert w @ (alone - mean) ** 2 / variance == pytest.approx(exact.first[j], abs=1e-12)
        assert 1 - w @ (rest - mean) ** 2 @ w / variance == pytest.approx(exact.total[j], abs=1e-12)


def test_ishigami_published_values():
    """First order (0.3139, 0.4424, 0), total (0.5576, 0.4424, 0.2437), as in Sudret (2008), table 2."""
    exact = ishigami_sobol_indices()
    assert exact.first == pytest.approx([0.3139, 0.4424, 0], abs=5e-5)
    assert exact.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)
    assert exact.variance == pytest.approx(13.8446, abs=5e-5)


def test_borehole_by_hand():
    """The formula as Harper and Gupta state it, at the middle and at two corners."""

    def by_hand(r_w, r, t_u, h_u, t_l, h_l, length, k_w):
        ln = math.log(r / r_w)
        slow = 1 + 2 * length * t_u / (ln * r_w**2 * k_w) + t_u / t_l
        return 2 * math.pi * t_u * (h_u - h_l) / (ln * slow)

    middle = by_hand(0.1, 25050, 89335, 1050, 89.55, 760, 1400, 10950)
    low = by_hand(0.05, 100, 63070, 990, 63.1, 700, 1120, 9855)
    high = by_hand(0.15, 50000, 115600, 1110, 116, 820, 1680, 12045)
    points = np.array([np.zeros(8), -np.ones(8), np.ones(8)])
    assert borehole(points) == pytest.approx([middle, low, high], rel=1e-12)


def test_sobol_shares_add_up():
    indices = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [1, 1, 0], [1, 1, 1]])
    coef = np.array([[3.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, 0.0], [4.0, 1.0]])
    sobol = sobol_from_coefficients(indices, coef)
    assert sobol.mean.tolist() == [3, 1]
    assert sobol.variance.tolist() == [30, 26]
    assert sobol.first == pytest.approx(np.array([[1 / 30, 0], [4 / 30, 25 / 26], [0, 0]]))
    assert sobol.total == pytest.approx(np.array([[26 / 30, 1 / 26], [29 / 30, 1], [16 / 30, 1 / 26]]))


def test_sobol_indices_of_a_constant_are_none():
    """Rounding errors of a constant are no variance. Among several outputs the constant ones are left out."""
    indices = [[0, 0], [1, 0], [0, 1]]
    noise = [1.0, 3e-16, 2e-16]
    for constant in (
        [5.0, 0, 0],
        noise,
        [-7.0, 1e-15, 0],
        [1e300, 1e284, 0],
        [0.0, 0.0, 0.0],
        [1e-200, 1e-216, 0],
    ):
        with pytest.raises(ValueError, match="constant up to rounding"):
            sobol_from_coefficients(indices, constant)
    both = sobol_from_coefficients(indices, np.stack([noise, [1, 2, 1], np.zeros(3)], axis=1))
    assert np.isnan(both.first[:, [0, 2]]).all()
    assert np.isnan(both.total[:, [0, 2]]).all()
    assert both.variance.tolist() == [0, 5, 0]
    assert both.first[:, 1].tolist() == [0.8, 0.2]


@pytest.mark.parametrize("scale", [1.0, 1e12, 1e-200, 1e-320, 1e150, -1e150])
def test_sobol_indices_do_not_depend_on_units_or_an_offset(scale):
    for offset in (0, 1, 1e12):
        sobol = sobol_from_coefficients([[0, 0], [1, 0], [0, 1]], scale * np.array([offset, 2.0, 1.0]))
        assert sobol.first == pytest.approx([0.8, 0.2], rel=1e-3 if scale == 1e-320 else 1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: runge([[0.5, 0.5]]), r"shape \(..., 1\)"),
        (lambda: runge([1.5]), r"lives on .* 1\.5"),
        (lambda: runge([np.nan]), "nan"),
        (lambda: ishigami(np.zeros((4, 2))), r"shape \(..., 3\)"),
        (lambda: ishigami([3.0, 0.0, 0.0]), "Rescale"),
        (lambda: borehole(np.zeros(7)), r"shape \(..., 8\)"),
        (lambda: genz("peak", 2, rng=0), "kind must be"),
        (lambda: genz("gaussian", 0, rng=0), "d must be"),
        (lambda: genz("gaussian", 2, rng=0, difficulty=0), "difficulty must be"),
        (lambda: genz("gaussian", 2, rng=0)(np.zeros((5, 3))), r"shape \(..., 2\)"),
        (lambda: GenzFunction("peak", [1.0], [0.5]), "kind must be"),
        (lambda: GenzFunction("gaussian", [1.0, 2.0], [0.5]), "d numbers each"),
        (lambda: GenzFunction("gaussian", [0.0], [0.5]), "at least 1e-300"),
        (lambda: GenzFunction("gaussian", [1.0], [1.5]), "within"),
        (lambda: sobol_from_coefficients([[0], [1]], [1.0, 0.0]), "constant"),
        (lambda: sobol_from_coefficients([[0], [1]], [1.0]), "shape"),
        (lambda: sobol_from_coefficients([[0], [1]], [1.0, np.nan]), "coef must be finite"),
        (lambda: sobol_from_coefficients([[0], [1]], [[1.0, 2.0], [np.inf, 1.0]]), "coef must be finite"),
        (lambda: sobol_from_coefficients([[0], [-1]], [1.0, 2.0]), "must not be negative"),
        (lambda: sobol_from_coefficients([[1], [1]], [1.0, 2.0]), "must be different"),
        (lambda: sobol_from_coefficients([[0], [0.5]], [1.0, 2.0]), "must be integers"),
        (lambda: sobol_from_coefficients([[0], [1]], [1.0, 1e200]), "variance overflows"),
        (lambda: ishigami(np.zeros(3), a=np.nan), "a must be a number above"),
        (lambda: ishigami_sobol_indices(b=1e200), "b must be a number above"),
        (lambda: ishigami(np.ones(3), a=1e308), "a must be a number above"),
        (lambda: GenzFunction("oscillatory", [5e-324], [0.5]), "at least 1e-300"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
