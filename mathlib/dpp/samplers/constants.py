"""Exact constants of the designs, by quadrature: what simulations are compared with.

For the weights w = m/k, tr G = m whatever the points are, so E|G - I|_F^2 = E|G|_F^2 - m, and the sum over
pairs of points in |G|_F^2 has a mean that only the two-point function k(x) k(y) - K(x, y)^2 of the process
enters. Copies of the process, and independent points beside one, are independent parts of G of mean I.
"""

from collections.abc import Callable

import numpy as np

from mathlib.checks import check_choice, check_count
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.bases.discrete import DiscreteBasis
from mathlib.dpp.checks import evaluate
from mathlib.dpp.samplers.design import check_points_of

__all__ = ["expected_gram_deviation", "fourth_power_integral", "linear_statistic_variance"]

#: Schemes whose law is simple enough for exact constants.
_EXACT = ("christoffel", "dpp", "repeated_dpp", "volume_rescaled")
#: A quadrature has converged if more nodes change it by less than this share.
_CONVERGED = 1e-9
#: The largest grids: all pairs of points in one, single points in the other.
_LARGEST_PAIR_GRID, _LARGEST_GRID = 60_000, 2_000_000
_MOST_NODES = 2000  # in each variable: the cost of a Gauss rule grows with its square
#: Points of a grid, and numbers in a matrix of pairs, that are worked on at once.
_ROWS, _BLOCK = 5000, 250_000


