"""Meshes: known spectra and orders, Hersch's bound, dense eigenvalues, duality, certified counts, Hodge."""

import re

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.graphs import (
    EigenvalueCounts,
    SimplicialComplex,
    TriangleMesh,
    count_eigenvalues_below,
    eigenvalue_counts,
    hodge_decomposition,
    hodge_stars,
    icosphere,
    laplacian_spectrum,
    sphere_hull,
)
from mathlib.graphs.meshes.calculus import derivatives

OCTAHEDRON = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]


def random_sphere(n, seed):
    points = np.random.default_rng(seed).normal(size=(n, 3))
    return sphere_hull(points / np.linalg.norm(points, axis=1)[:, None])


def round_torus(m=36, n=12):
    """A torus of revolution; rows are shifted by half a step, so that triangles are nearly equilateral."""
    i, j = np.divmod(np.arange(m * n), n)
    u, v = 2 * np.pi * i / m, 2 * np.pi * (j + 0.5 * (i % 2)) / n
    radius = 3 + np.cos(v)
    vertices = np.stack([radius * np.cos(u), radius * np.sin(u), np.sin(v)], axis=1)
    triangles = []
    for i in range(m):
        for j in range(n):
            a, b = i * n + j, i * n + (j + 1) % n
            c, d = ((i + 1) % m) * n + j, ((i + 1) % m) * n + (j + 1) % n
            triangles += [(a, c, b), (b, c, d)] if i % 2 == 0 else [(a, d, b), (a, c, d)]
    return TriangleMesh(vertices, triangles)


def test_the_exterior_derivative_vanishes_twice():
    for mesh in (icosphere(1), random_sphere(30, 0), round_torus(8, 6)):
        d0, d1 = derivatives(mesh)
        assert abs(d1 @ d0).max() == 0
        betti = SimplicialComplex(mesh.triangles.tolist()).homology().betti
        rank0, rank1 = (np.linalg.matrix_rank(d.toarray()) for d in (d0, d1))
        assert betti == (
            len(mesh.vertices) - rank0,
            len(mesh.edges) - rank0 - rank1,
            len(mesh.triangles) - rank1,
        )


@pytest.mark.parametrize("mesh", [icosphere(2), random_sphere(80, 1)])
def test_stars_add_up_to_the_area(mesh):
    area = (1 / hodge_stars(mesh).star2).sum()
    for vertex in ("voronoi", "barycentric"):
        assert hodge_stars(mesh, vertex).star0.sum() == pytest.approx(area)


@pytest.mark.parametrize("seed", range(5))
def test_weights_of_hulls_of_points_on_the_sphere_are_positive(seed):
    stars = hodge_stars(random_sphere(60, seed))
    assert (stars.star1 > 0).all()
    assert (stars.star0 > 0).all()


@pytest.mark.parametrize("mesh", [icosphere(1), icosphere(2), random_sphere(100, 3), random_sphere(50, 4)])
def test_hersch(mesh):
    """sum_k x_k' L x_k = 2 Area, and lambda_1 <= 2/(1 - |c|^2)."""
    stars, X = hodge_stars(mesh), np.asarray(mesh.vertices)
    d0, _ = derivatives(mesh)
    L = d0.T @ (stars.star1[:, None] * d0.toarray())
    area = stars.star0.sum()
    assert np.trace(X.T @ L @ X) == pytest.approx(2 * area)
    centroid = stars.star0 @ X / area
    assert laplacian_spectrum(mesh, 2).values[1] <= 2 / (1 - centroid @ centroid) + 1e-9
    radial = np.einsum("ij,ij->i", X, L @ X)
    assert np.allclose(radial, 2 * stars.star0)  # the error is tangential


def test_the_octahedron_attains_hersch():
    """Eigenvalues 2, 2, 2, 3, 3."""
    values = laplacian_spectrum(sphere_hull(OCTAHEDRON), 6).values
    assert np.allclose(values[1:4], 2)
    assert np.allclose(values[4:], 3)


