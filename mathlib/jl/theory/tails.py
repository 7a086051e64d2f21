"""The tails of |Phi x|^2 for x that H D makes flat on m coordinates; see `mathlib.jl.theory.failure`.

A row of P meets B ~ Binomial(m, q) of them, lambda = q m on average, and k |Phi x|^2 is a sum of k
independent squares Y^2.

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

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

__all__ = ["normal_tails", "sign_tails"]

#: Numbers of met coordinates that are together rarer than this are left out.
_RARE = 1e-40


def _met(m, q, rare=_RARE):
    """The values b of Binomial(m, q) that are not rarer than `rare`, and their logarithmic probabilities."""
    if q == 1:
        return np.array([m]), np.zeros(1)
    # By Bernstein's inequality every value further from the mean is rarer.
    log_rare = math.log(rare) - math.log(m + 1)
    reach = 1 - log_rare / 3 + math.sqrt(log_rare**2 / 9 - 2 * m * q * (1 - q) * log_rare)
    b = np.arange(max(0, math.floor(m * q - reach)), min(m, math.ceil(m * q + reach)) + 1)
    # Quotients of neighbours keep the digits that differences of large log-factorials would lose.
    log_p = np.cumsum(np.log((float(m) - b[:-1]) / b[1:]) + math.log(q) - math.log1p(-q))
    log_p = np.concatenate([[0.0], log_p])
    log_p -= np.logaddexp.reduce(log_p - log_p.max()) + log_p.max()
    kept = log_p > log_rare
    return b[kept], log_p[kept]


def normal_tails(m, q, k, eps):
    """Lower and upper tail of |Phi x|^2 around 1, with normal entries."""
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


def sign_tails(m, q, k, eps):
    """The same with random signs: those of N = sum of k squares S^2 around lambda k."""
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
