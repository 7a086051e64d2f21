"""Many small posets in little memory: one 64-bit integer, the key, for each.

A key of a poset whose elements are listed upwards (0, ..., n-1 with j < i in the poset only if j < i as
numbers) holds the strict order relation row by row: bits i(i-1)/2, ..., i(i+1)/2 - 1 are the j below i.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from mathlib.posets.order.poset import Poset

__all__ = ["PosetList"]


@dataclass(frozen=True, eq=False, repr=False)
class PosetList(Sequence[Poset]):
    """A read-only sequence of posets on the elements 0, ..., n-1, each made when it is asked for.

    Attributes
    ----------
    n : int
        The number of elements of each.
    keys : array of uint64
        One key for each poset: bit i(i-1)/2 + j is set iff j < i in the poset.
    """

    n: int
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> Poset: ...
    @overload
    def __getitem__(self, index: slice) -> "PosetList": ...
    def __getitem__(self, index):
        if isinstance(index, slice):
            return PosetList(self.n, self.keys[index])
        key = int(self.keys[index])
        pairs = [(j, i) for i in range(self.n) for j in range(i) if key >> (i * (i - 1) // 2 + j) & 1]
        return Poset(self.n, relations=pairs)

    def below(self) -> np.ndarray:
        """Return a matrix of masks: bit j of below()[k, i] is set iff j < i in the k-th poset."""
        masks = np.empty((len(self), self.n), np.int64)
        for i in range(self.n):
            masks[:, i] = (self.keys >> np.uint64(i * (i - 1) // 2)) & np.uint64((1 << i) - 1)
        return masks

    def __repr__(self) -> str:
        return f"<{len(self)} posets on {self.n} elements>"
