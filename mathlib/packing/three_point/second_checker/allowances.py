"""What the compiled proof on boxes needs: matrices in doubles, recurrences, and bounds of rounding errors."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from mathlib.errors import CertificateError

__all__ = ["Numbers", "exponent_of", "numbers_for"]

EPS = 2.0**-53
#: Makes good for the roundings in the bounds themselves, sums and products of nonnegative numbers.
UP = 1 + 1e-6
_SMALLEST = Fraction(1, 2**900)  # products of smaller doubles might be lost to underflow


class Numbers(NamedTuple):
    """What `boxes.prove` needs of a certificate; a double-double is a pair whose sum is meant.

    Attributes
    ----------
    A : array (m, m, K + 1 or up to three more)
        A[i, j, k] are the matrices without the row of the origin, divided by a power of two near the largest
        entry. In the last axis there are zeros up to a multiple of four.
    sizes : array (K + 1,)
        How many rows of each matter.
    reach : array (m,)
        So many of the matrices, the first ones, have entries in row i or a later one.
    roots : array (K + 1, m)
        |A[i, j, k]| <= roots[k, i] roots[k, j], by a factor of more than two.
    T_steps, P_steps : arrays
        alpha and beta of p_(k+1) = alpha x p_k - beta p_(k-1) for T_i and P_k, as double-doubles.
    mu : tuple
        (R + r)/(R - r) as a double-double.
    allowance : array (3,)
        How far G, its first and its second derivatives at a point can be off.
    gamma : float
        How far a sum over a matrix can be off, as a share of the sum of absolute values.
    """

    A: np.ndarray
    sizes: np.ndarray
    reach: np.ndarray
    roots: np.ndarray
    T_steps: np.ndarray
    P_steps: np.ndarray
    mu: tuple
    allowance: np.ndarray
    gamma: float


def numbers_for(n, r, R, blocks):
    """Return the `Numbers` of a certificate."""
    unit = Fraction(2) ** exponent_of(blocks)
    blocks = _without_origin(blocks)
    blocks += [[]] * (3 - len(blocks))
    sizes = np.array([len(block) for block in blocks])
    m = max(3, *sizes)
    A = np.zeros((len(blocks), m, m))
    for k, block in enumerate(blocks):
        for i, row in enumerate(block):
            A[k, i, : len(row)] = [float(x / unit) for x in row]
            if any(0 < abs(x / unit) < _SMALLEST for x in row):
                raise CertificateError(f"A_{k}: an entry is less than 2^-900 times the largest one")

    def chebyshev(k):
        return Fraction(2), Fraction(1)

    def gegenbauer(k):
        return Fraction(2 * k + n - 2, k + n - 2), Fraction(k, k + n - 2)

    mu = (R + r) / (R - r)
    low = float(mu - Fraction(float(mu)))
    T, P = _at_one(m, chebyshev), _at_one(len(blocks), gegenbauer)
    operations = 2 * m + len(blocks) + 20  # in the longest chain behind a sum over a matrix
    gamma = operations * EPS / (1 - operations * EPS)
    allowance = _allowance(np.abs(A), T, P, float(mu), gamma)
    padded = np.zeros((m, m, -(-len(blocks) // 4) * 4))
    padded[..., : len(blocks)] = A.transpose(1, 2, 0)
    reach = np.array([1 + max(np.flatnonzero(sizes > i), default=-1) for i in range(m)])
    roots = np.sqrt(2 * np.abs(A).max(axis=2)) * UP  # of the largest entry of each row
    steps = _steps(m, m, chebyshev), _steps(len(blocks), padded.shape[2], gegenbauer)
    return Numbers(padded, sizes, reach, roots, *steps, (float(mu), low), allowance, 2 * gamma)


def exponent_of(blocks) -> int:
    """The exponent of the power of two by which the matrices are divided."""
    entries = (abs(x) for block in _without_origin(blocks) for row in block for x in row)
    largest = max(entries, default=Fraction(0))
    return largest.numerator.bit_length() - largest.denominator.bit_length()


def _without_origin(blocks):
    """The matrices without the row of the indicator of the origin, which does not matter for triangles."""
    first, *others = blocks
    return [[row[1:] for row in first[1:]], *others]


def _steps(count, rows, step):
    """The steps to the first `count` polynomials, and from there to zero."""
    table = np.zeros((rows, 4))
    table[0, 0] = 1.0  # p_1 = x
    for k in range(1, count - 1):
        for column, value in zip((0, 2), step(k), strict=True):
            table[k, column] = float(value)
            table[k, column + 1] = float(value - Fraction(float(value)))
    return table


def _at_one(count, step):
    """p_k(1), p_k'(1), p_k''(1): no larger absolute values occur on [-1, 1].

    Raises CertificateError if the recurrence in double-double arithmetic might lose more than what rounding
    to doubles loses anyway, by a bound that lets every error grow at its worst. Degrees up to about 35 pass.
    """
    value, off = np.zeros((2, count, 3))
    value[0, 0], value[1, :2] = 1.0, 1.0
    for k in range(1, count - 1):
        alpha, beta = map(float, step(k))
        for s in range(3):
            inner = s * alpha * value[k, s - 1] if s else 0.0
            inner_off = s * alpha * off[k, s - 1] if s else 0.0
            value[k + 1, s] = alpha * value[k, s] + inner - beta * value[k - 1, s]
            size = alpha * value[k, s] + inner + beta * value[k - 1, s]
            off[k + 1, s] = alpha * off[k, s] + inner_off + beta * off[k - 1, s] + 2.0**-96 * size
    if (off > 2.0**-54 * value).any():
        raise CertificateError(f"recurrences of degree {count - 1} are too long for this checker")
    return value


def _allowance(A, T, P, mu, gamma):
    """Bounds of the rounding errors of G and its derivatives, for |A|, anywhere in the cube.

    Derivatives of F are sums over A_ij T_i^(a) T_j^(b) P_k^(c), those of u are explicit, and the chain rule
    joins them. There are at most three terms F in G.
    """

    def size(a, b, c):
        return sum(p[c] * (T[:, a] @ block @ T[:, b]) for block, p in zip(A, P, strict=True))

    shortest, longest = mu - 1, mu + 1
    u1 = max(1.5 * longest**2 / shortest**3, 2.0)  # of the derivatives of u, and of its parts in doubles
    u2 = max(3 * longest**2 / shortest**4, u1)
    off_u = 16 * EPS
    G = gamma * size(0, 0, 0)
    slope = (gamma + 8 * EPS) * (size(1, 0, 0) + u1 * size(0, 0, 1)) + off_u * u1 * size(0, 0, 1)
    second = (gamma + 32 * EPS) * (
        size(2, 0, 0) + size(1, 1, 0) + 2 * size(1, 0, 1) * u1 + size(0, 0, 2) * u1**2 + size(0, 0, 1) * u2
    ) + off_u * (2 * size(1, 0, 1) * u1 + 3 * size(0, 0, 2) * u1**2 + size(0, 0, 1) * u2)
    return 3 * UP * np.array([G, slope, second])
