"""Solve many problems max <c, x> / ||L x||_p with the same L: a batch at a time, each until its gap is small.

A batch is what makes this fast: the Hessians of all its problems come from one product of matrices. Whenever
a problem is finished, the next one takes its place, so that the batch stays full.
"""

import time
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from mathlib.sensitivity.brackets.newton import NewtonMethod
from mathlib.sensitivity.brackets.smoothed import SmoothedMethod

__all__ = ["Solved", "solve_batch"]

_MOST_STEPS = 100
_BATCH_NUMBERS = 2**17  # numbers in an array of residuals
_WIDEST = 64
_PATIENCE = 4  # certificates that do not improve before a problem is given up


@dataclass(frozen=True, eq=False)
class Solved:
    """Bounds of max <c, x> / ||L x||_p, for each c, with what attains them."""

    lower: np.ndarray
    upper: np.ndarray
    points: np.ndarray
    duals: np.ndarray | None
    steps: np.ndarray


def solve_batch(
    problem, C, c_errors, metric, tol, *, keep_dual=False, progress=False, deadline=np.inf
) -> Solved:
    """Bounds with lower^p >= (1 - tol) upper^p where possible before the deadline (of `time.monotonic`).

    C (k x r) holds the vectors c, the largest entry of each about 1 or, with the value 0, 0; c_errors (k)
    bounds their errors. The start is x = metric c, scaled; metric is an approximate inverse of the Hessian.
    """
    p, k, queue = problem.p, len(C), np.flatnonzero(C.any(axis=1))
    found = Solved(
        lower=np.zeros(k),
        upper=np.where(C.any(axis=1), np.inf, 0.0),
        points=np.zeros((k, problem.r)),
        duals=np.zeros((k, problem.n)) if keep_dual else None,
        steps=np.zeros(k, dtype=np.int64),
    )
    if not len(queue):
        return found
    width = min(_WIDEST, len(queue), max(8, _BATCH_NUMBERS // problem.n))
    method = (NewtonMethod if p >= 2 else SmoothedMethod)(problem, width)
    slots, queue = queue[:width].copy(), queue[width:]  # slots[b]: the problem in place b
    c, e, x = C[slots], c_errors[slots], _starts(C[slots], metric)
    failures = np.zeros(width, dtype=np.int64)
    with tqdm(
        total=len(slots) + len(queue), desc=f"sensitivities, p = {p:g}", disable=not progress, leave=False
    ) as bar:
        while len(slots):
            state, gap = method.step(c, x)
            found.steps[slots] += 1
            late = time.monotonic() > deadline
            last = late | (found.steps[slots] >= _MOST_STEPS)
            chosen = np.flatnonzero((gap <= tol) | last)
            done = np.zeros(len(slots), dtype=bool)
            if len(chosen):
                better = _improve(found, slots[chosen], *method.bounds(c, e, state, chosen, deadline))
                failures[chosen] = np.where(better, 0, failures[chosen] + 1)
                which = slots[chosen]
                with np.errstate(over="ignore"):
                    small = found.lower[which] ** p >= (1 - tol) * found.upper[which] ** p
                done[chosen] = small | last[chosen] | (failures[chosen] >= _PATIENCE)
            if late:
                break
            free = np.flatnonzero(done)
            if not len(free):
                continue
            bar.update(len(free))
            taken = free[: len(queue)]
            slots[taken], queue = queue[: len(taken)], queue[len(taken) :]
            failures[taken] = 0
            new = slots[taken]
            c[taken], e[taken], x[taken] = C[new], c_errors[new], _starts(C[new], metric)
            method.restart(taken)
            if len(taken) < len(free):
                kept = np.setdiff1d(np.arange(len(slots)), free[len(taken) :])
                slots, c, e, x, failures = slots[kept], c[kept], e[kept], x[kept], failures[kept]
                for history in method.histories:
                    history[: len(kept)] = history[kept]
    open_ends = np.flatnonzero(C.any(axis=1) & ((found.lower == 0) | (found.upper == np.inf)))
    if len(open_ends):
        _improve(found, open_ends, *problem.free_bounds(C[open_ends], c_errors[open_ends], keep_dual))
    return found


def _starts(C, metric):
    X = C @ metric
    return X / np.einsum("ij,ij->i", C, X)[:, None]


def _improve(found, which, lower, upper, points, duals):
    """Keep the better bounds; say which problems got a narrower bracket."""
    higher, smaller = lower > found.lower[which], upper < found.upper[which]
    found.lower[which[higher]], found.points[which[higher]] = lower[higher], points[higher]
    found.upper[which[smaller]] = upper[smaller]
    if found.duals is not None:
        found.duals[which[smaller]] = duals[smaller]
    return higher | smaller
