"""The fast maps: random signs, the Walsh-Hadamard transform, and a sparse matrix or a choice of rows."""

import math

import numpy as np
from scipy.sparse import csr_array

from mathlib.checks import check_choice
from mathlib.jl.maps.base import RandomState
from mathlib.jl.maps.walsh import WalshTransform
from mathlib.jl.theory.density import ENTRIES, ROOM, check_density, fast_jl_density, padded_length

__all__ = ["SRHT", "FastJL"]


class FastJL(WalshTransform):
    """Random projection by Phi = P H D / sqrt(k), in time d log d + q d k instead of d k.

    D (d x d) carries random signs on its diagonal; H (d x d) is the orthogonal Walsh-Hadamard matrix; P (k x
    d) is sparse with P_ij = b_ij N_ij / sqrt(q), where b_ij is 1 with probability q and N_ij a random sign or
    a normal number. H D spreads every vector over all coordinates, so that a P with few entries does not miss
    its length. Vectors whose length is not a power of two are padded with zeros; d is the padded length.

    For unit x, E |Phi x|^2 = 1 and

        Var |Phi x|^2 = (2 + (1/q - 3) (3 - 2 |x|_4^4) / d) / k      for random signs,
        Var |Phi x|^2 = (2 + 3 (1/q - 1) (3 - 2 |x|_4^4) / d) / k    for normal entries.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": 1.25 `jl_min_dim(n_samples, eps, delta=delta)`, rounded up. The
        quarter beyond a Gaussian map is the room that the default density counts on.
    eps, delta : float
        The allowed relative error of squared distances, and probability that some distance fails, both
        between 0 and 1. Used by "auto": both for k, delta for the density.
    density : float, "auto" or "ailon-chazelle"
        The probability q that an entry of P is not zero, 0 < q <= 1. "auto": `fast_jl_density`, whose
        constants are ours. "ailon-chazelle": what the older analysis asks for, for comparison.
    entries : {"rademacher", "normal"}
        What the nonzero entries of P are: random signs, or normal numbers, which need three times the
        density.
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.
    n_jobs : None or int
        Threads of `transform`; None is one, -1 all processors. The images are the same, bit for bit.

    Attributes
    ----------
    signs_ : ndarray of int8, shape (n_features_in_,)
        The diagonal of D.
    projection_ : scipy.sparse.csr_array, shape (n_components_, padded length)
        The nonzero pattern and entries b_ij N_ij of P.
    scale_ : float
        (q k d)^(-1/2): Phi is `scale_` times `projection_` times the +-1 Walsh-Hadamard matrix times D.
    n_components_ : int
        The dimension k.
    density_ : float
        The probability q.

    Notes
    -----
    Sparse data are accepted and gain nothing: signs and transform make every vector dense, so a CSR row costs
    what a dense row costs, d log d + q d k, however few nonzeros it has. For such data `CountSketch` or
    `SparseJL` take time proportional to the nonzeros: a hundred times less for 100 of 2^17.

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

    density_: float

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        eps: float = 0.1,
        delta: float = 0.1,
        density: float | str = "auto",
        entries: str = "rademacher",
        random_state: RandomState = None,
        n_jobs: int | None = None,
    ):
        super().__init__(n_components, eps=eps, delta=delta, random_state=random_state, n_jobs=n_jobs)
        self.density = density
        self.entries = entries

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
        self.projection_ = csr_array((values, places), shape=(k, d))
        self.scale_ = 1 / math.sqrt(q * k * d)

    def _choose_density(self, n_samples, n_features):
        named = {"auto": "new", "ailon-chazelle": "ailon-chazelle"}
        if isinstance(self.density, str) and self.density in named:
            analysis = named[self.density]
            return fast_jl_density(
                n_features, n_samples, delta=self.delta, entries=self.entries, analysis=analysis
            )
        return check_density(self.density, ', "auto" or "ailon-chazelle"')


class SRHT(WalshTransform):
    """Random projection by Phi = (d / k)^(1/2) R H D, k coordinates of the transform, in time d log d.

    D, H and d are as in `FastJL`, R chooses k different coordinates out of d, every choice equally likely.
    E |Phi x|^2 = |x|^2 for every x. With k = d, Phi is orthogonal.

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
