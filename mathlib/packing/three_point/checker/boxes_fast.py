r"""Prove (D1) or (D2) on boxes, in doubles whose rounding errors are bounded beforehand (compiled).

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

The Hessians are enclosed by the *whole* Taylor polynomial of F about the middle of the box, all 8 x 8 x 21
coefficients or so, and the chain rule in ball arithmetic. Its ingredients, the Taylor coefficients of T_i and
P_k, are moved from the nearest node of a table of correctly rounded ones: the three-term recurrences would
lose digits.

Rounding. With e = 2^-53, a sum of products that takes N operations is off by at most N e / (1 - N e) times
the same sum of absolute values (Higham 2002, section 3.1). `gamma` is that factor for the longest chain here,
and every sum of absolute values is computed along. Balls (middle, radius) add the rounding error of each
operation. Lengths are in units of (R - r)/2, so that a = mu + x with -1 <= x <= 1; mu is a ball.
"""

import numpy as np

from mathlib.compiled import njit

__all__ = ["examine"]

EPS = 2.0**-53
UP = 1 + 2.0**-49  # makes good for up to fifteen roundings in a sum of nonnegative terms
MORE = 1 + 1e-11  # the same for sums of some thousand terms
TINY = 1e-290  # above anything lost to underflow
X_NODES, U_NODES = 32, 64  # nodes of the tables per unit of length

PROVED, OPEN, VIOLATED = 0, 1, 2


@njit
def add(a, b):
    middle = a[0] + b[0]
    return middle, (a[1] + b[1] + abs(middle) * EPS) * UP


@njit
def mul(a, b):
    middle = a[0] * b[0]
    return middle, (abs(a[0]) * b[1] + (abs(b[0]) + b[1]) * a[1] + abs(middle) * EPS) * UP + TINY


@njit
def inverse(a):
    """1/a for a ball of positive numbers."""
    middle = 1.0 / a[0]
    return middle, (a[1] / (a[0] * (a[0] - a[1])) * UP + middle * EPS) * UP


@njit
def times(factor, a):
    """A ball times a power of two or its negative: exact."""
    return factor * a[0], abs(factor) * a[1]


@njit
def angle(a, b, c, first, second):
    """u(a, b, c) of three balls; its derivatives go to first[3, 2] and second[3, 3, 2]."""
    ia, ib = inverse(a), inverse(b)
    iab, cc = mul(ia, ib), mul(c, c)
    ca = mul(add(c, times(-1.0, a)), add(c, a))  # c^2 - a^2
    cb = mul(add(c, times(-1.0, b)), add(c, b))
    u_a = times(0.5, add(ib, mul(cb, mul(ia, iab))))
    u_b = times(0.5, add(ia, mul(ca, mul(ib, iab))))
    first[0], first[1], first[2] = u_a, u_b, times(-1.0, mul(c, iab))
    second[0, 0] = times(-1.0, mul(cb, mul(iab, mul(ia, ia))))
    second[1, 1] = times(-1.0, mul(ca, mul(iab, mul(ib, ib))))
    second[2, 2] = times(-1.0, iab)
    second[0, 1] = times(-0.5, add(add(mul(ia, ia), mul(ib, ib)), mul(cc, mul(iab, iab))))
    second[0, 2], second[1, 2] = mul(c, mul(ia, iab)), mul(c, mul(ib, iab))
    for i in range(3):
        for j in range(i):
            second[i, j] = second[j, i]
    return times(0.5, add(add(mul(a, ib), mul(b, ia)), times(-1.0, mul(cc, iab))))


