"""A search for the directions that a sample distorts most: good lower bounds, no upper bound.

We climb on h(x) = sum_i a_i |u_i x|^p / sum_i b_i |u_i x|^p from many starts at once: with a = c, b = 1 to
the greatest ratio of a sample, with a = 1, b = c to the inverse of the least. Write r = Ux and
w_i = |r_i|^(p-2). The gradient of h at x is a positive multiple of G = U^T w (a - h b) r, and

    P = (U^T w b U)^{-1} G

is the direction in which h rises fastest when lengths are measured by the quadratic form that agrees with
the denominator at x. For p = 2 a step along P is one of the power method for the pencil of the two forms. The
directions are made conjugate (Polak and Ribiere), and a line search makes every step an improvement.
"""

import numpy as np

from mathlib.sensitivity.distortions.enumeration import Extremes

__all__ = ["extremes_by_search"]

#: The steps that the line search tries, in units of 1 / (range of h over the starts).
_STEPS = (16.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.05, 0.01)
#: After so many steps only the most promising starts are kept.
_TRIAL_STEPS, _FINALISTS = 6, 8
#: Products of columns are kept if they are at most so many numbers.
_KEPT_PRODUCTS = 2**25


def extremes_by_search(
    U: np.ndarray,
    c: np.ndarray,
    p: float,
    *,
    rng: np.random.Generator,
    starts: int = 32,
    steps: int = 60,
    both: bool = True,
) -> Extremes:
    """The least and the greatest ratio found, for U (n x r) with orthonormal columns and c >= 0.

    Half of the starts are drawn; the others are eigenvectors of the case p = 2 and the duals of the rows with
    the largest share in N or D. Unless `both`, 0 and an arbitrary direction stand in the place of the least.
    Cost: a Gram matrix of size r for each start and step, O(n r^2) each, as matrix products. For n = 2000 and
    r up to 16 the distortion came out within a hundredth of what 200 starts find.

    >>> U = np.linalg.qr(np.vander(np.linspace(0, 1, 9), 3))[0]
    >>> found = extremes_by_search(U, np.full(9, 1.0) + np.arange(9), 2, rng=np.random.default_rng(0))
    >>> values = np.linalg.eigvalsh(U.T @ (U * np.arange(1.0, 10)[:, None]))
    >>> bool(np.allclose([found.least, found.greatest], values[[0, -1]]))
    True
    """
    X, ones = _starts(U, c, rng, starts), np.ones(len(c))
    high, x_high = _climb(U, c, ones, p, X, steps)
    if not both:
        return Extremes(0.0, high, x_high, x_high)
    inverse, x_low = _climb(U, ones, c, p, X, steps)
    return Extremes(1 / inverse, high, x_low, x_high)


