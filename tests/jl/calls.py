"""A good call of each public function, class and method; tests/grammar.py says what is changed in them."""

import numpy as np

from mathlib.jl import (
    SRHT,
    CountSketch,
    FastJL,
    GaussianJL,
    SparseJL,
    fast_jl_density,
    fast_jl_failure,
    fast_jl_variance,
    flat_failure_probability,
    fwht,
    jl_min_dim,
)
from tests.grammar import Call

__all__ = ["CALLS"]

X = np.arange(1.0, 25.0).reshape(3, 8)
Y = np.array([[1.0, 2.0], [3.0, 4.0]])
# scikit-learn checks the data of an estimator, and its own tests ask for its messages. These changes are
# refused too (tests/jl/test_estimators.py), but truth values are the numbers 0 and 1.
BY_SCIKIT_LEARN = [
    "NaN", "complex", "a text", "texts", "truth values", "one axis more", "no entries", "None",
]  # fmt: skip


def fitted(estimator, name, **parameters):
    """The call of a constructor, whose parameters scikit-learn leaves for `fit` to check."""

    def construct(**given):
        return estimator(**given).fit(X)

    arguments = {"n_components": 2, "eps": 0.5, "delta": 0.1, "random_state": 0, **parameters}
    return Call(construct, arguments, name=name, allows={"n_jobs": [None]})


def methods(estimator):
    """The calls of the methods that estimators have."""
    for name, argument, data in (("fit", "X", X), ("transform", "X", X), ("inverse_transform", "Y", Y)):
        method = getattr(estimator(2, random_state=0).fit(X), name)
        yield Call(
            method, {argument: data}, name=f"{estimator.__name__}.{name}", allows={argument: BY_SCIKIT_LEARN}
        )


CALLS = [
    Call(jl_min_dim, {"n_samples": 100, "eps": 0.5, "delta": 0.1, "method": "exact", "squared": True}),
    Call(
        fast_jl_density,
        {"n_features": 100, "n_samples": 10, "delta": 0.1, "entries": "normal", "analysis": "new"},
    ),
    Call(fast_jl_variance, {"x": [1.0, 2.0, 3.0, 4.0], "k": 3, "density": 0.5, "entries": "normal"}),
    Call(flat_failure_probability, {"m": 16, "density": 0.5, "k": 8, "eps": 0.5, "entries": "normal"}),
    Call(fast_jl_failure, {"level": 1, "d": 16, "density": 0.5, "k": 8, "eps": 0.5, "entries": "rademacher"}),
    # Complex numbers and several vectors are transformed too, truth values are 0 and 1, and NaN is handed on
    # with a warning.
    Call(
        fwht,
        {"x": np.array([1.0, 2.0, 3.0, 4.0]), "axis": 0, "norm": "ortho"},
        allows={"x": ["NaN", "complex", "truth values", "one axis more"], "norm": [None]},
    ),
    fitted(GaussianJL, "GaussianJL"),
    fitted(SparseJL, "SparseJL", s=2, construction="graph"),
    fitted(CountSketch, "CountSketch"),
    fitted(SRHT, "SRHT", n_jobs=1),
    fitted(FastJL, "FastJL", density=0.5, entries="normal", n_jobs=1),
    *methods(GaussianJL),
    *methods(SparseJL),
    *methods(CountSketch),
    *methods(SRHT),
    *methods(FastJL),
]
