"""Matrices whose l_p sensitivities follow from symmetry or from a formula."""

from math import comb, cos, pi, tan

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike

from mathlib.checks import check_count, shown
from mathlib.sensitivity.checks import check_p, check_vector
from mathlib.sensitivity.closed_forms.form import ClosedForm, check_size

__all__ = [
    "equal_angles",
    "gaussian_limit",
    "identity",
    "one_relation",
    "sign_rows",
    "simplex",
    "single_column",
]


def identity(d: int, p: float, *, copies: int = 1) -> ClosedForm:
    """Return the identity of size d, each row repeated: sigma = 1 / copies, S = d.

    Any invertible matrix has sigma = 1: choose x with <a_i, x> = 1 and all other products 0. Equal rows share
    the sensitivity of one.

    Parameters
    ----------
    d : int
        The number of columns.
    p : float
        The power, from 1 to 16.
    copies : int
        How often each row is repeated.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> identity(3, 1.5, copies=4)
    ClosedForm(identity, 12 x 3: S = 3 at p = 1.5)
    """
    d = check_count("d", d, 1, "the number of columns")
    copies = check_count("copies", copies, 1, "how often each row is repeated")
    check_size(d * copies, d)
    matrix = np.repeat(np.eye(d), copies, axis=0)
    return ClosedForm("identity", matrix, check_p(p), np.full(d * copies, 1 / copies))


def single_column(column: ArrayLike, p: float) -> ClosedForm:
    """Return a matrix of one column a: sigma_i = |a_i|^p / sum_j |a_j|^p, S = 1.

    Parameters
    ----------
    column : array_like, shape (n,)
        Not all zero.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> single_column([1, 2, -1], 2).sensitivities
    array([0.16666667, 0.66666667, 0.16666667])
    """
    p, column = check_p(p), _vector("column", column, 1)
    powers = (np.abs(column) / np.abs(column).max()) ** p
    return ClosedForm("one column", column[:, None], p, powers / powers.sum())


def one_relation(v: ArrayLike, p: float) -> ClosedForm:
    """Return n = d + 1 rows with the one linear relation sum_i v_i a_i = 0.

        sigma_i = N_i / (N_i + |v_i|^p),    N_i = ||v without v_i||_q^p,    1/p + 1/q = 1

    (for p = 1: N_i = max_{j != i} |v_j|). For the proof, the products r = Ax run through all vectors with
    sum_i v_i r_i = 0: given r_i = 1, Holder's inequality says how small the others may be. The rows are
    independent but for this relation; a row with v_i = 0 has sensitivity 1.

    Parameters
    ----------
    v : array_like, shape (n,)
        At least two entries, not all zero.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> one_relation([1, 1, 1], 2).sensitivities
    array([0.66666667, 0.66666667, 0.66666667])
    """
    p, v = check_p(p), _vector("v", v, 2)
    size = np.abs(v) / np.abs(v).max()
    others = np.array([_power_of_dual_norm(np.delete(size, i), p) for i in range(len(v))])
    check_size(len(v), len(v) - 1)
    # An independent set of all rows but the one with the largest v: that row is a combination of the others.
    last = int(np.argmax(size))
    matrix = np.insert(np.eye(len(v) - 1), last, -np.delete(v, last) / v[last], axis=0)
    return ClosedForm("one relation", matrix, p, others / (others + size**p))


def simplex(d: int, p: float) -> ClosedForm:
    """Return d + 1 rows that add up to zero: sigma = 1 / (1 + d^(1-p)).

    Parameters
    ----------
    d : int
        The number of columns.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> simplex(2, 1)
    ClosedForm(simplex, 3 x 2: S = 1.5 at p = 1)
    """
    d, p = check_count("d", d, 1, "the number of columns"), check_p(p)
    check_size(d + 1, d)
    matrix = np.vstack([np.eye(d), -np.ones((1, d))])
    return ClosedForm("simplex", matrix, p, np.full(d + 1, 1 / (1 + d ** (1 - p))))


