"""The solver of three-point bounds, round by round, and what it has before it is done."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import ClassVar

import numpy as np
from threadpoolctl import threadpool_limits

from mathlib.certificates import FileName
from mathlib.checks import check_choice, check_number, shown
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.solver.exchange import Exchange, save_points
from mathlib.packing.three_point.solver.program import Program
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = [
    "UnfinishedBound", "checked_arguments", "checked_place", "state_of", "three_point_rounds", "usual_slack",
]  # fmt: skip

_SHARE_OF_SIZE = 1e-6  # the default slack of (D1) and (D2), measured by the size of the kernel's entries


@dataclass(frozen=True, repr=False, eq=False)
class UnfinishedBound:
    """What the solver of three-point bounds had after some rounds. It bounds nothing.

    Attributes
    ----------
    spec : ThreePointSpec
    slack : float
    value : float
        The optimum under the rows so far. With all of them it is larger, up to the gap of the solver.
    violations : dict of str to float
        For each condition its largest violation, in units of the slack; the solver goes on until they are
        below 1/2 and the checker proves the conditions.
    rounds, rows : int
        How many there were, of this call and in all.
    points : dict of str to ndarray
        For each condition the places that became rows: what `start` goes on from.
    certificate : ThreePointCertificate
        The solution in exact numbers. Its `verify()` raises where a condition is violated.
    proven : bool
        False.

    Examples
    --------
    >>> from mathlib.packing import three_point_bound
    >>> early = three_point_bound(4, time_limit=1e-3)
    >>> early
    UnfinishedBound(n = 4, no bound: value 0.6... with violations of ... slacks after 1 rounds, ... rows)
    >>> early.proven, list(early.violations)
    (False, ['f2^ > 0', 'f2 < 0 beyond R', '(M)', '(D1)', '(D2)'])
    """

    spec: ThreePointSpec
    slack: float
    value: float
    violations: dict[str, float]
    rounds: int
    rows: int
    points: dict[str, np.ndarray] = field(repr=False)
    certificate: ThreePointCertificate = field(repr=False)
    proven: ClassVar[bool] = False

    @property
    def violation(self) -> float:
        """The largest of the violations."""
        return max(self.violations.values())

    def save(self, path: FileName) -> None:
        """Write the places to a file, which solve_three_point(spec, checkpoint=path) goes on from.

        Parameters
        ----------
        path : str or path
        """
        save_points(checked_place("path", path), self.spec, self.points)

    def __repr__(self) -> str:
        return (
            f"UnfinishedBound(n = {self.spec.n}, no bound: value {self.value:.9f} with violations of "
            f"{self.violation:.1e} slacks after {self.rounds} rounds, {self.rows} rows)"
        )


def three_point_rounds(
    spec: ThreePointSpec, *, slack: float | None = None, precision: str = "double", gap: float = 1e-5
) -> Iterator[UnfinishedBound]:
    """Iterate over what the solver of three-point bounds has after each round, to watch it at work.

    There is no end. The first round knows the conditions on a grid; each later one also at the places where
    the solutions before it violate them. `solve_three_point` does this until a checker proves them.

    Parameters
    ----------
    spec : ThreePointSpec
    slack : float, optional
        As for `solve_three_point`.
    precision : {"double", "extended"}
    gap : float
        The relative gap at which the interior point method stops, below 1.

    Returns
    -------
    iterator of UnfinishedBound

    Raises
    ------
    ValueError
        If an argument is out of range.
    ArithmeticError
        If no point satisfies the rows.

    Examples
    --------
    >>> spec = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
    >>> first, second, *_ = (state for state, _ in zip(three_point_rounds(spec, slack=1e-5), range(2)))
    >>> first.value < second.value and first.rows < second.rows
    True
    """
    slack = checked_arguments(spec, slack, precision)
    return _rounds(spec, slack, precision, check_number("gap", gap, 0, 1, "relative to the value"))


def _rounds(spec, slack, precision, gap):
    exchange = Exchange(spec, slack, precision)
    for rounds in count():
        with threadpool_limits(1):
            exchange.solve(gap)
            violations = exchange.look_for_violations(rounds)
        yield state_of(exchange, slack, violations, rounds + 1)


def state_of(exchange, slack, violations, rounds):
    """What the exchange has now."""
    found = exchange.value, violations, rounds, exchange.n_rows, dict(exchange.points)
    return UnfinishedBound(exchange.spec, slack, *found, exchange.certificate())


def checked_arguments(spec, slack, precision):
    """The slack, if all three are what they should be."""
    if not isinstance(spec, ThreePointSpec):
        raise ValueError(
            f"spec must be a ThreePointSpec, such as default_three_point_spec(4); got {shown(spec)}."
        )
    check_choice("precision", precision, ("double", "extended"))
    return usual_slack(spec) if slack is None else check_number("slack", slack, 0, math.inf, "or None")


def usual_slack(spec):
    """The slack of (D1) and (D2) that `solve_three_point` takes by default."""
    return _SHARE_OF_SIZE * Program(spec).sigma ** 2


def checked_place(name, path):
    """The Path of a file, if it can be written, before any work is done for it."""
    if isinstance(path, bool) or not isinstance(path, str | os.PathLike):
        raise ValueError(f"{name} must be the path of a file; got {shown(path)}.")
    folder = Path(path).parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        text = f"{name} must be in a folder that exists and can be written; got {shown(str(path))}."
        raise ValueError(text)
    if Path(path).exists() and not Path(path).is_file():
        raise ValueError(f"{name} must be a file; got {shown(str(path))}.")
    return Path(path)
