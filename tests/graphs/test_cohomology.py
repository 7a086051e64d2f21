"""Homology and sheaf cohomology: known groups, ranks modulo primes, suspension; harmonic extension."""

import re
from fractions import Fraction
from itertools import combinations, pairwise

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.graphs import (
    AmbiguousExtension,
    Sheaf,
    SimplicialComplex,
    csaszar_torus,
    klein_bottle,
    projective_plane,
    torus,
)
from mathlib.graphs.checker.smith import invariant_factors
from mathlib.graphs.cohomology.smith import smith_form


def moore_space(q):
    """A disc whose boundary is wrapped q times around a triangle: H_1 = Z/q."""
    outer = [i % 3 for i in range(3 * q + 1)]
    inner = [3 + i % (3 * q) for i in range(3 * q + 1)]
    centre = 3 + 3 * q
    rings = zip(pairwise(outer), pairwise(inner), strict=True)
    return SimplicialComplex([t for (a, b), (c, d) in rings for t in ((a, b, c), (b, c, d), (c, d, centre))])


def suspension(K):
    top = max(map(max, K.facets)) + 1
    return SimplicialComplex([(*facet, end) for facet in K.facets for end in (top, top + 1)])


SURFACES = {
    "projective plane": (projective_plane(), (1, 0, 0), ((), (2,), ())),
    "Csaszar's torus": (csaszar_torus(), (1, 2, 1), ((), (), ())),
    "torus": (torus(4, 5), (1, 2, 1), ((), (), ())),
    "Klein bottle": (klein_bottle(4, 5), (1, 1, 0), ((), (2,), ())),
    "Moore space of Z/3": (moore_space(3), (1, 0, 0), ((), (3,), ())),
    "Moore space of Z/12": (moore_space(12), (1, 0, 0), ((), (12,), ())),
    "point": (SimplicialComplex([(4,)]), (1,), ((),)),
    "two points": (SimplicialComplex([(4,), (7,)]), (2,), ((),)),
    "solid": (SimplicialComplex([(0, 1, 2, 3)]), (1, 0, 0, 0), ((), (), (), ())),
    "3-sphere": (SimplicialComplex(list(combinations(range(5), 4))), (1, 0, 0, 1), ((), (), (), ())),
}


@pytest.mark.parametrize("name", SURFACES)
def test_known_groups(name):
    K, betti, torsion = SURFACES[name]
    found = K.homology()
    assert (found.betti, found.torsion) == (betti, torsion)
    found.verify()
    euler = sum((-1) ** k * len(level) for k, level in enumerate(K.faces))
    assert euler == sum((-1) ** k * b for k, b in enumerate(betti))


@pytest.mark.parametrize("K", [projective_plane(), klein_bottle(3, 3), moore_space(5), csaszar_torus()])
def test_suspension_shifts_the_groups(K):
    """Reduced homology moves up by one degree."""
    below, above = K.homology(), suspension(K).homology()
    assert above.torsion == ((), *below.torsion)
    assert above.betti == (1, below.betti[0] - 1, *below.betti[1:])
    above.verify()


@pytest.mark.parametrize(("m", "n"), [(3, 3), (3, 4), (5, 3)])
@pytest.mark.parametrize("family", [torus, klein_bottle])
def test_grids_are_closed_surfaces(family, m, n):
    K = family(m, n)
    assert [len(level) for level in K.faces] == [m * n, 3 * m * n, 2 * m * n]
    edges = [edge for t in K.facets for edge in combinations(t, 2)]
    assert all(edges.count(edge) == 2 for edge in set(edges))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.randoms(use_true_random=False))
def test_smith_forms_of_random_matrices(m, n, random):
    """Against FLINT's Smith form, and the rank modulo two primes."""
    A = [[random.choice([0, 0, 0, 1, -1, 2, 3, 6, -4]) for _ in range(n)] for _ in range(m)]
    rows = {i: {j: x for j, x in enumerate(row) if x} for i, row in enumerate(A)}
    form = smith_form({i: row for i, row in rows.items() if row})
    diagonal = flint.fmpz_mat(A).snf()
    expected = [abs(int(diagonal[k, k])) for k in range(min(m, n)) if diagonal[k, k] != 0]
    assert form.rank == len(expected)
    assert list(form.torsion) == [d for d in expected if d > 1]
    read = {"pivots": list(form.pivots)} | {
        side: [list(row) for row in getattr(form, side)]
        for side in ("left", "left_inverse", "right", "right_inverse")
    }
    assert invariant_factors("form", rows, read) == (len(expected), [d for d in expected if d > 1])
    for p in (2, 3, 5):
        above = sum(d % p != 0 for d in expected)
        assert flint.nmod_mat(A, p).rank() == above


def test_ten_thousand_triangles_with_shuffled_vertices():
    """Dense methods stop at a hundred triangles."""
    names = np.random.default_rng(0).permutation(2000).tolist()
    K = SimplicialComplex([[names[v] for v in facet] for facet in klein_bottle(40, 50).facets])
    found = K.homology()
    assert (found.betti, found.torsion) == ((1, 1, 0), ((), (2,), ()))
    found.verify()


I2 = [[1, 0], [0, 1]]
HOLONOMIES = [
    (I2, (2, 2, ())),
    ([[-1, 0], [0, -1]], (0, 0, (2, 2))),
    ([[0, -1], [1, 0]], (0, 0, (2,))),
    ([[0, -1], [1, -1]], (0, 0, (3,))),
    ([[1, -1], [1, 0]], (0, 0, ())),
    ([[1, 1], [0, 1]], (1, 1, ())),
    ([[1, 0], [0, 3]], (1, 1, (2,))),
]


