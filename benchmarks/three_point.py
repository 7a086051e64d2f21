"""Three-point bounds: the interior point method beside Clarabel through cvxpy, on the same rows.

    python benchmarks/three_point.py [--rounds 3] [--quick]

Each problem is the first round of an exchange: the rows of a grid of triangles, matrices of two to six rows.
Both solvers get the same rows of norm one. In every round ours runs right before and right after the peer;
the time of the peer contains what cvxpy takes to translate the problem, and its tolerance is its own.
Times are processor seconds of one thread. Both answers are shown: they are to agree within the gap.
"""

import argparse
import os
import platform
import time
import warnings

import cvxpy as cp
import numpy as np
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from mathlib.packing import ThreePointSpec
from mathlib.packing.interior_point import svec_matrix
from mathlib.packing.three_point import Exchange

SHAPES = {
    "small": ThreePointSpec(4, 1.5, 9, (3, 2, 2, 2, 2), 1.4),
    "middle": ThreePointSpec(4, 1.6, 13, (5, 4, 4, 4, 4, 3, 3, 3, 3), 1.5),
    "large": ThreePointSpec(4, 1.6646, 21, (7, *(5,) * 8, *(4,) * 4, *(3,) * 4), 1.5),
}
GAP = 1e-6


def seconds(function, *arguments):
    """The processor time of a call, and its result."""
    started = time.process_time()
    result = function(*arguments)
    return time.process_time() - started, result


def spread(values):
    """Median and range."""
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.2f} ({ordered[0]:.2f} to {ordered[-1]:.2f})"


def ours(exchange):
    exchange.solve(GAP)
    return exchange.value


def clarabel(exchange):
    program, w = exchange.program, cp.Variable(exchange.program.size)
    matrices = [
        cp.reshape(svec_matrix(m) @ w[s : s + m * (m + 1) // 2], (m, m), order="C") for s, m in program.places
    ]
    rows, limits = exchange.rows()
    vector, constant = program.objective()
    problem = cp.Problem(cp.Minimize(vector @ w), [rows @ w <= limits, *(A >> 0 for A in matrices)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "may be inaccurate": the value shows how much
        try:
            problem.solve(solver=cp.CLARABEL)
        except cp.SolverError:
            return np.nan
    return np.nan if problem.value is None else program.factor * (problem.value + constant)


def compare(name, spec, rounds):
    exchange = Exchange(spec, 1e-7)
    own, peer = [], []
    for number in range(rounds + 1):  # the first round imports and is not counted
        before, value = seconds(ours, exchange)
        between, other = seconds(clarabel, exchange)
        after, _ = seconds(ours, exchange)
        if number:
            own.append((before + after) / 2)
            peer.append(between)
    ratios = [b / a for a, b in zip(own, peer, strict=True)]
    print(f"{name:7} {exchange.program.size:4} variables, {exchange.n_rows} rows")
    print(f"        ours {spread(own)} s, {value:.9f}")
    print(f"        Clarabel {spread(peer)} s, {other:.9f}; ratio {spread(ratios)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="the small shape only")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, one thread used\n")
    with threadpool_limits(1):
        for name, spec in SHAPES.items():
            if name == "small" or not arguments.quick:
                compare(name, spec, arguments.rounds)


if __name__ == "__main__":
    main()
