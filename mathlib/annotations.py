"""Types that annotations of several topics name."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

__all__ = ["RNG"]

#: Whatever `numpy.random.default_rng` takes: None draws anew each time, the same integer the same numbers.
RNG: TypeAlias = (
    int | Sequence[int] | np.random.SeedSequence | np.random.BitGenerator | np.random.Generator | None
)
