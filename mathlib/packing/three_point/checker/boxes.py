r"""Prove (D1) or (D2) on boxes with intervals, every single operation rounded outwards (compiled).

On a box, G stands for one of

    (D1)  F(a, b; u(a,b,c)) + F(a, c; u(a,c,b)) + F(b, c; u(b,c,a)),    u(a,b,c) = (a^2 + b^2 - c^2)/(2 a b),
    (D2)  F(a, b; -1 + t (1 + u(a,b,R))),   0 <= t <= 1,

with F(a, b; u) = sum_k phi_k(a)^T A_k phi_k(b) P_k(u): a polynomial in three variables. For any point p of
the box and any symmetric matrix H' that is above all the Hessians of G on the box,

    G(p + d) <= G(p) + G'(p) d + d^T H' d / 2          (Taylor, with the remainder as an integral)
             <= G(p) + sum_i (G_i(p) d_i + D_i d_i^2 / 2)     if D = diag(D_i) >= 0 and H' <= D,

and the last line is a sum of convex functions of one variable each, largest at an end. `p` is where a
quadratic model of G is largest on the box: for a concave G the bound is then almost G(p) itself, and that
is what proves inequalities that are nearly attained.

The Hessians are enclosed by the whole Taylor polynomial of F about the middle of the box and the chain rule.
The Taylor coefficients of T_i and P_k are moved from the nearest node of a table of correctly rounded ones:
the three-term recurrences would lose digits. Derivatives of the cosine u come from automatic differentiation,
and the diagonal matrix D >= H' is guessed in plain doubles and then proved to be one, by elimination with
intervals. Lengths are in units of (R - r)/2, so that a = mu + x with -1 <= x <= 1.

An interval is a pair (low, high), an array of intervals has a last axis of length 2. In doubles the exact
result of an operation lies between the neighbours of the rounded one, and x -> x -+ (|x| 2^-52 + 2^-1022)
goes at least one double down or up.

A jet is an array of 13 intervals: a value, three first and nine second derivatives by the coordinates of the
box, in units of half its sides.
"""

import numpy as np

from mathlib.compiled import njit

__all__ = ["examine"]

ULP = 2.0**-52
TINY = 2.0**-1022
X_NODES, U_NODES = 32, 64  # nodes of the tables per unit of length
PROVED, OPEN, VIOLATED = 0, 1, 2


@njit
def down(x):
    return x - (abs(x) * ULP + TINY)


@njit
def up(x):
    return x + (abs(x) * ULP + TINY)


@njit
def add(a, b):
    return down(a[0] + b[0]), up(a[1] + b[1])


@njit
def sub(a, b):
    return down(a[0] - b[1]), up(a[1] - b[0])


@njit
def mul(a, b):
    p, q, r, s = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    return down(min(min(p, q), min(r, s))), up(max(max(p, q), max(r, s)))


@njit
def inverse(a):
    """1/a for an interval of positive numbers."""
    return down(1.0 / a[1]), up(1.0 / a[0])


@njit
def at(array, i):
    return array[i, 0], array[i, 1]


@njit
def jet_sum(a, b, sign):
    total = np.empty((13, 2))
    for i in range(13):
        total[i] = add(at(a, i), at(b, i)) if sign > 0 else sub(at(a, i), at(b, i))
    return total


@njit
def jet_product(a, b):
    product = np.empty((13, 2))
    product[0] = mul(at(a, 0), at(b, 0))
    for i in range(3):
        product[1 + i] = add(mul(at(a, 1 + i), at(b, 0)), mul(at(a, 0), at(b, 1 + i)))
        for j in range(3):
            ij = 4 + 3 * i + j
            outer = add(mul(at(a, 1 + i), at(b, 1 + j)), mul(at(a, 1 + j), at(b, 1 + i)))
            product[ij] = add(outer, add(mul(at(a, ij), at(b, 0)), mul(at(a, 0), at(b, ij))))
    return product


@njit
def jet_inverse(a):
    """(1/a)_i = -a_i/a^2 and (1/a)_ij = 2 a_i a_j/a^3 - a_ij/a^2, for a > 0."""
    result = np.empty((13, 2))
    v = inverse(at(a, 0))
    square = mul(v, v)
    double_cube = mul((2.0, 2.0), mul(v, square))
    result[0] = v
    for i in range(3):
        result[1 + i] = sub((0.0, 0.0), mul(square, at(a, 1 + i)))
        for j in range(3):
            ij = 4 + 3 * i + j
            outer = mul(double_cube, mul(at(a, 1 + i), at(a, 1 + j)))
            result[ij] = sub(outer, mul(square, at(a, ij)))
    return result


