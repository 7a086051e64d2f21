"""Designs with a well-conditioned Gram matrix: by drawing again, by drawing many, by leaving out.

Both samplers draw designs of a base scheme, independent points by default, and look at the smallest
eigenvalue of G. For the weights w = m/k the trace of G is m, whatever the points are, so the smallest
eigenvalue is at most 1.
"""

import numpy as np
from tqdm import tqdm

from mathlib.annotations import RNG
from mathlib.checks import (
    check_choice,
    check_count,
    check_flag,
    check_memory,
    check_probability,
    check_rng,
)
from mathlib.dpp.bases.basis import Basis, check_basis
from mathlib.dpp.checks import blocks, check_enough, check_size
from mathlib.dpp.errors import SamplingFailedError
from mathlib.dpp.samplers.christoffel import FEWER, sample_christoffel
from mathlib.dpp.samplers.design import Design, check_points_of, weighted_rows
from mathlib.dpp.samplers.volume import sample_repeated_dpp, sample_volume_rescaled

__all__ = ["sample_boosted", "sample_conditioned"]

#: The schemes that can be conditioned or boosted.
BASES = ("christoffel", "repeated_dpp", "volume_rescaled")
#: The first and the largest number of designs that are drawn at once while looking for a good one.
_FIRST, _MOST = 4, 64


def sample_conditioned(
    basis: Basis,
    n: int,
    *,
    rng: RNG,
    size: int | None = None,
    scheme: str = "christoffel",
    delta: float = 0.5,
    max_tries: int = 10_000,
    progress: bool = False,
) -> Design:
    """Draw designs of n points until the smallest eigenvalue of G is at least 1 - delta, and return that one.

    The law is the one of the base scheme, conditioned on the event S = {lambda_min(G) >= 1 - delta}. For
    independent points the weighted least-squares fit then has

        E |u - u^|^2 <= (1 + (m/n) / ((1 - delta)^2 P(S))) |u - Pu|^2.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    n : int
        Number of points, at least m; a multiple of m for scheme="repeated_dpp".
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        Number R of draws.
    scheme : {"christoffel", "repeated_dpp", "volume_rescaled"}
        The law that is conditioned.
    delta : float
        Between 0 and 1.
    max_tries : int
        Tries for each draw.
    progress : bool
        Whether to count the tries on standard error if they take longer than a second.

    Returns
    -------
    Design
        points (n, d) or (R, n, d), weights w(x_i), scheme "conditioned"; `proposals` counts the tries.

    Raises
    ------
    ValueError
        If n < m or an argument is not as above.
    SamplingFailedError
        If no try was good enough. Take more points, a larger delta, or scheme="repeated_dpp", which succeeds
        far more often.

    Notes
    -----
    The papers condition on |G - I| <= delta, which also bounds the largest eigenvalue; the error bound needs
    the smallest only. A try costs n m^2.

    References
    ----------
    A. Cohen, G. Migliorati (2017), Optimal weighted least-squares methods. C. Haberstich, A. Nouy, G. Perrin
    (2022), Boosted optimal weighted least-squares.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set, weighted_least_squares
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 3))
    >>> design = sample_conditioned(basis, 16, rng=0)
    >>> fit = weighted_least_squares(basis, design, np.ones(16))
    >>> bool(fit.gram_eigenvalues[0] >= 0.5)
    True
    """
    draw = _sampler(basis, n, scheme, rng)
    max_tries = check_count("max_tries", max_tries, 1, "the number of tries for each draw")
    delta = check_probability("delta", delta, "so that eigenvalues of 1 - delta are allowed")
    draws = _checked_draws(basis, n, size)
    with _bar(progress) as bar:
        found = [_first_good(basis, draw, 1 - delta, max_tries, n, scheme, bar) for _ in range(draws)]
    if size is None:
        return found[0]
    return Design(
        np.stack([one.points for one in found]),
        np.stack([one.weights for one in found]),
        "conditioned",
        np.array([one.proposals for one in found]),
    )


def _first_good(basis, draw, threshold, max_tries, n, scheme, bar):
    tried, block, best, most = 0, _FIRST, 0.0, _part(basis, n)
    while tried < max_tries:
        designs = draw(min(block, most, max_tries - tried))
        smallest = smallest_eigenvalues(basis, designs)
        bar.update(designs.size)
        good = np.flatnonzero(smallest >= threshold)
        if good.size:
            first = int(good[0])
            return Design(designs.points[first], designs.weights[first], "conditioned", tried + first + 1)
        tried, block, best = tried + designs.size, min(2 * block, _MOST), max(best, smallest.max())
    raise SamplingFailedError(
        f"none of {max_tries} tries with n = {n} points ({scheme}) had lambda_min(G) >= {threshold:.3g}; the "
        f"best had {best:.3g}. Take more points than {n} for m = {basis.m}, a larger delta, "
        'scheme="repeated_dpp", or more max_tries.'
    )


