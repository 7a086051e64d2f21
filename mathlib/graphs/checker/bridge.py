"""A bracket on a Schroedinger bridge, computed from potentials alone.

R_ij = p_i (P^N)_ij, and KL is the least KL(pi | R) over couplings pi of p and q. Let u, v be positive, and
w = u_i R_ij v_j on the entries that are not zero in every coupling. With base = sum p log u + sum q log v,

    base - log sum w  <=  KL  <=  base + log sum pi^2 / w   for every coupling pi that lives on these entries.

Left: KL(pi | R) = base + KL(pi | w), and KL(pi | w) >= -log sum w as sum pi = 1. Right: KL(pi | w) =
sum pi log(pi/w) <= log sum pi^2/w, by Jensen. The coupling is w rounded down, with the defects of its
marginals put on a spanning forest of the largest entries, exactly. Where a set A has p(A) = q(reach of A),
entries outside A in the columns that A reaches are zero in every coupling.

Fractions: sums in balls. Doubles: all terms are positive, so every operation adds at most 2^-53 to a relative
error, whatever the order of sums; the errors are added up and put on top.
"""

import math
from fractions import Fraction

import flint
import numpy as np

from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import expect_kind, listed, number, whole, wholes

__all__ = ["bracket", "check_bridge", "read_bridge"]

_UNIT = 2.0**-53
_BITS = 300
_LEAST = 1e-285
_LARGEST = 1000
_GRID = 100  # the coupling is rounded down to multiples of 2^-100


