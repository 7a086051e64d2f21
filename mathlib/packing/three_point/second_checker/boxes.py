r"""Prove (D1) or (D2) on boxes by Taylor's formula of order two at points (compiled).

G is the left side of a condition as a function of three coordinates of a box, with half widths h. At its
middle p, with g and H the first and second derivatives of G there, and |d_i| <= h_i,

    G(p + d) <= G(p) + g^T d + d^T H d / 2 + B(h) / 6,

if B(h) bounds the third derivative of G in the direction d, three times, anywhere on the box. What is left is
to bound a quadratic on a box: for any q in it and any diagonal D >= 0 with D - H positive semidefinite,

    Q(d) <= Q(q) + Q'(q)^T (d - q) + (d - q)^T D (d - q) / 2,

a sum of convex functions of one variable each, largest at an end.

B is costly. So what it takes is computed for cells, and every box in a cell uses that of the cell; a box much
smaller than its cell becomes a cell. The formula at a point is cheap.

Rounding. The arguments and values of the polynomials at points are computed in double-double arithmetic
(sums of two doubles; Dekker 1971) and then rounded. All sums after that are in doubles, and since
|T_i^(s)| <= T_i^(s)(1) and |P_k^(s)| <= P_k^(s)(1) on [-1, 1], how far they can be off is known beforehand:
the module `allowances` bounds it for G, g and H. Cells compute upper bounds only, and `add_lost` adds to them
what rounding can have taken away.

Lengths are in units of (R - r)/2, so that a = mu + x with -1 <= x <= 1; the coordinates of (D1) are the x of
the three sides, those of (D2) the x of a and b and the t of u = -1 + t (1 + u(a, b, R)), 0 <= t <= 1.

Compilation is what a first call waits for, and numba takes about a millisecond for each access to an array.
So only `prove` can be called from Python and is kept in the cache, memory comes from outside (`workspace`),
derivatives of u are plain numbers rather than entries of arrays, loops over three coordinates have a length
that is not known beforehand, because LLVM would write them out, and nothing is compiled for two types. That
took compilation from twelve seconds to four.
"""

from typing import Any

import numba
import numpy as np

from mathlib.compiled import njit

__all__ = ["prove", "workspace"]

EPS = 2.0**-53
UP = 1 + 1e-9  # makes good for all the roundings of one cell's sums of nonnegative terms
SPLITTER = 2.0**27 + 1
DEEPEST = 400  # boxes that wait; three sides are halved at most 35 times each
CELL_IN_BOXES = 4.0  # a box this much smaller than its cell becomes a cell
PROVED, VIOLATED, STUCK, TOO_MANY = 0, 1, 2, 3
INNER: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
inner_njit = numba.njit(**INNER)


def workspace(A):
    """The arrays in which `prove` works, for matrices A of shape (m, m, K)."""
    m, K = A.shape[1:]
    widest = max(m, K)
    shapes = (
        (DEEPEST, 7),  # boxes that wait: middle, half widths, the row of the cell that they use or -1
        (DEEPEST, 51),  # cells: middle, half widths, and for each term h and the sums of `sums_on_cell`
        (4, widest, widest), (4, widest, 4),  # what `expand` finds for three sides and the cosine
        (widest, widest), (2 * m + 1, K), (3, 3), *[(3,)] * 6,
    )  # fmt: skip
    return tuple(np.zeros(shape) for shape in shapes)


# Double-double arithmetic: a number is the pair (high, low).


@inner_njit
def two_sum(a, b):
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@inner_njit
def add(a, b):
    s, e = two_sum(a[0], b[0])
    return two_sum(s, e + (a[1] + b[1]))


@inner_njit
def mul(a, b):
    x, y = a[0], b[0]
    p = x * y
    c = SPLITTER * x
    x_high = c - (c - x)
    x_low = x - x_high
    c = SPLITTER * y
    y_high = c - (c - y)
    y_low = y - y_high
    e = ((x_high * y_high - p) + x_high * y_low + x_low * y_high) + x_low * y_low
    return two_sum(p, e + (x * b[1] + a[1] * y))


