"""How dense the sparse matrix of a fast Johnson-Lindenstrauss transform must be.

The random signs and the Walsh-Hadamard transform spread the mass of a vector over its D coordinates, but
not perfectly: the worst that happens with probability delta_pair is, up to constants, a vector that is
flat on m = D / log2(1/delta_pair) coordinates and zero elsewhere. The sparse matrix must hit such a
vector lambda = q m times in every row to see its length.

The analysis of Ailon and Chazelle (2009) makes lambda grow with ln(1/delta_pair). Fandina, Hogsgaard and
Larsen (2023) prove that a constant is enough when k has room to spare. The abstract states no constants; ours
are

    lambda = 0.5 / eta for random signs,    lambda = 1.5 / eta for normal entries,    eta = 0.25,

for k = (1 + eta) times the k of a Gaussian map. With them the flat vector above fails with a probability
of at most 2 delta_pair (computed exactly for n = 100 to 10 000 and eps = 0.25 and 0.5). Without the room
in k it fails up to 50 times as often, and even a perfectly spread vector fails more often than
delta_pair.
"""

import math
from numbers import Real

from mathlib.checks import check_choice, check_count, check_probability

__all__ = ["ENTRIES", "ROOM", "fast_jl_density", "is_density", "padded_length"]

#: eta: the share of dimensions beyond those of a Gaussian map which the default density relies on.
ROOM = 0.25

#: lambda * eta for each kind of entries of the sparse matrix.
ENTRIES = {"rademacher": 0.5, "normal": 1.5}


#: Which analysis the density rests on.
ANALYSES = ("new", "ailon-chazelle")


def fast_jl_density(n_features, n_samples, *, delta, entries="rademacher", analysis="new") -> float:
    """Return the density q = min(1, lambda log2(1/delta_pair) / D), with delta_pair = delta / C(n, 2).

    Parameters
    ----------
    n_features : int
        The length d of the vectors, at least 1. D is the next power of two, the length that is transformed.
    n_samples : int
        The number n of points, at least 2.
    delta : float
        The allowed probability that some pair fails, between 0 and 1.
    entries : {"rademacher", "normal"}
        What the nonzero entries of the sparse matrix are. Random signs need a third of the density.
    analysis : {"new", "ailon-chazelle"}
        "new": lambda is the constant above. "ailon-chazelle": lambda = ln(1/delta_pair), whatever the entries
        are, so that q grows like ln^2(n) / D as in the older analysis; its constant, 1, is ours.

    Returns
    -------
    float
        q in (0, 1]: the probability that an entry is not zero. The constants are ours (see the head of this
        module), the order of growth is from the reference.

    References
    ----------
    O. Fandina, M. Hogsgaard, K. Larsen (2023), The Fast Johnson-Lindenstrauss Transform Is Even Faster.
    N. Ailon, B. Chazelle (2009), The Fast Johnson-Lindenstrauss Transform and Approximate Nearest Neighbors.

    Examples
    --------
    >>> round(4096 * fast_jl_density(4096, 1000, delta=0.1), 1)  # nonzeros in a row
    44.5
    >>> round(4096 * fast_jl_density(4096, 1000, delta=0.1, analysis="ailon-chazelle"), 1)
    343.2
    """
    n_features = check_count("n_features", n_features, 1, "the length of a vector")
    n_samples = check_count("n_samples", n_samples, 2, "the number of points")
    delta = check_probability("delta", delta, "the allowed probability of failure")
    check_choice("entries", entries, ENTRIES)
    pairs = n_samples * (n_samples - 1) // 2
    check_choice("analysis", analysis, ANALYSES)
    hits = ENTRIES[entries] / ROOM if analysis == "new" else math.log(pairs / delta)
    return min(1.0, hits * math.log2(pairs / delta) / padded_length(n_features))


def padded_length(n_features) -> int:
    """The smallest power of two that is at least n_features."""
    return 1 << (n_features - 1).bit_length()


def is_density(value) -> bool:
    """Whether value is a number with 0 < q <= 1, also after it is rounded to a double."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 < value <= 1 and float(value) > 0
