"""How many dimensions a Johnson-Lindenstrauss map needs.

For a Gaussian map Phi to k dimensions and any fixed x != 0, k |Phi x|^2 / |x|^2 has the chi-square
distribution with k degrees of freedom: exactly, whatever x and d are. So the probability that one distance
leaves the allowed interval is a sum of two chi-square tails, and the union bound over the pairs of n points
gives a k that is certain to suffice:

    k = min { k : C(n, 2) * P(chi2_k / k outside [lower, upper]) <= delta }.

The sum of the tails falls as k grows, so bisection finds this k. It needs a proof, because the upper tail
alone does not always fall: P(chi2_1 > 1.5) = 0.2207 < P(chi2_2 / 2 > 1.5) = 0.2231. The densities of
chi2_{k+1}/(k+1) and chi2_k/k have a ratio proportional to (x e^-x)^(1/2), which rises up to x = 1 and falls
beyond. Hence the two distribution functions cross exactly once, and since the median of chi2_k/k rises
towards 1 they cross above 1. So the lower tail always falls; the upper tail falls beyond the crossing (1.54
for k = 1, closer to 1 for every larger k); and between 1 and the crossing the lower tail falls by more than
the upper one gains. The tests compare this with a search through every k.
"""

import math

from scipy.special import gammainc, gammaincc

from mathlib.checks import check_choice, check_count, check_flag, check_probability

__all__ = ["jl_min_dim"]

#: For lower tails nearer to the mean, SciPy's gammainc stops its series too early without a word: it loses
#: 0.0004 % at eps = 0.005 and 80 % at eps = 0.0001. From 0.01 on it is right to nine digits.
_SMALLEST_EPS = 0.01
#: For eps below, the formulas would divide by what is zero in doubles.
_SMALLEST_FORMULA_EPS = 1e-100
#: Tails below this are close to the smallest double.
_SMALLEST_TAIL = 1e-250


def jl_min_dim(
    n_samples: int, eps: float, *, delta: float, method: str = "exact", squared: bool = True
) -> int:
    r"""Return a number k of dimensions that keeps all distances among n points, with probability 1 - delta.

    A map Phi to k dimensions *keeps* the distances up to eps if every pair x, y of the points has

        (1 - eps) |x - y|^2 <= |Phi x - Phi y|^2 <= (1 + eps) |x - y|^2      (squared=True),
        (1 - eps) |x - y|   <= |Phi x - Phi y|   <= (1 + eps) |x - y|        (squared=False).

    The second is the weaker demand and needs about a quarter of the dimensions.

    Parameters
    ----------
    n_samples : int
        The number n of points, at least 2.
    eps : float
        The allowed relative error, between 0 and 1. For the exact method at least 0.01, where k is above
        10^5 in all but the smallest cases; for the formulas at least 1e-100.
    delta : float
        The allowed probability that some pair fails, between 0 and 1.
    method : {"exact", "chernoff", "classical"}
        "exact": the smallest k whose two chi-square tails, times the number of pairs, are at most delta.
        "chernoff": 2 ln(2 C(n,2) / delta) / (eps^2/2 - eps^3/3), rounded up, from the exponential bound
        exp(-k (eps^2/2 - eps^3/3) / 2) of either tail. "classical": 4 ln n / (eps^2/2 - eps^3/3), rounded
        down, the textbook formula and scikit-learn's number. It does not look at delta: it is the Chernoff
        bound with delta = 1 - 1/n, and promises success with probability 1/n.
    squared : bool
        Whether eps bounds squared distances or distances, which the formulas cover through eps (2 - eps) for
        squared ones.

    Returns
    -------
    int
        k, at least 1. It does not depend on the dimension d of the points and may exceed it.

    Raises
    ------
    ValueError
        If an argument is outside the ranges above.

    Notes
    -----
    For `GaussianJL` the union bound over the pairs gives no smaller k than "exact"; for other maps this is a
    guide, and `FastJL` adds the margin that its own variance asks for. No linear map does with fewer than a
    constant times ln(n) / eps^2 dimensions (Larsen and Nelson). The cost is a bisection, some thirty
    evaluations of the incomplete gamma function.

    References
    ----------
    W. Johnson, J. Lindenstrauss (1984). S. Dasgupta, A. Gupta (2003), Theorem 2.1: the classical formula.
    K. Larsen, J. Nelson (2017): optimality.

    Examples
    --------
    >>> jl_min_dim(10_000, 0.5, delta=0.1)
    364
    >>> jl_min_dim(10_000, 0.5, delta=0.1, squared=False)
    78
    >>> jl_min_dim(10_000, 0.5, delta=0.1, method="chernoff")
    498
    >>> jl_min_dim(10_000, 0.5, delta=0.1, method="classical")
    442
    """
    n_samples = check_count("n_samples", n_samples, 2, "the number of points")
    eps = check_probability("eps", eps, "the allowed relative error of a distance")
    delta = check_probability("delta", delta, "the allowed probability of failure")
    check_choice("method", method, ("exact", "chernoff", "classical"))
    check_flag("squared", squared, "whether eps bounds squared distances")
    if eps < _SMALLEST_FORMULA_EPS:
        raise ValueError(f"eps must be at least {_SMALLEST_FORMULA_EPS}, or k is beyond counting; got {eps}.")
    pairs = n_samples * (n_samples - 1) // 2
    squared_eps = eps if squared else eps * (2 - eps)
    exponent = squared_eps**2 / 2 - squared_eps**3 / 3
    if method == "classical":
        return max(1, int(4 * math.log(n_samples) / exponent))
    # Each tail is at most exp(-k (eps - ln(1 + eps)) / 2), and the series of ln is cut.
    enough = math.ceil(2 * (math.log(2 * pairs) - math.log(delta)) / exponent)
    if method == "chernoff":
        return enough
    # In logarithms, because the number of pairs may be too large for a float.
    if eps < _SMALLEST_EPS or math.log(delta) - math.log(pairs) < math.log(_SMALLEST_TAIL):
        raise ValueError(
            f"the exact method needs eps >= {_SMALLEST_EPS} and delta / C(n, 2) >= {_SMALLEST_TAIL}, where "
            f"its tails are accurate; got eps={eps}, delta={delta}, n_samples={n_samples}. "
            'Use method="chernoff".'
        )
    lower, upper = (1 - eps, 1 + eps) if squared else ((1 - eps) ** 2, (1 + eps) ** 2)
    too_few = 0
    while enough - too_few > 1:
        k = (too_few + enough) // 2
        # P(chi2_k / k < lower) + P(chi2_k / k > upper)
        tails = gammainc(k / 2, lower * k / 2) + gammaincc(k / 2, upper * k / 2)
        if tails <= delta / pairs:
            enough = k
        else:
            too_few = k
    return enough
