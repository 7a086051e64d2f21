"""Sensitivities by other routes: exact linear algebra in fractions, balls of FLINT, cvxpy."""

from fractions import Fraction

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

BITS = 300


def rational(matrix):
    """A matrix of floats as fractions, exactly."""
    matrix = np.asarray(matrix, dtype=float)
    return fmpq_mat([[fmpq(*float(entry).as_integer_ratio()) for entry in row] for row in matrix])


def leverage_exactly(A):
    """a_i^T (A^T A)^-1 a_i in fractions, for full column rank."""
    F = rational(A)
    hat = F * (F.transpose() * F).inv() * F.transpose()
    return [Fraction(int(hat[i, i].p), int(hat[i, i].q)) for i in range(len(A))]


def one_relation_balls(A, p):
    """sigma_i = N / (N + |v_i|^p) with N = ||v without i||_q^p, for n = d + 1 rows with A^T v = 0, as balls.

    A vector y with A^T y = a_i is e_i - s v for some s, and the best s balances the two parts of its norm.
    """
    n, d = A.shape
    assert n == d + 1
    square, last = rational(A[:d].T), rational(-A[d:].T)
    with ctx.workprec(BITS):
        v = [abs(arb(entry)) for entry in square.solve(last).entries()] + [arb(1)]
        values = []
        for i in range(n):
            rest = [entry for k, entry in enumerate(v) if k != i and entry > 0]
            if p == 1:
                N, own = max(rest, key=lambda entry: float(entry.log())), v[i]
            else:
                q = arb(p) / (arb(p) - 1)
                N = sum((entry**q for entry in rest), arb(0)) ** (arb(p) - 1)
                own = v[i] ** arb(p) if v[i] > 0 else arb(0)
            values.append(N / (N + own))
        return values


def contradicts(lower, upper, ball):
    """Whether lower <= ball <= upper is certainly false."""
    with ctx.workprec(BITS):
        return bool(arb(float(lower)) > ball or ball > arb(float(upper)))


def complete_graph(v):
    """Incidence matrix of K_v without the column of one vertex: v - 1 independent columns."""
    rows = []
    for i in range(v):
        for j in range(i + 1, v):
            row = np.zeros(v)
            row[i], row[j] = 1, -1
            rows.append(row[1:])
    return np.array(rows)