@pytest.mark.parametrize(
    ("level", "gap", "second", "third"),
    [
        (2, 9.5136e-6, 5.86526858, (11.234036, 11.414600)),
        (3, 8.2311e-7, 5.96592515, (11.802932, 11.850862)),
        (4, 5.6223e-8, 5.99145825, (11.950391, 11.962543)),
    ],
)
def test_known_spectra_of_icospheres(level, gap, second, third):
    values = laplacian_spectrum(icosphere(level), 16).values
    assert abs(values[0]) < 1e-8
    assert 2 - values[1:4] == pytest.approx([gap] * 3, rel=1e-3)
    assert values[4:9].mean() == pytest.approx(second, abs=1e-7)
    assert values[9:12] == pytest.approx([third[0]] * 3, abs=1e-6)  # l = 3 splits into 3 and 4
    assert values[12:16] == pytest.approx([third[1]] * 4, abs=1e-6)


def test_barycentric_edges_converge_to_other_values():
    """Not 2, 6, 12: level 4 of a sequence with limits near 2.0049, 6.011, 11.77 and 12.20."""
    values = laplacian_spectrum(icosphere(4), 16, edge="barycentric").values
    assert values[1:4].mean() > 2.003
    assert values[12:16].mean() - values[9:12].mean() > 0.3


def test_barycentric_vertices_exchange_the_split():
    values = laplacian_spectrum(icosphere(3), 16, vertex="barycentric").values
    assert np.ptp(values[9:13]) < 1e-6 < values[13] - values[12]


def test_sparse_and_dense_agree():
    mesh = icosphere(3)
    sparse = laplacian_spectrum(mesh, 10)
    dense = laplacian_spectrum(mesh, 300)
    assert np.allclose(sparse.values, dense.values[:10], atol=1e-8)
    mass = hodge_stars(mesh).star0
    assert np.allclose(sparse.vectors.T @ (mass[:, None] * sparse.vectors), np.eye(10), atol=1e-8)


@pytest.mark.parametrize("mesh", [icosphere(1), random_sphere(40, 5)])
@pytest.mark.parametrize("vertex", ["voronoi", "barycentric"])
def test_counts_agree_with_dense_eigenvalues(mesh, vertex):
    values = laplacian_spectrum(mesh, len(mesh.vertices), vertex).values
    between = (values[:-1] + values[1:]) / 2
    sigmas = [
        -1.0,
        *(s for s, gap in zip(between, np.diff(values), strict=True) if gap > 1e-6),
        values[-1] + 1,
    ]
    found = eigenvalue_counts(mesh, sigmas, vertex)
    assert found.counts == tuple(int((values < s).sum()) for s in sigmas)


def test_certified_counts_of_the_icosphere():
    found = eigenvalue_counts(icosphere(2), [1, 4, 11.3, 15, 20, 26])
    assert found.counts == (1, 4, 12, 16, 25, 33)
    found.verify()
    wrong = EigenvalueCounts(found.vertices, found.triangles, "voronoi", found.sigmas, (1, 4, 12, 16, 25, 34))
    with pytest.raises(CertificateError, match="25, 34\\) does not hold: \\(1, 4, 12, 16, 25, 33\\)"):
        wrong.verify()


def test_certified_counts_of_642_vertices():
    """The split of l = 3 into 3 and 4, and of l = 4 into 5 and 4."""
    assert eigenvalue_counts(icosphere(3), [1, 4, 9, 11.82, 15]).counts == (1, 4, 9, 12, 16)


def test_a_number_at_an_eigenvalue_is_refused():
    with pytest.raises(ValueError, match="a disc meets 0"):
        count_eigenvalues_below(icosphere(1), 2.0)


