"""Schroedinger bridges: iterative scaling, a convex solver's dual, fitting; the rate and its topology."""

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.errors import CertificateError
from mathlib.graphs import (
    InfeasibleBridge,
    SchroedingerBridge,
    cycle,
    fitting_rate,
    iterative_markovian_fitting,
    petersen,
    schroedinger_bridge,
)
from mathlib.graphs.bridges import rate as rate_module
from mathlib.graphs.bridges.fitting import divergence, pair_laws, transition_powers


def lazy_walk(G, stay):
    """Exact: stay with this probability, else go to a neighbour."""
    P = [[Fraction(0)] * G.n for _ in range(G.n)]
    for v in range(G.n):
        P[v][v] += stay
        for w in G.neighbours[v]:
            P[v][w] += (1 - stay) / len(G.neighbours[v])
    return P


def ends(S):
    """p_i ~ i + 1 and q_i ~ ((3 i^2 + 1) mod 7) + 1."""
    weights = [(3 * i * i + 1) % 7 + 1 for i in range(S)]
    return [Fraction(2 * (i + 1), S * (S + 1)) for i in range(S)], [
        Fraction(x, sum(weights)) for x in weights
    ]


def instance(S, stay=Fraction(3, 5)):
    return lazy_walk(cycle(S), stay), *ends(S)


def doubles(*arrays):
    return [np.array(a, dtype=float) for a in arrays]


def scaling(P, steps, p, q, sweeps=20_000):
    """Sinkhorn's iteration, the other way to the coupling."""
    R = p[:, None] * np.linalg.matrix_power(P, steps)
    v = np.ones(len(q))
    for _ in range(sweeps):
        u = p / (R @ v)
        v = q / (R.T @ u)
    return u[:, None] * R * v


@pytest.mark.parametrize(
    ("S", "steps", "digits"),
    [(6, 4, "0.32249769061672005097"), (8, 3, "0.34045944613161750459"), (12, 6, "0.35928470413109373349")],
)
def test_the_bracket_holds_the_digits(S, steps, digits):
    P, p, q = instance(S)
    bridge = schroedinger_bridge(P, steps, p, q)
    value = Fraction(digits)
    assert Fraction(bridge.lower) <= value + Fraction(1, 10**19)
    assert Fraction(bridge.upper) >= value - Fraction(1, 10**19)
    assert bridge.upper - bridge.lower < 1e-15
    assert bridge.verify().by == "ball arithmetic"
    rounded = schroedinger_bridge(*doubles(P), steps, *doubles(p, q))
    assert rounded.lower <= float(value) <= rounded.upper
    assert rounded.upper - rounded.lower < 1e-12
    assert np.allclose(rounded.coupling, scaling(*doubles(P), steps, *doubles(p, q)), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(1, 4), st.integers(0, 10**6))
def test_brackets_of_random_chains_hold_the_value_of_iterative_scaling(S, steps, seed):
    rng = np.random.default_rng(seed)
    P, p, q = rng.dirichlet(np.ones(S), size=S), *rng.dirichlet(np.ones(S), size=2)
    P, p, q = (P + 0.05) / (1 + 0.05 * S), (p + 0.05) / (1 + 0.05 * S), (q + 0.05) / (1 + 0.05 * S)
    bridge = schroedinger_bridge(P, steps, p, q)
    bridge.verify()
    coupling = scaling(P, steps, p, q, 2000)
    value = np.sum(coupling * np.log(coupling / (p[:, None] * np.linalg.matrix_power(P, steps))))
    assert bridge.lower - 1e-9 <= value <= bridge.upper + 1e-9
    assert bridge.upper - bridge.lower < 1e-12
    u, v = bridge.potentials
    assert np.allclose(u[:, None] * (p[:, None] * np.linalg.matrix_power(P, steps)) * v, bridge.coupling)
    assert np.allclose(bridge.coupling.sum(axis=1), p, atol=1e-12)


def test_a_bridge_of_four_hundred_states_is_certified():
    P, p, q = instance(400)
    bridge = schroedinger_bridge(*doubles(P), 200, *doubles(p, q))
    assert 0 < bridge.upper - bridge.lower < 1e-9
    bridge.verify()


