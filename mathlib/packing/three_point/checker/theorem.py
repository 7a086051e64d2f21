r"""Verify a three-point certificate: every hypothesis of the theorem, from the coefficients alone.

Theorem. Let 0 < r < R < 2r, and

* f2 a radial function on R^n, a polynomial in |x|^2 times a Gaussian, with f2^ >= 0, f2^(0) > 0, and
  f2(x) <= 0 for |x| >= R;
* f3(x, y) a symmetric kernel on {0} and {r <= |x| <= R} that is positive semidefinite on every finite set
  of points there and does not change when a rotation or reflection moves both x and y; it is zero
  elsewhere. F(a, b; c) is its value for |x| = a, |y| = b, |x - y| = c.

If moreover

* (M)  f2(x) + 2 f3(0, x) + f3(x, x) <= 0 for r <= |x| <= R,
* (D1) F(a, b; c) + F(a, c; b) + F(b, c; a) <= 0 for all a, b, c in [r, R], which are the sides of a
  triangle because R < 2r,
* (D2) F(a, b; c) <= 0 for a, b in [r, R] and R <= c <= a + b,

then the upper density of every packing of equal balls in R^n is at most

    vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) / f2^(0).

Proof. Periodic packings come as close as one likes to the best density (Groemer 1963), so let C be the
centres of one, N of them in each cell of volume V of a lattice, with distances at least r: scale it so. Its
density is vol(B_n) (r/2)^n N/V. By Poisson's summation formula, which holds for a polynomial times a
Gaussian,

    S2 = sum over x in C (modulo the lattice) and y in C of f2(y - x)  >=  (N^2/V) f2^(0),

because each point t of the dual lattice adds f2^(t) / V times the square of a modulus, and t = 0 adds
(N^2/V) f2^(0). For every x, positive semidefiniteness on the finitely many differences y - x in the domain
of f3 gives

    S3 = sum over x in C (modulo the lattice) and y, z in C of f3(y - x, z - x)  >=  0.

Sort S2 + S3 by the triples (x, y, z), where a pair (x, y) counts as (x, y, y):

* x = y = z: N (f2(0) + f3(0, 0));
* two points, at a distance l >= r: f2(l), and from the triples (x, x, y), (x, y, x), (x, y, y) of S3, where
  x is the point moved to the origin, 2 f3(0, y - x) + f3(y - x, y - x). For l <= R their sum is <= 0 by
  (M), for l > R only f2(l) <= 0 is left;
* three different points: each of them is moved to the origin once for each order of the other two. If all
  distances are at most R, the three terms together are <= 0 by (D1). If exactly one is greater, one term is
  not zero: the one at the point opposite to it, <= 0 by (D2). If two or three are greater, all are zero.

So (N^2/V) f2^(0) <= S2 + S3 <= N (f2(0) + f3(0, 0)), which is the bound. Nothing was used of f3 but finite
sums: it need not be continuous. (Cohn, de Laat and Salmon 2022, after Cohn and Elkies 2003; here f3 is any
kernel.)

That the f3 of a certificate is such a kernel follows from A_k >= 0: P_k(<x, y>/|x||y|) is positive
semidefinite (Schoenberg 1942), and the sum over k of such kernels times phi_k^T A_k phi_k is too.
"""

from collections.abc import Iterator

from mathlib.errors import CertificateError
from mathlib.packing.three_point.checker import one_variable as line
from mathlib.packing.three_point.checker.triples import prove_triples

__all__ = ["prove"]


def prove(certificate) -> Iterator[tuple[str, str]]:
    """Prove every condition of the theorem for a certificate; yield each, once it is proved, and how it was.

    Cost: 15 s (n = 13) to 275 s (n = 4), most of it for (D1) and (D2).
    """
    n, r, R, scale = certificate.n, certificate.r, certificate.R, certificate.scale
    if not (n >= 2 and 0 < r < R < 2 * r and scale > 0):
        raise CertificateError(
            "n >= 2, 0 < r < R < 2 r, lam > 0 does not hold: "
            f"n = {n}, r = {float(r):.12g}, R = {float(R):.12g}, lam = {float(scale):.12g}"
        )
    yield "A_k positive semidefinite", line.check_semidefinite(certificate)
    yield "f2^(0) > 0, f2^ >= 0, and f2 <= 0 beyond R", line.check_signs(certificate)
    yield "(M)", line.check_mixed(certificate)
    for condition in (1, 2):
        count = prove_triples(certificate, condition)
        yield f"(D{condition})", f"{count} boxes, intervals rounded outwards"
