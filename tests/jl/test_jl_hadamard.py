"""fwht against the matrix, its algebra, and its promises about types and memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import hadamard

from mathlib.jl import fwht


@pytest.mark.parametrize("log_d", range(9))
@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64, np.complex128])
def test_equals_the_matrix(log_d, dtype):
    d = 2**log_d
    x = np.random.default_rng(log_d).integers(-100, 100, size=(5, d)).astype(dtype)
    # Whole numbers of this size are exact in every one of these types.
    assert np.array_equal(fwht(x, norm=None), x @ hadamard(d).astype(dtype))


@given(st.integers(0, 10), st.integers(0, 2**32))
def test_twice_is_d_times_the_identity(log_d, seed):
    x = np.random.default_rng(seed).integers(-(2**40), 2**40, size=2**log_d)
    assert np.array_equal(fwht(fwht(x, norm=None), norm=None), 2**log_d * x)


@given(st.integers(0, 10), st.integers(0, 2**32))
def test_ortho_keeps_length_and_is_its_own_inverse(log_d, seed):
    x = np.random.default_rng(seed).standard_normal(2**log_d)
    y = fwht(x)
    assert np.linalg.norm(y) == pytest.approx(np.linalg.norm(x), rel=1e-13)
    np.testing.assert_allclose(fwht(y), x, atol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_every_axis_of_any_layout(axis):
    x = np.random.default_rng(1).integers(-9, 9, size=(16, 4, 8))
    for layout in [x, np.asfortranarray(x), x[::-1], x.transpose(2, 0, 1)]:
        expected = np.moveaxis(np.moveaxis(layout, axis, -1) @ hadamard(layout.shape[axis]), -1, axis)
        assert np.array_equal(fwht(layout, axis=axis, norm=None), expected)


def test_batches_do_not_change_a_bit():
    x = np.random.default_rng(3).standard_normal((7, 64)).astype(np.float32)
    together = fwht(x)
    for row, image in zip(x, together, strict=True):
        assert np.array_equal(fwht(row), image)
    assert np.array_equal(fwht(np.ascontiguousarray(x.T), axis=0).T, together)


@pytest.mark.parametrize(
    ("given_dtype", "norm", "dtype"),
    [
        (np.float32, "ortho", np.float32),
        (np.float64, "ortho", np.float64),
        (np.complex64, "ortho", np.complex64),
        (np.float16, None, np.float32),
        (np.int32, None, np.int64),
        (np.int32, "ortho", np.float64),
        (bool, None, np.int64),
    ],
)
def test_result_types(given_dtype, norm, dtype):
    assert fwht(np.ones((2, 4), dtype=given_dtype), norm=norm).dtype == dtype


def test_input_is_untouched_unless_it_is_out():
    x = np.arange(8.0)
    y = fwht(x)
    assert np.array_equal(x, np.arange(8.0))
    out = np.empty(8)
    assert fwht(x, out=out) is out
    assert np.array_equal(out, y)
    assert fwht(x, out=x) is x
    assert np.array_equal(x, y)


def test_out_may_be_a_strided_view_of_the_input():
    memory = np.arange(32.0).reshape(4, 8)
    expected = fwht(memory[::2, ::-1])
    view = memory[::2, ::-1]
    fwht(view, out=view)
    assert np.array_equal(memory[::2, ::-1], expected)
    assert np.array_equal(memory[1], np.arange(8.0, 16.0))


def test_empty_batch():
    assert fwht(np.empty((0, 8))).shape == (0, 8)


@pytest.mark.parametrize("d", [0, 3, 6, 100])
def test_length_must_be_a_power_of_two(d):
    padded = {0: 1, 3: 4, 6: 8, 100: 128}[d]
    with pytest.raises(ValueError, match=f"length {d}, not a power of two; pad it with zeros to {padded}"):
        fwht(np.ones(d))


def test_bad_input():
    with pytest.raises(ValueError, match="norm must be"):
        fwht(np.ones(4), norm="forward")
    with pytest.raises(ValueError, match=r"shape \(4,\) and dtype float64; got shape \(4,\)"):
        fwht(np.ones(4), out=np.empty(4, dtype=np.float32))
    with pytest.raises(ValueError, match="got list"):
        fwht(np.ones(4), out=[0, 0, 0, 0])
    with pytest.raises(ValueError, match="single number"):
        fwht(1.0)
    with pytest.raises(ValueError, match="axis 2 is out of bounds"):
        fwht(np.ones(4), axis=2)
    with pytest.raises(TypeError, match="got dtype object"):
        fwht(np.array([None, 1]))
    with pytest.raises(TypeError, match="got dtype uint64"):
        fwht(np.ones(4, dtype=np.uint64), norm=None)
