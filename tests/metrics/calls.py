"""A good call of each public function, class and method of metrics with arguments."""

from dataclasses import fields
from fractions import Fraction

from mathlib.metrics import (
    SpaceFillingCurve,
    Ultrametric,
    embed_ultrametric,
    fat_treemap,
    hilbert,
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
    Call(plots.plot_curve, {"curve": hilbert, "order": 2, "times": (Fraction(1, 3),)}, "plots.plot_curve"),
    Call(plots.plot_treemap, {"treemap": fat_treemap([1, 2])}, "plots.plot_treemap"),
    Call(plots.plot_embedding, {"embedding": embed_ultrametric(TREE)}, "plots.plot_embedding"),
]  # fmt: skip