@njit
def cosine(kind, i, j, l, x, rx, mu, first, second):
    """The u of one term of G as a ball, with its derivatives by the three coordinates of the box.

    For (D1) the coordinates are the sides, of which i and j enclose the angle; for (D2) they are a, b and
    2 t - 1.
    """
    a, b = add(mu, (x[i], rx[i])), add(mu, (x[j], rx[j]))
    if kind == 1:
        local_first, local_second = np.empty((3, 2)), np.empty((3, 3, 2))
        u = angle(a, b, add(mu, (x[l], rx[l])), local_first, local_second)
        order = (i, j, l)
        for p in range(3):
            first[order[p]] = local_first[p]
            for q in range(3):
                second[order[p], order[q]] = local_second[p, q]
        return u
    w = add((1.0, 0.0), angle(a, b, add(mu, (1.0, 0.0)), first, second))
    t = times(0.5, add((1.0, 0.0), (x[2], rx[2])))
    for p in range(2):
        slope = (first[p, 0], first[p, 1])
        second[p, 2] = second[2, p] = times(0.5, slope)
        first[p] = mul(t, slope)
        for q in range(2):
            second[p, q] = mul(t, (second[p, q, 0], second[p, q, 1]))
    first[2] = times(0.5, w)
    second[2, 2] = 0.0
    return add((-1.0, 0.0), mul(t, w))


@njit
def moved(row, degree, shift, scale, value, size):
    """Taylor coefficients, moved by `shift`, in units of `scale`; size: with absolute values throughout."""
    for q in range(degree + 1):
        value[q], size[q] = row[q], abs(row[q])
    for p in range(degree):
        for q in range(degree - 1, p - 1, -1):
            value[q] += shift * value[q + 1]
            size[q] += abs(shift) * size[q + 1]
    power = scale
    for q in range(1, degree + 1):
        value[q] *= power
        size[q] *= power
        power *= scale


@njit
def local_polynomials(table, per_unit, middle, scale, value, size):
    """The Taylor coefficients of all polynomials of a table about `middle`, in units of `scale`."""
    node = min(max(round((middle + 1) * per_unit), 0), len(table) - 1)
    shift = middle - (node / per_unit - 1)  # exact (Sterbenz): they are that close
    for k in range(table.shape[1]):
        moved(table[node, k], k, shift, scale, value[k], size[k])


@njit
def weights(degree, size):
    """Sums of absolute Taylor coefficients, high enough for a value and first and second derivatives."""
    sums = np.zeros(degree + 1)
    for k in range(degree + 1):
        for s in range(k + 1):
            sums[k] += max(1.0, s * (s - 1.0)) * size[k, s]
    return sums


@njit
def expand(A, sizes, X, Y, Z, C):
    """C[p, q, s]: the coefficients of F in powers of the three coordinates of the box."""
    m = A.shape[1]
    C[:] = 0.0
    W, B = np.empty((m, m)), np.empty((m, m))
    for k in range(len(sizes)):
        size = sizes[k]
        W[:], B[:] = 0.0, 0.0
        for i in range(size):
            for j in range(size):
                for q in range(j + 1):
                    W[i, q] += A[k, i, j] * Y[j, q]
            for p in range(i + 1):
                for q in range(size):
                    B[p, q] += X[i, p] * W[i, q]
        for p in range(size):
            for q in range(size):
                for s in range(k + 1):
                    C[p, q, s] += B[p, q] * Z[k, s]


@njit
def derivatives_on_box(A, sizes, X, sX, Y, sY, Z, sZ, gamma, C, out):
    """Balls around F_u, F_xx, F_yy, F_xy, F_xu, F_yu, F_uu on a box, in units of the box."""
    expand(A, sizes, X, Y, Z, C)
    m, K = A.shape[1], len(sizes) - 1
    wx, wy, wz = weights(m - 1, sX), weights(m - 1, sY), weights(K, sZ)
    error = 0.0
    for k in range(K + 1):
        for i in range(sizes[k]):
            for j in range(sizes[k]):
                error += wz[k] * wx[i] * wy[j] * abs(A[k, i, j])
    error = error * gamma * MORE + TINY
    sums = np.zeros(7)
    for p in range(m):
        for q in range(m):
            s0 = s1 = s2 = 0.0
            for s in range(K + 1):
                c = abs(C[p, q, s])
                s0 += c
                s1 += s * c
                s2 += s * (s - 1.0) * c
            sums[0] += s1
            sums[1] += p * (p - 1.0) * s0
            sums[2] += q * (q - 1.0) * s0
            sums[3] += p * q * s0
            sums[4] += p * s1
            sums[5] += q * s1
            sums[6] += s2
    out[0, 0], out[1, 0], out[2, 0] = C[0, 0, 1], 2 * C[2, 0, 0], 2 * C[0, 2, 0]
    out[3, 0], out[4, 0], out[5, 0], out[6, 0] = C[1, 1, 0], C[1, 0, 1], C[0, 1, 1], 2 * C[0, 0, 2]
    for d in range(7):
        out[d, 1] = max(sums[d] * MORE - abs(out[d, 0]), 0.0) * UP + error


