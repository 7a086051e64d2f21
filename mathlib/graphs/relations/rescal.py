"""Bilinear models of relations, X_r ~ E M_r E', with a bracket on the least loss; rules that compose."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mathlib.annotations import RNG
from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_count, check_finite, check_integer, check_number, check_rng, shown
from mathlib.errors import CertificateError
from mathlib.fields import rational, settle
from mathlib.graphs.checker.rescal import check_rescal, read_rescal, rescal_loss, top_bound
from mathlib.graphs.nested import rational_tuples, texts

__all__ = ["RescalFit", "rescal"]

_LARGEST = 64
_LARGEST_COMMUTANT = 24
_STEPS = 3000
_MOST_ORDERS = 24
_GRAIN = 2.0**40


@dataclass(frozen=True, repr=False, eq=False)
class RescalFit(Certificate):
    """A bilinear model X_r ~ E M_r E' with its loss and a lower bound on the least one.

    Attributes
    ----------
    X : ndarray of shape (R, n, n)
    entities : ndarray of shape (n, d)
        E.
    relations : ndarray of shape (R, d, d)
        M_r.
    loss, lower : float
        sum |X_r - E M_r E'|^2 of this model, rounded up, and a proved bound below that of every model of this
        rank.
    side : {"left", "right"}
        Whether S is sum X_r X_r' or sum X_r' X_r.
    mu, Z : Fraction, tuple of tuples of Fraction
        mu I + Z >= S and Z >= 0 prove that the d largest eigenvalues of S sum up to at most d mu + tr Z.

    Examples
    --------
    >>> fit = rescal([[[0, 1], [1, 0]]], 2, rng=0)
    >>> fit.verify().bound == (fit.lower, fit.loss)
    True
    """

    X: np.ndarray
    entities: np.ndarray
    relations: np.ndarray
    loss: float
    lower: float
    side: str
    mu: Fraction
    Z: tuple[tuple[Fraction, ...], ...]

    kind: ClassVar[str] = "rescal"

    def __post_init__(self):
        X = check_finite("X", self.X, (-1, -1, -1))
        if not X.size:
            raise ValueError(f"X must have relations and entities; got shape {X.shape}.")
        E = check_finite("entities", self.entities, (X.shape[1], -1))
        M = check_finite("relations", self.relations, (X.shape[0], E.shape[1], E.shape[1]))
        if self.side not in ("left", "right"):
            raise ValueError(f"side must be 'left' or 'right'; got {shown(self.side)}.")
        n = X.shape[1]
        settle(self, X=X, entities=E, relations=M, mu=rational("mu", self.mu))
        settle(self, Z=rational_tuples("Z", self.Z, (n, n)))
        for name in ("loss", "lower"):
            settle(self, **{name: check_number(name, getattr(self, name), -np.inf, np.inf)})

    def __eq__(self, other) -> bool:
        return isinstance(other, RescalFit) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.loss, self.lower))

    @property
    def bound(self) -> tuple[float, float]:
        """The lower bound on the least loss, and the loss of this model."""
        return self.lower, self.loss

    def verify(self) -> Verified:
        """Compute the loss and the bound anew; CertificateError names what does not hold."""
        conditions = {"loss": "in balls", "mu I + Z >= S, Z >= 0": "exact elimination"}
        return self._verified(check_rescal, conditions, "exact and ball arithmetic")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        arrays = {name: _fractions(getattr(self, name)) for name in ("X", "entities", "relations")}
        ends = {name: str(Fraction(getattr(self, name))) for name in ("loss", "lower", "mu")}
        return {"kind": self.kind} | arrays | ends | {"side": self.side, "Z": texts(self.Z)}

    @classmethod
    def from_dict(cls, data: Any) -> "RescalFit":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_rescal(data)
        found |= {name: np.array(found[name], dtype=float) for name in ("X", "entities", "relations")}
        found |= {name: float(found[name]) for name in ("loss", "lower")}
        try:
            return cls(**found)
        except ValueError as error:
            raise CertificateError(f"field {error}") from None

    def __repr__(self) -> str:
        return f"rank {self.entities.shape[1]}: loss {self.loss:.9g}, no model below {self.lower:.9g}"


def rescal(X: ArrayLike, rank: int, *, rng: RNG = None, starts: int = 8) -> RescalFit:
    r"""Fit X_r ~ E M_r E' for all relations at once, with a bracket on the least loss.

    minimise sum_r |X_r - E M_r E'|^2 over E (n x d) and M_r (d x d)

    Parameters
    ----------
    X : array_like of shape (R, n, n)
        At most 64 entities.
    rank : int
        d, from 1 to n.
    rng : None, int, or what `numpy.random.default_rng` takes
        For the random starts.
    starts : int
        The number of random starts, at least 1. To 24 entities, unions of invariant subspaces are starts too:
        random ones end in local optima.

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
    X = check_finite("X", X, (-1, -1, -1))
    if X.shape[1] != X.shape[2] or not X.size or X.shape[1] > _LARGEST:
        raise ValueError(f"X must have shape (R, n, n) with n from 1 to {_LARGEST}; got {X.shape}.")
    rank = check_integer("rank", rank, 1, X.shape[1], "the number of columns of E")
    generator, starts = check_rng(rng), check_count("starts", starts, 1, "the number of random starts")
    first = [generator.normal(size=(X.shape[1], rank)) for _ in range(starts)]
    found = [_ascend(X, start) for start in (*first, *_invariant_starts(X, rank, generator))]
    E = min(found, key=lambda E: -((E.T @ X @ E) ** 2).sum())
    E = np.round(E * _GRAIN) / _GRAIN  # short numbers: the loss changes at the second order only
    inverse = np.linalg.pinv(E)
    M = np.round(inverse @ X @ inverse.T * _GRAIN) / _GRAIN
    side, mu, Z = _dual(X, rank)
    loss, total = rescal_loss(X.tolist(), E.tolist(), M.tolist())
    lower = top_bound(total, X.tolist(), rank, side, mu, Z)
    return RescalFit(X, E, M, loss, lower, side, mu, Z)


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
    found = []
    for order in islice(permutations(range(len(spaces))), _MOST_ORDERS):
        columns = np.concatenate([spaces[k] for k in order])[:rank]
        found.append(basis[:, columns])
    return found


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
    grain = 2.0 ** np.ceil(np.log2(margin) - 6)

    def short(x):
        return Fraction(round(x / grain)) * Fraction(grain)

    rows = [
        [short((Z[i, j] + Z[j, i]) / 2 + (margin / 2 if i == j else 0)) for j in range(len(Z))]
        for i in range(len(Z))
    ]
    return side, short(mu + margin / 2), tuple(map(tuple, rows))


def _fractions(array):
    return [_fractions(x) for x in array] if array.ndim else str(Fraction(float(array)))
