"""Bilinear models of relations, X_r ~ E M_r E', with a bracket on the least loss."""

import time
from fractions import Fraction
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_finite, check_flag, check_integer, check_rng, deadline_after
from mathlib.fields import settle
from mathlib.graphs.checker.rescal import LARGEST, MOST_NUMBERS, RescalFit, bracket

__all__ = ["rescal"]

_LARGEST_COMMUTANT = 24
_STEPS = 3000
_MOST_ORDERS = 24
_GRAIN = 2.0**40


def rescal(
    X: ArrayLike, rank: int, *, rng: RNG = None, starts: int = 8, time_limit: float | None = None,
    progress: bool = False,
) -> RescalFit:  # fmt: skip
    r"""Fit X_r ~ E M_r E' for all relations at once, with a bracket on the least loss.

    minimise sum_r |X_r - E M_r E'|^2 over E (n x d) and M_r (d x d)

    Parameters
    ----------
    X : array_like of shape (R, n, n)
        At most 64 entities.
    rank : int
        d, from 1 to n.
    rng : None, int, or what `numpy.random.default_rng` takes
    starts : int
        The number of random starts, at least 1. To 24 entities, unions of invariant subspaces are starts too:
        random ones end in local optima.
    time_limit : float, optional
        In seconds; after it no other start is tried.
    progress : bool
        Show a progress bar.

    Returns
    -------
    RescalFit
        With orthonormal E; `.loss`, `.lower`, `.verify()`.

    Notes
    -----
    For orthonormal E the best M_r is E' X_r E, and the loss sum |X_r|^2 - sum |E' X_r E|^2. Hence at least
    sum |X|^2 - min(top_d S, top_d S'), with the sums of the d largest eigenvalues of S = sum X_r X_r' and
    S' = sum X_r' X_r.

    References
    ----------
    M. Nickel, V. Tresp, H. Kriegel (2011); B. Yang, W. Yih, X. He, J. Gao, L. Deng, Embedding Entities and
    Relations for Learning and Inference in Knowledge Bases, arXiv 1412.6575.

    Examples
    --------
    >>> turns = np.array([np.roll(np.eye(5), k, axis=1) for k in range(5)])
    >>> rescal(turns, 3, rng=0)
    rank 3: loss 10, no model below 10
    """
    deadline, X = deadline_after(time_limit), check_finite("X", X, (-1, -1, -1))
    if X.shape[1] != X.shape[2] or not 0 < X.size <= MOST_NUMBERS or X.shape[1] > LARGEST:
        text = f"X must have shape (R, n, n) with n from 1 to {LARGEST}, at most {MOST_NUMBERS} numbers"
        raise ValueError(f"{text}; got {X.shape}.")
    rank = check_integer("rank", rank, 1, X.shape[1], "the number of columns of E")
    generator, starts = check_rng(rng), check_count("starts", starts, 1, "the number of random starts")
    tried = [generator.normal(size=(X.shape[1], rank)) for _ in range(starts)]
    tried += _invariant_starts(X, rank, generator)
    found: list[np.ndarray] = []
    for start in tqdm(tried[::-1], desc="starts", disable=not check_flag("progress", progress), leave=False):
        if not found or time.monotonic() < deadline:
            found.append(_ascend(X, start))
    E = max(found, key=lambda E: ((E.T @ X @ E) ** 2).sum())
    E = np.round(E * _GRAIN) / _GRAIN  # short numbers: the loss changes at the second order only
    inverse = np.linalg.pinv(E)
    M = np.round(inverse @ X @ inverse.T * _GRAIN) / _GRAIN
    fit = RescalFit(X, E, M, 0, 0, *_dual(X, rank))
    lower, loss = bracket(fit)
    settle(fit, lower=lower, loss=loss)  # nobody else has seen it yet
    return fit


def _ascend(X, start):
    """Climb sum |E' X_r E|^2 over orthonormal E by orthogonal iteration."""
    E, before = np.linalg.qr(start)[0], -1.0
    for _ in range(_STEPS):
        M = E.T @ X @ E
        value = float((M**2).sum())
        if value - before <= 1e-13 * value:
            break
        before = value
        E = np.linalg.qr((X @ E @ M.transpose(0, 2, 1) + X.transpose(0, 2, 1) @ E @ M).sum(axis=0))[0]
    return E


def _invariant_starts(X, rank, generator):
    """Sums of eigenspaces of a symmetric matrix that nearly commutes with all X_r, in several orders."""
    n = X.shape[1]
    if n > _LARGEST_COMMUTANT:
        return []
    # The symmetric C that commute with all X_r: the kernel of sum of |X C - C X|^2.
    one = np.eye(n)
    gram = sum(K.T @ K for K in (np.kron(A, one) - np.kron(one, A.T) for A in X))
    swap = np.arange(n * n).reshape(n, n).T.ravel()
    gram = gram + gram[swap][:, swap]
    values, vectors = np.linalg.eigh(gram)
    kernel = vectors[:, values <= 1e-9 * max(values[-1], 1)]
    C = (kernel @ generator.normal(size=kernel.shape[1])).reshape(n, n)
    levels, basis = np.linalg.eigh(C + C.T)
    cuts = np.flatnonzero(np.diff(levels) > 1e-7 * max(1e-9, np.abs(levels).max())) + 1
    spaces = np.split(np.arange(n), cuts)
    orders = permutations(spaces)
    if len(spaces) > 4:
        orders = ([spaces[k] for k in generator.permutation(len(spaces))] for _ in range(_MOST_ORDERS))
    return [basis[:, np.concatenate(order)[:rank]] for order in orders]


def _dual(X, rank):
    """The side with the smaller sum of top eigenvalues, and mu and Z with a small margin, in fractions."""
    sides = {"left": X @ X.transpose(0, 2, 1), "right": X.transpose(0, 2, 1) @ X}
    sums = {side: np.linalg.eigvalsh(S.sum(axis=0))[::-1][:rank].sum() for side, S in sides.items()}
    side = min(sums, key=sums.__getitem__)
    S = sides[side].sum(axis=0)
    values, vectors = np.linalg.eigh(S)
    mu = values[-rank]
    margin = 2.0**-40 * max(1.0, float(np.abs(values).max()))
    Z = (vectors * np.maximum(values - mu, 0)) @ vectors.T
    Z = (Z + Z.T) / 2 + margin / 2 * np.eye(len(Z))
    grain = 2.0 ** np.ceil(np.log2(margin) - 6)

    def short(x):
        return Fraction(round(x / grain)) * Fraction(grain)

    return side, short(mu + margin / 2), tuple(tuple(map(short, row)) for row in Z.tolist())