@inner_njit
def cosine(a, b, c):
    """(a^2 + b^2 - c^2) / (2 a b)."""
    minus_c = (-c[0], -c[1])
    top = add(mul(a, a), mul(add(b, c), add(b, minus_c)))
    below = mul((2 * a[0], 2 * a[1]), b)
    q = top[0] / below[0]
    rest = add(top, mul((-q, 0.0), below))
    return two_sum(q, (rest[0] + rest[1]) / below[0])


@inner_njit
def expand(steps, x, half, orders, low, which, out):
    """out[which, k, s] for s < orders: the coefficients of p_k(x + half z) in powers of z.

    p_0 = 1 and p_(k+1) = steps[k, 0] x p_k - steps[k, 1] p_(k-1), in double-double; x is one, too.
    """
    out[which, 0, 0], low[0, 0] = 1.0, 0.0
    for k in range(steps.shape[0] - 1):
        alpha, beta = (steps[k, 0], steps[k, 1]), (-steps[k, 2], -steps[k, 3])
        shift, stretch = mul(alpha, x), mul(alpha, (half, 0.0))
        for s in range(min(k + 2, orders)):
            c = (0.0, 0.0)
            if s <= k:
                c = mul(shift, (out[which, k, s], low[k, s]))
            if s < k:
                c = add(c, mul(beta, (out[which, k - 1, s], low[k - 1, s])))
            if s:
                c = add(c, mul(stretch, (out[which, k, s - 1], low[k, s - 1])))
            out[which, k + 1, s], low[k + 1, s] = c


# Values and derivatives at a point.


@inner_njit
def sides_of(term):
    """The coordinates of the two sides that enclose the angle of a term, and of the third."""
    return (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))


@numba.njit(fastmath={"reassoc", "contract"}, **INNER)  # its bounds hold for every order of the sums
def contract(A, sizes, W, i, j):
    """The derivatives 000, 100, 010, 001, 200, 110, 020, 101, 011, 002 of F = sum_k X^T A_k Y P_k."""
    f = fx = fy = fu = fxx = fxy = fyy = fxu = fyu = fuu = 0.0
    for k in range(sizes.shape[0]):
        b00 = b10 = b01 = b20 = b11 = b02 = 0.0
        for p in range(sizes[k]):
            v0 = v1 = v2 = 0.0
            for q in range(sizes[k]):
                a = A[p, q, k]
                v0 += a * W[j, q, 0]
                v1 += a * W[j, q, 1]
                v2 += a * W[j, q, 2]
            x0, x1 = W[i, p, 0], W[i, p, 1]
            b00 += x0 * v0
            b10 += x1 * v0
            b20 += W[i, p, 2] * v0
            b01 += x0 * v1
            b11 += x1 * v1
            b02 += x0 * v2
        p0, p1 = W[3, k, 0], W[3, k, 1]
        f += b00 * p0
        fx += b10 * p0
        fy += b01 * p0
        fu += b00 * p1
        fxx += b20 * p0
        fxy += b11 * p0
        fyy += b02 * p0
        fxu += b10 * p1
        fyu += b01 * p1
        fuu += b00 * W[3, k, 2]
    return f, fx, fy, fu, 2 * fxx, fxy, 2 * fyy, fxu, fyu, 2 * fuu


