"""Sparse maps: s random signs in every column, after Kane and Nelson; s = 1 is the count sketch."""

import math

import numpy as np
from scipy.sparse import csr_array

from mathlib.checks import check_choice, check_count
from mathlib.jl.maps.base import JLTransform, RandomState

__all__ = ["CountSketch", "SparseJL"]

#: How many random keys are held at once while rows are chosen without repetition.
_KEYS_AT_ONCE = 2**21
#: Rows that are multiplied at once: few enough for the columns of X that a row of Phi meets to stay in the
#: cache. Measured 3 to 5 times faster than all 2000 rows of a matrix at once, for d = 2^12 to 2^17.
_ROWS_AT_ONCE = 16
_SPARSE_ROWS_AT_ONCE = 2**12  # of data that are sparse themselves, so that Ctrl-C is seen in between


class SparseJL(JLTransform):
    """Random projection by a sparse matrix with s entries +-1/sqrt(s) at random rows of every column.

    E |Phi x|^2 = |x|^2 for every x, and |Phi e_j| = 1 for every coordinate vector. An error comes only from
    collisions, two coordinates of x that share a row. Its variance does not depend on s,

        Var |Phi x|^2 = (2 / k) (|x|_2^4 - |x|_4^4)     (for "block": if s divides k),

    but its tail does: with s = 1 two heavy coordinates that meet in a row are added or cancelled as a whole,
    with more signs in a column their collision weighs less.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": `jl_min_dim(n_samples, eps, delta=delta)`, the number that a
        Gaussian map needs; for this map it is a guide.
    eps, delta : float
        The allowed relative error of squared distances, and probability that some distance fails, both
        between 0 and 1. Used by "auto": both for k, eps for s.
    s : int or "auto"
        Nonzero entries per column, from 1 to k. "auto": eps k rounded up, the order of growth for which Kane
        and Nelson prove the guarantee of a dense matrix; that the constant is 1 is our choice. See the notes.
    construction : {"block", "graph"}
        "block": the k rows are cut into s blocks of equal size (up to one row), one entry in each block.
        "graph": s different rows out of all k, every choice equally likely.
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.

    Attributes
    ----------
    components_ : scipy.sparse.csr_array, shape (n_components_, n_features_in_)
        Phi, in float64.
    n_components_ : int
        The dimension k.
    s_ : int
        The number s of nonzeros in each column.

    Notes
    -----
    s d memory, and s multiplications for each nonzero entry of the data. Images are dense arrays. For vectors
    of float32 the entries are cast once and kept; for sparse data so is a second matrix, Phi by columns.

    The time is proportional to s, and "auto" is large: 26 for k = 256 and eps = 0.1. Fewer are not known to
    suffice for every vector: Nelson and Nguyen prove that s cannot be smaller than eps k by more than a
    factor of order ln(1/eps). Where a guarantee for every vector is not needed, a small s, say 8, is common:
    only vectors with few heavy coordinates tell the difference.

    References
    ----------
    D. Kane, J. Nelson (2014), Sparser Johnson-Lindenstrauss Transforms.
    J. Nelson, H. Nguyen (2013), Sparsity Lower Bounds for Dimensionality Reducing Maps.

    Examples
    --------
    >>> import numpy as np
    >>> sketch = SparseJL(8, s=4, random_state=0).fit(np.zeros((1, 100)))
    >>> np.linalg.norm(sketch.transform(np.eye(100)), axis=1).min()
    np.float64(1.0)
    """

    components_: csr_array
    s_: int

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        eps: float = 0.1,
        delta: float = 0.1,
        s: int | str = "auto",
        construction: str = "block",
        random_state: RandomState = None,
    ):
        super().__init__(n_components, eps=eps, delta=delta, random_state=random_state)
        self.s = s
        self.construction = construction

    def _draw(self, rng, n_samples, n_features):
        k = self.n_components_
        self.s_ = s = self._choose_s(k)
        check_choice("construction", self.construction, ("block", "graph"))
        choose_rows = _rows_in_blocks if self.construction == "block" else _distinct_rows
        rows = choose_rows(rng, k, s, n_features)
        signs = rng.choice([-1.0, 1.0], size=(n_features, s))
        columns = np.repeat(np.arange(n_features), s)
        entries = (signs.ravel() / math.sqrt(s), (rows.ravel(), columns))
        self.components_ = csr_array(entries, shape=(k, n_features))

    def _choose_s(self, k):
        if isinstance(self.s, str) and self.s == "auto":
            return math.ceil(self.eps * k)
        s = check_count("s", self.s, 1, 'the nonzero entries of a column, or "auto"')
        if s > k:
            raise ValueError(f"s={s} is larger than n_components={k}, the places in a column. Give s <= {k}.")
        return s

    def _project(self, X):
        images = np.empty((X.shape[0], self.n_components_), X.dtype)
        if isinstance(X, np.ndarray):
            phi = self._phi(X.dtype)
            for i in range(0, len(X), _ROWS_AT_ONCE):
                images[i : i + _ROWS_AT_ONCE] = (phi @ np.ascontiguousarray(X[i : i + _ROWS_AT_ONCE].T)).T
            return images
        phi = self._keep("rows", X.dtype, self.components_, lambda: self._phi(X.dtype).T.tocsr())
        for i in range(0, X.shape[0], _SPARSE_ROWS_AT_ONCE):
            images[i : i + _SPARSE_ROWS_AT_ONCE] = (X[i : i + _SPARSE_ROWS_AT_ONCE] @ phi).toarray()
        return images

    def _project_adjoint(self, Y):
        return np.ascontiguousarray((self._phi(Y.dtype).T @ Y.T).T)

    def _phi(self, dtype):
        """components_ in that dtype; the copy shares the places of the entries."""
        phi = self.components_
        if phi.dtype == dtype:
            return phi

        def cast():
            return csr_array((phi.data.astype(dtype), phi.indices, phi.indptr), shape=phi.shape)

        return self._keep("phi", dtype, phi, cast)


