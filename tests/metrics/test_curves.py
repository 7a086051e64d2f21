"""Curves: points and cells, locality constants with their proofs, and the gaps of neighbours."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.metrics import (
    SpaceFillingCurve,
    hilbert,
    locality_constant,
    neighbour_stretch,
    peano,
    z_order,
)
from mathlib.metrics.curves import locality
from mathlib.metrics.curves.curve import SYMMETRIES

F = Fraction
NORMS = ("linf", "l2", "l1")


def length_squared(norm, dx, dy):
    dx, dy = abs(dx), abs(dy)
    return {"l1": (dx + dy) ** 2, "l2": dx * dx + dy * dy, "linf": max(dx, dy) ** 2}[norm]


def serpentine(bits):
    """Peano's curve with some cells transposed."""
    turn = {0: lambda a, d: (a, 0, 0, d), 1: lambda a, d: (0, a, d, 0)}
    pieces = [(x, y, turn[b](M[0], M[3]), r) for (x, y, M, r), b in zip(peano.pieces, bits, strict=True)]
    return SpaceFillingCurve(3, pieces)


def symmetric_images(curve):
    """The same curve, mirrored, transposed, or run backwards."""
    shift = curve.base - 1
    transpose = [(y, x, (M[3], M[2], M[1], M[0]), r) for x, y, M, r in curve.pieces]
    mirror = [(shift - x, y, (M[0], -M[1], -M[2], M[3]), r) for x, y, M, r in curve.pieces]
    return [SpaceFillingCurve(curve.base, p) for p in (transpose, mirror, curve.pieces[::-1])]


@pytest.mark.parametrize("curve", [hilbert, peano])
def test_cells_are_neighbours_and_agree_with_points(curve):
    cells = curve.cells(3)
    side = curve.base**3
    assert (np.abs(np.diff(cells, axis=0)).sum(axis=1) == 1).all()
    assert len(np.unique(cells, axis=0)) == side * side
    for i in range(0, side * side, 7):
        point = curve.point(F(2 * i + 1, 2 * side * side))
        assert all(c <= side * z <= c + 1 for c, z in zip(cells[i].tolist(), point, strict=True))


@pytest.mark.parametrize("curve", [hilbert, peano, z_order])
def test_starts_are_points(curve):
    starts, n = curve.starts(2), curve.base**4
    assert [[F(z) / curve.base**2 for z in p] for p in starts.tolist()] == [
        list(curve.point(F(i, n))) for i in range(n + 1)
    ]


def test_known_points():
    assert hilbert.point(F(23, 48)) == (F(1, 4), F(1, 2))
    assert hilbert.point(F(25, 48)) == (F(3, 4), F(1, 2))
    assert hilbert.point(F(1, 12)) == (F(1, 2), 0)
    assert [hilbert.point(0), hilbert.point(1), peano.point(1)] == [(0, 0), (1, 0), (1, 1)]


@given(st.fractions(0, 1, max_denominator=200))
@settings(max_examples=30, deadline=None)
def test_points_solve_the_equation_of_the_curve(t):
    digit = min(int(4 * t), 3)
    x, y, (a, b, c, d), _ = hilbert.pieces[digit]
    u, v = (z - F(1, 2) for z in hilbert.point(4 * t - digit))
    assert hilbert.point(t) == ((x + F(1, 2) + a * u + b * v) / 2, (y + F(1, 2) + c * u + d * v) / 2)


