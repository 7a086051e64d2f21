"""The shape of a three-point bound: what `solve_three_point` optimises over."""

from dataclasses import dataclass
from math import isfinite

__all__ = ["ThreePointSpec"]

# Files of certificates keep these limits, too: none must be able to ask for endless work.
MOST_DIMENSIONS, LARGEST_DEGREE, MOST_BLOCKS, LARGEST_BLOCK = 48, 99, 64, 32


def is_integer(value):
    """Whether it is an int and no bool."""
    return type(value) is int


@dataclass(frozen=True)
class ThreePointSpec:
    """What to optimise over: the shape of f2 and of the kernel f3, without their coefficients.

    Attributes
    ----------
    n : int
        The dimension, 2 to 48.
    R : float
        Where the kernel ends, in units of the minimum distance r of the packing: R/r, above 1 and below 2.
    degree2 : int
        The degree of the polynomial factor of f2 in |x|^2. It must be odd: f2 is negative and its transform
        positive far out, and their leading coefficients c and (-1)^degree2 c have then opposite signs.
    blocks : tuple of int
        The sizes m_0, ..., m_K of the matrices A_0, ..., A_K; K is the degree in the angle. A_0 has one row
        more than it has polynomials in |x|: its first row belongs to the indicator of the origin.
    scale : float
        lam in the Gaussian factor exp(-pi lam |x|^2) of f2, for packings of minimum distance r; the solver
        chooses r and the certificate states it.

    Examples
    --------
    >>> ThreePointSpec(n=4, R=1.6646, degree2=21, blocks=(7, 5, 5, 4), scale=1.0)
    ThreePointSpec(n=4, R=1.6646, degree2=21, blocks=(7, 5, 5, 4), scale=1.0)
    >>> ThreePointSpec(n=4, R=1.6646, degree2=20, blocks=(7, 5, 5, 4), scale=1.0)
    Traceback (most recent call last):
        ...
    ValueError: degree2 = 20: an odd integer from 1 to 99 is expected; f2 and its transform cannot both ...
    """

    n: int
    R: float
    degree2: int
    blocks: tuple[int, ...]
    scale: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "blocks", tuple(self.blocks))
        if not (is_integer(self.n) and 2 <= self.n <= MOST_DIMENSIONS):
            raise ValueError(f"n = {self.n!r}: an integer from 2 to {MOST_DIMENSIONS} is expected")
        if not (isfinite(self.R) and 1 < self.R < 2):
            raise ValueError(f"R = {self.R!r}: the ratio R/r, between 1 and 2, is expected")
        if not (is_integer(self.degree2) and 1 <= self.degree2 <= LARGEST_DEGREE and self.degree2 % 2):
            raise ValueError(
                f"degree2 = {self.degree2!r}: an odd integer from 1 to {LARGEST_DEGREE} is expected; f2 and "
                "its transform cannot both have the right sign at infinity otherwise"
            )
        sizes_are_good = all(is_integer(m) and 1 <= m <= LARGEST_BLOCK for m in self.blocks)
        if not (1 <= len(self.blocks) <= MOST_BLOCKS and sizes_are_good):
            raise ValueError(
                f"blocks = {self.blocks!r}: 1 to {MOST_BLOCKS} sizes from 1 to {LARGEST_BLOCK} are expected"
            )
        if not (isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"scale = {self.scale!r}: a positive number is expected")
