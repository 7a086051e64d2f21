"""The compiled core of `FastJL` and `fwht`: Walsh-Hadamard transforms of rows, sparse projection on top.

What is computed is defined in NumPy, in `mathlib.jl.hadamard.transform` and `mathlib.jl.maps.walsh`. The
results here are the same, bit for bit: every butterfly adds and subtracts the same two numbers, every
projected sum runs in the same order, and nothing is fused or reordered.

How it is fast:

- A *tile* is one 64-byte line for each coordinate, holding that coordinate of 16 rows (float32) or 8
  (float64). A butterfly between two coordinates is then one vector addition and one subtraction. The tile is
  made by transposing blocks of the input in registers, which also multiplies by the signs and does the
  first log2(lanes) levels: the input is read once.
- Butterflies of radix 16, 8, 4, 2 do up to four levels for each pass over the tile, first inside blocks of
  256 lines (16 KB, level-1 cache), then across them. One line is left empty after every 256, or else the
  lines of a butterfly, a power of two apart, would fall into the same few places of the cache.
- The sparse rows are applied while the tile is in the cache; the transform itself is never written out.
- A single long vector (or what is left over after the last full tile) fills its lines with consecutive
  coordinates instead. Its first levels run inside the lines, the others are the same passes.

The vector operations are spelled out in LLVM's language through numba's intrinsics: left to itself the
compiler vectorised the butterflies 3 to 5 times slower. LLVM lowers a 64-byte vector to whatever the
processor has, so the same source runs with and without AVX-512.

The whole file is one compilation unit: numba's cache notices changes in a function's own file only.
"""

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from mathlib.compiled import njit

__all__ = [
    "LANES",
    "line_offsets",
    "project_csr",
    "project_rows",
    "project_vector",
    "transform_rows",
    "transform_vector",
    "workspace",
]

LINE = 64  # bytes: one vector register, one cache line
BLOCK = 256  # lines; one line of padding follows each block

LANES = {np.dtype(np.float32): 16, np.dtype(np.float64): 8}  # numbers in a line: rows in a tile

_I32, _I64 = ir.IntType(32), ir.IntType(64)


