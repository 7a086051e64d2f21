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

Behind the scenes: `two_point_duals` and `kissing_lp` are the linear programmes that the bounds solve,
`three_point_rounds` the solver at work, `unproved_triangles` what the checker objects to, and `packing_sums`
what a certificate says about one packing (of a `root_lattice`, say). `compare_agents` and `scan_choices` are
experiments with the game; `shipped_comparison` and `shipped_scan` are their results.

`published_bounds` is the table to compare with, `rogers_bound` and `best_known_packing` are columns of it;
`published_kissing_bounds` is the same for kissing numbers.
`TwoPointCertificate.shipped(n)` and `ThreePointCertificate.shipped(n)` load certificates that ship with the
package. The command `python -m mathlib.verify FILE ...` checks saved certificates with the standard library
alone; only three-point ones need NumPy, numba and FLINT.

Names load when they are used; importing this package imports nothing but the standard library.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
