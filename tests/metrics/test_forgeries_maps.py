"""Forged proofs of metrics, curves, treemaps and ultrametrics: nothing false is accepted."""

import copy
import json
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib import verify
from mathlib.errors import CertificateError
from mathlib.metrics import (
    Tail,
    complete_bipartite,
    embed_ultrametric,
    fat_treemap,
    hilbert,
    least_euclidean_distortion,
    locality_constant,
    peano,
    z_order,
)
from mathlib.metrics.checker.locality import _nonnegative as nonnegative
from mathlib.metrics.checker.locality import _settled_for_all as settled
from mathlib.metrics.checker.reading import down, up
from mathlib.metrics.checker.treemap import _convex as convex
from mathlib.metrics.checker.treemap import _rounded_up as rounded_up

F = Fraction
LEAF = (0, [])


@cache
def honest():
    """True certificates of each kind."""
    return {
        "distortion": least_euclidean_distortion(complete_bipartite(1, 3)),
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


def test_tails_are_cut_too():
    """All pairs of pieces as tails of one family each would prove anything, were tails not examined."""
    proof = honest()["hilbert, l2"]
    root = hilbert.children[0].tolist()
    tails = tuple(
        Tail((F(0), F(0)), F(1), ((F(B[0] - A[0]), F(B[1] - A[1]), F(j - i - 1), A[2], B[2]),))
        for j, B in enumerate(root)
        for i, A in enumerate(root[:j])
    )
    with pytest.raises(CertificateError, match="tails"):
        replace(proof, value=None, lower=1, upper=5, tight=(0, 1), states=(), tails=tails).verify()


def test_a_jump_cannot_be_proved_away():
    proof = honest()["hilbert, l2"]
    with pytest.raises(CertificateError):
        replace(proof, curve=z_order, value=None, lower=2, upper=100, tight=(0, 1)).verify()


def test_quadratics_are_nonnegative_beyond_one():
    """All small ones against their values at a fine grid, 8 z = 8, 9, ..., and far out."""
    for p, q, r in product(range(-6, 7), repeat=3):
        values = (p * k * k + 8 * q * k + 64 * r >= 0 for k in (*range(8, 120), 10**6))
        vertex = p <= 0 or -q < 2 * p or 4 * p * r >= q * q
        assert nonnegative(p, q, r) == (all(values) and vertex)


def length_squared(norm, x, y):
    return {"l1": (x + y) ** 2, "l2": x * x + y * y, "linf": max(x, y) ** 2}[norm]


@pytest.mark.parametrize("norm", ["l1", "l2", "linf"])
def test_what_is_settled_for_all_z_is_settled_for_each(norm):
    """Against the definition, with C so that the squares of z cancel."""
    rng, unit, found = np.random.default_rng(0), 3, 0
    for _ in range(2000):
        ax, ay, bx, by = rng.integers(-6, 7, 4).tolist()
        delta = int(rng.integers(-90, 200))
        C = F(max(1, length_squared(norm, abs(ax), abs(ay))), unit * unit)
        if settled(norm, C, (ax, ay, unit * unit), (bx, by, delta), unit):
            found += 1
            for z in (1, F(5, 4), F(3, 2), 2, 3, 5, 9, 20, 10**4):
                X, Y = abs(F(ax * z + bx, unit)) + 1, abs(F(ay * z + by, unit)) + 1
                assert C * (z * z + F(delta, unit * unit) - 1) >= length_squared(norm, X, Y)
    assert found > 50


@pytest.mark.parametrize(
    "P",
    [
        [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)],
        [(0, 0), (1, 0), (1, 1), (0, 1)] * 2,
        [(0, 0), (1, 0), (2, 0), (0, 1)],
        [(0, 0), (0, 1), (1, 0)],
        [(0, 3), (-2, -3), (3, 1), (-3, 1), (2, -3)],
        [(0, 0), (0, 0), (1, 0), (0, 1)],
    ],
)
def test_polygons_that_are_not_strictly_convex(P):
    points = [(F(x), F(y)) for x, y in P]
    assert not convex(points)
    assert convex([(F(0), F(0)), (F(2), F(0)), (F(3), F(2)), (F(1), F(3))])


def test_a_tiling_by_an_angle_is_refused():
    corner = [(F(1, 2), F(1, 2)), (F(1), F(1, 2)), (F(1), F(1)), (F(1, 2), F(1))]
    angle = [(0, 0), (1, 0), (1, F(1, 2)), (F(1, 2), F(1, 2)), (F(1, 2), 1), (0, 1)]
    with pytest.raises(CertificateError, match="convex"):
        replace(honest()["treemap"], weights=[3, 1], polygons=(angle, corner)).verify()


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


@given(st.fractions(min_value=F(1, 10**9), max_value=10**12))
def test_theorems_round_outwards(number):
    assert F(down(number)) <= number <= F(up(number))
    assert F(up(number)) - F(down(number)) <= number / 10**7


@pytest.mark.parametrize(
    ("number", "text"),
    [(F(1, 3), "0.333334"), (F(5), "5"), (F(10**20 + 1, 7), "14285714285714285714.428572"), (F(5, 2), "2.5")],
)
def test_bounds_of_aspects_are_rounded_up(number, text):
    assert rounded_up(number) == text
    assert F(text) >= number
