"""State a claim where it is earned, and leave a record that a program can read back.

A notebook is an argument, and claims mark the sentences that it stands on:

    claim.exact("every one of the 63 bounds holds", number_that_hold, 63)

In a notebook this shows one row and leaves a JSON output of its own MIME type, from which the run of all
notebooks collects its table. In a plain Python session it prints one line. A claim that fails is shown and
recorded, and does not raise: the rest of the notebook still runs.
"""

from mathlib.claims.record import KINDS, MIME_TYPE, Claim
from mathlib.claims.statement import claim

__all__ = ["KINDS", "MIME_TYPE", "Claim", "claim"]
