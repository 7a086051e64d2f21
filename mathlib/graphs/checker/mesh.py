"""How many eigenvalues of a mesh lie below numbers, proved in ball arithmetic.

Let L and M = diag(star0) > 0 be built in balls from the coordinates, and Q be any matrix of doubles. If all
Gershgorin discs of C = Q'(L - sigma M)Q miss 0, then C and with it Q are regular, and C has as many negative
eigenvalues as discs on the negative side. By Sylvester's law of inertia that is the number of eigenvalues of
L x = lambda M x below sigma. Q holds approximate eigenvectors, so that C is nearly diagonal.
"""

from fractions import Fraction

import flint
import numpy as np

from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import expect_kind, listed, number, whole, wholes

__all__ = ["check_counts", "counts_below", "read_counts"]

_BITS = 100
_LARGEST = 700


def check_counts(data: dict) -> str:
    """Verify a certificate of kind "eigenvalue-counts" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    found = read_counts(data)
    claimed, numbers = found.pop("counts"), found["sigmas"]
    counts = counts_below(**found)
    for sigma, claim, count in zip(numbers, claimed, counts, strict=True):
        if claim != count:
            raise CertificateError(f"field counts: {claim} below {float(sigma):.9g} does not hold: {count}.")
    pairs = ", ".join(
        f"{count} below {float(sigma):.9g}" for sigma, count in zip(numbers, counts, strict=True)
    )
    return f"The Laplacian of the mesh of {len(found['vertices'])} vertices has of its eigenvalues {pairs}."


def read_counts(data) -> dict:
    """The fields of a certificate of kind "eigenvalue-counts"; coordinates as Fractions."""
    expect_kind(data, "eigenvalue-counts")
    points = listed("vertices", data.get("vertices"), 3, _LARGEST)
    vertices = [
        [number(f"vertices[{k}]", x, False) for x in listed(f"vertices[{k}]", p, 3, 3)]
        for k, p in enumerate(points)
    ]
    triangles = listed("triangles", data.get("triangles"), 1, 4 * _LARGEST)
    if data.get("vertex") not in ("voronoi", "barycentric"):
        raise CertificateError("field vertex: voronoi or barycentric expected.")
    sigmas = listed("sigmas", data.get("sigmas"), 1, 100)
    counts = listed("counts", data.get("counts"), len(sigmas), len(sigmas))
    return {
        "vertices": vertices,
        "triangles": [wholes(f"triangles[{k}]", t, 3, 0, len(vertices) - 1) for k, t in enumerate(triangles)],
        "vertex": data["vertex"],
        "sigmas": [number(f"sigmas[{k}]", x, False) for k, x in enumerate(sigmas)],
        "counts": [whole(f"counts[{k}]", c, 0, len(vertices)) for k, c in enumerate(counts)],
    }


def counts_below(vertices, triangles, vertex, sigmas) -> list[int]:
    """For each sigma the number of eigenvalues strictly below; CertificateError if a disc meets 0."""
    with flint.ctx.workprec(_BITS):
        L, M = _matrices(vertices, triangles, vertex)
        n = len(M)
        if not all(m > 0 for m in M):
            raise CertificateError("star0 > 0 does not hold at all vertices.")
        middle = np.array([[float(x.mid()) for x in row] for row in L])
        root = np.sqrt([float(m.mid()) for m in M])
        Q = np.linalg.eigh(middle / np.outer(root, root))[1] / root[:, None]
        ball = flint.arb_mat(n, n, Q.ravel().tolist())
        weighted = flint.arb_mat(n, n, [m * x for m, row in zip(M, Q.tolist(), strict=True) for x in row])
        flat = flint.arb_mat(n, n, [x for row in L for x in row])
        A, B = ball.transpose() * (flat * ball), ball.transpose() * weighted
        return [_negative(A, B, flint.fmpq(sigma.numerator, sigma.denominator), n, sigma) for sigma in sigmas]


def _negative(A, B, sigma, n, shown):
    """The number of discs of A - sigma B left of 0, if all miss it."""
    entries, count = (A - B * flint.arb(sigma)).entries(), 0
    for i in range(n):
        row = entries[i * n : (i + 1) * n]
        centre = row[i]
        radius = sum((abs(x) for x in row), flint.arb(0)) - abs(centre)
        if centre + radius < 0:
            count += 1
        elif not centre - radius > 0:
            raise CertificateError(f"no eigenvalue near {float(shown):.12g} is not proved: a disc meets 0.")
    return count


def _matrices(vertices, triangles, vertex):
    """L with weights (cot a + cot b)/2 as rows, and the diagonal of M, in balls."""
    X = [[flint.arb(flint.fmpq(Fraction(x).numerator, Fraction(x).denominator)) for x in p] for p in vertices]
    n = len(X)
    L = [[flint.arb(0)] * n for _ in range(n)]
    M = [flint.arb(0)] * n
    for t in triangles:
        if len(set(t)) < 3:
            raise CertificateError(f"field triangles: {t} has a vertex twice.")
        for k in range(3):
            o, i, j = t[k], t[(k + 1) % 3], t[(k + 2) % 3]
            u, w = ([a - b for a, b in zip(X[end], X[o], strict=True)] for end in (i, j))
            uu, ww, uw = _dot(u, u), _dot(w, w), _dot(u, w)
            square = uu * ww - uw * uw  # four times the squared area
            if not square > 0:
                raise CertificateError(f"field triangles: {t} has no area.")
            half = uw / square.sqrt() / 2
            for a, b in ((i, j), (j, i)):
                L[a][a] += half
                L[a][b] -= half
                if vertex == "voronoi":
                    M[a] += half * (uu + ww - 2 * uw) / 4
            if vertex == "barycentric":
                M[o] += square.sqrt() / 6
    return L, M


def _dot(u, w):
    return u[0] * w[0] + u[1] * w[1] + u[2] * w[2]
