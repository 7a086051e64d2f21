"""Schroedinger bridges of finite chains, with a proved bracket on their divergence."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_flag, check_number, shown
from mathlib.errors import CertificateError
from mathlib.fields import entries, rational, settle
from mathlib.graphs.bridges.chain import Problem, problem
from mathlib.graphs.bridges.potentials import potentials
from mathlib.graphs.bridges.support import InfeasibleBridge, kept_support
from mathlib.graphs.checker.bridge import bracket, check_bridge, read_bridge
from mathlib.graphs.nested import integer_tuples

__all__ = ["InfeasibleBridge", "SchroedingerBridge", "schroedinger_bridge", "solve"]


@dataclass(frozen=True, repr=False, eq=False)
class SchroedingerBridge(Certificate):
    """A Schroedinger bridge: the law of a chain between two given laws that is closest to a reference.

    Attributes
    ----------
    P, steps, p, q
        The problem: rows of Fractions, or of doubles that count over their exact sums.
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
    >>> bridge = schroedinger_bridge([[0.5, 0.5], [0.5, 0.5]], 1, [0.5, 0.5], [0.5, 0.5])
    >>> bridge.coupling.tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """

    P: Any
    steps: int
    p: Any
    q: Any
    exact: bool
    potentials: tuple[np.ndarray, np.ndarray]
    tight: tuple[tuple[int, ...], ...]
    lower: float
    upper: float
    coupling: np.ndarray = field(init=False)

    kind: ClassVar[str] = "schroedinger-bridge"

    def __post_init__(self):
        settle(self, exact=check_flag("exact", self.exact))
        given = problem(self.P, self.steps, self.p, self.q)
        if given.exact != self.exact:
            raise ValueError(
                f"exact must be {given.exact} for these entries of P, p and q; got {self.exact}."
            )
        u, v = entries("potentials", self.potentials, 2, 2)
        size, sides = len(given.p), []
        for name, side in (("u", u), ("v", v)):
            values = entries(f"potentials: {name}", side, size, size)
            sides.append(np.array([float(rational(f"potentials: {name}", x)) for x in values]))
        settle(self, P=given.P, steps=given.steps, p=given.p, q=given.q, potentials=tuple(sides))
        settle(self, tight=integer_tuples("tight", self.tight, 2))
        for side in ("lower", "upper"):
            settle(self, **{side: check_number(side, getattr(self, side), -np.inf, np.inf)})
        kept = given.reach & np.outer(np.array(given.p) > 0, np.array(given.q) > 0)
        for k, A in enumerate(self.tight):
            if not A or max(A) >= size:
                raise ValueError(f"tight[{k}] must be states from 0 to {size - 1}; got {shown(A)}.")
            inside = np.isin(np.arange(size), A)
            kept[np.ix_(~inside, given.reach[inside].any(axis=0))] = False
        p = given.doubles[1]
        coupling = np.where(kept, sides[0][:, None] * (p[:, None] * given.kernel) * sides[1], 0.0)
        coupling.setflags(write=False)
        settle(self, coupling=coupling)

    def __eq__(self, other) -> bool:
        return isinstance(other, SchroedingerBridge) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.steps, self.lower, self.upper))

    @property
    def bound(self) -> tuple[float, float]:
        """The lower and the upper bound."""
        return self.lower, self.upper

    def verify(self) -> Verified:
        """Compute the bracket anew from the potentials; CertificateError if it is wider than claimed."""
        conditions = {
            "lower": "duality with the potentials",
            "upper": "a coupling with exact marginals",
            "support": f"{len(self.tight)} tight sets" if self.tight else "all pairs that are reached",
        }
        by = "ball arithmetic" if self.exact else "doubles with error bounds"
        return self._verified(check_bridge, conditions, by)

    def to_dict(self) -> dict:
        """The certificate as JSON values; of P only the positive entries, with their columns."""
        rows = [[[j, str(Fraction(x))] for j, x in enumerate(row) if x] for row in _rows(self.P)]
        u, v = ([str(Fraction(x)) for x in side.tolist()] for side in self.potentials)
        laws = {name: [str(Fraction(x)) for x in _rows(getattr(self, name))] for name in ("p", "q")}
        ends = {side: str(Fraction(getattr(self, side))) for side in ("lower", "upper")}
        found = {"kind": self.kind, "exact": self.exact, "steps": self.steps, "P": rows} | laws
        return found | {"u": u, "v": v, "tight": [list(A) for A in self.tight]} | ends

    @classmethod
    def from_dict(cls, data: Any) -> "SchroedingerBridge":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_bridge(data)
        u, v = (np.array([float(x) for x in found.pop(name)]) for name in ("u", "v"))
        if not found["exact"]:
            found |= {name: np.array(found[name], dtype=float) for name in ("P", "p", "q")}
        try:
            return cls(potentials=(u, v), **found)
        except CertificateError:
            raise
        except ValueError as error:
            raise CertificateError(f"field {error}") from None

    def __repr__(self) -> str:
        width = self.upper - self.lower
        return (
            f"bridge of {self.steps} steps on {len(self.p)} states: KL {self.upper:.12g} (width {width:.1e})"
        )


def schroedinger_bridge(P: ArrayLike, steps: int, p: ArrayLike, q: ArrayLike) -> SchroedingerBridge:
    r"""Find the law of a chain with given first and last law that is closest to a Markov chain.

    minimise KL(pi | R) over couplings pi of p and q,  R_ij = p_i (P^steps)_ij;

    between its ends the bridge then moves as the reference does, given the ends.

    Parameters
    ----------
    P : array_like of shape (S, S)
        Transition probabilities. Fractions (and integers) in nested lists, S <= 40: rows sum to 1 exactly.
        Doubles, S <= 1000: rows within 1e-12 of 1; they stand for the fractions that they are over their sum.
    steps : int
        N, at least 1.
    p, q : array_like of shape (S,)
        The first and the last law, likewise. States without mass are dropped.

    Returns
    -------
    SchroedingerBridge
        `.coupling`, `.potentials`, and `.lower`, `.upper`, a proved bracket on the divergence, which
        `.verify()` computes anew.

    Raises
    ------
    InfeasibleBridge
        If no coupling lives where the chain can go; `.witness` is a set A with p(A) > q(reach of A).
    ValueError
        If rows do not sum to 1, or a probability P^steps is so small that doubles do not hold products.

    Notes
    -----
    Newton's method on the dual, O(S^3) a step; entries that are zero in every coupling are found by maximum
    flow and dropped first, because there iterative scaling converges like 1/k only. S = 400: 2 s. The bracket
    is wider than the rounding of P^steps, which is about S N 1e-16, by less than 1e-12.

    References
    ----------
    E. Schroedinger (1931); H. Foellmer (1988); C. Leonard, A survey of the Schroedinger problem (2014).

    Examples
    --------
    >>> bridge = schroedinger_bridge([[0.9, 0.1], [0.1, 0.9]], 3, [0.5, 0.5], [0.25, 0.75])
    >>> round(bridge.lower, 6), bridge.verify().bound == (bridge.lower, bridge.upper)
    (0.173092, True)
    """
    return solve(problem(P, steps, p, q))


def solve(given: Problem) -> SchroedingerBridge:
    """The bridge of a problem that is checked."""
    _, p, q = given.doubles
    allowed = given.reach & np.outer(p > 0, q > 0)
    kept, tight = kept_support(allowed, *given.masses())
    rows, columns = np.flatnonzero(p), np.flatnonzero(q)
    R = (p[:, None] * given.kernel)[np.ix_(rows, columns)]
    with np.errstate(divide="ignore"):
        log_R = np.where(kept[np.ix_(rows, columns)], np.log(R), -np.inf)
    size = len(rows)
    joined = np.zeros((size + len(columns),) * 2, dtype=bool)
    joined[:size, size:] = np.isfinite(log_R)
    label = connected_components(csr_matrix(joined), directed=False)[1]
    a, b = potentials(log_R, p[rows], q[columns], label[:size])
    u, v = np.zeros(len(p)), np.zeros(len(p))
    u[rows], v[columns] = np.exp(a), np.exp(b)
    exact = [[Fraction(x) for x in law] for law in (given.p, given.q)]
    sides = [[Fraction(x) for x in side.tolist()] for side in (u, v)]
    sets = [list(A) for A in tight]
    lower, upper = bracket(given.P, given.steps, exact[0], exact[1], given.exact, sides[0], sides[1], sets)
    return SchroedingerBridge(
        given.P, given.steps, given.p, given.q, given.exact, (u, v), tight, lower, upper
    )


def _rows(values):
    return values.tolist() if isinstance(values, np.ndarray) else values
