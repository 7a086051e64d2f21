"""Two-point bounds: time to solve and to verify, beside the semidefinite route and between the two checkers.

    python benchmarks/packing.py [--rounds 3] [--quick]

The peer for solving is `cohn_elkies_sdp`, the sum-of-squares programme that one writes first, in cvxpy with
Clarabel; it is run at the degree where it still works, right before and after ours in every round. The peer
of each checker is the other one. Times are processor seconds of one thread, so that other work on the machine
counts little. `--quick` leaves out the whole table and the certificates of 15 digits.
"""

import argparse
import os
import platform
import time
from decimal import Decimal

from threadpoolctl import threadpool_limits  # comes with scikit-learn

from mathlib.packing import (
    TwoPointCertificate,
    certificate_path,
    cohn_elkies_sdp,
    published_bounds,
    two_point_bound,
)
from mathlib.packing.check_two_point import check_two_point

SDP_DEGREE = 11
TRUTH_8 = Decimal("0.253669507901048")


def seconds(function, *arguments, **options):
    """The processor time of a call, and its result."""
    started = time.process_time()
    result = function(*arguments, **options)
    return time.process_time() - started, result


def spread(values, form="{:.2f}"):
    """Median and range."""
    ordered = sorted(values)
    low, middle, high = (form.format(ordered[i]) for i in (0, len(ordered) // 2, -1))
    return f"{middle} ({low} to {high})"


def against_the_sdp(rounds):
    """n = 8: ten certified digits, and what the semidefinite programme gives."""
    ours, theirs = [], []
    for number in range(rounds + 1):  # the first round imports and is not counted
        our_time, certificate = seconds(two_point_bound, 8, digits=10, progress=False)
        their_time, sdp = seconds(cohn_elkies_sdp, 8, SDP_DEGREE)
        if number:
            ours.append(our_time)
            theirs.append(their_time)
    print(f"n = 8, ten digits          {spread(ours)} s   {certificate.bound}, certified")
    excess = Decimal(float(sdp.value)) / TRUTH_8 - 1
    reached = f"{sdp.value:.10f}, {excess:.1e} above the optimum"
    print(f"cvxpy, degree {SDP_DEGREE}           {spread(theirs)} s   {reached}")
    print(f"ratio                      {spread([b / a for a, b in zip(ours, theirs, strict=True)])}")


def between_the_checkers(dimensions, digits, rounds):
    """Solve once; verify by FLINT and with the standard library in every round."""
    print(f"{digits} digits:   n   nodes   solve s   FLINT s   standard library s   ratio of the two")
    for n in dimensions:
        solving, certificate = seconds(two_point_bound, n, digits=digits, progress=False)
        data = certificate.to_dict()
        balls, integers = [], []
        for _ in range(rounds):
            balls.append(seconds(certificate.verify)[0])
            integers.append(seconds(check_two_point, data)[0])
        ratios = [b / a for a, b in zip(balls, integers, strict=True)]
        columns = f"{n:13}   {len(certificate.nodes):5}   {solving:7.2f}   {min(balls):7.2f}"
        print(f"{columns}   {min(integers):18.2f}   {spread(ratios)}", flush=True)


def the_whole_table():
    """n = 4..36 at the digits of the published table, solved and verified."""
    solving = verifying = equal = 0
    wall = time.perf_counter()
    for row in published_bounds()[3:]:
        digits = len(str(row.cohn_elkies).split(".")[1].lstrip("0"))
        spent, certificate = seconds(two_point_bound, row.n, digits=digits, progress=False)
        solving += spent
        verifying += seconds(certificate.verify)[0]
        equal += certificate.bound == row.cohn_elkies
    wall = time.perf_counter() - wall
    print(
        f"n = 4..36 at the published digits: solve {solving:.0f} s, verify by FLINT {verifying:.0f} s, ",
        end="",
    )
    print(f"wall clock {wall:.0f} s; {equal} of 33 equal to the published value")


def what_ships():
    """The complete standard-library run over the certificates of the package."""
    times = {
        n: seconds(check_two_point, TwoPointCertificate.load(certificate_path(n)).to_dict())[0]
        for n in range(2, 49)
    }
    slowest = max(times, key=times.get)
    print(
        f"certificates that ship, n = 2..48, standard library: {sum(times.values()):.0f} s, "
        f"slowest n = {slowest} with {times[slowest]:.1f} s"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    print(f"{machine}; processor seconds, median (range)")
    with threadpool_limits(1):
        against_the_sdp(options.rounds)
        between_the_checkers((4, 8, 24, 36), 9, options.rounds)
        if not options.quick:
            between_the_checkers((8, 24), 15, options.rounds)
            the_whole_table()
            what_ships()


if __name__ == "__main__":
    main()
