r"""Prove (D1) or (D2) on boxes by Taylor's formula of order two at points (compiled).

G is the left side of a condition as a function of three coordinates of a box, with half widths h. At its
middle p, with g and H the first and second derivatives of G there, and |d_i| <= h_i,

    G(p + d) <= G(p) + g^T d + d^T H d / 2 + (1/6) sum_ijk B_ijk h_i h_j h_k,

if B_ijk bounds the third derivative of G by the coordinates i, j, k on the box. What is left is to bound a
quadratic on a box: for any q in it and any diagonal D >= 0 with D - H positive semidefinite,

    Q(d) <= Q(q) + Q'(q)^T (d - q) + (d - q)^T D (d - q) / 2,

a sum of convex functions of one variable each, largest at an end.

The bounds B are costly. So they are computed for cells, and every box in a cell uses those of the cell; a
box much smaller than its cell becomes a cell. The formula at a point is cheap.

Rounding. The arguments and values of the polynomials at points are computed in double-double arithmetic
(sums of two doubles; Dekker 1971) and then rounded. All sums after that are in doubles, and since
|T_i^(s)| <= T_i^(s)(1) and |P_k^(s)| <= P_k^(s)(1) on [-1, 1], how far they can be off is known beforehand:
the module `allowances` bounds it for G, g and H. Cells compute upper bounds only, and `add_lost` adds to them
what rounding can have taken away.

Lengths are in units of (R - r)/2, so that a = mu + x with -1 <= x <= 1; the coordinates of (D1) are the x of
the three sides, those of (D2) the x of a and b and the t of u = -1 + t (1 + u(a, b, R)), 0 <= t <= 1.
"""

import numpy as np

from mathlib.compiled import njit

__all__ = ["prove"]

EPS = 2.0**-53
UP = 1 + 1e-9  # makes good for all the roundings of one cell's sums of nonnegative terms
SPLITTER = 2.0**27 + 1
DEEPEST = 400  # boxes that wait; three sides are halved at most 35 times each
CELL_IN_BOXES = 4.0  # a box this much smaller than its cell becomes a cell
PROVED, VIOLATED, STUCK, TOO_MANY = 0, 1, 2, 3
SUMS = {"reassoc", "contract"}  # the bounds hold in whatever order a sum is formed


# Double-double arithmetic: a number is the pair (high, low).