@inner_njit
def at_point(kind, point, A, sizes, T_steps, P_steps, mu, W, low, g, H):
    """G at a point, its gradient in g and its second derivatives in H."""
    n = g.shape[0]
    total = 0.0
    for i in range(n):
        g[i] = 0.0
        for j in range(n):
            H[i, j] = 0.0
        if kind == 1 or i < 2:
            expand(T_steps, (point[i], 0.0), 1.0, n, low, i, W)
    for term in range(n if kind == 1 else 1):
        i, j, l = sides_of(term)
        a, b = add(mu, (point[i], 0.0)), add(mu, (point[j], 0.0))
        c = add(mu, (point[l] if kind == 1 else 1.0, 0.0))
        u = cosine(a, b, c)
        x, y, z = a[0], b[0], c[0]
        xx, yy, zz, xy = x * x, y * y, z * z, x * y
        ua, ub, uc = (xx - yy + zz) / (2 * xx * y), (yy - xx + zz) / (2 * yy * x), -z / xy
        uaa, ubb, ucc = (yy - zz) / (xx * xy), (xx - zz) / (yy * xy), -1 / xy
        uab, uac, ubc = -(xx + yy + zz) / (2 * xy * xy), z / (xx * y), z / (yy * x)
        if kind == 2:
            t = point[2]
            w = add((1.0, 0.0), u)
            u = add((-1.0, 0.0), mul((t, 0.0), w))
            uac, ubc, uc, ucc = ua, ub, w[0], 0.0
            ua, ub, uaa, uab, ubb = t * ua, t * ub, t * uaa, t * uab, t * ubb
        expand(P_steps, u, 1.0, n, low, n, W)
        f, fx, fy, fu, fxx, fxy, fyy, fxu, fyu, fuu = contract(A, sizes, W, i, j)
        total += f
        g[i] += fu * ua + fx
        g[j] += fu * ub + fy
        g[l] += fu * uc
        H[i, i] += fu * uaa + fuu * ua * ua + 2 * fxu * ua + fxx
        H[j, j] += fu * ubb + fuu * ub * ub + 2 * fyu * ub + fyy
        H[l, l] += fu * ucc + fuu * uc * uc
        H[i, j] += fu * uab + fuu * ua * ub + fxu * ub + fyu * ua + fxy
        H[i, l] += fu * uac + fuu * ua * uc + fxu * uc
        H[j, l] += fu * ubc + fuu * ub * uc + fyu * uc
    for i in range(n):
        for j in range(i):
            H[i, j] += H[j, i]
            H[j, i] = H[i, j]
    return total


# Bounds of third derivatives on a cell.


@numba.njit(fastmath={"contract"}, **INNER)
def sums_on_cell(A, reach, W, i, j, buffer, sums, at):
    """Sums of p^(a) q^(b) s^(c) |C[p, q, s]|, falling factorials, for (a, b, c) = 001, 002, 003, 101, 011,
    102, 012, 201, 111, 021, 300, 210, 120, 030: bounds of the derivatives of F, in units of the cell.

    C[p, q, s] = sum_k (X^T A_k Y)[p, q] Z[k, s] are the coefficients of F in powers of the local coordinates,
    X, Y, Z lower triangular. A[p, q, k] is 0 from k = reach[max(p, q)] on.
    """
    m = A.shape[0]
    for e in range(14):
        sums[at + e] = 0.0
    for p in range(m):
        for q in range(2 * m):
            for k in range(reach[p]):
                buffer[q, k] = 0.0
        for r in range(p, m):
            x = W[i, r, p]
            for q in range(m):
                for k in range(reach[max(q, r)]):
                    buffer[q, k] += x * A[r, q, k]
        for q in range(m):
            for r in range(q, m):
                y = W[j, r, q]
                for k in range(reach[max(p, r)]):
                    buffer[m + q, k] += y * buffer[r, k]
        for q in range(m):
            end = reach[max(p, q)]
            for s in range(0, end, 4):
                c0 = c1 = c2 = c3 = 0.0
                for k in range(s, end):
                    d = buffer[m + q, k]
                    c0 += d * W[3, k, s]
                    c1 += d * W[3, k, s + 1]
                    c2 += d * W[3, k, s + 2]
                    c3 += d * W[3, k, s + 3]
                buffer[2 * m, s], buffer[2 * m, s + 1] = c0, c1
                buffer[2 * m, s + 2], buffer[2 * m, s + 3] = c2, c3
            s0 = s1 = s2 = s3 = 0.0
            for s in range(end):
                c = abs(buffer[2 * m, s])
                s0 += c
                s1 += s * c
                s2 += s * (s - 1.0) * c
                s3 += s * (s - 1.0) * (s - 2.0) * c
            p2, q2 = p * (p - 1.0), q * (q - 1.0)
            sums[at] += s1
            sums[at + 1] += s2
            sums[at + 2] += s3
            sums[at + 3] += p * s1
            sums[at + 4] += q * s1
            sums[at + 5] += p * s2
            sums[at + 6] += q * s2
            sums[at + 7] += p2 * s1
            sums[at + 8] += p * q * s1
            sums[at + 9] += q2 * s1
            sums[at + 10] += p2 * (p - 2.0) * s0
            sums[at + 11] += p2 * q * s0
            sums[at + 12] += p * q2 * s0
            sums[at + 13] += q2 * (q - 2.0) * s0


