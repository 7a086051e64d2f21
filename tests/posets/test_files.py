"""Files of embeddings, realizers and results: what is saved is loaded, and a false field is refused."""

import contextlib
import copy
import json
import math
import re

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.posets import (
    Embedding,
    ParameterResult,
    Poset,
    Realizer,
    antichain,
    fence,
    hypercube_height,
    hypercube_width,
    order_dimension,
    random_poset,
    two_dimension,
)
from mathlib.verify import verify_file

FENCE = two_dimension(fence(5)).embedding
THREE = Poset(6, covers=[(0, 4), (0, 5), (1, 2), (1, 3), (2, 4), (3, 5)])  # of dimension 3
CERTIFICATES = {
    "embedding": FENCE,
    "realizer": order_dimension(THREE).embedding,
    "h*": hypercube_height(fence(6)),
    "w*": hypercube_width(antichain(5).ordinal_sum(antichain(3))),
    "dim2 by a solver": two_dimension(fence(9)),
    "dim": order_dimension(THREE),
    "dim2 of letters": two_dimension(fence(5).relabel("abcde")),
    "nothing": hypercube_width(Poset(0)),
}
NOTHING = [None, math.nan, math.inf, "", "2", 2.0, 2.5, True, False, [], (), {}]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_file_brings_the_certificate_back(name, tmp_path):
    certificate = CERTIFICATES[name]
    certificate.save(tmp_path / "file.json")
    assert type(certificate).load(tmp_path / "file.json") == certificate
    assert verify_file(tmp_path / "file.json") == str(certificate.verify())


def test_a_bracket_brings_back_what_it_rests_on():
    bracket = hypercube_width(random_poset(60, dim=2, rng=0), time_limit=0.01)
    assert bracket.embedding is None
    again = ParameterResult.from_dict(json.loads(json.dumps(bracket.to_dict())))
    assert again == bracket
    assert any("Flídr" in premise for premise in again.verify().assumes)


def test_what_a_solver_found_is_proved():
    verified = CERTIFICATES["dim2 by a solver"].verify()
    assert (str(verified), verified.assumes) == ("A poset on 9 elements has dim2 = 5.", ())
    assert "a proof of" in verified.checks["dim2 >= 5"]


def fields():
    return [(name, field) for name, true in CERTIFICATES.items() for field in true.to_dict()]


@pytest.mark.parametrize(("name", "field"), fields())
def test_a_file_with_a_false_field_is_refused(name, field):
    """What passes says the same or less: a smaller lower bound, or one with more reasons than it needs."""
    true, record = CERTIFICATES[name], CERTIFICATES[name].to_dict()
    kind, value = type(true), record[field]
    lies = NOTHING + ([-1, value + 1, value - 1, float(value), 10**30] if isinstance(value, int) else [])
    if isinstance(value, list) and value:
        lies += [
            value[:-1],
            [*value, value[0]],
            value[1:],
            [value],
            [None, *value[1:]],
            [*value, [0]],
            [*value, 99],
        ]
    passed = []
    for lie in lies:
        if type(lie) is type(value) and lie == value:
            continue
        with contextlib.suppress(CertificateError):
            forged = kind.from_dict(copy.deepcopy(record) | {field: lie})
            forged.verify()
            passed.append(forged)
    for forged in passed:
        assert forged.poset == true.poset
        if kind is ParameterResult:
            assert (forged.parameter, forged.upper) == (true.parameter, true.upper)
            assert forged.lower <= true.lower
        else:
            assert np.less_equal(true.bound, forged.bound).all()
    assert len(passed) <= 4
    rest = {other: value for other, value in record.items() if other != field}
    with pytest.raises(CertificateError, match=re.escape(f"'{field}'")):
        kind.from_dict(rest)


def test_the_word_of_a_solver_in_an_older_file_is_refused():
    record = CERTIFICATES["dim"].to_dict()
    del record["refuted"], record["proof"]
    assert ParameterResult.from_dict(record | {"solver": ""}).verify().bound == (3, 3)
    with pytest.raises(CertificateError, match="its word is no proof"):
        ParameterResult.from_dict(record | {"solver": "cadical195"})


def test_the_height_of_a_width_is_that_of_a_height(tmp_path):
    record = CERTIFICATES["w*"].to_dict()
    for height in ([record], [{}], [CERTIFICATES["h*"].to_dict()], [record["height"][0]] * 2):
        with pytest.raises(CertificateError):
            ParameterResult.from_dict(record | {"height": height}).verify()


def test_more_than_can_be_checked_is_refused():
    record = two_dimension(antichain(3)).to_dict()
    for name, value in [
        ("rows", [[0, 1]] * 5001),
        ("distinct", [[0, 1]] * 5001),
        ("antichains", [[0, 1] * 300_000] * 2),
        ("labels", list(range(10_001))),
    ]:
        with pytest.raises(CertificateError, match="more than"):
            ParameterResult.from_dict(record | {name: value})


@pytest.mark.parametrize(
    "changes",
    [
        {"covers": [[0]]},
        {"covers": [[0, 99]]},
        {"covers": [[0, -1]]},
        {"covers": [["0", 1]]},
        {"covers": [[0, 1.0]]},
        {"covers": [[False, True]]},
        {"covers": [0]},
        {"covers": [[0, 0]]},
        {"labels": [0, 1, 2, 3, [4]]},
        {"labels": [0, 1, 2, 3, 3]},
        {"labels": [0, 1, 2, 3, None]},
        {"labels": [0, 1, 2, 3, 10**40]},
        {"labels": "01234"},
        {"sets": [[0]]},
        {"sets": [[[0]], [], [], [], []]},
        {"sets": [0, 1, 2, 3, 4]},
        {"sets": {"0": []}},
        {"sets": [[0.5], [], [], [], []]},
        {"sets": [[0, 0], [0, 1], [1], [1, 2], [2]]},
    ],
)
def test_a_malformed_file_is_refused(changes):
    with pytest.raises(CertificateError):
        Embedding.from_dict(FENCE.to_dict() | changes)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "NaN", "[" * 100_000, "1" * 5000, '"x"', '{"kind": 1, "kind": 2}']
)
def test_what_is_no_record_is_refused(text, tmp_path):
    (tmp_path / "file.json").write_text(text)
    for kind in (Embedding, Realizer, ParameterResult):
        with pytest.raises(CertificateError):
            kind.load(tmp_path / "file.json")
