"""The estimate of the total sensitivity against the sum over all rows and against closed forms."""

import numpy as np
import pytest

from mathlib.sensitivity import closed_forms, sensitivities, total_sensitivity
from mathlib.sensitivity.sampling.total import TotalSensitivity


@pytest.mark.parametrize("p", [1, 3])
def test_the_estimate_is_unbiased_and_knows_its_error(p):
    rng = np.random.default_rng(0)
    A = rng.standard_normal((120, 3)) * rng.exponential(size=(120, 1))
    truth = total_sensitivity(A, p, rows=120, rng=0)
    z = []
    for seed in range(80):
        found = total_sensitivity(A, p, rows=30, rng=seed)
        z.append((found.estimate - truth.estimate) / found.standard_error)
    z = np.array(z)
    # Means of 30 bounded draws are nearly normal: the mean of 80 is within 5 / sqrt(80), and the share beyond
    # 2 near 5 %, at most 18 % (5 standard deviations). A right estimator fails once in 10^5 seeds.
    assert abs(z.mean()) < 5 / np.sqrt(80)
    assert np.mean(np.abs(z) > 2) < 0.18
    assert np.mean(np.abs(z) > 0.5) > 0.3


def test_all_rows():
    A = np.random.default_rng(1).standard_normal((40, 3))
    s = sensitivities(A, 1.5)
    found = total_sensitivity(A, 1.5, rows=40, rng=0)
    assert found.estimate == pytest.approx(s.upper.sum(), rel=1e-3)
    assert (found.standard_error, found.rows) == (0, 40)
    assert total_sensitivity(A, 1.5, rows=1000, rng=0) == found


def test_p_2_is_the_rank_whatever_is_drawn():
    A = np.random.default_rng(1).standard_normal((200, 4))
    found = total_sensitivity(np.c_[A, A[:, 0]], 2, rows=5, rng=3)
    assert found.estimate == pytest.approx(4, rel=1e-9)
    assert found.standard_error < 1e-9
    assert (found.lower, found.upper) == (4, 4)


@pytest.mark.parametrize("p", [1, 1.5, 3])
def test_closed_forms_with_equal_rows(p):
    for form in (closed_forms.complete_graph(7, p), closed_forms.sign_rows(4, p)):
        found = total_sensitivity(form.matrix, p, rows=6, rng=0)
        assert found.estimate == pytest.approx(form.total, rel=1e-3)
        assert found.lower * (1 - 1e-9) <= form.total <= found.upper * (1 + 1e-9)


def test_the_seed_decides():
    A = np.random.default_rng(1).standard_normal((100, 3))
    assert total_sensitivity(A, 1, rows=10, rng=4) == total_sensitivity(A, 1, rows=10, rng=4)
    assert total_sensitivity(A, 1, rows=10, rng=4) != total_sensitivity(A, 1, rows=10, rng=5)


@pytest.mark.parametrize("rows", [0, 1, 2.5, True])
def test_bad_rows(rows):
    with pytest.raises(ValueError, match="rows must be an integer >= 2"):
        total_sensitivity(np.eye(3), 1, rows=rows, rng=0)


def test_the_line_says_how_sure_it_is():
    assert repr(TotalSensitivity(3.25, 0.012, 2.0, 4.0, 20)) == (
        "TotalSensitivity(3.25, standard error 0.012, 20 rows)"
    )
