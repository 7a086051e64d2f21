"""The shape of a three-point bound: what `solve_three_point` optimises over."""

from dataclasses import dataclass

from mathlib.checks import check_integer, check_number
from mathlib.fields import entries, settle

__all__ = ["ThreePointSpec"]

# Files of certificates keep these limits, too: none must be able to ask for endless work.
MOST_DIMENSIONS, LARGEST_DEGREE, MOST_BLOCKS, LARGEST_BLOCK = 48, 99, 64, 32


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
    ValueError: degree2 must be odd; got 20. For an even degree f2 and its transform cannot both have ...
    >>> ThreePointSpec(n=4, R=1.6, degree2=9, blocks=(3, 2, 1)).variables
    19
    """

    n: int
    R: float
    degree2: int
    blocks: tuple[int, ...]
    scale: float = 1.0

    def __post_init__(self):
        n = check_integer("n", self.n, 2, MOST_DIMENSIONS, "the dimension")
        R = check_number("R", self.R, 1, 2, "the ratio R/r")
        degree2 = check_integer("degree2", self.degree2, 1, LARGEST_DEGREE, "and odd")
        if degree2 % 2 == 0:
            raise ValueError(
                f"degree2 must be odd; got {degree2}. For an even degree f2 and its transform cannot both "
                "have the right sign at infinity."
            )
        sizes = enumerate(entries("blocks", self.blocks, 1, MOST_BLOCKS))
        blocks = tuple(check_integer(f"blocks[{k}]", m, 1, LARGEST_BLOCK, "a size") for k, m in sizes)
        scale = check_number("scale", self.scale, 0, float("inf"), "lam")
        settle(self, n=n, R=R, degree2=degree2, blocks=blocks, scale=scale)

    @property
    def variables(self) -> int:
        """The number of variables of the semidefinite programme."""
        return self.degree2 + sum(m * (m + 1) // 2 for m in self.blocks)
