"""The functions of a three-point certificate in double precision, to draw them and to sum them over packings.

Nothing here takes part in a proof: the checkers evaluate the coefficients in their own ways.
"""

import numpy as np

__all__ = ["cosine", "kernel", "polynomials_of_length", "radial", "radial_hat", "triangle_sum"]


def radial(certificate, x):
    """Return f2 at |x|, a number or an array."""
    return _laguerre_sum(certificate, _doubles(certificate.f2), float(certificate.scale), x)


def radial_hat(certificate, t):
    """Return the Fourier transform of f2 at |t|, a number or an array."""
    lam = float(certificate.scale)
    signed = [c * (-1) ** j for j, c in enumerate(_doubles(certificate.f2))]
    return lam ** (-certificate.n / 2) * _laguerre_sum(certificate, signed, 1 / lam, t)


def _doubles(numbers):
    try:
        return [float(c) for c in numbers]
    except OverflowError:
        raise ValueError(
            "f2 or a matrix of the kernel has entries that doubles cannot hold: divide all by one number"
        ) from None


def _laguerre_sum(certificate, coefficients, scale, x):
    """sum c_j L_j(w) e^{-w/2}, w = 2 pi scale x^2."""
    w, alpha = 2 * np.pi * scale * np.square(x), certificate.n / 2 - 1
    below, here, total = np.zeros_like(w), np.exp(-w / 2), np.zeros_like(w)
    for j, c in enumerate(coefficients):
        total = total + c * here
        below, here = here, ((2 * j + 1 + alpha - w) * here - (j + alpha) * below) / (j + 1)
    return total


def kernel(certificate, a, b, u):
    """Return f3(x, y) for |x| = a, |y| = b and u = <x, y>/(a b), arrays that broadcast.

    Outside {0} and [r, R] it is 0. Where a or b is 0, u does not matter. Cost: K m^2 operations a point.
    """
    a, b, u = np.broadcast_arrays(a, b, u)
    total = np.zeros(a.shape)
    below, here = np.zeros(a.shape), np.ones(a.shape)
    for k, block in enumerate(certificate.blocks):
        A = np.array([_doubles(row) for row in block])
        left, right = (polynomials_of_length(certificate, k, lengths) for lengths in (a, b))
        total += np.einsum("...i,ij,...j->...", left, A, right, optimize=True) * here
        n = certificate.n
        below, here = here, ((2 * k + n - 2) * u * here - k * below) / (k + n - 2) if k else u.copy()
    return total


def polynomials_of_length(certificate, k, length):
    """phi_k(length): Chebyshev polynomials on [r, R], for k = 0 after the indicator of length 0."""
    length = np.asarray(length, dtype=float)
    r, R = float(certificate.r), float(certificate.R)
    size = len(certificate.blocks[k]) - (k == 0)
    tolerance = 1e-12 * R  # lengths at the ends may come with rounding errors
    inside = (length >= r - tolerance) & (length <= R + tolerance)
    x = (2 * length - r - R) / (R - r)
    values = np.polynomial.chebyshev.chebvander(x, size).reshape(*x.shape, size + 1)[..., :size]
    values = np.where(inside[..., None], values, 0.0)
    return values if k else np.concatenate([(length == 0).astype(float)[..., None], values], axis=-1)


def cosine(a, b, c):
    """The cosine of the angle between the sides a and b of a triangle, (a^2 + b^2 - c^2)/(2 a b)."""
    return (a * a + b * b - c * c) / (2 * a * b)


def triangle_sum(certificate, a, b, c):
    """Return F(a,b;c) + F(a,c;b) + F(b,c;a), the left side of (D1)."""
    return sum(kernel(certificate, p, q, cosine(p, q, s)) for p, q, s in ((a, b, c), (a, c, b), (b, c, a)))
