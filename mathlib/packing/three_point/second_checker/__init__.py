"""A second checker of three-point certificates: the same theorem, other methods, no code of the first.

| condition | first checker | second checker |
|---|---|---|
| A_k positive semidefinite | elimination in fractions | signs of the characteristic polynomial |
| signs of f2 and its transform | Descartes' rule | Sturm's theorem |
| (M) | Taylor polynomials of pieces | power series, Cauchy's remainder, Bernstein coefficients |
| (D1), (D2) | Hessians on boxes | Taylor's formula at points, third derivatives on cells |
| the bound | Gamma function | recurrence of the volumes of balls |

It reads the JSON file by itself; docs/certificates.md describes the format.
"""
