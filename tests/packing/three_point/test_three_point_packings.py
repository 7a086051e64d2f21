"""Three-point certificates against real packings: kernel sum >= 0 and density <= pairs <= triples <= bound.

A false certificate would sooner or later come below the density of a packing that exists. The densities here
are those of textbooks (Conway and Sloane 1999, chapter 1).
"""

from functools import cache
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.packings import PackingSums, kernel_sum, packing_sums, root_lattice
from mathlib.packing.three_point.solver.bound import solve_three_point
from mathlib.packing.three_point.spec import ThreePointSpec


@cache
def load(n):
    return ThreePointCertificate.shipped(n)


def assert_chain(sums):
    assert sums.kernel_sum >= -1e-9
    assert sums.density <= sums.by_pairs + 1e-12
    assert sums.by_pairs <= sums.by_triples + 1e-9
    assert sums.by_triples <= sums.bound


def hexagonal_close_packing():
    basis = np.array([[1, 0, 0], [0.5, sqrt(3) / 2, 0], [0, 0, sqrt(8 / 3)]])
    return basis, np.array([[0, 0, 0], [0.5, sqrt(3) / 6, sqrt(2 / 3)]])


FCC = pi / sqrt(18)
KNOWN = {
    "Z3": (3, root_lattice("Z", 3), pi / 6),
    "fcc": (3, root_lattice("D", 3), FCC),
    "A3": (3, root_lattice("A", 3), FCC),
    "bcc": (3, np.linalg.inv(root_lattice("D", 3)).T, pi * sqrt(3) / 8),
    "Z4": (4, root_lattice("Z", 4), pi**2 / 32),
    "D4": (4, root_lattice("D", 4), pi**2 / 16),
    "A4": (4, root_lattice("A", 4), pi**2 / (8 * sqrt(5))),
    "A4*": (4, np.linalg.inv(root_lattice("A", 4)).T, None),
    "Z5": (5, root_lattice("Z", 5), pi**2 / 60),
}


@pytest.mark.parametrize("name", KNOWN)
def test_lattices(name):
    n, basis, density = KNOWN[name]
    sums = packing_sums(load(n), basis)
    assert_chain(sums)
    if density:
        assert sums.density == pytest.approx(density, rel=1e-12)


def test_hcp_has_the_density_of_fcc():
    sums = packing_sums(load(3), *hexagonal_close_packing())
    assert_chain(sums)
    assert sums.density == pytest.approx(FCC, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["A", "D"])
def test_lattices_of_dimension_5(kind):
    sums = packing_sums(load(5), root_lattice(kind, 5))
    assert_chain(sums)
    # vol(B_5) = 8 pi^2/15, radius 1/sqrt(2), determinants sqrt(6) and 2.
    assert sums.density == pytest.approx(8 * pi**2 / 15 / sqrt(32) / {"A": sqrt(6), "D": 2}[kind])


@pytest.mark.slow
@pytest.mark.parametrize("seen", [1, 2])
def test_E8(seen):
    """Pairs by the theta series 1 + 240 sum sigma_3(m) q^{2m}, triples over the 2401 vectors up to norm 4.

    The certificate that ships sees one shell of vectors, a small one with a larger ring sees two.
    """
    wide = ThreePointSpec(8, 1.45, 21, (4,) + (3,) * 7, 1.9)
    certificate = load(8) if seen == 1 else solve_three_point(wide, progress=False)
    m = np.arange(1, 60)
    r, R = float(certificate.r), float(certificate.R)
    assert sqrt(seen) <= R / r < sqrt(seen + 1)
    counts = np.array([240 * sum(d**3 for d in range(1, k + 1) if k % d == 0) for k in m])
    pairs = certificate.f2_values(0.0) + counts @ certificate.f2_values(r * np.sqrt(m))
    halves = np.array(np.meshgrid(*[(-1, 1)] * 8)).reshape(8, -1).T / 2
    roots = [v for v in halves if v.sum() % 2 == 0]
    for i in range(8):
        for j in range(i):
            for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                v = np.zeros(8)
                v[i], v[j] = signs
                roots.append(v)
    roots = np.array(roots)
    assert len(roots) == 240
    sums = np.unique((roots[:, None] + roots[None]).reshape(-1, 8), axis=0)
    vectors = sums[(sums**2).sum(axis=1) <= 4]
    assert len(vectors) == 1 + 240 + 2160
    kernel = kernel_sum(certificate, vectors * (r / sqrt(2)))
    factor = pi**4 / 24 * (r / 2) ** 8 / float(certificate.f2_hat(0.0))
    assert_chain(
        PackingSums(pi**4 / 384, factor * pairs, factor * (pairs + kernel), float(certificate.bound), kernel)
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([3, 4]), st.integers(1, 3))
def test_random_periodic_packings(seed, n, count):
    rng = np.random.default_rng(seed)
    basis = np.eye(n) + 0.25 * rng.normal(size=(n, n))
    sums = packing_sums(load(n), basis, rng.uniform(size=(count, n)) @ basis)
    assert_chain(sums)


