"""What the fast transform does to a vector, computed exactly instead of sampled.

Phi = P H D / sqrt(k) as in `mathlib.jl.maps.fast`: random signs D, Walsh-Hadamard matrix H, sparse P of
density q with normal entries or random signs.

Let u = H D x be *flat on m coordinates*: m^(-1/2) in absolute value there, 0 elsewhere. A row of P meets
B ~ Binomial(m, q) of them, lambda = q m on average, and k |Phi x|^2 is a sum of k independent squares Y^2.

How its tails are computed stands at the head of `mathlib.jl.theory.tails`.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from mathlib.checks import check_choice, check_count, check_finite, check_integer, check_probability, shown
from mathlib.jl.theory.density import ENTRIES, check_density
from mathlib.jl.theory.tails import normal_tails, sign_tails

__all__ = ["fast_jl_failure", "fast_jl_variance", "flat_failure_probability"]

#: Sizes up to which the tables of `flat_failure_probability` take seconds and less than a gigabyte.
_MOST_MET = 10**5
_LONGEST_SUM = 2**24
_LARGEST_VARIANCE = 10**6
#: Doubles hold every integer up to here.
_MOST_SHARING = 2**53
#: A power k of rounded numbers loses log10(k) digits: at 10^10 seven are left, at 10^12 three.
_LARGEST_K = 10**8


def fast_jl_variance(x: ArrayLike, k: int, density: float, entries: str = "rademacher") -> float:
    """Return the variance of |Phi x|^2 over D and P, exactly.

    With d the padded length of x and r = sum x_j^4 / |x|^4 it is

        |x|^4 / k * ( 2 + 3 (1/q - 1) (3 - 2 r) / d )   with normal entries,
        |x|^4 / k * ( 2 + (1/q - 3) (3 - 2 r) / d )     with random signs.

    Parameters
    ----------
    x : array_like, shape (d,)
        Finite real numbers. d must be a power of two: pad with zeros to the length that is transformed.
    k : int
        Dimension of the images.
    density : float
        q, the probability that an entry of P is not zero, 0 < q <= 1.
    entries : {"rademacher", "normal"}
        What the nonzero entries of P are: random signs or normal numbers.

    Returns
    -------
    float
        The variance. The mean, E |Phi x|^2, is |x|^2.

    Raises
    ------
    ValueError
        If an argument is not as above.
    OverflowError
        If the variance, which grows with the fourth power of x, is beyond the largest double.

    Notes
    -----
    Derivation: the rows of P are independent given D, the fourth moment of a row
    sum is 3 |u|^4 + (m4/q - 3) sum u_i^4 with m4 = 3 or 1, the covariance between rows vanishes because
    |u|^2 = |x|^2, and E u_i^4 = (3 |x|^4 - 2 sum x_j^4) / d^2.

    Examples
    --------
    >>> x = [1.0] + [0.0] * 63
    >>> round(fast_jl_variance(x, 8, 5 / 64, "normal"), 4), round(fast_jl_variance(x, 8, 5 / 64), 4)
    (0.3191, 0.2691)
    """
    values = check_finite("x", x, shape=(-1,))
    if not values.size or values.size & (values.size - 1):
        raise ValueError(f"x must have a power of two as its length; got {values.size}. Pad it with zeros.")
    k, density = check_count("k", k, 1, "the dimension of the images"), check_density(density)
    check_choice("entries", entries, ENTRIES)
    # Scaled by a power of two, so that no fourth power overflows or vanishes before its time.
    exponent = int(np.frexp(np.abs(values).max())[1])
    values = np.ldexp(values, -exponent)
    fourth = 3.0 if entries == "normal" else 1.0
    square = float(np.sum(values**2)) ** 2
    spread = (3 * square - 2 * float(np.sum(values**4))) / values.size
    # Divided by the density last, because 1 / q alone may be beyond the largest double.
    variance = (2 * square - 3 * spread) / k + fourth * spread / k / density
    try:
        variance = math.ldexp(variance, 4 * exponent)
    except OverflowError:
        variance = math.inf
    if variance == math.inf:
        raise OverflowError("the variance exceeds the largest double: scale x down or take a larger density.")
    return variance


def flat_failure_probability(m: int, density: float, k: int, eps: float, *, entries: str = "normal") -> float:
    """Return P( | |Phi x|^2 - 1 | > eps ) when H D x is flat on m coordinates.

    Parameters
    ----------
    m : int
        Number of coordinates that share the length, from 1 to 2^53.
    density : float
        q, 0 < q <= 1.
    k : int
        Dimension of the images, from 1 to 10^8.
    eps : float
        Allowed relative error of the squared length, 0 < eps < 1.
    entries : {"normal", "rademacher"}
        What the nonzero entries of P are: normal numbers or random signs.

    Returns
    -------
    float
        To about ten digits relative, down to 1e-30; with normal entries to six where a row meets few of
        several coordinates (k = 1, m > 1, q m < 0.5). The methods stand at the head of
        `mathlib.jl.theory.tails`.

    Raises
    ------
    ValueError
        If an argument is not as above, or so many coordinates are met that the tables would not fit: q m
        above 10^5 or q m k above 2^24 with random signs, q (1 - q) m above 10^6 with normal entries.
    ArithmeticError
        If the result would be lost in rounding errors.

    Notes
    -----
    Milliseconds with normal entries; with random signs a Fourier transform of length about 8 lambda k.

    Examples
    --------
    >>> round(flat_failure_probability(100, 1.0, 32, 0.5), 10)  # all coordinates met: a chi-square tail
    0.042631105
    """
    m = check_integer("m", m, 1, _MOST_SHARING, "the coordinates that share the length")
    k = check_integer("k", k, 1, _LARGEST_K, "the dimension of the images")
    density = check_density(density)
    eps = check_probability("eps", eps, "the allowed relative error of a squared length")
    check_choice("entries", entries, ENTRIES)
    mean = density * m
    if entries == "rademacher" and (mean > _MOST_MET or mean * k > _LONGEST_SUM):
        raise ValueError(
            f"with random signs q m may be at most {_MOST_MET:,} and q m k at most {_LONGEST_SUM:,}, the "
            f"length of a table; got {mean:.3g} and {mean * k:.3g}. With so many coordinates met, take "
            'density=1 and entries="normal", a chi-square law.'
        )
    if entries == "normal" and mean * (1 - density) > _LARGEST_VARIANCE:
        raise ValueError(
            f"q (1 - q) m may be at most {_LARGEST_VARIANCE:,}; got {mean * (1 - density):.3g}. With so many "
            "coordinates met, take density=1, a chi-square law."
        )
    tails = normal_tails if entries == "normal" else sign_tails
    lower, upper = tails(m, density, k, eps)
    return float(min(1.0, lower + upper))


def fast_jl_failure(
    level: int, d: int, density: float, k: int, eps: float, *, entries: str = "normal"
) -> float:
    """Return P( | |Phi x|^2 - 1 | > eps ) for the vectors x_l = 2^(-l/2) (e_1 + ... + e_{2^l}), l = 0, 1, 2.

    With F(m) = `flat_failure_probability`(m) it is F(d) for x_0, F(d/2) for x_1, and (F(d/4) + F(d)) / 2 for
    x_2: of the 16 sign patterns on four coordinates 8 are rows of a Walsh-Hadamard matrix, up to sign, and
    collect the length on a quarter of the coordinates; the other 8 spread it over all.

    Parameters
    ----------
    level : int
        l, from 0 to 2. From level 3 on H D x is not always flat.
    d : int
        Padded length, a power of two, at least 2**level.
    density : float
        q, the probability that an entry of P is not zero, 0 < q <= 1.
    k : int
        Dimension of the images, from 1 to 10^8.
    eps : float
        Allowed relative error of the squared length, 0 < eps < 1.
    entries : {"normal", "rademacher"}
        What the nonzero entries of P are: normal numbers or random signs.

    Returns
    -------
    float
        The probability, to as many digits as `flat_failure_probability` has.

    Raises
    ------
    ValueError
        If an argument is not as above, or too large for `flat_failure_probability`.

    Examples
    --------
    >>> round(fast_jl_failure(0, 256, 6 / 256, 24, 0.5), 4)
    0.1039
    """
    level = check_integer("level", level, 0, 2, "where H D x is flat")
    d = check_count("d", d, 2**level, "the padded length")
    if d & (d - 1):
        raise ValueError(f"d must be a power of two, the padded length; got {shown(d)}.")
    lengths = {0: [d], 1: [d // 2], 2: [d // 4, d]}[level]
    values = [flat_failure_probability(m, density, k, eps, entries=entries) for m in lengths]
    return math.fsum(values) / len(values)
