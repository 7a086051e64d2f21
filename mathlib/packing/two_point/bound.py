"""Two-point (linear programming) bounds on the density of sphere packings, each with a certificate.

The steps, one file each: `dual` finds the optimal nodes in double precision for a growing number M of them,
`dual_in_balls` adds digits, and further nodes where doubles find no more, `feasible` builds a function with
room to spare and rounds it, and `certificate` holds and verifies the result. Here is what is left: how many
nodes a given number of digits takes.

`python -m mathlib.packing.two_point.bound 4 8 24 --output FOLDER` saves certificates, each as soon as it is
found, and passes over those that are there already.
"""

import argparse
import math
from itertools import pairwise
from pathlib import Path

from flint import ctx
from tqdm.auto import tqdm

from mathlib.checks import check_count, check_flag, check_integer
from mathlib.packing.two_point import dual, dual_in_balls
from mathlib.packing.two_point.certificate import TwoPointCertificate
from mathlib.packing.two_point.dimension_one import TriangleCertificate
from mathlib.packing.two_point.feasible import feasible_function

__all__ = ["two_point_bound"]

#: In these dimensions Newton's method finds no solution beyond so many nodes, or one more.
_MOST_NODES = {2: 8, 3: 20}
#: More nodes than that were not tried.
_LARGEST = 128
#: Above this dimension doubles are used up to so many nodes; from there Newton's method in balls goes on.
_LARGEST_IN_DOUBLES, _NODES_IN_DOUBLES = 36, 64
#: The certificate is made for more digits than asked, so that rounding up rarely takes it one unit too far.
_GUARD_DIGITS = 1
#: Share of a unit of the last digit that more nodes could still gain; the slack of f takes another 0.2.
_SHARE_OF_UNIT = 0.7
_LARGEST_DIMENSION = 48
#: Where the number of nodes is given, or is bounded by the dimension.
_MOST_DIGITS = 40


def two_point_bound(
    n: int, *, nodes: int | None = None, digits: int = 15, progress: bool = False
) -> TwoPointCertificate | TriangleCertificate:
    r"""Return a certificate of the two-point bound on the density of packings of equal balls in R^n.

    The bound is the minimum of vol(B_n) (r/2)^n f(0)/f^(0) over radial f with f(x) <= 0 for |x| >= r and
    f^ >= 0, for f a polynomial of degree 4M - 1 in |x|^2 times a Gaussian.

    Parameters
    ----------
    n : int
        The dimension, from 1 to 48.
    nodes : int, optional
        M, the number of radii at which the optimal f or f^ touches zero. By default as many as `digits` need.
    digits : int
        Significant digits of the bound. The exact bound of the certificate exceeds the optimum over all f by
        less than one unit of the last digit, judged from how fast it falls with M; `.bound` is that, rounded
        up. Not so for n = 2 and n = 3, where 8 and 20 nodes are the most that are solved for (for n = 2 this
        is 5e-11 above pi / sqrt(12), which is conjectured to be the optimum), and where `nodes` is given.
    progress : bool
        Show a bar for work of more than a second.

    Returns
    -------
    TwoPointCertificate or TriangleCertificate
        The latter for n = 1.

    Raises
    ------
    ValueError
        For arguments outside the ranges, and where so many nodes or digits are out of reach; the text says
        what they would cost.

    Notes
    -----
    Cost: for n = 8, 0.2 s for 10 digits (M = 29) and 0.7 s for 15 (M = 52); for n = 36, 1 s for 9 digits
    (M = 61) and 5 s for 15 (M = 105); for n = 48, 5 s and 45 s. It grows like M^4.

    References
    ----------
    H. Cohn and N. Elkies, New upper bounds on sphere packings I, Annals of Mathematics 157 (2003).

    Examples
    --------
    >>> certificate = two_point_bound(8, digits=10)
    >>> certificate.bound  # pi^4/384 = 0.25366950790...
    Decimal('0.2536695080')
    >>> two_point_bound(1).bound
    Decimal('1')
    """
    n = check_integer("n", n, 1, _LARGEST_DIMENSION, "the dimension")
    digits = check_count("digits", digits, 2, "significant ones of the bound")
    nodes = None if nodes is None else check_integer("nodes", nodes, 1, _LARGEST, "the M of the problem")
    progress = check_flag("progress", progress)
    if n == 1:
        return TriangleCertificate()
    with tqdm(desc=f"n = {n}: nodes", delay=1, disable=not progress, leave=False) as bar:
        path = _Path(n, bar)
        size = nodes or _MOST_NODES.get(n)
        if size and digits > _MOST_DIGITS:
            hours = size**3 * digits**1.5 / 1e10
            raise ValueError(
                f"digits must be at most {_MOST_DIGITS} where the number of nodes is {size}; got {digits}. "
                f"It would take some {hours:.2g} hours, and tell nothing about the optimum over all numbers "
                "of nodes."
            )
        accuracy = digits + _GUARD_DIGITS
        exact_nodes, weights = path.refined(size, accuracy) if size else _converged(path, accuracy)
        radius_squared, coefficients = feasible_function(n, exact_nodes, weights, accuracy + 1)
    hints = tuple(float(t) for t in exact_nodes)
    return TwoPointCertificate(n, len(coefficients) - 1, radius_squared, tuple(coefficients), hints, digits)


