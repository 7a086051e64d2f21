r"""Three-point bounds on the density of sphere packings: the theorem, and how its best functions are found.

**Theorem.** Let R >= r > 0, f2 a radial function on R^n, a polynomial times a Gaussian, and f3(x, y) a
positive semidefinite kernel on {0} and the x with r <= |x| <= R that depends on |x|, |y| and |x - y| only:
write F(a, b; c) for its value at |x| = a, |y| = b, |x - y| = c. Suppose that

    f2^ >= 0 everywhere, f2^(0) > 0, and f2(x) <= 0 for |x| >= R,
    (M)   f2(x) + 2 f3(0, x) + f3(x, x) <= 0                  for r <= |x| <= R,
    (D1)  F(a, b; c) + F(a, c; b) + F(b, c; a) <= 0           for triangles with sides in [r, R],
    (D2)  F(a, b; c) <= 0                                     for a, b in [r, R] and R <= c <= a + b.

Then every packing of equal balls of diameter r has density at most vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) /
f2^(0). (Cohn, de Laat and Salmon 2022; the kernels there are polynomials, these are more general.) The proof
stands in `mathlib.packing.check_three_point`.

The best f2 and f3 of a given shape are the solution of a semidefinite programme with a row for every length
and every triangle, found by *exchange*: solve with some of the rows, look for the places where the solution
breaks a condition, or nearly, add these as rows, and solve again. No row is ever removed. A little slack in
every row makes up for what lies between the places. The work is done in doubles on one thread, so that the
result does not depend on the number of processors. In the end the checker looks at it, too, and the places
that it could not settle become rows.
"""

import math
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from mathlib.checks import check_choice, check_integer, check_number, shown
from mathlib.packing.three_point_exchange import Exchange, save_points
from mathlib.packing.three_point_program import Program, natural_scale
from mathlib.packing.three_point_spec import ThreePointSpec

__all__ = ["UnfinishedBound", "default_three_point_spec", "solve_three_point", "usual_slack"]

_BLOCKS = (8,) + (6,) * 8 + (5,) * 6 + (4,) * 6
# R and degree2: with these blocks only a thinner ring can be resolved when n is large.
_SHAPES = dict.fromkeys(range(3, 7), (1.6646, 25)) | {7: (1.6, 25)} | dict.fromkeys(range(8, 14), (1.5, 27))
_SHAPES |= {14: (1.4, 31), 15: (1.4, 33), 16: (1.35, 35)}
_SHARE_OF_SIZE = 1e-6  # the default slack of (D1) and (D2), measured by the size of the kernel's entries
_REACHED = 0.5  # the share of the slack that violations may use up at the end
_MOST_ROUNDS = 200


@dataclass(frozen=True, repr=False, eq=False)
class UnfinishedBound:
    """What `solve_three_point` had when the time was over. It bounds nothing.

    Attributes
    ----------
    spec : ThreePointSpec
    slack : float
    value : float
        The optimum under the rows so far. With all of them it is larger, up to the gap of the solver.
    violation : float
        The largest violation of a condition, in units of its slack; the solver goes on until it is below 1/2
        and the checker proves the conditions.
    rounds, rows : int
        How many there were, of this call and in all.
    points : dict of str to ndarray
        For each condition the places that became rows: what `start` goes on from.
    proven : bool
        False.
    """

    spec: ThreePointSpec
    slack: float
    value: float
    violation: float
    rounds: int
    rows: int
    points: dict = field(repr=False)
    proven = False

    def save(self, path):
        """Write the places to a file, which solve_three_point(spec, checkpoint=path) goes on from."""
        save_points(path, self.spec, self.points)

    def __repr__(self):
        return (
            f"UnfinishedBound(n = {self.spec.n}, no bound: value {self.value:.9f} with violations of "
            f"{self.violation:.1e} slacks after {self.rounds} rounds, {self.rows} rows)"
        )


def default_three_point_spec(n) -> ThreePointSpec:
    """Return a specification that suits dimension n, 3 to 16: some 380 variables.

    For n != 8 it gave bounds below those of Cohn, de Laat and Salmon (2022), in one to three minutes. The
    certificates that ship have larger blocks where that helped; `ThreePointCertificate.spec` tells. What each
    choice is worth is measured in `mathlib.packing.game.scan`. Raises ValueError for other n.

    >>> spec = default_three_point_spec(4)
    >>> spec.R, spec.degree2, spec.blocks[:3], len(spec.blocks), spec.scale
    (1.6646, 25, (8, 6, 6), 21, 1.514)
    """
    n = check_integer("n", n, 3, 16, "the dimension; write a ThreePointSpec for others")
    R, degree2 = _SHAPES[n]
    return ThreePointSpec(n, R, degree2, _BLOCKS, natural_scale(n))


