"""Sensitivities: time for a row beside a loop over cvxpy, steps of the Lewis weights, memory for many rows.

    python benchmarks/sensitivity.py [--rounds 5] [--quick]

No library that computes l_p sensitivities is known to us, so the peer is what one writes first: min ||A x||_p
subject to <c, x> = 1 in cvxpy, with c a parameter, so that the problem is compiled once (DPP), solved for one
row after the other by Clarabel, or by HiGHS for p = 1. (cvxpy writes the norm with second-order cones. With
power cones Clarabel failed for p = 4.) In every round ours are computed for all rows, with a certified
relative gap of 1e-6 and all the preparation included, and then the peer for a few rows. Times are processor
seconds of one thread. `--quick` takes a smaller matrix and fewer powers, and 10^5 rows instead of 10^6 for
the memory.
"""

import argparse
import os
import platform
import time
import tracemalloc

import cvxpy as cp
import numpy as np
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from mathlib.sensitivity import leverage_scores, lewis_weights, sensitivities
from mathlib.sensitivity.basis import row_basis
from mathlib.sensitivity.leverage import orthonormal_basis
from mathlib.sensitivity.lewis import lewis_iteration


def seconds(function, *arguments, **options):
    """The processor time of a call, and its result."""
    started = time.process_time()
    result = function(*arguments, **options)
    return time.process_time() - started, result


def spread(values, form="{:.0f}"):
    """Median and range."""
    ordered = sorted(values)
    low, middle, high = (form.format(ordered[i]) for i in (0, len(ordered) // 2, -1))
    return f"{middle} ({low} to {high})"


class Loop:
    """The peer: one problem, compiled once, solved for one right side after the other."""

    def __init__(self, A, p):
        x, self.c = cp.Variable(A.shape[1]), cp.Parameter(A.shape[1])
        self.A, self.p, self.solver = A, p, "HIGHS" if p == 1 else "CLARABEL"
        self.problem = cp.Problem(cp.Minimize(cp.norm(A @ x, p)), [self.c @ x == 1])
        self.solve(0)  # compiles

    def solve(self, row):
        self.c.value = self.A[row]
        return self.problem.solve(solver=self.solver) ** -self.p


def against_cvxpy(n, d, powers, rounds, peer_rows):
    print(f"{n} x {d}, relative gap 1e-6:   p    ours, us a row    cvxpy, us a row          ratio")
    rng = np.random.default_rng(0)
    A = rng.standard_normal((n, d))
    for p in powers:
        loop, ours, theirs, apart = Loop(A, p), [], [], 0.0
        sensitivities(A, p, rows=range(20))  # compiles
        for number in range(rounds):
            spent, result = seconds(sensitivities, A, p)
            if not result.converged.all():
                raise SystemExit(f"p = {p}: {np.count_nonzero(~result.converged)} rows did not converge")
            ours.append(1e6 * spent / n)
            rows = range(number * peer_rows, (number + 1) * peer_rows)
            spent, values = seconds(lambda rows=rows, loop=loop: [loop.solve(row) for row in rows])
            theirs.append(1e6 * spent / peer_rows)
            apart = max(apart, np.abs(np.array(values) / result.middle[rows.start : rows.stop] - 1).max())
        ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
        line = f"{p:34}   {spread(ours):>15}   {spread(theirs):>24}   {spread(ratios):>18}"
        print(f"{line}   values differ by {apart:.0e}", flush=True)


def lewis_steps(n, d):
    rng = np.random.default_rng(1)
    matrices = {
        "normal": rng.standard_normal((n, d)),
        "Cauchy": rng.standard_cauchy((n, d)),
        "rows times 1e-12 to 1e12": rng.standard_normal((n, d)) * 10 ** rng.uniform(-12, 12, n)[:, None],
    }
    powers = (1, 1.5, 3, 4, 8, 16)
    print(f"steps of the Lewis weights to 1e-12, {n} x {d}:   p = {', '.join(map(str, powers))}")
    for name, A in matrices.items():
        U = orthonormal_basis(row_basis(A).L)
        print(f"{name:>44}   {', '.join(str(lewis_iteration(U, p, 1e-12)[1]) for p in powers)}")


def memory(n, d):
    """Peak of what Python and NumPy hold, the matrix included, in units of the matrix."""
    functions = {"leverage scores": leverage_scores, "Lewis weights, p = 1": lambda A: lewis_weights(A, 1)}
    for name, function in functions.items():
        tracemalloc.start()
        A = np.random.default_rng(2).standard_normal((n, d))
        tracemalloc.reset_peak()
        spent, _ = seconds(function, A)
        peak = tracemalloc.get_traced_memory()[1] / A.nbytes
        tracemalloc.stop()
        print(f"{name}, {n} x {d}: {spent:.1f} s, peak memory {peak:.2f} matrices", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    print(f"{machine}; one thread, processor time, median (range)")
    with threadpool_limits(1):
        if options.quick:
            against_cvxpy(500, 5, (1, 1.5, 4), min(options.rounds, 3), 2)
        else:
            against_cvxpy(2000, 10, (1, 1.1, 1.5, 3, 4, 8), options.rounds, 3)
        lewis_steps(2000, 10)
        memory(100_000 if options.quick else 1_000_000, 50)


if __name__ == "__main__":
    main()
