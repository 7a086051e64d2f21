"""Cuts of convex polygons into two parts of given areas, as fat as they can be chosen."""

import itertools
from math import log2

import numpy as np
from flint import fmpq

__all__ = ["Polygon", "cut_in_two"]

#: Vertices (x, y), counterclockwise.
Polygon = list[tuple[fmpq, fmpq]]

_SMALL = 0.05


def cut_in_two(P: Polygon, share: fmpq, bits: int | None) -> tuple[Polygon, Polygon]:
    """Cut off that share of the area, along the one of a list of cuts whose worse part is fattest.

    The far end of a cut is rounded along its edge: to so many significant bits of the smaller of t and 1 - t.
    """
    numbers = _doubles(P)
    choices = []
    for part in (share, 1 - share):
        value, edge, start = _fattest(numbers, _double(part), _starts(_double(min(share, 1 - share))))
        choices.append((value, edge, start, part))
    _, edge, start, part = min(choices, key=lambda choice: choice[0])
    first, second = _cut(P, edge, fmpq(*float(start).as_integer_ratio()), part, bits)
    return (first, second) if part == share else (second, first)


def _starts(smaller) -> np.ndarray:
    """Where on an edge cuts begin, as shares of its length; near its ends if a part is small."""
    starts = {i / 8 for i in range(8)}
    if smaller < _SMALL:
        for j in range(4, int(5 - log2(smaller) / 2)):
            starts |= {2.0**-j, 3 * 2.0**-j, 1 - 2.0**-j, 1 - 3 * 2.0**-j}
    return np.array(sorted(starts))


def _fattest(P, share, starts):
    """The least value of the larger diam^2 / area of two parts, its edge and its start, in doubles."""
    m = len(P)
    edges = np.repeat(np.arange(m), len(starts))
    at = np.tile(starts, m)
    order = (edges[:, None] + 1 + np.arange(m)) % m
    ring = P[order]  # from the end of the edge around to its beginning
    p = ring[:, -1] + at[:, None] * (ring[:, 0] - ring[:, -1])
    way = ring - p[:, None]
    doubled = way[:, :-1, 0] * way[:, 1:, 1] - way[:, 1:, 0] * way[:, :-1, 1]  # of the triangles at p
    sums = np.cumsum(doubled, axis=1)
    wanted = share * sums[:, -1]
    last = np.minimum((sums < wanted[:, None]).sum(axis=1), m - 2)  # the triangle in which the cut ends
    row = np.arange(len(at))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (wanted - sums[row, last]) / doubled[row, last] + 1
    q = way[row, last] + t[:, None] * (way[row, last + 1] - way[row, last])
    points = np.concatenate([np.zeros((len(at), 1, 2)), way, q[:, None]], axis=1)
    gaps = ((points[:, :, None] - points[:, None]) ** 2).sum(axis=-1)
    place = np.arange(m + 2)
    both = (place == 0) | (place == m + 1)
    worst = np.zeros(len(at))
    for inside, area in (
        (both | (place <= last[:, None] + 1), wanted),
        (both | (place > last[:, None] + 1), sums[:, -1] - wanted),
    ):
        diameter = np.where(inside[:, :, None] & inside[:, None], gaps, 0).max(axis=(1, 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            worst = np.maximum(worst, 2 * diameter / area)
    worst = np.where(np.isfinite(worst) & (t >= 0) & (t <= 1), worst, np.inf)
    k = int(worst.argmin())
    return float(worst[k]), int(edges[k]), float(at[k])


def _cut(P, edge, start, share, bits):
    """From a point of an edge counterclockwise until the area is that share, in fractions."""
    m = len(P)
    ring = [P[(edge + 1 + i) % m] for i in range(m)]
    (a, b), (c, d) = ring[-1], ring[0]
    x, y = a + start * (c - a), b + start * (d - b)
    doubled = [(u[0] - x) * (v[1] - y) - (v[0] - x) * (u[1] - y) for u, v in itertools.pairwise(ring)]
    left, k = share * sum(doubled, fmpq(0)), 0
    while left > doubled[k]:
        left -= doubled[k]
        k += 1
    t = left / doubled[k]
    if bits is not None:
        t = _rounded(t, bits)
    u, v = ring[k], ring[k + 1]
    q = (u[0] + t * (v[0] - u[0]), u[1] + t * (v[1] - u[1]))
    first = [(x, y), *ring[: k + 1], *([q] if t != 0 else [])]
    second = [(x, y), *([q] if t != 1 else []), *ring[k + 1 :]]
    if start == 0:  # the start is a vertex, which stands at the end of the ring, too
        second = second[:-1]
    return first, second


def _rounded(t, bits):
    if not 0 < t < 1:
        return t
    smaller = min(t, 1 - t)
    scale = 2 ** (bits + int(smaller.q).bit_length() - int(smaller.p).bit_length() + 1)
    z = t * scale
    return fmpq(int(z.p) // int(z.q), scale)


def _doubles(P) -> np.ndarray:
    """The polygon as doubles, moved to 0 and scaled to about 1, so that tiny ones lose nothing."""
    (x, y), *_ = P
    shifted = [(a - x, b - y) for a, b in P]
    size = max(abs(z) for point in shifted for z in point)
    return np.array([[_double(a / size), _double(b / size)] for a, b in shifted])


def _double(z) -> float:
    return int(z.p) / int(z.q)
