"""Queries against all assignments in fractions; bilinear models against optima for groups, and gauges."""

import itertools
import json
import re
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.graphs import (
    And,
    Entity,
    Or,
    Project,
    QueryAnswer,
    RescalFit,
    answer,
    compression_optimum,
    eliminate,
    mine_rules,
    rescal,
)

T = {
    "product": (lambda a, b: a * b, lambda a, b: a + b - a * b),
    "minimum": (min, max),
    "lukasiewicz": (lambda a, b: max(a + b - 1, Fraction(0)), lambda a, b: min(a + b, Fraction(1))),
}
SHAPES = {
    "2p": Project(Project(Entity(0), "a"), "b"),
    "pi": And(Project(Project(Entity(0), "a"), "b"), Project(Entity(1), "c")),
    "ip": Project(And(Project(Entity(0), "a"), Project(Entity(1), "b")), "c"),
    "up": Project(Or(Project(Entity(0), "a"), Project(Entity(1), "b")), "c"),
    "pni": And(Project(Project(Entity(0), "a"), "b", negated=True), Project(Entity(1), "c")),
    "inp": Project(And(Project(Entity(0), "a"), Project(Entity(1), "b", negated=True)), "c"),
    "deep": Project(
        And(
            Project(Project(Entity(0), "a"), "b"),
            Or(Project(Project(Entity(1), "c"), "a"), Project(Entity(2), "b")),
        ),
        "c",
    ),
}


def relations(n, seed):
    rng = np.random.default_rng(seed)
    return {k: [[Fraction(int(x), 16) for x in row] for row in rng.integers(0, 17, (n, n))] for k in "abc"}


def by_definition(query, M, tnorm):
    """The maximum over all assignments at once, with no use of the tree."""
    conjunction, disjunction = T[tnorm]
    n, variables = len(M["a"]), []

    def formula(node):
        if isinstance(node, Entity):
            return lambda a, x: Fraction(x == node.i)
        if isinstance(node, Project):
            inner = formula(node.sub)
            k = len(variables)
            variables.append(k)

            def value(a, x):
                atom = M[node.relation][a[k]][x]
                return conjunction(inner(a, a[k]), 1 - atom if node.negated else atom)

            return value
        parts = [formula(sub) for sub in node.subs]
        join = conjunction if isinstance(node, And) else disjunction

        def joined(a, x):
            total = parts[0](a, x)
            for part in parts[1:]:
                total = join(total, part(a, x))
            return total

        return joined

    whole = formula(query)
    return [max(whole(a, x) for a in itertools.product(range(n), repeat=len(variables))) for x in range(n)]


@pytest.mark.parametrize("tnorm", T)
@pytest.mark.parametrize("shape", SHAPES)
def test_messages_find_the_joint_maximum(shape, tnorm):
    M = relations(3, 7)
    found = answer(SHAPES[shape], M, tnorm)
    assert found.truth == by_definition(SHAPES[shape], M, tnorm)
    assert found.lower == found.upper == found.truth
    found.verify()


@pytest.mark.parametrize("tnorm", T)
@pytest.mark.parametrize("shape", SHAPES)
def test_doubles_and_sparse_matrices_bracket_the_exact_values(shape, tnorm):
    M = relations(4, 3)
    exact = answer(SHAPES[shape], M, tnorm).truth
    dense = {k: np.array(m, dtype=float) for k, m in M.items()}
    for given_ in (dense, {k: sp.csr_array(m) for k, m in dense.items()}):
        found = answer(SHAPES[shape], given_, tnorm)
        assert all(
            Fraction(a) <= x <= Fraction(b) for a, x, b in zip(found.lower, exact, found.upper, strict=True)
        )
        assert np.max(found.upper - found.lower) < 1e-14
        found.verify()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(sorted(T)), st.sampled_from(sorted(SHAPES)))
def test_random_doubles_are_bracketed(seed, tnorm, shape):
    M = {k: np.random.default_rng([seed, i]).random((5, 5)) for i, k in enumerate("abc")}
    found = answer(SHAPES[shape], M, tnorm)
    exact = answer(
        SHAPES[shape], {k: [[Fraction(x) for x in row] for row in m.tolist()] for k, m in M.items()}, tnorm
    )
    assert all(
        Fraction(a) <= x <= Fraction(b) for a, x, b in zip(found.lower, exact.truth, found.upper, strict=True)
    )
    found.verify()


def test_two_negations_differ():
    """r1(e, .) = 1, r2(a, v) = 1, r2(b, v) = 0: with a negated atom 1; negating the whole would give 0."""
    M = {
        "r1": [[Fraction(0), Fraction(1), Fraction(1)]] * 3,
        "r2": [[Fraction(0)] * 3, [Fraction(1)] * 3, [Fraction(0)] * 3],
    }
    query = Project(Project(Entity(0), "r1"), "r2", negated=True)
    assert answer(query, M).truth == [1, 1, 1]
    positive = Project(Project(Entity(0), "r1"), "r2")
    assert [1 - x for x in answer(positive, M).truth] == [0, 0, 0]