def test_states_without_mass_are_dropped():
    P = lazy_walk(cycle(5), Fraction(3, 5))
    p = [Fraction(1, 2), 0, Fraction(1, 2), 0, 0]
    q = [0, Fraction(1, 3), 0, Fraction(2, 3), 0]
    bridge = schroedinger_bridge(P, 3, p, q)
    assert (bridge.coupling.sum(axis=1) > 0).tolist() == [True, False, True, False, False]
    bridge.verify()
    again = schroedinger_bridge(*doubles(P), 3, *doubles(p, q))
    assert again.lower <= bridge.upper
    assert bridge.lower <= again.upper


def test_the_witness_of_an_infeasible_bridge():
    P, p, q = instance(6, Fraction(0))
    with pytest.raises(InfeasibleBridge, match="there is no coupling") as error:
        schroedinger_bridge(P, 3, p, q)
    A = error.value.witness
    reach = {j for i in A for j in range(6) if (j - i) % 2}
    assert A == (1, 3, 5)
    assert (sum(p[i] for i in A), sum(q[j] for j in reach)) == (Fraction(4, 7), Fraction(10, 23))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_couplings_exist_or_a_witness_does(S, seed):
    """And where one exists, entries that are dropped are zero: a linear programme says so, too."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    allowed = rng.random((S, S)) < 0.45
    allowed[np.arange(S), rng.integers(0, S, S)] = True
    P = [[Fraction(int(x), int(row.sum())) for x in row] for row in allowed]
    p, q = ([Fraction(int(x), int(w.sum())) for x in w] for w in rng.integers(1, 4, size=(2, S)))
    cells = np.argwhere(allowed)
    equations = np.array(
        [[i == r for i, _ in cells] for r in range(S)] + [[j == r for _, j in cells] for r in range(S)]
    )
    sums = np.array([*p, *q], dtype=float)

    def largest(k):
        return linprog(-np.eye(len(cells))[k], A_eq=equations, b_eq=sums)

    try:
        bridge = schroedinger_bridge(P, 1, p, q)
    except InfeasibleBridge as error:
        A = list(error.witness)
        assert sum(p[i] for i in A) > sum(q[j] for j in np.flatnonzero(allowed[A].any(axis=0)))
        assert largest(0).status == 2
        return
    bridge.verify()
    for k, (i, j) in enumerate(cells):
        assert (bridge.coupling[i, j] > 0) == (-largest(k).fun > 1e-9)


def test_forced_zeros():
    """[[1, 1], [0, 1]] with halves: scaling's entry is 1/(4k + 2) after k sweeps; here it is 0, proved."""
    half = Fraction(1, 2)
    bridge = schroedinger_bridge([[half, half], [0, 1]], 1, [half, half], [half, half])
    assert np.allclose(bridge.coupling, [[0.5, 0], [0, 0.5]])
    assert bridge.tight == ((1,),)
    assert bridge.lower <= log(2) / 2 <= bridge.upper
    bridge.verify()
    v = np.ones(2)
    for k in range(1, 50):
        u = 0.5 / (np.array([[1.0, 1.0], [0.0, 1.0]]) @ v)
        v = 0.5 / (np.array([[1.0, 1.0], [0.0, 1.0]]).T @ u)
        assert u[0] * v[1] == pytest.approx(1 / (4 * k + 2))


@pytest.mark.parametrize(
    ("S", "steps", "kl"),
    [
        (6, 4, {0: 0.2183646, 1: 0.01680709, 2: 0.001762670, 5: 8.790202e-6, 10: 4.215655e-8}),
        (12, 6, {0: 1.2982, 1: 0.064837, 3: 0.0013757, 10: 0.0011759, 100: 6.3163e-4}),
    ],
)
def test_the_course_of_fitting(S, steps, kl):
    P, p, q = instance(S)
    course = iterative_markovian_fitting(*doubles(P), steps, *doubles(p, q), max(kl))
    for k, value in kl.items():
        assert course.kl[k] == pytest.approx(value, rel=1e-4)
    assert np.allclose(course.coupling.sum(axis=0), np.array(q, dtype=float))


