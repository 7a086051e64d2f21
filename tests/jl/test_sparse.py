"""SparseJL: its structure exactly, its variance by enumeration and by simulation."""

from fractions import Fraction
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from scipy import stats

from mathlib.jl import SparseJL
from mathlib.jl.maps import sparse as module

BOTH = pytest.mark.parametrize("construction", ["block", "graph"])


def drawn(k, d, s, construction, seed=0):
    estimator = SparseJL(k, s=s, construction=construction, random_state=seed)
    return estimator.fit(np.zeros((1, d))).components_.toarray()


@BOTH
@pytest.mark.parametrize(("k", "s"), [(1, 1), (7, 1), (7, 3), (8, 4), (7, 7)])
def test_every_column_has_s_entries_of_size_one_over_root_s(k, s, construction):
    phi = drawn(k, 60, s, construction)
    assert np.all(np.count_nonzero(phi, axis=0) == s)
    np.testing.assert_allclose(np.abs(phi[phi != 0]), s**-0.5, rtol=1e-15)
    # Unit columns: no coordinate vector changes its length.
    np.testing.assert_allclose(np.linalg.norm(phi, axis=0), 1, rtol=1e-14)


@pytest.mark.parametrize(("k", "s", "sizes"), [(8, 4, [2, 2, 2, 2]), (7, 3, [2, 2, 3]), (5, 4, [1, 1, 1, 2])])
def test_blocks_hold_one_entry_each(k, s, sizes):
    phi = drawn(k, 200, s, "block")
    edges = np.cumsum([0, *sizes])
    for start, end in pairwise(edges):
        block = phi[start:end] != 0
        assert np.all(block.sum(axis=0) == 1)
        assert np.all(block.any(axis=1))


@BOTH
def test_rows_and_signs_are_uniform(construction):
    """False alarm: 1e-6 for each of the two tests (chi-square, binomial)."""
    phi = drawn(12, 20_000, 3, construction)
    assert stats.chisquare(np.count_nonzero(phi, axis=1)).pvalue > 1e-6
    assert stats.binomtest(int(np.sum(phi > 0)), 60_000).pvalue > 1e-6


def test_graph_draws_every_set_of_rows_equally_often():
    """All 10 pairs out of 5 rows. False alarm: 1e-6 (chi-square)."""
    phi = drawn(5, 20_000, 2, "graph") != 0
    sets = phi.T @ (1 << np.arange(5))
    values, counts = np.unique(sets, return_counts=True)
    assert len(values) == 10
    assert stats.chisquare(counts).pvalue > 1e-6


def squared_length(x, rows, signs, s):
    """|Phi x|^2 in fractions, times s: rows[j] and signs[j] are those of column j."""
    image = {}
    for value, places, column in zip(x, rows, signs, strict=True):
        for place, sign in zip(places, column, strict=True):
            image[place] = image.get(place, 0) + sign * value
    return Fraction(sum(entry**2 for entry in image.values()), s)


@BOTH
@pytest.mark.parametrize("s", [1, 2])
def test_mean_and_variance_by_enumeration(construction, s):
    """Every matrix with k = 4 and d = 3: E |Phi x|^2 = |x|^2, Var = (2/k)(|x|_2^4 - |x|_4^4), exactly."""
    k, x = 4, (3, -1, 2)
    choices = list(combinations(range(k), s))
    if construction == "block":
        choices = list(product(*(range(b * k // s, (b + 1) * k // s) for b in range(s))))
    signs = list(product([1, -1], repeat=s))
    lengths = [
        squared_length(x, rows, columns, s)
        for rows in product(choices, repeat=3)
        for columns in product(signs, repeat=3)
    ]
    mean = sum(lengths) / len(lengths)
    variance = sum((length - mean) ** 2 for length in lengths) / len(lengths)
    squares = [value**2 for value in x]
    assert mean == sum(squares)
    assert variance == Fraction(2, k) * (sum(squares) ** 2 - sum(square**2 for square in squares))


@BOTH
@pytest.mark.parametrize("s", [1, 4])
def test_mean_and_variance_of_the_draws(construction, s):
    """1500 draws of an 8 x 20 map. False alarm: |z| < 5, about 1e-5 given the skew of the statistic."""
    x = np.r_[2.0, np.ones(19)]
    x /= np.linalg.norm(x)
    errors = np.empty(1500)
    for seed in range(errors.size):
        errors[seed] = np.sum((drawn(8, 20, s, construction, seed=seed) @ x) ** 2) - 1
    expected = 2 / 8 * (1 - np.sum(x**4))
    for sample, mean in [(errors, 0), (errors**2, expected)]:
        z = (sample.mean() - mean) / (sample.std(ddof=1) / np.sqrt(sample.size))
        assert abs(z) < 5


def test_one_entry_per_column_can_lose_everything():
    """A count sketch that puts two coordinates in one row with opposite signs maps their sum to zero."""
    phi = drawn(4, 40, 1, "block")
    gram = phi.T @ phi
    i, j = np.argwhere(np.isclose(gram, -1))[0]
    assert np.linalg.norm(phi[:, i] + phi[:, j]) == 0


@BOTH
def test_auto_s(construction):
    fitted = SparseJL(40, eps=0.24, construction=construction, random_state=0).fit(np.zeros((1, 50)))
    assert fitted.s_ == 10
    assert SparseJL(3, eps=0.01).fit(np.zeros((1, 50))).s_ == 1


def test_keys_drawn_at_once_do_not_change_the_map(monkeypatch):
    whole = drawn(6, 50, 2, "graph")
    monkeypatch.setattr(module, "_KEYS_AT_ONCE", 13)
    assert np.array_equal(drawn(6, 50, 2, "graph"), whole)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"s": 0}, 's must be an integer >= 1, the nonzero entries of a column, or "auto"; got 0'),
        ({"s": 1.5}, "s must be"),
        ({"s": "all"}, "s must be"),
        ({"s": 4}, "s=4 is larger than n_components=3"),
        ({"construction": "ring"}, "construction must be 'block' or 'graph'; got 'ring'"),
    ],
)
def test_bad_parameters(arguments, message):
    with pytest.raises(ValueError, match=message):
        SparseJL(3, **arguments).fit(np.zeros((1, 50)))