def test_the_sum_does_not_depend_on_the_description_of_the_packing():
    """fcc as the cubic lattice with four centres in a cell; rotated; with another basis."""
    certificate, rng = load(3), np.random.default_rng(1)
    plain = packing_sums(certificate, root_lattice("D", 3))
    faces = np.array([[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    other = np.array([[1, 1, 0], [0, 1, 0], [-1, 0, 1]]) @ root_lattice("D", 3)
    for same in (
        packing_sums(certificate, np.eye(3), faces),
        packing_sums(certificate, root_lattice("D", 3) @ turn),
        packing_sums(certificate, 7 * other),
    ):
        assert same.by_triples == pytest.approx(plain.by_triples, rel=1e-9)
        assert same.kernel_sum == pytest.approx(plain.kernel_sum, abs=1e-9)


def test_the_kernel_sum_is_the_sum_of_the_kernel():
    certificate, rng = load(4), np.random.default_rng(2)
    directions = rng.normal(size=(12, 4))
    lengths = rng.uniform(float(certificate.r), float(certificate.R), 12)
    vectors = directions / np.linalg.norm(directions, axis=1)[:, None] * lengths[:, None]
    vectors = np.concatenate([np.zeros((1, 4)), vectors])
    total = 0.0
    for y in vectors:
        for z in vectors:
            a, b = np.linalg.norm(y), np.linalg.norm(z)
            total += float(certificate.f3(a, b, y @ z / (a * b) if a * b else 1.0))
    assert kernel_sum(certificate, vectors) == pytest.approx(total, rel=1e-9)
    assert total > 0


@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_kernel_sums_with_any_weights_are_not_negative(seed, count):
    """Positive semidefiniteness of f3 itself, on points in the shell and the origin."""
    certificate, rng = load(4), np.random.default_rng(seed)
    directions = rng.normal(size=(count, 4))
    lengths = rng.uniform(float(certificate.r), float(certificate.R), count)
    units = directions / np.linalg.norm(directions, axis=1)[:, None]
    u = np.eye(count + 1)
    u[1:, 1:] = np.clip(units @ units.T, -1, 1)
    lengths = np.concatenate([[0.0], lengths])
    matrix = certificate.f3(lengths[:, None], lengths[None], u)
    assert np.linalg.eigvalsh(matrix)[0] > -1e-10 * np.trace(matrix)


def test_root_lattices_have_their_determinants_and_norms():
    for kind, n, determinant, norm in (("Z", 6, 1, 1), ("D", 6, 2, 2), ("A", 6, sqrt(7), 2), ("E", 8, 1, 2)):
        basis = root_lattice(kind, n)
        assert abs(np.linalg.det(basis)) == pytest.approx(determinant)
        gram = basis @ basis.T
        assert np.allclose(gram, np.round(gram))
        assert np.diag(gram).min() == pytest.approx(norm)


def test_bad_input():
    for basis, centres, message in (
        (np.eye(4), None, r"basis must have shape \(3, 3\)"), (np.ones((3, 3)), None, "linearly independent"),
        (np.eye(3), np.zeros((2, 4)), r"centres must have shape \(any, 3\)"),
        (np.eye(3), np.zeros(3), r"centres must have shape \(any, 3\)"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            packing_sums(load(3), basis, centres)
    with pytest.raises(ValueError, match="two that coincide"):
        packing_sums(load(3), np.eye(3), np.array([[0, 0, 0], [1, 1, 2.0]]))
    with pytest.raises(ValueError, match=r"vectors to enumerate; got .*Reduce it"):
        packing_sums(load(3), [[1, 1e9, 0], [0, 1, 0], [0, 0, 1]])
    with pytest.raises(ValueError, match="n must be the integer 8"):
        root_lattice("E", 7)
