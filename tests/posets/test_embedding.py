"""Embedding: verification by the definition, the up-set view, and files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.posets import (
    Embedding,
    InvalidEmbedding,
    Poset,
    antichain,
    boolean_lattice,
    chain,
    fence,
    random_poset,
)
from mathlib.verify import verify_file
from tests.posets.by_definition import verified


def downsets(poset) -> Embedding:
    """x is represented by all elements below x and x itself."""
    return Embedding(poset, {x: [z for z in poset if poset.less_equal(z, x)] for x in poset})


@given(st.integers(0, 9), st.integers(0, 10**6))
def test_principal_downsets_are_an_embedding(n, seed):
    poset = random_poset(n, p=0.3, rng=seed)
    embedding = downsets(poset)
    assert embedding.verify().bound == (embedding.height, n)
    assert embedding.width == n
    assert embedding.upsets == {z: frozenset(x for x in poset if poset.less_equal(z, x)) for z in poset}
    assert Embedding.from_upsets(poset, embedding.upsets) == embedding


@given(st.integers(1, 7), st.integers(0, 10**6), st.data())
def test_verification_is_the_definition(n, seed, data):
    poset = random_poset(n, p=0.3, rng=seed)
    sets = {x: frozenset(data.draw(st.sets(st.integers(0, 3)))) for x in poset}
    valid = all(poset.less_equal(x, y) == (sets[x] <= sets[y]) for x in poset for y in poset)
    if valid:
        assert verified(Embedding(poset, sets)).sets == sets
    else:
        with pytest.raises(InvalidEmbedding):
            Embedding(poset, sets).verify()


def test_numbers_of_an_embedding():
    embedding = Embedding(boolean_lattice(2), [[], ["b"], ["a"], ["a", "b"]])
    assert (embedding.height, embedding.width, embedding.ground) == (2, 2, ("a", "b"))
    assert repr(embedding) == "Embedding of a poset on 4 elements: height 2, ground set of 2"
    empty = verified(Embedding(Poset(0), {}))
    assert (empty.height, empty.width, empty.ground) == (0, 0, ())


@pytest.mark.parametrize(
    ("poset", "sets", "message"),
    [
        (
            chain(2),
            [[1], [2]],
            r"x=0 is below y=1 in the poset, but S_x = \{1\} is not a subset of S_y = \{2\}",
        ),
        (antichain(2), [[1], [1, 2]], r"x=0 is not below y=1 in the poset, but S_x = \{1\} is a subset of"),
        (antichain(2), [[1], [1]], r"x=0 and y=1 are different elements with the same set \{1\}"),
        (
            chain(2),
            [[1], [1]],
            r"x=0 and y=1 are different elements with the same set|x=1 and y=0 are different",
        ),
    ],
)
def test_a_violated_pair_is_named(poset, sets, message):
    with pytest.raises(InvalidEmbedding, match=message):
        Embedding(poset, sets).verify()


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ({0: [], 1: [1]}, "a set for each of the 3 elements.* got 2 sets"),
        ({0: [], 1: [1], 2: [2], 3: [3]}, "no other; got one for 3"),
        ([[], [1]], "a set for each of the 3 elements.* got 2 sets"),
    ],
)
def test_one_set_for_each_element(sets, message):
    with pytest.raises(ValueError, match=message):
        Embedding(antichain(3), sets)


def test_upsets_hold_elements_only():
    with pytest.raises(ValueError, match="must hold elements of the poset; got 5"):
        Embedding.from_upsets(antichain(2), [[0, 5]])


# Files


def test_a_file_brings_the_embedding_back(tmp_path):
    poset = Poset(["a", "b", 3], covers=[("a", 3), ("b", 3)])
    embedding = Embedding(poset, {"a": [0], "b": ["one"], 3: [0, "one", 2]})
    embedding.save(tmp_path / "embedding.json")
    loaded = Embedding.load(tmp_path / "embedding.json")
    assert loaded == embedding
    assert hash(loaded) == hash(embedding)
    assert loaded.poset.labels == poset.labels


def test_a_false_file_is_refused():
    record = downsets(fence(4)).to_dict()
    assert Embedding.from_dict(record) == downsets(fence(4))
    for changes, message in [
        ({"kind": "other"}, "field 'kind'"),
        ({"height": 2}, "field 'height': the file states 2, the sets have 3"),
        ({"width": 5}, "field 'width': the file states 5"),
        ({"covers": [[0, 1], [1, 0]]}, "field 'covers': .* cycle"),
        ({"sets": [[0]]}, "field 'sets': 1 sets for 4"),
    ]:
        with pytest.raises(CertificateError, match=message):
            Embedding.from_dict(record | changes)
    with pytest.raises(InvalidEmbedding, match="x=2 is below y=1"):
        Embedding.from_dict(record | {"sets": [[0], [0, 1], [2], [3]], "height": 2}).verify()
    del record["covers"]
    with pytest.raises(CertificateError, match="field 'covers': is missing"):
        Embedding.from_dict(record)
    with pytest.raises(CertificateError, match="an object is expected, not a list"):
        Embedding.from_dict([])


def test_a_file_of_before_is_loaded(tmp_path):
    """`save` wrote format and version where files now have a kind."""
    record = {"format": "mathlib.posets.embedding", "version": 1, "labels": ["a", "b"], "covers": [[0, 1]]}
    record |= {"sets": [[], [7]], "height": 1, "width": 1}
    (tmp_path / "old.json").write_text(json.dumps(record))
    assert Embedding.load(tmp_path / "old.json") == Embedding(Poset("ab", covers=["ab"]), [[], [7]])
    assert verify_file(tmp_path / "old.json").startswith("A poset on 2 elements has h* <= 1")
    for wrong in (2, True, "1"):
        with pytest.raises(CertificateError, match="field 'version'"):
            Embedding.from_dict(record | {"version": wrong})


def test_only_integers_and_strings_are_saved():
    with pytest.raises(ValueError, match=r"strings or integers .*; got \(0, 1\)"):
        Embedding(Poset([(0, 1)]), [[]]).to_dict()
    with pytest.raises(ValueError, match=r"strings or integers .*; got True"):
        Embedding(Poset([0]), [[True]]).to_dict()
