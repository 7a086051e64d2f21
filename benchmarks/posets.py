"""Posets in hypercubes: the times that this collection promises, and 2-dimension beside an integer program.

    python benchmarks/posets.py [--rounds 5] [--quick]

All times are processor time, so that other work on the machine counts little. No public package computes h*,
w* or the 2-dimension. The peer is therefore the textbook integer program for the 2-dimension, a set cover of
the critical rows by up-sets, solved by HiGHS through scipy.optimize.milp. Both solve the same posets, one
right after the other, and the ratio is taken round by round.
"""

import argparse
import os
import platform
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from mathlib.posets import (
    Embedding,
    census,
    enumerate_posets,
    hypercube_width,
    improve,
    random_poset,
    two_dimension,
)


def timed(function, *arguments) -> tuple[float, object]:
    """Processor seconds and the value of one call."""
    started = time.process_time()
    value = function(*arguments)
    return time.process_time() - started, value


def spread(values, form: str = "{:.3g}") -> str:
    """Median and range."""
    ordered = sorted(values)
    low, middle, high = (form.format(ordered[i]) for i in (0, len(ordered) // 2, -1))
    return f"{middle} ({low} to {high})"


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


def beside_milp(rounds: int, n: int) -> None:
    ours, theirs = [], []
    for seed in range(rounds):
        poset = random_poset(n, dim=3, rng=seed)
        our_time, result = timed(two_dimension, poset)
        their_time, value = timed(two_dimension_by_milp, poset)
        if result.value != value:
            raise SystemExit(f"two_dimension says {result.value}, the integer program {value}: {poset!r}")
        ours.append(our_time)
        theirs.append(their_time)
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    print(f"dim2, random orders of dimension 3 on {n} elements, {rounds} rounds; median (range)")
    print(f"  two_dimension        {spread(ours)} s")
    print(f"  HiGHS, set cover     {spread(theirs)} s")
    print(f"  ratio                {spread(ratios)}")


def three_parameters(poset) -> tuple:
    width = hypercube_width(poset)
    return width.height.value, width.value, two_dimension(poset).value


def random_twenty(rounds: int) -> None:
    times = []
    for seed in range(rounds):
        seconds, values = timed(three_parameters, random_poset(20, dim=2 + seed % 3, rng=seed))
        if None in values:
            raise SystemExit("a parameter was not proved although there was no time limit")
        times.append(seconds)
    print(f"h*, w* and dim2 of random orders on 20 elements    {spread(times)} s, target 1 s each")


def small_sizes(largest: int, census_targets: dict) -> None:
    census(4, progress=False)  # compiles
    seconds, listed = timed(enumerate_posets, largest)
    print(f"enumerate_posets({largest})    {seconds:.2f} s for {len(listed)} posets", end="")
    print(", target 3 s" if largest == 9 else "")
    for n, target in census_targets.items():
        seconds, table = timed(lambda n=n: census(n, progress=False))
        print(
            f"census({n}), one core    {seconds:.2f} s, target {target} s; {len(table.exceptions)} exceptions"
        )


def heuristic(seconds: float) -> None:
    poset = random_poset(200, dim=3, rng=0)
    start = Embedding(poset, {x: [z for z in poset if poset.less_equal(z, x)] for x in poset})
    improve(start, seconds=0.1, rng=0)  # compiles
    took, better = timed(lambda: improve(start, seconds=seconds, rng=0))
    better.verify()
    print(f"improve, 200 elements    {took:.2f} s, target 10 s; height, width", end=" ")
    print(f"{start.height}, {start.width} -> {better.height}, {better.width}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, two rounds")
    options = parser.parse_args()
    rounds = 2 if options.quick else options.rounds
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    small_sizes(8 if options.quick else 9, {8: 5} if options.quick else {8: 5, 9: 120})
    random_twenty(rounds)
    heuristic(1 if options.quick else 8)
    beside_milp(rounds, 12 if options.quick else 14)


if __name__ == "__main__":
    main()
