"""Metric spaces and curves: how good answers are beside simpler ones, and what they cost.

    python benchmarks/metrics.py [--rounds 3] [--quick] [--json FILE]

Aspects, squared diameter over area, of fat polygons are beside those of squarified rectangles with the same
areas, by our own version of the usual rule. Distortions of ultrametrics in the plane are beside the lower
bound that volumes prove. Times are processor seconds of one thread, and the proofs are checked in them.
"""

from fractions import Fraction

import numpy as np
from table import Table, arguments, seconds

from mathlib.metrics import (
    embed_ultrametric,
    fat_treemap,
    hilbert,
    locality_constant,
    neighbour_stretch,
    peano,
    squarified_rectangles,
)

LISTS = {
    "64 equal areas": [1] * 64,
    "20 areas, each half of the one before": [Fraction(1, 2**i) for i in range(20)],
    "9 areas, each a tenth of the one before": [Fraction(1, 10**i) for i in range(9)],
}
LEAF = (0, [])


def aspect(P):
    """The squared diameter of a polygon over its area."""
    area = sum(a * d - b * c for (a, b), (c, d) in zip(P, P[1:] + P[:1], strict=True)) / 2
    return max((a - c) ** 2 + (b - d) ** 2 for a, b in P for c, d in P) / area


def treemaps(table):
    for case, weights in LISTS.items():
        ours, theirs = fat_treemap(weights).bound, max(map(aspect, squarified_rectangles(weights)))
        rows = {"ours": ("fat_treemap", [float(ours)]), "peer": ("squarified rectangles", [float(theirs)])}
        table.compare(case, **rows, unit="diam^2/area", remark="worst part")


def ultrametrics(table):
    for n in (16, 64):
        found = embed_ultrametric((1, [LEAF] * n))
        rows = {"ours": ("embed_ultrametric", [found.upper]), "peer": ("proved lower bound", [found.lower])}
        table.compare(f"{n} equidistant points in the plane", **rows, unit="distortion")


def times(table, quick, rounds):
    weights = [int(w) for w in np.random.default_rng(0).integers(1, 1000, 100 if quick else 1000)]
    spent = [seconds(lambda: fat_treemap(weights).verify())[0] for _ in range(rounds)]
    table.time(f"a proved map of {len(weights)} areas", spent, target=5)
    for name, curve in (("Hilbert", hilbert), ("Peano", peano)):
        spent = [seconds(lambda c=curve: locality_constant(c, "l2").verify())[0] for _ in range(rounds)]
        table.time(f"the constant of {name}'s curve, proved", spent, target=1)
    order = 8 if quick else 11
    spent = [seconds(neighbour_stretch, hilbert, order)[0] for _ in range(rounds)]
    table.time(f"gaps of neighbours, order {order}", spent, target=2)


def main():
    options = arguments(__doc__, rounds=3).parse_args()
    with Table("metrics", __doc__, options) as table:
        treemaps(table)
        ultrametrics(table)
        times(table, options.quick, options.rounds)


if __name__ == "__main__":
    main()
