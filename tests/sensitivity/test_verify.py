"""`Sensitivities.verify` proves what is true and refuses what is not."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.sensitivity import sensitivities

POWERS = (1, 1.0001, 1.5, 2, 3, 7.3, 16)


def matrices():
    rng = np.random.default_rng(0)
    yield rng.standard_normal((25, 3))
    yield rng.standard_normal((25, 3)) * 10 ** rng.uniform(-5, 5, 25)[:, None]
    yield rng.standard_normal((20, 2)) @ rng.standard_normal((2, 4))
    yield np.vstack([np.eye(3), np.eye(3), np.zeros((1, 3))])


@pytest.mark.parametrize("p", POWERS)
@pytest.mark.parametrize("keep_dual", [False, True])
def test_brackets_are_proved(p, keep_dual):
    for A in matrices():
        result = sensitivities(A, p, rows=[0, 5, -1], keep_dual=keep_dual)
        assert result.verify().by == "ball arithmetic"


def test_rows_are_named_as_in_the_matrix():
    result = sensitivities(np.random.default_rng(1).standard_normal((25, 3)), 3, rows=[4, 24])
    result.verify(24)
    result.verify([-1, 4])
    with pytest.raises(ValueError, match=r"rows must be rows with a bracket here, 4, 24; got 5\."):
        result.verify([4, 5])


@pytest.mark.parametrize("p", [1, 1.5, 2, 4])
@pytest.mark.parametrize("keep_dual", [False, True])
def test_narrower_brackets_are_refused(p, keep_dual):
    """Ends moved over the middle of the bracket by more than its width are false, and must not pass."""
    A = np.random.default_rng(2).standard_normal((30, 3))
    result = sensitivities(A, p, rows=[7], keep_dual=keep_dual)
    with pytest.raises(CertificateError, match=r"row 7: \|<a_i, x>\|\^p / .* >= lower does not hold"):
        replace(result, lower=result.upper * (1 + 1e-9)).verify()
    with pytest.raises(CertificateError, match=r"row 7: \|\|y\|\|_q\^p <= upper for some y .* does not hold"):
        replace(result, upper=result.lower * (1 - 1e-9)).verify()


def test_other_points_and_duals_are_refused():
    A = np.random.default_rng(3).standard_normal((30, 3))
    result = sensitivities(A, 3, rows=[7, 8], keep_dual=True)
    with pytest.raises(CertificateError, match=r"row 7: .* >= lower"):
        replace(result, values=result.values[::-1]).verify()
    with pytest.raises(CertificateError, match=r"row 7: .* <= upper"):
        replace(result, dual=np.zeros_like(result.dual)).verify()


def test_a_dual_is_made_feasible_and_not_trusted():
    """A vector y that misses A^T y = a_i by much proves nothing, however small its norm."""
    result = sensitivities(np.random.default_rng(4).standard_normal((30, 3)), 1.5, rows=[2], keep_dual=True)
    shrunk = replace(result, dual=0.9 * result.dual, upper=0.9**1.5 * result.upper)
    with pytest.raises(CertificateError, match=r"row 2: .* <= upper"):
        shrunk.verify()


HONEST = sensitivities(np.random.default_rng(5).standard_normal((12, 3)), 1.5, rows=[7, 2, 9], keep_dual=True)
OTHER = sensitivities(np.random.default_rng(6).standard_normal((12, 3)), 1.5, rows=[7, 2, 9], keep_dual=True)
WRONG_TYPES = (None, "0.5", 0.5, [0.1, 0.2, 0.3], np.zeros((3, 0)), np.array(["a", "b", "c"]))


def moved(name, place, change):
    """The field with one entry changed."""
    values = getattr(HONEST, name).copy()
    values[place] = change(values[place])
    return values


def lies():
    """For each field, what somebody might write there though it is false or nothing of the kind."""
    fields = {
        "p": (1, 2, 1.4, 1.6, 3.0, 0.5, 17, -1.5, 0, np.nan, np.inf, True, None, "1.5", 1.5 + 0j, [1.5]),
        "rows": (HONEST.rows[::-1], HONEST.rows + 1, HONEST.rows[:2], HONEST.rows - 12, HONEST.rows + 12,
                 HONEST.rows.astype(float), np.array([7, 7, 9])),
        "lower": (HONEST.upper * (1 + 1e-9), HONEST.lower[::-1], HONEST.lower[:2], OTHER.lower, -HONEST.lower,
                  moved("lower", 1, lambda x: np.nan), moved("lower", 2, lambda x: np.inf), np.ones(3),
                  moved("lower", 0, lambda x: x * (1 + 1e-5)), HONEST.lower + 0j),
        "upper": (HONEST.lower * (1 - 1e-9), HONEST.upper[::-1], HONEST.upper[:2], OTHER.upper / 2,
                  np.zeros(3),
                  moved("upper", 1, lambda x: np.nan), moved("upper", 2, lambda x: np.inf), -HONEST.upper,
                  moved("upper", 0, lambda x: x * (1 - 1e-5)), HONEST.upper.astype(object)),
        "iterations": (-HONEST.iterations, HONEST.iterations[:2], HONEST.iterations + 0.5),
        "pivot_rows": (HONEST.pivot_rows[::-1], HONEST.pivot_rows[:2], HONEST.pivot_rows[[0, 0, 2]],
                       HONEST.pivot_rows - 12, HONEST.pivot_rows + 12, OTHER.pivot_rows),
        "pivot_columns": (np.array([0, 1]), np.array([0, 0, 2]), np.array([-1, 0, 1]), np.array([0, 1, 3]),
                          np.arange(4)),
        "values": (HONEST.values[::-1], HONEST.values[:2], HONEST.values[:, :2], OTHER.values,
                   np.zeros((3, 3)), np.full((3, 3), np.nan), HONEST.values + 0j),
        "dual": (HONEST.dual[::-1], HONEST.dual[:2], HONEST.dual[:, :11], np.full((3, 12), np.nan),
                 np.zeros((3, 12)), np.full((3, 12), np.inf)),
        "tol": (0.0, -1.0, 1.0, np.nan, None, "1e-6", True),
        "A": (OTHER.A, HONEST.A[:11], HONEST.A[:, :2], 2 * HONEST.A[::-1], HONEST.A.astype(np.float32),
              HONEST.A + 0j, HONEST.A.tolist(), np.full((12, 3), np.nan), np.zeros((12, 3)), "A", 7),
    }  # fmt: skip
    for name, values in fields.items():
        wrong = () if name in ("p", "tol", "dual") else WRONG_TYPES
        for number, value in enumerate((*values, *wrong)):
            yield pytest.param(name, value, id=f"{name}-{number}")


@pytest.mark.parametrize(("name", "value"), list(lies()))
def test_a_field_that_is_not_what_it_should_be_is_refused(name, value):
    with pytest.raises(CertificateError):
        replace(HONEST, **{name: value}).verify()


@pytest.mark.parametrize("step", [-1, 1])
def test_ends_between_two_doubles_are_refused(step):
    """sigma = 1 exactly: an end beyond it by less than the proof could see is false too."""
    honest = sensitivities(np.eye(2), 2)
    beyond = np.nextafter(np.ones(2, dtype=np.longdouble), np.longdouble(1 + step))
    if beyond[0] == beyond[0].astype(float):
        pytest.skip("the extended type of this processor is the double")
    for lie in ({"upper": beyond}, {"lower": beyond}, {"lower": beyond, "upper": beyond}):
        with pytest.raises(CertificateError, match="lower and upper are doubles"):
            replace(honest, **lie).verify()


@pytest.mark.parametrize("p", [np.int64(2), np.float32(2), np.longdouble(2), Fraction(2)])
def test_a_power_of_any_type_is_taken_as_a_double(p):
    replace(sensitivities(np.eye(2), 2), p=p, tol=Fraction(1, 10)).verify()


def test_results_of_rows_that_are_swapped_are_refused():
    swapped = {name: getattr(HONEST, name)[::-1] for name in ("lower", "upper", "values", "dual")}
    with pytest.raises(CertificateError):
        replace(HONEST, **swapped).verify()
    with pytest.raises(CertificateError):
        replace(HONEST, **{name: getattr(OTHER, name) for name in swapped}).verify()


def test_any_pivots_do_whose_submatrix_is_invertible():
    """They say in which coordinates x is given; the bracket is the same whatever they are."""
    for B in ([0, 1, 2], [11, 3, 5]):
        values = np.linalg.solve(HONEST.A[HONEST.pivot_rows][:, HONEST.pivot_columns], HONEST.values.T)
        J = HONEST.pivot_columns[[2, 0, 1]]
        moved_values = (HONEST.A[B][:, HONEST.pivot_columns] @ values).T
        other = replace(HONEST, pivot_rows=np.array(B), pivot_columns=J, values=moved_values)
        slack = replace(other, lower=HONEST.lower * (1 - 1e-12), upper=HONEST.upper * (1 + 1e-12))
        assert slack.verify().checks == HONEST.verify().checks


def test_fewer_columns_are_told():
    """Brackets of some columns are no brackets of the matrix, unless the others depend on these."""
    part = sensitivities(HONEST.A[:, [0, 2]], 1.5, rows=[7], keep_dual=True)
    columns = np.array([0, 2])[part.pivot_columns]
    theorem = replace(part, A=HONEST.A, pivot_columns=columns).verify().theorem
    assert "for row 7 of columns 0, 2 of a 12 x 3 matrix, p = 1.5" in theorem


def test_the_theorem_says_what_was_proved():
    one, two = HONEST.verify(9), HONEST.verify([2, 7])
    assert one.theorem.startswith("sigma_i in [0.")
    assert "for row 9 of a 12 x 3 matrix, p = 1.5" in one.theorem
    assert "for 2 rows of a 12 x 3 matrix, p = 1.5, their sum in" in two.theorem
    assert two.bound[0] <= HONEST.lower[[0, 1]].sum() * (1 + 1e-15)
    assert HONEST.upper[[0, 1]].sum() * (1 - 1e-15) <= two.bound[1]
    assert HONEST.bound == HONEST.verify().bound


@pytest.mark.parametrize("p", [1, 1.5, 4])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_prove_nothing(p, bad):
    """A maximum, or a sum of powers, may pass over NaN: then any upper end would seem proved."""
    result = sensitivities(np.random.default_rng(5).standard_normal((12, 3)), p, rows=[7], keep_dual=True)
    for place in range(12):
        dual = result.dual.copy()
        dual[0, place] = bad
        with pytest.raises(CertificateError):
            replace(result, dual=dual, upper=result.upper / 2, lower=result.upper * 0.4999999).verify()
    with pytest.raises(CertificateError):
        replace(result, values=np.full((1, 3), bad)).verify()


def test_the_matrix_must_still_be_the_one_that_was_given():
    A = np.random.default_rng(5).standard_normal((12, 3))
    result = sensitivities(A, 3, rows=[4])
    A[4] *= 2
    with pytest.raises(CertificateError, match="row 4"):
        result.verify()


def test_a_row_that_stands_there_twice_is_proved_twice():
    A = np.random.default_rng(5).standard_normal((12, 3))
    result = sensitivities(A, 3, rows=[4, 4])
    result.verify(4)
    for place in (0, 1):
        lower = result.lower.copy()
        lower[place] *= 1 + 1e-5
        with pytest.raises(CertificateError, match="row 4"):
            replace(result, lower=lower).verify(4)


@pytest.mark.parametrize("rows", [[1.7], "7", [[7]], [True, False], 99])
def test_rows_to_verify_are_integers(rows):
    with pytest.raises(ValueError, match="rows must be integers") as caught:
        HONEST.verify(rows)
    assert not isinstance(caught.value, CertificateError)
