"""fwht against the matrix, its algebra, and its promises about types and memory."""

import warnings

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
    with pytest.raises(ValueError, match=f"length {d} along axis -1. Pad it with zeros to {padded}"):
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
    with pytest.raises(ValueError, match="axis must be an integer from -1 to 0, an axis of x; got 2"):
        fwht(np.ones(4), axis=2)
    with pytest.raises(TypeError, match="got dtype object"):
        fwht(np.array([None, 1]))
    for dtype in ("m8[s]", "M8[s]", "U1"):
        with pytest.raises(TypeError, match="x must hold real or complex numbers, or integers; got dtype"):
            fwht(np.ones(2).astype(int).astype(dtype))
    for axis in (True, 0.0, (0,), None):
        with pytest.raises(ValueError, match="axis must be an integer from -2 to 1, an axis of x; got"):
            fwht(np.ones((2, 2)), axis=axis)
    with pytest.raises(ValueError, match="masked"):
        fwht(np.ma.array([1.0, 2.0], mask=[False, True]))
    assert fwht(np.ma.array([1, 2], mask=[False, False]), norm=None).tolist() == [3, -1]


def in_fractions(x):
    """The sums by the definition, in Python's integers."""
    signs = [[(-1) ** (i & j).bit_count() for j in range(len(x))] for i in range(len(x))]
    return [sum(s * int(value) for s, value in zip(row, x, strict=True)) for row in signs]


WHOLE = {
    "Python": [2**61, -3, 2**61 - 1, 5],
    "larger than int64, mixed with smaller ones": [2**63, -1, 2**64 - 1, -(2**64)],
    "huge": [10**30, -(10**30), 1, 0],
    "int64": np.array([2**62, 2**62, -(2**62), 2**62]),
    "int64 with sums that return": np.array([2**62, 2**62, -(2**62), -(2**62)]),
    "int64 that fits": np.array([2**61 - 1, 1, 2**53 + 1, 0]),
    "the smallest": np.array([-(2**63), 0]),
    "uint64": np.array([2**63 - 1, 0], dtype=np.uint64),
    "uint64 beyond int64": np.array([2**63, 1], dtype=np.uint64),
    "objects": np.array([2**62, np.int64(2**62), True, np.uint64(2**63)], dtype=object),
    "int8": np.array([-128, 127, -128, 1], dtype=np.int8),
    "booleans": [True, True, False, True],
}


@pytest.mark.parametrize("x", WHOLE.values(), ids=WHOLE.keys())
def test_integers_are_exact_or_an_error(x):
    expected = in_fractions(x)
    if all(-(2**63) <= value < 2**63 for value in expected):
        result = fwht(x, norm=None)
        assert result.dtype == np.int64
        assert result.tolist() == expected
    else:
        with pytest.raises(OverflowError, match="do not fit into int64: for rounded sums give x as floats"):
            fwht(x, norm=None)
    # Divided by the root of d the exact sums are rounded once, and the quotient once more.
    quotients = fwht(x)
    assert quotients.dtype == np.float64
    np.testing.assert_allclose(quotients, np.array(expected, dtype=float) * len(x) ** -0.5, rtol=4e-16)


@given(st.integers(0, 5), st.integers(0, 2**32), st.integers(1, 70))
def test_integers_of_every_size_along_every_axis(log_d, seed, bits):
    rng = np.random.default_rng(seed)
    halves = rng.integers(0, 2**40, (3, 2**log_d, 2))
    x = [[(int(a) << 40 | int(b)) % 2**bits - 2 ** (bits - 1) for a, b in row] for row in halves]
    expected = [in_fractions(row) for row in x]
    fits = all(-(2**63) <= value < 2**63 for row in expected for value in row)
    columns = [list(column) for column in zip(*x, strict=True)]
    for given_rows, axis in [(x, 1), (columns, 0)]:
        if fits:
            result = np.moveaxis(fwht(given_rows, norm=None, axis=axis), axis, 1)
            assert result.tolist() == expected
        else:
            with pytest.raises(OverflowError):
                fwht(given_rows, norm=None, axis=axis)


def test_a_list_of_floats_and_an_integer_that_no_float_is():
    assert fwht([2**53, 0.5], norm=None)[0] == 2**53
    for x in ([2**53 + 1, 0.5], [[0.5, 1], [2**63 + 1, 1]], [1j, 2**60 + 1]):
        with pytest.raises(OverflowError, match="give integers only, or floats only"):
            fwht(x, norm=None)


