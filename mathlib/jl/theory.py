"""What the fast transform does to a vector, computed exactly instead of sampled.

Phi = P H D / sqrt(k) as in `mathlib.jl.fast`: random signs D, Walsh-Hadamard matrix H, sparse P of density
q with normal entries or random signs.

Let u = H D x be *flat on m coordinates*: m^(-1/2) in absolute value there, 0 elsewhere. A row of P meets
B ~ Binomial(m, q) of them, lambda = q m on average, and k |Phi x|^2 is a sum of k independent squares Y^2.

- Normal entries: given B, Y^2 is B / lambda times a chi-square with one degree of freedom. Hence |Phi x|^2
  has the moment generating function

      M(s) = ( sum_b P(B = b) (1 - 2 s b / (lambda k))^(-1/2) )^k,

  and its tails are contour integrals, for any path that crosses the real axis at c and opens to the right:

      P(|Phi x|^2 > t) =   1/(2 pi i) * integral of M(s) exp(-s t) / s,   c between 0 and M's singularity,
      P(|Phi x|^2 < t) = - 1/(2 pi i) * integral of M(s) exp(-s t) / s,   c < 0.

  Through the saddle point, along a parabola that follows the path of steepest descent, nothing cancels and
  the trapezoid rule converges geometrically: small tails come out with all their digits, where the usual
  inversion along the imaginary axis (Gil-Pelaez) loses everything below its rounding error of 1e-15.

- Random signs: Y^2 = S^2 / lambda with S a sum of m steps +1, -1, 0 of probabilities q/2, q/2, 1 - q. So
  lambda k |Phi x|^2 is an integer, the sum of k independent S^2, and its distribution is a k-fold
  convolution: a power of a Fourier transform. Tilting the distribution of S^2 by exp(theta S^2), so that the
  sum has its mean at t, keeps the digits of small tails here.
"""

import math
from numbers import Real

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from mathlib.checks import check_choice, check_count, check_probability
from mathlib.jl.density import ENTRIES

__all__ = ["fast_jl_failure", "fast_jl_variance", "flat_failure_probability"]

#: Numbers of met coordinates that are together rarer than this are left out.
_RARE = 1e-40
#: Sizes up to which the tables of `flat_failure_probability` take seconds and less than a gigabyte.
_MOST_MET = 10**5
_LONGEST_SUM = 2**24
_LARGEST_VARIANCE = 10**6


def fast_jl_variance(x, k, density, entries="rademacher"):
    """Variance of |Phi x|^2 over D and P, for the padded length d of x:

        |x|^4 / k * ( 2 + 3 (1/q - 1) (3 - 2 r) / d )   with normal entries,
        |x|^4 / k * ( 2 + (1/q - 3) (3 - 2 r) / d )     with random signs,    r = sum x_j^4 / |x|^4.

    Parameters
    ----------
    x : array_like, shape (d,)
        Finite real numbers. d must be a power of two: pad with zeros to the length that is transformed.
    k : int
        Dimension of the images.
    density : float
        q, the probability that an entry of P is not zero, 0 < q <= 1.
    entries : {"rademacher", "normal"}

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is not as above.
    OverflowError
        If the variance, which grows with the fourth power of x, is beyond the largest double.

    Notes
    -----
    Exact. E |Phi x|^2 = |x|^2. Derivation: the rows of P are independent given D, the fourth moment of a row
    sum is 3 |u|^4 + (m4/q - 3) sum u_i^4 with m4 = 3 or 1, the covariance between rows vanishes because
    |u|^2 = |x|^2, and E u_i^4 = (3 |x|^4 - 2 sum x_j^4) / d^2.

    Examples
    --------
    >>> x = [1.0] + [0.0] * 63
    >>> round(fast_jl_variance(x, 8, 5 / 64, "normal"), 4), round(fast_jl_variance(x, 8, 5 / 64), 4)
    (0.3191, 0.2691)
    """
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise ValueError(f"x must hold real numbers; got dtype {x.dtype}.")
    x = x.astype(float)
    if x.ndim != 1 or not x.size or x.size & (x.size - 1) or not np.isfinite(x).all():
        raise ValueError(
            "x must be one finite vector whose length is a power of two (pad it with zeros); "
            f"got shape {x.shape}."
        )
    k, density = check_count("k", k, 1, "the dimension of the images"), _check_density(density)
    check_choice("entries", entries, ENTRIES)
    # Scaled by a power of two, so that no fourth power overflows or vanishes before its time.
    exponent = int(np.frexp(np.abs(x).max())[1])
    x = np.ldexp(x, -exponent)
    fourth = 3.0 if entries == "normal" else 1.0
    spread = (3 * np.sum(x**2) ** 2 - 2 * np.sum(x**4)) / x.size
    variance = float((2 * np.sum(x**2) ** 2 + (fourth / density - 3) * spread) / k)
    try:
        return math.ldexp(variance, 4 * exponent)
    except OverflowError:
        raise OverflowError("the variance is beyond the largest double: scale x down.") from None


