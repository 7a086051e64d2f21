"""A good call of each public function, class and method of metrics with arguments."""

from dataclasses import fields
from fractions import Fraction

from mathlib.metrics import (
    FiniteMetric,
    SpaceFillingCurve,
    Ultrametric,
    complete_bipartite,
    complete_tree,
    cycle,
    embed_ultrametric,
    fat_treemap,
    graph_metric,
    hilbert,
    hypercube,
    least_euclidean_distortion,
    locality_constant,
    neighbour_stretch,
    plots,
    squarified_rectangles,
    ultrametric_line_distortion,
    ultrametric_lower_bound,
)
from tests.grammar import Call

LEAF = (0, [])
TREE = Ultrametric(2, [LEAF, (1, [LEAF, LEAF])])
PIECES = [tuple(piece) for piece in hilbert.pieces]


def made(certificate):
    """A class of certificates with the fields of one."""
    cls = type(certificate)
    return cls, {f.name: getattr(certificate, f.name) for f in fields(cls) if f.init}


CALLS = [
    Call(*made(locality_constant(hilbert, "linf")), allows={
        "value": [3.5, None], "lower": [3.5], "upper": [3.5], "states": ["no entries"]}),
    Call(*made(fat_treemap([1, 2]))),
    Call(*made(embed_ultrametric(TREE))),
    Call(FiniteMetric, {"D": [[0, 1], [1, 0]]}),
    Call(graph_metric, {"n": 2, "edges": [(0, 1)]}, allows={"edges": [None]}),
    Call(cycle, {"n": 4}),
    Call(complete_bipartite, {"m": 1, "n": 2}),
    Call(hypercube, {"k": 2}),
    Call(complete_tree, {"b": 2, "h": 1}),
    Call(least_euclidean_distortion, {"X": cycle(4), "tol": 1e-6, "time_limit": 10.0}),
    Call(*made(least_euclidean_distortion(cycle(4))), allows={
        "lower_squared": [3.5], "upper_squared": [3.5]}),
    Call(SpaceFillingCurve, {"base": 2, "pieces": PIECES}),
    Call(hilbert.cells, {"order": 2}, "SpaceFillingCurve.cells"),
    Call(hilbert.starts, {"order": 2}, "SpaceFillingCurve.starts"),
    Call(hilbert.point, {"time": Fraction(1, 3)}, "SpaceFillingCurve.point"),
    Call(locality_constant, {"curve": hilbert, "norm": "linf"}),
    Call(neighbour_stretch, {"curve": hilbert, "order": 2}),
    Call(fat_treemap, {"weights": [1, 2], "rounding": 64},
         allows={"weights": ["one axis more"], "rounding": [None]}),
    Call(squarified_rectangles, {"weights": [1, 2]}),
    Call(Ultrametric, {"label": 1, "children": [LEAF, LEAF]}),
    Call(ultrametric_lower_bound, {"tree": TREE, "dim": 2}),
    Call(ultrametric_line_distortion, {"tree": TREE}),
    Call(embed_ultrametric, {"tree": TREE}),
    Call(plots.plot_flattened, {"bracket": least_euclidean_distortion(cycle(5))}, "plots.plot_flattened"),
    Call(plots.plot_curve, {"curve": hilbert, "order": 2, "times": (Fraction(1, 3),)}, "plots.plot_curve"),
    Call(plots.plot_treemap, {"treemap": fat_treemap([1, 2])}, "plots.plot_treemap"),
    Call(plots.plot_embedding, {"embedding": embed_ultrametric(TREE)}, "plots.plot_embedding"),
]  # fmt: skip
