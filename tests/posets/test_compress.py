"""compress: the theorem on thousands of representations, and its matching against another implementation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from mathlib.posets import Embedding, InvalidEmbedding, Poset, antichain, compress, random_poset
from mathlib.posets.reduction.compression import compression_steps


def random_representation(poset, rng, extra=3):
    """Up-sets that separate every pair, each drawn at random, and some that are not needed."""
    leq = poset.leq
    upsets = []
    for i, j in [*rng.permutation(np.argwhere(~leq)), *[(None, None)] * extra]:
        if i is not None and any(upset[i] and not upset[j] for upset in upsets):
            continue
        generators = rng.random(len(poset)) < rng.random()
        if i is not None:
            generators[i] = True
            generators &= ~leq[:, j]
        upsets.append(leq[generators].any(axis=0))
    return Embedding.from_upsets(poset, [np.flatnonzero(upset).tolist() for upset in upsets])


posets = st.builds(
    lambda n, p, seed: random_poset(n, p=p, rng=seed),
    st.integers(0, 12),
    st.sampled_from([0.0, 0.1, 0.3, 0.6]),
    st.integers(0, 10**6),
)


@given(posets, st.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_the_theorem(poset, seed):
    start = random_representation(poset, np.random.default_rng(seed))
    small = compress(start)
    small.verify()
    assert small.width <= len(poset)
    assert all(small.sets[x] <= start.sets[x] for x in poset)
    assert compress(small) == small
    edges = np.array([[i in start.sets[x] for i in start.ground] for x in poset]).reshape(
        len(poset), start.width
    )
    matched = maximum_bipartite_matching(csr_array(edges)) >= 0 if edges.size else np.array([])
    assert small.width == matched.sum()


@given(posets, st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_the_steps_prove_it(poset, seed):
    start = random_representation(poset, np.random.default_rng(seed))
    *_, last = compression_steps(start)
    D, N, matching = last.reached, last.kept, last.matching
    assert len(set(matching.values())) == len(matching)
    assert all(i in start.sets[p] for p, i in matching.items())
    assert all(y in D for x in D for y in poset if poset.less_equal(y, x))
    assert set().union(*(start.sets[p] for p in D)) == N == {matching[p] for p in D if p in matching}
    assert D | matching.keys() == set(poset)
    assert all(last.after.sets[x] == start.sets[x] for x in D)
    assert last.after == compress(start)


def test_the_width_that_deleting_leaves_is_quadratic():
    # x and y from two halves of an antichain: only the up-set of (x, y) holds x and not y, so all are needed.
    X, Y = range(4), range(4, 8)
    upsets = {(x, y): {x, *Y} - {y} for x in X for y in Y}
    start = Embedding.from_upsets(antichain(8), {f"{x}{y}": upset for (x, y), upset in upsets.items()})
    start.verify()
    for i in start.ground:
        with pytest.raises(InvalidEmbedding):
            Embedding(start.poset, {x: s - {i} for x, s in start.sets.items()}).verify()
    assert (start.width, compress(start).width) == (16, 8)


def test_an_example_by_hand():
    # Five minimal elements share four ground elements: one of them stays unmatched, and D is all five.
    poset = Poset("abcdefgh", covers=["af", "bf", "df", "ag", "cg", "eg", "fh"])
    start = Embedding(
        poset,
        {"a": "12", "b": "13", "c": "14", "d": "23", "e": "24", "f": "12356", "g": "124789", "h": "123560"},
    )
    *_, last = compression_steps(start)
    assert last.reached == set("abcde")
    assert last.kept == set("1234")
    assert (start.width, last.after.width) == (10, 7)


def test_steps_fill_up_in_order():
    start = random_representation(random_poset(6, p=0.3, rng=1), np.random.default_rng(1))
    steps = list(compression_steps(start))
    assert [step.after is None for step in steps] == [True, True, True, True, False]
    assert not steps[0].matching
    assert steps[1].matching == steps[4].matching


def test_what_is_no_representation_is_refused():
    with pytest.raises(InvalidEmbedding, match="x=0 and y=1 are different elements"):
        compress(Embedding(antichain(2), [{1}, {1}]))


def test_long_augmenting_paths_need_no_recursion():
    # A chain with sets {0, ..., k}; every element but the last prefers the partner of the one before it.
    n = 3000
    poset = antichain(n)
    from mathlib.posets.reduction.compression import _maximum_matching

    sets = {x: frozenset({f"{x:05d}", f"{x + 1:05d}"}) for x in poset} | {n: frozenset({"00000"})}
    assert len(_maximum_matching(sets)) == n + 1
