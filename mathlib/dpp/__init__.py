"""Least squares with determinantal point processes and volume sampling.

A function u is to be approximated in an m-dimensional space with an orthonormal basis phi of L^2(mu), from
its values at n >= m points that we may choose. The fit is weighted least squares, and all depends on the
points: for good ones the Gram matrix

    G = (1/n) sum_i w(x_i) phi(x_i) phi(x_i)^T,        w(x) = m / |phi(x)|^2,

is close to the identity.

| scheme | points | drawn by |
|---|---|---|
| "christoffel" | independent, of density k/m, k(x) = phi(x).phi(x) | `sample_christoffel(basis, n)` |
| "dpp" | m points that repel: the projection process of phi(x).phi(y) | `sample_dpp(basis)` |
| "repeated_dpp" | r independent such sets | `sample_repeated_dpp(basis, r)` |
| "volume_rescaled" | independent ones, reweighted by det G | `sample_volume_rescaled(basis, n)` |
| "conditioned" | drawn again until the smallest eigenvalue of G is large | `sample_conditioned(basis, n)` |
| "boosted" | the best of many designs, or what is left of it | `sample_boosted(basis, n)` |
| "sparsified" | at most n points out of a larger design, with new weights | `sparsify(basis, design, n)` |

`TensorBasis` is a basis of polynomials in d variables, made of `Legendre`, `Hermite`, `Chebyshev`, `Jacobi`
or `Laguerre` polynomials and an `index_set`; `DiscreteBasis` lives on a finite set of candidates. Every
sampler returns a `Design`, which `weighted_least_squares` turns into a fit; `sample_design` draws by the name
of the scheme, `gram_eigenvalues` judges a design. `PolynomialSurrogate` is all of it as a scikit-learn
regressor. To compare with, `l2_projection` is the best approximation, and `expected_gram_deviation` and
`linear_statistic_variance` are exact constants. `runge`, `ishigami`, `borehole` and `genz` are functions to
try.

Names load when they are used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
