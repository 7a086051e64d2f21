"""Time limits: a deadline is a value of time.monotonic(), or None, and long work looks at it."""

import sys
import time
from numbers import Real

__all__ = ["OutOfTime", "check_time", "deadline_after", "is_over"]


class OutOfTime(Exception):
    """The deadline passed before there was an answer, or the problem is too large to be tried at all."""


def deadline_after(time_limit: float | None) -> float | None:
    """The deadline that a public function's `time_limit` sets.

    Raises
    ------
    ValueError
    """
    if time_limit is None:
        return None
    if isinstance(time_limit, bool) or not isinstance(time_limit, Real) or not time_limit > 0:
        raise ValueError(f"time_limit must be a positive number of seconds or None, not {time_limit!r}")
    return time.monotonic() + time_limit if time_limit <= sys.float_info.max else None


def is_over(deadline: float | None) -> bool:
    """Whether a deadline has passed."""
    return deadline is not None and time.monotonic() > deadline


def check_time(deadline: float | None) -> None:
    """Raise OutOfTime if the deadline has passed."""
    if is_over(deadline):
        raise OutOfTime
