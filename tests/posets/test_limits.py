"""Time limits, interruption, sizes and odd arguments: nothing hangs, nothing is trivial, nothing crashes."""

import math
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from mathlib import posets
from mathlib.posets import (
    Embedding,
    Poset,
    antichain,
    boolean_lattice,
    census,
    chain,
    compress,
    contains_copy,
    crown,
    enumerate_posets,
    fence,
    find_embedding,
    grid,
    hypercube_height,
    hypercube_width,
    improve,
    order_dimension,
    random_poset,
    rooted_tree,
    saturation_number,
    shatters,
    standard_example,
    two_dimension,
)
from mathlib.posets.parameters.sat import solve
from mathlib.posets.plots import plot_embedding, plot_histograms, plot_poset
from tests.posets.by_definition import verified

ALL = (hypercube_height, hypercube_width, two_dimension, order_dimension)

# Brackets


def free_bound(poset) -> int:
    """What n distinct sets and a longest chain give for dim2 and w*."""
    length = {}
    for x in sorted(poset, key=lambda x: poset.below[poset.index(x)].bit_count()):
        below = poset.below[poset.index(x)]
        length[x] = 1 + max((length[y] for i, y in enumerate(poset.labels) if below >> i & 1), default=0)
    return max((len(poset) - 1).bit_length(), max(length.values()) - 1)


