r"""Three-point bounds on the density of sphere packings: how the best functions are found.

What they have to satisfy, the conditions (M), (D1) and (D2) among others, and why a bound follows, stands in
`mathlib.packing.three_point.checker.theorem`. (Cohn, de Laat and Salmon 2022; the kernels there are
polynomials, these are more general.)

The best f2 and f3 of a given shape are the solution of a semidefinite programme with a row for every length
and every triangle, found by *exchange*: solve with some of the rows, look for the places where the solution
breaks a condition, or nearly, add these as rows, and solve again. No row is ever removed. A little slack in
every row makes up for what lies between the places. The work is done in doubles on one thread, so that the
result does not depend on the number of processors. In the end the checker looks at it, too, and the places
that it could not settle become rows.
"""

import time

from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from mathlib.certificates import FileName
from mathlib.checks import check_flag, check_integer, deadline_after, shown
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.solver.exchange import Exchange
from mathlib.packing.three_point.solver.program import natural_scale
from mathlib.packing.three_point.solver.rounds import (
    UnfinishedBound,
    checked_arguments,
    checked_place,
    state_of,
)  # fmt: skip
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["default_three_point_spec", "solve_three_point", "three_point_bound"]

_BLOCKS = (8,) + (6,) * 8 + (5,) * 6 + (4,) * 6
# R and degree2: with these blocks only a thinner ring can be resolved when n is large.
_SHAPES = dict.fromkeys(range(3, 7), (1.6646, 25)) | {7: (1.6, 25)} | dict.fromkeys(range(8, 14), (1.5, 27))
_SHAPES |= {14: (1.4, 31), 15: (1.4, 33), 16: (1.35, 35)}
_REACHED = 0.5  # the share of the slack that violations may use up at the end
_MOST_ROUNDS = 200


def default_three_point_spec(n: int) -> ThreePointSpec:
    """Return a specification that suits dimension n, 3 to 16: some 380 variables.

    For n != 8 it gave bounds below those of Cohn, de Laat and Salmon (2022), in one to three minutes. The
    certificates that ship have larger blocks where that helped; `ThreePointCertificate.spec` tells. What each
    choice is worth is measured by `scan_choices`.

    Parameters
    ----------
    n : int

    Returns
    -------
    ThreePointSpec

    Raises
    ------
    ValueError
        For other n.

    Examples
    --------
    >>> spec = default_three_point_spec(4)
    >>> spec.R, spec.degree2, spec.blocks[:3], len(spec.blocks), spec.scale
    (1.6646, 25, (8, 6, 6), 21, 1.514)
    """
    n = check_integer("n", n, 3, 16, "the dimension; write a ThreePointSpec for others")
    R, degree2 = _SHAPES[n]
    return ThreePointSpec(n, R, degree2, _BLOCKS, natural_scale(n))


def three_point_bound(
    n: int, *, slack: float | None = None, precision: str = "double", progress: bool = False,
    time_limit: float | None = None,
) -> ThreePointCertificate | UnfinishedBound:  # fmt: skip
    """Bound the density of packings of equal balls in R^n by triples of balls.

    This is `solve_three_point` with the specification `default_three_point_spec(n)`; see there for the
    problem and the errors.

    Parameters
    ----------
    n : int
        The dimension, 3 to 16.
    slack : float, optional
    precision : {"double", "extended"}
    progress : bool
    time_limit : float, optional
        Seconds.

    Returns
    -------
    ThreePointCertificate or UnfinishedBound

    Notes
    -----
    Cost: 11 s (n = 4) to three minutes of processor time. The certificates that ship are better:
    `ThreePointCertificate.shipped(n)`.

    Examples
    --------
    >>> three_point_bound(4, time_limit=0.1)
    UnfinishedBound(n = 4, no bound: ...)
    """
    spec = default_three_point_spec(n)
    return solve_three_point(spec, slack=slack, precision=precision, progress=progress, time_limit=time_limit)