def twisted(n, A, one=I2):
    return Sheaf([len(A)] * n, [(i, (i + 1) % n, A if i == 0 else one, one) for i in range(n)])


@pytest.mark.parametrize(("A", "groups"), HOLONOMIES)
@pytest.mark.parametrize("n", [3, 7])
def test_cycles_see_their_holonomy(A, groups, n):
    found = twisted(n, A).cohomology()
    assert (found.h0, found.h1, found.torsion) == groups
    found.verify()


@pytest.mark.parametrize("theta", [0.3, 1.0, 2.5])
def test_the_spectrum_of_a_rotation(theta):
    """2 - 2 cos((theta + 2 pi k)/n), each twice: to 1e-10."""
    n, c, s = 9, np.cos(theta), np.sin(theta)
    found = np.linalg.eigvalsh(twisted(n, [[c, -s], [s, c]]).laplacian())
    expected = np.repeat(2 - 2 * np.cos((theta + 2 * np.pi * np.arange(n)) / n), 2)
    assert np.allclose(found, np.sort(expected), atol=1e-10)


def path_of(maps):
    dimension = len(maps[0])
    one = [[int(i == j) for j in range(dimension)] for i in range(dimension)]
    return Sheaf([dimension] * (len(maps) + 1), [(i, i + 1, R, one) for i, R in enumerate(maps)])


def path_energy(maps, x, y):
    """(y - Rx)' W^-1 (y - Rx), by the formula."""
    to_end, W = flint.fmpq_mat(flint.fmpz_mat(I2)), flint.fmpq_mat(2, 2)
    for R in reversed(maps):
        W += to_end * to_end.transpose()
        to_end = to_end * flint.fmpq_mat(flint.fmpz_mat(R))
    e = flint.fmpq_mat(2, 1, y) - to_end * flint.fmpq_mat(2, 1, x)
    value = (e.transpose() * W.inv() * e)[0, 0]
    return Fraction(int(value.p), int(value.q))


MAPS = [[[1, 1], [0, 2]], [[3, 0], [1, 1]], [[1, -1], [2, 1]]]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_path_formula(k):
    maps = MAPS[:k]
    found = path_of(maps).harmonic_extension({0: [2, -1], k: [5, 3]})
    assert found.energy == path_energy(maps, [2, -1], [5, 3])
    found.verify()


def test_ranking_by_energy_differs_from_the_naive_one():
    """R_1 = I, R_2 = diag(3, 1): errors (2, 0) and (0, 1) cost 2/5 and 1/2, but 4 and 1 naively."""
    sheaf = path_of([I2, [[3, 0], [0, 1]]])
    assert sheaf.harmonic_extension({0: [0, 0], 2: [2, 0]}).energy == Fraction(2, 5)
    assert sheaf.harmonic_extension({0: [0, 0], 2: [0, 1]}).energy == Fraction(1, 2)


def test_orthogonal_maps_rank_naively():
    """All R_i orthogonal: the energy is |y - Rx|^2 / k."""
    turn = [[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]]
    found = path_of([turn, turn]).harmonic_extension({0: [1, 0], 2: [2, 5]})
    R = [Fraction(-7, 25), Fraction(24, 25)]  # the first column of the square
    assert found.energy == ((2 - R[0]) ** 2 + (5 - R[1]) ** 2) / 2


def test_the_energy_is_least():
    rng = np.random.default_rng(0)
    sheaf = twisted(5, [[0, -1], [1, 0]])
    found = sheaf.harmonic_extension({0: [1, 2], 2: [0, 1]})
    L = sheaf.laplacian()
    x = np.array([float(v) for vector in found.values for v in vector])
    assert x @ L @ x == pytest.approx(float(found.energy), abs=1e-12)
    for _ in range(20):
        step = rng.normal(size=10)
        step[[0, 1, 4, 5]] = 0
        assert (x + step) @ L @ (x + step) >= x @ L @ x - 1e-12


def test_an_ambiguous_extension_is_refused_with_a_section():
    with pytest.raises(AmbiguousExtension, match="a nonzero section vanishes on the boundary") as error:
        Sheaf([1, 1, 1], [(0, 1, [[1]], [[0]]), (1, 2, [[1]], [[2]])]).harmonic_extension({0: [5]})
    assert error.value.section == ((0,), (2,), (1,))
    with pytest.raises(AmbiguousExtension):
        twisted(4, I2).harmonic_extension({})


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Sheaf([1, 1], [(0, 0, [[1]], [[1]])]), "edges[0] must join two different vertices"),
        (
            lambda: Sheaf([1, 2], [(0, 1, [[1]], [[1]])]),
            "F_head of edges[0]: row must have from 2 to 2",
        ),
        (lambda: Sheaf([1, 1], [(0, 1, [[1]], [[1], [1]])]), "must have as many rows; got 1 and 2."),
        (lambda: Sheaf([1, 1], [(0, 2, [[1]], [[1]])]), "edges[0] must be an integer from 0 to 1"),
        (lambda: path_of([[[0.5, 0], [0, 1]]]).cohomology(), "the maps must be integers"),
        (lambda: twisted(3, I2).harmonic_extension({0: [1]}), "boundary[0] must have from 2 to 2 entries"),
        (lambda: twisted(3, I2).harmonic_extension({0: [1, float("nan")]}), "boundary[0][1] must be"),
        (lambda: SimplicialComplex([(0, 0)]), "facets[0] must have different vertices; got (0, 0)."),
        (lambda: SimplicialComplex([]), "facets must be one or more simplices"),
        (lambda: SimplicialComplex([(0, -1)]), "facets[0] must be an integer from 0"),
        (lambda: torus(2, 5), "m must be an integer >= 3"),
    ],
)
def test_bad_input_is_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()
