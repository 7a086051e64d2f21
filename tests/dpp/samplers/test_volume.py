"""Volume-rescaled and repeated designs: their laws on finite sets, and exact moments on polynomials.

A statistical test fails for a correct sampler with probability below 1e-6 for each |z| < 5 and 1e-6 for each
chi-square test; the seeds are fixed.
"""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import chi2

from mathlib.dpp import (
    DiscreteBasis,
    Hermite,
    Legendre,
    TensorBasis,
    index_set,
    l2_projection,
    sample_design,
    sample_repeated_dpp,
    sample_volume_rescaled,
    weighted_least_squares,
)

LINE = TensorBasis(Legendre(), index_set("total", 1, 4))  # m = 5


def z_score(sample, mean):
    return abs(sample.mean() - mean) / (sample.std(ddof=1) / math.sqrt(len(sample)))


def assert_law(points, shares):
    """Draws (R, n, 1) of candidates against exact probabilities, an array with one axis for each point."""
    R = len(points)
    flat = np.ravel_multi_index(tuple(points[..., 0].T), shares.shape)
    counts = np.bincount(flat, minlength=shares.size)
    expected = R * shares.ravel()
    assert counts[expected < 1e-9].sum() == 0
    rare = expected < 10  # these make one class together
    counts = np.append(counts[~rare], counts[rare].sum())
    expected = np.append(expected[~rare], max(expected[rare].sum(), 1e-9))
    assert np.sum((counts - expected) ** 2 / expected) < chi2.isf(1e-6, len(counts) - 1)


def candidates(N, m, seed):
    rng = np.random.default_rng(seed)
    return DiscreteBasis.from_columns(rng.standard_normal((N, m)), rng.uniform(0.5, 2, N))


def gram(basis, design):
    rows = basis(design.points) * np.sqrt(design.weights)[..., None]
    return np.swapaxes(rows, -1, -2) @ rows / design.n


@pytest.mark.parametrize(("N", "m", "n"), [(3, 2, 2), (3, 2, 3), (4, 1, 3), (4, 3, 4)])
def test_volume_rescaled_law_on_a_finite_set(N, m, n):
    """All N^n tuples: det G times the product of leverage scores, normalised by its sum."""
    basis = candidates(N, m, seed=N + m)
    tuples = np.array(list(itertools.product(range(N), repeat=n)))
    weighted = basis(tuples[..., None]) * np.sqrt(m / basis.christoffel(tuples[..., None]))[..., None]
    determinants = np.linalg.det(np.swapaxes(weighted, 1, 2) @ weighted / n)
    shares = determinants * np.prod(basis.leverage[tuples] / m, axis=1)
    constant = n**m * math.factorial(n - m) / math.factorial(n)
    assert constant * shares.sum() == pytest.approx(1)  # E det G = n! / ((n - m)! n^m)
    design = sample_volume_rescaled(basis, n, rng=1, size=20_000)
    assert_law(design.points, np.maximum(constant * shares, 0).reshape((N,) * n))


def test_repeated_law_on_a_finite_set():
    """Two independent ordered pairs, each of probability det(K)/2! times the masses."""
    basis = candidates(3, 2, seed=1)
    pairs = np.array(list(itertools.product(range(3), repeat=2)))
    masses = basis.weights[pairs].prod(axis=1)
    share = np.linalg.det(basis(pairs[..., None])) ** 2 * masses / 2
    design = sample_repeated_dpp(basis, 2, rng=2, size=20_000)
    assert_law(design.points, np.multiply.outer(share, share).reshape((3,) * 4))


def test_repeated_gram_deviation():
    """E |G - I|_F^2 = (m - I4) / r, with I4 for m = 5 by quadrature."""
    x, w = LINE.gauss(60)
    phi = LINE(x)
    k = LINE.christoffel(x)
    i4 = np.sum(np.multiply.outer(w, w) * (phi @ phi.T) ** 4 / np.multiply.outer(k, k))
    assert i4 == pytest.approx(3.6591641070, abs=1e-9)
    G = gram(LINE, sample_repeated_dpp(LINE, 3, rng=3, size=4000))
    deviation = np.sum((G - np.eye(5)) ** 2, axis=(1, 2))
    assert z_score(deviation, (5 - i4) / 3) < 5


