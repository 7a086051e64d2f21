"""The census: reference tables, the theorem, the observations, and interruption."""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from mathlib.posets import Poset, antichain, census, chain, enumerate_posets, hypercube_width, two_dimension
from mathlib.posets.catalogue.branch_and_bound import solve_many

MODULE = sys.modules[census.__module__]  # the package shows the function of this name
REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "posets.json").read_text())


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, marks=[pytest.mark.slow] * (row[0] > 8)) for row in REFERENCE["census"]["values"]],
    ids=lambda row: f"n={row[0]}",
)
def test_reference_histograms(row):
    n, height, width, two_dim = row
    table = census(n, progress=False)
    assert table.histogram("height") == height
    assert table.histogram("width") == width
    assert table.histogram("two_dimension") == two_dim


@pytest.mark.parametrize("n", range(9))
def test_the_theorem_and_the_certificates(n):
    """w* <= |P| (Flídr, Ivan and Jaffe, 2025), and representations that were checked pair by pair."""
    table = census(n, progress=False)
    assert len(table) == REFERENCE["counts"]["values"][n]
    assert len(table.exceptions) == 0
    assert table.verified.all()
    assert (table.height_bound <= table.height).all()
    assert (table.height <= table.two_dimension).all()
    assert (table.two_dimension <= table.width).all()


@pytest.mark.slow
def test_nine_elements():
    table = census(9, progress=False)
    assert len(table) == 183231
    assert len(table.exceptions) == 0
    assert table.verified.all()
    assert (len(table.widest), len(table.highest_two_dimension)) == (76, 68)


def stacks(n: int, blocks: list, tops: list) -> set:
    """Canonical keys of all ordinal sums of the blocks with n elements, also with one of `tops` on top."""
    below = {0: [Poset(0)]}
    for size in range(1, n + 1):
        below[size] = [low.ordinal_sum(b) for b in blocks if len(b) <= size for low in below[size - len(b)]]
    found = [low.ordinal_sum(top) for top in tops if len(top) <= n for low in below[n - len(top)]]
    return {poset.canonical_key() for poset in [*below[n], *found]}


@pytest.mark.parametrize("n", range(2, 8))
def test_equality_is_a_matter_of_blocks(n):
    """dim2 = |P| iff every block is 1 + C_k, A_3, A_4 or 1 + 1 + C_2; for w*, also A_k, k >= 5, on top."""
    one = chain(1)
    blocks = [one.disjoint_union(chain(k)) for k in range(1, n)]
    blocks += [antichain(3), antichain(4), one.disjoint_union(one).disjoint_union(chain(2))]
    table = census(n, progress=False)
    dim2 = {poset.canonical_key() for poset in table.highest_two_dimension}
    width = {poset.canonical_key() for poset in table.widest}
    assert dim2 == stacks(n, blocks, [])
    assert width == stacks(n, blocks, [antichain(k) for k in range(5, n + 1)])


def test_one_poset_exceeds_the_chromatic_bound():
    expected = Poset(7, covers=[tuple(pair) for pair in REFERENCE["bound_exception"]["covers"]])
    found = [poset for n in range(8) for poset in census(n, progress=False).bound_exceptions]
    assert [poset.canonical_key() for poset in found] == [expected.canonical_key()]


def test_rows_belong_to_their_posets():
    table = census(6, progress=False)
    for index in range(0, len(table), 37):
        result = hypercube_width(table.posets[index])
        assert (result.height.value, result.value) == (table.height[index], table.width[index])
        assert two_dimension(table.posets[index]).value == table.two_dimension[index]


def test_two_dimension_is_symmetric_under_duality():
    """The dual of each poset stands in the same table, with the same dim2 (complements of the sets)."""
    table = census(5, progress=False)
    values = {
        poset.canonical_key(): value for poset, value in zip(table.posets, table.two_dimension, strict=True)
    }
    assert all(
        values[poset.dual().canonical_key()] == values[poset.canonical_key()] for poset in table.posets
    )


def test_selection_and_text():
    table = census(5, progress=False)
    assert Counter(map(len, table.select(table.height == 1))) == {5: 2}
    assert repr(table) == "<Census of 63 posets on 5 elements: w* > 5 for 0, w* = 5 for 6, dim2 = 5 for 5>"
    with pytest.raises(ValueError, match=r"boolean array of shape \(63,\)"):
        table.select([1, 2])
    with pytest.raises(ValueError, match=r"column must be .*; got 'depth'"):
        table.histogram("depth")


def same(one, other) -> bool:
    columns = ("height", "width", "two_dimension", "height_bound", "verified")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter():
    assert same(census(7, jobs=2, progress=False), census(7, progress=False))


def test_a_time_out_is_resumed(tmp_path, monkeypatch):
    checkpoint = tmp_path / "census.npz"
    some, everything = census(7, checkpoint=checkpoint, time_limit=1e-9), census(7)
    assert (len(some), some.complete, everything.complete) == (1000, False, True)
    assert repr(some).startswith("<Census of 1000 posets on 7 elements, not all: ")
    assert (some.posets.keys == everything.posets.keys[:1000]).all()
    assert (some.width == everything.width[:1000]).all()
    solved = []
    monkeypatch.setattr(MODULE, "solve_many", lambda below: solved.append(len(below)) or solve_many(below))
    resumed = census(7, checkpoint=checkpoint, progress=False)
    assert solved == [1000, 45]
    assert same(resumed, everything)
    solved.clear()
    assert same(census(7, checkpoint=checkpoint, progress=False), resumed)
    assert solved == []


def test_an_interruption_leaves_a_checkpoint(tmp_path, monkeypatch):
    checkpoint = tmp_path / "census.npz"
    calls = []

    def interrupted(below):
        calls.append(len(below))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return solve_many(below)

    with monkeypatch.context() as patch:
        patch.setattr(MODULE, "solve_many", interrupted)
        with pytest.raises(KeyboardInterrupt):
            census(7, checkpoint=checkpoint, progress=False)
    assert list(tmp_path.iterdir()) == [checkpoint]
    monkeypatch.setattr(MODULE, "solve_many", lambda below: calls.append(len(below)) or solve_many(below))
    assert len(census(7, checkpoint=checkpoint, progress=False)) == 2045
    assert calls == [1000, 1000, 1000, 45]


def test_foreign_checkpoints_are_refused(tmp_path):
    checkpoint = tmp_path / "census.npz"
    census(4, checkpoint=checkpoint, progress=False)
    with pytest.raises(ValueError, match="of another census than n = 5"):
        census(5, checkpoint=checkpoint, progress=False)
    checkpoint.write_text("nothing")
    with pytest.raises(ValueError, match="is no checkpoint of a census"):
        census(4, checkpoint=checkpoint, progress=False)


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match="n must be an integer from 0 to 10"):
        census(11)
    with pytest.raises(ValueError, match="jobs must be an integer >= 1"):
        census(3, jobs=0)


def test_enumeration_and_census_keep_one_order():
    assert (census(6, progress=False).posets.keys == enumerate_posets(6).keys).all()