@njit
def hessian(kind, box, problem, work, H):
    """H[3, 3, 2]: balls around the second derivatives of G on the whole box, in units of the box."""
    A, sizes, T, P, mu, gamma = problem
    X, sX, Z, sZ, C, out = work
    middle, half = 0.5 * (box[0] + box[1]), 0.5 * (box[1] - box[0])
    first, second, nothing = np.empty((3, 2)), np.empty((3, 3, 2)), np.zeros(3)
    for i in range(3):
        local_polynomials(T, X_NODES, middle[i], half[i], X[i], sX[i])
    H[:] = 0.0
    for term in range(3 if kind == 1 else 1):
        i, j, l = (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))
        u = cosine(kind, i, j, l, middle, nothing, mu, first, second)
        cosine(kind, i, j, l, middle, half, mu, first, second)
        h = u[1]
        for p in range(3):
            h = (h + (abs(first[p, 0]) + first[p, 1]) * half[p]) * UP
        local_polynomials(P, U_NODES, u[0], h, Z, sZ)
        derivatives_on_box(A, sizes, X[i], sX[i], X[j], sX[j], Z, sZ, gamma, C, out)
        unit = inverse((h, 0.0))
        for p in range(3):
            for q in range(3):
                scale = mul((half[p] * half[q], TINY), unit)
                second[p, q] = mul((second[p, q, 0], second[p, q, 1]), scale)
        for p in range(3):
            first[p] = mul((first[p, 0], first[p, 1]), mul((half[p], 0.0), unit))
        add_chain_rule(i, j, out, first, second, H)


@njit
def add_chain_rule(i, j, F, first, second, H):
    """H += F_pq + F_pu u_q + F_qu u_p + F_uu u_p u_q + F_u u_pq."""
    f_u, f_uu = (F[0, 0], F[0, 1]), (F[6, 0], F[6, 1])
    for p in range(3):
        for q in range(p, 3):
            u_p, u_q = (first[p, 0], first[p, 1]), (first[q, 0], first[q, 1])
            total = add(mul(f_uu, mul(u_p, u_q)), mul(f_u, (second[p, q, 0], second[p, q, 1])))
            if p in (i, j):
                f_pu = (F[4, 0], F[4, 1]) if p == i else (F[5, 0], F[5, 1])
                total = add(total, mul(f_pu, u_q))
            if q in (i, j):
                f_qu = (F[4, 0], F[4, 1]) if q == i else (F[5, 0], F[5, 1])
                total = add(total, mul(f_qu, u_p))
            if p in (i, j) and q in (i, j):
                d = 1 if q == i else (2 if p == j else 3)
                total = add(total, (F[d, 0], F[d, 1]))
            total = add(total, (H[p, q, 0], H[p, q, 1]))
            H[p, q] = total
            H[q, p] = total


@njit
def value_and_slope(table, per_unit, x, radius, out):
    """out[k]: value, slope, and sums of absolute values for these and for the second derivative."""
    node = min(max(round((x + 1) * per_unit), 0), len(table) - 1)
    shift = x - (node / per_unit - 1)
    far = (abs(shift) + radius) * UP
    for k in range(table.shape[1]):
        v = d = sv = sd = s2 = 0.0
        for q in range(k, -1, -1):
            c = table[node, k, q]
            d, v = d * shift + v, v * shift + c
            s2, sd, sv = s2 * far + sd, sd * far + sv, sv * far + abs(c)
        out[k, 0], out[k, 1], out[k, 2], out[k, 3], out[k, 4] = v, d, sv, sd, 2 * s2