def solve_three_point(
    spec, *, slack=None, precision="double", progress=True, time_limit=None, checkpoint=None, start=None
):
    r"""Return a certificate of the best three-point bound of a given shape.

    The minimum of vol(B_n) (1/2)^n (f2(0) + f3(0, 0)) / f2^(0), for r = 1, over

        f2(x) = sum_{j <= degree2} c_j L_j(2 pi scale |x|^2) e^{-pi scale |x|^2},
        f3(x, y) = sum_k phi_k(|x|)^T A_k phi_k(|y|) P_k(cos),   A_k of size m_k, positive semidefinite,

    that satisfy the conditions at the top of this module with some slack.

    Parameters
    ----------
    spec : ThreePointSpec
        Dimension, shape and scales; `default_three_point_spec(n)` is a good one.
    slack : float, optional
        How far below zero the sums in (D1) and (D2) are to stay, for f2^(0) = 1. The smaller, the better the
        bound and the more work for solver and checker. By default 1e-6 of the size of the kernel's entries.
    precision : str
        "double", or "extended" for five to six times the work an iteration: see
        `interior_point.minimise`. Doubles carry to dimension 16.
    progress : bool
        Show a bar with a line a round: the value, the largest violation of a condition in units of its slack,
        and the number of rows.
    time_limit : float, optional
        Seconds, looked at after each round.
    checkpoint : path, optional
        A file that keeps the places found so far, written after each round. If it exists, the solver goes on
        from there: after an interrupt, or with another slack or time limit.
    start : UnfinishedBound, optional
        What an earlier call returned, or left behind when it was interrupted: the solver goes on from there.

    Returns
    -------
    ThreePointCertificate
        Its `.verify()` proves the bound. The checker has proved (D1) and (D2) already.
    UnfinishedBound
        If the time is over, or 200 rounds did not suffice: then a larger slack will help.

    Raises
    ------
    ValueError
        If an argument is out of range, the checkpoint cannot be written or is none, or it or the start
        belongs to another specification.
    ArithmeticError
        If no point satisfies the first rows: the angular degree, which is len(blocks) - 1, is too low for a
        kernel that is negative on all these triangles, or the slack too large.
    KeyboardInterrupt
        If it is interrupted. The attribute `unfinished` of the error is an UnfinishedBound, or None in the
        first round; in a notebook it is `sys.last_value.unfinished`.

    Notes
    -----
    Cost of a round: some 40 iterations of an interior point method, of N v^2 operations each for v variables
    and N rows. 380 variables take 15 to 60 rounds of one or two seconds: n = 4 took 11 s, n = 10 a minute.

    References
    ----------
    H. Cohn, D. de Laat, A. Salmon, Three-point bounds for sphere packing, arXiv 2206.15373 (2022).

    Examples
    --------
    >>> spec = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
    >>> early = solve_three_point(spec, slack=1e-5, progress=False, time_limit=1e-3)
    >>> early
    UnfinishedBound(n = 4, no bound: value 0.6... with violations of ... slacks after 1 rounds, ... rows)
    >>> solve_three_point(spec, slack=1e-5, progress=False, start=early)
    ThreePointCertificate(density in R^4 <= ... if it verifies)
    """
    if not isinstance(spec, ThreePointSpec):
        raise ValueError(
            f"spec must be a ThreePointSpec, such as default_three_point_spec(4); got {shown(spec)}."
        )
    slack = usual_slack(spec) if slack is None else check_number("slack", slack, 0, math.inf, "or None")
    check_choice("precision", precision, ("double", "extended"))
    if time_limit is not None:
        time_limit = check_number("time_limit", time_limit, 0, math.inf, "in seconds, or None")
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    if start is not None:
        _check_start(start, spec)
    if checkpoint is not None:
        _check_place(checkpoint)
    state = None
    try:
        with threadpool_limits(1), tqdm(desc=f"n = {spec.n}", unit=" rounds", disable=not progress) as bar:
            exchange = Exchange(spec, slack, precision)
            if checkpoint is not None and Path(checkpoint).exists():
                exchange.resume(checkpoint)
            if start is not None:
                exchange.add_all(start.points)
            for rounds in range(_MOST_ROUNDS):
                worst = exchange.round(rounds)
                if exchange.final and worst < _REACHED:
                    certificate = exchange.certificate()
                    if exchange.ask_the_checker(certificate) == 0:
                        return certificate
                found = exchange.value, worst, rounds + 1, exchange.n_rows, dict(exchange.points)
                state = UnfinishedBound(spec, slack, *found)
                bar.set_postfix_str(f"value {state.value:.9f}, violation {worst:.1e}, {state.rows} rows")
                bar.update()
                if checkpoint is not None:
                    exchange.save(checkpoint)
                if time.monotonic() > deadline:
                    break
    except KeyboardInterrupt as interrupt:
        interrupt.unfinished = state
        interrupt.add_note("solve_three_point can start from the attribute `unfinished` of this error.")
        raise
    return state


def usual_slack(spec):
    """The slack of (D1) and (D2) that `solve_three_point` takes by default."""
    return _SHARE_OF_SIZE * Program(spec).sigma ** 2


def _check_start(start, spec):
    if not isinstance(start, UnfinishedBound):
        raise ValueError(
            f"start must be an UnfinishedBound that solve_three_point returned, or None; got {shown(start)}."
        )
    if start.spec != spec:
        raise ValueError(f"start belongs to {start.spec}; it says nothing about {spec}.")


def _check_place(checkpoint):
    """Whether the file can be written, before any work is done for it."""
    if isinstance(checkpoint, bool) or not isinstance(checkpoint, str | os.PathLike):
        raise ValueError(f"checkpoint must be the path of a file, or None; got {shown(checkpoint)}.")
    folder = Path(checkpoint).parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ValueError(
            f"checkpoint must be in a folder that exists and can be written; got {shown(str(checkpoint))}."
        )
    if Path(checkpoint).exists() and not Path(checkpoint).is_file():
        raise ValueError(f"checkpoint must be a file; got {shown(str(checkpoint))}.")
