"""A reader and checker of certificates, written from docs/certificates.md alone; nothing of mathlib is used.

Exact or in ball arithmetic are all conditions but (D1) and (D2) of three-point certificates: these are only
sampled, in doubles, 10^5 triples and then ever closer to the worst ones, so that a violation is found but its
absence is not proved. `refuted(data)` is None if everything holds, and else the name of what does not.
"""

from fractions import Fraction
from itertools import combinations, count, pairwise, permutations
from math import comb, factorial

import numpy as np
from flint import arb, arb_series, ctx, fmpq, fmpq_mat, fmpq_poly

X = fmpq_poly([0, 1])


def rational(text):
    value = Fraction(text)
    return fmpq(value.numerator, value.denominator)


def dyadic(text):
    m, e = map(int, text.split("p"))
    return fmpq(m) * fmpq(2) ** e


def combination(coefficients, first, following):
    """The sum of c_k Q_k, where Q_0 = 1, Q_1 = first, and following(k, Q_k, Q_{k-1}) = Q_{k+1}."""
    total, before, now = fmpq_poly([0]), fmpq_poly([0]), fmpq_poly([1])
    for k, c in enumerate(coefficients):
        total += c * now
        before, now = now, (following(k, now, before) if k else first)
    return total


def laguerre_sum(n, coefficients):
    a = fmpq(n, 2) - 1
    return combination(
        coefficients, 1 + a - X, lambda k, q, b: ((2 * k + 1 + a - X) * q - (k + a) * b) / (k + 1)
    )


def is_nonnegative(polynomial, start, end=None):
    """On [start, end] or [start, oo): moved to [0, oo), no root above 0 may have an odd multiplicity."""
    d, moved = polynomial.degree(), fmpq_poly([0])
    for k, c in enumerate(polynomial.coeffs()):
        moved += c * ((start + X) ** k if end is None else (start + end * X) ** k * (1 + X) ** (d - k))
    while moved.degree() > 0 and moved[0] == 0:
        moved //= X
    for root, multiplicity in moved.numer().complex_roots() if moved.degree() > 0 else []:
        if multiplicity % 2 and root.imag == 0 and not root.real < 0:
            return False
    return next((moved(x) > 0 for x in range(1, d + 2) if moved(x) != 0), True)


