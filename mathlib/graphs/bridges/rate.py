"""The local rate of iterative Markovian fitting: the spectrum of its derivative at the bridge.

Changing a coupling by pi (1 + e h), one iteration turns h into T h = E[Q h | ends], where

    Q h = sum_n E[h | x_n, x_{n+1}] - sum_{0 < n < N} E[h | x_n]

is the orthogonal projection, in L2 of the bridge, of h(x_0, x_N) onto sums of functions of neighbours. So
0 <= T <= 1. T keeps a(x_0) + b(x_N); what else it keeps are directions in which fitting does not move.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from mathlib.checks import shown
from mathlib.graphs.bridges.bridge import SchroedingerBridge
from mathlib.graphs.bridges.chain import transition_powers
from mathlib.graphs.bridges.fitting import pair_laws

__all__ = ["FittingRate", "fitting_rate"]

_LARGEST_DENSE = 30
_FIXED = 1 - 1e-9
_BLOCK = 8
_BASIS = 160
_RESTARTS = 200
_ACCURATE = 1e-9


@dataclass(frozen=True)
class FittingRate:
    """How fast iterative Markovian fitting comes near a bridge.

    Attributes
    ----------
    eigenvalue : float
        The largest eigenvalue below 1 - 1e-9 of the derivative: KL(iterate | bridge) falls by its square in
        the end, if `extra` is 0 and the start is generic.
    fixed_dimension : int
        The number of eigenvalues above 1 - 1e-9.
    extra : int
        The same without the functions a(x_0) + b(x_N), whose dimension is the number of states with mass on
        both sides, minus the number of components of the support. Above 0, other couplings stay as they are.
    """

    eigenvalue: float
    fixed_dimension: int
    extra: int


def fitting_rate(bridge: SchroedingerBridge) -> FittingRate:
    """Compute the exact local rate of iterative Markovian fitting at a bridge.

    Parameters
    ----------
    bridge : SchroedingerBridge

    Returns
    -------
    FittingRate

    Notes
    -----
    To 30 states all eigenvalues; above, block Lanczos with the functions a(x_0) + b(x_N), which are known
    eigenvectors of eigenvalue 1, projected out, and with eigenvectors locked once they are found. A product
    costs 5 N S^3. Two states, flips with probability e, uniform ends, s = 1 - 2e: the eigenvalue is
    N s^(2N-2) (1 - s^2) / (1 - s^(2N)). A lazy walk on a connected graph of girth above 2N has `extra` at
    least the number of independent cycles.

    References
    ----------
    G. Ksenofontov, A. Korotin, Categorical Schroedinger Bridge Matching, arXiv 2502.01416: the iteration.

    Examples
    --------
    >>> from mathlib.graphs import schroedinger_bridge
    >>> rate = fitting_rate(schroedinger_bridge([[0.9, 0.1], [0.1, 0.9]], 2, [0.5, 0.5], [0.5, 0.5]))
    >>> round(rate.eigenvalue, 9), rate.fixed_dimension, rate.extra
    (0.780487805, 3, 0)
    """
    if not isinstance(bridge, SchroedingerBridge):
        raise ValueError(f"bridge must be what schroedinger_bridge returns; got {shown(bridge)}.")
    operator = _Derivative(bridge)
    trivial, project = _trivial_space(bridge.coupling)
    if len(bridge.p) <= _LARGEST_DENSE:
        values = operator.all_eigenvalues()
        fixed = int((values > _FIXED).sum())
        below = values[values <= _FIXED]
        top = float(max(0.0, below.max(initial=0.0)))
        return FittingRate(top, fixed, fixed - trivial)
    top, extra = _lanczos(operator, project)
    return FittingRate(top, trivial + extra, extra)


class _Derivative:
    """T in the basis of entries of the support, scaled by the root of the coupling, where it is symmetric."""

    def __init__(self, bridge):
        P, steps = np.array(bridge.P, dtype=float), bridge.steps
        self.P = P / P.sum(axis=1, keepdims=True)
        self.powers = transition_powers(self.P, steps)
        self.root = np.sqrt(bridge.coupling)
        self.on = self.root > 0
        kernel = self.powers[-1]
        self.over_kernel = np.divide(self.root, kernel, out=np.zeros_like(kernel), where=self.on)
        self.pairs = pair_laws(bridge.coupling, self.P, self.powers)
        self.inverse_pairs = [np.divide(1.0, J, out=np.zeros_like(J), where=J > 0) for J in self.pairs]
        laws = [J.sum(axis=1) for J in self.pairs]
        self.inverse_laws = [np.divide(1.0, m, out=np.zeros_like(m), where=m > 0) for m in laws]

    def __call__(self, x):
        """T x for x of shape (..., S, S)."""
        steps, W = len(self.pairs), self.powers
        ratio = x * self.over_kernel
        total = np.zeros_like(x)
        for n in range(steps):
            pairs = self.P * (W[n].T @ ratio @ W[steps - 1 - n].T)
            expected = pairs * self.inverse_pairs[n]
            total += W[n] @ (self.P * expected) @ W[steps - 1 - n]
            if n:
                at = pairs.sum(axis=-1) * self.inverse_laws[n]
                total -= (W[n] * at[..., None, :]) @ W[steps - n]
        return total * self.over_kernel

    def all_eigenvalues(self):
        places = np.argwhere(self.on)
        units = np.zeros((len(places), *self.root.shape))
        units[np.arange(len(places)), places[:, 0], places[:, 1]] = 1
        matrix = self(units)[:, self.on]
        return np.linalg.eigvalsh((matrix + matrix.T) / 2)


def _trivial_space(coupling):
    """The dimension of {a(x_0) + b(x_N)}, and the projection onto its orthogonal complement."""
    p, q, root = coupling.sum(axis=1), coupling.sum(axis=0), np.sqrt(coupling)
    size = len(p)
    joined = np.zeros((2 * size, 2 * size), dtype=bool)
    joined[:size, size:] = coupling > 0
    alive = np.r_[p > 0, q > 0]
    components = connected_components(csr_matrix(joined[np.ix_(alive, alive)]), directed=False)[0]
    gram = np.block([[np.diag(p), coupling], [coupling.T, np.diag(q)]])
    scale = np.sqrt(np.where(alive, np.r_[p, q], 1))
    inverse = np.linalg.pinv(gram / np.outer(scale, scale), rcond=1e-11, hermitian=True)
    inverse /= np.outer(scale, scale)

    def project(x):
        for _ in range(2):  # once more removes what rounding left
            weighted = x * root
            sums = np.concatenate([weighted.sum(axis=-1), weighted.sum(axis=-2)], axis=-1)
            both = sums @ inverse
            x = x - root * (both[..., :size, None] + both[..., None, size:])
        return x

    return int(alive.sum()) - components, project


def _lanczos(operator, project):
    """The largest eigenvalue below 1 of the operator on the complement, and how many are 1."""
    shape = operator.root.shape
    rng = np.random.default_rng(0)  # the start only: the eigenvalues do not depend on it
    locked = np.zeros((0, operator.root.size))
    dimension = int(operator.on.sum())

    def clean(block):
        block = project((block * operator.on.ravel()).reshape(-1, *shape)).reshape(len(block), -1)
        return block - block @ locked.T @ locked

    block = clean(rng.normal(size=(_BLOCK, operator.root.size)))
    for _ in range(_RESTARTS):
        basis, images = _krylov(operator, clean, block, shape, min(_BASIS, dimension))
        values, vectors = np.linalg.eigh(images @ basis.T / 2 + basis @ images.T / 2)
        order = np.argsort(values)[::-1]
        values, ritz = values[order], vectors[:, order].T
        residuals = np.linalg.norm(
            ritz[:_BLOCK] @ images - values[:_BLOCK, None] * (ritz[:_BLOCK] @ basis), axis=1
        )
        found = (values[:_BLOCK] > _FIXED) & (residuals < 1e-6)
        if found.any():
            locked = np.vstack([locked, _orthonormal(ritz[:_BLOCK][found] @ basis, locked)])
        elif residuals[0] < _ACCURATE**0.5 and residuals[0] ** 2 < _ACCURATE * max(1 - values[0], 1e-9):
            return float(max(values[0], 0.0)), len(locked)
        if len(locked) >= dimension:
            break
        fresh = rng.normal(size=(2, operator.root.size))
        block = clean(np.vstack([ritz[:_BLOCK][~found] @ basis, fresh]))
    return float(max(values[0], 0.0)), len(locked)


def _krylov(operator, clean, block, shape, most):
    """An orthonormal basis of block, T block, T^2 block, ..., and its images."""
    basis = images = np.zeros((0, block.shape[1]))
    while len(block) and len(basis) < most:
        block = _orthonormal(clean(block), basis)
        if not len(block):
            break  # the basis spans an invariant space
        image = clean(operator(block.reshape(-1, *shape)).reshape(len(block), -1))
        basis, images = np.vstack([basis, block]), np.vstack([images, image])
        block = image
    return basis, images


def _orthonormal(block, basis):
    """An orthonormal basis of what the block adds to the span of orthonormal rows."""
    for _ in range(2):
        block = block - block @ basis.T @ basis
        norms = np.linalg.norm(block, axis=1)
        block = block[norms > 1e-10]
        if len(block):
            q, r = np.linalg.qr(block.T)
            block = q.T[np.abs(np.diag(r)) > 1e-10 * np.abs(r).max()]
    return block
