"""Bad input raises ValueError and says what was given, what is allowed and what to do; names load lazily."""

import copy
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

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
    "one axis": ([1.0, 2.0], r"A must be a matrix .*; got shape \(2,\)\. For a single column"),
    "three axes": (np.ones((2, 2, 2)), r"must be a matrix .*; got shape \(2, 2, 2\)"),
    "no rows": (np.ones((0, 2)), r"at least one row and one column; got shape \(0, 2\)"),
    "no columns": (np.ones((2, 0)), r"at least one row and one column; got shape \(2, 0\)"),
    "zero": (np.zeros((3, 2)), "A must have an entry that is not zero; got only zeros"),
    "NaN": ([[1, 2], [np.nan, 1]], r"A must be finite; got nan in entry \(1, 0\)"),
    "infinity": ([[1, np.inf], [2, 1]], r"A must be finite; got inf in entry \(0, 1\)"),
    "complex": ([[1j, 1]], "A must hold real numbers"),
    "complex objects": (np.array([[1j, 1]], dtype=object), "A must hold real numbers"),
    "complex numbers of NumPy": (np.array([[np.complex128(2), 1]], dtype=object), "A must hold real numbers"),
    "digits": ([["1", "2"]], "A must hold real numbers"),
    "None": ([[None, 2]], "A must hold real numbers"),
    "times": (np.array([["2026-01-01"]], dtype="M8[D]"), "A must hold real numbers"),
    "masked": (np.ma.masked_array([[1.0, 2.0]], [[True, False]]), "got masked entries"),
    "large integers": (np.array([[2**53 + 1, 2**53]]), "exact in double precision; got 9007199254740993"),
    "large unsigned integers": (
        np.array([[2**64 - 1]], dtype=np.uint64),
        "exact in double precision; got 18446744073709551615",
    ),
    "integers that NumPy would round": (
        [[2**53 + 1, 0.5]],
        "exact in double precision; got 9007199254740993",
    ),
    "integers of NumPy among objects": (np.array([[np.int64(2**53 + 1)]], dtype=object), "exact in double"),
    "integers beyond all": ([[10**400, 1]], "below 1.8e308"),
    "fractions": ([[Fraction(1, 3), 1]], "exact in double precision; got 1/3"),
    "decimals": ([[Decimal("0.1")]], "exact in double precision; got 0.1"),
    "extended precision": (np.array([[1, 3]], dtype=np.longdouble) / 3, "exact in double precision"),
    "words": ([["a", "b"]], "A must hold real numbers"),
    "ragged": ([[1, 2], [3]], "A must hold real numbers, in rows of equal length"),
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


@pytest.mark.parametrize("rows", [[3], [-4], [0.5], [[0, 1]], [True, False], "0", [[0], [0, 1]]])
def test_rows(rows):
    with pytest.raises(ValueError, match="rows must be integers from -3 to 2, or a mask of 3 truth values"):
        sensitivities(GOOD, 2, rows=rows)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint64])
def test_rows_of_any_type_of_integer(kind):
    """The number of all rows need not be a number of that type."""
    A = np.random.default_rng(0).standard_normal((300, 2))
    assert sensitivities(A, 2, rows=np.array([3, 100], dtype=kind)).rows.tolist() == [3, 100]


@pytest.mark.parametrize("tol", [0, -1, 1, None, True, Fraction(1, 10**400), 10**400])
def test_tolerances(tol):
    for call in (lewis_weights, sensitivities):
        with pytest.raises(ValueError, match=r"tol must be a number strictly between 0 and 1, .*; got"):
            call(GOOD, 2, tol=tol)


@pytest.mark.parametrize("c", [[1.0], [[1.0, 2.0]], [np.nan, 1.0], ["a", "b"]])
def test_vectors(c):
    with pytest.raises(ValueError, match=r"c must (have shape \(2,\); got|be finite; got|hold real numbers)"):
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


