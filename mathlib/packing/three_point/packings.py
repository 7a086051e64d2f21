r"""What a three-point certificate says about one packing: the sums of its proof, in double precision.

Let C be a periodic packing of minimum distance r with N centres in a cell of volume V. In

    density(C) = vol(B_n) (r/2)^n N / V
        <=  vol(B_n) (r/2)^n S2 / (N f2^(0))           S2 = sum of f2(y - x)
        <=  vol(B_n) (r/2)^n (S2 + S3) / (N f2^(0))    S3 = sum of f3(y - x, z - x)
        <=  bound

the sums go over the N centres x of a cell and all y, z in C; the first step is Poisson summation, the second
S3 >= 0, the third the conditions (M), (D1), (D2).
"""

from dataclasses import dataclass
from itertools import product
from math import gamma, pi

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_choice, check_finite, check_integer, shown
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.functions import polynomials_of_length

__all__ = ["PackingSums", "kernel_sum", "packing_sums", "root_lattice"]

_NEGLIGIBLE = 1e-17
_MOST_VECTORS = 5_000_000


@dataclass(frozen=True, repr=False)
class PackingSums:
    """The four numbers of the chain, and the kernel sum per centre.

    Attributes
    ----------
    density, by_pairs, by_triples, bound : float
        The chain: each is at most the next.
    kernel_sum : float
        S3/N, at least 0.
    """

    density: float
    by_pairs: float
    by_triples: float
    bound: float
    kernel_sum: float

    def __repr__(self):
        return (
            f"PackingSums(density {self.density:.6f} <= {self.by_pairs:.6f} by pairs "
            f"<= {self.by_triples:.6f} by triples <= bound {self.bound:.6f})"
        )


def packing_sums(
    certificate: ThreePointCertificate, basis: ArrayLike, centres: ArrayLike | None = None
) -> PackingSums:
    """Return the sums for the periodic packing of a lattice basis and the centres in one cell.

    Parameters
    ----------
    certificate : ThreePointCertificate
        Of dimension n.
    basis : array_like of shape (n, n)
        The basis vectors of the lattice, one a row, in any unit of length: the packing is scaled to r.
    centres : array_like of shape (N, n), optional
        The centres in one cell; default: one, at the origin.

    Returns
    -------
    PackingSums

    Raises
    ------
    ValueError
        If the shapes do not fit, the basis is degenerate, two centres coincide, or the lattice has too many
        vectors to enumerate: that is the case from dimension 7 on.

    Examples
    --------
    >>> from mathlib.packing import ThreePointCertificate
    >>> certificate = ThreePointCertificate.shipped(3)
    >>> sums = packing_sums(certificate, root_lattice("D", 3))  # the face-centred cubic packing
    >>> round(sums.density, 6), sums.density < sums.by_pairs < sums.by_triples < sums.bound
    (0.74048, True)
    """
    if not isinstance(certificate, ThreePointCertificate):
        raise ValueError(f"certificate must be a ThreePointCertificate; got {shown(certificate)}.")
    n, r, R = certificate.n, float(certificate.r), float(certificate.R)
    rows = check_finite("basis", basis, shape=(n, n))
    if np.linalg.det(rows) == 0:
        raise ValueError(f"basis must have linearly independent rows; got {shown(basis)}.")
    points = np.zeros((1, n)) if centres is None else check_finite("centres", centres, shape=(-1, n))
    if not len(points):
        raise ValueError(f"centres must have at least one row; got shape {points.shape}.")
    scale = r / _minimum_distance(rows, points)
    rows, points = rows * scale, points * scale
    reach = _reach(certificate)
    pairs = triples = 0.0
    for centre in points:
        steps = np.concatenate([_near(rows, other - centre, reach) for other in points])
        lengths = np.linalg.norm(steps, axis=1)
        lengths[lengths < r / 2] = 0.0
        pairs += certificate.f2_values(lengths).sum()
        triples += kernel_sum(certificate, steps[lengths <= R * (1 + 1e-12)])
    N = len(points)
    ball = pi ** (n / 2) / gamma(n / 2 + 1) * (r / 2) ** n
    factor = ball / (N * float(certificate.f2_hat(0.0)))
    return PackingSums(
        float(ball * N / abs(np.linalg.det(rows))),
        float(factor * pairs),
        float(factor * (pairs + triples)),
        float(certificate.bound),
        float(triples / N),
    )