def sample_boosted(
    basis: Basis,
    n: int,
    *,
    rng: RNG,
    size: int | None = None,
    scheme: str = "christoffel",
    tries: int = 100,
    start: int | None = None,
    progress: bool = False,
) -> Design:
    """Draw several designs and keep the one with the largest smallest eigenvalue of G.

    If `start` is more than n, designs of `start` points are drawn, and points of the best one are then left
    out one by one: each time the one whose loss leaves the largest smallest eigenvalue.

    Parameters
    ----------
    basis : TensorBasis or DiscreteBasis
    n : int
        Number of points that are returned, at least m.
    rng : anything that `numpy.random.default_rng` takes
    size : int, optional
        Number R of draws.
    scheme : {"christoffel", "repeated_dpp", "volume_rescaled"}
        The law of the designs; for "repeated_dpp", `start` (or else n) is a multiple of m.
    tries : int
        Number of designs to choose from.
    start : int, optional
        Number of points before any is left out; n by default.
    progress : bool
        Whether to show a progress bar if it takes longer than a second.

    Returns
    -------
    Design
        points (n, d) or (R, n, d), weights w(x_i), scheme "boosted".

    Raises
    ------
    ValueError
        If n < m, start < n or an argument is not as above.

    Notes
    -----
    To choose among `tries` designs multiplies their density by at most `tries`, so for independent points
    and without leaving out, E |e|^2 <= tries (m/n) |u - Pu|^2, with e as in `weighted_least_squares`. After
    leaving out, `Fit.quasi_optimality` still bounds the error of each single fit. A try costs n m^2, and a
    point that is left out m^3 + 50 start m; u is never evaluated at the points that are not kept.

    References
    ----------
    C. Haberstich, A. Nouy, G. Perrin (2022), Boosted optimal weighted least-squares, who choose by the norm
    of G - I.

    Examples
    --------
    >>> from mathlib.dpp import Legendre, TensorBasis, index_set
    >>> basis = TensorBasis(Legendre(), index_set("total", 1, 3))
    >>> sample_boosted(basis, 6, rng=0, tries=10, start=16)
    Design('boosted': n = 6 points in d = 1)
    """
    n = check_enough(n, check_basis(basis).m)
    if start is None:
        start = n
    start = check_count("start", start, n, f"n = {n}, for points are left out, not added")
    draw = _sampler(basis, start, scheme, rng)
    tries = check_count("tries", tries, 1, "the number of designs to choose from")
    draws = _checked_draws(basis, n, size)
    with _bar(progress, draws * tries) as bar:
        found = [_best(basis, draw, start, n, tries, bar) for _ in range(draws)]
    points, weights = (np.stack(part) for part in zip(*found, strict=True))
    return Design(points, weights, "boosted") if size else Design(points[0], weights[0], "boosted")


def _best(basis, draw, start, n, tries, bar):
    """Points and weights of the best design, and of those of its points that are kept."""
    chosen, largest, step = None, -np.inf, _part(basis, start)
    for tried in range(0, tries, step):
        designs = draw(min(step, tries - tried))
        smallest = smallest_eigenvalues(basis, designs)
        bar.update(designs.size)
        if chosen is None or smallest.max() > largest:
            chosen, largest = designs[int(np.argmax(smallest))], smallest.max()
    kept = _greedy_subset(weighted_rows(basis, chosen), n)
    return chosen.points[kept], chosen.weights[kept]


def smallest_eigenvalues(basis, designs) -> np.ndarray:
    """Return lambda_min(G) of each of R designs: shape (R,)."""
    rows = weighted_rows(basis, designs)
    return np.linalg.eigvalsh(np.swapaxes(rows, -1, -2) @ rows)[..., 0] / designs.n


def _part(basis, n):
    """How many designs of n points are looked at together: their rows should not fill the memory."""
    return next(blocks(1, n * basis.m)).stop


def _checked_draws(basis, n, size):
    """The number of draws, if the result has room."""
    draws = check_size(size) or 1
    check_memory(draws * n * basis.d, "the array of points", FEWER)
    return draws


def _bar(progress, total=None):
    off = not check_flag("progress", progress)
    return tqdm(desc="tries", total=total, delay=1, leave=False, disable=off)


def _greedy_subset(rows, n):
    """Numbers of the n rows that are left when the least missed one is dropped again and again."""
    kept = np.arange(len(rows))
    while len(kept) > n:
        dropped = np.argmax(_smallest_after_loss(rows[kept]))
        kept = np.delete(kept, dropped)
    return kept


def _smallest_after_loss(rows):
    """The smallest eigenvalue of S - a a^T for S = sum of a a^T over the rows, for each row a.

    With S = sum lambda_k e_k e_k^T and z = e^T a, it is the root x of 1 = sum z_k^2 / (lambda_k - x) below
    lambda_1, or lambda_1 itself if there is none; the right side grows with x. Fifty bisections.
    """
    eigenvalues, vectors = np.linalg.eigh(rows.T @ rows)
    squares = (rows @ vectors) ** 2
    high = np.full(len(rows), eigenvalues[0])
    low = high - squares.sum(axis=1)
    for _ in range(50):
        middle = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            below = np.sum(squares / (eigenvalues - middle[:, None]), axis=1) < 1
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


def _sampler(basis, n, scheme, rng):
    """A function of R that draws R designs of the base scheme."""
    check_choice("scheme", scheme, BASES)
    n, rng = check_points_of(scheme, n, check_basis(basis).m), check_rng(rng)
    if scheme == "christoffel":
        return lambda size: sample_christoffel(basis, n, rng=rng, size=size)
    if scheme == "volume_rescaled":
        return lambda size: sample_volume_rescaled(basis, n, rng=rng, size=size)
    return lambda size: sample_repeated_dpp(basis, n // basis.m, rng=rng, size=size)
