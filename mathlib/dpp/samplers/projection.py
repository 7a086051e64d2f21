"""The projection determinantal point process: m points that repel each other.

Its points x_1, ..., x_m have the joint density det(K(x_i, x_j)) / m! with respect to mu^m, where K(x, y) =
phi(x).phi(y): the squared volume that phi(x_1), ..., phi(x_m) span. Two algorithms draw from it exactly.

The *chain rule* (J. B. Hough, M. Krishnapur, Y. Peres, B. Virag, 2006) works for every basis: see
`mathlib.dpp.samplers.kernel`. It looks at candidates of the Christoffel density. When j of m points are
missing, each is accepted with probability j/m whatever happened before, so their number is a sum of
independent geometric variables of mean m H_m = m (1 + 1/2 + ... + 1/m), independent of the points.

The *random matrix* works for the polynomials of degree below m in one variable: the points are the
eigenvalues of a random tridiagonal matrix, see `mathlib.dpp.bases.families`.
"""

from contextlib import nullcontext

import numpy as np
from scipy.linalg import eigh_tridiagonal
from tqdm import tqdm

from mathlib.annotations import RNG
from mathlib.checks import check_choice, check_flag, check_memory, check_rng
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.bases.discrete import DiscreteBasis
from mathlib.dpp.checks import check_size
from mathlib.dpp.samplers.christoffel import FEWER, OPERATIONS, independent_points
from mathlib.dpp.samplers.design import Design, christoffel_design

__all__ = ["projection_points", "sample_dpp"]

#: From this m on, in one variable, the random matrix is the faster one.
_MATRIX_FROM = 40


def sample_dpp(
    basis: Basis,
    *,
    rng: RNG,
    size: int | None = None,
    method: str = "auto",
    progress: bool = False,
) -> Design:
    r"""Draw m points of the projection process with kernel K(x, y) = phi(x).phi(y), exactly.

    The density of the points, in random order, is det(K(x_i, x_j)) / m! with respect to mu^m. Each single
    point has the Christoffel density k/m.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        The number R of independent draws; points then have shape (R, m, d). The first draws do not depend
        on R.
    method : {"auto", "chain", "matrix"}
        "chain" is the chain rule, for every basis. "matrix" takes eigenvalues of a random tridiagonal matrix,
        for polynomials of degree below m in one variable. "auto" takes the faster one.
    progress : bool
        Whether to show a progress bar if it takes longer than a second.

    Returns
    -------
    Design
        Of scheme "dpp", with the weights w = m/k. With the chain rule, `proposals` counts the candidates.

    Raises
    ------
    ValueError
        If the method does not fit the basis, or an argument is not as above.

    Notes
    -----
    The chain rule costs about m^3 ln m multiplications and additions, and m H_m candidates on average. The
    eigenvalues cost m^2.

    References
    ----------
    J. B. Hough, M. Krishnapur, Y. Peres, B. Virag (2006), Algorithm 18, for the chain rule. R. Killip, I.
    Nenciu (2004) and I. Dumitriu, A. Edelman (2002) for the matrices.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 2, 3))
    >>> sample_dpp(basis, rng=0)
    Design('dpp': n = 10 points in d = 2)
    >>> sample_dpp(basis, rng=0, size=500)
    Design('dpp': 500 draws of n = 10 points in d = 2)
    """
    return process_design(basis, "dpp", size, rng=rng, method=method, progress=progress)


def process_design(basis, scheme, size, *, rng, extra=0, method="auto", progress=False) -> Design:
    """Return the design of m points of the process and `extra` independent ones, of weights m/k."""
    size = check_size(size)
    points, proposals = projection_points(
        check_basis(basis), size or 1, rng=rng, extra=extra, method=method, progress=progress
    )
    if size is None:
        points, proposals = points[0], None if proposals is None else int(proposals[0])
    return christoffel_design(basis, points, scheme, proposals)


def projection_points(basis, draws, *, rng, extra=0, method="auto", progress=False):
    """Return points (draws, m + extra, d), and the numbers of candidates (draws,), None without candidates.

    Each draw consists of m points of the projection process and `extra` independent ones of the Christoffel
    density, in random order.
    """
    check_choice("method", method, ("auto", "chain", "matrix"))
    rng, progress = check_rng(rng), check_flag("progress", progress)
    check_memory(draws * (basis.m + extra) * basis.d, "the array of points", FEWER)
    possible = _is_all_degrees(basis)
    if method == "matrix" and not possible:
        raise ValueError(
            'method="matrix" needs a TensorBasis of degrees 0, ..., m - 1 in one variable; got '
            f'{basis}. Take method="chain".'
        )
    if method == "matrix" or (method == "auto" and possible and basis.m >= _MATRIX_FROM):
        return _by_matrix(basis, draws, extra, rng, progress), None
    return _by_chain_rule(basis, draws, extra, rng, progress)


def _by_chain_rule(basis, draws, extra, rng, progress):
    from mathlib.dpp.samplers.kernel import chain_rule, chain_rule_discrete  # numba loads when it is needed

    finite, m = isinstance(basis, DiscreteBasis), basis.m
    check_memory(m * m, f"the table of m = {m} vectors", "take a smaller space")
    draw = chain_rule_discrete if finite else chain_rule
    points = np.empty((draws, m + extra, basis.d), np.int64 if finite else float)
    proposals, place, Q = np.zeros(draws, np.int64), np.zeros(2, np.int64), np.empty((m, m))
    with tqdm(total=draws, desc="draws", delay=1, leave=False) if progress else nullcontext() as bar:
        while place[0] < draws:
            draw(rng, OPERATIONS, basis.draw_cost, place, Q, points, proposals, *basis.sampling_tables)
            if bar is not None:
                bar.update(int(place[0]) - bar.n)
    return points, proposals


def _by_matrix(basis, draws, extra, rng, progress):
    points = np.empty((draws, basis.m + extra, 1))
    numbers = range(draws)
    for r in tqdm(numbers, desc="draws", delay=1, leave=False) if progress else numbers:
        diag, off = basis.families[0]._random_matrix(basis.m, rng)
        points[r, : basis.m, 0] = eigh_tridiagonal(diag, off, eigvals_only=True)
        points[r, basis.m :] = independent_points(basis, extra, rng=rng)
        rng.shuffle(points[r])  # eigenvalues come sorted
    return points


def _is_all_degrees(basis) -> bool:
    return (
        not isinstance(basis, DiscreteBasis)
        and basis.d == 1
        and np.array_equal(np.sort(basis.indices[:, 0]), np.arange(basis.m))
    )
