"""Johnson-Lindenstrauss transforms: random linear maps to fewer dimensions that keep distances.

A map Phi from d to k dimensions is drawn at random, without looking at the data. With k of order ln(n) /
eps^2 it keeps all the distances among n points up to a factor 1 +- eps, with high probability, however
large d is.

`jl_min_dim` says how large k must be. The maps are scikit-learn estimators:

| estimator | Phi | cost of one vector |
|---|---|---|
| `GaussianJL` | dense, normal entries | d k |
| `SparseJL` | s signs in every column | s d |
| `CountSketch` | one sign in every column | d |
| `SRHT` | random signs, Walsh-Hadamard transform, k of its coordinates | d log d |
| `FastJL` | random signs, Walsh-Hadamard transform, sparse matrix of density q | d log d + q d k |

`fwht` is the Walsh-Hadamard transform, `fast_jl_density` the density that `FastJL` takes by default. What
the fast map does to a vector is computed exactly by `fast_jl_variance`, `flat_failure_probability` and
`fast_jl_failure`.

Names load when they are used; importing this package imports neither NumPy nor scikit-learn.
"""

from mathlib.lazy import lazy_names

_HOME = {
    "CountSketch": "count_sketch",
    "FastJL": "fast",
    "GaussianJL": "gaussian",
    "SRHT": "srht",
    "SparseJL": "sparse",
    "fast_jl_density": "density",
    "fast_jl_failure": "theory",
    "fast_jl_variance": "theory",
    "flat_failure_probability": "theory",
    "fwht": "hadamard",
    "jl_min_dim": "dimension",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOME)
