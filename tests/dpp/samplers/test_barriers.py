"""Sparsification: its guarantee, which holds for every pool, and its refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import eigh

from mathlib.dpp import (
    DegenerateGramError,
    Design,
    DiscreteBasis,
    Legendre,
    TensorBasis,
    index_set,
    sample_christoffel,
    sample_design,
    sample_repeated_dpp,
    sparsify,
)
from mathlib.dpp.samplers.barriers import barrier_selection

PLANE = TensorBasis(Legendre(), index_set("total", 2, 2))


def gram(basis, design):
    phi = basis(design.points)
    return (phi.T * design.weights) @ phi / design.n


@given(seed=st.integers(0, 10**6), more=st.integers(1, 40), copies=st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_gram_matrix_stays_between_the_barriers(seed, more, copies):
    pool = sample_christoffel(PLANE, 6 * copies, rng=seed)
    n = 6 + more
    kept = sparsify(PLANE, pool, n)
    relative = eigh(gram(PLANE, kept), gram(PLANE, pool), eigvals_only=True)
    root = np.sqrt(6 / n)
    assert (1 - root) ** 2 * (1 - 1e-9) <= relative[0]
    assert relative[-1] <= (1 + root) ** 2 * (1 + 1e-9)
    assert kept.n <= n
    assert len(np.unique(kept.points, axis=0)) == kept.n
    assert {tuple(x) for x in kept.points} <= {tuple(x) for x in pool.points}


def test_barriers_hold_for_rows_of_very_different_length():
    rows = np.random.default_rng(1).standard_normal((60, 5)) * np.geomspace(1, 1e-6, 60)[:, None]
    V = np.linalg.qr(rows)[0]
    for n in (6, 10, 50):
        scales = barrier_selection(V, n)
        eigenvalues = np.linalg.eigvalsh((V.T * scales) @ V)
        root = np.sqrt(5 / n)
        assert (scales >= 0).all()
        assert np.count_nonzero(scales) <= n
        assert eigenvalues[0] >= (1 - root) ** 2 * (1 - 1e-9)
        assert eigenvalues[-1] <= (1 + root) ** 2 * (1 + 1e-9)


def test_same_pool_same_points():
    pool = sample_repeated_dpp(PLANE, 8, rng=0)
    first, second = sparsify(PLANE, pool, 9), sparsify(PLANE, pool, 9)
    assert (first.points == second.points).all()
    assert (first.weights == second.weights).all()
    order = np.random.default_rng(0).permutation(pool.n)
    third = sparsify(PLANE, Design(pool.points[order], pool.weights[order], "given"), 9)
    assert third.points == pytest.approx(first.points)


def test_repeated_candidates_count_once():
    """A finite set of 8: a pool of 80 holds each many times, but is evaluated at most 8 times."""
    basis = DiscreteBasis.from_columns(np.random.default_rng(0).standard_normal((8, 2)))
    pool = sample_christoffel(basis, 80, rng=1)
    kept = sparsify(basis, pool, 30)
    assert kept.n <= 8
    assert kept.points.dtype.kind == "i"
    relative = eigh(gram(basis, kept), gram(basis, pool), eigvals_only=True)
    assert (1 - np.sqrt(2 / 30)) ** 2 <= relative[0] <= relative[-1] <= (1 + np.sqrt(2 / 30)) ** 2


def test_scheme_by_name():
    kept = sample_design(PLANE, "sparsified", 12, rng=0)
    assert kept.scheme == "sparsified"
    assert (kept.points == sparsify(PLANE, sample_repeated_dpp(PLANE, 8, rng=0), 12).points).all()


def test_a_pool_that_is_small_enough_is_kept():
    pool = sample_repeated_dpp(PLANE, 3, rng=0)
    for n in (18, 19, 10**30):
        kept = sparsify(PLANE, pool, n)
        assert gram(PLANE, kept) == pytest.approx(gram(PLANE, pool), rel=1e-12)
        assert kept.n == 18


def test_rows_that_are_not_orthonormal_get_no_guarantee():
    V = np.linalg.qr(np.random.default_rng(0).standard_normal((30, 3)))[0]
    nan, lost = V.copy(), V.copy()
    nan[0, 0], lost[0] = np.nan, 0
    for rows, n in ((1.001 * V, 9), (V[:-1], 9), (nan, 9), (lost, 9), (0 * V, 9), (V, 3), (V, 2)):
        with pytest.raises(ValueError, match="need n > m = 3 and orthonormal columns"):
            barrier_selection(rows, n)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_the_scale_of_the_weights_is_free(scale):
    pool = sample_repeated_dpp(PLANE, 8, rng=0)
    kept = sparsify(PLANE, Design(pool.points, scale * pool.weights, "given"), 9)
    assert kept.points == pytest.approx(sparsify(PLANE, pool, 9).points)
    flat = Design(np.tile(pool.points[:6] * [1, 0], (3, 1)), np.full(18, scale), "given")
    with pytest.raises(DegenerateGramError, match="does not determine"):
        sparsify(PLANE, flat, 9)


def test_bad_input_is_refused():
    pool = sample_repeated_dpp(PLANE, 4, rng=0)
    for n in (6, 0, 7.5, True):
        with pytest.raises(ValueError, match="n must be an integer >= 7, above m = 6"):
            sparsify(PLANE, pool, n)
    with pytest.raises(ValueError, match="not a batch"):
        sparsify(PLANE, sample_repeated_dpp(PLANE, 4, rng=0, size=2), 9)
    few = Design(np.tile(pool.points[:5], (3, 1)), np.ones(15), "given")
    with pytest.raises(DegenerateGramError, match="5 distinct points"):
        sparsify(PLANE, few, 9)
    flat = Design(np.stack([np.linspace(-1, 1, 20), np.zeros(20)], axis=1), np.ones(20), "given")
    with pytest.raises(DegenerateGramError, match="does not determine"):
        sparsify(PLANE, flat, 9)
    with pytest.raises(ValueError, match="orthonormal columns"):
        barrier_selection(np.array([[1.0, 0.0], [1.0, 0.0]]) / np.sqrt(2), 5)
