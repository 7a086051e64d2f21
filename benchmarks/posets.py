"""Posets in hypercubes: the times that this collection promises, and 2-dimension beside other solvers.

    python benchmarks/posets.py [--rounds 9] [--quick] [--json FILE]

No public package computes h*, w* or the 2-dimension. The peers are therefore what one would write without
this one: a plain SAT encoding of the 2-dimension, for d upwards until there is a model, and the textbook
integer program, a set cover of the critical rows by up-sets, solved by HiGHS through scipy.optimize.milp. All
solve the same posets, one right after the other, and the ratios are taken round by round.
"""

import itertools

import numpy as np
from pysat.solvers import Cadical195
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from table import Table, arguments, seconds

from mathlib.posets import (
    Embedding,
    census,
    enumerate_posets,
    hypercube_width,
    improve,
    random_poset,
    two_dimension,
)


def two_dimension_by_sat(poset) -> int:
    """The least d for which a SAT solver finds sets S_x, written plainly, as one would without this library.

    S_x is a subset of S_y if y covers x, and each critical row (x, y) has an i in S_x that is not in S_y.
    Rows that conflict pairwise need different i: those of one greedy clique get the first ones.
    """
    covers, rows = poset.covers, poset.critical_rows()
    clique = []
    for x, y in rows:
        if all(poset.less_equal(x, v) or poset.less_equal(u, y) for u, v in clique):
            clique.append((x, y))
    for d in itertools.count(len(clique)):
        number = itertools.count(1)
        bit = {x: [next(number) for _ in range(d)] for x in poset}
        with Cadical195() as solver:
            for x, y in covers:
                for i in range(d):
                    solver.add_clause([-bit[x][i], bit[y][i]])
            for x, y in rows:
                apart = [next(number) for _ in range(d)]
                for i in range(d):
                    solver.add_clause([-apart[i], bit[x][i]])
                    solver.add_clause([-apart[i], -bit[y][i]])
                solver.add_clause(apart)
            for i, (x, y) in enumerate(clique):
                solver.append_formula([[bit[x][i]], [-bit[y][i]]])
            if solver.solve():
                return d


def two_dimension_by_milp(poset) -> int:
    """The least number of up-sets that separate all critical rows."""
    n = len(poset)
    upsets = [0]
    for x in sorted(range(n), key=lambda x: poset.above[x].bit_count()):
        upsets += [upset | 1 << x for upset in upsets if not poset.above[x] & ~upset]
    inside = np.array([[upset >> x & 1 for upset in upsets] for x in range(n)], bool)
    rows = [(poset.index(x), poset.index(y)) for x, y in poset.critical_rows()]
    separates = csr_array(np.array([inside[x] & ~inside[y] for x, y in rows], float))
    answer = milp(
        np.ones(len(upsets)),
        constraints=LinearConstraint(separates, lb=1),
        integrality=np.ones(len(upsets)),
        bounds=Bounds(0, 1),
    )
    return round(answer.fun)


def beside_peers(table: Table, n: int, peers: dict, *, quote: bool) -> None:
    """Another random order in each round, for all; the first one, which compiles, is not counted."""
    costs = {name: [] for name in ("two_dimension", *peers)}
    for seed in range(table.record["rounds"] + 1):
        spent, result = seconds(two_dimension, random_poset(n, dim=3, rng=seed))
        costs["two_dimension"].append(spent)
        for name, peer in peers.items():
            spent, value = seconds(peer, random_poset(n, dim=3, rng=seed))
            costs[name].append(spent)
            if value != result.value:
                raise SystemExit(f"two_dimension says {result.value}, {name} {value}: {result.poset!r}")
    for name in peers:
        table.compare(
            f"dim2 of random orders of dimension 3 on {n} elements",
            ours=("two_dimension", costs["two_dimension"][1:]),
            peer=(name, costs[name][1:]),
            quote=quote,
        )


def three_parameters(poset) -> tuple:
    width = hypercube_width(poset)
    return width.height.value, width.value, two_dimension(poset).value


def random_twenty(table: Table) -> None:
    times = []
    for seed in range(table.record["rounds"]):
        spent, values = seconds(three_parameters, random_poset(20, dim=2 + seed % 3, rng=seed))
        if None in values:
            raise SystemExit("a parameter was not proved although there was no time limit")
        times.append(spent)
    table.time("h*, w* and dim2 of a random order on 20 elements", times, target=1)


def small_sizes(table: Table, largest: int, census_targets: dict) -> None:
    census(4, progress=False)  # compiles
    spent, listed = seconds(enumerate_posets, largest)
    table.time(
        f"enumerate_posets({largest})",
        [spent],
        target=3 if largest == 9 else None,
        remark=f"{len(listed)} posets",
    )
    for n, target in census_targets.items():
        spent, found = seconds(census, n, progress=False)
        remark = f"{len(found.exceptions)} exceptions"
        table.time(f"census({n}), one core", [spent], target=target, remark=remark)


def heuristic(table: Table, limit: float) -> None:
    poset = random_poset(200, dim=3, rng=0)
    start = Embedding(poset, {x: [z for z in poset if poset.less_equal(z, x)] for x in poset})
    improve(start, time_limit=0.1, rng=0)  # compiles
    took, better = seconds(lambda: improve(start, time_limit=limit, rng=0))
    better.verify()
    remark = f"height, width {start.height}, {start.width} to {better.height}, {better.width}"
    table.time("improve, 200 elements", [took], target=10, remark=remark)


def main() -> None:
    options = arguments(__doc__, rounds=9).parse_args()
    with Table("posets", __doc__, options) as table:
        small_sizes(table, 8 if options.quick else 9, {8: 5} if options.quick else {8: 5, 9: 120})
        random_twenty(table)
        heuristic(table, 1 if options.quick else 8)
        sat = {"a plain SAT encoding": two_dimension_by_sat}
        both = sat | {"HiGHS, set cover by up-sets": two_dimension_by_milp}
        beside_peers(table, 12 if options.quick else 14, both, quote=False)
        beside_peers(table, 14 if options.quick else 20, sat, quote=True)


if __name__ == "__main__":
    main()