def kernel_sum(certificate, vectors) -> float:
    """Return the sum of f3(y, z) over all pairs of the vectors, shape (M, n): never negative."""
    lengths = np.linalg.norm(vectors, axis=1)
    lengths[lengths < float(certificate.r) / 2] = 0.0
    units = vectors / np.where(lengths > 0, lengths, 1.0)[:, None]
    u = np.clip(units @ units.T, -1.0, 1.0)
    n, total, below, here = certificate.n, 0.0, None, np.ones_like(u)
    for k, block in enumerate(certificate.blocks):
        A = np.array([[float(c) for c in row] for row in block])
        values = polynomials_of_length(certificate, k, lengths)
        total += np.sum((values.T @ (here @ values)) * A)
        below, here = here, ((2 * k + n - 2) * u * here - k * below) / (k + n - 2) if k else u
    return float(total)


def root_lattice(kind: str, n: int) -> np.ndarray:
    """Return a basis of Z^n, D_n, A_n or E_8, one vector a row.

    Parameters
    ----------
    kind : {"Z", "D", "A", "E"}
    n : int
        The dimension, up to 100: at least 2 for D_n, and 8 for E_8.

    Returns
    -------
    ndarray of shape (n, n)
        A_n is written in coordinates of its n-dimensional space. Duals follow by linear algebra.

    Raises
    ------
    ValueError
        If there is no such lattice.

    Examples
    --------
    >>> root_lattice("D", 3)
    array([[ 1., -1.,  0.],
           [ 0.,  1., -1.],
           [ 0.,  1.,  1.]])
    """
    check_choice("kind", kind, ("Z", "D", "A", "E"))
    least, most = {"Z": (1, 100), "D": (2, 100), "A": (1, 100), "E": (8, 8)}[kind]
    n = check_integer("n", n, least, most, f"the dimension of {kind}_n")
    if kind == "Z":
        return np.eye(n)
    if kind == "A":
        cartan = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
        return np.linalg.cholesky(cartan)
    rows = np.eye(n) - np.eye(n, k=1)  # D_n: e_i - e_{i+1}, and as the last one e_{n-1} + e_n
    rows[-1, -2:] = 1.0
    if kind == "E":
        rows[0] = 0.5  # E_8 consists of D_8 and D_8 + (1/2, ..., 1/2)
    return rows


def _near(basis, offset, reach):
    """All vectors offset + lattice of length at most reach."""
    inverse = np.linalg.inv(basis)
    middle = -offset @ inverse
    width = reach * np.linalg.norm(inverse, axis=0)
    low, high = np.ceil(middle - width), np.floor(middle + width)
    if (count := np.prod(high - low + 1)) > _MOST_VECTORS:
        raise ValueError(
            f"basis must leave at most {_MOST_VECTORS} vectors to enumerate; got {count:.0e}. Reduce it."
        )
    ranges = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(basis))
    vectors = grid @ basis + offset
    return vectors[np.einsum("ij,ij->i", vectors, vectors) <= reach**2]


def _minimum_distance(basis, centres):
    longest = np.linalg.norm(basis, axis=1).min() * (1 + 1e-9)
    steps = np.concatenate([_near(basis, b - a, longest) for a, b in product(centres, centres)])
    lengths = np.sort(np.linalg.norm(steps, axis=1))
    # Each centre is at distance 0 from itself; anything else that is so near is another centre.
    if len(lengths) <= len(centres) or lengths[len(centres)] < 1e-9 * longest:
        raise ValueError("centres must be different modulo the lattice; got two that coincide.")
    return lengths[len(centres)]


def _reach(certificate):
    """Beyond this length f2 is negligible."""
    lengths = np.linspace(0.0, 12.0 / float(certificate.scale) ** 0.5, 4001)
    values = np.abs(certificate.f2_values(lengths)) * (1 + lengths) ** certificate.n
    return lengths[np.flatnonzero(values > _NEGLIGIBLE * values.max())[-1] + 1]
