"""Forged proofs of curves, treemaps and ultrametrics: nothing false is accepted."""

import copy
import json
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache

import pytest

from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.metrics import Tail, embed_ultrametric, fat_treemap, hilbert, locality_constant, peano

F = Fraction
LEAF = (0, [])


@cache
def honest():
    """True certificates of each kind."""
    return {
        "hilbert": locality_constant(hilbert, "linf"),
        "hilbert, l2": locality_constant(hilbert, "l2"),
        "treemap": fat_treemap([5, 3, 2, 1]),
        "groups": fat_treemap([1, [2, F(1, 3), [1, 1]]]),
        "ultrametric": embed_ultrametric((3, [LEAF, (F(3, 2), [LEAF, LEAF, LEAF]), (1, [LEAF, LEAF])])),
    }


NAMES = sorted(honest())
#: Fields that say what the theorem is about.
SUBJECT = {"pieces", "base", "norm", "weights", "tree"}


@pytest.mark.parametrize("name", NAMES)
def test_honest_certificates_survive_a_file(name, tmp_path):
    certificate = honest()[name]
    certificate.save(tmp_path / "file.json")
    again = type(certificate).load(tmp_path / "file.json")
    assert again == certificate
    assert again.verify() == certificate.verify()
    assert verify.verify_file(tmp_path / "file.json") == str(certificate.verify())


def leaves(value, at=()):
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*at, key))
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
    yield from (None, True, [], {}, "x", "1e999999999", "9" * 5000, -1, 0.5)
    if isinstance(value, str) and value not in ("l1", "l2", "linf"):
        try:
            number = F(value)
        except ValueError:
            return
        yield from (str(number + 1), str(-number) if number else "2", str(number + F(1, 10**9)))
    elif isinstance(value, int):
        yield from (value + 1, 10**50)


def checker(kind):
    module, function = verify.CHECKERS[kind].split(":")
    return getattr(__import__(module, fromlist=["x"]), function)


def theorem(check, data):
    """What a checker says; None if it refuses."""
    try:
        return check(data)
    except CertificateError:
        return None


@pytest.mark.parametrize("name", NAMES)
def test_no_changed_leaf_is_accepted(name):
    data = json.loads(json.dumps(honest()[name].to_dict()))
    check, truth = checker(data["kind"]), str(honest()[name].verify())
    every = [leaf for leaf in leaves(data) if leaf[0][0] != "kind"]
    for at, value in every[:: 1 + len(every) // 60]:
        for forged in other_values(value):
            if forged == value and type(forged) is type(value):
                continue
            text = theorem(check, put(data, at, forged))
            if text is None:
                continue
            # What is accepted must be another true statement: of another subject, a weaker one, or the same.
            weaker = at[0] in ("upper", "lower") and data["kind"] == "ultrametric-embedding"
            weaker = weaker and (F(forged) - F(value)) * (1 if at[0] == "upper" else -1) > 0
            moved = at[0] == "points"  # a little: the bracket holds for these points, too
            assert at[0] in SUBJECT or weaker or moved or text == truth, (at, value, forged)


@pytest.mark.parametrize("name", NAMES)
def test_no_missing_field_is_accepted(name):
    data = honest()[name].to_dict()
    cls, check = type(honest()[name]), checker(data["kind"])
    for key in data:
        for reader in (check, cls.from_dict):
            with pytest.raises(CertificateError):
                reader({k: v for k, v in data.items() if k != key})
    for wrong in (None, [], 3, {}, {"kind": data["kind"]}):
        for reader in (check, cls.from_dict):
            with pytest.raises(CertificateError):
                reader(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_no_lie_in_a_field_is_accepted(name):
    certificate = honest()[name]
    for field in fields(certificate):
        for lie in (True, "x", 1j, object(), float("nan"), [None], -1):
            with pytest.raises(ValueError):  # noqa: PT011  # any text: the loop has many
                replace(certificate, **{field.name: lie}).verify()


def test_false_bounds_of_curves_are_refused():
    proof = honest()["hilbert, l2"]
    less = F(599, 100)
    for change in (
        {"upper": less, "value": None},
        {"upper": less, "lower": less, "value": less},
        {"lower": F(61, 10), "upper": F(7), "value": None},
        {"states": proof.states[1:]},
        {"tails": ()},
        {"tails": (Tail((F(0), F(0)), F(1), proof.tails[0].families),)},
        {"tight": (F(1, 4), F(1, 2))},
        {"tight": proof.tight[::-1]},
        {"curve": peano},
        {"norm": "l1"},
        {"value": None},
    ):
        with pytest.raises(CertificateError):
            replace(proof, **change).verify()


def test_a_tail_may_not_hide_a_violation():
    """Families for an upper bound below the truth would need |alpha|^2 <= upper * gamma, which fails."""
    proof = honest()["hilbert, l2"]
    slow = tuple(tail._replace(gamma=2 * tail.gamma) for tail in proof.tails)
    with pytest.raises(CertificateError):
        replace(proof, tails=slow, upper=F(3), lower=F(3), value=F(3)).verify()


def test_overlaps_gaps_and_turned_polygons_are_refused():
    treemap = honest()["treemap"]
    P, Q, *rest = treemap.polygons
    for polygons in (
        (P, P, *rest),
        (Q, P, *rest),
        (P[::-1], Q, *rest),
        (P + P, Q, *rest),
        (P,),
        (tuple((x + 1, y) for x, y in P), Q, *rest),
        tuple(tuple((y, x) for x, y in reversed(R)) if k == 0 else R for k, R in enumerate(treemap.polygons)),
    ):
        with pytest.raises(CertificateError):
            replace(treemap, polygons=polygons).verify()
    with pytest.raises(CertificateError):
        replace(treemap, weights=[5, 3, 2, F(11, 10)]).verify()
    grouped = honest()["groups"]
    with pytest.raises(CertificateError):
        replace(grouped, groups=grouped.groups[::-1]).verify()


def test_false_brackets_are_refused():
    found = honest()["ultrametric"]
    for change in ({"upper": found.upper * (1 - 1e-9)}, {"lower": found.upper}, {"points": 0 * found.points}):
        with pytest.raises(CertificateError):
            replace(found, **change).verify()
