"""All posets of a size: the published counts, and an enumeration by brute force."""

import json
from itertools import product
from math import factorial
from pathlib import Path

import numpy as np
import pytest

from mathlib.posets import Poset, enumerate_posets

COUNTS = json.loads((Path(__file__).parents[1] / "reference" / "posets.json").read_text())["counts"]["values"]


@pytest.mark.parametrize("n", range(9))
def test_published_counts(n):
    assert len(enumerate_posets(n)) == COUNTS[n]


@pytest.mark.slow
@pytest.mark.parametrize("n", [9, 10])
def test_published_counts_of_large_sizes(n):
    assert len(enumerate_posets(n)) == COUNTS[n]


@pytest.mark.parametrize("n", range(6))
def test_labelled_posets_are_counted_by_orbits(n):
    """The numbers of labelled posets, 1, 1, 3, 19, 219, 4231 (OEIS A001035), are sums of n!/|Aut P|."""
    total = sum(factorial(n) // automorphisms(poset) for poset in enumerate_posets(n))
    assert total == [1, 1, 3, 19, 219, 4231][n]


def automorphisms(poset: Poset) -> int:
    """The number of automorphisms, element by element."""
    n, leq = len(poset), poset.leq
    maps = [()]
    for i in range(n):
        maps = [
            (*images, j)
            for images in maps
            for j in set(range(n)) - set(images)
            if all(leq[k, i] == leq[images[k], j] and leq[i, k] == leq[j, images[k]] for k in range(i))
        ]
    return len(maps)


def test_four_elements_by_brute_force():
    """All transitive strict relations on 0..3 with x < y only if x < y as numbers, up to isomorphism."""
    keys = set()
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    for chosen in product([False, True], repeat=len(pairs)):
        relation = {pair for pair, taken in zip(pairs, chosen, strict=True) if taken}
        if all((i, k) in relation for i, j in relation for j2, k in relation if j == j2):
            keys.add(Poset(4, relations=relation).canonical_key())
    assert keys == {poset.canonical_key() for poset in enumerate_posets(4)}
    assert len(keys) == 16


def test_numbers_grow_upwards():
    listed = enumerate_posets(6)
    for poset, below in zip(listed, listed.below(), strict=True):
        assert poset.below == tuple(below.tolist())
        assert all(mask < 1 << i for i, mask in enumerate(poset.below))


def test_a_slice_is_a_sequence_of_the_same_kind():
    listed = enumerate_posets(5)
    assert [poset.covers for poset in listed[10:13]] == [listed[i].covers for i in (10, 11, 12)]
    assert listed[-1] == listed[len(listed) - 1]
    assert repr(listed[:3]) == "<3 posets on 5 elements>"
    with pytest.raises(IndexError):
        listed[63]


def test_keys_are_sorted_and_fixed():
    keys = enumerate_posets(7).keys
    assert (np.diff(keys.astype(np.int64)) > 0).all()
    with pytest.raises(ValueError, match="read-only"):
        keys[0] = 1


@pytest.mark.parametrize("n", [-1, 11])
def test_sizes_out_of_reach_are_refused(n):
    with pytest.raises(ValueError, match="n must be an integer from 0 to 10"):
        enumerate_posets(n)