def check_bridge(data: dict) -> str:
    """Verify a certificate of kind "schroedinger-bridge" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    found = read_bridge(data)
    claimed = found.pop("lower"), found.pop("upper")
    lower, upper = bracket(**found)
    for side, value, holds in (("lower", lower, claimed[0] <= lower), ("upper", upper, upper <= claimed[1])):
        if not holds:
            raise CertificateError(f"field {side}: {claimed[side == 'upper']!r} is not proved, {value!r} is.")
    size, steps = len(found["p"]), found["steps"]
    return f"The bridge of {steps} steps on {size} states has KL from {claimed[0]!r} to {claimed[1]!r}."


def read_bridge(data) -> dict:
    """The fields of a certificate of kind "schroedinger-bridge"; numbers as Fractions, ends as floats."""
    expect_kind(data, "schroedinger-bridge")
    exact = data.get("exact")
    if not isinstance(exact, bool):
        raise CertificateError("field exact: true or false expected.")
    rows = listed("P", data.get("P"), 1, _LARGEST if not exact else 40)
    size = len(rows)
    P = [[Fraction(0)] * size for _ in range(size)]
    for i, row in enumerate(rows):
        for k, entry in enumerate(listed(f"P[{i}]", row, 1, size)):
            j, x = listed(f"P[{i}][{k}]", entry, 2, 2)
            P[i][whole(f"P[{i}][{k}]", j, 0, size - 1)] = number(f"P[{i}][{k}]", x, exact)
    found: dict = {"P": P, "steps": whole("steps", data.get("steps"), 1, 10**6), "exact": exact}
    for name, double in (("p", exact), ("q", exact), ("u", False), ("v", False)):
        values = listed(name, data.get(name), size, size)
        found[name] = [number(f"{name}[{k}]", x, double) for k, x in enumerate(values)]
    sets = listed("tight", data.get("tight"), 0, 2 * size)
    found["tight"] = [
        wholes(f"tight[{k}]", A, len(listed(f"tight[{k}]", A, 1, size)), 0, size - 1)
        for k, A in enumerate(sets)
    ]
    for side in ("lower", "upper"):
        found[side] = float(number(side, data.get(side), False))
    return found


def bracket(P, steps, p, q, exact, u, v, tight) -> tuple[float, float]:
    """The lower and the upper bound, rounded outwards; CertificateError if something does not hold."""
    for name, rows in (("P", P), ("p", [p]), ("q", [q])):
        if exact:
            fits = all(min(row) >= 0 and sum(row) == 1 for row in rows)
        else:
            doubles = np.array(rows, dtype=float)
            fits = bool((doubles >= 0).all() and (np.abs(doubles.sum(axis=1) - 1) <= 2e-12).all())
        if not fits:
            raise CertificateError(f"field {name}: entries >= 0 with sum 1 expected.")
    totals = sum(p), sum(q)
    p, q = ([x / total for x in law] for law, total in zip((p, q), totals, strict=True))
    for name, side, law in (("u", u, p), ("v", v, q)):
        if any((x > 0) != (mass > 0) or x < 0 for x, mass in zip(side, law, strict=True)):
            raise CertificateError(f"field {name}: positive where there is mass, else 0 expected.")
    kept = _kept(P, steps, p, q, tight)
    if exact:
        w = _exact_weights(P, steps, p, u, v, kept)
        doubles, slack = np.array([[float(x) for x in row] for row in w]), 0.0
    else:
        doubles, slack = _double_weights(P, steps, p, u, v, kept)
    pi, unit = _coupling(doubles, kept, p, q)
    with flint.ctx.workprec(_BITS):
        base = sum(
            (_ball(m) * _ball(x).log() for m, x in zip([*p, *q], [*u, *v], strict=True) if m), flint.arb(0)
        )
        if exact:
            cells = [(i, j) for i, j in np.argwhere(kept).tolist()]
            total = sum((_ball(w[i][j]) for i, j in cells), flint.arb(0))
            share = sum(
                (_ball(Fraction(pi[i][j], unit)) ** 2 / _ball(w[i][j]) for i, j in cells), flint.arb(0)
            )
        else:
            values = np.array([[x / unit for x in row] for row in pi])
            total = flint.arb(math.fsum(doubles[kept])) * (1 + flint.arb(slack))
            share = flint.arb(math.fsum(values[kept] ** 2 / doubles[kept])) * (1 + flint.arb(slack))
        return _below((base - total.log()).lower()), -_below(-(base + share.log()).upper())


def _kept(P, steps, p, q, tight):
    """The entries that are not zero in every coupling."""
    reach = _power(np.array([[x > 0 for x in row] for row in P], dtype=bool), steps)
    reach &= np.outer([x > 0 for x in p], [x > 0 for x in q])
    kept = reach.copy()
    for k, A in enumerate(tight):
        columns = np.flatnonzero(reach[A].any(axis=0))
        if len(set(A)) < len(A) or sum(p[i] for i in A) != sum(q[j] for j in columns):
            raise CertificateError(f"field tight[{k}]: p(A) = q(reach of A) does not hold.")
        outside = np.setdiff1d(np.arange(len(p)), A)
        kept[np.ix_(outside, columns)] = False
    return kept


def _power(step, steps):
    """Where a power of a matrix that is not negative is positive."""
    result, square = None, step.astype(float)
    while steps:
        if steps & 1:
            result = square if result is None else ((result @ square) > 0).astype(float)
        square, steps = ((square @ square) > 0).astype(float), steps >> 1
    return result > 0


def _exact_weights(P, steps, p, u, v, kept):
    entries = [[flint.fmpq(x.numerator, x.denominator) for x in row] for row in P]
    K, base, count = None, flint.fmpq_mat(entries), steps
    while count:
        if count & 1:
            K = base if K is None else K * base
        base, count = (base * base if count > 1 else base), count >> 1
    size = len(p)
    return [
        [
            u[i] * p[i] * Fraction(int(K[i, j].p), int(K[i, j].q)) * v[j] if kept[i, j] else Fraction(0)
            for j in range(size)
        ]
        for i in range(size)
    ]


def _double_weights(P, steps, p, u, v, kept):
    """w in doubles, and a bound on its relative error and on those of sums of positive terms made from it."""
    rows = np.array(P, dtype=float)
    step = rows / np.array([math.fsum(row) for row in rows])[:, None]  # relative error at most 3 units
    K, square, count = None, step, steps
    while count:
        if count & 1:
            K = square if K is None else K @ square
        square, count = (square @ square if count > 1 else square), count >> 1
    mass = np.array([float(x) for x in p])
    weights = np.array([float(x) for x in u])[:, None] * (mass[:, None] * K) * np.array([float(x) for x in v])
    if (weights[kept] < _LEAST).any() or (K[kept] < _LEAST).any() or not np.isfinite(weights).all():
        raise CertificateError("the weights u R v are too small or too large for doubles.")
    # Products: 3 + size + 1 units for each factor P, however they are grouped; then p, three products, a
    # square, a quotient, two sums. What is lost below 1e-308 is less than 1e-300 in all.
    units = steps * (len(p) + 5) + 20
    return np.where(kept, weights, 0.0), 1.01 * units * _UNIT


def _coupling(w, kept, p, q):
    """Integers with row sums p unit and column sums q unit, on the kept entries; and the unit."""
    first, second = _scale(p), _scale(q)
    unit = first * second << _GRID
    scaled = np.ldexp(w, _GRID)
    pi = [[int(x) * first * second for x in row] for row in scaled.tolist()]
    size = len(p)
    need = [int(x * unit) - sum(row) for x, row in zip(p, pi, strict=True)]
    need += [int(x * unit) - sum(column) for x, column in zip(q, zip(*pi, strict=True), strict=True)]
    for vertex, parent in _forest(np.where(kept, w, -1.0)):
        i, j = (vertex, parent - size) if vertex < size else (parent, vertex - size)
        pi[i][j] += need[vertex]
        if pi[i][j] < 0:
            raise CertificateError("the marginals of u R v are too far from p and q to be repaired.")
        need[parent] -= need[vertex]
        need[vertex] = 0
    if any(need):
        raise CertificateError("no coupling of p and q lives on the kept entries.")
    return pi, unit


def _forest(w):
    """Edges (vertex, parent) of a largest spanning forest of rows and columns, leaves first (Prim)."""
    size = len(w)
    best = np.full(2 * size, -1.0)
    parent = np.full(2 * size, -1)
    outside = np.ones(2 * size, dtype=bool)
    order = []
    for _ in range(2 * size):
        vertex = int(np.argmax(np.where(outside, best, -2.0)))
        outside[vertex] = False
        if parent[vertex] >= 0:
            order.append((vertex, int(parent[vertex])))
        weights = w[vertex] if vertex < size else w[:, vertex - size]
        ends = slice(size, 2 * size) if vertex < size else slice(0, size)
        nearer = outside[ends] & (weights >= 0) & (weights > best[ends])
        best[ends] = np.where(nearer, weights, best[ends])
        parent[ends] = np.where(nearer, vertex, parent[ends])
    return order[::-1]


def _scale(law):
    return math.lcm(*(x.denominator for x in law))


def _ball(x):
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


def _below(x):
    """A double that is not above an exact ball."""
    value = float(x)
    return math.nextafter(value, -math.inf)