@inner_njit
def sizes_of_angle(a, a_high, b, b_high, c, c_high, x, y, z):
    """Upper bounds of the first three derivatives of u(a, b, c) in the direction (x, y, z)."""
    p, q = 1 / a, 1 / b
    aa, bb, cc, pq = a_high * a_high, b_high * b_high, c_high * c_high, p * q
    bc = max(abs(bb - c * c), abs(cc - b * b))  # |b^2 - c^2|
    ac = max(abs(aa - c * c), abs(cc - a * a))
    x, y = x * p, y * q
    first = ((aa + bc) * x + (bb + ac) * y) / 2 + c_high * z
    second = bc * x * x + ac * y * y + z * z + (aa + bb + cc) * x * y + 2 * c_high * z * (x + y)
    third = 3 * (bc * x * x * x + ac * y * y * y + ((bb + cc) * x + (aa + cc) * y) * x * y + z * z * (x + y))
    third += 6 * c_high * z * (x * x + x * y + y * y)
    return first * pq, second * pq, third * pq


@inner_njit
def derivatives_of_angle(kind, term, cells, own, mu, x, y, z):
    """Upper bounds of the first derivatives of the u of a term on a cell, three of them, along (x, y, z)."""
    i, j, l = sides_of(term)
    a, b = mu + cells[own, i], mu + cells[own, j]
    f, g = cells[own, 3 + i], cells[own, 3 + j]
    low_a, high_a, low_b, high_b = (a - f) / UP, (a + f) * UP, (b - g) / UP, (b + g) * UP
    if kind == 1:
        c, h = mu + cells[own, l], cells[own, 3 + l]
        return sizes_of_angle(low_a, high_a, low_b, high_b, (c - h) / UP, (c + h) * UP, x, y, z)
    R = mu + 1
    u1, u2, u3 = sizes_of_angle(low_a, high_a, low_b, high_b, R / UP, R * UP, x, y, 0.0)
    t, w = cells[own, 2] + cells[own, 5], (high_a + high_b) ** 2 - (R / UP) ** 2
    return t * u1 + w / (2 * low_a * low_b) * z, t * u2 + 2 * u1 * z, t * u3 + 3 * u2 * z


@inner_njit
def study(kind, cells, own, A, reach, roots, T_steps, P_steps, mu, gamma, W, M, low, buffer):
    """Compute what bounds the third derivative on a cell, of which the middle and half widths are known."""
    n, all_orders = W.shape[0] - 1, W.shape[1]
    for i in range(n if kind == 1 else 2):
        expand(T_steps, (cells[own, i], 0.0), cells[own, 3 + i], all_orders, low, i, W)
        expand(T_steps, (1 + cells[own, 3 + i], 0.0), cells[own, 3 + i], n + 1, low, i, M)
    for term in range(n if kind == 1 else 1):
        i, j, l = sides_of(term)
        at = 6 + 15 * term
        c = cells[own, l] if kind == 1 else 1.0
        u = cosine(add(mu, (cells[own, i], 0.0)), add(mu, (cells[own, j], 0.0)), add(mu, (c, 0.0)))[0]
        if kind == 2:
            u = -1 + cells[own, 2] * (1 + u)
        h = derivatives_of_angle(
            kind, term, cells, own, mu[0], cells[own, 3 + i], cells[own, 3 + j], cells[own, 3 + l]
        )[0]
        h = (h + 1e-12) * UP
        cells[own, at] = h
        expand(P_steps, (u, 0.0), h, all_orders, low, n, W)
        expand(P_steps, (1 + h, 0.0), h, n + 1, low, n, M)
        sums_on_cell(A, reach, W, i, j, buffer, cells[own], at + 1)
        add_lost(roots, M, i, j, gamma, cells, own, at + 1)


