"""The table to compare with: Rogers' bound by other routes, densities from constructions, and its order."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from flint import arb, ctx, fmpq_mat, fmpz_mat
from scipy.stats import multivariate_normal

from mathlib.packing.delsarte.bounds import kissing_bound
from mathlib.packing.published import (
    best_known_packing,
    published_bounds,
    published_kissing_bounds,
    rogers_bound,
)


def ball(n):
    return math.pi ** (n / 2) / math.gamma(n / 2 + 1)


def simplex(n):
    """The volume of the regular simplex of edge 2."""
    return 2 ** (n / 2) * math.sqrt(n + 1) / math.factorial(n)


# Rogers' bound.


def test_rogers_bound_where_the_corner_is_elementary():
    assert rogers_bound(1) == 1
    with ctx.workprec(100):
        plane = arb.pi() / arb(12).sqrt()
        solid_angle = 3 * (arb(1) / 3).acos() - arb.pi()  # of a regular tetrahedron
        space = 4 * (solid_angle / (4 * arb.pi())) * (4 * arb.pi() / 3) / (arb(8).sqrt() / 3)
        for exact, bound in [(plane, rogers_bound(2)), (space, rogers_bound(3))]:
            assert 0 < arb(str(bound)) - exact < 1e-15


@pytest.mark.parametrize("n", [4, 5, 6])
def test_rogers_bound_from_normal_orthant_probabilities(n):
    covariance = (1 + 1 / n) * np.eye(n) - np.ones((n, n)) / n
    zero, rng = np.zeros(n), np.random.default_rng(7)
    corner = multivariate_normal.cdf(zero, zero, covariance, abseps=1e-7, releps=1e-6, rng=rng)
    assert float(rogers_bound(n)) == pytest.approx((n + 1) * corner * ball(n) / simplex(n), rel=1e-3)


@pytest.mark.parametrize(
    ("n", "center_density"), [(4, 0.13127), (5, 0.09987), (6, 0.08112), (7, 0.06981), (8, 0.06326)]
)
def test_rogers_bound_as_tabulated(n, center_density):
    """H. Cohn and N. Elkies, New upper bounds on sphere packings I (2003), Table 3, to five digits."""
    assert float(rogers_bound(n)) / ball(n) == pytest.approx(center_density, abs=1.1e-5)


def test_rogers_bound_of_high_dimension_keeps_its_digits():
    """The ratio to Daniels' asymptotic value (n/e) 2^{-n/2} tends to 1 like 1 + c/n."""
    excess = [float(rogers_bound(n)) / (n / math.e * 2 ** (-n / 2)) - 1 for n in (7, 14, 28)]
    assert excess[0] > excess[1] > excess[2] > 0
    assert excess[1] / excess[2] == pytest.approx(2, rel=0.15)
    assert rogers_bound(14, digits=20) <= rogers_bound(14, digits=5)


def test_rogers_bound_in_the_table_is_the_computed_one():
    for row in published_bounds()[:20:6]:
        assert row.rogers == rogers_bound(row.n, digits=9)


@pytest.mark.parametrize(("n", "digits"), [(0, 9), (61, 9), (2.0, 9), (True, 9), (3, 0), (3, 31)])
def test_rogers_bad_input(n, digits):
    with pytest.raises(ValueError, match=r"must be an integer from 1 to \d\d, .*got "):
        rogers_bound(n, digits=digits)


# Best packings: densities from their constructions.


def root_lattice(name):
    """Gram matrix of a root lattice: the Cartan matrix of a diagram that branches at most once."""
    kind, n = name[0], int(name[1:])
    edges = [(i, i + 1) for i in range(n - 1)]
    if kind == "D":
        edges = [(i, i + 1) for i in range(n - 2)] + [(n - 3, n - 1)]
    if kind == "E":
        edges = [(i, i + 1) for i in range(n - 2)] + [(n - 4, n - 1)]
    gram = [[2 if i == j else 0 for j in range(n)] for i in range(n)]
    for i, j in edges:
        gram[i][j] = gram[j][i] = -1
    return fmpz_mat(gram)


@pytest.mark.parametrize(
    ("n", "name"), [(2, "A2"), (3, "A3"), (4, "D4"), (5, "D5"), (6, "E6"), (7, "E7"), (8, "E8")]
)
def test_root_lattices(n, name):
    """Even, positive definite, norm 2 attained: balls of radius sqrt(2)/2, so 2^{-n} / det, squared."""
    gram = root_lattice(name)
    assert all(fmpz_mat([row[:k] for row in gram.tolist()[:k]]).det() > 0 for k in range(1, n + 1))
    assert best_known_packing(n).center_density_squared == Fraction(1, 2**n * int(gram.det()))


