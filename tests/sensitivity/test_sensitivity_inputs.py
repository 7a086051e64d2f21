"""Bad input raises ValueError and says what was given, what is allowed and what to do; names load lazily."""

import subprocess
import sys

import numpy as np
import pytest

import mathlib.sensitivity
from mathlib.sensitivity import (
    dual_norm,
    exact_l1_sensitivities,
    leverage_scores,
    lewis_weights,
    sensitivities,
)

GOOD = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
FUNCTIONS = {
    "leverage_scores": leverage_scores,
    "lewis_weights": lambda A: lewis_weights(A, 1.5),
    "sensitivities": lambda A: sensitivities(A, 1.5),
    "dual_norm": lambda A: dual_norm(A, [1, 2], 1.5),
    "exact_l1_sensitivities": exact_l1_sensitivities,
}
BAD_MATRICES = {
    "one axis": ([1.0, 2.0], r"A must be a matrix, an array with two axes; got shape \(2,\)"),
    "three axes": (np.ones((2, 2, 2)), r"two axes; got shape \(2, 2, 2\)"),
    "no rows": (np.ones((0, 2)), r"A is empty, shape \(0, 2\)"),
    "no columns": (np.ones((2, 0)), r"A is empty, shape \(2, 0\)"),
    "zero": (np.zeros((3, 2)), "A is zero in every entry"),
    "NaN": ([[1, 2], [np.nan, 1]], "row 1, column 0 is nan"),
    "infinity": ([[1, np.inf], [2, 1]], "row 0, column 1 is inf"),
    "complex": ([[1j, 1]], "A must hold real numbers"),
    "words": ([["a", "b"]], "A must hold real numbers"),
    "ragged": ([[1, 2], [3]], "A must hold real numbers"),
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", BAD_MATRICES)
def test_matrices(function, kind):
    A, text = BAD_MATRICES[kind]
    with pytest.raises(ValueError, match=text):
        FUNCTIONS[function](A)


@pytest.mark.parametrize(
    ("p", "why"), [(0.5, "is no norm"), (np.inf, "large finite p"), (17, "loses"), ("2", "")]
)
def test_powers(p, why):
    for call in (lewis_weights, sensitivities, lambda A, p: dual_norm(A, [1, 2], p)):
        with pytest.raises(ValueError, match=f"p must be a number from 1 to 16; got .*{why}"):
            call(GOOD, p)
    with pytest.raises(ValueError, match="got nan"):
        sensitivities(GOOD, float("nan"))


@pytest.mark.parametrize("rows", [[3], [-4], [0.5], [[0, 1]], [True, False], "0"])
def test_rows(rows):
    with pytest.raises(ValueError, match="rows must be integers from -3 to 2, or a mask of 3 truth values"):
        sensitivities(GOOD, 2, rows=rows)


@pytest.mark.parametrize("tol", [0, -1, 1, None, True])
def test_tolerances(tol):
    for call in (lewis_weights, sensitivities):
        with pytest.raises(ValueError, match="tol must be a number strictly between 0 and 1; got"):
            call(GOOD, 2, tol=tol)


@pytest.mark.parametrize("c", [[1.0], [[1.0, 2.0]], [np.nan, 1.0], ["a", "b"]])
def test_vectors(c):
    with pytest.raises(ValueError, match=r"c must (be a vector of 2 finite numbers; got|hold real numbers)"):
        dual_norm(GOOD, c, 2)


def test_other_containers_and_numbers():
    class Frame:
        def __array__(self, dtype=None, copy=None):
            return np.array(GOOD, dtype=dtype)

    want = leverage_scores(GOOD)
    for A in (Frame(), np.array(GOOD, dtype=np.float32), np.asfortranarray(GOOD), [[1, 2], [3, 4], [5, 7]]):
        np.testing.assert_array_equal(leverage_scores(A), want)
    large = np.array(GOOD) * 1e300
    np.testing.assert_allclose(leverage_scores(large), want, rtol=1e-13)
    np.testing.assert_allclose(sensitivities(large, 3).middle, sensitivities(GOOD, 3).middle, rtol=1e-6)


def test_the_input_is_not_changed():
    A = np.random.default_rng(0).standard_normal((20, 3))
    copy = A.copy()
    sensitivities(A, 1)
    lewis_weights(A, 3)
    np.testing.assert_array_equal(A, copy)


def test_names_of_the_package_load_lazily():
    program = (
        "import sys, mathlib.sensitivity as s; assert not {'numpy', 'numba', 'flint'} & set(sys.modules); "
        "assert set(s.__all__) <= set(dir(s)); s.closed_forms; "
        "print(*[getattr(s, name).__name__ for name in s.__all__])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == mathlib.sensitivity.__all__
    with pytest.raises(AttributeError, match="no attribute 'sensitivity_scores'"):
        _ = mathlib.sensitivity.sensitivity_scores
