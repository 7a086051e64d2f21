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
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import flint
import numpy as np

from mathlib.checks import check_finite, check_integer, check_number
from mathlib.errors import CertificateError
from mathlib.fields import entries, settle
from mathlib.graphs.checker.certificate import FieldCertificate, file_checker
from mathlib.graphs.checker.chain import Chain

__all__ = ["SchroedingerBridge", "bracket", "check_bridge"]

_UNIT = 2.0**-53
_BITS = 1300  # products of balls lose what is 2^-_BITS of the largest entry, and the smallest is 1e-280
_LEAST = 1e-285
_GRID = 100  # the coupling is rounded down to multiples of 2^-100


@dataclass(frozen=True, repr=False, eq=False)
class SchroedingerBridge(Chain, FieldCertificate):
    """A Schroedinger bridge: the law of a chain between two given laws that is closest to a reference.

    Attributes
    ----------
    P, steps, p, q
        The problem: arrays of Fractions, or of doubles that count over their exact sums.
    exact : bool
        Whether P, p and q are Fractions.
    potentials : pair of ndarray of shape (S,)
        u and v: the coupling of the ends is u_i R_ij v_j on the support, R_ij = p_i (P^steps)_ij. Zero where
        p or q is.
    tight : tuple of tuples of int
        Sets A with p(A) = q(reach of A): they prove that the coupling is zero outside the support.
    lower, upper : float
        The bracket on KL(bridge | reference), rounded outward.
    coupling : ndarray of shape (S, S)
        The law of the two ends, in doubles.

    Examples
    --------
    >>> from mathlib.graphs import schroedinger_bridge
    >>> bridge = schroedinger_bridge([[0.5, 0.5], [0.5, 0.5]], 1, [0.5, 0.5], [0.5, 0.5])
    >>> bridge.coupling.tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """

    potentials: tuple[np.ndarray, np.ndarray]
    tight: tuple[tuple[int, ...], ...]
    lower: float
    upper: float
    coupling: np.ndarray = field(init=False)

    kind: ClassVar[str] = "schroedinger-bridge"

    def __post_init__(self):
        super().__post_init__()
        size, sides, tight = len(self.p), entries("potentials", self.potentials, 2, 2), []
        u, v = (check_finite("potentials", side, (size,)).copy() for side in sides)
        for k, A in enumerate(entries("tight", self.tight, 0, 2 * size)):
            name = f"tight[{k}]"
            tight.append(
                tuple(check_integer(name, i, 0, size - 1, "a state") for i in entries(name, A, 1, size))
            )
        ends = {name: check_number(name, getattr(self, name), -np.inf, np.inf) for name in ("lower", "upper")}
        settle(self, potentials=(u, v), tight=tuple(tight), **ends)
        with np.errstate(all="ignore"):  # forged ones may be of any size
            w = u[:, None] * (self.laws[0][:, None] * self.kernel) * v
        settle(self, coupling=np.where(self.support, w, 0.0))
        for array in (u, v, self.coupling):
            array.setflags(write=False)

    @cached_property
    def support(self) -> np.ndarray:
        """The pairs of ends that are not zero in every coupling, if the tight sets are tight."""
        kept = self.allowed
        for A in self.tight:
            inside = np.isin(np.arange(len(kept)), A)
            kept[np.ix_(~inside, self.reach[inside].any(axis=0))] = False
        return kept

    @property
    def bound(self) -> tuple[float, float]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def _prove(self):
        lower, upper = bracket(self)
        if self.lower > lower:
            raise CertificateError(f"field lower: {self.lower!r} is not proved, {lower!r} is.")
        if self.upper < upper:
            raise CertificateError(f"field upper: {self.upper!r} is not proved, {upper!r} is.")
        ends = f"{self.lower!r} to {self.upper!r}"
        theorem = f"The bridge of {self.steps} steps on {len(self.p)} states has KL from {ends}."
        conditions = {
            "lower": "duality with the potentials",
            "upper": "a coupling with exact marginals",
            "support": f"{len(self.tight)} tight sets" if self.tight else "all pairs that are reached",
        }
        return theorem, conditions, "ball arithmetic" if self.exact else "doubles with error bounds"

    def __repr__(self) -> str:
        width = self.upper - self.lower
        return (
            f"bridge of {self.steps} steps on {len(self.p)} states: KL {self.upper:.12g} (width {width:.1e})"
        )


check_bridge = file_checker(SchroedingerBridge)


