"""What the maps built on the Walsh-Hadamard transform share: Phi = scale * P H D, applied fast.

D carries random signs, H is the Walsh-Hadamard matrix with entries +-1 on the padded length, P a sparse
matrix. The compiled kernel does the three steps on tiles of rows that stay in the cache; see
`mathlib.jl.hadamard.kernel`. Without numba, or for vectors shorter than a line of the cache, NumPy and SciPy
give the same numbers, bit for bit where SciPy's products round twice, as they do on x86-64.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import sparse

from mathlib.checks import shown
from mathlib.jl.hadamard.transform import LONGEST_TILE, butterflies, compiled_kernel
from mathlib.jl.maps.base import JLTransform, RandomState

__all__ = ["WalshTransform"]

#: How many numbers the buffer of a batch holds without the kernel: 2 MB in float64, which stays in the cache.
_BUFFER = 2**18
#: How many numbers the kernel projects in one call.
_NUMBERS_AT_ONCE = 2**25


class WalshTransform(JLTransform):
    """A map whose `_draw` sets `signs_` (the diagonal of D), `projection_` (P, in CSR) and `scale_`."""

    signs_: np.ndarray
    projection_: sparse.csr_array
    scale_: float

    def __init__(
        self,
        n_components: int | str = "auto",
        *,
        eps: float = 0.1,
        delta: float = 0.1,
        random_state: RandomState = None,
        n_jobs: int | None = None,
    ):
        super().__init__(n_components, eps=eps, delta=delta, random_state=random_state)
        self.n_jobs = n_jobs

    def _spreads_everything(self):
        return bool(np.diff(self.projection_.indptr).any())  # false only if P has no entry at all

    def _check_more(self):
        _count_jobs(self.n_jobs)

    def _project(self, X):
        jobs = _count_jobs(self.n_jobs)
        kernel = compiled_kernel(X.shape[0] * self.projection_.shape[1])
        if kernel is None or self.projection_.shape[1] < kernel.LANES[X.dtype]:
            return self._project_plain(X)
        images = np.empty((X.shape[0], self.projection_.shape[0]), dtype=X.dtype)

        def prepare():
            return _Prepared(kernel, self.signs_, self.projection_, self.scale_, X.dtype)

        prepared = self._keep("prepared", X.dtype, self.projection_, prepare)
        if sparse.issparse(X) and not X.has_sorted_indices:
            X = X.sorted_indices()
        # Whole tiles for each thread, and no more at once than let Ctrl-C be seen soon; which thread does a
        # row, and when, does not change its image.
        most = _NUMBERS_AT_ONCE // self.projection_.shape[1]
        step = max(1, min(-(-X.shape[0] // jobs), most) // prepared.lanes) * prepared.lanes

        def project(start):
            prepared.project(X[start : start + step], images[start : start + step])

        starts = range(0, X.shape[0], step)
        if jobs == 1 or len(starts) < 2:
            for start in starts:
                project(start)
        else:
            with ThreadPoolExecutor(min(jobs, len(starts))) as pool:
                list(pool.map(project, starts))
        return images

    def _project_plain(self, X):
        """The definition, in NumPy and SciPy."""
        n_samples, n_features = X.shape
        k, d = self.projection_.shape
        matrix = self.projection_.astype(X.dtype, copy=False)
        signs = self.signs_.astype(X.dtype)[:, None]
        images = np.empty((n_samples, k), dtype=X.dtype)
        step = max(1, _BUFFER // d)
        for start in range(0, n_samples, step):
            rows = X[start : start + step]
            rows = rows if isinstance(rows, np.ndarray) else rows.toarray()
            # One vector per column, so that a butterfly runs along contiguous memory.
            work = np.zeros((d, len(rows)), dtype=X.dtype)
            np.multiply(rows.T, signs, out=work[:n_features])
            butterflies(work)
            images[start : start + step] = (matrix @ work).T
        images *= X.dtype.type(self.scale_)
        return images

    def _project_adjoint(self, Y):
        work = np.ascontiguousarray(self.projection_.T.astype(Y.dtype, copy=False) @ Y.T)
        butterflies(work)
        signs = self.signs_.astype(Y.dtype)
        return work[: signs.size].T * signs * Y.dtype.type(self.scale_)


class _Prepared:
    """The matrices of a map as the kernel wants them, for one dtype."""

    def __init__(self, kernel, signs, projection, scale, dtype):
        self.kernel, self.dtype, self.lanes = kernel, dtype, kernel.LANES[dtype]
        self.length = projection.shape[1]
        self.levels = self.length.bit_length() - 1
        self.signs = np.ones(self.length, dtype)
        self.signs[: signs.size] = signs
        self.starts = projection.indptr.astype(np.int64)
        self.columns = projection.indices.astype(np.int32, copy=False)
        self.offsets = kernel.line_offsets(self.columns)
        self.values = projection.data.astype(dtype)
        self.scale = dtype.type(scale)

    def project(self, X, images):
        """Write the images of the rows of X, dense or CSR with sorted indices: one thread's share."""
        # A tile costs nearly the same however few rows it has. So few are faster one by one, as measured.
        one_by_one = self.length > LONGEST_TILE or X.shape[0] <= (4 if self.length >= 2**14 else 2)
        if one_by_one and self.length >= self.lanes**2:
            self._project_each(X, images)
            return
        work = self.kernel.workspace(self.length, self.dtype)
        matrix = (self.starts, self.offsets, self.values, self.scale, work)
        if sparse.issparse(X):
            arrays = (X.data, X.indices.astype(np.int32, copy=False), X.indptr.astype(np.int64))
            self.kernel.project_csr(*arrays, self.signs, self.levels, *matrix, images)
            return
        # Rows that do not lie in one piece (a transposed array) are copied, a few tiles at a time.
        step = X.shape[0] if X.flags.c_contiguous else 16 * self.lanes
        for i in range(0, X.shape[0], step):
            rows = _in_one_piece(X[i : i + step])
            self.kernel.project_rows(rows, self.signs, self.levels, *matrix, images[i : i + step])

    def _project_each(self, X, images):
        work = self.kernel.workspace(self.length // self.lanes, self.dtype)
        levels = self.levels - (self.lanes.bit_length() - 1)
        row = np.zeros(X.shape[1], self.dtype)
        for i in range(X.shape[0]):
            if isinstance(X, np.ndarray):
                row = _in_one_piece(X[i])
            else:
                places = X.indices[X.indptr[i] : X.indptr[i + 1]]
                row[...] = 0
                np.add.at(row, places, X.data[X.indptr[i] : X.indptr[i + 1]])  # a place may come twice
            self.kernel.project_vector(
                row, self.signs, levels, self.starts, self.columns, self.values, self.scale, work, images[i]
            )


def _in_one_piece(X):
    return np.require(X, requirements=("C_CONTIGUOUS", "ALIGNED"))


def _count_jobs(n_jobs):
    """Threads for scikit-learn's n_jobs: None is one, -1 all processors."""
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, int | np.integer) or n_jobs == 0:
        raise ValueError(
            f"n_jobs must be None, a positive number of threads, or -1 for all; got {shown(n_jobs)}."
        )
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return int(n_jobs) if n_jobs > 0 else max(1, processors + 1 + int(n_jobs))
