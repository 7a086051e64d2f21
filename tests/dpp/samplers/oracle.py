"""A second algorithm for the projection process of a Legendre basis, which shares nothing with the library.

It proposes and rejects nothing. The missing point x has the density |P phi(x)|^2, where P projects onto the
j-dimensional space of what is still missing, and |P phi|^2 is j times the mean of (q . phi)^2 over the unit
vectors q of that space. So a random q is drawn, and then x from (q . phi)^2: coordinate after coordinate,
each from a mixture of squared polynomials of one variable, by bisection of its distribution function.
"""

import numpy as np
from numpy.polynomial import legendre


class Squares:
    """x of density f(x)^2 / 2 on [-1, 1] for orthonormal coefficients, many f at once."""

    def __init__(self, degree):
        self.scale = np.sqrt(2 * np.arange(degree + 1) + 1)
        # Values of f^2 at the nodes -> Legendre coefficients of f^2 / 2, exact up to degree 2 * degree.
        nodes, weights = legendre.leggauss(2 * degree + 1)
        orders = 2 * np.arange(2 * degree + 1) + 1
        self.transform = legendre.legvander(nodes, 2 * degree) * weights[:, None] * orders / 4
        self.values = self.at(nodes)

    def draw(self, coefficients, rng):
        squares = (coefficients @ self.values.T) ** 2
        antiderivative = legendre.legint(squares @ self.transform, lbnd=-1, axis=1)
        order = antiderivative.shape[1] - 1
        total = antiderivative.sum(axis=1)  # the value at 1, where every P_k is 1
        target = rng.random(len(total)) * total
        low, high = -np.ones(len(total)), np.ones(len(total))
        for _ in range(52):
            middle = (low + high) / 2
            below = np.einsum("rk,rk->r", legendre.legvander(middle, order), antiderivative) < target
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def at(self, x):
        return legendre.legvander(x, len(self.scale) - 1) * self.scale


def legendre_process(indices, draws, rng):
    """Points (draws, m, d) of the projection process of products of Legendre polynomials."""
    indices = np.asarray(indices)
    m, d = indices.shape
    squares = [Squares(degree) for degree in indices.max(axis=0)]
    points, Q = np.empty((draws, m, d)), np.zeros((draws, m, m))
    for j in range(m):
        q = _orthogonal_unit(rng.standard_normal((draws, m)), Q[:, :j])
        points[:, j] = _draw_from_square(q, indices, squares, rng)
        phi = np.prod([squares[i].at(points[:, j, i])[:, indices[:, i]] for i in range(d)], axis=0)
        Q[:, j] = _orthogonal_unit(phi / np.linalg.norm(phi, axis=1, keepdims=True), Q[:, :j])
    return points


def _orthogonal_unit(q, Q):
    for _ in range(2):
        q = q - np.einsum("rj,rjk->rk", np.einsum("rjk,rk->rj", Q, q), Q)
    return q / np.linalg.norm(q, axis=1, keepdims=True)


def _draw_from_square(coefficients, indices, squares, rng):
    """One x for each row c, of density (c . phi(x))^2."""
    draws = len(coefficients)
    x = np.empty((draws, indices.shape[1]))
    for i, square in enumerate(squares):
        # sum over `rest` of g_rest(x_i)^2, because the polynomials of the later variables are orthonormal.
        rest, where = np.unique(indices[:, i + 1 :], axis=0, return_inverse=True)
        table = np.zeros((draws, len(rest), len(square.scale)))
        table[:, where.ravel(), indices[:, i]] = coefficients
        shares = np.cumsum(np.sum(table**2, axis=2), axis=1)
        pick = np.sum(shares <= rng.random((draws, 1)) * shares[:, -1:], axis=1).clip(max=len(rest) - 1)
        x[:, i] = square.draw(table[np.arange(draws), pick], rng)
        coefficients, indices = np.einsum("rsk,rk->rs", table, square.at(x[:, i])), _prefixed(rest, i + 1)
    return x


def _prefixed(rest, count):
    """The indices of the later variables, with `count` columns in front, so that columns keep numbers."""
    return np.hstack([np.zeros((len(rest), count), dtype=int), rest])