def bracket(bridge: SchroedingerBridge) -> tuple[float, float]:
    """The lower and the upper bound, rounded outwards; CertificateError if something does not hold."""
    sides, masses, kept, w = bridge.potentials, bridge.masses, bridge.support, bridge.coupling
    total = sum(masses[0])
    for name, side, law in zip("uv", sides, masses, strict=True):
        if ((side > 0) != (np.array(law, dtype=object) > 0)).any() or (side < 0).any():
            raise CertificateError(f"field potentials: {name} positive where there is mass, else 0 expected.")
    for k, A in enumerate(bridge.tight):
        reached = np.flatnonzero(bridge.allowed[list(A)].any(axis=0))
        if len(set(A)) < len(A) or sum(masses[0][i] for i in A) != sum(masses[1][j] for j in reached):
            raise CertificateError(f"field tight[{k}]: p(A) = q(reach of A) does not hold.")
    if not np.isfinite(w).all() or (not bridge.exact and (w[kept] < _LEAST).any()):
        raise CertificateError("the weights u R v are too small or too large for doubles.")
    pi, unit = _mended(w, kept, *masses)
    with flint.ctx.workprec(_BITS):
        logs = zip(np.concatenate(sides).tolist(), masses[0] + masses[1], strict=True)
        base = sum((_ball(Fraction(m, total)) * flint.arb(x).log() for x, m in logs if m), flint.arb(0))
        if bridge.exact:
            balls, cells = _balls(bridge), np.argwhere(kept).tolist()
            all_w = sum((balls[i][j] for i, j in cells), flint.arb(0))
            share = sum((_ball(Fraction(pi[i][j], unit)) ** 2 / balls[i][j] for i, j in cells), flint.arb(0))
        else:
            # Products: 3 + S + 1 units for each factor P, however they are grouped; then p, three products, a
            # square, a quotient, two sums. What is lost below 1e-308 is less than 1e-300 in all.
            error = 1 + flint.arb(0, 1.01 * (bridge.steps * (len(w) + 5) + 20) * _UNIT)
            values = np.array([[x / unit for x in row] for row in pi])[kept]
            all_w = flint.arb(math.fsum(w[kept])) * error
            share = flint.arb(math.fsum(values**2 / w[kept])) * error
        lower, upper = (base - all_w.log()).lower(), (base + share.log()).upper()
        return math.nextafter(float(lower), -math.inf), math.nextafter(float(upper), math.inf)


def _balls(bridge):
    """w in balls."""
    size, (u, v) = len(bridge.p), (side.tolist() for side in bridge.potentials)
    K = flint.arb_mat(size, size, [_ball(x) for x in bridge.P.ravel().tolist()]) ** bridge.steps
    first = [_ball(m) * x for m, x in zip(bridge.p.tolist(), u, strict=True)]
    return [[a * K[i, j] * v[j] for j in range(size)] for i, a in enumerate(first)]


def _mended(w, kept, first, second):
    """Integers near w on the kept entries, and their unit: a coupling of p and q, exactly."""
    size, total = len(w), sum(first)
    pi = [[int(x) * total for x in row] for row in np.ldexp(w, _GRID).tolist()]
    need = [(x << _GRID) - sum(row) for x, row in zip(first, pi, strict=True)]
    need += [(x << _GRID) - sum(column) for x, column in zip(second, zip(*pi, strict=True), strict=True)]
    for vertex, parent in _forest(np.where(kept, w, -1.0)):
        i, j = (vertex, parent - size) if vertex < size else (parent, vertex - size)
        pi[i][j] += need[vertex]
        if pi[i][j] < 0:
            raise CertificateError("the marginals of u R v are too far from p and q to be mended.")
        need[parent] -= need[vertex]
        need[vertex] = 0
    if any(need):
        raise CertificateError("no coupling of p and q lives on the kept entries.")
    return pi, total << _GRID


def _forest(w):
    """Edges (vertex, parent) of a largest spanning forest of rows and columns, leaves first (Prim)."""
    size = len(w)
    best, parent, outside = np.full(2 * size, -1.0), np.full(2 * size, -1), np.ones(2 * size, dtype=bool)
    order = []
    for _ in range(2 * size):
        vertex = int(np.argmax(np.where(outside, best, -2.0)))
        outside[vertex] = False
        if parent[vertex] >= 0:
            order.append((vertex, int(parent[vertex])))
        weights, ends = (
            (w[vertex], slice(size, None)) if vertex < size else (w[:, vertex - size], slice(size))
        )
        nearer = outside[ends] & (weights >= 0) & (weights > best[ends])
        best[ends] = np.where(nearer, weights, best[ends])
        parent[ends] = np.where(nearer, vertex, parent[ends])
    return order[::-1]


def _ball(x):
    return flint.arb(flint.fmpq(x.numerator, x.denominator))
