"""A good call of each public function, class and method of packing with arguments."""

import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from mathlib.packing import (
    BinaryCodeCertificate,
    Budget,
    KissingCertificate,
    SDPGame,
    ThreePointCertificate,
    ThreePointSpec,
    TriangleCertificate,
    TwoPointCertificate,
    UncertaintyCertificate,
    best_known_packing,
    binary_code_bound,
    cohn_elkies_sdp,
    compare_agents,
    default_three_point_spec,
    kissing_bound,
    kissing_lp,
    packing_sums,
    rogers_bound,
    root_lattice,
    scan_choices,
    solve_three_point,
    spherical_code_number,
    strengthened_two_point_bound,
    three_point_bound,
    three_point_rounds,
    two_point_bound,
    two_point_duals,
    uncertainty_bound,
    unproved_triangles,
)
from mathlib.packing.game.evaluation import Cache, Result, game_slack
from mathlib.packing.game.scan import variations
from tests.grammar import Call

SPEC = ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
PLAIN = {
    "n": 3, "r": Fraction(1), "R": Fraction(3, 2), "scale": Fraction(1), "f2": (Fraction(1), Fraction(1, 2)),
    "blocks": [[[0]]], "digits": 12,
}  # fmt: skip
EIGHT, TWO = ThreePointCertificate.shipped(8), TwoPointCertificate.shipped(2)
KISSING = {"n": 2, "coefficients": (3, 6, 5, 3, 1)}
CODE = {"n": 3, "coefficients": (1, 1), "d": 2}
UNCERTAINTY = {
    "n": 12, "radius_squared_times_2pi": Fraction(14), "coefficients": (-21, 1), "nodes": (), "weights": (),
}  # fmt: skip
FOLDER = Path(tempfile.mkdtemp(prefix="mathlib-calls-"))
POINTS = np.array([0.5, 1.0])
# A function has values at any points, exact numbers may be fractions of all kinds, and a path may be a text.
ANY_SHAPE, EXACT, PATH = ["one axis more", "no entries"], ["a number", "a list"], ["a text"]
OTHERS = {"coefficients": ["halves", "no entries"]}


@cache
def first_round():
    return next(three_point_rounds(SPEC, slack=1e-5))


def little(time_limit):
    """The solver looks at the time after a round only, and one round will do here."""
    return 1e-9 if time_limit is None or time_limit == 1000 else time_limit


def short_bound(n, slack=None, precision="double", progress=False, time_limit=None):
    limit = little(time_limit)
    return three_point_bound(n, slack=slack, precision=precision, progress=progress, time_limit=limit)


def short_solve(
    spec, slack=None, precision="double", progress=False, time_limit=None, checkpoint=None, start=None
):
    limit = little(time_limit)
    return solve_three_point(
        spec, slack=slack, precision=precision, progress=progress, time_limit=limit, checkpoint=checkpoint,
        start=start,
    )  # fmt: skip


@cache
def folder_with_a_scan():
    """Evaluations of a scan that need not be made again."""
    kept = Cache(FOLDER / "scan")
    for _, _, spec, factor in variations(4):
        kept.put(spec, factor * game_slack(4), Result(0.65, 1.0))
    return FOLDER / "scan"


def game(**arguments):
    return SDPGame(**{"n": 4, "budget": 1, "most_variables": 40, "cache": FOLDER / "game", **arguments})


