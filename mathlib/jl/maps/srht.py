"""The subsampled randomised Hadamard transform: random signs, Walsh-Hadamard transform, k of its coordinates.

    Phi = (d / k)^(1/2) R H D

with D and H as in `mathlib.jl.maps.fast` (H orthogonal) and R the choice of k different coordinates out of d,
every choice equally likely. It is `FastJL` with one 1 in every row of P, in different columns.
"""

import math

import numpy as np
from scipy.sparse import csr_array

from mathlib.jl.maps.walsh import WalshTransform
from mathlib.jl.theory.density import padded_length

__all__ = ["SRHT"]


class SRHT(WalshTransform):
    """Random projection by k coordinates of H D x, in time d log d.

    E |Phi x|^2 = |x|^2 for every x, with d the padded length. With k = d, Phi is orthogonal.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": 2 L (1 + eps/3) ln(4 N) / eps^2, rounded up, with N = C(n, 2) /
        delta and L = 2 ln(4 N d). That suffices: by Hoeffding's inequality all d (H D x)_i^2 are at most L
        with probability 1 - 1/(2N), and by Bernstein's (which holds without replacement too) k numbers from
        0 to L with mean 1 have a mean within eps of 1 with probability 1 - 1/(2N). The constants are ours.
        No k without a factor ln(d) suffices for all x, unlike for the other maps.
    eps, delta : float
        The allowed relative error of squared distances, and probability that some distance fails, both
        between 0 and 1. Used by "auto".
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.
    n_jobs : None or int
        Threads of `transform`; None is one, -1 all processors. The images are the same, bit for bit.

    Attributes
    ----------
    signs_ : ndarray of int8, shape (n_features_in_,)
        The diagonal of D.
    projection_ : scipy.sparse.csr_array, shape (n_components_, padded length)
        R.
    scale_ : float
        k^(-1/2): Phi is `scale_` times `projection_` times the +-1 Walsh-Hadamard matrix times D.
    n_components_ : int
        The dimension k.

    Notes
    -----
    Sparse data are accepted and gain nothing: a CSR row costs what a dense one costs (see `FastJL`).

    References
    ----------
    N. Ailon, E. Liberty (2009). J. Tropp (2011), Improved Analysis of the Subsampled Randomized Hadamard
    Transform.

    Examples
    --------
    >>> import numpy as np
    >>> phi = SRHT(4, random_state=0).fit(np.zeros((1, 4)))
    >>> bool(np.allclose(phi.transform(np.eye(4)) @ phi.transform(np.eye(4)).T, np.eye(4)))
    True
    """

    def _auto_n_components(self, n_samples, n_features, eps):
        trials = n_samples * (n_samples - 1) / 2 / self.delta
        largest = 2 * math.log(4 * trials * padded_length(n_features))
        return math.ceil(2 * largest * (1 + eps / 3) / eps**2 * math.log(4 * trials))

    def _draw(self, rng, n_samples, n_features):
        k, d = self.n_components_, padded_length(n_features)
        self.signs_ = rng.choice(np.array([-1, 1], dtype=np.int8), size=n_features)
        chosen = np.sort(rng.choice(d, size=k, replace=False))
        self.projection_ = csr_array((np.ones(k), chosen, np.arange(k + 1)), shape=(k, d))
        self.scale_ = k**-0.5
