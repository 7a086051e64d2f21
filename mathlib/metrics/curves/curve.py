"""Space-filling curves of the square, described by the pieces of which they consist."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from mathlib.checks import check_flag, check_integer, check_memory, shown
from mathlib.fields import entries, rational, settle

__all__ = ["SYMMETRIES", "SpaceFillingCurve", "check_curve", "hilbert", "peano", "z_order"]

_LARGEST_BASE = 8
_MOST_LEVELS = 20_000
_SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
SYMMETRIES = tuple((a, 0, 0, d) for a, d in _SIGNS) + tuple((0, b, c, 0) for b, c in _SIGNS)
_IDENTITY = SYMMETRIES[0]


@dataclass(frozen=True, repr=False)
class SpaceFillingCurve:
    r"""A map c of [0, 1] onto the unit square that consists of smaller copies of itself.

    With :math:`m` the centre of the square, :math:`n = b^2`, and piece i :math:`= (p, M, \text{reversed})`,

    .. math:: c\left(\frac{i + s}{n}\right) = \frac{p + m + M (c(s) - m)}{b}, \qquad 0 \le s < 1,

    where c(1 - s) stands for c(s) if the piece is reversed.

    Parameters
    ----------
    base : int
        b, from 2 to 8: the square is cut into :math:`b^2` cells.
    pieces : list of (x, y, (a, b, c, d), reversed)
        One for each cell, in order of time: column x and row y of the cell, from 0, upwards; the matrix M in
        rows, one of the eight symmetries of the square; whether the copy is run backwards.

    Raises
    ------
    ValueError
        If a cell is missing or occurs twice, or a matrix is no symmetry of the square.

    Examples
    --------
    >>> hilbert.cells(1).tolist()
    [[0, 0], [0, 1], [1, 1], [1, 0]]
    >>> hilbert.point(Fraction(1, 3))
    (Fraction(0, 1), Fraction(1, 1))
    >>> hilbert
    curve of 4 pieces, continuous
    """

    base: int
    pieces: Sequence[tuple[int, int, tuple[int, int, int, int], bool]]

    def __post_init__(self):
        base = check_integer("base", self.base, 2, _LARGEST_BASE, "the cells along a side")
        given = entries("pieces", self.pieces, base**2, base**2)
        pieces = tuple(_piece(f"pieces[{i}]", piece, base) for i, piece in enumerate(given))
        if len({piece[:2] for piece in pieces}) < base**2:
            raise ValueError(f"pieces must use each of the {base**2} cells once; got {shown(self.pieces)}.")
        settle(self, base=base, pieces=pieces)

    @cached_property
    def children(self) -> np.ndarray:
        """For each way in which a copy can lie in a cell the x, the y and the way of each of its pieces.

        Way 2i + r is the i-th symmetry of the square, run backwards if r is 1; 0 is the curve itself.
        """
        ways = [(M, r) for M in SYMMETRIES for r in (False, True)]
        rows = [[(x, y, ways.index((N, q))) for x, y, N, q in self._parts(M, r)] for M, r in ways]
        return np.array(rows, dtype=np.int64)

    def _parts(self, M, reverse):
        """The pieces of the copy under M, in order of time."""
        a, b, c, d = M
        shift = self.base - 1
        for x, y, (e, f, g, h), r in self.pieces[:: -1 if reverse else 1]:
            u, v = 2 * x - shift, 2 * y - shift  # twice the way from the centre of the square
            product = (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)
            yield (a * u + b * v + shift) // 2, (c * u + d * v + shift) // 2, product, r != reverse

    def cells(self, order: int) -> np.ndarray:
        """Return the cells of the grid of :math:`b^k` by :math:`b^k` in the order of the curve.

        Parameters
        ----------
        order : int
            k, at least 0.

        Returns
        -------
        ndarray of shape (b^(2k), 2)
            Columns and rows, from 0; the cost is that of writing it.

        Raises
        ------
        ValueError
            If memory cannot hold it.
        """
        return self._cells_and_ways(order)[0]

    def starts(self, order: int) -> np.ndarray:
        """Return the points of the curve at the times :math:`i / b^{2k}`, i = 0, 1, ..., in sides of a cell.

        Parameters
        ----------
        order : int
            k, at least 0.

        Returns
        -------
        ndarray of shape (b^(2k) + 1, 2)
            Doubles; they are exact if the curve begins and ends at corners.

        Raises
        ------
        ValueError
            If memory cannot hold it.
        """
        cells, ways = self._cells_and_ways(order)
        ends = np.array([[float(z) - 0.5 for z in self.point(t)] for t in (0, 1)])
        turned = [ends @ np.reshape(M, (2, 2)).T + 0.5 for M in SYMMETRIES]
        first = np.array([p[r] for p in turned for r in (0, 1)])[ways] + cells
        last = (ends[1] + 0.5) * self.base**order
        return np.concatenate([first, [last]])

    def _cells_and_ways(self, order):
        order = check_integer("order", order, 0, 30, "how often the square is cut")
        check_memory(8 * self.base ** (2 * order), "the cells of this order", "take a smaller order")
        cells, ways = np.zeros((1, 2), dtype=np.int64), np.zeros(1, dtype=np.int64)
        for _ in range(order):
            parts = self.children[ways]
            cells = (self.base * cells[:, None] + parts[:, :, :2]).reshape(-1, 2)
            ways = parts[:, :, 2].ravel()
        return cells, ways

    def point(self, time: Fraction | int) -> tuple[Fraction, Fraction]:
        """Return c(time) exactly.

        Parameters
        ----------
        time : int or Fraction
            From 0 to 1.

        Returns
        -------
        tuple of Fraction

        Raises
        ------
        ValueError
            If the digits of the time in base b^2 repeat only after more than 20000.

        Notes
        -----
        The digits of the time lead through smaller and smaller cells. Once the rest of the time and the
        orientation have been met before, the point is the fixed point of the map between the two cells.
        """
        if isinstance(time, float | np.floating):
            raise ValueError(f"time must be an integer or a Fraction; got {shown(time)}. Use Fraction(...).")
        left = rational("time", time)
        if not 0 <= left <= 1:
            raise ValueError(f"time must lie from 0 to 1; got {shown(time)}.")
        way, corner, size = 0, (0, 0), 1  # the cell is (corner + the unit square) / size
        seen: dict[tuple[Fraction, int], tuple[tuple[int, int], int]] = {}
        while (left, way) not in seen:
            seen[left, way] = corner, size
            if len(seen) > _MOST_LEVELS:
                raise ValueError(f"time must repeat within {_MOST_LEVELS} digits; got {shown(time)}.")
            left *= self.base**2
            digit = min(int(left), self.base**2 - 1)
            left -= digit
            x, y, way = self.children[way, digit].tolist()
            corner, size = (self.base * corner[0] + x, self.base * corner[1] + y), size * self.base
        before, larger = seen[left, way]
        return tuple(_fixed(p, larger, q, size) for p, q in zip(before, corner, strict=True))  # type: ignore[return-value]

    @cached_property
    def continuous(self) -> bool:
        """Whether each piece ends where the next begins."""
        ends = [self._ends(x, y, M, r) for x, y, M, r in self.pieces]
        return all(a[1] == b[0] for a, b in itertools.pairwise(ends))

    def _ends(self, x, y, M, reverse):
        """The first and the last point of a piece, in cells."""
        half = Fraction(1, 2)
        a, b, c, d = M
        found = []
        for time in (1, 0) if reverse else (0, 1):
            u, v = (z - half for z in self.point(time))
            found.append((x + half + a * u + b * v, y + half + c * u + d * v))
        return found

    def __repr__(self) -> str:
        return f"curve of {self.base**2} pieces, {'continuous' if self.continuous else 'not continuous'}"


def check_curve(curve) -> SpaceFillingCurve:
    """Return a SpaceFillingCurve; refuse everything else."""
    if not isinstance(curve, SpaceFillingCurve):
        raise ValueError(f"curve must be a SpaceFillingCurve; got {shown(curve)}.")
    return curve


def _piece(name, piece, base) -> tuple[Any, ...]:
    x, y, M, reverse = entries(name, piece, 4, 4)
    x, y = (check_integer(f"{name}[{k}]", z, 0, base - 1, "a cell") for k, z in enumerate((x, y)))
    matrix = tuple(check_integer(f"{name}[2]", z, -1, 1) for z in entries(f"{name}[2]", M, 4, 4))
    if matrix not in SYMMETRIES:
        raise ValueError(f"{name}[2] must be a symmetry of the square, like (0, 1, 1, 0); got {shown(M)}.")
    return x, y, matrix, check_flag(f"{name}[3]", reverse)


def _fixed(p, larger, q, smaller) -> Fraction:
    """The z in [0, 1] with z = (p + w) / larger and z = (q + w) / smaller for the same w in [0, 1]."""
    w = Fraction(q * larger - p * smaller, smaller - larger)
    return (p + w) / larger


_ALONG = ((0, 1, 1, 0), _IDENTITY, _IDENTITY, (0, -1, -1, 0))

#: Hilbert's curve from (0, 0) to (1, 0), up first.
hilbert: SpaceFillingCurve = SpaceFillingCurve(
    2,
    [(x, y, M, False) for (x, y), M in zip(((0, 0), (0, 1), (1, 1), (1, 0)), _ALONG, strict=True)],
)
#: Peano's curve from (0, 0) to (1, 1), columns up, down, up.
peano: SpaceFillingCurve = SpaceFillingCurve(
    3,
    [
        (x, y, ((-1) ** y, 0, 0, (-1) ** x), False)
        for x in range(3)
        for y in ((0, 1, 2) if x != 1 else (2, 1, 0))
    ],
)
#: The order by interleaved bits (Morton), in the shape of a Z; not continuous.
z_order: SpaceFillingCurve = SpaceFillingCurve(2, [(x, y, _IDENTITY, False) for y in (1, 0) for x in (0, 1)])