@pytest.mark.parametrize("mesh", [icosphere(1), random_sphere(40, 6), round_torus()])
def test_hodge_decomposition(mesh):
    form = np.random.default_rng(0).normal(size=len(mesh.edges))
    parts = hodge_decomposition(mesh, form)
    star1 = hodge_stars(mesh).star1
    d0, d1 = derivatives(mesh)
    assert np.allclose(parts.exact + parts.coexact + parts.harmonic, form)
    assert np.allclose(d1 @ parts.exact, 0)
    assert np.allclose(d0.T @ (star1 * parts.coexact), 0)
    assert np.allclose(d1 @ parts.harmonic, 0)
    assert np.allclose(d0.T @ (star1 * parts.harmonic), 0)
    sphere = len(mesh.vertices) - len(mesh.edges) + len(mesh.triangles) == 2
    assert (np.abs(parts.harmonic).max() < 1e-9) == sphere


def test_harmonic_forms_of_a_torus_have_dimension_two():
    mesh, rng = round_torus(), np.random.default_rng(1)
    forms = np.array([hodge_decomposition(mesh, rng.normal(size=len(mesh.edges))).harmonic for _ in range(5)])
    singular = np.linalg.svd(forms, compute_uv=False)
    assert singular[1] > 1e-3
    assert singular[2] < 1e-9


def test_positive_stars_are_needed():
    """Hollow triangle, star1 = (1, 1, -1/2): the kernel of L_0 has dimension 2, and Betti number 0 is 1."""
    d0 = np.array([[-1, 1, 0], [0, -1, 1], [1, 0, -1]])
    assert np.linalg.matrix_rank(d0.T @ np.diag([1, 1, -0.5]) @ d0) == 1


CUBE = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 3**0.5
TETRA = [(0, 1, 2), (3, 1, 0), (3, 2, 1), (3, 0, 2)]


def cube_cut_into_triangles():
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return TriangleMesh(CUBE, [t for a, b, c, d in faces for t in ((a, b, c), (a, c, d))])


def test_right_angles_give_weight_zero():
    mesh = cube_cut_into_triangles()
    star1 = hodge_stars(mesh).star1
    assert (np.abs(star1) < 1e-12).sum() == 6  # the diagonals of the faces
    with pytest.raises(ValueError, match="star1 must be positive"):
        hodge_decomposition(mesh, np.ones(18))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: TriangleMesh(np.eye(3), [(0, 1, 2)]), "triangles must form a closed surface"),
        (lambda: TriangleMesh(np.eye(4)[:, :3], [TETRA[0], (0, 1, 3), *TETRA[2:]]), "oriented manifold"),
        (lambda: TriangleMesh(np.eye(5)[:, :3], TETRA), "vertices and triangles must use all 5 vertices"),
        (lambda: TriangleMesh(np.zeros((4, 3)), TETRA), "triangles must have area"),
        (lambda: TriangleMesh(np.eye(4)[:, :3], [[0.5, 1, 2]]), "rows of three integers"),
        (lambda: sphere_hull(2 * np.array(OCTAHEDRON)), "points must have length 1"),
        (lambda: sphere_hull(CUBE), "no two faces of their hull be coplanar"),
        (lambda: sphere_hull([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.6, 0.8, 0)]), "centre strictly inside"),
        (lambda: sphere_hull([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)]), "not in one plane"),
        (lambda: icosphere(9), "level must be an integer from 0 to 8"),
        (lambda: laplacian_spectrum(icosphere(0), 13), "k must be an integer from 1 to 12"),
        (lambda: eigenvalue_counts(icosphere(4), [1]), "mesh must have at most 700 vertices; got 2562"),
        (lambda: hodge_stars("mesh"), "mesh must be a TriangleMesh"),
        (lambda: hodge_stars(icosphere(0), "area"), "vertex must be 'voronoi' or 'barycentric'"),
        (lambda: hodge_decomposition(icosphere(0), np.ones(3)), "one_form must have shape (30,)"),
    ],
)
def test_bad_input_is_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()


def test_two_surfaces_that_touch_in_a_vertex_are_refused():
    pinched = TETRA + [tuple(0 if v == 0 else v + 3 for v in t) for t in TETRA]
    points = np.random.default_rng(0).normal(size=(7, 3))
    with pytest.raises(ValueError, match="those at vertex 0 form several cycles"):
        TriangleMesh(points, pinched)
