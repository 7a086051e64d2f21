"""Three-point bounds: the interior point method beside Clarabel through cvxpy, on the same rows.

    python benchmarks/three_point.py [--rounds 3] [--quick] [--json FILE]

Each problem is the first round of an exchange: the rows of a grid of triangles, matrices of two to six rows.
Both solvers get the same rows of norm one, one right after the other in every round; the time
of the peer contains what cvxpy takes to translate the problem, and its tolerance is its own. Times are
processor seconds of one thread. Both answers are shown: they are to agree within the gap.

At the end the same method with its linear system in extended precision, to the same gap.
"""

import warnings

import cvxpy as cp
import numpy as np
from table import Table, arguments, interleave

from mathlib.packing import ThreePointSpec
from mathlib.packing.semidefinite.interior_point import svec_matrix
from mathlib.packing.three_point.solver.exchange import Exchange

SHAPES = {
    "small": ThreePointSpec(4, 1.5, 9, (3, 2, 2, 2, 2), 1.4),
    "middle": ThreePointSpec(4, 1.6, 13, (5, 4, 4, 4, 4, 3, 3, 3, 3), 1.5),
    "large": ThreePointSpec(4, 1.6646, 21, (7, *(5,) * 8, *(4,) * 4, *(3,) * 4), 1.5),
}
GAP = 1e-6


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


def compare(table, name, first, second):
    """Both are triples: a label, the exchange whose rows are to be solved, and the solver."""
    values = {}
    calls = {
        label: lambda label=label, exchange=exchange, solver=solver: values.update({label: solver(exchange)})
        for label, exchange, solver in (first, second)
    }
    times = interleave(calls, table.record["rounds"])
    (one, exchange, _), (two, _, _) = first, second
    table.compare(
        f"{name}: {exchange.program.size} variables, {exchange.n_rows} rows",
        ours=(one, times[one]),
        peer=(two, times[two]),
        remark=f"values {values[one]:.7f} and {values[two]:.7f}",
        quote=name == "middle",
    )


def main():
    options = arguments(__doc__, rounds=3).parse_args()
    with Table("three_point", __doc__, options, "Three-point packing bounds") as table:
        for name, spec in SHAPES.items():
            if name == "small" or not options.quick:
                both = Exchange(spec, 1e-7)
                peer = ("Clarabel through cvxpy", both, clarabel)
                compare(table, name, ("interior point method", both, ours), peer)
        spec = SHAPES["small" if options.quick else "large"]
        doubles = ("in doubles", Exchange(spec, 1e-7), ours)
        compare(
            table, "precision", doubles, ("in extended precision", Exchange(spec, 1e-7, "extended"), ours)
        )


if __name__ == "__main__":
    main()
