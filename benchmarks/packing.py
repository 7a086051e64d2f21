"""Two-point bounds: time to solve and to verify, beside the semidefinite route and between the two checkers.

    python benchmarks/packing.py [--rounds 3] [--quick] [--json FILE]

The peer for solving is `cohn_elkies_sdp`, the sum-of-squares programme that one writes first, in cvxpy with
Clarabel; it is run at the degree where it still works, right before and after ours in every round. The peer
of each checker is the other one. Times are processor seconds of one thread, so that other work on the machine
counts little. `--quick` leaves out the whole table and the certificates of 15 digits.
"""

from decimal import Decimal
from functools import partial

from table import Table, arguments, interleave, seconds

from mathlib.packing import (
    TwoPointCertificate,
    cohn_elkies_sdp,
    published_bounds,
    two_point_bound,
)
from mathlib.packing.two_point.check import check_two_point

SDP_DEGREE = 11
TRUTH_8 = Decimal("0.253669507901048")


def against_the_sdp(table):
    """n = 8: ten certified digits, and what the semidefinite programme gives."""
    results = {}

    def ours():
        results["ours"] = two_point_bound(8, digits=10, progress=False)

    def sdp():
        results["sdp"] = cohn_elkies_sdp(8, SDP_DEGREE)

    times = interleave({"ours": ours, "sdp": sdp}, table.record["rounds"])
    excess = Decimal(float(results["sdp"].value)) / TRUTH_8 - 1
    table.compare(
        "n = 8, ten digits",
        ours=("two_point_bound, certified", times["ours"]),
        peer=(f"cvxpy with Clarabel, degree {SDP_DEGREE}", times["sdp"]),
        remark=f"ours {results['ours'].bound}; the peer's is no bound, and {excess:.1e} above the optimum",
        quote=True,
    )


def between_the_checkers(table, dimensions, digits):
    """Solve once; verify by FLINT and with the standard library in every round."""
    for n in dimensions:
        solving, certificate = seconds(two_point_bound, n, digits=digits, progress=False)
        calls = {"balls": certificate.verify, "integers": partial(check_two_point, certificate.to_dict())}
        times = interleave(calls, table.record["rounds"])
        table.compare(
            f"verify n = {n}, {digits} digits",
            ours=("by FLINT", times["balls"]),
            peer=("standard library alone", times["integers"]),
            remark=f"{len(certificate.nodes)} nodes, solved in {solving:.3g} s",
        )


def the_whole_table(table):
    """n = 4..36 at the digits of the published table, solved and verified."""
    solving = verifying = equal = 0
    for row in published_bounds()[3:]:
        digits = len(str(row.cohn_elkies).split(".")[1].lstrip("0"))
        spent, certificate = seconds(two_point_bound, row.n, digits=digits, progress=False)
        solving += spent
        verifying += seconds(certificate.verify)[0]
        equal += certificate.bound == row.cohn_elkies
    remark = f"{equal} of 33 equal to the published value"
    table.time("solve n = 4..36 at the published digits", [solving], remark=remark)
    table.time("verify these 33 by FLINT", [verifying])


def what_ships(table):
    """The complete standard-library run over the certificates of the package."""
    times = {
        n: seconds(check_two_point, TwoPointCertificate.shipped(n).to_dict())[0]
        for n in range(2, 49)
    }
    slowest = max(times, key=times.get)
    remark = f"slowest n = {slowest} with {times[slowest]:.1f} s"
    table.time("verify n = 2..48, as shipped, standard library", [sum(times.values())], remark=remark)


def main():
    options = arguments(__doc__, rounds=3).parse_args()
    with Table("packing", __doc__, options) as table:
        against_the_sdp(table)
        between_the_checkers(table, (4, 8, 24, 36), 9)
        if not options.quick:
            between_the_checkers(table, (8, 24), 15)
            the_whole_table(table)
            what_ships(table)


if __name__ == "__main__":
    main()
