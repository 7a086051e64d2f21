"""The families: order relations written out independently of the covers that the functions list."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from mathlib.posets import (
    Poset,
    antichain,
    boolean_lattice,
    chain,
    complete_bipartite,
    crown,
    fence,
    grid,
    random_poset,
    rooted_tree,
    standard_example,
)


@pytest.mark.parametrize(
    ("poset", "expected"),
    [
        (chain(4), Poset(4, leq=lambda x, y: x <= y)),
        (antichain(4), Poset(4, leq=lambda x, y: x == y)),
        (boolean_lattice(4), Poset(16, leq=lambda x, y: x & y == x)),
        (crown(4), Poset(8, leq=lambda x, y: x == y or (x < 4 <= y and (y - 4 - x) % 4 in (0, 1)))),
        (standard_example(4), Poset(8, leq=lambda x, y: x == y or (x < 4 <= y and y != x + 4))),
        (fence(6), Poset(6, leq=lambda x, y: x == y or (x % 2 == 0 and abs(x - y) == 1))),
        (complete_bipartite(2, 3), Poset(5, leq=lambda x, y: x == y or x < 2 <= y)),
        (grid(3, 2, 2), Poset(12, leq=lambda x, y: x // 4 <= y // 4 and (x % 4) & (y % 4) == x % 4)),
        (rooted_tree([0, 0, 1, 1, 3]), Poset(6, covers=[(0, 1), (0, 2), (1, 3), (1, 4), (3, 5)])),
    ],
    ids=lambda value: f"{len(value)} elements",
)
def test_the_order_is_as_described(poset, expected):
    assert poset == expected
    assert poset.labels == tuple(range(len(poset)))


def test_some_families_meet():
    assert crown(2) == complete_bipartite(2, 2)
    assert crown(3).canonical_key() == standard_example(3).canonical_key()
    assert grid(2, 2, 2).canonical_key() == boolean_lattice(3).canonical_key()
    assert complete_bipartite(2, 3) == antichain(2).ordinal_sum(antichain(3))
    assert grid(5) == chain(5)
    assert len(chain(0)) == len(antichain(0)) == len(fence(0)) == 0
    assert boolean_lattice(0) == rooted_tree([]) == chain(1)


def test_a_tree_has_its_root_below_everything():
    tree = rooted_tree([(i - 1) // 3 for i in range(1, 40)])
    assert tree.minimal_elements == (0,)
    assert tree.leq[0].all()


def test_random_graph_orders_have_the_stated_edges():
    assert random_poset(6, p=1.0, rng=0) == chain(6)
    assert random_poset(6, p=0.0, rng=0) == antichain(6)
    assert random_poset(6, dim=1, rng=0).canonical_key() == chain(6).canonical_key()


def test_random_orders_follow_their_law():
    """Two elements are comparable with probability 2 (1/2)^dim, or p.

    4000 independent draws each; a deviation of 5 standard errors has probability below 1e-6.
    """
    rng = np.random.default_rng(20261123)
    for arguments, probability in [({"dim": 2}, 0.5), ({"dim": 3}, 0.25), ({"p": 0.3}, 0.3)]:
        comparable = [len(random_poset(2, **arguments, rng=rng).covers) for _ in range(4000)]
        error = np.sqrt(probability * (1 - probability) / 4000)
        assert abs(np.mean(comparable) - probability) < 5 * error


def test_a_seed_draws_the_same_poset():
    one, other = (random_poset(12, dim=3, rng=5) for _ in range(2))
    assert one == other
    assert len(Counter(random_poset(6, p=0.5, rng=seed).covers for seed in range(20))) > 10


def test_random_orders_of_dimension_two_are_intersections_of_two():
    poset = random_poset(7, dim=2, rng=11)
    rng = np.random.default_rng(11)
    places = [rng.permutation(7) for _ in range(2)]
    for x, y in product(range(7), repeat=2):
        assert poset.less_equal(x, y) == all(place[x] <= place[y] for place in places)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain(-1), "k must be an integer from 0 to 10000; got -1"),
        (lambda: antichain(True), "k must be an integer from 0 to 10000; got True"),
        (lambda: crown(1), "k must be an integer from 2 to 5000"),
        (lambda: standard_example(0), "k must be an integer from 1 to 2000"),
        (lambda: boolean_lattice(13), "from 0 to 12"),
        (lambda: grid(), "one to 10000 elements"),
        (lambda: grid(2, 0), "sizes must be an integer from 1"),
        (lambda: rooted_tree([0, 2]), "parents must be an integer from 0 to 1, at node 2; got 2"),
        (lambda: random_poset(4), "exactly one of"),
        (lambda: random_poset(4, dim=2, p=0.5), "exactly one of"),
        (lambda: random_poset(4, p=1.5), "from 0 to 1"),
        (lambda: random_poset(4, dim=0), "dim must be an integer from 1"),
    ],
)
def test_wrong_sizes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_size_must_be_an_integer():
    with pytest.raises(ValueError, match=r"got 2\.5"):
        chain(2.5)