@pytest.mark.parametrize(
    ("S", "steps", "eigenvalue", "fixed", "extra"),
    [(6, 4, 0.632225619, 11, 0), (12, 6, 0.996571890, 23, 0), (8, 3, None, 16, 1)],
)
def test_known_rates(S, steps, eigenvalue, fixed, extra):
    P, p, q = instance(S)
    rate = fitting_rate(schroedinger_bridge(P, steps, p, q))
    assert (rate.fixed_dimension, rate.extra) == (fixed, extra)
    if eigenvalue:
        assert rate.eigenvalue == pytest.approx(eigenvalue, abs=1e-8)


def test_the_rate_is_the_ratio_that_is_observed():
    P, p, q = doubles(*instance(6))
    rate = fitting_rate(schroedinger_bridge(P, 4, p, q))
    kl = iterative_markovian_fitting(P, 4, p, q, 14).kl
    assert kl[14] / kl[13] == pytest.approx(rate.eigenvalue**2, rel=1e-3)


@pytest.mark.parametrize(("flip", "steps"), [(0.1, 2), (0.1, 4), (0.05, 8), (0.2, 3), (0.3, 1)])
def test_two_states(flip, steps):
    """N s^(2N-2) (1 - s^2) / (1 - s^(2N)); with one step nothing moves."""
    s = 1 - 2 * flip
    P = [[1 - flip, flip], [flip, 1 - flip]]
    rate = fitting_rate(schroedinger_bridge(P, steps, [0.5, 0.5], [0.5, 0.5]))
    expected = steps * s ** (2 * steps - 2) * (1 - s * s) / (1 - s ** (2 * steps))
    if steps == 1:
        assert (rate.fixed_dimension, rate.extra) == (4, 1)
    else:
        assert rate.eigenvalue == pytest.approx(expected, abs=1e-10)


GIRTH = [
    ("petersen", petersen(), {2: 6, 3: 0}),
    ("cycle of 12", cycle(12), {2: 1, 5: 1, 6: 0}),
    ("cycle of 7", cycle(7), {2: 1, 3: 1, 4: 0}),
]


@pytest.mark.parametrize(("name", "G", "extras"), GIRTH)
def test_cycles_longer_than_twice_the_steps_stop_fitting(name, G, extras):
    """2N < girth: at least as many directions stay as there are independent cycles; above it none here."""
    p = [Fraction(2 * (i + 1), G.n * (G.n + 1)) for i in range(G.n)]
    for steps, extra in extras.items():
        rate = fitting_rate(schroedinger_bridge(lazy_walk(G, Fraction(3, 5)), steps, p, p[::-1]))
        assert rate.extra == extra, steps


def test_both_sides_of_the_girth_by_lanczos():
    """32-cycle: 2N = 30 leaves another direction as it is, 2N = 32 moves it, by 4e-7 an iteration."""
    P, p = doubles(lazy_walk(cycle(32), Fraction(3, 5)), [Fraction(2 * (i + 1), 32 * 33) for i in range(32)])
    below, above = (fitting_rate(schroedinger_bridge(P, steps, p, p[::-1])) for steps in (15, 16))
    assert (below.extra, above.extra) == (1, 0)
    assert 1 - above.eigenvalue == pytest.approx(4.067e-7, rel=1e-3)
    assert below.eigenvalue < 0.32


def test_one_step_fixes_every_coupling():
    P = np.random.default_rng(0).dirichlet(np.ones(40), size=40)
    rate = fitting_rate(schroedinger_bridge(P, 1, np.ones(40) / 40, np.ones(40) / 40))
    assert (rate.fixed_dimension, rate.extra, rate.converged) == (1600, 1521, True)


def test_the_trivial_dimension_counts_components():
    """8-cycle without staying, N = 3: the support has two components; 16 = 14 + 2."""
    p = [Fraction(1, 8)] * 8
    rate = fitting_rate(schroedinger_bridge(lazy_walk(cycle(8), Fraction(0)), 3, p, p))
    assert (rate.fixed_dimension, rate.extra) == (16, 2)