def equal_angles(n: int, p: float) -> ClosedForm:
    """Return n unit vectors of the plane at the angles k pi / n, for p = 1 or p even and below 2n.

    At p = 1 the kinks of ||Ax||_1 are where some product vanishes: sigma = tan(pi / 2n) for even n, times
    cos(pi / 2n) for odd n. For even p < 2n, ||Ax||_p is a multiple of |x|, and S = 2^p / C(p, p/2).

    Parameters
    ----------
    n : int
        The number of vectors, at least 2.
    p : float
        1, or even and below 2n.

    Returns
    -------
    ClosedForm

    Raises
    ------
    ValueError
        If no formula is known for n and p.

    Examples
    --------
    >>> equal_angles(5, 4)
    ClosedForm(equal angles, 5 x 2: S = 2.66667 at p = 4)
    """
    n, p = check_count("n", n, 2, "the number of vectors"), check_p(p)
    check_size(n, 2)
    if p == 1:
        one = tan(pi / (2 * n)) * (cos(pi / (2 * n)) if n % 2 else 1)
    elif p % 2 == 0 and p < 2 * n:
        one = 2**p / comb(int(p), int(p) // 2) / n
    else:
        raise ValueError(f"p must be 1, or even and below 2n = {2 * n}, for equal angles; got {p:g}.")
    angles = np.arange(n) * pi / n
    return ClosedForm("equal angles", np.column_stack([np.cos(angles), np.sin(angles)]), p, np.full(n, one))


def sign_rows(d: int, p: float) -> ClosedForm:
    """Return all 2^d rows of signs: S = d^p / E|eps_1 + ... + eps_d|^p.

    By symmetry x = (1, ..., 1) is best for the row of ones. The expectation is a sum over binomial numbers.

    Parameters
    ----------
    d : int
        The number of columns, up to 20.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    ClosedForm

    Examples
    --------
    >>> sign_rows(4, 4)
    ClosedForm(sign rows, 16 x 4: S = 6.4 at p = 4)
    """
    d, p = check_count("d", d, 1, "the number of columns"), check_p(p)
    if d > 20:
        raise ValueError(f"d must be at most 20, for there are 2^d rows; got {d}.")
    moment = sum(comb(d, k) * abs((d - 2 * k) / d) ** p for k in range(d + 1)) / 2**d
    bits = (np.arange(2**d)[:, None] >> np.arange(d)) & 1
    return ClosedForm("sign rows", 1.0 - 2 * bits, p, np.full(2**d, 1 / moment / 2**d))


def gaussian_limit(d: int, p: float) -> float:
    """Return the limit of S for n rows of d independent standard normal entries, as n grows.

        S -> E|g|^p / E|g_1|^p = Gamma((d+p)/2) Gamma(1/2) / (Gamma(d/2) Gamma((1+p)/2)),

    where g is standard normal in R^d: (1/n) ||Ax||_p^p tends to E|g_1|^p |x|^p, and sigma_i to |a_i|^p over n
    times that constant.

    Parameters
    ----------
    d : int
        The number of columns.
    p : float
        The power, from 1 to 16.

    Returns
    -------
    float
        Right to the last place.

    Raises
    ------
    ValueError
        If the limit is above the largest double.

    Examples
    --------
    >>> [round(gaussian_limit(5, p), 4) for p in (1, 1.5, 2, 3, 4)]
    [2.6667, 3.75, 5.0, 8.0, 11.6667]
    """
    d, p = check_count("d", d, 1, "the number of columns"), check_p(p)
    with ctx.workprec(64 + 2 * d.bit_length()):  # the logarithms nearly cancel for large d
        a, b = (arb(d) + p) / 2, (arb(1) + p) / 2
        limit = (a.lgamma() + arb("0.5").lgamma() - (arb(d) / 2).lgamma() - b.lgamma()).exp()
    if not float(limit) < np.inf:
        raise ValueError(f"d must have a limit below 1.8e308 for p = {p:g}; got d of {d.bit_length()} bits.")
    return float(limit)


def _power_of_dual_norm(size, p):
    """||size||_q^p, through the largest entry, because q may be very large."""
    top = size.max()
    if top == 0 or p == 1:
        return top**p
    return top**p * np.sum((size / top) ** (p / (p - 1))) ** (p - 1)


def _vector(name, values, shortest) -> np.ndarray:
    values = check_vector(name, values)
    if len(values) < shortest or not values.any():
        raise ValueError(f"{name} must have at least {shortest} entries, not all zero; got {shown(values)}.")
    return values
