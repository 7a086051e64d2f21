"""Sphere packing: upper bounds on the density, and on its cousins, that come with a proof to check.

| function | what it bounds | proof |
|---|---|---|
| `two_point_bound(n)` | density of packings of equal balls in R^n | `TwoPointCertificate` |
| `three_point_bound(n)` | the same, from triples of balls: smaller for most n | `ThreePointCertificate` |
| `solve_three_point(spec)` | the same for a specification of your own | `ThreePointCertificate` |
| `SDPGame(n, budget=...)` | searches for the `spec` that gives the smallest value for its price | none |
| `strengthened_two_point_bound(n)` | a number in between, in double precision | none |
| `cohn_elkies_sdp(n, degree)` | the two-point bound in double precision, to learn from | none |
| `uncertainty_bound(n)` | the last sign change of an eigenfunction of the Fourier transform | certificate |
| `kissing_bound(n)` | balls of one size that touch one of them | certificate |
| `binary_code_bound(n, d)` | words of a binary code | certificate |

`published_bounds` is the table to compare with, `rogers_bound` and `best_known_packing` are columns of it;
`published_kissing_bounds` is the same for kissing numbers.
`TwoPointCertificate.shipped(n)` and `ThreePointCertificate.shipped(n)` load certificates that ship with the
package. The command `python -m mathlib.verify FILE ...` checks saved certificates with the standard library
alone; only three-point ones need NumPy, numba and FLINT.

Names load when they are used; importing this package imports nothing but the standard library.
"""

from mathlib.lazy import lazy_names

_HOME = {
    "BinaryCodeCertificate": "delsarte.certificates",
    "Budget": "game.play",
    "KissingCertificate": "delsarte.certificates",
    "SDPGame": "game.play",
    "ThreePointCertificate": "three_point.certificate",
    "ThreePointSpec": "three_point.spec",
    "TriangleCertificate": "two_point.dimension_one",
    "TwoPointCertificate": "two_point.certificate",
    "UncertaintyCertificate": "uncertainty.certificate",
    "UnfinishedBound": "three_point.bound",
    "best_known_packing": "published",
    "binary_code_bound": "delsarte.bounds",
    "cohn_elkies_sdp": "two_point.by_sdp",
    "default_three_point_spec": "three_point.bound",
    "kissing_bound": "delsarte.bounds",
    "published_bounds": "published",
    "published_kissing_bounds": "published",
    "rogers_bound": "published",
    "solve_three_point": "three_point.bound",
    "spherical_code_number": "spherical_codes.number",
    "three_point_bound": "three_point.bound",
    "strengthened_two_point_bound": "strengthened",
    "two_point_bound": "two_point.bound",
    "uncertainty_bound": "uncertainty.bound",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOME)