# Shchepin and Bauman (2008) for the curve of ratio 17/3; Bauman (2006) for 6; 9: Niedermeier et al.
PUBLISHED = {
    "hilbert": (hilbert, (6, 6, 9)),
    "peano": (peano, (8, 8, F(32, 3))),
    "shchepin-bauman": (serpentine((0, 1, 1, 0, 1, 1, 0, 1, 1)), (F(16, 3), F(17, 3), F(32, 3))),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_constants(name):
    curve, values = PUBLISHED[name]
    for norm, value in zip(NORMS, values, strict=True):
        proof = locality_constant(curve, norm)
        s, t = proof.tight
        gap = [q - p for p, q in zip(curve.point(s), curve.point(t), strict=True)]
        assert proof.value == proof.lower == proof.upper == value
        assert length_squared(norm, *gap) == value * (t - s)
        assert str(value) in str(proof.verify())


@pytest.mark.parametrize("norm", NORMS)
def test_no_pair_of_grid_points_is_above(norm):
    value = locality_constant(hilbert, norm).value
    points = [hilbert.point(F(i, 192)) for i in range(193)]
    for i, j in itertools.combinations(range(193), 2):
        gap = [q - p for p, q in zip(points[i], points[j], strict=True)]
        assert length_squared(norm, *gap) * 192 <= value * (j - i)


@pytest.mark.parametrize("norm", NORMS)
def test_two_levels_at_once_give_the_same_constant(norm):
    """Hilbert's curve as a curve of 16 pieces."""
    pieces = [
        (2 * x + a, 2 * y + b, SYMMETRIES[v // 2], bool(v % 2))
        for x, y, w in hilbert.children[0].tolist()
        for a, b, v in hilbert.children[w].tolist()
    ]
    proof = locality_constant(SpaceFillingCurve(4, pieces), norm)
    assert proof.value == locality_constant(hilbert, norm).value
    proof.verify()


def test_symmetric_curves_have_the_same_constant():
    for curve in symmetric_images(serpentine((1, 0, 0, 0, 1, 0, 0, 0, 1)))[:2]:
        assert curve.continuous
    base = locality_constant(hilbert, "l2").value
    assert [locality_constant(c, "l2").value for c in symmetric_images(hilbert)[:2]] == [base] * 2


def test_grid_maxima():
    """The largest |x - y|^2 / |i - j| of cells, published in the topic's notes for orders 3 to 6."""
    found = []
    for order in (3, 4, 5):
        cells = hilbert.cells(order)
        gaps = (int(((cells[m:] - cells[:-m]) ** 2).sum(axis=1).max()) for m in range(1, len(cells)))
        found.append(max(F(gap, m) for m, gap in enumerate(gaps, 1)))
    assert found == [F(29, 8), F(121, 27), F(225, 43)]
    assert max(found) < 6


def test_only_a_bracket_where_the_search_ends_early(monkeypatch):
    monkeypatch.setattr(locality, "_MOST_FAMILIES", 0)
    proof = locality_constant(hilbert, "l2")
    assert proof.value is None
    assert proof.lower == 6 < proof.upper < 6.1
    assert "lies from 6 to" in str(proof.verify())


def test_a_jumping_curve_is_refused():
    with pytest.raises(ValueError, match="must be continuous"):
        locality_constant(z_order, "l2")


def test_pieces_are_checked():
    with pytest.raises(ValueError, match="each of the 4 cells once"):
        SpaceFillingCurve(2, [hilbert.pieces[0]] * 4)
    with pytest.raises(ValueError, match="symmetry"):
        SpaceFillingCurve(2, [(x, y, (1, 1, 0, 1), r) for x, y, _, r in hilbert.pieces])
    with pytest.raises(ValueError, match="repeat"):
        hilbert.point(F(1, 10**9 + 7))
    with pytest.raises(ValueError, match="Fraction"):
        hilbert.point(0.5)


@pytest.mark.parametrize("k", range(1, 8))
def test_sums_of_neighbour_gaps(k):
    h, z = neighbour_stretch(hilbert, k), neighbour_stretch(z_order, k)
    assert h.total == F(17, 14) * 8**k - F(5, 6) * 4**k - F(8, 21)
    assert z.total == 8**k - 2**k
    assert (h.largest, z.largest) == ((5 * 4**k - 2) // 6, (4**k + 2) // 3)
    assert h.count == z.count == 2 * (4**k - 2**k)
    assert h.median == 1
    assert k < 2 or z.median == 2


def test_a_gap_of_16_is_more_than_15():
    """Mirrored neighbours of 16 cells each: across the seam the gap is exactly 16."""
    rows = [(x, y, (1, 0, 0, 1) if x % 2 == 0 else (-1, 0, 0, 1), False) for y in range(4) for x in range(4)]
    curve = SpaceFillingCurve(4, rows)
    number = {tuple(c): i for i, c in enumerate(curve.cells(2).tolist())}
    gaps = [abs(number[x, y] - number[x + 1, y]) for x in range(15) for y in range(16)]
    gaps += [abs(number[x, y] - number[x, y + 1]) for x in range(16) for y in range(15)]
    assert 16 in gaps
    assert neighbour_stretch(curve, 2).over15 == sum(g > 15 for g in gaps)


def test_gaps_by_a_loop():
    cells = peano.cells(2)
    number = {tuple(c): i for i, c in enumerate(cells.tolist())}
    gaps = sorted(
        abs(i - number[x + dx, y + dy])
        for (x, y), i in number.items()
        for dx, dy in ((1, 0), (0, 1))
        if (x + dx, y + dy) in number
    )
    found = neighbour_stretch(peano, 2)
    assert (found.total, found.largest, found.count) == (sum(gaps), gaps[-1], len(gaps))
    assert found.over15 == sum(g > 15 for g in gaps)
    assert found.median == F(gaps[71] + gaps[72], 2)
