"""l_p sensitivities, l_p Lewis weights and leverage scores, and sampling the rows of a matrix by them.

For a matrix A with rows a_i and p >= 1, the sensitivity of row i is its largest share of a norm,

    sigma_i(A) = max over x of |<a_i, x>|^p / ||A x||_p^p.

| function | what it computes |
|---|---|
| `sensitivities(A, p)` | sigma_i, each as a bracket lower <= sigma_i <= upper that is certified |
| `exact_l1_sensitivities(A)` | sigma_i for p = 1 and small matrices of integers, as fractions |
| `dual_norm(A, c, p)` | max <c, x> / \\|\\|A x\\|\\|_p for any vector c |
| `total_sensitivity(A, p, rows=, rng=)` | an estimate of sum sigma_i from a few rows |
| `leverage_scores(A)` | sigma_i for p = 2 |
| `lewis_weights(A, p)` | weights that bound sigma_i, cheap to compute |
| `sampling_probabilities(scores, m)` | probabilities proportional to scores, at most 1, that sum to m |
| `sample_rows(A, q, p=, rng=)` | rows kept with these probabilities, and their scalings |
| `root_leverage_sample(A, p, m, rng=)` | recursive sampling by root leverage scores |
| `distortion(A, sample, p)` | how well a sample keeps all the norms \\|\\|A x\\|\\|_p |
| `lp_regression(A, b, p)` | min \\|\\|A x - b\\|\\|_p, weighted if asked |

`closed_forms` holds families of matrices whose sensitivities are known, `plots` the pictures of this topic.

Names load when they are used; importing this package imports neither NumPy nor numba.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
