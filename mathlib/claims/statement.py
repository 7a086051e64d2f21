"""`claim` itself, and the names of its constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mathlib.claims import comparisons, evidence
from mathlib.claims.record import Claim, state

if TYPE_CHECKING:
    import numpy as np

__all__ = ["claim"]


class _Claims:
    """State a claim, show it in one row, and leave a record of it.

    Each constructor computes the verdict from the very values that its row shows:

    | constructor | holds if |
    |---|---|
    | `claim.exact(statement, measured, expected)` | both are the same; nothing is rounded |
    | `claim.close(statement, measured, expected, tolerance=...)` | they differ by at most the tolerance |
    | `claim.below(statement, measured, limit)` | measured <= limit |
    | `claim.above(statement, measured, limit)` | measured >= limit |
    | `claim.certified(statement, certificate, ...)` | each certificate proves its theorem, which is shown |
    | `claim.refused(statement, call, error)` | the call raises that error |
    | `claim.statistical(statement, measured, (low, high), false_alarm=...)` | low <= measured <= high |
    | `claim.timing(statement, measured)` | always: it is a report |

    `claim(statement, holds, kind=...)` is for what none of them can say. A claim that does not hold raises
    nothing: it is shown as FAILED and recorded. All take `source`, where the statement comes from.

    Examples
    --------
    >>> result = claim.exact("1001 is 7 times 11 times 13", 7 * 11 * 13, 1001)
    [held, exact] 1001 is 7 times 11 times 13: measured 1001, expected 1001
    >>> result.holds
    True
    """

    exact = staticmethod(comparisons.exact)
    close = staticmethod(comparisons.close)
    below = staticmethod(comparisons.below)
    above = staticmethod(comparisons.above)
    certified = staticmethod(evidence.certified)
    refused = staticmethod(evidence.refused)
    statistical = staticmethod(evidence.statistical)
    timing = staticmethod(evidence.timing)

    def __call__(
        self,
        statement: str,
        holds: bool | np.bool,
        *,
        kind: str,
        measured: Any = None,
        expected: Any = None,
        tolerance: Any = None,
        false_alarm: Any = None,
        source: str | None = None,
    ) -> Claim:
        """State that something holds, by a check of your own.

        Parameters
        ----------
        statement : str
            One sentence in plain text that a reader understands without the code.
        holds : bool or numpy.bool
            The outcome of the check. Anything else is refused: an array or None would pass or fail by
            accident.
        kind : {"certified", "exact", "numerical", "statistical", "timing"}
            What the check rests on; `KINDS` explains each.
        measured, expected : optional
            What was computed and what it was compared with, in the unit that the statement names.
        tolerance : optional
            The largest |measured - expected| that still counts as agreement. Give it with "numerical".
        false_alarm : optional
            The probability that the check fails although the statement is true. Give it with "statistical".
        source : str, optional
            Where the statement comes from: author, year, theorem.

        Returns
        -------
        Claim
            The record. The values are kept as bool, int, finite float or text: an integer beyond 2^53, a
            Fraction, a NaN becomes text, so that no reader of the JSON can misread it.

        Raises
        ------
        TypeError
            If `holds` is not a truth value, or the statement or the source is not text.
        ValueError
            If `kind` is not one of the five, or the statement is empty.

        Examples
        --------
        >>> result = claim("7 divides 1001", 1001 % 7 == 0, kind="exact", measured=1001 % 7, expected=0)
        [held, exact] 7 divides 1001: measured 0, expected 0
        """
        return state(statement, holds, kind, measured, expected, tolerance, false_alarm, source)


claim = _Claims()