def moments(u, basis):
    """|g|^2 and I3 = (double integral of g g K^3 / (k k)) / |g|^2 by quadrature."""
    x, w = basis.gauss(60)
    phi, k = basis(x), basis.christoffel(x)
    g = u(x) - phi @ (phi.T @ (w * u(x)))
    square = w @ g**2
    return square, (w * g / k) @ (phi @ phi.T) ** 3 @ (w * g / k) / square


@pytest.mark.parametrize("scheme", ["christoffel", "repeated_dpp", "volume_rescaled"])
def test_error_vector(scheme):
    """E |e|^2 / |g|^2: m/n, (1 - I3)/r and (m/n)(1 - (m/n) I3) for n = 15 = 3 m."""

    def u(X):
        return np.exp(2 * X[..., 0])

    m, n = 5, 15
    square, i3 = moments(u, LINE)
    best = l2_projection(LINE, u, 60)
    design = sample_design(LINE, scheme, n, rng=4, size=4000)
    g = u(design.points) - LINE(design.points) @ best.coef
    e = np.einsum("rn,rnk->rk", design.weights * g, LINE(design.points)) / n
    expected = {
        "christoffel": m / n,
        "repeated_dpp": (1 - i3) / 3,
        "volume_rescaled": m / n * (1 - m / n * i3),
    }
    assert best.error**2 == pytest.approx(square)
    assert z_score(np.sum(e**2, axis=1) / square, expected[scheme]) < 5


def test_volume_rescaled_is_unbiased():
    """E u^ = Pu, each coefficient within 5 standard errors (the variance is finite for n >= m)."""

    def u(X):
        return np.exp(2 * X[..., 0])

    best = l2_projection(LINE, u, 60)
    design = sample_volume_rescaled(LINE, 8, rng=5, size=6000)
    coef = weighted_least_squares(LINE, design, u(design.points)).coef
    assert max(z_score(coef[:, k], best.coef[k]) for k in range(5)) < 5


def test_volume_rescaled_inverse_gram():
    """E G^{-1} = n / (n - m + 1) I, for m = 2 and n = 8, where its variance is finite."""
    basis = TensorBasis(Hermite(), [[0], [1]])
    inverse = np.linalg.inv(gram(basis, sample_volume_rescaled(basis, 8, rng=6, size=6000)))
    assert z_score(inverse[:, 0, 0], 8 / 7) < 5
    assert z_score(inverse[:, 1, 1], 8 / 7) < 5
    assert z_score(inverse[:, 0, 1], 0) < 5


def test_every_position_has_the_christoffel_law():
    """The points are shuffled: in each position E x^2 is the mean of x^2 under nu."""
    x, w = LINE.gauss(20)
    mean = w @ (x[:, 0] ** 2 * LINE.christoffel(x)) / 5
    points = sample_volume_rescaled(LINE, 7, rng=7, size=3000).points[..., 0]
    assert max(z_score(points[:, i] ** 2, mean) for i in range(7)) < 5


@pytest.mark.parametrize(
    "basis", [LINE, candidates(9, 3, 0), TensorBasis(Hermite(), index_set("total", 2, 2))]
)
def test_draws_do_not_depend_on_the_batch(basis):
    for draw in (
        lambda size, rng: sample_volume_rescaled(basis, basis.m + 2, rng=rng, size=size),
        lambda size, rng: sample_repeated_dpp(basis, 2, rng=rng, size=size),
    ):
        many, rng = draw(3, 11), np.random.default_rng(11)
        assert (draw(None, 11).points == many.points[0]).all()
        for r in range(3):
            one = draw(None, rng)
            assert (one.points == many.points[r]).all()
            assert (one.weights == many.weights[r]).all()
        assert np.allclose(many.weights, basis.m / basis.christoffel(many.points))


def test_proposals_are_counted_per_design():
    many = sample_repeated_dpp(LINE, 4, rng=0, size=3)
    assert many.proposals.shape == (3,)
    assert sample_repeated_dpp(LINE, 4, rng=0).proposals == many.proposals[0] >= 20


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="n must be an integer >= 5, the dimension"):
        sample_volume_rescaled(LINE, 4, rng=0)
    with pytest.raises(ValueError, match="size must be"):
        sample_volume_rescaled(LINE, 6, rng=0, size=0)
    with pytest.raises(ValueError, match="r must be"):
        sample_repeated_dpp(LINE, 0, rng=0)
    with pytest.raises(ValueError, match="n must be"):
        sample_volume_rescaled(LINE, 6.5, rng=0)