def test_numbers_that_doubles_hold_are_taken_in_any_type():
    want = sensitivities([[0.5, 0], [1, 2]], 2).lower
    for A in (
        [[Fraction(1, 2), 0], [1, 2]],
        [[Decimal("0.5"), 0], [1, 2]],
        np.array([[0.5, 0], [1, 2]], dtype=np.longdouble),
        np.array([[0.5, 0], [1, 2]], dtype=">f8"),
        np.array([[0.5, 0], [1, 2]], dtype=np.float16),
        np.array([[0.5, 0], [1, 2]], dtype=object),
        np.ma.masked_array([[0.5, 0], [1, 2]]),
    ):
        np.testing.assert_array_equal(sensitivities(A, 2).lower, want)
    large = [[2**53 + 2, 2**60], [2**62, 3]]
    np.testing.assert_array_equal(leverage_scores(large), leverage_scores(np.array(large, dtype=float)))
    with pytest.raises(ValueError, match="A must hold real numbers; got True"):
        leverage_scores([[True, False], [True, True]])


@pytest.mark.parametrize("p", [Fraction(4, 3), np.longdouble(4) / 3, True, 1.5 + 0j])
def test_a_power_is_a_double(p):
    with pytest.raises(ValueError, match="p must be a number from 1 to 16; got"):
        sensitivities(GOOD, p)


@pytest.mark.parametrize("p", [1, 1.5, 3])
def test_weights_and_scores_of_rows_of_any_scale(p):
    """Squares of small rows underflow; the weights themselves need not."""
    for scale in (1e-90, 1e-170, 1e-190):
        w = lewis_weights([[1.0], [scale]], p)
        assert w[1] == pytest.approx(scale**p, rel=1e-9)
        result = sensitivities([[1.0], [scale]], p)
        assert result.converged.all()
        assert result.lower[1] <= scale**p <= result.upper[1]


def test_rows_beyond_the_range_of_coordinates():
    """Their sensitivities are no zeros, though 1e-300 / 1e300 is one."""
    A = np.array([[1e300, 0], [1e300, 1e300], [1e-300, 0], [0, 0]])
    for p in (1, 1.5, 4):
        result = sensitivities(A, p)
        result.verify()
        assert result.upper.tolist()[2:] == [1e-300, 0]
        assert result.converged.all()


def test_pivots_among_rows_whose_scales_underflow_beside_others():
    A = np.diag([1e300, 1e-5, 1e-290, 1e-160]) + 0.0
    A[:, 3] = A.max(axis=1) / 3
    result = sensitivities(A, 1)
    assert result.rank == 4
    np.testing.assert_allclose(result.middle, 1, rtol=1e-6)


def test_a_dual_norm_beyond_the_range():
    with pytest.raises(ValueError, match=r"the dual norm is above 1\.8e308"):
        dual_norm([[1e-200]], [1e200], 2)
    assert dual_norm([[1e-150]], [1e150], 2) == pytest.approx(1e300)


def test_dual_norms_are_copied_with_their_brackets():
    found = dual_norm(GOOD, [1, 2], 3)
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert (other, other.lower, other.upper) == (found, found.lower, found.upper)


def test_the_line_says_that_columns_are_left_out():
    """These columns are independent, but not in double precision."""
    assert "2 rows in brackets, rank 1 of 2 columns" in repr(sensitivities(2.0**53 - np.eye(2), 2))
    assert "columns" not in repr(sensitivities(GOOD, 2))


def test_x_beyond_the_range_is_told():
    result = sensitivities([[1e-200], [1e-310]], 2)
    with pytest.warns(RuntimeWarning, match="some entries of x lie outside the range of doubles; `values`"):
        _ = result.x


def test_the_input_is_not_changed():
    A = np.random.default_rng(0).standard_normal((20, 3))
    copy = A.copy()
    sensitivities(A, 1)
    lewis_weights(A, 3)
    np.testing.assert_array_equal(A, copy)


def test_names_of_the_package_load_lazily():
    program = (
        "import sys, mathlib.sensitivity as s; assert not {'numpy', 'numba', 'flint'} & set(sys.modules); "
        "assert set(s.__all__) <= set(dir(s)); "
        "print(*[getattr(s, name).__name__.split('.')[-1] for name in s.__all__])"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.split() == mathlib.sensitivity.__all__
    with pytest.raises(AttributeError, match="sensitivity_scores"):
        _ = mathlib.sensitivity.sensitivity_scores
