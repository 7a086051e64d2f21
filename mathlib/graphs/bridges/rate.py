"""The local rate of iterative Markovian fitting: the spectrum of its derivative at the bridge.

Changing a coupling by pi (1 + e h), one iteration turns h into T h = E[Q h | ends], where

    Q h = sum_n E[h | x_n, x_{n+1}] - sum_{0 < n < N} E[h | x_n]

is the orthogonal projection, in L2 of the bridge, of h(x_0, x_N) onto sums of functions of neighbours. So
0 <= T <= 1. T keeps a(x_0) + b(x_N); what else it keeps are directions in which fitting does not move.
"""

import time
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from mathlib.checks import check_flag, deadline_after, shown
from mathlib.graphs.bridges.fitting import pair_laws, transition_powers
from mathlib.graphs.bridges.support import components
from mathlib.graphs.checker.bridge import SchroedingerBridge

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
    converged : bool
        Whether all this was found before the time limit; else `extra` is a lower bound.
    """

    eigenvalue: float
    fixed_dimension: int
    extra: int
    converged: bool = True


def fitting_rate(
    bridge: SchroedingerBridge, *, time_limit: float | None = None, progress: bool = False
) -> FittingRate:
    """Compute the exact local rate of iterative Markovian fitting at a bridge.

    Parameters
    ----------
    bridge : SchroedingerBridge
    time_limit : float, optional
        In seconds; for more than 30 states.
    progress : bool
        Show a bar with the number of products with the derivative.

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
    deadline, operator = deadline_after(time_limit), _Derivative(bridge)
    trivial, project = _trivial_space(bridge.coupling)
    with tqdm(desc="products", disable=not check_flag("progress", progress), leave=False) as bar:
        if bridge.steps == 1:  # nothing moves
            top, extra, converged = 0.0, int(operator.on.sum()) - trivial, True
        elif len(bridge.p) <= _LARGEST_DENSE:
            values = operator.all_eigenvalues()
            top, converged = float(values[values <= _FIXED].max(initial=0.0)), True
            extra = int((values > _FIXED).sum()) - trivial
        else:
            top, extra, converged = _lanczos(operator, project, deadline, bar)
    return FittingRate(top, trivial + extra, extra, converged)


class _Derivative:
    """T in the basis of entries of the support, scaled by the root of the coupling, where it is symmetric."""

    def __init__(self, bridge):
        self.P, self.powers = bridge.transition, transition_powers(bridge.transition, bridge.steps)
        self.root = np.sqrt(bridge.coupling)
        self.on = self.root > 0
        self.over_kernel = _over(self.root, self.powers[-1] * self.on)
        laws = pair_laws(bridge.coupling, self.P, self.powers)
        self.inverse_pairs = [_over(1.0, J) for J in laws]
        self.inverse_laws = [_over(1.0, J.sum(axis=1)) for J in laws]

    def __call__(self, x):
        """T x for x of shape (..., S, S)."""
        steps, W = len(self.inverse_pairs), self.powers
        ratio, total = x * self.over_kernel, np.zeros_like(x)
        for n in range(steps):
            pairs = self.P * (W[n].T @ ratio @ W[steps - 1 - n].T)
            total += W[n] @ (self.P * (pairs * self.inverse_pairs[n])) @ W[steps - 1 - n]
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


def _over(x, y):
    """x / y, and 0 where y is."""
    return np.divide(x, y, out=np.zeros_like(y), where=y > 0)


def _trivial_space(coupling):
    """The dimension of {a(x_0) + b(x_N)}, and the projection onto its orthogonal complement."""
    p, q, root = coupling.sum(axis=1), coupling.sum(axis=0), np.sqrt(coupling)
    size = len(p)
    alive, support = np.r_[p > 0, q > 0], coupling[p > 0][:, q > 0] > 0
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

    return int(alive.sum()) - components(support, support)[0], project


def _lanczos(operator, project, deadline, bar):
    """The largest eigenvalue below 1 of the operator on the complement, how many are 1, and if that is so."""
    shape, size, dimension = operator.root.shape, operator.root.size, int(operator.on.sum())
    rng = np.random.default_rng(0)  # the start only: the eigenvalues do not depend on it
    locked, top = np.zeros((0, size)), 0.0

    def clean(block):
        block = project((block * operator.on.ravel()).reshape(-1, *shape)).reshape(len(block), -1)
        return block - block @ locked.T @ locked

    block = rng.normal(size=(_BLOCK, size))
    for _ in range(_RESTARTS):
        # An orthonormal basis of block, T block, T^2 block, ..., and its images.
        basis = images = np.zeros((0, size))
        while len(basis) < min(_BASIS, dimension) and len(block := _orthonormal(clean(block), basis)):
            if time.monotonic() > deadline:
                break
            basis = np.vstack([basis, block])
            block = clean(operator(block.reshape(-1, *shape)).reshape(len(block), -1))
            images = np.vstack([images, block])
            bar.update(len(block))
        late = time.monotonic() > deadline
        if not len(basis):  # the complement is locked, or there was no time
            return top, len(locked), not late
        values, vectors = np.linalg.eigh(images @ basis.T / 2 + basis @ images.T / 2)
        values, ritz = values[::-1][:_BLOCK], vectors[:, ::-1][:, :_BLOCK].T
        residuals = np.linalg.norm(ritz @ images - values[:, None] * (ritz @ basis), axis=1)
        found = (values > _FIXED) & (residuals < 1e-6)
        top = float(values[~found].max(initial=0.0))
        if found.any():
            locked = np.vstack([locked, _orthonormal(ritz[found] @ basis, locked)])
        elif residuals[0] ** 2 < _ACCURATE * max(1 - values[0], 1e-9):  # the square over the gap is the error
            return top, len(locked), True
        if late:
            break
        block = np.vstack([ritz[~found] @ basis, rng.normal(size=(2, size))])
    return top, len(locked), False


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
