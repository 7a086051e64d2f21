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

import numpy as np
from scipy.linalg import eigh_tridiagonal

from mathlib.checks import check_choice
from mathlib.dpp.bases.discrete import DiscreteBasis
from mathlib.dpp.checks import check_basis, check_memory, check_size
from mathlib.dpp.samplers.christoffel import FEWER, OPERATIONS, independent_points
from mathlib.dpp.samplers.design import Design, christoffel_design
from mathlib.dpp.samplers.progress import until_done

__all__ = ["projection_points", "sample_dpp"]

#: From this m on, in one variable, the random matrix is the faster one.
_MATRIX_FROM = 40


def sample_dpp(basis, *, rng, size=None, method="auto") -> Design:
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
    check_basis(basis)
    size = check_size(size)
    points, proposals = projection_points(basis, 1 if size is None else size, rng=rng, method=method)
    if size is None:
        points, proposals = points[0], None if proposals is None else int(proposals[0])
    return christoffel_design(basis, points, "dpp", proposals)


def projection_points(basis, draws, *, rng, extra=0, method="auto"):
    """Return points (draws, m + extra, d), and the numbers of candidates (draws,), None without candidates.

    Each draw consists of m points of the projection process and `extra` independent ones of the Christoffel
    density, in random order.

    >>> from mathlib.dpp import Legendre, TensorBasis
    >>> points, proposals = projection_points(TensorBasis(Legendre(), [[0], [1]]), 3, rng=0, extra=2)
    >>> points.shape, proposals.shape
    ((3, 4, 1), (3,))
    """
    check_choice("method", method, ("auto", "chain", "matrix"))
    check_memory(draws, basis.m + extra, basis.d, what="the array of points", advice=FEWER)
    rng = np.random.default_rng(rng)
    possible = _is_all_degrees(basis)
    if method == "matrix" and not possible:
        raise ValueError(
            f'method="matrix" needs a TensorBasis of degrees 0, ..., m - 1 in one variable; got {basis}. '
            'Take method="chain".'
        )
    if method == "matrix" or (method == "auto" and possible and basis.m >= _MATRIX_FROM):
        return _by_matrix(basis, draws, extra, rng), None
    return _by_chain_rule(basis, draws, extra, rng)


def _by_chain_rule(basis, draws, extra, rng):
    from mathlib.dpp.samplers.kernel import chain_rule, chain_rule_discrete  # numba loads when it is needed

    finite, m = isinstance(basis, DiscreteBasis), basis.m
    check_memory(m, m, what=f"the table of m = {m} vectors", advice="Take a smaller space.")
    draw = chain_rule_discrete if finite else chain_rule
    points = np.empty((draws, m + extra, basis.d), np.int64 if finite else float)
    proposals, place, Q = np.zeros(draws, np.int64), np.zeros(2, np.int64), np.empty((m, m))
    state = place, Q, points, proposals

    def step():
        draw(rng, OPERATIONS, basis.draw_cost, *state, *basis.sampling_tables)

    until_done(step, lambda: int(place[0]), draws, "draws")
    return points, proposals


def _by_matrix(basis, draws, extra, rng):
    points = np.empty((draws, basis.m + extra, 1))
    for r in range(draws):
        diag, off = basis.families[0].random_matrix(basis.m, rng=rng)
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
