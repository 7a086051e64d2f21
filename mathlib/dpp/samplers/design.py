"""What every sampler returns: points and their weights."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from mathlib.checks import check_choice
from mathlib.dpp.checks import check_basis, check_real

__all__ = ["SCHEMES", "Design", "christoffel_design", "weighted_rows"]

#: The names that every `scheme` argument takes.
SCHEMES = (
    "christoffel",
    "dpp",
    "repeated_dpp",
    "volume_rescaled",
    "conditioned",
    "boosted",
    "sparsified",
)


@dataclass(frozen=True, eq=False, repr=False)
class Design:
    """Points at which a function is to be evaluated, and their weights in the least squares that follow.

    Parameters
    ----------
    points : ndarray, shape (n, d), or (R, n, d) for R independent draws
        For a `DiscreteBasis` they are numbers of candidates, integers with d = 1.
    weights : ndarray, shape (n,) or (R, n)
        w(x_i) in G = (1/n) sum_i w(x_i) phi(x_i) phi(x_i)^T, all positive and finite.
    scheme : str
        How they were drawn: one of `SCHEMES`, or "given" for points that come from elsewhere.
    proposals : int or ndarray of shape (R,), optional
        How many candidates the sampler looked at, where it proposes and rejects.

    Raises
    ------
    ValueError
        If shapes do not fit, there is no point, a coordinate is not finite, a weight is not positive and
        finite, or the scheme has another name.

    Examples
    --------
    >>> design = Design(np.zeros((3, 2)), np.ones(3), "christoffel")
    >>> design
    Design('christoffel': n = 3 points in d = 2)
    >>> design.n
    3
    """

    points: np.ndarray
    weights: np.ndarray
    scheme: str
    proposals: int | np.ndarray | None = None

    def __post_init__(self):
        points, weights = check_real("the array of points", self.points), check_real("weights", self.weights)
        if points.ndim not in (2, 3) or weights.shape != points.shape[:-1] or points.size == 0:
            raise ValueError(
                "points must have shape (n, d) and weights (n,), or (R, n, d) and (R, n) for R draws, none "
                f"empty; got {points.shape} and {weights.shape}."
            )
        if not np.isfinite(points).all():
            raise ValueError("points must be finite; got NaN or infinity.")
        if np.asarray(self.points).dtype.kind in "iu":
            points = np.asarray(self.points)  # numbers of candidates stay integers
        if not (np.isfinite(weights).all() and (weights > 0).all()):
            raise ValueError("weights must be positive and finite; got one that is not.")
        check_choice("scheme", self.scheme, (*SCHEMES, "given"))
        counts = np.asarray(0 if self.proposals is None else self.proposals, dtype=object)
        whole = all(isinstance(c, Integral) and not isinstance(c, bool) for c in counts.flat)
        if not whole or counts.shape not in ((), weights.shape[:-1]) or (counts < 0).any():
            raise ValueError(
                f"proposals must be a number of candidates for each draw; got {self.proposals!r}."
            )
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "weights", weights)

    @property
    def n(self) -> int:
        """The number of points of one draw, repeated points counted."""
        return self.points.shape[-2]

    @property
    def d(self) -> int:
        """The number of variables."""
        return self.points.shape[-1]

    @property
    def size(self) -> int | None:
        """The number R of draws, or None if there is one without the leading axis."""
        return self.points.shape[0] if self.points.ndim == 3 else None

    def __getitem__(self, r) -> "Design":
        """Return draw number r of several, an integer, or a slice of them.

        Raises
        ------
        ValueError
            If r is neither, or the design is a single draw.
        IndexError
            If there is no draw number r.
        """
        if self.size is None:
            raise ValueError("this design is a single draw; its points are in .points.")
        if isinstance(r, bool) or not isinstance(r, Integral | slice):
            raise ValueError(f"draws are numbered by integers, or taken by slices; got {r!r}.")
        proposals = None if self.proposals is None else self.proposals[r]
        return Design(self.points[r], self.weights[r], self.scheme, proposals)

    def __repr__(self):
        draws = "" if self.size is None else f"{self.size} draws of "
        return f"Design({self.scheme!r}: {draws}n = {self.n} points in d = {self.d})"


def christoffel_design(basis, points, scheme, proposals=None) -> Design:
    """Return the design with the weights w(x) = m / |phi(x)|^2.

    >>> from mathlib.dpp import Legendre, TensorBasis
    >>> christoffel_design(TensorBasis(Legendre(), [[0], [1]]), np.array([[1.0], [-1.0]]), "dpp").weights
    array([0.5, 0.5])
    """
    return Design(points, basis.m / basis.christoffel(points), scheme, proposals)


def weighted_rows(basis, design) -> np.ndarray:
    """Return sqrt(w(x_i)) phi(x_i), of shape (n, m) or (R, n, m), or raise a ValueError.

    >>> from mathlib.dpp import Legendre, TensorBasis
    >>> weighted_rows(TensorBasis(Legendre(), [[0]]), Design(np.zeros((2, 1)), np.array([1.0, 4.0]), "given"))
    array([[1.],
           [2.]])
    """
    check_basis(basis)
    if not isinstance(design, Design):
        raise ValueError(f'design must be a Design, say Design(points, weights, "given"); got {design!r}.')
    return basis(basis.inside(design.points)) * np.sqrt(design.weights)[..., None]
