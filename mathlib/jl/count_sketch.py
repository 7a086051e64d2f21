"""The count sketch: one random sign in every column of Phi.

    Phi_ij = sign_j if i = row_j, else 0.

The cheapest linear map that keeps lengths on average, one addition for each nonzero number of the data, and
the one with the worst tail: two heavy coordinates that meet in a row are added or cancelled as a whole.
"""

import math

from mathlib.jl.sparse import SparseJL

__all__ = ["CountSketch"]


class CountSketch(SparseJL):
    """Random projection by one sign in every column: `SparseJL` with s = 1.

    E |Phi x|^2 = |x|^2 and Var |Phi x|^2 = (2 / k) (|x|_2^4 - |x|_4^4).

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": 2 C(n, 2) / (eps^2 delta), rounded up, as Chebyshev's
        inequality and the variance above demand for n points. It grows with 1 / delta, and must: two points
        e_i, e_j lose each other with probability 1 / k. The other maps need ln(1 / delta).
    eps, delta : float
        Allowed relative error of squared distances and probability of failure, for "auto".
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.

    Attributes
    ----------
    components_ : scipy.sparse.csr_array, shape (n_components_, n_features_in_)
        Phi, in float64.
    n_components_ : int

    References
    ----------
    M. Charikar, K. Chen, M. Farach-Colton (2002). K. Clarkson, D. Woodruff (2013): as a map of subspaces.

    Examples
    --------
    >>> import numpy as np
    >>> sketch = CountSketch(4, random_state=0).fit(np.zeros((1, 100)))
    >>> np.unique(np.count_nonzero(sketch.transform(np.eye(100)), axis=1))
    array([1])
    """

    s = 1
    construction = "graph"

    def __init__(self, n_components="auto", *, eps=0.1, delta=0.1, random_state=None):
        self.n_components = n_components
        self.eps = eps
        self.delta = delta
        self.random_state = random_state

    def _auto_n_components(self, n_samples, n_features, eps):
        return math.ceil(n_samples * (n_samples - 1) / (eps**2 * self.delta))
