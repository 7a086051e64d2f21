"""One poset solved by the compiled search of the census, for comparisons with the other engines."""

from dataclasses import dataclass

import numpy as np

from mathlib.posets.catalogue.branch_and_bound import solve
from mathlib.posets.order.relations import bits


@dataclass(frozen=True)
class SmallSolution:
    """The up-sets are sets of labels: `shallow` has height and width, `narrow` the 2-dimension."""

    height: int
    width: int
    two_dimension: int
    height_bound: int
    shallow: tuple
    narrow: tuple


def solve_small(poset) -> SmallSolution:
    n = len(poset)
    listed = sorted(range(n), key=lambda i: poset.below[i].bit_count())
    place = {i: k for k, i in enumerate(listed)}
    below = np.array([sum(1 << place[j] for j in bits(poset.below[i])) for i in listed], np.int64)
    [found], [upsets] = solve(below[None])
    height, width, two_dimension, bound, _ = found.tolist()

    def labels(masks):
        return tuple(frozenset(poset.labels[listed[k]] for k in bits(int(mask))) for mask in masks)

    shallow, narrow = labels(upsets[0, :width]), labels(upsets[1, :two_dimension])
    return SmallSolution(height, width, two_dimension, bound, shallow, narrow)