@pytest.mark.parametrize(("n", "name"), [(17, "E7"), (16, "E8"), (24, None)])
def test_sections_of_the_leech_lattice(n, name):
    """The part of a unimodular lattice orthogonal to sqrt(2) R, R a root lattice, has the determinant of
    sqrt(2) R; its minimal norm is 4, so the radius is 1.
    """
    determinant = 2 ** (24 - n) * int(root_lattice(name).det()) if name else 1
    assert best_known_packing(n).center_density_squared == Fraction(1, determinant)


def leech_vectors():
    """Vectors that span the Leech lattice, times sqrt(8) (Conway and Sloane 1999, chapter 4): twice the words
    of the Golay code, pairs of fours, and one vector with odd coordinates.
    """
    polynomial = (0, 1, 5, 6, 7, 9, 11)  # x^11 + x^9 + x^7 + x^6 + x^5 + x + 1, and a bit of parity
    words = [[2 * ((j - s) % 23 in polynomial) for j in range(23)] + [2] for s in range(12)]
    pairs = [[4 * (j == i) + 4 * (j == 23) for j in range(24)] for i in range(24)]
    return np.array([*words, *pairs, [-3] + 23 * [1]])


def test_the_leech_lattice_has_determinant_1_and_no_vector_shorter_than_2():
    """Even by its Gram matrix. A vector of squared length 2, 16 in this scale, has no odd coordinates (there
    would be 24), and none that are 2 modulo 4 (at least 8, a word of the code). What is left is a single 4,
    whose product with the last vector is no multiple of 8.
    """
    vectors = leech_vectors()
    words = np.array(list(product((0, 1), repeat=12))) @ (vectors[:12] // 2) % 2
    assert set(words.sum(axis=1)) == {0, 8, 12, 16, 24}
    assert np.all(vectors @ vectors.T % 8 == 0)
    assert np.all(np.sum(vectors**2, axis=1) % 16 == 0)
    basis = fmpz_mat(vectors.tolist()).hnf().tolist()[:24]
    assert math.prod(int(row[i]) for i, row in enumerate(basis)) == 8**12


# Vectors that span a section of the Leech lattice, {coordinate: value} with the other coordinates zero, and
# a set of points of its dual lattice, each by its inner products with these vectors.
ANTIPODE = {
    23: ([{0: 5} | dict.fromkeys(range(1, 24), 1)], [[0], [1]]),
    22: ([{0: 4, 1: 4}, {0: -4, 2: 4}], [[0, 0], [1, 0], [1, -1]]),
    21: (
        [{2: 4, 12: -4}, {12: 4, 16: -4}, {2: -2, 4: 2, 5: -2, 6: 2, 7: 2, 13: -2, 16: 2, 23: -2}],
        [[0, 0, 0], [1, 0, 0], [1, 0, -1], [1, -1, 0]],
    ),
    20: (
        [
            {7: 4, 14: 4},
            {2: 2, 4: 2, 5: -2, 6: 2, 8: 2, 12: -2, 14: -2, 18: -2},
            {4: -2, 7: -2, 16: -2, 18: 2, 19: 2, 20: 2, 21: -2, 23: 2},
            {4: -2, 8: -2, 12: 2, 13: -2, 14: -2, 19: -2, 20: -2, 21: 2},
        ],
        [[0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, -1], [1, 0, -1, 0], [1, -1, 0, 0]],
    ),
    19: (
        [
            {3: 4, 19: 4},
            {1: -2, 3: 2, 4: 2, 5: 2, 8: -2, 14: -2, 20: 2, 22: -2},
            {7: 4, 19: 4},
            {1: -2, 4: 2, 7: 2, 8: -2, 12: 2, 14: -2, 15: 2, 17: -2},
            {4: 2, 5: 2, 7: 2, 12: -2, 13: 2, 15: -2, 18: 2, 21: 2},
        ],
        [
            [0, 0, 0, 0, 0],
            [1, 1, 0, 0, 0],
            [1, 0, 1, 0, 0],
            [1, 0, 0, 0, 0],
            [1, 0, 0, 0, -1],
            [1, 0, 0, -1, 0],
        ],
    ),
}


@pytest.mark.parametrize("n", sorted(ANTIPODE))
def test_antipode_packings(n):
    """The construction described in `best_known_packing`, in whole numbers and fractions."""
    rows, points = ANTIPODE[n]
    section = [[row.get(j, 0) for j in range(24)] for row in rows]
    lattice = leech_vectors().tolist()
    with_section = fmpz_mat(lattice + section).hnf().tolist()
    assert with_section[:24] == fmpz_mat(lattice).hnf().tolist()[:24]  # the section lies in the lattice
    # The inner products of the lattice with the section are all of Z^k, so the lattice projects onto the
    # whole dual lattice, and the section holds no more vectors than these span.
    products = leech_vectors() @ np.array(section).T
    assert np.all(products % 8 == 0)
    forms = fmpz_mat((products // 8).tolist()).snf()
    assert all(abs(int(forms[i, i])) == 1 for i in range(24 - n))
    gram = fmpz_mat((np.array(section) @ np.array(section).T // 8).tolist())
    inverse = fmpq_mat(gram).inv()

    def squared_distance(s, t):
        difference = fmpq_mat(fmpz_mat([[a - b for a, b in zip(s, t, strict=True)]]))
        value = (difference * inverse * difference.transpose())[0, 0]
        return Fraction(int(value.p), int(value.q))

    largest = max(squared_distance(s, t) for s, t in combinations(points, 2))
    found = Fraction(len(points) ** 2, int(gram.det())) * ((4 - largest) / 4) ** n
    assert best_known_packing(n).center_density_squared == found


@pytest.mark.parametrize(
    ("n", "older"),
    [(19, Fraction(1, 128)), (20, Fraction(7**20, 2**62)), (21, Fraction(1, 32)), (23, Fraction(1, 4))],
)
def test_antipode_packings_are_denser_than_the_older_ones(n, older):
    """Laminated lattices of dimensions 19, 21, 23, and A. Vardy's packing of dimension 20 (1995)."""
    assert best_known_packing(n).center_density_squared > older


def test_best_code_gives_the_packing_in_dimension_10():
    """Construction A with a (10, 40, 4) code: 40 / 2^10, as the words have distance 2 or more in R^10.

    The code is the image under the Gray map of the cyclic shifts of (c - d, b, c, d, b + c) over Z/4, with
    b, c, d = 1 or -1 (Conway and Sloane 1994).
    """
    gray = {0: (0, 0), 1: (0, 1), 2: (1, 1), 3: (1, 0)}
    words = set()
    for b, c, d in product((1, -1), repeat=3):
        word = [value % 4 for value in (c - d, b, c, d, b + c)]
        for k in range(5):
            words.add(tuple(bit for value in word[k:] + word[:k] for bit in gray[value]))
    assert len(words) == 40
    assert min(sum(x != y for x, y in zip(v, w, strict=True)) for v, w in combinations(words, 2)) == 4
    assert best_known_packing(10).center_density_squared == Fraction(40, 2**10) ** 2


def test_printed_center_densities_are_the_exact_ones():
    for n in range(1, 25):
        packing = best_known_packing(n)
        text = packing.center_density.replace("^", "**").replace(" ", "*")
        value = eval(text, {"__builtins__": {}, "sqrt": math.sqrt})
        assert value**2 == pytest.approx(float(packing.center_density_squared), rel=1e-12), n
        assert float(packing.density) == pytest.approx(value * ball(n), rel=1e-11), n
        assert float(packing.density) <= value * ball(n) * (1 + 1e-15), n


def test_optimal_packings_have_the_exact_densities():
    exact = {
        1: 1,
        2: math.pi / math.sqrt(12),
        3: math.pi / math.sqrt(18),
        8: math.pi**4 / 384,
        24: math.pi**12 / math.factorial(12),
    }
    for n in range(1, 25):
        assert best_known_packing(n).optimal == (n in exact)
    for n, density in exact.items():
        assert float(best_known_packing(n).density) == pytest.approx(density, rel=1e-11)


@pytest.mark.parametrize("n", [0, 25, True, "8", 8.0, None])
def test_best_packing_bad_input(n):
    with pytest.raises(ValueError, match="from 1 to 24"):
        best_known_packing(n)


# The table.


def test_no_packing_beats_a_bound():
    rows = published_bounds()
    assert [row.n for row in rows] == list(range(1, 37))
    for row in rows:
        bounds = [row.rogers, row.cohn_elkies, row.three_point, row.strengthened_two_point]
        for bound in filter(None, bounds):
            assert row.best_packing is None or row.best_packing.density <= bound, row.n
        if row.three_point:
            assert row.three_point < row.cohn_elkies
        if row.n >= 4:
            assert row.cohn_elkies < row.rogers
        assert set(row.sources) >= {"rogers", "cohn_elkies", "three_point", "strengthened_two_point"}
        assert all(len(source) > 20 for source in row.sources.values())
    assert rows[3].strengthened_two_point == Decimal("0.644422")


# Kissing numbers.


def test_kissing_bounds_are_in_order():
    rows = published_kissing_bounds()
    assert [row.n for row in rows] == list(range(1, 32))
    for row, after in pairwise(rows):
        assert row.lower <= row.upper
        assert row.lower <= after.lower
    assert [row.n for row in rows if row.lower == row.upper] == [1, 2, 3, 4, 8, 24]
    assert [row.n for row in rows if row.claimed] == [11, 12, 17, 18, 19, 20, 21, *range(25, 32)]
    assert all("arXiv" in row.claimed for row in rows if row.claimed)


@pytest.mark.parametrize("n", [5, 11, 17, 24])
def test_our_kissing_bound_is_above_what_is_published(n):
    """Three points or more see at least as much as two: the published bounds are at most Delsarte's."""
    row = published_kissing_bounds()[n - 1]
    assert row.lower <= row.upper <= kissing_bound(n).bound
