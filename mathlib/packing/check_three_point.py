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

import time
from dataclasses import replace

from mathlib.errors import CertificateError
from mathlib.packing import check_three_point_line as line
from mathlib.packing.check_three_point_boxes import prove_triples
from mathlib.packing.three_point_certificate import ThreePointCertificate, Verified

__all__ = ["check_three_point", "verify"]

_MODES = {False: "doubles with error bounds", True: "intervals rounded outwards"}


def verify(certificate, *, outward=False, progress=False) -> Verified:
    """Prove every condition of the theorem for a certificate; see `ThreePointCertificate.verify`.

    Cost: 1 s (n = 8) to 20 s (n = 4 to 6), most of it for (D1) and (D2), and 15 s to compile on first use.
    """
    certificate = replace(certificate)  # without a bound that was kept from before
    n, r, R, scale = certificate.n, certificate.r, certificate.R, certificate.scale
    if not (n >= 2 and 0 < r < R < 2 * r and scale > 0):
        raise CertificateError(
            "n >= 2, 0 < r < R < 2 r, lam > 0 does not hold: "
            f"n = {n}, r = {float(r):.12g}, R = {float(R):.12g}, lam = {float(scale):.12g}"
        )
    started, checks = time.perf_counter(), {}
    boxes = f"boxes, {_MODES[bool(outward)]}"
    for name, check in {
        "A_k positive semidefinite": lambda: line.check_semidefinite(certificate),
        "f2^(0) > 0, f2^ >= 0, and f2 <= 0 beyond R": lambda: line.check_signs(certificate),
        "(M)": lambda: line.check_mixed(certificate),
        "(D1)": lambda: f"{prove_triples(certificate, 1, outward=outward)} {boxes}",
        "(D2)": lambda: f"{prove_triples(certificate, 2, outward=outward)} {boxes}",
    }.items():
        checks[name] = check()
        if progress:
            print(f"{time.perf_counter() - started:6.1f} s  {name}: {checks[name]}", flush=True)
    return Verified(certificate.n, certificate.bound, checks, time.perf_counter() - started)


def check_three_point(data, *, outward=False) -> str:
    """Return the theorem that the content of a JSON file proves; raise CertificateError if it does not."""
    verified = verify(ThreePointCertificate.from_dict(data), outward=outward)
    how = "; ".join(f"{name}: {text}" for name, text in verified.checks.items())
    return f"No packing of equal balls in R^{verified.n} has density above {verified.bound}. [{how}]"