def test_assignments_are_worth_the_truth():
    M = relations(4, 11)
    query = SHAPES["deep"]
    found = answer(query, M)
    for v in range(4):
        x = found.assignment(v)
        a, b, c = (M[k] for k in "abc")
        left = a[0][x[0, 0, 0]] * b[x[0, 0, 0]][x[0,]]
        one, two = c[1][x[0, 1, 0, 0]] * a[x[0, 1, 0, 0]][x[0,]], b[2][x[0,]]
        assert left * (one + two - one * two) * c[x[0,]][v] == found.truth[v]


def test_worse_choices_and_lower_messages_are_refused():
    found = answer(SHAPES["deep"], relations(4, 11))
    worse = tuple(np.roll(choice, 1) for choice in found.choices)
    with pytest.raises(CertificateError, match="the choices do not give that much"):
        replace(found, choices=worse).verify()
    for k in range(len(found.messages)):
        lower = [m * Fraction(999, 1000) for m in found.messages[k]]
        messages = (*found.messages[:k], lower, *found.messages[k + 1 :])
        with pytest.raises(CertificateError, match="below"):
            replace(found, messages=messages).verify()


def test_relations_of_a_file_hold_each_place_once():
    found = answer(Project(Entity(0), "a"), relations(3, 0))
    rows, columns, values = (np.append(x, x[:1]) for x in found.relations["a"])
    with pytest.raises(ValueError, match="must hold each place once"):
        replace(found, relations=found.relations | {"a": (rows, columns, values)})
    turned = tuple(x[::-1] for x in found.relations["a"])
    assert replace(found, relations=found.relations | {"a": turned}) == found


def test_products_below_the_smallest_double_stay_bracketed():
    tiny = {"a": np.array([[1e-200, 1.0], [0.0, 1e-200]])}
    found = answer(Project(Project(Entity(0), "a"), "a"), tiny)
    assert found.lower[0] == 0 < found.upper[0]
    found.verify()


def test_names_of_relations_may_look_like_numbers():
    found = answer(Project(Entity(0), "7/2"), {"7/2": [[0.0, 1.0], [0.5, 0.0]]})
    assert QueryAnswer.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_shared_variable_needs_elimination():
    """exists u: a(0, u), a(u, v), b(u, v): splitting u into two only bounds it from above."""
    M = relations(4, 5)
    a, b = (np.array(M[k], dtype=object) for k in "ab")
    exact = eliminate([("u", a[0]), ("uv", a), ("uv", b)], {"u": 4, "v": 4}, "v", "max_minimum")
    assert exact.tolist() == [max(min(a[0][u], a[u][v], b[u][v]) for u in range(4)) for v in range(4)]
    inner = Project(Entity(0), "a")
    split = answer(And(Project(inner, "a"), Project(inner, "b")), M, "minimum").truth
    assert all(x >= y for x, y in zip(split, exact, strict=True))
    assert any(x > y for x, y in zip(split, exact, strict=True))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: answer(Entity(4), relations(3, 0)), "Entity must be an integer from 0 to 2"),
        (
            lambda: answer(Project(Entity(0), "z"), relations(3, 0)),
            "relation must be one of ['a', 'b', 'c']; got 'z'.",
        ),
        (And, "subs must be one or more queries; got none."),
        (lambda: answer(Entity(0), {}), "relations must be a dict of matrices"),
        (lambda: answer(Entity(0), {"a": np.ones((2, 3))}), "relations['a'] must be a square matrix"),
        (lambda: answer(Entity(0), {"a": 2 * np.ones((2, 2))}), "entries from 0 to 1"),
        (
            lambda: answer(Entity(0), {"a": np.eye(2), "b": np.eye(3)}),
            "must all have the same size; got [2, 3]",
        ),
        (lambda: answer(Entity(0), {"a": np.eye(2)}, "max"), "tnorm must be 'product' or 'minimum'"),
        (lambda: rescal(np.ones((1, 2, 3)), 1), "X must have shape (R, n, n)"),
        (lambda: rescal(np.ones((1, 2, 2)), 3), "rank must be an integer from 1 to 2"),
        (lambda: compression_optimum([1, 0], 1), "dims[1] must be an integer from 1"),
        (lambda: mine_rules("fit"), "fit must be what rescal returns"),
    ],
)
def test_bad_input_is_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()


def permutations_as_matrices(group):
    X = np.zeros((len(group), len(group[0]), len(group[0])))
    for r, g in enumerate(group):
        X[r, np.arange(len(g)), list(g)] = 1
    return X


def affine(p):
    return [tuple((a * x + b) % p for x in range(p)) for a in range(1, p) for b in range(p)]


def regular(group):
    return [tuple(group.index(tuple(g[h[i]] for i in range(len(h)))) for h in group) for g in group]