def test_fitting_stops_although_all_pairs_are_reached():
    """5-cycle, N = 2: P^2 > 0, and fitting from the product stops at another coupling."""
    P, (p, _) = lazy_walk(cycle(5), Fraction(3, 5)), ends(5)
    q = np.roll(np.array(p, dtype=float), 2)
    kl = iterative_markovian_fitting(*doubles(P), 2, *doubles(p), q, 100).kl
    assert kl[[0, 1, 10, 100]] == pytest.approx(
        [0.3602385349, 0.1007708049, 0.0018085921, 0.0017245750878], rel=1e-8
    )


def test_a_biased_walk_is_another_fixed_point_exactly():
    """8-cycle, N = 3: steps weighted by 2 and 1/2 give the same ends and bridges; KL 0.281189881045."""
    S, steps, P = 8, 3, lazy_walk(cycle(8), Fraction(3, 5))
    K = transition_powers(np.array(P, dtype=object), steps)[-1]
    turn = [[(b - a + S // 2) % S - S // 2 for b in range(S)] for a in range(S)]
    raw = [[K[a, b] * Fraction(2) ** turn[a][b] for b in range(S)] for a in range(S)]
    start = [[x / sum(row) / S for x in row] for row in raw]
    uniform = [Fraction(1, S)] * S
    course = iterative_markovian_fitting(P, steps, uniform, uniform, 2, start)
    assert (course.coupling == np.array(start, dtype=object)).all()
    assert course.kl == pytest.approx([0.281189881045] * 3, abs=1e-11)


def test_exact_fitting_keeps_both_marginals():
    P, p, q = instance(4)
    start = [[a * b for b in q] for a in p]
    course = iterative_markovian_fitting(P, 3, p, q, 2, start)
    assert course.coupling.sum(axis=1).tolist() == p
    assert course.coupling.sum(axis=0).tolist() == q
    rounded = iterative_markovian_fitting(*doubles(P), 3, *doubles(p, q), 2)
    assert np.allclose(rounded.coupling, course.coupling.astype(float))


def test_the_derivative_is_that_of_one_iteration():
    """T against a difference quotient of the iteration, in a generic direction."""
    rng = np.random.default_rng(2)
    P, p, q = rng.dirichlet(np.ones(4), size=4), *rng.dirichlet(np.ones(4), size=2)
    bridge = schroedinger_bridge(P, 3, p, q)
    T = rate_module._Derivative(bridge)
    project = rate_module._trivial_space(bridge.coupling)[1]
    x = project(rng.normal(size=(1, 4, 4)))[0]
    change = bridge.coupling**0.5 * x  # marginals stay
    e = 1e-6
    ahead, behind = (
        iterative_markovian_fitting(P, 3, p, q, 1, bridge.coupling + sign * e * change).coupling
        for sign in (1, -1)
    )
    assert np.allclose((ahead - behind) / (2 * e) / bridge.coupling**0.5, T(x), atol=1e-7)


@pytest.mark.parametrize("S", [10, 12])
def test_lanczos_finds_what_all_eigenvalues_show(S, monkeypatch):
    """Including multiplicities: Petersen has six more fixed directions."""
    G = petersen() if S == 10 else cycle(12)
    p = [Fraction(2 * (i + 1), S * (S + 1)) for i in range(S)]
    for steps in (2, 6):
        bridge = schroedinger_bridge(lazy_walk(G, Fraction(3, 5)), steps, p, p[::-1])
        dense = fitting_rate(bridge)
        monkeypatch.setattr(rate_module, "_LARGEST_DENSE", 1)
        sparse = fitting_rate(bridge)
        monkeypatch.undo()
        assert (sparse.fixed_dimension, sparse.extra) == (dense.fixed_dimension, dense.extra)
        assert sparse.eigenvalue == pytest.approx(dense.eigenvalue, abs=1e-7)


@cache
def example():
    return schroedinger_bridge(*instance(6)[:1], 4, *instance(6)[1:])


def test_a_bracket_that_is_too_narrow_is_refused():
    bridge = example()
    fields = {
        name: getattr(bridge, name) for name in ("P", "steps", "p", "q", "exact", "potentials", "tight")
    }
    for lower, upper in ((bridge.upper, bridge.upper), (bridge.lower, bridge.lower)):
        with pytest.raises(CertificateError, match="is not proved"):
            SchroedingerBridge(**fields, lower=lower, upper=upper).verify()
    wider = SchroedingerBridge(**fields, lower=bridge.lower - 1, upper=bridge.upper + 1)
    wider.verify()
    with pytest.raises(CertificateError, match="p\\(A\\) = q\\(reach of A\\) does not hold"):
        SchroedingerBridge(**fields | {"tight": ((0,),)}, lower=bridge.lower, upper=bridge.upper).verify()


def test_weights_that_doubles_lose_prove_nothing():
    """A weight that is rounded to 0 would be missing in the sum that bounds from below."""
    bridge = example()
    u, v = bridge.potentials
    lost = (u * np.array([1e-300, 1, 1, 1, 1, 1]), v * np.array([1e-300, 1, 1, 1, 1, 1]))
    doubles_ = schroedinger_bridge(*doubles(bridge.P), 4, *doubles(bridge.p, bridge.q))
    with pytest.raises(CertificateError, match="too small or too large for doubles"):
        replace(doubles_, potentials=lost).verify()


def test_what_a_bridge_holds_does_not_change():
    P, p = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([0.5, 0.5])
    bridge = schroedinger_bridge(P, 2, p, p)
    P[0] = (1, 0)
    assert bridge.P[0, 0] == 0.5
    for array in (bridge.P, bridge.p, bridge.coupling, *bridge.potentials):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    bridge.verify()


def test_bad_potentials_give_a_wide_bracket_or_none():
    bridge = example()
    fields = {name: getattr(bridge, name) for name in ("P", "steps", "p", "q", "exact", "tight")}
    u, v = bridge.potentials
    with pytest.raises(CertificateError, match="is not proved"):
        SchroedingerBridge(
            **fields, potentials=(u * 1.000001, v), lower=bridge.lower, upper=bridge.upper
        ).verify()


def test_pair_laws_fit_together():
    P, p, q = doubles(*instance(6))
    laws = pair_laws(np.outer(p, q), P, transition_powers(P, 4))
    assert np.allclose(laws[0].sum(axis=1), p)
    assert np.allclose(laws[-1].sum(axis=0), q)
    assert all(np.allclose(a.sum(axis=0), b.sum(axis=1)) for a, b in pairwise(laws))
    assert divergence(np.outer(p, q), np.outer(p, q)) == 0


P2, H = [[0.5, 0.5], [0.5, 0.5]], [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: schroedinger_bridge([[0.5, 0.4], [0.5, 0.5]], 1, H, H),
            "P must have entries >= 0 and rows that sum",
        ),
        (lambda: schroedinger_bridge(P2, 0, H, H), "steps must be an integer from 1 to 1000000"),
        (lambda: schroedinger_bridge(P2, 1, [0.5, 0.6], H), "p must have entries >= 0 and sum 1"),
        (lambda: schroedinger_bridge(P2, 1, H, [1.0]), "q must have shape (2,)"),
        (
            lambda: schroedinger_bridge([[1, 0], [Fraction(1, 2), Fraction(1, 3)]], 1, [1, 0], [1, 0]),
            "exactly",
        ),
        (
            lambda: iterative_markovian_fitting(P2, 1, H, H, 2, [[0.5, 0], [0.5, 0]]),
            "start must be a coupling",
        ),
        (
            lambda: iterative_markovian_fitting([[1.0, 0.0], [0.5, 0.5]], 1, H, [0.75, 0.25], 2),
            "got mass at (0, 1)",
        ),
        (lambda: fitting_rate("bridge"), "bridge must be what schroedinger_bridge returns"),
    ],
)
def test_bad_input_is_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()