@inner_njit
def add_lost(roots, M, i, j, gamma, cells, own, at):
    """Add to the sums what rounding can have taken from them.

    M holds values and derivatives, divided by s!, at the end of a cell around 1. They bound the absolute
    Taylor coefficients in any other cell, and sums of them, because those of T_i and P_k are largest at 1.
    Entries of A_k are at most roots[k, p] roots[k, q].
    """
    for k in range(roots.shape[0]):
        x0 = x1 = x2 = x3 = y0 = y1 = y2 = y3 = 0.0
        for p in range(roots.shape[1]):
            r = roots[k, p]
            x0 += r * M[i, p, 0]
            x1 += r * M[i, p, 1]
            x2 += r * M[i, p, 2]
            x3 += r * M[i, p, 3]
            y0 += r * M[j, p, 0]
            y1 += r * M[j, p, 1]
            y2 += r * M[j, p, 2]
            y3 += r * M[j, p, 3]
        z0, z1, z2, z3 = gamma * M[3, k, 0], gamma * M[3, k, 1], gamma * M[3, k, 2], gamma * M[3, k, 3]
        cells[own, at] += x0 * y0 * z1
        cells[own, at + 1] += 2 * x0 * y0 * z2
        cells[own, at + 2] += 6 * x0 * y0 * z3
        cells[own, at + 3] += x1 * y0 * z1
        cells[own, at + 4] += x0 * y1 * z1
        cells[own, at + 5] += 2 * x1 * y0 * z2
        cells[own, at + 6] += 2 * x0 * y1 * z2
        cells[own, at + 7] += 2 * x2 * y0 * z1
        cells[own, at + 8] += x1 * y1 * z1
        cells[own, at + 9] += 2 * x0 * y2 * z1
        cells[own, at + 10] += 6 * x3 * y0 * z0
        cells[own, at + 11] += 2 * x2 * y1 * z0
        cells[own, at + 12] += 2 * x1 * y2 * z0
        cells[own, at + 13] += 6 * x0 * y3 * z0


@inner_njit
def third_derivative(kind, cells, own, mu, half):
    """A bound of the third derivative of G on a cell, three times in a direction d with |d_i| <= half_i."""
    total = 0.0
    for term in range(half.shape[0] if kind == 1 else 1):
        i, j, l = sides_of(term)
        u1, u2, u3 = derivatives_of_angle(kind, term, cells, own, mu, half[i], half[j], half[l])
        row, at = cells[own], 6 + 15 * term
        x, y, z = half[i] / row[3 + i], half[j] / row[3 + j], u1 / row[at]  # in units of the cell
        total += (row[at + 1] * u3 + 3 * u2 * (row[at + 4] * x + row[at + 5] * y + row[at + 2] * z)) / row[at]
        total += (row[at + 11] * x + 3 * row[at + 12] * y) * x * x
        total += (row[at + 14] * y + 3 * row[at + 13] * x) * y * y
        total += 3 * z * (row[at + 8] * x * x + 2 * row[at + 9] * x * y + row[at + 10] * y * y)
        total += z * z * (row[at + 3] * z + 3 * (row[at + 6] * x + row[at + 7] * y))
    return total * UP


# The quadratic on a box.


@inner_njit
def quadratic_bound(g, H, d, D, slope):
    """An upper bound of g^T d + d^T H d / 2 for |d_i| <= 1, up to rounding errors.

    D, the convex part that is split off, is zero on a set of coordinates and on the others the sum of a row
    of what elimination of the set leaves; all eight sets are tried.
    """
    n = g.shape[0]
    scale = 0.0
    for i in range(n):
        d[i] = 0.0
        for j in range(n):
            scale += abs(H[i, j])
    for step in range(8 * n):  # to a point where the quadratic is nearly largest
        i = step % n
        s = g[i]
        for j in range(n):
            if j != i:
                s += H[i, j] * d[j]
        if H[i, i] < 0:
            d[i] = min(1.0, max(-1.0, -s / H[i, i]))
        else:
            d[i] = 1.0 if s > 0 else -1.0
    value = 0.0
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += H[i, j] * d[j]
        slope[i] = g[i] + s
        value += d[i] * (g[i] + 0.5 * s)
    best = np.inf
    for subset in range(8):
        for i in range(n):
            D[i] = 1e-11 * scale
            if not subset >> i & 1:
                row = H[i, i]
                for j in range(n):
                    if j != i:
                        if not subset >> j & 1:
                            row += abs(H[i, j])
                        elif H[j, j] < 0:
                            row -= 2 * H[i, j] * H[i, j] / H[j, j]
                D[i] = max(0.0, row) + 1e-10 * scale
        if not is_above(D, H, scale):
            continue
        total = value
        for i in range(n):
            left, right = -1.0 - d[i], 1.0 - d[i]
            at_left = slope[i] * left + 0.5 * D[i] * left * left
            at_right = slope[i] * right + 0.5 * D[i] * right * right
            total += max(at_left, at_right)
        best = min(best, total)
    return best