class CountSketch(SparseJL):
    """Random projection by one random sign in every column: `SparseJL` with s = 1.

    E |Phi x|^2 = |x|^2 and Var |Phi x|^2 = (2 / k) (|x|_2^4 - |x|_4^4). One addition for each nonzero number
    of the data, the cheapest map that keeps lengths on average, and the one with the heaviest tail.

    Parameters
    ----------
    n_components : int or "auto"
        The dimension k of the images. "auto": 2 C(n, 2) / (eps^2 delta), rounded up, as Chebyshev's
        inequality and the variance above demand for n points. It grows with 1 / delta, and must: two points
        e_i, e_j lose each other with probability 1 / k. The other maps need ln(1 / delta).
    eps, delta : float
        The allowed relative error of squared distances, and probability that some distance fails, both
        between 0 and 1. Used by "auto".
    random_state : None, int, numpy Generator or RandomState
        Seed of the draw. None draws afresh each time; NumPy's global state is never touched.

    Attributes
    ----------
    components_ : scipy.sparse.csr_array, shape (n_components_, n_features_in_)
        Phi, in float64.
    n_components_ : int
        The dimension k.

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

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        eps: float = 0.1,
        delta: float = 0.1,
        random_state: RandomState = None,
    ):
        super().__init__(
            n_components, eps=eps, delta=delta, s=1, construction="graph", random_state=random_state
        )

    def _auto_n_components(self, n_samples, n_features, eps):
        return math.ceil(n_samples * (n_samples - 1) / (eps**2 * self.delta))


def _rows_in_blocks(rng, k, s, n_features):
    """One row from each of s blocks, for every column: an array of shape (n_features, s)."""
    edges = np.arange(s + 1) * k // s
    return rng.integers(edges[:-1], edges[1:], size=(n_features, s))


def _distinct_rows(rng, k, s, n_features):
    """s different rows, for every column: the places of the s smallest of k random keys."""
    rows = np.empty((n_features, s), dtype=np.intp)
    # The keys come from one stream in order, so how many are drawn at once does not change them.
    step = max(1, _KEYS_AT_ONCE // k)
    for start in range(0, n_features, step):
        keys = rng.random((min(step, n_features - start), k))
        # Sorted, because which order the selection leaves them in is the library's business.
        rows[start : start + step] = np.sort(np.argpartition(keys, s - 1, axis=1)[:, :s], axis=1)
    return rows
