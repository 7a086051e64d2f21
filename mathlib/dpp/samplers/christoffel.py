"""Independent points of the Christoffel density, the optimal density for independent points."""

import numpy as np

from mathlib.dpp.bases.discrete import DiscreteBasis
from mathlib.dpp.checks import check_basis, check_enough, check_memory, check_size
from mathlib.dpp.samplers.design import Design, christoffel_design
from mathlib.dpp.samplers.progress import in_parts

__all__ = ["FEWER", "OPERATIONS", "independent_points", "sample_christoffel"]

#: Multiplications of one compiled call: some tenths of a second, after which an interrupt gets through.
OPERATIONS = 10**8
#: What to do if an array would be too large.
FEWER = "Draw fewer at a time, with one generator as rng: it goes on where it was left."


def sample_christoffel(basis, n, *, rng, size=None) -> Design:
    r"""Draw n independent points of the density k(x)/m with respect to mu, k(x) = |phi(x)|^2.

    With the weights w = m/k, the Gram matrix G has mean I, trace m whatever the points are, and
    E|G - I|_F^2 = (m^2 - m)/n. No other density of independent points has a smaller bound of |w phi phi^T|,
    on which the number of points rests that keep G close to I.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    n : int
        The number of points, at least m: fewer determine no fit.
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        The number R of independent designs; points then have shape (R, n, d). The first draws do not depend
        on R.

    Returns
    -------
    Design
        Of scheme "christoffel".

    Raises
    ------
    ValueError
        If n < m or an argument is not as above.

    Notes
    -----
    A uniform multi-index k, then each coordinate from phi_{k_j}^2 mu_j: for beta laws by rejection from the
    arcsine law (for Legendre two proposals on average, whatever the degree), for the others by inverting the
    distribution function. The cost is of order d p for each point and degree p.

    References
    ----------
    A. Cohen, G. Migliorati (2017), Optimal weighted least-squares methods.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 2, 3))
    >>> sample_christoffel(basis, 20, rng=0)
    Design('christoffel': n = 20 points in d = 2)
    """
    check_basis(basis)
    n = check_enough(n, basis.m)
    size = check_size(size)
    draws = 1 if size is None else size
    points = independent_points(basis, draws * n, rng=rng).reshape(draws, n, basis.d)
    return christoffel_design(basis, points[0] if size is None else points, "christoffel")


def independent_points(basis, n, *, rng) -> np.ndarray:
    """Return n points of the Christoffel density, of shape (n, d), for any n >= 0: the part of the samplers.

    >>> from mathlib.dpp import Legendre, TensorBasis
    >>> independent_points(TensorBasis(Legendre(), [[0], [1]]), 4, rng=0).shape
    (4, 1)
    """
    from mathlib.dpp.samplers.kernel import (  # numba loads when it is needed
        christoffel_numbers,
        christoffel_points,
    )

    check_memory(n, basis.d, what="the array of points", advice=FEWER)
    if isinstance(basis, DiscreteBasis):
        points = np.empty((n, 1), np.int64)
        fill, tables = christoffel_numbers, basis.sampling_tables[:1]
    else:
        points = np.empty((n, basis.d))
        indices, _, codes, recurrences = basis.sampling_tables
        fill, tables = christoffel_points, (indices, codes, recurrences)
    rng, start = np.random.default_rng(rng), 0
    for part in in_parts(n, max(1, int(OPERATIONS / basis.draw_cost)), "Christoffel points"):
        fill(rng, points[start : start + part], *tables)
        start += part
    return points