@njit
def coordinate(i, low, high, half, offset):
    """The jet of offset + x_i for low <= x_i <= high."""
    jet = np.zeros((13, 2))
    jet[0] = add((low, high), offset)
    jet[1 + i] = half, half
    return jet


@njit
def cosine(kind, i, j, l, low, high, half, mu):
    """The jet of the u of one term, on a box or, for low = high, at a point."""
    a, b = coordinate(i, low[i], high[i], half[i], mu), coordinate(j, low[j], high[j], half[j], mu)
    product = jet_product(a, b)
    inverted = jet_inverse(jet_sum(product, product, 1))
    if kind == 1:
        c = coordinate(l, low[l], high[l], half[l], mu)
        squares = jet_sum(jet_product(a, a), jet_product(b, b), 1)
        return jet_product(jet_sum(squares, jet_product(c, c), -1), inverted)
    longest = jet_sum(a, b, 1)
    R = coordinate(0, 0.0, 0.0, 0.0, add(mu, (1.0, 1.0)))
    w = jet_product(jet_sum(jet_product(longest, longest), jet_product(R, R), -1), inverted)
    double_t = coordinate(2, low[2], high[2], half[2], (1.0, 1.0))
    u = jet_product(double_t, w)
    for p in range(13):
        u[p] = mul((0.5, 0.5), at(u, p))
    u[0] = sub(at(u, 0), (1.0, 1.0))
    return u


@njit
def nearest(table, per_unit, x):
    """The node of the table next to x, and the exact distance from it."""
    node = min(max(round((x + 1) * per_unit), 0), len(table) - 1)
    return node, x - (node / per_unit - 1)


@njit
def local_polynomials(table, per_unit, middle, scale, out):
    """out[k, s]: Taylor coefficients about `middle`, in units of `scale`."""
    node, shift = nearest(table, per_unit, middle)
    for k in range(table.shape[1]):
        row = out[k]
        row[: k + 1] = table[node, k, : k + 1]
        for p in range(k):
            for q in range(k - 1, p - 1, -1):
                row[q] = add(at(row, q), mul((shift, shift), at(row, q + 1)))
        power = (scale, scale)
        for q in range(1, k + 1):
            row[q] = mul(at(row, q), power)
            power = mul(power, (scale, scale))


@njit
def values_and_slopes(table, per_unit, x, out):
    """out[k, 0] and out[k, 1]: the k-th polynomial and its derivative on an interval x."""
    node, _ = nearest(table, per_unit, 0.5 * (x[0] + x[1]))
    origin = node / per_unit - 1
    shift = sub(x, (origin, origin))
    for k in range(table.shape[1]):
        v, d = (0.0, 0.0), (0.0, 0.0)
        for q in range(k, -1, -1):
            d = add(mul(d, shift), v)
            v = add(mul(v, shift), at(table[node, k], q))
        out[k, 0], out[k, 1] = v, d


@njit
def expand(A, sizes, X, Y, Z, C):
    """C[p, q, s]: the coefficients of F in powers of the three coordinates of the box."""
    m = A.shape[1]
    C[:] = 0.0
    for k in range(len(sizes)):
        size = sizes[k]
        W, B = np.zeros((size, size, 2)), np.zeros((size, size, 2))
        for i in range(size):
            for j in range(size):
                for q in range(j + 1):
                    W[i, q] = add(at(W[i], q), mul(at(A[k, i], j), at(Y[j], q)))
            for p in range(i + 1):
                for q in range(size):
                    B[p, q] = add(at(B[p], q), mul(at(X[i], p), at(W[i], q)))
        for p in range(min(size, m)):
            for q in range(size):
                for s in range(k + 1):
                    C[p, q, s] = add(at(C[p, q], s), mul(at(B[p], q), at(Z[k], s)))


@njit
def falling(power, order):
    """The factor of the derivative of that order: power (power - 1) ..."""
    return 1.0 if order == 0 else (float(power) if order == 1 else power * (power - 1.0))


@njit
def derivative_on_box(C, a, b, c):
    """The derivative of order a, b, c by the three coordinates, anywhere in the box."""
    factor = falling(a, a) * falling(b, b) * falling(c, c)
    middle = mul((factor, factor), at(C[a, b], c))
    rest = 0.0
    for p in range(a, C.shape[0]):
        for q in range(b, C.shape[1]):
            for s in range(c, C.shape[2]):
                if p > a or q > b or s > c:
                    largest = max(abs(C[p, q, s, 0]), abs(C[p, q, s, 1]))
                    rest = up(rest + up(falling(p, a) * falling(q, b) * falling(s, c) * largest))
    return add(middle, (-rest, rest))