def flat_failure_probability(m, density, k, eps, *, entries="normal"):
    """P( | |Phi x|^2 - 1 | > eps ) when H D x is flat on m coordinates.

    Parameters
    ----------
    m : int
        Number of coordinates that share the length, at least 1.
    density : float
        q, 0 < q <= 1.
    k : int
        Dimension of the images.
    eps : float
        Allowed relative error of the squared length, 0 < eps < 1.
    entries : {"normal", "rademacher"}

    Returns
    -------
    float
        To about ten digits relative, down to 1e-30. The two methods stand at the head of this module.

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
    m = check_count("m", m, 1, "the coordinates that share the length")
    k = check_count("k", k, 1, "the dimension of the images")
    density = _check_density(density)
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
    tails = _normal_tails if entries == "normal" else _sign_tails
    lower, upper = tails(m, density, k, eps)
    return float(min(1.0, lower + upper))


def fast_jl_failure(level, d, density, k, eps, *, entries="normal"):
    """P( | |Phi x|^2 - 1 | > eps ) for the hard vectors x_l = 2^(-l/2) (e_1 + ... + e_{2^l}), l = 0, 1, 2.

    With F(m) = `flat_failure_probability`(m) it is F(d) for x_0, F(d/2) for x_1, and (F(d/4) + F(d)) / 2 for
    x_2: of the 16 sign patterns on four coordinates 8 are rows of a Walsh-Hadamard matrix, up to sign, and
    collect the length on a quarter of the coordinates; the other 8 spread it over all.

    Parameters
    ----------
    level : {0, 1, 2}
        From level 3 on H D x is not always flat.
    d : int
        Padded length, a power of two, at least 2**level.
    density, k, eps, entries
        As for `flat_failure_probability`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(fast_jl_failure(0, 256, 6 / 256, 24, 0.5), 4)
    0.1039
    """
    if isinstance(level, bool) or level not in (0, 1, 2):
        raise ValueError(f"level must be 0, 1 or 2, where H D x is flat; got {level!r}.")
    d = check_count("d", d, 2**level, "the padded length")
    if d & (d - 1):
        raise ValueError(f"d must be a power of two, the padded length; got {d}.")
    lengths = {0: [d], 1: [d // 2], 2: [d // 4, d]}[level]
    values = [flat_failure_probability(m, density, k, eps, entries=entries) for m in lengths]
    return math.fsum(values) / len(values)


def _check_density(density):
    if isinstance(density, bool) or not isinstance(density, Real) or not 0 < density <= 1:
        raise ValueError(f"density must be a number with 0 < q <= 1; got {density!r}.")
    return float(density)


def _met(m, q, rare=_RARE):
    """The values b of Binomial(m, q) that are not rarer than `rare`, and their logarithmic probabilities."""
    if q == 1:
        return np.array([m]), np.zeros(1)
    # By Bernstein's inequality every value further from the mean is rarer.
    log_rare = math.log(rare) - math.log(m + 1)
    reach = 1 - log_rare / 3 + math.sqrt(log_rare**2 / 9 - 2 * m * q * (1 - q) * log_rare)
    b = np.arange(max(0, math.floor(m * q - reach)), min(m, math.ceil(m * q + reach)) + 1)
    # Quotients of neighbours keep the digits that differences of large log-factorials would lose.
    log_p = np.cumsum(np.log((m - b[:-1]) / b[1:]) + math.log(q) - math.log1p(-q))
    log_p = np.concatenate([[0.0], log_p])
    log_p -= np.logaddexp.reduce(log_p - log_p.max()) + log_p.max()
    kept = log_p > log_rare
    return b[kept], log_p[kept]


def _normal_tails(m, q, k, eps):
    # Rows that meet very many coordinates put singularities of M close to 0. Those whose whole probability
    # is far below the result are left out: a first, rough result says which.
    rare = 1e-12
    for _ in range(3):
        b, log_p = _met(m, q, max(rare, _RARE) / k)
        p, scale = np.exp(log_p), 2 * b / (q * m * k)
        tails = [_tail(p, scale, k, 1 - eps, upper=False), _tail(p, scale, k, 1 + eps, upper=True)]
        rare = min(rare, 1e-12 * sum(tails))
    return tails


def _tail(p, scale, k, t, *, upper):
    """P(|Phi x|^2 > t) or P(|Phi x|^2 < t) as a contour integral; M(s) = (sum p (1 - scale s)^(-1/2))^k."""

    def exponent(s):
        mgf = (1 - np.multiply.outer(s, scale)) ** -0.5 @ p
        return k * np.log(mgf) - s * t - np.log(s if upper else -s)

    end = 1 / scale.max() if scale.any() else k
    if upper:
        c = end * _lowest(lambda u: exponent(np.array(end * u)), 1e-9, 1 - 1e-3)
    else:
        c = -k * math.exp(_lowest(lambda z: exponent(np.array(-k * math.exp(z))), -20.0, 20.0))
    # Width and bend of the path are those of the chi-square law (q = 1): any path gives the same integral.
    room = max(k - 2 * c, k / 4)
    width, bend = room / math.sqrt(2 * k), 2 / (3 * room)
    peak = float(exponent(np.array(c)))
    previous, step, reach = math.inf, width / 2, 20 * width
    for _ in range(14):
        y = step * np.arange(int(reach / step) + 1)
        s = c + 1j * y + bend * y**2
        values = np.exp(exponent(s.astype(complex)) - peak) * (1 - 2j * bend * y) / math.pi
        values[0] /= 2  # the path is symmetric about the real axis: its lower half adds the conjugate
        total = step * values.real.sum()
        rounding = 1e-15 * step * np.abs(values).sum()
        if abs(total - previous) <= 1e-12 * abs(total) + rounding:
            break
        reach = y[np.flatnonzero(np.abs(values) > 1e-20 * np.abs(values).max()).max()] + step
        previous, step = total, step / 2
    if rounding > 1e-6 * abs(total):
        raise ArithmeticError(f"the tail at {t} is lost in rounding errors (k={k}): give a smaller k or eps.")
    return abs(total) * math.exp(peak)


def _lowest(function, low, high):
    return minimize_scalar(function, bounds=(low, high), method="bounded", options={"xatol": 1e-6}).x


def _sign_tails(m, q, k, eps):
    """Lower and upper tail of N = sum of k squares S^2 around lambda k."""
    log_p = _walk(m, q)
    s = np.arange(len(log_p))
    log_p = log_p + np.where(s > 0, math.log(2), 0.0)  # S and -S have the same square
    mean = q * m * k
    # strict inequalities, and what sits on the boundary (to rounding) is inside: | |Phi x|^2 - 1 | <= eps
    below = math.ceil((1 - eps) * mean * (1 - 1e-12)) - 1
    above = math.floor((1 + eps) * mean * (1 + 1e-12)) + 1
    lower = _tilted_tail(log_p, s**2, k, below, upper=False)
    upper = _tilted_tail(log_p, s**2, k, above, upper=True)
    return lower, upper


def _walk(m, q):
    """log P(S = s), s = 0, 1, ..., for a sum S of m steps +-1 (probability q/2 each) and 0."""
    b, log_b = _met(m, q)
    longest = int(b.max())
    log_p = np.full(longest + 1, -math.inf)
    for count, weight in zip(b.tolist(), log_b.tolist(), strict=True):
        s = np.arange(count % 2, count + 1, 2)
        ups = (count + s) / 2
        walk = gammaln(count + 1) - gammaln(ups + 1) - gammaln(count - ups + 1) - count * math.log(2)
        log_p[s] = np.logaddexp(log_p[s], weight + walk)
    return log_p[: np.flatnonzero(log_p > math.log(_RARE) - math.log(m + 1)).max() + 1]


def _tilted_tail(log_p, squares, k, bound, *, upper):
    """P(N >= bound) or P(N <= bound) for a sum N of k independent squares."""
    possible = np.isfinite(log_p)
    log_p, squares = log_p[possible], squares[possible]
    least, most = k * squares[0], k * squares[-1]
    if bound > most or bound < least:
        return float(upper == (bound < least))

    def log_mgf(theta):
        return np.logaddexp.reduce(log_p + theta * squares)

    far = 50.0 / max(1, squares[-1])
    limits = (0.0, far) if upper else (-50.0, 0.0)
    theta = minimize_scalar(
        lambda theta: k * log_mgf(theta) - theta * bound,
        bounds=limits,
        method="bounded",
        options={"xatol": 1e-9},
    ).x
    total = log_mgf(theta)
    # Under the tilt N has its mean near the bound, so 40 standard deviations beyond leave nothing to wrap.
    weights = np.exp(log_p + theta * squares - total)
    mean = float(weights @ squares)
    deviation = math.sqrt(k * float(weights @ (squares - mean) ** 2))
    length = 1 << int(k * mean + 40 * deviation + squares[-1] + bound).bit_length()
    row = np.zeros(length)
    row[squares] = weights
    sums = np.fft.irfft(np.fft.rfft(row) ** k, length)
    n = np.arange(bound, length) if upper else np.arange(bound + 1)
    # what rounding leaves below zero is nothing; the sum itself is a probability
    return float(np.clip(sums[n], 0, None) @ np.exp(np.minimum(k * total - theta * n, 700)))
