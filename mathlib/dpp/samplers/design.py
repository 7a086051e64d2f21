"""What every sampler returns: points and their weights."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from mathlib.checks import check_choice, check_finite, shown
from mathlib.dpp.bases.basis import check_basis
from mathlib.dpp.checks import check_enough

__all__ = [
    "SCHEMES", "SMALLEST_EIGENVALUE", "Design", "check_points_of", "christoffel_design", "weighted_rows",
]  # fmt: skip

#: The names that every `scheme` argument takes.
SCHEMES = (
    "christoffel", "dpp", "repeated_dpp", "volume_rescaled", "conditioned", "boosted", "sparsified",
)  # fmt: skip
#: A Gram matrix with a smaller eigenvalue is refused: its expectation is the identity.
SMALLEST_EIGENVALUE = 1e-12


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

    def __post_init__(self) -> None:
        points, weights = check_finite("points", self.points), check_finite("weights", self.weights)
        if points.ndim not in (2, 3) or weights.shape != points.shape[:-1] or points.size == 0:
            raise ValueError(
                "points must have shape (n, d) and weights (n,), or (R, n, d) and (R, n) for R draws, none "
                f"empty; got shapes {points.shape} and {weights.shape}."
            )
        if np.asarray(self.points).dtype.kind in "iu":
            points = np.asarray(self.points)  # numbers of candidates stay integers
        if not (weights > 0).all():
            raise ValueError(f"weights must be positive; got {weights.min():g}.")
        check_choice("scheme", self.scheme, (*SCHEMES, "given"))
        counts = np.asarray(0 if self.proposals is None else self.proposals, dtype=object)
        whole = all(isinstance(c, Integral) and not isinstance(c, bool) for c in counts.flat)
        if not whole or counts.shape not in ((), weights.shape[:-1]) or (counts < 0).any():
            raise ValueError(
                f"proposals must be a number of candidates for each draw; got {shown(self.proposals)}."
            )
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "weights", weights)
        if counts.ndim:
            object.__setattr__(self, "proposals", np.asarray(self.proposals))

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

    def __getitem__(self, r: int | slice) -> "Design":
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
            raise ValueError(f"draws are numbered by integers, or taken by slices; got {shown(r)}.")
        proposals = self.proposals[r] if isinstance(self.proposals, np.ndarray) else self.proposals
        return Design(self.points[r], self.weights[r], self.scheme, proposals)

    def __repr__(self) -> str:
        draws = "" if self.size is None else f"{self.size} draws of "
        return f"Design({self.scheme!r}: {draws}n = {self.n} points in d = {self.d})"


def check_points_of(scheme, n, m) -> int:
    """Return the number n of points as an int if the scheme can have as many in a space of dimension m."""
    n, wanted = check_enough(n, m), ""
    if scheme == "dpp" and n != m:
        wanted = f"m = {m}"
    elif scheme == "repeated_dpp" and n % m:
        wanted = f"a multiple of m = {m}"
    elif scheme == "sparsified" and n == m:
        wanted = f"more than m = {m}"
    if wanted:
        raise ValueError(f"n must be {wanted} for the scheme {scheme!r}; got {n}.")
    return n


def christoffel_design(basis, points, scheme, proposals=None) -> Design:
    """Return the design with the weights w(x) = m / |phi(x)|^2."""
    return Design(points, basis.m / basis.christoffel(points), scheme, proposals)


def weighted_rows(basis, design) -> np.ndarray:
    """Return sqrt(w(x_i)) phi(x_i), of shape (n, m) or (R, n, m), or raise a ValueError."""
    check_basis(basis)
    if not isinstance(design, Design):
        raise ValueError(f'design must be a Design, say Design(X, weights, "given"); got {shown(design)}.')
    return basis(basis.inside(design.points)) * np.sqrt(design.weights)[..., None]