def expected_gram_deviation(basis: Basis, scheme: str, n: int) -> float:
    r"""Return E|G - I|_F^2, the mean squared distance of the Gram matrix from the identity.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
        In one variable up to some hundred degrees, on product index sets of such degrees, on finite sets of
        any size; on other index sets as far as a grid reaches, up to d = 3 or so.
    scheme : {"christoffel", "dpp", "repeated_dpp", "volume_rescaled"}
    n : int
        The number of points: m for "dpp", a multiple of m for "repeated_dpp", at least m for the others.

    Returns
    -------
    float
        Accurate to about 9 digits.

    Raises
    ------
    ValueError
        If n does not fit, if the scheme has no exact constant, or if the grid would be too large.

    Notes
    -----
    With I4 = int int K(x, y)^4 / (k(x) k(y)) dmu(x) dmu(y) it is (m^2 - m)/n for independent points, (m -
    I4)/r for r copies of the process, and (m^2 (m - I4) + (n - m)(m^2 - m)) / n^2 for volume-rescaled points.
    The cost is that of I4: the number of nodes squared, times m.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 4))
    >>> schemes = ("christoffel", "volume_rescaled", "repeated_dpp")
    >>> [round(expected_gram_deviation(basis, scheme, 10), 4) for scheme in schemes]
    [2.0, 1.3352, 0.6704]
    """
    check_basis(basis)
    n, m = _checked_number(basis, scheme, n), basis.m
    if scheme == "christoffel":
        return (m * m - m) / n
    one_copy = m - fourth_power_integral(basis)
    if scheme == "volume_rescaled":
        return (m * m * one_copy + (n - m) * (m * m - m)) / n**2
    return one_copy / (n // m)


def linear_statistic_variance(
    basis: Basis,
    f: Callable[[np.ndarray], np.ndarray],
    scheme: str = "dpp",
    n: int | None = None,
    *,
    nodes: int | None = None,
) -> float:
    r"""Return the variance of the sum of f(x_i) over the points of a design.

    For the projection process and the matrix A(f) = int f phi phi^T dmu it is

        Var sum_i f(x_i) = tr A(f^2) - |A(f)|_F^2,

    against tr A(f^2) - (tr A(f))^2 / m for m independent points of the same density. Copies and independent
    points add up.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    f : callable
        Takes points (N, d), returns values (N,). Smooth, and on unbounded supports not of exponential growth
        comparable to the decay of mu: the rules end where phi^2 mu has no mass left in doubles, and what f^2
        phi^2 mu has beyond is missing. Peaks narrower than the spacing of some ten nodes may be missed.
    scheme : {"dpp", "christoffel", "repeated_dpp", "volume_rescaled"}
    n : int, optional
        The number of points; m if not given.
    nodes : int, optional
        Take this many nodes in each variable, more than the largest degree. By default they grow until 9
        digits stand.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If n does not fit, the scheme has no exact constant, f gives values of another shape or not finite, or
        the quadrature does not converge: then f is not smooth, or d is large.

    References
    ----------
    A. Soshnikov (2000), Determinantal random point fields.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 4))
    >>> round(linear_statistic_variance(basis, lambda x: x[:, 0]), 9), 25 / (4 * 25 - 1)  # m^2 / (4 m^2 - 1)
    (0.252525253, 0.25252525252525254)
    >>> round(linear_statistic_variance(basis, lambda x: x[:, 0], "christoffel"), 4)
    2.4747
    """
    check_basis(basis)
    n = _checked_number(basis, scheme, basis.m if n is None else n)
    shift = None

    def moments(rule):
        nonlocal shift
        parts = [slice(start, start + _ROWS) for start in range(0, len(rule.points), _ROWS)]
        values = np.concatenate([evaluate(f, rule.points[part]) for part in parts])
        if shift is None:  # the variance does not feel a constant, but rounding does
            shift = values[len(values) // 2]
        square, gram = 0.0, 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            values = values - shift
            for part in parts:
                phi, masses = basis(rule.points[part]), rule.weights[part] * values[part]
                square += (masses * values[part]) @ np.einsum("ik,ik->i", phi, phi)
                gram += phi.T @ (masses[:, None] * phi)
            process, mean = square - np.sum(gram**2), np.trace(gram) / basis.m
        if values.any() and not (np.finfo(float).tiny <= square and np.isfinite(process)):
            raise ValueError(
                f"the variance overflows, or vanishes by underflow: f varies by {np.abs(values).max():.3g}. "
                "Rescale it."
            )
        return np.array([process, square / basis.m - mean**2, square])

    process, single, _ = _integral(basis, moments, _LARGEST_GRID, nodes, "the variance")
    if scheme == "christoffel":
        return float(n * single)
    if scheme == "volume_rescaled":
        return float(process + (n - basis.m) * single)
    return float(n // basis.m * process)


def fourth_power_integral(basis) -> float:
    """Return I4 = int int K^4 / (k k) dmu dmu, between 1 and m: on a product of index sets a product."""
    check_basis(basis)
    if factors := _factors(basis):
        return float(np.prod([fourth_power_integral(factor) for factor in factors]))

    def pairs(rule):
        rows = np.sqrt(rule.weights)[:, None] * basis(rule.points)
        masses = np.einsum("ik,ik->i", rows, rows)  # weight times k
        units = rows / np.sqrt(np.where(masses > 0, masses, 1))[:, None]
        total, count = 0.0, max(16, _BLOCK // len(rows))
        for start in range(0, len(rows), count):  # the pairs x, y with x in this block or both beyond it
            squares = np.square(units[start : start + count] @ units[start:].T)
            inside = masses[start : start + count]
            total += 2 * inside @ (np.square(squares, out=squares) @ masses[start:])
            total -= inside @ (squares[:, : len(inside)] @ inside)
        return np.array([total])

    return float(_integral(basis, pairs, _LARGEST_PAIR_GRID, None, "the integral")[0])


def _checked_number(basis, scheme, n):
    """The number of points, if the scheme has exact constants and can have as many."""
    return check_points_of(check_choice("scheme", scheme, _EXACT), n, basis.m)


def _factors(basis):
    """The one-variable bases whose product this basis is; None if it is no product, or has one variable."""
    if isinstance(basis, DiscreteBasis) or basis.d == 1:
        return None
    sets = [np.unique(column) for column in basis.indices.T]
    if np.prod([len(degrees) for degrees in sets], dtype=float) != basis.m:
        return None
    pairs = zip(basis.families, sets, strict=True)
    return [type(basis)(family, degrees[:, None]) for family, degrees in pairs]


def _integral(basis, integrate, largest, nodes, what):
    """`integrate(rule)`, an array, for a rule that is fine enough: for the given number of nodes, if any."""
    if isinstance(basis, DiscreteBasis):
        return integrate(basis.gauss())
    if nodes is not None:
        check_count("nodes", nodes, max(basis.degrees) + 1, "more than the largest degree of the basis")
        return integrate(basis._fine_rule(nodes))
    count, before = 2 * max(basis.degrees) + 8, None
    while count <= _MOST_NODES and count**basis.d <= largest:
        value = integrate(basis._fine_rule(count))
        # The second term is for results that are small differences of large ones.
        error = _CONVERGED * np.abs(value) + 1e-12 * np.abs(value).max()
        if before is not None and np.all(np.abs(value - before) <= error):
            return value
        count, before = int(1.25 * count), value
    raise ValueError(
        f"{what} has not converged to 9 digits on the largest grid allowed for {basis}. "
        "Take a smaller space or a smoother function, or simulate."
    )
