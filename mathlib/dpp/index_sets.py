"""Which products of one-variable polynomials span a space of polynomials in d variables."""

from itertools import islice

import numpy as np

from mathlib.checks import check_choice, check_count

__all__ = ["index_set"]

#: More indices than this would fill the memory before anything useful happens.
_MOST = 1_000_000


def index_set(kind, d, degree) -> np.ndarray:
    """Return the multi-indices k of a polynomial space, as an integer array of shape (m, d).

    "total":       k_1 + ... + k_d <= degree;            m = C(d + degree, d)
    "tensor":      max(k_1, ..., k_d) <= degree;         m = (degree + 1)^d
    "hyperbolic":  (k_1 + 1) ... (k_d + 1) <= degree + 1

    They are sorted by k_1 + ... + k_d, so that the constant comes first. Cost: m d.

    Parameters
    ----------
    kind : {"total", "tensor", "hyperbolic"}
    d : int
        The number of variables, at least 1.
    degree : int
        At least 0.

    Raises
    ------
    ValueError
        If an argument is not as above, or there are more than a million indices.

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
    room = degree + 1 if kind == "hyperbolic" else degree
    found = list(islice(_multi_indices(kind, d, room), _MOST + 1))
    if len(found) > _MOST:
        raise ValueError(
            f"a {kind} set of degree {degree} in {d} variables has more than {_MOST} indices, and a space of "
            "that dimension cannot be worked with. Lower the degree, or take a total or hyperbolic set."
        )
    indices = np.array(found, dtype=np.intp).reshape(-1, d)
    return indices[np.lexsort((*-indices.T[::-1], indices.sum(axis=1)))]


def _multi_indices(kind, d, room):
    """The multi-indices whose last d entries have `room` left: a sum, a maximum or a quotient."""
    if d == 0:
        yield ()
        return
    for k in range(room if kind == "hyperbolic" else room + 1):
        left = {"total": room - k, "tensor": room, "hyperbolic": room // (k + 1)}[kind]
        yield from ((k, *rest) for rest in _multi_indices(kind, d - 1, left))