S3 = list(itertools.permutations(range(3)))
GROUPS = {
    "AGL(1,5)": (affine(5), [1, 4], [80, 75, 55, 20, 0]),
    "Z5": ([tuple((x + b) % 5 for x in range(5)) for b in range(5)], [1, 2, 2], [20, 15, 10, 5, 0]),
    "AGL(1,7)": (affine(7), [1, 6], [252, 245, 224, 182, 119, 42, 0]),
}


@pytest.mark.parametrize("name", GROUPS)
def test_the_optimum_for_a_group_is_attained(name):
    group, dims, losses = GROUPS[name]
    X, n = permutations_as_matrices(group), len(group[0])
    for rank, loss in enumerate(losses, start=1):
        assert len(group) * (n - compression_optimum(dims, rank)) == loss
        fit = rescal(X, rank, rng=0)
        assert fit.loss == pytest.approx(loss, abs=1e-6)
        floor = len(group) * (n - rank)
        assert fit.lower == pytest.approx(floor, abs=1e-6)
        assert fit.lower <= floor
        fit.verify()


def test_random_starts_alone_end_elsewhere(monkeypatch):
    """AGL(1,5), d = 4: many random starts stop at 35; the invariant subspace has 20."""
    from mathlib.graphs.relations import rescal as module

    X = permutations_as_matrices(affine(5))
    monkeypatch.setattr(module, "_LARGEST_COMMUTANT", 0)
    for seed in range(3):
        assert rescal(X, 4, rng=seed, starts=1).loss == pytest.approx(35, abs=1e-6)


def test_the_regular_representation_of_s3_attains_the_floor():
    X = permutations_as_matrices(regular(S3))
    assert [round(rescal(X, d, rng=0).loss, 6) for d in (2, 3, 4)] == [24, 18, 12]


def best_by_hand(dims, rank):
    """Over all vertices of the polytope by trying all integer points."""
    points = itertools.product(*(range(m + 1) for m in dims))
    return max(
        sum(Fraction(t * t, m) for t, m in zip(p, dims, strict=True)) for p in points if sum(p) == rank
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_the_compression_optimum_is_the_best_integer_point(dims, data):
    rank = data.draw(st.integers(0, sum(dims)))
    assert compression_optimum(dims, rank) == best_by_hand(dims, rank)


@pytest.mark.parametrize(("seed", "plain"), list(enumerate([50, 51, 42, 20, 34, 36])))
def test_the_gauge(seed, plain):
    """E Gaussian, an exact fit: the plain product finds few of the 400 products, E'E finds all."""
    group = affine(5)
    X = permutations_as_matrices(group)
    E = np.random.default_rng(seed).normal(size=(5, 5))
    inverse = np.linalg.inv(E)
    zero = tuple((Fraction(0),) * 5 for _ in range(5))
    fit = RescalFit(X, E, inverse @ X @ inverse.T, 1e-9, -1.0, "left", Fraction(21), zero)
    true = np.array([[group.index(tuple(h[x] for x in g)) for h in group] for g in group])
    assert (mine_rules(fit).products == true).all()
    assert mine_rules(fit).defects.max() < 1e-9
    assert (mine_rules(fit, gram=False).products == true).sum() == plain


def test_the_optimum_for_a_group_with_many_parts():
    """Z11 has dimensions 1, 2, 2, 2, 2, 2: there are more orders of the parts than are tried."""
    group = [tuple((x + b) % 11 for x in range(11)) for b in range(11)]
    X = permutations_as_matrices(group)
    for rank in (2, 5, 8):
        optimum = 11 * (11 - compression_optimum([1, 2, 2, 2, 2, 2], rank))
        assert rescal(X, rank, rng=0).loss == pytest.approx(float(optimum), abs=1e-6)


def test_general_tensors_are_bracketed():
    X = np.random.default_rng(0).normal(size=(3, 6, 6))
    for rank in (1, 3, 6):
        fit = rescal(X, rank, rng=1)
        assert 0 <= fit.lower <= fit.loss
        sides = (np.einsum("rij,rkj->ik", X, X), np.einsum("rji,rjk->ik", X, X))
        top = min(np.linalg.eigvalsh(S)[::-1][:rank].sum() for S in sides)
        assert fit.lower == pytest.approx((X**2).sum() - top, abs=1e-6)
        fit.verify()
        model = fit.entities @ fit.relations @ fit.entities.T
        assert fit.loss == pytest.approx(((X - model) ** 2).sum(), abs=1e-9)


@cache
def fitted():
    return rescal(permutations_as_matrices(affine(5)), 2, rng=0)


def test_a_false_bracket_is_refused():
    fit = fitted()
    parts = {name: getattr(fit, name) for name in (f.name for f in fields(fit))}
    for change, text in (
        ({"loss": fit.loss - 1e-6}, "is not proved"),
        ({"lower": fit.lower + 1e-6}, "is not proved"),
        ({"mu": fit.mu - 1}, "mu I [+] Z >= S does not hold"),
        ({"Z": tuple(tuple(-x for x in row) for row in fit.Z)}, "Z >= 0 does not hold"),
    ):
        with pytest.raises(CertificateError, match=text):
            RescalFit(**parts | change).verify()
