"""A good call of each public function, class and method; tests/grammar.py says what is changed in them."""

import itertools

import numpy as np

from mathlib.dpp import (
    Chebyshev,
    Design,
    DiscreteBasis,
    GenzFunction,
    Hermite,
    Jacobi,
    Laguerre,
    Legendre,
    PolynomialSurrogate,
    TensorBasis,
    borehole,
    expected_gram_deviation,
    genz,
    gram_eigenvalues,
    index_set,
    ishigami,
    ishigami_sobol_indices,
    l2_projection,
    linear_statistic_variance,
    runge,
    sample_boosted,
    sample_christoffel,
    sample_conditioned,
    sample_design,
    sample_dpp,
    sample_repeated_dpp,
    sample_volume_rescaled,
    sobol_from_coefficients,
    sparsify,
    weighted_least_squares,
)
from tests.grammar import Call

__all__ = ["CALLS"]

BASIS = TensorBasis(Legendre(), index_set("total", 1, 2))
FINITE = DiscreteBasis(np.eye(4)[:, :2])
DESIGN = sample_volume_rescaled(BASIS, 6, rng=0)
POOL = sample_repeated_dpp(BASIS, 8, rng=0)
FIT = weighted_least_squares(BASIS, DESIGN, np.ones(6))
BEST = l2_projection(BASIS, runge, 8)
X, Y = np.linspace(-0.9, 0.9, 6)[:, None], np.linspace(1.0, 2.0, 6)
# Arrays of points may have any shape but for the last axis, and hold no point at all.
ANY_SHAPE = {"X": ["one axis more", "no entries"]}
# scikit-learn says this of the data of an estimator, and its own tests ask for its messages.
BY_SCIKIT_LEARN = ["NaN", "complex", "one axis more", "no entries", "None"]
SAMPLER = {"basis": BASIS, "rng": 0, "size": 2, "progress": False}


def first(points):
    return points[:, 0]


def surrogate(f, **parameters):
    """What a regressor is made of is checked when it is fitted."""
    return PolynomialSurrogate(**parameters).fit_function(f)


def of_family(family):
    name = type(family).__name__
    yield Call(family.gauss, {"n": 3}, name=f"{name}.gauss")
    yield Call(family.sample_measure, {"n": 3, "rng": 0}, name=f"{name}.sample_measure")


def of_basis(basis, points):
    name = type(basis).__name__
    for method in ("inside", "christoffel"):
        yield Call(getattr(basis, method), {"X": points}, name=f"{name}.{method}", allows=ANY_SHAPE)
    yield Call(basis.gauss, {"n": 3}, name=f"{name}.gauss")
    yield Call(basis.sample_measure, {"n": 3, "rng": 0}, name=f"{name}.sample_measure")


CALLS = [
    Call(Legendre, {}),
    Call(Chebyshev, {}),
    Call(Jacobi, {"alpha": 0.5, "beta": 0.5}),
    *itertools.chain(*map(of_family, (Legendre(), Chebyshev(), Jacobi(1, 1), Hermite(), Laguerre()))),
    Call(index_set, {"kind": "total", "d": 2, "degree": 3}),
    Call(TensorBasis, {"family": Legendre(), "indices": [[0], [1]]}),
    *of_basis(BASIS, X),
    Call(DiscreteBasis, {"Phi": np.eye(3), "weights": np.ones(3)}),
    Call(DiscreteBasis.from_columns, {"A": X, "weights": np.ones(6)}, name="DiscreteBasis.from_columns"),
    *of_basis(FINITE, np.array([[0], [3]])),
    Call(Design, {"points": X, "weights": Y, "scheme": "given", "proposals": 7}),
    Call(sample_christoffel, {**SAMPLER, "n": 4}),
    Call(sample_dpp, {**SAMPLER, "method": "chain"}),
    Call(sample_repeated_dpp, {**SAMPLER, "r": 2}),
    Call(sample_volume_rescaled, {**SAMPLER, "n": 4}),
    Call(sample_conditioned, {**SAMPLER, "n": 9, "scheme": "repeated_dpp", "delta": 0.9, "max_tries": 200}),
    Call(sample_boosted, {**SAMPLER, "n": 4, "scheme": "christoffel", "tries": 3, "start": 6}),
    Call(sample_design, {"basis": BASIS, "scheme": "christoffel", "n": 4, "rng": 0, "size": 2}),
    Call(sparsify, {"basis": BASIS, "design": POOL, "n": 5}),
    Call(expected_gram_deviation, {"basis": BASIS, "scheme": "repeated_dpp", "n": 6}),
    Call(
        linear_statistic_variance, {"basis": BASIS, "f": first, "scheme": "repeated_dpp", "n": 6, "nodes": 20}
    ),
    Call(gram_eigenvalues, {"basis": BASIS, "design": DESIGN}),
    Call(weighted_least_squares, {"basis": BASIS, "design": DESIGN, "y": Y}),
    Call(FIT.predict, {"X": X}, name="Fit.predict", allows=ANY_SHAPE),
    Call(l2_projection, {"basis": BASIS, "f": first, "nodes": 5}),
    Call(
        BEST.squared_error, {"coef": [1.0, 2.0, 3.0]}, name="Projection.squared_error",
        allows={"coef": ["one axis more"]},
    ),
    Call(
        sobol_from_coefficients, {"indices": [[0], [1]], "coef": [1.0, 2.0]},
        allows={"coef": ["one axis more"]},
    ),
    Call(
        surrogate,
        {"f": first, "basis": BASIS, "scheme": "volume_rescaled", "n": 6, "random_state": 0},
        name="PolynomialSurrogate", allows={"n": [None]},
    ),
    Call(
        PolynomialSurrogate(BASIS, n=6, random_state=0).fit_function, {"f": first},
        name="PolynomialSurrogate.fit_function",
    ),
    Call(
        PolynomialSurrogate(BASIS).fit, {"X": X, "y": Y, "sample_weight": Y}, name="PolynomialSurrogate.fit",
        allows={"X": BY_SCIKIT_LEARN, "y": BY_SCIKIT_LEARN},
    ),
    Call(
        PolynomialSurrogate(BASIS).fit(X, Y).predict, {"X": X}, name="PolynomialSurrogate.predict",
        allows={"X": BY_SCIKIT_LEARN},
    ),
    Call(runge, {"X": X}, allows=ANY_SHAPE),
    Call(ishigami, {"X": np.zeros((2, 3)), "a": 7.0, "b": 0.1}, allows=ANY_SHAPE),
    Call(ishigami_sobol_indices, {"a": 7.0, "b": 0.1}),
    Call(borehole, {"X": np.zeros((2, 8))}, allows=ANY_SHAPE),
    Call(GenzFunction, {"kind": "gaussian", "a": [1.0, 2.0], "u": [0.5, 0.5]}),
    Call(genz, {"kind": "gaussian", "d": 2, "rng": 0, "difficulty": 3.0}),
]  # fmt: skip
