"""Posets in hypercubes: the times that this collection promises, and 2-dimension beside an integer program.

    python benchmarks/posets.py [--rounds 9] [--quick] [--json FILE]

No public package computes h*,
w* or the 2-dimension. The peer is therefore the textbook integer program for the 2-dimension, a set cover of
the critical rows by up-sets, solved by HiGHS through scipy.optimize.milp. Both solve the same posets, one
right after the other, and the ratio is taken round by round.
"""

import numpy as np
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


def beside_milp(table: Table, n: int) -> None:
    """Another random order in each round, for both."""
    ours, theirs = [], []
    for seed in range(table.record["rounds"]):
        poset = random_poset(n, dim=3, rng=seed)
        our_time, result = seconds(two_dimension, poset)
        their_time, value = seconds(two_dimension_by_milp, poset)
        if result.value != value:
            raise SystemExit(f"two_dimension says {result.value}, the integer program {value}: {poset!r}")
        ours.append(our_time)
        theirs.append(their_time)
    table.compare(
        f"dim2 of random orders of dimension 3 on {n} elements",
        ours=("two_dimension", ours),
        peer=("HiGHS, set cover by up-sets", theirs),
        quote=True,
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
    improve(start, seconds=0.1, rng=0)  # compiles
    took, better = seconds(lambda: improve(start, seconds=limit, rng=0))
    better.verify()
    remark = f"height, width {start.height}, {start.width} to {better.height}, {better.width}"
    table.time("improve, 200 elements", [took], target=10, remark=remark)


def main() -> None:
    options = arguments(__doc__, rounds=9).parse_args()
    with Table("posets", __doc__, options) as table:
        small_sizes(table, 8 if options.quick else 9, {8: 5} if options.quick else {8: 5, 9: 120})
        random_twenty(table)
        heuristic(table, 1 if options.quick else 8)
        beside_milp(table, 12 if options.quick else 14)


if __name__ == "__main__":
    main()
