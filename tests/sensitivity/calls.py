"""A good call of each public function, class and method; tests/grammar.py says what is changed in them."""

import numpy as np
from matplotlib.figure import Figure

from mathlib.sensitivity import (
    Sample,
    closed_forms,
    distortion,
    dual_norm,
    exact_l1_sensitivities,
    leverage_scores,
    lewis_weights,
    lp_regression,
    root_leverage_sample,
    sample_rows,
    sampling_probabilities,
    sensitivities,
    total_sensitivity,
)
from mathlib.sensitivity.plots import plot_brackets, plot_errors, plot_power_laws
from tests.grammar import Call

A = np.array([[2.0, 1.0], [1.0, 3.0], [1.0, -1.0], [0.0, 2.0]])
WHOLE = A.astype(int)
FOUND = sensitivities(A, 1.5)
SAMPLE = Sample(np.array([0, 1, 3]), np.array([1.0, 1.5, 2.0]))
AXES = Figure().subplots()

CALLS = [
    Call(
        sensitivities,
        {
            "A": A,
            "p": 1.5,
            "rows": [0, 2],
            "tol": 1e-6,
            "keep_dual": True,
            "progress": False,
            "time_limit": 10.0,
        },
        allows={"rows": ["no entries"]},
    ),
    Call(FOUND.verify, {"rows": [0, 2]}, name="Sensitivities.verify", allows={"rows": ["no entries"]}),
    Call(dual_norm, {"A": A, "c": np.array([1.0, 2.0]), "p": 3.0, "tol": 1e-6}),
    Call(exact_l1_sensitivities, {"A": WHOLE}),
    Call(leverage_scores, {"A": A}),
    Call(lewis_weights, {"A": A, "p": 1.5, "tol": 1e-6}),
    Call(lp_regression, {"A": A, "b": np.ones(4), "p": 1.5, "weights": np.ones(4)}),
    Call(sampling_probabilities, {"scores": np.array([3.0, 1.0, 2.0]), "m": 1.5, "floor": 0.1}),
    Call(sample_rows, {"A": A, "q": np.array([0.5, 1.0, 0.5, 1.0]), "p": 1.5, "rng": 0}),
    Call(root_leverage_sample, {"A": A, "p": 1.0, "m": 3.5, "rng": 0}),
    Call(SAMPLE.apply, {"A": A}, name="Sample.apply"),
    Call(distortion, {"A": A, "sample": SAMPLE, "p": 3.0, "rng": 0}),
    Call(total_sensitivity, {"A": A, "p": 1.5, "rows": 3, "rng": 0}),
    Call(closed_forms.identity, {"d": 3, "p": 1.5, "copies": 2}),
    Call(closed_forms.single_column, {"column": np.array([1.0, 2.0]), "p": 1.5}),
    Call(closed_forms.one_relation, {"v": np.array([1.0, 2.0, 1.0]), "p": 1.5}),
    Call(closed_forms.simplex, {"d": 3, "p": 1.5}),
    Call(closed_forms.equal_angles, {"n": 5, "p": 4.0}),
    Call(closed_forms.sign_rows, {"d": 3, "p": 1.5}),
    Call(closed_forms.cycle, {"n": 5, "p": 1.5}),
    Call(closed_forms.complete_graph, {"n": 5, "p": 1.5}),
    Call(closed_forms.complete_bipartite, {"a": 2, "b": 3, "p": 1.5}),
    Call(closed_forms.graph, {"edges": [(0, 1), (1, 2), (2, 0)], "p": 1.0}),
    Call(closed_forms.gaussian_limit, {"d": 5, "p": 1.5}),
    Call(plot_brackets, {"lower": [0.1, 0.2], "upper": [0.2, 0.3], "axes": AXES}),
    Call(plot_errors, {"sizes": [10.0, 20.0], "errors": {"Lewis": [[0.2, 0.1]]}, "axes": AXES}),
    Call(plot_power_laws, {"sizes": [10.0, 20.0], "values": {"Lewis": [3.0, 4.0]}, "axes": AXES}),
]
