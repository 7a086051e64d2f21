"""The fast map: random signs, Walsh-Hadamard transform, sparse matrix.

    Phi = P H D / sqrt(k)

D (d x d) carries random signs on its diagonal; H (d x d) is the orthogonal Walsh-Hadamard matrix; P (k x
d) is sparse with P_ij = b_ij N_ij / sqrt(q), where b_ij is 1 with probability q and N_ij a random sign or
a normal number. H D spreads every vector over all coordinates, so that a P with few entries sees its
length. Vectors whose length is not a power of two are padded with zeros.

For unit x, with d the padded length,

    Var |Phi x|^2 = (2 + (1/q - 3) (3 - 2 |x|_4^4) / d) / k      for random signs,
    Var |Phi x|^2 = (2 + 3 (1/q - 1) (3 - 2 |x|_4^4) / d) / k    for normal entries.

This file is the readable version, in NumPy and SciPy.
"""

import math
from numbers import Real

import numpy as np
from scipy.sparse import csr_array

from mathlib.jl.base import JLTransform
from mathlib.jl.checks import check_choice
from mathlib.jl.density import ENTRIES, ROOM, fast_jl_density, padded_length
from mathlib.jl.hadamard import fwht

__all__ = ["FastJL"]

#: How many numbers the buffer of a batch holds: 2 MB in float64, which stays in the cache.
_BUFFER = 2**18


class FastJL(JLTransform):
    """Random projection by Phi = P H D / sqrt(k), in time d log d + q d k instead of d k.

    E |Phi x|^2 = |x|^2 for every x; the variance stands at the head of this module.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": 1.25 `jl_min_dim(n_samples, eps, delta=delta)`, rounded up. The
        quarter beyond a Gaussian map is the room that the default density counts on.
    eps : float
        The allowed relative error of squared distances, between 0 and 1. Used by "auto".
    delta : float
        The allowed probability that some distance fails, between 0 and 1. Used by both "auto".
    density : float or "auto"
        The probability q that an entry of P is not zero, 0 < q <= 1. "auto": `fast_jl_density`, whose
        constants are ours.
    entries : {"rademacher", "normal"}
        What the nonzero entries of P are: random signs, or normal numbers, which need three times the
        density.
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.

    Attributes
    ----------
    signs_ : ndarray of int8, shape (n_features_in_,)
        The diagonal of D.
    projection_ : scipy.sparse.csr_array, shape (n_components_, padded length)
        P / sqrt(k), divided by the square root of the padded length, so that Phi is `projection_` times the
        +-1 Walsh-Hadamard matrix times D.
    n_components_ : int
        The dimension k.
    density_ : float
        The probability q.

    References
    ----------
    N. Ailon, B. Chazelle (2009): the transform.
    O. Fandina, M. Hogsgaard, K. Larsen (2023), The Fast Johnson-Lindenstrauss Transform Is Even Faster: how
    sparse P may be.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).standard_normal((50, 2000))
    >>> FastJL(eps=0.3, random_state=0).fit_transform(X).shape
    (50, 469)
    """

    _room = 1 + ROOM

    def __init__(
        self,
        n_components="auto",
        *,
        eps=0.1,
        delta=0.1,
        density="auto",
        entries="rademacher",
        random_state=None,
    ):
        self.n_components = n_components
        self.eps = eps
        self.delta = delta
        self.density = density
        self.entries = entries
        self.random_state = random_state

    def _draw(self, rng, n_samples, n_features):
        k, d = self.n_components_, padded_length(n_features)
        check_choice("entries", self.entries, ENTRIES)
        self.density_ = q = self._choose_density(n_samples, n_features)
        self.signs_ = rng.choice(np.array([-1, 1], dtype=np.int8), size=n_features)
        cells = _successes(rng, k * d, q)
        if self.entries == "rademacher":
            values = rng.choice([-1.0, 1.0], size=cells.size)
        else:
            values = rng.standard_normal(cells.size)
        places = np.divmod(cells, d)
        self.projection_ = csr_array((values / math.sqrt(q * k * d), places), shape=(k, d))

    def _choose_density(self, n_samples, n_features):
        if isinstance(self.density, str) and self.density == "auto":
            return fast_jl_density(n_features, n_samples, delta=self.delta, entries=self.entries)
        if isinstance(self.density, bool) or not isinstance(self.density, Real) or not 0 < self.density <= 1:
            raise ValueError(f'density must be a number with 0 < q <= 1, or "auto"; got {self.density!r}.')
        return float(self.density)

    def _project(self, X):
        n_samples, n_features = X.shape
        k, d = self.projection_.shape
        sparse = self.projection_.astype(X.dtype, copy=False)
        signs = self.signs_.astype(X.dtype)[:, None]
        images = np.empty((n_samples, k), dtype=X.dtype)
        step = max(1, _BUFFER // d)
        for start in range(0, n_samples, step):
            rows = X[start : start + step]
            rows = rows if isinstance(rows, np.ndarray) else rows.toarray()
            # One vector per column, so that a butterfly runs along contiguous memory.
            work = np.zeros((d, len(rows)), dtype=X.dtype)
            np.multiply(rows.T, signs, out=work[:n_features])
            fwht(work, axis=0, norm=None, out=work)
            images[start : start + step] = (sparse @ work).T
        return images

    def _project_adjoint(self, Y):
        work = self.projection_.T.astype(Y.dtype, copy=False) @ Y.T
        fwht(work, axis=0, norm=None, out=work)
        signs = self.signs_.astype(Y.dtype)
        return work[: signs.size].T * signs


def _successes(rng, trials, q):
    """The places of the successes among independent trials of probability q, in time q * trials.

    The gaps between successes are geometric, so only the successes are drawn.
    """
    found = []
    last = -1
    while last < trials:
        expected = (trials - last) * q
        gaps = rng.geometric(q, size=int(expected + 4 * math.sqrt(expected)) + 8)
        # A gap beyond the end is cut, so that a tiny q cannot overflow the sum.
        places = last + np.cumsum(np.minimum(gaps, trials + 1))
        found.append(places[places < trials])
        last = int(places[-1])
    return np.concatenate(found)
