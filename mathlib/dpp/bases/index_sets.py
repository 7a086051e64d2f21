"""Which products of one-variable polynomials span a space of polynomials in d variables."""

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_choice, check_count, check_finite

__all__ = ["check_indices", "index_set"]

#: More than this would fill the memory, or take minutes, before anything useful happens.
_MOST, _MOST_ENTRIES, _MOST_VARIABLES = 1_000_000, 30_000_000, 10_000


def index_set(kind: str, d: int, degree: int) -> np.ndarray:
    """Return the multi-indices k of a polynomial space.

    "total":       k_1 + ... + k_d <= degree;            m = C(d + degree, d)
    "tensor":      max(k_1, ..., k_d) <= degree;         m = (degree + 1)^d
    "hyperbolic":  (k_1 + 1) ... (k_d + 1) <= degree + 1

    They are sorted by k_1 + ... + k_d, so that the constant comes first.

    Parameters
    ----------
    kind : {"total", "tensor", "hyperbolic"}
    d : int
        The number of variables, at least 1.
    degree : int
        At least 0.

    Returns
    -------
    ndarray of int, shape (m, d)

    Raises
    ------
    ValueError
        If an argument is not as above, or there are more than a million indices, or 30 million entries
        m d, or 10000 variables.

    Notes
    -----
    The cost is of order m d.

    Examples
    --------
    >>> index_set("total", 2, 2).tolist()
    [[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]
    >>> [len(index_set(kind, 3, 4)) for kind in ("total", "tensor", "hyperbolic")]
    [35, 125, 16]
    """
    check_choice("kind", kind, ("total", "tensor", "hyperbolic"))
    d = check_count("d", d, 1, "the number of variables")
    degree = check_count("degree", degree, 0, "the degree")
    indices = _all_indices(kind, d, degree)
    return indices[np.lexsort((*-indices.T[::-1], indices.sum(axis=1)))]


def _all_indices(kind, d, degree):
    """Variable after variable: each partial multi-index goes on with every k that its room allows."""
    room = np.array([min(degree, _MOST)]) + (kind == "hyperbolic")
    steps = []
    for _ in range(d):
        counts = room if kind == "hyperbolic" else room + 1
        m = counts.sum()  # never less than in the step before
        if d > _MOST_VARIABLES or m > _MOST or m * d > _MOST_ENTRIES:
            raise ValueError(
                f"a {kind} set of degree {degree} in {d} variables has more than {_MOST} indices, or "
                f"{_MOST_ENTRIES} entries, or {_MOST_VARIABLES} variables, and a space of that dimension "
                "cannot be worked with. Lower the degree, or take a total or hyperbolic set."
            )
        parents = np.repeat(np.arange(len(room)), counts)
        k = np.arange(m) - np.repeat(np.cumsum(counts) - counts, counts)
        room = room[parents]
        if kind != "tensor":
            room = room - k if kind == "total" else room // (k + 1)
        steps.append((parents, k))
    indices, places = np.empty((len(room), d), dtype=np.intp), np.arange(len(room))
    for j in range(d - 1, -1, -1):
        parents, k = steps[j]
        indices[:, j], places = k[places], parents[places]
    return indices


def check_indices(indices: ArrayLike) -> np.ndarray:
    """Return different multi-indices as an integer array of shape (m, d); else raise a ValueError."""
    array = check_finite("indices", indices)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(
            "indices must have shape (m, d), one multi-index a row, and not be empty; got shape "
            f"{array.shape}. Write np.arange(m)[:, None] for degrees 0 to m - 1 in one variable."
        )
    wrong = (array != np.floor(array)) | (array < 0) | (array >= 2**53)
    if wrong.any():
        raise ValueError(
            f"indices must be integers and must not be negative, as degrees are; got "
            f"{array[wrong][0]:g}."
        )
    whole = array.astype(np.intp)
    if len({row.tobytes() for row in whole}) < len(whole):
        raise ValueError("indices must be different; got the same polynomial twice, which is no basis.")
    return whole