@inner_njit
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


@njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def prove(
    kind, box, most, place, A, sizes, reach, roots, T_steps, P_steps, mu, allowance, gamma,
    stack, cells, W, M, low, buffer, H, g, d, D, slope, middle, half,
):  # fmt: skip
    """Prove G < 0 on a box, given by its middle and half widths; return the outcome and the numbers of boxes
    and of cells, of which `most` boxes are allowed.

    Where that fails, `place` is the middle of the box in question and the value there. The arguments in
    between are those of `allowances.Numbers`, the last ones a `workspace`.
    """
    n = g.shape[0]
    for i in range(6):
        stack[0, i] = box[i]
    stack[0, 6] = -1.0
    top, boxes, studied = 1, 0, 0
    while top:
        top -= 1
        own = int(stack[top, 6])
        known = own + 1  # cells of boxes that are done are forgotten
        fresh = own < 0
        for i in range(n):
            middle[i], half[i] = stack[top, i], stack[top, 3 + i]
            if not fresh:
                fresh = half[i] * CELL_IN_BOXES <= cells[own, 3 + i]
        boxes += 1
        if boxes > most or top > DEEPEST - 3 or known > DEEPEST - 3:
            return TOO_MANY, boxes, studied
        value = at_point(kind, middle, A, sizes, T_steps, P_steps, mu, W, low, g, H)
        for i in range(n):
            place[i] = middle[i]
        place[3] = value
        if value > allowance[0]:
            return VIOLATED, boxes, studied
        if fresh:
            own = known
            studied += 1
            for i in range(n):
                cells[own, i], cells[own, 3 + i] = middle[i], half[i]
            study(kind, cells, own, A, reach, roots, T_steps, P_steps, mu, gamma, W, M, low, buffer)
        rest = third_derivative(kind, cells, own, mu[0], half)
        off, size = allowance[0], rest
        for i in range(n):
            g[i] *= half[i]
            off += allowance[1] * half[i]
            size += abs(g[i])
            for j in range(n):
                H[i, j] *= half[i] * half[j]
                off += 0.5 * allowance[2] * half[i] * half[j]
                size += abs(H[i, j])
        bound = value + quadratic_bound(g, H, d, D, slope) + rest / 6 * UP + off
        if bound + 64 * EPS * (abs(value) + size) < 0:
            continue
        axis, highest = 0, -1.0
        for i in range(n):  # to be cut where second and third derivatives are largest
            width, half[i] = half[i], 0.0
            score = (rest - third_derivative(kind, cells, own, mu[0], half)) / 12
            half[i] = width
            for j in range(n):
                score += abs(H[i, j])
            if score > highest:
                axis, highest = i, score
        if half[axis] < 2.0**-34:
            return STUCK, boxes, studied
        half[axis] /= 2
        for side in range(2):
            for i in range(n):
                stack[top, i], stack[top, 3 + i] = middle[i], half[i]
            stack[top, axis] += half[axis] * (2 * side - 1)
            stack[top, 6] = own
            below = stack[top, 0] - half[0] < stack[top, 1] + half[1]  # not all of a > b
            if below and (kind == 2 or stack[top, 1] - half[1] < stack[top, 2] + half[2]):
                top += 1
    return PROVED, boxes, studied