def solve_three_point(
    spec: ThreePointSpec, *, slack: float | None = None, precision: str = "double", progress: bool = False,
    time_limit: float | None = None, checkpoint: FileName | None = None, start: UnfinishedBound | None = None,
) -> ThreePointCertificate | UnfinishedBound:  # fmt: skip
    r"""Return a certificate of the best three-point bound of a given shape.

    The minimum of vol(B_n) (1/2)^n (f2(0) + f3(0, 0)) / f2^(0), for r = 1, over

        f2(x) = sum_{j <= degree2} c_j L_j(2 pi scale |x|^2) e^{-pi scale |x|^2},
        f3(x, y) = sum_k phi_k(|x|)^T A_k phi_k(|y|) P_k(cos),   A_k of size m_k, positive semidefinite,

    that satisfy the conditions of the theorem with some slack.

    Parameters
    ----------
    spec : ThreePointSpec
        Dimension, shape and scales; `default_three_point_spec(n)` is a good one.
    slack : float, optional
        How far below zero the sums in (D1) and (D2) are to stay, for f2^(0) = 1. The smaller, the better the
        bound and the more work for solver and checker. By default 1e-6 of the size of the kernel's entries.
    precision : {"double", "extended"}
        "double", or "extended" for five to six times the work an iteration: see
        `interior_point.minimise`. Doubles carry to dimension 16.
    progress : bool
        Show a bar with a line a round: the value, the largest violation of a condition in units of its slack,
        and the number of rows.
    time_limit : float, optional
        Seconds, looked at after each round.
    checkpoint : str or path, optional
        A file that keeps the places found so far, written after each round. If it exists, the solver goes on
        from there: after an interrupt, or with another slack or time limit.
    start : UnfinishedBound, optional
        What an earlier call returned, or left behind when it was interrupted: the solver goes on from there.

    Returns
    -------
    ThreePointCertificate or UnfinishedBound
        The certificate's `.verify()` proves the bound; the checker has proved (D1) and (D2) already. An
        UnfinishedBound if the time is over, or 200 rounds did not suffice: then a larger slack will help.

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
    >>> early = solve_three_point(spec, slack=1e-5, time_limit=1e-3)
    >>> early
    UnfinishedBound(n = 4, no bound: value 0.6... with violations of ... slacks after 1 rounds, ... rows)
    >>> solve_three_point(spec, slack=1e-5, start=early)
    ThreePointCertificate(density in R^4 <= ... if it verifies)
    """
    slack = checked_arguments(spec, slack, precision)
    check_flag("progress", progress)
    deadline = deadline_after(time_limit)
    if start is not None:
        _check_start(start, spec)
    place = None if checkpoint is None else checked_place("checkpoint", checkpoint)
    state = None
    try:
        with threadpool_limits(1), tqdm(desc=f"n = {spec.n}", unit=" rounds", disable=not progress) as bar:
            exchange = Exchange(spec, slack, precision)
            if place is not None and place.exists():
                exchange.resume(place)
            if start is not None:
                exchange.add_all(start.points)
            for rounds in range(_MOST_ROUNDS):
                violations = exchange.round(rounds)
                state = state_of(exchange, slack, violations, rounds + 1)
                if exchange.final and state.violation < _REACHED:
                    if exchange.ask_the_checker(state.certificate) == 0:
                        return state.certificate
                    state = state_of(exchange, slack, violations, rounds + 1)
                told = f"value {state.value:.9f}, violation {state.violation:.1e}, {state.rows} rows"
                bar.set_postfix_str(told)
                bar.update()
                if place is not None:
                    exchange.save(place)
                if time.monotonic() > deadline:
                    break
    except KeyboardInterrupt as interrupt:
        interrupt.unfinished = state  # type: ignore[attr-defined]
        interrupt.add_note("solve_three_point can start from the attribute `unfinished` of this error.")
        raise
    assert state is not None
    return state


def _check_start(start, spec):
    if not isinstance(start, UnfinishedBound):
        raise ValueError(
            f"start must be an UnfinishedBound that solve_three_point returned, or None; got {shown(start)}."
        )
    if start.spec != spec:
        raise ValueError(f"start must belong to {spec}; got one for {start.spec}.")
