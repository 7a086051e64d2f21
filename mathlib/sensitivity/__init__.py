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

`closed_forms` holds families of matrices whose sensitivities are known.

Names load when they are used; importing this package imports neither NumPy nor numba.
"""

from mathlib.lazy import lazy_names

_HOME = {
    "Distortion": "distortion_bracket",
    "Regression": "regression",
    "Sample": "sampling",
    "Sensitivities": "result",
    "distortion": "distortion_bracket",
    "dual_norm": "solve",
    "exact_l1_sensitivities": "exact_l1",
    "leverage_scores": "leverage",
    "lewis_weights": "lewis",
    "lp_regression": "regression",
    "root_leverage_sample": "sampling",
    "sample_rows": "sampling",
    "sampling_probabilities": "sampling",
    "sensitivities": "solve",
    "total_sensitivity": "total",
}

_load, _names, __all__ = lazy_names(__name__, _HOME)
__dir__ = _names


def __getattr__(name):
    """Load a name when it is used; `closed_forms` is a module."""
    if name == "closed_forms":
        import mathlib.sensitivity.closed_forms as module

        return module
    return _load(name)
