"""improve: verified, never worse than its start, as good as the exact engines where these are at hand."""

import time

import pytest

from mathlib.posets import (
    Embedding,
    InvalidEmbedding,
    antichain,
    chain,
    complete_bipartite,
    crown,
    grid,
    hypercube_width,
    improve,
    random_poset,
    standard_example,
)


def down_sets(poset):
    """The representation by principal down-sets, a poor one."""
    return Embedding(poset, {x: [y for y in poset if poset.less_equal(y, x)] for x in poset})


POSETS = {
    "random order": random_poset(20, dim=3, rng=1),
    "random graph order": random_poset(24, p=0.15, rng=2),
    "crown": crown(8),
    "standard example": standard_example(7),
    "grid": grid(3, 3, 2),
    "bipartite": complete_bipartite(6, 6),
    "antichain": antichain(20),
}


@pytest.mark.parametrize("name", POSETS)
def test_as_good_as_the_optimum(name):
    poset = POSETS[name]
    exact = hypercube_width(poset)
    found = improve(down_sets(poset), time_limit=60, rounds=12, rng=0)
    found.verify()
    assert found.height == exact.height.value
    assert exact.value <= found.width <= min(len(poset), exact.value + 1)


@pytest.mark.parametrize("rounds", [0, 1, 2, 3])
def test_never_worse_than_the_start(rounds):
    for seed in range(10):
        poset = random_poset(12, p=0.2, rng=seed)
        for start in (down_sets(poset), hypercube_width(poset).embedding):
            found = improve(start, time_limit=60, rounds=rounds, rng=seed)
            found.verify()
            assert (found.height, found.width) <= (start.height, start.width)
            assert found.width <= len(poset)


def test_the_same_rounds_and_seed_give_the_same_answer():
    poset = random_poset(30, dim=3, rng=5)
    first, second = (improve(down_sets(poset), time_limit=60, rounds=4, rng=7) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("poset", [chain(0), chain(1), antichain(2), grid(2, 2)], ids=repr)
def test_small_posets(poset):
    exact = hypercube_width(poset)
    found = improve(down_sets(poset), time_limit=60, rounds=3, rng=0)
    assert (found.height, found.width) == (exact.height.value, exact.value)


def test_200_elements_within_the_time():
    poset = random_poset(200, dim=5, rng=3)
    start = down_sets(poset)
    improve(start, time_limit=60, rounds=3, rng=0)  # compiled now
    begin = time.monotonic()
    found = improve(start, time_limit=2, rng=0)
    assert time.monotonic() - begin < 8
    assert found.height < start.height


def test_bad_input():
    with pytest.raises(InvalidEmbedding):
        improve(Embedding(antichain(2), [{1}, {1, 2}]), time_limit=1)
    with pytest.raises(ValueError, match="time_limit must be a positive number of seconds, or None; got -1"):
        improve(down_sets(antichain(3)), time_limit=-1)
    with pytest.raises(ValueError, match="rounds must be an integer >= 0, or None; got nan"):
        improve(down_sets(antichain(3)), rounds=float("nan"))
