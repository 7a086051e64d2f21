"""Relations that compose: which products a bilinear model knows, and how well it can for a group."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_flag, check_integer, shown
from mathlib.fields import entries
from mathlib.graphs.checker.rescal import RescalFit

__all__ = ["Rules", "compression_optimum", "mine_rules"]


@dataclass(frozen=True, repr=False, eq=False)
class Rules:
    """Which relation is nearest to each product of two.

    Attributes
    ----------
    products : ndarray of shape (R, R)
        For each pair (r, s) the t with M_t nearest to the product of M_r and M_s.
    defects : ndarray of shape (R, R)
        The Frobenius distance.
    """

    products: np.ndarray
    defects: np.ndarray

    def __repr__(self) -> str:
        return f"{self.products.size} products, defects up to {self.defects.max():.3g}"


def mine_rules(fit: RescalFit, gram: bool = True) -> Rules:
    """Find for each two relations of a model the one that is nearest to their product.

    Parameters
    ----------
    fit : RescalFit
    gram : bool
        Whether to multiply as M_r G M_s with G = E'E, which does not depend on the choice of E: for E -> EQ,
        M -> Q^-1 M Q^-T the plain product M_r M_s changes its meaning.

    Returns
    -------
    Rules

    Examples
    --------
    >>> from mathlib.graphs import rescal
    >>> turns = np.array([np.roll(np.eye(5), k, axis=1) for k in range(5)])
    >>> mine_rules(rescal(turns, 5, rng=0)).products[2].tolist()
    [2, 3, 4, 0, 1]
    """
    if not isinstance(fit, RescalFit):
        raise ValueError(f"fit must be what rescal returns; got {shown(fit)}.")
    gram = check_flag("gram", gram)
    M, E = fit.relations, fit.entities
    left = M @ (E.T @ E) if gram else M
    flat = M.reshape(len(M), -1)
    products = np.empty((len(M), len(M)), dtype=np.int64)
    defects = np.empty((len(M), len(M)))
    for r in range(len(M)):
        each = (left[r] @ M).reshape(len(M), -1)
        squares = ((each[:, None] - flat[None]) ** 2).sum(axis=2)
        products[r] = squares.argmin(axis=1)
        defects[r] = np.sqrt(squares.min(axis=1))
    return Rules(products, defects)


def compression_optimum(dims: ArrayLike, rank: int) -> Fraction:
    """Compute max sum t_i^2 / m_i over 0 <= t_i <= m_i with sum t_i = d.

    For a group of R permutations of n points whose real irreducible parts, of dimensions m_i, are pairwise
    different, the least loss of rank d is R (n - this).

    Parameters
    ----------
    dims : list of int
        m_1, m_2, ..., at least 1 each.
    rank : int
        d, from 0 to their sum.

    Returns
    -------
    Fraction
        The maximum, which is at a vertex: all t_i but one are 0 or m_i.

    Examples
    --------
    >>> compression_optimum([1, 4], 3), 20 * (5 - compression_optimum([1, 4], 3))
    (Fraction(9, 4), Fraction(55, 1))
    """
    sizes = [check_integer(f"dims[{k}]", m, 1, 10**4) for k, m in enumerate(entries("dims", dims, 1, 1000))]
    rank = check_integer("rank", rank, 0, sum(sizes), "the number of dimensions to keep")
    best = Fraction(0)
    for k, m in enumerate(sizes):
        sums = {0}
        for other in sizes[:k] + sizes[k + 1 :]:
            sums |= {s + other for s in sums if s + other <= rank}
        best = max(best, *(s + Fraction((rank - s) ** 2, m) for s in sums if rank - s <= m), Fraction(0))
    return best