def _starts(U, c, rng, count):
    rank = U.shape[1]
    eigenvectors = np.linalg.eigh(U.T @ (U * c[:, None]))[1]
    own = np.einsum("ij,ij->i", U, U)
    heavy = np.argsort(own * c)[::-1][: max(2, count // 4)]
    exposed = np.argsort(own)[::-1][: max(2, count // 4)]
    drawn = rng.standard_normal((rank, count // 2))
    X = np.column_stack([eigenvectors[:, :2], eigenvectors[:, -2:], U[heavy].T, U[exposed].T, drawn])
    lengths = np.linalg.norm(X, axis=0)
    return X[:, lengths > 0] / lengths[lengths > 0]


def _climb(U, a, b, p, X, steps):
    """Move the columns of X uphill; return the best ratio and its column."""
    products = _products(U)
    values = _ratio(U @ X, a, b, p)
    D = G = P = None
    for step in range(steps):
        if np.isposinf(values).any():  # the denominator has underflowed: there is nothing above it
            break
        if step == 0:
            unit = 1 / max(values.max() - values.min(), 1e-12)
        if step == _TRIAL_STEPS:
            best = np.argsort(np.nan_to_num(values))[-_FINALISTS:]
            X, values, G_old, P_old, D = X[:, best], values[best], G[:, best], P[:, best], D[:, best]
        R = U @ X
        top = np.abs(R).max(axis=0)
        X, R = X / top, R / top
        # For p < 2 a vanishing product would get an infinite weight.
        weights = power(np.maximum(np.abs(R), 1e-5 if p < 2 else 1e-12), p - 2)
        G = U.T @ (weights * (a[:, None] - values * b[:, None]) * R)
        P = _solve(U, products, weights * b[:, None], G)
        if D is None:
            D = P
        else:
            with np.errstate(over="ignore", invalid="ignore"):  # what overflows is no D: then P is taken
                slope = np.sum(P_old * G_old, axis=0)
                turn = np.sum(P * (G - G_old), axis=0) / np.where(slope > 0, slope, np.inf)
                D = P + np.clip(turn, 0, 10) * D / top
                D = np.where(np.sum(D * G, axis=0) > 0, D, P)
        before = values
        X, values = _line_search(U, X, R, D, a, b, p, values, unit)
        G_old, P_old = G, P
        if np.nanmax(values - before) <= 1e-10 * np.nanmax(values):
            break
    best = int(np.nanargmax(values))
    return float(values[best]), X[:, best]


def _line_search(U, X, R, D, a, b, p, values, unit):
    """The best of X + t D over some t, and over the top of a parabola through three of them."""
    change = U @ D
    lengths = np.array([0.0, *sorted(unit * t for t in _STEPS)])
    table = np.array([values, *(_ratio(R + t * change, a, b, p) for t in lengths[1:])])
    best = np.nanargmax(table, axis=0)
    columns = np.arange(len(values))
    middle = np.clip(best, 1, len(lengths) - 2)
    t0, t1, t2 = lengths[middle - 1], lengths[middle], lengths[middle + 1]
    f0, f1, f2 = (table[middle + k, columns] for k in (-1, 0, 1))
    with np.errstate(all="ignore"):
        left, right = (f1 - f0) / (t1 - t0), (f2 - f1) / (t2 - t1)
        peak = (t0 + t1) / 2 + left * (t2 - t0) / 2 / (left - right)
    peak = np.where(np.isfinite(peak) & (peak > 0) & (peak < t2), peak, t1)
    at_peak = _ratio(R + peak * change, a, b, p)
    chosen = np.where(at_peak > table[best, columns], peak, lengths[best])
    return X + chosen * D, np.fmax(at_peak, table[best, columns])


def _ratio(R, a, b, p):
    size = np.abs(R)
    top = size.max(axis=0)
    powers = power(size / np.where(top > 0, top, 1), p)
    with np.errstate(divide="ignore", over="ignore"):
        return (a @ powers) / (b @ powers)


def power(x: np.ndarray, p: float) -> np.ndarray:
    """x^p for x >= 0, without the slow general power where p or 2p is a small integer."""
    if p < 0:
        return 1 / power(x, -p)
    whole, half = divmod(p, 1)
    if half not in (0, 0.5) or whole > 8:
        return x**p
    out = np.sqrt(x) if half else np.ones_like(x)
    for _ in range(int(whole)):
        out = out * x
    return out


def _products(U):
    """The products of two columns, for i <= j: one matrix product then gives every Gram matrix.

    None if they would take too much memory.
    """
    i, j = np.triu_indices(U.shape[1])
    if len(U) * len(i) > _KEPT_PRODUCTS:
        return None
    return i, j, np.ascontiguousarray((U[:, i] * U[:, j]).T)


def _solve(U, products, weights, right):
    rank, count = right.shape
    gram = np.empty((count, rank, rank))
    if products is None:
        for b in range(count):
            gram[b] = U.T @ (weights[:, b, None] * U)
    else:
        i, j, table = products
        gram[:, i, j] = gram[:, j, i] = (table @ weights).T
    # Some direction may have hardly any weight under the sample; a small ridge keeps the step finite.
    ridge = 1e-13 * np.trace(gram, axis1=1, axis2=2)
    gram[:, np.arange(rank), np.arange(rank)] += ridge[:, None] + 1e-300
    return np.linalg.solve(gram, right.T[:, :, None])[:, :, 0].T