@njit
def chain_rule(i, j, half, u, first, second, G):
    """Add to the jet G what the term F(x_i, x_j, u) contributes.

    first and second hold the derivatives of F by x_i, x_j, u; half[i] is that of x_i by its coordinate.
    """
    inner = np.zeros((3, 13, 2))
    inner[0, 1 + i], inner[1, 1 + j], inner[2] = half[i], half[j], u
    for alpha in range(3):
        for p in range(3):
            if inner[alpha, 1 + p, 0] != 0.0 or inner[alpha, 1 + p, 1] != 0.0:
                G[1 + p] = add(at(G, 1 + p), mul(at(first, alpha), at(inner[alpha], 1 + p)))
                for beta in range(3):
                    outer = mul(at(second[alpha], beta), at(inner[alpha], 1 + p))
                    for q in range(3):
                        if inner[beta, 1 + q, 0] != 0.0 or inner[beta, 1 + q, 1] != 0.0:
                            pq = 4 + 3 * p + q
                            G[pq] = add(at(G, pq), mul(outer, at(inner[beta], 1 + q)))
    for pq in range(4, 13):
        G[pq] = add(at(G, pq), mul(at(first, 2), at(u, pq)))


@njit
def enclose_on_box(kind, box, problem, work):
    """The jet of G on a box; of it only the second derivatives are of use."""
    A, sizes, T, P, mu = problem
    X, Z, C = work
    middle, half = 0.5 * (box[0] + box[1]), 0.5 * (box[1] - box[0])
    G, ones = np.zeros((13, 2)), np.ones(3)
    for i in range(3):
        local_polynomials(T, X_NODES, middle[i], half[i], X[i])
    for term in range(3 if kind == 1 else 1):
        i, j, l = (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))
        u = cosine(kind, i, j, l, box[0], box[1], half, mu)
        about = at(cosine(kind, i, j, l, middle, middle, half, mu), 0)
        centre = 0.5 * (about[0] + about[1])
        h = up(max(about[1] - centre, centre - about[0]))
        for p in range(3):
            h = up(h + max(abs(u[1 + p, 0]), abs(u[1 + p, 1])))
        local_polynomials(P, U_NODES, centre, h, Z)
        expand(A, sizes, X[i], X[j], Z, C)
        unit = inverse((h, h))
        for p in range(1, 13):
            u[p] = mul(at(u, p), unit)
        first, second = np.zeros((3, 2)), np.zeros((3, 3, 2))
        orders = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        for alpha in range(3):
            o = orders[alpha]
            first[alpha] = derivative_on_box(C, o[0], o[1], o[2])
            for beta in range(alpha, 3):
                t = orders[beta]
                second[alpha, beta] = derivative_on_box(C, o[0] + t[0], o[1] + t[1], o[2] + t[2])
                second[beta, alpha] = second[alpha, beta]
        chain_rule(i, j, ones, u, first, second, G)
    return G


@njit
def enclose_at_point(kind, point, half, problem, work):
    """The jet of G at a point; its second derivatives are not computed."""
    A, sizes, T, P, mu = problem
    X, Z = work
    G, second = np.zeros((13, 2)), np.zeros((3, 3, 2))
    for i in range(3):
        values_and_slopes(T, X_NODES, (point[i], point[i]), X[i])
    for term in range(3 if kind == 1 else 1):
        i, j, l = (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))
        u = cosine(kind, i, j, l, point, point, half, mu)
        values_and_slopes(P, U_NODES, at(u, 0), Z)
        F, first = (0.0, 0.0), np.zeros((3, 2))
        for k in range(len(sizes)):
            b, b_x, b_y = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)
            for p in range(sizes[k]):
                v, d = (0.0, 0.0), (0.0, 0.0)
                for q in range(sizes[k]):
                    v = add(v, mul(at(A[k, p], q), at(X[j, q], 0)))
                    d = add(d, mul(at(A[k, p], q), at(X[j, q], 1)))
                b, b_x = add(b, mul(at(X[i, p], 0), v)), add(b_x, mul(at(X[i, p], 1), v))
                b_y = add(b_y, mul(at(X[i, p], 0), d))
            F = add(F, mul(b, at(Z[k], 0)))
            first[0] = add(at(first, 0), mul(b_x, at(Z[k], 0)))
            first[1] = add(at(first, 1), mul(b_y, at(Z[k], 0)))
            first[2] = add(at(first, 2), mul(b, at(Z[k], 1)))
        G[0] = add(at(G, 0), F)
        chain_rule(i, j, half, u, first, second, G)
    return G


