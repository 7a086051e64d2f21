"""Sensitivities: time for a row beside a loop over cvxpy, steps of the Lewis weights, memory for many rows.

    python benchmarks/sensitivity.py [--rounds 5] [--quick] [--json FILE]

No library that computes l_p sensitivities is known to us, so the peer is what one writes first: min ||A x||_p
subject to <c, x> = 1 in cvxpy, with c a parameter, so that the problem is compiled once (DPP), solved for one
row after the other by Clarabel, or by HiGHS for p = 1. (cvxpy writes the norm with second-order cones. With
power cones Clarabel failed for p = 4.) In every round ours are computed for all rows, with a certified
relative gap of 1e-6 and all the preparation included, and then the peer for a few rows. Times are processor
seconds of one thread. `--quick` takes a smaller matrix and fewer powers, and 10^5 rows instead of 10^6 for
the memory.
"""

import tracemalloc

import cvxpy as cp
import numpy as np
from table import Table, arguments, seconds

from mathlib.sensitivity import leverage_scores, lewis_weights, sensitivities
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.weights.leverage import orthonormal_basis
from mathlib.sensitivity.weights.lewis import lewis_iteration


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


def against_cvxpy(table, n, d, powers, peer_rows):
    rng = np.random.default_rng(0)
    A = rng.standard_normal((n, d))
    for p in powers:
        loop, ours, theirs, apart = Loop(A, p), [], [], 0.0
        sensitivities(A, p, rows=range(20))  # compiles
        for number in range(table.record["rounds"]):
            spent, result = seconds(sensitivities, A, p)
            if not result.converged.all():
                raise SystemExit(f"p = {p}: {np.count_nonzero(~result.converged)} rows did not converge")
            ours.append(spent / n)
            rows = range(number * peer_rows, (number + 1) * peer_rows)
            spent, values = seconds(lambda rows=rows, loop=loop: [loop.solve(row) for row in rows])
            theirs.append(spent / peer_rows)
            apart = max(apart, np.abs(np.array(values) / result.middle[rows.start : rows.stop] - 1).max())
        table.compare(
            f"p = {p}, {n} x {d}, a row",
            ours=("sensitivities, gap 1e-6", ours),
            peer=("loop over cvxpy", theirs),
            remark=f"values differ by {apart:.0e}",
            quote=p in (1, 4),
        )


def lewis_steps(table, n, d):
    rng = np.random.default_rng(1)
    matrices = {
        "normal": rng.standard_normal((n, d)),
        "Cauchy": rng.standard_cauchy((n, d)),
        "rows times 1e-12 to 1e12": rng.standard_normal((n, d)) * 10 ** rng.uniform(-12, 12, n)[:, None],
    }
    powers = (1, 1.5, 3, 4, 8, 16)
    for name, A in matrices.items():
        U = orthonormal_basis(row_basis(A).L)
        for p in powers:
            steps = lewis_iteration(U, p, 1e-12)[1]
            table.time(f"Lewis weights to 1e-12, p = {p}, {n} x {d}, {name}", [steps], unit="steps")


def memory(table, n, d):
    """Peak of what Python and NumPy hold, the matrix included, in units of the matrix."""
    functions = {"leverage scores": leverage_scores, "Lewis weights, p = 1": lambda A: lewis_weights(A, 1)}
    for name, function in functions.items():
        tracemalloc.start()
        A = np.random.default_rng(2).standard_normal((n, d))
        tracemalloc.reset_peak()
        spent, _ = seconds(function, A)
        peak = tracemalloc.get_traced_memory()[1] / A.nbytes
        tracemalloc.stop()
        table.time(f"peak memory of {name}, {n} x {d}", [peak], unit="matrices", remark=f"{spent:.1f} s")


def main():
    options = arguments(__doc__, rounds=5).parse_args()
    with Table("sensitivity", __doc__, options) as table:
        if options.quick:
            against_cvxpy(table, 500, 5, (1, 1.5, 4), 2)
        else:
            against_cvxpy(table, 2000, 10, (1, 1.1, 1.5, 3, 4, 8), 3)
        lewis_steps(table, 2000, 10)
        memory(table, 100_000 if options.quick else 1_000_000, 50)


if __name__ == "__main__":
    main()