@pytest.mark.parametrize("rows", [1, 4, 64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.longdouble])
def test_out_may_overlap_x(rows, dtype):
    """The kernel reads and writes a tile at a time, so it must not see rows that it has overwritten."""
    memory = np.random.default_rng(0).standard_normal((rows + 1) * 64).astype(dtype)
    expected = fwht(memory[: 64 * rows].reshape(rows, 64), norm=None)
    for shift in (-64, -7, -1, 0, 1, 7, 64):
        cells = np.zeros(memory.size + 128, dtype)
        x = cells[64:][: 64 * rows].reshape(rows, 64)
        x[...] = memory[: 64 * rows].reshape(rows, 64)
        out = cells[64 + shift :][: 64 * rows].reshape(rows, 64)
        assert np.array_equal(fwht(x, norm=None, out=out), expected)
    square = memory[:64].reshape(8, 8).copy()
    expected = fwht(square)
    assert np.array_equal(fwht(square, out=square.T), expected)


def test_out_that_cannot_take_the_result():
    readonly = np.empty((3, 64))
    readonly.flags.writeable = False
    with pytest.raises(ValueError, match="out must be an array that can be written; got a read-only"):
        fwht(np.ones((3, 64)), out=readonly)
    one = np.empty(64)
    for shared in (
        np.lib.stride_tricks.as_strided(one, (3, 64), (0, 8)),
        np.lib.stride_tricks.sliding_window_view(one, 32, writeable=True),
    ):
        with pytest.raises(ValueError, match="got entries that share memory"):
            fwht(np.ones(shared.shape), out=shared)
    for kind in (">f8", np.complex128, np.int64, bool):
        with pytest.raises(ValueError, match="dtype float64; got"):
            fwht(np.ones(8), out=np.empty(8, kind))


def test_every_kind_of_memory():
    x = np.random.default_rng(0).standard_normal((20, 64))
    expected = fwht(x)
    unaligned = np.frombuffer(b"0" + x.tobytes(), dtype=np.uint8)[1:].view(np.float64).reshape(20, 64)
    assert not unaligned.flags.aligned
    readonly = x.copy()
    readonly.flags.writeable = False
    for same in (unaligned, readonly, np.asfortranarray(x), x.astype(">f8"), x.tolist()):
        assert np.array_equal(fwht(same), expected)
    raw = np.zeros(x.nbytes + 1, np.uint8)[1:].view(np.float64).reshape(20, 64)
    for out in (raw, np.zeros((20, 128))[:, ::2], np.zeros((64, 20)).T, np.zeros((20, 64))[::-1]):
        assert fwht(x, out=out) is out
        assert np.array_equal(out, expected)


@pytest.mark.parametrize("shape", [(1, 4), (3, 16), (1, 1024), (20, 1024), (1, 2**14), (2, 2**17)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, np.inf, "overflow"])
def test_what_is_not_finite_does_not_pass_without_a_word(shape, dtype, bad):
    x = np.zeros(shape, dtype)
    assert not fwht(x).any()  # and no warning, which pytest would not hide from the next line
    x[-1, -2:] = np.finfo(dtype).max if bad == "overflow" else bad
    with pytest.warns(RuntimeWarning, match="holds NaN or infinity"):
        result = fwht(x, norm=None)
    assert not np.isfinite(result[-1]).all()
    assert np.isfinite(result[:-1]).all()
    with pytest.warns(RuntimeWarning, match="holds NaN or infinity"):
        assert np.array_equal(fwht(x, norm=None, out=x), result, equal_nan=True)


def test_large_numbers_are_no_cause_for_a_warning():
    """Their sum over the whole result overflows, which is not asked for."""
    for d in (4, 64, 1024, 2**14):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            x = np.zeros((20, d))
            x[:, 0] = 1e308
            assert np.isfinite(fwht(x, norm=None)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_one_by_one_and_in_tiles_give_the_same_bits(dtype):
    for d in (64, 256, 512, 1024, 2**13, 2**14):
        x = np.random.default_rng(d).standard_normal((35, d)).astype(dtype)
        alone = np.vstack([fwht(row) for row in x])
        for n in (1, 2, 3, 7, 8, 9, 16, 17, 24, 25, 35):
            assert np.array_equal(fwht(x[:n]), alone[:n])
