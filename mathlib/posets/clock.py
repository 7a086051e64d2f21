"""Deadlines, values of `time.monotonic`: long work looks at them. Infinity is none."""

import time

__all__ = ["OutOfTime", "check_time", "is_over"]


class OutOfTime(Exception):
    """The deadline passed before there was an answer, or the problem is too large to be tried at all."""


def is_over(deadline: float) -> bool:
    """Whether a deadline has passed."""
    return time.monotonic() > deadline


def check_time(deadline: float) -> None:
    """Raise OutOfTime if the deadline has passed."""
    if is_over(deadline):
        raise OutOfTime