@njit
def majorant(G):
    """A matrix M with d^T H d <= d^T M d for all second derivatives H in the jet."""
    M = np.zeros((3, 3))
    for p in range(3):
        M[p, p] = up(M[p, p] + G[4 + 3 * p + p, 1])
        for q in range(p):
            low, high = G[4 + 3 * p + q]
            M[p, q] = M[q, p] = 0.5 * (low + high)
            radius = up(max(high - M[p, q], M[p, q] - low))
            M[p, p], M[q, q] = up(M[p, p] + radius), up(M[q, q] + radius)
    return M


@njit
def guess(M, subset):
    """A D >= 0 of which D >= M may hold: zero on the subset, elsewhere row sums of the Schur complement."""
    S, left, D = M.copy(), np.ones(3), np.zeros(3)
    for q in range(3):
        if subset >> q & 1:
            left[q] = 0.0
            for i in range(3):
                for j in range(3):
                    if left[i] and left[j] and S[q, q] < 0:
                        S[i, j] -= S[i, q] * S[q, j] / S[q, q]
    for i in range(3):
        size = 0.0
        for j in range(3):
            size += left[i] * left[j] * abs(S[i, j]) + abs(M[i, j])
            if left[i] and left[j]:
                D[i] += S[i, j] if j == i else abs(S[i, j])
        D[i] = max(0.0, D[i] + left[i] * 1e-12 * size)
    return D


@njit
def is_above(D, M):
    """Whether D - M is proved to be positive definite: elimination with intervals, all pivots positive."""
    S = np.zeros((3, 3, 2))
    for i in range(3):
        for j in range(3):
            S[i, j] = sub((D[i], D[i]) if i == j else (0.0, 0.0), (M[i, j], M[i, j]))
    for q in range(3):
        if S[q, q, 0] <= 0:
            return False
        pivot = inverse((S[q, q, 0], S[q, q, 1]))
        for i in range(q + 1, 3):
            for j in range(q + 1, 3):
                S[i, j] = sub(at(S[i], j), mul(mul(at(S[i], q), at(S[j], q)), pivot))
    return True


@njit
def rise(point, G, box, half, M):
    """How far G can rise on the box above its value at the point, where G also holds its slopes."""
    best = np.inf
    for subset in range(8):
        D = guess(M, subset)
        if not is_above(D, M):
            continue
        total = 0.0
        for i in range(3):
            largest = -np.inf
            for end in (box[0, i], box[1, i]):
                d = mul(sub((end, end), (point[i], point[i])), inverse((half[i], half[i])))
                square = mul((0.5 * D[i], 0.5 * D[i]), mul(d, d))
                largest = max(largest, add(mul(at(G, 1 + i), d), square)[1])
            total = up(total + largest)
        best = min(best, total)
    return best


@njit
def climb(G, M, box, half, point):
    """Move a point from the middle of a box to about where a quadratic model is largest."""
    d = np.zeros(3)
    for _ in range(12):
        for i in range(3):
            slope = 0.5 * (G[1 + i, 0] + G[1 + i, 1])
            for j in range(3):
                slope += M[i, j] * d[j] if j != i else 0.0
            end = 1.0 if slope > 0 else -1.0
            d[i] = min(1.0, max(-1.0, slope / -M[i, i])) if M[i, i] < 0 else end
    for i in range(3):
        point[i] = min(box[1, i], max(box[0, i], 0.5 * (box[0, i] + box[1, i]) + d[i] * half[i]))


@njit
def examine(kind, boxes, A, sizes, T, P, mu, verdict, axis, points, values):
    """Try to prove G < 0 on each box: PROVED, VIOLATED (G > 0 at points[b]) or OPEN (cut along axis[b])."""
    m, K = A.shape[1], len(sizes) - 1
    problem = (A, sizes, T, P, mu)
    work = np.zeros((3, m, m, 2)), np.zeros((K + 1, K + 1, 2)), np.zeros((m, m, K + 1, 2))
    few = np.zeros((3, m, 2, 2)), np.zeros((K + 1, 2, 2))
    for b in range(len(boxes)):
        box, point = boxes[b], points[b]
        half = 0.5 * (box[1] - box[0])
        point[:] = 0.5 * (box[0] + box[1])
        on_box = enclose_on_box(kind, box, problem, work)
        M = majorant(on_box)
        verdict[b] = OPEN
        for attempt in range(2):
            G = enclose_at_point(kind, point, half, problem, few)
            values[b] = G[0, 1]
            if G[0, 0] > 0:
                verdict[b] = VIOLATED
            elif up(G[0, 1] + rise(point, G, box, half, M)) < 0:
                verdict[b] = PROVED
            if verdict[b] != OPEN:
                break
            if not attempt:
                climb(G, M, box, half, point)
        largest = -1.0
        for p in range(3):
            score = 0.0
            for q in range(3):
                low, high = on_box[4 + 3 * p + q]
                score += high - low + abs(high + low)
            if score > largest:
                largest, axis[b] = score, p