def is_at_most(base, n, ratio, bound):
    """base^(n/2) / Gamma(n/2 + 1) ratio <= bound, where base is a fraction or a ball."""
    if n % 2 == 0 and isinstance(base, fmpq):
        return base ** (n // 2) / factorial(n // 2) * ratio <= bound
    half = arb(n) / 2
    return bool(arb(base) ** half / (half + 1).gamma() * arb(ratio) <= arb(bound))


def two_point(data):
    n, T = data["n"], rational(data["radius_squared_times_2pi"])
    c = [fmpq(int(text), 2 ** data["bits"]) for text in data["coefficients"]]
    p, q = (laguerre_sum(n, [c * sign**k for k, c in enumerate(c)]) for sign in (1, -1))
    yield "degree", data["degree"] == len(c) - 1
    yield "q(0) > 0", q(0) > 0
    yield "p(t) <= 0", is_nonnegative(-p, T)
    yield "q(t) >= 0", is_nonnegative(q, fmpq(0))
    yield "bound", is_at_most(T / 8, n, p(0) / q(0), rational(data["bound"]))


def triangle(data):
    yield "bound", data["n"] == 1 and Fraction(data["radius"]) > 0 and Fraction(data["bound"]) >= 1


def kissing(data):
    n, f = data["n"], [rational(text) for text in data["coefficients"]]
    yield "f_k >= 0", f[0] > 0 and min(f) >= 0
    total = combination(f, X, lambda k, q, b: ((2 * k + n - 2) * X * q - k * b) / (k + n - 2))
    yield "f(t) <= 0", is_nonnegative(-total, fmpq(-1), fmpq(1, 2))


def binary_code(data):
    N, D = (data[name] + data["d"] % 2 for name in ("n", "d"))
    f = [rational(text) for text in data["coefficients"]]
    yield "f_k >= 0", f[0] > 0 and min(f) >= 0 and len(f) <= N + 1
    for i in range(D, N + 1, 2):
        K = [sum((-1) ** j * comb(i, j) * comb(N - i, k - j) for j in range(k + 1)) for k in range(len(f))]
        yield f"f({i}) <= 0", sum(a * b for a, b in zip(f, K, strict=True)) <= 0


def uncertainty(data):
    c = [rational(text) for text in data["coefficients"]]
    p = laguerre_sum(data["n"], [c[k // 2] * (k % 2 == 0) for k in range(2 * len(c) - 1)])
    yield "p is not zero", p != 0
    yield "p(0) <= 0", p(0) <= 0
    yield "p(t) >= 0", is_nonnegative(p, rational(data["radius_squared_times_2pi"]))


# Three-point certificates


def three_point(data):
    n, (r, R, scale) = data["n"], (rational(data[name]) for name in ("r", "R", "scale"))
    c, blocks = list(map(dyadic, data["f2"])), [symmetric(rows) for rows in data["blocks"]]
    yield "r < R < 2 r", 0 < r < R < 2 * r and scale > 0
    for k, A in enumerate(blocks):
        yield f"A_{k}", is_semidefinite(A)
    p, q = (laguerre_sum(n, [c * sign**j for j, c in enumerate(c)]) for sign in (1, -1))
    yield "q(0) > 0", q(0) > 0
    yield "q(w) >= 0", is_nonnegative(q, fmpq(0))
    yield "p(w) <= 0", is_nonnegative(-p, (2 * arb.pi() * arb(scale * R**2)).lower().fmpq())
    base, corner = arb.pi() * arb(scale * r**2 / 4), blocks[0][0][0]
    yield "bound", is_at_most(base, n, (p(0) + corner) / q(0), rational(data["bound"]))
    yield "(M)", is_mixed_negative(p, on_diagonal(blocks), r, R, scale)
    kernel = Kernel(n, float_(r), float_(R), blocks)
    yield "(D1)", kernel.largest(kernel.triangles) < 0 or not kernel.matters
    yield "(D2)", kernel.largest(kernel.wide_triangles) < 0 or not kernel.matters


def symmetric(rows):
    half = [[dyadic(text) for text in row.split(" ")] for row in rows]
    assert [len(row) for row in half] == list(range(1, len(half) + 1))
    return [[half[max(i, j)][min(i, j)] for j in range(len(half))] for i in range(len(half))]


def is_semidefinite(A):
    """Symmetric elimination; a row whose diagonal entry is zero must be zero."""
    while A:
        (d, *row), rest = A[0], [line[1:] for line in A[1:]]
        if d < 0 or (d == 0 and any(row)):
            return False
        A = [
            [x - (a * b / d if d else 0) for x, b in zip(line, row, strict=True)]
            for line, a in zip(rest, row, strict=True)
        ]
    return True


def on_diagonal(blocks):
    """2 f3(0, x) + f3(x, x) as a polynomial of xi; P_k(1) = 1."""
    T = [fmpq_poly([1]), X]
    while len(T) < 33:
        T.append(2 * X * T[-1] - T[-2])
    total = sum((2 * a * t for a, t in zip(blocks[0][0][1:], T, strict=False)), fmpq_poly([0]))
    for A in [[row[1:] for row in blocks[0][1:]], *blocks[1:]]:
        total += sum((a * T[i] * T[j] for i, row in enumerate(A) for j, a in enumerate(row)), fmpq_poly([0]))
    return total


def is_mixed_negative(p, kernel, r, R, scale, order=12):
    """(M) by Taylor's formula: coefficients at the middle of a piece, the last one enclosed on the piece."""

    def taylor(xi, half):
        length = arb((R + r) / 2) + arb((R - r) / 2) * arb_series([xi, half], order + 1)
        w = 2 * arb.pi() * arb(scale) * length * length
        x, values = arb_series([xi, half], order + 1), []
        for polynomial, at in ((p, w), (kernel, x)):
            value = arb_series([0], order + 1)
            for c in reversed(polynomial.coeffs()):
                value = value * at + arb(c)
            values.append(value)
        return list((values[0] * (w * (arb(-1) / 2)).exp() + values[1]).coeffs()) + [arb(0)] * (order + 1)

    waiting = [(Fraction(2 * j - 63, 64), Fraction(1, 64)) for j in range(64)]
    while waiting:
        xi, half = waiting.pop()
        middle, h = (arb(fmpq(x.numerator, x.denominator)) for x in (xi, half))
        low, high = taylor(middle, h)[:order], taylor(middle + h * arb(0, 1), h)[order]
        if low[0] + sum((abs(c) for c in low[1:]), abs(high)) < 0:
            continue
        if not low[0] < 0 or half < Fraction(1, 10**6):
            return False
        waiting += [(xi - half / 2, half / 2), (xi + half / 2, half / 2)]
    return True


class Kernel:
    """F in doubles, at many triples."""

    def __init__(self, n, r, R, blocks):
        blocks = [[row[1:] for row in blocks[0][1:]], *blocks[1:]]  # the origin does not occur
        largest = max((abs(a) for A in blocks for row in A for a in row), default=0)
        self.n, self.r, self.R, self.matters = n, r, R, largest != 0
        self.blocks = [
            np.array([[float_(a / largest) for a in row] for row in A]) for A in blocks if self.matters
        ]

    def F(self, a, b, u):
        total, before, now = np.zeros(np.broadcast_shapes(a.shape, b.shape, u.shape)), 0.0, np.ones_like(u)
        a, b = ((2 * l - self.r - self.R) / (self.R - self.r) for l in (a, b))
        for k, A in enumerate(self.blocks):
            if A.size:
                phi, psi = (np.polynomial.chebyshev.chebvander(l, len(A) - 1) for l in (a, b))
                total += np.einsum("...i,ij,...j", phi, A, psi) * now
            step = ((2 * k + self.n - 2) * u * now - k * before) / (k + self.n - 2) if k else u
            before, now = now, step
        return total

    def triangles(self, x):
        """(D1) at points of the unit cube."""
        a, b, c = (self.r + (self.R - self.r) * x).T
        cosine = lambda a, b, c: (a * a + b * b - c * c) / (2 * a * b)  # noqa: E731
        return sum(self.F(a, b, cosine(a, b, c)) for a, b, c in ((a, b, c), (a, c, b), (b, c, a)))

    def wide_triangles(self, x):
        """(D2) at points of the unit cube."""
        a, b = (self.r + (self.R - self.r) * x[:, :2]).T
        return self.F(a, b, -1 + x[:, 2] * (1 + (a * a + b * b - self.R**2) / (2 * a * b)))

    def largest(self, condition):
        rng = np.random.default_rng(0)
        side = np.linspace(0, 1, 45)
        points = np.stack(np.meshgrid(side, side, side), axis=-1).reshape(-1, 3)
        for width in 0.05 * 0.5 ** np.arange(16):
            values = condition(points)
            best = points[np.argsort(-values)[:300]]
            points = np.concatenate(
                [best, *(np.clip(best + width * rng.uniform(-1, 1, best.shape), 0, 1) for _ in range(12))]
            )
        return condition(points).max()


def float_(value):
    return int(value.p) / int(value.q)


def sensitivities(data):
    def numbers(texts):
        return [[dyadic(number) for number in text.split(" ")] for text in texts]

    A, p = numbers(data["matrix"]), arb(dyadic(data["p"]))
    lower, upper = numbers([data["lower"], data["upper"]])
    B, J = zip(*data["pivots"], strict=True)
    square = fmpq_mat([[A[i][j] for j in J] for i in B])
    yield "A_BJ", square.det() != 0
    L = fmpq_mat([[row[j] for j in J] for row in A]) * square.inv()

    def power(base, exponent):
        return arb(base) ** exponent if base != 0 else arb(0)

    places = zip(data["rows"], lower, upper, numbers(data["values"]), numbers(data["dual"]), strict=True)
    for i, least, most, v, y in places:
        sizes = [abs(x) for x in (L * fmpq_mat(len(v), 1, v)).entries()]
        total = sum((power(x, p) for x in sizes), arb(0))
        yield "lower", least == 0 or bool(total > 0 and arb(least) * total <= power(sizes[i], p))
        for j, missing in enumerate((fmpq_mat(1, len(y), y) * L).entries()):
            y[B[j]] += L[i, j] - missing
        sizes = [abs(x) for x in y]
        if p == 1:
            yield "upper", max(sizes) <= most
        else:
            total = sum((power(x, p / (p - 1)) for x in sizes), arb(0))
            yield "upper", most >= 1 or bool(total ** (p - 1) <= arb(most))


def order(data):
    """leq[x][y], and whether the covers have no circle."""
    n = len(data["labels"])
    less = np.zeros((n, n), bool)
    for i, j in data["covers"]:
        less[i, j] = True
    for k in range(n):
        less |= np.outer(less[:, k], less[k])
    return less | np.eye(n, dtype=bool), not less.diagonal().any()


def embedding(data):
    leq, sound = order(data)
    yield "covers", sound
    sets = [set(members) for members in data["sets"]]
    yield "sets", all(leq[x, y] == (s <= t) for x, s in enumerate(sets) for y, t in enumerate(sets))
    yield "height", data["height"] == max(map(len, sets), default=0)
    yield "width", data["width"] == len(set().union(*sets))


def realizer(data):
    leq, sound = order(data)
    yield "covers", sound
    n = len(leq)
    yield "orders", all(sorted(listed) == list(range(n)) for listed in data["orders"])
    places = [np.argsort(listed) for listed in data["orders"]]
    together = np.all([place[:, None] <= place for place in places], axis=0)
    yield "orders", n == 0 or (len(places) > 0 and (together == leq).all())


def poset_parameter(data):
    leq, sound = order(data)
    yield "covers", sound
    n, name = len(leq), data["parameter"]
    if name == "dim":
        yield from realizer(data)
        yield "upper", data["upper"] == len(data["orders"])
        pairs, forcing = data["pairs"], data["forcing"]
        apart = ~(leq | leq.T)
        yield "pairs", all(apart[x, y] for x, y in pairs + forcing)
        yield "pairs", all(leq[x, v] for x, y in pairs for u, v in pairs if (x, y) != (u, v))
        for (x, y), (u, v) in pairwise(forcing):
            yield "forcing", (x == u and not apart[y, v]) or (y == v and not apart[x, u])
        yield "forcing", not forcing or forcing[-1] == forcing[0][::-1]
        proved = max(len(pairs), n > 0, 2 * bool(pairs), 3 * bool(forcing))
        if data["lower"] > proved:
            yield "lower", data["lower"] <= max(2, n // 2)
            yield "proof", follows(clauses_of_orders(leq, data["lower"] - 1), data["proof"])
        return
    sets = [set(members) for members in data["sets"]]
    height, width = max(map(len, sets), default=0), len(set().union(*sets))
    yield from embedding({**data, "height": height, "width": width})
    yield "upper", data["upper"] == (height if name == "h*" else width)
    if name == "w*":
        [below] = data["height"]
        yield from poset_parameter(below)
        yield "height", below["parameter"] == "h*" and below["lower"] == below["upper"] == height
        yield "height", (below["labels"], below["covers"]) == (data["labels"], data["covers"])
    groups = [[tuple(row)] for row in data["rows"]]
    groups += [[(x, y) for x in g for y in g if not leq[x, y]] for g in data["distinct"] + data["antichains"]]
    refuted = data["refuted"]
    limited = [part for part in refuted if part["height"]]
    yield "refuted", limited == refuted[-1:] or not limited
    groups += [[(x, y) for x in g for y in g if not leq[x, y]] for g in (part["members"] for part in refuted)]
    yield "rows", all(not leq[x, y] for group in groups for x, y in group)
    for i, one in enumerate(groups):
        for other in groups[:i]:
            meet = [(leq[x, v], leq[u, y]) for x, y in one for u, v in other]
            yield "rows", all(a for a, _ in meet) or all(b for _, b in meet)
    yield "antichains", all(not leq[x, y] for g in data["antichains"] for x in g for y in g if x != y)
    yield "antichains", all(len(set(g)) == len(g) for g in data["distinct"] + data["antichains"])
    terms = [1] * len(data["rows"])
    for g in data["distinct"]:
        ends = sum(not any(all(below[x, y] for y in g) for x in g) for below in (leq, leq.T))
        terms.append(next(w for w in range(n + 1) if 2**w >= len(g) + ends) if len(g) > 1 else 0)
    terms += [part["width"] + 1 for part in refuted if not part["height"]]
    for part in refuted:
        yield "refuted", refutation(leq, part)
    for k, g in enumerate(data["antichains"], start=1):
        most = n
        if data["presumed_height"] and k == len(data["antichains"]) and not limited:
            [presumed] = data["presumed_height"]
            most = presumed - sum(terms)
            yield "presumed_height", name == "w*" and presumed == data["height"][0]["lower"]
            yield "antichains", all(leq[x, y] for group in groups[:-1] for x, _ in group for y in g)
        terms.append(next(w for w in range(n + 1) if comb(w, min(w // 2, most)) >= len(g)))
    for part in limited:
        [height] = part["height"]
        if name == "h*" or data["presumed_height"]:
            others = [x for group in groups[:-1] for x, _ in group]
            yield "refuted", all(leq[x, y] for x in others for y in part["members"])
        if data["presumed_height"]:
            [presumed] = data["presumed_height"]
            yield "presumed_height", name == "w*" and presumed == data["height"][0]["lower"]
            yield "presumed_height", presumed - sum(terms) <= height
            terms.append(part["width"] + 1)
        else:
            yield "refuted", part["width"] >= len(part["members"])
            terms.append(height + 1)
    yield "lower", data["lower"] <= sum(terms)
    yield "lower", data["lower"] <= max(n - (name == "h*"), 0)
    if name == "h*" and groups and not limited:
        [m] = data["element"]
        yield "element", all(leq[x, m] for group in groups for x, _ in group)


def refutation(leq, part):
    members, rows, width = part["members"], part["rows"], part["width"]
    [height] = part["height"] or [width]
    inside = leq[np.ix_(members, members)]
    rows = [(members.index(x), members.index(y)) for x, y in rows]
    sound = len(set(members)) == len(members) > 1 and all(not inside[x, y] for x, y in rows)
    sound &= all(inside[x, v] or inside[u, y] for (x, y), (u, v) in combinations(rows, 2))
    if not sound or height == 0 or len(rows) > width or width == 0:
        return sound
    return follows(clauses_of_sets(inside, width, height, rows), part["proof"])


def clauses_of_sets(leq, width, height, rows):
    n, fresh = len(leq), count(1 + len(leq) * width)

    def holds(x, i):
        return 1 + x * width + i

    less = leq & ~np.eye(n, dtype=bool)
    for x in range(n):
        for y in range(n):
            if less[x, y] and not any(less[x, z] and less[z, y] for z in range(n)):
                yield from ([-holds(x, i), holds(y, i)] for i in range(width))
    for i, (x, y) in enumerate(rows):
        yield from ([holds(x, i)], [-holds(y, i)])
    for x in range(n):
        for y in range(n):
            below = all(leq[z, y] for z in range(n) if less[z, x])
            above = all(leq[x, z] for z in range(n) if less[y, z])
            if leq[x, y] or not (below and above) or (x, y) in rows:
                continue
            some = []
            for i in range(width):
                if i < len(rows) and (leq[x, rows[i][1]] or leq[rows[i][0], y]):
                    continue
                some.append(next(fresh))
                yield from ([-some[-1], holds(x, i)], [-some[-1], -holds(y, i)])
            yield some
    for m in range(n):
        if height < width and not less[m].any():
            yield from counted([holds(m, i) for i in range(width)], height, fresh)
    tops_first = sorted(range(n), key=lambda x: (less[x].any(), -less[:, x].sum()))
    for i in range(len(rows), width - 1):
        agreed = []
        for x in tops_first:
            p, q = holds(x, i), holds(x, i + 1)
            yield [*agreed, p, -q]
            now = next(fresh)
            yield [*agreed, p, q, now]
            yield [*agreed, -p, -q, now]
            agreed = [-now]


def counted(literals, most, fresh):
    before = []
    for i, literal in enumerate(literals):
        now = [next(fresh) for _ in range(min(most, i + 1))]
        yield [-literal, now[0]]
        for j, c in enumerate(before):
            yield [-c, now[j]]
            yield [-literal, -c] + ([now[j + 1]] if j + 1 < most else [])
        before = now


def clauses_of_orders(leq, size):
    n = len(leq)

    def b(t, i, j):
        return 1 + (t * n + i) * n + j if i < j else -(1 + (t * n + j) * n + i)

    less = leq & ~np.eye(n, dtype=bool)
    for t in range(size):
        for i in range(n):
            yield from ([b(t, i, j)] for j in range(n) if less[i, j])
            for j in range(n):
                for k in range(max(i, j) + 1, n):
                    if i != j:
                        yield [-b(t, i, j), -b(t, j, k), -b(t, k, i)]
    for x in range(n):
        for y in range(n):
            below = all(less[z, y] for z in range(n) if less[z, x])
            above = all(less[x, z] for z in range(n) if less[y, z])
            if x != y and not leq[x, y] and not leq[y, x] and below and above:
                yield [b(t, y, x) for t in range(size)]


def follows(clauses, proof):
    """Whether unit propagation refutes clauses, line by line."""
    known = [set(clause) for clause in clauses]

    def breaks(assumed):
        true = {-literal for literal in assumed}
        while True:
            left = [{x for x in clause if -x not in true} for clause in known if not clause & true]
            forced = {next(iter(clause)) for clause in left if len(clause) == 1} - true
            if not all(left) or any(-x in true | forced for x in forced):
                return True
            if not forced:
                return False
            true |= forced

    for line in proof:
        clause = {int(x) for x in line.split()[:-1]}
        if breaks(set()):
            return True
        if not breaks(clause):
            return False
        known.append(clause)
    return breaks(set())


def saturation(data):
    leq, sound = order(data)
    yield "covers", sound
    n, k, family = data["n"], len(leq), set(data["family"])
    yield "family", len(family) == len(data["family"]) == data["upper"] and all(s < 2**n for s in family)
    places = [
        tuple(sorted(sets)) for sets in permutations(range(2**n), k)
        if all((sets[x] & sets[y] == sets[x]) == leq[x, y] for x in range(k) for y in range(k))
    ]  # fmt: skip
    places = sorted(set(places))
    yield "family", not any(family.issuperset(place) for place in places)
    completed = {s for place in places for s in place if family.issuperset(set(place) - {s})}
    yield "family", all(s in family or s in completed for s in range(2**n))
    if data["lower"] <= min(k - 1, 2**n) or not places:
        yield "lower", data["lower"] <= (2**n if not places else k - 1)
    else:
        yield "proof", k > 1 and follows(clauses_of_families(n, places, data["lower"] - 1), data["proof"])


def clauses_of_families(n, places, size):
    fresh, names = count(1 + 2**n), {}
    completing = {s: [] for s in range(2**n)}
    for place in places:
        yield [-1 - s for s in place]
        for s in place:
            others = tuple(t for t in place if t != s)
            if len(others) == 1:
                names[others] = 1 + others[0]
            elif others not in names:
                names[others] = next(fresh)
                yield from ([-names[others], 1 + t] for t in others)
            completing[s].append(names[others])
    for s in range(2**n):
        yield [1 + s, *completing[s]]
    for i in range(n - 1):
        agreed = []
        for s in sorted(range(2**n), key=lambda s: (s.bit_count(), s)):
            if s >> i & 1 and not s >> (i + 1) & 1:
                p, q, now = 1 + s, 1 + s + 2**i, next(fresh)
                yield [*agreed, p, -q]
                yield [*agreed, p, q, now]
                yield [*agreed, -p, -q, now]
                agreed = [-now]
    yield from counted([1 + s for s in range(2**n)], size, fresh)


CHECKS = {
    "embedding": embedding, "realizer": realizer, "poset-parameter": poset_parameter,
    "saturation": saturation,
    "two-point": two_point, "two-point-triangle": triangle, "three-point": three_point, "kissing": kissing,
    "binary-code": binary_code, "uncertainty": uncertainty, "sensitivities": sensitivities,
}  # fmt: skip


def refuted(data):
    """The first condition that does not hold, or None."""
    bits, terms = ctx.prec, ctx.cap
    try:
        ctx.prec, ctx.cap = 256, 20
        return next((name for name, holds in CHECKS[data["kind"]](data) if not holds), None)
    finally:
        ctx.prec, ctx.cap = bits, terms
