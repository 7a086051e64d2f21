"""`Sensitivities.verify` proves what is true and refuses what is not."""

from dataclasses import replace

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
        assert result.verify() is result


def test_rows_are_named_as_in_the_matrix():
    result = sensitivities(np.random.default_rng(1).standard_normal((25, 3)), 3, rows=[4, 24])
    result.verify(24)
    result.verify([-1, 4])
    with pytest.raises(ValueError, match=r"row 5 has no bracket here; rows with one: 4, 24\."):
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
