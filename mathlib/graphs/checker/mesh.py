"""How many eigenvalues of a mesh lie below numbers, proved in ball arithmetic.

Let L and M = diag(star0) > 0 be built in balls from the coordinates, and Q be any matrix of doubles. If all
Gershgorin discs of C = Q'(L - sigma M)Q miss 0, then C and with it Q are regular, and C has as many negative
eigenvalues as discs on the negative side. By Sylvester's law of inertia that is the number of eigenvalues of
L x = lambda M x below sigma. Q holds approximate eigenvectors, so that C is nearly diagonal.

A product of n x n doubles is off by at most n 2^-53 |A| |B|, in whatever order a BLAS adds; of the bounds on
the entries of C only the sums of rows are needed, which products with vectors give.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, ClassVar

import flint
import numpy as np

from mathlib.checks import check_choice, check_finite, check_integer, shown
from mathlib.errors import CertificateError
from mathlib.fields import entries, settle
from mathlib.graphs.checker.certificate import FieldCertificate, file_checker
from mathlib.graphs.objects.mesh import TriangleMesh

__all__ = ["LARGEST", "VERTEX_STARS", "EigenvalueCounts", "check_counts", "counts_below"]

VERTEX_STARS = ("voronoi", "barycentric")
LARGEST = 700
_BITS = 100
_UNIT = 2.0**-53
_LESS = 1e-280  # more than all that numbers below 1e-308 lose


@dataclass(frozen=True, repr=False, eq=False)
class EigenvalueCounts(FieldCertificate):
    """How many eigenvalues of L x = lambda star0 x, with cotangent weights, lie below given numbers.

    Attributes
    ----------
    vertices, triangles : ndarray
        The mesh.
    vertex : {"voronoi", "barycentric"}
    sigmas : tuple of float
    counts : tuple of int
        For each the number of eigenvalues strictly below it.

    Examples
    --------
    >>> from mathlib.graphs import eigenvalue_counts, icosphere
    >>> eigenvalue_counts(icosphere(0), [1]).verify().bound
    (1,)
    """

    vertices: Any
    triangles: Any
    vertex: str
    sigmas: tuple[float, ...]
    counts: tuple[int, ...]

    kind: ClassVar[str] = "eigenvalue-counts"

    def __post_init__(self):
        entries("vertices", self.vertices, 4, LARGEST)
        mesh = TriangleMesh(self.vertices, self.triangles)
        check_choice("vertex", self.vertex, VERTEX_STARS)
        sigmas = check_finite("sigmas", entries("sigmas", self.sigmas, 1, 100), (-1,)).tolist()
        counts = entries("counts", self.counts, len(sigmas), len(sigmas))
        counts = tuple(check_integer(f"counts[{k}]", c, 0, LARGEST) for k, c in enumerate(counts))
        settle(self, vertices=mesh.vertices, triangles=mesh.triangles, sigmas=tuple(sigmas), counts=counts)

    @property
    def bound(self) -> tuple[int, ...]:
        """The counts."""
        return self.counts

    def _prove(self):
        counts = counts_below(self.vertices, self.triangles, self.vertex, self.sigmas)
        if counts != self.counts:
            raise CertificateError(f"field counts: {shown(self.counts)} does not hold: {shown(counts)}.")
        theorem = f"Of the {len(self.vertices)} Laplace eigenvalues of the mesh there are {self!r}."
        conditions = {"star0 > 0": "in balls", "inertia": "Gershgorin discs miss 0 (Sylvester)"}
        return theorem, conditions, "ball arithmetic"

    def __repr__(self) -> str:
        return ", ".join(f"{c} below {s:.9g}" for s, c in zip(self.sigmas, self.counts, strict=True))


check_counts = file_checker(EigenvalueCounts)


def counts_below(vertices, triangles, vertex, sigmas) -> tuple[int, ...]:
    """For each sigma the number of eigenvalues strictly below; CertificateError if a disc meets 0."""
    n = len(vertices)
    with flint.ctx.workprec(_BITS):
        weights, masses = _matrices(vertices, triangles, vertex)
        if not all(m > 0 for m in masses):
            raise CertificateError("star0 > 0 does not hold at all vertices.")
        L, spread = np.zeros((2, n, n))
        places = tuple(np.array(list(weights)).T)
        L[places], spread[places] = _doubles(weights.values())
        M, blur = _doubles(masses)
    root = np.sqrt(M)
    values, vectors = np.linalg.eigh(L / np.outer(root, root))
    return tuple(_negative(L, spread, M, blur, sigma, values, vectors / root[:, None]) for sigma in sigmas)


def _negative(L, spread, M, blur, sigma, values, Q) -> int:
    """The number of discs left of 0, if all miss it; L and M are known to within `spread` and `blur`."""
    n = len(M)
    Q = Q / np.sqrt(np.maximum(np.abs(values - sigma), 1e-13 * np.abs(values).max()))  # so that C is near +-1
    G = L - np.diag(sigma * M)
    error = spread + np.diag(abs(sigma) * blur + 4 * _UNIT * (abs(np.diag(L)) + abs(sigma) * M))
    W = G @ Q
    C = Q.T @ W
    unit, size = 1.01 * (n + 2) * _UNIT, np.abs(Q)
    ones = size.sum(axis=1)
    off = size.T @ (unit * (np.abs(W).sum(axis=1) + np.abs(G) @ ones) + error @ ones)
    centre = np.diag(C)
    radius = (np.abs(C).sum(axis=1) - np.abs(centre) + off) * (1 + 1e-9) + _LESS
    radius += 2 * n * _UNIT * np.abs(centre)  # for the difference of the two sums
    if not (np.abs(centre) > radius).all():
        raise CertificateError(f"no eigenvalue near {sigma:.12g} is not proved: a disc meets 0.")
    return int((centre < 0).sum())


def _matrices(vertices, triangles, vertex):
    """L with weights (cot a + cot b)/2, entries by place, and the diagonal of M, in balls."""
    X = [[flint.arb(x) for x in p] for p in vertices.tolist()]
    L: dict[tuple[int, int], flint.arb] = defaultdict(flint.arb)
    M = [flint.arb(0)] * len(X)
    for t in triangles.tolist():
        for o, i, j in (t, (*t[1:], t[0]), (t[2], *t[:2])):
            u, w = ([a - b for a, b in zip(X[end], X[o], strict=True)] for end in (i, j))
            uu, ww, uw = _dot(u, u), _dot(w, w), _dot(u, w)
            doubled = (uu * ww - uw * uw).sqrt()  # the area
            if not doubled > 0:
                raise CertificateError(f"field triangles: {t} has no area.")
            half = uw / doubled / 2
            for a, b in ((i, j), (j, i)):
                L[a, a] += half
                L[a, b] -= half
                M[a] += half * (uu + ww - 2 * uw) / 4 if vertex == "voronoi" else doubled / 12
    return L, M


def _dot(u, w):
    return u[0] * w[0] + u[1] * w[1] + u[2] * w[2]


def _doubles(balls):
    """The midpoints as doubles, and bounds on how far from them the numbers are."""
    middles = [float(x.mid()) for x in balls]
    radii = [float(abs(x - m).upper()) for x, m in zip(balls, middles, strict=True)]
    return np.array(middles), np.array(radii) * (1 + 2.0**-50) + _LESS