def line_offsets(columns):
    """Byte offset of the line of each coordinate in a tile, as int32 (enough for 2^24 coordinates)."""
    columns = np.asarray(columns, dtype=np.int64)
    return ((columns + columns // BLOCK) * LINE).astype(np.int32)


def workspace(lines, dtype):
    """Scratch memory for one thread, from a line boundary on; `_parts` says what it holds."""
    lanes = LANES[np.dtype(dtype)]
    size = (lanes + BLOCK + lines + lines // BLOCK + 1) * lanes
    raw = np.empty(size + lanes, dtype)
    skip = (-raw.ctypes.data % LINE) // raw.itemsize
    return raw[skip : skip + size]


class _Lines:
    """LLVM code for vectors of one line, as functions of an `ir.IRBuilder` and integer addresses."""

    def __init__(self, element, count):
        self.element, self.count = element, count
        self.vector = ir.VectorType(element, count)

    def load(self, builder, address):
        value = builder.load(builder.inttoptr(address, self.vector.as_pointer()))
        value.align = LINE // self.count  # rows of the input begin wherever they begin
        return value

    def store(self, builder, value, address):
        builder.store(value, builder.inttoptr(address, self.vector.as_pointer())).align = LINE // self.count

    def store_all(self, builder, values, addresses):
        for value, address in zip(values, addresses, strict=True):
            self.store(builder, value, address)

    def addresses(self, builder, start, stride, count):
        return [builder.add(start, builder.mul(stride, ir.Constant(_I64, i))) for i in range(count)]

    def following(self, builder, start):
        """Addresses of as many lines as a line has lanes, one after the other."""
        return self.addresses(builder, start, ir.Constant(_I64, LINE), self.count)

    def item(self, builder, array, index, kind):
        size = ir.Constant(_I64, 4 if kind is _I32 else LINE // self.count)
        return builder.inttoptr(builder.add(array, builder.mul(index, size)), kind.as_pointer())

    def shuffle(self, builder, a, b, order):
        return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_I32, self.count), order))

    def broadcast(self, builder, number):
        empty = ir.Constant(self.vector, ir.Undefined)
        first = builder.insert_element(empty, number, ir.Constant(_I32, 0))
        return self.shuffle(builder, first, empty, [0] * self.count)

    def hadamard(self, builder, values):
        """All levels between the given vectors, in registers."""
        values, half = list(values), 1
        while half < len(values):
            for i in (i for i in range(len(values)) if not i & half):
                a, b = values[i], values[i + half]
                values[i], values[i + half] = builder.fadd(a, b), builder.fsub(a, b)
            half *= 2
        return values

    def see(self, builder, values, seen):
        """Add 0 times the sum of the values to the line `seen`: it stays zero as long as they are finite."""
        sums = list(values)
        while len(sums) > 1:
            sums = [builder.fadd(a, b) for a, b in zip(sums[::2], sums[1::2], strict=True)]
        nothing = builder.fmul(sums[0], ir.Constant(self.vector, [0.0] * self.count))
        self.store(builder, builder.fadd(self.load(builder, seen), nothing), seen)

    def transpose(self, builder, values):
        """Swap vectors and lanes of a square block: exchange halves, quarters, ... of pairs of vectors."""
        values, n, step = list(values), self.count, 1
        while step < n:
            low = [j if not j & step else n + j - step for j in range(n)]
            high = [j + step if not j & step else n + j for j in range(n)]
            for i in (i for i in range(n) if not i & step):
                a, b = values[i], values[i + step]
                values[i] = self.shuffle(builder, a, b, low)
                values[i + step] = self.shuffle(builder, a, b, high)
            step *= 2
        return values


_LINES = {types.float32: _Lines(ir.FloatType(), 16), types.float64: _Lines(ir.DoubleType(), 8)}

# Each of the following is a few dozen instructions, for lines of the type of the number `like`. They and the
# kernels are functions of the module, not of a factory for each type: what a closure holds goes into the
# key of numba's cache, and an intrinsic in it looks new to every process.


@intrinsic(prefer_literal=True)
def _butterfly(typing, like, radix, start, stride):
    """log2(radix) levels between `radix` lines that lie `stride` bytes apart."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[like]
        places = lines.addresses(builder, *arguments[2:], radix.literal_value)
        values = lines.hadamard(builder, [lines.load(builder, place) for place in places])
        lines.store_all(builder, values, places)
        return context.get_dummy_value()

    return types.void(like, radix, types.int64, types.int64), generate


@intrinsic
def _load_rows(typing, like, source, stride, signs, target):
    """A square block of rows becomes one line for each coordinate: signed, the first levels done."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[like]
        _, source, stride, signs, target = arguments
        row_signs = lines.load(builder, signs)
        rows = lines.addresses(builder, source, stride, lines.count)
        values = [builder.fmul(lines.load(builder, row), row_signs) for row in rows]
        values = lines.hadamard(builder, lines.transpose(builder, values))
        lines.store_all(builder, values, lines.following(builder, target))
        return context.get_dummy_value()

    return types.void(like, *[types.int64] * 4), generate


@intrinsic
def _load_vector(typing, like, source, signs, target):
    """A square block of one vector: signed, the levels inside and between these lines done."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[like]
        source, signs, target = (lines.following(builder, start) for start in arguments[1:])
        values = [
            builder.fmul(lines.load(builder, place), lines.load(builder, sign))
            for place, sign in zip(source, signs, strict=True)
        ]
        values = lines.hadamard(builder, lines.transpose(builder, values))
        values = lines.hadamard(builder, lines.transpose(builder, values))
        lines.store_all(builder, values, target)
        return context.get_dummy_value()

    return types.void(like, *[types.int64] * 3), generate


@intrinsic
def _store_rows(typing, scale, source, target, stride, seen):
    """Lines of one coordinate each become a square block of rows, scaled; see `_Lines.see` for `seen`."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[scale]
        number, source, target, stride, seen = arguments
        factor = lines.broadcast(builder, number)
        values = [lines.load(builder, place) for place in lines.following(builder, source)]
        values = [builder.fmul(value, factor) for value in lines.transpose(builder, values)]
        lines.store_all(builder, values, lines.addresses(builder, target, stride, lines.count))
        lines.see(builder, values, seen)
        return context.get_dummy_value()

    return types.void(scale, *[types.int64] * 4), generate


@intrinsic
def _store_vector(typing, scale, source, target, seen):
    """As many lines as a line has lanes, one after the other, scaled; see `_Lines.see` for `seen`."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[scale]
        number, source, target, seen = arguments
        factor = lines.broadcast(builder, number)
        values = [
            builder.fmul(lines.load(builder, place), factor) for place in lines.following(builder, source)
        ]
        lines.store_all(builder, values, lines.following(builder, target))
        lines.see(builder, values, seen)
        return context.get_dummy_value()

    return types.void(scale, *[types.int64] * 3), generate


@intrinsic
def _sparse_row(typing, like, tile, offsets, values, begin, end, target):
    """target = sum over t in [begin, end) of values[t] * (the line at tile + offsets[t])."""

    def generate(context, builder, signature, arguments):
        lines = _LINES[like]
        _, tile, offsets, values, begin, end, target = arguments
        total = cgutils.alloca_once_value(builder, ir.Constant(lines.vector, [0.0] * lines.count))
        with cgutils.for_range_slice(builder, begin, end, ir.Constant(_I64, 1), _I64) as (t, _):
            offset = builder.load(lines.item(builder, offsets, t, _I32))
            value = builder.load(lines.item(builder, values, t, lines.element))
            line = lines.load(builder, builder.add(tile, builder.zext(offset, _I64)))
            # Product and sum are rounded apart, as NumPy does it, so that both give the same bits.
            product = builder.fmul(lines.broadcast(builder, value), line)
            builder.store(builder.fadd(builder.load(total), product), total)
        lines.store(builder, builder.load(total), target)
        return context.get_dummy_value()

    return types.void(like, *[types.int64] * 6), generate


# How many levels the next pass takes when so many are left: four, unless that leaves one or two over.
_LEVELS = (0, 1, 2, 3, 4, 3, 3)

_compiled = njit(nogil=True, error_model="numpy")
# What only compiled code calls needs no entrance from Python.
_inner = njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


@_inner
def _pad(line):
    return line + line // BLOCK


@_inner
def _passes(like, start, levels, done):
    """Levels `done` to `levels` between the 2**levels lines at address `start`."""
    while done < levels:
        left = levels - done
        take = _LEVELS[left] if left < 7 else 4
        distance = 1 << done
        stride = _pad(distance) * LINE
        for group in range(0, 1 << levels, distance << take):
            for line in range(group, group + distance):
                place = start + _pad(line) * LINE
                if take == 4:
                    _butterfly(like, 16, place, stride)
                elif take == 3:
                    _butterfly(like, 8, place, stride)
                elif take == 2:
                    _butterfly(like, 4, place, stride)
                else:
                    _butterfly(like, 2, place, stride)
        done += take


@_inner
def _parts(work):
    """Addresses in a workspace: a square block, a panel of one block of lines, its last line, the lines."""
    square = np.int64(work.ctypes.data)
    panel = square + LINE // work.itemsize * LINE
    return square, panel, panel + (BLOCK - 1) * LINE, panel + BLOCK * LINE


@_inner
def _load_tile(X, row, signs, levels, work, scale):
    """Rows `row`, `row` + 1, ... of X, as far as they exist: signed and transformed."""
    square, _, _, tile = _parts(work)
    size, lanes = X.itemsize, LINE // X.itemsize
    rows, width, inside = min(lanes, X.shape[0] - row), X.shape[1], min(levels, 8)
    begin = np.int64(X.ctypes.data) + row * X.strides[0]
    for start in range(0, 1 << levels, 1 << inside):
        place = tile + _pad(start) * LINE
        for j in range(start, start + (1 << inside), lanes):
            source, stride = begin + j * size, X.strides[0]
            if rows < lanes or j + lanes > width:
                source, stride = square, LINE
                work[: lanes * lanes] = 0
                for i in range(rows):
                    for c in range(j, min(j + lanes, width)):
                        work[i * lanes + c - j] = X[row + i, c]
            _load_rows(scale, source, stride, signs.ctypes.data + j * size, place + (j - start) * LINE)
        _passes(scale, place, inside, 4 if lanes == 16 else 3)  # loading does the first levels
    _passes(scale, tile, levels, inside)


@_inner
def _load_tile_csr(data, indices, starts, row, signs, levels, work, scale):
    """The same from CSR arrays with sorted indices, through a panel of one block of columns at a time."""
    _, panel, _, tile = _parts(work)
    size, lanes = data.itemsize, LINE // data.itemsize
    rows, inside = min(lanes, len(starts) - 1 - row), min(levels, 8)
    width, first = 1 << inside, lanes * lanes  # the panel begins there
    cursor = starts[row : row + rows].copy()
    for start in range(0, 1 << levels, width):
        work[first : first + lanes * width] = 0
        for i in range(rows):
            t, end = cursor[i], starts[row + i + 1]
            while t < end and indices[t] < start + width:
                work[first + i * width + indices[t] - start] += data[t]
                t += 1
            cursor[i] = t
        place = tile + _pad(start) * LINE
        for j in range(0, width, lanes):
            sign = signs.ctypes.data + (start + j) * size
            _load_rows(scale, panel + j * size, width * size, sign, place + j * LINE)
        _passes(scale, place, inside, 4 if lanes == 16 else 3)
    _passes(scale, tile, levels, inside)


@_inner
def _store_tile(source, Y, row, column, work, scale):
    """Lines for the columns from `column` on, into those of the rows and columns of Y that exist."""
    square, _, seen, _ = _parts(work)
    size, lanes = Y.itemsize, LINE // Y.itemsize
    rows, columns = min(lanes, Y.shape[0] - row), min(lanes, Y.shape[1] - column)
    target, stride = np.int64(Y.ctypes.data) + row * Y.strides[0] + column * size, Y.strides[0]
    whole = rows == lanes and columns == lanes
    if not whole:
        target, stride = square, LINE
    _store_rows(scale, source, target, stride, seen)
    if not whole:
        for i in range(rows):
            for j in range(columns):
                Y[row + i, column + j] = work[i * lanes + j]


@_inner
def _project_tile(indptr, offsets, values, levels, scale, work, Y, row):
    _, panel, _, tile = _parts(work)
    lanes = LINE // Y.itemsize
    for column in range(0, Y.shape[1], lanes):
        for i in range(column, min(column + lanes, Y.shape[1])):
            target = panel + (i - column) * LINE
            _sparse_row(
                scale, tile, offsets.ctypes.data, values.ctypes.data, indptr[i], indptr[i + 1], target
            )
        # The lines beyond the last column are left from earlier, so nothing is learned here from `seen`.
        _store_tile(panel, Y, row, column, work, scale)


@_inner
def _see_nothing(work):
    """Fill the line `seen` with zeros."""
    lanes = LINE // work.itemsize
    for i in range((lanes + BLOCK - 1) * lanes, (lanes + BLOCK) * lanes):
        work[i] = 0


@_inner
def _seen_finite(work):
    """Whether the line `seen` still holds zeros, and no NaN."""
    lanes, finite = LINE // work.itemsize, True
    for i in range((lanes + BLOCK - 1) * lanes, (lanes + BLOCK) * lanes):
        finite &= work[i] == 0
    return finite


@_compiled
def project_rows(X, signs, levels, indptr, offsets, values, scale, work, Y):
    """Y = scale * X D H P^T for rows X; P by indptr, line offsets and values; H has entries +-1."""
    for row in range(0, X.shape[0], LINE // X.itemsize):
        _load_tile(X, row, signs, levels, work, scale)
        _project_tile(indptr, offsets, values, levels, scale, work, Y, row)


@_compiled
def project_csr(data, indices, starts, signs, levels, indptr, offsets, values, scale, work, Y):
    """The same for rows X given as CSR arrays with sorted indices."""
    for row in range(0, len(starts) - 1, LINE // data.itemsize):
        _load_tile_csr(data, indices, starts, row, signs, levels, work, scale)
        _project_tile(indptr, offsets, values, levels, scale, work, Y, row)


@_compiled
def transform_rows(X, signs, levels, scale, work, Y):
    """Y = scale * X D H; Y may be X. Returns False if Y, or some sums of its numbers, are not finite."""
    tile, lanes = _parts(work)[3], LINE // X.itemsize
    _see_nothing(work)
    for row in range(0, X.shape[0], lanes):
        _load_tile(X, row, signs, levels, work, scale)
        for column in range(0, Y.shape[1], lanes):
            _store_tile(tile + _pad(column) * LINE, Y, row, column, work, scale)
    return _seen_finite(work)


@_inner
def _load_one(x, signs, levels, work, scale):
    """The whole transform of one vector, of at least lanes^2 entries when padded, into the lines of work."""
    square, _, _, tile = _parts(work)
    size, lanes, inside = x.itemsize, LINE // x.itemsize, min(levels, 8)
    for start in range(0, 1 << levels, 1 << inside):
        place = tile + _pad(start) * LINE
        for line in range(start, start + (1 << inside), lanes):
            j = line * lanes
            source = np.int64(x.ctypes.data) + j * size
            if j + lanes * lanes > len(x):
                source = square
                work[: lanes * lanes] = 0
                for c in range(j, min(j + lanes * lanes, len(x))):
                    work[c - j] = x[c]
            _load_vector(scale, source, signs.ctypes.data + j * size, place + (line - start) * LINE)
        _passes(scale, place, inside, 4 if lanes == 16 else 3)
    _passes(scale, tile, levels, inside)


@_compiled
def project_vector(x, signs, levels, indptr, columns, values, scale, work, y):
    """y = scale * P H D x for one vector; P by indptr, columns and values; 2**levels lines."""
    lanes = LINE // x.itemsize
    _load_one(x, signs, levels, work, scale)
    for i in range(len(y)):
        total = values.dtype.type(0)
        for t in range(indptr[i], indptr[i + 1]):
            line = lanes + BLOCK + _pad(columns[t] // lanes)  # after the square block and the panel
            total += values[t] * work[line * lanes + columns[t] % lanes]
        y[i] = total * scale


@_compiled
def transform_vector(x, signs, levels, scale, work, y):
    """y = scale * H D x for one vector of 2**levels lines; y may be x. Returns as transform_rows."""
    _, _, seen, tile = _parts(work)
    _see_nothing(work)
    _load_one(x, signs, levels, work, scale)
    for line in range(0, 1 << levels, LINE // x.itemsize):
        _store_vector(scale, tile + _pad(line) * LINE, y.ctypes.data + line * LINE, seen)
    return _seen_finite(work)