CALLS = [
    # Two points.
    Call(two_point_bound, {"n": 2, "nodes": 2, "digits": 4, "progress": False}),
    Call(two_point_duals, {"n": 8, "most_nodes": 3}),
    Call(cohn_elkies_sdp, {"n": 8, "degree": 3, "solver": "CLARABEL"}),
    Call(strengthened_two_point_bound, {"n": 3, "degree": 9, "code_degree": 4}),
    Call(
        TwoPointCertificate,
        {"n": 2, "radius_squared_times_2pi": Fraction(7), "coefficients": (1, 2), "nodes": (0.5,),
         "degree": 1, "digits": 15},
        allows={"radius_squared_times_2pi": EXACT, "coefficients": ["halves"], "nodes": ["no entries"]},
    ),
    Call(TWO.f, {"x": POINTS}, "TwoPointCertificate.f", {"x": ANY_SHAPE}),
    Call(TWO.f_hat, {"x": POINTS}, "TwoPointCertificate.f_hat", {"x": ANY_SHAPE}),
    Call(TriangleCertificate, {"n": 1}),
    Call(TriangleCertificate().f, {"x": POINTS}, "TriangleCertificate.f", {"x": ANY_SHAPE}),
    Call(TriangleCertificate().f_hat, {"x": POINTS}, "TriangleCertificate.f_hat", {"x": ANY_SHAPE}),
    # Three points.
    Call(ThreePointSpec, {"n": 4, "R": 1.5, "degree2": 9, "blocks": (3, 2), "scale": 1.4}),
    Call(default_three_point_spec, {"n": 4}),
    Call(short_bound, {"n": 4, "slack": 1e-4, "precision": "double", "progress": False, "time_limit": 1e-9},
         "three_point_bound"),
    Call(
        short_solve,
        {"spec": SPEC, "slack": 1e-5, "precision": "double", "progress": False, "time_limit": 1e-9,
         "checkpoint": FOLDER / "places", "start": first_round()},
        "solve_three_point",
        {"checkpoint": PATH},
    ),
    Call(three_point_rounds, {"spec": SPEC, "slack": 1e-5, "precision": "double", "gap": 1e-4}),
    Call(first_round().save, {"path": FOLDER / "saved"}, "UnfinishedBound.save", {"path": PATH}),
    Call(
        ThreePointCertificate, PLAIN,
        allows={name: [*EXACT, "halves", "one axis more"] for name in ("r", "R", "scale", "f2", "blocks")},
    ),
    Call(EIGHT.f2_values, {"x": POINTS}, "ThreePointCertificate.f2_values", {"x": ANY_SHAPE}),
    Call(EIGHT.f2_hat, {"t": POINTS}, "ThreePointCertificate.f2_hat", {"t": ANY_SHAPE}),
    Call(EIGHT.f3, {"a": POINTS, "b": POINTS, "u": POINTS}, "ThreePointCertificate.f3",
         dict.fromkeys("abu", ANY_SHAPE)),
    Call(EIGHT.triangle_sum, {"a": POINTS, "b": POINTS, "c": POINTS}, "ThreePointCertificate.triangle_sum",
         dict.fromkeys("abc", ANY_SHAPE)),
    Call(EIGHT.verify, {"method": "taylor", "progress": False}, "ThreePointCertificate.verify"),
    Call(unproved_triangles, {"certificate": EIGHT, "condition": 1, "most": 3, "distance": 0.5}),
    Call(packing_sums, {"certificate": ThreePointCertificate.shipped(3), "basis": np.eye(3),
                        "centres": np.zeros((1, 3))}),
    Call(root_lattice, {"kind": "D", "n": 3}),
    # The cousins.
    Call(kissing_bound, {"n": 3, "degree": 6}),
    Call(kissing_lp, {"n": 3, "degree": 6, "points": np.linspace(-1, 0.5, 20)}),
    Call(KissingCertificate, KISSING, allows=OTHERS),
    Call(KissingCertificate(**KISSING).f, {"t": POINTS}, "KissingCertificate.f", {"t": ANY_SHAPE}),
    Call(binary_code_bound, {"n": 4, "d": 2}),
    Call(BinaryCodeCertificate, CODE, allows=OTHERS),
    Call(spherical_code_number, {"n": 3, "s": 0.5, "degree": 4}),
    Call(uncertainty_bound, {"n": 12, "nodes": 1}),
    Call(UncertaintyCertificate, UNCERTAINTY, allows={"radius_squared_times_2pi": EXACT, **OTHERS}),
    Call(UncertaintyCertificate(**UNCERTAINTY).f, {"x": POINTS}, "UncertaintyCertificate.f",
         {"x": ANY_SHAPE}),
    Call(best_known_packing, {"n": 4}),
    Call(rogers_bound, {"n": 2, "digits": 6}),
    # The game.
    Call(Budget, {"evaluations": 3, "seconds": 10.0}),
    Call(Budget(3).is_spent, {"evaluations": 3, "seconds": 10.0}, "Budget.is_spent"),
    Call(SDPGame, {"n": 4, "budget": 3, "most_variables": 60, "slack": 1e-5, "cache": FOLDER / "game"},
         allows={"cache": PATH}),
    Call(game().evaluate, {"spec": SPEC}, "SDPGame.evaluate"),
    Call(game().play, {"agent": "random", "rng": 1, "batch": 1, "progress": False}, "SDPGame.play"),
    Call(
        compare_agents,
        {"dimensions": [4], "seeds": [0], "budget": 1, "agents": ["random"], "most_variables": 40,
         "cache": FOLDER / "game", "progress": False},
        allows={"cache": PATH},
    ),
    Call(scan_choices, {"dimensions": [4], "cache": folder_with_a_scan(), "progress": False},
         allows={"cache": PATH}),
]  # fmt: skip