@njit
def term_at(A, sizes, X, Y, Z, gamma, delta):
    """Balls around F, F_x, F_y, F_u at a point whose u is known up to delta."""
    f = fx = fy = fu = e = ex = ey = eu = 0.0
    for k in range(len(sizes)):
        b = bx = by = s = sx = sy = 0.0
        for i in range(sizes[k]):
            v = d = sv = sd = 0.0
            for j in range(sizes[k]):
                v += A[k, i, j] * Y[j, 0]
                d += A[k, i, j] * Y[j, 1]
                sv += abs(A[k, i, j]) * Y[j, 2]
                sd += abs(A[k, i, j]) * Y[j, 3]
            b += X[i, 0] * v
            bx += X[i, 1] * v
            by += X[i, 0] * d
            s += X[i, 2] * sv
            sx += X[i, 3] * sv
            sy += X[i, 2] * sd
        f, fx, fy, fu = f + b * Z[k, 0], fx + bx * Z[k, 0], fy + by * Z[k, 0], fu + b * Z[k, 1]
        relative = gamma * Z[k, 2] + delta * Z[k, 3]
        e, ex, ey = e + s * relative, ex + sx * relative, ey + sy * relative
        eu += s * (gamma * Z[k, 3] + delta * Z[k, 4])
    return (f, e * MORE + TINY), (fx, ex * MORE + TINY), (fy, ey * MORE + TINY), (fu, eu * MORE + TINY)


@njit
def value(kind, point, problem, work, gradient):
    """A ball around G at a point; balls around its first derivatives go to gradient[3, 2]."""
    A, sizes, T, P, mu, gamma = problem
    X, Z = work
    first, second, nothing = np.empty((3, 2)), np.empty((3, 3, 2)), np.zeros(3)
    for i in range(3):
        value_and_slope(T, X_NODES, point[i], 0.0, X[i])
    total = (0.0, 0.0)
    gradient[:] = 0.0
    for term in range(3 if kind == 1 else 1):
        i, j, l = (0, 1, 2) if term == 0 else ((0, 2, 1) if term == 1 else (1, 2, 0))
        u = cosine(kind, i, j, l, point, nothing, mu, first, second)
        value_and_slope(P, U_NODES, u[0], u[1], Z)
        f, f_x, f_y, f_u = term_at(A, sizes, X[i], X[j], Z, gamma, u[1])
        total = add(total, f)
        for p in range(3):
            slope = mul(f_u, (first[p, 0], first[p, 1]))
            if p in (i, j):
                slope = add(slope, f_x if p == i else f_y)
            gradient[p] = add((gradient[p, 0], gradient[p, 1]), slope)
    return total


@njit
def above(H, subset, M, D):
    """D >= 0 with d^T H d <= sum D_i d_i^2 for all H in the ball; False if this way finds none.

    First |d|^T rad |d| <= sum_i (sum_j rad_ij) d_i^2. Then each i of the subset goes: for a negative pivot,
    M_ii d_i^2 + 2 d_i (M d)_i is at most (M d)_i^2 / -M_ii. What is left is bounded by its rows.
    """
    for i in range(3):
        for j in range(3):
            M[i, j] = H[i, j, 0]
    for i in range(3):
        M[i, i] = M[i, i] + (H[i, 0, 1] + H[i, 1, 1] + H[i, 2, 1]) * UP
        M[i, i] += abs(M[i, i]) * 4 * EPS
    left = 7  # bit i: coordinate i is still there
    for q in range(3):
        if subset >> q & 1:
            left ^= 1 << q
            if M[q, q] >= 0:
                return False
            for i in range(3):
                lost = 0.0
                for j in range(3):
                    if left >> i & 1 and left >> j & 1:
                        step = M[i, q] * M[q, j] / -M[q, q]
                        lost += (abs(M[i, j]) + abs(step)) * 8 * EPS
                        if j >= i:
                            M[i, j] += step
                            M[j, i] = M[i, j]
                M[i, i] += lost * UP + abs(M[i, i]) * 4 * EPS
    for i in range(3):
        D[i] = 0.0
        if left >> i & 1:
            row = M[i, i]
            for j in range(3):
                if j != i and left >> j & 1:
                    row += abs(M[i, j])
            D[i] = max(0.0, row + (abs(row) + abs(M[i, i])) * 16 * EPS)
    return True