@njit
def two_sum(a, b):
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@njit
def two_product(a, b):
    p = a * b
    c = SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = SPLITTER * b
    b_high = c - (c - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@njit
def add(a, b):
    s, e = two_sum(a[0], b[0])
    return two_sum(s, e + (a[1] + b[1]))


@njit
def mul(a, b):
    p, e = two_product(a[0], b[0])
    return two_sum(p, e + (a[0] * b[1] + a[1] * b[0]))


@njit
def neg(a):
    return -a[0], -a[1]


@njit
def divide(a, b):
    q = a[0] / b[0]
    rest = add(a, neg(mul((q, 0.0), b)))
    return two_sum(q, (rest[0] + rest[1]) / b[0])


@njit
def cosine(a, b, c):
    """(a^2 + b^2 - c^2) / (2 a b)."""
    top = add(mul(a, a), mul(add(b, c), add(b, neg(c))))
    below = mul(a, b)
    return divide(top, (2 * below[0], 2 * below[1]))


@njit
def recurrence(steps, x, values):
    """values[k, s]: p_k and its first two derivatives at x, where p_0 = 1, p_1 = x and
    p_(k+1) = steps[k, 0] x p_k - steps[k, 1] p_(k-1), with steps in double-double."""
    count = len(values)
    below = ((1.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    here = (x, (1.0, 0.0), (0.0, 0.0))
    values[0, 0], values[0, 1], values[0, 2] = 1.0, 0.0, 0.0
    if count > 1:
        values[1, 0], values[1, 1], values[1, 2] = x[0], 1.0, 0.0
    for k in range(1, count - 1):
        alpha, beta = (steps[k, 0], steps[k, 1]), (-steps[k, 2], -steps[k, 3])
        y = mul(alpha, x)
        after = (
            add(mul(y, here[0]), mul(beta, below[0])),
            add(add(mul(y, here[1]), mul(alpha, here[0])), mul(beta, below[1])),
            add(add(mul(y, here[2]), mul((2 * alpha[0], 2 * alpha[1]), here[1])), mul(beta, below[2])),
        )
        below, here = here, after
        for s in range(3):
            values[k + 1, s] = after[s][0]


# Values and derivatives at a point.


@njit
def slopes(a, b, c, first, second):
    """The derivatives of u = (a^2 + b^2 - c^2)/(2ab) by a, b, c, in doubles."""
    aa, bb, cc, ab = a * a, b * b, c * c, a * b
    first[0] = (aa - bb + cc) / (2 * aa * b)
    first[1] = (bb - aa + cc) / (2 * bb * a)
    first[2] = -c / ab
    second[0, 0] = (bb - cc) / (aa * ab)
    second[1, 1] = (aa - cc) / (bb * ab)
    second[2, 2] = -1 / ab
    second[0, 1] = second[1, 0] = -(aa + bb + cc) / (2 * ab * ab)
    second[0, 2] = second[2, 0] = c / (aa * b)
    second[1, 2] = second[2, 1] = c / (bb * a)


@njit(fastmath=SUMS)
def contract(A, sizes, X, Y, P, F):
    """F: the derivatives 000, 100, 010, 001, 200, 110, 020, 101, 011, 002 of sum_k X^T A_k Y P_k."""
    F[:] = 0.0
    for k in range(len(sizes)):
        b00 = b10 = b01 = b20 = b11 = b02 = 0.0
        size = sizes[k]
        for i in range(size):
            v0 = v1 = v2 = 0.0
            for j in range(size):
                v0 += A[k, i, j] * Y[0, j]
                v1 += A[k, i, j] * Y[1, j]
                v2 += A[k, i, j] * Y[2, j]
            b00 += X[0, i] * v0
            b10 += X[1, i] * v0
            b20 += X[2, i] * v0
            b01 += X[0, i] * v1
            b11 += X[1, i] * v1
            b02 += X[0, i] * v2
        p0, p1, p2 = P[k, 0], P[k, 1], P[k, 2]
        F[0] += b00 * p0
        F[1] += b10 * p0
        F[2] += b01 * p0
        F[3] += b00 * p1
        F[4] += b20 * p0
        F[5] += b11 * p0
        F[6] += b02 * p0
        F[7] += b10 * p1
        F[8] += b01 * p1
        F[9] += b00 * p2


@njit
def ends(term):
    """The coordinates of the two sides that enclose the angle of a term, and of the third."""
    return (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))


@njit
def at_point(kind, point, problem, work, g, H):
    """G at a point, its gradient in g and its second derivatives in H."""
    A, sizes, T_steps, P_steps, mu = problem
    X, values, P, F, first, second = work
    total = 0.0
    g[:], H[:] = 0.0, 0.0
    for i in range(3 if kind == 1 else 2):
        recurrence(T_steps, (point[i], 0.0), values)
        for k in range(values.shape[0]):
            for s in range(3):
                X[i, s, k] = values[k, s]
    for term in range(3 if kind == 1 else 1):
        i, j, l = ends(term)
        a, b = add(mu, (point[i], 0.0)), add(mu, (point[j], 0.0))
        if kind == 1:
            c = add(mu, (point[l], 0.0))
            u = cosine(a, b, c)
            slopes(a[0], b[0], c[0], first, second)
        else:
            c, t = add(mu, (1.0, 0.0)), point[2]
            w = add((1.0, 0.0), cosine(a, b, c))
            u = add((-1.0, 0.0), mul((t, 0.0), w))
            slopes(a[0], b[0], c[0], first, second)
            for p in range(2):
                second[p, 2] = second[2, p] = first[p]
                first[p] *= t
                for q in range(2):
                    second[p, q] *= t
            first[2], second[2, 2] = w[0], 0.0
        recurrence(P_steps, u, P)
        contract(A, sizes, X[i, :3], X[j, :3], P, F)
        total += F[0]
        # first[p], second[p, q]: by the sides i, j and the third coordinate l, in this order.
        order = (i, j, l)
        for p in range(3):
            g[order[p]] += F[3] * first[p] + (F[1] if p == 0 else (F[2] if p == 1 else 0.0))
            for q in range(3):
                h = F[3] * second[p, q] + F[9] * first[p] * first[q]
                if p < 2:
                    h += F[7 + p] * first[q]
                if q < 2:
                    h += F[7 + q] * first[p]
                if p < 2 and q < 2:
                    h += F[4 + p + q]
                H[order[p], order[q]] += h
    return total


# Bounds of third derivatives on a cell.


@njit
def taylor_coefficients(steps, middle, half, parts, coefficients):
    """coefficients[k, s]: those of p_k(middle + half z) in powers of z, computed in double-double."""
    count = len(coefficients)
    parts[:] = 0.0
    parts[0, 0, 0], parts[1, 0, 0], parts[1, 1, 0] = 1.0, middle, half
    for k in range(1, count - 1):
        alpha, beta = (steps[k, 0], steps[k, 1]), (-steps[k, 2], -steps[k, 3])
        shift, stretch = mul(alpha, (middle, 0.0)), mul(alpha, (half, 0.0))
        for s in range(k + 2):
            c = add(mul(shift, pair(parts, k, s)), mul(beta, pair(parts, k - 1, s)))
            if s:
                c = add(c, mul(stretch, pair(parts, k, s - 1)))
            parts[k + 1, s] = c
    for k in range(count):
        for s in range(count):
            coefficients[k, s] = parts[k, s, 0]


@njit
def majorants(steps, half, size):
    """size[s, k]: above half^s p_k^(s)(1 + half), by a factor of about two.

    For |x| <= 1 it bounds the sum of the absolute Taylor coefficients of the s-th derivative of
    p_k(x + half z), because those of p_k are largest at x = 1.
    """
    size[:] = 0.0
    size[0, 0], size[0, 1], size[1, 1] = 1.0, 1 + half, half
    for k in range(1, size.shape[1] - 1):
        alpha, beta = steps[k, 0], steps[k, 2]
        for s in range(4):
            size[s, k + 1] = alpha * (1 + half) * size[s, k] - beta * size[s, k - 1]
            if s:
                size[s, k + 1] += s * alpha * half * size[s - 1, k]
    size *= 2


@njit
def pair(array, i, j):
    return array[i, j, 0], array[i, j, 1]


@njit
def add_lost(A, sizes, X, Y, Z, gamma, sums):
    """Add to the sums what rounding can have taken from them."""
    for k in range(len(sizes)):
        for p in range(sizes[k]):
            for b in range(4):
                row = 0.0
                for q in range(sizes[k]):
                    row += abs(A[k, p, q]) * Y[b, q]
                row *= gamma * UP
                for a in range(4 - b):
                    for c in range(4 - a - b):
                        sums[a, b, c] += X[a, p] * row * Z[c, k]


@njit
def sizes_of_angle(a, b, c, first, second, third):
    """Upper bounds of the absolute derivatives of u(a, b, c) where a, b, c are pairs (low, high)."""
    ia, ib = 1 / a[0], 1 / b[0]
    aa, bb, cc = a[1] * a[1], b[1] * b[1], c[1] * c[1]
    bc = max(abs(b[1] * b[1] - c[0] * c[0]), abs(c[1] * c[1] - b[0] * b[0]))  # |b^2 - c^2|
    ac = max(abs(a[1] * a[1] - c[0] * c[0]), abs(c[1] * c[1] - a[0] * a[0]))
    first[0] = (aa + bc) * ia * ia * ib / 2
    first[1] = (bb + ac) * ib * ib * ia / 2
    first[2] = c[1] * ia * ib
    second[0, 0], second[1, 1], second[2, 2] = bc * ia**3 * ib, ac * ib**3 * ia, ia * ib
    second[0, 1] = second[1, 0] = (aa + bb + cc) * ia * ia * ib * ib / 2
    second[0, 2] = second[2, 0] = c[1] * ia * ia * ib
    second[1, 2] = second[2, 1] = c[1] * ib * ib * ia
    aab, abb, aac = (bb + cc) * ia**3 * ib**2, (aa + cc) * ia**2 * ib**3, 2 * c[1] * ia**3 * ib
    bbc, abc, acc, bcc = 2 * c[1] * ib**3 * ia, c[1] * ia**2 * ib**2, ia**2 * ib, ib**2 * ia
    third[0, 0, 0], third[1, 1, 1], third[2, 2, 2] = 3 * bc * ia**4 * ib, 3 * ac * ib**4 * ia, 0.0
    third[0, 0, 1] = third[0, 1, 0] = third[1, 0, 0] = aab
    third[0, 1, 1] = third[1, 0, 1] = third[1, 1, 0] = abb
    third[0, 0, 2] = third[0, 2, 0] = third[2, 0, 0] = aac
    third[1, 1, 2] = third[1, 2, 1] = third[2, 1, 1] = bbc
    third[0, 2, 2] = third[2, 0, 2] = third[2, 2, 0] = acc
    third[1, 2, 2] = third[2, 1, 2] = third[2, 2, 1] = bcc
    for p in range(3):
        for q in range(3):
            for s in range(3):
                if p != q and q != s and p != s:
                    third[p, q, s] = abc


@njit(fastmath=SUMS)
def expand(A, sizes, X, Y, Z, C):
    """C[p, q, s] = sum_k (X^T A_k Y)[p, q] Z[k, s]: the coefficients of F in powers of the local coordinates.

    X, Y, Z have a row of coefficients for each polynomial: lower triangular matrices.
    """
    C[:] = 0.0
    row, product = np.empty(A.shape[1]), np.empty(A.shape[1])
    for k in range(len(sizes)):
        size = sizes[k]
        for p in range(size):
            row[:] = 0.0  # of X^T A_k
            for i in range(p, size):
                for j in range(size):
                    row[j] += X[i, p] * A[k, i, j]
            product[:] = 0.0  # the same row of X^T A_k Y
            for j in range(size):
                for q in range(j + 1):
                    product[q] += row[j] * Y[j, q]
            for q in range(size):
                for s in range(k + 1):
                    C[p, q, s] += product[q] * Z[k, s]


@njit(fastmath=SUMS)
def absolute_sums(C, sums):
    """sums[a, b, c] for a + b + c <= 3: of p^(a) q^(b) s^(c) |C[p, q, s]|, falling factorials."""
    sums[:] = 0.0
    for p in range(C.shape[0]):
        for q in range(C.shape[1]):
            s0 = s1 = s2 = s3 = 0.0
            for s in range(C.shape[2]):
                c = abs(C[p, q, s])
                s0 += c
                s1 += s * c
                s2 += s * (s - 1.0) * c
                s3 += s * (s - 1.0) * (s - 2.0) * c
            p1, q1 = float(p), float(q)
            p2, q2 = p1 * (p1 - 1), q1 * (q1 - 1)
            p3, q3 = p2 * (p1 - 2), q2 * (q1 - 2)
            sums[0, 0, 1] += s1
            sums[0, 0, 2] += s2
            sums[0, 0, 3] += s3
            sums[1, 0, 1] += p1 * s1
            sums[0, 1, 1] += q1 * s1
            sums[1, 0, 2] += p1 * s2
            sums[0, 1, 2] += q1 * s2
            sums[2, 0, 1] += p2 * s1
            sums[1, 1, 1] += p1 * q1 * s1
            sums[0, 2, 1] += q2 * s1
            sums[3, 0, 0] += p3 * s0
            sums[2, 1, 0] += p2 * q1 * s0
            sums[1, 2, 0] += p1 * q2 * s0
            sums[0, 3, 0] += q3 * s0


@njit
def third_derivatives(kind, middle, half, problem, gamma, work, B):
    """B[i, j, k]: bounds of the third derivatives of G on a cell, times its half widths."""
    A, sizes, T_steps, P_steps, mu = problem
    X, size_x, Z, size_z, parts, C, sums = work
    first, second, third = np.zeros(3), np.zeros((3, 3)), np.zeros((3, 3, 3))
    J = np.zeros((3, 3))
    B[:] = 0.0
    for i in range(3 if kind == 1 else 2):
        taylor_coefficients(T_steps, middle[i], half[i], parts, X[i])
        majorants(T_steps, half[i], size_x[i])
    for term in range(3 if kind == 1 else 1):
        i, j, l = ends(term)
        low_a, high_a = (mu[0] + middle[i] - half[i]) / UP, (mu[0] + middle[i] + half[i]) * UP
        low_b, high_b = (mu[0] + middle[j] - half[j]) / UP, (mu[0] + middle[j] + half[j]) * UP
        if kind == 1:
            low_c, high_c = (mu[0] + middle[l] - half[l]) / UP, (mu[0] + middle[l] + half[l]) * UP
            u = cosine(add(mu, (middle[i], 0.0)), add(mu, (middle[j], 0.0)), add(mu, (middle[l], 0.0)))[0]
        else:
            low_c, high_c = (mu[0] + 1) / UP, (mu[0] + 1) * UP
            u = cosine(add(mu, (middle[i], 0.0)), add(mu, (middle[j], 0.0)), add(mu, (1.0, 0.0)))[0]
            u = -1 + middle[2] * (1 + u)
        sizes_of_angle((low_a, high_a), (low_b, high_b), (low_c, high_c), first, second, third)
        if kind == 2:
            t = middle[2] + half[2]
            w = ((high_a + high_b) ** 2 - low_c * low_c) / (2 * low_a * low_b)
            third[2], second[2], third[:, 2], second[:, 2], third[:, :, 2] = 0.0, 0.0, 0.0, 0.0, 0.0
            for p in range(2):
                for q in range(2):
                    third[p, q, 2] = third[p, 2, q] = third[2, p, q] = second[p, q]
                    for s in range(2):
                        third[p, q, s] *= t
            for p in range(2):
                for q in range(2):
                    second[p, q] *= t
            for p in range(2):
                second[p, 2] = second[2, p] = first[p]
                first[p] *= t
            first[2] = w
        order = (i, j, l)
        widths = (half[i], half[j], half[l])
        h = 1e-12
        for p in range(3):
            h += first[p] * widths[p]
        h *= UP
        taylor_coefficients(P_steps, u, h, parts, Z)
        majorants(P_steps, h, size_z)
        expand(A, sizes, X[i], X[j], Z, C)
        absolute_sums(C, sums)
        add_lost(A, sizes, size_x[i], size_x[j], size_z, gamma, sums)
        # In units of the cell: the derivatives of x_i, x_j, u by the three coordinates.
        J[:] = 0.0
        J[0, 0] = J[1, 1] = 1.0
        for p in range(3):
            J[2, p] = first[p] * widths[p] / h
        for p in range(3):
            for q in range(3):
                for s in range(3):
                    scale = widths[p] * widths[q] / h
                    total = (sums[0, 0, 1]) * third[p, q, s] * scale * widths[s]
                    for beta in range(3):
                        e = (1 if beta == 0 else 0, 1 if beta == 1 else 0, 2 if beta == 2 else 1)
                        f = sums[e[0], e[1], e[2]]
                        total += f * (
                            second[p, q] * scale * J[beta, s]
                            + second[p, s] * (widths[p] * widths[s] / h) * J[beta, q]
                            + second[q, s] * (widths[q] * widths[s] / h) * J[beta, p]
                        )
                    for x in range(3):
                        if J[x, p] == 0.0:
                            continue
                        for y in range(3):
                            if J[y, q] == 0.0:
                                continue
                            for z in range(3):
                                if J[z, s] == 0.0:
                                    continue
                                e0 = (x == 0) + (y == 0) + (z == 0)
                                e1 = (x == 1) + (y == 1) + (z == 1)
                                f = sums[e0, e1, 3 - e0 - e1]
                                total += f * J[x, p] * J[y, q] * J[z, s]
                    B[order[p], order[q], order[s]] += total * UP


# The quadratic on a box.


@njit
def is_above(D, H, scale):
    """Whether D - H, for a diagonal D, is positive definite by more than rounding errors."""
    slack = 1e-12 * (scale + D[0] + D[1] + D[2])
    m00, m11, m22 = D[0] - H[0, 0] - slack, D[1] - H[1, 1] - slack, D[2] - H[2, 2] - slack
    if not (m00 > 0 and m11 > 0 and m22 > 0):
        return False
    l10, l20 = -H[0, 1] / m00, -H[0, 2] / m00
    m11 -= l10 * l10 * m00
    if not m11 > 0:
        return False
    m21 = -H[1, 2] - l10 * l20 * m00
    m22 -= l20 * l20 * m00 + m21 * m21 / m11
    return m22 > slack and m11 > slack


@njit
def quadratic_bound(g, H, d, D, slope):
    """An upper bound of g^T d + d^T H d / 2 for |d_i| <= 1, up to rounding errors.

    D, the convex part that is split off, is zero on a set of coordinates and on the others the sum of a row
    of what elimination of the set leaves; all eight sets are tried.
    """
    best = np.inf
    scale = 0.0
    for i in range(3):
        for j in range(3):
            scale += abs(H[i, j])
    # A point where the quadratic is nearly largest.
    d[:] = 0.0
    for _ in range(8):
        for i in range(3):
            s = g[i]
            for j in range(3):
                if j != i:
                    s += H[i, j] * d[j]
            if H[i, i] < 0:
                d[i] = min(1.0, max(-1.0, -s / H[i, i]))
            else:
                d[i] = 1.0 if s > 0 else -1.0
    value = 0.0
    for i in range(3):
        s = 0.0
        for j in range(3):
            s += H[i, j] * d[j]
        slope[i] = g[i] + s
        value += d[i] * (g[i] + 0.5 * s)
    for subset in range(8):
        for i in range(3):
            D[i] = 0.0
            if not subset >> i & 1:
                row = H[i, i]
                for j in range(3):
                    if j != i:
                        if subset >> j & 1:
                            if H[j, j] < 0:
                                row += H[i, j] * H[i, j] / -H[j, j] * 2
                        else:
                            row += abs(H[i, j])
                D[i] = max(0.0, row) + 1e-10 * scale
            else:
                D[i] = 1e-11 * scale
        if not is_above(D, H, scale):
            continue
        total = value
        for i in range(3):
            left, right = -1.0 - d[i], 1.0 - d[i]
            at_left = slope[i] * left + 0.5 * D[i] * left * left
            at_right = slope[i] * right + 0.5 * D[i] * right * right
            total += max(at_left, at_right)
        best = min(best, total)
    return best


@njit(nogil=True)
def prove(kind, box, A, sizes, T_steps, P_steps, mu, allowance, gamma, most, place):
    """Prove G < 0 on a box; return the outcome and the numbers of boxes and of cells.

    Where that fails, `place` is the middle of the box in question and the value there.
    """
    m, K = A.shape[1], len(sizes)
    problem = (A, sizes, T_steps, P_steps, mu)
    point_work = (
        np.zeros((3, 3, m)), np.zeros((m, 3)), np.zeros((K, 3)), np.zeros(10), np.zeros(3), np.zeros((3, 3)),
    )  # fmt: skip
    cell_work = (
        np.zeros((3, m, m)), np.zeros((3, 4, m)), np.zeros((K, K)), np.zeros((4, K)),
        np.zeros((max(m, K), max(m, K), 2)), np.zeros((m, m, K)), np.zeros((4, 4, 4)),
    )  # fmt: skip
    g, H, d, D, slope = np.zeros(3), np.zeros((3, 3)), np.zeros(3), np.zeros(3), np.zeros(3)
    stack = np.zeros((DEEPEST, 2, 3))
    cell = np.zeros(DEEPEST, dtype=np.int64)  # which entry of `bounds` a box on the stack uses
    bounds, cell_half = np.zeros((DEEPEST, 3, 3, 3)), np.zeros((DEEPEST, 3))
    middle, half, share, score = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    stack[0], cell[0], top, boxes, cells, known = box, -1, 1, 0, 0, 0
    while top:
        top -= 1
        known = cell[top] + 1  # cells of boxes that are done are forgotten
        for i in range(3):
            middle[i] = 0.5 * (stack[top, 0, i] + stack[top, 1, i])
            half[i] = 0.5 * (stack[top, 1, i] - stack[top, 0, i])
        own = cell[top]
        fresh = own < 0
        if not fresh:
            for i in range(3):
                fresh |= half[i] * CELL_IN_BOXES <= cell_half[own, i]
        if fresh:
            own = known
            known += 1
            third_derivatives(kind, middle, half, problem, gamma, cell_work, bounds[own])
            cell_half[own] = half
            cells += 1
        boxes += 1
        if boxes > most or top > DEEPEST - 3 or own > DEEPEST - 3:
            return TOO_MANY, boxes, cells
        value = at_point(kind, middle, problem, point_work, g, H)
        place[0], place[1], place[2], place[3] = middle[0], middle[1], middle[2], value
        rest = size = 0.0
        for i in range(3):
            share[i] = half[i] / cell_half[own, i]
        for i in range(3):
            score[i] = 0.0
            for j in range(3):
                for k in range(3):
                    score[i] += bounds[own, i, j, k] * share[i] * share[j] * share[k]
            rest += score[i]
        off = allowance[0]
        for i in range(3):
            g[i] *= half[i]
            off += allowance[1] * half[i]
            size += abs(g[i])
            for j in range(3):
                H[i, j] *= half[i] * half[j]
                off += 0.5 * allowance[2] * half[i] * half[j]
                size += abs(H[i, j])
        if value > allowance[0]:
            return VIOLATED, boxes, cells
        bound = value + quadratic_bound(g, H, d, D, slope) + rest / 6 * UP + off
        bound += 64 * EPS * (abs(value) + size + rest)
        if bound < 0:
            continue
        axis = 0
        for i in range(3):
            score[i] /= 2
            for j in range(3):
                score[i] += abs(H[i, j])
            if score[i] > score[axis]:
                axis = i
        if half[axis] < 2.0**-34:
            return STUCK, boxes, cells
        low, high = stack[top, 0].copy(), stack[top, 1].copy()
        for side in range(2):
            lower, upper = low.copy(), high.copy()
            if side == 0:
                upper[axis] = middle[axis]
            else:
                lower[axis] = middle[axis]
            if lower[0] < upper[1] and (kind == 2 or lower[1] < upper[2]):
                stack[top, 0], stack[top, 1], cell[top] = lower, upper, own
                top += 1
    return PROVED, boxes, cells
