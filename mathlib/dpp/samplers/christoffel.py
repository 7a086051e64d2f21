"""Independent points of the Christoffel density, the optimal density for independent points."""

import numpy as np
from tqdm import tqdm

from mathlib.annotations import RNG
from mathlib.checks import check_flag, check_memory, check_rng
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.bases.discrete import DiscreteBasis
from mathlib.dpp.checks import check_enough, check_size
from mathlib.dpp.samplers.design import Design, christoffel_design

__all__ = ["FEWER", "OPERATIONS", "independent_points", "sample_christoffel"]

#: Multiplications of one compiled call: some tenths of a second, after which an interrupt gets through.
OPERATIONS = 10**8
#: What to do if an array would be too large.
FEWER = "draw fewer at a time, with one generator as rng: it goes on where it was left"


def sample_christoffel(
    basis: Basis, n: int, *, rng: RNG, size: int | None = None, progress: bool = False
) -> Design:
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
    progress : bool
        Whether to show a progress bar if it takes longer than a second.

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
    n, size = check_enough(n, basis.m), check_size(size)
    points = independent_points(basis, (size or 1) * n, rng=rng, progress=progress)
    points = points.reshape(size or 1, n, basis.d)
    return christoffel_design(basis, points[0] if size is None else points, "christoffel")


def independent_points(basis, n, *, rng, progress=False) -> np.ndarray:
    """Return n points of the Christoffel density, of shape (n, d), for any n >= 0."""
    from mathlib.dpp.samplers.kernel import christoffel_numbers, christoffel_points  # numba loads when needed

    rng, progress = check_rng(rng), check_flag("progress", progress)
    check_memory(n * basis.d, "the array of points", FEWER)
    if isinstance(basis, DiscreteBasis):
        points = np.empty((n, 1), np.int64)
        fill, tables = christoffel_numbers, basis.sampling_tables[:1]
    else:
        points = np.empty((n, basis.d))
        indices, _, codes, recurrences = basis.sampling_tables
        fill, tables = christoffel_points, (indices, codes, recurrences)
    part = max(1, int(OPERATIONS / basis.draw_cost))
    starts = range(0, n, part)
    for start in tqdm(starts, desc="Christoffel points", delay=1, leave=False) if progress else starts:
        fill(rng, points[start : start + part], *tables)
    return points