@njit
def largest_near(point, gradient, box, H, D, M):
    """How far G can rise on the box above its value at a point: the best of eight D >= H'."""
    best = np.inf
    half = 0.5 * (box[1] - box[0])
    for subset in range(8):
        if not above(H, subset, M, D):
            continue
        total = size = 0.0
        for i in range(3):
            low, high = (box[0, i] - point[i]) / half[i], (box[1, i] - point[i]) / half[i]
            slope, slack = gradient[i, 0] * half[i], gradient[i, 1] * half[i]
            at_low = slope * low + 0.5 * D[i] * low * low + slack * abs(low)
            at_high = slope * high + 0.5 * D[i] * high * high + slack * abs(high)
            total += max(at_low, at_high)
            size += 2 * (abs(slope) + slack) + 2 * D[i]
        best = min(best, total + size * 16 * EPS)
    return best


@njit
def climb(gradient, H, half, point, box):
    """Move a point from the middle of a box to about where the quadratic model is largest."""
    d = np.zeros(3)
    for _ in range(12):
        for i in range(3):
            slope = gradient[i, 0] * half[i]
            for j in range(3):
                if j != i:
                    slope += H[i, j, 0] * d[j]
            if H[i, i, 0] < 0:
                d[i] = min(1.0, max(-1.0, slope / -H[i, i, 0]))
            else:
                d[i] = 1.0 if slope > 0 else -1.0
    for i in range(3):
        point[i] = min(box[1, i], max(box[0, i], 0.5 * (box[0, i] + box[1, i]) + d[i] * half[i]))


@njit
def examine(kind, boxes, A, sizes, T, P, mu, gamma, verdict, axis, points, values):
    """Try to prove G < 0 on each box: PROVED, VIOLATED (G > 0 at points[b]) or OPEN (cut along axis[b])."""
    m, K = A.shape[1], len(sizes) - 1
    problem = (A, sizes, T, P, mu, gamma)
    work = (
        np.zeros((3, m, m)), np.zeros((3, m, m)), np.zeros((K + 1, K + 1)), np.zeros((K + 1, K + 1)),
        np.zeros((m, m, K + 1)), np.zeros((7, 2)),
    )  # fmt: skip
    few = (np.zeros((3, m, 5)), np.zeros((K + 1, 5)))
    gradient, H, M, D = np.zeros((3, 2)), np.zeros((3, 3, 2)), np.zeros((3, 3)), np.zeros(3)
    for b in range(len(boxes)):
        box, point = boxes[b], points[b]
        point[:] = 0.5 * (box[0] + box[1])
        hessian(kind, box, problem, work, H)
        for attempt in range(2):
            if attempt:
                climb(gradient, H, 0.5 * (box[1] - box[0]), point, box)
            G = value(kind, point, problem, few, gradient)
            values[b] = G[0]
            verdict[b] = OPEN
            if G[0] > G[1]:
                verdict[b] = VIOLATED
            highest = G[0] + G[1]
            highest += abs(highest) * 4 * EPS
            if highest + largest_near(point, gradient, box, H, D, M) < 0:  # the sign of one sum is exact
                verdict[b] = PROVED
            if verdict[b] != OPEN:
                break
        best = -1.0
        for i in range(3):
            score = 0.0
            for j in range(3):
                score += H[i, j, 1] + abs(H[i, j, 0])
            if score > best:
                best, axis[b] = score, i