class _Path:
    """The solutions of the dual system found so far, rounded to doubles, for a growing number of nodes."""

    def __init__(self, n, bar):
        self.n, self.bar = n, bar
        self.solutions = []

    def grow(self, largest):
        """Yield (M, bound) up to `largest` nodes, from the largest smaller solution known; keep them."""
        routes = [(largest, None)]
        if self.n > _LARGEST_IN_DOUBLES:
            routes = [(min(largest, _NODES_IN_DOUBLES), None), (largest, dual_in_balls.newton)]
        for most, newton in routes:
            start = max((s for s in self.solutions if s[0] <= most), key=lambda s: s[0], default=None)
            for solution in dual.continuation(self.n, most, start, newton):
                self.solutions.append(solution)
                self.bar.update(solution[0] - self.bar.n)
                yield solution[0], dual.density(self.n, solution[1][0])

    def refined(self, size, digits):
        """Nodes and weights for M = size to about twice `digits` digits."""
        known = {solution[0]: solution for solution in self.solutions}
        if size not in known:
            for reached, _ in self.grow(size):
                known[reached] = self.solutions[-1]
        if size not in known:
            raise ValueError(
                f"nodes must be at most {max(known)} for n = {self.n}, where no solution with more was "
                f"found; got {size}. Ask for fewer nodes or digits."
            )
        return dual_in_balls.refine(self.n, *known[size][1:], bits=int(7 * digits) + 60)


def _converged(path, accuracy):
    """The solution with about as many nodes as so many accurate digits take.

    The number of correct digits, D = -log10 of the relative distance to the optimum, grows nearly like a
    power of M. The power is first measured in double precision, where D < 8, then corrected by two solutions
    with more digits.
    """
    wanted = accuracy - math.log10(_SHARE_OF_UNIT)
    bounds = []
    for step in path.grow(_LARGEST):
        bounds.append(step)
        if len(bounds) > 8 and bounds[-2][1] / bounds[-1][1] - 1 < 1e-7:
            break
    measured = [(m, -math.log10(b / after - 1)) for (m, b), (_, after) in pairwise(bounds[-4:])]
    size = max(_needed(measured[0], measured[-1], wanted), math.ceil(1.25 * bounds[-1][0]))
    while True:
        _insist_on_reach(path.n, accuracy - _GUARD_DIGITS, size, measured)
        fewer = int(0.85 * size)
        solution = path.refined(size, accuracy)
        first, last = path.refined(fewer, accuracy)[0][0], solution[0][0]
        with ctx.workprec(8 * accuracy + 100):
            gap = (first / last) ** path.n - 1  # the square of the ratio of the bounds
            measured.append((fewer, -math.log10(float(gap) / 2)))
        before = [pair for pair in measured if pair[0] < 0.95 * fewer][-1]
        needed = _needed(before, measured[-1], wanted)
        if needed <= size:
            return solution
        size = needed + needed // 50


def _needed(first, second, wanted):
    """M for so many digits, by the power law through two pairs (M, digits)."""
    power = math.log(second[1] / first[1]) / math.log(second[0] / first[0])
    return math.ceil(second[0] * (wanted / second[1]) ** (1 / power))


def _insist_on_reach(n, digits, size, measured):
    if size <= _LARGEST:
        return
    (m, first), (k, second) = measured[0], measured[-1]
    power = math.log(second / first) / math.log(k / m)
    reach = int(second * (_LARGEST / k) ** power + math.log10(_SHARE_OF_UNIT)) - _GUARD_DIGITS
    hours = 20 / 3600 * (size / _LARGEST) ** 4
    raise ValueError(
        f"digits must be at most {reach} for n = {n}; got {digits}. It would take about {size} nodes and "
        f"some {hours:.2g} hours, and more than {_LARGEST} nodes are not solved for."
    )


def main(arguments=None):
    """Make and save the certificates that the command line asks for."""
    prog = "python -m mathlib.packing.two_point.bound"
    parser = argparse.ArgumentParser(prog=prog, description=main.__doc__)
    parser.add_argument("dimensions", nargs="+", type=int, metavar="n")
    parser.add_argument("--digits", type=int, default=15)
    parser.add_argument("--output", type=Path, default=Path("."), metavar="FOLDER")
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    for n in options.dimensions:
        path = options.output / f"n{n:02}.json"
        if not path.exists():
            certificate = two_point_bound(n, digits=options.digits, progress=True)
            certificate.verify()
            certificate.save(path)
            print(f"{path}: {certificate}", flush=True)


if __name__ == "__main__":
    main()
