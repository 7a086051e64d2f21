"""Forged certificates: whatever stands in a field of a file or of an object, nothing false is accepted."""

import copy
import json
import math
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.graphs import (
    And,
    Entity,
    Project,
    Sheaf,
    answer,
    cycle,
    disjoint_union,
    distinguish,
    eigenvalue_counts,
    icosphere,
    path,
    projective_plane,
    rescal,
    schroedinger_bridge,
)

F, HALF = Fraction, Fraction(1, 2)
CHAIN = [[F(3, 5), F(2, 5)], [F(1, 5), F(4, 5)]]


@cache
def honest():
    """One or more true certificates of each kind."""
    two = disjoint_union(cycle(3), cycle(3))
    turn, one = [[0, -1], [1, 0]], [[1, 0], [0, 1]]
    sheaf = Sheaf([2, 2, 2], [(i, (i + 1) % 3, turn if i == 0 else one, one) for i in range(3)])
    return {
        "different by a tree": distinguish(path(4), disjoint_union(cycle(3), path(1))),
        "different by a cycle": distinguish(cycle(6), two, "treewidth2"),
        "different": distinguish(cycle(6), two, "all"),
        "equal for trees": distinguish(cycle(6), two),
        "equal for treewidth 2": distinguish(path(3), path(3), "treewidth2"),
        "isomorphic": distinguish(path(4), path(4), "all"),
        "homology": projective_plane().homology(),
        "sheaf": sheaf.cohomology(),
        "extension": sheaf.harmonic_extension({0: [1, 2]}),
        "query": answer(
            And(Project(Project(Entity(0), "r"), "r"), Project(Entity(1), "r", True)), {"r": CHAIN}
        ),
        "query in doubles": answer(Project(Entity(1), "r"), {"r": [[0.25, 0.5], [0.3, 1.0]]}),
        "rescal": rescal([[[0.0, 1.0], [1.0, 0.5]]], 1, rng=0),
        "counts": eigenvalue_counts(icosphere(0), [1, 4.5]),
        "bridge": schroedinger_bridge(
            [[F(3, 5), F(2, 5)], [F(1, 5), F(4, 5)]], 2, [HALF] * 2, [F(1, 4), F(3, 4)]
        ),
        "bridge in doubles": schroedinger_bridge([[0.6, 0.4], [0.2, 0.8]], 3, [0.5, 0.5], [0.25, 0.75]),
        "bridge with zeros": schroedinger_bridge([[HALF, HALF], [0, 1]], 1, [HALF] * 2, [HALF] * 2),
    }


NAMES = sorted(honest())


@pytest.mark.parametrize("name", NAMES)
def test_honest_certificates_survive_a_file(name, tmp_path):
    certificate = honest()[name]
    certificate.save(tmp_path / "file.json")
    again = type(certificate).load(tmp_path / "file.json")
    assert again == certificate
    assert again.verify() == certificate.verify()
    assert verify.verify_file(tmp_path / "file.json") == str(certificate.verify())


def leaves(value, at=()):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*at, key))
    elif isinstance(value, list):
        for k, part in enumerate(value):
            yield from leaves(part, (*at, k))
    else:
        yield at, value


def put(data, at, value):
    data = copy.deepcopy(data)
    place = data
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = value
    return data


def other_values(value):
    """What a leaf of a file is changed to: other numbers, and things that are none."""
    yield from (None, True, [], {}, "x", "1e999999999", "9" * 5000, -1)
    if isinstance(value, str):
        try:
            number = Fraction(value)
        except ValueError:
            return
        yield from (str(number + 1), str(-number) if number else "2", str(number / 2) if number else "-1")
    elif isinstance(value, int):
        yield from (value + 1, 10**30, 0.5)


def refusal(check, data):
    """The text of the error with which a checker refuses; None if it does not."""
    try:
        check(data)
    except CertificateError as error:
        return str(error)
    return None


#: Fields that say what the theorem is about: with another value the theorem is another one, perhaps true.
SUBJECT = {"first", "second", "pattern", "patterns", "facets", "stalks", "edges", "boundary",
           "P", "p", "q", "steps", "exact", "vertices", "triangles", "vertex", "sigmas",
           "query", "relations", "tnorm", "n", "X"}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_changed_leaf_is_accepted(name):
    data = json.loads(json.dumps(honest()[name].to_dict()))
    check = verify.CHECKERS[data["kind"]].split(":")
    check = getattr(__import__(check[0], fromlist=["x"]), check[1])
    truth = check(data)
    every = list(leaves(data))
    for at, value in every[:: 1 + len(every) // 400]:
        for forged in other_values(value):
            if forged == value and type(forged) is type(value):
                continue
            changed = put(data, at, forged)
            text = refusal(check, changed)
            if (
                text is None and at[0] not in SUBJECT and not weaker(at[0], value, forged)
            ):  # then it is another proof of the same theorem
                assert check(changed) == truth, (at, value, forged)
            assert text is None or len(text) < 400


@pytest.mark.parametrize("name", NAMES)
def test_no_missing_field_is_accepted(name):
    data = json.loads(json.dumps(honest()[name].to_dict()))
    check = verify.CHECKERS[data["kind"]].split(":")
    check = getattr(__import__(check[0], fromlist=["x"]), check[1])
    for field in data:
        with pytest.raises(CertificateError):
            check({key: value for key, value in data.items() if key != field})
    for wrong in (None, [], 3, {}, {"kind": "homology"}, {"kind": data["kind"]}):
        with pytest.raises(CertificateError):
            check(wrong)


LIES = [
    None, True, False, math.nan, math.inf, 10**5000, -1, 2.5, Fraction(7, 3), "", "8", b"8", 1j, (), [], {},
    set(), iter([1]), (None,), ("1",), (math.nan, 1), ((),), (1j,), np.zeros((3, 3)), np.array([]), object(),
    [[[1, 2], [3, 4]]],
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_lie_in_a_field_is_accepted(name):
    certificate = honest()[name]
    for field in fields(certificate):
        for lie in LIES:
            value = getattr(certificate, field.name)
            if (lie is None and value is None) or same(value, lie) or field.name == "boundary":
                continue
            if isinstance(lie, int | float | Fraction) and weaker(field.name, value, lie):
                continue
            with pytest.raises(ValueError):  # noqa: PT011  # any text: the loop has many
                replace(certificate, **{field.name: lie}).verify()


def same(value, lie):
    """Whether a lie is the truth, or an array of integers that stands for it."""
    empty = isinstance(value, tuple) and not value
    return value is lie or (empty and isinstance(lie, list | tuple | np.ndarray) and len(lie) == 0)


def weaker(name, value, forged):
    """Whether a changed end of a bracket says less."""
    change = {"lower": -1, "upper": 1, "loss": 1}.get(name, 0)
    if not change or isinstance(value, list | np.ndarray) or isinstance(forged, bool):
        return False
    if forged in (math.inf, -math.inf) or forged != forged:
        return False
    return abs(Fraction(forged)) < 10**9 and (Fraction(forged) - Fraction(value)) * change > 0
