"""Volume-rescaled sampling and independent repetitions of the projection process.

Both are put together from determinantal and independent points, so they cost little more than those.
"""

import numpy as np

from mathlib.annotations import RNG
from mathlib.checks import check_count
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.checks import check_enough, check_size
from mathlib.dpp.samplers.design import Design
from mathlib.dpp.samplers.projection import process_design

__all__ = ["sample_repeated_dpp", "sample_volume_rescaled"]


def sample_volume_rescaled(
    basis: Basis, n: int, *, rng: RNG, size: int | None = None, progress: bool = False
) -> Design:
    """Draw n points whose joint density is proportional to det G times the one of independent points.

    With nu of density k/m relative to mu, w = m/k and G = (1/n) sum_i w(x_i) phi(x_i) phi(x_i)^T, the law is

        n^m (n - m)! / n!  det G(x_1, ..., x_n)  dnu(x_1) ... dnu(x_n).

    It is the law of the m points of the projection process and n - m independent points of nu, shuffled, and
    so it is drawn: by the Cauchy-Binet formula det G is a sum over the m-subsets of the points.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    n : int
        Number of points, at least m.
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        Number R of draws.
    progress : bool
        Whether to show a progress bar if it takes longer than a second.

    Returns
    -------
    Design
        points (n, d) or (R, n, d), weights w(x_i), scheme "volume_rescaled".

    Raises
    ------
    ValueError
        If n < m, where the determinant would vanish, or an argument is not as above.

    Notes
    -----
    The weighted least-squares fit on these points is unbiased, E u^ = Pu. If independent points almost surely
    determine a fit, as for polynomials and measures with densities, E G^{-1} = n / (n - m + 1) I, and for
    n = m E |u - u^|^2 = (1 + m) |u - Pu|^2. On finite sets, where points may repeat, both are upper bounds.
    The cost is one draw of `sample_dpp` and n - m points of `sample_christoffel`.

    References
    ----------
    M. Derezinski, M. Warmuth, D. Hsu (2018, 2022) for the law and its properties; A. Nouy, B. Michel (2023),
    arXiv:2312.14057, for a general weight.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 2, 2))
    >>> sample_volume_rescaled(basis, 10, rng=0)
    Design('volume_rescaled': n = 10 points in d = 2)
    """
    extra = check_enough(n, check_basis(basis).m) - basis.m
    return process_design(basis, "volume_rescaled", size, rng=rng, extra=extra, progress=progress)


def sample_repeated_dpp(
    basis: Basis, r: int, *, rng: RNG, size: int | None = None, progress: bool = False
) -> Design:
    """Draw r independent copies of the projection process: n = r m points.

    Each copy has its points well apart; different copies know nothing of each other.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    r : int
        Number of copies, at least 1.
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        Number R of draws, each of r copies.
    progress : bool
        Whether to show a progress bar if it takes longer than a second.

    Returns
    -------
    Design
        points (r m, d) or (R, r m, d), copy after copy, weights w(x_i), scheme "repeated_dpp".

    Raises
    ------
    ValueError
        If r < 1 or an argument is not as above.

    Notes
    -----
    E G = I, and E |G - I|_F^2 is r times smaller than for one copy: see `expected_gram_deviation`. For r >= 2
    the least-squares fit has a small bias; only `sample_volume_rescaled` has none. The cost is r draws of
    `sample_dpp`.

    References
    ----------
    A. Nouy, B. Michel (2023), arXiv:2312.14057.

    Examples
    --------
    >>> from mathlib.dpp import Hermite, TensorBasis, index_set
    >>> basis = TensorBasis(Hermite(), index_set("total", 2, 2))
    >>> sample_repeated_dpp(basis, 3, rng=0, size=4)
    Design('repeated_dpp': 4 draws of n = 18 points in d = 2)
    """
    r, size = check_count("r", r, 1, "the number of copies"), check_size(size)
    copies = process_design(basis, "repeated_dpp", (size or 1) * r, rng=rng, progress=progress)
    front = () if size is None else (size,)
    proposals = copies.proposals
    if isinstance(proposals, np.ndarray):
        sums = proposals.reshape(-1, r).sum(axis=1)
        proposals = int(sums[0]) if size is None else sums
    return Design(
        copies.points.reshape(*front, r * basis.m, basis.d),
        copies.weights.reshape(*front, r * basis.m),
        "repeated_dpp",
        proposals,
    )
