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

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
