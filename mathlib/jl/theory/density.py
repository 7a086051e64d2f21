"""How dense the sparse matrix of a fast Johnson-Lindenstrauss transform must be.

Random signs and the Walsh-Hadamard transform spread the mass of a vector over its D coordinates, but not
perfectly: the worst that happens with probability delta_pair is, up to constants, a vector that is flat on
m = D / log2(1/delta_pair) coordinates and zero elsewhere. To see its length, each row of the sparse matrix
must meet such a vector lambda = q m times.

The analysis of Ailon and Chazelle (2009) makes lambda grow with ln(1/delta_pair). Fandina, Hogsgaard and
Larsen (2023) prove that a constant is enough when k has room to spare. Their abstract states no constants;
ours are

    lambda = 0.5 / eta for random signs,    lambda = 1.5 / eta for normal entries,    eta = 0.25,

for k = (1 + eta) times the k of a Gaussian map. With them the flat vector above fails with a probability
of at most 2 delta_pair (computed exactly for n = 100 to 10 000 and eps = 0.25 and 0.5). Without the room
in k it fails up to 50 times as often, and even a perfectly spread vector fails more often than
delta_pair.
"""

import math

from mathlib.checks import check_choice, check_count, check_probability, is_number, shown

__all__ = ["ENTRIES", "ROOM", "check_density", "fast_jl_density", "padded_length"]

#: eta: the share of dimensions beyond those of a Gaussian map which the default density relies on.
ROOM = 0.25

#: lambda * eta for each kind of entries of the sparse matrix.
ENTRIES = {"rademacher": 0.5, "normal": 1.5}


def fast_jl_density(
    n_features: int, n_samples: int, *, delta: float, entries: str = "rademacher", analysis: str = "new"
) -> float:
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
        "new": lambda is 2 for random signs and 6 for normal entries. "ailon-chazelle": lambda =
        ln(1/delta_pair), so that q grows like ln^2(n) / D as in the older analysis.

    Returns
    -------
    float
        q in (0, 1]: the probability that an entry is not zero. The constants are ours, the order of growth is
        that of the references.

    Raises
    ------
    ValueError
        If an argument is not as above.

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
    check_choice("analysis", analysis, ("new", "ailon-chazelle"))
    pairs = n_samples * (n_samples - 1) // 2
    hits = ENTRIES[entries] / ROOM if analysis == "new" else math.log(pairs / delta)
    return min(1.0, hits * math.log2(pairs / delta) / padded_length(n_features))


def padded_length(n_features: int) -> int:
    """The smallest power of two that is at least n_features."""
    return 1 << (n_features - 1).bit_length()


def check_density(density, or_else="") -> float:
    """Return a number with 0 < q <= 1 as a float; `or_else` says what else would be allowed."""
    # A fraction may be positive without there being a double that is.
    if not is_number(density) or not 0 < density <= 1 or not float(density):
        raise ValueError(f"density must be a number with 0 < q <= 1{or_else}; got {shown(density)}.")
    return float(density)