LARGE = {
    "antichain": lambda: antichain(2000),
    "antichain and an edge": lambda: antichain(500).disjoint_union(chain(2)),
    "fence": lambda: fence(300),
    "chain": lambda: chain(500),
    "crown": lambda: crown(100),
    "standard example": lambda: standard_example(60),
    "boolean lattice": lambda: boolean_lattice(8),
    "grid": lambda: grid(12, 12),
    "tree": lambda: rooted_tree([(i - 1) // 2 for i in range(1, 200)]),
    "caterpillar": lambda: rooted_tree([i - 1 if i % 2 else max(i - 2, 0) for i in range(1, 300)]),
    "sparse random": lambda: random_poset(300, p=0.003, rng=0),
    "random": lambda: random_poset(150, p=0.02, rng=0),
    "random order": lambda: random_poset(120, dim=3, rng=0),
    "blocks": lambda: fence(40).ordinal_sum(random_poset(40, p=0.03, rng=1)).ordinal_sum(fence(30)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_bracket_is_never_trivial(name):
    """With next to no time; the clock of the machine is not looked at, only what came back."""
    poset = LARGE[name]()
    n = len(poset)
    free = free_bound(poset)
    for parameter in ALL:
        result = verified(parameter(poset, time_limit=0.01))
        assert result.lower <= result.upper
        assert result.proven == (
            result.lower == result.upper and (result.height is None or result.height.proven)
        )
        assert result.lower >= 1
        assert result.upper <= n
        if parameter in (two_dimension, hypercube_width):
            assert result.lower >= free
        if parameter is not hypercube_width:
            assert result.embedding is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_time_limits_hold(name):
    """Processor time, which other work on the machine does not lengthen much."""
    for parameter in ALL:
        poset = LARGE[name]()
        started = time.process_time()
        parameter(poset, time_limit=1)
        assert time.process_time() - started < 2.5


def test_a_better_limit_gives_no_worse_bracket():
    poset = random_poset(40, dim=3, rng=2)
    short, long = two_dimension(poset, time_limit=1e-6), two_dimension(poset, time_limit=60)
    assert short.lower <= long.lower <= long.upper <= short.upper
    assert long.proven


def test_what_is_too_large_to_encode_is_a_bracket_at_once():
    """250000 critical rows: neither a graph nor clauses for all of them fit into the memory."""
    result = verified(two_dimension(fence(1000)))
    assert 12 <= result.lower < result.upper < 60
    assert find_embedding(fence(1000)).embedding.width <= 1000
    assert find_embedding(fence(1000), ground=result.upper - 1).exists is None


def test_the_census_looks_at_the_clock_while_it_lists(monkeypatch):
    monkeypatch.setattr(
        sys.modules[enumerate_posets.__module__], "_KNOWN", {k: enumerate_posets(k).keys for k in (0, 1)}
    )
    table = census(10, progress=False, time_limit=1e-9)
    assert (len(table), table.complete, table.histogram("height"), len(table.widest)) == (0, False, [], 0)
    assert plot_histograms(table).get_title() == "Some 0 posets on 10 elements"


# Ctrl-C


PROGRAM = """
import os, signal, threading, time
from mathlib.posets import *
from mathlib.posets.parameters.sat import solve
{setup}
def interrupt():
    time.sleep({delay})
    os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt, daemon=True).start()
started = time.process_time()
try:
    while True:  # however fast the machine is
        {call}
except KeyboardInterrupt:
    print("KeyboardInterrupt", time.process_time() - started)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setup", "call"),
    [
        ("P = random_poset(60, dim=3, rng=0)", "two_dimension(P)"),
        ("P = random_poset(60, dim=3, rng=0)", "two_dimension(P, time_limit=60)"),
        ("P = random_poset(60, dim=2, rng=0)", "find_embedding(P, height=27)"),
        (
            "holes = 11; box = lambda p, h: 1 + p * holes + h\n"
            "clauses = [[box(p, h) for h in range(holes)] for p in range(holes + 1)]\n"
            "clauses += [[-box(p, h), -box(q, h)] "
            "for h in range(holes) for p in range(12) for q in range(p)]",
            "solve(lambda: clauses)",
        ),
        ("enumerate_posets(5)", "enumerate_posets(10)"),
        ("census(4, progress=False)", "census(9, progress=False)"),
        ("P = fence(1500)", "order_dimension(P)"),
    ],
    ids=["SAT", "SAT with a limit", "find_embedding", "pigeons", "enumerate", "census", "orientation"],
)
def test_ctrl_c_is_a_keyboard_interrupt(setup, call):
    program = PROGRAM.format(setup=setup, call=call, delay=1.0)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    name, seconds = done.stdout.split()
    assert name == "KeyboardInterrupt"
    assert float(seconds) < 3


# Compiled code, in a process of its own: sizes around the width of a word, shapes, values


FUZZ = """
import numpy as np
from mathlib.posets import *
from mathlib.posets.catalogue.branch_and_bound import solve_many
from tests.posets.by_search import solve_small

def refused(call):
    try:
        call()
    except ValueError:
        return
    raise SystemExit("accepted")

down = lambda P: Embedding(P, {x: [y for y in P if P.less_equal(y, x)] for x in P})
for n in (0, 1, 2, 63, 64, 65):
    for P in (antichain(n), random_poset(n, dim=2, rng=n)):
        improve(down(P), time_limit=1, rounds=2, rng=0)
for P in (standard_example(33), boolean_lattice(6), complete_bipartite(31, 33)):
    improve(down(P), time_limit=1, rounds=2, rng=0)
for n in range(12):
    for P in (antichain(n), chain(n), fence(n)):
        if n < 9 or P.covers:
            solve_small(P)
    assert solve_many(np.zeros((0, n), int)).shape == (0, 5)
for n in (0, 1, 5):
    solve_many(np.zeros((3, n), np.int8))
for below in (np.zeros((1, 12), int), np.zeros(3, int), np.full((1, 3), -1), np.full((1, 3), 8),
              [[0, 2, 0]], [[0, 1, 2]], np.full((1, 3), np.nan), [[False, True]], [["a"]],
              [[0, 1 << 62]]):
    refused(lambda: solve_many(below))
for size in (0, 1, 2, 3):
    enumerate_posets(size)
print("done")
"""


@pytest.mark.slow
def test_compiled_code_survives():
    done = subprocess.run(
        [sys.executable, "-c", FUZZ], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


# Arguments


P = fence(4)
REPRESENTATION = two_dimension(P).embedding
NUMBERS = [True, False, np.True_, math.nan, -1, 2.5, "2", b"2", [2], (), ..., 1j, math.inf]


@pytest.mark.parametrize("value", [*NUMBERS, 10**12], ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        chain,
        antichain,
        boolean_lattice,
        crown,
        standard_example,
        fence,
        grid,
        lambda n: grid(2, n),
        lambda n: posets.complete_bipartite(n, 2),
        lambda n: posets.complete_bipartite(2, n),
        lambda n: random_poset(n, p=0.5),
        lambda n: random_poset(3, dim=n),
        lambda n: random_poset(3, p=n),
        lambda n: rooted_tree([0, n]),
        enumerate_posets,
        lambda n: census(n, progress=False),
        lambda n: census(3, jobs=n, progress=False) if n != 10**12 else census(-1),
        lambda n: find_embedding(P, height=n if n != 10**12 else -1),
        lambda n: find_embedding(P, ground=n if n != 10**12 else -1),
        lambda n: improve(REPRESENTATION, rounds=n if n != 10**12 else -1, time_limit=1),
        lambda n: saturation_number(P, n),
        lambda n: contains_copy(P, [n] if n != 10**12 else n),
        lambda n: shatters([1], n if n != 10**12 else -1),
    ],
)
def test_numbers_that_are_no_sizes_are_refused(call, value):
    with pytest.raises((ValueError, TypeError)) as error:
        call(value)
    assert type(error.value).__name__ != "_ArrayMemoryError"
    assert "must" in str(error.value) or "at most" in str(error.value) or "at least" in str(error.value)


@pytest.mark.parametrize("limit", [True, False, 0, -1, math.nan, -math.inf, "5", b"", [1], ..., 1j])
def test_time_limits_are_positive_numbers(limit):
    for call in (*ALL, find_embedding):
        with pytest.raises(ValueError, match="positive number of seconds"):
            call(P, time_limit=limit)
    with pytest.raises(ValueError, match="positive number of seconds"):
        census(3, progress=False, time_limit=limit)
    with pytest.raises(ValueError, match="positive number of seconds"):
        improve(REPRESENTATION, time_limit=limit)


def test_numpy_integers_are_sizes():
    two, three = np.int64(2), np.uint8(3)
    assert len(chain(three)) == len(enumerate_posets(two)) + 1 == 3
    assert len(Poset(three)) == len(grid(two, three)) // 2 == 3
    assert verified(find_embedding(antichain(three), height=three, ground=three).embedding).width <= 3
    assert census(three, jobs=np.int64(1), progress=False, time_limit=np.float64(60)).n == 3
    for limit in (math.inf, 1e308, 10**400):
        assert two_dimension(antichain(three), time_limit=limit).value == 3
    assert improve(REPRESENTATION, time_limit=10**400, rounds=1).verify()
    assert rooted_tree(np.array([0, 0])) == rooted_tree([0, 0])


@pytest.mark.parametrize("value", [None, 3, "ab", [1], np.eye(2), ...], ids=repr)
def test_other_things_are_no_posets(value):
    for call in (*ALL, find_embedding, plot_poset, lambda q: contains_copy(q, [1])):
        with pytest.raises(TypeError, match="poset must be a Poset; got"):
            call(value)
    for call in (compress, improve, plot_embedding):
        with pytest.raises(TypeError, match="embedding must be an Embedding; got"):
            call(value)
    for call in (P.ordinal_sum, P.disjoint_union, lambda q: Embedding(q, [])):
        with pytest.raises(TypeError, match="must be a Poset; got"):
            call(value)
    with pytest.raises(TypeError, match=r"graph must be a networkx\.DiGraph"):
        Poset.from_networkx(value)


def test_covers_in_an_array():
    covers = np.array([[0, 1], [1, 2]])
    assert (
        Poset(3, covers=covers) == Poset(3, relations=covers) == Poset(3, covers=covers.tolist()) == chain(3)
    )
    assert Poset(3, covers=np.zeros((0, 2), int)) == antichain(3)


@pytest.mark.parametrize("pairs", [0, 1, False, 2.5, math.nan, ...], ids=repr)
def test_what_is_no_list_of_pairs_is_refused(pairs):
    for name in ("covers", "relations"):
        with pytest.raises(ValueError, match="iterable"):
            Poset(3, **{name: pairs})


@pytest.mark.parametrize(
    "labels", [2.5, None, math.nan, ..., np.True_, [[1], [2]], [{}], -3, 10**12, np.int64(-1)]
)
def test_what_are_no_labels_is_refused(labels):
    with pytest.raises(ValueError, match=r"must be|at most"):
        Poset(labels)


@pytest.mark.parametrize("pair", [([0], 1), (0, {}), 5, None, "abc", (math.nan, 0), (0, 1, 2)], ids=repr)
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(ValueError, match="pair"):
        Poset(3, covers=[pair])


def test_a_relation_without_truth_values_is_refused():
    with pytest.raises(ValueError, match=r"leq\('a', 'a'\) must be true or false; got array"):
        Poset("ab", leq=lambda x, y: np.array([1, 2]))


def test_sets_that_are_none_are_refused():
    for sets in (5, None, [1, 2, 3, 4], [[[]], [], [], []], {0: 1, 1: [], 2: [], 3: []}):
        with pytest.raises(ValueError, match=r"iterable|hashable|sets must have"):
            Embedding(P, sets)
    for upsets in (5, [5], [[[0]]], [[9]], {0: None}):
        with pytest.raises(ValueError, match=r"iterable|elements of the poset"):
            Embedding.from_upsets(P, upsets)


@pytest.mark.parametrize("n", [800, pytest.param(2000, marks=pytest.mark.slow)])
def test_a_canonical_key_of_a_large_poset(n):
    poset = random_poset(n, dim=2, rng=0)
    mixed = poset.relabel(np.random.default_rng(1).permutation(n).tolist()).subposet(range(n))
    assert poset.canonical_key() == mixed.canonical_key() != poset.dual().canonical_key()


@pytest.mark.slow
def test_parts_of_parts_of_parts():
    """A caterpillar falls into a root and the rest, that into a leaf and the rest, and so on."""
    caterpillar = rooted_tree([i - 1 if i % 2 else max(i - 2, 0) for i in range(1, 600)])
    assert caterpillar.canonical_key() == caterpillar.subposet(reversed(caterpillar.labels)).canonical_key()
    assert verified(order_dimension(caterpillar)).value == 2


def test_an_interrupted_solver_leaves_the_handler_alone():
    before = signal.getsignal(signal.SIGINT)
    assert solve(lambda: [[1], [-1, 2]]) == ({1, 2}, ())
    assert solve(lambda: [[1], [-1]])[0] is None
    assert solve(lambda: []) == (set(), ())
    assert signal.getsignal(signal.SIGINT) is before
